from __future__ import annotations

import pytest

from amzsync.commerce.inspection import Suggestion, inspect_rows, suggest
from amzsync.commerce.product_export import recognise
from amzsync.core.identifiers import Kind

EANS = ["4006381333931", "5901234123457", "4012345678901", "9780306406157"]
EANS_ONLY = ["4006381333931", "5901234123457", "7622210449283"]
UPCS = ["036000291452", "042100005264", "614141007349"]
ISBNS = ["9780306406157", "9783161484100", "0306406152"]


def found(
    values: dict[str, list[str]], *, enclosed: bool = False
) -> list[tuple[str, str, int, int]]:
    """Return what is suggested for columns of *values*: kind, attribute, filled, valid."""
    length = max(map(len, values.values()))
    columns = {"sku": [f"S{at}" for at in range(length)], **values}
    rows = [
        [cells[at] if at < len(cells) else "" for cells in columns.values()] for at in range(length)
    ]
    layout = recognise(list(columns))
    return [
        (one.kind.value, one.attribute, one.filled, one.valid)
        for one in suggest(rows, layout, enclosed=enclosed)
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"amazon_asin": ["B0TEST0001"]}, [("asin", "amazon_asin", 1, 1)], id="asin"),
        pytest.param({"upc": UPCS}, [("upc", "upc", 3, 3)], id="upc"),
        pytest.param({"ean": EANS_ONLY}, [("ean", "ean", 3, 3)], id="ean"),
        pytest.param({"isbn": ISBNS}, [("isbn", "isbn", 3, 3)], id="isbn"),
        pytest.param({"barcode": UPCS}, [("upc", "barcode", 3, 3)], id="a barcode by its values"),
        pytest.param({"gtin": EANS_ONLY}, [("ean", "gtin", 3, 3)], id="a gtin by its values"),
        pytest.param({"code_x": EANS_ONLY}, [("ean", "code_x", 3, 3)], id="no telling name"),
        pytest.param({"code_x": EANS_ONLY[:2]}, [], id="two values are too few without a name"),
        pytest.param({"code_x": [*EANS_ONLY, "x", "y"]}, [], id="so are 60 per cent"),
        pytest.param({"ean": ["4006381333931", "none"]}, [("ean", "ean", 2, 1)], id="a name helps"),
        pytest.param({"ean": ["n/a", "none"]}, [], id="a name alone does not"),
        pytest.param({"mpn": ["1234567", "7654321", "1111111"]}, [], id="part numbers"),
        pytest.param({"name": ["4006381333931" + " " * 100] * 3}, [], id="long texts"),
        pytest.param({"ean": UPCS, "gtin": UPCS}, [("upc", "gtin", 3, 3), ("ean", "ean", 3, 3)],
                     id="the name tells the kind, else the values"),
        pytest.param(
            {"barcode": EANS_ONLY[:2], "ean": EANS_ONLY[:2], "code_x": EANS_ONLY},
            [("ean", "ean", 2, 2), ("ean", "barcode", 2, 2), ("ean", "code_x", 3, 3)],
            id="a telling name before a general one before none",
        ),
    ],
)  # fmt: skip
def test_attributes_are_suggested_by_name_and_values(
    values: dict[str, list[str]], expected: list[tuple[str, str, int, int]]
) -> None:
    assert found(values) == expected


def test_the_sku_itself_may_be_the_ean() -> None:
    rows = [[ean] for ean in EANS]
    assert suggest(rows, recognise(["sku"]), enclosed=False) == (
        Suggestion(Kind.EAN, "sku", filled=4, valid=4, example="4006381333931"),
    )


@pytest.mark.parametrize(
    ("enclosed", "cell"),
    [(False, "color=Red,EAN=4006381333931,note= "), (True, 'color="Red",ean="4006381333931"')],
)
def test_additional_attributes_are_looked_into(enclosed: bool, cell: str) -> None:
    assert found({"additional_attributes": [cell]}, enclosed=enclosed) == [("ean", "ean", 1, 1)]


def test_websites_views_and_types_are_counted_most_frequent_first() -> None:
    layout = recognise(["sku", "store_view_code", "product_type", "product_websites"])
    rows = [
        ["A", "", "simple", "base,de"],
        ["A", "de", "simple", ""],
        ["B", "", "Configurable", "base"],
        ["C", "", "", ""],
        ["too", "short"],
        ["D", "", "simple", "base", "too long"],
    ]
    seen = inspect_rows(rows, layout, enclosed=False)
    assert (seen.rows, seen.websites, seen.views, seen.types) == (
        4,
        (("base", 2), ("de", 1)),
        (("de", 1),),
        (("simple", 2), ("configurable", 1)),
    )


def test_an_export_without_these_columns_tells_nothing_of_them() -> None:
    seen = inspect_rows([["A"]], recognise(["sku"]), enclosed=False)
    assert (seen.rows, seen.suggestions, seen.websites, seen.views, seen.types) == (
        1,
        (),
        (),
        (),
        (),
    )
