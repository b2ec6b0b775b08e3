"""The journal of feeds: each is written down before it is made, and followed until it is over."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple, TypedDict, Unpack

MAKING, ASKING, WAITING = "making", "asking", "waiting"
"""Its document is being made; Amazon is being asked to process it; it is in Amazon's hands."""


class Feed(NamedTuple):
    """A feed; moments are UTC text."""

    feed_no: int
    run_id: int
    store_id: int
    state: str
    messages: int
    size: int  # bytes
    made_at: str
    asked_at: str | None
    document_id: str | None
    feed_id: str | None
    checked_at: str | None
    message: str


class Fields(TypedDict, total=False):
    """What may change of a feed."""

    state: str
    messages: int
    size: int
    asked_at: str | None
    document_id: str | None
    feed_id: str | None
    checked_at: str | None
    message: str


_SELECT = f"SELECT {', '.join(Feed._fields)} FROM feeds"


def begin(db: sqlite3.Connection, run_id: int, store_id: int, now: str) -> int:
    """Write down that a feed is about to be made; return its number."""
    found = db.execute(
        "INSERT INTO feeds (run_id, store_id, state, messages, size, made_at) VALUES (?, ?, 'making', 0, 0, ?)",
        (run_id, store_id, now),
    )
    return int(found.lastrowid or 0)


def update(db: sqlite3.Connection, feed_no: int, **fields: Unpack[Fields]) -> None:
    """Change what is known of a feed; raises ``ValueError`` for a field that does not change."""
    unknown = fields.keys() - Fields.__annotations__.keys()
    if unknown:
        raise ValueError(f"no such fields of a feed: {', '.join(sorted(unknown))}")
    if fields:
        sets = ", ".join(f"{name} = ?" for name in fields)
        db.execute(f"UPDATE feeds SET {sets} WHERE feed_no = ?", (*fields.values(), feed_no))


def unfinished(db: sqlite3.Connection, store_id: int) -> list[Feed]:
    """Return a store's feeds that are not over, the oldest first."""
    rows = db.execute(
        f"{_SELECT} WHERE store_id = ? AND state IN ('making', 'asking', 'waiting') ORDER BY feed_no",
        (store_id,),
    )
    return [Feed(*row) for row in rows]


def holding_zeros(db: sqlite3.Connection, store_id: int) -> list[Feed]:
    """Return the feeds in Amazon's hands that keep listings on sale which should have no stock any more."""
    rows = db.execute(
        f"{_SELECT} WHERE store_id = ?1 AND state = 'waiting' AND feed_no IN (SELECT o.feed_no FROM outbox o "
        "JOIN listings l USING (store_id, seller_sku) JOIN wanted w USING (listing_id) WHERE o.store_id = ?1 "
        "AND o.progress = 'sent' AND o.feed_no IS NOT NULL AND w.quantity = 0 AND coalesce(l.quantity, 1) > 0)",
        (store_id,),
    )
    return [Feed(*row) for row in rows]


def asked_before(db: sqlite3.Connection, feed_no: int, moment: str) -> bool:
    """Tell whether Amazon was asked to process a feed before *moment* (UTC text)."""
    found = db.execute("SELECT asked_at FROM feeds WHERE feed_no = ?", (feed_no,)).fetchone()
    return found[0] is not None and str(found[0]) < moment


def knows(db: sqlite3.Connection, feed_id: str) -> bool:
    """Tell whether Amazon's feed *feed_id* is written down."""
    return db.execute("SELECT 1 FROM feeds WHERE feed_id = ?", (feed_id,)).fetchone() is not None
