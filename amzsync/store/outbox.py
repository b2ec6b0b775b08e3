"""The outbox: what is sent to Amazon, one row for each step of each action, from before it is sent to its end."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from amzsync.core.plan import Difference, Kind, Value
from amzsync.core.sending import Progress, Step, Told, Way

_OPEN = "('planned', 'sent', 'accepted')"


class Entry(NamedTuple):
    """A step of an action that is about to be sent."""

    store_id: int
    seller_sku: str
    sku: str | None
    kind: Kind
    step: Step
    rank: int
    differences: tuple[Difference, ...]
    after: int | None = None  # the row whose next step this is
    due_at: str | None = None  # not to be sent before


class Row(NamedTuple):
    """A row of the outbox."""

    outbox_id: int
    run_id: int
    store_id: int
    seller_sku: str
    sku: str | None
    kind: Kind
    step: Step
    rank: int
    differences: tuple[Difference, ...]
    progress: Progress
    way: Way
    parcel: int  # the first row of those that are sent in one piece
    after: int | None
    payload: str  # JSON; "" for all but the first row of a parcel
    feed_no: int | None
    message_id: int | None
    written_at: str
    sent_at: str | None
    accepted_at: str | None
    settled_at: str | None
    due_at: str | None
    looks: int
    submission_id: str | None
    issues: str  # JSON list
    message: str


_COLUMNS = ", ".join(Row._fields)
_NAMES = {name: place for place, name in enumerate(Row._fields)}


def write(
    db: sqlite3.Connection,
    run_id: int,
    entries: Sequence[Entry],
    *,
    way: Way,
    payload: str,
    now: str,
    feed: tuple[int, int] | None = None,
) -> list[int]:
    """Write down what is sent in one piece, before it is sent; return the ids of the rows.

    *feed* is the number of the feed and of the message in it.  Raises ``sqlite3.IntegrityError`` where the run
    has written the same step of the same action before.
    """
    ids: list[int] = []
    feed_no, message_id = feed or (None, None)
    for entry in entries:
        key = f"{run_id}:{entry.store_id}:{entry.kind}:{entry.step}:{entry.seller_sku}"
        found = db.execute(
            "INSERT INTO outbox (key, run_id, store_id, seller_sku, sku, kind, step, rank, differences, progress, way, "
            "parcel, after, payload, feed_no, message_id, written_at, due_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key, run_id, entry.store_id, entry.seller_sku, entry.sku, entry.kind.value, entry.step.value,
                entry.rank, _packed(entry.differences), way.value, ids[0] if ids else 0, entry.after,
                "" if ids else payload, feed_no, message_id, now, entry.due_at,
            ),
        )  # fmt: skip
        ids.append(int(found.lastrowid or 0))
    if ids:
        db.execute("UPDATE outbox SET parcel = ?1 WHERE outbox_id = ?1", (ids[0],))
    return ids


def reroute(
    db: sqlite3.Connection,
    ids: Iterable[int],
    *,
    way: Way,
    payload: str,
    feed: tuple[int, int] | None,
) -> None:
    """Change how rows that were written down are to be sent."""
    listed = list(ids)
    feed_no, message_id = feed or (None, None)
    db.execute(
        "UPDATE outbox SET way = ?, feed_no = ?, message_id = ?, payload = CASE outbox_id WHEN ? THEN ? ELSE '' END "
        "WHERE outbox_id IN (SELECT value FROM json_each(?))",
        (way.value, feed_no, message_id, listed[0], payload, json.dumps(listed)),
    )


def leave(db: sqlite3.Connection, ids: Iterable[int], now: str, due_at: str | None) -> None:
    """Note that rows are being sent, and when it is to be asked what became of them should no answer come."""
    db.execute(
        "UPDATE outbox SET progress = 'sent', sent_at = ?, due_at = ? WHERE outbox_id IN (SELECT value FROM json_each(?))",
        (now, due_at, json.dumps(list(ids))),
    )


def accept(
    db: sqlite3.Connection,
    ids: Iterable[int],
    at: str,
    due_at: str | None,
    *,
    submission_id: str = "",
    issues: str = "[]",
) -> None:
    """Note that Amazon has taken what was sent."""
    db.execute(
        "UPDATE outbox SET progress = 'accepted', accepted_at = ?, due_at = ?, looks = 0, submission_id = ?, issues = ? "
        "WHERE outbox_id IN (SELECT value FROM json_each(?))",
        (at, due_at, submission_id or None, issues, json.dumps(list(ids))),
    )


def settle(
    db: sqlite3.Connection,
    ids: Iterable[int],
    progress: Progress,
    at: str,
    *,
    message: str = "",
    issues: str | None = None,
    submission_id: str | None = None,
) -> None:
    """Note what became of rows for good."""
    db.execute(
        "UPDATE outbox SET progress = ?, settled_at = ?, due_at = NULL, message = ?, issues = coalesce(?, issues), "
        "submission_id = coalesce(?, submission_id) WHERE outbox_id IN (SELECT value FROM json_each(?))",
        (progress.value, at, message, issues, submission_id, json.dumps(list(ids))),
    )


def looked(db: sqlite3.Connection, outbox_id: int, looks: int, due_at: str | None) -> None:
    """Note that a row was looked at and does not show yet."""
    db.execute(
        "UPDATE outbox SET looks = ?, due_at = ? WHERE outbox_id = ?", (looks, due_at, outbox_id)
    )


# -- reading -----------------------------------------------------------------------------------------------


def rows(db: sqlite3.Connection, where: str, *values: object) -> Iterator[Row]:
    """Yield the rows of which *where*, with placeholders for *values*, is so, the oldest first."""
    for row in db.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE {where} ORDER BY outbox_id", values
    ):
        yield _row(row)


def of_progress(db: sqlite3.Connection, store_id: int, progress: Progress) -> list[Row]:
    """Return a store's rows that have come that far and no farther."""
    return list(
        rows(db, f"store_id = ? AND progress IN {_OPEN} AND progress = ?", store_id, progress.value)
    )


