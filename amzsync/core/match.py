"""Join a listing with the product it sells, or say why that cannot be decided.

Every candidate is a product that carries one of the listing's identifiers.  Identifiers that agree on one
product match; one identifier on several products is ambiguous; identifiers that point to different
products are a conflict.  Nothing is ever guessed, because a wrong match ships the wrong goods.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What became of looking for a listing's product."""

    MATCHED = "matched"
    STRANGER = "stranger"
    AMBIGUOUS = "ambiguous"
    CONFLICT = "conflict"
    PARENT = "variation-parent"


PIN = "pin"
SELLER_SKU = "seller_sku"
DEFAULT_ORDER = (SELLER_SKU, "asin", "upc", "ean", "isbn")


class Candidate(NamedTuple):
    """A product that carries an identifier of the listing."""

    kind: str  # which identifier of the mapping: "seller_sku", "asin", "upc", "ean", "isbn", "gcid"
    key: str  # its comparable form; what both sides have in common
    product_id: int
    weak: bool = False  # a repaired identifier or a SKU that is equal only when trimmed and folded
    parent: bool = False  # a configurable product: its variants are sold, never itself
    missing: bool = False  # the last export no longer had it


class Match(NamedTuple):
    """The decision about one listing, with the evidence for it."""

    outcome: Outcome
    product_id: int | None = None
    by: str = ""  # the first identifier of the mapping's order that joined them, or "pin"
    weak: bool = False
    candidates: tuple[Candidate, ...] = ()


STRANGER = Match(Outcome.STRANGER)


def match(
    candidates: Sequence[Candidate],
    rank: Mapping[str, int],
    never: Collection[int] = (),
) -> Match:
    """Return the one product that *candidates* agree on, or the reason why there is none.

    *rank* gives each kind its place in the mapping's order (the smallest names the match); *never* are the
    products that the user ruled out for this listing.  The order of *candidates* does not matter.
    """
    if not candidates:
        return STRANGER
    product_id = candidates[0][2]
    for candidate in candidates:
        if candidate[2] != product_id or candidate[3] or candidate[4] or candidate[5] or never:
            return _weigh(candidates, rank, never)
    by = (
        candidates[0][0]
        if len(candidates) == 1
        else min((c[0] for c in candidates), key=rank.__getitem__)
    )
    return Match(Outcome.MATCHED, product_id, by, False, ())


def pinned(product_id: int) -> Match:
    """Return the match of a listing that the user joined with *product_id* by hand."""
    return Match(Outcome.MATCHED, product_id, PIN)


def _weigh(
    candidates: Sequence[Candidate], rank: Mapping[str, int], never: Collection[int]
) -> Match:
    """Decide where candidates differ, are weak, are parents, or have been ruled out."""
    allowed = sorted({c for c in candidates if c.product_id not in never})
    if not allowed:
        return STRANGER
    evidence = tuple(allowed)
    present = [c for c in allowed if not c.missing] or allowed
    strong = [c for c in present if not c.weak] or present
    sellable = [c for c in strong if not c.parent]
    if not sellable:
        return Match(Outcome.PARENT, candidates=evidence)
    by_key: dict[str, set[int]] = {}
    for candidate in sellable:
        by_key.setdefault(candidate.key, set()).add(candidate.product_id)
    agreed = set.intersection(*by_key.values())
    if len(agreed) == 1:
        product_id = agreed.pop()
        best = min((c for c in sellable if c.product_id == product_id), key=lambda c: rank[c.kind])
        return Match(Outcome.MATCHED, product_id, best.kind, best.weak, evidence)
    outcome = Outcome.AMBIGUOUS if agreed else Outcome.CONFLICT
    return Match(outcome, candidates=evidence)
