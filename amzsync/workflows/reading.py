"""Read one document into the state: only what changed is parsed, every row is accounted for.

How the document is written is told by a ``Format``; what becomes of its rows, by an ``Intake``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from typing import Any

from amzsync import __version__
from amzsync.ahead import alternately, can_fork
from amzsync.core import guards
from amzsync.core.guards import Limits
from amzsync.documents import Document, Part, decide_encoding, halves, opened, opened_part
from amzsync.errors import UnsafeInput
from amzsync.records import Footprint, Walk
from amzsync.results.imports import Reading
from amzsync.store import Connection, runs
from amzsync.store.runs import Source
from amzsync.workflows.formats import Batch, Format, Intake, Parser, Summary, scan, together

LARGE = 16 << 20  # bytes from which on a new document is read ahead in a process of its own
HALVED = 64 << 20  # bytes from which on a new CSV document is read ahead in two


class Fault(StrEnum):
    """Why a document must be read once more."""

    ENCODING = "something does not decode, and the encoding was only supposed"
    HALVES = "a record is damaged, so that the halves may not have been cut between records"


def read(
    db: Connection,
    run_id: int,
    store_id: int,
    document: Document,
    form: Format,
    intake: Callable[[bool, bool], Intake],
    progress: Callable[[int], None],
    *,
    limits: Limits | None,
) -> Reading:
    """Read *document* into the state through *intake* (made with: whether first, whether all is read anew).

    Call it inside the run's transaction.  Raises ``InputError`` for what is not the document it should be,
    and, where there are *limits*, ``UnsafeInput`` for one that is empty, mostly unreadable, or contradicts
    itself.
    """
    last = runs.source(db, store_id, form.kind)
    settings = hashlib.sha256(f"{__version__}|{form.settings}".encode()).hexdigest()[:16]
    if last and last.digest == document.digest and last.signature.startswith(settings + ":"):
        progress(document.size)
        return Reading(last, changed=False, first=False)
    certain = last is not None and last.encoding != "utf-8"
    encoding = _decided(document, form) if certain else "utf-8"
    halved = form.quoted and document.size >= HALVED
    while True:
        db.execute("SAVEPOINT reading")
        attempt = _Attempt(db, store_id, document, form, last, settings, encoding)
        fault = attempt.run(intake, progress, certain=certain, halved=halved)
        if fault is None:
            break
        db.execute("ROLLBACK TO reading")
        if fault is Fault.HALVES:
            halved = False
        else:
            encoding, certain = _decided(document, form), True
    db.execute("RELEASE reading")
    return Reading(attempt.record(run_id, limits), changed=True, first=last is None)


def _decided(document: Document, form: Format) -> str:
    with opened(document.path) as stream:
        return decide_encoding(stream, document.name, fallbacks=form.encodings)


@contextmanager
def walking(
    document: Document, form: Format, encoding: str, part: Part | None = None
) -> Iterator[tuple[Walk, list[str], str]]:
    """Open *document*, or a *part* of it, for a walk; give the walk, and the heading's cells and text."""
    with opened(document.path) if part is None else opened_part(document.path, part) as stream:
        walk = Walk(
            stream,
            encoding=encoding,
            delimiter=form.delimiter,
            quoted=form.quoted,
            repair=form.repair,
            ragged=form.ragged,
            name=document.name,
        )
        cells, text = ([], "") if part is not None and part.start else walk.header()
        yield walk, cells, text


