"""Listings by the thousand, made up from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from amzsync.core.marketplaces import Marketplace
from tests.simulators.seller import SAMPLED_AT, CatalogueItem, Issue, Listing

_MAKERS = ("Brackwater", "Fernholt", "Copperhen", "Saltmarsh", "Tillerby")
_THINGS = ("Kettle", "Lantern", "Tarp", "Skillet", "Apron", "Flask", "Teapot", "Rucksack")
_COLOURS = ("Sage", "Oat", "Rust", "Slate", "Crème", "Ink")
_DAY = 86_400.0

MISSING_BRAND = Issue(
    "90220", "'brand' is required but not supplied.", "ERROR", ("brand",), ("MISSING_ATTRIBUTE",),
    ("SEARCH_SUPPRESSED",),
)  # fmt: skip
BAD_IMAGE = Issue(
    "18027", "The main image has text or a logo on it.", "ERROR", (), ("INVALID_IMAGE",),
    ("LISTING_SUPPRESSED",),
)  # fmt: skip
ODD_PRICE = Issue(
    "18155", "The price differs much from the recent prices.", "WARNING",
    ("purchasable_offer",), ("INVALID_PRICE",),
)  # fmt: skip
REMOVED = Issue(
    "18742", "The product is under review of the restricted products policy.", "ERROR", (),
    ("QUALIFICATION_REQUIRED",), ("CATALOG_ITEM_REMOVED",),
)  # fmt: skip


def ean(number: int) -> str:
    """Return a made-up EAN-13 with its check digit (prefix 952: GS1's own, for demonstrations)."""
    digits = f"952{number:09d}"
    total = sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))
    return digits + str(-total % 10)


def upc(number: int) -> str:
    """Return a made-up UPC-12 with its check digit."""
    digits = f"0{number:010d}"
    total = 3 * sum(map(int, digits[::2])) + sum(map(int, digits[1::2]))
    return digits + str(-total % 10)


def asin(number: int) -> str:
    return f"B0{number:08d}"


def sample_listings(
    count: int, seed: int, marketplace: Marketplace
) -> Iterator[tuple[Listing, CatalogueItem | None]]:
    """Yield *count* listings, each with its page of the catalogue where it has one.

    Of a hundred: 8 are out of stock, 3 suppressed, 1 blocked, 1 incomplete, 10 sold by Amazon's
    warehouses (one of these is stranded); the others sell.
    """
    rng = random.Random(f"{seed}/{marketplace.code}")
    warehouse = min(marketplace.channels)
    for number in range(1, count + 1):
        listing = _plain(number, rng, marketplace.exponent)
        _trouble(listing, number, rng.random(), warehouse)
        item = None
        if listing.asin is not None:
            codes = (("EAN", ean(number)), ("GTIN", "0" + ean(number)))
            title = listing.title or ""
            item = CatalogueItem(listing.asin, title, listing.product_type, codes)
        yield listing, item


def _plain(number: int, rng: random.Random, exponent: int) -> Listing:
    thing = rng.choice(_THINGS)
    cents = rng.randrange(399, 24_999)
    created = SAMPLED_AT - rng.randrange(400, 900) * _DAY
    return Listing(
        f"SIM-{number:06d}",
        asin(number),
        f"{rng.choice(_MAKERS)} {thing} {rng.choice(_COLOURS)} No. {number}",
        "new_new" if number % 17 else "used_very_good",
        f"{cents // 100}.{cents % 100:02d}" if exponent else str(cents),
        rng.randrange(1, 400),
        product_id=ean(number) if number % 3 == 0 else None,
        product_type=thing.upper(),
        created=created,
        last_updated=created + rng.randrange(1, 390) * _DAY + rng.randrange(86_400),
    )


def _trouble(listing: Listing, number: int, fate: float, warehouse: str) -> None:
    if fate < 0.08:
        listing.quantity, listing.status = 0, frozenset({"DISCOVERABLE"})
    elif fate < 0.10:
        listing.issues, listing.status = (MISSING_BRAND,), frozenset({"BUYABLE"})
        listing.suppressed = MISSING_BRAND.message
    elif fate < 0.11:
        listing.issues, listing.status = (BAD_IMAGE, ODD_PRICE), frozenset()
        listing.suppressed = BAD_IMAGE.message
    elif fate < 0.12:
        listing.issues, listing.status = (REMOVED,), frozenset()
    elif fate < 0.13:
        listing.incomplete, listing.asin, listing.price = True, None, None
        listing.status = frozenset()
    elif fate < 0.15:
        listing.issues = (ODD_PRICE,)
    elif fate < 0.25:
        listing.channel, listing.fnsku = warehouse, f"X{number:09d}"
        if fate < 0.16:
            listing.stranded, listing.status = "LISTING_CLOSED", frozenset({"DISCOVERABLE"})
