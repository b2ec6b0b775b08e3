"""Read the rows of the tabs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from amzsync.core.tabs import Tab

HELD = "!"


class Shown(NamedTuple):
    """A row of a tab: a listing, or a product that has none."""

    store_id: int
    store: str
    tab: str
    status: str
    reason: str
    next_step: str
    seller_sku: str | None
    asin: str | None
    sku: str | None
    match: str | None
    matched_by: str | None
    weak: int | None
    title: str | None
    condition: str | None
    fulfillment: str | None
    price_minor: int | None
    currency: str
    exponent: int
    quantity: int | None
    commerce_price_micros: int | None
    commerce_stock_e4: int | None
    problem: str | None
    amazon_status: str | None
    since_run: int
    since: str
    first_run: int
    issues: str | None = None  # JSON: lines "severity code: message" of what Amazon attaches to it
    wanted_price_minor: int | None = None
    wanted_quantity: int | None = None
    actions: str | None = (
        None  # kinds, comma-joined, "!" after one that is held; None: never planned
    )
    overrides: str | None = None  # JSON: what the user's exceptions say, by field
    sent: str | None = None  # kinds of actions that Amazon has not answered for, comma-joined


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are wanted; ``None`` and "" mean no limit."""

    tab: Tab | None = None
    store_id: int | None = None
    search: str = ""
    sku: str = ""
    overridden: bool = False
    changed_since_run: int | None = None


_LISTINGS = f"""
SELECT s.store_id, s.name AS store, l.tab AS tab, v.status AS status, v.reason AS reason, v.next_step,
  l.seller_sku AS seller_sku, l.asin AS asin, p.sku AS sku, l.outcome, l.matched_by AS matched_by, l.weak,
  l.title AS title, l.condition AS condition, l.fulfillment AS fulfillment, l.price_minor AS price, s.currency,
  s.exponent, l.quantity AS quantity, p.price_micros AS commerce_price,
  CASE WHEN :by_sources THEN p.sources_e4 ELSE p.stock_e4 END AS commerce_quantity,
  l.problem, l.status, l.since_run, r.finished_at AS since, l.first_run,
  (SELECT json_group_array(i.severity || ' ' || i.code || ': ' || i.message) FROM issues i
    WHERE i.store_id = l.store_id AND i.seller_sku = l.seller_sku HAVING count(*) > 0),
  w.price_minor AS wanted_price, w.quantity AS wanted_quantity,
  CASE WHEN w.listing_id IS NOT NULL THEN coalesce((SELECT group_concat(a.kind || iif(a.hold = '', '', '{HELD}'))
    FROM actions a WHERE a.listing_id = l.listing_id), '') END AS actions,
  (SELECT json_group_object(o.field, o.value) FROM overrides o WHERE o.store_id = l.store_id
    AND o.seller_sku = l.seller_sku AND o.value IS NOT NULL HAVING count(*) > 0),
  (SELECT group_concat(DISTINCT f.kind) FROM v_in_process f WHERE f.store_id = l.store_id AND f.seller_sku = l.seller_sku)
FROM listings l JOIN stores s USING (store_id) JOIN verdicts v USING (verdict_id)
  JOIN runs r ON r.run_id = l.since_run LEFT JOIN products p USING (product_id)
  LEFT JOIN wanted w ON w.listing_id = l.listing_id
"""
_UNLISTED = f"""
SELECT s.store_id, s.name AS store, u.tab AS tab, v.status AS status, v.reason AS reason, v.next_step,
  NULL AS seller_sku, u.asin AS asin, p.sku AS sku, NULL, NULL AS matched_by, NULL,
  p.name AS title, p.condition AS condition, NULL AS fulfillment, NULL AS price, s.currency,
  s.exponent, NULL AS quantity, p.price_micros AS commerce_price,
  CASE WHEN :by_sources THEN p.sources_e4 ELSE p.stock_e4 END AS commerce_quantity,
  NULL, NULL, u.since_run, r.finished_at AS since, u.since_run, NULL,
  w.price_minor AS wanted_price, w.quantity AS wanted_quantity,
  CASE WHEN w.product_id IS NOT NULL THEN coalesce((SELECT group_concat(a.kind || iif(a.hold = '', '', '{HELD}'))
    FROM actions a WHERE a.listing_id IS NULL AND a.product_id = u.product_id AND a.store_id = u.store_id), '')
  END AS actions, NULL,
  (SELECT group_concat(DISTINCT f.kind) FROM v_in_process f WHERE f.store_id = u.store_id AND f.seller_sku = p.sku)
FROM unlisted u JOIN stores s USING (store_id) JOIN verdicts v USING (verdict_id)
  JOIN products p USING (product_id) JOIN runs r ON r.run_id = u.since_run
  LEFT JOIN wanted_unlisted w ON w.store_id = u.store_id AND w.product_id = u.product_id
"""
SORTABLE = (
    "store", "tab", "status", "reason", "seller_sku", "asin", "sku", "matched_by", "title", "condition",
    "fulfillment", "price", "quantity", "commerce_price", "commerce_quantity", "since",
    "wanted_price", "wanted_quantity", "actions",
)  # fmt: skip


