"""What several reports say of one listing: one row, whatever their order, and the way back."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.evidence import (
    Merged,
    Side,
    Told,
    base_among,
    is_denial,
    merge,
    sources_of,
    unfilled,
)
from amzsync.core.model import ANSWERS, Fulfillment, ListingRow, ListingStatus, ReportKind

ALL, FBA, OPEN = ReportKind.ALL, ReportKind.FBA, ReportKind.OPEN
ANSWER, FBA_ANSWER = ReportKind.ANSWER, ReportKind.FBA_ANSWER
ON, OFF = ListingStatus.ACTIVE.value, ListingStatus.INACTIVE.value
AMAZON, MERCHANT = Fulfillment.AMAZON.value, Fulfillment.MERCHANT.value
EARLY, NOON, LATE = "2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"
SKU = "TEA-1"
BASE = ListingRow(SKU, "B0TESTTEA1", "Tea", price_minor=1999, fulfillment=AMAZON, status=ON)


def side(kind: ReportKind, at: str = "", **told: Any) -> Side:
    return Side(kind, ListingRow(SKU, **told), at)


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


# -- answers -------------------------------------------------------------------------------------------


def both(base: ListingRow | None, *sides: Side, **told: Any) -> Merged:
    """Merge with an all-listings report of noon, in any order of the sides."""
    found = {
        merge(base, order, has_all=True, base_at=NOON, **told) for order in permutations(sides)
    }
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("at", [NOON, LATE])
def test_a_later_answer_overrides_what_it_tells_and_nothing_else(at: str) -> None:
    found = both(BASE, side(ANSWER, at, price_minor=0, status=OFF, reason="blocked"))
    row = BASE._replace(price_minor=0, status=OFF, reason="blocked")
    assert found == Merged(row, ALL, 0)


def test_an_earlier_answer_only_fills_what_is_open() -> None:
    found = both(BASE, side(ANSWER, EARLY, price_minor=1, status=OFF, opened_at=EARLY))
    assert found.row == BASE._replace(opened_at=EARLY)
    assert unfilled(found.row, found.filled) == BASE


def test_the_later_of_a_report_and_an_answer_fills() -> None:
    for at, expected in ((EARLY, 7), (NOON, 3), (LATE, 3)):
        sides = [side(FBA, NOON, quantity=7), side(FBA_ANSWER, at, quantity=3)]
        assert both(BASE, *sides).row.quantity == expected
    assert both(BASE, side(FBA, quantity=7), side(FBA_ANSWER, EARLY, quantity=3)).row.quantity == 3


def test_of_two_answers_the_later_one_counts() -> None:
    for early, late in ((ANSWER, FBA_ANSWER), (FBA_ANSWER, ANSWER)):
        sides = [side(early, NOON, quantity=1), side(late, LATE, quantity=2)]
        assert both(BASE, *sides).row.quantity == 2


REASONS_IN_TIME = [
    ("a later answer has none", ON, [side(ReportKind.SUPPRESSED, EARLY, reason="old"),
     side(ANSWER, NOON, status=ON)], None),
    ("a later answer has another", OFF, [side(ReportKind.SUPPRESSED, EARLY, reason="old"),
     side(ANSWER, LATE, status=OFF, reason="new")], "new"),
    ("of the same moment", OFF, [side(ReportKind.SUPPRESSED, LATE, reason="report"),
     side(ANSWER, LATE, status=OFF, reason="answer")], "answer"),
    ("a later report says it otherwise", OFF, [side(ReportKind.SUPPRESSED, LATE, reason="report"),
     side(ANSWER, NOON, status=OFF, reason="answer")], "answer"),
    ("a later report has the first one", OFF, [side(ReportKind.SUPPRESSED, LATE, reason="new"),
     side(ANSWER, NOON, status=OFF)], "new"),
    ("of stranded stock no answer tells", OFF, [side(ReportKind.STRANDED, EARLY, reason="stranded"),
     side(ANSWER, NOON, status=OFF)], "stranded"),
    ("stranded stock of a listing that sells", OFF, [side(ReportKind.STRANDED, EARLY, reason="old"),
     side(ANSWER, NOON, status=ON)], None),
    ("a later report has none", OFF, [side(ReportKind.SUPPRESSED, LATE),
     side(ANSWER, NOON, status=OFF, reason="old")], "old"),
    ("the listing sells since", ON, [side(ANSWER, EARLY, status=OFF, reason="old")], None),
    ("the listing still does not sell", OFF, [side(ANSWER, EARLY, status=OFF, reason="old")],
     "old"),
    ("it sold then, too", ON, [side(ANSWER, EARLY, status=ON, reason="hidden")], "hidden"),
    ("a reason without a status", ON, [side(ANSWER, NOON, reason="hidden")], "hidden"),
    ("nobody knows a status", None, [side(ANSWER, EARLY, reason="hidden")], "hidden"),
    ("stock gives no reason", OFF, [side(ReportKind.STRANDED, EARLY, reason="stranded"),
     side(FBA_ANSWER, LATE, quantity=1, reason="?")], "stranded"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "sides", "expected"),
    [case[1:] for case in REASONS_IN_TIME],
    ids=[case[0] for case in REASONS_IN_TIME],
)
def test_the_reason_is_of_the_answer_or_of_a_later_report(
    status: str | None, sides: list[Side], expected: str | None
) -> None:
    assert both(BASE._replace(status=status), *sides).row.reason == expected


def test_a_listing_that_a_later_answer_tells_of_is_described_by_it() -> None:
    answer = side(ANSWER, NOON, title="Tea", status=ON)
    found = both(None, answer, side(FBA, EARLY, quantity=7))
    assert (found.base, found.row) == (ANSWER, ListingRow(SKU, title="Tea", quantity=7, status=ON))
    assert both(None, side(ANSWER, NOON, title="Tea")).row.status is None
    alone = merge(None, [answer], has_all=False)
    assert alone == Merged(answer.row, ANSWER, 0)


def test_a_listing_that_a_later_report_lacks_is_no_longer_live() -> None:
    answer = side(ANSWER, EARLY, title="Tea", status=ON, reason="hidden")
    words = "Not in the all-listings report, only in: listing-answer."
    expected = ListingRow(SKU, title="Tea", status=OFF, reason=words)
    assert both(None, answer).row == expected
    stranded = side(ReportKind.STRANDED, EARLY, reason="stranded")
    assert both(None, answer, stranded).row.reason == "stranded"
    suppressed = side(ReportKind.SUPPRESSED, NOON, reason="no image")
    assert both(None, answer, suppressed).row == expected._replace(reason="no image")
    blocked = side(ANSWER, EARLY, status=OFF, reason="blocked")
    assert both(None, blocked).row == ListingRow(SKU, status=OFF, reason="blocked")
    # Where the caller says that it is missing, that is enough.
    assert both(None, answer, missing=True).row == answer.row


def test_stock_alone_does_not_make_a_listing_live() -> None:
    found = both(None, side(FBA_ANSWER, LATE, fulfillment=AMAZON, quantity=7))
    words = "Not in the all-listings report, only in: fba-answer."
    assert found.row == ListingRow(SKU, fulfillment=AMAZON, quantity=7, status=OFF, reason=words)


def test_that_amazon_has_no_such_listing_overrides_nothing() -> None:
    denial = side(ANSWER, LATE)
    assert is_denial(denial)
    assert not is_denial(side(ANSWER, LATE, quantity=0))
    assert not is_denial(side(FBA, LATE))
    assert both(BASE, denial) == Merged(BASE, ALL, 0)
    suppressed = side(ReportKind.SUPPRESSED, EARLY, reason="no image")
    assert both(BASE, denial, suppressed).row.reason == "no image"
    words = "Not in the all-listings report, only in: suppressed-listings."
    quiet = side(ReportKind.SUPPRESSED, EARLY)
    assert both(None, denial, quiet).row == ListingRow(SKU, status=OFF, reason=words)
    gone = ListingRow(
        SKU, status=OFF, reason=f"Asked directly on {LATE}, Amazon has no such listing."
    )
    assert both(None, denial).row == gone
    assert merge(None, [denial], has_all=False).row == gone


CHANNELS = [
    ("stock of a merchant's listing is not the warehouse's", MERCHANT, 5,
     [side(FBA_ANSWER, LATE, fulfillment=AMAZON, quantity=0)], (MERCHANT, 5)),
    ("not even where it is not told", MERCHANT, None,
     [side(FBA_ANSWER, LATE, fulfillment=AMAZON, quantity=9)], (MERCHANT, None)),
    ("stock of Amazon's is", AMAZON, None,
     [side(FBA_ANSWER, LATE, fulfillment=AMAZON, quantity=9)], (AMAZON, 9)),
    ("a merchant's stock is not that of what Amazon ships by now", MERCHANT, 5,
     [side(ANSWER, LATE, fulfillment=AMAZON)], (AMAZON, None)),
    ("but the warehouse's is", MERCHANT, 5, [side(ANSWER, LATE, fulfillment=AMAZON),
     side(FBA, EARLY, fulfillment=AMAZON, quantity=9)], (AMAZON, 9)),
    ("the warehouse's is not that of what a merchant ships by now", AMAZON, None,
     [side(ANSWER, LATE, fulfillment=MERCHANT), side(FBA, LATE, fulfillment=AMAZON, quantity=9),
      side(FBA_ANSWER, LATE, fulfillment=AMAZON, quantity=8)], (MERCHANT, None)),
    ("an old answer of another channel", AMAZON, None,
     [side(ANSWER, EARLY, fulfillment=MERCHANT, quantity=5)], (AMAZON, None)),
    ("no channel but that of the stock", None, None,
     [side(FBA_ANSWER, EARLY, fulfillment=AMAZON, quantity=9)], (AMAZON, 9)),
    ("no channel at all", None, None, [side(FBA_ANSWER, EARLY, quantity=9)], (None, 9)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "quantity", "sides", "expected"),
    [case[1:] for case in CHANNELS],
    ids=[case[0] for case in CHANNELS],
)
def test_a_quantity_is_that_of_the_channel_in_force(
    channel: str | None,
    quantity: int | None,
    sides: list[Side],
    expected: tuple[str | None, int | None],
) -> None:
    row = both(BASE._replace(fulfillment=channel, quantity=quantity), *sides).row
    assert (row.fulfillment, row.quantity) == expected


def test_the_base_is_kept_among_the_sides() -> None:
    answer = side(ANSWER, LATE, price_minor=1)
    assert base_among([answer]) is None
    assert base_among([answer, Side(ALL, BASE)]) == BASE
    other = Side(ALL, BASE._replace(title="Older"))
    assert both(BASE, answer, other) == both(BASE, answer)
    assert both(None, answer, Side(ALL, BASE)) == both(BASE, answer)


def test_each_field_names_its_source() -> None:
    sides = [side(FBA, EARLY, quantity=7), side(ANSWER, LATE, status=OFF, reason="blocked")]
    assert sources_of(BASE, sides, has_all=True, base_at=NOON) == (
        Told("asin", ALL, NOON), Told("title", ALL, NOON), Told("fulfillment", ALL, NOON),
        Told("price_minor", ALL, NOON), Told("quantity", FBA, EARLY), Told("status", ANSWER, LATE),
        Told("reason", ANSWER, LATE),
    )  # fmt: skip
    assert sources_of(BASE, [], has_all=True, base_at=NOON)[0] == Told("asin", ALL, NOON)
    assert sources_of(None, [], has_all=True) == ()


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
kinds = [kind for kind in ReportKind if kind is not ALL and kind not in ANSWERS]
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


moments = st.sampled_from(["", EARLY, NOON, LATE])
anything = st.lists(
    st.builds(Side, st.sampled_from(list(ReportKind)), rows, moments),
    unique_by=lambda one: one.kind,
    max_size=5,
)
COUPLED = {"fulfillment", "quantity", "reason", "seller_sku"}
PLAIN = [name for name in ListingRow._fields if name not in COUPLED]


@given(
    st.none() | bases, anything, st.booleans(), st.booleans(), moments,
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_reports_and_answers_does_not_matter(
    base: ListingRow | None,
    sides: list[Side],
    has_all: bool,
    missing: bool,
    base_at: str,
    chance: Random,
) -> None:
    if base is None and not sides:
        return
    shuffled = sides.copy()
    chance.shuffle(shuffled)
    told: dict[str, Any] = {"has_all": has_all, "missing": missing, "base_at": base_at}
    assert merge(base, shuffled, **told) == merge(base, sides, **told)
    assert sources_of(base, shuffled, **told) == sources_of(base, sides, **told)


@given(bases, anything, moments)
def test_the_newest_value_of_base_and_answers_counts(
    base: ListingRow, sides: list[Side], base_at: str
) -> None:
    found = merge(base, sides, has_all=True, base_at=base_at).row
    said = [Side(ALL, base, base_at)]
    said += sorted((one for one in sides if one.kind in ANSWERS), key=lambda one: one.kind)
    for name in PLAIN:
        told = [one for one in said if getattr(one.row, name) is not None]
        if getattr(base, name) is not None and told:
            newest = max(one.at for one in told)
            values = {getattr(one.row, name) for one in told if one.at == newest}
            assert getattr(found, name) in values
            answered = {
                getattr(one.row, name) for one in told if one.at == newest and one.kind is not ALL
            }
            assert not answered or getattr(found, name) in answered


@given(bases, anything, moments)
def test_a_report_never_overwrites_a_later_answer(
    base: ListingRow, sides: list[Side], base_at: str
) -> None:
    answers = [one for one in sides if one.kind in ANSWERS]
    if any(one.at < max([base_at, *(each.at for each in sides)]) for one in answers):
        return
    found = merge(base, sides, has_all=True, base_at=base_at).row._asdict()
    for name in PLAIN:
        told = {getattr(one.row, name) for one in answers} - {None}
        assert not told or found[name] in told


@given(bases, anything, moments, st.booleans())
def test_filling_never_removes(
    base: ListingRow, sides: list[Side], base_at: str, missing: bool
) -> None:
    found = merge(base, sides, has_all=True, missing=missing, base_at=base_at).row
    for name in ("fulfillment", *PLAIN):
        assert getattr(base, name) is None or getattr(found, name) is not None


@given(st.none() | bases, anything, st.booleans(), moments)
def test_each_value_is_that_of_the_source_that_is_named(
    base: ListingRow | None, sides: list[Side], missing: bool, base_at: str
) -> None:
    if base is None and not sides:
        return
    told: dict[str, Any] = {"has_all": False, "missing": missing, "base_at": base_at}
    found = merge(base, sides, **told).row
    rows_of = {one.kind: one.row for one in sides} | ({ALL: base} if base else {})
    named = {one.name: one.kind for one in sources_of(base, sides, **told)}
    for name in ListingRow._fields[1:]:
        if name in named:
            assert getattr(rows_of[named[name]], name) == getattr(found, name)
        elif name not in {"status", "reason"}:
            assert getattr(found, name) is None
