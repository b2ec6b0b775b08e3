"""What listing rules would do, as figures, tables and records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from amzsync.core.money import minor_text
from amzsync.render.records import Record
from amzsync.render.tables import Column, table
from amzsync.render.text import safe
from amzsync.results.rules_preview import PreviewRow, StorePreview, Which

if TYPE_CHECKING:
    from rich.table import Table

PREVIEW_FIELDS = (
    "store", "list", "change", "seller_sku", "sku", "asin", "name", "type", "attribute_set", "visibility", "enabled",
    "reason", "price", "currency", "quantity",
)  # fmt: skip
RULES_SHOWN = 300  # of the rules in words
_LABELS = {which: which.value.capitalize() for which in Which}
_MARKS = {Which.INELIGIBLE: "newly", Which.ELIGIBLE: "again", Which.NEW: "newly"}
_REASONS = {Which.INELIGIBLE: "Reason", Which.NEW: "Lacks"}
_WIDTH = max(map(len, _LABELS.values()))


def figure_lines(one: StorePreview) -> Iterator[str]:
    """Yield what the rules would do to a store, in figures."""
    words = one.rules if len(one.rules) <= RULES_SHOWN else f"{one.rules[:RULES_SHOWN]}…"
    yield safe(f"Store {one.store}, by the rules: {words}")
    if not one.known:
        yield "  Nothing is known of it yet. Next: amzsync import-listings"
        return
    size = max(len(f"{one.rows[which]:,}") for which in Which)
    for which, words in (
        (Which.INELIGIBLE, _ineligible(one)),
        (Which.ELIGIBLE, f"{one.changes[Which.ELIGIBLE]:,} eligible again"),
        (Which.NEW, _new(one)),
    ):
        yield f"  {_LABELS[which]:<{_WIDTH}}  {one.rows[which]:>{size},}   {words}"
    apart = [
        (one.refused, "refused, incomplete or inactive at Amazon"),
        (one.excluded, "neither on Amazon nor eligible"),
        (one.strangers, "without a product"),
        (one.gone, "ended or not seen"),
    ]
    words = ", ".join(f"{number:,} {what}" for number, what in apart if number)
    yield f"  In no list: {words or 'none'}"


def _ineligible(one: StorePreview) -> str:
    words = f"{one.changes[Which.INELIGIBLE]:,} newly"
    if one.changes[Which.INELIGIBLE]:
        words += ": the quantity becomes 0, the listing stays"
    if one.kept_by_amazon:
        words += f" ({one.kept_by_amazon:,} shipped by Amazon: it counts its own stock)"
    return words


def _new(one: StorePreview) -> str:
    words = f"{one.changes[Which.NEW]:,} newly"
    if one.no_longer_new:
        words += f", {one.no_longer_new:,} no longer"
    ready = one.rows[Which.NEW] - one.not_ready
    if one.rows[Which.NEW]:
        words += f": {ready:,} {'published by themselves' if one.automatic else 'ready to list'}"
    if one.not_ready:
        words += f", {one.not_ready:,} lacking something"
    return words


def list_title(which: Which, *, shown: int, total: int) -> str:
    """Return what stands above the rows of a list."""
    return f"{_LABELS[which]}: " + (f"{shown:,} of {total:,}" if shown < total else f"{total:,}")


def preview_table(which: Which, rows: Sequence[PreviewRow], *, width: int) -> Table:
    """Return the rows of one list as a table that fits *width*; columns that say nothing are left out."""
    listed = which is not Which.NEW
    columns = [
        Column("SKU", whole=True, rank=4 if listed else 0),
        Column("Change", whole=True),
        Column("Name", least=20, rank=1),
        Column("ASIN", whole=True, rank=5),
        Column("Type", rank=6),
        Column("Attribute set", rank=7),
        Column("Visibility", rank=9),
        Column("Enabled", rank=8),
    ]
    cells = [
        [
            row.sku, _MARKS[which] if row.change else "", row.name or "", row.asin or "", row.type or "",
            row.attribute_set or "", row.visibility or "", _switch(row.enabled),
        ]
        for row in rows
    ]  # fmt: skip
    if which in _REASONS:
        columns.append(Column(_REASONS[which], wraps=True, least=28))
        cells = [[*line, row.reason] for row, line in zip(rows, cells, strict=True)]
    if listed:
        columns = [
            Column("Seller SKU", whole=True),
            *columns,
            Column("Price", whole=True, right=True, rank=10),
            Column("Qty", whole=True, right=True, rank=3),
        ]
        cells = [
            [row.seller_sku or "", *line, _price(row), _quantity(row.quantity)]
            for row, line in zip(rows, cells, strict=True)
        ]
    kept = [place for place in range(len(columns)) if any(line[place] for line in cells)]
    return table(
        [columns[place] for place in kept],
        [[line[place] for place in kept] for line in cells],
        width,
    )


def preview_record(row: PreviewRow) -> Record:
    """Return a row as the fields of ``PREVIEW_FIELDS``."""
    return {
        "store": row.store,
        "list": row.which.value,
        "change": row.change,
        "seller_sku": row.seller_sku,
        "sku": row.sku,
        "asin": row.asin,
        "name": row.name,
        "type": row.type,
        "attribute_set": row.attribute_set,
        "visibility": row.visibility,
        "enabled": row.enabled,
        "reason": row.reason,
        "price": None if row.price_minor is None else minor_text(row.price_minor, row.exponent),
        "currency": row.currency,
        "quantity": row.quantity,
    }


def remark_lines(stores: Sequence[StorePreview], read_again: Sequence[str]) -> Iterator[str]:
    """Yield what should be known besides: above all, that rules exclude so much that it may be a mistake."""
    for one in stores:
        if one.warning is not None:
            yield safe(
                f"WARNING: {one.warning}. Look at them, with --store {one.store} "
                f"--list {Which.INELIGIBLE.value}, before these rules take effect."
            )
    if read_again:
        yield safe(
            f"The state does not have {', '.join(read_again)} of the products yet: the export was read again for "
            f"this look, and nothing of it was kept."
        )
    if any(one.any_change for one in stores):
        yield "Nothing was changed. Rules take effect once they stand in amzsync.toml, with the next import or plan."
    elif any(one.known for one in stores):
        yield "These rules would change nothing."


def _switch(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _price(row: PreviewRow) -> str:
    if row.price_minor is None:
        return ""
    return f"{minor_text(row.price_minor, row.exponent)} {row.currency}"


def _quantity(quantity: int | None) -> str:
    return "" if quantity is None else str(quantity)
