"""The token buckets of each account and operation, as the last run left them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from amzsync.core.rates import Bucket


def load(db: sqlite3.Connection, account: str) -> dict[str, Bucket]:
    """Return the account's buckets by operation."""
    rows = db.execute(
        "SELECT operation, rate, burst, tokens, at FROM rates WHERE account = ?", (account,)
    )
    return {operation: Bucket(*bucket) for operation, *bucket in rows}


def save(db: sqlite3.Connection, account: str, buckets: Mapping[str, Bucket]) -> None:
    """Keep the account's *buckets*; those of other operations stay."""
    db.executemany(
        "INSERT OR REPLACE INTO rates (account, operation, rate, burst, tokens, at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        ((account, operation, *bucket) for operation, bucket in buckets.items()),
    )
