"""Note what has changed since it was last planned: products with all their listings, and single listings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable


def mark_products(db: sqlite3.Connection, product_ids: Iterable[int]) -> None:
    """Note products whose listings, on every store, are to be planned anew."""
    db.executemany(
        "INSERT OR IGNORE INTO unplanned_products VALUES (?)", ((i,) for i in product_ids)
    )


def mark_touched(db: sqlite3.Connection) -> None:
    """Note the products that the run touched (``matching.touch_products``)."""
    db.execute(
        "INSERT OR IGNORE INTO unplanned_products SELECT product_id FROM touched_products WHERE true"
    )


def mark_listings(db: sqlite3.Connection, store_id: int, seller_skus: Iterable[str]) -> None:
    """Note listings of a store, with all that sells the same product: they may share its stock."""
    wanted = (store_id, json.dumps(list(seller_skus)))
    chosen = "FROM listings WHERE store_id = ? AND seller_sku IN (SELECT value FROM json_each(?))"
    db.execute(
        f"INSERT OR IGNORE INTO unplanned_products SELECT product_id {chosen} AND product_id IS NOT NULL",
        wanted,
    )
    db.execute(f"INSERT OR IGNORE INTO unplanned_listings SELECT listing_id {chosen}", wanted)


def mark_names(db: sqlite3.Connection, seller_skus: Iterable[str]) -> None:
    """Note what depends on whether a listing is called so: those of the region, and a product to be listed."""
    names = json.dumps(list(seller_skus))
    chosen = "IN (SELECT value FROM json_each(?))"
    db.execute(
        "INSERT OR IGNORE INTO unplanned_listings SELECT listing_id FROM listings "
        f"WHERE store_id IN (SELECT store_id FROM stores) AND seller_sku {chosen}",
        (names,),
    )
    db.execute(
        f"INSERT OR IGNORE INTO unplanned_products SELECT product_id FROM products WHERE sku {chosen}",
        (names,),
    )


def mark_asins(db: sqlite3.Connection, store_id: int, asins: Iterable[str]) -> None:
    """Note what is, or is to be, under *asins* in the store: more is known of them now."""
    wanted = (store_id, json.dumps(list(asins)))
    among = "store_id = ? AND {}asin IN (SELECT value FROM json_each(?))"
    for chosen in (
        f"listings WHERE {among.format('')}",
        f"aliases WHERE {among.format('')}",
        f"listings JOIN reassignments r USING (store_id, seller_sku) WHERE {among.format('r.')}",
    ):
        db.execute(
            f"INSERT OR IGNORE INTO unplanned_products SELECT product_id FROM {chosen} "
            "AND product_id IS NOT NULL",
            wanted,
        )


def mark_ids(db: sqlite3.Connection, listing_ids: Iterable[int]) -> None:
    """Note listings that were sorted anew."""
    db.executemany(
        "INSERT OR IGNORE INTO unplanned_listings VALUES (?)", ((i,) for i in listing_ids)
    )


def any_marked(db: sqlite3.Connection) -> bool:
    """Tell whether anything is to be planned anew."""
    found = db.execute(
        "SELECT EXISTS (SELECT 1 FROM unplanned_products) OR EXISTS (SELECT 1 FROM unplanned_listings)"
    ).fetchone()
    return bool(found[0])


def clear(db: sqlite3.Connection) -> None:
    """Forget the marks: all has been planned."""
    db.execute("DELETE FROM unplanned_products")
    db.execute("DELETE FROM unplanned_listings")
