"""Rows of every kind of report become our rows, or are rejected with a reason; none is guessed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from amzsync.amazon.headings import recognise
from amzsync.amazon.listings_report import BLANK_LINE, HEADING_AGAIN, row_parser
from amzsync.core.marketplaces import Marketplace, by_code
from amzsync.core.model import ListingRow, Rejected

DATA = Path(__file__).parents[1] / "data" / "amazon"
BLOCKED = "Amazon blocked or removed this listing (it is in the cancelled-listings report)"
SUPPRESSED = "Search Suppressed: Missing info - '[brand]' is required but not supplied."


def a_marketplace(code: str) -> Marketplace:
    found = by_code(code)
    assert found is not None
    return found


def read(file_name: str) -> list[ListingRow | Rejected]:
    """Read a file of tests/data/amazon; its name begins with the code of its marketplace."""
    text = (DATA / file_name).read_bytes().decode("utf-8")
    heading, *lines = text.removesuffix("\n").split("\n")
    layout = recognise(heading, file_name=file_name)
    parse = row_parser(layout, a_marketplace(file_name[:2]))
    if layout.delimiter == ",":
        return [parse(cells) for cells in csv.reader(lines)]
    return [parse(line.split("\t")) for line in lines]


NEW, MERCHANT, AMAZON = "new_new", "merchant", "amazon"
FILES: dict[str, list[ListingRow | Rejected]] = {
    "us-all-listings.txt": [
        ListingRow(
            "OAK-27 ", "B0EXAMPLE1", '27" Monitor Stand, "Oak', NEW, MERCHANT, 4950, 12, "active",
            "B0EXAMPLE1", "2022-03-15T09:26:37Z",
        ),
        ListingRow(
            "0042", "0735211299", "Field Notes", "used_acceptable", AMAZON, 700, None, "inactive",
            "9780735211292", "2023-12-02T07:15:00Z",
        ),
        ListingRow(
            "KET-1", None, "Kettle", NEW, MERCHANT, None, 0, "incomplete", "012345678905", None
        ),
        HEADING_AGAIN,
        Rejected("price '1,99' is not an amount such as 1299.00", "LAMP-1"),
    ],
    "uk-all-listings.txt": [
        ListingRow(
            "TEA/1", "B0EXAMPLE3", "Teapot", NEW, MERCHANT, 1200, 4, "active", "B0EXAMPLE3",
            "2025-09-29T15:19:39Z",
        ),
    ],
    "de-all-listings.txt": [
        ListingRow(
            "GK-1", "B0EXAMPLE4", "Gießkanne", NEW, AMAZON, 1990, None, "active", "B0EXAMPLE4",
            "2021-09-23T08:34:38Z",
        ),
    ],
    "de-translated.txt": [
        ListingRow(
            "GK-2", "B0EXAMPLE5", "Gießkanne", NEW, MERCHANT, 1990, 5, "active", "B0EXAMPLE5",
            "2021-12-23T09:34:38Z",
        ),
    ],
    "fr-13-columns.txt": [
        ListingRow(
            "TH-1", None, "Théière", NEW, MERCHANT, 2490, 3, None, "3017620422003",
            "2024-02-01T07:00:00Z",
        ),
    ],
    "jp-translated.txt": [
        ListingRow(
            "JP-1", "B0EXAMPLE6", "宇治抹茶", NEW, MERCHANT, 1980, 7, "active", "B0EXAMPLE6",
            "2023-01-31T03:00:00Z",
        ),
        Rejected("price '1980.50' has more decimals than JPY has", "JP-2"),
    ],
    "us-all-listings.csv": [
        ListingRow(
            "ROPE,10", "B0EXAMPLE8", 'Rope, 10 m "heavy"', None, MERCHANT, 825, 2, "active"
        ),
    ],
    "us-cancelled-listings.txt": [
        ListingRow(
            "GLOBE-1", "B0EXAMPLE9", "Old Globe", "used_good", None, 3000, 1, "inactive",
            "B0EXAMPLE9", reason=BLOCKED,
        ),
        Rejected(
            "22 cells under 23 headings: the row is broken, '1' stands under item-is-marketplace"
        ),
    ],
    "us-inactive-listings.txt": [
        ListingRow(
            "SLED-1", "B0EXAMPL10", "Sled", NEW, MERCHANT, 8000, 0, "inactive", "B0EXAMPL10",
            "2022-01-01T08:00:00Z",
        ),
    ],
    "us-active-listings.txt": [
        ListingRow(
            "SLED-2", "B0EXAMPL11", "Sled", NEW, MERCHANT, 8000, 9, None, "B0EXAMPL11",
            "2022-01-01T08:00:00Z",
        ),
    ],
    "us-open-listings.txt": [
        ListingRow("SLED-2", "B0EXAMPL11", price_minor=8000, quantity=9),
        ListingRow("FBA-1", "B0EXAMPL12", price_minor=1500),
    ],
    "us-suppressed-listings.txt": [
        ListingRow("SLED-2", "B0EXAMPL11", "Sled", NEW, reason=SUPPRESSED),
        HEADING_AGAIN,
        ListingRow("SLED-3", reason="Search Suppressed"),
    ],
    "us-listing-quality.txt": [
        ListingRow(
            "SLED-2", "B0EXAMPL11", "Sled",
            reason="Missing: Missing brand - brand - A brand is required.",
        ),
    ],
    "us-fba-myi.txt": [
        ListingRow("FBA-1", "B0EXAMPL12", "Tent", NEW, AMAZON, 1500, 8),
        ListingRow("FBM-9", "B0EXAMPL13", "Peg", "used_like_new", None, 310, None),
    ],
    "us-fba-afn.txt": [
        ListingRow("FBA-1", "B0EXAMPL12", None, NEW, AMAZON, None, 8),
        ListingRow("FBA-1", "B0EXAMPL12", None, NEW, AMAZON, None, None),
        ListingRow("FBA-2", "B0EXAMPL14", None, NEW, AMAZON, None, None),
    ],
    "us-stranded-inventory.txt": [
        ListingRow(
            "FBA-1", "B0EXAMPL12", "Tent", NEW, AMAZON, 1500,
            reason="Stranded: LISTING_CLOSED - Listing has been closed",
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize("file_name", FILES)
def test_every_form_of_report_is_read(file_name: str) -> None:
    assert read(file_name) == FILES[file_name]


def test_every_file_of_the_data_is_read() -> None:
    assert {path.name for path in DATA.iterdir()} == set(FILES)


# --- single rows, under a short heading ----------------------------------------------------

HEADINGS = (
    "seller-sku",
    "item-name",
    "price",
    "quantity",
    "asin1",
    "fulfillment-channel",
    "status",
)
CLEAN = ("A-1", "Tea", "5.00", "3", "B0EXAMPLE1", "DEFAULT", "Active")
CLEAN_ROW = ListingRow("A-1", "B0EXAMPLE1", "Tea", None, MERCHANT, 500, 3, "active")


def parse(
    cells: list[str], headings: tuple[str, ...] = HEADINGS, code: str = "US"
) -> ListingRow | Rejected:
    return row_parser(recognise("\t".join(headings)), a_marketplace(code))(cells)


ROWS = [
    ("clean", [*CLEAN], CLEAN_ROW),
    ("a CR at the end", [*CLEAN[:-1], "Active\r"], CLEAN_ROW),
    ("blank cells too many", [*CLEAN, "", " \r"], CLEAN_ROW),
    ("short", [*CLEAN[:-1]], CLEAN_ROW._replace(status=None)),
    ("short, with a CR", [*CLEAN[:-2], "DEFAULT\r"], CLEAN_ROW._replace(status=None)),
    ("no price", ["A-1", "Tea", "", *CLEAN[3:]], CLEAN_ROW._replace(price_minor=None)),
    ("a price of 0", ["A-1", "Tea", "0", *CLEAN[3:]], CLEAN_ROW._replace(price_minor=0)),
    ("no title", ["A-1", " ", *CLEAN[2:]], CLEAN_ROW._replace(title=None)),
    (
        "a title is kept as it is",
        ["A-1", ' [/] "\x1b[2J ', *CLEAN[2:]],
        CLEAN_ROW._replace(title=' [/] "\x1b[2J '),
    ),
    (
        "a SKU is kept as it is",
        [" a\u00a01 ", *CLEAN[1:]],
        CLEAN_ROW._replace(seller_sku=" a\u00a01 "),
    ),
    (
        "stock that Amazon keeps",
        [*CLEAN[:5], "AMAZON_NA", "Active"],
        CLEAN_ROW._replace(fulfillment=AMAZON, quantity=None),
    ),
    (
        "an unknown channel and status",
        [*CLEAN[:5], "MOON", "Paused"],
        CLEAN_ROW._replace(fulfillment=None, status="Paused"),
    ),
    ("nothing", [], BLANK_LINE),
    ("an empty line", [""], BLANK_LINE),
    ("an empty CRLF line", ["\r"], BLANK_LINE),
    ("blanks", [" ", "", " "], BLANK_LINE),
    ("no SKU", ["", *CLEAN[1:]], Rejected("no seller SKU", "")),
    ("a blank SKU", ["  ", *CLEAN[1:]], Rejected("no seller SKU", "  ")),
    (
        "NUL in the SKU",
        ["A\x00", *CLEAN[1:]],
        Rejected(r"seller SKU 'A\x00' has a control character in it", "A\x00"),
    ),
    (
        "a tab in the title",
        ["A-1", "Tea", *CLEAN[1:]],
        Rejected("8 cells under 7 headings: a tab or line break within a cell broke the row"),
    ),
    (
        "a line break in the title",
        ["A-1", "Te"],
        Rejected(
            "2 cells under 7 headings: the row is broken, no ASIN or product id is left of it"
        ),
    ),
    (
        "the other half of it",
        ["a", *CLEAN[2:]],
        Rejected("6 cells under 7 headings: the row is broken, 'DEFAULT' stands under asin1"),
    ),
    (
        "a bad quantity",
        ["A-1", "Tea", "5", "-3", *CLEAN[4:]],
        Rejected("quantity '-3' is not a whole number of units", "A-1"),
    ),
    ("the heading", [*HEADINGS], HEADING_AGAIN),
    ("the heading, otherwise spelt", [name.upper() for name in HEADINGS], HEADING_AGAIN),
    (
        "a SKU that is called like its column",
        ["seller-sku", *CLEAN[1:]],
        CLEAN_ROW._replace(seller_sku="seller-sku"),
    ),
    (
        "such a SKU with a bad price",
        ["SKU", "Tea", "x", *CLEAN[3:]],
        Rejected("price 'x' is not an amount such as 1299.00", "SKU"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS]
)
def test_a_row_is_read_or_rejected_with_a_reason(
    cells: list[str], expected: ListingRow | Rejected
) -> None:
    before = list(cells)
    assert parse(cells) == expected
    assert cells == before


# A heading in which no column is missing, so that rows of its width take the short way.
COMPLETE = ("item-condition", "product-id", "open-date", *HEADINGS[::-1])
COMPLETE_CELLS = ["11", "", "2022-03-15 02:26:37 PDT", *CLEAN[::-1]]
COMPLETE_ROW = CLEAN_ROW._replace(condition=NEW, opened_at="2022-03-15T09:26:37Z")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (COMPLETE_CELLS, COMPLETE_ROW),
        ([*COMPLETE_CELLS[:-1], "A-1\r"], COMPLETE_ROW),
        ([*COMPLETE_CELLS, "\r"], COMPLETE_ROW),
        ([*COMPLETE_CELLS[:-1], "\r"], Rejected("no seller SKU")),
        (COMPLETE_CELLS[:-1], Rejected("no seller SKU")),
        (
            [*COMPLETE_CELLS, "x"],
            Rejected("11 cells under 10 headings: a tab or line break within a cell broke the row"),
        ),
        ([], BLANK_LINE),
        ([*COMPLETE], HEADING_AGAIN),
        ([*COMPLETE[:-1], "seller-sku\r"], HEADING_AGAIN),
    ],
)
def test_a_row_under_a_complete_heading_is_read_alike(
    cells: list[str], expected: ListingRow | Rejected
) -> None:
    before = list(cells)
    assert parse(cells, COMPLETE) == expected
    assert cells == before


def test_a_short_row_may_be_known_by_its_product_id_alone() -> None:
    headings = ("sku", "price", "quantity", "asin", "product-id", "status")
    cells = ["A-1", "5", "3", "", "012345678905"]
    expected = ListingRow("A-1", price_minor=500, quantity=3, product_id="012345678905")
    assert parse(cells, headings) == expected
    assert parse([*cells[:4], " "], headings) == Rejected(
        "5 cells under 6 headings: the row is broken, no ASIN or product id is left of it"
    )


def test_a_blank_product_id_is_not_told() -> None:
    headings = ("sku", "price", "quantity", "product-id")
    assert parse(["A", "5", "3", " "], headings) == ListingRow("A", price_minor=500, quantity=3)


def test_of_repeated_columns_the_first_that_is_not_blank_counts() -> None:
    headings = ("seller-sku", "price", "asin1", "price", "quantity", "price", "status")
    read_prices = [
        parse(["A", *prices[:1], "B0EXAMPLE1", prices[1], "1", prices[2], "Active\r"], headings)
        for prices in (["1", "2", "3"], [" ", "2", "3"], ["", "", "3"], ["", "", ""])
    ]
    assert [row.price_minor for row in read_prices if isinstance(row, ListingRow)] == [
        100, 200, 300, None,
    ]  # fmt: skip
