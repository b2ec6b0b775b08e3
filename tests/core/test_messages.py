"""What is said to Amazon: its own forms, exact money, and each attribute once."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.marketplaces import MARKETPLACES, by_code
from amzsync.core.messages import (
    ATTRIBUTES,
    Terms,
    feed_message,
    money,
    offer_body,
    patch_body,
    patches,
    terms_of,
    whole,
    zero_body,
)
from amzsync.core.model import Condition, Fulfillment
from amzsync.core.plan import Difference, Seen, Value
from tests.simulators.schemas import FOLDER, needs_schemas, problems_of_request

FEED_SCHEMA = FOLDER / "schemas" / "listings-feed-message-schema-v2.json"
ITEM = "/listings/2021-08-01/items/A1SELLER/SKU-1"


def terms(code: str = "US") -> Terms:
    place = by_code(code)
    assert place is not None
    return terms_of(place)


US = terms()
PRICE = {"our_price": [{"schedule": [{"value_with_tax": 19.99}]}]}
OFFER = {"marketplace_id": "ATVPDKIKX0DER", "currency": "USD"}
ALL = {**OFFER, "audience": "ALL", **PRICE}
B2B = {**OFFER, "audience": "B2B", "our_price": [{"schedule": [{"value_with_tax": 18}]}]}
TIERS = {
    "quantity_discount_plan": [
        {
            "schedule": [
                {
                    "discount_type": "fixed",
                    "levels": [
                        {"lower_bound": 5, "value": 17.5},
                        {"lower_bound": 10, "value": 17},
                    ],
                }
            ]
        }
    ]
}
NOTE = {"value": "As new", "marketplace_id": "ATVPDKIKX0DER", "language_tag": "en_US"}


def wants(**fields: Value) -> list[Difference]:
    return [Difference(name, None, value) for name, value in fields.items()]


def merge(attribute: str, *value: dict[str, Any]) -> dict[str, Any]:
    return {"op": "merge", "path": f"/attributes/{attribute}", "value": list(value)}


def stock(**values: int) -> dict[str, Any]:
    return merge("fulfillment_availability", {"fulfillment_channel_code": "DEFAULT", **values})


PATCHES: list[tuple[str, dict[str, Value], list[dict[str, Any]]]] = [
    ("nothing", {}, []),
    ("a price", {"price": 1999}, [merge("purchasable_offer", ALL)]),
    ("a quantity", {"quantity": 7}, [stock(quantity=7)]),
    ("sold out", {"quantity": 0}, [stock(quantity=0)]),
    ("a handling time alone", {"handling_time": 3}, [stock(lead_time_to_ship_max_days=3)]),
    ("no handling time at all", {"handling_time": 0}, [stock(lead_time_to_ship_max_days=0)]),
    ("stock of both kinds at once", {"handling_time": 3, "quantity": 7},
     [stock(quantity=7, lead_time_to_ship_max_days=3)]),
    ("what is left as it is", {"price": None, "quantity": None}, []),
    ("both audiences at once", {"business_price": 1800, "price": 1999},
     [merge("purchasable_offer", ALL, B2B)]),
    ("business tiers", {"business_price": 1800, "business_tiers": "5 at 17.50; 10 at 17.00"},
     [merge("purchasable_offer", {**B2B, **TIERS})]),
    ("tiers alone", {"business_tiers": "5 at 17.50; 10 at 17.00"},
     [merge("purchasable_offer", {**OFFER, "audience": "B2B", **TIERS})]),
    ("a list price", {"list_price": 2500},
     [{"op": "replace", "path": "/attributes/list_price", "value": [{**OFFER, "value": 25}]}]),
    ("notes", {"seller_notes": "As new"},
     [{"op": "replace", "path": "/attributes/condition_note", "value": [NOTE]}]),
    ("notes taken away", {"seller_notes": ""},
     [{"op": "delete", "path": "/attributes/condition_note",
       "value": [{"marketplace_id": "ATVPDKIKX0DER", "language_tag": "en_US"}]}]),
    ("several", {"quantity": 7, "price": 1999},
     [merge("purchasable_offer", ALL), stock(quantity=7)]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "said"), [case[1:] for case in PATCHES], ids=[c[0] for c in PATCHES])  # fmt: skip
def test_a_change_is_said_in_amazons_form(
    fields: dict[str, Value], said: list[dict[str, Any]]
) -> None:
    assert patches(wants(**fields), US) == said


def test_the_wanted_quantity_goes_along_with_a_handling_time() -> None:
    assert patches(wants(handling_time=3), US, quantity=7) == [
        stock(quantity=7, lead_time_to_ship_max_days=3)
    ]


def test_a_quantity_that_changes_is_not_overruled() -> None:
    assert patches(wants(handling_time=3, quantity=0), US, quantity=7) == [
        stock(quantity=0, lead_time_to_ship_max_days=3)
    ]


def test_a_quantity_is_never_said_unasked() -> None:
    assert patches(wants(price=1999), US, quantity=7) == [merge("purchasable_offer", ALL)]


@pytest.mark.parametrize("field", ["asin", "condition", "fulfillment", "listing"])
def test_what_cannot_be_changed_in_place_is_no_patch(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        patches(wants(**{field: "x"}), US)


def test_a_marketplace_without_amazon_business_has_no_business_price() -> None:
    assert patches(wants(business_price=1800, business_tiers="5 at 17.50"), terms("SE")) == []


def test_yen_are_whole() -> None:
    said = json.dumps(patches(wants(price=1999, business_tiers="5 at 900"), terms("JP")))
    assert '"value_with_tax": 1999}' in said
    assert '"value": 900}' in said


def test_list_prices_are_told_with_tax_outside_america() -> None:
    assert patches(wants(list_price=2599), terms("DE"))[0]["value"] == [
        {"marketplace_id": "A1PA6795UKMFR9", "currency": "EUR", "value_with_tax": 25.99}
    ]


@given(st.integers(0, 10**15 - 1), st.integers(0, 3))
def test_money_is_written_exactly(minor: int, exponent: int) -> None:
    written = json.dumps(money(minor, exponent))
    assert Decimal(written) == Decimal(minor).scaleb(-exponent)
    assert "e" not in written


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "price": st.integers(1, 10**9), "list_price": st.integers(1, 10**9), "business_price": st.integers(1, 10**9),
        "business_tiers": st.sampled_from(["5 at 17.50", "5 at 17.50; 10 at 17.00"]),
        "quantity": st.integers(0, 10**6), "handling_time": st.integers(0, 30), "seller_notes": st.text(),
        "tax_code": st.just("A_GEN_STANDARD"),
    },
)  # fmt: skip


@given(FIELDS, st.sampled_from(MARKETPLACES), st.booleans())
def test_an_attribute_is_said_once_and_all_are_said(
    fields: dict[str, Value], place: Any, backwards: bool
) -> None:
    differences = wants(**fields)
    found = patches(differences[::-1] if backwards else differences, terms_of(place))
    paths = [each["path"] for each in found]
    assert len(set(paths)) == len(paths)
    told = {
        ATTRIBUTES[name] for name in fields if place.business or not name.startswith("business_")
    }
    assert set(paths) == {f"/attributes/{name}" for name in told}


@given(FIELDS.filter(bool))
@needs_schemas
def test_patches_keep_to_amazons_schema(fields: dict[str, Value]) -> None:
    body = patch_body("", wants(**fields), US)
    query = {"marketplaceIds": US.marketplace_id}
    assert problems_of_request("patchListingsItem", "PATCH", ITEM, query, body) == []


def test_nothing_but_the_stock_is_set_to_zero() -> None:
    assert zero_body("SHIRT", US) == {"productType": "SHIRT", "patches": [stock(quantity=0)]}


# -- offers ----------------------------------------------------------------------------------------------

NEW: dict[str, Value] = {
    "asin": "B0EXAMPLE1", "price": 1999, "quantity": 7, "condition": Condition.USED_GOOD.value, "handling_time": 2,
    "seller_notes": "As new", "fulfillment": Fulfillment.MERCHANT.value, "list_price": 2500,
    "business_price": 1800, "business_tiers": "5 at 17.50; 10 at 17.00", "tax_code": "A_GEN_STANDARD",
}  # fmt: skip


def test_an_offer_has_all_its_terms() -> None:
    at = {"marketplace_id": US.marketplace_id}
    assert offer_body(wants(**NEW), US) == {
        "productType": "PRODUCT",
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": {
            "merchant_suggested_asin": [{"value": "B0EXAMPLE1", **at}],
            "condition_type": [{"value": "used_good", **at}],
            "condition_note": [NOTE],
            "list_price": [{**OFFER, "value": 25}],
            "product_tax_code": [{"value": "A_GEN_STANDARD", **at}],
            "purchasable_offer": [ALL, {**B2B, **TIERS}],
            "fulfillment_availability": [
                {
                    "fulfillment_channel_code": "DEFAULT",
                    "quantity": 7,
                    "lead_time_to_ship_max_days": 2,
                }
            ],
        },
    }


@pytest.mark.parametrize(
    ("code", "channel"),
    [("US", "AMAZON_NA"), ("BR", "AMAZON_NA"), ("UK", "AMAZON_EU"), ("PL", "AMAZON_EU"), ("IN", "AMAZON_IN"),
     ("JP", "AMAZON_JP"), ("AU", "AMAZON_AU"), ("SG", "AMAZON_SG")],
)  # fmt: skip
def test_of_what_amazon_ships_no_stock_is_told(code: str, channel: str) -> None:
    body = offer_body(wants(**{**NEW, "fulfillment": "amazon"}), terms(code))
    assert body["attributes"]["fulfillment_availability"] == [{"fulfillment_channel_code": channel}]


def test_the_merchant_ships_where_nothing_says_who_does() -> None:
    body = offer_body(wants(asin="B0EXAMPLE1", quantity=7), US)
    assert body["attributes"]["fulfillment_availability"] == [
        {"fulfillment_channel_code": "DEFAULT", "quantity": 7}
    ]


def test_an_offer_without_notes_has_none() -> None:
    assert "condition_note" not in offer_body(wants(asin="B0EXAMPLE1", seller_notes=""), US)["attributes"]  # fmt: skip


@needs_schemas
def test_an_offer_keeps_to_amazons_schema() -> None:
    query = {"marketplaceIds": US.marketplace_id}
    body = offer_body(wants(**NEW), US)
    assert problems_of_request("putListingsItem", "PUT", ITEM, query, body) == []


def test_a_listing_made_anew_keeps_what_does_not_change() -> None:
    seen = Seen(1999, 7, "merchant", "new_new", "B0OLD00000", 2, None)
    found = whole([Difference("asin", "B0OLD00000", "B0NEW00000")], seen)
    assert {one.field: one.wanted for one in found} == {
        "asin": "B0NEW00000", "condition": "new_new", "price": 1999, "quantity": 7, "handling_time": 2,
        "fulfillment": "merchant",
    }  # fmt: skip


@pytest.mark.parametrize("place", MARKETPLACES, ids=[each.code for each in MARKETPLACES])
def test_every_marketplace_has_terms(place: Any) -> None:
    found = terms_of(place)
    assert found.channel in place.channels
    assert found.language_tag[2] == "_"


# -- feeds -----------------------------------------------------------------------------------------------

MESSAGES = [
    ("stock", feed_message("SKU-1", zero_body("PRODUCT", US), "PATCH")),
    ("price", feed_message("SKU-1", patch_body("SHIRT", wants(price=1999), US), "PATCH")),
    ("offer", feed_message("SKU-1", offer_body(wants(**NEW), US), "UPDATE")),
]


@needs_schemas
@pytest.mark.parametrize("message", [case[1] for case in MESSAGES], ids=[c[0] for c in MESSAGES])
def test_messages_keep_to_amazons_schema(message: dict[str, Any]) -> None:
    if not FEED_SCHEMA.is_file():
        pytest.skip("Amazon's schema of feed messages is not beside the project")
    schema = json.loads(FEED_SCHEMA.read_text(encoding="utf-8"))
    numbered = {"messageId": 1, **message}
    [form] = [
        each
        for each in schema["oneOf"]
        if each["properties"]["operationType"]["const"] == message["operationType"]
    ]
    assert set(schema["required"]) | set(form["required"]) <= numbered.keys() <= set(schema["properties"])  # fmt: skip
    assert not [name for name, it in form["properties"].items() if it is False and name in numbered]
    for name in ("operationType", "requirements"):
        assert message.get(name) in (None, *schema["properties"][name]["enum"])
    allowed = schema["properties"]["patches"]["items"]["properties"]["op"]["enum"]
    assert all(each["op"] in allowed for each in message.get("patches", ()))


@pytest.mark.parametrize(
    ("fields", "most"),
    [({"quantity": 5}, 232), ({"price": 1999}, 296), ({"price": 1999, "quantity": 5}, 420)],
    ids=["stock", "price", "both"],
)
def test_messages_are_as_small_as_they_can_be(fields: dict[str, Value], most: int) -> None:
    """25,000 of both, Amazon's limit of messages, come just to its limit of bytes."""
    message = {
        "messageId": 12345,
        **feed_message("SKU-000012345", patch_body("PRODUCT", wants(**fields), US), "PATCH"),
    }
    size = len(json.dumps(message, separators=(",", ":"))) + 1
    assert most - 20 <= size <= most
