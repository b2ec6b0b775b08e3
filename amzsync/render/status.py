"""The rows of a tab as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from amzsync.core.tabs import Tab
from amzsync.render import words
from amzsync.render.records import status_record
from amzsync.render.side_by_side import OVERRIDES, beside, override, to_do
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
    "price": Column("Price", right=True, rank=1, whole=True),
    "currency": Column("Currency", rank=8, whole=True),
    "quantity": Column("Qty", right=True, rank=1, whole=True),
    "commerce_price": Column("Commerce price", right=True, rank=7, whole=True),
    "commerce_quantity": Column("Commerce qty", right=True, rank=6, whole=True),
    "issues": Column("Issues", wraps=True, least=20, rank=8),
    "since": Column("Since", rank=6, whole=True),
    "wanted_price": Column("Wanted price", right=True, rank=1, whole=True),
    "wanted_quantity": Column("Wanted qty", right=True, rank=1, whole=True),
    "actions": Column("To do", rank=3, wraps=True, least=9),
    "overrides": Column("Overrides", rank=5, least=8),
    "condition_override": Column("Condition override", whole=True),
    "notes_override": Column("Notes override", rank=1, least=14),
    "handling_override": Column("Handling override", right=True, whole=True),
    "price_override": Column("Price override", right=True, whole=True),
}
_WHERE_TOLD = frozenset(
    {"actions", "wanted_price", "wanted_quantity"}
)  # left out where all are empty
# The columns of the tabs, as the Sales Channel shows them, with the reason and the Commerce side added.
_LISTED = ("seller_sku", "asin", "title", "condition", "price", "quantity")
_STANDING = ("reason", "next_step", "sku", "commerce_quantity", "store", "since")
_OTHERS = (
    *_LISTED,
    "status",
    "reason",
    "next_step",
    "store",
    "since",
)  # which are not kept as wanted
BY_TAB: dict[Tab | None, tuple[str, ...]] = {
    None: (
        "tab", "seller_sku", "sku", "asin", "title", "price", "quantity", "actions", "reason", "store", "since",
    ),
    Tab.ACTIVE: (
        *_LISTED, "actions", "status", "reason", "sku", "commerce_quantity", "store", "since",
    ),
    Tab.INACTIVE: (*_LISTED, "actions", "status", *_STANDING),
    Tab.INELIGIBLE: (*_LISTED, "actions", *_STANDING),
    Tab.INCOMPLETE: (
        "sku", "seller_sku", "asin", "title", "status", "reason", "next_step", "store", "since",
    ),
    Tab.NEW_THIRD_PARTY: _OTHERS,
    Tab.READY_TO_LIST: (
        "sku", "asin", "title", "commerce_price", "commerce_quantity", "wanted_price", "wanted_quantity",
        "actions", "reason", "store", "since",
    ),
    Tab.ENDED: _OTHERS,
}  # fmt: skip
_OVERRIDDEN = ("seller_sku", "asin", "title", *OVERRIDES, "tab", "store")
_MAIN = {Tab.READY_TO_LIST: "sku", Tab.INCOMPLETE: "sku"}  # the key that is never left out


def row_table(
    rows: Sequence[Shown],
    tab: Tab | None,
    names: Sequence[str],
    *,
    width: int,
    ascii_only: bool,
    several_stores: bool,
    overridden: bool = False,
) -> Table:
    """Return the rows as a table of *names* (by default the columns of the tab) that fits *width*.

    *overridden*: the rows are those that have overrides, and these are what is to be shown of them.
    """
    usual = _OVERRIDDEN if overridden else _told(BY_TAB[tab], rows)
    chosen = tuple(names) or _proposed(usual, several_stores=several_stores)
    main = _MAIN.get(tab, "seller_sku") if tab is not None else "seller_sku"
    columns = []
    for name in chosen:
        column = COLUMNS[name]
        if name == main or name in names or (name == "store" and chosen[0] == "store"):
            column = replace(column, rank=0)
        elif name in {"seller_sku", "sku"} and tab is not None:
            column = replace(column, rank=4)
        columns.append(column)
    shown = _Shown("currency" not in chosen, main == "seller_sku", not names, ascii_only)
    cells = [
        [_cell(name, record.get(name), row, shown) for name in chosen]
        for row, record in _records(rows)
    ]
    return table(columns, cells, width)


class _Shown(NamedTuple):
    """What stands beside a cell decides how it is written."""

    alone: bool  # no column tells the currency, so the price does
    unlisted: bool  # no column tells the SKU of a product that has no listing
    wanted: bool  # what is wanted stands beside what is on Amazon
    ascii_only: bool


def _proposed(columns: tuple[str, ...], *, several_stores: bool) -> tuple[str, ...]:
    """Return the columns of a tab; the store comes first where there are several to tell apart."""
    if not several_stores:
        return columns
    return ("store", *(name for name in columns if name != "store"))


def _told(columns: tuple[str, ...], rows: Sequence[Shown]) -> tuple[str, ...]:
    """Return *columns* without those that would be empty because nothing was planned, or nothing is to do."""
    told = set()
    for row in rows:
        told |= {"actions"} if row.actions or row.sent else set()
        told |= {"wanted_price"} if row.wanted_price_minor is not None else set()
        told |= {"wanted_quantity"} if row.wanted_quantity is not None else set()
    return tuple(name for name in columns if name not in _WHERE_TOLD - told)


def _records(rows: Sequence[Shown]) -> list[tuple[Shown, dict[str, object]]]:
    return [(row, status_record(row)) for row in rows]


def _cell(name: str, value: object, row: Shown, shown: _Shown) -> str | Text:
    if name == "tab":
        return mark(Tab(row.tab), ascii_only=shown.ascii_only)
    if name == "seller_sku" and value is None:
        return f"({row.sku})" if shown.unlisted else ""
    if shown.wanted:
        value = beside(name, value, row, ascii_only=shown.ascii_only)
    if name in {"price", "wanted_price"} and value is not None and shown.alone:
        return f"{value} {row.currency}"
    if name in OVERRIDES:
        return override(name, row)
    if name in _WORDS:
        return _WORDS[name](row)
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return "" if value is None else str(value)


_WORDS: dict[str, Callable[[Shown], str]] = {
    "condition": lambda row: words.condition(row.condition) or "",
    "fulfillment": lambda row: (row.fulfillment or "").capitalize(),
    "matched_by": lambda row: (
        words.matched_by(row.matched_by, weak=bool(row.weak)) if row.matched_by else ""
    ),
    "since": lambda row: local(row.since),
    "reason": lambda row: with_local_times(row.reason),
    "actions": to_do,
}
