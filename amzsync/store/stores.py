"""The stores as the state knows them."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class KnownStore(NamedTuple):
    """A store's row."""

    store_id: int
    name: str
    marketplace: str
    seller_id: str
    website: str
    currency: str
    exponent: int
    first_run: int | None


def known(db: sqlite3.Connection) -> dict[str, KnownStore]:
    """Return all stores by name."""
    rows = db.execute(
        "SELECT store_id, name, marketplace, seller_id, website, currency, exponent, first_run FROM stores "
        "ORDER BY store_id"
    )
    return {row[1]: KnownStore(*row) for row in rows}


def add(
    db: sqlite3.Connection,
    *,
    name: str,
    marketplace: str,
    seller_id: str,
    website: str,
    currency: str,
    exponent: int,
    run_id: int,
) -> int:
    """Add a store and return its id."""
    cursor = db.execute(
        "INSERT INTO stores (name, marketplace, seller_id, website, currency, exponent, first_run) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (name, marketplace, seller_id, website, currency, exponent, run_id),
    )
    return int(cursor.lastrowid or 0)


def of_marketplace(db: sqlite3.Connection, marketplace: str) -> list[str]:
    """Return the names of the stores in a marketplace."""
    rows = db.execute("SELECT name FROM stores WHERE marketplace = ? ORDER BY name", (marketplace,))
    return [str(row[0]) for row in rows]


def move(db: sqlite3.Connection, store_id: int, website: str) -> None:
    """Bind the store to another Commerce website."""
    db.execute("UPDATE stores SET website = ? WHERE store_id = ?", (website, store_id))
