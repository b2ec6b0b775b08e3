from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.commerce.cell_values import (
    DateOrder,
    Unreadable,
    code_list,
    decimal_units,
    lower_or_none,
    one_line,
    short_date,
    shown,
    text_or_none,
    unguarded,
)

price = decimal_units("price", places=6, negative=False)
quantity = decimal_units("qty", places=4, negative=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" -MINUS-1", "-MINUS-1"),
        (" =Formula", "=Formula"),
        (" +1", "+1"),
        ("  -two", "  -two"),
        (" @at", " @at"),
        (" ", " "),
        ("", ""),
        ("-1", "-1"),
    ],
)
def test_exactly_one_guard_space_is_taken_away(text: str, expected: str) -> None:
    assert unguarded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("34.000000", 34_000_000),
        ("34.0000", 34_000_000),
        ("34", 34_000_000),
        ("0.000000", 0),
        ("0", 0),
        ("0.000001", 1),
        ("0000000000034.5", 34_500_000),
        ("19.99000000000", 19_990_000),
        (" 7.5 ", 7_500_000),
        ("999999999999.999999", 999_999_999_999_999_999),
        ("-0.000000", 0),
        (" -0.0", 0),
        ("", None),
        ("  ", None),
    ],
)
def test_a_price_is_read_into_millionths(text: str, expected: int | None) -> None:
    assert price(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1,99", 'price "1,99" is not a number written like 34.000000'),
        ("1.299,00", 'price "1.299,00" is not a number written like 34.000000'),
        ("1 299", 'price "1 299" is not a number written like 34.000000'),
        ("1_000", 'price "1_000" is not a number written like 34.000000'),
        ("NaN", 'price "NaN" is not a number written like 34.000000'),
        ("Infinity", 'price "Infinity" is not a number written like 34.000000'),
        ("1e5", 'price "1e5" is not a number written like 34.000000'),
        ("+5", 'price "+5" is not a number written like 34.000000'),
        ("5.", 'price "5." is not a number written like 34.000000'),
        (".5", 'price ".5" is not a number written like 34.000000'),
        ("１２", 'price "１２" is not a number written like 34.000000'),
        ("١٢", 'price "١٢" is not a number written like 34.000000'),
        ("-5", 'price "-5" is below zero'),
        (" -5.000000", 'price " -5.000000" is below zero'),
        ("0.1234567", 'price "0.1234567" has more than 6 decimals'),
        ("1234567890123", 'price "1234567890123" has more than 12 digits'),
        ("x\x1b[2J", 'price "x\\x1b[2J" is not a number written like 34.000000'),
        ("9" * 50 + "x", f'price "{"9" * 40}..." is not a number written like 34.000000'),
    ],
)
def test_a_text_that_is_no_price_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        price(text)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("text", "expected"), [(" -3.0000", -30_000), ("-0.5", -5_000), ("100.0000", 1_000_000)]
)
def test_a_quantity_may_be_below_zero(text: str, expected: int) -> None:
    assert quantity(text) == expected


@given(st.decimals(0, 10**9, places=6))
def test_every_price_of_the_database_is_kept_exactly(amount: Decimal) -> None:
    assert price(f"{amount:f}") == int(amount * 10**6)


@given(st.decimals(-(10**7), 10**7, places=4))
def test_every_quantity_of_the_database_is_kept_exactly(amount: Decimal) -> None:
    assert quantity(f"{amount:f}") == int(amount * 10**4)


@pytest.mark.parametrize(
    ("order", "text", "expected"),
    [
        ("mdy", "10/21/16", "2016-10-21"),
        ("mdy", "10/21/16, 9:10 AM", "2016-10-21"),
        ("mdy", "10/21/16, 9:10\u202fAM", "2016-10-21"),
        ("mdy", "1/1/27", "2027-01-01"),
        ("mdy", "1/2/2015 20:00", "2015-01-02"),
        ("mdy", "16.03.15", "2015-03-16"),
        ("mdy", "2016-10-21", "2016-10-21"),
        ("mdy", "2016-10-21 00:00:00", "2016-10-21"),
        ("mdy", "2016-10-21T00:00:00", "2016-10-21"),
        ("dmy", "21/10/2016, 09:10", "2016-10-21"),
        ("dmy", "16.03.15", "2015-03-16"),
        ("dmy", "16.03.15, 17:08", "2015-03-16"),
        ("dmy", "16-3-15 17.08", "2015-03-16"),
        ("dmy", "16. 3. 2015", "2015-03-16"),
        ("dmy", "\u200e16/3/15", "2015-03-16"),
        ("ymd", "16. 3. 5.", "2016-03-05"),
        ("ymd", "2016/3/5", "2016-03-05"),
        ("ymd", "16/3/5 9:10", "2016-03-05"),
        ("mdy", "", None),
        ("mdy", "   ", None),
    ],
)
def test_a_short_date_is_read_in_the_order_of_its_locale(
    order: str, text: str, expected: str | None
) -> None:
    assert short_date(DateOrder(order))(text) == expected


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("mdy", "21/10/2016"),
        ("dmy", "10/21/16"),
        ("dmy", "31/2/16"),
        ("mdy", "10/21/016"),
        ("dmy", "100/1/16"),
        ("mdy", "010/1/16"),
        ("mdy", "10/21-16"),
        ("mdy", "10/21"),
        ("mdy", "Oct 21, 2016"),
        ("mdy", "10/21/16 soon"),
        ("mdy", "٠١/٠٢/١٦"),
        ("mdy", "0/0/0"),
        ("ymd", "0000-01-01"),
    ],
)
def test_a_text_that_is_no_date_in_that_order_is_kept(order: str, text: str) -> None:
    assert short_date(DateOrder(order))(text) == text


@given(st.dates(), st.sampled_from(["mdy", "dmy", "ymd"]))
def test_every_iso_date_reads_the_same_in_every_order(day: object, order: str) -> None:
    assert short_date(DateOrder(order))(str(day)) == str(day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("base", ",base,"),
        ("de,base", ",base,de,"),
        (" de , base ,de,", ",base,de,"),
        ("", None),
        (" , ", None),
    ],
)
def test_a_list_of_codes_is_sorted_and_stands_between_commas(
    text: str, expected: str | None
) -> None:
    assert code_list(text) == expected


def test_blank_texts_are_not_told() -> None:
    assert [text_or_none(text) for text in ("", " ", "\u00a0", " =x", " x")] == [
        None,
        None,
        None,
        "=x",
        " x",
    ]
    assert [lower_or_none(text) for text in ("", " ", " Simple ")] == [None, None, "simple"]


def test_line_ends_become_one_space_each() -> None:
    assert one_line("a\r\nb\nc\rd\n\ne") == "a b c d  e"


def test_a_text_in_a_message_is_short_and_printable() -> None:
    assert shown("a\tb\u202e" + "c" * 50) == '"a\\x09b\\x202e' + "c" * 36 + '..."'
