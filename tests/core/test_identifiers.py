"""Identifiers: what each kind of cell is worth, and the laws of their comparable form."""

from __future__ import annotations

import random
from typing import cast

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum import isbn

from amzsync.core.gtin import with_check_digit
from amzsync.core.identifiers import (
    Identifier,
    Kind,
    Verdict,
    asin_keys,
    explain,
    fold_sku,
    keys,
    parse,
    parse_unknown,
)

ASIN, UPC, EAN, ISBN, GCID = Kind.ASIN, Kind.UPC, Kind.EAN, Kind.ISBN, Kind.GCID
GTIN_KINDS = (UPC, EAN, ISBN)
HAVE_A_KEY = (Verdict.VALID, Verdict.REPAIRED)


def digits(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


# Numbers of articles: 952 is the prefix that GS1 keeps for examples.
eans = digits(9).map(lambda body: with_check_digit(f"952{body}"))
upcs = digits(9).map(lambda body: with_check_digit(f"81{body}"))
eight_digit_eans = digits(5).map(lambda body: with_check_digit(f"40{body}"))
packs = digits(10).map(lambda body: with_check_digit(f"194{body}"))
isbns = st.builds(
    lambda prefix, body: with_check_digit(prefix + body), st.sampled_from(("978", "979")), digits(9)
)
articles = eans | upcs | eight_digit_eans | packs | isbns
asins = st.from_regex(r"B0[0-9A-Z]{8}", fullmatch=True)
gcids = st.from_regex(r"[0-9A-F]{15}[0-9]", fullmatch=True)
kinds = st.sampled_from(Kind)

# Text that comes near to being an identifier, which pure chance would not produce.
near_misses = st.lists(
    st.sampled_from(
        [
            *"0123456789X-;|,/ \n=\"'.E+",
            "EAN",
            "UPC:",
            "ISBN-13",
            "\u00a0",
            "\u200b",
            "n/a",
            "B0",
            "978",
            "４",
        ]
    )
    | articles
    | asins,
    max_size=8,
).map("".join)
any_text = st.text() | near_misses


def only(found: tuple[Identifier, ...]) -> Identifier:
    assert len(found) == 1, found
    return found[0]


def usable(kind: Kind, number: str) -> bool:
    """Tell whether chance has not made the number a dummy."""
    return only(parse(kind, number)).verdict is Verdict.VALID


VALID_CELLS = [
    (UPC, "036000291452", "00036000291452"),
    (UPC, "012345678905", "00012345678905"),
    (UPC, "0012345678905", "00012345678905"),
    (UPC, "4006381333931", "04006381333931"),
    (UPC, "04252614", "00042100005264"),  # UPC-E
    (UPC, "18670937", "00186700000097"),  # UPC-E of number system 1
    (UPC, "96385074", "00000096385074"),  # GTIN-8
    (UPC, "9780306406157", "09780306406157"),
    (EAN, "4006381333931", "04006381333931"),
    (EAN, "96385074", "00000096385074"),
    (EAN, "0000096385074", "00000096385074"),
    (EAN, "036000291452", "00036000291452"),
    (EAN, "0036000291452", "00036000291452"),
    (EAN, "04006381333931", "04006381333931"),
    (EAN, "10614141000415", "10614141000415"),  # a pack keeps its own key
    (EAN, "9771234567898", "09771234567898"),  # ISSN
    (ISBN, "9780306406157", "09780306406157"),
    (ISBN, "978-0-306-40615-7", "09780306406157"),
    (ISBN, "978 0 306 40615 7", "09780306406157"),
    (ISBN, "09780306406157", "09780306406157"),
    (ISBN, "0306406152", "09780306406157"),
    (ISBN, "0-306-40615-2", "09780306406157"),
    (ISBN, "080442957X", "09780804429573"),
    (ISBN, "0-8044-2957-x", "09780804429573"),
    (ISBN, "ISBN-10: 0306406152", "09780306406157"),
    (ISBN, "9791034304882", "09791034304882"),
    (ISBN, "9790260000438", "09790260000438"),  # ISMN
    (ASIN, "B07RFSSYBH", "B07RFSSYBH"),
    (ASIN, " b07rfssybh\u00a0", "B07RFSSYBH"),
    (ASIN, "ASIN: B07RFSSYBH", "B07RFSSYBH"),
    (ASIN, "0735211299", "0735211299"),
    (ASIN, "080442957x", "080442957X"),
    (ASIN, "0-7352-1129-9", "0735211299"),
    (GCID, "91AF2D3E4B5C6A7D", "91AF2D3E4B5C6A7D"),
    (GCID, "91af2d3e4b5c6a7d", "91AF2D3E4B5C6A7D"),
    (GCID, "91234567812345E7", "91234567812345E7"),  # looks like a spreadsheet's number
]

REPAIRED_CELLS = [
    (UPC, "36000291452", "00036000291452"),
    (EAN, "36000291452", "00036000291452"),
    (UPC, "36000291452.0", "00036000291452"),
    (UPC, "UPC: 36000 29145 2", "00036000291452"),
    (UPC, "8226238832", "00008226238832"),
    (UPC, "518531324", "00000518531324"),
    (UPC, "4252614", "00042100005264"),  # UPC-E without its zero
    (EAN, "0306406152", "09780306406157"),  # an ISBN-10 where none was promised
    (EAN, "080442957X", "09780804429573"),
    (EAN, "306406152", "09780306406157"),
    (ISBN, "306406152", "09780306406157"),
    (ISBN, "80442957X", "09780804429573"),
    (ISBN, "7149530", "09780007149537"),
    (ASIN, "735211299", "0735211299"),
    (ASIN, "7149530", "0007149530"),
]

FAILED_CELLS = [
    *((kind, "", Verdict.MISSING) for kind in Kind),
    *((kind, " \u00a0\t\u200b", Verdict.MISSING) for kind in Kind),
    *((kind, "N/A", Verdict.PLACEHOLDER) for kind in Kind),
    *((kind, "Does not apply", Verdict.PLACEHOLDER) for kind in Kind),
    *((kind, "0", Verdict.PLACEHOLDER) for kind in Kind),
    *((kind, "0000000000000", Verdict.PLACEHOLDER) for kind in Kind),
    *((kind, "1234567890", Verdict.PLACEHOLDER) for kind in Kind),
    *((kind, "7.12E+11", Verdict.SPREADSHEET) for kind in Kind),
    *((kind, "9,78E+12", Verdict.SPREADSHEET) for kind in Kind),
    *((kind, "red", Verdict.SHAPE) for kind in Kind),
    *((kind, "9520000000004 " * 100, Verdict.SHAPE) for kind in Kind),  # a text, not a list
    (EAN, "11111111", Verdict.PLACEHOLDER),
    (EAN, "00000000", Verdict.PLACEHOLDER),
    (EAN, "123456789012", Verdict.PLACEHOLDER),
    (EAN, "1234567890128", Verdict.PLACEHOLDER),
    (EAN, "9781234567897", Verdict.PLACEHOLDER),
    (ISBN, "123456789X", Verdict.PLACEHOLDER),
    (ISBN, "9781234567897", Verdict.PLACEHOLDER),
    (ISBN, "2345678909", Verdict.PLACEHOLDER),  # 9782345678908 in its old form
    (GCID, "0000000000000000", Verdict.PLACEHOLDER),
    (ASIN, "B000000000", Verdict.PLACEHOLDER),
    (ASIN, "B0XXXXXXXX", Verdict.PLACEHOLDER),
    (ASIN, "b0xxxxxxxx", Verdict.PLACEHOLDER),
    (ASIN, "B123456789", Verdict.PLACEHOLDER),
    (ASIN, "123456789X", Verdict.PLACEHOLDER),
    (EAN, "4006381333932", Verdict.CHECK_DIGIT),
    (EAN, "96385075", Verdict.CHECK_DIGIT),
    (UPC, "036000291453", Verdict.CHECK_DIGIT),
    (UPC, "04252615", Verdict.CHECK_DIGIT),
    (UPC, "10614141000416", Verdict.CHECK_DIGIT),
    (ISBN, "9780306406158", Verdict.CHECK_DIGIT),
    (ISBN, "0306406153", Verdict.CHECK_DIGIT),
    (EAN, "2001234567893", Verdict.RESTRICTED),
    (EAN, "2991234567897", Verdict.RESTRICTED),
    (UPC, "212345678909", Verdict.RESTRICTED),
    (UPC, "412345678903", Verdict.RESTRICTED),
    (UPC, "0412345678903", Verdict.RESTRICTED),
    (UPC, "512345678900", Verdict.RESTRICTED),
    (EAN, "9811234567891", Verdict.RESTRICTED),
    (EAN, "9901234567899", Verdict.RESTRICTED),
    (EAN, "20123451", Verdict.RESTRICTED),
    (EAN, "01234565", Verdict.RESTRICTED),
    (EAN, "12001234567890", Verdict.RESTRICTED),  # a pack of such a number
    (EAN, "400638133393", Verdict.CHECK_DIGIT),
    (EAN, "40063813339311", Verdict.CHECK_DIGIT),
    (EAN, "400638133393111", Verdict.SHAPE),
    (EAN, "12", Verdict.SHAPE),
    (EAN, "4252614", Verdict.SHAPE),  # no GTIN-8 begins with 0, and UPC-E is for UPC attributes
    (UPC, "425261", Verdict.SHAPE),  # UPC-E without anything that proves it
    (UPC, "4252615", Verdict.SHAPE),
    (EAN, "4252610", Verdict.SHAPE),  # though it fits
    (UPC, "06000291455", Verdict.SHAPE),  # a zero is left, so none was lost
    (UPC, "36000291453", Verdict.SHAPE),
    (UPC, "36000X29145", Verdict.SHAPE),
    (UPC, "0360002914X", Verdict.SHAPE),
    (UPC, "03600029145X", Verdict.SHAPE),
    (UPC, "425261X", Verdict.SHAPE),
    (UPC, "0425261X", Verdict.SHAPE),
    (UPC, "4006381.333931", Verdict.SHAPE),
    (UPC, "B07RFSSYBH", Verdict.SHAPE),
    (EAN, "B07RFSSYBH", Verdict.SHAPE),
    (ISBN, "B07RFSSYBH", Verdict.SHAPE),
    (ISBN, "4006381333931", Verdict.SHAPE),
    (ISBN, "9771234567898", Verdict.SHAPE),
    (ISBN, "978030640615X", Verdict.SHAPE),
    (ISBN, "10614141000415", Verdict.SHAPE),
    (ISBN, "306406153", Verdict.SHAPE),
    (ISBN, "030640615", Verdict.SHAPE),  # the check digit is lost, not a zero
    (ISBN, "036000291452", Verdict.SHAPE),
    (ISBN, "30640", Verdict.SHAPE),
    (ISBN, "071495312", Verdict.SHAPE),  # fits with one more zero, but a zero is left
    (ASIN, "071495312", Verdict.SHAPE),
    (ASIN, "B07RFSSYB", Verdict.SHAPE),
    (ASIN, "B07RFSSYBH1", Verdict.SHAPE),
    (ASIN, "A07RFSSYBH", Verdict.SHAPE),
    (ASIN, "B07 RFSSYBH", Verdict.SHAPE),
    (ASIN, "B07RFSSYBÄ", Verdict.SHAPE),
    (ASIN, "basketball", Verdict.SHAPE),
    (ASIN, "4006381333931", Verdict.SHAPE),
    (ASIN, "735211298", Verdict.SHAPE),
    (ASIN, "073521129", Verdict.SHAPE),
    (ASIN, "https://www.amazon.example/dp/B07RFSSYBH", Verdict.SHAPE),
    (GCID, "91AF2D3E4B5C6A7", Verdict.SHAPE),
    (GCID, "91AF2D3E4B5C6A7DD", Verdict.SHAPE),
    (GCID, "THISISNOIDENTITY", Verdict.SHAPE),
    (EAN, "9675795549", Verdict.AMBIGUOUS_REPAIR),  # ISBN-10, or UPC without two zeros
    (EAN, "155841718", Verdict.AMBIGUOUS_REPAIR),
    (UPC, "18588088", Verdict.AMBIGUOUS_REPAIR),  # UPC-E, or GTIN-8
]


@pytest.mark.parametrize(("kind", "cell", "key"), VALID_CELLS, ids=ascii)
def test_a_valid_value_has_its_comparable_form(kind: Kind, cell: str, key: str) -> None:
    assert parse(kind, cell) == (Identifier(kind, key, Verdict.VALID, cell),)
    assert keys(kind, cell) == ((key, False),)


@pytest.mark.parametrize(("kind", "cell", "key"), REPAIRED_CELLS, ids=ascii)
def test_a_repaired_value_is_weaker_evidence(kind: Kind, cell: str, key: str) -> None:
    assert parse(kind, cell) == (Identifier(kind, key, Verdict.REPAIRED, cell),)
    assert keys(kind, cell) == ((key, True),)


@pytest.mark.parametrize(("kind", "cell", "verdict"), FAILED_CELLS, ids=ascii)
def test_any_other_value_has_a_verdict_and_no_key(kind: Kind, cell: str, verdict: Verdict) -> None:
    assert parse(kind, cell) == (Identifier(kind, "", verdict, cell),)
    assert keys(kind, cell) == ()


def test_a_kind_or_verdict_that_nobody_thought_of_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        parse(cast("Kind", "mpn"), "red")
    with pytest.raises(AssertionError):
        explain(Identifier(EAN, "", cast("Verdict", "perhaps"), "red"))


def test_every_verdict_has_a_case() -> None:
    assert {verdict for _, _, verdict in FAILED_CELLS} | set(HAVE_A_KEY) == set(Verdict)


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        (
            EAN,
            "4006381333931; 4006381333932; n/a",
            [
                ("04006381333931", Verdict.VALID, "4006381333931"),
                ("", Verdict.CHECK_DIGIT, "4006381333932"),
                ("", Verdict.PLACEHOLDER, "n/a"),
            ],
        ),
        (
            EAN,
            "EAN: 4006381333931 UPC: 036000291452",
            [
                ("04006381333931", Verdict.VALID, "4006381333931"),
                ("00036000291452", Verdict.VALID, "036000291452"),
            ],
        ),
        (
            UPC,
            "036000291452 0036000291452",
            [("00036000291452", Verdict.VALID, "036000291452")],
        ),
        (
            UPC,
            "36000291452, 036000291452",
            [("00036000291452", Verdict.VALID, "036000291452")],
        ),
        (
            UPC,
            "036000291452, 36000291452",
            [("00036000291452", Verdict.VALID, "036000291452")],
        ),
        (
            UPC,
            "36000291452|36000291452",
            [("00036000291452", Verdict.REPAIRED, "36000291452")],
        ),
        (
            ASIN,
            "B07RFSSYBH/b000052xhi",
            [
                ("B07RFSSYBH", Verdict.VALID, "B07RFSSYBH"),
                ("B000052XHI", Verdict.VALID, "b000052xhi"),
            ],
        ),
        (
            ISBN,
            "ISBN-10: 0-306-40615-2 ISBN-13: 978-3-16-148410-0",
            [
                ("09780306406157", Verdict.VALID, "0-306-40615-2"),
                ("09783161484100", Verdict.VALID, "978-3-16-148410-0"),
            ],
        ),
    ],
    ids=lambda value: ascii(value) if isinstance(value, str) else "",
)
def test_several_values_in_one_cell_give_several(
    kind: Kind, cell: str, expected: list[tuple[str, Verdict, str]]
) -> None:
    assert parse(kind, cell) == tuple(Identifier(kind, *finding) for finding in expected)


