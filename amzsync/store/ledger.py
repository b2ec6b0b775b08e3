"""Read what the runs left behind: counts of the tabs, documents, runs, rejected rows."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class SourceAge(NamedTuple):
    """A document as it was last read for a store (or for ``commerce``)."""

    store: str
    kind: str
    path: str
    modified_at: str
    encoding: str
    rows_read: int
    accepted: int
    rejected: int
    duplicates: int


def tab_counts(db: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Return the counts by store and tab; none for a store of which nothing is known yet."""
    found: dict[str, dict[str, int]] = {}
    for store, tab, number in db.execute(
        "SELECT s.name, t.tab, t.rows FROM stores s LEFT JOIN tab_counts t USING (store_id) ORDER BY s.name"
    ):
        counts = found.setdefault(store, {})
        if tab is not None:
            counts[tab] = number
    return found


def count_overridden(db: sqlite3.Connection) -> dict[str, int]:
    """Return how many listings of each store have overrides."""
    return {
        row[0]: row[1]
        for row in db.execute(
            "SELECT s.name, count(DISTINCT seller_sku) FROM overrides JOIN stores s USING (store_id) "
            "WHERE value IS NOT NULL GROUP BY 1"
        )
    }


def source_ages(db: sqlite3.Connection) -> list[SourceAge]:
    """Return the last document of each kind that was read and still counts."""
    return [
        SourceAge(*row)
        for row in db.execute(
            "SELECT coalesce(s.name, 'commerce'), o.kind, o.path, o.modified_at, o.encoding, o.rows_read, "
            "o.accepted, o.rejected, o.duplicates FROM sources o LEFT JOIN stores s USING (store_id) "
            "WHERE o.source_id IN (SELECT max(source_id) FROM sources GROUP BY store_id, kind) "
            "AND o.signature <> 'withdrawn' ORDER BY o.store_id, o.kind"
        )
    ]


class RunRow(NamedTuple):
    """A run."""

    run_id: int
    command: str
    started_at: str
    outcome: str
    message: str
    changes: int


def runs(db: sqlite3.Connection, limit: int | None) -> list[RunRow]:
    """Return the last runs, newest first."""
    return [
        RunRow(*row)
        for row in db.execute(
            "SELECT run_id, command, started_at, outcome, message, (SELECT count(*) FROM changes c "
            "WHERE c.run_id = r.run_id) FROM runs r ORDER BY run_id DESC LIMIT ?",
            (-1 if limit is None else limit,),
        )
    ]


class Reject(NamedTuple):
    """A row that could not be read."""

    store: str
    kind: str
    path: str
    line: int
    key: str
    reason: str
    raw: str


def rejects(db: sqlite3.Connection, store: str | None, limit: int | None) -> list[Reject]:
    """Return the rejected rows of the documents last read, by document and line."""
    return [
        Reject(*row)
        for row in db.execute(
            "SELECT store, kind, path, line, key, reason, raw FROM v_rejects WHERE ?1 IS NULL OR store = ?1 "
            "ORDER BY store, kind, line LIMIT ?2",
            (store, -1 if limit is None else limit),
        )
    ]


def count_rejects(db: sqlite3.Connection, store: str | None) -> int:
    """Return how many rejected rows there are."""
    return int(
        db.execute(
            "SELECT count(*) FROM v_rejects WHERE ?1 IS NULL OR store = ?1", (store,)
        ).fetchone()[0]
    )
