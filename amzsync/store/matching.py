"""What matching asks the state: who carries a key, what the user decided, what was a candidate."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from amzsync.core.identifiers import fold_sku
from amzsync.core.match import Candidate
from amzsync.core.product_facts import ProductFacts


def facts_columns(viewed: bool, *, by_sources: bool, whole: bool) -> tuple[str, str]:
    """Return the columns that make ``ProductFacts`` of a product ``p``, and the join that they need.

    *viewed*: the store has a view, named ``:view``, whose values override the product's own.
    """
    join = "LEFT JOIN product_views w ON w.sku = p.sku AND w.view = :view" if viewed else ""
    enabled = "coalesce(w.enabled, p.enabled)" if viewed else "p.enabled"
    stock = "p.sources_e4, NULL" if by_sources else "p.stock_e4, p.in_stock"
    columns = (
        f"p.product_id, p.sku, p.type, {enabled}, p.websites, {stock}, p.manage_stock, p.backorders, "
        "p.condition, p.missing_run IS NOT NULL"
    )
    if not whole:
        columns += ", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', ''"
    else:
        own = [
            f"coalesce(w.{one}, p.{one})" if viewed else f"p.{one}"
            for one in ("name", "visibility")
        ]
        attributes = "coalesce(w.attributes, '')" if viewed else "''"
        columns += (
            f", {own[0]}, p.attribute_set, p.categories, {own[1]}, p.price_micros, p.special_price_micros, "
            f"p.special_from, p.special_to, p.attributes, {attributes}"
        )
    return columns, join


class Lookup:
    """Gather candidates for batches of listings.

    *view* is the store view whose overrides hold (``None``: none do); *by_sources* takes the stock from the
    stock-sources export instead of the product export; *whole* gathers what rules ask for as well.
    """

    def __init__(
        self, db: sqlite3.Connection, view: str | None, *, by_sources: bool, whole: bool = False
    ) -> None:
        facts, join = facts_columns(view is not None, by_sources=by_sources, whole=whole)
        self._db = db
        self._view = view
        self._by_sku = f"SELECT {facts} FROM products p {join} WHERE p.sku IN (SELECT value FROM json_each(:keys))"
        self._by_key = (
            f"SELECT i.key, i.kind, i.weak, {facts} FROM identifiers i JOIN products p USING (product_id) {join} "
            "WHERE i.key IN (SELECT value FROM json_each(:keys))"
        )
        self._by_id = f"SELECT {facts} FROM products p {join} WHERE p.product_id IN (SELECT value FROM json_each(:keys))"

    def by_sku(self, skus: Sequence[str]) -> dict[str, ProductFacts]:
        """Return the facts of the products whose SKU is one of *skus*."""
        rows = self._db.execute(self._by_sku, self._values(skus))
        make = ProductFacts._make
        return {row[1]: make(row) for row in rows}

    def by_key(self, keys: Sequence[str]) -> dict[str, list[tuple[str, bool, ProductFacts]]]:
        """Return ``(kind, weak, facts)`` of the products that carry one of *keys*, by key."""
        found: dict[str, list[tuple[str, bool, ProductFacts]]] = {}
        make = ProductFacts._make
        for row in self._db.execute(self._by_key, self._values(keys)):
            one = (row[1], row[2] == 1, make(row[3:]))
            if row[0] in found:
                found[row[0]].append(one)
            else:
                found[row[0]] = [one]
        return found

    def by_id(self, product_ids: Sequence[int]) -> dict[int, ProductFacts]:
        """Return the facts of the products *product_ids*."""
        rows = self._db.execute(self._by_id, self._values(product_ids))
        return {row[0]: ProductFacts(*row) for row in rows}

    def _values(self, keys: Sequence[str] | Sequence[int]) -> dict[str, str | None]:
        return {"keys": json.dumps(list(keys)), "view": self._view}


def gtins_of(
    db: sqlite3.Connection, product_ids: Sequence[int]
) -> dict[int, list[tuple[str, str]]]:
    """Return the ``(kind, key)`` of the GTINs that the products carry for certain, by product."""
    found: dict[int, list[tuple[str, str]]] = {}
    for product_id, kind, key in db.execute(
        "SELECT product_id, kind, key FROM identifiers WHERE weak = 0 AND kind IN ('upc', 'ean', 'isbn') "
        "AND product_id IN (SELECT value FROM json_each(?)) ORDER BY product_id, kind, key",
        (json.dumps(list(product_ids)),),
    ):
        found.setdefault(product_id, []).append((kind, key))
    return found


def decisions(db: sqlite3.Connection, store_id: int) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return the user's pins (seller SKU -> SKU) and never-match pairs (seller SKU -> SKUs).

    An alias is pinned to its product, unless the user has pinned it to another one.
    """
    pins: dict[str, str] = dict(
        db.execute(
            "SELECT a.seller_sku, p.sku FROM aliases a JOIN products p USING (product_id) WHERE store_id = ?",
            (store_id,),
        ).fetchall()
    )
    never: dict[str, set[str]] = {}
    for seller_sku, sku, verdict in db.execute(
        "SELECT seller_sku, sku, verdict FROM decisions WHERE store_id = ?", (store_id,)
    ):
        if verdict == "pin":
            pins[seller_sku] = sku
        else:
            never.setdefault(seller_sku, set()).add(sku)
    return pins, never


