"""Listings, the catalogue, restrictions, participations and stock are told as at Amazon's."""

from __future__ import annotations

import httpx
import pytest

from tests.simulators.clocks import iso
from tests.simulators.conftest import Caller
from tests.simulators.samples import ean
from tests.simulators.seller import DE, US, CatalogueItem, Issue, Listing, Restriction


def skus(answer: httpx.Response) -> list[str]:
    return [item["sku"] for item in answer.json()["items"]]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


# -- listings ----------------------------------------------------------------------------


def test_a_listing_is_told_part_by_part(caller: Caller) -> None:
    issue = Issue(
        "1", "No brand.", "ERROR", ("brand",), ("MISSING_ATTRIBUTE",), ("SEARCH_SUPPRESSED",)
    )
    listing = Listing(
        "A/B %+é", "B0TEST9999", "Kettle", quantity=3, issues=(issue,), status=frozenset({"BUYABLE"}),
        product_type="KETTLE", parent="P1", created=0.0, last_updated=60.5,
    )  # fmt: skip
    caller.seller.add(listing)
    answer = caller.get(
        "/listings/2021-08-01/items/A2EXAMPLE/A%2FB%20%25%2B%C3%A9",
        marketplaceIds=US,
        includedData="summaries,issues,offers,fulfillmentAvailability,productTypes,relationships",
    )
    assert answer.json() == {
        "sku": "A/B %+é",
        "summaries": [
            {
                "marketplaceId": US,
                "asin": "B0TEST9999",
                "productType": "KETTLE",
                "conditionType": "new_new",
                "status": ["BUYABLE"],
                "itemName": "Kettle",
                "createdDate": "1970-01-01T00:00:00.000Z",
                "lastUpdatedDate": "1970-01-01T00:01:00.500Z",
            }
        ],
        "issues": [
            {
                "code": "1",
                "message": "No brand.",
                "severity": "ERROR",
                "categories": ["MISSING_ATTRIBUTE"],
                "marketplaceIds": [US],
                "attributeNames": ["brand"],
                "enforcements": {
                    "actions": [{"action": "SEARCH_SUPPRESSED"}],
                    "exemption": {"status": "NOT_EXEMPT"},
                },
            }
        ],
        "offers": [
            {
                "marketplaceId": US,
                "offerType": "B2C",
                "price": {"currencyCode": "USD", "amount": "19.90"},
            }
        ],
        "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 3}],
        "productTypes": [{"marketplaceId": US, "productType": "KETTLE"}],
        "relationships": [
            {
                "marketplaceId": US,
                "relationships": [
                    {
                        "type": "VARIATION",
                        "variationTheme": {"attributes": ["color"], "theme": "COLOR"},
                        "parentSkus": ["P1"],
                    }
                ],
            }
        ],
    }


def test_an_unknown_listing_is_not_found(caller: Caller) -> None:
    answer = caller.get("/listings/2021-08-01/items/A2EXAMPLE/NOPE", marketplaceIds=US)
    assert code(answer) == (404, "NOT_FOUND")


def test_what_amazon_fulfils_has_no_quantity(caller: Caller) -> None:
    caller.seller.change("S01", channel="AMAZON_NA", quantity=7)
    answer = caller.search(
        identifiers="S01", identifiersType="SKU", includedData="fulfillmentAvailability"
    )
    assert answer.json()["items"] == [
        {"sku": "S01", "fulfillmentAvailability": [{"fulfillmentChannelCode": "AMAZON_NA"}]}
    ]


def test_pages_lead_from_the_youngest_change_to_the_oldest(caller: Caller) -> None:
    seen, params = [], {"pageSize": 20}
    answer = caller.search(**params)
    seen += skus(answer)
    answer = caller.search(**params, pageToken=answer.json()["pagination"]["nextToken"])
    seen += skus(answer)
    assert seen == [f"S{n:02d}" for n in range(24, -1, -1)]
    assert answer.json()["numberOfResults"] == 25
    assert list(answer.json()["pagination"]) == ["previousToken"]


def test_a_page_has_ten_listings_unless_more_are_asked_for(caller: Caller) -> None:
    assert len(skus(caller.search())) == 10


def test_a_page_token_serves_its_own_search_alone(caller: Caller) -> None:
    token = caller.search().json()["pagination"]["nextToken"]
    assert code(caller.search(pageToken=token, sortOrder="ASC")) == (400, "InvalidInput")


