"""Listings and the rows of a store's other reports."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from amzsync.core.evidence import Side
from amzsync.core.model import Fulfillment, ListingRow, ReportKind

Value = str | int | None
OBSERVED = (
    "asin", "title", "condition", "fulfillment", "price_minor", "quantity", "status", "product_ref",
    "opened_at", "problem",
)  # fmt: skip
_OBSERVED = ", ".join(OBSERVED)
WRITTEN = (
    *OBSERVED, "gtin", "base", "filled", "digest", "product_id", "outcome", "matched_by", "weak", "tab",
    "verdict_id", "since_run", "missing_run",
)  # fmt: skip


class Stored(NamedTuple):
    """A listing as the state has it."""

    listing_id: int
    row: ListingRow
    gtin: str | None
    base: str
    filled: int
    digest: int | None
    product_id: int | None
    outcome: str
    matched_by: str
    weak: int
    tab: str
    verdict_id: int
    since_run: int
    missing_run: int | None
    first_run: int

    @property
    def written(self) -> tuple[Value, ...]:
        """Return the values of the columns ``WRITTEN``."""
        return (*self.row[1:], *self[2:14])


_STORED = f"listing_id, seller_sku, {', '.join(WRITTEN)}, first_run"
_AFTER_ROW = 2 + len(OBSERVED)


def _stored(row: tuple[Any, ...]) -> Stored:
    return Stored(row[0], ListingRow(*row[1:_AFTER_ROW]), *row[_AFTER_ROW:])


def next_id(db: sqlite3.Connection) -> int:
    """Return the first listing_id that is free."""
    return int(db.execute("SELECT coalesce(max(listing_id), 0) + 1 FROM listings").fetchone()[0])


def existing(db: sqlite3.Connection, store_id: int, skus: Sequence[str]) -> dict[str, Stored]:
    """Return those of the listings *skus* that are known, by seller SKU."""
    rows = db.execute(
        f"SELECT {_STORED} FROM listings WHERE store_id = ? AND seller_sku IN (SELECT value FROM json_each(?))",
        (store_id, json.dumps(skus)),
    )
    return {row[1]: _stored(row) for row in rows}


def insert(
    db: sqlite3.Connection, store_id: int, run_id: int, rows: Iterable[tuple[Value, ...]]
) -> int:
    """Add ``(listing_id, seller_sku, *WRITTEN)``; return how many were new (a known SKU stays as it is)."""
    return db.executemany(
        f"INSERT INTO listings (store_id, first_run, listing_id, seller_sku, {', '.join(WRITTEN)}) "
        f"VALUES ({store_id:d}, {run_id:d}, ?, ?, {', '.join('?' * len(WRITTEN))}) ON CONFLICT DO NOTHING",
        rows,
    ).rowcount


def update(db: sqlite3.Connection, rows: Iterable[tuple[Value, ...]]) -> None:
    """Overwrite listings with ``(*WRITTEN, listing_id)``."""
    sets = ", ".join(f"{name} = ?" for name in WRITTEN)
    db.executemany(f"UPDATE listings SET {sets} WHERE listing_id = ?", rows)


def by_digest(db: sqlite3.Connection, store_id: int, digests: Iterable[int]) -> list[Stored]:
    """Return the listings that stood in rows of *digests* of the all-listings report."""
    rows = db.execute(
        f"SELECT {_STORED} FROM listings WHERE store_id = ? AND base = ? AND missing_run IS NULL "
        "AND digest IN (SELECT value FROM json_each(?)) ORDER BY seller_sku",
        (store_id, ReportKind.ALL.value, json.dumps(list(digests))),
    )
    return [_stored(row) for row in rows]


def any_of(db: sqlite3.Connection, store_id: int) -> bool:
    """Tell whether the store has listings at all."""
    found = db.execute("SELECT 1 FROM listings WHERE store_id = ? LIMIT 1", (store_id,)).fetchone()
    return found is not None


def any_fulfilled_by_amazon(db: sqlite3.Connection, store_id: int) -> bool:
    """Tell whether Amazon keeps the stock of any of the store's listings."""
    found = db.execute(
        "SELECT 1 FROM listings WHERE store_id = ? AND fulfillment = ? LIMIT 1",
        (store_id, Fulfillment.AMAZON.value),
    ).fetchone()
    return found is not None


def priced(db: sqlite3.Connection, store_id: int, *, at_most: int) -> int:
    """Return how many listings have a price, or *at_most*: a quiet run need not count a million."""
    return int(
        db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM listings WHERE store_id = ? AND missing_run IS NULL "
            "AND price_minor IS NOT NULL LIMIT ?)",
            (store_id, at_most),
        ).fetchone()[0]
    )