def replace_decisions(
    db: sqlite3.Connection, store_id: int, rows: Iterable[tuple[str, str, str]]
) -> set[str]:
    """Make the decisions of the store ``(seller_sku, sku, verdict)``; return the seller SKUs concerned."""
    new = set(rows)
    old = set(
        db.execute(
            "SELECT seller_sku, sku, verdict FROM decisions WHERE store_id = ?", (store_id,)
        ).fetchall()
    )
    db.executemany(
        "DELETE FROM decisions WHERE store_id = ? AND seller_sku = ? AND sku = ? AND verdict = ?",
        ((store_id, *row) for row in old - new),
    )
    db.executemany(
        "INSERT INTO decisions VALUES (?, ?, ?, ?)", ((store_id, *row) for row in sorted(new - old))
    )
    return {row[0] for row in old ^ new}


def ended(db: sqlite3.Connection, store_id: int) -> dict[str, tuple[str | None, ...]]:
    """Return what the user ended by hand: seller SKU -> ``(asin, title, sku, ended_at)``."""
    return _ended(db, store_id, "store_id = ?")


def _ended(db: sqlite3.Connection, store_id: int, where: str) -> dict[str, tuple[str | None, ...]]:
    sql = f"SELECT seller_sku, asin, title, sku, ended_at FROM ended WHERE {where}"
    return {row[0]: row[1:] for row in db.execute(sql, (store_id,))}


def replace_ended(
    db: sqlite3.Connection, store_id: int, rows: Mapping[str, tuple[str | None, ...]]
) -> set[str]:
    """Make *rows* the listings that the user's own list says have ended; return the seller SKUs concerned.

    Those that amzsync has ended stay as they are.
    """
    old = _ended(db, store_id, "store_id = ? AND run_id IS NULL")
    concerned = {sku for sku in old.keys() | rows.keys() if old.get(sku) != rows.get(sku)}
    db.executemany(
        "DELETE FROM ended WHERE store_id = ? AND seller_sku = ? AND run_id IS NULL",
        ((store_id, sku) for sku in concerned),
    )
    db.executemany(
        "INSERT OR IGNORE INTO ended VALUES (?, ?, ?, ?, ?, ?, NULL)",
        ((store_id, sku, *rows[sku]) for sku in sorted(concerned & rows.keys())),
    )
    return concerned


def replace_candidates(
    db: sqlite3.Connection, found: Mapping[int, Sequence[Candidate]], *, fresh: bool = False
) -> None:
    """Keep the candidates of listings whose match could not be decided; forget those of the others."""
    if not fresh:
        db.executemany(
            "DELETE FROM candidates WHERE listing_id = ?", ((listing_id,) for listing_id in found)
        )
    db.executemany(
        "INSERT OR IGNORE INTO candidates VALUES (?, ?, ?, ?)",
        (
            (listing_id, c.kind, c.key, c.product_id)
            for listing_id, found_ in found.items()
            for c in found_
        ),
    )


# -- what a run touched ---------------------------------------------------------------------------------


