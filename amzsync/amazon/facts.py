"""What Amazon's answers say, in our words; what they do not say, or say in another currency, is ``None``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amzsync.amazon import answers, cell_values
from amzsync.amazon.answers import CatalogItem, CatalogPage, InventorySummary, ListingsItem
from amzsync.amazon.submission_answers import Submission
from amzsync.core import identifiers
from amzsync.core.answers import ListingAnswer
from amzsync.core.identifiers import Kind
from amzsync.core.issues import Issue
from amzsync.core.keys import GTIN
from amzsync.core.marketplaces import Marketplace
from amzsync.core.model import Fulfillment, ListingRow

_AMAZON, _MERCHANT = Fulfillment.AMAZON.value, Fulfillment.MERCHANT.value
_CONSUMERS = "B2C"


class PageFound(NamedTuple):
    """A page of Amazon's catalogue that carries an identifier that was searched for."""

    key: str  # GTIN-14
    asin: str
    title: str | None
    product_type: str | None
    parent: bool  # a variation parent: its children are sold, never itself


def listing_answer(item: ListingsItem, marketplace: Marketplace) -> ListingAnswer:
    """Return what *item* tells of the listing in *marketplace*; of other marketplaces nothing is taken.

    The status is told where there is a summary of this marketplace only.
    """
    fulfillment, quantity = _stock(item)
    has_offer, price = _offer(item, marketplace)
    told = ListingAnswer(
        item.sku,
        fulfillment=fulfillment,
        price_minor=price,
        quantity=quantity,
        issues=issues_of(item, marketplace.marketplace_id),
        has_offer=has_offer,
    )
    for summary in item.summaries or ():
        if summary.marketplace_id == marketplace.marketplace_id:
            return told._replace(
                asin=cell_values.asin(summary.asin or "", ""),
                title=_told(summary.item_name),
                condition=cell_values.condition(summary.condition_type or ""),
                words=summary.status,
                opened_at=summary.created_date,
                updated_at=summary.last_updated_date,
            )
    return told


def issues_of(item: ListingsItem, marketplace_id: str) -> tuple[Issue, ...]:
    """Return the issues that *item* has in the marketplace, in Amazon's order."""
    return tuple(_issue(one) for one in item.issues or () if one.concerns(marketplace_id))


def submission_issues(answer: Submission) -> tuple[Issue, ...]:
    """Return the issues that Amazon has with what was sent, in its order."""
    return tuple(_issue(one) for one in answer.issues or ())


def _issue(issue: answers.Issue) -> Issue:
    enforced = issue.enforcements
    return Issue(
        issue.code,
        issue.message,
        issue.severity,
        issue.attribute_names or (),
        issue.categories,
        tuple(each.action for each in enforced.actions) if enforced else (),
        enforced.exemption.status if enforced else "",
        enforced.exemption.expiry_date if enforced else None,
    )


def fba_row(summary: InventorySummary) -> ListingRow | None:
    """Return what can be sold of a seller SKU from Amazon's warehouses; ``None`` where it names no SKU.

    What is reserved, inbound or damaged cannot be sold.  Without the details the quantity is not told.
    """
    if not summary.seller_sku:
        return None
    details = summary.inventory_details
    quantity = None if details is None else details.fulfillable_quantity
    return ListingRow(summary.seller_sku, fulfillment=_AMAZON, quantity=quantity)


def search_terms(kind: str, key: str) -> tuple[str, str]:
    """Return the ``identifiersType`` and the identifier by which the catalogue is searched for a GTIN-14 *key*.

    *kind* is that of the attribute, which may hold any number of the family: the digits decide.  A pack has
    a number of 14 digits that is none of the shorter ones.
    """
    if key[0] != "0":
        return "GTIN", key
    if kind == Kind.ISBN and key[1:4] in {"978", "979"}:
        return "ISBN", key[1:]
    if kind != Kind.UPC and key.startswith("000000"):
        return "EAN", key[6:]  # an EAN-8, which is written like this everywhere
    if kind == Kind.UPC and key.startswith("00"):
        return "UPC", key[2:]
    return "EAN", key[1:]


def catalogue_found(page: CatalogPage, keys: Sequence[str]) -> list[PageFound]:
    """Return the items of *page* by those of *keys* (GTIN-14) that they carry.

    An item that does not tell its identifiers is what was searched for only if it was searched for by one.
    """
    found = []
    for item in page.items:
        carried = _carried(item)
        hits = [key for key in dict.fromkeys(keys) if key in carried]
        if not carried and len(keys) == 1:
            hits = list(keys)
        title = next((_told(each.item_name) for each in item.summaries or ()), None)
        kinds = (each.product_type for each in item.product_types or ())
        product_type = next(filter(None, kinds), None)
        is_parent = _is_parent(item)
        found += [PageFound(key, item.asin, title, product_type, is_parent) for key in hits]
    return found


def _stock(item: ListingsItem) -> tuple[str | None, int | None]:
    """Return channel and quantity; that of Amazon's channel is not told, whatever stands there.

    Both channels may stand side by side once a listing has changed from one to the other: then Amazon ships.
    """
    found: dict[str | None, list[int]] = {}
    for each in item.fulfillment_availability or ():
        channel = cell_values.fulfillment(each.fulfillment_channel_code)
        told = [] if each.quantity is None else [each.quantity]
        found.setdefault(channel, []).extend(told)
    if _AMAZON in found:
        return _AMAZON, None
    channel = _MERCHANT if _MERCHANT in found else None
    return channel, sum(found[channel]) if found.get(channel) else None


def _offer(item: ListingsItem, marketplace: Marketplace) -> tuple[bool | None, int | None]:
    """Return whether there is an offer, and its price in minor units; that for consumers, where there is one."""
    if item.offers is None:
        return None, None
    offers = [one for one in item.offers if one.marketplace_id == marketplace.marketplace_id]
    if not offers:
        return False, None
    offer = next((one for one in offers if one.offer_type == _CONSUMERS), offers[0])
    if offer.price.currency_code != marketplace.currency:
        return True, None
    price = cell_values.price_reader(marketplace)(offer.price.amount)
    return True, price if isinstance(price, int) else None


def _carried(item: CatalogItem) -> frozenset[str]:
    """Return the identifiers of a catalogue item as GTIN-14."""
    return frozenset(
        one.key
        for group in item.identifiers or ()
        for each in group.identifiers
        for one in _gtins(each.identifier_type, each.identifier)
    )


def _gtins(kind: str, text: str) -> Iterator[identifiers.Identifier]:
    if kind.upper() != "SKU":  # which may be made of digits as well
        yield from (one for one in identifiers.parse_unknown(text) if len(one.key) == GTIN)


def _is_parent(item: CatalogItem) -> bool:
    named = any(each.item_classification == "VARIATION_PARENT" for each in item.summaries or ())
    return named or any(
        bool(each.child_asins) and each.type == "VARIATION"
        for group in item.relationships or ()
        for each in group.relationships
    )


def _told(text: str | None) -> str | None:
    return text if text and not text.isspace() else None
