"""What several reports say of one listing: one row, whatever their order, and the way back."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.evidence import Merged, Side, merge, unfilled
from amzsync.core.model import Fulfillment, ListingRow, ListingStatus, ReportKind

ALL, FBA, OPEN = ReportKind.ALL, ReportKind.FBA, ReportKind.OPEN
ON, OFF = ListingStatus.ACTIVE.value, ListingStatus.INACTIVE.value
AMAZON = Fulfillment.AMAZON.value
SKU = "TEA-1"
BASE = ListingRow(SKU, "B0TESTTEA1", "Tea", price_minor=1999, fulfillment=AMAZON, status=ON)


def side(kind: ReportKind, **told: Any) -> Side:
    return Side(kind, ListingRow(SKU, **told))


def test_the_all_listings_report_alone_is_left_as_it_is() -> None:
    assert merge(BASE, [], has_all=True) == Merged(BASE, ALL, 0)
    assert merge(BASE, [], has_all=True, missing=True) == Merged(BASE, ALL, 0)


def test_what_the_all_listings_report_leaves_open_is_filled_and_the_rest_kept() -> None:
    found = merge(BASE, [side(FBA, quantity=7, title="Other", price_minor=1)], has_all=True)
    assert found[:2] == (BASE._replace(quantity=7), ALL)
    assert unfilled(found.row, found.filled) == BASE


def test_nought_is_told_and_is_not_filled_over() -> None:
    base = BASE._replace(quantity=0, price_minor=0)
    found = merge(base, [side(FBA, quantity=7, price_minor=1999)], has_all=True)
    assert found == Merged(base, ALL, 0)


def test_a_nought_of_the_warehouse_fills_what_is_open() -> None:
    assert merge(BASE, [side(FBA, quantity=0)], has_all=True).row.quantity == 0


def test_the_most_telling_report_fills_first() -> None:
    sides = [
        side(FBA, quantity=1),
        side(OPEN, quantity=2),
        side(ReportKind.INACTIVE, quantity=3),
        side(ReportKind.ACTIVE),
    ]
    for order in permutations(sides):
        assert merge(BASE, order, has_all=True).row.quantity == 3
        assert merge(None, order, has_all=False).base is ReportKind.INACTIVE


REASONS = [
    ("none", [], None),
    ("cancelled", [side(ReportKind.CANCELLED, reason="blocked")], "blocked"),
    ("stranded before cancelled",
     [side(ReportKind.CANCELLED, reason="blocked"), side(ReportKind.STRANDED, reason="stranded")],
     "stranded"),
    ("suppressed before all",
     [side(ReportKind.STRANDED, reason="stranded"), side(ReportKind.CANCELLED, reason="blocked"),
      side(ReportKind.SUPPRESSED, reason="suppressed")], "suppressed"),
    ("suppressed without a reason",
     [side(ReportKind.SUPPRESSED), side(ReportKind.CANCELLED, reason="blocked")], "blocked"),
    ("empty", [side(ReportKind.SUPPRESSED, reason="")], None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sides", "expected"), [case[1:] for case in REASONS], ids=[case[0] for case in REASONS]
)
def test_the_best_reason_of_all_reports_is_told(sides: list[Side], expected: str | None) -> None:
    for order in permutations(sides):
        assert merge(BASE, order, has_all=True).row.reason == expected


LACKED = [
    ("by a warehouse", [side(FBA, quantity=7)], OFF,
     "Not in the all-listings report, only in: fba-inventory."),
    ("by two others", [side(FBA, quantity=7), side(OPEN, quantity=7)], OFF,
     "Not in the all-listings report, only in: open-listings, fba-inventory."),
    ("by one that says why", [side(ReportKind.SUPPRESSED, reason="no image")], OFF, "no image"),
    ("by one that has it live", [side(ReportKind.ACTIVE, status=ON)], ON, None),
    ("by one that has it not live", [side(ReportKind.INACTIVE, status=OFF)], OFF, None),
    ("by one in words unknown", [side(OPEN, status="Paused")], "Paused", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sides", "status", "reason"), [case[1:] for case in LACKED], ids=[case[0] for case in LACKED]
)
def test_what_the_all_listings_report_lacks_is_not_live_unless_another_report_says_so(
    sides: list[Side], status: str, reason: str | None
) -> None:
    for order in permutations(sides):
        found = merge(None, order, has_all=True)
        assert (found.row.status, found.row.reason) == (status, reason)


def test_without_an_all_listings_report_nothing_follows_from_being_absent_there() -> None:
    found = merge(None, [side(FBA, quantity=7)], has_all=False)
    assert found == Merged(ListingRow(SKU, quantity=7), FBA, 0)


def test_of_a_listing_that_is_missing_another_report_knows_the_newer_status() -> None:
    sides = [side(ReportKind.INACTIVE, status=OFF)]
    assert merge(BASE, sides, has_all=True, missing=True).row.status == OFF
    assert merge(BASE, sides, has_all=True, missing=False).row.status == ON
    assert merge(BASE, [side(FBA, quantity=1)], has_all=True, missing=True).row.status == ON


# -- laws ----------------------------------------------------------------------------------------------

small = st.none() | st.integers(0, 2)
word = st.none() | st.sampled_from(["a", "b"])
rows = st.builds(
    ListingRow,
    seller_sku=st.just(SKU),
    asin=word,
    title=word,
    condition=word,
    fulfillment=word,
    price_minor=small,
    quantity=small,
    status=word,
    product_id=word,
    opened_at=word,
    reason=word,
)
bases = rows.map(lambda row: row._replace(reason=None))
kinds = [kind for kind in ReportKind if kind is not ALL]
several = st.lists(
    st.builds(Side, st.sampled_from(kinds), rows), unique_by=lambda one: one.kind, max_size=5
)


@given(bases, several, st.booleans())
def test_the_all_listings_row_can_be_had_back(
    base: ListingRow, sides: list[Side], has_all: bool
) -> None:
    found = merge(base, sides, has_all=has_all)
    assert unfilled(found.row, found.filled) == base


@given(bases, several, st.booleans())
def test_merging_what_was_had_back_gives_the_same_again(
    base: ListingRow, sides: list[Side], missing: bool
) -> None:
    found = merge(base, sides, has_all=True, missing=missing)
    back = unfilled(found.row, found.filled)
    assert merge(back, sides, has_all=True, missing=missing) == found


@given(bases, several)
def test_of_a_listing_that_is_missing_all_but_the_status_can_be_had_back(
    base: ListingRow, sides: list[Side]
) -> None:
    found = merge(base, sides, has_all=True, missing=True)
    told: set[str | None] = {one.row.status for one in sides if one.row.status}
    back = unfilled(found.row, found.filled)
    assert back == base._replace(status=back.status)
    assert back.status in (told or {base.status})


@given(st.none() | bases, several, st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_reports_does_not_matter(
    base: ListingRow | None, sides: list[Side], has_all: bool, missing: bool, chance: Random
) -> None:
    if base is None and not sides:
        return
    shuffled = sides.copy()
    chance.shuffle(shuffled)
    found = merge(base, sides, has_all=has_all, missing=missing)
    assert merge(base, shuffled, has_all=has_all, missing=missing) == found


@given(bases, several)
def test_no_report_overwrites_what_the_all_listings_report_tells(
    base: ListingRow, sides: list[Side]
) -> None:
    found = merge(base, sides, has_all=True).row._asdict()
    told = {name: value for name, value in base._asdict().items() if value is not None}
    assert {name: found[name] for name in told} == told


@given(bases, several)
def test_every_filled_value_is_one_that_a_report_told(base: ListingRow, sides: list[Side]) -> None:
    found = merge(base, sides, has_all=True).row
    for name, value in found._asdict().items():
        told = {getattr(one.row, name) for one in sides} | {getattr(base, name)}
        assert value in told
