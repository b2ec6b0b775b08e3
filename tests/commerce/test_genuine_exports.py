"""Files that a real Commerce wrote, where they are at hand."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.commerce import product_export, stock_sources
from amzsync.commerce.additional_attributes import detect_enclosed, unpack
from amzsync.commerce.csv_records import repair
from amzsync.commerce.inspection import inspect_rows
from amzsync.core.model import ProductRow, Rejected, StockRow
from amzsync.errors import InputError

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "commerce"
LUMA = SAMPLES / "magento-2.3.4"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the genuine samples are not here")

CODES = ("amazon_asin", "upc", "ean", "barcode", "note")


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def rows_of(text: str) -> tuple[list[str], list[list[str]]]:
    header, *rows = (row for row in csv.reader(io.StringIO(text, newline="")) if row)
    return header, rows


def luma(name: str) -> tuple[product_export.ExportLayout, list[list[str]]]:
    header, rows = rows_of(text_of(LUMA / name))
    return product_export.recognise(header), rows


def products(
    layout: product_export.ExportLayout, rows: list[list[str]], *, enclosed: bool
) -> list[ProductRow | Rejected]:
    parser = product_export.row_parser(layout, attributes=CODES, enclosed=enclosed)
    return [parser(row) for row in rows]


def packed_cells(layout: product_export.ExportLayout, rows: list[list[str]]) -> Iterator[str]:
    at = layout.index("additional_attributes")
    assert at is not None
    return (row[at] for row in rows)


def test_both_ways_of_writing_attributes_give_the_same_products() -> None:
    plain_layout, plain_rows = luma("catalog_product_plain.csv.gz")
    layout, rows = luma("catalog_product_enclosed.csv.gz")
    plain_cells = list(packed_cells(plain_layout, plain_rows))
    cells = list(packed_cells(layout, rows))
    assert (detect_enclosed(plain_cells), detect_enclosed(cells)) == (False, True)
    assert [unpack(cell, enclosed=False) for cell in plain_cells] == [
        unpack(cell, enclosed=True) for cell in cells
    ]
    expected = products(layout, rows, enclosed=True)
    assert products(plain_layout, plain_rows, enclosed=False) == expected
    assert len(expected) == 2066
    assert not [row for row in expected if isinstance(row, Rejected)]


def test_the_guard_space_is_gone_from_the_genuine_rows() -> None:
    layout, rows = luma("catalog_product_plain.csv.gz")
    by_sku = {
        row.sku: row
        for row in products(layout, rows, enclosed=False)
        if isinstance(row, ProductRow) and row.view == ""
    }
    minus = by_sku["-MINUS-1"]
    assert (minus.name, minus.stock_e4, minus.backorders, minus.identifiers) == (
        "=Formula name",
        -30_000,
        1,
        "note=+plus",
    )
    assert by_sku['A/B, "C"+1'].identifiers == (
        'ean=4006381333931\nnote=a=1, b=2, plain; "q" \\ back\\"slash | pipe nl'
    )


def test_store_view_rows_tell_only_what_they_override() -> None:
    layout, rows = luma("catalog_product_plain.csv.gz")
    read = [row for row in products(layout, rows, enclosed=False) if isinstance(row, ProductRow)]
    german = next(row for row in read if row.sku == "24-MB01" and row.view == "de")
    assert german == ProductRow(
        sku="24-MB01", view="de", type="simple", name="Joust Reisetasche", attribute_set="Bag"
    )
    assert sum(row.view == "" for row in read) == 2050


@pytest.mark.parametrize(
    "name", ["catalog_product_plain.csv.gz", "catalog_product_enclosed.csv.gz"]
)
def test_rows_with_php_escapes_are_repaired_to_the_same_cells(name: str) -> None:
    text = text_of(LUMA / name)
    assert text.count('\\""') >= 2
    # What 2.3.4 itself wrote: its fputcsv doubles no quote that follows a backslash.
    broken = text.replace('\\""', '\\"')
    expected = list(csv.reader(io.StringIO(text, newline="")))
    assert list(csv.reader(io.StringIO(broken, newline=""))) != expected
    width = len(expected[0])
    rows, at = [], 0
    while at < len(broken):
        cells, at = repair(broken, at, width)
        rows.append(cells)
    assert rows == expected


def test_the_genuine_attributes_are_suggested() -> None:
    layout, rows = luma("catalog_product_enclosed.csv.gz")
    seen = inspect_rows(rows, layout, enclosed=True)
    assert [(one.kind.value, one.attribute, one.filled) for one in seen.suggestions] == [
        ("asin", "amazon_asin", 1),
        ("upc", "upc", 2),
        ("ean", "ean", 1893),
    ]
    assert seen.websites == (("base", 2050),)
    assert seen.views == (("default", 13), ("de", 3))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("magento/catalog_product.csv", 6),
        ("magento/products_multiple_stores.csv", 4),
        ("magento/import_configurable_for_multiple_store_views.csv", 4),
        ("magento/products_to_import_with_datetime.csv", 3),
    ],
)
def test_every_row_of_the_official_files_is_read(name: str, count: int) -> None:
    header, rows = rows_of(text_of(SAMPLES / name))
    read = products(product_export.recognise(header), rows, enclosed=False)
    assert [type(row) for row in read] == [ProductRow] * count


@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("magento/export_full.csv", 6, StockRow("eu-1", "SKU-1", 1, 55_000)),
        (
            "magento/export_filtered_without_status_column.csv",
            3,
            StockRow("eu-1", "SKU-1", 1, 55_000),
        ),
        ("magento-2.3.4/stock_sources.csv.gz", 2050, StockRow("default", "24-MB01", 1, 500_000)),
    ],
)
def test_every_row_of_the_stock_sources_is_read(name: str, count: int, first: StockRow) -> None:
    header, rows = rows_of(text_of(SAMPLES / name))
    with pytest.raises(InputError, match="looks like a stock-sources export"):
        product_export.recognise(header)
    parser = stock_sources.row_parser(stock_sources.recognise(header))
    read = [parser(row) for row in rows]
    assert read[0] == first
    assert [type(row) for row in read] == [StockRow] * count
