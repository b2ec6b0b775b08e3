"""Offers in our words: what is wrong with one ASIN spoils no other, what is not told is not made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.answer_parts import read
from amzsync.amazon.offer_answers import (
    CompetitiveSummaries,
    Found,
    ItemOffersBatch,
    item_offers,
    summary_offers,
)
from amzsync.core.marketplaces import Marketplace, by_code
from amzsync.core.offers import Offer
from tests.simulators.schemas import FOLDER, needs_schemas
from tests.simulators.seller import DE, US

ASIN, WE = "B0TEST0001", "A2EXAMPLE"


def place(code: str = "US") -> Marketplace:
    found = by_code(code)
    assert found is not None
    return found


def money(amount: float | None, currency: str = "USD") -> dict[str, Any]:
    return {} if amount is None else {"CurrencyCode": currency, "Amount": amount}


def offer(price: float | None = 19.9, shipping: float = 3.99, **more: Any) -> dict[str, Any]:
    currency = more.pop("currency", "USD")
    return {
        "SubCondition": "new",
        "SellerId": "A1RIVAL",
        "ShippingTime": {},
        "ListingPrice": money(price, currency),
        "Shipping": money(shipping, currency),
        "IsFulfilledByAmazon": False,
        **more,
    }


def part(
    *offers: dict[str, Any], family: str = "New", box: Any = None, **more: Any
) -> dict[str, Any]:
    payload = {
        "ASIN": ASIN,
        "marketplaceId": US,
        "ItemCondition": family,
        "status": "Success",
        "Identifier": {"MarketplaceId": US, "ItemCondition": family},
        "Summary": {"TotalOfferCount": len(offers)} | ({"BuyBoxPrices": box} if box else {}),
        "Offers": list(offers),
        **more,
    }
    return {
        "status": {"statusCode": 200},
        "body": {"payload": payload},
        "request": {"Asin": ASIN, "MarketplaceId": US, "ItemCondition": family},
    }


def found(*parts: dict[str, Any], code: str = "US") -> list[Found]:
    batch = read(ItemOffersBatch, json.dumps({"responses": parts}))
    return list(item_offers(batch, place(code), WE))


def one(*offers: dict[str, Any], **more: Any) -> list[Offer]:
    (told,) = found(part(*offers, **more))
    assert told.offers is not None, told
    return list(told.offers)


def test_an_offer_is_told_with_all_that_a_rule_looks_at() -> None:
    feedback = {"SellerPositiveFeedbackRating": 97.9, "FeedbackCount": 1200}
    told = one(offer(SellerFeedbackRating=feedback, IsBuyBoxWinner=True, IsFulfilledByAmazon=True))
    assert told == [Offer("new_new", 1990, 399, "amazon", 97, 1200, ours=False, buy_box=True)]


def test_what_is_not_told_of_an_offer_is_not_made_up() -> None:
    bare = offer(SellerFeedbackRating={"FeedbackCount": 3})
    del bare["SellerId"]
    assert one(bare, offer()) == [
        Offer("new_new", 1990, 399, "merchant", None, 3),
        Offer("new_new", 1990, 399, "merchant"),
    ]


@pytest.mark.parametrize("mark", [{"SellerId": WE}, {"SellerId": "X", "MyOffer": True}])
def test_our_own_offer_is_known_by_our_id_or_by_amazons_word(mark: dict[str, Any]) -> None:
    assert [each.ours for each in one(offer(**mark), offer(MyOffer=False))] == [True, False]


@pytest.mark.parametrize(
    ("family", "grade", "condition"),
    [
        ("New", "new", "new_new"),
        ("New", "Open Box", "new_open_box"),
        ("Used", "Mint", "used_like_new"),
        ("Used", "Like New", "used_like_new"),
        ("Used", "VeryGood", "used_very_good"),
        ("Used", "very good", "used_very_good"),
        ("Used", "good", "used_good"),
        ("Used", "Acceptable", "used_acceptable"),
        ("Used", "Poor", "used_poor"),
        ("Collectible", "Mint", "collectible_like_new"),
        ("Collectible", "Good", "collectible_good"),
        ("Refurbished", "Refurbished Warranty", "refurbished_refurbished"),
        ("Club", "Club", "club_club"),
    ],
)
def test_family_and_grade_make_a_condition(family: str, grade: str, condition: str) -> None:
    assert one(offer(SubCondition=grade), family=family)[0].condition == condition


def test_an_offer_without_a_price_is_left_out() -> None:
    assert len(one(offer(None), offer(5))) == 1


def test_an_offer_in_another_currency_is_left_out_and_counted() -> None:
    (told,) = found(part(offer(currency="EUR"), offer(), offer(currency="CAD")))
    assert (told.offers, told.foreign) == ((Offer("new_new", 1990, 399, "merchant"),), 2)


@pytest.mark.parametrize("amount", [19.999, -1, 1e12])
def test_an_amount_that_is_none_of_the_currency_is_left_out(amount: float) -> None:
    assert one(offer(amount)) == []


def test_yen_have_no_decimals() -> None:
    told = part(offer(1980, 0, currency="JPY"), marketplaceId="A1VC38T7YXB528")
    assert found(told, code="JP")[0].offers == (Offer("new_new", 1980, 0, "merchant"),)


def test_offers_for_business_buyers_do_not_count() -> None:
    assert len(one(offer(offerType="B2B"), offer(offerType="B2C"))) == 1


def box(price: float, condition: str = "new", **more: Any) -> dict[str, Any]:
    return {
        "condition": condition,
        "LandedPrice": money(price),
        "ListingPrice": money(price),
        "Shipping": money(0),
        **more,
    }


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], None),
        ([box(25)], (2500, False)),
        ([box(25, sellerId=WE)], (2500, True)),
        ([box(9, "used"), box(25)], (2500, False)),
        ([box(25, offerType="B2B"), box(24, quantityTier=5)], None),
    ],
    ids=["none", "of another", "ours", "of our family", "for consumers, of one piece"],
)
def test_a_buy_box_that_is_not_among_the_lowest_is_told_beside_them(
    told: list[dict[str, Any]], expected: tuple[int, bool] | None
) -> None:
    offers = one(offer(), box=told)
    assert [(each.price_minor, each.ours) for each in offers if each.buy_box] == (
        [] if expected is None else [expected]
    )


def test_a_buy_box_among_the_offers_is_not_told_twice() -> None:
    assert len(one(offer(25, 0, IsBuyBoxWinner=True), box=[box(25)])) == 1


def failed(status: int, code: str, **request: Any) -> dict[str, Any]:
    return {
        "status": {"statusCode": status},
        "body": {"errors": [{"code": code, "message": "No."}]},
        "request": {"Asin": ASIN, "MarketplaceId": US, "ItemCondition": "New", **request},
    }


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (failed(429, "QuotaExceeded"), "QuotaExceeded"),
        (failed(400, "InvalidInput"), "InvalidInput"),
        ({**part(offer()), "status": {"statusCode": 500}}, "Http500"),
        (part(offer(), marketplaceId=DE), "WrongMarketplace"),
        (part({"SubCondition": "new"}), "BadAnswer"),
        (part(offer(), Offers=None), "BadAnswer"),
        (part(status="ActiveButTooSoonForProcessing"), "ActiveButTooSoonForProcessing"),
        (part(status="ServerError"), "ServerError"),
        ({**part(), "body": {}}, "Http200"),
    ],
    ids=[
        "throttled", "refused", "ill", "of another marketplace", "an offer without a price key",
        "no list of offers", "too soon", "error in 200", "nothing",
    ],
)  # fmt: skip
def test_what_is_wrong_with_one_asin_spoils_no_other(told: dict[str, Any], code: str) -> None:
    other = part(offer())
    other["request"]["Asin"] = "B0TEST0002"
    bad, good = found(told, other)
    assert (bad.asin, bad.family, bad.offers, bad.code) == (ASIN, "New", None, code)
    assert (good.asin, len(good.offers or ())) == ("B0TEST0002", 1)


def test_nobody_offers_it_is_an_answer() -> None:
    assert found(part(status="NoBuyableOffers"))[0].offers == ()


def test_an_answer_without_responses_is_none() -> None:
    with pytest.raises(ValueError, match="responses"):
        read(ItemOffersBatch, "{}")


# -- summaries -----------------------------------------------------------------------------------------


def summed(seller: str, price: float, currency: str = "USD", **more: Any) -> dict[str, Any]:
    return {
        "sellerId": seller,
        "condition": "New",
        "fulfillmentType": "MFN",
        "listingPrice": {"amount": price, "currencyCode": currency},
        **more,
    }


def summary(featured: list[Any], lowest: list[Any], **body: Any) -> list[Found]:
    told = {
        "asin": ASIN,
        "marketplaceId": US,
        "featuredBuyingOptions": [{"buyingOptionType": "New", "segmentedFeaturedOffers": featured}],
        "lowestPricedOffers": [
            {
                "lowestPricedOffersInput": {"itemCondition": family, "offerType": "Consumer"},
                "offers": lowest,
            }
            for family in ("New", "Used")
        ],
        **body,
    }
    text = json.dumps({"responses": [{"status": {"statusCode": 200}, "body": told}]})
    return list(summary_offers(read(CompetitiveSummaries, text), place(), WE))


def test_a_summary_tells_the_featured_offer_once() -> None:
    fee = [{"shippingOptionType": "DEFAULT", "price": {"amount": 2.5, "currencyCode": "USD"}}]
    ours = summed(WE, 17, fulfillmentType="AFN")
    (told,) = summary([ours], [summed("A1", 15.5, shippingOptions=fee), ours])
    assert told.offers == (
        Offer("new_new", 1550, 250, "merchant"),
        Offer("new_new", 1700, 0, "amazon", ours=True, buy_box=True),
    )


def test_a_featured_offer_that_is_not_among_the_lowest_is_told_beside_them() -> None:
    (told,) = summary([summed("A9", 30)], [summed("A1", 15)])
    assert [(each.price_minor, each.buy_box) for each in told.offers or ()] == [
        (1500, False),
        (3000, True),
    ]


def test_a_summary_in_another_currency_or_of_another_marketplace_is_not_taken() -> None:
    (told,) = summary([], [summed("A1", 15, "EUR")])
    assert (told.offers, told.foreign) == ((), 1)
    (told,) = summary([], [summed("A1", 15)], marketplaceId=DE)
    assert (told.offers, told.code) == (None, "WrongMarketplace")


def test_a_summary_that_is_wrong_says_so() -> None:
    (told,) = summary([{"sellerId": "A1"}], [])
    assert (told.offers, told.code) == (None, "BadAnswer")


# -- Amazon's own examples -----------------------------------------------------------------------------


def sandbox(file: str, path: str) -> str:
    """Return the answer of the first example in one of Amazon's models."""
    model = json.loads((Path(FOLDER) / file).read_text(encoding="utf-8"))
    answer = model["paths"][path]["post"]["responses"]["200"]
    return json.dumps(answer["x-amzn-api-sandbox"]["static"][0]["response"])


