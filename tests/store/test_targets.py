"""What is known of the listings that something is sent to: evidence, answers, what is on its way."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from amzsync.core.plan import Kind, Seen
from amzsync.core.sending import Observed, Progress, Step, Target, Way
from amzsync.store import outbox, runs, targets
from amzsync.store.outbox import Entry
from tests.store.conftest import NOW
from tests.store.goods import put_answer, put_listing, scans, want

US, UK = 1, 2
BEFORE, SOON = "2026-11-22T05:00:00Z", "2026-11-22T06:01:00Z"
MANY = 600


@pytest.fixture
def run_id(db: sqlite3.Connection) -> int:
    return runs.open_run(db, "sync", NOW)


def on_its_way(
    db: sqlite3.Connection, run_id: int, sku: str = "A", *, kind: Kind = Kind.REVISE_PRICE,
    come: Progress = Progress.SENT, store_id: int = US,
) -> None:  # fmt: skip
    """Have an action that has come so far."""
    step = Step.WHOLE if kind in {Kind.REVISE_PRICE, Kind.REVISE_OTHER} else Step.PUT
    entry = Entry(store_id, sku, None, kind, step, 3, ())
    ids = outbox.write(db, run_id, [entry], way=Way.PATCH, payload="", now=NOW)
    if come is not Progress.PLANNED:
        outbox.leave(db, ids, NOW, SOON)
    if come is Progress.ACCEPTED:
        outbox.accept(db, ids, NOW, SOON)
    elif come not in {Progress.PLANNED, Progress.SENT}:
        outbox.settle(db, ids, come, NOW)


# -- evidence ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("has", "target"),
    [
        pytest.param({}, Target(True, True, 5), id="ours"),
        pytest.param({"fulfillment": "amazon"}, Target(True, False, 5), id="Amazon's"),
        pytest.param({"fulfillment": None}, Target(True, None, 5), id="who knows whose"),
        pytest.param({"quantity": 0}, Target(True, True, 0), id="none left"),
        pytest.param({"quantity": None}, Target(True, True, None), id="stock not known"),
        pytest.param({"missing_run": 1}, Target(False, True, 5), id="gone from the report"),
    ],
)
def test_a_target_is_what_the_last_good_evidence_says(
    db: sqlite3.Connection, has: dict[str, Any], target: Target
) -> None:
    put_listing(db, **has)
    put_listing(db, "B")
    assert targets.targets(db, US, ["A", "NOT KNOWN"]) == {"A": target}
    assert targets.targets(db, UK, ["A"]) == {}


def test_what_amazon_did_not_have_when_it_was_asked_is_not_there(db: sqlite3.Connection) -> None:
    put_listing(db)
    put_answer(db, SOON)
    assert targets.targets(db, US, ["A"]) == {"A": Target(False, True, 5)}


def test_what_amazon_had_when_it_was_asked_is_there(db: sqlite3.Connection) -> None:
    put_listing(db)
    put_answer(db, SOON, quantity=5)
    assert targets.targets(db, US, ["A"]) == {"A": Target(True, True, 5)}


def test_an_answer_is_what_amazon_said_of_the_listing_itself(db: sqlite3.Connection) -> None:
    put_answer(db, SOON, price_minor=1990, quantity=4, fulfillment="merchant", asin="B0A")
    put_answer(db, BEFORE, "GONE")
    put_answer(db, SOON, "OTHER", store_id=UK, quantity=1)

    found = targets.answered(db, US, ["A", "GONE", "OTHER", "NOT ASKED"])
    assert found == {
        "A": Observed(SOON, True, Seen(1990, 4, "merchant", None, "B0A")),
        "GONE": Observed(BEFORE, False, Seen(None, None)),
    }


# -- what may be sent ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "come", "is_blocked"),
    [
        (Kind.REVISE_PRICE, Progress.PLANNED, True),
        (Kind.REVISE_PRICE, Progress.SENT, True),
        (Kind.REVISE_PRICE, Progress.ACCEPTED, False),
        (Kind.REVISE_OTHER, Progress.ACCEPTED, False),
        (Kind.PUBLISH, Progress.ACCEPTED, True),
        (Kind.END, Progress.ACCEPTED, True),
        (Kind.RELIST, Progress.PLANNED, True),
        (Kind.END, Progress.CONFIRMED, False),
        (Kind.REVISE_PRICE, Progress.REJECTED, False),
        (Kind.PUBLISH, Progress.UNCONFIRMED, False),
        (Kind.REVISE_PRICE, Progress.ABANDONED, False),
    ],
)
def test_nothing_else_is_sent_to_what_may_still_change(
    db: sqlite3.Connection, run_id: int, kind: Kind, come: Progress, is_blocked: bool
) -> None:
    on_its_way(db, run_id, kind=kind, come=come)
    assert targets.blocked(db, US, ["A", "B"]) == ({"A"} if is_blocked else set())
    assert targets.blocked(db, UK, ["A"]) == set()
    assert targets.blocked(db, US, ["B"]) == set()


@pytest.mark.parametrize(
    ("come", "at", "found"),
    [
        pytest.param(Progress.SENT, SOON, ["A"], id="sent, and answered since"),
        pytest.param(Progress.ACCEPTED, SOON, ["A"], id="accepted, and answered since"),
        pytest.param(Progress.ACCEPTED, BEFORE, [], id="answered before"),
        pytest.param(Progress.ACCEPTED, NOW, [], id="answered in the same second"),
        pytest.param(Progress.PLANNED, SOON, [], id="never sent"),
        pytest.param(Progress.CONFIRMED, SOON, [], id="over"),
    ],
)
def test_what_amazon_has_answered_since_can_be_judged(
    db: sqlite3.Connection, run_id: int, come: Progress, at: str, found: list[str]
) -> None:
    on_its_way(db, run_id, come=come)
    put_answer(db, at, quantity=5)
    assert targets.answered_since(db, US) == found
    assert targets.answered_since(db, UK) == []


# -- what is wanted ------------------------------------------------------------------------------------


def test_the_stock_that_a_listing_should_have_is_what_was_last_planned(
    db: sqlite3.Connection,
) -> None:
    want(db, put_listing(db), 1990, 0)
    want(db, put_listing(db, "B"), 1990, None)
    found = [targets.wanted_quantity(db, US, sku) for sku in ("A", "B", "NOT KNOWN")]
    assert found == [0, None, None]


def test_what_is_known_of_a_listing_has_the_wanted_price_first(db: sqlite3.Connection) -> None:
    want(db, put_listing(db), 2190, 3)
    put_listing(db, "B")
    assert targets.known(db, US, "A") == {
        "asin": "B0A",
        "condition": "new_new",
        "fulfillment": "merchant",
        "price": 2190,
    }
    assert targets.known(db, US, "B")["price"] == 1990
    assert targets.known(db, US, "NOT KNOWN") == {}


# -- speed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["targets", "answered", "answered_since", "blocked"])
def test_nothing_reads_a_whole_table(db: sqlite3.Connection, run_id: int, name: str) -> None:
    db.execute("BEGIN")
    for number in range(MANY):
        put_listing(db, f"S-{number}")
        put_answer(db, NOW, f"S-{number}", quantity=1)
        come = Progress.ACCEPTED if number < 50 else Progress.CONFIRMED
        on_its_way(db, run_id, f"S-{number}", come=come)
    db.execute("COMMIT")
    skus = [f"S-{number}" for number in range(20)]
    questions = {
        "targets": lambda db: targets.targets(db, US, skus),
        "answered": lambda db: targets.answered(db, US, skus),
        "answered_since": lambda db: targets.answered_since(db, US),
        "blocked": lambda db: targets.blocked(db, US, skus),
    }
    assert scans(db, questions[name]) == []
