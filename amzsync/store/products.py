"""Products, what store views override of them, their identifiers, and stock by source."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from amzsync.core.keys import Key
from amzsync.core.model import ProductRow, StockRow

Value = str | int | None
FIELDS = ProductRow._fields[2:]  # all but the key (sku, view)
VIEW_FIELDS = (
    "name", "enabled", "visibility", "price_micros", "special_price_micros", "special_from",
    "special_to", "identifiers", "attributes",
)  # fmt: skip
_COLUMNS = ", ".join(FIELDS)
_MARKS = ", ".join("?" * len(FIELDS))
_SETS = ", ".join(f"{name} = ?" for name in FIELDS)


def next_id(db: sqlite3.Connection) -> int:
    """Return the first product_id that is free."""
    return int(db.execute("SELECT coalesce(max(product_id), 0) + 1 FROM products").fetchone()[0])


def existing(db: sqlite3.Connection, skus: Sequence[str]) -> dict[str, tuple[Value, ...]]:
    """Return ``(product_id, digest, missing_run, first_run, *FIELDS)`` of those of *skus* that are known."""
    rows = db.execute(
        f"SELECT sku, product_id, digest, missing_run, first_run, {_COLUMNS} FROM products "
        "WHERE sku IN (SELECT value FROM json_each(?))",
        (json.dumps(skus),),
    )
    return {row[0]: row[1:] for row in rows}


def insert(db: sqlite3.Connection, rows: Iterable[tuple[Value, ...]]) -> int:
    """Add ``(product_id, sku, digest, first_run, *FIELDS)``; return how many were new.

    A SKU that is there already is left as it is: the caller finds out which.
    """
    return db.executemany(
        f"INSERT INTO products (product_id, sku, digest, first_run, {_COLUMNS}) "
        f"VALUES (?, ?, ?, ?, {_MARKS}) ON CONFLICT DO NOTHING",
        rows,
    ).rowcount


def update(db: sqlite3.Connection, rows: Iterable[tuple[Value, ...]]) -> None:
    """Overwrite products with ``(digest, *FIELDS, product_id)``; they are no longer missing."""
    db.executemany(
        f"UPDATE products SET digest = ?, {_SETS}, missing_run = NULL WHERE product_id = ?", rows
    )


def add_keys(db: sqlite3.Connection, rows: Iterable[tuple[str, int, str, bool]]) -> None:
    """Add identifiers ``(key, product_id, kind, weak)``."""
    db.executemany("INSERT OR REPLACE INTO identifiers VALUES (?, ?, ?, ?)", rows)


def replace_keys(
    db: sqlite3.Connection, product_id: int, old: Iterable[Key], new: Iterable[Key]
) -> None:
    """Give the product its *new* identifiers in place of the *old*."""
    db.executemany(
        "DELETE FROM identifiers WHERE key = ? AND product_id = ?",
        ((k.key, product_id) for k in old),
    )
    add_keys(db, ((k.key, product_id, k.kind, k.weak) for k in new))


def clear_keys(db: sqlite3.Connection) -> None:
    """Forget all identifiers: the mapping has changed and every product is read again."""
    db.execute("DELETE FROM identifiers")


def mark_missing(
    db: sqlite3.Connection, run_id: int, digests: Iterable[int]
) -> list[tuple[int, str, int, int]]:
    """Mark the products that stood in rows of *digests* as missing; return id, SKU, first run and digest."""
    gone = [
        (int(row[0]), str(row[1]), int(row[2]), int(row[3]))
        for row in db.execute(
            "SELECT product_id, sku, first_run, digest FROM products WHERE missing_run IS NULL "
            "AND digest IN (SELECT value FROM json_each(?))",
            (json.dumps(list(digests)),),
        )
    ]
    db.executemany(
        "UPDATE products SET missing_run = ? WHERE product_id = ?",
        ((run_id, i) for i, *_ in gone),
    )
    return gone


def missing(db: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Return ``(product_id, sku, identifiers)`` of the products that the last export no longer had."""
    return db.execute(
        "SELECT product_id, sku, identifiers FROM products WHERE missing_run IS NOT NULL"
    ).fetchall()


def count(db: sqlite3.Connection) -> int:
    """Return how many products the last export had."""
    found = db.execute("SELECT count(*) FROM products WHERE missing_run IS NULL").fetchone()
    return int(found[0])


def priced(db: sqlite3.Connection, *, at_most: int) -> int:
    """Return how many products have a price, or *at_most*: a quiet run need not count a million."""
    return int(
        db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM products WHERE missing_run IS NULL "
            "AND price_micros IS NOT NULL LIMIT ?)",
            (at_most,),
        ).fetchone()[0]
    )


def any_views(db: sqlite3.Connection) -> bool:
    """Tell whether there are rows of store views at all."""
    return db.execute("SELECT 1 FROM product_views LIMIT 1").fetchone() is not None


# -- store views ---------------------------------------------------------------------------------------


