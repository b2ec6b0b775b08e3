"""What each run worked on: enough to replay it, and no more than is needed."""

from __future__ import annotations

import sqlite3

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amzsync.store import archived, journal
from amzsync.store.archived import Kept

ALL, FBA = "all-listings", "fba-inventory"
TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA"


def day(number: int) -> str:
    return f"2026-11-{number:02d}T06:00:00Z"


def kept(digest: str, kind: str = ALL) -> Kept:
    return Kept(kind, digest, 1234, day(1))


def run(db: sqlite3.Connection, on: int, *digests: str, store: int = 1, kind: str = ALL) -> int:
    """Write down a run on the day *on* that worked on documents of *kind*."""
    cursor = db.execute(
        "INSERT INTO runs (command, started_at, finished_at, outcome) VALUES ('x', ?, ?, 'done')",
        (day(on), day(on)),
    )
    run_id = int(cursor.lastrowid or 0)
    archived.note(db, run_id, store, [kept(digest, kind) for digest in digests])
    return run_id


def rows(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT digest FROM documents ORDER BY run_id, place")]


def test_a_run_knows_its_documents_by_store_in_the_order_of_its_work(
    db: sqlite3.Connection,
) -> None:
    number = run(db, 1)
    here = [kept("z"), kept("a", FBA), Kept("listing-answer", "m", 0, day(2))]
    archived.note(db, number, 2, [kept("b")])
    archived.note(db, number, 1, here)
    assert archived.of_run(db, number) == {1: here, 2: [kept("b")]}
    assert archived.of_run(db, number + 1) == {}


def test_what_is_noted_again_takes_the_place_of_what_was(db: sqlite3.Connection) -> None:
    number = run(db, 1, "a", "b")
    archived.note(db, number, 1, [kept("c")])
    assert archived.of_run(db, number) == {1: [kept("c")]}


def test_what_only_old_runs_worked_on_may_go(db: sqlite3.Connection) -> None:
    run(db, 1, "a", "b")
    run(db, 2, "b", "c")
    run(db, 3, "c", "d")
    found = [archived.unneeded(db, day(number)) for number in (1, 2, 3, 4)]
    assert found == [[], ["a"], ["a", "b"], ["a", "b"]]


def test_the_latest_of_each_kind_and_store_stays_however_old_it_is(db: sqlite3.Connection) -> None:
    run(db, 1, "stock", kind=FBA)
    run(db, 1, "elsewhere", store=2)
    run(db, 1, "old")
    run(db, 2, "new")
    assert archived.unneeded(db, day(20)) == ["old"]


def test_what_an_open_report_has_given_stays_until_it_is_taken(db: sqlite3.Connection) -> None:
    run(db, 1, "a")
    run(db, 9, "b")
    number = journal.begin(db, 1, TYPE, day(1))
    journal.update(db, number, state="done", digest="a")
    assert archived.unneeded(db, day(5)) == []
    journal.update(db, number, state="taken")
    assert archived.unneeded(db, day(5)) == ["a"]


def test_what_amazon_said_of_a_failure_goes_by_the_time_of_the_journal(
    db: sqlite3.Connection,
) -> None:
    number = journal.begin(db, 1, TYPE, day(1))
    journal.update(db, number, state="fatal", digest="reason", checked_at=day(3))
    assert archived.unneeded(db, day(3)) == []
    assert archived.unneeded(db, day(4)) == ["reason"]
    archived.forget(db, day(4))
    assert archived.unneeded(db, day(4)) == []
    assert [one.digest for one in journal.recent(db, 1, TYPE, 9)] == [None]


def test_a_run_is_forgotten_when_all_its_documents_may_go(db: sqlite3.Connection) -> None:
    run(db, 1, "a", "b")
    run(db, 2, "c")
    run(db, 3, "d")
    archived.forget(db, day(3))
    assert rows(db) == ["d"]


def test_a_run_that_still_has_a_document_keeps_the_rows_of_all(db: sqlite3.Connection) -> None:
    first = run(db, 1, "gone", "shared")
    run(db, 9, "shared")
    archived.forget(db, day(5))
    assert archived.of_run(db, first) == {1: [kept("gone"), kept("shared")]}
    assert archived.unneeded(db, day(5)) == ["gone"]


def test_a_run_of_two_stores_is_forgotten_as_a_whole_or_not_at_all(db: sqlite3.Connection) -> None:
    first = run(db, 1, "a")
    archived.note(db, first, 2, [kept("b")])
    run(db, 2, "c")
    archived.forget(db, day(5))
    assert archived.of_run(db, first) == {1: [kept("a")], 2: [kept("b")]}


def test_nothing_is_forgotten_where_there_is_nothing(db: sqlite3.Connection) -> None:
    assert archived.unneeded(db, day(5)) == []
    archived.forget(db, day(5))
    assert rows(db) == []


HISTORY = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.integers(1, 2),
        st.sampled_from([ALL, FBA]),
        st.lists(st.sampled_from("abcdef"), unique=True, max_size=3),
    ),
    max_size=8,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(HISTORY, st.integers(1, 10))
def test_every_run_since_then_can_still_be_replayed(
    db: sqlite3.Connection, history: list[tuple[int, int, str, list[str]]], before: int
) -> None:
    if not db.in_transaction:  # one for all examples: each on its own would wait for the disk
        db.execute("BEGIN")
    db.execute("DELETE FROM documents")
    young = {}
    latest: dict[tuple[int, str], list[str]] = {}
    for on, store, kind, digests in history:
        number = run(db, on, *digests, store=store, kind=kind)
        if on >= before:
            young[number] = archived.of_run(db, number)
        if digests:
            latest[store, kind] = digests
    needed = {one.digest for of in young.values() for some in of.values() for one in some}
    needed.update(digest for digests in latest.values() for digest in digests)
    everything = {digest for _, _, _, digests in history for digest in digests}
    assert archived.unneeded(db, day(before)) == sorted(everything - needed)
    archived.forget(db, day(before))
    assert {number: archived.of_run(db, number) for number in young} == young
