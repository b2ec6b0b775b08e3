"""Write the files of the example shop, byte for byte the same each time.

    python -m tests.make_examples [FOLDER]

The catalogue is in ``examples_catalogue`` and ``examples_products``; the listings, and the answers
that amzsync must give, are in ``examples_listings``.  The shop's amzsync.toml and README.md are
written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests import examples_catalogue as data
from tests.bench.generate import REPORT_HEADER
from tests.examples_listings import ENDED_US, Listing, listings
from tests.examples_products import Product, catalogue_csv, products, stock_csv

COLUMNS = REPORT_HEADER.split("\t")
GERMAN_HEADINGS = (  # heading, and the English column it stands for
    ("Artikelbezeichnung", "item-name"), ("Artikelbeschreibung", "item-description"),
    ("Angebotsnummer", "listing-id"), ("Händler-SKU", "seller-sku"), ("Preis", "price"),
    ("Menge", "quantity"), ("Erstellungsdatum", "open-date"), ("Deprecated column", ""),
    ("Artikel ist Marketplace-Angebot", "item-is-marketplace"),
    ("Produkt-ID-Typ", "product-id-type"), ("Deprecated column", ""),
    ("Anmerkung zum Artikel", "item-note"), ("Artikelzustand", "item-condition"),
    *[("Deprecated column", "")] * 3, ("ASIN 1", "asin1"), *[("Deprecated column", "")] * 2,
    ("Internationaler Versand", "will-ship-internationally"),
    ("Expressversand", "expedited-shipping"), ("Deprecated column", ""),
    ("Produkt-ID", "product-id"), ("Deprecated column", ""), ("add-delete", "add-delete"),
    ("Anzahl Bestellungen", "pending-quantity"), ("Versender", "fulfillment-channel"),
    ("optional-payment-type-exclusion", ""), ("Händlerversandgruppe", "merchant-shipping-group"),
    ("Status", "status"), ("Mindestbestellmenge", ""), ("Restposten verkaufen", ""),
)  # fmt: skip
UNTOLD_AT_THE_END = 2  # Amazon's European rows lack the cells of the last two headings
NOT_IN_CANCELLED = (
    "listing-id", "open-date", "bid-for-featured-placement", "pending-quantity",
    "fulfillment-channel", "status",
)  # fmt: skip
CANCELLED_COLUMNS = [column for column in COLUMNS if column not in NOT_IN_CANCELLED]
SUPPRESSED_COLUMNS = (
    "Status", "Reason", "SKU", "ASIN", "Product name", "Condition", "Status Change Date",
    "Issue Description",
)  # fmt: skip
SUPPRESSED = (  # seller SKU, reason, title as this report has it, date, what is wrong
    ("KIT-1013", "Missing info", "Copperhen Cr?me Br?l?e Torch", "Nov 12, 2026",
     "'[ghs_classification]' is required but not supplied."),
    ("KIT-1016", "Image", "Saltmarsh Mortar and Pestle, Granite", "Nov 9, 2026",
     "The main image has a watermark or text on it."),
    ("KIT-1039", "Missing info", "Tillerby Muffin Tin, 12 Cups", "Nov 18, 2026",
     "'[material]' is required but not supplied."),
)  # fmt: skip
CANCELLED = ("KIT-1017", "KIT-1018", "OLD-CLOCK-3")
FBA_HEADER = (
    "sku fnsku asin product-name condition your-price mfn-listing-exists mfn-fulfillable-quantity "
    "afn-listing-exists afn-warehouse-quantity afn-fulfillable-quantity afn-unsellable-quantity "
    "afn-reserved-quantity afn-total-quantity per-unit-volume afn-inbound-working-quantity "
    "afn-inbound-shipped-quantity afn-inbound-receiving-quantity afn-researching-quantity "
    "afn-reserved-future-supply afn-future-supply-buyable"
).replace(" ", "\t")
FBA_STOCK = {
    "KIT-1001-FBA": 31, "KIT-1029": 0, "KIT-1033": 22, "OUT-2003-FBA": 14, "OUT-2026": 9,
    "OUT-2027": 17,
}  # fmt: skip
PINS = (
    ("us", "7Q-XK2L-09ZV", "KIT-1005", "pin"),
    ("us", "OLD SHOP 0042", "OUT-2011", "pin"),
    ("us", "KIT-1010-2PACK", "KIT-1010", "never"),
    ("de", "DE-ALT-77", "OUT-2036", "pin"),
)
GERMAN_SENTENCES = (
    "Im Karton 9\" hoch; passt hinter jede Schranktür.",
    "Reparieren wir zehn Jahre lang kostenlos – versprochen.",
    "Für alle, die draußen länger bleiben.",
)  # fmt: skip

Cells = Mapping[str, str]


def main(folder: Path) -> None:
    """Write every generated file below *folder*."""
    for path, content in contents().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def contents() -> dict[str, bytes]:
    """Return the bytes of each generated file by its path below the folder."""
    made = products()
    us, de = _rows("us", made), _rows("de", made)
    by_sku = {row["seller-sku"]: row for row in us}
    reported = [row for row in us if row["reported"]]
    cancelled = (_line(CANCELLED_COLUMNS, by_sku[seller_sku]) for seller_sku in CANCELLED)
    warehouse = (_fba(by_sku[seller_sku], stock) for seller_sku, stock in FBA_STOCK.items())
    return {
        "exports/catalog_product_20261122_060000.csv": catalogue_csv(made).encode(),
        "exports/stock_sources_20261122_060000.csv": stock_csv(made).encode(),
        "reports/us_all_listings.txt": _tsv(COLUMNS, _spoiled(reported), "\r\n"),
        "reports/us_suppressed_listings.txt": _tsv(SUPPRESSED_COLUMNS, _suppressed(by_sku), "\n"),
        "reports/us_cancelled_listings.txt": _tsv(CANCELLED_COLUMNS, cancelled, "\r\n"),
        "reports/us_fba_inventory.txt": _tsv(FBA_HEADER.split("\t"), warehouse, "\n"),
        "reports/ended_us.csv": _ended(made).encode(),
        "reports/de_alle_angebote.txt": _german_report(de),
        "mapping.csv": _csv(("store", "seller_sku", "sku", "verdict"), PINS).encode(),
    }  # fmt: skip


def _rows(store: str, made: list[Product]) -> list[dict[str, str]]:
    """Return the cells of every listing of *store*, in the order of a report (as good as none)."""
    by_sku = {product.sku: product for product in made}
    rows = [
        _cells(store, index, listing, by_sku.get(listing.sku))
        for index, listing in enumerate(listings(store, made), 1)
    ]
    return sorted(rows, key=lambda row: row["listing-id"][::-1])


def _cells(store: str, index: int, listing: Listing, product: Product | None) -> dict[str, str]:
    """Return the cells of one listing by English column, its own ones put over the usual ones."""
    number = product.number if product else 9000 + index
    month, day = 4 + number % 8, 2 + number % 27
    cells = {
        "seller-sku": listing.seller_sku, "item-is-marketplace": "y", "item-condition": "11",
        "listing-id": f"{month:02d}{day:02d}Z{index * 7919 % 10000:04d}{number % 9973:04d}",
        "open-date": _opened(store, number, month, day), "asin1": f"B0EXMX{index:04d}",
        "pending-quantity": "0", "fulfillment-channel": "DEFAULT", "status": "Active",
        "quantity": "1",
        "merchant-shipping-group": "Standardvorlage" if store == "de" else "Migrated Template",
        "reported": "yes" if listing.reported else "",
    }  # fmt: skip
    if product is not None:
        cells |= _of_product(store, product)
    own = dict(listing.cells)
    cells |= own
    cells.setdefault(
        "product-id", cells["asin1"] or (product.attributes.get("ean", "") if product else "")
    )
    cells.setdefault("product-id-type", "1" if cells["asin1"] else "4")
    return cells


def _of_product(store: str, product: Product) -> dict[str, str]:
    """Return the cells that follow from the product: its title, price, quantity and ASIN."""
    german = product.german if store == "de" else {}
    asin = product.attributes.get("amazon_asin", "")
    if len(asin) != 10:
        book = product.sku.startswith("BK-") and product.sku != "BK-3005"  # a 979 has no ISBN-10
        asin = data.isbn10(product.number % 100) if book else f"B0EXMQ{product.number:04d}"
    price = german.get("price") or product.cells["price"]
    price = price[:-4]
    text = (
        GERMAN_SENTENCES[product.number % 3]
        if store == "de"
        else product.cells["short_description"]
    )
    return {
        "item-name": german.get("name") or product.cells["name"],
        "item-description": re.sub("<[^>]*>", "", text),
        "price": price.removesuffix(".00") if product.number % 3 == 0 else price,
        "quantity": str(min(25 + product.number % 16, int(product.cells["qty"].partition(".")[0]))),
        "asin1": asin,
    }


def _opened(store: str, number: int, month: int, day: int) -> str:
    """Return when the listing was opened, in the marketplace's own form and zone."""
    year, time = 2026 - number % 3, f"{number % 24:02d}:{number % 60:02d}:{number * 7 % 60:02d}"
    day = 3 + day % 18  # away from the days on which the clocks change
    if store == "de":
        return f"{day:02d}/{month:02d}/{year} {time} {'MEST' if month < 11 else 'MET'}"
    return f"{year}-{month:02d}-{day:02d} {time} {'PDT' if month < 11 else 'PST'}"