def begin_touching(db: sqlite3.Connection) -> None:
    """Make the temporary tables in which a run notes what it changed."""
    db.create_function("fold_sku", 1, fold_sku, deterministic=True)
    for statement in (
        "CREATE TEMP TABLE IF NOT EXISTS touched_products (product_id INTEGER PRIMARY KEY)",
        "CREATE TEMP TABLE IF NOT EXISTS touched_keys (key TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TEMP TABLE IF NOT EXISTS touched_skus (sku TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TEMP TABLE IF NOT EXISTS touched_listings (seller_sku TEXT PRIMARY KEY) WITHOUT ROWID",
        "DELETE FROM touched_products",
        "DELETE FROM touched_keys",
        "DELETE FROM touched_skus",
        "DELETE FROM touched_listings",
    ):
        db.execute(statement)


def touch_products(db: sqlite3.Connection, product_ids: Iterable[int]) -> None:
    """Note products that changed."""
    db.executemany("INSERT OR IGNORE INTO touched_products VALUES (?)", ((i,) for i in product_ids))


def touch_keys(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Note identifiers that came or went."""
    db.executemany("INSERT OR IGNORE INTO touched_keys VALUES (?)", ((key,) for key in keys))


def touch_skus(db: sqlite3.Connection, skus: Iterable[str]) -> None:
    """Note SKUs of products that came or went (trimmed and folded)."""
    db.executemany(
        "INSERT OR IGNORE INTO touched_skus VALUES (?)", ((fold_sku(sku),) for sku in skus)
    )


def touch_carriers(db: sqlite3.Connection) -> None:
    """Note the products that carry an identifier that came or went elsewhere."""
    db.execute(
        "INSERT OR IGNORE INTO touched_products SELECT product_id FROM identifiers "
        "WHERE key IN (SELECT key FROM touched_keys)"
    )


def touch_carriers_of(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Note the products that carry one of *keys*."""
    db.execute(
        "INSERT OR IGNORE INTO touched_products SELECT product_id FROM identifiers "
        "WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    )


def touch_unlisted(db: sqlite3.Connection, store_id: int, asin: str) -> None:
    """Note the products of the store that are not listed and would be under *asin*."""
    db.execute(
        "INSERT OR IGNORE INTO touched_products SELECT product_id FROM unlisted "
        "WHERE store_id = ? AND asin = ?",
        (store_id, asin),
    )


def touch_listings(db: sqlite3.Connection, seller_skus: Iterable[str]) -> None:
    """Note listings to be sorted anew; forget those of the store before."""
    db.execute("DELETE FROM touched_listings")
    db.executemany(
        "INSERT OR IGNORE INTO touched_listings VALUES (?)", ((sku,) for sku in seller_skus)
    )


def any_touched(db: sqlite3.Connection) -> tuple[bool, bool, bool]:
    """Tell whether any product, any key and any SKU was touched."""
    found = db.execute(
        "SELECT EXISTS (SELECT 1 FROM touched_products), EXISTS (SELECT 1 FROM touched_keys), "
        "EXISTS (SELECT 1 FROM touched_skus)"
    ).fetchone()
    return bool(found[0]), bool(found[1]), bool(found[2])


def touch_all(db: sqlite3.Connection, store_id: int) -> None:
    """Note every product that a listing of the store may be matched to: its settings have changed."""
    if db.execute("SELECT 1 FROM listings WHERE store_id = ? LIMIT 1", (store_id,)).fetchone():
        db.execute("INSERT OR IGNORE INTO touched_products SELECT product_id FROM products")
        db.execute(
            "INSERT OR IGNORE INTO touched_keys SELECT asin FROM listings WHERE store_id = ? AND asin IS NOT NULL",
            (store_id,),
        )
        db.execute(
            "INSERT OR IGNORE INTO touched_skus SELECT fold_sku(seller_sku) FROM listings WHERE store_id = ?",
            (store_id,),
        )


def is_listing(db: sqlite3.Connection, store_id: int, seller_sku: str) -> bool:
    """Tell whether the store has the listing."""
    found = db.execute(
        "SELECT 1 FROM listings WHERE store_id = ? AND seller_sku = ?", (store_id, seller_sku)
    )
    return found.fetchone() is not None