@needs_schemas
def test_the_official_example_of_item_offers() -> None:
    text = sandbox("productPricingV0.json", "/batches/products/pricing/v0/itemOffers")
    told = list(item_offers(read(ItemOffersBatch, text), place(), "AFQSGY2BVBPU2"))
    counts = {each.asin: len(each.offers or ()) for each in told}
    assert len(told) == 10
    assert {each.code for each in told} == {""}
    assert (counts["B000P6Q7MY"], counts["B007Z07UK6"], counts["B00KFRNZY6"]) == (1, 11, 0)
    (own,) = [each for one in told for each in one.offers or () if each.ours]
    assert own.price_minor == 100
    boxes = {
        each.asin: [one.landed_minor for one in each.offers or () if one.buy_box] for each in told
    }
    assert (boxes["B007Z07UK6"], boxes["B000OQA3N4"]) == ([1000], [])


@needs_schemas
def test_the_official_example_of_summaries() -> None:
    path = "/batches/products/pricing/2022-05-01/items/competitiveSummary"
    text = sandbox("productPricing_2022-05-01.json", path)
    told = list(summary_offers(read(CompetitiveSummaries, text), place(), "A3DJR8M9Y3OUPG"))
    assert [(each.landed_minor, each.ours, each.buy_box) for each in told[0].offers or ()] == [
        (1965, False, True),
        (2061, True, True),
    ]
    assert (told[1].offers, told[1].status, told[1].code) == (None, 400, "INVALID_ASIN")
