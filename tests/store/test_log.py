"""The log: newest first, each line linked to its run, listing and action."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.core.plan import Difference, Kind
from amzsync.core.sending import Progress
from amzsync.store import communication, log, outbox, state
from amzsync.store.communication import Trouble
from amzsync.store.log import Sort, Wanted
from amzsync.store.state import State
from tests.factories import NOW, Shop, asin, listing, product
from tests.sendings import sent

LATER, LAST = "2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z"
PRICE = (Difference("price", 2190, 1990),)


EVERYTHING = Wanted()


@pytest.fixture
def current(tmp_path: Path) -> Iterator[State]:
    """Two imports, between which a price changed at Amazon, and what was sent after."""
    shop = Shop(tmp_path, products=[product("A", attributes={"asin": asin(1)})])
    shop.us.listings = [listing("A", price="21.90"), listing("X")]
    shop.run()
    shop.us.listings[0]["price"] = "20.90"
    shop.run()
    with state.writing(shop.state, command="a test", now=NOW) as opened, opened.transaction():
        sent(opened.db, "A", differences=PRICE, progress=Progress.CONFIRMED, at=LATER)
        issue = {"code": "90110", "message": "No such price.", "severity": "ERROR"}
        row = sent(opened.db, "X", kind=Kind.REVISE_QUANTITY, at=LAST)
        words = "No such price. (code 90110)"
        outbox.settle(
            opened.db, [row], Progress.REJECTED, LAST, message=words, issues=json.dumps([issue])
        )
        told = Trouble(
            "main", 1, "getReport", "temporary", 503, "Http503", "Busy.", "r-1", None, LATER
        )
        communication.record(opened.db, 2, [told])
        yield opened


def told(current: State, wanted: Wanted = EVERYTHING) -> list[tuple[str, str | None, str]]:
    return [(row.sort.value, row.seller_sku, row.action) for row in log.rows(current.db, wanted)]


def test_the_newest_comes_first(current: State) -> None:
    assert told(current) == [
        ("sent", "X", "revise-quantity"),
        ("sent", "A", "revise-price"),
        ("error", None, "getReport"),
        ("seen", "A", "price"),
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(Wanted(seller_skus=("A",)), ["revise-price", "price"], id="of a seller SKU"),
        pytest.param(Wanted(errors=True), ["revise-quantity", "getReport"], id="what went wrong"),
        pytest.param(Wanted(since=LAST), ["revise-quantity"], id="since a moment"),
        pytest.param(Wanted(limit=1), ["revise-quantity"], id="so many"),
        pytest.param(Wanted(store_id=-1), [], id="of a store that is not known"),
        pytest.param(Wanted(run_id=1), [], id="of the first run, which changed nothing"),
        pytest.param(Wanted(seller_skus=("'; --",)), [], id="of a name that is none"),
    ],
)
def test_only_what_is_asked_for(current: State, wanted: Wanted, expected: list[str]) -> None:
    assert [action for _, _, action in told(current, wanted)] == expected


def test_a_line_has_what_links_it_to_the_rest(current: State) -> None:
    rejected, confirmed, error, seen = log.rows(current.db, Wanted())

    assert (rejected.progress, rejected.code, rejected.message) == (
        "rejected", "90110", "No such price. (code 90110)",
    )  # fmt: skip
    assert (confirmed.differences, confirmed.store, confirmed.way) == (PRICE, "us", "patch")
    assert (error.sort, error.status, error.request_id) == (Sort.ERROR, 503, "r-1")
    assert seen.differences == (Difference("price", "21.90", "20.90"),)
    assert [row.run_id for row in (rejected, confirmed, error, seen)] == [2, 2, 2, 2]


def test_one_listing_is_found_without_reading_all(current: State) -> None:
    statements: list[str] = []
    current.db.set_trace_callback(statements.append)
    told(current, Wanted(seller_skus=("A",)))
    current.db.set_trace_callback(None)
    plans = [
        row[3]
        for statement in statements
        if " FROM changes " in statement
        for row in current.db.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]
    assert any("changes_of" in line for line in plans), plans
