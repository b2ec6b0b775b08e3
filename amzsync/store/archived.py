"""Which documents each run worked on, so that it can be replayed, and which of them may go.

The bytes are in the archive, under their digest; here is only what they were.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from amzsync.store.journal import OPEN


class Kept(NamedTuple):
    """A document in the archive."""

    kind: str
    digest: str
    size: int  # bytes, as they came
    created_at: str  # UTC text: when Amazon made it
    charset: str | None = None  # a codec, where Amazon named one


def note(db: sqlite3.Connection, run_id: int, store_id: int, documents: Sequence[Kept]) -> None:
    """Write down what the run worked on for the store, in this order; it replaces what was noted before."""
    db.execute("DELETE FROM documents WHERE run_id = ? AND store_id = ?", (run_id, store_id))
    db.executemany(
        "INSERT INTO documents (run_id, store_id, place, kind, digest, size, created_at, charset) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((run_id, store_id, place, *document) for place, document in enumerate(documents)),
    )


def of_run(db: sqlite3.Connection, run_id: int) -> dict[int, list[Kept]]:
    """Return what the run worked on, by store_id, in the order of its work."""
    found: dict[int, list[Kept]] = {}
    for store_id, *document in db.execute(
        "SELECT store_id, kind, digest, size, created_at, charset FROM documents WHERE run_id = ? "
        "ORDER BY store_id, place",
        (run_id,),
    ):
        found.setdefault(store_id, []).append(Kept(*document))
    return found


def unneeded(db: sqlite3.Connection, before: str) -> list[str]:
    """Return the digests that only runs before *before* (UTC text) worked on and nothing else needs.

    The last documents of their kind are needed, and those of reports that are still open in the journal.
    Documents that no run worked on (what Amazon says of a report that failed) go by the journal's time.
    """
    rows = db.execute(
        "SELECT digest FROM (SELECT digest FROM documents UNION SELECT digest FROM reports "
        "WHERE digest IS NOT NULL AND coalesce(checked_at, asked_at) < :before) WHERE digest NOT IN ("
        "SELECT digest FROM documents LEFT JOIN runs USING (run_id) "
        "WHERE finished_at IS NULL OR finished_at >= :before "
        "UNION ALL SELECT digest FROM documents JOIN (SELECT store_id, kind, max(run_id) AS run_id "
        "FROM documents GROUP BY store_id, kind) USING (store_id, kind, run_id) "
        "UNION ALL SELECT digest FROM reports WHERE digest IS NOT NULL "
        "AND state IN (SELECT value FROM json_each(:open))) ORDER BY digest",
        {"before": before, "open": json.dumps(OPEN)},
    )
    return [str(row[0]) for row in rows]


def forget(db: sqlite3.Connection, before: str) -> None:
    """Forget the runs of which every document is unneeded, and where the journal's own ones were.

    A run that still has a document keeps the rows of all: a replay then finds that one is gone, instead of
    taking the rest for the whole.
    """
    gone = json.dumps(unneeded(db, before))
    among = "IN (SELECT value FROM json_each(?))"
    db.execute(
        "DELETE FROM documents WHERE run_id NOT IN "
        f"(SELECT run_id FROM documents WHERE NOT digest {among})",
        (gone,),
    )
    db.execute(
        f"UPDATE reports SET digest = NULL WHERE digest {among} "
        "AND digest NOT IN (SELECT digest FROM documents)",
        (gone,),
    )
