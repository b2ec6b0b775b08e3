"""What is said to Amazon about a listing: patches in place, whole offers, and messages of a feed, as plain dicts.

Forms: the schemas of the Listings Items API 2021-08-01 and of the JSON_LISTINGS_FEED (v2), and Amazon's pages
"Merge a listing", "Manage purchasable offer" and "Manage Advanced Multiple-Offer and Multiple-Fulfillment Use
Cases" (developer-docs.amazon.com/sp-api/docs).  Money comes in minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from amzsync.core.marketplaces import Marketplace
from amzsync.core.model import Fulfillment
from amzsync.core.plan import Difference, Seen, Value

Body = dict[str, Any]
"""A JSON object."""

ANY_PRODUCT_TYPE = "PRODUCT"
"""Amazon's name for any product type: enough for patches of sales terms, and for offers on its own pages."""

ATTRIBUTES: dict[str, str] = {
    "price": "purchasable_offer", "business_price": "purchasable_offer", "business_tiers": "purchasable_offer",
    "list_price": "list_price", "quantity": "fulfillment_availability",
    "handling_time": "fulfillment_availability", "fulfillment": "fulfillment_availability",
    "seller_notes": "condition_note", "condition": "condition_type", "asin": "merchant_suggested_asin",
    "tax_code": "product_tax_code",
}  # fmt: skip
"""Amazon's attribute that a field of an action goes into."""

_MERCHANT = "DEFAULT"  # Amazon's word for the channel of those who ship themselves
_IN_PLACE = frozenset(ATTRIBUTES) - {"asin", "condition", "fulfillment"}
# Amazon's page "Marketplace IDs" names no languages; these are the first of each site's own.
_LANGUAGES = {
    "US": "en_US", "CA": "en_CA", "MX": "es_MX", "BR": "pt_BR", "UK": "en_GB", "IE": "en_IE", "DE": "de_DE",
    "FR": "fr_FR", "IT": "it_IT", "ES": "es_ES", "NL": "nl_NL", "BE": "fr_BE", "SE": "sv_SE", "PL": "pl_PL",
    "TR": "tr_TR", "EG": "ar_AE", "SA": "ar_AE", "AE": "en_AE", "ZA": "en_ZA", "IN": "en_IN", "JP": "ja_JP",
    "AU": "en_AU", "SG": "en_SG",
}  # fmt: skip


class Terms(NamedTuple):
    """What of a marketplace stands in every message."""

    marketplace_id: str
    currency: str  # ISO 4217
    exponent: int  # decimals of the currency
    channel: str  # what Amazon calls its own warehouses there: "AMAZON_NA"
    language_tag: str  # of texts: "en_US"
    business: bool  # there is Amazon Business
    taxed: bool = False  # list prices are told with tax


def terms_of(place: Marketplace) -> Terms:
    """Return the terms of a marketplace."""
    regional = {"na": "AMAZON_NA", "eu": "AMAZON_EU"}.get(place.region, "")
    own = f"AMAZON_{place.code}"
    channel = own if not regional or place.code == "IN" else regional
    return Terms(
        place.marketplace_id,
        place.currency,
        place.exponent,
        channel,
        _LANGUAGES[place.code],
        place.business,
        place.region != "na",
    )


def money(minor: int, exponent: int) -> int | float:
    """Return minor units as the number that JSON writes exactly so: 1999, 2 -> 19.99; whole amounts as integers."""
    units = int(10**exponent)
    if minor % units == 0:
        return minor // units
    return minor / units  # the nearest float of a decimal is written as that decimal


# -- changes in place --------------------------------------------------------------------------------------


def patches(
    differences: Iterable[Difference], terms: Terms, *, quantity: int | None = None
) -> list[Body]:
    """Return the patches that make a listing as wanted: one for each attribute.

    *quantity* is the stock that is wanted; it goes along where the handling time changes and the stock does not:
    Amazon says that a handling time cannot be changed without (github.com/amzn/selling-partner-api-models, issue
    4841).  ``None``: the handling time goes alone.  Raises ``ValueError`` for what cannot be changed in place.
    """
    wanted = _wanted(differences)
    if unfit := wanted.keys() - _IN_PLACE:
        raise ValueError(f"not to be changed in place: {', '.join(sorted(unfit))}")
    if "handling_time" in wanted and quantity is not None:
        wanted.setdefault("quantity", quantity)
    found = []
    if offers := list(_offers(wanted, terms)):
        found.append(_patch("merge", "purchasable_offer", offers))
    if stock := _stock(wanted):
        value = {"fulfillment_channel_code": _MERCHANT, **stock}
        found.append(_patch("merge", "fulfillment_availability", [value]))
    found += [
        _replacement(field, wanted[field], terms)
        for field in ("list_price", "seller_notes", "tax_code")
        if field in wanted
    ]
    return found


def patch_body(
    product_type: str,
    differences: Iterable[Difference],
    terms: Terms,
    *,
    quantity: int | None = None,
) -> Body:
    """Return the body of a ``patchListingsItem`` call; *quantity* as in ``patches``."""
    return {
        "productType": product_type or ANY_PRODUCT_TYPE,
        "patches": patches(differences, terms, quantity=quantity),
    }


