"""The history: one row for each value that changed, with the runs it was valid from and to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

Value = str | int | None


class Change(NamedTuple):
    """A field of a listing or product that differs from what the run before knew."""

    store_id: int
    subject: str  # "listing", "product" or "unlisted"
    key: str  # the seller SKU, or the SKU
    field: str
    old: Value
    new: Value
    first_run: int  # when the subject was first seen


def record(db: sqlite3.Connection, run_id: int, changes: Iterable[Change]) -> None:
    """Write *changes* down; each old value was valid from its own last change, or from the beginning.

    A run may look twice at the same listing.  A value that it found itself was never anybody's: the change
    is then from what was before the run, and there is none where that is the value again.
    """
    batch = list(changes)
    if not batch:
        return
    since = _last_changes(db, batch)
    fresh = [c for c in batch if since.get(c[:4], c.first_run) != run_id]
    again = [c for c in batch if since.get(c[:4]) == run_id]
    db.executemany(
        "INSERT INTO changes (run_id, store_id, subject, key, field, old, new, from_run) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                run_id,
                c.store_id,
                c.subject,
                c.key,
                c.field,
                c.old,
                c.new,
                since.get(c[:4], c.first_run),
            )
            for c in fresh
        ),
    )
    same = "run_id = ? AND subject = ? AND key = ? AND store_id = ? AND field = ?"
    keys = [(run_id, c.subject, c.key, c.store_id, c.field) for c in again]
    db.executemany(
        f"UPDATE changes SET new = ? WHERE {same}",
        ((c.new, *key) for c, key in zip(again, keys, strict=True)),
    )
    db.executemany(f"DELETE FROM changes WHERE {same} AND old IS new", keys)


def _last_changes(
    db: sqlite3.Connection, batch: list[Change]
) -> dict[tuple[int, str, str, str], int]:
    found: dict[tuple[int, str, str, str], int] = {}
    for subject in sorted({change.subject for change in batch}):
        keys = sorted({change.key for change in batch if change.subject == subject})
        for store_id, key, field, run_id in db.execute(
            "SELECT store_id, key, field, max(run_id) FROM changes WHERE subject = ? "
            "AND key IN (SELECT value FROM json_each(?)) GROUP BY store_id, key, field",
            (subject, json.dumps(keys)),
        ):
            found[store_id, subject, key, field] = run_id
    return found
