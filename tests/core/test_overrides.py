"""Tests of overrides: what may be written, and what holds at a moment."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.model import Condition, Fulfillment
from amzsync.core.overrides import (
    NO_OVERRIDES,
    Fault,
    Field,
    Overrides,
    Row,
    available,
    holds,
    in_force,
    parse,
)

BEFORE, NOW, AFTER = (f"2026-11-{day}T12:00:00Z" for day in (22, 23, 24))


@pytest.mark.parametrize(
    ("field", "text", "exponent", "kept"),
    [
        pytest.param(Field.PRICE, "19.99", 2, "19.99", id="a price"),
        pytest.param(Field.PRICE, " 55 ", 2, "55.00", id="a whole price"),
        pytest.param(Field.PRICE, "19.9", 2, "19.90", id="a price of one decimal"),
        pytest.param(Field.PRICE, "0019.90", 2, "19.90", id="a price with leading noughts"),
        pytest.param(Field.PRICE, "1990", 0, "1990", id="a price in yen"),
        pytest.param(Field.PRICE, "0.01", 2, "0.01", id="the least price"),
        pytest.param(Field.HANDLING_TIME, "1", 2, "1", id="one day"),
        pytest.param(Field.HANDLING_TIME, "0", 2, "0", id="the same day, which is not nothing"),
        pytest.param(Field.HANDLING_TIME, "030", 2, "30", id="thirty days"),
        pytest.param(Field.CONDITION, "Used; Like New", 2, "used_like_new", id="a condition"),
        pytest.param(Field.CONDITION, "new_new", 2, "new_new", id="Amazon's word"),
        pytest.param(Field.NOTES, " Box is\ndented. ", 2, "Box is\ndented.", id="notes"),
        pytest.param(Field.NOTES, "x" * 1000, 2, "x" * 1000, id="the longest notes"),
    ],
)
def test_a_value_is_kept_in_one_form(field: Field, text: str, exponent: int, kept: str) -> None:
    assert parse(field, text, exponent) == kept


@pytest.mark.parametrize(
    ("field", "text", "exponent", "said"),
    [
        pytest.param(Field.PRICE, "19,99", 2, "with a point", id="a comma"),
        pytest.param(Field.PRICE, "1.990", 2, "has 3 decimals", id="a German thousand"),
        pytest.param(Field.PRICE, "1.5", 0, "has no", id="yen with decimals"),
        pytest.param(Field.PRICE, "0", 2, "more than nought", id="nought"),
        pytest.param(Field.PRICE, "0.00", 2, "more than nought", id="nought with decimals"),
        pytest.param(Field.PRICE, "-5", 2, "is no price", id="a negative price"),
        pytest.param(Field.PRICE, "1e3", 2, "is no price", id="an exponent"),
        pytest.param(Field.PRICE, "1_000", 2, "is no price", id="an underscore"),
        pytest.param(Field.PRICE, "NaN", 2, "is no price", id="not a number"),
        pytest.param(Field.PRICE, "١٩", 2, "is no price", id="digits of another script"),
        pytest.param(Field.PRICE, "$19.99", 2, "without a currency", id="a currency"),
        pytest.param(Field.PRICE, "1000000000", 2, "anybody asks", id="too much"),
        pytest.param(Field.PRICE, "", 2, "is no price", id="no price at all"),
        pytest.param(Field.HANDLING_TIME, "31", 2, "0 to 30", id="too many days"),
        pytest.param(Field.HANDLING_TIME, "-1", 2, "0 to 30", id="negative days"),
        pytest.param(Field.HANDLING_TIME, "1.5", 2, "whole days", id="half a day"),
        pytest.param(Field.CONDITION, "Used", 2, "Used; Like New", id="half a condition"),
        pytest.param(Field.NOTES, "  ", 2, "override remove", id="no notes"),
        pytest.param(Field.NOTES, "x" * 1001, 2, "1,001 characters", id="notes too long"),
        pytest.param(Field.NOTES, "a\x1b[2J", 2, "control", id="a terminal escape"),
    ],
)
def test_a_value_that_cannot_be_taken_is_told_why(
    field: Field, text: str, exponent: int, said: str
) -> None:
    found = parse(field, text, exponent)

    assert isinstance(found, Fault)
    assert said in found.words


def test_a_condition_that_is_none_is_answered_with_all_ten() -> None:
    found = parse(Field.CONDITION, "mint", 2)

    assert isinstance(found, Fault)
    named = found.words.partition("the conditions are ")[2].split(", ")
    assert [parse(Field.CONDITION, name, 2) for name in named] == list(Condition)


@given(st.integers(1, 10**11 - 1))
def test_every_price_in_cents_is_taken_and_stays_what_it_is(cents: int) -> None:
    price = Decimal(cents) / 100

    kept = parse(Field.PRICE, str(price), 2)

    assert isinstance(kept, str)
    assert (Decimal(kept), parse(Field.PRICE, kept, 2)) == (price, kept)


@given(st.sampled_from(Field), st.text(max_size=20))
def test_whatever_is_taken_would_be_taken_again_and_can_hold(field: Field, text: str) -> None:
    kept = parse(field, text, 2)

    if not isinstance(kept, Fault):
        assert parse(field, kept, 2) == kept
        assert in_force([Row(field, kept)], NOW) != NO_OVERRIDES


@pytest.mark.parametrize(
    ("field", "ours"),
    [
        (Field.PRICE, True),
        (Field.NOTES, True),
        (Field.CONDITION, False),
        (Field.HANDLING_TIME, False),
    ],
)
def test_condition_and_handling_time_are_amazons_where_amazon_ships(
    field: Field, ours: bool
) -> None:
    assert available(field, Fulfillment.AMAZON) is ours
    assert available(field, Fulfillment.MERCHANT)
    assert available(field, None)


def test_all_kinds_hold_together() -> None:
    rows = [
        Row("price", "55.00"),
        Row("handling_time", "0"),
        Row("condition", "used_like_new"),
        Row("seller_notes", "Fine"),
    ]

    assert in_force(rows, NOW) == Overrides(Decimal("55.00"), 0, "used_like_new", "Fine")


def test_a_listing_without_overrides_has_none() -> None:
    assert in_force([], NOW) == NO_OVERRIDES


@pytest.mark.parametrize(
    ("expires_at", "held"),
    [(BEFORE, False), (NOW, False), (AFTER, True), (None, True)],
    ids=["over", "just over", "not yet over", "without an end"],
)
def test_an_override_holds_until_it_ends(expires_at: str | None, held: bool) -> None:
    row = Row("price", "55.00", expires_at)

    assert holds(row, NOW) is held
    assert in_force([row], NOW).price == (Decimal(55) if held else None)


def test_it_holds_until_the_first_of_those_in_force_ends() -> None:
    later = "2026-12-24T12:00:00Z"
    rows = [
        Row("price", "55.00", later),
        Row("condition", "new_new", AFTER),
        Row("seller_notes", "Fine", BEFORE),
    ]

    assert in_force(rows, NOW).holds_until == AFTER


@pytest.mark.parametrize(
    "row",
    [Row("handling_time", None), Row("handling_time", "1", BEFORE)],
    ids=["taken back", "expired"],
)
def test_a_handling_time_that_has_gone_leaves_the_default_to_be_sent(row: Row) -> None:
    assert in_force([row], NOW) == Overrides(reset_handling=True)


def test_of_the_other_kinds_nothing_is_left() -> None:
    rows = [Row("price", "1.00", BEFORE), Row("condition", "new_new", BEFORE)]

    assert in_force(rows, NOW) == NO_OVERRIDES


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = [
        Row("price", "55.00", AFTER),
        Row("handling_time", None),
        Row("condition", "new_new", BEFORE),
        Row("seller_notes", "Fine", "2026-12-24T12:00:00Z"),
    ]

    assert len({in_force(order, NOW) for order in permutations(rows)}) == 1
