"""Values that the user took back: they are not sent again until something else is wanted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from amzsync.core.plan import Value


def of_listings(
    db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str]
) -> dict[str, dict[str, tuple[Value, int]]]:
    """Return the values that the user took back, with the run, by seller SKU and field."""
    found: dict[str, dict[str, tuple[Value, int]]] = {}
    for sku, field, value, run_id in db.execute(
        "SELECT seller_sku, field, value, run_id FROM undone WHERE store_id = ? "
        "AND seller_sku IN (SELECT value FROM json_each(?))",
        (store_id, json.dumps(list(seller_skus))),
    ):
        found.setdefault(sku, {})[field] = (json.loads(value), run_id)
    return found


def take_back(
    db: sqlite3.Connection, run_id: int, store_id: int, seller_sku: str, values: Mapping[str, Value]
) -> None:
    """Note values that are not to be sent again."""
    db.executemany(
        "INSERT OR REPLACE INTO undone VALUES (?, ?, ?, ?, ?)",
        (
            (store_id, seller_sku, field, json.dumps(value), run_id)
            for field, value in values.items()
        ),
    )


def forget(
    db: sqlite3.Connection, run_id: int, store_id: int, seller_sku: str, fields: Iterable[str]
) -> None:
    """Forget that values of *fields* were taken back before the run *run_id*: it sends others."""
    db.executemany(
        "DELETE FROM undone WHERE store_id = ? AND seller_sku = ? AND field = ? AND run_id <> ?",
        ((store_id, seller_sku, field, run_id) for field in fields),
    )
