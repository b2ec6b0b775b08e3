"""Products that Amazon has no page for, as far as is known, and the schemas that they are told by."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Unassigned(NamedTuple):
    """A product without a listing, and where it stands."""

    sku: str
    asin: str | None
    status: str
    reason: str
    next_step: str


def without_listing(
    db: sqlite3.Connection, store_id: int, *, status: str, skus: Sequence[str] = ()
) -> Iterator[Unassigned]:
    """Yield the products called *skus*, whatever their status, or without any all of this *status*."""
    rows = db.execute(
        "SELECT p.sku, u.asin, v.status, v.reason, v.next_step FROM unlisted u JOIN products p USING (product_id) "
        "JOIN verdicts v USING (verdict_id) WHERE u.store_id = :store_id AND CASE WHEN :all THEN "
        "u.tab = 'incomplete' AND u.asin IS NULL AND v.status = :status "
        "ELSE p.sku IN (SELECT value FROM json_each(:skus)) END ORDER BY p.sku",
        {"store_id": store_id, "all": not skus, "status": status, "skus": json.dumps(list(skus))},
    )
    yield from map(Unassigned._make, rows)


def schema_notes(db: sqlite3.Connection, prefix: str) -> list[str]:
    """Return the notes of the state whose keys begin with *prefix*."""
    rows = db.execute("SELECT value FROM meta WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))
    return [str(row[0]) for row in rows]
