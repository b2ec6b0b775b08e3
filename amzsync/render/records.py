"""JSON and CSV: stable contracts. Money is decimal text, time is UTC, absent is null (an empty cell)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from amzsync.core.money import micros_text, minor_text, quantity_text
from amzsync.render.text import escaped, for_spreadsheet, unsteering
from amzsync.store.browse import HELD, Shown

Record = dict[str, object]
CRLF = "\r\n"
STATUS_FIELDS = (
    "store", "tab", "status", "reason", "next_step", "seller_sku", "asin", "sku", "matched_by", "title",
    "condition", "fulfillment", "price", "currency", "quantity", "commerce_price", "commerce_quantity", "issues",
    "since", "wanted_price", "wanted_quantity", "actions", "overrides",
)  # fmt: skip
# numbers written as text
TEXTUAL = frozenset({"price", "commerce_price", "commerce_quantity", "wanted_price"})


def _issues(row: Shown) -> list[str]:
    """Return what Amazon attaches to the listing, else the reason that a report gives."""
    if row.issues:
        return [str(line) for line in json.loads(row.issues)]
    return [row.problem] if row.problem else []


def status_record(row: Shown) -> Record:
    """Return a row of ``status`` as the fields of ``STATUS_FIELDS``."""
    return {
        "store": row.store,
        "tab": row.tab,
        "status": row.status,
        "reason": row.reason,
        "next_step": row.next_step,
        "seller_sku": row.seller_sku,
        "asin": row.asin,
        "sku": row.sku,
        "matched_by": matched_by(row),
        "title": row.title,
        "condition": row.condition,
        "fulfillment": row.fulfillment,
        "price": _money(row.price_minor, row),
        "currency": row.currency,
        "quantity": row.quantity,
        "commerce_price": None
        if row.commerce_price_micros is None
        else micros_text(row.commerce_price_micros),
        "commerce_quantity": None
        if row.commerce_stock_e4 is None
        else quantity_text(row.commerce_stock_e4),
        "issues": _issues(row),
        "since": row.since,
        "wanted_price": wanted_price(row),
        "wanted_quantity": row.wanted_quantity,
        "actions": None if row.actions is None else kinds(row.actions.replace(HELD, "")),
        "overrides": list(overrides(row)),
    }


def _money(minor: int | None, row: Shown) -> str | None:
    return None if minor is None else minor_text(minor, row.exponent)


def wanted_price(row: Shown) -> str | None:
    """Return what the listing should cost, ``None`` where amzsync does not say."""
    return _money(row.wanted_price_minor, row)


def kinds(text: str | None) -> list[str]:
    """Return the kinds of actions of a comma-joined text."""
    return text.split(",") if text else []


def overrides(row: Shown) -> dict[str, str]:
    """Return what the user's exceptions for the listing say, by field."""
    return json.loads(row.overrides) if row.overrides else {}


def matched_by(row: Shown) -> str | None:
    """Return the identifier that joined listing and product, ``None`` where none did."""
    return row.matched_by or None


def to_json(value: object) -> str:
    """Return *value* as readable JSON."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def json_lines(records: Iterable[Record]) -> Iterator[str]:
    """Yield a JSON array of *records* line by line, one record a line."""
    mark = "["
    for record in records:
        yield mark + escaped(json.dumps(record, ensure_ascii=False))
        mark = ","
    yield "[]" if mark == "[" else "]"


def csv_lines(fields: Sequence[str], records: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield CSV lines; text that a spreadsheet would take for a formula is guarded by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=CRLF)  # a cell with either of both is quoted
    for row in _rows(fields, records):
        out.seek(0)
        out.truncate()
        writer.writerow(row)
        yield out.getvalue().removesuffix(CRLF)


def _rows(fields: Sequence[str], records: Iterable[Mapping[str, object]]) -> Iterator[list[object]]:
    yield list(fields)
    for record in records:
        yield [_cell(name, record.get(name)) for name in fields]


def _cell(name: str, value: object) -> object:
    if isinstance(value, str):
        return value if name in TEXTUAL else for_spreadsheet(unsteering(value))
    if isinstance(value, list):
        return for_spreadsheet(unsteering("; ".join(str(one) for one in value)))
    return value
