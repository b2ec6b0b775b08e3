"""Check ``[stores.NAME]``: what a store is, and its settings over ``[defaults]``.

A default holds where it can: one that a store's marketplace does not have (Amazon Business, British tax codes)
is no problem there, while the same said by the store itself is.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from amzsync.config.commerce_table import Encoding
from amzsync.config.fields import Text, Texts
from amzsync.config.price_tables import PriceTable
from amzsync.config.problems import BELOW
from amzsync.config.rule_tables import Context
from amzsync.config.settings_tables import SettingsTable, laid_over, says
from amzsync.core.marketplaces import Marketplace, by_code

_TAX_CODES = "UK"  # the only marketplace where Adobe's Amazon Sales Channel has product tax codes


class StoreTable(SettingsTable):
    """``[stores.NAME]``."""

    marketplace: str
    seller_id: Text
    website: Text
    store_view: Text | None = None
    listings: Texts = Field(default_factory=list)
    orders: Texts = Field(default_factory=list)
    ended: Text | None = None
    encoding: Encoding | None = None
    account: Text | None = None

    @field_validator("marketplace")
    @classmethod
    def _known(cls, value: str) -> str:
        if by_code(value) is None:
            raise ValueError(
                f"{value!r} is no Amazon marketplace (use a country code such as US, DE, UK or JP)"
            )
        return value

    @property
    def place(self) -> Marketplace:
        """Return the marketplace, which has been checked."""
        place = by_code(self.marketplace)
        assert place is not None
        return place

    @model_validator(mode="after")
    def _over_the_defaults(self, info: ValidationInfo) -> StoreTable:
        """Take from the defaults what the store does not say; check what only holds together."""
        context = info.context
        assert isinstance(context, Context)
        if context.defaults is None:  # it has problems of its own
            return self
        whole = laid_over(context.defaults, self)
        if problems := list(_problems(self, whole, context)):
            raise PydanticCustomError(BELOW, "", {"problems": problems})
        for name in SettingsTable.model_fields:
            setattr(self, name, getattr(whole, name))
        self.time_zone = self.time_zone or self.place.time_zone
        self.price = _possible(self.price, self.place)
        return self


def _possible(price: PriceTable, place: Marketplace) -> PriceTable:
    """Return *price* without what the marketplace does not have, where the defaults say it."""
    business = price.business and place.business
    return price.model_copy(
        update={
            "business": business,
            "tiers": price.tiers if business else [],
            "tax_code": price.tax_code if place.code == _TAX_CODES else None,
        }
    )


def _problems(own: StoreTable, whole: StoreTable, context: Context) -> Iterator[str]:
    """Yield what is wrong with the *whole* settings of a store, of which it says *own* itself."""

    def key(*path: str) -> str:
        return ("." if says(own, *path) else "defaults.") + ".".join(path)

    place, price = own.place, whole.price
    if own.price.business and not place.business:
        yield f".price.business: there is no Amazon Business on {place.name}"
    if own.price.tax_code and place.code != _TAX_CODES:
        yield ".price.tax_code: product tax codes are for the marketplace UK only"
    if price.tiers and not price.business and not _switched_off(own):
        yield f"{key('price', 'tiers')}: tiers need business = true"
    if price.convert:
        problem = _conversion_problem(price, place, context)
        if problem is not None:
            yield f"{key('price', 'convert')}: {problem}"
    fulfillment, condition = whole.fulfillment, whole.condition
    if fulfillment.attribute and not fulfillment.values:
        yield f'{key("fulfillment", "attribute")}: needs values, such as {{ "FBA" = "amazon" }}'
    if fulfillment.values and not fulfillment.attribute and says(own, "fulfillment", "values"):
        yield ".fulfillment.values: need an attribute"
    if condition.values and not (condition.attribute or context.mapped_condition):
        yield f"{key('condition', 'values')}: need an attribute, here or as [mapping] condition"


def _switched_off(own: StoreTable) -> bool:
    """Tell whether the store itself does without the business prices of the defaults."""
    return says(own, "price", "business") and not says(own, "price", "tiers")


def _conversion_problem(price: PriceTable, place: Marketplace, context: Context) -> str | None:
    if context.commerce is None:  # it has problems of its own
        return None
    source = price.currency or context.commerce.currency
    if source is None:
        return "the currency of Commerce's prices is not known; set currency in [commerce]"
    if source == place.currency or context.commerce.converts(source, place.currency):
        return None
    return f"there is no rate from {source} to {place.currency} in [[commerce.rates]]"
