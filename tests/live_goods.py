"""What a small seller lists at a simulated Amazon, and the products of the shop that go with it."""

from __future__ import annotations

from typing import Any

from tests.factories import Cells, product
from tests.simulators.samples import BAD_IMAGE, MISSING_BRAND, asin, ean
from tests.simulators.seller import CatalogueItem, Listing, Restriction, Seller

KNOWN = 100  # products from this number on have no listing
UPC = "036000291452"


def small_seller(**fields: Any) -> Seller:
    """Return a seller of 40 listings of all kinds, and of pages for products that are not listed yet."""
    seller = Seller.sample(36, 7, **fields)
    for number in (3, 4, 5, 6):
        seller.listings[f"SIM-{number:06d}"].suppressed = None
    seller.add(
        _one(41, status=frozenset({"DISCOVERABLE"}), quantity=0),
        _one(42, status=frozenset(), issues=(BAD_IMAGE,), suppressed=BAD_IMAGE.message),
        _one(43, channel="AMAZON_NA", fnsku="X000000043"),
        _one(
            44,
            channel="AMAZON_NA",
            fnsku="X000000044",
            stranded="LISTING_CLOSED",
            status=frozenset({"DISCOVERABLE"}),
        ),
    )
    comma = _one(45, status=frozenset({"DISCOVERABLE"}), issues=(MISSING_BRAND,))
    comma.sku = "SIM,000045"
    seller.add(comma)
    for number in (KNOWN, KNOWN + 1, KNOWN + 2, KNOWN + 3):
        seller.know(_page(number))
    seller.know(
        CatalogueItem(asin(203), "Twin of 103", identifiers=(("EAN", ean(KNOWN + 3)),)),
        CatalogueItem(
            asin(KNOWN + 4), "A parent", identifiers=(("EAN", ean(KNOWN + 4)),), children=(asin(9),)
        ),
        CatalogueItem(asin(KNOWN + 6), "By UPC", identifiers=(("UPC", UPC),)),
    )
    link = "https://sellercentral.amazon.com/hz/approvalrequest?asin=" + asin(KNOWN + 2)
    seller.restrict(
        asin(KNOWN + 2),
        Restriction("APPROVAL_REQUIRED", "You need approval to list this product.", link=link),
    )
    seller.touched()
    return seller


def _one(number: int, **fields: Any) -> Listing:
    usual = {"title": f"Fernholt Flask No. {number}", "product_id": ean(number)}
    return Listing(f"SIM-{number:06d}", asin(number), **{**usual, **fields})


def _page(number: int) -> CatalogueItem:
    return CatalogueItem(asin(number), f"Page {number}", identifiers=(("EAN", ean(number)),))


def small_catalogue(seller: Seller) -> list[Cells]:
    """Return products for most of a seller's listings, and seven that are not listed.

    They match by seller SKU, ASIN and EAN in turns; every ninth listing is a stranger.
    """
    found = []
    for number, listing in enumerate(seller.listings.values()):
        sku, attributes = f"P-{listing.sku.replace(',', '-')}", {}
        if number % 9 == 8:
            continue
        if listing.asin is None or number % 3 == 0:
            sku = listing.sku
        elif number % 3 == 1 or listing.product_id is None:
            attributes = {"asin": listing.asin}
        else:
            attributes = {"ean": listing.product_id}
        stock = "0.0000" if number % 10 == 7 else "5.0000"
        found.append(product(sku, attributes=attributes, qty=stock))
    return found + [unlisted(number) for number in range(KNOWN, KNOWN + 7)]


def unlisted(number: int) -> Cells:
    """Return a product without a listing.

    100 names its ASIN, 101 is found by its EAN, 102 needs an approval, 103 has two pages, 104 only a variation
    parent, 105 none, 106 is found by its UPC.
    """
    attributes = {"asin": asin(number)} if number == KNOWN else {"ean": ean(number)}
    if number == KNOWN + 6:
        attributes = {"upc": UPC}
    return product(f"N-{number}", attributes=attributes)
