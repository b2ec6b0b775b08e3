"""The words of a shop for what the state and the APIs call by short names."""

from __future__ import annotations

from amzsync.core.plan import Kind
from amzsync.core.tabs import Tab

_OUTCOMES = {
    "matched": "matched",
    "stranger": "no product",
    "ambiguous": "several products",
    "conflict": "contradicting identifiers",
    "variation-parent": "variation parent only",
}
_KEYS = {"pin": "pinned", "seller_sku": "seller SKU"}
_TO_DO = {
    Kind.REVISE_PRICE: "price",
    Kind.REVISE_QUANTITY: "quantity",
    Kind.REVISE_OTHER: "other",
    Kind.CREATE_ALIAS: "alias",
}
_YES_NO = {1: "yes", 0: "no"}


def outcome(name: str | None) -> str:
    """Return what came of matching a listing, in words."""
    return _OUTCOMES.get(name or "", name or "")


def matched_by(way: str, *, weak: bool = False) -> str:
    """Return the identifier that joined listing and product, in words: ``ASIN``, ``UPC, repaired``."""
    if way == "seller_sku" and weak:
        return "seller SKU, trimmed or other case"
    return _KEYS.get(way, way.upper()) + (", repaired" if weak else "")


def kind(name: str) -> str:
    """Return the name of a kind of identifier: ``ASIN``, ``seller SKU``."""
    return _KEYS.get(name, name.upper())


def to_do(kind: Kind) -> str:
    """Return what an action is about, in a word: ``price``, ``publish``."""
    return _TO_DO.get(kind, kind.value)


def condition(name: str | None) -> str | None:
    """Return a condition as Seller Central shows it: ``New``, ``Used, like new``; unknown ones as they came."""
    if name is None or name != name.lower() or "_" not in name:
        return name
    group, _, grade = name.partition("_")
    return group.capitalize() + ("" if grade == group else f", {grade.replace('_', ' ')}")


def yes_no(value: object) -> object:
    """Return a switch (1, 0) in words; what is not told stays so."""
    return _YES_NO.get(value, value) if isinstance(value, int) else value


def tab(name: str, status: str) -> str:
    """Return a tab with the status in it, unless both say the same: ``Inactive``, ``Active: Not Seen``."""
    label = Tab(name).label if name in set(Tab) else name
    return label if status == label else f"{label}: {status}"
