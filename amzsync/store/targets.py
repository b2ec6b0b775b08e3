"""What is known of the listings that something is to be sent to, or was: evidence, answers, what is wanted of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from amzsync.core.model import Fulfillment, ReportKind
from amzsync.core.plan import Seen, Value
from amzsync.core.sending import Observed, Target

_MERCHANT = Fulfillment.MERCHANT.value
_OPEN = "('planned', 'sent', 'accepted')"


def targets(db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str]) -> dict[str, Target]:
    """Return what the last good evidence says of those of *seller_skus* that are known.

    One that Amazon, when it was last asked for it, did not have is not there, whatever a report says.
    """
    rows = db.execute(
        "SELECT l.seller_sku, l.missing_run IS NULL AND (r.seller_sku IS NULL OR coalesce(r.asin, r.title, r.condition, "
        "r.fulfillment, r.price_minor, r.quantity, r.status, r.problem) IS NOT NULL), l.fulfillment, l.quantity "
        "FROM listings l LEFT JOIN report_rows r ON r.store_id = l.store_id AND r.seller_sku = l.seller_sku "
        f"AND r.kind = '{ReportKind.ANSWER.value}' WHERE l.store_id = ? "
        "AND l.seller_sku IN (SELECT value FROM json_each(?))",
        (store_id, json.dumps(list(seller_skus))),
    )
    return {
        row[0]: Target(row[1] == 1, None if row[2] is None else row[2] == _MERCHANT, row[3])
        for row in rows
    }


def answered(
    db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str]
) -> dict[str, Observed]:
    """Return what Amazon last answered about each of *seller_skus* itself, where it ever did."""
    found = {}
    for sku, at, price, quantity, fulfillment, condition, asin, exists in db.execute(
        "SELECT seller_sku, asked_at, price_minor, quantity, fulfillment, condition, asin, "
        "coalesce(asin, title, condition, fulfillment, price_minor, quantity, status, problem) IS NOT NULL "
        f"FROM report_rows WHERE store_id = ? AND kind = '{ReportKind.ANSWER.value}' "
        "AND seller_sku IN (SELECT value FROM json_each(?))",
        (store_id, json.dumps(list(seller_skus))),
    ):
        found[sku] = Observed(at, exists == 1, Seen(price, quantity, fulfillment, condition, asin))
    return found


def answered_since(db: sqlite3.Connection, store_id: int) -> list[str]:
    """Return the seller SKUs with something open about which Amazon has answered since it was sent or accepted."""
    # "+": by seller SKU, not by time, of which many answers are as new.
    found = db.execute(
        "SELECT DISTINCT o.seller_sku FROM outbox o CROSS JOIN report_rows r ON r.store_id = o.store_id "
        f"AND r.kind = '{ReportKind.ANSWER.value}' AND r.seller_sku = o.seller_sku "
        f"WHERE o.progress IN {_OPEN} AND o.store_id = ? AND o.progress IN ('sent', 'accepted') "
        "AND +r.asked_at > coalesce(o.accepted_at, o.sent_at) ORDER BY 1",
        (store_id,),
    )
    return [row[0] for row in found]


def blocked(db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str]) -> set[str]:
    """Return those of *seller_skus* that something is on its way to, so that nothing else may be sent."""
    found = db.execute(
        f"SELECT DISTINCT seller_sku FROM outbox WHERE progress IN {_OPEN} AND store_id = ? "
        "AND seller_sku IN (SELECT value FROM json_each(?)) "
        "AND (progress <> 'accepted' OR kind NOT IN ('revise-price', 'revise-quantity', 'revise-other'))",
        (store_id, json.dumps(list(seller_skus))),
    )
    return {row[0] for row in found}


def wanted_quantity(db: sqlite3.Connection, store_id: int, seller_sku: str) -> int | None:
    """Return the stock that a listing should have, as it was last planned."""
    found = db.execute(
        "SELECT w.quantity FROM wanted w JOIN listings l USING (listing_id) "
        "WHERE l.store_id = ? AND l.seller_sku = ?",
        (store_id, seller_sku),
    ).fetchone()
    return None if found is None else found[0]


def known(db: sqlite3.Connection, store_id: int, seller_sku: str) -> dict[str, Value]:
    """Return what the state knows of a listing, and what was wanted of its price, by the fields of a plan."""
    found = db.execute(
        "SELECT l.asin, l.condition, l.fulfillment, coalesce(w.price_minor, l.price_minor) FROM listings l "
        "LEFT JOIN wanted w USING (listing_id) WHERE l.store_id = ? AND l.seller_sku = ?",
        (store_id, seller_sku),
    ).fetchone()
    names = ("asin", "condition", "fulfillment", "price")
    return {} if found is None else dict(zip(names, found, strict=True))
