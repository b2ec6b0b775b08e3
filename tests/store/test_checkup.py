"""What a check learns of a state file, and the little that it writes."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from amzsync.core.rates import Bucket
from amzsync.errors import StoreError
from amzsync.store import checkup, rates, runs, state
from amzsync.store.checkup import Holder, Waiting
from tests.factories import NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a state file with one store in it."""
    made = tmp_path / "amzsync.db"
    with state.writing(made, command="test", now=NOW) as current, current.transaction():
        runs.begin(current.db, "test", NOW)
        current.db.execute(
            "INSERT INTO stores VALUES (1, 'us', 'ATVPDKIKX0DER', 'A2EXAMPLE', 'base', 'USD', 2, NULL)"
        )
    return made


def by_hand(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def test_a_whole_file_has_no_faults(path: Path) -> None:
    with state.reading(path) as current:
        assert checkup.faults(current.db) == []


def test_a_row_that_points_nowhere_is_a_fault(path: Path) -> None:
    by_hand(path, "INSERT INTO reports (store_id, type, state, ours, asked_at) "
                  f"VALUES (9, 'A', 'waiting', 1, '{NOW}')")  # fmt: skip

    with state.reading(path) as current:
        assert checkup.faults(current.db) == [
            "a row of reports points to a row of stores that is not there"
        ]


def test_a_page_of_noughts_is_a_fault_or_an_error(path: Path) -> None:
    by_hand(path, *(f"INSERT INTO meta VALUES ('{n}', '{'x' * 900}')" for n in range(200)))
    content = bytearray(path.read_bytes())
    content[-3 * 4096 :] = bytes(3 * 4096)
    path.write_bytes(content)

    faults: list[str] = []
    try:
        with state.reading(path) as current:
            faults = checkup.faults(current.db)
    except StoreError as error:
        faults = [error.message]
    assert 1 <= len(faults) <= checkup.SHOWN


def test_a_lock_that_nobody_has_is_free(path: Path) -> None:
    assert checkup.holder(path) is None  # the run that made the file has ended


def test_a_state_that_was_never_locked_has_no_holder(tmp_path: Path) -> None:
    assert checkup.holder(tmp_path / "amzsync.db") is None


def test_the_run_that_has_the_lock_is_told(path: Path) -> None:
    with state.writing(path, command="import-listings", now=NOW):
        found = checkup.holder(path)

    assert found == Holder(
        f"amzsync import-listings, pid {os.getpid()} on {os.uname().nodename}", NOW
    )


def test_a_holder_that_left_no_name_is_told_all_the_same(path: Path) -> None:
    lock = path.with_name("amzsync.db.lock")
    with state.writing(path, command="import-listings", now=NOW):
        lock.write_text("")
        assert checkup.holder(path) == Holder("its name is not known", None)


def test_only_reports_that_amazon_has_not_finished_are_waited_for(path: Path) -> None:
    row = "INSERT INTO reports (store_id, type, state, ours, asked_at, created_at) VALUES (1, {})"
    by_hand(
        path,
        row.format("'A', 'waiting', 1, '2026-11-22T04:00:00Z', '2026-11-22T05:00:00Z'"),
        row.format("'B', 'asking', 1, '2026-11-22T03:00:00Z', NULL"),
        row.format("'C', 'done', 1, '2026-11-22T03:00:00Z', '2026-11-22T03:00:00Z'"),
        row.format("'D', 'taken', 1, '2026-11-22T03:00:00Z', '2026-11-22T03:00:00Z'"),
    )

    with state.reading(path) as current:
        assert checkup.waiting(current.db) == [
            Waiting("us", "B", "2026-11-22T03:00:00Z"),
            Waiting("us", "A", "2026-11-22T05:00:00Z"),
        ]


def test_the_documents_of_the_last_run_are_added_up(path: Path) -> None:
    row = "INSERT INTO documents VALUES ({}, 'all-listings', 'd', {}, NULL, '2026-11-22T03:00:00Z')"
    with state.reading(path) as current:
        assert checkup.last_documents(current.db) == 0

    by_hand(path, row.format("1, 1, 0", 100), row.format("2, 1, 0", 10), row.format("2, 1, 1", 5))

    with state.reading(path) as current:
        assert checkup.last_documents(current.db) == 15


def test_of_two_buckets_the_emptier_is_kept(path: Path) -> None:
    with state.writing(path, command="test", now=NOW) as current, current.transaction():
        rates.save(current.db, "main", {"a": Bucket(1.0, 9, 2.0, 100.0), "b": Bucket(1.0, 9, 8.0, 100.0)})  # fmt: skip
    ours = {name: Bucket(1.0, 9, 5.0, 100.0) for name in ("a", "b", "c")}

    assert checkup.keep_rates(path, "main", ours, now=NOW, at=101.0)

    with state.reading(path) as current:
        assert {name: one.tokens for name, one in rates.load(current.db, "main").items()} == {
            "a": 3.0,
            "b": 6.0,
            "c": 6.0,
        }


def test_nothing_is_kept_while_another_run_is_at_work(path: Path) -> None:
    with state.writing(path, command="import-listings", now=NOW):
        kept = checkup.keep_rates(path, "main", {"a": Bucket(1.0, 9, 5.0, 1.0)}, now=NOW, at=1.0)

    with state.reading(path) as current:
        assert (kept, rates.load(current.db, "main")) == (False, {})
