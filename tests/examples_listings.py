"""The listings of the example shop on Amazon, and the tab in which each must end.

A product that is eligible and not named here is listed under its own SKU and sells (tab Active).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests import examples_catalogue as data
from tests.examples_products import CUT_SHORT, Product

ACTIVE, INACTIVE, INELIGIBLE = "active", "inactive", "ineligible"
INCOMPLETE, READY, THIRD, ENDED = "incomplete", "ready-to-list", "new-third-party", "ended"
SKU = "seller_sku"


class Answer(NamedTuple):
    """What amzsync must say of one listing, or of one product without a listing (no seller SKU)."""

    store: str
    tab: str
    seller_sku: str
    sku: str
    by: str = ""  # the identifier that joined them


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing: the product it sells, where it must end, and what differs from a plain one."""

    seller_sku: str
    sku: str  # "" where amzsync must not find a product
    tab: str = ACTIVE
    by: str = SKU
    cells: tuple[tuple[str, str], ...] = ()  # by column of the all-listings report
    reported: bool = True  # in the all-listings report


def _own(sku: str, tab: str = ACTIVE, **cells: str) -> Listing:
    """Return what differs for the listing that has its product's SKU."""
    return Listing(sku, sku, tab, SKU, _columns(cells))


def _alias(seller_sku: str, sku: str, by: str, tab: str = ACTIVE, **cells: str) -> Listing:
    """Return a listing of another seller SKU, matched *by* an identifier."""
    return Listing(seller_sku, sku, tab, by, _columns(cells))


def _stranger(seller_sku: str, title: str, price: str, **cells: str) -> Listing:
    """Return a listing for which no product can be named."""
    named = {"item_name": title, "price": price, "quantity": "6", **cells}
    return Listing(seller_sku, "", THIRD, "", _columns(named))