@pytest.mark.parametrize(
    ("product_id", "expected"),
    [
        ("B07RFSSYBH", [(ASIN, "B07RFSSYBH", Verdict.VALID)]),
        (
            "1847941842",
            [(ASIN, "1847941842", Verdict.VALID), (ISBN, "09781847941848", Verdict.VALID)],
        ),
        (
            "0735211299",
            [(ASIN, "0735211299", Verdict.VALID), (ISBN, "09780735211292", Verdict.VALID)],
        ),
        ("0735211298", [(ASIN, "0735211298", Verdict.VALID)]),  # an ASIN is told by its shape alone
        ("735211299", [(ISBN, "09780735211292", Verdict.REPAIRED)]),
        ("9780306406157", [(ISBN, "09780306406157", Verdict.VALID)]),
        ("036000291452", [(UPC, "00036000291452", Verdict.VALID)]),
        ("0036000291452", [(UPC, "00036000291452", Verdict.VALID)]),
        ("36000291452", [(UPC, "00036000291452", Verdict.REPAIRED)]),
        ("4006381333931", [(EAN, "04006381333931", Verdict.VALID)]),
        ("96385074", [(EAN, "00000096385074", Verdict.VALID)]),
        ("10614141000415", [(EAN, "10614141000415", Verdict.VALID)]),
        (" b07rfssybh ", [(ASIN, "B07RFSSYBH", Verdict.VALID)]),
        ("B0XXXXXXXX", [(ASIN, "", Verdict.PLACEHOLDER)]),
        ("0000000000", [(EAN, "", Verdict.PLACEHOLDER)]),
        ("4006381333932", [(EAN, "", Verdict.CHECK_DIGIT)]),
        ("2001234567893", [(EAN, "", Verdict.RESTRICTED)]),
        ("4.00638E+12", [(EAN, "", Verdict.SPREADSHEET)]),
        ("SKU-17", [(EAN, "", Verdict.SHAPE)]),
        ("basketball", [(EAN, "", Verdict.SHAPE)]),
        ("x" * 2000, [(EAN, "", Verdict.SHAPE)]),
        ("", [(EAN, "", Verdict.MISSING)]),
    ],
    ids=lambda value: ascii(value)[:30] if isinstance(value, str) else "",
)
def test_a_product_id_is_read_by_itself(
    product_id: str, expected: list[tuple[Kind, str, Verdict]]
) -> None:
    assert parse_unknown(product_id) == tuple(Identifier(*found, product_id) for found in expected)


