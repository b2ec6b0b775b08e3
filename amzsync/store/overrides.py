"""The user's exceptions for single listings, as they are kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amzsync.core.overrides import Row


class Subject(NamedTuple):
    """A listing that an override could be made for."""

    store_id: int
    seller_sku: str
    asin: str | None
    title: str | None
    condition: str | None
    fulfillment: str | None
    matched: bool
    tab: str
    first_run: int


class Overridden(NamedTuple):
    """An override with the listing that it is for."""

    store_id: int
    store: str
    seller_sku: str
    asin: str | None
    sku: str | None
    title: str | None
    tab: str
    currency: str
    row: Row


_SUBJECT = (
    "store_id, seller_sku, asin, title, condition, fulfillment, "
    "product_id IS NOT NULL AND outcome = 'matched', tab, first_run"
)
_AMONG = "IN (SELECT value FROM json_each(?))"


def subjects(
    db: sqlite3.Connection, store_ids: Iterable[int], seller_skus: Iterable[str]
) -> list[Subject]:
    """Return the listings of these stores that have one of *seller_skus*, by store and seller SKU."""
    names = json.dumps(list(seller_skus))
    found: list[Subject] = []
    for store_id in store_ids:
        rows = db.execute(
            f"SELECT {_SUBJECT} FROM listings WHERE store_id = ? AND seller_sku {_AMONG} "
            "ORDER BY seller_sku",
            (store_id, names),
        )
        found += (Subject._make((*row[:6], row[6] == 1, *row[7:])) for row in rows)
    return found


def of_skus(
    db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str]
) -> dict[str, list[Row]]:
    """Return the overrides of those of the listings *seller_skus* that have any, expired ones too."""
    found: dict[str, list[Row]] = {}
    for seller_sku, *row in db.execute(
        "SELECT seller_sku, field, value, expires_at FROM overrides WHERE store_id = ? "
        f"AND seller_sku {_AMONG} ORDER BY seller_sku, field",
        (store_id, json.dumps(list(seller_skus))),
    ):
        found.setdefault(seller_sku, []).append(Row(*row))
    return found


def listed(db: sqlite3.Connection, store_id: int | None = None) -> list[Overridden]:
    """Return all overrides (of one store), expired ones too, by store and seller SKU; not those taken back."""
    rows = db.execute(
        "SELECT o.store_id, s.name, o.seller_sku, l.asin, p.sku, l.title, l.tab, s.currency, "
        "o.field, o.value, o.expires_at FROM overrides o JOIN stores s USING (store_id) "
        "JOIN listings l ON l.store_id = o.store_id AND l.seller_sku = o.seller_sku "
        "LEFT JOIN products p USING (product_id) WHERE o.value IS NOT NULL "
        "AND (?1 IS NULL OR o.store_id = ?1) ORDER BY s.name, o.seller_sku, o.field",
        (store_id,),
    )
    return [Overridden._make((*row[:8], Row(*row[8:]))) for row in rows]


def expired(db: sqlite3.Connection, store_id: int, *, after: str, until: str) -> list[str]:
    """Return the listings with an override that ran out after *after*, at *until* at the latest (UTC text)."""
    rows = db.execute(
        "SELECT DISTINCT seller_sku FROM overrides WHERE store_id = ? AND value IS NOT NULL "
        "AND expires_at > ? AND expires_at <= ? ORDER BY seller_sku",
        (store_id, after, until),
    )
    return [str(row[0]) for row in rows]


def put(db: sqlite3.Connection, run_id: int, rows: Iterable[tuple[int, str, Row]]) -> None:
    """Keep overrides ``(store_id, seller_sku, row)``, in place of those there were of the same field."""
    db.executemany(
        "INSERT INTO overrides (store_id, seller_sku, field, value, expires_at, run_id) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, "
        "expires_at = excluded.expires_at, run_id = excluded.run_id",
        ((store_id, seller_sku, *row, run_id) for store_id, seller_sku, row in rows),
    )


def remove(db: sqlite3.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Forget the overrides ``(store_id, seller_sku, field)``."""
    db.executemany(
        "DELETE FROM overrides WHERE store_id = ? AND seller_sku = ? AND field = ?", rows
    )


def settle(db: sqlite3.Connection, store_id: int, seller_skus: Iterable[str]) -> None:
    """Forget that handling times were taken back: Amazon has been sent the default, and has taken it."""
    db.executemany(
        "DELETE FROM overrides WHERE store_id = ? AND seller_sku = ? AND value IS NULL",
        ((store_id, seller_sku) for seller_sku in seller_skus),
    )
