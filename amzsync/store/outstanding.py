"""What is outstanding: actions that Amazon has not answered for, and rows that are not planned as they are now."""

from __future__ import annotations

import sqlite3

MANY = 100_000  # where counting ends: nobody needs to know it more exactly


def sent(db: sqlite3.Connection) -> dict[str, int]:
    """Return, by store, how many actions were sent that Amazon has not answered for."""
    rows = db.execute(
        "SELECT store, count(*) FROM (SELECT DISTINCT store, seller_sku, kind FROM v_in_process) GROUP BY 1"
    )
    return dict(rows.fetchall())


def unplanned(db: sqlite3.Connection, now: str) -> int:
    """Return how many rows of the tabs, at most ``MANY``, are to be planned anew at *now* (UTC text).

    None are where nothing was ever planned.
    """
    planned = "SELECT EXISTS (SELECT 1 FROM wanted) OR EXISTS (SELECT 1 FROM wanted_unlisted)"
    if not db.execute(planned).fetchone()[0]:
        return 0
    listed = db.execute(
        "SELECT count(*) FROM (SELECT l.listing_id FROM unplanned_listings u CROSS JOIN listings l "
        "USING (listing_id) WHERE l.product_id IS NOT NULL UNION "
        "SELECT l.listing_id FROM unplanned_products u CROSS JOIN listings l USING (product_id) UNION "
        "SELECT listing_id FROM wanted WHERE holds_until <= ? LIMIT ?)",
        (now, MANY),
    ).fetchone()[0]
    unlisted = db.execute(
        "SELECT count(*) FROM (SELECT n.store_id, n.product_id FROM unplanned_products u CROSS JOIN stores s "
        "CROSS JOIN unlisted n ON n.store_id = s.store_id AND n.product_id = u.product_id "
        "WHERE n.tab = 'ready-to-list' UNION "
        "SELECT store_id, product_id FROM wanted_unlisted WHERE holds_until <= ? LIMIT ?)",
        (now, MANY),
    ).fetchone()[0]
    return min(int(listed) + int(unlisted), MANY)


def coming_back(db: sqlite3.Connection, store_id: int) -> int:
    """Return how many listings without stock at Amazon are to get some, free to go but for a price that is to change."""
    found = db.execute(
        "SELECT count(*) FROM actions q JOIN actions p ON p.store_id = q.store_id AND p.rank = 3 "
        "AND p.seller_sku = q.seller_sku AND p.kind = 'revise-price' JOIN listings l ON l.listing_id = q.listing_id "
        "WHERE q.store_id = ? AND q.rank = 4 AND q.hold = '' AND coalesce(l.quantity, 0) = 0",
        (store_id,),
    ).fetchone()
    return int(found[0])
