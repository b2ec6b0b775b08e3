"""Listings and answers of Amazon, put into a state as they are, and how SQLite reads what is asked of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from amzsync.core.model import ReportKind

LARGE = (" outbox", " report_rows", " listings", " o", " r", " l")
"""The tables that grow with a shop, and what they are called for short."""


def put_listing(
    db: sqlite3.Connection, seller_sku: str = "A", store_id: int = 1, **has: Any
) -> int:
    """Have a listing of which a report told what it *has*; return its id."""
    db.execute("INSERT OR IGNORE INTO verdicts (verdict_id, tab, status, reason, next_step) VALUES (1, 'active', 's', 'r', 'n')")  # fmt: skip
    values = {
        "store_id": store_id, "seller_sku": seller_sku, "asin": "B0A", "title": "A title", "condition": "new_new",
        "fulfillment": "merchant", "price_minor": 1990, "quantity": 5, "base": "", "filled": 0, "outcome": "matched",
        "matched_by": "", "weak": 0, "tab": "active", "verdict_id": 1, "since_run": 1, "first_run": 1, **has,
    }  # fmt: skip
    return _insert(db, "listings", values)


def put_answer(
    db: sqlite3.Connection, at: str, seller_sku: str = "A", store_id: int = 1, **told: Any
) -> None:
    """Have what Amazon answered at *at* when it was asked for a listing; nothing *told*: it was not there."""
    values = {
        "store_id": store_id, "seller_sku": seller_sku, "kind": ReportKind.ANSWER.value, "digest": 1,
        "asked_at": at, **told,
    }  # fmt: skip
    _insert(db, "report_rows", values)


def want(db: sqlite3.Connection, listing_id: int, price: int | None, quantity: int | None) -> None:
    """Have what a listing should be, as it was last planned."""
    values = {"listing_id": listing_id, "price_minor": price, "quantity": quantity}
    _insert(db, "wanted", values)


def _insert(db: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    marks = ", ".join("?" * len(values))
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
    return int(db.execute(sql, tuple(values.values())).lastrowid or 0)


def scans(db: sqlite3.Connection, ask: Callable[[sqlite3.Connection], object]) -> list[str]:
    """Return the steps of SQLite's plans in which *ask* reads all of a large table."""
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    try:
        ask(db)
    finally:
        db.set_trace_callback(None)
    assert asked
    return [
        step[3]
        for sql in asked
        for step in db.execute(f"EXPLAIN QUERY PLAN {sql}")
        if step[3].startswith("SCAN") and step[3].split(" USING")[0].endswith(LARGE)
    ]
