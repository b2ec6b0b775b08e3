"""What became of a second seller SKU, or of another ASIN."""

from __future__ import annotations

from typing import NamedTuple


class Given(NamedTuple):
    """A name that a listing was given, or that was taken back."""

    store: str
    seller_sku: str  # of the listing that there is
    new_seller_sku: str
    old_asin: str | None
    asin: str | None
    remarks: tuple[str, ...] = ()  # what the user should know besides
