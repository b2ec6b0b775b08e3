"""What only the attributes of a listing tell: handling time, notes, list price, the price for businesses.

They are what the seller once sent, asked for with ``includedData=attributes``; source of their names: the schemas
of Amazon's product types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from amzsync.amazon import cell_values
from amzsync.amazon.answers import ListingsItem
from amzsync.core.marketplaces import Marketplace

MERCHANT_CHANNEL = "DEFAULT"
_BUSINESSES = "B2B"


class ListingExtras(NamedTuple):
    """What is told of a listing besides what reports have; ``None``: it is not told."""

    handling_time: int | None = None  # days at most until it is shipped
    notes: str | None = None  # the seller's, about the condition
    list_price_minor: int | None = None
    business_price_minor: int | None = None


def extras_of(item: ListingsItem, market: Marketplace) -> ListingExtras:
    """Return what the attributes of *item* tell of the listing in *market*; of other marketplaces nothing is taken.

    An attribute in a form that is not known is not told: attributes are the seller's words, not Amazon's.
    """
    told = item.attributes or {}
    return ListingExtras(
        next(
            (
                days
                for each in _entries(told, "fulfillment_availability", market)
                if each.get("fulfillment_channel_code") == MERCHANT_CHANNEL
                and (days := _count(each.get("lead_time_to_ship_max_days"))) is not None
            ),
            None,
        ),
        next(
            (
                text
                for each in _entries(told, "condition_note", market)
                if isinstance(text := each.get("value"), str)
            ),
            None,
        ),
        next(_list_prices(told, market), None),
        next(_business_prices(told, market), None),
    )


def _list_prices(told: Mapping[str, Any], market: Marketplace) -> Iterator[int]:
    for each in _entries(told, "list_price", market):
        amount = each.get("value_with_tax", each.get("value"))
        yield from _price(amount, each.get("currency"), market)


def _business_prices(told: Mapping[str, Any], market: Marketplace) -> Iterator[int]:
    for offer in _entries(told, "purchasable_offer", market):
        if offer.get("audience") == _BUSINESSES:
            for price in _objects(offer.get("our_price")):
                for step in _objects(price.get("schedule")):
                    yield from _price(step.get("value_with_tax"), offer.get("currency"), market)


def _price(amount: object, currency: object, market: Marketplace) -> Iterator[int]:
    """Yield *amount* in minor units, if it is one in the currency of *market*."""
    if isinstance(amount, bool) or currency not in {None, market.currency}:
        return
    if isinstance(amount, int | str):  # a number with a fraction is read as text
        found = cell_values.price_reader(market)(str(amount))
        if isinstance(found, int):
            yield found


def _entries(
    told: Mapping[str, Any], name: str, market: Marketplace
) -> Iterator[Mapping[str, Any]]:
    """Yield the values of an attribute that hold in *market*; one that names no marketplace holds in all."""
    for each in _objects(told.get(name)):
        if each.get("marketplace_id") in {None, market.marketplace_id}:
            yield each


def _objects(values: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(values, list | tuple):
        yield from (each for each in values if isinstance(each, Mapping))


def _count(value: object) -> int | None:
    """Return a whole number, which may have come as text or as 3.0."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