def test_no_more_than_a_thousand_listings_can_be_paged(caller: Caller) -> None:
    caller.seller.add(*(Listing(f"M{n}") for n in range(1500)))
    token, seen = "", 0
    while True:
        page = caller.search(pageSize=20, **({"pageToken": token} if token else {})).json()
        seen += len(page["items"])
        token = page.get("pagination", {}).get("nextToken", "")
        if not token:
            break
    assert (seen, page["numberOfResults"]) == (1000, 1525)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param({"lastUpdatedAfter": iso(1_000_023)}, ["S24", "S23"], id="after, inclusive"),
        pytest.param({"lastUpdatedBefore": iso(1_000_001)}, ["S01", "S00"], id="before, inclusive"),
        pytest.param(
            {"lastUpdatedAfter": iso(1_000_003), "lastUpdatedBefore": iso(1_000_004), "sortOrder": "ASC"},
            ["S03", "S04"],
            id="window, ascending",
        ),
        pytest.param(
            {"identifiers": "S03,NOPE,S01", "identifiersType": "SKU", "sortBy": "sku", "sortOrder": "ASC"},
            ["S01", "S03"],
            id="SKUs",
        ),
        pytest.param(
            {"identifiers": "B0TEST0007", "identifiersType": "ASIN"}, ["S07"], id="ASIN"
        ),
        pytest.param({"identifiers": ean(9), "identifiersType": "EAN"}, ["S09"], id="EAN"),
        pytest.param({"withoutStatus": "BUYABLE"}, ["S10"], id="without status"),
        pytest.param({"withStatus": "DISCOVERABLE", "withoutStatus": "BUYABLE"}, [], id="status"),
        pytest.param({"withIssueSeverity": "WARNING"}, ["S11"], id="severity"),
        pytest.param({"withIssueSeverity": "ERROR"}, [], id="other severity"),
        pytest.param({"variationParentSku": "S00"}, ["S12"], id="children"),
    ],
)  # fmt: skip
def test_a_search_finds_what_matches(
    caller: Caller, params: dict[str, str], expected: list[str]
) -> None:
    at = 1_000_010.5
    caller.seller.change("S10", status=frozenset(), last_updated=at)
    caller.seller.change("S11", issues=(Issue("2", "Odd price.", "WARNING"),), last_updated=at)
    caller.seller.change("S12", parent="S00", last_updated=at)
    caller.seller.change("S09", product_id=ean(9), last_updated=at)
    answer = caller.search(**params)
    assert (skus(answer), answer.json()["numberOfResults"]) == (expected, len(expected))


def test_a_change_is_seen_by_its_time(caller: Caller) -> None:
    before = iso(caller.clock.now())
    caller.clock.advance(60)
    caller.seller.change("S05", price="1.00")
    assert skus(caller.search(lastUpdatedAfter=before)) == ["S05"]


def test_each_marketplace_has_its_own_listings(caller: Caller) -> None:
    caller.seller.marketplaces[DE] = True
    caller.seller.add(Listing("S01", price="5.00"), Listing("NUR-DE"), marketplace_id=DE)
    german = caller.search(marketplaceIds=DE, includedData="offers", sortBy="sku", sortOrder="ASC")
    both = caller.search(
        marketplaceIds=f"{US},{DE}", identifiers="S01", identifiersType="SKU", includedData="offers"
    )
    assert skus(german) == ["NUR-DE", "S01"]
    assert [offer["price"] for offer in both.json()["items"][0]["offers"]] == [
        {"currencyCode": "USD", "amount": "19.90"},
        {"currencyCode": "EUR", "amount": "5.00"},
    ]


# -- catalogue and restrictions ----------------------------------------------------------