def existing_views(db: sqlite3.Connection, skus: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return the digest of each store view's row of *skus*, by SKU and view."""
    rows = db.execute(
        "SELECT sku, view, digest FROM product_views WHERE sku IN (SELECT value FROM json_each(?))",
        (json.dumps(skus),),
    )
    return {(row[0], row[1]): row[2] for row in rows}


def put_views(db: sqlite3.Connection, rows: Iterable[tuple[ProductRow, int]]) -> None:
    """Write store views' rows with their digests; ``whole`` keeps the row in case it stands alone."""
    names = ", ".join(VIEW_FIELDS)
    db.executemany(
        f"INSERT OR REPLACE INTO product_views (sku, view, {names}, whole, digest) "
        f"VALUES (?, ?, {', '.join('?' * len(VIEW_FIELDS))}, ?, ?)",
        (
            (row.sku, row.view, *(getattr(row, name) for name in VIEW_FIELDS), _whole(row), digest)
            for row, digest in rows
        ),
    )


def _whole(row: ProductRow) -> str | None:
    """Keep a view's row whole where it says what only a product's own row says (its websites, stock)."""
    return json.dumps(row) if row.websites is not None or row.stock_e4 is not None else None


def forget_views(db: sqlite3.Connection, digests: Iterable[int]) -> list[str]:
    """Remove the view rows of *digests*; return the SKUs they were of."""
    rows = db.execute(
        "SELECT sku, view FROM product_views WHERE digest IN (SELECT value FROM json_each(?))",
        (json.dumps(list(digests)),),
    ).fetchall()
    db.executemany("DELETE FROM product_views WHERE sku = ? AND view = ?", rows)
    return [str(row[0]) for row in rows]


def orphan_views(
    db: sqlite3.Connection, gone: Iterable[int] = ()
) -> Iterator[tuple[ProductRow, int]]:
    """Yield rows of store views whose product has no row of its own (some exporters write only these).

    The rows of the digests *gone* do not count.
    """
    rows = db.execute(
        "SELECT whole, digest FROM product_views v WHERE whole IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM products p WHERE p.sku = v.sku AND p.digest >= 0 AND p.missing_run IS NULL "
        "AND p.digest NOT IN (SELECT value FROM json_each(?))) "
        "AND view = (SELECT min(view) FROM product_views o WHERE o.sku = v.sku AND o.whole IS NOT NULL) ORDER BY sku",
        (json.dumps(list(gone)),),
    ).fetchall()
    for whole, digest in rows:
        yield ProductRow(*json.loads(whole)), int(digest)


# -- stock by source -----------------------------------------------------------------------------------


def put_stock(db: sqlite3.Connection, rows: Iterable[tuple[StockRow, int]]) -> None:
    """Write stock by source, with digests."""
    db.executemany(
        "INSERT OR REPLACE INTO stock VALUES (?, ?, ?, ?, ?)",
        ((row.sku, row.source, row.stock_e4, row.enabled, digest) for row, digest in rows),
    )


def stock_differences(
    db: sqlite3.Connection, sources: Sequence[str]
) -> list[tuple[int, str, int | None, int | None]]:
    """Return ``(product_id, sku, old, new)`` where the sum over *sources* (all, if none) has changed.

    The sum is in ten-thousandths; a source that is switched off for the SKU adds nothing, and a SKU that
    no chosen source names has no sum: its stock is not known.
    """
    chosen = "AND source IN (SELECT value FROM json_each(:sources))" if sources else ""
    return db.execute(
        "SELECT p.product_id, p.sku, p.sources_e4, t.e4 FROM products p LEFT JOIN (SELECT sku, "
        f"sum(CASE enabled WHEN 1 THEN stock_e4 ELSE 0 END) AS e4 FROM stock WHERE true {chosen} GROUP BY sku) t "
        "ON t.sku = p.sku WHERE p.sources_e4 IS NOT t.e4 ORDER BY p.product_id",
        {"sources": json.dumps(list(sources))},
    ).fetchall()


def put_sums(db: sqlite3.Connection, rows: Iterable[tuple[int | None, int]]) -> None:
    """Write the sums ``(stock_e4, product_id)``."""
    db.executemany("UPDATE products SET sources_e4 = ? WHERE product_id = ?", rows)


def existing_stock(db: sqlite3.Connection, skus: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return the digest of each stock row of *skus*, by SKU and source."""
    rows = db.execute(
        "SELECT sku, source, digest FROM stock WHERE sku IN (SELECT value FROM json_each(?))",
        (json.dumps(skus),),
    )
    return {(row[0], row[1]): row[2] for row in rows}


def forget_stock(db: sqlite3.Connection, digests: Iterable[int]) -> list[str]:
    """Remove the stock rows of *digests*; return the SKUs they were of."""
    rows = db.execute(
        "SELECT sku, source FROM stock WHERE digest IN (SELECT value FROM json_each(?))",
        (json.dumps(list(digests)),),
    ).fetchall()
    db.executemany("DELETE FROM stock WHERE sku = ? AND source = ?", rows)
    return [str(row[0]) for row in rows]


def count_stock(db: sqlite3.Connection) -> int:
    """Return how many rows of stock by source there are."""
    return int(db.execute("SELECT count(*) FROM stock").fetchone()[0])