def rows(
    db: sqlite3.Connection,
    wanted: Filter,
    *,
    by_sources: bool,
    sort: Sequence[tuple[str, bool]] = (),
    limit: int | None = None,
) -> Iterator[Shown]:
    """Yield the wanted rows, in the order of *sort* (column, descending), else by store and SKU."""
    values = {
        "by_sources": by_sources,
        "store_id": wanted.store_id,
        "search": f"%{_escaped(wanted.search)}%",
        "sku": wanted.sku,
        "since": wanted.changed_since_run,
        "limit": -1 if limit is None else limit,
    }
    order = ", ".join(
        f"{column} {'DESC' if down else 'ASC'}" for column, down in sort if column in SORTABLE
    )
    if order:
        sql = f"{_LISTINGS} {_where(wanted, 'l')} UNION ALL {_UNLISTED} {_where(wanted, 'u')} "
        cursor = db.execute(f"{sql} ORDER BY {order}, store, seller_sku, sku LIMIT :limit", values)
        yield from map(Shown._make, cursor)
        return
    yield from _in_order(db, wanted, values, limit)


def _in_order(
    db: sqlite3.Connection, wanted: Filter, values: dict[str, Any], limit: int | None
) -> Iterator[Shown]:
    """Yield rows store by store, listings first: along the indexes, so that the first page is instant."""
    ids = [row[0] for row in db.execute("SELECT store_id FROM stores ORDER BY name")]
    left = limit
    for store_id in ids if wanted.store_id is None else [wanted.store_id]:
        values |= {"store_id": store_id}
        one = Filter(
            wanted.tab,
            store_id,
            wanted.search,
            wanted.sku,
            wanted.overridden,
            wanted.changed_since_run,
        )
        for table, alias, key in ((_LISTINGS, "l", "l.seller_sku"), (_UNLISTED, "u", "p.sku")):
            values["limit"] = -1 if left is None else left
            sql = f"{table} {_where(one, alias)} ORDER BY {key} LIMIT :limit"
            for row in db.execute(sql, values):
                left = None if left is None else left - 1
                yield Shown._make(row)
            if left == 0:
                return


def count(db: sqlite3.Connection, wanted: Filter) -> int:
    """Return how many rows are wanted."""
    values = {
        "store_id": wanted.store_id,
        "search": f"%{_escaped(wanted.search)}%",
        "sku": wanted.sku,
        "since": wanted.changed_since_run,
        "by_sources": False,
    }
    if not (
        wanted.search or wanted.sku or wanted.overridden or wanted.changed_since_run is not None
    ):
        sql = "SELECT coalesce(sum(rows), 0) FROM tab_counts WHERE true"
        sql += "" if wanted.tab is None else f" AND tab = '{wanted.tab.value}'"
        sql += "" if wanted.store_id is None else " AND store_id = :store_id"
        return int(db.execute(sql, values).fetchone()[0])
    total = 0
    for table, alias in ((_LISTINGS, "l"), (_UNLISTED, "u")):
        total += db.execute(
            f"SELECT count(*) FROM ({table} {_where(wanted, alias)})", values
        ).fetchone()[0]
    return total


