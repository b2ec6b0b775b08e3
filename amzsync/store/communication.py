"""Communication errors: what was asked of Amazon and not answered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class Trouble(NamedTuple):
    """One question that was not answered; there are no secrets in it."""

    account: str
    store_id: int | None  # None: it was asked for the whole account
    operation: str  # "getReport"
    kind: str  # "temporary", "throttled", "unknown", "refused", "credentials"
    status: int | None  # of HTTP; None where there was no answer
    code: str
    message: str
    request_id: str
    seller_sku: str | None  # of the one listing that it was about
    at: str  # UTC text


class CommunicationError(NamedTuple):
    """A row as it is listed."""

    run_id: int
    store: str | None
    account: str
    operation: str
    kind: str
    status: int | None
    code: str
    message: str
    request_id: str
    seller_sku: str | None
    at: str


_SELECT = (
    "SELECT run_id, s.name, account, operation, kind, status, code, message, request_id, seller_sku, at "
    "FROM communication_errors e LEFT JOIN stores s USING (store_id)"
)
_NEWEST_FIRST = "ORDER BY at DESC, error_id DESC"


def record(db: sqlite3.Connection, run_id: int, troubles: Iterable[Trouble]) -> None:
    """Write down what was not answered in the run."""
    names = ", ".join(Trouble._fields)
    db.executemany(
        f"INSERT INTO communication_errors (run_id, {names}) VALUES ({run_id:d}"
        f"{', ?' * len(Trouble._fields)})",
        troubles,
    )


def listed(
    db: sqlite3.Connection, store: str | None, limit: int | None, since: str | None
) -> list[CommunicationError]:
    """Return the errors of *store* (all, by default) at or after *since*, newest first."""
    rows = db.execute(
        f"{_SELECT} WHERE (?1 IS NULL OR s.name = ?1) AND (?2 IS NULL OR at >= ?2) "
        f"{_NEWEST_FIRST} LIMIT ?3",
        (store, since, -1 if limit is None else limit),
    )
    return [CommunicationError(*row) for row in rows]


def of_listing(
    db: sqlite3.Connection, store_id: int, seller_sku: str, limit: int
) -> list[CommunicationError]:
    """Return the last errors about one listing, newest first."""
    rows = db.execute(
        f"{_SELECT} WHERE e.store_id = ? AND seller_sku = ? {_NEWEST_FIRST} LIMIT ?",
        (store_id, seller_sku, limit),
    )
    return [CommunicationError(*row) for row in rows]


def forget(db: sqlite3.Connection, before: str) -> None:
    """Forget the errors before *before* (UTC text)."""
    db.execute("DELETE FROM communication_errors WHERE at < ?", (before,))
