"""The outbox: what is sent to Amazon, one row for each step of each action, from before it is sent to its end."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from amzsync.core.model import Fulfillment
from amzsync.core.plan import Difference, Kind
from amzsync.core.sending import Progress, Step, Told, Way

WAYS = {Step.ZERO: Way.PATCH, Step.DELETE: Way.DELETE, Step.PUT: Way.PUT, Step.WHOLE: Way.PATCH}
_MERCHANT = Fulfillment.MERCHANT.value
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
    first = 1 + int(db.execute("SELECT coalesce(max(outbox_id), 0) FROM outbox").fetchone()[0])
    feed_no, message_id = feed or (None, None)
    for number, entry in enumerate(entries, first):
        key = f"{run_id}:{entry.store_id}:{entry.kind}:{entry.step}:{entry.seller_sku}"
        db.execute(
            "INSERT INTO outbox (outbox_id, key, run_id, store_id, seller_sku, sku, kind, step, rank, differences, "
            "progress, way, parcel, after, payload, feed_no, message_id, written_at, due_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number, key, run_id, entry.store_id, entry.seller_sku, entry.sku, entry.kind.value, entry.step.value,
                entry.rank, _packed(entry.differences), way.value, first, entry.after,
                "" if number > first else payload, feed_no, message_id, now, entry.due_at,
            ),
        )  # fmt: skip
    return list(range(first, first + len(entries)))


def follow_up(db: sqlite3.Connection, run_id: int, entry: Entry, *, now: str) -> None:
    """Write the next step of an action down, to be sent when it is due; what it says is known then."""
    write(db, run_id, [entry], way=WAYS[entry.step], payload="", now=now)


def further(db: sqlite3.Connection, store_id: int, now: str) -> list[Row]:
    """Return the further steps of actions that are due at *now*."""
    return list(
        rows(
            db,
            f"progress IN {_OPEN} AND progress = 'planned' AND after IS NOT NULL AND store_id = ? AND due_at <= ?",
            store_id,
            now,
        )
    )


def forget(db: sqlite3.Connection, before: str) -> None:
    """Forget the words in which was sent what was settled before *before*; what was sent and why stays known."""
    db.execute("UPDATE outbox SET payload = '' WHERE settled_at < ? AND payload <> ''", (before,))


def any_waiting(db: sqlite3.Connection, store_id: int) -> bool:
    """Tell whether anything was written down for a store that is still to be sent."""
    found = db.execute(
        f"SELECT 1 FROM outbox WHERE progress IN {_OPEN} AND progress = 'planned' AND store_id = ? LIMIT 1",
        (store_id,),
    ).fetchone()
    return found is not None


def waiting_ends(db: sqlite3.Connection, store_id: int) -> list[str]:
    """Return the seller SKUs of which a step of their end is still to be sent."""
    found = rows(
        db,
        f"progress IN {_OPEN} AND progress = 'planned' AND kind = 'end' AND store_id = ?",
        store_id,
    )
    return [row.seller_sku for row in found]


def drop(
    db: sqlite3.Connection, store_id: int, at: str, why: str, *, further: bool = False
) -> list[str]:
    """Give up what was written down and never sent, further steps too where *further*; return the seller SKUs."""
    among = "" if further else "AND after IS NULL "
    found = list(
        rows(
            db,
            f"progress IN {_OPEN} AND progress = 'planned' {among}AND store_id = ? AND feed_no IS NULL",
            store_id,
        )
    )
    settle(db, [row.outbox_id for row in found], Progress.ABANDONED, at, message=why)
    return sorted({row.seller_sku for row in found})


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


def supersede(db: sqlite3.Connection, ids: Iterable[int], at: str) -> None:
    """Give up changes in place that Amazon has accepted and does not show: newer ones of the same kind are *ids*."""
    db.execute(
        "UPDATE outbox SET progress = 'abandoned', settled_at = ?, due_at = NULL WHERE outbox_id IN ("
        "SELECT o.outbox_id FROM json_each(?) j JOIN outbox n ON n.outbox_id = j.value "
        f"JOIN outbox o ON o.store_id = n.store_id AND o.seller_sku = n.seller_sku AND o.kind = n.kind "
        f"AND o.progress IN {_OPEN} WHERE o.progress = 'accepted' AND o.step = 'whole' AND o.outbox_id < n.outbox_id)",
        (at, json.dumps(list(ids))),
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


def look_soon(db: sqlite3.Connection, ids: Iterable[int], due_at: str) -> None:
    """Note that it is not known what became of rows: their listings are to be looked at from *due_at* on."""
    db.execute(
        "UPDATE outbox SET due_at = ?, feed_no = NULL WHERE outbox_id IN (SELECT value FROM json_each(?))",
        (due_at, json.dumps(list(ids))),
    )


def postpone(db: sqlite3.Connection, ids: Iterable[int], due_at: str) -> None:
    """Note that rows were not sent after all, and are to be sent at *due_at*."""
    db.execute(
        "UPDATE outbox SET progress = 'planned', sent_at = NULL, due_at = ? "
        "WHERE outbox_id IN (SELECT value FROM json_each(?))",
        (due_at, json.dumps(list(ids))),
    )


# -- reading -----------------------------------------------------------------------------------------------


def rows(db: sqlite3.Connection, where: str, *values: object) -> Iterator[Row]:
    """Yield the rows of which *where*, with placeholders for *values*, is so, the oldest first."""
    for row in db.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE {where} ORDER BY outbox_id", values
    ):
        yield _row(row)


def of_feed(db: sqlite3.Connection, feed_no: int) -> Iterator[Row]:
    """Yield the rows that went into a feed."""
    yield from rows(db, "feed_no = ?", feed_no)


def messages(db: sqlite3.Connection, feed_no: int) -> int:
    """Return how many messages a feed was sent with."""
    return int(db.execute("SELECT messages FROM feeds WHERE feed_no = ?", (feed_no,)).fetchone()[0])


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
    """Return the seller SKUs, at most *limit*, that are to be looked at by *now*: the longest due first.

    Before these come those about which nothing else can be sent until it is known how they are.
    """
    found = db.execute(
        "SELECT seller_sku, min(due_at), max(progress = 'sent' OR step <> 'whole') FROM outbox "
        "WHERE store_id = ? AND due_at <= ? AND progress IN ('sent', 'accepted') "
        "GROUP BY 1 ORDER BY 3 DESC, 2, 1 LIMIT ?",
        (store_id, now, limit),
    )
    return [row[0] for row in found]


def of_run_and_store(db: sqlite3.Connection, run_id: int, store_id: int) -> list[Row]:
    """Return the rows that a run wrote for a store."""
    return list(rows(db, "run_id = ? AND store_id = ?", run_id, store_id))


def settled_after(
    db: sqlite3.Connection, store_id: int, since: str, run_id: int
) -> dict[Progress, int]:
    """Return how many rows of other runs than *run_id* came to their end at *since* or later, and to which."""
    found = db.execute(
        "SELECT progress, count(*) FROM outbox WHERE store_id = ? AND settled_at >= ? AND run_id <> ? GROUP BY 1",
        (store_id, since, run_id),
    )
    return {Progress(row[0]): row[1] for row in found}


def rejected_after(db: sqlite3.Connection, store_id: int, since: str) -> list[Row]:
    """Return what of a store Amazon refused at *since* or later, whichever run had sent it."""
    among = "store_id = ? AND settled_at >= ? AND progress = 'rejected'"
    return list(rows(db, among, store_id, since))


def count_open(db: sqlite3.Connection, store_id: int) -> int:
    """Return how many rows of a store Amazon has yet to answer for."""
    found = db.execute(
        f"SELECT count(*) FROM outbox WHERE progress IN {_OPEN} AND store_id = ?", (store_id,)
    ).fetchone()
    return int(found[0])


def told(
    db: sqlite3.Connection, store_id: int, seller_skus: Sequence[str], since: str
) -> Iterator[Told]:
    """Yield the rows of listings that are open, or were settled at *since* or later, the oldest first.

    Those of handling times and notes are told however old they are: nothing else says what Amazon has of these.
    """
    for row in db.execute(
        "SELECT seller_sku, kind, step, progress, way, differences, settled_at, issues, message, "
        "after IS NOT NULL FROM outbox WHERE store_id = ? AND seller_sku IN (SELECT value FROM json_each(?)) AND (settled_at IS NULL OR settled_at >= ? "
        "OR (progress = 'confirmed' AND kind NOT IN ('revise-price', 'revise-quantity'))) ORDER BY outbox_id",
        (store_id, json.dumps(list(seller_skus)), since),
    ):
        yield Told._make((*row[:5], _unpacked(row[5]), *row[6:9], row[9] == 1))


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
