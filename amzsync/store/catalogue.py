"""What Amazon's catalogue says of identifiers, and whether an ASIN may be sold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amzsync.core.tabs import Tab


class Found(NamedTuple):
    """A catalogue page that carries an identifier."""

    key: str  # GTIN-14
    asin: str
    title: str | None
    product_type: str | None
    parent: int  # 1: a variation parent, which cannot be sold itself


class Restriction(NamedTuple):
    """What stands against selling an ASIN in a condition; code "" where nothing does."""

    asin: str
    condition: str  # "new_new"
    code: str  # "APPROVAL_REQUIRED"
    message: str
    link: str  # where approval is asked for; "" where there is none


def record(
    db: sqlite3.Connection,
    marketplace: str,
    asked_at: str,
    keys: Sequence[str],
    found: Iterable[Found],
) -> None:
    """Keep what a search for *keys* has *found* in place of what was known of them, unless that is newer.

    A page with an identifier that was not searched for is passed over: it may not be the only one.
    """
    newer = {
        row[0]
        for row in db.execute(
            "SELECT key FROM catalogue_searches WHERE marketplace = ? AND asked_at > ? "
            "AND key IN (SELECT value FROM json_each(?))",
            (marketplace, asked_at, json.dumps(list(keys))),
        )
    }
    searched = [key for key in dict.fromkeys(keys) if key not in newer]
    db.executemany(
        "INSERT OR REPLACE INTO catalogue_searches (marketplace, key, asked_at) VALUES (?, ?, ?)",
        ((marketplace, key, asked_at) for key in searched),
    )
    db.executemany(
        "DELETE FROM catalogue_items WHERE marketplace = ? AND key = ?",
        ((marketplace, key) for key in searched),
    )
    among = frozenset(searched)
    db.executemany(
        "INSERT OR REPLACE INTO catalogue_items (marketplace, key, asin, title, product_type, parent) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        ((marketplace, *one) for one in found if one.key in among),
    )


def of_keys(
    db: sqlite3.Connection, marketplace: str, keys: Sequence[str]
) -> dict[str, list[Found]]:
    """Return the pages of those of *keys* that were searched for; none where Amazon knows none."""
    found: dict[str, list[Found]] = {}
    for key, asin, *rest in db.execute(
        "SELECT key, asin, title, product_type, parent FROM catalogue_searches "
        "LEFT JOIN catalogue_items USING (marketplace, key) "
        "WHERE marketplace = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY key, asin",
        (marketplace, json.dumps(list(keys))),
    ):
        pages = found.setdefault(key, [])
        if asin is not None:
            pages.append(Found(key, asin, *rest))
    return found


def to_search(
    db: sqlite3.Connection, store_id: int, marketplace: str, *, before: str, limit: int
) -> list[tuple[str, str]]:
    """Return up to *limit* identifiers ``(kind, key)`` to search for: of eligible products without an ASIN.

    Those that were never searched for come first, then the oldest search, and none of *before* or later.
    """
    rows = db.execute(
        "SELECT min(kind), key FROM unlisted JOIN identifiers USING (product_id) "
        "LEFT JOIN (SELECT key, asked_at FROM catalogue_searches WHERE marketplace = :marketplace) USING (key) "
        "WHERE store_id = :store_id AND tab = :tab AND asin IS NULL "
        "AND weak = 0 AND kind IN ('upc', 'ean', 'isbn') "
        "AND (asked_at IS NULL OR asked_at < :before) GROUP BY key "
        "ORDER BY min(asked_at), key LIMIT :limit",
        {
            "store_id": store_id,
            "tab": Tab.INCOMPLETE.value,
            "marketplace": marketplace,
            "before": before,
            "limit": limit,
        },
    )
    return [(str(kind), str(key)) for kind, key in rows]


# -- restrictions --------------------------------------------------------------------------------------


def record_restrictions(
    db: sqlite3.Connection, store_id: int, asked_at: str, rows: Iterable[Restriction]
) -> None:
    """Keep what stands against selling these ASINs in place of what was known of them, unless that is newer."""
    db.executemany(
        "INSERT INTO restrictions (store_id, asin, condition, code, message, link, asked_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET code = excluded.code, "
        "message = excluded.message, link = excluded.link, asked_at = excluded.asked_at "
        "WHERE excluded.asked_at >= restrictions.asked_at",
        ((store_id, *row, asked_at) for row in rows),
    )


def restrictions_of(
    db: sqlite3.Connection, store_id: int, asins: Sequence[str]
) -> dict[tuple[str, str], Restriction]:
    """Return what is known of those of *asins* that were asked about, by ASIN and condition."""
    rows = db.execute(
        f"SELECT {', '.join(Restriction._fields)} FROM restrictions WHERE store_id = ? "
        "AND asin IN (SELECT value FROM json_each(?))",
        (store_id, json.dumps(list(asins))),
    )
    return {(row[0], row[1]): Restriction(*row) for row in rows}


def to_check(
    db: sqlite3.Connection, store_id: int, condition: str, *, before: str, limit: int
) -> list[str]:
    """Return up to *limit* ASINs of products that are ready to list but for that, to ask whether they may be sold.

    Those that were never asked about come first, then the oldest answer, and none of *before* or later.
    """
    rows = db.execute(
        "SELECT DISTINCT u.asin FROM unlisted u LEFT JOIN restrictions r "
        "ON r.store_id = u.store_id AND r.asin = u.asin AND r.condition = :condition "
        "WHERE u.store_id = :store_id AND (u.tab = :tab OR r.code <> '') AND u.asin IS NOT NULL "
        "AND (r.asked_at IS NULL OR r.asked_at < :before) ORDER BY r.asked_at, u.asin LIMIT :limit",
        {
            "store_id": store_id,
            "condition": condition,
            "tab": Tab.READY_TO_LIST.value,
            "before": before,
            "limit": limit,
        },
    )
    return [str(row[0]) for row in rows]
