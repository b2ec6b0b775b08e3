"""The log of questions that Amazon did not answer."""

from __future__ import annotations

import sqlite3

import pytest

from amzsync.store import communication
from amzsync.store.communication import CommunicationError, Trouble


def at(hour: int) -> str:
    return f"2026-11-22T{hour:02d}:00:00Z"


def trouble(hour: int, store: int | None = 1, sku: str | None = None) -> Trouble:
    return Trouble(
        "main", store, "getReport", "throttled", 429, "QuotaExceeded", "Too much.", f"id{hour}", sku,
        at(hour),
    )  # fmt: skip


def ids(rows: list[CommunicationError]) -> list[str]:
    return [row.request_id for row in rows]


def test_everything_that_is_known_of_an_error_comes_back(db: sqlite3.Connection) -> None:
    communication.record(db, 7, [trouble(1, sku="A-1")])
    assert communication.listed(db, None, None, None) == [
        CommunicationError(
            7, "us", "main", "getReport", "throttled", 429, "QuotaExceeded", "Too much.", "id1",
            "A-1", at(1),
        )
    ]  # fmt: skip


def test_what_has_no_store_no_status_and_no_listing_is_kept_without(
    db: sqlite3.Connection,
) -> None:
    communication.record(
        db,
        7,
        [Trouble("main", None, "token", "credentials", None, "NoAnswer", "m", "", None, at(1))],
    )
    (found,) = communication.listed(db, None, None, None)
    assert (found.store, found.status, found.seller_sku) == (None, None, None)


@pytest.mark.parametrize(
    ("store", "limit", "since", "expected"),
    [
        (None, None, None, ["id4", "id3", "id2", "id1"]),
        (None, 2, None, ["id4", "id3"]),
        (None, 0, None, []),
        ("us", None, None, ["id4", "id1"]),
        ("us", 1, None, ["id4"]),
        ("uk", None, None, ["id3"]),
        ("nowhere", None, None, []),
        (None, None, at(3), ["id4", "id3"]),
        ("us", None, at(2), ["id4"]),
    ],
    ids=["all", "a few", "none", "of a store", "the last of a store", "of another store",
         "of no store", "since then", "of a store since then"],
)  # fmt: skip
def test_the_newest_come_first(
    db: sqlite3.Connection,
    store: str | None,
    limit: int | None,
    since: str | None,
    expected: list[str],
) -> None:
    communication.record(db, 1, [trouble(4), trouble(1)])  # as threads may tell them
    communication.record(db, 2, [trouble(2, None), trouble(3, 2)])
    assert ids(communication.listed(db, store, limit, since)) == expected


def test_a_listing_has_its_own_in_its_own_store(db: sqlite3.Connection) -> None:
    told = [trouble(1, sku="A"), trouble(2, sku="B"), trouble(3, sku="A"), trouble(4, 2, "A")]
    communication.record(db, 1, told)
    assert ids(communication.of_listing(db, 1, "A", 9)) == ["id3", "id1"]
    assert ids(communication.of_listing(db, 1, "A", 1)) == ["id3"]
    assert ids(communication.of_listing(db, 2, "B", 9)) == []


def test_the_old_ones_are_forgotten(db: sqlite3.Connection) -> None:
    communication.record(db, 1, map(trouble, (1, 2, 3)))
    communication.forget(db, at(2))
    assert ids(communication.listed(db, None, None, None)) == ["id3", "id2"]
