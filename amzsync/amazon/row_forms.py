"""What the cells of one row mean, for each form of report.

A form names the columns it needs; its function gets their texts in that order ("" where the
column or the cell is missing) and returns the row.  The functions are closures over tables,
because rows come by the million: a listing costs about 2 us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from amzsync.amazon import cell_values, timestamps
from amzsync.amazon.origin import Seen, count
from amzsync.core.marketplaces import Marketplace
from amzsync.core.memo import Memo
from amzsync.core.model import Fulfillment, ListingRow, ListingStatus, Rejected, ReportKind

Texts = tuple[str, ...]

BLOCKED = "Amazon blocked or removed this listing (it is in the cancelled-listings report)"
_AMAZON = Fulfillment.AMAZON.value
_INACTIVE = ListingStatus.INACTIVE.value

# What a report tells by its nature.  Nothing follows from being in the active or open-listings
# report: it means an open offer, and a listing has been seen in the active and the inactive
# report of one day.
_BY_NATURE: dict[ReportKind, tuple[str | None, str | None]] = {
    ReportKind.INACTIVE: (_INACTIVE, None),
    ReportKind.CANCELLED: (_INACTIVE, BLOCKED),
}


class Form(NamedTuple):
    """The columns a form of report is read from, and how a row is made of their texts."""

    columns: tuple[str, ...]  # seller-sku comes first
    row: Callable[[Texts], ListingRow | Rejected]


def form_of(kind: ReportKind, marketplace: Marketplace, seen: Seen) -> Form:
    """Return how the rows of a report of *kind* are read; they are counted in *seen*."""
    if kind is ReportKind.FBA:
        return _fba(marketplace)
    if kind is ReportKind.STRANDED:
        return _stranded(marketplace, seen)
    if kind is ReportKind.SUPPRESSED:
        return _suppressed()
    return _listings(kind, marketplace, seen)


def _listings(kind: ReportKind, marketplace: Marketplace, seen: Seen) -> Form:
    """All, active, inactive, cancelled and open listings.

    The quantity of what Amazon fulfils is not told: the cell is empty, or a leftover.
    """
    status_by_nature, reason = _BY_NATURE.get(kind, (None, None))
    prices = Memo(cell_values.price_reader(marketplace))
    quantities = Memo(cell_values.quantity)
    conditions = Memo(cell_values.condition)
    fulfillments = Memo(cell_values.fulfillment)
    statuses = Memo(lambda text: cell_values.status(text) or status_by_nature)
    opened = timestamps.reader(marketplace)
    is_asin, asin_of, sku_fault = cell_values.is_asin, cell_values.asin, cell_values.sku_fault
    is_amount = cell_values.is_amount
    channels_seen, zones_seen = seen.channels, seen.zones
    new_row = tuple.__new__  # half the time of ListingRow(...), which does the same

    def row(texts: Texts) -> ListingRow | Rejected:
        sku, asin, title, condition, channel, price_text, amount, status, product_id, date = texts
        try:
            channels_seen[channel] += 1
        except KeyError:
            count(channels_seen, channel)
        try:
            zones_seen[date[20:]] += 1  # every form of date with a zone has it there
        except KeyError:
            count(zones_seen, date[20:])
        price = prices[price_text]
        quantity = quantities[amount]
        if isinstance(price, Rejected):
            seen.decimals += is_amount(price_text)
            return price._replace(key=sku)
        if isinstance(quantity, Rejected):
            return quantity._replace(key=sku)
        if (not sku.isprintable() or not sku or sku.isspace()) and (fault := sku_fault(sku)):
            return Rejected(fault, sku)
        fulfillment = fulfillments[channel]
        return new_row(
            ListingRow,
            (
                sku,
                asin if is_asin(asin) else asin_of(asin, product_id),
                None if not title or title.isspace() else title,
                conditions[condition],
                fulfillment,
                price,
                None if fulfillment == _AMAZON else quantity,
                statuses[status],
                None if not product_id or product_id.isspace() else product_id,
                opened(date),
                reason,
            ),
        )

    columns = (
        "seller-sku", "asin1", "item-name", "item-condition", "fulfillment-channel", "price",
        "quantity", "status", "product-id", "open-date",
    )  # fmt: skip
    return Form(columns, row)


def _suppressed() -> Form:
    """Suppressed listings and listing quality: each row names a fault of a listing.

    Its date is that of the fault, and its status is not the listing's, which may be live.
    """

    def row(texts: Texts) -> ListingRow | Rejected:
        sku, asin, title, condition, product_id, alert, status, *details = texts
        if fault := cell_values.sku_fault(sku):
            return Rejected(fault, sku)
        return ListingRow(
            sku,
            asin=cell_values.asin(asin, product_id),
            title=_told(title),
            condition=cell_values.condition(condition),
            product_id=_told(product_id),
            reason=_sentence(alert if alert.strip() else status, details),
        )

    columns = (
        "seller-sku", "asin1", "item-name", "item-condition", "product-id", "alert-type", "status",
        "reason", "alert-name", "field-name", "issue-description", "explanation",
    )  # fmt: skip
    return Form(columns, row)


def _stranded(marketplace: Marketplace, seen: Seen) -> Form:
    """Stock in Amazon's warehouses without an offer: it cannot be sold, so no quantity is told."""
    prices = Memo(cell_values.price_reader(marketplace))

    def row(texts: Texts) -> ListingRow | Rejected:
        sku, asin, title, condition, channel, price_text, status, *details = texts
        count(seen.channels, channel)
        price = prices[price_text]
        if isinstance(price, Rejected):
            return price._replace(key=sku)
        if fault := cell_values.sku_fault(sku):
            return Rejected(fault, sku)
        return ListingRow(
            sku,
            asin=cell_values.asin(asin, ""),
            title=_told(title),
            condition=cell_values.condition(condition),
            fulfillment=cell_values.fulfillment(channel),
            price_minor=price,
            reason=_sentence(status if status.strip() else "Stranded", details),
        )

    columns = (
        "seller-sku", "asin1", "item-name", "item-condition", "fulfillment-channel", "price",
        "status-primary", "stranded-reason", "error-message",
    )  # fmt: skip
    return Form(columns, row)


