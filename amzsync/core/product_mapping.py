"""How products that are new to Amazon are told to it: their product type, and what fills Amazon's attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amzsync.core.condition_names import folded
from amzsync.core.conditions import attribute_code

DECIDED: Mapping[str, str] = {
    "purchasable_offer": "the price comes from the settings of the store",
    "fulfillment_availability": "the stock and the handling time come from the settings of the store",
    "condition_type": "the condition comes from the settings of the store",
    "condition_note": "the notes come from the settings of the store",
    "list_price": "it comes from list_price in the price settings of the store",
    "product_tax_code": "it comes from tax_code in the price settings of the store",
    "merchant_suggested_asin": "a product that is new to Amazon has no ASIN",
}
"""Amazon's attributes that other settings decide, with the words for who maps them all the same."""
BY_ITSELF = frozenset({"marketplace_id", "language_tag"})
"""The keys within an attribute that always follow from the store."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What one value of an Amazon attribute is made of: a Commerce attribute, or a *value* for all products."""

    attribute: str | None = None  # in lower case
    value: str | None = None  # numbers and yes/no as text: the schema tells what they are
    unit: str | None = None  # "grams"
    prefix: str = ""  # what stands before the text, as the address of the images
    values: Mapping[str, str] = field(default_factory=dict)  # folded text -> what is told instead


@dataclass(frozen=True, slots=True)
class ProductMapping:
    """``product_type``, ``product_types`` and ``attributes`` of ``[mapping]``."""

    product_type: str | None = None  # the Commerce attribute that holds it
    product_types: Mapping[str, str] = field(default_factory=dict)  # by folded attribute set
    attributes: Mapping[str, tuple[Filling, ...]] = field(default_factory=dict)
    """By Amazon's attribute, or by a path within it: "item_dimensions.length"."""

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return the Commerce attributes that it looks at, each once."""
        found = [one.attribute for fillings in self.attributes.values() for one in fillings]
        codes = (attribute_code(code) for code in [self.product_type, *found] if code is not None)
        return tuple(dict.fromkeys(codes))

    def type_of(self, attribute_set: str | None, own: str | None) -> str | None:
        """Return Amazon's product type of a product; what it says itself (*own*) beats its attribute set."""
        said = own if own and own.strip() else self.product_types.get(folded(attribute_set or ""))
        return "_".join(said.upper().split()) if said else None
