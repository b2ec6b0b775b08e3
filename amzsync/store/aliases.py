"""Second seller SKUs of products, and listings that the user gave another ASIN, as they are kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amzsync.core.aliases import NOT_ASKED, Alias, PageFacts, Reassignment

_AMONG = "IN (SELECT value FROM json_each(?))"
_ALIAS = "seller_sku, product_id, of_sku, asin, remove_existing"


class Original(NamedTuple):
    """A listing that an alias is made of, or that gets another ASIN."""

    store_id: int
    seller_sku: str
    asin: str | None
    product_id: int | None
    sku: str | None
    matched_by: str
    tab: str
    first_run: int


class AliasShown(NamedTuple):
    """An alias, and whether Amazon has it already."""

    store: str
    seller_sku: str
    of_sku: str
    sku: str
    asin: str
    remove_existing: bool
    listed: bool


def originals(db: sqlite3.Connection, store_ids: Iterable[int], seller_sku: str) -> list[Original]:
    """Return the listings of these stores that have the seller SKU, by store."""
    rows = db.execute(
        "SELECT l.store_id, l.seller_sku, l.asin, l.product_id, p.sku, l.matched_by, l.tab, "
        "l.first_run FROM listings l LEFT JOIN products p USING (product_id) "
        f"WHERE l.seller_sku = ? AND l.store_id {_AMONG} ORDER BY l.store_id",
        (seller_sku, json.dumps(list(store_ids))),
    )
    return [Original(*row) for row in rows]


def taken(db: sqlite3.Connection, seller_id: str, name: str) -> str | None:
    """Return what goes by *name* already, in words, as far as an account is concerned; ``None``: nothing.

    Capitals do not matter: neither Amazon nor Commerce would tell such two apart for certain.
    """
    named = "JOIN stores USING (store_id) WHERE seller_id = :seller_id AND lower(seller_sku) = lower(:name)"
    for what, sql in (
        ("a product of Commerce", "SELECT 1 FROM products WHERE lower(sku) = lower(:name)"),
        ("a listing", f"SELECT 1 FROM listings {named}"),
        ("an alias", f"SELECT 1 FROM aliases {named}"),
    ):
        if db.execute(f"{sql} LIMIT 1", {"name": name, "seller_id": seller_id}).fetchone():
            return what
    return None


def of_store(db: sqlite3.Connection, store_id: int) -> list[Alias]:
    """Return the aliases of the store, by seller SKU, those that Amazon has already too."""
    rows = db.execute(
        f"SELECT {_ALIAS} FROM aliases WHERE store_id = ? ORDER BY seller_sku", (store_id,)
    )
    return [Alias._make((*row[:4], row[4] == 1)) for row in rows]


def waiting(db: sqlite3.Connection, store_id: int) -> list[Alias]:
    """Return the aliases of the store that Amazon does not have yet, by seller SKU."""
    rows = db.execute(
        f"SELECT {_ALIAS} FROM aliases a WHERE store_id = ? AND NOT EXISTS (SELECT 1 FROM listings l "
        "WHERE l.store_id = a.store_id AND l.seller_sku = a.seller_sku) ORDER BY seller_sku",
        (store_id,),
    )
    return [Alias._make((*row[:4], row[4] == 1)) for row in rows]


def under_their_asin(db: sqlite3.Connection, store_id: int) -> set[str]:
    """Return the store's aliases under the very ASIN that the seller sells already, by seller SKU."""
    rows = db.execute(
        "SELECT a.seller_sku FROM aliases a JOIN listings l ON l.store_id = a.store_id "
        "AND l.seller_sku = a.of_sku AND l.asin = a.asin WHERE a.store_id = ? AND l.tab <> 'ended'",
        (store_id,),
    )
    return {str(row[0]) for row in rows}


