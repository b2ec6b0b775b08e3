"""What planning asks the state and writes into it: listings with their products, what is wanted, actions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from amzsync.core.product_facts import ProductFacts
from amzsync.store.matching import facts_columns


class Listed(NamedTuple):
    """A matched listing as it is on Amazon, to be planned."""

    listing_id: int
    seller_sku: str
    asin: str | None
    condition: str | None
    fulfillment: str | None
    price_minor: int | None
    quantity: int | None
    tab: str
    missing: int
    product: ProductFacts


class Unlisted(NamedTuple):
    """A product that could be listed."""

    asin: str | None
    tab: str
    product: ProductFacts


class Rows:
    """Read the rows of one store that are to be planned, in a stable order."""

    def __init__(
        self, db: sqlite3.Connection, store_id: int, view: str | None, *, by_sources: bool
    ) -> None:
        columns, join = facts_columns(view is not None, by_sources=by_sources, whole=True)
        self._db = db
        self._values: dict[str, str | int | None] = {"store_id": store_id, "view": view}
        self._listed = (
            "SELECT l.listing_id, l.seller_sku, l.asin, l.condition, l.fulfillment, l.price_minor, l.quantity, "
            f"l.tab, l.missing_run IS NOT NULL, {columns} FROM listings l JOIN products p USING (product_id) {join} "
            "WHERE +l.store_id = :store_id"  # the plus keeps SQLite to the ids or keys that are asked for
        )
        self._unlisted = (
            f"SELECT u.asin, u.tab, {columns} FROM unlisted u JOIN products p USING (product_id) {join} "
            "WHERE u.store_id = :store_id"
        )

    def every_listing(self, first: int = 0, last: int | None = None) -> Iterator[Listed]:
        """Yield the matched listings whose ids are from *first* up to, not including, *last*."""
        end = "" if last is None else " AND l.listing_id < :last"
        yield from self._listings(
            f" AND l.listing_id >= :first{end} ORDER BY l.listing_id", first=first, last=last
        )

    def due_listings(self) -> Iterator[Listed]:
        """Yield the listings of the temporary table ``due``."""
        yield from self._listings(
            " AND l.listing_id IN (SELECT listing_id FROM due) ORDER BY l.listing_id"
        )

    def listings(self, seller_skus: Sequence[str]) -> Iterator[Listed]:
        """Yield the listings called *seller_skus*."""
        yield from self._listings(
            " AND l.store_id = :store_id AND l.seller_sku IN (SELECT value FROM json_each(:keys)) "
            "ORDER BY l.seller_sku",
            keys=json.dumps(list(seller_skus)),
        )

    def every_unlisted(self) -> Iterator[Unlisted]:
        """Yield the products that are ready to list."""
        yield from self._products(" AND u.tab = 'ready-to-list' ORDER BY u.product_id")

    def due_unlisted(self) -> Iterator[Unlisted]:
        """Yield those of the temporary table ``due_unlisted``."""
        yield from self._products(
            " AND u.tab = 'ready-to-list' AND u.product_id IN (SELECT product_id FROM due_unlisted) "
            "ORDER BY u.product_id"
        )

    def unlisted(self, skus: Sequence[str]) -> Iterator[Unlisted]:
        """Yield those of the products called *skus* that are in any tab."""
        yield from self._products(
            " AND p.sku IN (SELECT value FROM json_each(:keys)) ORDER BY p.sku",
            keys=json.dumps(list(skus)),
        )

    def _listings(self, where: str, **values: str | int | None) -> Iterator[Listed]:
        make, facts = Listed._make, ProductFacts._make
        for row in self._db.execute(self._listed + where, self._values | values):
            yield make((*row[:9], facts(row[9:])))

    def _products(self, where: str, **values: str | int | None) -> Iterator[Unlisted]:
        for row in self._db.execute(self._unlisted + where, self._values | values):
            yield Unlisted(row[0], row[1], ProductFacts._make(row[2:]))


class Seller(NamedTuple):
    """A listing that sells a product."""

    product_id: int
    store_id: int
    seller_sku: str
    fulfillment: str | None


def last_id(db: sqlite3.Connection) -> int:
    """Return the highest id of a listing; 0 where there is none."""
    return int(db.execute("SELECT coalesce(max(listing_id), 0) FROM listings").fetchone()[0])


def present(db: sqlite3.Connection) -> frozenset[str]:
    """Return which of the tables that are mostly empty have rows at all."""
    names = ("pending_orders", "outbox", "undone", "overrides", "aliases", "reassignments")
    return frozenset(
        name for name in names if db.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is not None
    )


def observed(
    db: sqlite3.Connection, listing_ids: Sequence[int]
) -> dict[int, tuple[str, str | None]]:
    """Return which kind of report describes each listing, and when Amazon last answered about it itself."""
    rows = db.execute(
        "SELECT l.listing_id, l.base, max(r.asked_at) FROM listings l LEFT JOIN report_rows r ON r.store_id = l.store_id "
        "AND r.seller_sku = l.seller_sku AND r.asked_at IS NOT NULL "
        "WHERE l.listing_id IN (SELECT value FROM json_each(?)) GROUP BY l.listing_id",
        (json.dumps(list(listing_ids)),),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def sellers_of(
    db: sqlite3.Connection, product_ids: Sequence[int], *, least: int = 2
) -> dict[int, list[Seller]]:
    """Return the listings, on all stores, of those of *product_ids* that have at least *least*."""
    several = [
        row[0]
        for row in db.execute(  # along the index alone: mostly there are none
            "SELECT product_id FROM listings WHERE product_id IN (SELECT value FROM json_each(?)) "
            "GROUP BY product_id HAVING count(*) >= ?",
            (json.dumps(list(product_ids)), least),
        )
    ]
    if not several:
        return {}
    found: dict[int, list[Seller]] = {}
    for row in db.execute(
        "SELECT l.product_id, l.store_id, l.seller_sku, l.fulfillment FROM listings l WHERE l.product_id IN "
        "(SELECT value FROM json_each(?)) AND l.tab <> 'ended' AND l.missing_run IS NULL",
        (json.dumps(several),),
    ):
        found.setdefault(row[0], []).append(Seller._make(row))
    return {product_id: rows for product_id, rows in found.items() if len(rows) >= least}


def having(
    db: sqlite3.Connection, store_ids: Sequence[int], seller_skus: Sequence[str]
) -> dict[str, set[int]]:
    """Return which of the stores have each of *seller_skus* as a listing."""
    found: dict[str, set[int]] = {}
    for sku, store_id in db.execute(
        "SELECT seller_sku, store_id FROM listings WHERE store_id IN (SELECT value FROM json_each(?)) "
        "AND seller_sku IN (SELECT value FROM json_each(?)) AND tab <> 'ended'",
        (json.dumps(list(store_ids)), json.dumps(list(seller_skus))),
    ):
        found.setdefault(sku, set()).add(store_id)
    return found


def view_rows(
    db: sqlite3.Connection, views: Sequence[str], skus: Sequence[str]
) -> dict[tuple[str, str], tuple[int | None, int | None, str | None, str | None, str]]:
    """Return ``(price, special price, from, to, attributes)`` that *views* say of products themselves, by SKU and view."""
    rows = db.execute(
        "SELECT sku, view, price_micros, special_price_micros, special_from, special_to, attributes "
        "FROM product_views WHERE sku IN (SELECT value FROM json_each(?)) "
        "AND view IN (SELECT value FROM json_each(?))",
        (json.dumps(list(skus)), json.dumps(list(views))),
    )
    return {(row[0], row[1]): row[2:] for row in rows}


def in_flight(
    db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str] | None = None
) -> set[str]:
    """Return those of *seller_skus* (or all) of which something was sent that Amazon has not answered for."""
    rows = db.execute(
        "SELECT DISTINCT seller_sku FROM v_in_process WHERE store_id = ?1 AND (?2 IS NULL OR seller_sku IN "
        "(SELECT value FROM json_each(?2)))",
        (store_id, None if seller_skus is None else json.dumps(list(seller_skus))),
    )
    return {row[0] for row in rows}


def collect_due(db: sqlite3.Connection, now: str) -> None:
    """Fill the temporary tables ``due`` and ``due_unlisted`` with what is to be planned anew at *now*."""
    for statement in (
        "CREATE TEMP TABLE IF NOT EXISTS due (listing_id INTEGER PRIMARY KEY)",
        "CREATE TEMP TABLE IF NOT EXISTS due_unlisted (product_id INTEGER PRIMARY KEY)",
        "DELETE FROM due",
        "DELETE FROM due_unlisted",
        "INSERT OR IGNORE INTO due SELECT listing_id FROM unplanned_listings",
        (
            "INSERT OR IGNORE INTO due SELECT l.listing_id FROM unplanned_products u "
            "CROSS JOIN listings l ON l.product_id = u.product_id"
        ),
        "INSERT OR IGNORE INTO due_unlisted SELECT product_id FROM unplanned_products",
    ):
        db.execute(statement)
    db.execute(
        "INSERT OR IGNORE INTO due SELECT listing_id FROM wanted WHERE holds_until <= ?", (now,)
    )
    db.execute(
        "INSERT OR IGNORE INTO due_unlisted SELECT product_id FROM wanted_unlisted WHERE holds_until <= ?",
        (now,),
    )


def any_due(db: sqlite3.Connection, now: str) -> bool:
    """Tell whether anything is to be planned anew, without writing."""
    found = db.execute(
        "SELECT EXISTS (SELECT 1 FROM unplanned_products) OR EXISTS (SELECT 1 FROM unplanned_listings) "
        "OR EXISTS (SELECT 1 FROM wanted WHERE holds_until <= ?1) "
        "OR EXISTS (SELECT 1 FROM wanted_unlisted WHERE holds_until <= ?1)",
        (now,),
    ).fetchone()
    return bool(found[0])


# -- what was decided -----------------------------------------------------------------------------------


class ActionRow(NamedTuple):
    """An action of the plan, in short."""

    rank: int
    seller_sku: str
    kind: str
    listing_id: int | None
    product_id: int | None
    hold: str


WantedRow = tuple[int, int | None, int | None, str | None]
"""``(listing_id or product_id, price_minor, quantity, holds_until)``"""


def forget_store(db: sqlite3.Connection, store_id: int) -> bool:
    """Forget all that was decided about a store; tell whether there was an action."""
    db.execute(
        "DELETE FROM wanted WHERE listing_id IN (SELECT listing_id FROM listings WHERE store_id = ?)",
        (store_id,),
    )
    db.execute("DELETE FROM wanted_unlisted WHERE store_id = ?", (store_id,))
    return db.execute("DELETE FROM actions WHERE store_id = ?", (store_id,)).rowcount > 0


def forget_due(db: sqlite3.Connection, store_id: int) -> None:
    """Forget what was decided about the listings and products of a store that are due."""
    db.execute(
        "DELETE FROM wanted WHERE listing_id IN "
        "(SELECT listing_id FROM due JOIN listings USING (listing_id) WHERE store_id = ?)",
        (store_id,),
    )
    db.execute(
        "DELETE FROM actions WHERE store_id = ? AND listing_id IN (SELECT listing_id FROM due)",
        (store_id,),
    )
    db.execute(
        "DELETE FROM wanted_unlisted WHERE store_id = ? AND product_id IN (SELECT product_id FROM due_unlisted)",
        (store_id,),
    )
    db.execute(
        "DELETE FROM actions WHERE listing_id IS NULL AND store_id = ? "
        "AND kind <> 'create-alias' AND product_id IN (SELECT product_id FROM due_unlisted)",
        (store_id,),
    )


def forget_aliases(db: sqlite3.Connection, store_id: int) -> None:
    """Forget the second seller SKUs that were to be made."""
    db.execute("DELETE FROM actions WHERE store_id = ? AND kind = 'create-alias'", (store_id,))


def put_wanted(db: sqlite3.Connection, rows: Iterable[WantedRow]) -> None:
    """Write what listings should be."""
    db.executemany("INSERT OR REPLACE INTO wanted VALUES (?, ?, ?, ?)", rows)


def put_wanted_unlisted(db: sqlite3.Connection, store_id: int, rows: Iterable[WantedRow]) -> None:
    """Write what products would be listed at."""
    db.executemany(
        "INSERT OR REPLACE INTO wanted_unlisted VALUES (?, ?, ?, ?, ?)",
        ((store_id, *row) for row in rows),
    )


def put_actions(
    db: sqlite3.Connection, store_id: int, rows: Iterable[tuple[int | str | None, ...]]
) -> None:
    """Write actions of a store, each an ``ActionRow``."""
    db.executemany(
        "INSERT OR REPLACE INTO actions VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((store_id, *row) for row in rows),
    )


def actions(db: sqlite3.Connection, store_id: int) -> Iterator[ActionRow]:
    """Yield the actions of a store, the most urgent first."""
    rows = db.execute(
        "SELECT rank, seller_sku, kind, listing_id, product_id, hold FROM actions WHERE store_id = ? "
        "ORDER BY rank, seller_sku, kind",
        (store_id,),
    )
    yield from map(ActionRow._make, rows)


class Names(NamedTuple):
    """What a filter selects: listings, and products that have none."""

    seller_skus: list[str]
    skus: list[str]


def names(db: sqlite3.Connection, store_id: int, wanted: Sequence[str], tab: str | None) -> Names:
    """Return the listings and products of a store that are called one of *wanted* (if any) and stand in *tab*."""
    values = {
        "store_id": store_id,
        "wanted": json.dumps(list(wanted)),
        "all": not wanted,
        "tab": tab,
    }
    chosen = "(SELECT value FROM json_each(:wanted))"
    listed = db.execute(
        "SELECT l.seller_sku FROM listings l LEFT JOIN products p USING (product_id) WHERE l.store_id = :store_id "
        f"AND (:tab IS NULL OR l.tab = :tab) AND (:all OR l.seller_sku IN {chosen} OR p.sku IN {chosen}) "
        "ORDER BY l.seller_sku",
        values,
    )
    unlisted = db.execute(
        "SELECT p.sku FROM unlisted u JOIN products p USING (product_id) WHERE u.store_id = :store_id "
        f"AND (:tab IS NULL OR u.tab = :tab) AND (:all OR p.sku IN {chosen}) ORDER BY p.sku",
        values,
    )
    return Names([row[0] for row in listed], [row[0] for row in unlisted])


def among(
    db: sqlite3.Connection,
    store_id: int,
    seller_skus: Sequence[str],
    wanted: Sequence[str],
    tab: str | None,
) -> set[str]:
    """Return those of *seller_skus* (of actions) that a filter as in ``names`` selects."""
    rows = db.execute(
        "SELECT a.seller_sku FROM json_each(:skus) j JOIN actions a ON a.store_id = :store_id "
        "AND a.seller_sku = j.value LEFT JOIN listings l USING (listing_id) LEFT JOIN products p "
        "ON p.product_id = a.product_id LEFT JOIN unlisted u ON u.store_id = a.store_id "
        "AND u.product_id = a.product_id AND a.listing_id IS NULL "
        "WHERE (:tab IS NULL OR coalesce(l.tab, u.tab) = :tab) "
        "AND (:all OR a.seller_sku IN (SELECT value FROM json_each(:wanted)) "
        "OR p.sku IN (SELECT value FROM json_each(:wanted)))",
        {
            "skus": json.dumps(list(seller_skus)),
            "store_id": store_id,
            "tab": tab,
            "wanted": json.dumps(list(wanted)),
            "all": not wanted,
        },
    )
    return {row[0] for row in rows}


def counts(db: sqlite3.Connection, store_id: int) -> dict[tuple[int, str, str], int]:
    """Return how many actions there are by rank, kind and the brake that holds each back."""
    rows = db.execute(
        "SELECT rank, kind, hold, count(*) FROM actions WHERE store_id = ? GROUP BY rank, kind, hold",
        (store_id,),
    )
    return {(rank, kind, hold): number for rank, kind, hold, number in rows}


def managed(db: sqlite3.Connection, store_id: int) -> int:
    """Return how many listings of a store are in the tabs that are kept as wanted."""
    found = db.execute(
        "SELECT coalesce(sum(rows), 0) FROM tab_counts WHERE store_id = ? AND tab IN ('active', 'inactive', 'ineligible')",
        (store_id,),
    ).fetchone()
    return int(found[0])
