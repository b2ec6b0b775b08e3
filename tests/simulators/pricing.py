"""Product Pricing: item offers in batches (v0), and competitive summaries (2022-05-01)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from tests.simulators.clocks import http_date
from tests.simulators.exchange import Refusal, Reply, invalid, json_reply
from tests.simulators.seller import Rival, Seller, marketplace
from tests.simulators.visits import Visit

FAMILIES = ("New", "Used", "Collectible", "Refurbished", "Club")
MOST, SHOWN = 20, 20  # requests of a batch; offers of an ASIN
SUMMARY_URI = "/products/pricing/2022-05-01/items/competitiveSummary"
_ITEM_URI = re.compile(r"/products/pricing/v0/items/([^/]+)/offers")
_ASIN = re.compile(r"[0-9A-Z]{10}")
_GRADES = {"like_new": "Mint", "very_good": "Very Good", "good": "Good", "acceptable": "Acceptable"}
_PHRASES = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests"}
_TIME = {"minimumHours": 24, "maximumHours": 48, "availabilityType": "NOW"}


def get_item_offers_batch(visit: Visit) -> Reply:
    return json_reply(200, {"responses": [_item(visit, each) for each in _requests(visit)]})


def get_competitive_summary(visit: Visit) -> Reply:
    return json_reply(200, {"responses": [_summary(visit, each) for each in _requests(visit)]})


def _requests(visit: Visit) -> list[dict[str, Any]]:
    found = visit.body().get("requests")
    if not isinstance(found, list) or not 1 <= len(found) <= MOST:
        raise invalid("Invalid 'requests' provided.", f"There must be 1 to {MOST} of them.")
    return found


def _tried(work: Callable[[], dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    try:
        return 200, work()
    except Refusal as refusal:
        errors = refusal.reply.json()["errors"]
        return refusal.reply.status, {"errors": errors}


def _checked(visit: Visit, asin: str, place: str) -> None:
    """Refuse an ASIN for which there are no offers to tell."""
    visit.own([place])
    seller = visit.seller
    if (fault := seller.offer_faults.get(asin)) is not None:
        raise Refusal(fault.status, fault.code, fault.message)
    known = asin in seller.rivals or asin in seller.catalogue or asin in seller.index(place).by_asin
    if not _ASIN.fullmatch(asin) or not known:
        raise invalid(f"{asin} is an invalid ASIN for marketplace {place}")


# -- offers ----------------------------------------------------------------------------------


def rivals_of(seller: Seller, asin: str) -> list[Rival]:
    """Return what others offer: what a test has said, else two offers that follow from the ASIN."""
    if asin in seller.rivals:
        return seller.rivals[asin]
    cents = sum(map(ord, asin)) * 3 % 5000 + 500
    return [
        Rival("A1RIVAL", f"{cents // 100}.{cents % 100:02d}", "3.99", rating=98.0),
        Rival("A2RIVAL", f"{cents // 100 + 3}.{cents % 100:02d}", by_amazon=True, rating=91.0),
    ]


def own_of(seller: Seller, asin: str, place: str) -> Iterator[Rival]:
    """Yield our own offers for an ASIN, as they are listed."""
    for sku in seller.index(place).by_asin.get(asin, ()):
        listing = seller.shelf(place)[sku]
        if listing.price is not None and "BUYABLE" in listing.status:
            family, _, grade = listing.condition.partition("_")
            yield Rival(
                seller.seller_id,
                listing.price,
                family=family.capitalize(),
                grade=_GRADES.get(grade, family.capitalize()),
                by_amazon=listing.is_fba,
                rating=99.0,
            )


def offers_of(seller: Seller, asin: str, place: str, family: str) -> list[Rival]:
    """Return all offers in a family of conditions, the lowest first."""
    found = [*rivals_of(seller, asin), *own_of(seller, asin, place)]
    return sorted((one for one in found if one.family == family), key=_landed)


def winner_of(offers: list[Rival]) -> Rival | None:
    """Return the offer that has the Buy Box: the one that is said to, else the lowest that may."""
    chosen = [one for one in offers if one.featured] or [
        one for one in offers if one.featured is None and one.price is not None
    ]
    return chosen[0] if chosen else None


def _landed(one: Rival) -> float:
    return float(one.price or 0) + float(one.shipping)


# -- item offers -----------------------------------------------------------------------------


def _item(visit: Visit, request: dict[str, Any]) -> dict[str, Any]:
    found = _ITEM_URI.fullmatch(str(request.get("uri")))
    asin = unquote(found[1]) if found else ""
    place, family = str(request.get("MarketplaceId")), str(request.get("ItemCondition"))

    def work() -> dict[str, Any]:
        if found is None or request.get("method") != "GET" or family not in FAMILIES:
            raise invalid("Invalid request provided.")
        _checked(visit, asin, place)
        return {"payload": _payload(visit.seller, asin, place, family)}

    status, body = _tried(work)
    return {
        "headers": {"Date": http_date(visit.now), "x-amzn-RequestId": str(uuid.uuid4())},
        "status": {"statusCode": status, "reasonPhrase": _PHRASES.get(status, "Error")},
        "body": body,
        "request": {
            "MarketplaceId": place,
            "Asin": asin,
            "CustomerType": request.get("CustomerType", "Consumer"),
            "ItemCondition": family,
        },
    }


def _payload(seller: Seller, asin: str, place: str, family: str) -> dict[str, Any]:
    offers = offers_of(seller, asin, place, family)
    winner = winner_of(offers)
    figures: dict[str, Any] = {"TotalOfferCount": len(offers)}
    if winner is not None and winner.price is not None:
        figures["BuyBoxPrices"] = [
            {
                "condition": family.lower(),
                "LandedPrice": _money(place, winner.currency, f"{_landed(winner):.2f}"),
                "ListingPrice": _money(place, winner.currency, winner.price),
                "Shipping": _money(place, winner.currency, winner.shipping),
                "sellerId": winner.seller_id,
            }
        ]
    return {
        "ASIN": asin,
        "marketplaceId": place,
        "ItemCondition": family,
        "status": "Success" if offers else "NoBuyableOffers",
        "Identifier": {"MarketplaceId": place, "ASIN": asin, "ItemCondition": family},
        "Summary": figures,
        "Offers": [_offer(seller, one, place, one is winner) for one in offers[:SHOWN]],
    }


def _offer(seller: Seller, one: Rival, place: str, is_winner: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "SubCondition": one.grade.lower(),
        "SellerId": one.seller_id,
        "ShippingTime": _TIME,
        "ListingPrice": {} if one.price is None else _money(place, one.currency, one.price),
        "Shipping": _money(place, one.currency, one.shipping),
        "IsFulfilledByAmazon": one.by_amazon,
        "IsBuyBoxWinner": is_winner,
        "SellerFeedbackRating": {"FeedbackCount": one.ratings},
    }
    if one.rating is not None:
        said["SellerFeedbackRating"]["SellerPositiveFeedbackRating"] = one.rating
    if one.seller_id == seller.seller_id:
        said["MyOffer"] = True
    return said


def _money(place: str, currency: str | None, amount: str) -> dict[str, Any]:
    return {"CurrencyCode": currency or marketplace(place).currency, "Amount": float(amount)}


# -- competitive summaries -------------------------------------------------------------------


def _summary(visit: Visit, request: dict[str, Any]) -> dict[str, Any]:
    asin, place = str(request.get("asin")), str(request.get("marketplaceId"))

    def work() -> dict[str, Any]:
        if request.get("uri") != SUMMARY_URI or request.get("method") != "GET":
            raise invalid("Invalid request provided.")
        _checked(visit, asin, place)
        return _parts(visit.seller, asin, place, request)

    status, body = _tried(work)
    return {
        "status": {"statusCode": status, "reasonPhrase": _PHRASES.get(status, "Error")},
        "body": {"asin": asin, "marketplaceId": place, **body},
    }


def _parts(seller: Seller, asin: str, place: str, request: dict[str, Any]) -> dict[str, Any]:
    parts, said = request.get("includedData") or [], dict[str, Any]()
    if "featuredBuyingOptions" in parts:
        winner = winner_of(offers_of(seller, asin, place, "New"))
        segment = {"customerMembership": "DEFAULT", "segmentDetails": {}}
        said["featuredBuyingOptions"] = (
            []
            if winner is None or winner.price is None
            else [
                {
                    "buyingOptionType": "New",
                    "segmentedFeaturedOffers": [
                        {**_summed(winner, place), "featuredOfferSegments": [segment]}
                    ],
                }
            ]
        )
    if "lowestPricedOffers" in parts:
        said["lowestPricedOffers"] = [
            {
                "lowestPricedOffersInput": asked,
                "offers": [_summed(one, place) for one in found[:SHOWN]],
            }
            for asked in request.get("lowestPricedOffersInputs") or []
            if (found := _priced(seller, asin, place, asked["itemCondition"]))
        ]
    return said


def _priced(seller: Seller, asin: str, place: str, family: str) -> list[Rival]:
    return [one for one in offers_of(seller, asin, place, family) if one.price is not None]


def _summed(one: Rival, place: str) -> dict[str, Any]:
    currency = one.currency or marketplace(place).currency
    return {
        "sellerId": one.seller_id,
        "condition": one.family,
        "subCondition": one.grade.replace(" ", ""),
        "fulfillmentType": "AFN" if one.by_amazon else "MFN",
        "listingPrice": {"amount": float(one.price or 0), "currencyCode": currency},
        "shippingOptions": [
            {
                "shippingOptionType": "DEFAULT",
                "price": {"amount": float(one.shipping), "currencyCode": currency},
            }
        ],
    }
