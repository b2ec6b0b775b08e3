"""The listings that amzsync has ended, beside those of the user's own list."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from amzsync.core.plan import Kind
from amzsync.core.sending import Progress, Step, Way
from amzsync.store import ended, matching, outbox, runs, state
from amzsync.store.migrations import migrations
from amzsync.store.outbox import Entry
from tests.store.conftest import NOW
from tests.store.goods import put_answer, put_listing

US, UK = 1, 2
BEFORE, LATER, NEXT_DAY = "2026-11-21T06:00:00Z", "2026-11-22T07:00:00Z", "2026-11-23T06:00:00Z"


@pytest.fixture
def run_id(db: sqlite3.Connection) -> int:
    return runs.open_run(db, "end", NOW)


def all_ended(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return db.execute("SELECT store_id, seller_sku, ended_at, run_id FROM ended ORDER BY 1, 2").fetchall()  # fmt: skip


def deleted(
    db: sqlite3.Connection, run_id: int, at: str = NOW, come: Progress = Progress.CONFIRMED
) -> None:
    """Have a deletion of the listing A that came so far at *at*."""
    entry = Entry(US, "A", None, Kind.END, Step.DELETE, 2, ())
    ids = outbox.write(db, run_id, [entry], way=Way.DELETE, payload="", now=NOW)
    outbox.leave(db, ids, NOW, NOW)
    if come is Progress.ACCEPTED:
        outbox.accept(db, ids, at, LATER)
    else:
        outbox.settle(db, ids, come, at)


def test_what_is_ended_stands_among_the_ended_ones_as_it_was(
    db: sqlite3.Connection, run_id: int
) -> None:
    put_listing(db)
    ended.end(db, run_id, US, "A", NOW)
    assert db.execute("SELECT * FROM ended").fetchall() == [
        (US, "A", "B0A", "A title", None, "2026-11-22", run_id)
    ]
    assert matching.ended(db, US).keys() == {"A"}


def test_what_is_not_known_cannot_end(db: sqlite3.Connection, run_id: int) -> None:
    ended.end(db, run_id, US, "A", NOW)
    assert all_ended(db) == []


def test_what_had_ended_before_has_ended_anew(db: sqlite3.Connection, run_id: int) -> None:
    put_listing(db)
    db.execute("INSERT INTO ended VALUES (1, 'A', NULL, NULL, NULL, '2026-01-01', NULL)")
    ended.end(db, run_id, US, "A", NOW)
    assert all_ended(db) == [(US, "A", "2026-11-22", run_id)]


def test_only_what_amzsync_has_ended_is_taken_off_again(
    db: sqlite3.Connection, run_id: int
) -> None:
    put_listing(db)
    ended.end(db, run_id, US, "A", NOW)
    db.execute("INSERT INTO ended VALUES (1, 'B', NULL, NULL, NULL, '2026-01-01', NULL)")
    db.execute("INSERT INTO ended VALUES (2, 'A', NULL, NULL, NULL, '2026-01-01', 1)")
    for sku in "AB":
        ended.unend(db, US, sku)
    assert all_ended(db) == [(US, "B", "2026-01-01", None), (UK, "A", "2026-01-01", 1)]


def test_the_users_list_comes_and_goes_beside_it(db: sqlite3.Connection, run_id: int) -> None:
    put_listing(db)
    ended.end(db, run_id, US, "A", NOW)
    matching.replace_ended(db, US, {"B": (None, None, None, "2026-01-01")})
    assert all_ended(db) == [(US, "A", "2026-11-22", run_id), (US, "B", "2026-01-01", None)]
    matching.replace_ended(db, US, {})
    assert all_ended(db) == [(US, "A", "2026-11-22", run_id)]


@pytest.mark.parametrize(
    ("status", "asked_at", "come", "found"),
    [
        pytest.param("active", LATER, Progress.CONFIRMED, ["A"], id="it sells again"),
        pytest.param("active", BEFORE, Progress.CONFIRMED, [], id="told before its end"),
        pytest.param("active", NOW, Progress.CONFIRMED, [], id="told in the same second"),
        pytest.param("inactive", LATER, Progress.CONFIRMED, [], id="it is there and sells nothing"),
        pytest.param(None, LATER, Progress.CONFIRMED, [], id="it is gone"),
        pytest.param("active", LATER, Progress.ACCEPTED, [], id="its end does not show yet"),
        pytest.param("active", LATER, Progress.REJECTED, [], id="it never ended"),
    ],
)
def test_what_is_back_is_noticed(
    db: sqlite3.Connection, run_id: int, status: str | None, asked_at: str, come: Progress,
    found: list[str],
) -> None:  # fmt: skip
    put_listing(db)
    ended.end(db, run_id, US, "A", NOW)
    deleted(db, run_id, come=come)
    put_answer(db, asked_at, status=status)
    assert ended.returned(db, US, BEFORE) == found
    assert ended.returned(db, UK, BEFORE) == []
    assert ended.returned(db, US, NEXT_DAY) == []  # so long ago that nobody wants to hear of it


def test_what_was_listed_anew_is_not_back(db: sqlite3.Connection, run_id: int) -> None:
    put_listing(db)
    ended.end(db, run_id, US, "A", NOW)
    deleted(db, run_id)
    ended.unend(db, US, "A")
    put_answer(db, LATER, status="active")
    assert ended.returned(db, US, BEFORE) == []


def test_what_a_user_had_ended_before_the_layout_knew_who_did_stays_the_users(
    tmp_path: Path,
) -> None:
    """A state of the layout before it, with rows in the table that is changed."""
    path = tmp_path / "amzsync.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrations.apply(sqlite_utils.Database(old), stop_before="m0004_outbox")
        old.execute("PRAGMA user_version = 3")
        old.execute("INSERT INTO ended VALUES (1, 'A', 'B0A', 'Kännchen', 'P-A', '2026-01-01')")
        old.execute("INSERT INTO in_flight VALUES (1, 'A', 'end', '2026-01-01T00:00:00Z')")
    with state.writing(path, command="a test", now=NOW) as current:
        db = current.db
        assert db.execute("SELECT * FROM ended").fetchall() == [
            (1, "A", "B0A", "Kännchen", "P-A", "2026-01-01", None)
        ]
        ended.unend(db, US, "A")
        assert len(all_ended(db)) == 1
        assert outbox.count_open(db, US) == 0
        assert db.execute("PRAGMA user_version").fetchone() == (4,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
