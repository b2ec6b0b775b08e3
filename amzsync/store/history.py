"""What was before: changes as a list, and the rows of the tabs as they were after an earlier run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

Value = str | int | None


class ChangeRow(NamedTuple):
    """A change, as it is shown."""

    at: str
    run_id: int
    store: str | None  # None: of the Commerce catalogue
    subject: str
    key: str
    field: str
    old: Value
    new: Value
    valid_from: str


_CHANGES = """
SELECT r.finished_at, c.run_id, s.name, c.subject, c.key, c.field, c.old, c.new, f.finished_at
FROM changes c JOIN runs r ON r.run_id = c.run_id JOIN runs f ON f.run_id = c.from_run
  LEFT JOIN stores s USING (store_id)
WHERE c.run_id > :since AND (:sku = '' OR c.key = :sku OR (c.subject <> 'listing' AND c.key IN (
    SELECT p.sku FROM listings l JOIN products p USING (product_id) WHERE l.seller_sku = :sku)))
  AND (:store IS NULL OR s.name = :store)
"""
# A listing that came with a later run than its store's first one is a change too, though nothing was noted.
_NEW = """
SELECT r.finished_at, l.first_run, s.name, 'listing', l.seller_sku, 'listing', NULL, 'new', r.finished_at
FROM listings l JOIN stores s USING (store_id) JOIN runs r ON r.run_id = l.first_run
WHERE l.first_run > :since AND l.first_run > s.first_run AND (:sku = '' OR l.seller_sku = :sku)
  AND (:store IS NULL OR s.name = :store)
"""


def changes(
    db: sqlite3.Connection, *, since_run: int, sku: str, store: str | None, limit: int | None
) -> list[ChangeRow]:
    """Return the changes after *since_run*, newest first; *sku* is a seller SKU or a product's."""
    values = {
        "since": since_run,
        "sku": sku,
        "store": store,
        "limit": -1 if limit is None else limit,
    }
    sql = f"{_CHANGES} UNION ALL {_NEW} ORDER BY 2 DESC, 3, 4, 5, 6 LIMIT :limit"
    return [ChangeRow(*row) for row in db.execute(sql, values)]


class Past(NamedTuple):
    """What a field was after an earlier run."""

    store_id: int
    subject: str
    key: str
    field: str
    value: Value


def values_at(db: sqlite3.Connection, run_id: int) -> Iterator[Past]:
    """Yield the values after *run_id* of all fields that have changed since: the old one of the first change."""
    for row in db.execute(
        "SELECT store_id, subject, key, field, old FROM changes c WHERE run_id > ?1 AND run_id = (SELECT min(run_id) "
        "FROM changes d WHERE d.subject = c.subject AND d.key = c.key AND d.store_id = c.store_id "
        "AND d.field = c.field AND d.run_id > ?1)",
        (run_id,),
    ):
        yield Past(*row)


class Unlisted(NamedTuple):
    """A product that stood in a tab without a listing, after an earlier run."""

    store_id: int
    store: str
    currency: str
    exponent: int
    sku: str
    tab: str
    title: str | None
    since: str


def unlisted_at(db: sqlite3.Connection, run_id: int) -> list[Unlisted]:
    """Return the unlisted products whose tab after *run_id* is no longer the one they have now."""
    return [
        Unlisted(*row)
        for row in db.execute(
            "SELECT s.store_id, s.name, s.currency, s.exponent, c.key, c.old, p.name, f.finished_at FROM changes c "
            "JOIN stores s USING (store_id) JOIN products p ON p.sku = c.key JOIN runs f ON f.run_id = c.from_run "
            "WHERE c.subject = 'unlisted' AND c.field = 'tab' AND c.from_run <= ?1 AND c.run_id > ?1 "
            "AND c.old IS NOT NULL ORDER BY s.name, c.key",
            (run_id,),
        )
    ]
