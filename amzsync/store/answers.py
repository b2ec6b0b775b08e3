"""What Amazon answered about single listings: rows beside those of the reports, and issues.

An answer is a row of ``report_rows`` with its time and without a digest (0).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from amzsync.core.issues import Issue
from amzsync.core.model import ListingRow, ListingStatus, ReportKind
from amzsync.store.listings import OBSERVED

_OBSERVED = ", ".join(OBSERVED)
_MARKS = ", ".join("?" * len(OBSERVED))
# Literals, because only so SQLite sees that the partial indexes of these listings will do.
_TROUBLED = f"'{ListingStatus.INACTIVE.value}', '{ListingStatus.INCOMPLETE.value}'"
_HIDDEN = f"'{ReportKind.SUPPRESSED.value}', '{ReportKind.STRANDED.value}'"
_LISTS = ("attributes", "categories", "actions")  # stored as JSON


def put(
    db: sqlite3.Connection, store_id: int, kind: str, rows: Iterable[tuple[ListingRow, str]]
) -> None:
    """Keep answers ``(row, asked_at)`` of *kind*, one for each listing; one older than the kept is dropped."""
    sets = ", ".join(f"{name} = excluded.{name}" for name in (*OBSERVED, "asked_at"))
    db.executemany(
        f"INSERT INTO report_rows (store_id, kind, seller_sku, {_OBSERVED}, digest, asked_at) "
        f"VALUES (?, ?, ?, {_MARKS}, 0, ?) ON CONFLICT DO UPDATE SET {sets} "
        "WHERE excluded.asked_at >= report_rows.asked_at",
        ((store_id, kind, *row, asked_at) for row, asked_at in rows),
    )


def told_between(
    db: sqlite3.Connection, store_id: int, kinds: Iterable[str], after: str, until: str
) -> list[str]:
    """Return the seller SKUs that answers of *kinds* tell of, after *after* and not after *until*."""
    rows = db.execute(
        "SELECT DISTINCT seller_sku FROM report_rows INDEXED BY report_rows_by_answer WHERE store_id = ? "
        "AND kind IN (SELECT value FROM json_each(?)) AND asked_at > ? AND asked_at <= ? "
        "ORDER BY seller_sku",
        (store_id, json.dumps(sorted(kinds)), after, until),
    )
    return [str(row[0]) for row in rows]


def put_base(db: sqlite3.Connection, store_id: int, rows: Iterable[tuple[ListingRow, int]]) -> None:
    """Keep rows of the all-listings report with their digests beside the answers: one for each listing."""
    kind = ReportKind.ALL.value
    for row, digest in rows:
        db.execute(
            "DELETE FROM report_rows WHERE store_id = ? AND seller_sku = ? AND kind = ?",
            (store_id, row.seller_sku, kind),
        )
        db.execute(
            f"INSERT INTO report_rows (store_id, kind, seller_sku, {_OBSERVED}, digest) "
            f"VALUES (?, ?, ?, {_MARKS}, ?)",
            (store_id, kind, *row, digest),
        )


# -- issues --------------------------------------------------------------------------------------------


def put_issues(
    db: sqlite3.Connection,
    store_id: int,
    by_sku: Mapping[str, Sequence[Issue]],
    asked_at: Mapping[str, str],
) -> None:
    """Replace the issues of the listings *by_sku* with what Amazon answered at *asked_at* (by seller SKU).

    A listing without issues loses those it had; where there is a newer answer, what it told stays.
    """
    times = json.dumps({sku: asked_at[sku] for sku in by_sku})
    newer = {
        row[0]
        for row in db.execute(
            # "+": by seller SKU, not by time, of which many answers are as new.
            "SELECT r.seller_sku FROM json_each(:times) a CROSS JOIN report_rows r ON a.key = r.seller_sku "
            "WHERE r.store_id = :store_id AND r.kind = :kind AND +r.asked_at > a.value UNION "
            "SELECT i.seller_sku FROM json_each(:times) a CROSS JOIN issues i ON a.key = i.seller_sku "
            "WHERE i.store_id = :store_id AND i.asked_at > a.value",
            {"times": times, "store_id": store_id, "kind": ReportKind.ANSWER.value},
        )
    }
    taken = [sku for sku in by_sku if sku not in newer]
    db.executemany(
        "DELETE FROM issues WHERE store_id = ? AND seller_sku = ?",
        ((store_id, sku) for sku in taken),
    )
    db.executemany(
        f"INSERT INTO issues (store_id, seller_sku, place, {', '.join(Issue._fields)}, asked_at) "
        f"VALUES (?, ?, ?{', ?' * len(Issue._fields)}, ?)",
        (
            (store_id, sku, place, *_values(issue), asked_at[sku])
            for sku in taken
            for place, issue in enumerate(by_sku[sku])
        ),
    )


def issues_of(db: sqlite3.Connection, store_id: int, skus: Sequence[str]) -> dict[str, list[Issue]]:
    """Return the issues of those of *skus* that have any, in Amazon's order."""
    found: dict[str, list[Issue]] = {}
    for sku, *values in db.execute(
        f"SELECT seller_sku, {', '.join(Issue._fields)} FROM issues WHERE store_id = ? "
        "AND seller_sku IN (SELECT value FROM json_each(?)) ORDER BY seller_sku, place",
        (store_id, json.dumps(list(skus))),
    ):
        fields = dict(zip(Issue._fields, values, strict=True))
        lists = {name: tuple(json.loads(fields[name])) for name in _LISTS}
        found.setdefault(sku, []).append(Issue(**{**fields, **lists}))
    return found


def _values(issue: Issue) -> Iterator[str | None]:
    for value in issue:
        yield json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value


def to_reread(db: sqlite3.Connection, store_id: int, *, before: str, limit: int) -> list[str]:
    """Return up to *limit* seller SKUs that Amazon should be asked about again: those that may not sell.

    They are inactive, incomplete, suppressed or stranded, have an issue, or are not seen any more.  Those
    that no answer has told of come first, then the oldest answer, and none that is of *before* or later,
    unless the listing has vanished from the reports since.
    """
    rows = db.execute(
        "SELECT told.seller_sku FROM (SELECT seller_sku FROM listings WHERE store_id = :store_id "
        f"AND (status IN ({_TROUBLED}) OR missing_run IS NOT NULL) "
        "UNION SELECT seller_sku FROM report_rows WHERE store_id = :store_id "
        f"AND kind IN ({_HIDDEN}) "
        "UNION SELECT seller_sku FROM issues WHERE store_id = :store_id) told "
        "LEFT JOIN (SELECT seller_sku, asked_at FROM report_rows WHERE store_id = :store_id "
        "AND kind = :kind AND digest = 0) USING (seller_sku) "
        "WHERE asked_at IS NULL OR asked_at < :before OR EXISTS (SELECT 1 FROM listings l "
        "JOIN runs ON run_id = missing_run WHERE l.store_id = :store_id "
        "AND l.seller_sku = told.seller_sku AND asked_at < finished_at) "
        "ORDER BY asked_at, told.seller_sku LIMIT :limit",
        {
            "store_id": store_id,
            "kind": ReportKind.ANSWER.value,
            "before": before,
            "limit": limit,
        },
    )
    return [str(row[0]) for row in rows]
