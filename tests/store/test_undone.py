"""The values that the user took back."""

from __future__ import annotations

import sqlite3

from amzsync.store import undone

US, UK = 1, 2


def test_what_was_taken_back_is_known_with_the_run_that_did(db: sqlite3.Connection) -> None:
    undone.take_back(db, 7, US, "A", {"price": 1990, "quantity": 0, "seller_notes": "Kännchen"})
    found = undone.of_listings(db, US, ["A", "B"])
    assert found == {"A": {"price": (1990, 7), "quantity": (0, 7), "seller_notes": ("Kännchen", 7)}}
    assert undone.of_listings(db, UK, ["A"]) == {}


def test_the_last_value_that_was_taken_back_counts(db: sqlite3.Connection) -> None:
    undone.take_back(db, 7, US, "A", {"price": 1990})
    undone.take_back(db, 9, US, "A", {"price": 2190})
    assert undone.of_listings(db, US, ["A"]) == {"A": {"price": (2190, 9)}}


def test_it_is_forgotten_once_another_run_sends_the_field(db: sqlite3.Connection) -> None:
    undone.take_back(db, 7, US, "A", {"price": 1990, "quantity": 0})
    undone.forget(db, 7, US, "A", ["price"])  # what takes it back is sent by that run itself
    assert undone.of_listings(db, US, ["A"])["A"].keys() == {"price", "quantity"}
    undone.forget(db, 8, US, "A", ["price"])
    assert undone.of_listings(db, US, ["A"])["A"].keys() == {"quantity"}
