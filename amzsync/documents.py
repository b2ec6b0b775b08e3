"""Open an export or report: which file, what digest, which encoding, packed or not.

Nothing here knows what a document means.  Bytes are never decoded with replacement: an encoding is decided
strictly for the whole document, and a record that does not fit it is handed on as undecodable.
"""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, cast

from amzsync.errors import InputError, MissingInput

BLOCK = 1 << 20
MAX_RATIO = 500  # a packed document that grows by more is a bomb, not a report
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A file on disk as it was when it was looked at."""

    path: Path
    digest: str  # xxh3-128 of the file's bytes, hexadecimal
    size: int
    modified_at: str  # UTC, 2026-01-31T12:00:00Z
    title: str = ""  # of a document whose file has no name that tells anything

    @property
    def name(self) -> str:
        """Return what to call it: its title, or the file's name without its folder."""
        return self.title or self.path.name


def newest(pattern: str, base: Path) -> Path:
    """Return the file *pattern* names, or the newest match where it is a glob (relative to *base*)."""
    return matching(pattern, base)[-1]


def matching(pattern: str, base: Path) -> list[Path]:
    """Return the files that *pattern* names, oldest first; equal times are told apart by name."""
    path = base / pattern
    with suppress(RuntimeError):  # nobody is called so
        path = base / Path(pattern).expanduser()
    found = [path] if path.is_file() else []
    if not found and any(mark in pattern for mark in "*?["):
        # Only the pattern is one, not the folder it starts from.
        start = base if path.is_relative_to(base) else Path(path.anchor)
        with suppress(ValueError):  # "**" within a name
            found = [match for match in start.glob(str(path.relative_to(start))) if match.is_file()]
    if not found:
        raise MissingInput(
            f"No file {pattern} (looked in {path.parent}).",
            next_step="Export it, or correct the path in amzsync.toml.",
        )
    return sorted(found, key=lambda match: (match.stat().st_mtime_ns, match.name))


def look(path: Path) -> Document:
    """Return *path* with its digest; reads the file once."""
    import xxhash  # 20 GB/s, against 1.7 for SHA-256: a run in which nothing changed is little else

    hasher = xxhash.xxh3_128()
    try:
        with path.open("rb", buffering=0) as file:
            block = bytearray(BLOCK)
            view = memoryview(block)
            while count := file.readinto(block):
                hasher.update(view[:count])
            stat = path.stat()
    except FileNotFoundError as error:
        raise MissingInput(
            f"No file {path}.", next_step="Correct the path in amzsync.toml."
        ) from error
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}.",
            next_step="Check the file and its permissions.",
        ) from error
    changed = datetime.fromtimestamp(int(stat.st_mtime), UTC)
    return Document(path, hasher.hexdigest(), stat.st_size, changed.strftime("%Y-%m-%dT%H:%M:%SZ"))


def first_line(path: Path, encodings: tuple[str, ...] = ()) -> str:
    """Return the first line of the document, decoded as UTF-8 or by the first of *encodings* that fits."""
    with opened(path) as stream:
        line = stream.read(1 << 16).partition(b"\n")[0].rstrip(b"\r")
    for encoding in ("utf-8", *encodings):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open *path* as a stream of plain bytes, unpacking ``.gz`` and ``.zip`` by their magic bytes.

    Damage (a cut gzip, a wrong checksum, a bomb) raises ``InputError`` while reading.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            file.seek(0)
            if magic[:2] == b"\x1f\x8b":
                yield _utf8(_Bounded(gzip.GzipFile(fileobj=file), path))
            elif magic == b"PK\x03\x04":
                with _member(file, path) as member:
                    yield _utf8(_Bounded(member, path))
            else:
                yield _utf8(file)
    except (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise InputError(
            f"{path.name} is damaged ({error}); it was probably cut off while it was copied.",
            next_step="Download or export it again.",
        ) from error
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror or error}.",
            next_step="Check the file and its permissions, or export it again.",
        ) from error


class Part(NamedTuple):
    """A stretch of a document that begins and ends between two records."""

    start: int  # bytes
    stop: int
    line: int  # the number of its first line


def halves(document: Document) -> tuple[Part, Part] | None:
    """Return two halves of a CSV document that is not packed; ``None`` where that cannot be told.

    The place between them is found by counting quotes, which holds as long as they are doubled as they
    should be: whoever reads the halves must check that every record of them is whole.
    """
    middle, quotes, lines, place = document.size // 2, 0, 0, 0
    with document.path.open("rb") as file:
        head = file.read(4)
        if head[:2] in {b"\x1f\x8b", b"PK", *(bom[:2] for bom, code in _BOMS if code == "utf-16")}:
            return None
        file.seek(0)
        while place < middle:
            block = file.read(min(BLOCK, middle - place))
            quotes += block.count(b'"')
            lines += block.count(b"\n")
            place += len(block)
        for line in file:
            quotes += line.count(b'"')
            place += len(line)
            lines += 1
            if quotes % 2 == 0:
                break
    if place >= document.size:
        return None
    return Part(0, place, 1), Part(place, document.size, lines + 1)