def _fba(marketplace: Marketplace) -> Form:
    """Stock in Amazon's warehouses: the quantity is what can be sold of it.

    AFN_INVENTORY has a row for each condition of the units, and only SELLABLE ones can be sold,
    so the other rows tell no quantity (not 0: the sellable units stand in a row of their own).
    """
    prices = Memo(cell_values.price_reader(marketplace))

    def row(texts: Texts) -> ListingRow | Rejected:
        sku, asin, title, condition, price_text, fulfillable, available, units, exists = texts
        price = prices[price_text]
        quantity = cell_values.quantity(fulfillable if fulfillable.strip() else available)
        if isinstance(price, Rejected):
            return price._replace(key=sku)
        if isinstance(quantity, Rejected):
            return quantity._replace(key=sku)
        if fault := cell_values.sku_fault(sku):
            return Rejected(fault, sku)
        is_fba = exists.strip().casefold() != "no"
        is_sellable = units.strip().casefold() in ("", "sellable")
        return ListingRow(
            sku,
            asin=cell_values.asin(asin, ""),
            title=_told(title),
            condition=cell_values.condition(condition),
            fulfillment=_AMAZON if is_fba else None,
            price_minor=price,
            quantity=quantity if is_fba and is_sellable else None,
        )

    columns = (
        "seller-sku", "asin1", "item-name", "item-condition", "price", "afn-fulfillable-quantity",
        "quantity-available", "warehouse-condition-code", "afn-listing-exists",
    )  # fmt: skip
    return Form(columns, row)


def _told(text: str) -> str | None:
    return None if not text or text.isspace() else text


def _sentence(subject: str, details: Iterable[str]) -> str | None:
    """Return "Search Suppressed: Missing info - The brand is required.", or what is told of it."""
    tidy = [" ".join(text.split()) for text in (subject, *details)]
    told = " - ".join(dict.fromkeys(filter(None, tidy[1:])))
    return ": ".join(filter(None, (tidy[0], told))) or None
