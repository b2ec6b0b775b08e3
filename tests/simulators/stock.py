"""Sellers v1 (where the seller sells) and FBA Inventory v1 (what is in Amazon's warehouses)."""

from __future__ import annotations

from typing import Any

from tests.simulators.clocks import iso
from tests.simulators.exchange import Reply, invalid, json_reply
from tests.simulators.parameters import content_of, token_of
from tests.simulators.seller import Listing, marketplace
from tests.simulators.visits import Visit

PAGE = 50
TOKEN_SECONDS = 30
REACH_SECONDS = 18 * 30.5 * 86_400
_LANGUAGES = {
    "DE": "de_DE",
    "FR": "fr_FR",
    "IT": "it_IT",
    "ES": "es_ES",
    "JP": "ja_JP",
    "UK": "en_GB",
}


def get_marketplace_participations(visit: Visit) -> Reply:
    seller = visit.seller
    payload = []
    for marketplace_id, participates in seller.marketplaces.items():
        place = marketplace(marketplace_id)
        payload.append(
            {
                "marketplace": {
                    "id": marketplace_id,
                    "name": place.name.capitalize(),
                    "countryCode": "GB" if place.code == "UK" else place.code,
                    "defaultCurrencyCode": place.currency,
                    "defaultLanguageCode": _LANGUAGES.get(place.code, "en_US"),
                    "domainName": f"www.{place.name}",
                },
                "storeName": seller.store_name,
                "participation": {
                    "isParticipating": participates,
                    "hasSuspendedListings": marketplace_id in seller.suspended,
                },
            }
        )
    return json_reply(200, {"payload": payload})


def get_inventory_summaries(visit: Visit) -> Reply:
    params = visit.params
    params.required("granularityType")
    params.choice("granularityType", ("Marketplace",))
    place = visit.marketplaces(most=1)[0]
    if params.required("granularityId") != place:
        raise invalid("Invalid 'granularityId' provided.")
    start = _start(visit)
    found = _found(visit, place)
    details = params.flag("details")
    summaries = [_summary(listing, details) for listing in found[start : start + PAGE]]
    granularity = {"granularityType": "Marketplace", "granularityId": place}
    answer: dict[str, Any] = {
        "payload": {"granularity": granularity, "inventorySummaries": summaries}
    }
    if start + PAGE < len(found):
        answer["pagination"] = {"nextToken": token_of([visit.now, start + PAGE])}
    return json_reply(200, answer)


def _start(visit: Visit) -> int:
    token = visit.params.text("nextToken")
    if token is None:
        return 0
    at, start = content_of("nextToken", token)
    if visit.now - float(at) > TOKEN_SECONDS:
        raise invalid("Invalid 'nextToken' provided.", "The token has expired.")
    return int(start)


def _found(visit: Visit, place: str) -> list[Listing]:
    params = visit.params
    since = params.moment("startDateTime")
    if since is not None and since < visit.now - REACH_SECONDS:
        raise invalid("Invalid 'startDateTime' provided.", "It is more than 18 months ago.")
    skus = params.many("sellerSkus", at_most=50)
    one = params.text("sellerSku")
    with visit.seller.lock:
        return [
            listing
            for listing in visit.seller.shelf(place).values()
            if listing.is_fba
            and (since is None or listing.last_updated >= since)
            and (skus is None or listing.sku in skus)
            and (one is None or listing.sku == one)
        ]


def _summary(listing: Listing, details: bool) -> dict[str, Any]:
    units = listing.quantity or 0
    said: dict[str, Any] = {
        "asin": listing.asin,
        "fnSku": listing.fnsku,
        "sellerSku": listing.sku,
        "condition": "NewItem" if listing.condition.startswith("new") else "UsedItem",
        "lastUpdatedTime": iso(listing.last_updated),
        "productName": listing.title,
        "totalQuantity": units,
        "stores": [],
        "inventoryDetails": _details(units) if details else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _details(units: int) -> dict[str, Any]:
    return {
        "fulfillableQuantity": units,
        "inboundWorkingQuantity": 0,
        "inboundShippedQuantity": 0,
        "inboundReceivingQuantity": 0,
        "reservedQuantity": {"totalReservedQuantity": 0, "pendingCustomerOrderQuantity": 0},
        "researchingQuantity": {"totalResearchingQuantity": 0, "researchingQuantityBreakdown": []},
        "unfulfillableQuantity": {"totalUnfulfillableQuantity": 0},
    }
