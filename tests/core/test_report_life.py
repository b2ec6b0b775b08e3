"""Reports: when one is asked for, looked for, polled, fetched, or left alone."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.clock import seconds_of, text_of
from amzsync.core.model import ReportKind
from amzsync.core.report_life import (
    ALL,
    FBA,
    KINDS,
    STRANDED,
    SUPPRESSED,
    Cancelled,
    Seen,
    Step,
    cancelled_because,
    next_step,
    plans,
    usable,
    wait_before_poll,
)

NOW = "2026-11-23T12:00:00Z"
HOUR = 3600.0
HERE, ELSEWHERE = "ATVPDKIKX0DER", "A1PA6795UKMFR9"


class Row(NamedTuple):
    """A report in the journal."""

    state: str
    asked_at: str
    created_at: str | None = None
    digest: str | None = None


def ago(seconds: float) -> str:
    return text_of(seconds_of(NOW) - seconds)


def row(state: str, age: float, digest: str | None = None) -> Row:
    return Row(state, ago(age), digest=digest)


# -- plans -----------------------------------------------------------------------------------------------


def test_a_store_with_stock_at_amazon_needs_two_reports_more() -> None:
    plain, fba = plans(7200.0, fba=False), plans(7200.0, fba=True)
    assert [plan.type for plan in plain] == [ALL, SUPPRESSED]
    assert [(plan.type, plan.min_age) for plan in fba] == [
        (ALL, 2 * HOUR), (SUPPRESSED, 24 * HOUR), (FBA, 4 * HOUR), (STRANDED, 24 * HOUR),
    ]  # fmt: skip
    assert [plan.type for plan in fba if plan.main] == [ALL]
    assert [plan.kind for plan in fba] == [KINDS[plan.type] for plan in fba]
    assert KINDS[FBA] is ReportKind.FBA


@pytest.mark.parametrize(("wanted", "expected"), [(1800.0, 3600.0), (3600.0, 3600.0), (9e4, 9e4)])
def test_all_listings_are_asked_for_hourly_at_most(wanted: float, expected: float) -> None:
    assert plans(wanted, fba=False)[0].min_age == expected


# -- the next step -----------------------------------------------------------------------------------------

STEPS = [
    ("nothing was ever asked for", [], Step.LOOK),
    ("a run was killed while it asked", [row("asking", 5)], Step.LOOK),
    ("a run was killed long ago", [row("asking", 1e7)], Step.LOOK),
    ("asked for", [row("waiting", 5)], Step.POLL),
    ("asked for just under four hours ago", [row("waiting", 4 * HOUR - 1)], Step.POLL),
    ("given up", [row("waiting", 4 * HOUR)], Step.ASK),
    ("ready", [row("done", 5)], Step.FETCH),
    ("ready just under four hours ago", [row("done", 4 * HOUR - 1)], Step.FETCH),
    ("ready, but not to be fetched", [row("done", 4 * HOUR)], Step.LOOK),
    ("in the archive", [row("done", 5, "d")], Step.REST),
    ("in the archive for long", [row("done", HOUR, "d")], Step.LOOK),
    ("taken", [row("taken", HOUR - 1, "d")], Step.REST),
    ("taken an hour ago", [row("taken", HOUR, "d")], Step.LOOK),
    ("refused by the import", [row("refused", HOUR, "d")], Step.LOOK),
    ("nothing to report", [row("nothing", HOUR - 1)], Step.REST),
    ("nothing to report, an hour ago", [row("nothing", HOUR)], Step.LOOK),
    ("lost", [row("lost", 5)], Step.LOOK),
    ("lost after one was taken", [row("lost", 5), row("taken", 10)], Step.REST),
    ("failed once", [row("fatal", HOUR - 1), row("taken", 9 * HOUR)], Step.REST),
    ("failed once, an hour ago", [row("fatal", HOUR), row("taken", 9 * HOUR)], Step.LOOK),
    ("failed twice", [row("cancelled", 2 * HOUR - 1), row("fatal", 4 * HOUR)], Step.REST),
    ("failed twice, two hours ago", [row("cancelled", 2 * HOUR), row("fatal", 4 * HOUR)],
     Step.LOOK),
    ("failed thrice", [row("fatal", 4 * HOUR - 1), row("lost", 5 * HOUR), row("fatal", 8 * HOUR),
     row("fatal", 9 * HOUR)], Step.REST),
    ("failed thrice, four hours ago", [row("fatal", 4 * HOUR)] * 3, Step.LOOK),
    ("always failing", [row("fatal", 24 * HOUR - 1)] * 8, Step.REST),
    ("always failing, a day ago", [row("fatal", 24 * HOUR)] * 8, Step.LOOK),
    ("by a clock that was an hour fast", [row("taken", -5)], Step.REST),
    ("by a clock that was a year fast", [row("taken", -1e7)], Step.LOOK),
    ("waiting by a clock that was a year fast", [row("waiting", -1e7)], Step.ASK),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"), [case[1:] for case in STEPS], ids=[case[0] for case in STEPS]
)
def test_the_newest_row_tells_the_next_step(rows: list[Row], expected: Step) -> None:
    assert next_step(rows, NOW, HOUR) is expected


def test_a_report_is_as_old_as_our_own_clock_says_whatever_amazons_does() -> None:
    found = Row("taken", ago(5), created_at=ago(9 * HOUR), digest="d")
    assert next_step([found], NOW, HOUR) is Step.REST


def test_failures_never_shorten_the_rest() -> None:
    failing = [row("fatal", 30 * HOUR)] * 8
    assert next_step(failing, NOW, 48 * HOUR) is Step.REST


@given(
    st.lists(
        st.builds(
            row,
            st.sampled_from(["taken", "refused", "cancelled", "nothing", "fatal", "lost"]),
            st.floats(0, 1e6),
        ),
        max_size=8,
    ),
    st.sampled_from([HOUR, 4 * HOUR, 24 * HOUR]),
)
def test_a_report_is_never_asked_for_again_before_its_time(rows: list[Row], min_age: float) -> None:
    step = next_step(rows, NOW, min_age)
    assert step in {Step.LOOK, Step.REST}
    settled = [one for one in rows if one.state != "lost"]
    if settled and seconds_of(NOW) - seconds_of(settled[0].asked_at) < min_age:
        assert step is Step.REST
    if not settled or seconds_of(NOW) - seconds_of(settled[0].asked_at) >= 24 * HOUR:
        assert step is Step.LOOK


# -- what others have asked for ------------------------------------------------------------------------------


def seen(name: str, status: str, age: float, type_: str = ALL, market: str = HERE) -> Seen:
    return Seen(name, type_, (market,), status, ago(age))


USABLE = [
    ("none", [], None),
    ("a good one", [seen("a", "DONE", 60)], "a"),
    ("the newest good one", [seen("a", "DONE", 60), seen("b", "DONE", 30)], "b"),
    ("a good one before one under way", [seen("a", "DONE", 60), seen("b", "IN_QUEUE", 30)], "a"),
    ("one under way", [seen("a", "IN_QUEUE", 60), seen("b", "IN_PROGRESS", 90)], "a"),
    ("one under way rather than an old one",
     [seen("a", "DONE", HOUR), seen("b", "IN_PROGRESS", 2 * HOUR)], "b"),
    ("an old one", [seen("a", "DONE", HOUR)], None),
    ("one under way for ever", [seen("a", "IN_QUEUE", 4 * HOUR)], None),
    ("failed ones", [seen("a", "FATAL", 60), seen("b", "CANCELLED", 60)], None),
    ("another type", [seen("a", "DONE", 60, FBA)], None),
    ("another marketplace", [seen("a", "DONE", 60, market=ELSEWHERE)], None),
    ("several marketplaces", [Seen("a", ALL, (HERE, ELSEWHERE), "DONE", ago(60))], None),
    ("no marketplace told", [Seen("a", ALL, (), "DONE", ago(60))], None),
    ("one that is known", [seen("known", "DONE", 60)], None),
    ("one a little in the future", [seen("a", "DONE", -60)], "a"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reports", "expected"), [case[1:] for case in USABLE], ids=[case[0] for case in USABLE]
)
def test_a_report_that_somebody_has_asked_for_is_used(
    reports: list[Seen], expected: str | None
) -> None:
    for order in (reports, reports[::-1]):
        found = usable(order, ALL, HERE, NOW, HOUR, {"known"})
        assert (found and found.report_id) == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], Cancelled.NO_DATA),
        ([("DONE", ago(60))], Cancelled.TOO_OFTEN),
        ([("IN_PROGRESS", ago(60))], Cancelled.TOO_OFTEN),
        ([("CANCELLED", ago(60)), ("FATAL", ago(60))], Cancelled.NO_DATA),
        ([("DONE", ago(HOUR))], Cancelled.NO_DATA),
        ([("DONE", ago(-60))], Cancelled.NO_DATA),
        ([("DONE", ago(HOUR)), ("DONE", ago(HOUR - 1))], Cancelled.TOO_OFTEN),
    ],
)
def test_a_good_report_shortly_before_tells_why_one_was_cancelled(
    others: list[tuple[str, str]], expected: Cancelled
) -> None:
    assert cancelled_because(NOW, others, HOUR) is expected


@pytest.mark.parametrize(
    ("asked", "checked", "expected"),
    [
        (0, None, 5.0),
        (3, None, 2.0),
        (15, None, 0.0),
        (100, 100, 0.0),
        (40, 0, 5.0),
        (60, 0, 6.0),
        (60, 2, 3.8),
        (900, 0, 60.0),
        (900, 300, 0.0),
        (-1000, None, 5.0),
    ],
)
def test_polls_come_ever_more_slowly(asked: float, checked: float | None, expected: float) -> None:
    at = None if checked is None else ago(checked)
    assert wait_before_poll(ago(asked), at, NOW) == pytest.approx(expected)
