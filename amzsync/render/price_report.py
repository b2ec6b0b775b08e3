"""Our prices beside those of competitors, as a table and as records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amzsync.core.money import minor_text
from amzsync.core.offers import condition_text
from amzsync.render.records import Record
from amzsync.render.tables import Column, table
from amzsync.render.text import age
from amzsync.results.price_report import PriceRow

if TYPE_CHECKING:
    from rich.table import Table

PRICE_FIELDS = (
    "store", "seller_sku", "asin", "name", "condition", "currency", "landed_price", "lowest_landed_price",
    "lowest_condition", "buy_box_landed_price", "buy_box_condition", "holds_buy_box", "known_at",
)  # fmt: skip
_COLUMNS = (
    Column("Store", rank=5, whole=True),
    Column("Seller SKU", whole=True),
    Column("ASIN", rank=3, whole=True),
    Column("Name", rank=6, least=14),
    Column("Yours", right=True, whole=True),
    Column("Lowest", right=True, whole=True),
    Column("Condition", rank=2, least=9),
    Column("Buy Box", right=True, whole=True),
    Column("Held", whole=True),
    Column("Box condition", rank=7, least=9),
    Column("Known", rank=1, whole=True),
)


def price_table(rows: Sequence[PriceRow], *, width: int, several_stores: bool, now: str) -> Table:
    """Return *rows* as a table that fits *width*; the store is shown where there are *several_stores*."""
    cells = [_cells(row, now) for row in rows]
    if several_stores:
        return table(_COLUMNS, cells, width)
    return table(_COLUMNS[1:], [row[1:] for row in cells], width)


def price_record(row: PriceRow) -> Record:
    """Return a row as the fields of ``PRICE_FIELDS``."""
    return {
        "store": row.store,
        "seller_sku": row.seller_sku,
        "asin": row.asin,
        "name": row.name,
        "condition": row.condition,
        "currency": row.currency,
        "landed_price": _amount(row.landed_minor, row.exponent),
        "lowest_landed_price": _amount(row.lowest_minor, row.exponent),
        "lowest_condition": row.lowest_condition,
        "buy_box_landed_price": _amount(row.buy_box_minor, row.exponent),
        "buy_box_condition": row.buy_box_condition,
        "holds_buy_box": row.holds.value,
        "known_at": row.known_at,
    }


def _cells(row: PriceRow, now: str) -> list[str]:
    def price(minor: int | None) -> str:
        return _amount(minor, row.exponent) or ""

    return [
        row.store,
        row.seller_sku,
        row.asin,
        row.name or "",
        f"{price(row.landed_minor)} {row.currency}" if row.landed_minor is not None else "",
        price(row.lowest_minor),
        condition_text(row.lowest_condition or ""),
        price(row.buy_box_minor),
        row.holds.value,
        condition_text(row.buy_box_condition or ""),
        "not yet" if row.known_at is None else age(row.known_at, now),
    ]


def _amount(minor: int | None, exponent: int) -> str | None:
    return None if minor is None else minor_text(minor, exponent)