class _Attempt:
    """Reading a document in one encoding."""

    def __init__(
        self,
        db: Connection,
        store_id: int,
        document: Document,
        form: Format,
        last: Source | None,
        settings: str,
        encoding: str,
    ) -> None:
        self._db = db
        self._store_id = store_id
        self._document = document
        self._form = form
        self._last = last
        self._settings = settings
        self._encoding = encoding
        self._signature = ""
        self._summary: Summary | None = None
        self._intake: Intake | None = None

    def run(
        self,
        intake: Callable[[bool, bool], Intake],
        progress: Callable[[int], None],
        *,
        certain: bool,
        halved: bool,
    ) -> Fault | None:
        """Read it, in two halves at once where *halved*; return why it must be read again, if it must."""
        form, document = self._form, self._document
        with walking(document, form, self._encoding) as (walk, header, text):
            if walk.undecodable and not certain:
                return Fault.ENCODING
            parse = form.parser(header)
        heading = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        self._signature = f"{self._settings}:{heading}:{self._encoding}"
        reparse = self._last is not None and self._last.signature != self._signature
        known = runs.footprint(self._db, self._store_id, form.kind)
        self._intake = intake(self._last is None, reparse)
        parts = halves(document) if halved and not len(known) and can_fork() else None
        scan_part = partial(self._scan, parse, known, len(header), reparse=reparse, certain=certain)
        summaries: list[Summary] = []
        for item in self._items([partial(scan_part, part) for part in parts or (None,)], known):
            if len(item) == len(Summary._fields):
                summaries.append(Summary._make(item))
            else:
                batch = Batch._make(item)
                progress(batch.size)
                self._intake.take(batch)
        self._summary = together(sorted(summaries, key=lambda one: one.part))
        if self._summary.undecodable and not certain:
            return Fault.ENCODING
        if parts is not None and self._summary.mended:
            return Fault.HALVES
        form.learn(self._summary.seen)
        return None

    def _items(
        self, makes: list[Callable[[], Iterator[tuple[Any, ...]]]], known: Footprint
    ) -> Iterator[tuple[Any, ...]]:
        """Yield batches and summaries, read ahead in other processes if the document is large and new."""
        if len(makes) > 1 or (self._document.size >= LARGE and not len(known) and can_fork()):
            return alternately(makes)
        return makes[0]()

    def _scan(
        self,
        parse: Parser,
        known: Footprint,
        width: int,
        part: Part | None,
        *,
        reparse: bool,
        certain: bool,
    ) -> Iterator[tuple[Any, ...]]:
        with walking(self._document, self._form, self._encoding, part) as (walk, _, _):
            if part is not None and part.start:
                walk.resume(width, part.line)
            walk.undecodable = False
            walk.compare(known, reparse=reparse)
            place = 0 if part is None else part.start
            yield from scan(walk, parse, self._form, self._encoding, certain=certain, part=place)

    def record(self, run_id: int, limits: Limits | None) -> Source:
        """Let the intake close, check the sums, and write down what was read."""
        found, intake = self._summary, self._intake
        assert found is not None
        assert intake is not None
        if limits is not None:
            self._refuse_nothing(found)
            self._refuse_cut(found)
            self._refuse_gibberish(found, limits)
            self._refuse_contradictions(found, intake)
        intake.close(set(found.gone))
        accepted = intake.stored()
        source = Source(
            kind=self._form.kind,
            path=self._document.title or str(self._document.path),
            digest=self._document.digest,
            signature=self._signature,
            encoding=self._encoding,
            modified_at=self._document.modified_at,
            rows_read=found.read,
            accepted=accepted,
            rejected=len(found.rejects),
            duplicates=found.read - len(found.rejects) - accepted,
        )
        runs.record_source(self._db, self._store_id, run_id, source, found.rejects)
        runs.record_footprint(
            self._db, self._store_id, self._form.kind, lengths=found.lengths, digests=found.digests
        )
        return source

    def _refuse_nothing(self, found: Summary) -> None:
        if not found.digests and (found.read or not self._form.sparse):
            rows = (
                f"{found.read} rows, none of which can be read"
                if found.read
                else "a heading and no rows"
            )
            raise UnsafeInput(
                f"{self._document.name} has {rows}; the last good state stays.",
                next_step="Export it again: an empty document hardly ever means that all is gone. "
                "If it does, import it with --force.",
            )

    def _refuse_cut(self, found: Summary) -> None:
        if found.cut:
            raise UnsafeInput(
                f"{self._document.name} ends in the middle of a row (line {found.cut:,}): it was cut off. "
                "The last good state stays.",
                next_step="Download or export it again; import what there is of it with --force.",
            )

    def _refuse_gibberish(self, found: Summary, limits: Limits) -> None:
        refusal = guards.rejected(limits, "rows", read=found.read, bad=len(found.rejects))
        if refusal:
            line, _, reason, _ = found.rejects[0]
            raise UnsafeInput(
                f"{self._document.name}: {refusal}. The first is on line {line}: {reason}. "
                "The last good state stays.",
                next_step="Check the document; import what can be read of it with --force.",
            )

    def _refuse_contradictions(self, found: Summary, intake: Intake) -> None:
        """Refuse a document in which a key stands twice with different values, naming both lines."""
        old = {digest for digest, _, _ in intake.replaced}
        if not old:
            return
        still = Counter(digest for digest in found.footprint().digests if digest in old)
        twice = [(key, line, digest) for digest, key, line in intake.replaced if digest in still]
        if not twice:
            return
        key, line, digest = min(twice, key=lambda found: found[1])
        first, last = sorted((self._line_of(digest), line))
        more = f" (and {len(twice) - 1:,} more such rows)" if len(twice) > 1 else ""
        raise UnsafeInput(
            f"{self._document.name} has {key} twice with different values, on lines {first} and "
            f"{last}{more}; the last good state stays.",
            next_step="Correct the export: amzsync cannot know which row is right. With --force the "
            "later one is taken.",
        )

    def _line_of(self, digest: int) -> int:
        with walking(self._document, self._form, self._encoding) as (walk, _, _):
            return next((record.line for record in walk if record.digest == digest), 0)