def _spoiled(rows: list[dict[str, str]]) -> list[list[str]]:
    """Return the rows of the report with one bad row of every kind among them."""
    lines = [_line(COLUMNS, row) for row in rows]
    plain = {
        **rows[0],
        "item-name": "Tea Cosy, Badger",
        "asin1": "B0EXMZ0001",
        "product-id": "B0EXMZ0001",
    }
    twice = next(line for line in lines if line[COLUMNS.index("seller-sku")] == "OUT-2025")
    bad = (
        (11, _line(COLUMNS, {**plain, "seller-sku": ""})),
        (37, _line(COLUMNS, {**plain, "seller-sku": "BAD-PRICE-1", "price": "1,99"})),
        (62, _line(COLUMNS, {**plain, "seller-sku": "BAD-TAB-1", "item-name": "Tea Cosy\tBadger"})),
        (85, list(COLUMNS)),  # the heading once more
        (110, _line(COLUMNS, {**plain, "seller-sku": "BAD-QTY-1", "quantity": "ten"})),
        (140, twice),
    )
    for place, line in reversed(bad):
        lines.insert(place, line)
    return lines


def _german_report(rows: list[dict[str, str]]) -> bytes:
    columns = [column for _, column in GERMAN_HEADINGS[:-UNTOLD_AT_THE_END]]
    lines = [[row.get(column, "") for column in columns] for row in rows]
    bad = {
        **rows[0],
        "seller-sku": "FEHLER-1",
        "price": "12,90",
        "asin1": "B0EXMZ0002",
        "product-id": "B0EXMZ0002",
    }
    lines.insert(20, [bad.get(column, "") for column in columns])
    return _tsv([heading for heading, _ in GERMAN_HEADINGS], lines, "\r\n", encoding="cp1252")


