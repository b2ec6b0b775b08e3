"""Handling time, notes and prices out of a listing's attributes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from amzsync.amazon.answer_parts import read
from amzsync.amazon.answers import ListingsItem
from amzsync.amazon.listing_extras import ListingExtras, extras_of
from amzsync.core import marketplaces
from tests.simulators.seller import DE, US

MARKET = next(each for each in marketplaces.MARKETPLACES if each.marketplace_id == US)


def told(**attributes: Any) -> ListingExtras:
    text = json.dumps({"sku": "A", "attributes": attributes})
    return extras_of(read(ListingsItem, text), MARKET)


def stock(days: object, channel: str = "DEFAULT", **more: Any) -> dict[str, Any]:
    return {"fulfillment_channel_code": channel, "lead_time_to_ship_max_days": days, **more}


def offer(audience: str, price: object, currency: str = "USD") -> dict[str, Any]:
    schedule = [{"value_with_tax": price}]
    return {
        "audience": audience,
        "currency": currency,
        "marketplace_id": US,
        "our_price": [{"schedule": schedule}],
    }


def test_a_listing_whose_attributes_were_not_asked_for_tells_nothing() -> None:
    assert extras_of(read(ListingsItem, '{"sku": "A"}'), MARKET) == ListingExtras()
    assert told() == ListingExtras(None, None, None, None)


def test_all_is_told_at_once() -> None:
    assert told(
        fulfillment_availability=[stock(3)],
        condition_note=[{"value": "A scratch.", "language_tag": "en_US", "marketplace_id": US}],
        list_price=[{"currency": "USD", "value_with_tax": 25, "marketplace_id": US}],
        purchasable_offer=[offer("ALL", 19.99), offer("B2B", 18.5)],
    ) == ListingExtras(3, "A scratch.", 2500, 1850)


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ([stock(0)], 0),
        ([stock("5")], 5),
        ([stock(5.0)], 5),
        ([stock(2, "AMAZON_NA"), stock(4)], 4),
        ([stock(2, "AMAZON_NA")], None),
        ([stock(2, marketplace_id=DE)], None),
        ([stock(None), stock(4)], 4),
        ([stock(True)], None),
        ([stock(-1)], None),
        ([stock("soon")], None),
        ([{"fulfillment_channel_code": "DEFAULT", "quantity": 3}], None),
        ([], None),
        (["x", 3], None),
        ({"value": 3}, None),
        (None, None),
    ],
)
def test_the_handling_time_is_that_of_the_sellers_own_channel(
    value: object, days: int | None
) -> None:
    assert told(fulfillment_availability=value).handling_time == days


@pytest.mark.parametrize(
    ("value", "notes"),
    [
        ([{"value": "Used."}], "Used."),
        ([{"value": ""}], ""),
        (
            [{"value": "Alt.", "marketplace_id": DE}, {"value": "Old.", "marketplace_id": US}],
            "Old.",
        ),
        ([{"value": None}, {"value": "B"}], "B"),
        ([{}], None),
        ("Used.", None),
    ],
)
def test_notes_are_those_of_the_marketplace(value: object, notes: str | None) -> None:
    assert told(condition_note=value).notes == notes


@pytest.mark.parametrize(
    ("value", "minor"),
    [
        ([{"currency": "USD", "value": 19.99}], 1999),
        ([{"currency": "USD", "value_with_tax": "19.99"}], 1999),
        ([{"currency": "EUR", "value": 19.99}], None),
        ([{"currency": "USD", "value": True}], None),
        ([{"currency": "USD", "value": "much"}], None),
        ([{"currency": "USD"}], None),
    ],
)
def test_a_list_price_is_told_in_the_marketplaces_currency(
    value: object, minor: int | None
) -> None:
    assert told(list_price=value).list_price_minor == minor


def test_the_price_for_businesses_is_none_of_that_for_all() -> None:
    assert told(purchasable_offer=[offer("ALL", 19.99)]).business_price_minor is None
    assert told(purchasable_offer=[offer("B2B", 9, "EUR")]).business_price_minor is None
