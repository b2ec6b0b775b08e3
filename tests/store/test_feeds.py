"""The journal of feeds."""

from __future__ import annotations

import sqlite3
from typing import Any, cast

import pytest

from amzsync.core.plan import Difference, Kind
from amzsync.core.sending import Progress, Step, Way
from amzsync.store import feeds, outbox, runs
from amzsync.store.outbox import Entry
from tests.store.conftest import NOW
from tests.store.goods import put_listing, scans, want

US, UK = 1, 2
STATES = ("making", "asking", "waiting", "done", "fatal", "cancelled", "lost")


@pytest.fixture
def run_id(db: sqlite3.Connection) -> int:
    return runs.open_run(db, "sync", NOW)


def test_a_feed_is_written_down_before_it_is_made(db: sqlite3.Connection, run_id: int) -> None:
    number = feeds.begin(db, run_id, US, NOW)
    (found,) = feeds.unfinished(db, US)
    assert found[:7] == (number, run_id, US, feeds.MAKING, 0, 0, NOW)
    assert (found.asked_at, found.document_id, found.feed_id, found.checked_at) == (None,) * 4
    assert found.message == ""


def test_what_becomes_known_of_it_is_kept_and_the_rest_stays(
    db: sqlite3.Connection, run_id: int
) -> None:
    number, other = (feeds.begin(db, run_id, US, NOW) for _ in range(2))
    feeds.update(db, number, messages=7, size=900)
    feeds.update(db, number, state=feeds.WAITING, feed_id="60000000001")
    feeds.update(db, number)
    first, second = feeds.unfinished(db, US)
    assert (first.messages, first.size, first.feed_id) == (7, 900, "60000000001")
    assert (second.feed_no, second.state, second.feed_id) == (other, feeds.MAKING, None)


@pytest.mark.parametrize("name", ["run_id", "made_at", "state = 'done' --"])
def test_what_never_changes_cannot_be_changed(
    db: sqlite3.Connection, run_id: int, name: str
) -> None:
    number = feeds.begin(db, run_id, US, NOW)
    with pytest.raises(ValueError, match="no such fields"):
        feeds.update(db, number, **cast("Any", {name: 1}))


@pytest.mark.parametrize("state", STATES)
def test_a_feed_is_followed_until_it_is_over(
    db: sqlite3.Connection, run_id: int, state: str
) -> None:
    number = feeds.begin(db, run_id, US, NOW)
    feeds.update(db, number, state=state)
    is_open = state in {feeds.MAKING, feeds.ASKING, feeds.WAITING}
    assert [one.feed_no for one in feeds.unfinished(db, US)] == ([number] if is_open else [])
    assert feeds.unfinished(db, UK) == []


def test_a_feed_in_no_known_state_cannot_be_kept(db: sqlite3.Connection, run_id: int) -> None:
    number = feeds.begin(db, run_id, US, NOW)
    with pytest.raises(sqlite3.IntegrityError):
        feeds.update(db, number, state="DONE")


def test_our_own_feeds_are_known_from_those_of_others(db: sqlite3.Connection, run_id: int) -> None:
    feeds.update(db, feeds.begin(db, run_id, US, NOW), feed_id="1", state="done")
    assert feeds.knows(db, "1")
    assert not feeds.knows(db, "2")


def test_asking_for_what_is_unfinished_reads_no_old_feeds(
    db: sqlite3.Connection, run_id: int
) -> None:
    sql = "SELECT * FROM feeds WHERE store_id = 1 AND state IN ('making', 'asking', 'waiting')"
    (plan,) = (row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}"))
    assert "feeds_open" in plan


# -- feeds that keep on sale what is sold out ----------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "has", "state", "progress", "holds"),
    [
        pytest.param(0, 5, "waiting", Progress.SENT, True, id="sold out here, on sale there"),
        pytest.param(0, None, "waiting", Progress.SENT, True, id="what is there is not known"),
        pytest.param(0, 0, "waiting", Progress.SENT, False, id="it is at zero"),
        pytest.param(3, 5, "waiting", Progress.SENT, False, id="there is some left"),
        pytest.param(None, 5, "waiting", Progress.SENT, False, id="nothing is wanted of it"),
        pytest.param(0, 5, "asking", Progress.SENT, False, id="it may not be in Amazon's hands"),
        pytest.param(0, 5, "done", Progress.SENT, False, id="the feed is over"),
        pytest.param(0, 5, "waiting", Progress.CONFIRMED, False, id="the change shows"),
    ],
)
def test_a_feed_that_keeps_on_sale_what_is_sold_out_is_found(
    db: sqlite3.Connection, run_id: int, wanted: int | None, has: int | None, state: str,
    progress: Progress, holds: bool,
) -> None:  # fmt: skip
    want(db, put_listing(db, quantity=has), 1990, wanted)
    number = feeds.begin(db, run_id, US, NOW)
    change = (Difference("price", 1, 2),)
    entry = Entry(US, "A", None, Kind.REVISE_PRICE, Step.WHOLE, 3, change)
    ids = outbox.write(db, run_id, [entry], way=Way.FEED, payload="", now=NOW, feed=(number, 1))
    outbox.leave(db, ids, NOW, None)
    if progress is Progress.CONFIRMED:
        outbox.settle(db, ids, progress, NOW)
    feeds.update(db, number, state=state)

    assert [one.feed_no for one in feeds.holding_zeros(db, US)] == ([number] if holds else [])
    assert feeds.holding_zeros(db, UK) == []


def test_looking_for_such_feeds_reads_no_whole_table(db: sqlite3.Connection) -> None:
    assert scans(db, lambda db: feeds.holding_zeros(db, US)) == []