def _suppressed(by_sku: Mapping[str, Cells]) -> Iterable[list[str]]:
    for seller_sku, reason, title, date, issue in SUPPRESSED:
        row = by_sku[seller_sku]
        yield [
            "Search Suppressed",
            reason,
            seller_sku,
            row["asin1"],
            title,
            row["item-condition"],
            date,
            issue,
        ]


def _fba(row: Cells, stock: int) -> list[str]:
    inbound = ["0", str(stock // 2), "0", "0", "0", "0"]
    counts = ["Yes", str(stock + 2), str(stock), "0", "2", str(stock + 2), "0.31", *inbound]
    fnsku = f"X00{row['listing-id'][-7:]}"
    known = [row["seller-sku"], fnsku, row["asin1"], row["item-name"], "New", row["price"]]
    return [*known, "No", "", *counts]


def _ended(made: Iterable[Product]) -> str:
    by_sku = {product.sku: product for product in made}
    header = ("seller_sku", "asin", "title", "ended_at", "sku")
    return _csv(
        header,
        (
            (seller_sku, by_sku[sku].attributes["amazon_asin"], by_sku[sku].cells["name"], at, sku)
            for seller_sku, sku, at in ENDED_US
        ),
    )


def _line(columns: Iterable[str], cells: Cells) -> list[str]:
    return [cells.get(column, "") for column in columns]


def _tsv(
    header: Iterable[str], lines: Iterable[Iterable[str]], end: str, *, encoding: str = "utf-8"
) -> bytes:
    """Return a report as Amazon writes it: tabs, no quoting, the line end of that report."""
    return "".join("\t".join(line) + end for line in (header, *lines)).encode(encoding)


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    quoted = (
        ",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in (header, *rows)
    )
    return "\n".join(quoted) + "\n"


if __name__ == "__main__":
    default = Path(__file__).resolve().parents[1] / "examples"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