def touched(db: sqlite3.Connection, store_id: int, *, keys: bool, skus: bool) -> Iterator[Stored]:
    """Yield the listings that the changes noted in the temporary ``touched`` tables may concern.

    With *keys* also those that name an identifier that came or went, and with *skus* those whose seller
    SKU, trimmed and folded, is that of a product that came or went: both read all listings.
    """
    ways = [
        "SELECT listing_id FROM listings WHERE product_id IN (SELECT product_id FROM touched_products)",
        "SELECT listing_id FROM candidates WHERE product_id IN (SELECT product_id FROM touched_products)",
        (
            "SELECT listing_id FROM listings WHERE store_id = :store_id "
            "AND seller_sku IN (SELECT seller_sku FROM touched_listings)"
        ),
    ]
    if keys:
        among = "IN (SELECT key FROM touched_keys)"
        ways += [
            f"SELECT listing_id FROM listings WHERE seller_sku {among} OR asin {among} OR gtin {among}",
            f"SELECT listing_id FROM listings JOIN decisions USING (store_id, seller_sku) WHERE sku {among}",
        ]
    if skus:
        ways.append(
            "SELECT listing_id FROM listings WHERE fold_sku(seller_sku) IN (SELECT sku FROM touched_skus)"
        )
    rows = db.execute(
        f"SELECT {_STORED} FROM listings WHERE store_id = :store_id AND listing_id IN "
        f"({' UNION ALL '.join(ways)}) ORDER BY listing_id",
        {"store_id": store_id},
    ).fetchall()
    return map(_stored, rows)


# -- the other reports ---------------------------------------------------------------------------------


def sides(db: sqlite3.Connection, store_id: int, skus: Sequence[str]) -> dict[str, list[Side]]:
    """Return the rows of the other reports, and the answers with their times, for the listings *skus*."""
    found: dict[str, list[Side]] = {}
    for kind, at, *row in db.execute(
        f"SELECT kind, asked_at, seller_sku, {_OBSERVED} FROM report_rows WHERE store_id = ? "
        "AND seller_sku IN (SELECT value FROM json_each(?))",
        (store_id, json.dumps(skus)),
    ):
        found.setdefault(row[0], []).append(Side(ReportKind(kind), ListingRow(*row), at or ""))
    return found


def has_sides(db: sqlite3.Connection, store_id: int) -> bool:
    """Tell whether the store has rows of other reports at all."""
    return (
        db.execute("SELECT 1 FROM report_rows WHERE store_id = ? LIMIT 1", (store_id,)).fetchone()
        is not None
    )


def side_digests(
    db: sqlite3.Connection, store_id: int, kind: str, skus: Sequence[str]
) -> dict[str, set[int]]:
    """Return the digests of the known rows of the report *kind*, by seller SKU."""
    found: dict[str, set[int]] = {}
    for sku, digest in db.execute(
        "SELECT seller_sku, digest FROM report_rows WHERE store_id = ? AND kind = ? "
        "AND seller_sku IN (SELECT value FROM json_each(?))",
        (store_id, kind, json.dumps(skus)),
    ):
        found.setdefault(sku, set()).add(digest)
    return found


def put_sides(
    db: sqlite3.Connection, store_id: int, kind: str, rows: Iterable[tuple[ListingRow, int]]
) -> None:
    """Write rows of the report *kind* with their digests."""
    db.executemany(
        f"INSERT OR REPLACE INTO report_rows (store_id, kind, seller_sku, {_OBSERVED}, digest) "
        f"VALUES (?, ?, ?, {', '.join('?' * len(OBSERVED))}, ?)",
        ((store_id, kind, *row, digest) for row, digest in rows),
    )


def forget_sides(
    db: sqlite3.Connection, store_id: int, kind: str, digests: Iterable[int] | None = None
) -> list[str]:
    """Remove the rows of *digests* (all, by default) of the report *kind*; return their seller SKUs."""
    where = "store_id = ? AND kind = ?"
    values: list[Value] = [store_id, kind]
    if digests is not None:
        where += " AND digest IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(list(digests)))
    skus = [
        str(row[0])
        for row in db.execute(f"SELECT seller_sku FROM report_rows WHERE {where}", values)
    ]
    db.execute(f"DELETE FROM report_rows WHERE {where}", values)
    return skus


def count_sides(db: sqlite3.Connection, store_id: int, kind: str) -> int:
    """Return how many rows of the report *kind* there are."""
    return int(
        db.execute(
            "SELECT count(*) FROM report_rows WHERE store_id = ? AND kind = ?", (store_id, kind)
        ).fetchone()[0]
    )


def unlisted_sides(db: sqlite3.Connection, store_id: int) -> list[str]:
    """Return the seller SKUs that only other reports know and that are no listings yet."""
    rows = db.execute(
        "SELECT DISTINCT seller_sku FROM report_rows r WHERE store_id = ? AND NOT EXISTS (SELECT 1 FROM listings l "
        "WHERE l.store_id = r.store_id AND l.seller_sku = r.seller_sku) "
        "UNION SELECT seller_sku FROM ended e WHERE store_id = ? AND NOT EXISTS (SELECT 1 FROM listings l "
        "WHERE l.store_id = e.store_id AND l.seller_sku = e.seller_sku) ORDER BY 1",
        (store_id, store_id),
    )
    return [str(row[0]) for row in rows]
