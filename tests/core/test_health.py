"""What the figures of a check mean: exact at their limits, and never a warning without a next step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core import health
from amzsync.core.health import DAY, HOUR, MINUTE, Level, Verdict
from amzsync.core.rates import Bucket

TODAY = "2026-11-22T06:00:00Z"
OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL


def ago(days: int) -> str:
    return (date(2026, 11, 22) - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("days", "level"),
    [
        pytest.param(-10, WARN, id="still to come"),
        pytest.param(-1, OK, id="tomorrow, where the user is"),
        pytest.param(0, OK, id="today"),
        pytest.param(149, OK, id="149 days"),
        pytest.param(150, WARN, id="150 days"),
        pytest.param(180, WARN, id="180 days: the last one"),
        pytest.param(181, FAIL, id="181 days"),
        pytest.param(400, FAIL, id="400 days"),
    ],
)
def test_a_secret_is_warned_of_in_time(days: int, level: Level) -> None:
    assert health.secret_age(ago(days), TODAY).level is level


@pytest.mark.parametrize(
    ("days", "level"),
    [(-2, WARN), (-1, OK), (0, OK), (329, OK), (330, WARN), (365, WARN), (366, FAIL)],
)
def test_an_authorisation_is_warned_of_in_time(days: int, level: Level) -> None:
    assert health.authorization_age(ago(days), TODAY).level is level


def test_days_that_are_not_noted_are_asked_for() -> None:
    assert health.secret_age(None, TODAY).next_step.startswith("Note the day as secret_issued")
    assert health.authorization_age(None, TODAY).next_step.startswith("Note the day as authorized")


def test_a_secret_tells_how_long_it_lasts() -> None:
    assert [health.secret_age(ago(days), TODAY).message for days in (1, 179, 200)] == [
        "The secret was issued 1 day ago and ends in 179 days.",
        "The secret was issued 179 days ago and ends in 1 day.",
        "The secret was issued 200 days ago; it ends after 180.",
    ]


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [
        (0, OK, "agrees"),
        (60, OK, "agrees"),
        (-60, OK, "agrees"),
        (61, WARN, "61 s slow."),
        (-61, WARN, "61 s fast."),
        (300, WARN, "5 min slow."),
        (301, FAIL, "5 min slow; Amazon refuses"),
        (-90_000, FAIL, "25 h fast; Amazon refuses"),
    ],
)
def test_a_clock_may_be_off_by_a_minute(seconds: float, level: Level, words: str) -> None:
    found = health.clock_skew(seconds)

    assert (found.level, words in found.message) == (level, True)


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (None, WARN), (-5.0, OK), (0.0, OK), (6 * HOUR, OK), (6 * HOUR + 1, WARN), (48 * HOUR, WARN),
        (48 * HOUR + 1, FAIL),
    ],
)  # fmt: skip
def test_a_report_grows_old(age: float | None, level: Level) -> None:
    assert health.report_age(age).level is level


def test_whoever_brings_the_reports_is_told_to_bring_a_new_one() -> None:
    by_hand, asked = (health.report_age(DAY, by_hand=who).next_step for who in (True, False))

    assert ("Download" in by_hand, "Download" in asked) == (True, False)


@pytest.mark.parametrize(("age", "level"), [(0.0, OK), (2 * DAY, OK), (2 * DAY + 1, WARN)])
def test_an_export_grows_old(age: float, level: Level) -> None:
    assert health.export_age("The product export a.csv", age).level is level


def test_an_empty_bucket_is_named_with_the_time_until_it_fills() -> None:
    buckets = {
        "getReports": Bucket(0.02, 10, 0.5, 1000.0),
        "createReport": Bucket(0.01, 15, -1.0, 1000.0),
        "getReport": Bucket(2.0, 15, 1.0, 1000.0),
    }

    assert health.call_budget(buckets, 1000.0).message == (
        "No calls are left for createReport (again in 3 min), getReports (again in 26 s)."
    )
    assert health.call_budget(buckets, 2000.0).level is OK
    assert health.call_budget({}, 1000.0).level is OK


@pytest.mark.parametrize(
    ("free", "documents", "level"),
    [
        pytest.param(99_999_999, 0, FAIL, id="less than 100 MB"),
        pytest.param(100_000_000, 0, WARN, id="100 MB"),
        pytest.param(999_999_999, 0, WARN, id="less than 1 GB"),
        pytest.param(1_000_000_000, 0, OK, id="1 GB"),
        pytest.param(3_000_000_000, 1_000_000_000, OK, id="three times the documents"),
        pytest.param(2_999_999_999, 1_000_000_000, WARN, id="less than that"),
    ],
)
def test_a_disk_must_have_room(free: int, documents: int, level: Level) -> None:
    assert health.disk_space(free, documents).level is level


@pytest.mark.parametrize(
    ("mode", "private"),
    [(0o100600, True), (0o100400, True), (0o100640, False), (0o100604, False), (0o100601, False)],
)
def test_a_private_file_is_nobody_elses(mode: int, private: bool) -> None:
    assert (health.file_mode("amzsync.db", mode) is None) == private


def test_an_open_file_or_folder_tells_the_right_mode() -> None:
    file = health.file_mode("amzsync.db", 0o100644)
    folder = health.file_mode("documents", 0o40755, folder=True)

    assert file == Verdict(
        FAIL, "amzsync.db can be used by others on this machine (mode 0644).",
        "Set its mode to 0600 with chmod.",
    )  # fmt: skip
    assert folder is not None
    assert folder.next_step == "Set its mode to 0700 with chmod."


@pytest.mark.parametrize(
    ("numbers", "level", "message"),
    [
        ({}, OK, "No communication errors in the last 24 h."),
        ({("getReport", "A"): 1}, OK, "1 communication error in the last 24 h, none of them twice."),
        (
            {("getReport", "A"): 1, ("getReports", "A"): 1}, OK,
            "2 communication errors in the last 24 h, none of them twice.",
        ),
        (
            {("getReport", "A"): 2, ("getReports", "B"): 7}, WARN,
            "9 communication errors in the last 24 h, 7 of them B of getReports.",
        ),
    ],
)  # fmt: skip
def test_errors_that_come_again_are_warned_of(
    numbers: dict[tuple[str, str], int], level: Level, message: str
) -> None:
    assert health.communication_errors(numbers)[:2] == (level, message)


@pytest.mark.parametrize(
    ("age", "level"),
    [(None, OK), (0.0, OK), (15 * MINUTE - 1, OK), (15 * MINUTE, WARN), (3 * DAY, WARN)],
)
def test_a_run_may_take_its_time_but_not_for_ever(age: float | None, level: Level) -> None:
    found = health.lock_held("amzsync import-listings, pid 7 on shop", age)

    assert (found.level, "pid 7 on shop" in found.message) == (level, True)


@pytest.mark.parametrize(
    ("ages", "level", "message"),
    [
        ({}, OK, "No report is waited for."),
        ({"B": 4 * HOUR}, OK, "1 report asked for, not yet finished by Amazon."),
        (
            {"B": 5 * HOUR, "A": 3 * DAY, "C": 1.0}, WARN,
            "Amazon has not finished A for 3 days, B for 5 h.",
        ),
    ],
)  # fmt: skip
def test_a_report_is_not_waited_for_for_ever(
    ages: dict[str, float], level: Level, message: str
) -> None:
    assert health.waiting_reports(ages)[:2] == (level, message)


@pytest.mark.parametrize(
    ("known", "participates", "suspended", "level"),
    [
        pytest.param(False, False, False, FAIL, id="not among the marketplaces"),
        pytest.param(True, False, False, FAIL, id="takes no part"),
        pytest.param(True, False, True, FAIL, id="takes no part, suspended"),
        pytest.param(True, True, True, WARN, id="suspended"),
        pytest.param(True, True, False, OK, id="sells"),
    ],
)
def test_an_account_must_sell_in_its_marketplace(
    known: bool, participates: bool, suspended: bool, level: Level
) -> None:
    found = health.participation(
        "amazon.de", known=known, participates=participates, suspended=suspended
    )

    assert (found.level, "amazon.de" in found.message) == (level, True)


@given(
    st.integers(-400, 4000), st.floats(-1e6, 1e6), st.floats(0, 1e9), st.integers(0, 10**13),
    st.integers(0, 10**12),
)  # fmt: skip
def test_what_is_not_fine_has_a_next_step_and_what_is_fine_has_none(
    days: int, skew: float, age: float, free: int, documents: int
) -> None:
    verdicts = [
        health.secret_age(ago(days), TODAY),
        health.authorization_age(ago(days), TODAY),
        health.clock_skew(skew),
        health.report_age(age),
        health.export_age("It", age),
        health.disk_space(free, documents),
        health.lock_held("amzsync", age),
        health.waiting_reports({"A": age}),
    ]

    assert [one for one in verdicts if (one.level is OK) != (not one.next_step)] == []


@given(st.floats(0, 1e8), st.floats(0, 1e8))
def test_a_report_never_gets_better_by_growing_older(one: float, other: float) -> None:
    order = [OK, WARN, FAIL]
    younger, older = (health.report_age(age).level for age in sorted((one, other)))

    assert order.index(younger) <= order.index(older)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3.0, "0 s"), (0.0, "0 s"), (119.0, "119 s"), (120.0, "2 min"), (7199.0, "119 min"),
        (7200.0, "2 h"), (172_799.0, "47 h"), (172_800.0, "2 days"),
    ],
)  # fmt: skip
def test_a_span_reads_as_people_say_it(seconds: float, words: str) -> None:
    assert health.span(seconds) == words
