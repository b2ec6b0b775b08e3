"""Runs, the documents they read, the footprints of these, and the rows that could not be read."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from amzsync.records import Footprint

COMMERCE = 0  # the store_id of what belongs to no store


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was read; ``rows_read = accepted + rejected + duplicates``."""

    kind: str
    path: str
    digest: str
    signature: str  # of everything besides the bytes that decides how they are read
    encoding: str
    modified_at: str
    rows_read: int
    accepted: int
    rejected: int
    duplicates: int


_SOURCE = "kind, path, digest, signature, encoding, modified_at, rows_read, accepted, rejected, duplicates"


def begin(db: sqlite3.Connection, command: str, now: str) -> int:
    """Write the run down and return its id; call it inside the run's transaction."""
    cursor = db.execute(
        "INSERT INTO runs (command, started_at, finished_at, outcome) VALUES (?, ?, ?, 'done')",
        (command, now, now),
    )
    return int(cursor.lastrowid or 0)


def open_run(db: sqlite3.Connection, command: str, now: str) -> int:
    """Write down a run that asks Amazon, before it does; until it is resumed it counts as one that failed."""
    cursor = db.execute(
        "INSERT INTO runs (command, started_at, finished_at, outcome, message) "
        "VALUES (?, ?, ?, 'failed', 'It did not come to its end.')",
        (command, now, now),
    )
    return int(cursor.lastrowid or 0)


def close_run(db: sqlite3.Connection, run_id: int, outcome: str, message: str = "") -> None:
    """Write down what became of a run that was opened."""
    db.execute(
        "UPDATE runs SET outcome = ?, message = ? WHERE run_id = ?", (outcome, message, run_id)
    )


def finish(db: sqlite3.Connection, run_id: int, summary: Mapping[str, object]) -> None:
    """Note what the run found."""
    text = json.dumps(summary, ensure_ascii=False, sort_keys=True)
    db.execute("UPDATE runs SET summary = ? WHERE run_id = ?", (text, run_id))


def record_failure(
    db: sqlite3.Connection, command: str, now: str, outcome: str, message: str
) -> None:
    """Write down a run that wrote nothing else: it was refused or failed, or had nothing to do."""
    db.execute(
        "INSERT INTO runs (command, started_at, finished_at, outcome, message) VALUES (?, ?, ?, ?, ?)",
        (command, now, now, outcome, message),
    )


def last_summary(db: sqlite3.Connection, command: str, store: str) -> dict[str, int]:
    """Return the counts of *store* in the last run of *command* that was done and had it, or nothing."""
    row = db.execute(
        "SELECT json_extract(summary, '$.' || json_quote(?)) AS found FROM runs WHERE command = ? "
        "AND outcome = 'done' AND found IS NOT NULL ORDER BY run_id DESC LIMIT 1",
        (store, command),
    ).fetchone()
    return dict(json.loads(row[0])) if row else {}


def count_changes(db: sqlite3.Connection, run_id: int) -> int:
    """Return how many changes the run found."""
    return int(db.execute("SELECT count(*) FROM changes WHERE run_id = ?", (run_id,)).fetchone()[0])


def source(db: sqlite3.Connection, store_id: int, kind: str) -> Source | None:
    """Return the last document of *kind* that was read for the store."""
    row = db.execute(
        f"SELECT {_SOURCE} FROM sources WHERE store_id = ? AND kind = ? ORDER BY source_id DESC LIMIT 1",
        (store_id, kind),
    ).fetchone()
    return Source(*row) if row else None


def times(db: sqlite3.Connection, store_id: int) -> dict[str, str]:
    """Return how old the store's documents are, by kind."""
    return dict(
        db.execute(
            "SELECT kind, modified_at FROM sources WHERE store_id = ?1 AND source_id IN "
            "(SELECT max(source_id) FROM sources WHERE store_id = ?1 GROUP BY kind)",
            (store_id,),
        ).fetchall()
    )


def same_document(db: sqlite3.Connection, store_id: int, kind: str, digest: str) -> str | None:
    """Return the name of another store whose last document of *kind* is the very same."""
    found = db.execute(
        "SELECT s.name FROM sources o JOIN stores s USING (store_id) WHERE o.store_id <> ? AND kind = ? "
        "AND digest = ? AND source_id = (SELECT max(source_id) FROM sources l "
        "WHERE l.store_id = o.store_id AND l.kind = o.kind)",
        (store_id, kind, digest),
    ).fetchone()
    return None if found is None else str(found[0])


def record_source(
    db: sqlite3.Connection,
    store_id: int,
    run_id: int,
    source: Source,
    rejects: Iterable[tuple[int, str, str, str]],
) -> None:
    """Write down a document that was read, with its rejected rows ``(line, key, reason, raw)``.

    The rejected rows of the document before it make room: they were those of a document that is no more.
    """
    db.execute(
        "DELETE FROM rejects WHERE source_id IN (SELECT source_id FROM sources WHERE store_id = ? AND kind = ?)",
        (store_id, source.kind),
    )
    cursor = db.execute(
        f"INSERT INTO sources (store_id, run_id, {_SOURCE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            store_id, run_id, source.kind, source.path, source.digest, source.signature, source.encoding,
            source.modified_at, source.rows_read, source.accepted, source.rejected, source.duplicates,
        ),
    )  # fmt: skip
    source_id = cursor.lastrowid
    db.executemany(
        "INSERT OR REPLACE INTO rejects VALUES (?, ?, ?, ?, ?)",
        ((source_id, *reject) for reject in rejects),
    )


def footprint(db: sqlite3.Connection, store_id: int, kind: str) -> Footprint:
    """Return the footprint of the last document of *kind*; empty where there was none."""
    row = db.execute(
        "SELECT lengths, digests FROM footprints WHERE store_id = ? AND kind = ?", (store_id, kind)
    ).fetchone()
    found = Footprint(array("I"), array("q"))
    if row:
        found.lengths.frombytes(row[0])
        found.digests.frombytes(row[1])
    return found


def record_footprint(
    db: sqlite3.Connection, store_id: int, kind: str, *, lengths: bytes, digests: bytes
) -> None:
    """Keep the footprint of the last document of *kind*, as the bytes of its two arrays."""
    db.execute(
        "INSERT INTO footprints VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "lengths = excluded.lengths, digests = excluded.digests",
        (store_id, kind, lengths, digests),
    )


def forget_source(db: sqlite3.Connection, store_id: int, kind: str) -> None:
    """Forget that a document of *kind* was read: the store names none any more."""
    where = "WHERE store_id = ? AND kind = ?"
    db.execute(
        f"DELETE FROM rejects WHERE source_id IN (SELECT source_id FROM sources {where})",
        (store_id, kind),
    )
    db.execute(f"UPDATE sources SET signature = 'withdrawn' {where}", (store_id, kind))
    db.execute(f"DELETE FROM footprints {where}", (store_id, kind))


def exists(db: sqlite3.Connection, run_id: int) -> bool:
    """Tell whether there was such a run."""
    return db.execute("SELECT 1 FROM runs WHERE run_id = ?", (run_id,)).fetchone() is not None


def time_of(db: sqlite3.Connection, run_id: int) -> str:
    """Return when the run was."""
    return str(db.execute("SELECT finished_at FROM runs WHERE run_id = ?", (run_id,)).fetchone()[0])