def _where(wanted: Filter, alias: str) -> str:
    """Return the WHERE clause; the tab is written out, because only so a partial index can serve."""
    key = "l.seller_sku" if alias == "l" else "p.sku"
    subject = "listing" if alias == "l" else "unlisted"
    clauses: list[str] = []
    if wanted.tab is not None:
        clauses.append(f"{alias}.tab = '{wanted.tab.value}'")
    if wanted.store_id is not None:
        clauses.append(f"{alias}.store_id = :store_id")
    if wanted.sku:
        clauses.append(f"(p.sku = :sku{' OR l.seller_sku = :sku' if alias == 'l' else ''})")
    if wanted.search:
        title = "l.title" if alias == "l" else "p.name"
        likes = [key, "p.sku", title, f"{alias}.asin", "v.reason"]
        clauses.append("(" + " OR ".join(f"{like} LIKE :search ESCAPE '!'" for like in likes) + ")")
    if wanted.overridden:
        clauses.append(
            f"EXISTS (SELECT 1 FROM overrides o WHERE o.store_id = {alias}.store_id AND o.seller_sku = {key} "
            "AND o.value IS NOT NULL)"
            if alias == "l"
            else "false"
        )
    if wanted.changed_since_run is not None:
        clauses.append(
            f"({key} IN (SELECT key FROM changes c WHERE c.run_id > :since AND c.subject = '{subject}' "
            f"AND c.store_id = {alias}.store_id) OR ({alias}.since_run > :since AND {alias}.since_run > s.first_run))"
        )
    return "WHERE " + " AND ".join(clauses) if clauses else ""


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def run_at(db: sqlite3.Connection, time: str) -> int | None:
    """Return the last run that was done at *time* (UTC text) or before."""
    row = db.execute(
        "SELECT max(run_id) FROM runs WHERE finished_at <= ? AND outcome = 'done'", (time,)
    ).fetchone()
    return None if row[0] is None else int(row[0])


def run_before_last(db: sqlite3.Connection) -> int:
    """Return the run before the last one that was done; nought where there is none."""
    found = db.execute(
        "SELECT run_id FROM runs WHERE outcome = 'done' ORDER BY run_id DESC LIMIT 2"
    ).fetchall()
    return int(found[1][0]) if len(found) > 1 else 0


def first_run(db: sqlite3.Connection) -> tuple[int, str] | None:
    """Return the first run that was done, and when it was."""
    row = db.execute(
        "SELECT run_id, finished_at FROM runs WHERE outcome = 'done' ORDER BY run_id LIMIT 1"
    ).fetchone()
    return None if row is None else (int(row[0]), str(row[1]))


def asked_at(db: sqlite3.Connection) -> dict[int, str]:
    """Return, by store id, when the store's most telling report was written."""
    rows = db.execute(
        "SELECT store_id, modified_at FROM sources WHERE signature <> 'withdrawn' AND store_id > 0 AND kind <> 'orders' "
        "ORDER BY kind = 'all-listings', source_id"
    )
    return dict(rows.fetchall())


def names_after(db: sqlite3.Connection, prefix: str) -> list[str]:
    """Return a few seller SKUs and SKUs that begin with *prefix* (for shell completion)."""
    like = f"{_escaped(prefix)}%"
    rows = db.execute(
        "SELECT seller_sku FROM listings WHERE seller_sku LIKE ?1 ESCAPE '!' UNION SELECT sku FROM products "
        "WHERE sku LIKE ?1 ESCAPE '!' LIMIT 20",
        (like,),
    )
    return [str(row[0]) for row in rows]
