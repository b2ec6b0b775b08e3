"""Verdicts, unlisted products, and the counts of the tabs."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from amzsync.core.tabs import Tab, Verdict

Value = str | int | None


class Verdicts:
    """The ids of verdicts: most listings share a few, so each is stored once."""

    LIMIT = 50_000  # reasons that name products are all different: they must not fill the memory

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._ids: dict[Verdict, int] = {}

    def id_of(self, verdict: Verdict) -> int:
        """Return the id of *verdict*, storing it where it is new."""
        known = self._ids.get(verdict)
        return known if known is not None else self._find(verdict)

    def by_id(self, verdict_id: int) -> Verdict:
        """Return the verdict of *verdict_id*."""
        tab, *words = self._db.execute(
            "SELECT tab, status, reason, next_step FROM verdicts WHERE verdict_id = ?",
            (verdict_id,),
        ).fetchone()
        return Verdict(Tab(tab), *words)

    def _find(self, verdict: Verdict) -> int:
        if len(self._ids) >= self.LIMIT:
            self._ids.clear()
        row = self._db.execute(
            "SELECT verdict_id FROM verdicts WHERE reason = ? AND next_step = ? AND status = ? AND tab = ?",
            (verdict.reason, verdict.next_step, verdict.status, verdict.tab.value),
        ).fetchone()
        if row is None:
            cursor = self._db.execute(
                "INSERT INTO verdicts (tab, status, reason, next_step) VALUES (?, ?, ?, ?)",
                (verdict.tab.value, verdict.status, verdict.reason, verdict.next_step),
            )
            row = (cursor.lastrowid,)
        self._ids[verdict] = found = int(row[0])
        return found


def unlisted_products(
    db: sqlite3.Connection, store_id: int, *, touched_only: bool
) -> Iterator[tuple[int, str, str]]:
    """Yield ``(product_id, sku, identifiers)`` of products that no listing of the store is matched to.

    With *touched_only* only of those that the run touched.
    """
    touched = "AND product_id IN (SELECT product_id FROM touched_products)" if touched_only else ""
    yield from db.execute(
        "SELECT product_id, sku, identifiers FROM products p WHERE NOT EXISTS (SELECT 1 FROM listings l "
        f"WHERE l.product_id = p.product_id AND l.store_id = ?) {touched} ORDER BY product_id",
        (store_id,),
    )


def unlisted(
    db: sqlite3.Connection, store_id: int, *, touched_only: bool
) -> dict[int, tuple[Value, ...]]:
    """Return the store's unlisted rows ``product_id -> (asin, tab, verdict_id, since_run)``."""
    touched = "AND product_id IN (SELECT product_id FROM touched_products)" if touched_only else ""
    return {
        row[0]: row[1:]
        for row in db.execute(
            f"SELECT product_id, asin, tab, verdict_id, since_run FROM unlisted WHERE store_id = ? {touched}",
            (store_id,),
        )
    }


def put_unlisted(db: sqlite3.Connection, store_id: int, rows: Iterable[tuple[Value, ...]]) -> None:
    """Write rows ``(product_id, asin, tab, verdict_id, since_run)``."""
    db.executemany(f"INSERT OR REPLACE INTO unlisted VALUES ({store_id:d}, ?, ?, ?, ?, ?)", rows)


def remove_unlisted(db: sqlite3.Connection, store_id: int, product_ids: Iterable[int]) -> None:
    """Remove products that no longer belong in a tab without a listing."""
    db.executemany(
        "DELETE FROM unlisted WHERE store_id = ? AND product_id = ?",
        ((store_id, i) for i in product_ids),
    )


@dataclass(slots=True)
class Moves:
    """How the counts of one store change: by tab, and by the way listings are matched."""

    tabs: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        """Forget them."""
        self.tabs.clear()
        self.ways.clear()


def way_of(outcome: str, by: str, weak: int) -> str:
    """Return under which name a match is counted."""
    return f"{by} (weak)" if outcome == "matched" and weak else by or outcome


def count(
    db: sqlite3.Connection, store_id: int, moves: Moves
) -> tuple[dict[str, int], dict[str, int]]:
    """Add *moves* to the store's counts; return them by tab, and by the way of matching."""
    moves.tabs.update(dict.fromkeys((tab.value for tab in Tab), 0))
    found = []
    for table, column, changes in (
        ("tab_counts", "tab", moves.tabs),
        ("match_counts", "way", moves.ways),
    ):
        db.executemany(
            f"INSERT INTO {table} VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
            ((store_id, name) for name in changes),
        )
        db.executemany(
            f"UPDATE {table} SET rows = rows + ? WHERE store_id = ? AND {column} = ?",
            ((change, store_id, name) for name, change in changes.items() if change),
        )
        rows = db.execute(f"SELECT {column}, rows FROM {table} WHERE store_id = ?", (store_id,))
        found.append(dict(rows.fetchall()))
    moves.clear()
    tabs, ways = found
    return tabs, {way: rows for way, rows in ways.items() if rows}