def shown(db: sqlite3.Connection, store_id: int | None = None) -> list[AliasShown]:
    """Return all aliases (of one store), by store and seller SKU."""
    rows = db.execute(
        "SELECT s.name, a.seller_sku, a.of_sku, p.sku, a.asin, a.remove_existing, "
        "EXISTS (SELECT 1 FROM listings l WHERE l.store_id = a.store_id AND l.seller_sku = a.seller_sku) "
        "FROM aliases a JOIN stores s USING (store_id) JOIN products p USING (product_id) "
        "WHERE ?1 IS NULL OR a.store_id = ?1 ORDER BY s.name, a.seller_sku",
        (store_id,),
    )
    return [AliasShown._make((*row[:5], row[5] == 1, row[6] == 1)) for row in rows]


def add(db: sqlite3.Connection, store_id: int, run_id: int, alias: Alias) -> None:
    """Keep a new alias."""
    db.execute(
        f"INSERT INTO aliases (store_id, {_ALIAS}, run_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (store_id, *alias, run_id),
    )


def remove(db: sqlite3.Connection, store_id: int, seller_sku: str) -> None:
    """Forget an alias."""
    db.execute("DELETE FROM aliases WHERE store_id = ? AND seller_sku = ?", (store_id, seller_sku))


# -- other ASINs ---------------------------------------------------------------------------------------


def reassigned(db: sqlite3.Connection, store_id: int) -> dict[str, Reassignment]:
    """Return the listings of the store that are to get another ASIN and do not have it yet, by seller SKU."""
    rows = db.execute(
        "SELECT r.seller_sku, r.old_asin, r.asin FROM reassignments r LEFT JOIN listings l "
        "USING (store_id, seller_sku) WHERE r.store_id = ? AND l.asin IS NOT r.asin ORDER BY 1",
        (store_id,),
    )
    return {row[0]: Reassignment(*row) for row in rows}


def reassign(db: sqlite3.Connection, store_id: int, run_id: int, one: Reassignment) -> None:
    """Keep another ASIN for a listing, in place of one that was given before."""
    db.execute(
        "INSERT INTO reassignments (store_id, seller_sku, old_asin, asin, run_id) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET old_asin = excluded.old_asin, "
        "asin = excluded.asin, run_id = excluded.run_id",
        (store_id, *one, run_id),
    )


def keep_asin(db: sqlite3.Connection, store_id: int, seller_sku: str) -> None:
    """Forget the other ASIN that a listing was given."""
    db.execute(
        "DELETE FROM reassignments WHERE store_id = ? AND seller_sku = ?", (store_id, seller_sku)
    )


def pages(
    db: sqlite3.Connection, store_id: int, marketplace: str, asins: Sequence[str]
) -> dict[str, PageFacts]:
    """Return what Amazon has told of *asins*, by ASIN: its catalogue of the marketplace, and for the store.

    *marketplace* is Amazon's country code.  The strictest of several answers about an ASIN counts.
    """
    found = dict.fromkeys(asins, NOT_ASKED)
    names = json.dumps(list(asins))
    for asin, parent in db.execute(
        f"SELECT asin, max(parent) FROM catalogue_items WHERE marketplace = ? AND asin {_AMONG} GROUP BY asin",
        (marketplace, names),
    ):
        found[asin] = PageFacts(True, parent == 1, None)
    for asin, code in db.execute(
        f"SELECT asin, max(code) FROM restrictions WHERE store_id = ? AND asin {_AMONG} GROUP BY asin",
        (store_id, names),
    ):
        found[asin] = found[asin]._replace(restriction=code)
    return found


def to_validate(db: sqlite3.Connection, store_id: int, *, limit: int) -> list[str]:
    """Return ASINs of aliases and reassigned listings that Amazon was never asked about for the store."""
    rows = db.execute(
        "SELECT asin FROM (SELECT store_id, asin FROM aliases a WHERE NOT EXISTS (SELECT 1 FROM listings l "
        "WHERE l.store_id = a.store_id AND (l.seller_sku = a.seller_sku OR "
        "(l.seller_sku = a.of_sku AND l.asin = a.asin))) "
        "UNION SELECT store_id, asin FROM reassignments) WHERE store_id = ?1 AND asin NOT IN "
        "(SELECT asin FROM restrictions WHERE store_id = ?1) ORDER BY asin LIMIT ?2",
        (store_id, limit),
    )
    return [str(row[0]) for row in rows]
