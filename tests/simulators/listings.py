"""Listings Items 2021-08-01: one listing, or pages of those that match."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from tests.simulators.attributes import attributes_of
from tests.simulators.clocks import iso
from tests.simulators.exchange import Refusal, Reply, invalid, json_reply
from tests.simulators.parameters import content_of, token_of
from tests.simulators.seller import Issue, Listing, Seller, marketplace
from tests.simulators.visits import Visit

PARTS = (
    "summaries", "attributes", "issues", "offers", "fulfillmentAvailability", "procurement",
    "relationships", "productTypes",
)  # fmt: skip
IDENTIFIERS = ("ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
STATES = ("BUYABLE", "DISCOVERABLE")
REACH = 1000  # listings that can be paged through
PAGING = ("pageToken", "pageSize")

Offers = Mapping[str, Listing]  # of one seller SKU, by marketplace


def get_listings_item(visit: Visit) -> Reply:
    visit.own_seller_id(visit.path["sellerId"])
    places = visit.marketplaces()
    parts = visit.params.many("includedData", words=PARTS) or ["summaries"]
    sku = visit.path["sku"]
    with visit.seller.lock:
        offers = _offers(visit.seller, sku, places)
        if not offers:
            where = ", ".join(places)
            raise Refusal(404, "NOT_FOUND", f"SKU '{sku}' not found in marketplace {where}")
        return json_reply(200, _item(sku, offers, parts))


def search_listings_items(visit: Visit) -> Reply:
    visit.own_seller_id(visit.path["sellerId"])
    places = visit.marketplaces()
    params = visit.params
    parts = params.many("includedData", words=PARTS) or ["summaries"]
    size = params.whole("pageSize", 10, most=20)
    start = _start(visit)
    with visit.seller.lock:
        skus = _found(visit, places)
        page = skus[start : min(start + size, REACH)]
        items = [_item(sku, _offers(visit.seller, sku, places), parts) for sku in page]
    answer: dict[str, Any] = {"numberOfResults": len(skus), "items": items}
    pages = {}
    here = params.fingerprint(without=PAGING)
    if start + size < min(len(skus), REACH):
        pages["nextToken"] = token_of([here, start + size])
    if start:
        pages["previousToken"] = token_of([here, max(0, start - size)])
    if pages:
        answer["pagination"] = pages
    return json_reply(200, answer)


def _start(visit: Visit) -> int:
    """Return where the page begins; a token serves the search that it was given for."""
    token = visit.params.text("pageToken")
    if token is None:
        return 0
    query, start = content_of("pageToken", token)
    if query != visit.params.fingerprint(without=PAGING):
        raise invalid("Invalid 'pageToken' provided.", "It belongs to another search.")
    return int(start)


def _found(visit: Visit, places: list[str]) -> list[str]:
    """Return the seller SKUs that match, in the order that is asked for."""
    skus = _candidates(visit, places)
    params = visit.params
    with_status = params.many("withStatus", words=STATES)
    without_status = params.many("withoutStatus", words=STATES)
    severities = params.many("withIssueSeverity", words=("WARNING", "ERROR"))
    created_after, created_before = params.moment("createdAfter"), params.moment("createdBefore")

    def matches(listing: Listing) -> bool:
        return (
            (with_status is None or listing.status.issuperset(with_status))
            and (without_status is None or listing.status.isdisjoint(without_status))
            and (severities is None or any(i.severity in severities for i in listing.issues))
            and (created_after is None or listing.created >= created_after)
            and (created_before is None or listing.created <= created_before)
        )

    filters = (with_status, without_status, severities, created_after, created_before)
    if any(each is not None for each in filters):
        offers = partial(_offers, visit.seller, places=places)
        skus = [sku for sku in skus if any(map(matches, offers(sku).values()))]
    return _sorted(visit, places, skus)


def _candidates(visit: Visit, places: list[str]) -> list[str]:
    """Return the SKUs of the times and identifiers that are asked for, the oldest update first."""
    params, seller = visit.params, visit.seller
    after, before = params.moment("lastUpdatedAfter"), params.moment("lastUpdatedBefore")
    if after is not None and before is not None and after > before:
        raise invalid("Invalid 'lastUpdatedAfter' provided.", "It is after 'lastUpdatedBefore'.")
    kind = params.choice("identifiersType", IDENTIFIERS)
    identifiers = params.many("identifiers", at_most=20)
    parent = params.text("variationParentSku")
    if (kind is None) != (identifiers is None):
        raise invalid("'identifiers' and 'identifiersType' go together.")
    if identifiers is not None and parent is not None:
        raise invalid("'identifiers' and 'variationParentSku' exclude each other.")
    found: list[tuple[float, str]] = []
    for place in places:
        updates = seller.index(place).by_update
        if identifiers is not None:
            shelf = seller.shelf(place)
            wanted = _identified(seller, place, kind or "", identifiers)
            updates = sorted((shelf[sku].last_updated, sku) for sku in wanted)
        first = 0 if after is None else bisect_left(updates, (after, ""))
        last = len(updates) if before is None else bisect_right(updates, (before, "\U0010ffff"))
        found += updates[first:last]
    if len(places) > 1:  # a listing counts once, by its youngest update
        youngest = {sku: at for at, sku in sorted(found)}
        found = sorted((at, sku) for sku, at in youngest.items())
    skus = [sku for _, sku in found]
    if parent is None:
        return skus
    offers = partial(_offers, seller, places=places)
    return [sku for sku in skus if any(o.parent == parent for o in offers(sku).values())]


def _identified(seller: Seller, place: str, kind: str, identifiers: list[str]) -> set[str]:
    shelf, index = seller.shelf(place), seller.index(place)
    if kind == "SKU":
        return {sku for sku in identifiers if sku in shelf}
    if kind == "ASIN":
        return {sku for text in identifiers for sku in index.by_asin.get(text, ())}
    if kind == "FNSKU":
        return {sku for sku, listing in shelf.items() if listing.fnsku in identifiers}
    pages = (page.asin for text in identifiers for page in seller.pages_of(kind, text))
    by_code = {sku for text in identifiers for sku in index.by_product_id.get(text, ())}
    return by_code.union(sku for asin in pages for sku in index.by_asin.get(asin, ()))


def _sorted(visit: Visit, places: list[str], skus: list[str]) -> list[str]:
    """Return *skus*, which come by the time of their update, in the order that is asked for."""
    by = visit.params.choice("sortBy", ("sku", "createdDate", "lastUpdatedDate"), "lastUpdatedDate")
    if by == "sku":
        skus = sorted(skus)
    elif by == "createdDate":
        offers = partial(_offers, visit.seller, places=places)
        skus = sorted(skus, key=lambda sku: (max(o.created for o in offers(sku).values()), sku))
    return (
        skus if visit.params.choice("sortOrder", ("ASC", "DESC"), "DESC") == "ASC" else skus[::-1]
    )


def _offers(seller: Seller, sku: str, places: list[str]) -> Offers:
    return {place: seller.shelf(place)[sku] for place in places if sku in seller.shelf(place)}


# -- what is said of a listing -----------------------------------------------------------


def _item(sku: str, offers: Offers, parts: Iterable[str]) -> dict[str, Any]:
    item: dict[str, Any] = {"sku": sku}
    for part in parts:
        if part == "attributes":
            item[part] = _attributes(offers)
        elif part == "fulfillmentAvailability":
            item[part] = _availability(offers)
        elif part == "issues":
            item[part] = [
                issue_entry(issue, place) for place, each in offers.items() for issue in each.issues
            ]
        elif part != "procurement":  # vendors only
            said = (_SAYERS[part](place, listing) for place, listing in offers.items())
            item[part] = [entry for entries in said for entry in entries]
    return item


def _attributes(offers: Offers) -> dict[str, Any]:
    """Return the attributes of all marketplaces; the stock, which they share, is told once."""
    told: dict[str, list[dict[str, Any]]] = {}
    for place, listing in offers.items():
        for name, entries in attributes_of(place, listing).items():
            if name != "fulfillment_availability" or name not in told:
                told.setdefault(name, []).extend(entries)
    return told


def _summary(place: str, listing: Listing) -> list[dict[str, Any]]:
    summary = {
        "marketplaceId": place,
        "asin": listing.asin,
        "productType": listing.product_type,
        "conditionType": listing.condition,
        "status": sorted(listing.status),
        "fnSku": listing.fnsku,
        "itemName": listing.title,
        "createdDate": iso(listing.created),
        "lastUpdatedDate": iso(listing.last_updated),
    }
    return [{name: value for name, value in summary.items() if value is not None}]


def _offer(place: str, listing: Listing) -> list[dict[str, Any]]:
    currency = marketplace(place).currency
    return [
        {
            "marketplaceId": place,
            "offerType": kind,
            "price": {"currencyCode": currency, "amount": amount},
        }
        for kind, amount in (("B2C", listing.price), ("B2B", listing.business_price))
        if amount is not None
    ]


def _product_type(place: str, listing: Listing) -> list[dict[str, Any]]:
    return [{"marketplaceId": place, "productType": listing.product_type}]


def _relationship(place: str, listing: Listing) -> list[dict[str, Any]]:
    if listing.parent is None and not listing.children:
        return []
    relation: dict[str, Any] = {
        "type": "VARIATION",
        "variationTheme": {"attributes": ["color"], "theme": "COLOR"},
    }
    if listing.parent is not None:
        relation["parentSkus"] = [listing.parent]
    if listing.children:
        relation["childSkus"] = list(listing.children)
    return [{"marketplaceId": place, "relationships": [relation]}]


_SAYERS = {
    "summaries": _summary,
    "offers": _offer,
    "productTypes": _product_type,
    "relationships": _relationship,
}


def _availability(offers: Offers) -> list[dict[str, Any]]:
    """Return the stock of each channel; that of Amazon's own warehouses is not told here."""
    channels: dict[str, dict[str, Any]] = {}
    for listing in offers.values():
        entry: dict[str, Any] = {"fulfillmentChannelCode": listing.channel}
        if listing.quantity is not None and not listing.is_fba:
            entry["quantity"] = listing.quantity
        channels.setdefault(listing.channel, entry)
        for code, count in listing.extra_channels:
            more = {} if count is None else {"quantity": count}
            channels.setdefault(code, {"fulfillmentChannelCode": code, **more})
    return list(channels.values())


def issue_entry(issue: Issue, place: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": issue.code,
        "message": issue.message,
        "severity": issue.severity,
        "categories": list(issue.categories),
        "marketplaceIds": [place],
    }
    if issue.attributes:
        said["attributeNames"] = list(issue.attributes)
    if issue.actions:
        exemption = {"status": issue.exemption}
        if issue.exempt_until is not None:
            exemption["expiryDate"] = issue.exempt_until
        said["enforcements"] = {
            "actions": [{"action": action} for action in issue.actions],
            "exemption": exemption,
        }
    return said
