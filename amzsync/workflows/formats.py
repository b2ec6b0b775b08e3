"""What reading needs to know of a document, and the rows that come out of it, in batches.

Batches and summary are plain values, because they may come from another process.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from amzsync.core.model import Rejected
from amzsync.records import Footprint, Repair, Walk

BATCH = 4000
KEPT = 20_000  # of a rejected row's text: enough to see what is wrong with it
Row = tuple[Any, ...]
Parser = Callable[[list[str]], Row]


class Batch(NamedTuple):
    """Rows that are new or changed, with what belongs to each."""

    rows: list[Row]
    digests: list[int]
    lines: list[int]
    extras: list[Any]  # what the format derives from a row
    size: int  # bytes


class Summary(NamedTuple):
    """What a walk over a document came to."""

    read: int
    rejects: list[tuple[int, str, str, str]]  # line, key, reason, text
    gone: list[int]
    lengths: bytes
    digests: bytes
    undecodable: bool
    mended: int
    part: int  # where in the document the walk began
    cut: int  # the line of a last row that ends in its middle; 0 where there is none
    seen: Any

    def footprint(self) -> Footprint:
        """Return the document's footprint."""
        found = Footprint(array("I"), array("q"))
        found.lengths.frombytes(self.lengths)
        found.digests.frombytes(self.digests)
        return found


def together(parts: list[Summary]) -> Summary:
    """Return what the walks over the parts of one document came to, in the order of the parts."""
    return Summary(
        read=sum(part.read for part in parts),
        rejects=[reject for part in parts for reject in part.rejects],
        gone=[digest for part in parts for digest in part.gone],
        lengths=b"".join(part.lengths for part in parts),
        digests=b"".join(part.digests for part in parts),
        undecodable=any(part.undecodable for part in parts),
        mended=sum(part.mended for part in parts),
        part=0,
        cut=max(part.cut for part in parts),
        seen=[part.seen for part in parts],
    )


class Format(Protocol):
    """How a document is written."""

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
    def repair(self) -> Repair | None:
        """Return what reads a record whose quotes or number of cells are not as they should be."""
        ...

    @property
    def ragged(self) -> bool:
        """Tell whether its rows may be shorter than the heading."""
        ...

    @property
    def sparse(self) -> bool:
        """Tell whether it may well have no rows at all."""
        ...

    @property
    def encodings(self) -> tuple[str, ...]:
        """Return what to fall back on where it is not UTF-8; the first that fits is taken."""
        ...

    @property
    def settings(self) -> str:
        """Return everything in the configuration that decides how rows are read, as text."""
        ...

    def parser(self, header: list[str]) -> Parser:
        """Return the function from cells to a row or ``Rejected``, for a document with this heading."""
        ...

    def extra(self) -> Callable[[Any], Any] | None:
        """Return the function that derives from a row what its intake needs besides, if there is one."""
        ...

    def seen(self) -> Any:  # noqa: ANN401 - plain values of the format's own
        """Return what the rows betrayed of their origin."""
        ...

    def learn(self, seen: list[Any]) -> None:
        """Take over what ``seen`` returned in the processes that read the rows."""
        ...


class Intake(Protocol):
    """What becomes of the rows of a document."""

    replaced: list[tuple[int, str, int]]  # (old digest, key, line) of rows that were overwritten

    def take(self, batch: Batch) -> None:
        """Take changed rows into the state."""
        ...

    def close(self, gone: set[int]) -> None:
        """Take note that the rows of the digests *gone* are no longer in the document."""
        ...

    def stored(self) -> int:
        """Return how many different rows the document has in the state."""
        ...


class Unmarked:
    """A format whose rows have no extras and betray nothing, and that always has some."""

    sparse = False

    def extra(self) -> Callable[[Any], Any] | None:
        """Return nothing."""
        return None

    def seen(self) -> Any:  # noqa: ANN401
        """Return nothing."""
        return None

    def learn(self, seen: list[Any]) -> None:
        """Learn nothing."""


def scan(
    walk: Walk, parse: Parser, form: Format, encoding: str, *, certain: bool, part: int = 0
) -> Iterator[Row]:
    """Yield the ``Batch``es of a walk and at last its ``Summary``, both as plain tuples.

    Ends early where a record does not decode and the encoding is not yet *certain*.
    """
    rejects: list[tuple[int, str, str, str]] = []
    cut: list[int] = []
    for batch in _batches(walk, parse, form.extra(), encoding, rejects, cut):
        if walk.undecodable and not certain:
            break
        if batch[0]:
            yield batch
    footprint = walk.footprint
    yield (
        walk.read,
        rejects,
        list(walk.gone),
        footprint.lengths.tobytes(),
        footprint.digests.tobytes(),
        walk.undecodable,
        walk.mended,
        part,
        max(cut, default=0),
        form.seen(),
    )


def _batches(
    walk: Walk,
    parse: Parser,
    extra: Callable[[Any], Any] | None,
    encoding: str,
    rejects: list[tuple[int, str, str, str]],
    cut: list[int],
) -> Iterator[Row]:
    rows: list[Row] = []
    digests: list[int] = []
    lines: list[int] = []
    extras: list[Any] = []
    add_row, add_digest, add_line, add_extra = (
        rows.append,
        digests.append,
        lines.append,
        extras.append,
    )
    size, accept = 0, walk.accept
    before: list[str] | None = None
    for line, cells, raw, digest, reason in walk:
        if raw[-1:] not in (b"\n", b"\r") and _is_cut(cells, before or walk.passed()):
            cut.append(line)
        row = Rejected(reason) if cells is None else parse(cells)
        if row.__class__ is Rejected:
            rejects.append(_reject(line, row, raw, encoding))
            if walk.undecodable:
                yield ([], [], [], [], 0)
            continue
        length = len(raw)
        before = cells
        accept(length, digest)
        size += length
        add_row(tuple(row))
        add_digest(digest)
        add_line(line)
        if extra is not None:
            add_extra(extra(row))
        if len(rows) >= BATCH:
            yield (rows, digests, lines, extras, size)
            rows.clear()  # whoever takes a batch is done with it before the next one
            digests.clear()
            lines.clear()
            extras.clear()
            size = 0
    yield (rows, digests, lines, extras, size)


def _is_cut(cells: list[str] | None, before: list[str] | None) -> bool:
    """Tell whether the last row, which has no line end, is only the beginning of a row."""
    return cells is None or (before is not None and len(cells) < len(before))


def _reject(line: int, row: Sequence[str], raw: bytes, encoding: str) -> tuple[int, str, str, str]:
    reason, key = row
    return line, key, reason, raw[:KEPT].decode(encoding, "backslashreplace").rstrip("\r\n")