@pytest.mark.parametrize(
    ("asin", "expected"),
    [
        ("B07RFSSYBH", ("B07RFSSYBH",)),
        (" b07rfssybh ", ("B07RFSSYBH",)),
        ("0735211299", ("0735211299", "09780735211292")),
        ("080442957X", ("080442957X", "09780804429573")),
        ("080442957x", ("080442957X", "09780804429573")),
        ("0735211298", ("0735211298",)),
        ("", ()),
        ("   ", ()),
        ("735211299", ()),
        ("B07RFSSYB", ()),
        ("B000000000", ()),
        ("0000000000", ()),
        ("4006381333931", ()),
    ],
    ids=ascii,
)
def test_a_listings_asin_gives_its_keys(asin: str, expected: tuple[str, ...]) -> None:
    assert asin_keys(asin) == expected


@pytest.mark.parametrize(
    ("sku", "expected"),
    [
        ("AB-1", "AB-1"),
        (" ab-1 ", "AB-1"),
        ("\u00a0ab-1\u00a0", "AB-1"),
        ("ab\u00a01", "AB 1"),
        ("Straße", "STRASSE"),
        ("STRASSE", "STRASSE"),
        ("0012", "0012"),
        ("a  b", "A  B"),
        ("", ""),
    ],
    ids=ascii,
)
def test_skus_are_folded_for_comparison(sku: str, expected: str) -> None:
    assert fold_sku(sku) == expected


