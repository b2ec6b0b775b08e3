"""The journal of the reports that were asked of Amazon: each is written down before it is sent.

A report that was asked for and whose number never came back stays ``asking``: the next run looks for it at
Amazon instead of asking again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple, TypedDict, Unpack

ASKING, WAITING, DONE = "asking", "waiting", "done"
OPEN = (ASKING, WAITING, DONE)  # a run has yet to do something about them


class Asked(NamedTuple):
    """A report that was asked for, by us or by somebody else; times are UTC text."""

    report_no: int
    store_id: int
    type: str  # "GET_MERCHANT_LISTINGS_ALL_DATA"
    state: str
    report_id: str | None  # Amazon's; None until it has answered
    ours: int  # 0: the seller or another tool asked for it
    asked_at: str
    created_at: str | None  # when Amazon took it up
    checked_at: str | None  # when Amazon last told how it stands
    document_id: str | None
    digest: str | None  # of the bytes in the archive
    size: int | None  # of them, unpacked
    charset: str | None  # a codec, where Amazon named one
    message: str


class Fields(TypedDict, total=False):
    """What may change of a report that was asked for."""

    state: str
    report_id: str | None
    created_at: str | None
    checked_at: str | None
    document_id: str | None
    digest: str | None
    size: int | None
    charset: str | None
    message: str


_SELECT = f"SELECT {', '.join(Asked._fields)} FROM reports"


def begin(db: sqlite3.Connection, store_id: int, type: str, asked_at: str) -> int:  # noqa: A002
    """Write down that a report is about to be asked for; return its number."""
    cursor = db.execute(
        "INSERT INTO reports (store_id, type, state, ours, asked_at) VALUES (?, ?, ?, 1, ?)",
        (store_id, type, ASKING, asked_at),
    )
    return int(cursor.lastrowid or 0)


def adopt(
    db: sqlite3.Connection,
    store_id: int,
    type: str,  # noqa: A002
    report_id: str,
    asked_at: str,
    created_at: str,
) -> int:
    """Write down a report that somebody else asked for; return its number, the old one where it is known."""
    db.execute(
        "INSERT INTO reports (store_id, type, state, report_id, ours, asked_at, created_at) "
        "VALUES (?, ?, ?, ?, 0, ?, ?) ON CONFLICT DO NOTHING",
        (store_id, type, WAITING, report_id, asked_at, created_at),
    )
    found = db.execute(
        "SELECT report_no FROM reports WHERE store_id = ? AND report_id = ?", (store_id, report_id)
    ).fetchone()
    return int(found[0])


def update(db: sqlite3.Connection, report_no: int, **fields: Unpack[Fields]) -> None:
    """Change what is known of a report; raises ``ValueError`` for a field that does not change."""
    unknown = fields.keys() - Fields.__annotations__.keys()
    if unknown:
        raise ValueError(f"no such fields of a report: {', '.join(sorted(unknown))}")
    if fields:
        sets = ", ".join(f"{name} = ?" for name in fields)
        db.execute(f"UPDATE reports SET {sets} WHERE report_no = ?", (*fields.values(), report_no))


def last(
    db: sqlite3.Connection,
    store_id: int,
    type: str,  # noqa: A002
    states: Sequence[str] | None = None,
) -> Asked | None:
    """Return the report of *type* that was written down last, among those in *states* (all, by default)."""
    among = "" if states is None else "AND state IN (SELECT value FROM json_each(?3)) "
    values = (store_id, type, *([] if states is None else [json.dumps(list(states))]))
    row = db.execute(
        f"{_SELECT} WHERE store_id = ?1 AND type = ?2 {among}ORDER BY report_no DESC LIMIT 1",
        values,
    ).fetchone()
    return None if row is None else Asked(*row)


def recent(db: sqlite3.Connection, store_id: int, type: str, limit: int) -> list[Asked]:  # noqa: A002
    """Return the last *limit* reports of *type*, newest first."""
    rows = db.execute(
        f"{_SELECT} WHERE store_id = ? AND type = ? ORDER BY report_no DESC LIMIT ?",
        (store_id, type, limit),
    )
    return [Asked(*row) for row in rows]


def knows(db: sqlite3.Connection, store_id: int, report_id: str) -> bool:
    """Tell whether Amazon's report *report_id* is written down."""
    found = db.execute(
        "SELECT 1 FROM reports WHERE store_id = ? AND report_id = ?", (store_id, report_id)
    ).fetchone()
    return found is not None


def here(db: sqlite3.Connection, store_id: int, states: Sequence[str]) -> list[Asked]:
    """Return the newest report of each type whose document is in the archive, among those in *states*."""
    rows = db.execute(
        f"{_SELECT} WHERE store_id = ? AND digest IS NOT NULL AND state IN (SELECT value FROM json_each(?)) "
        "ORDER BY created_at, report_no",
        (store_id, json.dumps(list(states))),
    )
    return list({row[2]: Asked(*row) for row in rows}.values())


def settle(db: sqlite3.Connection, report_no: int) -> None:
    """Note that the report has been taken in; older ones of its type that waited for that are of no use."""
    db.execute(
        "UPDATE reports SET state = 'taken' WHERE report_no = ? AND state <> 'taken'", (report_no,)
    )
    db.execute(
        "UPDATE reports SET state = 'lost', message = 'a newer one was taken' WHERE state = 'done' "
        "AND digest IS NOT NULL AND (store_id, type) IN "
        "(SELECT store_id, type FROM reports WHERE report_no = ?)",
        (report_no,),
    )
