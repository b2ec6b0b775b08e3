"""The log: what was sent, seen and not answered, newest first, each from its own table."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from amzsync.core.plan import Difference


class Sort(StrEnum):
    """What a line of the log is about."""

    SENT = "sent"  # something that amzsync sent to Amazon
    SEEN = "seen"  # something that changed at Amazon
    ERROR = "error"  # something that Amazon was asked and did not answer


class LogRow(NamedTuple):
    """One line; what it does not have is ``None`` or empty."""

    at: str  # UTC text
    sort: Sort
    run_id: int
    store: str | None  # None: of a whole account
    exponent: int  # decimals of the store's currency
    seller_sku: str | None
    sku: str | None
    action: str  # kind and step of an action, the field that changed, or Amazon's operation
    differences: tuple[Difference, ...]
    progress: str | None  # of an action
    code: str | None
    status: int | None  # of HTTP
    message: str
    issues: str  # JSON list
    way: str | None
    submission_id: str | None
    feed_id: str | None
    request_id: str | None
    action_id: int | None  # of the outbox


class Wanted(NamedTuple):
    """Which lines are wanted."""

    seller_skus: tuple[str, ...] = ()  # seller SKUs or SKUs
    store_id: int | None = None
    since: str | None = None  # UTC text
    run_id: int | None = None
    errors: bool = False  # only what went wrong
    limit: int | None = None


_FAILED = "('rejected', 'unconfirmed', 'abandoned')"
_OBSERVED = "('title', 'asin', 'condition', 'fulfillment', 'price', 'quantity', 'amazon_status', 'tab', 'seen')"
_NAMES = "IN (SELECT value FROM json_each(:skus))"


def rows(db: sqlite3.Connection, wanted: Wanted) -> Iterator[LogRow]:
    """Yield the wanted lines, the newest first."""
    values = {
        "skus": json.dumps(list(wanted.seller_skus)),
        "store": wanted.store_id,
        "since": wanted.since,
        "run": wanted.run_id,
    }
    parts = [_sent(db, wanted, values), _errors(db, wanted, values)]
    if not wanted.errors:
        parts.append(_seen(db, wanted, values))
    merged = heapq.merge(*parts, key=lambda row: row.at, reverse=True)
    yield from islice(merged, wanted.limit)


Values = dict[str, str | int | None]


def _where(wanted: Wanted, *, sku: str, store: str, at: str, run: str) -> str:
    """Return the conditions of the rows, *sku* being one with the names that are asked for."""
    parts = ["1"]
    if wanted.seller_skus:
        parts.append(sku)
    if wanted.store_id is not None:
        parts.append(f"{store} = :store")
    if wanted.since is not None:
        parts.append(f"{at} >= :since")
    if wanted.run_id is not None:
        parts.append(f"{run} = :run")
    return " AND ".join(parts)


def _sent(db: sqlite3.Connection, wanted: Wanted, values: Values) -> Iterator[LogRow]:
    where = _where(
        wanted,
        sku=f"(o.seller_sku {_NAMES} OR o.sku {_NAMES})",
        store="o.store_id",
        at="o.written_at",
        run="o.run_id",
    )
    if wanted.errors:
        where += f" AND o.progress IN {_FAILED} AND o.message <> ''"
    for row in db.execute(
        "SELECT o.written_at, o.run_id, s.name, s.exponent, o.seller_sku, o.sku, o.kind, o.step, o.differences, "
        "o.progress, o.message, o.issues, o.way, o.submission_id, f.feed_id, o.outbox_id FROM outbox o "
        f"JOIN stores s USING (store_id) LEFT JOIN feeds f USING (feed_no) WHERE {where} ORDER BY o.outbox_id DESC",
        values,
    ):
        action = row[6] if row[7] == "whole" else f"{row[6]} ({row[7]})"
        issues = json.loads(row[11])
        yield LogRow(
            row[0], Sort.SENT, row[1], row[2], row[3], row[4], row[5], action,
            tuple(Difference(*one) for one in json.loads(row[8])), row[9],
            issues[0]["code"] if issues else None, None, row[10], row[11], row[12], row[13], row[14],
            None, row[15],
        )  # fmt: skip


def _seen(db: sqlite3.Connection, wanted: Wanted, values: Values) -> Iterator[LogRow]:
    of_product = (
        "SELECT l.seller_sku FROM listings l JOIN products p USING (product_id) "
        f"WHERE p.sku {_NAMES} AND l.store_id = c.store_id"
    )
    where = _where(
        wanted,
        sku=f"(c.key {_NAMES} OR c.key IN ({of_product}))",
        store="c.store_id",
        at="r.finished_at",
        run="c.run_id",
    )
    for row in db.execute(
        "SELECT r.finished_at, c.run_id, s.name, s.exponent, c.key, c.field, c.old, c.new FROM changes c "
        "JOIN runs r USING (run_id) JOIN stores s USING (store_id) "
        f"WHERE c.subject = 'listing' AND c.field IN {_OBSERVED} AND {where} ORDER BY c.run_id DESC, c.change_id DESC",
        values,
    ):
        told = Difference(row[5], row[6], row[7])
        yield LogRow(
            row[0], Sort.SEEN, row[1], row[2], row[3], row[4], None, row[5], (told,), None, None, None,
            "", "[]", None, None, None, None, None,
        )  # fmt: skip


def _errors(db: sqlite3.Connection, wanted: Wanted, values: Values) -> Iterator[LogRow]:
    where = _where(
        wanted, sku=f"e.seller_sku {_NAMES}", store="e.store_id", at="e.at", run="e.run_id"
    )
    for row in db.execute(
        "SELECT e.at, e.run_id, s.name, coalesce(s.exponent, 2), e.seller_sku, e.operation, e.code, e.status, e.message, "
        f"e.request_id FROM communication_errors e LEFT JOIN stores s USING (store_id) WHERE {where} "
        "ORDER BY e.at DESC, e.error_id DESC",
        values,
    ):
        yield LogRow(
            row[0], Sort.ERROR, row[1], row[2], row[3], row[4], None, row[5], (), None, row[6], row[7],
            row[8], "[]", None, None, None, row[9], None,
        )  # fmt: skip
