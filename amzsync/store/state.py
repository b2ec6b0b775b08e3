"""Open the state file: one writer at a time, readers never wait, nothing half-written.

The lock is a ``flock`` on a file beside the state, which the kernel releases when the process dies; on top
of it every write happens in one ``BEGIN IMMEDIATE`` transaction.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from amzsync.errors import StoreBusy, StoreError
from amzsync.store import home, schema

PRIVATE = 0o600


class State:
    """An open state file; ``db`` is its connection (autocommit: transactions are begun by name)."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.db = db
        self.path = path

    def get(self, key: str) -> str | None:
        """Return the note kept under *key*, if any."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, value: str) -> None:
        """Keep *value* under *key*."""
        self.db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value "
            "WHERE value <> excluded.value",
            (key, value),
        )

    @contextmanager
    def transaction(self, *, dry_run: bool = False) -> Iterator[None]:
        """Make all that is written inside happen together, or not at all (also when *dry_run*)."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("ROLLBACK" if dry_run else "COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read everything inside as it is at one moment, whatever another run writes meanwhile."""
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")

    def settle(self) -> None:
        """Let readers in without waiting from now on (write-ahead logging).

        Not done when the file is made: the first import then writes each page once instead of twice.
        """
        if self.db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            self.db.execute("PRAGMA journal_mode = wal")


@contextmanager
def writing(path: Path, *, command: str, now: str) -> Iterator[State]:
    """Open the state at *path* for the one writer, making or migrating it where needed.

    Raises ``StoreBusy`` (exit 75) with the holder's name when another run has it.
    """
    with _locked(path, command=command, now=now), _errors(path):
        existed = path.exists()
        if not existed:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, PRIVATE))
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as db:
            yield _prepared(db, path)


@contextmanager
def rehearsing(path: Path, *, command: str, now: str) -> Iterator[State]:
    """Open the state for a run that will write nothing; where there is none, an empty one in memory."""
    if path.exists():
        with writing(path, command=command, now=now) as state:
            yield state
    else:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            yield _prepared(db, path)


def require(path: Path) -> None:
    """Raise ``StoreError`` where there is no state file: a command that is no import makes none."""
    if not path.exists():
        raise StoreError(
            f"There is no state file {path} yet.", next_step="Run amzsync import-listings first."
        )


@contextmanager
def reading(path: Path) -> Iterator[State]:
    """Open the state for reading only; works while another run writes."""
    require(path)
    with (
        _errors(path),
        closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as db,
    ):
        db.execute("PRAGMA query_only = 1")
        if _version(db, path) < schema.VERSION:
            raise StoreError(
                f"The state file {path} is of an older amzsync.",
                next_step="Run amzsync import-listings once: it brings the file up to date.",
            )
        yield State(db, path)


def _prepared(db: sqlite3.Connection, path: Path) -> State:
    db.execute("PRAGMA foreign_keys = 1")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA cache_size = -32768")
    if _version(db, path) < schema.VERSION:
        _migrate(db, path)
    return State(db, path)


def _version(db: sqlite3.Connection, path: Path) -> int:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > schema.VERSION:
        raise StoreError(
            f"The state file {path} was written by a newer amzsync (layout {version}, this one knows "
            f"{schema.VERSION}).",
            next_step="Upgrade amzsync, or name another state file in amzsync.toml.",
        )
    return version


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the layout up to date; sqlite-utils is loaded only for this (it costs 0.1 s)."""
    from sqlite_utils import Database

    from amzsync.store.migrations import migrations

    migrations.apply(Database(db))
    if db.execute("SELECT 1 FROM meta WHERE key = ?", (home.KEY,)).fetchone() is None:
        home.record(db, home.here(path))
    db.execute(f"PRAGMA user_version = {schema.VERSION}")


@contextmanager
def _locked(path: Path, *, command: str, now: str) -> Iterator[None]:
    import socket  # readers, who take no lock, need not load it

    lock = path.with_name(path.name + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        raise StoreError(
            f"The lock {lock} cannot be opened: {error.strerror}.",
            next_step="Check the folder's permissions.",
        ) from error
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            words, began = _holder(file.read())
            raise StoreBusy(
                f"Another run is at work ({words}).",
                next_step="Wait for it; the next run from cron will do.",
                since=began,
            ) from None
        file.truncate(0)
        json.dump(
            {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": now},
            file,
        )
        file.flush()
        yield


def _holder(text: str) -> tuple[str, str | None]:
    try:
        holder = json.loads(text)
        words = f"amzsync {holder['command']}, pid {holder['pid']} on {holder['host']}, since {holder['since']}"
        return words, str(holder["since"])
    except (ValueError, KeyError, TypeError):
        return "its name is not known", None


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Word what SQLite says of an unreadable, damaged or full state file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreBusy(
                f"The state file {path} is in use by another program ({error}).",
                next_step="Close the program that has it open for writing, then run again.",
            ) from error
        raise StoreError(
            f"The state file {path} cannot be used: {error}.",
            next_step="Check free disk space and permissions; nothing was changed.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"The state file {path} is damaged or is no state file: {error}.",
            next_step="Restore it from a backup, or move it away and import again.",
        ) from error
