"""Catalog Items 2022-04-01 (search) and Listings Restrictions 2021-08-01."""

from __future__ import annotations

import re
from typing import Any

from tests.simulators.exchange import Reply, invalid, json_reply
from tests.simulators.parameters import content_of, token_of
from tests.simulators.seller import CatalogueItem, Restriction
from tests.simulators.visits import Visit

PARTS = (
    "attributes", "classifications", "dimensions", "identifiers", "images", "productTypes",
    "relationships", "salesRanks", "summaries", "vendorDetails",
)  # fmt: skip
IDENTIFIERS = ("ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
CONDITIONS = (
    "new_new", "new_open_box", "new_oem", "refurbished_refurbished", "used_like_new",
    "used_very_good", "used_good", "used_acceptable", "collectible_like_new",
    "collectible_very_good", "collectible_good", "collectible_acceptable", "club_club",
)  # fmt: skip
REACH = 1000  # items that can be paged through
PAGING = ("pageToken", "pageSize")


def search_catalog_items(visit: Visit) -> Reply:
    params = visit.params
    place = visit.marketplaces(most=1)[0]
    parts = params.many("includedData", words=PARTS) or ["summaries"]
    size = params.whole("pageSize", 10, most=20)
    start = _start(visit)
    found = _found(visit, place)
    page = found[start : min(start + size, REACH)]
    answer: dict[str, Any] = {
        "numberOfResults": len(found),
        "items": [_item(item, place, parts) for item in page],
    }
    if start + size < min(len(found), REACH):
        token = token_of([params.fingerprint(without=PAGING), start + size])
        answer["pagination"] = {"nextToken": token}
    return json_reply(200, answer)


def _start(visit: Visit) -> int:
    token = visit.params.text("pageToken")
    if token is None:
        return 0
    query, start = content_of("pageToken", token)
    if query != visit.params.fingerprint(without=PAGING):
        raise invalid("Invalid 'pageToken' provided.", "It belongs to another search.")
    return int(start)


def _found(visit: Visit, place: str) -> list[CatalogueItem]:
    params, catalogue = visit.params, visit.seller.catalogue
    kind = params.choice("identifiersType", IDENTIFIERS)
    identifiers = params.many("identifiers", at_most=20)
    keywords = params.many("keywords", at_most=20)
    if (identifiers is None) == (keywords is None):
        raise invalid("Exactly one of 'identifiers' and 'keywords' is required.")
    if keywords is not None:
        words = [word.casefold() for word in keywords]
        return [i for i in catalogue.values() if all(w in i.title.casefold() for w in words)]
    if kind is None or identifiers is None:
        raise invalid("Missing required 'identifiersType' parameter.")
    if kind == "SKU":
        visit.own_seller_id(params.required("sellerId"))
        shelf = visit.seller.shelf(place)
        identifiers = [shelf[sku].asin or "" for sku in identifiers if sku in shelf]
        kind = "ASIN"
    if kind == "ASIN":
        return [catalogue[asin] for asin in dict.fromkeys(identifiers) if asin in catalogue]
    pages = (page for text in identifiers for page in visit.seller.pages_of(kind or "", text))
    return list({page.asin: page for page in pages}.values())


def _item(item: CatalogueItem, place: str, parts: list[str]) -> dict[str, Any]:
    said: dict[str, Any] = {"asin": item.asin}
    for part in parts:
        if part == "summaries":
            kind = "VARIATION_PARENT" if item.children else "BASE_PRODUCT"
            said[part] = [
                {
                    "marketplaceId": place,
                    "brand": item.brand,
                    "itemClassification": kind,
                    "itemName": item.title,
                }
            ]
        elif part == "identifiers":
            codes = [{"identifierType": key, "identifier": text} for key, text in item.identifiers]
            said[part] = [{"marketplaceId": place, "identifiers": codes}]
        elif part == "productTypes":
            said[part] = [{"marketplaceId": place, "productType": item.product_type}]
        elif part == "relationships":
            said[part] = [{"marketplaceId": place, "relationships": _relationships(item)}]
        elif part == "attributes":
            said[part] = {"item_name": [{"value": item.title, "marketplace_id": place}]}
        else:
            said[part] = []
    return said


def _relationships(item: CatalogueItem) -> list[dict[str, Any]]:
    if item.parent is None and not item.children:
        return []
    relation: dict[str, Any] = {
        "type": "VARIATION",
        "variationTheme": {"attributes": [item.theme.lower()], "theme": item.theme},
    }
    if item.parent is not None:
        relation["parentAsins"] = [item.parent]
    if item.children:
        relation["childAsins"] = list(item.children)
    return [relation]


def get_listings_restrictions(visit: Visit) -> Reply:
    params, seller = visit.params, visit.seller
    asin = params.required("asin")
    if re.fullmatch(r"[0-9A-Z]{10}", asin) is None:
        raise invalid("Invalid 'asin' provided.", asin)
    visit.own_seller_id(params.required("sellerId"))
    condition = params.choice("conditionType", CONDITIONS)
    said = []
    for place in visit.marketplaces():
        against = seller.restrictions.get(asin, [])
        if not against and asin not in seller.catalogue and asin not in seller.index(place).by_asin:
            against = [Restriction("ASIN_NOT_FOUND", f"ASIN {asin} was not found.")]
        said += [
            _restriction(each, place)
            for each in against
            if condition is None or each.condition in (None, condition)
        ]
    return json_reply(200, {"restrictions": said})


def _restriction(restriction: Restriction, place: str) -> dict[str, Any]:
    reason: dict[str, Any] = {"message": restriction.message}
    if restriction.code is not None:
        reason["reasonCode"] = restriction.code
    if restriction.link is not None:
        title = "Request Approval via Seller Central."
        link = {"resource": restriction.link, "verb": "GET", "title": title, "type": "text/html"}
        reason["links"] = [link]
    said: dict[str, Any] = {"marketplaceId": place, "reasons": [reason]}
    if restriction.condition is not None:
        said["conditionType"] = restriction.condition
    return said
