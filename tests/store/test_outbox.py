"""The outbox: written before anything leaves, followed to its end, and found again without reading all of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from amzsync.core.plan import Difference, Kind
from amzsync.core.sending import Progress, Step, Way
from amzsync.store import feeds, outbox, runs
from amzsync.store.outbox import Entry, Row
from tests.store.conftest import NOW
from tests.store.goods import scans

US, UK = 1, 2
SOON, LATER, NEXT_DAY = "2026-11-22T06:01:00Z", "2026-11-22T07:00:00Z", "2026-11-23T06:00:00Z"
TO_1990 = (Difference("price", 2190, 1990),)
TO_4 = (Difference("quantity", 5, 4),)
MANY = 2_000


@pytest.fixture
def run_id(db: sqlite3.Connection) -> int:
    return runs.open_run(db, "sync", NOW)


def entry(sku: str = "A", kind: Kind = Kind.REVISE_PRICE, **changed: Any) -> Entry:
    usual = Entry(US, sku, f"P-{sku}", kind, Step.WHOLE, 3, TO_1990)
    return usual._replace(**changed)


def write(db: sqlite3.Connection, run_id: int, *entries: Entry, **said: Any) -> list[int]:
    told = {"way": Way.PATCH, "payload": '{"a": 1}', "now": NOW, **said}
    return outbox.write(db, run_id, entries, **told)


def row(db: sqlite3.Connection, outbox_id: int) -> Row:
    (found,) = outbox.rows(db, "outbox_id = ?", outbox_id)
    return found


def rows_of(db: sqlite3.Connection, ids: list[int]) -> list[Row]:
    return [row(db, one) for one in ids]


# -- writing down --------------------------------------------------------------------------------------


def test_what_is_written_down_is_read_as_it_was(db: sqlite3.Connection, run_id: int) -> None:
    told = (Difference("price", None, 1990), Difference("seller_notes", "old", "Kännchen"))
    (number,) = write(db, run_id, entry(differences=told, after=None, due_at=SOON))

    found = row(db, number)
    assert (found.store_id, found.seller_sku, found.sku) == (US, "A", "P-A")
    assert (found.kind, found.step, found.rank) == (Kind.REVISE_PRICE, Step.WHOLE, 3)
    assert found.differences == told
    assert (found.progress, found.way, found.payload) == (Progress.PLANNED, Way.PATCH, '{"a": 1}')
    assert (found.written_at, found.sent_at, found.due_at) == (NOW, None, SOON)
    assert (found.feed_no, found.message_id, found.looks, found.issues) == (None, None, 0, "[]")


def test_what_goes_in_one_piece_has_one_payload_and_one_number(
    db: sqlite3.Connection, run_id: int
) -> None:
    write(db, run_id, entry("Z"))
    ids = write(db, run_id, entry(), entry(kind=Kind.REVISE_QUANTITY, differences=TO_4))

    first, second = rows_of(db, ids)
    assert (first.parcel, second.parcel) == (first.outbox_id, first.outbox_id)
    assert (first.payload, second.payload) == ('{"a": 1}', "")


def test_a_run_cannot_write_the_same_step_twice(db: sqlite3.Connection, run_id: int) -> None:
    write(db, run_id, entry())
    with pytest.raises(sqlite3.IntegrityError):
        write(db, run_id, entry())


def test_another_run_store_step_or_kind_is_another_action(
    db: sqlite3.Connection, run_id: int
) -> None:
    write(db, run_id, entry())
    write(db, runs.open_run(db, "sync", NOW), entry())
    write(db, run_id, entry(store_id=UK), entry(kind=Kind.REVISE_QUANTITY), entry("B"))
    write(db, run_id, entry(kind=Kind.END, step=Step.ZERO), entry(kind=Kind.END, step=Step.DELETE))
    assert db.execute("SELECT count(DISTINCT key) FROM outbox").fetchone() == (7,)


def test_a_message_of_a_feed_knows_its_feed(db: sqlite3.Connection, run_id: int) -> None:
    feed_no = feeds.begin(db, run_id, US, NOW)
    ids = write(db, run_id, entry(), way=Way.FEED, feed=(feed_no, 7))

    assert [one.outbox_id for one in outbox.of_feed(db, feed_no)] == ids
    assert (row(db, ids[0]).feed_no, row(db, ids[0]).message_id) == (feed_no, 7)


# -- on its way ----------------------------------------------------------------------------------------


def test_an_action_goes_from_written_to_confirmed(db: sqlite3.Connection, run_id: int) -> None:
    ids = write(db, run_id, entry())
    outbox.leave(db, ids, NOW, SOON)
    assert (row(db, ids[0]).progress, row(db, ids[0]).sent_at) == (Progress.SENT, NOW)

    outbox.looked(db, ids[0], 3, SOON)
    outbox.accept(db, ids, SOON, LATER, submission_id="s1", issues='[{"code": "1"}]')
    found = row(db, ids[0])
    assert (found.progress, found.accepted_at, found.due_at) == (Progress.ACCEPTED, SOON, LATER)
    assert (found.submission_id, found.issues, found.looks) == ("s1", '[{"code": "1"}]', 0)

    outbox.settle(db, ids, Progress.CONFIRMED, LATER)
    found = row(db, ids[0])
    assert (found.progress, found.settled_at, found.due_at) == (Progress.CONFIRMED, LATER, None)
    assert (found.submission_id, found.issues) == ("s1", '[{"code": "1"}]')  # these stay


def test_what_amazon_refused_keeps_what_it_said(db: sqlite3.Connection, run_id: int) -> None:
    ids = write(db, run_id, entry())
    outbox.leave(db, ids, NOW, SOON)
    outbox.settle(db, ids, Progress.REJECTED, SOON, message="No.", issues="[2]", submission_id="s")
    found = row(db, ids[0])
    assert (found.message, found.issues, found.submission_id) == ("No.", "[2]", "s")


def test_what_was_not_sent_after_all_is_sent_when_it_is_due(
    db: sqlite3.Connection, run_id: int
) -> None:
    (first,) = write(db, run_id, entry(kind=Kind.END, step=Step.ZERO))
    (second,) = write(db, run_id, entry(kind=Kind.END, step=Step.DELETE, after=first))
    outbox.leave(db, [second], NOW, SOON)
    outbox.postpone(db, [second], LATER)

    assert (row(db, second).progress, row(db, second).sent_at) == (Progress.PLANNED, None)
    assert outbox.further(db, US, SOON) == []
    assert [one.outbox_id for one in outbox.further(db, US, LATER)] == [second]


def test_a_next_step_waits_until_it_is_due_and_no_longer(
    db: sqlite3.Connection, run_id: int
) -> None:
    (first,) = write(db, run_id, entry(kind=Kind.END, step=Step.ZERO))
    told = entry(kind=Kind.END, step=Step.DELETE, after=first, due_at=LATER)
    outbox.follow_up(db, run_id, told, now=NOW)

    assert outbox.further(db, US, SOON) == []
    assert outbox.further(db, UK, LATER) == []
    (found,) = outbox.further(db, US, LATER)
    assert (found.step, found.after, found.way) == (Step.DELETE, first, Way.DELETE)


def test_only_a_next_step_is_a_further_one(db: sqlite3.Connection, run_id: int) -> None:
    write(db, run_id, entry(due_at=NOW))
    assert outbox.further(db, US, LATER) == []


# -- giving up -----------------------------------------------------------------------------------------


def _waiting(db: sqlite3.Connection, run_id: int) -> dict[str, int]:
    """Write down one of each: planned, sent, a further step, in a feed, of another store."""
    feed_no = feeds.begin(db, run_id, US, NOW)
    (planned,) = write(db, run_id, entry("PLANNED"))
    (gone,) = write(db, run_id, entry("SENT", Kind.END, step=Step.ZERO))
    outbox.leave(db, [gone], NOW, SOON)
    (further,) = write(db, run_id, entry("SENT", Kind.END, step=Step.DELETE, after=gone))
    (fed,) = write(db, run_id, entry("FED"), way=Way.FEED, feed=(feed_no, 1))
    (other,) = write(db, run_id, entry("PLANNED", store_id=UK))
    return {"planned": planned, "sent": gone, "further": further, "fed": fed, "other": other}


@pytest.mark.parametrize(
    ("further", "skus", "given_up"),
    [(False, ["PLANNED"], {"planned"}), (True, ["PLANNED", "SENT"], {"planned", "further"})],
    ids=["what a run left", "all of a silent store"],
)
def test_what_was_never_sent_is_given_up(
    db: sqlite3.Connection, run_id: int, further: bool, skus: list[str], given_up: set[str]
) -> None:
    ids = _waiting(db, run_id)
    assert outbox.drop(db, US, LATER, "Why not.", further=further) == skus
    for name, number in ids.items():
        found = row(db, number)
        is_over = found.progress is Progress.ABANDONED
        assert (name, is_over, found.message == "Why not.") == (name, name in given_up, is_over)


def test_it_is_known_whether_a_store_has_anything_to_send(
    db: sqlite3.Connection, run_id: int
) -> None:
    assert not outbox.any_waiting(db, US)
    ids = write(db, run_id, entry())
    assert outbox.any_waiting(db, US)
    assert not outbox.any_waiting(db, UK)
    outbox.leave(db, ids, NOW, SOON)
    assert not outbox.any_waiting(db, US)


@pytest.mark.parametrize(
    ("older", "superseded"),
    [
        pytest.param(entry(), True, id="the same kind"),
        pytest.param(entry(kind=Kind.REVISE_QUANTITY), False, id="another kind"),
        pytest.param(entry("B"), False, id="another listing"),
        pytest.param(entry(store_id=UK), False, id="another store"),
    ],
)
def test_a_newer_change_takes_the_place_of_an_accepted_one(
    db: sqlite3.Connection, run_id: int, older: Entry, superseded: bool
) -> None:
    (before,) = write(db, run_id, older)
    outbox.accept(db, [before], NOW, LATER)
    newer = write(db, runs.open_run(db, "sync", SOON), entry())
    outbox.accept(db, newer, SOON, LATER)
    outbox.supersede(db, newer, SOON)

    assert (row(db, before).progress is Progress.ABANDONED) is superseded
    assert row(db, newer[0]).progress is Progress.ACCEPTED


@pytest.mark.parametrize(
    "come", [Progress.PLANNED, Progress.SENT, Progress.CONFIRMED, Progress.REJECTED]
)
def test_only_what_is_accepted_and_not_seen_is_superseded(
    db: sqlite3.Connection, run_id: int, come: Progress
) -> None:
    (before,) = write(db, run_id, entry())
    if come is not Progress.PLANNED:
        outbox.leave(db, [before], NOW, SOON)
    if come not in {Progress.PLANNED, Progress.SENT}:
        outbox.settle(db, [before], come, NOW)
    newer = write(db, runs.open_run(db, "sync", SOON), entry())
    outbox.supersede(db, newer, SOON)
    assert row(db, before).progress is come


# -- looking -------------------------------------------------------------------------------------------


def test_the_longest_due_is_looked_at_first_but_for_what_blocks_its_listing(
    db: sqlite3.Connection, run_id: int
) -> None:
    for sku, due_at in (("LATE", NEXT_DAY), ("B", LATER), ("A", LATER), ("SOON", SOON)):
        outbox.accept(db, write(db, run_id, entry(sku)), NOW, due_at)
    outbox.leave(db, write(db, run_id, entry("SENT")), NOW, LATER)
    outbox.accept(db, write(db, run_id, entry("END", Kind.END, step=Step.ZERO)), NOW, LATER)
    write(db, run_id, entry("PLANNED", due_at=SOON))
    outbox.accept(db, write(db, run_id, entry("OTHER", store_id=UK)), NOW, SOON)

    assert outbox.due(db, US, LATER, 10) == ["END", "SENT", "SOON", "A", "B"]
    assert outbox.due(db, US, LATER, 3) == ["END", "SENT", "SOON"]
    assert outbox.due(db, US, NOW, 10) == []


def test_a_listing_is_due_once_however_much_is_open_of_it(
    db: sqlite3.Connection, run_id: int
) -> None:
    ids = write(db, run_id, entry(), entry(kind=Kind.REVISE_QUANTITY))
    outbox.accept(db, ids[:1], NOW, LATER)
    outbox.accept(db, ids[1:], NOW, SOON)
    assert outbox.due(db, US, LATER, 10) == ["A"]


def test_what_is_in_a_feed_is_not_due_until_nobody_knows_what_became_of_it(
    db: sqlite3.Connection, run_id: int
) -> None:
    feed_no = feeds.begin(db, run_id, US, NOW)
    ids = write(db, run_id, entry(), way=Way.FEED, feed=(feed_no, 1))
    outbox.leave(db, ids, NOW, None)
    assert outbox.due(db, US, NEXT_DAY, 10) == []

    outbox.look_soon(db, ids, SOON)
    assert outbox.due(db, US, SOON, 10) == ["A"]
    assert list(outbox.of_feed(db, feed_no)) == []


# -- telling -------------------------------------------------------------------------------------------


def test_what_became_of_earlier_runs_is_counted_apart(db: sqlite3.Connection, run_id: int) -> None:
    before = write(db, run_id, entry("A"), entry("B"), entry("C"), entry("D"))
    outbox.settle(db, before[:1], Progress.CONFIRMED, NOW)
    outbox.settle(db, before[1:3], Progress.REJECTED, LATER)
    this = runs.open_run(db, "sync", LATER)
    outbox.settle(db, write(db, this, entry("E")), Progress.CONFIRMED, LATER)

    assert outbox.settled_after(db, US, LATER, this) == {Progress.REJECTED: 2}
    assert outbox.settled_after(db, UK, LATER, this) == {}
    assert [one.seller_sku for one in outbox.rejected_after(db, US, LATER)] == ["B", "C"]
    assert outbox.rejected_after(db, US, NEXT_DAY) == outbox.rejected_after(db, UK, LATER) == []
    assert [one.seller_sku for one in outbox.of_run_and_store(db, this, US)] == ["E"]
    assert outbox.count_open(db, US) == 1
    assert outbox.count_open(db, UK) == 0


def test_what_is_open_is_told_and_what_ended_lately(db: sqlite3.Connection, run_id: int) -> None:
    names = ("OPEN", "LATE", "OLD", "NOTES")
    ids = dict(zip(names, write(db, run_id, *(entry(name) for name in names[:3]),
                                entry("NOTES", Kind.REVISE_OTHER)), strict=True))  # fmt: skip
    outbox.settle(db, [ids["LATE"]], Progress.CONFIRMED, LATER)
    outbox.settle(db, [ids["OLD"], ids["NOTES"]], Progress.CONFIRMED, NOW)

    told = {one.seller_sku: one for one in outbox.told(db, US, names, SOON)}
    assert told.keys() == {"OPEN", "LATE", "NOTES"}  # nothing else says what Amazon has of notes
    assert (told["LATE"].progress, told["LATE"].settled_at) == ("confirmed", LATER)
    assert told["OPEN"].differences == TO_1990
    assert not told["OPEN"].further
    assert list(outbox.told(db, UK, names, SOON)) == []


def test_only_what_is_open_of_listings_can_be_asked_for(
    db: sqlite3.Connection, run_id: int
) -> None:
    ids = write(db, run_id, entry("A"), entry("B"), entry("C"))
    outbox.settle(db, ids[:1], Progress.CONFIRMED, NOW)

    def names(**how: bool) -> list[str]:
        return [one.seller_sku for one in outbox.of_listings(db, US, ["A", "B"], **how)]

    assert (names(), names(open_only=True)) == (["A", "B"], ["B"])


# -- speed ---------------------------------------------------------------------------------------------

SKUS = [f"SKU-{number}" for number in range(20)]
QUESTIONS: dict[str, Callable[[sqlite3.Connection], object]] = {
    "due": lambda db: outbox.due(db, US, SOON, 100),
    "told": lambda db: list(outbox.told(db, US, SKUS, SOON)),
    "of_listings": lambda db: list(outbox.of_listings(db, US, SKUS, open_only=True)),
    "of_feed": lambda db: list(outbox.of_feed(db, 1)),
    "further": lambda db: outbox.further(db, US, SOON),
    "any_waiting": lambda db: outbox.any_waiting(db, US),
    "count_open": lambda db: outbox.count_open(db, US),
    "settled_after": lambda db: outbox.settled_after(db, US, SOON, 1),
    "rejected_after": lambda db: outbox.rejected_after(db, US, SOON),
    "of_run_and_store": lambda db: outbox.of_run_and_store(db, 1, US),
    "supersede": lambda db: outbox.supersede(db, [1, 2], SOON),
    "drop": lambda db: outbox.drop(db, UK, SOON, "Why not."),
}


@pytest.fixture
def crowded(db: sqlite3.Connection, run_id: int) -> sqlite3.Connection:
    """A state in which thousands of actions are over, and some are not."""
    other = runs.open_run(db, "sync", NOW)
    with_all = [entry(f"SKU-{number}") for number in range(MANY)]
    db.execute("BEGIN")
    ids = write(db, other, *with_all)
    outbox.leave(db, ids, NOW, SOON)
    outbox.settle(db, ids[100:], Progress.CONFIRMED, NOW)
    db.execute("COMMIT")
    return db


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_reads_the_whole_outbox(crowded: sqlite3.Connection, name: str) -> None:
    assert scans(crowded, QUESTIONS[name]) == []


def test_what_is_packed_is_json(db: sqlite3.Connection, run_id: int) -> None:
    """Users' own queries read it (``v_outbox``)."""
    write(db, run_id, entry())
    ((text,),) = db.execute("SELECT differences FROM v_outbox")
    assert json.loads(text) == [["price", 2190, 1990]]


def test_what_reads_the_whole_outbox_is_noticed(crowded: sqlite3.Connection) -> None:
    sql = "SELECT count(*) FROM outbox WHERE message = 'x'"
    assert scans(crowded, lambda db: db.execute(sql).fetchall()) == ["SCAN outbox"]
