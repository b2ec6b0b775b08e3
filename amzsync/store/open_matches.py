"""Listings whose product a person must tell."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple


class OpenCandidate(NamedTuple):
    """A product that could be the listing's."""

    sku: str
    name: str | None
    type: str | None
    carries: str  # the identifiers that it shares with the listing


class OpenMatch(NamedTuple):
    """A listing without a product."""

    store: str
    seller_sku: str
    asin: str | None
    title: str | None
    outcome: str
    reason: str
    candidates: tuple[OpenCandidate, ...]


def open_matches(
    db: sqlite3.Connection, outcomes: Sequence[str], limit: int | None
) -> list[OpenMatch]:
    """Return the listings with one of *outcomes*, by store and seller SKU."""
    marks = ", ".join("?" * len(outcomes))
    rows = db.execute(
        "SELECT l.listing_id, s.name, l.seller_sku, l.asin, l.title, l.outcome, v.reason FROM listings l "
        "JOIN stores s USING (store_id) JOIN verdicts v USING (verdict_id) "
        f"WHERE l.tab = 'new-third-party' AND l.outcome IN ({marks}) ORDER BY s.name, l.seller_sku LIMIT ?",
        (*outcomes, -1 if limit is None else limit),
    ).fetchall()
    return [OpenMatch._make((*row[1:], _candidates(db, row[0]))) for row in rows]


def _candidates(db: sqlite3.Connection, listing_id: int) -> tuple[OpenCandidate, ...]:
    rows = db.execute(
        "SELECT p.sku, p.name, p.type, group_concat(c.kind || ' ' || c.key, ', ') FROM candidates c "
        "JOIN products p USING (product_id) WHERE c.listing_id = ? GROUP BY p.sku ORDER BY p.sku",
        (listing_id,),
    )
    return tuple(OpenCandidate(*row) for row in rows)
