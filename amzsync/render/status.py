"""The rows of a tab as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from amzsync.core.tabs import Tab
from amzsync.render import words
from amzsync.render.records import status_record
from amzsync.render.tables import Column, mark, table
from amzsync.render.text import local, with_local_times
from amzsync.store.browse import Shown

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = {
    "store": Column("Store", rank=6, whole=True),
    "tab": Column("Tab", rank=1, whole=True),
    "status": Column("Status", rank=7, least=8),  # the reason says it in full
    "reason": Column("Reason", wraps=True, least=24),
    "next_step": Column("Next step", wraps=True, least=30, rank=9),
    "seller_sku": Column("Seller SKU", whole=True),
    "asin": Column("ASIN", rank=5, whole=True),
    "sku": Column("SKU", rank=4, whole=True),
    "matched_by": Column("Matched by", rank=7, whole=True),
    "title": Column("Title", rank=2, least=14),
    "condition": Column("Condition", rank=8, least=8),
    "fulfillment": Column("Fulfilled by", rank=8),
    "price": Column("Price", right=True, rank=2, whole=True),
    "currency": Column("Currency", rank=8, whole=True),
    "quantity": Column("Qty", right=True, rank=1, whole=True),
    "commerce_price": Column("Commerce price", right=True, rank=7, whole=True),
    "commerce_quantity": Column("Commerce qty", right=True, rank=6, whole=True),
    "issues": Column("Issues", wraps=True, least=20, rank=8),
    "since": Column("Since", rank=6, whole=True),
}
# The columns of the tabs, as the Sales Channel shows them, with the reason and the Commerce side added.
_LISTED = (
    "seller_sku",
    "asin",
    "title",
    "condition",
    "price",
    "quantity",
    "status",
    "reason",
    "store",
    "since",
)
BY_TAB: dict[Tab | None, tuple[str, ...]] = {
    None: (
        "tab",
        "seller_sku",
        "sku",
        "asin",
        "title",
        "price",
        "quantity",
        "reason",
        "store",
        "since",
    ),
    Tab.ACTIVE: (*_LISTED[:7], "reason", "sku", "commerce_quantity", "store", "since"),
    Tab.INACTIVE: (
        *_LISTED[:7],
        "reason",
        "next_step",
        "sku",
        "commerce_quantity",
        "store",
        "since",
    ),
    Tab.INELIGIBLE: (
        *_LISTED[:6],
        "reason",
        "next_step",
        "sku",
        "commerce_quantity",
        "store",
        "since",
    ),
    Tab.INCOMPLETE: (
        "sku",
        "seller_sku",
        "asin",
        "title",
        "status",
        "reason",
        "next_step",
        "store",
        "since",
    ),
    Tab.NEW_THIRD_PARTY: (*_LISTED[:7], "reason", "next_step", "store", "since"),
    Tab.READY_TO_LIST: (
        "sku",
        "asin",
        "title",
        "commerce_price",
        "commerce_quantity",
        "reason",
        "store",
        "since",
    ),
    Tab.ENDED: (*_LISTED[:7], "reason", "next_step", "store", "since"),
}
_MAIN = {Tab.READY_TO_LIST: "sku", Tab.INCOMPLETE: "sku"}  # the key that is never left out


def row_table(
    rows: Sequence[Shown],
    tab: Tab | None,
    names: Sequence[str],
    *,
    width: int,
    ascii_only: bool,
    several_stores: bool,
) -> Table:
    """Return the rows as a table of *names* (by default the columns of the tab) that fits *width*."""
    chosen = tuple(names) or _proposed(BY_TAB[tab], several_stores=several_stores)
    main = _MAIN.get(tab, "seller_sku") if tab is not None else "seller_sku"
    columns = []
    for name in chosen:
        column = COLUMNS[name]
        if name == main or name in names or (name == "store" and chosen[0] == "store"):
            column = replace(column, rank=0)
        elif name in {"seller_sku", "sku"} and tab is not None:
            column = replace(column, rank=4)
        columns.append(column)
    shown = _Shown(alone="currency" not in chosen, unlisted=main == "seller_sku")
    cells = [
        [_cell(name, record[name], row, shown, ascii_only) for name in chosen]
        for row, record in _records(rows)
    ]
    return table(columns, cells, width)


class _Shown(NamedTuple):
    """What stands beside a cell decides how it is written."""

    alone: bool  # no column tells the currency, so the price does
    unlisted: bool  # no column tells the SKU of a product that has no listing


def _proposed(columns: tuple[str, ...], *, several_stores: bool) -> tuple[str, ...]:
    """Return the columns of a tab; the store comes first where there are several to tell apart."""
    if not several_stores:
        return columns
    return ("store", *(name for name in columns if name != "store"))


def _records(rows: Sequence[Shown]) -> list[tuple[Shown, dict[str, object]]]:
    return [(row, status_record(row)) for row in rows]


def _cell(name: str, value: object, row: Shown, shown: _Shown, ascii_only: bool) -> str | Text:
    if name == "tab":
        return mark(Tab(row.tab), ascii_only=ascii_only)
    if name == "seller_sku" and value is None:
        return f"({row.sku})" if shown.unlisted else ""
    if name == "price" and value is not None and shown.alone:
        return f"{value} {row.currency}"
    if name == "condition":
        return words.condition(row.condition) or ""
    if name == "fulfillment":
        return (row.fulfillment or "").capitalize()
    if name == "matched_by":
        return words.matched_by(row.matched_by, weak=bool(row.weak)) if row.matched_by else ""
    if name == "since":
        return local(row.since)
    if name == "reason":
        return with_local_times(row.reason)
    if name == "issues":
        return "; ".join(str(one) for one in value) if isinstance(value, list) else ""
    return "" if value is None else str(value)
