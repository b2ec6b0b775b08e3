"""Units in Amazon orders that Commerce does not know of yet: order, seller SKU, how many, since when."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple


class PendingOrder(NamedTuple):
    """What one order holds of one seller SKU."""

    order_id: str
    seller_sku: str
    quantity: int
    purchased_at: str | None = None


def of_store(db: sqlite3.Connection, store_id: int) -> list[PendingOrder]:
    """Return all that the store's pending orders hold."""
    rows = db.execute(
        "SELECT order_id, seller_sku, quantity, purchased_at FROM pending_orders WHERE store_id = ? "
        "ORDER BY order_id, seller_sku",
        (store_id,),
    )
    return [PendingOrder(*row) for row in rows]


def replace(db: sqlite3.Connection, store_id: int, rows: Iterable[PendingOrder]) -> set[str]:
    """Put *rows* in the place of all the store had; return the seller SKUs whose sum has changed.

    Several rows of one order and seller SKU are added up.
    """
    before = _sums(db, store_id)
    db.execute("DELETE FROM pending_orders WHERE store_id = ?", (store_id,))
    db.executemany(
        "INSERT INTO pending_orders (store_id, order_id, seller_sku, quantity, purchased_at) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity",
        ((store_id, *row) for row in rows),
    )
    after = _sums(db, store_id)
    return {sku for sku in before.keys() | after.keys() if before.get(sku) != after.get(sku)}


def sums(db: sqlite3.Connection, store_id: int, seller_skus: Collection[str]) -> dict[str, int]:
    """Return how many units of each of *seller_skus* are held; one that is absent has none."""
    rows = db.execute(
        "SELECT seller_sku, sum(quantity) FROM pending_orders WHERE store_id = ? "
        "AND seller_sku IN (SELECT value FROM json_each(?)) GROUP BY seller_sku",
        (store_id, json.dumps(list(seller_skus))),
    )
    return dict(rows.fetchall())


def of_products(db: sqlite3.Connection, product_ids: Sequence[int]) -> dict[int, int]:
    """Return how many units of each of *product_ids* are held, by whatever listing; one that is absent has none."""
    rows = db.execute(
        "SELECT l.product_id, sum(o.quantity) FROM listings l CROSS JOIN pending_orders o "
        "ON o.store_id = l.store_id AND o.seller_sku = l.seller_sku WHERE l.product_id IN (SELECT value FROM json_each(?)) GROUP BY l.product_id",
        (json.dumps(list(product_ids)),),
    )
    return {row[0]: row[1] for row in rows}


def _sums(db: sqlite3.Connection, store_id: int) -> dict[str, int]:
    rows = db.execute(
        "SELECT seller_sku, sum(quantity) FROM pending_orders WHERE store_id = ? GROUP BY seller_sku",
        (store_id,),
    )
    return dict(rows.fetchall())
