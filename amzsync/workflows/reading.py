"""Read one document into the state: only what changed is parsed, every row is accounted for.

What the rows mean is the business of an ``Intake``; how the document is written, of a ``Format``.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

from amzsync import __version__
from amzsync.core.model import Rejected
from amzsync.documents import Document, decide_encoding, opened
from amzsync.errors import InputError, UnsafeInput
from amzsync.records import Repair, Walk
from amzsync.results import Reading
from amzsync.store import runs
from amzsync.store.runs import Source

BATCH = 4000
KEPT = 20_000  # of a rejected row's text: enough to see what is wrong with it
Parser = Callable[[list[str]], object]


class Format(Protocol):
    """How a document is written."""

    repair: Repair | None

    @property
    def kind(self) -> str:
        """Return the name under which the document is known."""
        ...

    @property
    def delimiter(self) -> str:
        """Return what stands between two cells."""
        ...

    @property
    def quoted(self) -> bool:
        """Tell whether cells may be quoted as in CSV."""
        ...

    @property
    def encodings(self) -> tuple[str, ...]:
        """Return what to fall back on where it is not UTF-8; the first that fits is taken."""
        ...

    @property
    def settings(self) -> str:
        """Everything in the configuration that decides how rows are read, as text."""
        ...

    def parser(self, header: list[str]) -> Parser:
        """Return the function from cells to a row or ``Rejected``, for a document with this heading."""
        ...


class Intake(Protocol):
    """What becomes of the rows of a document."""

    def take(self, rows: list[tuple[object, int, int]]) -> None:
        """Take changed rows ``(row, digest, line)`` into the state."""
        ...

    def close(self, gone: set[int]) -> None:
        """Take note that the rows of the digests *gone* are no longer in the document."""
        ...

    def stored(self) -> int:
        """Return how many different rows the document has in the state."""
        ...

    replaced: list[tuple[int, str, int]]  # (old digest, key, line) of rows that were overwritten


def read(
    db: sqlite3.Connection,
    run_id: int,
    store_id: int,
    document: Document,
    form: Format,
    intake: Callable[[bool, bool], Intake],
    progress: Callable[[int], None],
) -> Reading:
    """Read *document* into the state through *intake* (made with: whether first, whether all is read anew).

    Call it inside the run's transaction.  Raises ``InputError`` for what is not the document it should be.
    """
    last = runs.source(db, store_id, form.kind)
    settings = hashlib.sha256(f"{__version__}|{form.settings}".encode()).hexdigest()[:16]
    if last and last.digest == document.digest and last.signature.startswith(settings + ":"):
        progress(document.size)
        return Reading(last, changed=False, first=False)
    certain = last is not None and last.encoding != "utf-8"
    encoding = _decided(document, form) if certain else "utf-8"
    while True:
        db.execute("SAVEPOINT reading")
        attempt = _Attempt(db, store_id, document, form, last, settings, encoding)
        if attempt.run(intake, progress, certain=certain):
            break
        db.execute("ROLLBACK TO reading")
        encoding, certain = _decided(document, form), True
    db.execute("RELEASE reading")
    return Reading(attempt.record(run_id), changed=True, first=last is None)


def _decided(document: Document, form: Format) -> str:
    with opened(document.path) as stream:
        return decide_encoding(stream, document.name, fallbacks=form.encodings)


class _Attempt:
    """Reading a document in one encoding."""

    def __init__(
        self,
        db: sqlite3.Connection,
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
        self._rejects: list[tuple[int, str, str, str]] = []
        self._signature = ""
        self._walk: Walk | None = None
        self._intake: Intake | None = None

    def run(
        self,
        intake: Callable[[bool, bool], Intake],
        progress: Callable[[int], None],
        *,
        certain: bool,
    ) -> bool:
        """Read it; ``False`` where something does not decode though the encoding was not yet *certain*."""
        form, document = self._form, self._document
        with opened(document.path) as stream:
            walk = Walk(
                stream,
                encoding=self._encoding,
                delimiter=form.delimiter,
                quoted=form.quoted,
                repair=form.repair,
            )
            header, text = walk.header()
            if walk.undecodable and not certain:
                return False
            walk.undecodable = False
            parse = form.parser(header)
            heading = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
            self._signature = f"{self._settings}:{heading}:{self._encoding}"
            reparse = self._last is not None and self._last.signature != self._signature
            if self._last is not None:
                walk.compare(runs.footprint(self._db, self._store_id, form.kind), reparse=reparse)
            self._walk = walk
            self._intake = intake(self._last is None, reparse)
            for batch in self._batches(walk, parse, progress):
                if walk.undecodable and not certain:
                    return False
                self._intake.take(batch)
        return certain or not walk.undecodable

    def _batches(
        self, walk: Walk, parse: Parser, progress: Callable[[int], None]
    ) -> Iterator[list[tuple[object, int, int]]]:
        batch: list[tuple[object, int, int]] = []
        accept, size = walk.accept, 0
        for line, cells, raw, digest, reason in walk:
            row = Rejected(reason) if cells is None else parse(cells)
            if type(row) is Rejected:
                self._reject(line, row, raw)
                if walk.undecodable:
                    yield []
                continue
            accept(raw, digest)
            batch.append((row, digest, line))
            size += len(raw)
            if len(batch) >= BATCH:
                progress(size)
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _reject(self, line: int, row: Rejected, raw: bytes) -> None:
        text = raw[:KEPT].decode(self._encoding, "backslashreplace").rstrip("\r\n")
        self._rejects.append((line, row.key, row.reason, text))

    def record(self, run_id: int) -> Source:
        """Let the intake close, check the sums, and write down what was read."""
        walk, intake = self._walk, self._intake
        assert walk is not None
        assert intake is not None
        self._refuse_nothing(walk)
        self._refuse_contradictions(walk, intake)
        intake.close(walk.gone)
        accepted = intake.stored()
        source = Source(
            kind=self._form.kind,
            path=str(self._document.path),
            digest=self._document.digest,
            signature=self._signature,
            encoding=self._encoding,
            modified_at=self._document.modified_at,
            rows_read=walk.read,
            accepted=accepted,
            rejected=len(self._rejects),
            duplicates=walk.read - len(self._rejects) - accepted,
        )
        runs.record_source(self._db, self._store_id, run_id, source, self._rejects)
        runs.record_footprint(self._db, self._store_id, self._form.kind, walk.footprint)
        return source

    def _refuse_nothing(self, walk: Walk) -> None:
        if not len(walk.footprint):
            found = (
                f"{walk.read} rows, none of which can be read"
                if walk.read
                else "a heading and no rows"
            )
            raise InputError(
                f"{self._document.name} has {found}; the last good state stays.",
                next_step="Export it again. An empty document never means that all is gone.",
            )

    def _refuse_contradictions(self, walk: Walk, intake: Intake) -> None:
        """Refuse a document in which a key stands twice with different values, naming both lines."""
        old = {digest for digest, _, _ in intake.replaced}
        if not old:
            return
        still = Counter(digest for digest in walk.footprint.digests if digest in old)
        twice = [(key, line, digest) for digest, key, line in intake.replaced if digest in still]
        if twice:
            key, line, digest = min(twice, key=lambda found: found[1])
            first = self._line_of(digest)
            raise UnsafeInput(
                f"{self._document.name} has {key} twice with different values: lines {min(first, line)} and "
                f"{max(first, line)}"
                + (f" (and {len(twice) - 1} more such rows)" if len(twice) > 1 else "")
                + ".",
                next_step="Correct the export; amzsync cannot know which row is right.",
            )

    def _line_of(self, digest: int) -> int:
        with opened(self._document.path) as stream:
            form = self._form
            walk = Walk(
                stream,
                encoding=self._encoding,
                delimiter=form.delimiter,
                quoted=form.quoted,
                repair=form.repair,
            )
            walk.header()
            return next((record.line for record in walk if record.digest == digest), 0)
