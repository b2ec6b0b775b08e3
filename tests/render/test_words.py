"""Tests of the words of a shop for short names."""

from __future__ import annotations

import pytest

from amzsync.core.match import Outcome
from amzsync.core.model import Condition
from amzsync.render import words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("new_new", "New"),
        ("refurbished_refurbished", "Refurbished"),
        ("used_like_new", "Used, like new"),
        ("collectible_very_good", "Collectible, very good"),
        ("Neuf", "Neuf"),
        ("B-Ware", "B-Ware"),
        (None, None),
    ],
)
def test_a_condition_is_shown_as_in_seller_central(name: str | None, shown: str | None) -> None:
    assert words.condition(name) == shown


@pytest.mark.parametrize("one", list(Condition))
def test_no_condition_shows_its_api_name(one: Condition) -> None:
    assert "_" not in (words.condition(one.value) or "")


@pytest.mark.parametrize("one", list(Outcome))
def test_every_outcome_of_matching_has_words(one: Outcome) -> None:
    shown = words.outcome(one.value)

    assert (shown != one.value) is (one is not Outcome.MATCHED)
    assert "-" not in shown


@pytest.mark.parametrize(
    ("way", "weak", "shown"),
    [
        ("asin", False, "ASIN"),
        ("upc", True, "UPC, repaired"),
        ("seller_sku", False, "seller SKU"),
        ("seller_sku", True, "seller SKU, trimmed or other case"),
        ("pin", False, "pinned"),
    ],
)
def test_what_joined_listing_and_product_is_told(way: str, weak: bool, shown: str) -> None:
    assert words.matched_by(way, weak=weak) == shown


@pytest.mark.parametrize(
    ("tab", "status", "shown"),
    [
        ("inactive", "Inactive", "Inactive"),
        ("ready-to-list", "Ready to List", "Ready to List"),
        ("active", "Not Seen", "Active: Not Seen"),
    ],
)
def test_a_tab_names_its_status_only_where_it_says_more(tab: str, status: str, shown: str) -> None:
    assert words.tab(tab, status) == shown
