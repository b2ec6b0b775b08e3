"""Tests of the names that a product may be listed under besides."""

from __future__ import annotations

import pytest

from amzsync.core.aliases import NOT_ASKED, Page, PageFacts, asin_of, judge, seller_sku_fault


@pytest.mark.parametrize("text", ["KIT-1001-US", "a", "x" * 40, "OLD SHOP 0042", "A/B_c.d#1"])
def test_a_seller_sku_of_plain_characters_will_do(text: str) -> None:
    assert seller_sku_fault(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("x" * 41, "has 41 characters"),
        (" A", "without a blank at either end"),
        ("A ", "without a blank at either end"),
        ("A\tB", "plain letters"),
        ("PFANNE Ø", "plain letters"),
        ("A\n", "plain letters"),
    ],
)
def test_another_one_is_told_why_not(text: str, said: str) -> None:
    assert said in (seller_sku_fault(text) or "")


@pytest.mark.parametrize(
    ("text", "asin"),
    [
        ("B0EXMX0102", "B0EXMX0102"),
        (" b0exmx0102 ", "B0EXMX0102"),
        ("0306406152", "0306406152"),
        ("BASKETBALL", None),
        ("B0EXMX010", None),
        ("B0EXMX0102, B0EXMX0103", None),
        ("", None),
    ],
)
def test_an_asin_has_its_form(text: str, asin: str | None) -> None:
    assert asin_of(text) == asin


@pytest.mark.parametrize(
    ("facts", "page"),
    [
        pytest.param(NOT_ASKED, Page.UNKNOWN, id="not asked"),
        pytest.param(PageFacts(True, False, None), Page.KNOWN, id="in the catalogue"),
        pytest.param(PageFacts(False, False, ""), Page.KNOWN, id="allowed"),
        pytest.param(PageFacts(True, True, ""), Page.PARENT, id="a parent"),
        pytest.param(
            PageFacts(True, False, "APPROVAL_REQUIRED"), Page.BARRED, id="approval needed"
        ),
        pytest.param(PageFacts(True, True, "ASIN_NOT_FOUND"), Page.BARRED, id="barred parent"),
    ],
)
def test_a_page_is_what_amazon_told_of_it(facts: PageFacts, page: Page) -> None:
    assert judge(facts) is page
