"""The keys that products and listings meet by.

A *key* is the comparable form of an identifier: 14 digits for the GTIN family, ten characters for an ASIN,
and for a seller SKU held in an attribute ``sku=`` and the text.  A weak key (``sku~``, a repaired number)
counts only where no strong one does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from amzsync.core import identifiers
from amzsync.core.identifiers import Kind
from amzsync.core.mapping import SKU, Mapping
from amzsync.core.match import SELLER_SKU

GTIN = 14  # the length of its key, which no other has


class Key(NamedTuple):
    """A key of a product, and the identifier it comes from."""

    key: str
    kind: str
    weak: bool


def product_keys(mapping: Mapping) -> Callable[[str, str], list[Key]]:
    """Return the function that gives a product's keys from its SKU and its ``attribute=value`` lines.

    The product's own SKU is no key (it is looked up as it is), only its trimmed and folded form where that
    differs.  A key that two attributes give is of the kind that comes first in the order.
    """
    kinds = _kinds_by_attribute(mapping)
    sku_attributes = (
        frozenset(mapping.seller_sku) - {SKU} if SELLER_SKU in mapping.order else frozenset()
    )
    by_sku, parse, fold = mapping.by_sku, identifiers.keys, identifiers.fold_sku

    def keys(sku: str, lines: str) -> list[Key]:
        found: list[Key] = []
        if by_sku and (folded := fold(sku)) != sku:
            found.append(Key("sku~" + folded, SELLER_SKU, True))
        for line in lines.split("\n") if lines else ():
            name, _, value = line.partition("=")
            for kind, word in kinds.get(name, ()):
                for key, weak in parse(kind, value):
                    found.append(Key(key, word, weak))
            if name in sku_attributes:
                found.append(Key("sku=" + value, SELLER_SKU, False))
                found.append(Key("sku~" + fold(value), SELLER_SKU, True))
        return found if len(found) < 2 else _each_once(found, rank)

    rank = mapping.rank
    return keys


def _kinds_by_attribute(mapping: Mapping) -> dict[str, tuple[tuple[Kind, str], ...]]:
    found: dict[str, tuple[tuple[Kind, str], ...]] = {}
    for kind in mapping.order:
        for name in mapping.attributes.get(kind, ()):
            found[name] = (*found.get(name, ()), (Kind(kind), kind))
    return found


def _each_once(keys: list[Key], rank: dict[str, int]) -> list[Key]:
    """Keep each key once: the strong before the weak, then by the order of the mapping."""
    best: dict[str, Key] = {}
    for key in keys:
        old = best.get(key.key)
        if old is None or (key.weak, rank[key.kind]) < (old.weak, rank[old.kind]):
            best[key.key] = key
    return list(best.values())


def gtin_of(asin: str | None, product_ref: str | None) -> str | None:
    """Return the GTIN-14 that a listing names: in its product id, or as a book's ASIN (its ISBN-10).

    A repaired one is returned only where there is no other (see ``is_repaired``).
    """
    repaired = None
    if product_ref and product_ref != asin:
        for found in identifiers.parse_unknown(product_ref):
            if len(found.key) == GTIN:
                if not found.is_weak:
                    return found.key
                repaired = repaired or found.key
    if asin and asin[0] != "B":
        return next((key for key in identifiers.asin_keys(asin) if len(key) == GTIN), repaired)
    return repaired


def is_repaired(gtin: str, asin: str | None, product_ref: str | None) -> bool:
    """Tell whether *gtin*, which ``gtin_of`` returned, is of a product id that has lost digits.

    Such a number is weaker evidence, whoever's digits are lost: never to be set over an exact match.
    """
    if not product_ref or product_ref == asin or gtin in identifiers.asin_keys(asin or ""):
        return False
    return any(
        found.is_weak for found in identifiers.parse_unknown(product_ref) if found.key == gtin
    )
