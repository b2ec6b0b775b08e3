"""The mapping: which attributes are read, and in which order identifiers are asked."""

from __future__ import annotations

import pytest

from amzsync.core.mapping import Mapping


def test_the_default_mapping_asks_for_the_sku_first_and_reads_no_attribute() -> None:
    plain = Mapping()
    assert plain.rank == {"seller_sku": 0, "asin": 1, "upc": 2, "ean": 3, "isbn": 4}
    assert plain.wanted == ()
    assert plain.by_sku


def test_the_order_gives_each_kind_its_place() -> None:
    assert Mapping(order=("ean", "seller_sku")).rank == {"ean": 0, "seller_sku": 1}


def test_every_attribute_is_wanted_once_in_an_order_that_does_not_depend_on_the_file() -> None:
    one = Mapping({"upc": ("barcode", "upc"), "ean": ("ean", "barcode")}, ("sku", "old_sku", "ean"))
    other = Mapping(
        {"ean": ("ean", "barcode"), "upc": ("barcode", "upc")}, ("old_sku", "sku", "ean")
    )
    assert one.wanted == ("ean", "barcode", "upc", "old_sku")
    assert other.wanted == one.wanted


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        (Mapping(seller_sku=("sku", "old_sku")), True),
        (Mapping(seller_sku=("old_sku",)), False),
        (Mapping(seller_sku=()), False),
        (Mapping(order=("asin",)), False),
    ],
    ids=["besides another", "only another", "none", "not asked"],
)
def test_products_are_looked_up_by_their_own_sku_only_if_the_mapping_says_so(
    mapping: Mapping, expected: bool
) -> None:
    assert mapping.by_sku is expected
