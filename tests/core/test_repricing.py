"""Intelligent rules: where a competitor's offer draws our price, and the bounds that hold it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.model import Condition
from amzsync.core.offers import Offer
from amzsync.core.price_steps import steps_text
from amzsync.core.repricing import Limit, Repricing, Target, bounded
from amzsync.core.settings import Adjustment, Competition, OfferSource, Variance

NEW, GOOD = "new_new", "used_good"
LOWEST = Competition(OfferSource.LOWEST)
limits = st.none() | st.builds(Limit, st.decimals(0, 50, places=2), st.just("cost"))


def target(competition: Competition, *offers: Offer, condition: str = NEW) -> Target:
    return Repricing("R", competition, 2).target(offers, condition)


def test_the_adjustment_is_relative_to_the_competitors_landed_price() -> None:
    down = Adjustment(up=False, percent=True, amount=Decimal(10))
    found = target(Competition(OfferSource.LOWEST, adjustment=down), Offer(NEW, 900, 100))
    assert found.amount == Decimal("9.00")
    assert steps_text(found.steps, 2) == (
        "lowest offer 10.00 (new); -10 % 'R' = 9.00; our shipping is not known and taken as 0"
    )


def test_our_shipping_may_be_free_and_is_then_known() -> None:
    found = target(LOWEST, Offer(NEW, 1000), Offer(NEW, 1, ours=True))
    assert steps_text(found.steps, 2) == "lowest offer 10.00 (new); match 'R' = 10.00"


def test_a_target_may_be_nought_or_less_which_the_floor_mends() -> None:
    found = target(LOWEST, Offer(NEW, 300), Offer(NEW, 1, 499, ours=True))
    assert found.amount == Decimal("-1.99")
    assert bounded(found.amount, Limit(Decimal(5), "cost"), None).amount == 5


def test_the_variance_of_an_offer_of_our_condition_changes_nothing() -> None:
    variances = {Condition.USED_GOOD: Decimal(80)}
    weighed = Competition(OfferSource.LOWEST, conditions=Variance.VARIANCE, variances=variances)
    assert target(weighed, Offer(GOOD, 1000), condition=GOOD).amount == Decimal(10)


def test_variances_apply_to_the_buy_box_too() -> None:
    variances = {Condition.USED_GOOD: Decimal(80)}
    weighed = Competition(OfferSource.BUY_BOX, conditions=Variance.VARIANCE, variances=variances)
    assert target(weighed, Offer(NEW, 1000, buy_box=True), condition=GOOD).amount == Decimal(8)


@pytest.mark.parametrize(("variance", "stays"), [(199, False), (200, True), (250, True)])
def test_a_base_that_is_not_above_nought_is_refused(variance: int, stays: bool) -> None:
    variances = {Condition.COLLECTIBLE_GOOD: Decimal(variance)}
    weighed = Competition(OfferSource.LOWEST, conditions=Variance.VARIANCE, variances=variances)
    assert (target(weighed, Offer("collectible_good", 1000)).amount is None) == stays


@given(st.decimals(-10, 60, places=2), limits, limits)
def test_a_bounded_price_is_within_its_bounds_and_the_floor_wins(
    amount: Decimal, floor: Limit | None, ceiling: Limit | None
) -> None:
    found = bounded(amount, floor, ceiling)
    assert floor is None or found.amount >= floor.amount
    if ceiling is not None and (floor is None or floor.amount <= ceiling.amount):
        assert found.amount <= ceiling.amount
    assert found.bounded == bool(found.steps) or found.amount == amount
    if not found.bounded:
        assert found.amount == amount


@given(st.decimals(-10, 60, places=2), limits, limits)
def test_bounds_hold_once_and_for_all(
    amount: Decimal, floor: Limit | None, ceiling: Limit | None
) -> None:
    once = bounded(amount, floor, ceiling).amount
    assert bounded(once, floor, ceiling).amount == once
