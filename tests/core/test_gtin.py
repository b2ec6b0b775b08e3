"""Check digits and keys of the GTIN family, against two libraries made for it."""

from __future__ import annotations

import pytest
from biip import ParseError
from biip.gtin import Gtin
from biip.rcn import Rcn
from biip.upc import Upc
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum import ean, isbn

from amzsync.core import gtin

SIZES = (8, 12, 13, 14)


def digits(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


numbers = st.sampled_from(SIZES).flatmap(digits)
valid_numbers = (
    st.sampled_from(SIZES).flatmap(lambda size: digits(size - 1)).map(gtin.with_check_digit)
)
isbn_10_bodies = digits(9)


def as_biip_sees_it(number: str) -> Gtin | None:
    try:
        return Gtin.parse(number)
    except (ParseError, AssertionError):  # the latter where fewer than eight digits are not zero
        return None


def isbn_10(body: str) -> str:
    rest = -sum((10 - place) * int(digit) for place, digit in enumerate(body)) % 11
    return body + ("X" if rest == 10 else str(rest))


@given(numbers)
@example("4006381333931")
@example("4006381333932")
def test_the_check_digit_fits_where_stdnum_says_so(number: str) -> None:
    assert gtin.fits(number) == ean.is_valid(number)


@given(st.text("0123456789", min_size=1, max_size=40))
def test_the_check_digit_is_the_one_of_stdnum_whatever_the_length(body: str) -> None:
    assert gtin.with_check_digit(body) == body + ean.calc_check_digit(body)


@given(valid_numbers)
@example("01234565")
@example("2001234567893")
@example("0212345678909")
@example("9812345678900")
def test_a_key_is_the_gtin_14_of_biip_unless_the_number_is_closed(number: str) -> None:
    number = gtin.with_check_digit(number[:-1])
    seen = as_biip_sees_it(number)
    assume(seen is not None)
    assert seen is not None
    key = seen.as_gtin_14()
    is_closed = gtin.is_restricted(key) or gtin.is_dummy_key(key)
    assert gtin.gtin_key(number) == ("" if is_closed else key)


@given(valid_numbers)
def test_whatever_biip_knows_as_restricted_is_restricted(number: str) -> None:
    if isinstance(as_biip_sees_it(number), Rcn):
        assert gtin.is_restricted(number.zfill(14))


@given(st.sampled_from((8, 12, 13)).flatmap(lambda size: digits(size - 1)))
def test_whatever_is_restricted_is_known_to_biip_as_restricted_or_no_article(body: str) -> None:
    number = gtin.with_check_digit(body)
    seen = as_biip_sees_it(number)
    assume(seen is not None)
    assert seen is not None
    if gtin.is_restricted(number.zfill(14)):
        usage = seen.prefix.usage if seen.prefix else ""
        assert (
            isinstance(seen, Rcn)
            or any(word in usage for word in ("coupon", "Refund", "reserved"))
            or number.zfill(14)[1:4] == "984"  # unassigned today, a coupon before
        )


@given(numbers, st.integers(0, 13), st.integers(1, 9))
def test_one_changed_digit_never_fits(number: str, place: int, step: int) -> None:
    number = gtin.with_check_digit(number[:-1])
    place %= len(number)
    changed = f"{number[:place]}{(int(number[place]) + step) % 10}{number[place + 1 :]}"
    assert not gtin.fits(changed)


@given(st.sampled_from((8, 12, 13)).flatmap(digits), st.integers(1, 6))
def test_zeros_in_front_change_neither_the_key_nor_whether_it_fits(number: str, zeros: int) -> None:
    longer = "0" * zeros + number
    assert gtin.fits(longer) == gtin.fits(number)
    if len(longer) in SIZES:
        assert gtin.gtin_key(longer) == gtin.gtin_key(number)


@given(isbn_10_bodies)
@example("030640615")
@example("000000000")
@example("080442957")  # X
def test_an_isbn_10_has_the_key_of_its_isbn_13(body: str) -> None:
    ten = isbn_10(body)
    assert isbn.is_valid(ten)
    assert gtin.isbn_10_key(ten) == "0" + isbn.to_isbn13(ten)
    assert isbn.to_isbn10(gtin.isbn_10_key(ten)[1:]) == ten


@given(st.from_regex(r"[0-9]{9}[0-9X]", fullmatch=True))
def test_an_isbn_10_is_one_where_stdnum_says_so(text: str) -> None:
    assert (gtin.isbn_10_key(text) != "") == isbn.is_valid(text)


@pytest.mark.parametrize(
    "text", ["", "030640615", "03064061522", "0306406X52", "030640615x", "٠306406152"]
)
def test_what_is_not_written_like_an_isbn_10_has_no_isbn_key(text: str) -> None:
    assert gtin.isbn_10_key(text) == ""


@given(digits(8))
@example("01234565")
@example("04252614")
@example("00783491")
@example("01278906")
@example("12345670")
def test_a_upc_e_has_the_key_that_biip_gives_it(number: str) -> None:
    try:
        expected = Upc.parse(number).as_upc_a().zfill(14)
    except ParseError:
        expected = ""
    assert gtin.upc_e_key(number) == expected


@pytest.mark.parametrize(
    ("number", "upc_a"),
    [
        ("01201303", "012000000133"),
        ("01201316", "012100000136"),
        ("01201329", "012200000139"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234558", "012345000058"),
        ("01234598", "012345000096"),
        ("11234562", "112345000062"),
    ],
    ids=lambda value: value,
)
def test_the_last_digit_of_a_upc_e_tells_where_its_zeros_belong(number: str, upc_a: str) -> None:
    fitting = gtin.with_check_digit(upc_a[:-1])
    assert gtin.upc_e_key(number[:-1] + fitting[-1]) == "00" + fitting


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("", True),
        ("0", True),
        ("0000000000000", True),
        ("11111111", True),
        ("9999999999999", True),
        ("123", True),
        ("12", False),
        ("987654321", True),
        ("123456789012", True),
        ("0123456789012", True),
        ("1234567890128", True),
        ("12345678901231", True),
        ("098765432109", True),
        ("890123456789", True),
        ("9781234567897", True),
        ("9780123456786", True),
        ("9781111111113", True),
        ("9780306406157", False),
        ("012345678905", False),
        ("0012345678905", False),
        ("12345670", False),
        ("4006381333931", False),
    ],
    ids=str,
)
def test_a_dummy_is_one_digit_repeated_or_a_run(number: str, expected: bool) -> None:
    assert gtin.is_dummy(number) is expected


