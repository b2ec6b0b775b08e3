"""Tell whether a product may be sold on a store: enabled, sellable type, on the website, in stock."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

SELLABLE_TYPES = frozenset({"simple", "virtual", "downloadable"})
PARENT_TYPES = frozenset({"configurable"})


class Ineligible(NamedTuple):
    """Why a product may not be sold, and what to do about it."""

    reason: str
    next_step: str


def has_stock(
    stock_e4: int | None, in_stock: int | None, manage_stock: int | None, backorders: int | None
) -> bool | None:
    """Return whether the product can be sold from stock; ``None`` where the export does not tell.

    *stock_e4* is in ten-thousandths.  Unmanaged stock and backorders sell without a quantity; the stock
    status (``is_in_stock``) can forbid a sale, but never make up for a quantity of nought.
    """
    if manage_stock == 0:
        return True
    if in_stock == 0:
        return False
    if stock_e4 is None:
        return True if in_stock and backorders else None
    return stock_e4 > 0 or bool(backorders)


@lru_cache(maxsize=4096)
def ineligible(
    product_type: str | None,
    enabled: int | None,
    websites: str | None,
    website: str,
    stocked: bool | None,
    missing: bool,
) -> Ineligible | None:
    """Return why the product may not be sold on the store of *website*, or ``None`` if it may.

    *websites* are the product's website codes with a comma at both ends; what the export does not tell
    (``None``) never makes a product ineligible.  *stocked* is ``None`` for a listing that Amazon fulfils:
    its stock is not ours.
    """
    if missing:
        return Ineligible(
            "the product is no longer in the Commerce export",
            "Restore the product in Commerce, or end the listing if it is gone for good; where its row "
            "could not be read, amzsync rejects says why.",
        )
    if product_type is not None and product_type not in SELLABLE_TYPES:
        return Ineligible(
            f"products of type {product_type} cannot be sold on Amazon",
            "List a simple product instead, or end the listing.",
        )
    if enabled == 0:
        return Ineligible(
            "the product is disabled in Commerce",
            "Enable the product in Commerce to sell it again.",
        )
    if websites is not None and f",{website}," not in websites:
        return Ineligible(
            f"the product is not on the Commerce website {website}",
            f"Assign the product to the website {website} in Commerce.",
        )
    if stocked is False:
        return Ineligible(
            "the product is out of stock in Commerce", "Restock the product in Commerce."
        )
    return None
