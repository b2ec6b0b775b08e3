"""Amounts: read as Commerce writes them, rounded half up, told without needless noughts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.amounts import (
    Move,
    amount_text,
    minor_units,
    move_of,
    moved,
    of_micros,
    of_minor,
    raised,
    read,
    rounded,
    to_minor,
    unit,
)
from amzsync.core.settings import Adjustment

MINORS = st.integers(-(10**18), 10**18)
EXPONENTS = st.sampled_from([0, 2, 3])


@pytest.mark.parametrize(
    ("amount", "exponent", "expected"),
    [
        ("40.941", 2, "40.94"),
        ("0.005", 2, "0.01"),
        ("0.0049999", 2, "0.00"),
        ("2.675", 2, "2.68"),
        ("99.5", 0, "100"),
        ("99.4999", 0, "99"),
        ("-0.005", 2, "-0.01"),
    ],
)
def test_amounts_are_rounded_half_up_to_the_decimals_of_the_currency(
    amount: str, exponent: int, expected: str
) -> None:
    result = rounded(Decimal(amount), unit(exponent))
    assert str(result) == expected
    assert to_minor(Decimal(amount), exponent) == int(expected.replace(".", ""))


@pytest.mark.parametrize(
    ("adjustment", "expected"),
    [
        (Adjustment(up=False, percent=True, amount=Decimal(10)), "40.94"),
        (Adjustment(up=True, percent=True, amount=Decimal("10.2")), "50.13"),
        (Adjustment(up=False, percent=False, amount=Decimal(10)), "35.49"),
        (Adjustment(up=True, percent=False, amount=Decimal("0.005")), "45.50"),
        (None, "45.49"),
    ],
    ids=["10 % down", "10.2 % up", "10 down", "half a cent up", "as it is"],
)
def test_an_adjustment_moves_an_amount(adjustment: Adjustment | None, expected: str) -> None:
    assert str(moved(Decimal("45.49"), move_of(adjustment), unit(2))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("34.000000", "34"),
        (" 5 ", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.0000", "0"),
        ("", None),
        ("-1.00", None),
        ("12,50", None),
        ("1e3", None),
        ("NaN", None),
        ("Infinity", None),
        ("1_000", None),
        ("٣", None),
        ("USD 5", None),
        ("9" * 17, None),
    ],
)
def test_only_plain_amounts_are_read(text: str, expected: str | None) -> None:
    assert read(text) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("amount", "exponent", "expected"),
    [
        ("45.49", 2, "45.49"),
        ("45.490000", 2, "45.49"),
        ("34.005000", 2, "34.005"),
        ("10", 2, "10.00"),
        ("1000.000000", 0, "1000"),
        ("1000", 0, "1000"),
        ("1E+3", 0, "1000"),
        ("-1.5", 2, "-1.50"),
    ],
)
def test_an_amount_is_told_with_the_decimals_that_it_needs(
    amount: str, exponent: int, expected: str
) -> None:
    assert amount_text(Decimal(amount), exponent) == expected


@given(MINORS, EXPONENTS)
def test_minor_units_survive_the_way_there_and_back(minor: int, exponent: int) -> None:
    amount = of_minor(minor, exponent)
    assert to_minor(amount, exponent) == minor
    assert minor_units(exponent)(amount) == minor


@given(st.integers(0, 10**18))
def test_millionths_are_kept_exactly(micros: int) -> None:
    assert of_micros(micros) * 1_000_000 == micros


@given(MINORS, st.decimals(-100, 10_000, places=4))
def test_a_percentage_is_rounded_once_and_by_no_more_than_half_a_unit(
    minor: int, percent: Decimal
) -> None:
    amount = of_minor(minor, 2)
    exact = Decimal(minor) * (100 + percent) / 10_000 if abs(minor) < 10**12 else None
    result = moved(amount, raised(percent), unit(2))
    if exact is not None:
        assert abs(result - exact) <= Decimal("0.005")
    assert moved(amount, Move(), unit(2)) == amount
