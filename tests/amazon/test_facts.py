"""Amazon's answers in our words: small answers of our own, and the examples of Amazon's schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.answers import CatalogPage, InventorySummary, ListingsItem
from amzsync.amazon.facts import (
    PageFound,
    catalogue_found,
    fba_row,
    issues_of,
    listing_answer,
    search_terms,
)
from amzsync.core.answers import ListingAnswer, row_of
from amzsync.core.issues import Issue
from amzsync.core.marketplaces import Marketplace, by_code
from amzsync.core.model import Fulfillment, ListingRow

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "amazon"
MERCHANT, AMAZON = Fulfillment.MERCHANT.value, Fulfillment.AMAZON.value


def market(code: str) -> Marketplace:
    found = by_code(code)
    assert found is not None
    return found


US, DE, JP = market("US"), market("DE"), market("JP")
SUMMARY = {
    "marketplaceId": US.marketplace_id, "asin": "B0TESTTEA1", "productType": "TEA",
    "conditionType": "new_new", "status": ["BUYABLE", "DISCOVERABLE"], "itemName": "Green tea",
    "createdDate": "2026-01-01T02:00:00.250+02:00", "lastUpdatedDate": "2026-11-20T00:00:00Z",
}  # fmt: skip


def offer(amount: str, currency: str = "USD", kind: str = "B2C", at: Marketplace = US) -> Any:
    price = {"currencyCode": currency, "amount": amount}
    return {"marketplaceId": at.marketplace_id, "offerType": kind, "price": price}


def stock(*channels: tuple[str, int | None]) -> Any:
    return [
        {"fulfillmentChannelCode": code} | ({} if quantity is None else {"quantity": quantity})
        for code, quantity in channels
    ]


def item(**told: Any) -> ListingsItem:
    return ListingsItem.model_validate({"sku": "TEA-1", **told})


def test_a_listing_is_told_in_our_words() -> None:
    found = listing_answer(
        item(
            summaries=[SUMMARY],
            offers=[offer("19.99")],
            fulfillmentAvailability=stock(("DEFAULT", 5)),
            issues=[],
        ),
        US,
    )
    assert found == ListingAnswer(
        "TEA-1", "B0TESTTEA1", "Green tea", "new_new", MERCHANT, 1999, 5,
        ("BUYABLE", "DISCOVERABLE"), (), True, None, "2026-01-01T00:00:00Z",
        "2026-11-20T00:00:00Z",
    )  # fmt: skip


def test_what_was_not_asked_for_is_not_told() -> None:
    assert listing_answer(item(), US) == ListingAnswer("TEA-1")


def test_nothing_of_another_marketplace_is_taken() -> None:
    told = item(summaries=[SUMMARY], offers=[offer("19.99")])
    assert listing_answer(told, DE) == ListingAnswer("TEA-1", has_offer=False)


def test_blank_texts_and_odd_asins_are_not_told() -> None:
    summary = SUMMARY | {"asin": "?", "itemName": " ", "conditionType": "", "status": []}
    found = listing_answer(item(summaries=[summary]), US)
    assert (found.asin, found.title, found.condition, found.words) == (None, None, None, ())
    bare = {
        key: SUMMARY[key] for key in SUMMARY if key not in {"asin", "itemName", "conditionType"}
    }
    found = listing_answer(item(summaries=[bare]), US)
    assert (found.asin, found.title, found.condition) == (None, None, None)


@pytest.mark.parametrize(
    ("offers", "place", "expected"),
    [
        (None, US, (None, None)),
        ([], US, (False, None)),
        ([offer("19.99", at=DE)], US, (False, None)),
        ([offer("19.99")], US, (True, 1999)),
        ([offer("5", kind="B2B"), offer("19.9")], US, (True, 1990)),
        ([offer("5", kind="B2B")], US, (True, 500)),
        ([offer("19.99", "EUR")], US, (True, None)),
        ([offer("0.00")], US, (True, 0)),
        ([offer("1980", "JPY", at=JP)], JP, (True, 1980)),
        ([offer("1980.00", "JPY", at=JP)], JP, (True, 1980)),
        ([offer("19.995")], US, (True, None)),
        ([offer("1e3")], US, (True, None)),
        ([offer("-1")], US, (True, None)),
        ([offer("")], US, (True, None)),
    ],
)
def test_a_price_is_exact_or_not_told(
    offers: Any, place: Marketplace, expected: tuple[bool | None, int | None]
) -> None:
    found = listing_answer(item(**({} if offers is None else {"offers": offers})), place)
    assert (found.has_offer, found.price_minor) == expected


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ([], (None, None)),
        ([("DEFAULT", 0)], (MERCHANT, 0)),
        ([("DEFAULT", None)], (MERCHANT, None)),
        ([("AMAZON_NA", None)], (AMAZON, None)),
        ([("AMAZON_NA", 7)], (AMAZON, None)),
        ([("DEFAULT", 7), ("AMAZON_EU", None)], (AMAZON, None)),
        ([("MY_SHED", 7)], (None, 7)),
        ([("MY_SHED", 7), ("DEFAULT", 2)], (MERCHANT, 2)),
    ],
)
def test_stock_is_that_of_the_channel_that_ships(
    channels: list[tuple[str, int | None]], expected: tuple[str | None, int | None]
) -> None:
    found = listing_answer(item(fulfillmentAvailability=stock(*channels)), US)
    assert (found.fulfillment, found.quantity) == expected


def test_issues_are_those_of_the_marketplace() -> None:
    plain = {"code": "1", "message": "m", "severity": "ERROR", "categories": ["MISSING_PRICE"]}
    taken = plain | {
        "code": "2",
        "attributeNames": ["brand", "size"],
        "marketplaceIds": [US.marketplace_id],
        "enforcements": {
            "actions": [{"action": "SEARCH_SUPPRESSED"}],
            "exemption": {
                "status": "EXEMPT_UNTIL_EXPIRY_DATE", "expiryDate": "2026-12-01T00:00:00.5Z",
            },
        },
    }  # fmt: skip
    told = item(issues=[plain, taken])
    one = Issue("1", "m", "ERROR", categories=("MISSING_PRICE",))
    other = Issue(
        "2", "m", "ERROR", ("brand", "size"), ("MISSING_PRICE",), ("SEARCH_SUPPRESSED",),
        "EXEMPT_UNTIL_EXPIRY_DATE", "2026-12-01T00:00:00Z",
    )  # fmt: skip
    assert issues_of(told, US.marketplace_id) == (one, other)
    assert issues_of(told, DE.marketplace_id) == (one,)
    assert issues_of(item(), US.marketplace_id) == ()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, None),
        ({"sellerSku": ""}, None),
        ({"sellerSku": "T", "totalQuantity": 9}, ListingRow("T", fulfillment=AMAZON)),
        ({"sellerSku": "T", "inventoryDetails": {}}, ListingRow("T", fulfillment=AMAZON)),
        ({"sellerSku": "T", "totalQuantity": 9, "inventoryDetails": {"fulfillableQuantity": 0}},
         ListingRow("T", fulfillment=AMAZON, quantity=0)),
        ({"sellerSku": "T", "inventoryDetails": {"fulfillableQuantity": 4}},
         ListingRow("T", fulfillment=AMAZON, quantity=4)),
    ],
)  # fmt: skip
def test_only_what_can_be_sold_of_amazons_stock_is_counted(
    told: dict[str, Any], expected: ListingRow | None
) -> None:
    assert fba_row(InventorySummary.model_validate(told)) == expected


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        ("upc", "00887276302195", ("UPC", "887276302195")),
        ("upc", "04006381333931", ("EAN", "4006381333931")),
        ("ean", "04006381333931", ("EAN", "4006381333931")),
        ("ean", "00887276302195", ("EAN", "0887276302195")),
        ("ean", "00000096385074", ("EAN", "96385074")),
        ("isbn", "09780306406157", ("ISBN", "9780306406157")),
        ("ean", "09780306406157", ("EAN", "9780306406157")),
        ("isbn", "04006381333931", ("EAN", "4006381333931")),
        ("ean", "14006381333938", ("GTIN", "14006381333938")),
        ("upc", "00000012345670", ("UPC", "000012345670")),
    ],
)
def test_an_identifier_is_searched_for_as_what_its_digits_are(
    kind: str, key: str, expected: tuple[str, str]
) -> None:
    assert search_terms(kind, key) == expected


# -- the catalogue -----------------------------------------------------------------------------------------

KEY, OTHER = "00887276302195", "04006381333931"


def page(*items: dict[str, Any]) -> CatalogPage:
    return CatalogPage.model_validate({"numberOfResults": len(items), "items": items})


def entry(asin: str, *numbers: tuple[str, str], **told: Any) -> dict[str, Any]:
    identifiers = [{"identifierType": kind, "identifier": number} for kind, number in numbers]
    group = {"marketplaceId": US.marketplace_id, "identifiers": identifiers}
    return {"asin": asin, "identifiers": [group], **told}


def summaries(**told: Any) -> list[dict[str, Any]]:
    return [{"marketplaceId": US.marketplace_id, **told}]


def related(kind: str, **told: Any) -> list[dict[str, Any]]:
    return summaries(relationships=[{"type": kind, **told}])


@pytest.mark.parametrize("number", [("UPC", "887276302195"), ("EAN", "0887276302195"),
                                    ("GTIN", KEY)])  # fmt: skip
def test_an_item_is_found_by_any_form_of_its_number(number: tuple[str, str]) -> None:
    found = catalogue_found(page(entry("B0A", number)), [OTHER, KEY])
    assert found == [PageFound(KEY, "B0A", None, None, parent=False)]


def test_a_book_is_found_by_its_isbn_10() -> None:
    found = catalogue_found(page(entry("0306406152", ("ISBN", "0306406152"))), ["09780306406157"])
    assert [one.asin for one in found] == ["0306406152"]


def test_an_item_that_carries_two_numbers_is_found_by_both_and_two_items_by_one() -> None:
    told = page(
        entry("B0A", ("UPC", "887276302195"), ("EAN", "4006381333931")),
        entry("B0B", ("EAN", "4006381333931")),
    )
    found = catalogue_found(told, [KEY, OTHER, KEY])
    assert [(one.key, one.asin) for one in found] == [(KEY, "B0A"), (OTHER, "B0A"), (OTHER, "B0B")]


def test_an_item_with_other_numbers_is_not_what_was_searched_for() -> None:
    told = page(entry("B0A", ("EAN", "4006381333931"), ("SKU", "887276302195")))
    assert catalogue_found(told, [KEY]) == []


def test_an_item_without_numbers_is_that_of_the_only_number_searched_for() -> None:
    told = page({"asin": "B0A"})
    assert [one.key for one in catalogue_found(told, [KEY])] == [KEY]
    assert catalogue_found(told, [KEY, OTHER]) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, False),
        ({"relationships": related("VARIATION", childAsins=["B0C"])}, True),
        ({"relationships": related("VARIATION", childAsins=[])}, False),
        ({"relationships": related("VARIATION", parentAsins=["B0P"])}, False),
        ({"relationships": related("PACKAGE_HIERARCHY", childAsins=["B0C"])}, False),
        ({"summaries": summaries(itemClassification="VARIATION_PARENT")}, True),
        ({"summaries": summaries(itemClassification="BASE_PRODUCT")}, False),
    ],
)
def test_what_has_variations_is_a_parent(told: dict[str, Any], *, expected: bool) -> None:
    found = catalogue_found(page(entry("B0A", ("GTIN", KEY), **told)), [KEY])
    assert [one.parent for one in found] == [expected]


# -- Amazon's own examples -----------------------------------------------------------------------------------


def sample(name: str) -> Any:
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"no {name} here")
    return json.loads(path.read_text("utf-8"))


def test_the_example_of_a_listing_in_two_marketplaces() -> None:
    told = sample("sandbox/listingsItems_2021-08-01__getListingsItem.json")
    one = ListingsItem.model_validate(told["static_pairs"][0]["response"])
    here, there = listing_answer(one, US), listing_answer(one, market("CA"))
    assert (here.price_minor, here.quantity, here.words) == (10000, 100, ("BUYABLE",))
    assert (there.price_minor, there.words) == (13000, ())
    assert [issue.code for issue in here.issues] == ["90220", "18027", "99300", "18155", "18742"]
    assert [issue.code for issue in there.issues] == ["18027", "99300"]
    row = row_of(here, "2026-11-23T12:00:00Z")
    assert row.status == "active"
    assert row.reason is not None
    assert row.reason.endswith(
        "Restricted Products Policy Violation (code 18742) (and 3 more issues)."
    )
    hidden = row_of(there, "2026-11-23T12:00:00Z").reason
    assert hidden is not None
    assert hidden.startswith("Amazon hides it from the search: We believe the main image")
    exempt = row_of(there, "2025-01-01T00:00:00Z").reason
    assert exempt is not None
    assert exempt.startswith("Amazon warns: ")


def test_the_example_of_a_seller_in_brazil() -> None:
    one = ListingsItem.model_validate(sample("amzn_recipes__listings-getListingsItem.json"))
    found = listing_answer(one, market("BR"))
    assert (found.asin, found.quantity, found.has_offer) == ("B08N5WRWNW", 100, None)


def test_the_example_of_a_catalogue_search() -> None:
    told = sample("sandbox/catalogItems_2022-04-01__searchCatalogItems.json")
    found = catalogue_found(
        CatalogPage.model_validate(told["static_pairs"][0]["response"]), [OTHER, KEY]
    )
    assert [(one.key, one.asin, one.product_type, one.parent) for one in found] == [
        (KEY, "B07N4M94X4", "TELEVISION", False)
    ]
