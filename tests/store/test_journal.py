"""The journal of reports: what was asked for is never forgotten and never written down twice."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from amzsync.store import journal
from amzsync.store.journal import Asked

ALL = "GET_MERCHANT_LISTINGS_ALL_DATA"
FBA = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
NOW = "2026-11-22T06:00:00Z"
THEN = "2026-11-22T05:00:00Z"


def test_a_report_is_written_down_before_it_is_asked_for(db: sqlite3.Connection) -> None:
    number = journal.begin(db, 1, ALL, NOW)
    assert journal.last(db, 1, ALL) == Asked(
        number, 1, ALL, "asking", None, 1, NOW, None, None, None, None, None, None, ""
    )


def test_what_becomes_of_it_is_added_field_by_field(db: sqlite3.Connection) -> None:
    number = journal.begin(db, 1, ALL, NOW)
    journal.update(db, number, report_id="R1", state="waiting")
    journal.update(db, number, checked_at=NOW, created_at=THEN)
    journal.update(db, number, state="done", document_id="D1", digest="abc", message="fine")
    journal.update(db, number, size=1234, charset="cp1252")
    journal.update(db, number)
    assert journal.last(db, 1, ALL) == Asked(
        number, 1, ALL, "done", "R1", 1, NOW, THEN, NOW, "D1", "abc", 1234, "cp1252", "fine"
    )


def test_one_report_changes_and_the_others_do_not(db: sqlite3.Connection) -> None:
    first, second = journal.begin(db, 1, ALL, NOW), journal.begin(db, 1, ALL, NOW)
    journal.update(db, first, state="lost")
    assert [one.state for one in journal.recent(db, 1, ALL, 9)] == ["asking", "lost"]
    assert first < second


def test_a_field_that_does_not_change_is_refused(db: sqlite3.Connection) -> None:
    number = journal.begin(db, 1, ALL, NOW)
    other: dict[str, Any] = {"type = 'x' --": "y", "ours": 0}
    with pytest.raises(ValueError, match=r"no such fields of a report: ours, type = 'x' --"):
        journal.update(db, number, **other)
    assert journal.last(db, 1, ALL) == journal.last(db, 1, ALL, ["asking"])


def test_a_report_that_somebody_else_asked_for_is_adopted_once(db: sqlite3.Connection) -> None:
    number = journal.adopt(db, 1, ALL, "R1", NOW, THEN)
    assert journal.last(db, 1, ALL) == Asked(
        number, 1, ALL, "waiting", "R1", 0, NOW, THEN, None, None, None, None, None, ""
    )
    journal.update(db, number, state="taken")
    assert journal.adopt(db, 1, ALL, "R1", "2026-11-23T00:00:00Z", THEN) == number
    assert [one.state for one in journal.recent(db, 1, ALL, 9)] == ["taken"]


def test_one_of_ours_is_not_adopted_as_somebody_elses(db: sqlite3.Connection) -> None:
    number = journal.begin(db, 1, ALL, NOW)
    journal.update(db, number, report_id="R1")
    assert journal.adopt(db, 1, ALL, "R1", NOW, THEN) == number
    assert [one.ours for one in journal.recent(db, 1, ALL, 9)] == [1]


def test_another_store_has_a_journal_of_its_own(db: sqlite3.Connection) -> None:
    here = journal.adopt(db, 1, ALL, "R1", NOW, THEN)
    there = journal.adopt(db, 2, ALL, "R1", NOW, THEN)
    assert here != there
    assert [journal.knows(db, store, "R1") for store in (1, 2, 3)] == [True, True, False]
    assert not journal.knows(db, 1, "R2")


def test_a_report_of_a_store_that_is_not_there_is_refused(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        journal.begin(db, 3, ALL, NOW)


def test_a_state_that_is_none_is_refused(db: sqlite3.Connection) -> None:
    number = journal.begin(db, 1, ALL, NOW)
    with pytest.raises(sqlite3.IntegrityError):
        journal.update(db, number, state="perhaps")


STATES = ("asking", "waiting", "done", "taken", "refused", "cancelled", "nothing", "fatal", "lost")


@pytest.mark.parametrize(
    ("states", "expected"),
    [(None, "lost"), (("taken",), "taken"), (["taken", "fatal"], "fatal"), ((), None)],
    ids=["of any", "of one", "of two", "of none"],
)
def test_the_last_report_is_that_of_the_states_asked_for(
    db: sqlite3.Connection, states: list[str] | None, expected: str | None
) -> None:
    for state in STATES:
        journal.update(db, journal.begin(db, 1, ALL, NOW), state=state)
    journal.begin(db, 1, FBA, NOW)
    found = journal.last(db, 1, ALL, states)
    assert (found and found.state) == expected


def test_the_recent_ones_come_newest_first(db: sqlite3.Connection) -> None:
    numbers = [journal.begin(db, 1, ALL, NOW) for _ in range(4)]
    journal.begin(db, 2, ALL, NOW)
    found = [one.report_no for one in journal.recent(db, 1, ALL, 3)]
    assert found == numbers[:0:-1]


def arrived(db: sqlite3.Connection, kind: str, created_at: str, state: str = "done") -> int:
    """Write down a report whose document is in the archive."""
    number = journal.begin(db, 1, kind, NOW)
    journal.update(db, number, state=state, created_at=created_at, digest=f"d{number}")
    return number


def test_of_each_type_the_newest_document_is_here(db: sqlite3.Connection) -> None:
    newest = arrived(db, ALL, NOW)
    arrived(db, ALL, THEN)
    stock = arrived(db, FBA, THEN, "taken")
    journal.update(db, journal.begin(db, 1, ALL, NOW), state="done", created_at=NOW)
    arrived(db, ALL, NOW, "fatal")
    found = {one.report_no for one in journal.here(db, 1, ["done", "taken"])}
    assert found == {newest, stock}
    assert [one.report_no for one in journal.here(db, 1, ["done"])] == [newest]
    assert journal.here(db, 2, ["done"]) == []


def test_a_report_that_is_taken_settles_those_of_its_type_that_waited(
    db: sqlite3.Connection,
) -> None:
    old, new, stock = arrived(db, ALL, THEN), arrived(db, ALL, NOW), arrived(db, FBA, THEN)
    coming = journal.begin(db, 1, ALL, NOW)
    journal.settle(db, new)
    journal.settle(db, new)
    states = {one.report_no: one.state for one in journal.recent(db, 1, ALL, 9)}
    assert states == {old: "lost", new: "taken", coming: "asking"}
    assert [one.report_no for one in journal.here(db, 1, ["done"])] == [stock]