def of_feed(db: sqlite3.Connection, feed_no: int) -> Iterator[Row]:
    """Yield the rows that went into a feed."""
    yield from rows(db, "feed_no = ?", feed_no)


def of_run(db: sqlite3.Connection, run_id: int) -> list[Row]:
    """Return the rows that a run wrote."""
    return list(rows(db, "run_id = ?", run_id))


def of_listings(
    db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str], *, open_only: bool = False
) -> Iterator[Row]:
    """Yield the rows of listings, the oldest first."""
    among = f"progress IN {_OPEN} AND " if open_only else ""
    yield from rows(
        db,
        f"{among}store_id = ? AND seller_sku IN (SELECT value FROM json_each(?))",
        store_id,
        json.dumps(list(seller_skus)),
    )


def due(db: sqlite3.Connection, store_id: int, now: str, limit: int) -> list[str]:
    """Return the seller SKUs, at most *limit*, that are to be looked at by *now*, the longest due first."""
    found = db.execute(
        "SELECT seller_sku, min(due_at) FROM outbox WHERE store_id = ? AND due_at <= ? "
        "AND progress IN ('sent', 'accepted') GROUP BY 1 ORDER BY 2, 1 LIMIT ?",
        (store_id, now, limit),
    )
    return [row[0] for row in found]


def next_due(db: sqlite3.Connection, store_id: int) -> str | None:
    """Return when the first listing of a store is to be looked at."""
    found = db.execute(
        "SELECT min(due_at) FROM outbox WHERE store_id = ? AND due_at IS NOT NULL", (store_id,)
    ).fetchone()
    return None if found[0] is None else str(found[0])


def counts(db: sqlite3.Connection, run_id: int) -> dict[Progress, int]:
    """Return how many rows of a run have come how far."""
    found = db.execute(
        "SELECT progress, count(*) FROM outbox WHERE run_id = ? GROUP BY 1", (run_id,)
    )
    return {Progress(row[0]): row[1] for row in found}


