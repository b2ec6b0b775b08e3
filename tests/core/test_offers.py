"""Competitor offers: which of them count, and which one our price is compared with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.model import Condition
from amzsync.core.offers import Offer, chosen, condition_text, held_buy_box, own, rivals
from amzsync.core.settings import Competition, OfferSource

CONDITIONS = [each.value for each in Condition]
NEW, GOOD, LIKE_NEW = "new_new", "used_good", "used_like_new"


def of(*offers: tuple[str, int]) -> list[Offer]:
    return [Offer(condition, price) for condition, price in offers]


@pytest.mark.parametrize(
    ("ours", "offers", "expected"),
    [
        (NEW, [(NEW, 17), (NEW, 15), (LIKE_NEW, 3)], (NEW, 15)),
        (GOOD, [(NEW, 5), (LIKE_NEW, 14), ("used_acceptable", 13)], ("used_acceptable", 13)),
        (GOOD, [("refurbished_refurbished", 4), (NEW, 9)], (NEW, 9)),
        (GOOD, [("refurbished_refurbished", 4), ("collectible_good", 1)], ("refurbished_refurbished", 4)),
        (NEW, [("collectible_good", 1), ("used_acceptable", 8)], ("used_acceptable", 8)),
        (NEW, [(GOOD, 5), (LIKE_NEW, 9)], (LIKE_NEW, 9)),
        ("collectible_good", [(NEW, 1), ("collectible_acceptable", 7)], ("collectible_acceptable", 7)),
        ("collectible_good", [(GOOD, 1), (NEW, 7)], (NEW, 7)),
        (NEW, [("club_club", 1)], None),
        (NEW, [], None),
        ("club_club", [(NEW, 1)], None),
    ],
    ids=[
        "the lowest of ours", "the lowest of the family", "then new", "then refurbished", "collectible last",
        "from new downwards", "collectible family first", "then new for a collectible", "an unknown condition",
        "nothing", "ours is unknown",
    ],
)  # fmt: skip
def test_the_offer_to_compare_with_is_of_our_condition_or_the_nearest(
    ours: str, offers: list[tuple[str, int]], expected: tuple[str, int] | None
) -> None:
    found = chosen(of(*offers), ours, matching=False)
    assert (found and (found.condition, found.price_minor)) == expected


def test_only_a_matching_condition_counts_where_that_is_asked() -> None:
    assert chosen(of((LIKE_NEW, 5)), GOOD, matching=True) is None
    assert chosen(of((LIKE_NEW, 5), (GOOD, 9)), GOOD, matching=True) == Offer(GOOD, 9)


def test_landed_prices_are_compared() -> None:
    cheap, landed = Offer(NEW, 1000, 999), Offer(NEW, 1500, 0)
    assert chosen([cheap, landed], NEW, matching=False) == landed


@given(st.lists(st.tuples(st.sampled_from(CONDITIONS), st.integers(1, 50))))
def test_the_choice_does_not_depend_on_the_order(offers: list[tuple[str, int]]) -> None:
    found = chosen(of(*offers), GOOD, matching=False)
    assert chosen(of(*sorted(offers)), GOOD, matching=False) == found


def test_the_lowest_looks_at_offers_with_feedback_enough() -> None:
    competition = Competition(OfferSource.LOWEST, min_feedback=95, min_feedback_count=1000)
    good = Offer(NEW, 25, feedback=95, feedback_count=1000)
    offers = [
        good,
        Offer(NEW, 10, feedback=94, feedback_count=5000),
        Offer(NEW, 11, feedback=99, feedback_count=999),
        Offer(NEW, 12, feedback_count=5000),
        Offer(NEW, 13, feedback=99),
        good._replace(price_minor=1, ours=True),
    ]
    assert rivals(offers, competition) == [good]
    assert len(rivals(offers, Competition(OfferSource.LOWEST))) == 5


def test_the_buy_box_is_asked_for_no_feedback_and_ours_does_not_count() -> None:
    competition = Competition(OfferSource.BUY_BOX, min_feedback=98)
    theirs = Offer(NEW, 25, buy_box=True)
    assert rivals([Offer(NEW, 9), theirs, theirs._replace(ours=True)], competition) == [theirs]


def test_our_own_offer_is_the_one_of_our_condition() -> None:
    ours = Offer(GOOD, 9, 3, ours=True)
    offers = [Offer(NEW, 1), Offer(NEW, 5, ours=True), ours]
    assert own(offers, GOOD) == ours
    assert own(offers[:2], GOOD) == offers[1]
    assert own(offers[:1], GOOD) is None


def test_we_hold_the_buy_box_of_our_condition() -> None:
    ours = Offer(GOOD, 9, ours=True, buy_box=True)
    assert held_buy_box([Offer(NEW, 1, buy_box=True), ours], GOOD) == ours
    assert held_buy_box([ours], None) == ours
    assert held_buy_box([ours], NEW) is None
    assert held_buy_box([ours._replace(buy_box=False)], GOOD) is None


def test_conditions_are_told_in_plain_words() -> None:
    assert [condition_text(each) for each in (NEW, "used_very_good")] == ["new", "used, very good"]