def zero_body(product_type: str, terms: Terms) -> Body:
    """Return the body of the call that takes a listing off sale."""
    return patch_body(product_type, [Difference("quantity", None, 0)], terms)


def _patch(op: str, attribute: str, value: list[Body]) -> Body:
    return {"op": op, "path": f"/attributes/{attribute}", "value": value}


def _replacement(field: str, value: Value, terms: Terms) -> Body:
    """Return the patch of an attribute that has but one value in a marketplace; an empty text takes it away."""
    content = _single(field, value, terms)
    if value != "":
        return _patch("replace", ATTRIBUTES[field], [content])
    content.pop("value", None)  # by what is left, its selectors, Amazon finds the one to delete
    return _patch("delete", ATTRIBUTES[field], [content])


# -- whole offers ------------------------------------------------------------------------------------------


def whole(differences: Sequence[Difference], seen: Seen) -> tuple[Difference, ...]:
    """Return *differences* with what else the listing has, so that it can be made anew from them alone."""
    told = {one.field for one in differences}
    kept: tuple[tuple[str, Value], ...] = (
        ("asin", seen.asin), ("condition", seen.condition), ("price", seen.price_minor),
        ("quantity", seen.quantity), ("handling_time", seen.handling_time), ("seller_notes", seen.notes),
        ("fulfillment", seen.fulfillment),
    )  # fmt: skip
    more = (
        Difference(name, value, value)
        for name, value in kept
        if value is not None and name not in told
    )
    return (*differences, *more)


def offer_body(
    differences: Iterable[Difference], terms: Terms, product_type: str = ANY_PRODUCT_TYPE
) -> Body:
    """Return the body of the ``putListingsItem`` call that offers a product on a page that Amazon has.

    Of an offer that Amazon ships no quantity is told, nor a handling time: these are Amazon's.  Where nothing
    says who ships, the merchant does.
    """
    wanted = _wanted(differences)
    found: Body = {
        ATTRIBUTES[field]: [_single(field, wanted[field], terms)]
        for field in ("asin", "condition", "seller_notes", "list_price", "tax_code")
        if wanted.get(field, "") != ""
    }
    if offers := list(_offers(wanted, terms)):
        found["purchasable_offer"] = offers
    if wanted.get("fulfillment") == Fulfillment.AMAZON:
        stock: Body = {"fulfillment_channel_code": terms.channel}
    else:
        stock = {"fulfillment_channel_code": _MERCHANT, **_stock(wanted)}
    found["fulfillment_availability"] = [stock]
    return {
        "productType": product_type or ANY_PRODUCT_TYPE,
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": found,
    }


# -- feeds -------------------------------------------------------------------------------------------------


def feed_message(sku: str, body: Mapping[str, Any], operation: Literal["PATCH", "UPDATE"]) -> Body:
    """Return a message of a feed, still without its number, that says what a call with *body* would say."""
    return {"sku": sku, "operationType": operation, **body}


# -- attributes --------------------------------------------------------------------------------------------


def _wanted(differences: Iterable[Difference]) -> dict[str, Value]:
    return {one.field: one.wanted for one in differences if one.wanted is not None}


def _single(field: str, value: Value, terms: Terms) -> Body:
    content: Body = {"value": value, "marketplace_id": terms.marketplace_id}
    if field == "list_price":
        name = "value_with_tax" if terms.taxed else "value"
        amount = money(int(value or 0), terms.exponent)
        return {"marketplace_id": terms.marketplace_id, "currency": terms.currency, name: amount}
    if field == "seller_notes":
        content["language_tag"] = terms.language_tag
    return content


def _stock(wanted: Mapping[str, Value]) -> Body:
    names = {"quantity": "quantity", "handling_time": "lead_time_to_ship_max_days"}
    return {name: wanted[field] for field, name in names.items() if field in wanted}


def _offers(wanted: Mapping[str, Value], terms: Terms) -> Iterator[Body]:
    if (price := wanted.get("price")) is not None:
        yield {**_offer(terms, "ALL"), **_our_price(int(price), terms)}
    if not terms.business:
        return
    price, tiers = wanted.get("business_price"), wanted.get("business_tiers")
    told: Body = {} if price is None else _our_price(int(price), terms)
    if tiers:
        told["quantity_discount_plan"] = [{"schedule": [_discounts(str(tiers), terms)]}]
    if told:
        yield {**_offer(terms, "B2B"), **told}


def _offer(terms: Terms, audience: str) -> Body:
    """Return the beginning of an offer: by these, its selectors, Amazon finds the one to merge into."""
    return {
        "marketplace_id": terms.marketplace_id,
        "currency": terms.currency,
        "audience": audience,
    }


def _our_price(minor: int, terms: Terms) -> Body:
    return {"our_price": [{"schedule": [{"value_with_tax": money(minor, terms.exponent)}]}]}


def _discounts(tiers: str, terms: Terms) -> Body:
    """Return the prices of business buyers of many from the text of an action: "5 at 9.00; 10 at 8.50"."""
    levels = []
    for tier in tiers.split(";"):
        quantity, _, price = tier.partition(" at ")
        minor = int(Decimal(price).scaleb(terms.exponent))
        levels.append({"lower_bound": int(quantity), "value": money(minor, terms.exponent)})
    return {"discount_type": "fixed", "levels": levels}
