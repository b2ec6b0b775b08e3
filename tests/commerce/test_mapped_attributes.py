"""Where the product export's parser finds the attributes that the mapping names."""

from __future__ import annotations

import pytest

from amzsync.commerce.product_export import recognise, row_parser
from amzsync.core.model import ProductRow

CODES = ("amazon_asin", "upc", "ean", "barcode")


def product(
    cells: dict[str, str],
    attributes: tuple[str, ...] = CODES,
    *,
    condition: str | None = None,
    enclosed: bool = False,
) -> ProductRow:
    layout = recognise(list(cells))
    parser = row_parser(layout, attributes=attributes, condition=condition, enclosed=enclosed)
    row = parser(list(cells.values()))
    assert isinstance(row, ProductRow)
    return row


@pytest.mark.parametrize(
    ("cells", "attributes", "expected"),
    [
        pytest.param({}, CODES, "", id="none"),
        pytest.param({"ean": "1"}, (), "", id="nothing is asked for"),
        pytest.param({"ean": "1"}, CODES, "ean=1", id="own column"),
        pytest.param({"additional_attributes": "ean=1"}, CODES, "ean=1", id="packed"),
        pytest.param(
            {"ean": "1", "additional_attributes": "ean=2,upc=3"},
            CODES,
            "upc=3\nean=1",
            id="own column first, in the mapping's order",
        ),
        pytest.param(
            {"ean": " ", "additional_attributes": "ean=2"}, CODES, "ean=2", id="blank own column"
        ),
        pytest.param({"ean": " \n"}, CODES, "", id="blank"),
        pytest.param({"additional_attributes": "ean= ,upc="}, CODES, "", id="blank packed"),
        pytest.param({"ean": "1\r\n2\n3"}, CODES, "ean=1 2 3", id="line ends"),
        pytest.param(
            {"additional_attributes": "ean=1\n2"}, CODES, "ean=1 2", id="packed line ends"
        ),
        pytest.param({"ean": " -1"}, CODES, "ean=-1", id="guard"),
        pytest.param({"EAN": "1"}, ("Ean",), "Ean=1", id="the mapping's spelling"),
        pytest.param({"ean": "1"}, ("Ean", "EAN", " ean"), "Ean=1", id="asked twice, told once"),
        pytest.param({"additional_attributes": "GTIN=1"}, ("gtin",), "gtin=1", id="capitals"),
        pytest.param({}, ("sku",), "sku=A", id="the sku itself"),
        pytest.param({"url_key": "4006"}, ("url_key",), "url_key=4006", id="any column"),
        pytest.param({"msrp_price": "1"}, ("msrp",), "msrp=1", id="attribute with another heading"),
        pytest.param(
            {"status": "7", "product_online": "1"},
            ("status",),
            "status=7",
            id="its very own column",
        ),
        pytest.param({"": "1"}, ("", " "), "", id="no code"),
        pytest.param({"additional_attributes": "note=a,b"}, ("note",), "note=a,b", id="comma"),
    ],
)
def test_mapped_attributes_are_found(
    cells: dict[str, str], attributes: tuple[str, ...], expected: str
) -> None:
    assert product({"sku": "A", **cells}, attributes).identifiers == expected


def test_a_guarded_sku_is_its_own_identifier_without_the_guard() -> None:
    assert product({"sku": " -1"}, ("sku",)).identifiers == "sku=-1"


def test_enclosed_attributes_are_found() -> None:
    cells = {"sku": "A", "additional_attributes": 'note="x,ean=""9"",",ean="1"'}
    assert product(cells, enclosed=True).identifiers == "ean=1"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, None),
        ({"amazon_condition": " New "}, "New"),
        ({"amazon_condition": ""}, None),
        ({"additional_attributes": "Amazon_Condition=Used"}, "Used"),
        ({"amazon_condition": " ", "additional_attributes": "amazon_condition=Used"}, "Used"),
        ({"amazon_condition": "New", "additional_attributes": "amazon_condition=Used"}, "New"),
    ],
)
def test_the_condition_is_found_like_any_attribute(
    cells: dict[str, str], expected: str | None
) -> None:
    row = product({"sku": "A", **cells}, condition="amazon_condition")
    assert (row.condition, row.identifiers) == (expected, "")