@given(st.text())
def test_folding_a_sku_again_changes_nothing(sku: str) -> None:
    assert fold_sku(fold_sku(sku)) == fold_sku(sku)


@pytest.mark.parametrize(
    ("kind", "cell", "words"),
    [
        (EAN, "4006381333931", "is a valid EAN"),
        (EAN, "10614141000415", "GTIN-14 of a pack"),
        (UPC, "36000291452", "only 00036000291452 fits"),
        (ISBN, "", "There is no ISBN"),
        (UPC, "does not apply", "only fills the field"),
        (EAN, "4006381333932", "The check digit does not fit: 4006381333932"),
        (EAN, "2001234567893", "within a store"),
        (UPC, "7.12E+11", "A spreadsheet has destroyed digits of 7.12E+11"),
        (EAN, "9675795549", "two different numbers"),
        (UPC, "B07RFSSYBH", "looks like an ASIN"),
        (ISBN, "4006381333931", "is no ISBN but a GTIN"),
        (ASIN, "4006381333931", "is no ASIN but a GTIN"),
        (EAN, "12", "has 2 characters, which is no EAN"),
        (ASIN, "25X", "has 3 characters, which is no ASIN"),
        (GCID, "12", "is not written like any GCID"),
        (EAN, "red", "is not written like any EAN"),
        (EAN, "red" * 100, "red..."),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_verdict_is_explained_in_a_sentence(kind: Kind, cell: str, words: str) -> None:
    assert words in explain(only(parse(kind, cell)))


@given(kinds, any_text)
def test_every_identifier_can_be_explained_in_one_sentence(kind: Kind, cell: str) -> None:
    for identifier in (*parse(kind, cell), *parse_unknown(cell)):
        text = explain(identifier)
        assert text.endswith(".")
        assert len(text) < 250


@given(kinds, any_text)
@example(UPC, "=\"'")
@example(EAN, "\ud800")
@example(ISBN, "¹²³⁴⁵⁶⁷⁸⁹X")
def test_no_text_is_refused_and_a_key_goes_with_its_verdict(kind: Kind, cell: str) -> None:
    for found in (parse(kind, cell), parse_unknown(cell)):
        assert found
        for identifier in found:
            assert bool(identifier.key) == (identifier.verdict in HAVE_A_KEY)
            assert identifier.is_weak == (identifier.verdict is Verdict.REPAIRED)
    assert all(identifier.kind is kind for identifier in parse(kind, cell))
    asin_keys(cell)


@given(kinds, any_text)
def test_the_length_of_a_key_tells_its_family(kind: Kind, cell: str) -> None:
    length = {ASIN: 10, GCID: 16}
    for identifier in (*parse(kind, cell), *parse_unknown(cell)):
        if identifier.key:
            assert len(identifier.key) == length.get(identifier.kind, 14)


@given(kinds, any_text)
def test_keys_are_those_of_parse(kind: Kind, cell: str) -> None:
    expected = tuple((found.key, found.is_weak) for found in parse(kind, cell) if found.key)
    assert keys(kind, cell) == expected
    assert len({key for key, _ in expected}) == len(expected)


@given(kinds, any_text | articles | asins | gcids | digits(7) | digits(9) | digits(10) | digits(11))
def test_parsing_a_key_gives_the_same_key(kind: Kind, cell: str) -> None:
    for identifier in (*parse(kind, cell), *parse_unknown(cell)):
        if identifier.key:
            again = only(parse(identifier.kind, identifier.key))
            assert (again.key, again.verdict) == (identifier.key, Verdict.VALID)


@given(kinds, articles | asins | gcids | digits(8) | digits(10) | digits(11) | near_misses)
def test_a_clean_value_is_judged_as_it_is_with_blanks_around_it(kind: Kind, value: str) -> None:
    """The quick path and the thorough one agree."""
    assume(not value.endswith(("\n", " ")) and not value.startswith("\n"))
    quick = [found[:3] for found in parse(kind, value)]
    assert [found[:3] for found in parse(kind, f"\u00a0{value}\u200b")] == quick


@given(upcs)
def test_a_upc_is_the_ean_with_a_zero_before_it(upc: str) -> None:
    assert only(parse(UPC, upc)).key == only(parse(EAN, "0" + upc)).key
    assert only(parse(UPC, upc)).key == only(parse(EAN, "00" + upc)).key


@given(digits(9))
@example("080442957")
def test_an_isbn_10_is_its_isbn_13(body: str) -> None:
    thirteen = with_check_digit("978" + body)
    ten = isbn.to_isbn10(thirteen)
    in_both_forms = [only(parse(ISBN, text))[1:3] for text in (ten, thirteen)]
    assert in_both_forms[0] == in_both_forms[1]
    if in_both_forms[1][1] is Verdict.VALID:
        assert asin_keys(ten) == (ten, "0" + thirteen)


@given(st.sampled_from((UPC, EAN)), articles, st.integers(0, 13), st.integers(1, 9))
def test_a_changed_digit_never_leaves_the_key(
    kind: Kind, number: str, place: int, step: int
) -> None:
    place %= len(number)
    changed = f"{number[:place]}{(int(number[place]) + step) % 10}{number[place + 1 :]}"
    found = only(parse(kind, changed))
    assert found.key != number.zfill(14)
    if not (kind is UPC and len(number) == 8):  # which may read as a UPC-E by chance
        assert found.verdict in (Verdict.CHECK_DIGIT, Verdict.PLACEHOLDER)


@given(isbns, st.integers(0, 9), st.integers(1, 9))
def test_a_changed_digit_never_leaves_the_key_of_a_book(number: str, place: int, step: int) -> None:
    assume(number.startswith("978"))
    ten = isbn.to_isbn10(number)
    assume(ten[place] != "X")
    changed = f"{ten[:place]}{(int(ten[place]) + step) % 10}{ten[place + 1 :]}"
    found = only(parse(ISBN, changed))
    assert found.verdict in (Verdict.CHECK_DIGIT, Verdict.PLACEHOLDER)


@given(
    st.sampled_from(GTIN_KINDS),
    articles | digits(9) | digits(10) | digits(11),
    st.randoms(use_true_random=False),
)
def test_spaces_and_hyphens_do_not_change_the_key(
    kind: Kind, number: str, chance: random.Random
) -> None:
    marks = ("", "", "", " ", "-", "\u00a0", "\u2010", "\u2013")
    written = "".join(f"{digit}{chance.choice(marks)}" for digit in number)
    assert [found[1:3] for found in parse(kind, written)] == [
        found[1:3] for found in parse(kind, number)
    ]


@given(
    articles,
    st.sampled_from(("'{}", '="{}"', "{}.0", "EAN: {}", "ean-{}", "\ufeff{}", "{};", "{},00")),
)
def test_traces_of_spreadsheets_and_labels_do_not_change_the_key(number: str, trace: str) -> None:
    assume(usable(EAN, number))
    found = only(parse(EAN, trace.format(number)))
    assert (found.key, found.verdict) == (number.zfill(14), Verdict.VALID)


@given(st.sampled_from((UPC, EAN, ISBN, ASIN)), digits(7) | digits(9) | digits(10) | digits(11))
def test_a_repair_puts_back_zeros_and_nothing_else(kind: Kind, number: str) -> None:
    for found in parse(kind, number):
        if found.is_weak:
            without_zeros = found.key.lstrip("0")
            as_isbn = isbn.to_isbn10(found.key[1:]) if found.key.startswith("0978") else ""
            as_upc_e = kind is UPC and len(number) == 7
            assert without_zeros == number or as_isbn.lstrip("0") == number.lstrip("0") or as_upc_e


@given(upcs)
def test_a_lost_zero_is_put_back_only_as_weaker_evidence(upc: str) -> None:
    upc = with_check_digit("0" + upc[:10])
    assume(upc[1] != "0" and usable(UPC, upc))
    found = only(parse(UPC, upc[1:]))
    assert (found.key, found.verdict) == ("00" + upc, Verdict.REPAIRED)


@given(
    st.lists(eans, min_size=2, max_size=5, unique=True),
    st.sampled_from((";", "|", ", ", "/", "\n", " ")),
)
def test_a_list_of_values_has_the_keys_of_its_values(numbers: list[str], break_: str) -> None:
    expected = [found.key for number in numbers for found in parse(EAN, number)]
    assert [found.key for found in parse(EAN, break_.join(numbers))] == expected
