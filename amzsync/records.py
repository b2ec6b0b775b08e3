"""Walk the records of a document, passing over those that are byte for byte as they were last time.

The *footprint* of a document is the length and digest of each accepted record, in order.  When the document
comes again, the bytes at the next place are compared with the next footprint: equal means that the same
record ends at the same place, and it is passed over without looking for its end or parsing it.  Where they
differ, one record is read, and the walk falls in step again (a record replaced, inserted, removed).
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from operator import methodcaller
from typing import BinaryIO, NamedTuple

from xxhash import xxh3_64_intdigest

from amzsync.documents import BLOCK
from amzsync.errors import InputError

REPAIR_WINDOW = 1 << 18  # bytes that are at hand when a damaged record is repaired
WINDOW = 512  # how far ahead a record is looked for that may have been moved up
MISFIT = "its quotes or its number of cells do not fit the heading"
csv.field_size_limit(1 << 22)  # descriptions go up to 64 kB, in some shops to megabytes

Repair = Callable[[str, int, int], tuple[list[str] | None, int]]


class Record(NamedTuple):
    """One record that is new or changed."""

    line: int  # the line it begins on, counted from 1
    cells: list[str] | None  # None where it cannot be read; ``reason`` then says why
    raw: bytes
    digest: int  # 63 bits of its xxh3, the line end included
    reason: str


@dataclass(slots=True)
class Footprint:
    """Length in bytes and digest of each accepted record of a document, in order."""

    lengths: array[int] = field(default_factory=lambda: array("I"))
    digests: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.digests)


class _Block:
    """The decoded lines of a stream, block by block, with the bytes of the lines not yet taken."""

    def __init__(self, stream: BinaryIO, head: bytes, encoding: str) -> None:
        self._stream = stream
        self._rest = head
        self._decode = methodcaller("decode", encoding)
        self._lines: list[bytes] = []
        self._first = 0  # the number of the line that ``_lines`` begins with
        self._taken = 0

    def __iter__(self) -> Iterator[Iterator[str]]:
        while True:
            more = self._stream.read(BLOCK)
            block, self._rest = self._rest + more, b""
            if more:
                cut = block.rfind(b"\n") + 1
                block, self._rest = block[:cut], block[cut:]
            elif not block:
                return
            lines = _split(block)
            self._lines = self._lines[self._taken - self._first :] + lines
            self._first = self._taken
            yield map(self._decode, lines)

    def take(self, end: int) -> bytes:
        """Return the bytes of the lines up to (not with) line *end* that were not taken before."""
        first, self._taken = self._taken - self._first, end
        if end - first == self._first + 1:
            return self._lines[first]
        return b"".join(self._lines[first : end - self._first])

    def left(self) -> bytes:
        """Return all that has been read but not taken."""
        return b"".join(self._lines[self._taken - self._first :]) + self._rest


def _split(block: bytes) -> list[bytes]:
    """Split at line feeds only (``splitlines`` would split at a lone carriage return too)."""
    if b"\r" not in block:
        return block.splitlines(keepends=True)
    lines = [line + b"\n" for line in block.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


class Walk:
    """The walk over one document; iterate it, and tell it which records were accepted.

    *repair* reads records that break the rules of quoting, and those of another width than the heading's
    unless the document is *ragged*: rows that are shorter are then left to who reads the cells.

    After the walk, ``footprint`` is that of the document as it is now, and ``gone`` holds the digests of
    known records that did not come again.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        encoding: str = "utf-8",
        delimiter: str = "\t",
        quoted: bool = False,
        repair: Repair | None = None,
        ragged: bool = False,
        name: str = "The document",
    ) -> None:
        self._name = name
        self._stream = stream
        self._encoding = encoding
        self._delimiter = delimiter
        self._quoted = quoted
        self._known = Footprint()
        self._count = 0  # of known records that may be passed over
        self._repair = repair
        self._exact = repair is not None and not ragged
        self._blank = b" \t\r\n\v\f".replace(delimiter.encode(), b"")
        self._buffer = b""
        self._offset = 0  # where the next line begins
        self._start = 0  # where the current record begins
        self._counted = 0  # up to where line ends have been counted
        self._line = 0  # how many there are before ``_counted``
        self._undecodable = False  # the current record has bytes that are not of the encoding
        self.undecodable = False  # some record had
        self._next = 0  # the next known record
        self._index: dict[int, int] = {}  # digest -> place, of the known records just ahead
        self._indexed = -1
        self._missing: set[int] = set()
        self._passed = b""  # the last record that was passed over
        self.width = 0
        self.read = 0
        self.mended = 0  # records whose quotes or number of cells were not as they should be
        self.footprint = Footprint()
        self._add_length = self.footprint.lengths.append
        self._add_digest = self.footprint.digests.append
        self.gone: set[int] = set()

    def header(self) -> tuple[list[str], str]:
        """Read the first record; return its cells and its text.

        Raises ``InputError`` where its quotes are not those of a table's heading.
        """
        try:
            cells = next(self._reader(), [])
        except csv.Error as error:
            raise InputError(
                f"{self._name} does not begin with headings: its first line has broken quotes or line ends.",
                next_step="Export it again, and leave the file as it comes.",
            ) from error
        self.width = len(cells)
        text = self._buffer[: self._offset].decode(self._encoding, "replace")
        self._start = self._offset
        self._undecodable = False
        return cells, text

    def resume(self, width: int, line: int) -> None:
        """Begin in the middle of a document, before *line*, whose heading has *width* cells."""
        self.width = width
        self._line = line - 1

    def compare(self, known: Footprint, *, reparse: bool = False) -> None:
        """Compare with the *known* records from here on; with *reparse* pass over none of them."""
        self._known = known
        self._count = 0 if reparse else len(known)

    def __iter__(self) -> Iterator[Record]:
        """Yield every record that is not known, in the order of the document."""
        while True:
            if self._next < self._count:
                self._pass_known()
            elif not self._missing:
                yield from self._all_new()
            record = self._one()
            if record is None:
                break
            if record.raw.strip(self._blank):  # a blank line is no record
                self.read += 1
                if self._count and record.cells and self._is_known(record.digest):
                    self.accept(len(record.raw), record.digest)
                    self._passed = record.raw
                else:
                    yield record
        self._close()

    def passed(self) -> list[str] | None:
        """Return the cells of the record that was passed over last, where there is one to be read."""
        text = self._passed.decode(self._encoding, "replace")
        try:
            return next(self._cells(iter(text.split("\n")))) if text else None
        except csv.Error:
            return None

    def _one(self) -> Record | None:
        """Read one record with care; ``None`` at the end of the document."""
        self._start = self._offset
        broken = False
        try:
            cells = next(self._reader(), None)
        except csv.Error:
            cells, broken = [], True
        if cells is None:
            return None
        misfit = broken or (self._exact and len(cells) != self.width)
        if misfit and self._buffer[self._start : self._offset].strip(self._blank):
            cells = self._mend()
            self.mended += 1
        reason = "" if cells else MISFIT
        if self._undecodable:
            cells, self._undecodable = [], False
            reason = f"it has bytes that are not {self._encoding}"
        raw = self._buffer[self._start : self._offset]
        digest = xxh3_64_intdigest(raw) >> 1
        return Record(self._line_number(), cells or None, raw, digest, reason)

    def _all_new(self) -> Iterator[Record]:
        """Yield records by the block, all of them new, up to the end or to the first that needs care.

        Whole blocks are split and decoded at once, which costs a third of going line by line.  Where it
        stops, the buffer begins with the record that needs care.
        """
        block = _Block(self._stream, self._buffer[self._offset :], self._encoding)
        self._line_number(self._offset)
        lines = chain.from_iterable(block)
        delimiter, width = self._delimiter, self.width
        counted = csv.reader(lines, delimiter=delimiter, strict=True) if self._quoted else None
        rows = counted or (line.rstrip("\r\n").split(delimiter) for line in lines)
        exact = self._exact
        done = 0
        try:
            for cells in rows:
                if len(cells) != width and (exact or len(cells) < 2):
                    break
                end = done + 1 if counted is None else counted.line_num
                raw = block.take(end)
                self.read += 1
                yield Record(self._line + done + 1, cells, raw, xxh3_64_intdigest(raw) >> 1, "")
                done = end
        except (UnicodeDecodeError, csv.Error):
            pass
        self._line += done
        self._buffer = block.left()
        self._offset = self._start = self._counted = 0

    def accept(self, length: int, digest: int) -> None:
        """Take the record just yielded into the footprint; call it before the next one."""
        self._add_length(length)
        self._add_digest(digest)

    def _fill(self) -> bool:
        """Read one more block, keeping the current record; ``False`` at the end of the document."""
        block = self._stream.read(BLOCK)
        if not block:
            return False
        if self._start:
            self._line += self._buffer.count(b"\n", self._counted, self._start)
            self._counted = 0
            self._offset -= self._start
        self._buffer = self._buffer[self._start :] + block
        self._start = 0
        return True

    def _lines(self) -> Iterator[str]:
        """Yield the lines from ``_offset`` on, as the csv module wants them; the offset moves along."""
        encoding = self._encoding
        while True:
            end = self._buffer.find(b"\n", self._offset) + 1
            if not end:
                if self._fill():
                    continue
                end = len(self._buffer)
                if end == self._offset:
                    return
            line = self._buffer[self._offset : end]
            self._offset = end
            try:
                yield line.decode(encoding)
            except UnicodeDecodeError:
                self._undecodable = self.undecodable = True
                yield line.decode(encoding, "replace")

    def _reader(self) -> Iterator[list[str]]:
        return self._cells(self._lines())

    def _cells(self, lines: Iterator[str]) -> Iterator[list[str]]:
        if self._quoted:
            return csv.reader(lines, delimiter=self._delimiter, strict=True)
        delimiter = self._delimiter
        return (line.rstrip("\r\n").split(delimiter) for line in lines)

    def _pass_known(self) -> None:
        """Move past the records that stand where and as they stood."""
        first = place = self._next
        lengths, digests, count = self._known.lengths, self._known.digests, self._count
        buffer, offset = self._buffer, self._offset
        while place < count:
            end = offset + lengths[place]
            if end > len(buffer):
                if place > first and offset >= lengths[place - 1]:
                    self._passed = buffer[offset - lengths[place - 1] : offset]
                self._start = self._offset = offset
                if not self._fill():
                    break
                buffer, offset = self._buffer, self._offset
                continue
            if xxh3_64_intdigest(buffer[offset:end]) >> 1 != digests[place]:
                break
            offset = end
            place += 1
        if place == count and not buffer.endswith(b"\n", 0, offset):
            # The last record had no line end; if the document goes on now, it may be another one.
            self._start = self._offset = offset - lengths[place - 1]
            if offset < len(buffer) or self._fill():
                offset = self._offset
                place -= 1
        if place > first and offset >= lengths[place - 1]:
            self._passed = buffer[offset - lengths[place - 1] : offset]
        self._offset = offset
        self._next = place
        self.read += place - first
        self.footprint.lengths.extend(lengths[first:place])
        self.footprint.digests.extend(digests[first:place])

    def _is_known(self, digest: int) -> bool:
        """Tell whether a record read is a known one that has moved, and fall in step with it."""
        if digest in self._missing:
            return True
        if self._next >= self._indexed:
            self._indexed = self._next + WINDOW
            ahead = self._known.digests[self._next : self._indexed + WINDOW]
            self._index = {known: self._next + i for i, known in enumerate(ahead)}
        place = self._index.get(digest, -1)
        if place < self._next:
            return False
        self._missing.update(self._known.digests[self._next : place])
        self._next = place + 1
        return True

    def _mend(self) -> list[str]:
        """Read the record at ``_start`` again by other rules; move on to where the next one begins."""
        if self._repair is None:
            return []
        while len(self._buffer) - self._start < REPAIR_WINDOW and self._fill():
            pass
        ahead = self._buffer[self._start : self._start + REPAIR_WINDOW]
        text = ahead.decode(self._encoding, "surrogateescape")
        cells, end = self._repair(text, 0, self.width)
        while cells is None and text[end - 1] == "\r" and end < len(text):
            more, stop = self._repair(text, end, self.width)
            if more is not None:
                break
            end = stop  # a lone carriage return within a line does not make two bad records of it
        raw = text[:end].encode(self._encoding, "surrogateescape")
        self._offset = self._start + len(raw)
        try:  # what was looked at before may have been less than this record, or more
            raw.decode(self._encoding)
            self._undecodable = False
        except UnicodeDecodeError:
            self._undecodable = self.undecodable = True
        return cells or []

    def _line_number(self, place: int | None = None) -> int:
        """Return the number of the line that begins at *place*, by default at the current record."""
        place = self._start if place is None else place
        self._line += self._buffer.count(b"\n", self._counted, place)
        self._counted = place
        return self._line + 1

    def _close(self) -> None:
        """Work out which known records are gone, now that all that came is in the footprint."""
        gone = self._missing
        gone.update(self._known.digests[self._next :])
        if gone:
            gone.difference_update(self.footprint.digests)
        self.gone = gone
