from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.commerce.stock_sources import recognise, row_parser
from amzsync.core.model import Rejected, StockRow
from amzsync.errors import InputError

HEADER = ["source_code", "sku", "status", "quantity"]


def parse(row: list[str], header: list[str] = HEADER) -> StockRow | Rejected:
    return row_parser(recognise(header))(row)


def test_columns_are_told_by_their_headings() -> None:
    assert recognise(["\ufeffQuantity", " SKU", "extra", "Source_Code"]) == (
        "quantity",
        "sku",
        "extra",
        "source_code",
    )


@pytest.mark.parametrize(
    ("header", "message"),
    [
        pytest.param(
            ["sku", "product_type"],
            "stock.csv looks like a product export, not like a stock-sources export; its headings "
            'are "sku", "product_type". Give it as `products` of [commerce].',
            id="product export",
        ),
        pytest.param(
            ["source_code", "quantity"],
            'stock.csv must have one column "sku" and has 0. Export it in Commerce: System > Data '
            "Transfer > Export, entity type Stock Sources. Leave the file as it comes.",
            id="no sku",
        ),
        pytest.param(
            [],
            "stock.csv looks like an empty file, not like a stock-sources export. "
            "Wait until the export has been written, then download it again.",
            id="empty",
        ),
    ],
)
def test_another_file_is_refused(header: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        recognise(header, file_name="stock.csv")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["eu-1", "SKU-1", "1", "5.5000"], StockRow("eu-1", "SKU-1", 1, 55_000)),
        (["eu-1", " -M", "0", " -3.0000"], StockRow("eu-1", "-M", 0, -30_000)),
        (["eu-1", "SKU-1", "", "0"], StockRow("eu-1", "SKU-1", 1, 0)),
        (["eu-1", " SKU-1 ", " 1 ", "7"], StockRow("eu-1", " SKU-1 ", 1, 70_000)),
        (["eu-1", " ", "1", "7"], Rejected("no SKU")),
        (["", "SKU-1", "1", "7"], Rejected('no source code (SKU "SKU-1")', "SKU-1")),
        (["eu-1", "SKU-1", "1", ""], Rejected('no quantity (SKU "SKU-1")', "SKU-1")),
        (
            ["eu-1", "SKU-1", "2", "7"],
            Rejected('status "2" is neither 1 nor 0 (SKU "SKU-1")', "SKU-1"),
        ),
        (
            ["eu-1", "SKU-1", "1", "5,5"],
            Rejected('quantity "5,5" is not a number written like 34.0000 (SKU "SKU-1")', "SKU-1"),
        ),
        (["eu-1", "SKU-1", "1"], Rejected("3 cells under 4 headings", "SKU-1")),
        ([], Rejected("0 cells under 4 headings")),
        (
            ["eu-1", "S" * 65, "1", "7"],
            Rejected("SKU of 65 characters; Commerce allows 64", "S" * 64),
        ),
    ],
)
def test_a_row_is_read_or_rejected_with_the_reason(
    row: list[str], expected: StockRow | Rejected
) -> None:
    assert parse(row) == expected


def test_without_a_status_column_the_source_is_in_use() -> None:
    header = ["source_code", "sku", "quantity"]
    assert parse(["eu-1", "SKU-1", "5.5000"], header) == StockRow("eu-1", "SKU-1", 1, 55_000)


@given(st.lists(st.text(max_size=8), max_size=6), st.permutations([*HEADER, "more"]))
def test_no_cells_of_any_width_raise(row: list[str], header: list[str]) -> None:
    assert isinstance(parse(row, header), StockRow | Rejected)
