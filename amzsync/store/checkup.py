"""What a check wants to know of the state file: whether it is whole, who has it, what stands in it."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from amzsync.core import rates as buckets_of
from amzsync.core.rates import Bucket
from amzsync.errors import StoreError
from amzsync.store import rates, state

SHOWN = 3  # of the faults that SQLite finds: the first ones say what is the matter


class Holder(NamedTuple):
    """The run that has the lock."""

    words: str  # "amzsync import-listings, pid 4711 on shop"
    since: str | None  # UTC text; None where it does not tell


class Waiting(NamedTuple):
    """A report that Amazon has not finished."""

    store: str
    type: str
    asked_at: str


def faults(db: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong with the file, at most ``SHOWN`` faults; it reads the whole file once."""
    found = [str(row[0]) for row in db.execute(f"PRAGMA quick_check({SHOWN})")]
    broken = db.execute("PRAGMA foreign_key_check").fetchmany(SHOWN)
    lost = [f"a row of {table} points to a row of {parent} that is not there"
            for table, _, parent, _ in broken]  # fmt: skip
    return ([] if found == ["ok"] else found) + lost


def holder(path: Path) -> Holder | None:
    """Return who has the lock of the state at *path*, ``None`` where it is free.

    The lock is tried for a moment without waiting, shared, so that two checks never meet.
    """
    try:
        with path.with_name(path.name + ".lock").open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _holder(file.read())
            return None
    except OSError:  # nobody has ever locked it, or not for us to see
        return None


def _holder(text: str) -> Holder:
    with suppress(ValueError, KeyError, TypeError):
        told = json.loads(text)
        words = f"amzsync {told['command']}, pid {told['pid']} on {told['host']}"
        return Holder(words, str(told["since"]))
    return Holder("its name is not known", None)


def waiting(db: sqlite3.Connection) -> list[Waiting]:
    """Return the reports that were asked for and that Amazon has not finished, oldest first."""
    return [
        Waiting(*row)
        for row in db.execute(
            "SELECT s.name, r.type, coalesce(r.created_at, r.asked_at) FROM reports r "
            "JOIN stores s USING (store_id) WHERE r.state IN ('asking', 'waiting') ORDER BY 3, 1, 2"
        )
    ]


def last_documents(db: sqlite3.Connection) -> int:
    """Return how many bytes the documents have that the last run worked on."""
    row = db.execute(
        "SELECT coalesce(sum(size), 0) FROM documents WHERE run_id = (SELECT max(run_id) FROM documents)"
    ).fetchone()
    return int(row[0])


def keep_rates(
    path: Path, account: str, buckets: Mapping[str, Bucket], *, now: str, at: float
) -> bool:
    """Keep the account's *buckets* in the state at *path*; tell whether that could be done.

    Where another run has called in the meantime, the emptier bucket counts: that never calls too often.
    """  # fmt: skip
    with suppress(StoreError), state.writing(path, command="check", now=now) as current:
        with current.transaction():
            kept = rates.load(current.db, account)
            emptier = {
                name: min(
                    (buckets_of.refilled(each, at) for each in (bucket, kept.get(name, bucket))),
                    key=lambda each: each.tokens,
                )
                for name, bucket in buckets.items()
            }
            rates.save(current.db, account, emptier)
        return True
    return False
