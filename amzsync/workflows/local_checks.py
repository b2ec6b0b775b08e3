"""The part of a check that needs no network: the files of the user, the state file, the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from amzsync import documents
from amzsync.archive import Archive
from amzsync.clock import seconds_of, text_of
from amzsync.config import Config
from amzsync.core import health
from amzsync.core.health import Level, Verdict
from amzsync.core.rates import Bucket
from amzsync.errors import AmzsyncError, StoreError
from amzsync.results.checks import Finding, failures, of
from amzsync.store import checkup, communication, ledger, rates, state
from amzsync.store.checkup import Waiting
from amzsync.store.communication import CommunicationError
from amzsync.store.state import State
from amzsync.workflows import decisions

STATE, LOCK, DISK, ARCHIVE = "state file", "lock", "disk", "archive"


@dataclass(frozen=True, slots=True)
class Known:
    """What the state tells; nothing where it cannot be read."""

    whole: bool = False
    sources: dict[tuple[str, str], float] = field(
        default_factory=dict
    )  # (store, kind) -> written at
    buckets: dict[str, dict[str, Bucket]] = field(default_factory=dict)  # by account and operation
    errors: tuple[CommunicationError, ...] = ()  # of the last day
    waiting: tuple[Waiting, ...] = ()
    documents: int = 0  # bytes that the last run worked on


def inputs(config: Config, now: float) -> Iterator[Finding]:
    """Look at the files that Commerce and the user write."""
    commerce, base = config.commerce, config.folder
    yield from _export("product export", "The product export", commerce.products, base, now)
    if commerce.stock is not None:
        yield from _export("stock export", "The stock export", commerce.stock, base, now)
    try:
        pairs = decisions.load(config)
    except (AmzsyncError, OSError) as error:
        yield from failures("mapping file", error)
        return
    if config.pins is not None and config.pins.exists():
        told = f"{len(pairs):,} decision{'' if len(pairs) == 1 else 's'} can be read."
        yield Finding("mapping file", Level.OK, told)


def _export(subject: str, what: str, pattern: str, base: Path, now: float) -> Iterator[Finding]:
    try:
        path = documents.newest(pattern, base)
    except (AmzsyncError, OSError) as error:
        yield from failures(subject, error)
        return
    yield of(
        subject, readable(path) or health.export_age(f"{what} {path.name}", now - written_at(path))
    )


def readable(path: Path) -> Verdict | None:
    """Return that *path* cannot be read, or ``None``."""
    if os.access(path, os.R_OK):
        return None
    return Verdict(Level.FAIL, f"{path} cannot be read.", "Check its permissions.")


def written_at(path: Path) -> float:
    """Return when the file was written, in seconds since 1970."""
    return path.stat().st_mtime


def state_file(path: Path, now: float, accounts: Iterable[str] = ()) -> tuple[Known, list[Finding]]:
    """Look at the state file and its lock; return what it tells besides, of *accounts* the call budget."""
    try:
        size = path.stat().st_size / 1e6
    except (FileNotFoundError, NotADirectoryError):
        told = f"There is no state file {path} yet."
        return Known(), [Finding(STATE, Level.WARN, told, "Run amzsync import-listings.")]
    except OSError as error:
        return Known(), failures(STATE, error)
    found = [of(STATE, verdict) for verdict in _modes(path)]
    try:
        with state.reading(path) as current:
            found += [_damage(path, fault) for fault in checkup.faults(current.db)]
            known = _known(current, now, accounts)
    except StoreError as error:
        return Known(), [*found, *failures(STATE, error), _lock(path, now)]
    if not found:
        found.append(Finding(STATE, Level.OK, f"{path.name} is whole and private, {size:,.1f} MB."))
    return known, [*found, _lock(path, now)]


def _modes(path: Path) -> Iterator[Verdict]:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}.lock"):
        with suppress(FileNotFoundError):  # SQLite's own files come and go
            verdict = health.file_mode(name, path.with_name(name).stat().st_mode)
            if verdict is not None:
                yield verdict


def _damage(path: Path, fault: str) -> Finding:
    told = f"{path.name} is damaged: {fault}."
    fix = "Restore it from a backup, or move it away and import again."
    return Finding(STATE, Level.FAIL, told, fix)


def _known(current: State, now: float, accounts: Iterable[str]) -> Known:
    db = current.db
    return Known(
        whole=True,
        sources={
            (one.store, one.kind): seconds_of(one.modified_at) for one in ledger.source_ages(db)
        },
        buckets={name: rates.load(db, name) for name in accounts},
        errors=tuple(communication.listed(db, None, None, text_of(now - health.DAY))),
        waiting=tuple(checkup.waiting(db)),
        documents=checkup.last_documents(db),
    )


def _lock(path: Path, now: float) -> Finding:
    holder = checkup.holder(path)
    if holder is None:
        return Finding(LOCK, Level.OK, "No other run is at work.")
    age = None
    if holder.since is not None:
        with suppress(ValueError):
            age = now - seconds_of(holder.since)
    return of(LOCK, health.lock_held(holder.words, age))


def storage(config: Config, known: Known) -> Iterator[Finding]:
    """Look at the disk that the state is on, and at the archive of raw documents."""
    try:
        place = next(each for each in config.state.resolve().parents if each.is_dir())
        free = shutil.disk_usage(place).free
    except OSError as error:
        yield from failures(DISK, error)
    else:
        yield of(DISK, health.disk_space(free, known.documents))
        if not os.access(place, os.W_OK):
            told = f"Nothing can be written in {place}."
            yield Finding(DISK, Level.FAIL, told, "Check the folder's permissions.")
    try:
        yield from _archive(config)
    except OSError as error:
        yield from failures(ARCHIVE, error)


def _archive(config: Config) -> Iterator[Finding]:
    folder = config.amazon.archive
    if not folder.is_dir():
        if config.accounts:
            yield Finding(ARCHIVE, Level.OK, "No documents of Amazon are kept yet.")
        return
    open_to_others = health.file_mode(folder.name, folder.stat().st_mode, folder=True)
    size = Archive(folder).size() / 1e6
    kept = f"{folder.name} is private and holds documents of {size:,.1f} MB."
    yield of(ARCHIVE, open_to_others or Verdict(Level.OK, kept))