def told(
    db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str], since: str
) -> Iterator[Told]:
    """Yield the rows of listings that are open, or were settled at *since* or later, the oldest first.

    Those of handling times and notes are told however old they are: nothing else says what Amazon has of these.
    """
    for row in db.execute(
        "SELECT seller_sku, kind, step, progress, way, differences, settled_at, issues, message FROM outbox "
        "WHERE store_id = ? AND seller_sku IN (SELECT value FROM json_each(?)) AND (settled_at IS NULL OR settled_at >= ? "
        "OR (progress = 'confirmed' AND kind NOT IN ('revise-price', 'revise-quantity'))) ORDER BY outbox_id",
        (store_id, json.dumps(list(seller_skus)), since),
    ):
        yield Told._make((*row[:5], _unpacked(row[5]), *row[6:]))


def undone(
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


def forget_undone(
    db: sqlite3.Connection, store_id: int, seller_sku: str, fields: Iterable[str]
) -> None:
    """Forget that values of *fields* were taken back: another is sent now."""
    db.executemany(
        "DELETE FROM undone WHERE store_id = ? AND seller_sku = ? AND field = ?",
        ((store_id, seller_sku, field) for field in fields),
    )


# -- what has ended ----------------------------------------------------------------------------------------


def end(db: sqlite3.Connection, run_id: int, store_id: int, seller_sku: str, now: str) -> None:
    """Put a listing among those that have ended: it stands in that tab from the moment it is being ended."""
    db.execute(
        "INSERT INTO ended SELECT store_id, seller_sku, asin, title, sku, ?, ? FROM listings "
        "LEFT JOIN products USING (product_id) WHERE store_id = ? AND seller_sku = ? "
        "ON CONFLICT DO UPDATE SET ended_at = excluded.ended_at, run_id = excluded.run_id",
        (now[:10], run_id, store_id, seller_sku),
    )


def unend(db: sqlite3.Connection, store_id: int, seller_sku: str) -> None:
    """Take a listing off those that amzsync has ended."""
    db.execute(
        "DELETE FROM ended WHERE store_id = ? AND seller_sku = ? AND run_id IS NOT NULL",
        (store_id, seller_sku),
    )


def ended_at(db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str]) -> dict[str, str]:
    """Return when Amazon last confirmed the end of each of *seller_skus* that it did end."""
    found = db.execute(
        "SELECT seller_sku, max(settled_at) FROM outbox WHERE store_id = ? AND step = 'delete' "
        "AND progress = 'confirmed' AND seller_sku IN (SELECT value FROM json_each(?)) GROUP BY 1",
        (store_id, json.dumps(list(seller_skus))),
    )
    return dict(found.fetchall())


def returned(db: sqlite3.Connection, store_id: int, since: str) -> list[str]:
    """Return the seller SKUs that were ended at *since* or later and that Amazon shows again."""
    found = db.execute(
        "SELECT DISTINCT o.seller_sku FROM outbox o JOIN listings l USING (store_id, seller_sku) "
        "JOIN ended e USING (store_id, seller_sku) "
        "JOIN report_rows r ON r.store_id = o.store_id AND r.seller_sku = o.seller_sku AND r.kind = 'answer' "
        "WHERE o.store_id = ? AND o.step = 'delete' AND o.progress = 'confirmed' AND o.settled_at >= ? "
        "AND e.run_id IS NOT NULL AND l.status = 'active' AND r.asked_at > o.settled_at ORDER BY 1",
        (store_id, since),
    )
    return [row[0] for row in found]


def forget(db: sqlite3.Connection, before: str) -> None:
    """Forget what was settled before *before*, but for what says how Amazon has a listing."""
    db.execute("UPDATE outbox SET payload = '' WHERE settled_at < ? AND payload <> ''", (before,))


def _row(row: Sequence[object]) -> Row:
    values = list(row)
    values[_NAMES["kind"]] = Kind(str(row[_NAMES["kind"]]))
    values[_NAMES["step"]] = Step(str(row[_NAMES["step"]]))
    values[_NAMES["differences"]] = _unpacked(str(row[_NAMES["differences"]]))
    values[_NAMES["progress"]] = Progress(str(row[_NAMES["progress"]]))
    values[_NAMES["way"]] = Way(str(row[_NAMES["way"]]))
    return Row._make(values)


def _packed(differences: Iterable[Difference]) -> str:
    return json.dumps([list(one) for one in differences], ensure_ascii=False)


def _unpacked(text: str) -> tuple[Difference, ...]:
    return tuple(Difference(*one) for one in json.loads(text))
