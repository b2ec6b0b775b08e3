from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.commerce.headings import EXPORT_NAMES, FileKind, export_name, file_kind, tidied


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("sku", "sku"),
        ("\ufeffsku", "sku"),
        ('\ufeff"sku"', "sku"),
        (" SKU ", "sku"),
        (" =sum", "=sum"),
        ("Amazon  ASIN", "amazon_asin"),
        ("sku\u200b", "sku"),
        ("", ""),
    ],
)
def test_a_heading_has_one_spelling(heading: str, expected: str) -> None:
    assert tidied(heading) == expected


@given(st.text(max_size=20))
def test_tidying_twice_changes_nothing_more_for_codes(heading: str) -> None:
    once = tidied(heading)
    if once.isascii() and once.isidentifier():
        assert tidied(once) == once


def test_attributes_have_the_names_of_the_export() -> None:
    assert export_name("Status") == "product_online"
    assert export_name("price") == "price"
    assert not set(EXPORT_NAMES) & set(EXPORT_NAMES.values())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("sku", FileKind.PRODUCTS),
        ("sku,name,price,asin", FileKind.PRODUCTS),
        ("sku,product_type,asin,quantity", FileKind.PRODUCTS),
        ("source_code,sku,status,quantity", FileKind.STOCK_SOURCES),
        ("source_code,sku", FileKind.PRODUCTS),
        ("sku,tier_price_website,tier_price_qty,tier_price", FileKind.PRICING),
        ("item-name,seller-sku,asin1", FileKind.AMAZON),
        ("sku,asin,price,quantity", FileKind.AMAZON),
        ("sku,fnsku,asin,product-name,afn-fulfillable-quantity", FileKind.AMAZON),
        ("status,reason,sku,asin,product_name", FileKind.AMAZON),
        ("<!doctype html>", FileKind.PAGE),
        ("<?xml version='1.0'?>", FileKind.PAGE),
        ('{"message":"expired"', FileKind.JSON),
        ("", FileKind.EMPTY),
        (",,", FileKind.EMPTY),
        ("händler-sku,artikelbezeichnung", FileKind.OTHER),
        ("id,purchase_date,bill-to_name", FileKind.OTHER),
    ],
)
def test_a_file_is_told_by_its_headings(names: str, expected: FileKind) -> None:
    assert file_kind(names.split(",")) is expected
    assert file_kind(names.split(",")[::-1]) is expected or expected is FileKind.JSON
