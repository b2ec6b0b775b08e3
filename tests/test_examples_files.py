"""The committed files of the example shop are those its maker writes, and true to their formats."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.examples_catalogue import isbn10, isbn13, upc
from tests.examples_listings import Answer, answers
from tests.examples_products import COLUMNS, CRLF_INSIDE, CUT_SHORT, OLD_QUOTING, products
from tests.make_examples import GERMAN_HEADINGS, contents, main

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPORT = "exports/catalog_product_20261122_060000.csv"
STOCK = "exports/stock_sources_20261122_060000.csv"
TABS = [
    "incomplete",
    "new-third-party",
    "ready-to-list",
    "inactive",
    "active",
    "ineligible",
    "ended",
]
MADE = contents()


def records(path: str) -> list[list[str]]:
    """Return the records of a comma-separated example file."""
    text = (EXAMPLES / path).read_bytes().decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def report(path: str, *, encoding: str = "utf-8") -> list[list[str]]:
    """Return the cells of each line of an example report, the headings first."""
    text = (EXAMPLES / "reports" / path).read_bytes().decode(encoding)
    return [line.removesuffix("\r").split("\t") for line in text.split("\n")[:-1]]


def as_php_writes(cell: str) -> str:
    """Return *cell* as fputcsv writes it."""
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[ ,"\n\r\t]', cell) else cell


def expected(store: str) -> list[Answer]:
    """Return what the shop was made to show for *store*."""
    return answers(store, products())


def readme_rows(cells: int) -> list[list[str]]:
    """Return the rows of README tables of that many cells which begin with a store."""
    lines = (EXAMPLES / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:1] == "|"]
    return [row for row in rows if len(row) == cells and row[0] in ("us", "de")]


def quoted(cell: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall("`([^`]+)`", cell)


@pytest.mark.parametrize("path", sorted(MADE))
def test_committed_file_is_what_the_maker_writes(path: str) -> None:
    assert (EXAMPLES / path).read_bytes() == MADE[path]


def test_the_maker_writes_every_file_below_the_folder_it_is_given(tmp_path: Path) -> None:
    main(tmp_path)
    written = {
        file.relative_to(tmp_path).as_posix(): file.read_bytes()
        for file in tmp_path.rglob("*")
        if file.is_file()
    }
    assert written == MADE


def test_the_whole_shop_stays_small() -> None:
    size = sum(map(len, MADE.values()))
    assert size < 600_000


def test_every_file_the_configuration_names_is_there() -> None:
    config = tomllib.loads((EXAMPLES / "amzsync.toml").read_text(encoding="utf-8"))
    us, de = config["stores"]["us"], config["stores"]["de"]
    named = [*us["listings"], us["ended"], de["listings"], config["mapping"]["pins"]]
    named += [config["commerce"]["products"], config["commerce"]["stock"]]
    found = {
        path.relative_to(EXAMPLES).as_posix() for name in named for path in EXAMPLES.glob(name)
    }
    assert found == set(MADE)


class TestExport:
    def test_it_begins_with_sku_and_has_no_mark_before_it(self) -> None:
        assert MADE[EXPORT].startswith(b"sku,store_view_code,attribute_set_code,")

    def test_a_carriage_return_stands_only_in_the_description_pasted_from_windows(self) -> None:
        assert [row[0] for row in records(EXPORT) if "\r" in "".join(row)] == [CRLF_INSIDE]

    def test_only_the_two_odd_rows_have_another_number_of_cells(self) -> None:
        odd = {row[0]: len(row) for row in records(EXPORT) if len(row) != len(COLUMNS)}
        assert odd == {CUT_SHORT: len(COLUMNS) - 1, OLD_QUOTING: len(COLUMNS) + 3}

    def test_the_old_fashioned_row_is_whole_by_the_old_rules(self) -> None:
        line = next(r for r in MADE[EXPORT].decode().split("\n") if r.startswith(OLD_QUOTING))
        row = next(csv.reader([line], escapechar="\\"))
        assert len(row) == len(COLUMNS)

    def test_cells_with_a_blank_comma_quote_or_newline_are_quoted_and_no_others(self) -> None:
        content = "\n" + MADE[EXPORT].decode()
        differently = [
            row[0]
            for row in records(EXPORT)
            if "\n" + ",".join(map(as_php_writes, row)) + "\n" not in content
        ]
        assert differently == [OLD_QUOTING]

    def test_a_row_of_a_store_view_follows_its_product_and_tells_only_what_differs(self) -> None:
        rows = [dict(zip(COLUMNS, row, strict=False)) for row in records(EXPORT)[1:]]
        before = None
        for row in rows:
            if row["store_view_code"] == "de":
                told = {column for column, text in row.items() if text}
                assert told == {
                    *("sku", "store_view_code", "attribute_set_code", "product_type", "price"),
                    *(["name"] if row["name"] else []),
                }
                assert before == row["sku"]
            before = row["sku"]
        assert Counter(row["store_view_code"] for row in rows) == {"": 196, "de": 43}

    def test_variants_of_a_configurable_product_are_products(self) -> None:
        skus = {row[0] for row in records(EXPORT)}
        at = COLUMNS.index("configurable_variations")
        packed = [row[at] for row in records(EXPORT)[1:] if len(row) == len(COLUMNS) and row[at]]
        variants = {v.split(",")[0].removeprefix("sku=") for p in packed for v in p.split("|")}
        assert len(packed) == 8
        assert len(variants) == 37
        assert variants <= skus

    def test_what_begins_like_a_formula_has_a_guard(self) -> None:
        cells = {cell for row in records(EXPORT)[1:] for cell in row}
        assert not {cell for cell in cells if cell.startswith(("=", "+", "-"))}
        assert {" -COOL-09", " +4 °C Cool Bag by Brackwater", " -3.0000"} <= cells


def test_stock_is_of_known_sources_and_of_products_but_one() -> None:
    header, *rows = records(STOCK)
    skus = {product.sku for product in products()}
    assert header == ["source_code", "sku", "status", "quantity"]
    assert {row[0] for row in rows} == {"default", "berlin", "showroom"}
    assert {row[1].lstrip() for row in rows} - skus == {"RETIRED-0007"}


class TestReports:
    def test_us_rows_have_29_cells_but_for_the_title_with_a_tab(self) -> None:
        widths = Counter(map(len, report("us_all_listings.txt")))
        assert widths == {29: 180, 30: 1}

    def test_us_bad_rows_are_one_of_each_kind(self) -> None:
        header, *rows = report("us_all_listings.txt")
        at = {name: header.index(name) for name in ("seller-sku", "price", "quantity")}
        assert rows.count(header) == 1
        assert [row[0] for row in rows if not row[at["seller-sku"]]] == ["Tea Cosy, Badger"]
        assert [row[at["price"]] for row in rows if "," in row[at["price"]]] == ["1,99"]
        assert [row[at["quantity"]] for row in rows if row[at["quantity"]].isalpha()] == [
            "quantity",
            "ten",
        ]

    @pytest.mark.parametrize(
        ("path", "encoding", "heading"),
        [
            ("us_all_listings.txt", "utf-8", "seller-sku"),
            ("de_alle_angebote.txt", "cp1252", "Händler-SKU"),
        ],
        ids=["us", "de"],
    )
    def test_a_seller_sku_stands_twice_only_in_rows_that_are_the_same(
        self, path: str, encoding: str, heading: str
    ) -> None:
        header, *rows = report(path, encoding=encoding)
        at = header.index(heading)
        different = {tuple(row) for row in rows if len(row) <= len(header)}
        twice = [sku for sku, count in Counter(row[at] for row in different).items() if count > 1]
        assert twice == []

    def test_german_report_is_cp1252_and_cannot_be_taken_for_utf_8(self) -> None:
        content = MADE["reports/de_alle_angebote.txt"]
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")
        assert "„Nordlicht“ – bis 200 €" in content.decode("cp1252")

    def test_german_rows_lack_the_cells_of_the_last_two_headings(self) -> None:
        header, *rows = report("de_alle_angebote.txt", encoding="cp1252")
        assert header == [heading for heading, _ in GERMAN_HEADINGS]
        assert {len(row) for row in rows} == {len(header) - 2}

    @pytest.mark.parametrize(
        ("path", "crlf"),
        [
            ("us_all_listings.txt", True),
            ("us_suppressed_listings.txt", False),
            ("us_cancelled_listings.txt", True),
            ("us_fba_inventory.txt", False),
            ("de_alle_angebote.txt", True),
        ],
    )
    def test_line_ends_are_of_one_kind_in_each_report(self, path: str, crlf: bool) -> None:
        content = MADE[f"reports/{path}"]
        assert content.count(b"\r\n") == (content.count(b"\n") if crlf else 0)

    @pytest.mark.parametrize(
        ("path", "zones"),
        [("us_all_listings.txt", {"PDT", "PST"}), ("de_alle_angebote.txt", {"MEST", "MET"})],
        ids=["us", "de"],
    )
    def test_dates_carry_the_zones_of_the_marketplace(self, path: str, zones: set[str]) -> None:
        found = re.findall(rb"\d\d:\d\d:\d\d ([A-Z]+)", MADE[f"reports/{path}"])
        assert {zone.decode() for zone in found} == zones


class TestAnswers:
    @pytest.mark.parametrize(
        ("store", "counts"),
        [("us", [12, 14, 9, 12, 139, 8, 3]), ("de", [3, 2, 4, 2, 33, 3, 0])],
    )
    def test_tabs_of_a_store_hold_what_the_readme_says(self, store: str, counts: list[int]) -> None:
        found = Counter(answer.tab for answer in expected(store))
        told = next(row[1:] for row in readme_rows(8) if row[0] == store)
        assert [found[tab] for tab in TABS] == counts
        assert told == [str(count) for count in counts]

    def test_every_way_to_match_occurs(self) -> None:
        ways = {answer.by for answer in expected("us")}
        assert ways == {"", "pin", "seller_sku", "asin", "upc", "ean", "isbn"}

    def test_readme_names_the_tab_of_each_listing(self) -> None:
        tabs = {(a.store, a.seller_sku): a.tab for store in ("us", "de") for a in expected(store)}
        skus = {(a.store, a.seller_sku): a.sku for store in ("us", "de") for a in expected(store)}
        for store, sellers, product, tab, _ in readme_rows(5):
            for seller_sku in quoted(sellers):
                assert tabs[store, seller_sku] == tab.lower().replace(" ", "-"), seller_sku
                assert not product or skus[store, seller_sku] == quoted(product)[0]

    def test_readme_names_the_tab_of_each_product_without_a_listing(self) -> None:
        told = {
            (store, sku): tab.lower().replace(" ", "-")
            for store, skus, tab, _ in readme_rows(4)
            for sku in quoted(skus)
        }
        found = [a for store in ("us", "de") for a in expected(store) if not a.seller_sku]
        assert told == {(a.store, a.sku): a.tab for a in found}

    def test_readme_leaves_out_only_what_is_active_under_its_own_sku(self) -> None:
        told = {(row[0], sku) for row in readme_rows(5) for sku in quoted(row[1])}
        for store in ("us", "de"):
            for answer in expected(store):
                if answer.seller_sku and (store, answer.seller_sku) not in told:
                    assert (answer.tab, answer.seller_sku) == ("active", answer.sku)


class TestIdentifiers:
    def test_only_the_numbers_meant_to_be_shared_are_shared(self) -> None:
        holders: dict[str, list[str]] = {}
        for product in products():
            for code in ("amazon_asin", "upc", "ean", "EAN", "barcode", "isbn"):
                if value := product.attributes.get(code, ""):
                    holders.setdefault(value, []).append(product.sku)
        shared = {value: skus for value, skus in holders.items() if len(skus) > 1}
        assert sorted(shared.values()) == [
            ["BK-3006", "BK-3006-USED"],
            ["BK-3006", "BK-3006-USED"],
            ["HAT-5500-OAT", "HAT-5500"],
            ["KIT-1030", "KIT-1031"],
        ]

    @pytest.mark.parametrize(
        ("made", "known"),
        [
            (upc(67890), "012345678905"),
            (isbn10(0), "0999998005"),
            (isbn13(0), "9780999998007"),
        ],
        ids=["upc", "isbn-10", "isbn-13"],
    )
    def test_check_digits_are_those_of_the_standard(self, made: str, known: str) -> None:
        assert made == known

    def test_eans_are_of_the_demonstration_prefix_or_of_a_shops_own_use(self) -> None:
        eans = {p.attributes.get("ean", "")[:3] for p in products()} - {""}
        assert eans == {"952", "200"}