@given(numbers | st.text("0123456789", min_size=11, max_size=14).map(lambda text: text.zfill(14)))
@example("1234567890128")
@example("12345678901231")
@example("9876543210982")
@example("0978123456789")
@example("9999999999994")
@example("77777777777777")
@example("1234567890104")
def test_the_set_of_dummy_keys_holds_what_the_rule_says(number: str) -> None:
    number = gtin.with_check_digit(number[:-1])
    assert gtin.is_dummy_key(number.zfill(14)) == gtin.is_dummy(number)


@given(
    st.builds(
        lambda run, start, size, tail: (run[start : start + size] + tail)[:13],
        st.sampled_from(("12345678901234567890123", "98765432109876543210987")),
        st.integers(0, 9),
        st.integers(3, 13),
        st.text("0123456789", max_size=1),
    )
    | st.builds(lambda digit, size: digit * size, st.sampled_from("0123456789"), st.integers(1, 13))
    | st.builds(lambda core: "978" + core, digits(9) | st.sampled_from(("123456789", "777777777")))
)
def test_the_set_of_dummy_keys_holds_what_the_rule_says_near_dummies_too(body: str) -> None:
    number = gtin.with_check_digit(body)
    assert gtin.is_dummy_key(number.zfill(14)) == gtin.is_dummy(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4006381333932",
        " 4006381333931",
        "400638133393",
        "４００６３８１３３３９３１",
        "²006381333931",
        "40_6381333931",
    ],
)
def test_only_a_clean_number_has_a_key(text: str) -> None:
    assert gtin.gtin_key(text) == ""