@contextmanager
def opened_part(path: Path, part: Part) -> Iterator[BinaryIO]:
    """Open a *part* of the document at *path*, which is not packed, without its byte order mark."""
    with path.open("rb") as file:
        file.seek(part.start)
        limited = cast("BinaryIO", _Limited(file, part.stop - part.start))
        yield limited if part.start else _utf8(limited)


class _Limited(io.RawIOBase):
    """The first so many bytes of a stream."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        return block


def decide_encoding(stream: BinaryIO, name: str, *, fallbacks: tuple[str, ...]) -> str:
    """Return the encoding of the whole *stream*: UTF-8 where it is, else the first of *fallbacks* that fits.

    A document that is UTF-8 but for some records stays UTF-8 (those records are rejected later) as long as
    nine lines of ten with foreign letters are.  Nothing fits: ``InputError``.
    """
    fits = {encoding: codecs.getincrementaldecoder(encoding)() for encoding in fallbacks}
    good = bad = 0
    rest = b""
    while block := stream.read(BLOCK):
        if block.isascii() and not rest:
            continue
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        good, bad = _count(lines, good, bad)
        for encoding in [e for e in fits if not _decodes(fits[e], block)]:
            del fits[encoding]
    good, bad = _count([rest], good, bad)
    if bad * 9 <= good:
        return "utf-8"
    for encoding in fallbacks:
        if encoding in fits:
            return encoding
    raise InputError(
        f"{name} is not UTF-8 text ({bad:,} lines do not decode).",
        next_step='Export it as UTF-8, or name its encoding in amzsync.toml (encoding = "cp1252").',
    )


def _count(lines: list[bytes], good: int, bad: int) -> tuple[int, int]:
    for line in lines:
        if not line.isascii():
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return good, bad


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _member(file: BinaryIO, path: Path) -> IO[bytes]:
    """Open the only file of the zip archive *file*."""
    try:
        archive = zipfile.ZipFile(file)
        return archive.open(_only_member(archive, path))
    except RuntimeError as error:
        unknown = isinstance(error, NotImplementedError)
        why = "is packed in a way that only few programs know" if unknown else "needs a password"
        raise InputError(
            f"{path.name} cannot be unpacked: it {why}.",
            next_step="Unpack it and name the file in amzsync.toml.",
        ) from error


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) != 1:
        raise InputError(
            f"{path.name} holds {len(members)} files; one is needed.",
            next_step="Unpack it and name the file in amzsync.toml.",
        )
    return members[0]


class _Bounded(io.RawIOBase):
    """An unpacked stream that refuses to grow out of all proportion to the file on disk."""

    def __init__(self, stream: object, path: Path) -> None:
        self._stream = cast("BinaryIO", stream)
        self._name = path.name
        self._left = max(path.stat().st_size * MAX_RATIO, 64 * BLOCK)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise InputError(
                f"{self._name} unpacks to more than {MAX_RATIO} times its size and was not read to its end.",
                next_step="Unpack it by hand and look at it before you import it.",
            )
        return block


def _utf8(stream: object) -> BinaryIO:
    """Return *stream* without its byte order mark, re-encoded where it is UTF-16."""
    binary = cast("BinaryIO", stream)
    head = binary.read(4)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            if encoding == "utf-8":
                return cast("BinaryIO", _Prefixed(head[len(bom) :], binary))
            return cast("BinaryIO", _Transcoded(_Prefixed(head, binary), encoding))
    return cast("BinaryIO", _Prefixed(head, binary))


class _Prefixed(io.RawIOBase):
    """A stream with some bytes put back in front."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head, b""
        return head + self._stream.read(size - len(head) if size > len(head) else size)


class _Transcoded(io.RawIOBase):
    """A UTF-16 stream as UTF-8, so that records can be found by their bytes.

    Half a surrogate pair comes out as bytes that are not UTF-8, so that only its record is rejected.
    """

    def __init__(self, stream: _Prefixed, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while block := self._stream.read(size):
            if text := self._decoder.decode(block):
                return text.encode("utf-8", "surrogatepass")
        if self._decoder.getstate()[0]:
            raise EOFError("it ends in the middle of a letter")
        return b""