def _columns(cells: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", "-"), text) for name, text in cells.items())


FBA = {"fulfillment_channel": "AMAZON_NA", "quantity": "", "pending_quantity": ""}
SOLD_OUT = {"status": "Inactive", "quantity": "0"}
US_OWN = (
    _own("KIT-1006", INACTIVE, **SOLD_OUT),
    _own("OUT-2006", INACTIVE, **SOLD_OUT),
    _own("BK-3011", INACTIVE, **SOLD_OUT),
    _own("KIT-1013", INACTIVE, status="Inactive"),  # suppressed
    _own("KIT-1016", INACTIVE, status="Inactive"),  # suppressed
    _own("KIT-1014", INACTIVE, status="Inactive", price=""),
    _own("KIT-1015", INACTIVE, status="Inactive"),  # no reason anywhere
    _own("OUT-2015", INACTIVE, status="Inactive"),  # no reason anywhere
    Listing("KIT-1017", "KIT-1017", INACTIVE, reported=False),  # in the cancelled report only
    _own("KIT-1018", INACTIVE, status="Inactive"),  # in the cancelled report as well
    _own("KIT-1029", INACTIVE, status="Inactive", **FBA),  # the warehouse is empty
    _own("KIT-1040", INACTIVE, status="Inactive"),  # disabled in Commerce too
    _own("KIT-1036", INCOMPLETE, status="Incomplete", price="", asin1=""),
    _own("OUT-2023", INCOMPLETE, status="Incomplete", quantity="0"),
    _own("KIT-1007", INELIGIBLE),
    _own("KIT-1008", INELIGIBLE, quantity="3"),
    _own("KIT-1011", INELIGIBLE, quantity="5"),
    _own("OUT-2024", INELIGIBLE, quantity="2"),
    _own("KIT-1041", INELIGIBLE),
    _own("BK-3013", INELIGIBLE),
    _own("SET-7001", INELIGIBLE, price="52.00", quantity="4"),
    _own("SET-7002", INELIGIBLE, price="129.00", quantity="2"),
    _own("KIT-1004", quantity="100"),
    _own("KIT-1009", quantity="12"),
    _own("KIT-1033", **FBA),
    _own("OUT-2026", **FBA),
    _own("OUT-2027", **FBA),
    _own("BK-3006-USED", item_condition="2", item_note="Very good, one dog-eared page."),
    _own("OUT-2012", ENDED, status="Inactive"),
    _own("KIT-1044", item_name="Saltmarsh Chili Roaster \U0001f336\ufe0f for Gas and Embers"),
    _own("KIT-1047", item_name="Saltmarsh Souffl? Dish 18 cm"),
    _own("OUT-2004", item_name="Fernholt Two-Person Tarp 二人用タープ 超軽量・防水"),
    _own("OUT-2005", item_name="[bold]Brackwater[/bold] Folding Lantern <b>USB-C</b>"),
    _own("BK-3025", item_name='"The Hedge and the Heron" by Rosa Tremaine'),
)
US_OTHER = (
    _alias("7Q-XK2L-09ZV", "KIT-1005", "pin"),
    _alias("OLD SHOP 0042", "OUT-2011", "pin"),
    _alias("kit-1012", "KIT-1012", SKU),
    _alias("OUT-2007 ", "OUT-2007", SKU),
    _alias("AMZ-BACKPACK-GRN", "OUT-2020", "asin"),
    _alias("OUT-2013-N", "OUT-2013", "asin"),
    _alias("WM-88213", "OUT-2021", "upc", product_id_type="3", product_id=data.upc(73121)),
    _alias("WM-88214", "KIT-1021", "upc", product_id=data.upc(73021)),  # its type says ASIN
    _alias("ZR-0001", "KIT-1023", "upc", product_id_type="3", product_id=data.upc(73023)),
    _alias("5C-9GZ1-KETL", "KIT-1022", "ean", product_id_type="4", product_id=data.ean(1022)),
    _alias("NV-2231", "KIT-1024", "ean", product_id_type="4", product_id=data.ean(1024)),
    _alias("NV-2232", "OUT-2022", "ean", product_id_type="4", product_id=data.ean(2022)),
    _alias("BOOK-4H-117", "BK-3001", "isbn", product_id_type="2"),
    _alias("BOOK-4H-118", "BK-3003", "isbn", product_id_type="2"),
    _alias("BOOK-4H-119", "BK-3002", "isbn", product_id_type="2"),
    _alias(
        "BOOK-4H-120",
        "BK-3004",
        "isbn",
        asin1="B0EXMQ3004",
        product_id_type="2",
        product_id=data.isbn13(4),
    ),
)
US_BESIDES = (
    _alias("KIT-1001-FBA", "KIT-1001", "asin", **FBA),
    _alias("OUT-2003-FBA", "OUT-2003", "asin", **FBA),
    _alias("KIT-1037-B", "KIT-1037", "asin"),
    _stranger("KIT-1037", "Copperhen Citrus Squeezer", "13.50", asin1=data.asin(1038)),  # conflict
    _stranger(CUT_SHORT, 'Copperhen Paring Knife 3.5"', "23.50", asin1=data.asin(1034)),
    _stranger("KIT-1010-2PACK", "Saltmarsh Oil Bottle 500 ml, 2 Pack", "34.90",
              product_id_type="4", product_id=data.ean(1010)),  # ruled out in mapping.csv
    _stranger("MUG-MYSTERY", "Saltmarsh Mug with Heron", "19.00",
              product_id_type="4", product_id=data.ean(1030)),  # two products have its EAN
    _stranger("HOUSE-LABEL-1", "Tea Towels, House Brand, 3 Pack", "18.00",
              product_id_type="4", product_id=data.ATTRIBUTES["KIT-1032"]["ean"]),
    _stranger("OUTLET-17", "Signal Whistle, Orange", "9.00",
              product_id_type="4", product_id=data.ATTRIBUTES["OUT-2017"]["ean"]),
    _stranger("TEE-5000", "Fernholt Merino Tee", "", quantity="", asin1=data.asin(5000)),
    _stranger("PAN-5600", "Copperhen Carbon-Steel Pan", "", quantity=""),
    _stranger("GARAGE-CLOCK", "Wall Clock, Railway Dial 14\"", "31.00"),
    _stranger("2F-77TR-LAMP", "Reading Lamp with Brass Arm", "58.00", quantity="1"),
    _stranger("AMZ.GIFT.008", "Juego de té de cerámica, 6 piezas", "44.00"),
    _stranger("SAMPLE-0001", "Sample, Not for Sale", "0.99", status="Inactive", quantity="0"),
    _stranger("WREATH-XL", "Dried Flower Wreath 20\" (Handmade) \u2013 Lavender", "39.00"),
)  # fmt: skip
US_CANCELLED = (  # strangers that only the cancelled report has
    Listing(
        "OLD-CLOCK-3",
        "",
        THIRD,
        "",
        _columns({"item_name": "Cuckoo Clock, Small", "price": "75.00"}),
        False,
    ),
)
US_UNLISTED = """
    KIT-1019 KIT-1020 KIT-1025 KIT-1026 KIT-1027 KIT-1028 KIT-1042 KIT-1034 KIT-1037
    OUT-2008 OUT-2009 OUT-2010 OUT-2014 OUT-2016 OUT-2017 OUT-2018 OUT-2019 OUT-2029 OUT-2030
    BK-3007 BK-3008 BK-3009 BK-3010 BK-3014
    HAT-5500-OAT JKT-5100-RED-S JKT-5100-RED-L VIR-9001 VIR-9002
"""
ENDED_US = (  # listings the seller ended by hand: seller SKU, product, when
    ("OUT-2012", "OUT-2012", "2026-11-20T16:05:00Z"),
    ("OUT-2013", "OUT-2013", "2026-11-03T09:12:00Z"),
    ("OUT-2014", "OUT-2014", "2026-10-14T11:40:00Z"),
)
DE_OWN = (
    _own("KIT-1006", INACTIVE, **SOLD_OUT),
    _own("OUT-2012", INACTIVE, status="Inactive"),
    _own("KIT-1007", INELIGIBLE),
    _own("KIT-1015", INELIGIBLE, item_name="Tillerby Teigmischer", price="11.90"),
    _own("OUT-2028", INELIGIBLE, item_name="Fernholt Gamaschen", price="35.90"),
    _own("PAN-5600-32", INCOMPLETE, status="Incomplete", price="", asin1=""),
    _own("KIT-1013", item_name="Copperhen Flambierbrenner f?r Cr?me br?l?e"),
    _own("OUT-2026", fulfillment_channel="AMAZON_EU", quantity="", pending_quantity="",
         item_name="Fernholt Daunenquilt \u201eNordlicht\u201c \u2013 bis 200 \u20ac die Nr. 1"),
)  # fmt: skip
DE_OTHER = (
    _alias("NEU-KESSEL", "KIT-1001", "asin"),
    _alias("BUCH-01", "BK-3001", "isbn", product_id_type="2"),
    _alias("DE-ALT-77", "OUT-2036", "pin", asin1="B0EXMQ2036"),
    _alias("out-2035", "OUT-2035", SKU, asin1="B0EXMQ2035"),
    *(
        _alias(
            f"DE-{number}", sku, "ean", asin1="", product_id_type="4", product_id=data.ean(number)
        )
        for sku, number in (
            ("KIT-1002", 1002),
            ("KIT-1004", 1004),
            ("KIT-1022", 1022),
            ("KIT-1038", 1038),
            ("OUT-2031", 2031),
            ("OUT-2032", 2032),
            ("APR-5300-SAG", 5303),
        )
    ),
)
DE_BESIDES = (
    _stranger("RESTPOSTEN-4", "Gartenbank aus Lärche, 120 cm", "149.00"),
    _stranger("GARTEN-12", "Rosenschere mit Lederhülle", "27.50", quantity="0", status="Inactive"),
)
DE_UNLISTED = "KIT-1019 KIT-1024 KIT-1026 OUT-2008 OUT-2010 BK-3014"


def listings(store: str, products: Iterable[Product]) -> list[Listing]:
    """Return every listing of *store* that a report tells of: first the plain, then the others."""
    own, other, besides = (
        (US_OWN, US_OTHER, (*US_BESIDES, *US_CANCELLED))
        if store == "us"
        else (DE_OWN, DE_OTHER, DE_BESIDES)
    )
    unlisted = US_UNLISTED if store == "us" else DE_UNLISTED
    website = "base" if store == "us" else "de"
    different = {listing.sku: listing for listing in own}
    elsewhere = {listing.sku for listing in other}.union(unlisted.split())
    made: list[Listing] = []
    for product in products:
        sku = product.sku
        if sku in different:
            made.append(different[sku])
        elif sku not in elsewhere and product.is_eligible(website):
            made.append(Listing(sku, sku))
    return [*made, *other, *besides]


def answers(store: str, products: list[Product]) -> list[Answer]:
    """Return what amzsync must say of *store*: one answer per listing and per unlisted product."""
    known = listings(store, products)
    made = [
        Answer(store, listing.tab, listing.seller_sku, listing.sku, listing.by) for listing in known
    ]
    ended = ENDED_US if store == "us" else ()
    seen = {listing.seller_sku for listing in known}
    made += [
        Answer(store, ENDED, seller_sku, sku, SKU)
        for seller_sku, sku, _ in ended
        if seller_sku not in seen
    ]
    listed = {answer.sku for answer in made}
    return made + list(_unlisted(store, listed, products))


def _unlisted(store: str, listed: set[str], products: Iterable[Product]) -> Iterator[Answer]:
    for product in products:
        if product.sku in listed or product.sku == CUT_SHORT:
            continue
        if product.is_eligible("base" if store == "us" else "de"):
            asin, condition = (
                product.attributes.get("amazon_asin", ""),
                product.attributes["amazon_condition"],
            )
            ready = len(asin) == 10 and asin != data.asin(5500) and condition
            yield Answer(store, READY if ready else INCOMPLETE, "", product.sku)
