"""What Amazon writes into the reports of a seller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from amzsync.core.marketplaces import Marketplace
from tests.simulators.seller import Listing, Seller, marketplace

ALL = "GET_MERCHANT_LISTINGS_ALL_DATA"
SUPPRESSED = "GET_MERCHANTS_LISTINGS_FYP_REPORT"
FBA = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
STRANDED = "GET_STRANDED_INVENTORY_UI_DATA"

ALL_COLUMNS = (
    "item-name", "item-description", "listing-id", "seller-sku", "price", "quantity", "open-date",
    "image-url", "item-is-marketplace", "product-id-type", "zshop-shipping-fee", "item-note",
    "item-condition", "zshop-category1", "zshop-browse-path", "zshop-storefront-feature", "asin1",
    "asin2", "asin3", "will-ship-internationally", "expedited-shipping", "zshop-boldface",
    "product-id", "bid-for-featured-placement", "add-delete", "pending-quantity",
    "fulfillment-channel", "merchant-shipping-group", "status",
)  # fmt: skip
SUPPRESSED_COLUMNS = (
    "Status", "Reason", "SKU", "ASIN", "Product name", "Condition", "Status Change Date",
    "Issue Description",
)  # fmt: skip
FBA_COLUMNS = (
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
    "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity",
    "afn-fulfillable-quantity", "afn-unsellable-quantity", "afn-reserved-quantity",
    "afn-total-quantity", "per-unit-volume", "afn-inbound-working-quantity",
    "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity", "afn-researching-quantity",
    "afn-reserved-future-supply", "afn-future-supply-buyable",
)  # fmt: skip
STRANDED_COLUMNS = (
    "primary-action", "date-stranded", "Date-to-take-auto-removal", "status-primary",
    "status-secondary", "error-message", "stranded-reason", "asin", "sku", "fnsku", "product-name",
    "condition", "fulfilled-by", "fulfillable-qty", "your-price", "unfulfillable-qty",
    "reserved-quantity", "inbound-shipped-qty",
)  # fmt: skip

CONDITIONS = {
    "used_like_new": "1", "used_very_good": "2", "used_good": "3", "used_acceptable": "4",
    "collectible_like_new": "5", "collectible_very_good": "6", "collectible_good": "7",
    "collectible_acceptable": "8", "refurbished_refurbished": "10", "new_new": "11",
}  # fmt: skip
_GROUP = {"DE": "Standardvorlage Amazon", "JP": "初期設定"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Row = tuple[str, ...]


def report_text(
    report_type: str, seller: Seller, marketplace_id: str, *, shelf: str | None = None
) -> str | None:
    """Return the report; None where Amazon has nothing to tell (and cancels it) or no such type.

    The listings are those of the marketplace *shelf*, where it is another one.
    """
    found = _WRITERS.get(report_type)
    if found is None:
        return None
    columns, rows_of = found
    place = marketplace(marketplace_id)
    with seller.lock:
        rows = list(rows_of(seller.shelf(shelf or marketplace_id).values(), place))
    if not rows:
        return None
    return table(columns, rows)


def table(columns: Row, rows: Iterable[Row]) -> str:
    """Return tab-separated text with Amazon's line ends; nothing is quoted."""
    return "".join("\t".join(row) + "\r\n" for row in (columns, *rows))


def opened(seconds: float, place: Marketplace) -> str:
    """Return a moment as the open-date of a report: in the local winter time."""
    form, zone, hours = _DATES.get(place.code, _DATES[place.region])
    local = datetime.fromtimestamp(seconds, UTC) + timedelta(hours=hours)
    return f"{local.strftime(form)} {zone}"


_SLASHED = "%d/%m/%Y %H:%M:%S"
_DATES = {
    "na": ("%Y-%m-%d %H:%M:%S", "PST", -8.0), "eu": (_SLASHED, "MET", 1.0),
    "fe": (_SLASHED, "AEST", 10.0), "UK": (_SLASHED, "GMT", 0.0), "IE": (_SLASHED, "GMT", 0.0),
    "IN": (_SLASHED, "IST", 5.5), "JP": ("%Y/%m/%d %H:%M:%S", "JST", 9.0),
    "SG": (_SLASHED, "SGT", 8.0), "TR": (_SLASHED, "TRT", 3.0),
}  # fmt: skip


def _clean(text: str | None) -> str:
    return (text or "").replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _all(listings: Iterable[Listing], place: Marketplace) -> Iterator[Row]:
    group = _GROUP.get(place.code, "Migrated Template")
    for number, each in enumerate(listings, 1):
        code = each.product_id or each.asin or ""
        kind = "1" if each.product_id is None else ("3" if len(code) == 12 else "4")
        yield (
            _clean(each.title), "", f"0101Z{number:07d}", each.sku, each.price or "",
            "" if each.is_fba or each.quantity is None else str(each.quantity),
            opened(each.created, place), "", "y", kind, "", "", CONDITIONS.get(each.condition, ""),
            "", "", "", each.asin or "", "", "", "", "", "", code, "", "", "" if each.is_fba else "0",
            _channel(each, place), group, each.report_status,
        )  # fmt: skip


def _channel(listing: Listing, place: Marketplace) -> str:
    elsewhere = listing.is_fba and listing.channel not in place.channels
    return min(place.channels) if elsewhere else listing.channel


def _suppressed(listings: Iterable[Listing], place: Marketplace) -> Iterator[Row]:
    for each in listings:
        if each.suppressed is not None:
            when = datetime.fromtimestamp(each.last_updated, UTC)
            yield (
                "Search Suppressed", "Missing info", each.sku, each.asin or "", _clean(each.title),
                CONDITIONS.get(each.condition, ""),
                f"{_MONTHS[when.month - 1]} {when.day}, {when.year}", _clean(each.suppressed),
            )  # fmt: skip


def _fba(listings: Iterable[Listing], place: Marketplace) -> Iterator[Row]:
    for each in listings:
        if each.is_fba:
            units = str(each.quantity or 0)
            yield (
                each.sku, each.fnsku or "", each.asin or "", _clean(each.title),
                "New" if each.condition.startswith("new") else "Used", each.price or "", "No", "",
                "Yes", units, units, "0", "0", units, "0.10", *("0",) * 6,
            )  # fmt: skip


def _stranded(listings: Iterable[Listing], place: Marketplace) -> Iterator[Row]:
    for each in listings:
        if each.is_fba and each.stranded is not None:
            day = datetime.fromtimestamp(each.last_updated, UTC)
            yield (
                "Relist", f"{day:%Y-%m-%d}", f"{day + timedelta(days=45):%Y-%m-%d}", "Stranded",
                "Listing closed", "", each.stranded, each.asin or "", each.sku, each.fnsku or "",
                _clean(each.title), "New" if each.condition.startswith("new") else "Used",
                each.channel, str(each.quantity or 0), each.price or "", "0", "0", "0",
            )  # fmt: skip


_WRITERS: dict[str, tuple[Row, Callable[[Iterable[Listing], Marketplace], Iterator[Row]]]] = {
    ALL: (ALL_COLUMNS, _all),
    SUPPRESSED: (SUPPRESSED_COLUMNS, _suppressed),
    FBA: (FBA_COLUMNS, _fba),
    STRANDED: (STRANDED_COLUMNS, _stranded),
}
REPORT_TYPES = frozenset(_WRITERS)
FBA_TYPES = frozenset({FBA, STRANDED})  # near real time: at most every thirty minutes
