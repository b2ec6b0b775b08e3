"""Listings are patched, put and deleted as at Amazon, and the judge sees what was wrong in it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulators import faults
from tests.simulators.attributes import attributes_of, patched
from tests.simulators.conftest import Caller, offer, price, stock
from tests.simulators.report_texts import ALL, report_text
from tests.simulators.samples import asin
from tests.simulators.schemas import needs_schemas, problems_of_entries
from tests.simulators.seller import DE, US, CatalogueItem, Issue, Listing, Restriction, Seller

BAD = Issue("99022", "It is not valid.", "ERROR", ("quantity",), ("INVALID_ATTRIBUTE",))
REACHED: dict[str, Any] = {
    "price": None,
    "business_price": "17.00",
    "other_prices": {"minimum_seller_allowed_price": [{"schedule": [{"value_with_tax": 9}]}]},
}


# -- patches -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        pytest.param(stock(7), (7, 4, ()), id="merge keeps the handling time"),
        pytest.param(stock(7, op="replace"), (7, None, ()), id="replace wipes it"),
        pytest.param(stock(7, op="add"), (7, None, ()), id="add wipes it"),
        pytest.param(stock(7, lead_time_to_ship_max_days=2), (7, 2, ()), id="both are set"),
        pytest.param(
            stock(7, code="AMAZON_NA"), (5, 4, (("AMAZON_NA", 7),)), id="another channel is added"
        ),
        pytest.param(
            {"op": "delete", "path": "/attributes/fulfillment_availability"}, (None, None, ()),
            id="delete",
        ),
    ],
)  # fmt: skip
def test_what_a_patch_of_the_stock_does(
    caller: Caller, patch: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    caller.seller.change("S01", handling_time=4)
    answer = caller.patch("S01", patch).json()
    assert (answer["status"], answer["issues"]) == ("ACCEPTED", [])
    listing = caller.seller.listings["S01"]
    assert (listing.quantity, listing.handling_time, listing.extra_channels) == expected
    assert listing.last_updated == caller.clock.now()


def test_a_merged_price_keeps_the_other_prices_and_a_replaced_one_drops_them(
    caller: Caller,
) -> None:
    caller.seller.change("S01", **REACHED)
    caller.patch("S01", price(8))
    listing = caller.seller.listings["S01"]
    assert (listing.price, listing.business_price) == ("8.00", "17.00")
    assert listing.other_prices == REACHED["other_prices"]

    caller.patch("S01", price(8.5, op="replace"))
    listing = caller.seller.listings["S01"]
    assert (listing.price, listing.business_price, listing.other_prices) == ("8.50", None, {})
    assert caller.simulator.writes.harm()[0].harms == (
        "other prices dropped",
        "the business price dropped",
    )


def test_attributes_tell_what_was_patched(caller: Caller) -> None:
    caller.seller.change("S01", handling_time=4, notes="Boxed.", list_price="30.00")
    caller.patch("S01", stock(7), price(8))
    assert caller.attributes("S01") == {
        "item_name": [{"value": "Listing", "marketplace_id": US}],
        "condition_type": [{"value": "new_new", "marketplace_id": US}],
        "condition_note": [{"value": "Boxed.", "marketplace_id": US}],
        "purchasable_offer": [
            {
                "currency": "USD",
                "audience": "ALL",
                "our_price": [{"schedule": [{"value_with_tax": 8.0}]}],
                "marketplace_id": US,
            }
        ],
        "list_price": [{"value_with_tax": 30.0, "currency": "USD", "marketplace_id": US}],
        "fulfillment_availability": [
            {
                "fulfillment_channel_code": "DEFAULT",
                "quantity": 7,
                "lead_time_to_ship_max_days": 4,
            }
        ],
    }


@given(
    quantity=st.integers(0, 9999),
    days=st.none() | st.integers(0, 30),
    cents=st.none() | st.integers(1, 10**6),
    more=st.lists(st.tuples(st.just("AMAZON_NA"), st.none() | st.integers(0, 9)), max_size=1),
    op=st.sampled_from(["merge", "replace"]),
)
def test_a_patch_with_what_is_told_changes_nothing(
    quantity: int, days: int | None, cents: int | None, more: list[Any], op: str
) -> None:
    listing = Listing(
        "A", quantity=quantity, handling_time=days, extra_channels=tuple(more),
        price=None if cents is None else f"{cents / 100:.2f}", business_price="3.00",
    )  # fmt: skip
    told = attributes_of(US, listing)
    patches = [{"op": op, "path": f"/attributes/{n}", "value": v} for n, v in told.items()]
    assert patched(listing, patches, US)[0] == listing


@pytest.mark.parametrize(
    ("before", "patches", "expected"),
    [
        pytest.param({}, [stock(0)], {"DISCOVERABLE"}, id="sold out"),
        pytest.param(
            {"quantity": 0, "status": frozenset({"DISCOVERABLE"})}, [stock(2)],
            {"BUYABLE", "DISCOVERABLE"}, id="in stock again",
        ),
        pytest.param(
            {"price": None, "status": frozenset({"DISCOVERABLE"})}, [stock(2)], {"DISCOVERABLE"},
            id="no price",
        ),
        pytest.param(
            {"status": frozenset(), "issues": (Issue("1", "No.", actions=("LISTING_SUPPRESSED",)),)},
            [stock(2)], set(), id="suppressed",
        ),
    ],
)  # fmt: skip
def test_what_sells_depends_on_stock_price_and_issues(
    caller: Caller, before: dict[str, Any], patches: list[dict[str, Any]], expected: set[str]
) -> None:
    caller.seller.change("S01", **before)
    caller.patch("S01", *patches)
    assert caller.seller.listings["S01"].status == expected


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param(stock(-1), id="negative quantity"),
        pytest.param(stock("7"), id="text as quantity"),
        pytest.param(stock(True), id="bool as quantity"),
        pytest.param(stock(7, code="NOWHERE"), id="unknown channel"),
        pytest.param(stock(7, lead_time_to_ship_max_days=31), id="handling time too long"),
        pytest.param(stock(7, quantities=1), id="unknown key"),
        pytest.param(price(-1), id="negative price"),
        pytest.param(price(0), id="price of nothing"),
        pytest.param(price("8"), id="text as price"),
        pytest.param(price(8.001), id="price with a third of a cent"),
        pytest.param(price(8, currency=None), id="no currency"),
        pytest.param(price(8, currency="EUR"), id="other currency"),
        pytest.param(price(8, marketplace_id=DE), id="other marketplace"),
        pytest.param(
            {"op": "merge", "path": "/attributes/quantity", "value": [{"value": 1}]},
            id="unknown attribute",
        ),
        pytest.param({"op": "merge", "path": "/attributes/list_price"}, id="no value"),
    ],
)
def test_bad_values_are_invalid_with_status_200(caller: Caller, patch: dict[str, Any]) -> None:
    before = caller.seller.listings["S01"]
    answer = caller.patch("S01", patch)
    assert (answer.status_code, answer.json()["status"]) == (200, "INVALID")
    issue = answer.json()["issues"][0]
    assert (issue["severity"], issue["marketplaceIds"]) == ("ERROR", [US])
    assert caller.seller.listings["S01"] is before
    writes = caller.simulator.writes
    assert (writes.count(), len(writes.refused)) == (0, 1)


@pytest.mark.parametrize(
    ("body", "sku", "params", "status"),
    [
        pytest.param({"productType": "PRODUCT", "patches": []}, "S01", {}, 400, id="no patches"),
        pytest.param({"patches": [stock(1)]}, "S01", {}, 400, id="no product type"),
        pytest.param(
            {"productType": "PRODUCT", "patches": [{**stock(1), "op": "move"}]}, "S01", {}, 400,
            id="unknown op",
        ),
        pytest.param(
            {"productType": "PRODUCT", "patches": [{**stock(1), "path": "/attributes/a/0/b"}]},
            "S01", {}, 400, id="nested",
        ),
        pytest.param({"productType": "PRODUCT", "patches": [stock(1)]}, "NO", {}, 404, id="SKU"),
        pytest.param(
            {"productType": "PRODUCT", "patches": [stock(1)]}, "S01", {"marketplaceIds": DE}, 403,
            id="foreign marketplace",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_an_error(
    caller: Caller, body: Any, sku: str, params: dict[str, Any], status: int
) -> None:
    assert caller.item("PATCH", sku, body, **params).status_code == status
    assert caller.simulator.writes.count() == 0


def test_another_seller_id_is_refused(caller: Caller) -> None:
    body = {"productType": "PRODUCT", "patches": [stock(1)]}
    path = "/listings/2021-08-01/items/ASOMEBODY/S01"
    answer = caller.http.patch(path, params={"marketplaceIds": US}, json=body)
    assert answer.status_code == 403


def test_a_seller_can_have_what_is_refused_and_what_fails_later(caller: Caller) -> None:
    caller.seller.invalid["S01"] = (BAD,)
    caller.seller.fails_later["S02"] = (BAD,)
    assert caller.patch("S01", stock(1)).json()["status"] == "INVALID"
    assert caller.patch("S02", stock(1)).json()["status"] == "ACCEPTED"
    listing = caller.seller.listings["S02"]
    assert (listing.quantity, listing.issues) == (5, (BAD,))
    caller.patch("S02", stock(1))
    assert caller.simulator.writes.twice() == []  # the first had failed


# -- delays ------------------------------------------------------------------------------


def test_what_is_accepted_shows_after_the_delay_in_all_reads(caller: Caller) -> None:
    caller.seller.submission_delay = 30.0
    caller.search()  # the index is there
    caller.patch("S01", stock(77))
    since = "2026-11-01T00:00:00Z"
    assert caller.seller.listings["S01"].quantity == 5
    assert caller.search(lastUpdatedAfter=since).json()["items"] == []

    caller.clock.advance(30)
    assert caller.seller.listings["S01"].quantity == 77
    assert [i["sku"] for i in caller.search(lastUpdatedAfter=since).json()["items"]] == ["S01"]
    assert "\t77\t" in (report_text(ALL, caller.seller, US) or "")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=30), st.integers(1, 40))
def test_an_index_that_is_mended_is_as_one_that_is_made_anew(
    changes: list[tuple[int, int]], count: int
) -> None:
    seller = Seller()
    seller.add(*(Listing(f"S{n}", asin(n % 7), last_updated=float(n)) for n in range(count)))
    for number, what in changes:
        sku = f"S{number}"
        if what == 0 and sku in seller.listings:
            seller.remove(sku)
        else:
            seller.add(Listing(sku, asin(what), product_id=f"{what}", last_updated=float(what)))
        if what % 2:
            seller.index(US)
    mended = seller.index(US)
    seller.touched()
    anew = seller.index(US)
    assert mended.by_update == anew.by_update
    for one, other in ((mended.by_asin, anew.by_asin), (mended.by_product_id, anew.by_product_id)):
        assert {k: sorted(v) for k, v in one.items()} == {k: sorted(v) for k, v in other.items()}


# -- puts --------------------------------------------------------------------------------


def test_an_offer_is_put_on_a_page(caller: Caller) -> None:
    caller.seller.know(CatalogueItem("B0NEW00001", "Kettle", "KETTLE"))
    answer = caller.item("PUT", "N/1", offer("B0NEW00001"), includedData="identifiers,issues")
    assert answer.json()["status"] == "ACCEPTED"
    assert answer.json()["identifiers"] == [{"marketplaceId": US, "asin": "B0NEW00001"}]
    new = caller.seller.listings["N/1"]
    assert (new.asin, new.title, new.price, new.quantity, new.product_type) == (
        "B0NEW00001", "Kettle", "12.50", 3, "KETTLE",
    )  # fmt: skip
    assert new.status == {"BUYABLE", "DISCOVERABLE"}


def test_a_put_replaces_the_whole_listing(caller: Caller) -> None:
    caller.seller.change("S01", handling_time=4, notes="Boxed.", **REACHED)
    caller.item("PUT", "S01", offer("B0TEST0001"))
    listing = caller.seller.listings["S01"]
    assert (listing.handling_time, listing.notes, listing.business_price) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        pytest.param({"merchant_suggested_asin": None}, "merchant_suggested_asin", id="no ASIN"),
        pytest.param({"condition_type": None}, "condition_type", id="no condition"),
        pytest.param({"purchasable_offer": None}, "purchasable_offer", id="no price"),
        pytest.param({"fulfillment_availability": None}, "fulfillment_availability", id="no stock"),
        pytest.param(
            {"merchant_suggested_asin": [{"value": "B0NOWHERE0"}]}, "merchant_suggested_asin",
            id="unknown page",
        ),
        pytest.param(
            {"merchant_suggested_asin": [{"value": "B0TEST0009"}]}, "merchant_suggested_asin",
            id="approval needed",
        ),
        pytest.param({"condition_type": [{"value": "new"}]}, "condition_type", id="bad condition"),
    ],
)  # fmt: skip
def test_an_offer_that_cannot_be_is_invalid(
    caller: Caller, change: dict[str, Any], name: str
) -> None:
    caller.seller.restrict("B0TEST0009", Restriction("APPROVAL_REQUIRED", "Approval is needed."))
    body = offer("B0TEST0001")
    kept = {k: v for k, v in {**body["attributes"], **change}.items() if v is not None}
    answer = caller.item("PUT", "NEW", {**body, "attributes": kept}).json()
    assert answer["status"] == "INVALID"
    assert name in answer["issues"][0]["attributeNames"]
    assert "NEW" not in caller.seller.listings


def test_a_put_and_a_deletion_are_about_one_marketplace(caller: Caller) -> None:
    both = f"{US},{DE}"
    assert caller.item("PUT", "S01", offer(), marketplaceIds=both).status_code == 400
    assert caller.item("DELETE", "S01", marketplaceIds=both).status_code == 400


# -- deletions ---------------------------------------------------------------------------


def test_a_deleted_listing_goes_after_the_delay_and_may_come_back(caller: Caller) -> None:
    caller.seller.submission_delay, caller.seller.returns["S01"] = 60.0, 3600.0
    assert caller.item("DELETE", "S01").json()["status"] == "ACCEPTED"
    assert "S01" in caller.seller.listings
    caller.clock.advance(60)
    assert "S01" not in caller.seller.listings
    assert caller.item("DELETE", "S01").status_code == 404
    caller.clock.advance(3540)
    assert "S01" not in caller.seller.listings
    caller.clock.advance(60)
    assert caller.seller.listings["S01"].quantity == 5
    assert caller.simulator.writes.ended() == ["S01"]


# -- trials ------------------------------------------------------------------------------


def test_a_trial_says_what_would_be_and_changes_nothing(caller: Caller) -> None:
    before = dict(caller.seller.listings)
    trial = {"mode": "VALIDATION_PREVIEW"}
    assert caller.patch("S01", stock(1), **trial).json()["status"] == "VALID"
    assert caller.patch("S01", stock(-1), **trial).json()["status"] == "INVALID"
    assert caller.item("PUT", "NEW", offer(), **trial).json()["status"] == "VALID"
    assert caller.seller.listings == before
    assert (caller.simulator.writes.count(), caller.simulator.writes.refused) == (0, [])


def test_a_trial_has_a_usage_plan_and_faults_of_its_own(throttled: Caller) -> None:
    trial = {"mode": "VALIDATION_PREVIEW"}
    throttled.simulator.script("patchListingsItem preview", faults.empty(500))
    assert throttled.patch("S01", stock(1)).status_code == 200
    assert throttled.patch("S01", stock(1), **trial).status_code == 500
    assert throttled.patch("S01", stock(1), **trial).status_code == 429
    throttled.clock.advance(1)
    assert throttled.patch("S01", stock(1), **trial).status_code == 200


# -- the judge ---------------------------------------------------------------------------


def test_the_same_again_is_twice_unless_something_was_between(caller: Caller) -> None:
    writes = caller.simulator.writes
    caller.patch("S01", stock(1))
    caller.patch("S01", price(8))
    caller.patch("S02", stock(1))
    assert writes.twice() == []
    caller.patch("S01", stock(1))
    assert [(each.sku, each.values) for each in writes.twice()] == [("S01", {"quantity": 1})]
    caller.patch("S02", stock(2))
    caller.patch("S02", stock(1))
    caller.patch("S02", stock(1, lead_time_to_ship_max_days=3))
    caller.seller.change("S02", quantity=0)  # sold
    caller.patch("S02", stock(1))
    assert len(writes.twice()) == 1


def test_a_listing_that_was_deleted_can_be_put_again(caller: Caller) -> None:
    for _ in range(2):
        caller.item("PUT", "N1", offer())
        caller.item("DELETE", "N1")
    assert caller.simulator.writes.twice() == []
    assert caller.simulator.writes.ended() == ["N1", "N1"]


@pytest.mark.parametrize(
    ("fields", "patch", "harms"),
    [
        pytest.param({}, stock(1), (), id="none"),
        pytest.param({}, stock(1, op="replace"), ("a quantity by replace",), id="replace"),
        pytest.param({}, stock(1, code="AMAZON_NA"), ("another channel",), id="channel"),
        pytest.param(
            {"channel": "AMAZON_NA"}, stock(1),
            ("a quantity for what Amazon ships", "another channel"), id="FBA",
        ),
    ],
)  # fmt: skip
def test_the_judge_sees_harm(
    caller: Caller, fields: dict[str, Any], patch: dict[str, Any], harms: tuple[str, ...]
) -> None:
    caller.seller.change("S01", **fields)
    caller.patch("S01", patch)
    assert [each.harms for each in caller.simulator.writes.harm()] == ([harms] if harms else [])


def test_a_quantity_for_what_amazon_ships_stays_visible(caller: Caller) -> None:
    caller.seller.change("S01", channel="AMAZON_NA", quantity=40)
    caller.patch("S01", stock(1))
    listing = caller.seller.listings["S01"]
    assert (listing.quantity, listing.extra_channels) == (40, (("DEFAULT", 1),))
    told = caller.item("GET", "S01", includedData="fulfillmentAvailability").json()
    assert told["fulfillmentAvailability"] == [
        {"fulfillmentChannelCode": "AMAZON_NA"},
        {"fulfillmentChannelCode": "DEFAULT", "quantity": 1},
    ]


# -- answers that are lost ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "quantity"),
    [
        pytest.param(faults.connection_reset(), 5, id="lost before"),
        pytest.param(faults.answer_lost(), 1, id="lost after"),
        pytest.param(faults.failed_afterwards(503), 1, id="failed after"),
        pytest.param(faults.throttled(), 5, id="throttled"),
        pytest.param(faults.empty(500), 5, id="failed before"),
    ],
)
def test_what_is_done_when_the_answer_does_not_say_so(
    caller: Caller, fault: faults.Fault, quantity: int
) -> None:
    caller.simulator.script("patchListingsItem", fault)
    try:
        answer: int | None = caller.patch("S01", stock(1)).status_code
    except httpx.TransportError:
        answer = None
    assert answer != 200
    assert caller.seller.listings["S01"].quantity == quantity
    assert caller.simulator.writes.count() == (quantity == 1)


@needs_schemas
def test_what_is_answered_keeps_to_the_schemas(caller: Caller) -> None:
    parts = "identifiers,issues"
    caller.patch("S01", stock(1), price(2), includedData=parts)
    caller.patch("S01", stock(-1), includedData=parts)
    caller.patch("NO", stock(1))
    caller.item("PUT", "N1", offer(), includedData=parts)
    caller.item("DELETE", "N1")
    caller.attributes("S01")
    assert problems_of_entries(caller.simulator.ledger.calls()) == []
