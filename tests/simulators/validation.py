"""What Amazon holds against a submission before it accepts it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.simulators.attributes import (
    AVAILABILITY_KEYS,
    COMMON,
    OFFER_KEYS,
    attribute_of,
    offered_price,
    patched,
)
from tests.simulators.catalogue import CONDITIONS
from tests.simulators.product_types import problems_of_product, schema_of
from tests.simulators.seller import Issue, Listing, Seller, marketplace

ANY_TYPE = "PRODUCT"
MOST_UNITS = 99_999_999
MOST_DAYS = 30
OFFER_ONLY = (
    "merchant_suggested_asin", "condition_type", "purchasable_offer", "fulfillment_availability",
)  # fmt: skip
_MORE_PRICES = (
    "minimum_seller_allowed_price", "maximum_seller_allowed_price", "discounted_price", "start_at",
    "end_at", "quantity_discount_plan", "map_price", "automated_pricing_merchandising_rule_plan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """What is to become of one seller SKU, in one marketplace or several."""

    seller: Seller
    sku: str
    way: str  # "patch", "put" or "delete"
    places: tuple[str, ...]
    body: Mapping[str, Any]  # productType with patches, or with requirements and attributes
    at: float
    feed_id: str = ""
    raw: Any = None  # as it was sent: the body, or the message of a feed
    ours: bool = True  # not of another tool


def issues_of(submission: Submission) -> tuple[Issue, ...]:
    """Return why a submission is INVALID, or warnings alone, or nothing."""
    seller, sku = submission.seller, submission.sku
    if (said := seller.invalid.get(sku)) is not None:
        return said
    if submission.way == "patch":
        return tuple(_patch_issues(submission))
    return tuple(_put_issues(submission)) if submission.way == "put" else ()


def is_invalid(issues: Iterable[Issue]) -> bool:
    return any(issue.severity == "ERROR" for issue in issues)


def wrong(name: str, message: str, category: str = "INVALID_ATTRIBUTE", code: str = "") -> Issue:
    codes = {"MISSING_ATTRIBUTE": "90220", "INVALID_PRICE": "90244"}
    return Issue(code or codes.get(category, "4000003"), message, "ERROR", (name,), (category,))


def _missing(name: str) -> Issue:
    return wrong(name, f"'{name}' is required but not supplied.", "MISSING_ATTRIBUTE")


# -- patches -----------------------------------------------------------------------------


def _patch_issues(submission: Submission) -> Iterator[Issue]:
    product_type = submission.body.get("productType")
    for place in submission.places:
        listing = submission.seller.shelf(place).get(submission.sku)
        if listing is None:
            continue
        if product_type not in (ANY_TYPE, listing.product_type):
            yield wrong("product_type", f"The product type is {listing.product_type}.")
        for patch in submission.body["patches"]:
            value = patch.get("value")
            if value is None and patch["op"] != "delete":
                yield wrong(attribute_of(patch), f"'{patch['op']}' needs a value.")
            elif patch["op"] != "delete":
                attributes = {attribute_of(patch): value}
                yield from _attribute_issues(submission, attributes, listing.product_type)


# -- whole listings ----------------------------------------------------------------------


def _put_issues(submission: Submission) -> Iterator[Issue]:
    body = submission.body
    attributes, product_type = body["attributes"], str(body["productType"])
    if body.get("requirements", "LISTING") == "LISTING_OFFER_ONLY":
        yield from (_missing(name) for name in OFFER_ONLY if not attributes.get(name))
        yield from _attribute_issues(submission, attributes, product_type)
        for place in submission.places:
            yield from _page_issues(submission, place)
        return
    schema = schema_of(submission.seller, product_type)
    if schema is None:
        yield wrong("product_type", f"There is no product type {product_type}.")
        return
    yield from _attribute_issues(submission, attributes, product_type)
    for problem in problems_of_product(
        schema, attributes, str(body.get("requirements", "LISTING"))
    ):
        yield wrong(problem.name, problem.message, problem.category)


def _page_issues(submission: Submission, place: str) -> Iterator[Issue]:
    """Yield what stands against an offer on the page that the submission suggests."""
    seller, attributes = submission.seller, submission.body["attributes"]
    asin, condition = (
        text_of(attributes, "merchant_suggested_asin"),
        text_of(attributes, "condition_type"),
    )
    if asin is None:
        return
    old = seller.shelf(place).get(submission.sku)
    if old is not None and old.asin not in (None, asin):
        message = f"The seller SKU '{submission.sku}' is listed on ASIN {old.asin}."
        yield wrong("merchant_suggested_asin", message, code="8541")
    elif asin not in seller.catalogue and asin not in seller.index(place).by_asin:
        yield wrong("merchant_suggested_asin", f"ASIN {asin} was not found.", code="13013")
    for each in seller.restrictions.get(asin, ()):
        if each.condition in (None, condition):
            yield wrong("merchant_suggested_asin", each.message, "QUALIFICATION_REQUIRED", "18304")


def text_of(attributes: Mapping[str, Any], name: str) -> str | None:
    """Return the first ``value`` of an attribute."""
    for entry in attributes.get(name) or ():
        if isinstance(entry, dict) and isinstance(entry.get("value"), str):
            return str(entry["value"])
    return None


# -- attributes --------------------------------------------------------------------------


def _attribute_issues(
    submission: Submission, attributes: Mapping[str, Any], product_type: str
) -> Iterator[Issue]:
    for name, entries in attributes.items():
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            yield wrong(name, f"'{name}' is no list of objects.")
        elif name not in COMMON:
            schema = schema_of(submission.seller, product_type) or {}
            if name not in schema.get("properties", {}):
                yield wrong(name, f"'{name}' is not known for {product_type}.")
        elif (check := _CHECKS.get(name)) is not None:
            yield from check(entries, submission.places)


def _availability_issues(entries: list[dict[str, Any]], places: tuple[str, ...]) -> Iterator[Issue]:
    name = "fulfillment_availability"
    known = {"DEFAULT"}.union(*(marketplace(place).channels for place in places))
    for entry in entries:
        if entry.get("fulfillment_channel_code") not in known:
            yield wrong(name, "'fulfillment_channel_code' is missing or unknown.")
        for key, most in (("quantity", MOST_UNITS), ("lead_time_to_ship_max_days", MOST_DAYS)):
            count = entry.get(key, 0)
            if type(count) is not int or not 0 <= count <= most:
                yield wrong(name, f"'{key}' is {count!r}, not a whole number from 0 to {most}.")
        if strange := set(entry) - set(AVAILABILITY_KEYS):
            yield wrong(name, f"'{min(strange)}' is not known.")


def _offer_issues(entries: list[dict[str, Any]], places: tuple[str, ...]) -> Iterator[Issue]:
    name = "purchasable_offer"
    for entry in entries:
        place = entry.get("marketplace_id", places[0])
        if place not in places:
            yield wrong(name, f"'marketplace_id' is {place}, which the call is not about.")
            continue
        currency = marketplace(place).currency
        if entry.get("currency") is None:
            yield wrong(name, "'currency' is required but not supplied.", "MISSING_ATTRIBUTE")
        elif entry["currency"] != currency:
            yield wrong(name, f"The currency is {currency}.", "INVALID_PRICE")
        if entry.get("audience", "ALL") not in ("ALL", "B2B"):
            yield wrong(name, "'audience' is unknown.")
        if "our_price" in entry and not _is_price(offered_price(entry), place):
            yield wrong(name, "The price is not valid.", "INVALID_PRICE")
        if strange := set(entry) - {*OFFER_KEYS, *_MORE_PRICES}:
            yield wrong(name, f"'{min(strange)}' is not known.")


def _list_price_issues(entries: list[dict[str, Any]], places: tuple[str, ...]) -> Iterator[Issue]:
    for entry in entries:
        place = entry.get("marketplace_id", places[0])
        if not _is_price(entry.get("value_with_tax", entry.get("value")), place):
            yield wrong("list_price", "The price is not valid.", "INVALID_PRICE")
        elif entry.get("currency") != marketplace(place).currency:
            yield wrong("list_price", "'currency' is missing or not the marketplace's.")


def _is_price(number: Any, place: str) -> bool:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    exact = Decimal(str(number))
    return exact > 0 and exact == round(exact, marketplace(place).exponent)


def _condition_issues(entries: list[dict[str, Any]], places: tuple[str, ...]) -> Iterator[Issue]:
    if len(entries) != 1 or entries[0].get("value") not in CONDITIONS:
        yield wrong("condition_type", "The condition is not known.")


def _asin_issues(entries: list[dict[str, Any]], places: tuple[str, ...]) -> Iterator[Issue]:
    value = entries[0].get("value") if entries else None
    if not isinstance(value, str) or re.fullmatch(r"[0-9A-Z]{10}", value) is None:
        yield wrong("merchant_suggested_asin", "That is no ASIN.")


_Check = Callable[[list[dict[str, Any]], tuple[str, ...]], Iterator[Issue]]
_CHECKS: dict[str, _Check] = {
    "fulfillment_availability": _availability_issues,
    "purchasable_offer": _offer_issues,
    "list_price": _list_price_issues,
    "condition_type": _condition_issues,
    "merchant_suggested_asin": _asin_issues,
}

# -- harm --------------------------------------------------------------------------------


def harms_of(submission: Submission, place: str) -> tuple[str, ...]:
    """Return what a submission, though it is accepted, would damage in one marketplace."""
    listing = submission.seller.shelf(place).get(submission.sku)
    if listing is None or submission.way == "delete":
        return ()
    found = [
        harm
        for op, name, entries in _entries(submission)
        if name == "fulfillment_availability"
        for harm in _stock_harms(listing, op, entries)
    ]
    if submission.way == "patch" and (listing.other_prices or listing.business_price is not None):
        after, _ = patched(listing, submission.body["patches"], place)
        if listing.other_prices and not after.other_prices:
            found.append("other prices dropped")
        if listing.business_price is not None and after.business_price is None:
            found.append("the business price dropped")
    return tuple(dict.fromkeys(found))


def _stock_harms(listing: Listing, op: str, entries: list[dict[str, Any]]) -> Iterator[str]:
    if op in ("add", "replace"):
        yield "a quantity by replace"
    for entry in entries:
        if listing.is_fba and "quantity" in entry:
            yield "a quantity for what Amazon ships"
        if entry.get("fulfillment_channel_code") != listing.channel:
            yield "another channel"


def _entries(submission: Submission) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    if submission.way == "patch":
        for patch in submission.body["patches"]:
            yield patch["op"], attribute_of(patch), patch.get("value") or []
    else:
        for name, entries in submission.body["attributes"].items():
            yield "put", name, entries
