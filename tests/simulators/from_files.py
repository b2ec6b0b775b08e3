"""A seller made from report files of a shop, and a catalogue made from its product export."""

from __future__ import annotations

import csv
import itertools
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from amzsync.amazon.headings import recognise
from amzsync.amazon.listings_report import row_parser
from amzsync.core.marketplaces import Marketplace
from amzsync.core.model import Fulfillment, ListingRow, ListingStatus, ReportKind
from amzsync.core.money import minor_text
from tests.simulators.samples import asin
from tests.simulators.seller import (
    LIVE,
    SAMPLED_AT,
    US,
    CatalogueItem,
    Issue,
    Listing,
    Restriction,
    Seller,
    marketplace,
)

APPROVAL = "https://sellercentral.amazon.com/hz/approvalrequest"
OURS = 70_000_000  # numbers of the ASINs that are made up here begin with this one
_CODES = re.compile(r"(?:^|,)(amazon_asin|ean|barcode|upc|isbn)=([0-9A-Za-z-]+)")


def seller_from(reports: Sequence[Path], products: Path | None = None) -> Seller:
    """Return a US seller of what *reports* tell (all listings, suppressed, FBA; others are passed over).

    The catalogue has a page for each listing, and for each product of the export *products* that has an ASIN.
    Listings of products without one that are known by an EAN or UPC are left out, so that there is something
    to search for: the catalogue has in turn one page, several, that of a variation parent, and none.
    """
    seller, place = Seller(), marketplace(US)
    for kind, row in sorted(_rows(reports, place), key=lambda one: list(ReportKind).index(one[0])):
        if kind is ReportKind.ALL:
            seller.listings.setdefault(row.seller_sku, _listing(row, place))
        elif old := seller.listings.get(row.seller_sku):
            seller.listings[row.seller_sku] = _more(old, kind, row)
    for listing in seller.listings.values():
        if listing.asin:
            seller.know(CatalogueItem(listing.asin, listing.title or ""))
    if products is not None:
        _fill_catalogue(seller, products)
    seller.touched()
    return seller


def _rows(reports: Iterable[Path], place: Marketplace) -> Iterator[tuple[ReportKind, ListingRow]]:
    for path in reports:
        heading, *lines = _text(path.read_bytes()).splitlines()
        layout = recognise(heading, file_name=path.name)
        parse = row_parser(layout, place)
        for line in lines:
            row = parse(line.split(layout.delimiter))
            if isinstance(row, ListingRow):
                yield layout.kind, row


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _listing(row: ListingRow, place: Marketplace) -> Listing:
    code = row.product_id if row.product_id != row.asin else None
    opened = datetime.fromisoformat(row.opened_at).timestamp() if row.opened_at else SAMPLED_AT
    sells = row.status == ListingStatus.ACTIVE
    return Listing(
        row.seller_sku,
        row.asin,
        row.title,
        row.condition or "new_new",
        None if row.price_minor is None else minor_text(row.price_minor, place.exponent),
        row.quantity,
        min(place.channels) if row.fulfillment == Fulfillment.AMAZON else "DEFAULT",
        LIVE if sells else frozenset({"DISCOVERABLE"}) if row.asin else frozenset(),
        product_id=code,
        created=opened,
        last_updated=opened,
        incomplete=row.status == ListingStatus.INCOMPLETE,
    )


def _more(listing: Listing, kind: ReportKind, row: ListingRow) -> Listing:
    """Return the listing with what a report tells besides that of all listings."""
    if kind is ReportKind.SUPPRESSED:
        words = row.reason or "Suppressed."
        issue = Issue(
            "90220", words, categories=("MISSING_ATTRIBUTE",), actions=("SEARCH_SUPPRESSED",)
        )
        return replace(listing, suppressed=words, issues=(issue,), status=frozenset())
    if kind is ReportKind.FBA:
        return replace(
            listing, quantity=row.quantity, fnsku=f"X{zlib.crc32(listing.sku.encode()) % 10**9:09d}"
        )
    return listing


def _fill_catalogue(seller: Seller, products: Path) -> None:
    with products.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["store_view_code"]]
    fates = itertools.cycle(("one", "several", "parent", "none"))
    restricted = itertools.cycle((False, True, False))
    for number, row in enumerate(rows):
        found = dict(_CODES.findall(row["additional_attributes"] or ""))
        known = found.pop("amazon_asin", None)
        codes = tuple(_codes(found))
        if row["sku"] in seller.listings:
            continue
        if known is None and (gone := _known_by(seller, codes)):
            seller.remove(*gone)
            seller.know(*_pages(next(fates), OURS + 10 * number, row["name"], codes))
        elif known is not None:
            seller.know(CatalogueItem(known, row["name"], identifiers=codes))
            if next(restricted):
                words = "You need approval to list in this brand."
                seller.restrict(known, Restriction("APPROVAL_REQUIRED", words, link=APPROVAL))


def _known_by(seller: Seller, codes: Iterable[tuple[str, str]]) -> list[str]:
    texts = {text for _, text in codes}
    return [sku for sku, each in seller.listings.items() if each.product_id in texts]


def _pages(
    fate: str, number: int, title: str, codes: tuple[tuple[str, str], ...]
) -> Iterator[CatalogueItem]:
    first, second = asin(number), asin(number + 1)
    if fate == "one":
        yield CatalogueItem(first, title, identifiers=codes)
    elif fate == "several":
        yield CatalogueItem(first, title, identifiers=codes)
        yield CatalogueItem(second, f"{title} (Old Edition)", identifiers=codes)
    elif fate == "parent":
        yield CatalogueItem(first, title, identifiers=codes, children=(second,))
        yield CatalogueItem(second, f"{title}, Red", parent=first)


def _codes(found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield an identifier in each of the forms in which it can be searched for."""
    for text in found.values():
        digits = text.replace("-", "")
        if digits.isdigit() and len(digits) in (12, 13):
            yield from (("EAN", digits.zfill(13)), ("GTIN", digits.zfill(14)))
            if len(digits) == 12:
                yield "UPC", digits
            if digits.startswith("978"):
                yield "ISBN", digits
