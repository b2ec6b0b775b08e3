"""Eligibility: what the export does not tell never makes a product ineligible, and 0 is not nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.eligibility import PARENT_TYPES, SELLABLE_TYPES, has_stock, ineligible

# quantity in ten-thousandths, in_stock, manage_stock, backorders -> sellable from stock
STOCK = [
    ("fifty", 500_000, 1, 1, 0, True),
    ("half a metre", 5_000, 1, 1, 0, True),
    ("the least quantity", 1, None, None, None, True),
    ("none", 0, 1, 1, 0, False),
    ("none, and nothing else is told", 0, None, None, None, False),
    ("less than none", -20_000, 1, 1, 0, False),
    ("in stock cannot make up for none", 0, 1, None, None, False),
    ("backorders sell without a quantity", 0, 1, 1, 1, True),
    ("backorders sell below none", -20_000, 1, 1, 2, True),
    ("out of stock forbids a quantity", 500_000, 0, 1, 0, False),
    ("out of stock forbids backorders", 0, 0, 1, 1, False),
    ("out of stock without a quantity", None, 0, None, None, False),
    ("unmanaged stock has no quantity", None, None, 0, None, True),
    ("unmanaged stock of none", 0, 0, 0, 0, True),
    ("nothing is told", None, None, None, None, None),
    ("no quantity is told", None, 1, 1, 0, None),
    ("no quantity, but backorders", None, 1, 1, 1, True),
    ("backorders alone", None, None, None, 1, None),
]
WORDS = {
    "missing": "the product is no longer in the Commerce export",
    "type": "products of type bundle cannot be sold on Amazon",
    "disabled": "the product is disabled in Commerce",
    "website": "the product is not on the Commerce website base",
    "stock": "the product is out of stock in Commerce",
}


@pytest.mark.parametrize(
    ("stock_e4", "in_stock", "manage_stock", "backorders", "expected"),
    [case[1:] for case in STOCK],
    ids=[case[0] for case in STOCK],
)
def test_stock_is_what_can_be_sold(
    stock_e4: int | None,
    in_stock: int | None,
    manage_stock: int | None,
    backorders: int | None,
    expected: bool | None,
) -> None:
    assert has_stock(stock_e4, in_stock, manage_stock, backorders) is expected


def why(
    product_type: str | None = "simple",
    enabled: int | None = 1,
    websites: str | None = ",base,",
    stocked: bool | None = True,
    missing: bool = False,
) -> str | None:
    found = ineligible(product_type, enabled, websites, "base", stocked, missing)
    return found.reason if found else None


@pytest.mark.parametrize("product_type", sorted(SELLABLE_TYPES))
def test_an_enabled_product_of_a_sellable_type_on_the_website_and_in_stock_is_eligible(
    product_type: str,
) -> None:
    assert why(product_type) is None


@pytest.mark.parametrize("product_type", ["configurable", "bundle", "grouped", "giftcard", ""])
def test_other_types_are_not_sold(product_type: str) -> None:
    assert why(product_type) == f"products of type {product_type} cannot be sold on Amazon"


def test_no_parent_can_be_sold() -> None:
    assert not PARENT_TYPES & SELLABLE_TYPES


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (why(missing=True), WORDS["missing"]),
        (why("bundle"), WORDS["type"]),
        (why(enabled=0), WORDS["disabled"]),
        (why(websites=",de,"), WORDS["website"]),
        (why(websites=""), WORDS["website"]),
        (why(websites=",base2,my_base,"), WORDS["website"]),
        (why(websites=",de,base,fr,"), None),
        (why(stocked=False), WORDS["stock"]),
        (why(stocked=None), None),
        (why(None, None, None, None), None),
    ],
    ids=[
        "missing", "type", "disabled", "another website", "no website", "websites of like names",
        "one of three websites", "out of stock", "stock of Amazon", "nothing is told",
    ],
)  # fmt: skip
def test_each_bar_is_named(found: str | None, expected: str | None) -> None:
    assert found == expected


def test_of_several_bars_the_weightiest_is_named() -> None:
    ladder = [
        why("bundle", 0, ",de,", False, True),
        why("bundle", 0, ",de,", False),
        why("simple", 0, ",de,", False),
        why("simple", 1, ",de,", False),
        why("simple", 1, ",base,", False),
    ]
    assert ladder == [WORDS[name] for name in ("missing", "type", "disabled", "website", "stock")]


@given(
    st.sampled_from([None, "simple", "bundle"]),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, "", ",base,", ",de,"]),
    st.sampled_from([None, True, False]),
    st.booleans(),
)
def test_every_bar_has_a_reason_that_goes_on_in_a_sentence_and_a_next_step(
    product_type: str | None,
    enabled: int | None,
    websites: str | None,
    stocked: bool | None,
    missing: bool,
) -> None:
    found = ineligible(product_type, enabled, websites, "base", stocked, missing)
    if found is not None:
        assert found.reason[0].islower()
        assert found.reason[-1] != "."
        assert found.next_step.endswith(".")
