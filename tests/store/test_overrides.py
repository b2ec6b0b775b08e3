"""Tests of overrides as they are kept."""

from __future__ import annotations

import sqlite3

import pytest

from amzsync.core.overrides import Row
from amzsync.store import overrides, runs

DAYS = [f"2026-11-{day:02d}T06:00:00Z" for day in range(1, 9)]


def put(db: sqlite3.Connection, *rows: tuple[int, str, Row]) -> None:
    overrides.put(db, runs.begin(db, "override", DAYS[0]), rows)


def test_they_are_found_by_store_and_seller_sku(db: sqlite3.Connection) -> None:
    price, days = Row("price", "19.99", DAYS[3]), Row("handling_time", None)
    put(db, (1, "A", price), (1, "A", days), (1, "B", price), (2, "A", price))

    assert overrides.of_skus(db, 1, ["A", "C"]) == {"A": [days, price]}


def test_a_later_one_takes_the_place_of_an_earlier_one(db: sqlite3.Connection) -> None:
    put(db, (1, "A", Row("price", "19.99", DAYS[3])))
    put(db, (1, "A", Row("price", "18.00")))

    assert overrides.of_skus(db, 1, ["A"]) == {"A": [Row("price", "18.00")]}
    assert db.execute("SELECT run_id FROM overrides").fetchall() == [(2,)]


def test_one_that_is_removed_is_gone_and_the_others_stay(db: sqlite3.Connection) -> None:
    put(db, (1, "A", Row("price", "19.99")), (1, "A", Row("condition", "new_new")))
    overrides.remove(db, [(1, "A", "price"), (2, "A", "condition")])

    assert overrides.of_skus(db, 1, ["A"]) == {"A": [Row("condition", "new_new")]}


def test_only_handling_times_that_were_taken_back_are_settled(db: sqlite3.Connection) -> None:
    put(db, (1, "A", Row("handling_time", None)), (1, "A", Row("price", "19.99")))
    put(db, (1, "B", Row("handling_time", None)))
    overrides.settle(db, 1, ["A"])

    assert overrides.of_skus(db, 1, ["A", "B"]) == {
        "A": [Row("price", "19.99")],
        "B": [Row("handling_time", None)],
    }


@pytest.mark.parametrize(
    ("after", "until", "found"),
    [(1, 2, ["A"]), (2, 4, []), (0, 7, ["A", "B"]), (1, 1, []), (4, 5, ["B"])],
)
def test_the_expired_ones_of_a_span_are_found_once(
    db: sqlite3.Connection, after: int, until: int, found: list[str]
) -> None:
    put(db, (1, "A", Row("price", "1.00", DAYS[2])), (1, "A", Row("condition", "x", DAYS[2])))
    put(db, (1, "B", Row("price", "1.00", DAYS[5])), (2, "C", Row("price", "1.00", DAYS[2])))
    put(db, (1, "D", Row("price", "1.00")))

    assert overrides.expired(db, 1, after=DAYS[after], until=DAYS[until]) == found


def test_only_the_four_fields_can_be_kept(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        put(db, (1, "A", Row("quantity", "5")))
