"""Exchange rates: the newest counts, a stale or missing one is said, the inverse is a last resort."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.amounts import rounded, unit
from amzsync.core.exchange import exchange
from amzsync.core.settings import Rate

TODAY = date(2026, 11, 23)


def rate(source: str, target: str, value: str, age: int = 0) -> Rate:
    return Rate(source, target, Decimal(value), TODAY - timedelta(days=age))


def test_the_same_currency_needs_no_rate() -> None:
    found = exchange("USD", "USD", (), TODAY, 7)
    assert not found.needed
    assert found.problem is None
    assert found.converted(Decimal("34.005")) == Decimal("34.005")


def test_the_newest_rate_counts_whatever_the_order() -> None:
    rates = [rate("CAD", "USD", "0.70", 5), rate("CAD", "USD", "0.72", 1), rate("CAD", "EUR", "2")]
    for order in (rates, rates[::-1]):
        found = exchange("CAD", "USD", order, TODAY, 7)
        assert (found.value, found.day, found.problem) == (
            Decimal("0.72"),
            date(2026, 11, 22),
            None,
        )


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (7, True), (8, False), (-1, True)])
def test_a_rate_is_stale_after_the_days_that_are_allowed(age: int, fresh: bool) -> None:
    found = exchange("CAD", "USD", [rate("CAD", "USD", "0.7", age)], TODAY, 7)
    assert found.value == Decimal("0.7")
    assert (found.problem is None) == fresh


def test_a_stale_rate_is_told_with_its_day_and_age() -> None:
    found = exchange("CAD", "USD", [rate("CAD", "USD", "0.7", 22)], TODAY, 7)
    assert found.problem == (
        "The rate from CAD to USD is of 2026-11-01, 22 days old, and no more than 7 are allowed: "
        "add a newer one to the rates of [commerce]."
    )


@pytest.mark.parametrize(
    "rates",
    [
        [],
        [rate("EUR", "USD", "1.1")],
        [rate("CAD", "USD", "0.7", -2)],
        [rate("CAD", "USD", "0")],
    ],
    ids=["none", "of others", "of the future", "of nought"],
)
def test_without_a_rate_there_is_a_problem(rates: list[Rate]) -> None:
    found = exchange("CAD", "USD", rates, TODAY, 7)
    assert found.value is None
    assert found.problem == "There is no rate from CAD to USD: add one to the rates of [commerce]."


def test_the_inverse_rate_counts_where_only_that_is_given() -> None:
    inverse = rate("USD", "CAD", "1.25")
    found = exchange("CAD", "USD", [inverse], TODAY, 7)
    assert found.converted(Decimal(10)) == Decimal(8)
    assert found.text == "1/1.25"
    both = exchange("CAD", "USD", [inverse, rate("CAD", "USD", "0.7", 3)], TODAY, 7)
    assert (both.value, both.inverse) == (Decimal("0.7"), False)


@given(st.integers(0, 10**12), st.decimals("0.0001", 10_000, places=4))
def test_there_and_back_by_the_same_rate_is_where_it_began(minor: int, value: Decimal) -> None:
    rates = [Rate("CAD", "USD", value, TODAY)]
    amount = Decimal(minor) / 100
    there = exchange("CAD", "USD", rates, TODAY, 7).converted(amount)
    back = exchange("USD", "CAD", rates, TODAY, 7).converted(there)
    assert rounded(back, unit(2)) == amount
