"""Everything the state knows of one listing or product."""

from __future__ import annotations

import sqlite3
from typing import Any

Fields = dict[str, Any]


def _fields(db: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> list[Fields]:
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def listings(db: sqlite3.Connection, name: str) -> list[Fields]:
    """Return the listings whose seller SKU is *name*, or that are matched to the product *name*."""
    return _fields(
        db,
        "SELECT l.listing_id, l.store_id, l.product_ref, l.gtin, l.base, l.filled, l.digest, l.opened_at, "
        "l.problem, l.first_run, s.name AS store, s.exponent, s.currency, s.website, f.finished_at AS first_seen_at, "
        "m.finished_at AS missing_since, l.seller_sku FROM listings l JOIN stores s USING (store_id) "
        "JOIN runs f ON f.run_id = l.first_run LEFT JOIN runs m ON m.run_id = l.missing_run "
        "LEFT JOIN products p USING (product_id) WHERE l.seller_sku = ?1 OR p.sku = ?1 ORDER BY s.name, l.seller_sku",
        (name,),
    )


def product(db: sqlite3.Connection, sku: str) -> Fields | None:
    """Return the product *sku*."""
    found = _fields(
        db,
        "SELECT p.*, f.finished_at AS first_seen_at, m.finished_at AS missing_since FROM products p "
        "JOIN runs f ON f.run_id = p.first_run LEFT JOIN runs m ON m.run_id = p.missing_run WHERE p.sku = ?",
        (sku,),
    )
    return found[0] if found else None


def views(db: sqlite3.Connection, sku: str) -> list[Fields]:
    """Return what store views override of the product."""
    return _fields(
        db,
        "SELECT view, name, enabled, visibility, price_micros, special_price_micros, identifiers FROM product_views "
        "WHERE sku = ? ORDER BY view",
        (sku,),
    )


def stock(db: sqlite3.Connection, sku: str) -> list[Fields]:
    """Return the product's stock by source."""
    return _fields(
        db, "SELECT source, stock_e4, enabled FROM stock WHERE sku = ? ORDER BY source", (sku,)
    )


def candidates(db: sqlite3.Connection, listing_id: int) -> list[Fields]:
    """Return the candidates of a listing whose match could not be decided."""
    return _fields(
        db,
        "SELECT c.kind, c.key, p.sku, p.name, p.type FROM candidates c JOIN products p USING (product_id) "
        "WHERE c.listing_id = ? ORDER BY c.kind, c.key, p.sku",
        (listing_id,),
    )


def report_rows(db: sqlite3.Connection, store_id: int, seller_sku: str) -> list[Fields]:
    """Return what the store's other reports and Amazon's answers say of the listing, with their times."""
    return _fields(
        db,
        "SELECT r.kind, r.status, r.quantity, r.price_minor, r.problem, "
        "coalesce(r.asked_at, (SELECT o.modified_at FROM sources o WHERE o.store_id = r.store_id "
        "AND o.kind = r.kind ORDER BY o.source_id DESC LIMIT 1)) AS modified_at FROM report_rows r WHERE r.store_id = ? AND r.seller_sku = ? "
        "ORDER BY r.kind, r.digest",
        (store_id, seller_sku),
    )


def pages(db: sqlite3.Connection, sku: str) -> list[Fields]:
    """Return the pages of Amazon's catalogue that carry one of the product's identifiers."""
    return _fields(
        db,
        "SELECT DISTINCT c.marketplace, i.kind, c.key, c.asin, c.title, c.product_type, c.parent, s.asked_at "
        "FROM products p JOIN identifiers i USING (product_id) JOIN catalogue_items c USING (key) "
        "JOIN catalogue_searches s USING (marketplace, key) WHERE p.sku = ? ORDER BY 1, 3, 4",
        (sku,),
    )


def source(db: sqlite3.Connection, store_id: int, kind: str) -> Fields | None:
    """Return the last document of *kind* that was read for the store."""
    found = _fields(
        db,
        "SELECT path, modified_at, encoding FROM sources WHERE store_id = ? AND kind = ? ORDER BY source_id DESC LIMIT 1",
        (store_id, kind),
    )
    return found[0] if found else None


def overrides(db: sqlite3.Connection, store_id: int, seller_sku: str) -> list[Fields]:
    """Return the overrides of a listing."""
    return _fields(
        db,
        "SELECT field, value, expires_at FROM overrides WHERE store_id = ? AND seller_sku = ? "
        "AND value IS NOT NULL ORDER BY field",
        (store_id, seller_sku),
    )


def decisions(db: sqlite3.Connection, store_id: int, seller_sku: str) -> list[Fields]:
    """Return what the user decided about a listing's match."""
    return _fields(
        db,
        "SELECT sku, verdict FROM decisions WHERE store_id = ? AND seller_sku = ? ORDER BY verdict, sku",
        (store_id, seller_sku),
    )


def similar(db: sqlite3.Connection, name: str) -> list[str]:
    """Return a few SKUs that contain *name*."""
    return [
        str(row[0])
        for row in db.execute(
            "SELECT seller_sku FROM listings WHERE instr(lower(seller_sku), lower(?1)) UNION "
            "SELECT sku FROM products WHERE instr(lower(sku), lower(?1)) ORDER BY 1 LIMIT 5",
            (name,),
        )
    ]
