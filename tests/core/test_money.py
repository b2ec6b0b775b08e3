"""Amounts as text are exact: what a Decimal says of the same amount."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.money import micros_text, minor_text, quantity_text

amounts = st.integers(-(10**18), 10**18)


@pytest.mark.parametrize(
    ("minor", "exponent", "expected"),
    [
        (4549, 2, "45.49"),
        (5, 2, "0.05"),
        (0, 2, "0.00"),
        (-5, 2, "-0.05"),
        (-4549, 2, "-45.49"),
        (1980, 0, "1980"),
        (-3, 0, "-3"),
        (1, 3, "0.001"),
        (10**17 + 1, 2, "1000000000000000.01"),
    ],
)
def test_minor_units_are_written_with_the_decimals_of_the_currency(
    minor: int, exponent: int, expected: str
) -> None:
    assert minor_text(minor, exponent) == expected


@pytest.mark.parametrize(
    ("micros", "expected"),
    [
        (34_000_000, "34.00"),
        (34_005_000, "34.005"),
        (34_500_000, "34.50"),
        (1, "0.000001"),
        (0, "0.00"),
        (-1_500_000, "-1.50"),
        (1_000_000_000, "1000.00"),
    ],
)
def test_millionths_keep_two_decimals_and_lose_needless_noughts(micros: int, expected: str) -> None:
    assert micros_text(micros) == expected


@pytest.mark.parametrize(
    ("e4", "expected"),
    [
        (500_000, "50"),
        (25_000, "2.5"),
        (1_000_000, "100"),
        (1, "0.0001"),
        (0, "0"),
        (-10_000, "-1"),
    ],
)
def test_quantities_lose_needless_noughts_but_not_those_that_count(e4: int, expected: str) -> None:
    assert quantity_text(e4) == expected


@given(amounts, st.integers(0, 4))
def test_minor_units_are_exact(minor: int, exponent: int) -> None:
    text = minor_text(minor, exponent)
    assert Decimal(text) == Decimal(minor) / 10**exponent
    assert len(text.partition(".")[2]) == exponent


@given(amounts)
def test_millionths_are_exact(micros: int) -> None:
    text = micros_text(micros)
    assert Decimal(text) == Decimal(micros) / 10**6
    assert 2 <= len(text.partition(".")[2]) <= 6


@given(amounts)
def test_ten_thousandths_are_exact(e4: int) -> None:
    text = quantity_text(e4)
    assert Decimal(text) == Decimal(e4) / 10**4
    assert "." not in text or text[-1] not in "0."
