"""Overrides, aliases and edited ASINs as lines, tables and records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.table import Table

from amzsync.core.overrides import Field
from amzsync.core.tabs import Tab
from amzsync.render import words
from amzsync.render.records import Record
from amzsync.render.tables import Column, table
from amzsync.render.text import counted, local, safe
from amzsync.results.aliases import Given
from amzsync.results.overrides import OverrideChange, OverrideRow, Proposal
from amzsync.store.aliases import AliasShown

CHANGE_FIELDS = OverrideChange._fields
LIST_FIELDS = OverrideRow._fields
ALIAS_FIELDS = AliasShown._fields
NOTES_SHOWN = 40  # of seller notes in a line
_FIELDS = {
    Field.PRICE: "price",
    Field.HANDLING_TIME: "handling time",
    Field.CONDITION: "condition",
    Field.NOTES: "seller notes",
}


def proposal_lines(found: Proposal, *, limit: int | None) -> Iterator[str]:
    """Yield what would change: the first *limit* changes, what is reached besides, and what is left out."""
    own = [one for one in found.changes if not one.regional]
    number = len({(one.store, one.seller_sku) for one in own})
    yield f"{counted(number, 'listing')} of {found.selected:,} would change:"
    yield from change_lines(own[:limit])
    if limit is not None and len(own) > limit:
        yield f"    and {counted(len(own) - limit, 'change')} more"
    yield from beside_lines(found, limit=limit)


def beside_lines(found: Proposal, *, limit: int | None) -> Iterator[str]:
    """Yield what a command does besides, and what it cannot do."""
    reached = [one for one in found.changes if one.regional]
    if reached:
        names = list(dict.fromkeys(f"{one.seller_sku} in store {one.store}" for one in reached))
        more = "" if limit is None or len(names) <= limit else f" and {len(names) - limit:,} more"
        yield safe(
            "Amazon shares condition and handling time in a region, so this reaches "
            f"{', '.join(names[:limit])}{more} as well."
        )
    for one in found.left_out:
        yield f"Left out: {counted(one.listings, 'listing')}; each {one.reason}."
    yield from found.remarks


def change_lines(changes: Iterable[OverrideChange]) -> Iterator[str]:
    """Yield a line for each override that is made, changed or taken back."""
    for one in changes:
        field = Field(one.field)
        old = _value(field, one.old, one.old_expires_at)
        new = _value(field, one.new, one.expires_at)
        yield safe(f"{one.store}  {one.seller_sku}  {_FIELDS[field]}: {old} -> {new}")


def change_record(one: OverrideChange) -> Record:
    """Return a change as the fields of ``CHANGE_FIELDS``."""
    return one._asdict()


def _value(field: Field, value: str | None, expires_at: str | None) -> str:
    if value is None:
        return "(none)"
    return _worded(field, value) + (f" until {local(expires_at)}" if expires_at else "")


def _worded(field: Field, value: str) -> str:
    if field is Field.HANDLING_TIME:
        return counted(int(value), "day")
    if field is Field.CONDITION:
        return words.condition(value) or value
    return value if len(value) <= NOTES_SHOWN else f"{value[:NOTES_SHOWN]}…"


# -- lists ---------------------------------------------------------------------------------------------


def override_table(rows: Sequence[OverrideRow], *, width: int, several_stores: bool) -> Table:
    """Return the overrides as a table with the columns of the Sales Channel's Overrides tab."""
    columns = [
        Column("Seller SKU", whole=True),
        Column("ASIN", whole=True, rank=3),
        Column("Price", whole=True, right=True),
        Column("Handling"),
        Column("Condition"),
        Column("Seller notes", rank=2, wraps=True),
        Column("Until", wraps=True),
        Column("Tab", rank=4),
        Column("Title", rank=5),
    ]
    cells = [
        [
            row.seller_sku, row.asin or "", "" if row.price is None else f"{row.price} {row.currency}",
            "" if row.handling_time is None else counted(row.handling_time, "day"),
            words.condition(row.condition) or "", row.seller_notes or "", _until(row),
            Tab(row.tab).label, row.title or "",
        ]
        for row in rows
    ]  # fmt: skip
    if several_stores:
        columns.insert(0, Column("Store", whole=True))
        cells = [[row.store, *line] for row, line in zip(rows, cells, strict=True)]
    return table(columns, cells, width)


def _until(row: OverrideRow) -> str:
    """Return when the overrides of a listing end; one time for all that end together."""
    by_time: dict[str, list[str]] = {}
    for field, at in row.expires.items():
        mark = f"expired {local(at)}" if field in row.expired else local(at)
        by_time.setdefault(mark, []).append(_FIELDS[Field(field)])
    if len(by_time) == 1 and len(row.expires) == len(_overridden(row)):
        return next(iter(by_time))
    return "; ".join(f"{', '.join(fields)}: {mark}" for mark, fields in by_time.items())


def _overridden(row: OverrideRow) -> list[object]:
    values = (row.condition, row.seller_notes, row.handling_time, row.price)
    return [one for one in values if one is not None]


def override_record(row: OverrideRow, *, flat: bool) -> Mapping[str, object]:
    """Return the overrides of a listing as the fields of ``LIST_FIELDS``; *flat* for CSV."""
    record: Record = {**row._asdict(), "expired": list(row.expired)}
    if flat:
        record["expires"] = [f"{field} {at}" for field, at in row.expires.items()]
    return record


def alias_lines(rows: Iterable[AliasShown]) -> Iterator[str]:
    """Yield a line for each alias."""
    for one in rows:
        state = "listed" if one.listed else "waits for Amazon"
        place = " in its place" if one.remove_existing else ""
        yield safe(
            f"{one.store}  {one.seller_sku}  alias of {one.of_sku}{place} "
            f"(product {one.sku}, ASIN {one.asin}): {state}"
        )


def given_lines(one: Given, what: str) -> Iterator[str]:
    """Yield what became of a listing's new name (*what*: the sentence without its end), and the remarks."""
    yield safe(f"{what}.")
    for remark in one.remarks:
        yield safe(remark)
