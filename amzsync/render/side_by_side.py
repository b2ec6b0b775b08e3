"""Cells that set what is on Amazon beside what is wanted, and what is to be done beside what was sent."""

from __future__ import annotations

from collections.abc import Iterator

from amzsync.core.overrides import Field
from amzsync.core.plan import Kind
from amzsync.core.tabs import Tab
from amzsync.render import words
from amzsync.render.records import kinds, overrides, wanted_price
from amzsync.render.text import counted
from amzsync.store.browse import HELD, Shown

# The columns that the Sales Channel's Overrides tab has besides those of the tabs.
OVERRIDES = {
    "condition_override": Field.CONDITION,
    "notes_override": Field.NOTES,
    "handling_override": Field.HANDLING_TIME,
    "price_override": Field.PRICE,
}
_KEPT_AS_WANTED = frozenset({Tab.ACTIVE, Tab.INACTIVE, Tab.INELIGIBLE, Tab.READY_TO_LIST})


def beside(name: str, value: object, row: Shown, *, ascii_only: bool) -> object:
    """Return *value* of the column *name* with what is wanted instead, where that differs: ``45.49 → 40.94``.

    What Amazon has and does not tell is ``?``; what it does not have is nothing.
    """
    wanted = _wanted(name, row)
    if wanted is None or wanted == value or row.tab not in _KEPT_AS_WANTED:
        return value
    unknown = "" if row.seller_sku is None else "?"
    arrow = "->" if ascii_only else "→"
    return f"{unknown if value is None else value} {arrow} {wanted}".strip()


def _wanted(name: str, row: Shown) -> object:
    if name == "price":
        return wanted_price(row)
    return row.wanted_quantity if name == "quantity" else None


def to_do(row: Shown) -> str:
    """Return what is to be done about a row, what of it is held back, and what Amazon has not answered for."""
    return ", ".join(_to_do(row))


def _to_do(row: Shown) -> Iterator[str]:
    for kind in kinds(row.actions):
        held = " (held)" if kind.endswith(HELD) else ""
        yield words.to_do(Kind(kind.removesuffix(HELD))) + held
    for kind in kinds(row.sent):
        yield f"{words.to_do(Kind(kind))} (sent)"


def override(name: str, row: Shown) -> str:
    """Return what the user's exception says, in the column *name* of ``OVERRIDES``; "" where there is none."""
    field = OVERRIDES[name]
    value = overrides(row).get(field)
    if value is None:
        return ""
    if field is Field.PRICE:
        return f"{value} {row.currency}"
    if field is Field.HANDLING_TIME:
        return counted(int(value), "day")
    return words.condition(value) or "" if field is Field.CONDITION else value
