"""The listings that amzsync has ended, beside those of the user's own list."""

from __future__ import annotations

import sqlite3

from amzsync.core.model import ReportKind


def end(db: sqlite3.Connection, run_id: int, store_id: int, seller_sku: str, now: str) -> None:
    """Put a listing among those that have ended: it stands in that tab from the moment it is being ended."""
    db.execute(
        "INSERT INTO ended SELECT store_id, seller_sku, asin, title, sku, ?, ? FROM listings "
        "LEFT JOIN products USING (product_id) WHERE store_id = ? AND seller_sku = ? "
        "ON CONFLICT DO UPDATE SET ended_at = excluded.ended_at, run_id = excluded.run_id",
        (now[:10], run_id, store_id, seller_sku),
    )


def unend(db: sqlite3.Connection, store_id: int, seller_sku: str) -> None:
    """Take a listing off those that amzsync has ended."""
    db.execute(
        "DELETE FROM ended WHERE store_id = ? AND seller_sku = ? AND run_id IS NOT NULL",
        (store_id, seller_sku),
    )


def returned(db: sqlite3.Connection, store_id: int, since: str) -> list[str]:
    """Return the seller SKUs that were ended at *since* or later and that Amazon shows again."""
    found = db.execute(
        "SELECT DISTINCT o.seller_sku FROM outbox o JOIN listings l USING (store_id, seller_sku) "
        "JOIN ended e USING (store_id, seller_sku) "
        "JOIN report_rows r ON r.store_id = o.store_id AND r.seller_sku = o.seller_sku "
        f"AND r.kind = '{ReportKind.ANSWER.value}' "
        "WHERE o.store_id = ? AND o.step = 'delete' AND o.progress = 'confirmed' AND o.settled_at >= ? "
        "AND e.run_id IS NOT NULL AND r.status = 'active' AND r.asked_at > o.settled_at ORDER BY 1",
        (store_id, since),
    )
    return [row[0] for row in found]
