"""The stock-sources export of Commerce: how much of each SKU lies in each source.

It is needed where there are several sources, because the product export knows the Default Source
only.  Its quantities are physical: open orders are not subtracted.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from amzsync.commerce import headings
from amzsync.commerce.cell_values import (
    FLAGS,
    LONGEST_SKU,
    Unreadable,
    decimal_units,
    shown,
    sku_fault,
    unguarded,
)
from amzsync.core.memo import Memo
from amzsync.core.model import Rejected, StockRow

RowParser = Callable[[list[str]], StockRow | Rejected]


def recognise(header: list[str], *, file_name: str = "") -> tuple[str, ...]:
    """Return the columns of the stock-sources export that begins with *header*, in file order.

    Raises ``InputError`` saying what the file looks like if ``source_code``, ``sku`` or
    ``quantity`` is missing.  Other columns do not matter; ``status`` may be absent, as a filter in
    the export form drops columns.
    """
    names = tuple(headings.tidied(heading) for heading in header)
    headings.require(headings.FileKind.STOCK_SOURCES, names, file_name=file_name)
    return names


def row_parser(columns: tuple[str, ...]) -> RowParser:
    """Return the function that turns the cells of one row into a ``StockRow`` or a ``Rejected``.

    *columns* come from ``recognise``.  A row without a status is in use (1), as Commerce's importer
    has it; a row without a quantity is rejected, because it is not known to be 0.  The parser never
    raises.
    """
    width = len(columns)
    places = [columns.index(name) for name in ("source_code", "sku", "quantity")]
    status_at = columns.index("status") if "status" in columns else None
    pick = itemgetter(*places)
    sources = Memo(lambda text: unguarded(text).strip())
    quantities = Memo(decimal_units("quantity", places=4, negative=True))

    def parse(row: list[str]) -> StockRow | Rejected:
        if len(row) != width:
            sku = unguarded(row[places[1]]) if places[1] < len(row) else ""
            return Rejected(f"{len(row)} cells under {width} headings", sku[:LONGEST_SKU])
        source_text, sku_text, quantity_text = pick(row)
        sku, source = unguarded(sku_text), sources[source_text]
        if (wrong := sku_fault(sku)) is not None:
            return Rejected(wrong, sku[:LONGEST_SKU].strip())
        if not source:
            return Rejected(f"no source code (SKU {shown(sku)})", sku)
        status_text = "" if status_at is None else row[status_at].strip()
        status = FLAGS.get(status_text) if status_text else 1
        if status is None:
            return Rejected(
                f"status {shown(status_text)} is neither 1 nor 0 (SKU {shown(sku)})", sku
            )
        try:
            quantity = quantities[quantity_text]
        except Unreadable as fault:
            return Rejected(f"{fault} (SKU {shown(sku)})", sku)
        if quantity is None:
            return Rejected(f"no quantity (SKU {shown(sku)})", sku)
        return StockRow(source, sku, status, quantity)

    return parse
