"""A product as rules, prices and quantities see it: the values that hold in one store."""

from __future__ import annotations

from typing import NamedTuple


class ProductFacts(NamedTuple):
    """What decides whether, for how much and how often a product may be sold.

    Where the store has a store view, *enabled* is already that view's.  ``None`` is what Commerce does not
    tell; what is not needed for the question at hand is ``None`` or "" too.
    """

    product_id: int
    sku: str
    type: str | None
    enabled: int | None
    websites: str | None  # codes with a comma at both ends: ",base,de,"
    stock_e4: (
        int | None
    )  # ten-thousandths; of the chosen sources where there is a stock-sources export
    in_stock: int | None
    manage_stock: int | None  # None: not told; 0: stock is not managed
    backorders: int | None
    condition: str | None  # text of the mapped condition attribute
    missing: int  # 1: no longer in the Commerce export
    name: str | None = None
    attribute_set: str | None = None
    categories: str | None = None  # paths, comma-joined
    visibility: str | None = None
    price_micros: int | None = None  # millionths
    special_price_micros: int | None = None
    special_from: str | None = (
        None  # YYYY-MM-DD, inclusive; an unreadable date stays as the export has it
    )
    special_to: str | None = None
    attributes: str = (
        ""  # lines "code=value" of the attributes that settings name, codes in lower case
    )
    view_attributes: str = ""  # the same, of the store's view, where that overrides them


def values_of(lines: str) -> dict[str, str]:
    """Return attribute values by code from lines ``code=value``; an attribute without a value is absent."""
    return dict(line.split("=", 1) for line in lines.split("\n")) if lines else {}