def test_the_catalogue_is_searched_by_identifiers(caller: Caller) -> None:
    caller.seller.know(
        CatalogueItem(
            "B0CAT00001", "Red Kettle", "KETTLE", (("EAN", ean(1)),), parent="B0CAT00003"
        ),
        CatalogueItem("B0CAT00002", "Red Kettle again", "KETTLE", (("EAN", ean(1)),)),
        CatalogueItem(
            "B0CAT00003", "Kettles", "KETTLE", (("EAN", ean(3)),), children=("B0CAT00001",)
        ),
    )
    parts = "identifiers,summaries,productTypes,relationships"
    asked = f"{ean(1)},{ean(2)}"
    two = caller.catalogue(identifiers=asked, identifiersType="EAN", includedData=parts).json()
    parent = caller.catalogue(identifiers=ean(3), identifiersType="EAN").json()
    by_asin = caller.catalogue(identifiers="B0CAT00003,B0NONE0000", identifiersType="ASIN").json()
    assert [item["asin"] for item in two["items"]] == ["B0CAT00001", "B0CAT00002"]
    assert two["items"][0] == {
        "asin": "B0CAT00001",
        "identifiers": [
            {
                "marketplaceId": US,
                "identifiers": [{"identifierType": "EAN", "identifier": ean(1)}],
            }
        ],
        "summaries": [
            {
                "marketplaceId": US,
                "brand": "Brackwater",
                "itemClassification": "BASE_PRODUCT",
                "itemName": "Red Kettle",
            }
        ],
        "productTypes": [{"marketplaceId": US, "productType": "KETTLE"}],
        "relationships": [
            {
                "marketplaceId": US,
                "relationships": [
                    {
                        "type": "VARIATION",
                        "variationTheme": {"attributes": ["color"], "theme": "COLOR"},
                        "parentAsins": ["B0CAT00003"],
                    }
                ],
            }
        ],
    }
    assert parent["items"][0]["summaries"][0]["itemClassification"] == "VARIATION_PARENT"
    assert by_asin["numberOfResults"] == 1


def test_what_twenty_identifiers_find_may_need_a_second_page(caller: Caller) -> None:
    caller.seller.know(
        *(CatalogueItem(f"B0CAT{n:05d}", "x", "X", (("EAN", ean(n)),)) for n in range(20))
    )
    asked = {"identifiers": ",".join(map(ean, range(20))), "identifiersType": "EAN"}
    first = caller.catalogue(**asked).json()
    second = caller.catalogue(**asked, pageToken=first["pagination"]["nextToken"]).json()
    found = [item["asin"] for page in (first, second) for item in page["items"]]
    assert (found, "pagination" in second) == ([f"B0CAT{n:05d}" for n in range(20)], False)


@pytest.mark.parametrize(
    ("asin", "params", "codes"),
    [
        pytest.param("B0TEST0001", {}, [], id="none"),
        pytest.param("B0TEST0002", {}, ["APPROVAL_REQUIRED", "NOT_ELIGIBLE"], id="all conditions"),
        pytest.param("B0TEST0002", {"conditionType": "new_new"}, ["APPROVAL_REQUIRED"], id="new"),
        pytest.param("B0NOWHERE0", {}, ["ASIN_NOT_FOUND"], id="unknown"),
    ],
)
def test_restrictions_are_told(
    caller: Caller, asin: str, params: dict[str, str], codes: list[str]
) -> None:
    caller.seller.restrict(
        "B0TEST0002",
        Restriction(
            "APPROVAL_REQUIRED", "You need approval.", link="https://sellercentral.example/a"
        ),
        Restriction("NOT_ELIGIBLE", "Not used.", condition="used_good"),
    )
    answer = caller.restrictions(asin, **params).json()["restrictions"]
    assert [reason["reasonCode"] for each in answer for reason in each["reasons"]] == codes


# -- sellers and stock -------------------------------------------------------------------


def test_participations_are_told(caller: Caller) -> None:
    caller.seller.marketplaces[DE] = False
    said = caller.get("/sellers/v1/marketplaceParticipations").json()["payload"]
    assert [
        (each["marketplace"]["id"], each["participation"]["isParticipating"]) for each in said
    ] == [(US, True), (DE, False)]


def test_stock_of_amazons_warehouses_comes_in_pages_whose_token_dies(caller: Caller) -> None:
    caller.seller.add(
        *(Listing(f"F{n}", f"B0FBA{n:05d}", channel="AMAZON_NA", quantity=n) for n in range(60))
    )
    first = caller.inventory(details="true").json()
    token = first["pagination"]["nextToken"]
    caller.clock.advance(30)
    second = caller.inventory(nextToken=token).json()
    caller.clock.advance(1)
    late = caller.inventory(nextToken=token)
    said = first["payload"]["inventorySummaries"] + second["payload"]["inventorySummaries"]
    assert [(each["sellerSku"], each["totalQuantity"]) for each in said] == [
        (f"F{n}", n) for n in range(60)
    ]
    assert first["payload"]["inventorySummaries"][5]["inventoryDetails"]["fulfillableQuantity"] == 5
    assert code(late) == (400, "InvalidInput")


def test_stock_is_narrowed_by_seller_skus(caller: Caller) -> None:
    caller.seller.add(*(Listing(f"F{n}", channel="AMAZON_NA", quantity=n) for n in range(9)))
    said = caller.inventory(sellerSkus="F3,F4,S01").json()["payload"]["inventorySummaries"]
    assert [each["sellerSku"] for each in said] == ["F3", "F4"]
