"""The folder of the raw documents: compressed, by digest, so that any run can be done again offline.

A document's name is the digest of its own (unpacked) bytes.  No path here ever comes from Amazon's words.
"""

from __future__ import annotations

import errno
import gzip
import os
import re
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from amzsync.errors import InputError, MissingInput, OutputError

BLOCK = 1 << 20
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
_LEVEL = 6
_DIGEST = re.compile(r"[0-9a-f]{32}")
_SCRATCH = re.compile(r"\.new-(\d+)-[0-9a-f]+")


class Archive:
    """The raw documents in *folder*, which is made when the first of them comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._scratch: set[Path] = set()

    def path_of(self, digest: str) -> Path:
        """Return where the document is, or would be.

        Raises ``ValueError`` where *digest* is not an xxh3-128 in hexadecimal.
        """
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is no digest")
        return self.folder / digest[:2] / f"{digest}.gz"

    def has(self, digest: str) -> bool:
        """Tell whether the document is kept."""
        return self.path_of(digest).is_file()

    def put(self, source: Path, digest: str) -> Path:
        """Keep the unpacked file *source*, which is removed, and return the path of what is kept.

        A document that is kept whole already is left as it is.  Raises ``MissingInput`` without *source*,
        ``InputError`` where its bytes are not those of *digest*, ``OutputError`` where the disk takes no more.
        """
        path = self.path_of(digest)
        if not self.verify(digest):  # a damaged one would be damaged for as long as nothing changes
            try:
                with source.open("rb") as file:
                    self._keep(iter(lambda: file.read(BLOCK), b""), digest)
            except FileNotFoundError as error:
                raise MissingInput(f"No file {source}.", next_step="Run again.") from error
        try:
            source.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(source, error) from error
        self._scratch.discard(source)
        return path

    def put_bytes(self, data: bytes) -> tuple[str, Path]:
        """Keep *data*; return its digest and the path of what is kept."""
        import xxhash

        digest = xxhash.xxh3_128_hexdigest(data)
        path = self.path_of(digest)
        if not self.verify(digest):
            self._keep(iter([data]), digest)
        return digest, path

    def open(self, digest: str) -> BinaryIO:
        """Return the document's own bytes as a stream; damage shows while it is read.

        Raises ``MissingInput`` where it is not kept, ``InputError`` where it cannot be opened.
        """
        path = self.path_of(digest)
        try:
            return cast("BinaryIO", gzip.open(path, "rb"))
        except FileNotFoundError as error:
            raise MissingInput(
                f"The document {digest} is no longer kept in {self.folder}.",
                next_step="Choose a later run; keep_days in amzsync.toml says how long documents are kept.",
            ) from error
        except OSError as error:
            raise InputError(
                f"{path} cannot be read: {error.strerror}.",
                next_step="Check the file and its permissions.",
            ) from error

    def verify(self, digest: str) -> bool:
        """Tell whether the document is kept whole: reads all of it."""
        import xxhash

        hasher = xxhash.xxh3_128()
        try:
            with gzip.open(self.path_of(digest), "rb") as file:
                while block := file.read(BLOCK):
                    hasher.update(block)
        except (OSError, EOFError, zlib.error):
            return False
        return hasher.hexdigest() == digest

    def remove(self, digests: Iterable[str]) -> int:
        """Remove documents; return how many were there."""
        removed = 0
        for path in map(self.path_of, digests):
            try:
                path.unlink()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise unwritable(path, error) from error
            removed += 1
        return removed

    def size(self) -> int:
        """Return the bytes that the documents take on disk."""
        total = 0
        for path in self.folder.glob("??/*.gz"):
            with suppress(FileNotFoundError):  # another process cleans up
                total += path.stat().st_size
        return total

    def temporary(self) -> Path:
        """Return the path of a scratch file in the folder that nobody has: it is not made yet."""
        _make_folder(self.folder)
        path = _scratch(self.folder)
        self._scratch.add(path)
        return path

    def sweep(self) -> int:
        """Remove what dead runs have left behind, and return how many files those were.

        To be called before the run writes anything: a scratch file with our own process's number is
        taken for one of a dead process that had the same, unless ``temporary`` gave it out.
        """
        removed = 0
        for pattern in (".new-*", "??/.new-*"):
            for path in self.folder.glob(pattern):
                owner = _SCRATCH.fullmatch(path.name)
                if owner and path not in self._scratch and not _lives(int(owner[1])):
                    with suppress(OSError):
                        path.unlink()
                        removed += 1
        return removed

    def _keep(self, blocks: Iterator[bytes], digest: str) -> None:
        """Compress *blocks* into the place of *digest*, whose they must be."""
        import xxhash

        path = self.path_of(digest)
        _make_folder(path.parent)
        hasher = xxhash.xxh3_128()
        with (
            written(path) as file,
            gzip.GzipFile("", "wb", fileobj=file, compresslevel=_LEVEL, mtime=0) as packed,
        ):
            for block in blocks:
                hasher.update(block)
                packed.write(block)
            if hasher.hexdigest() != digest:
                raise InputError(
                    "A document has changed on disk since it was fetched.",
                    next_step="Run again; if it happens again, check the disk.",
                )


@contextmanager
def written(target: Path) -> Iterator[BinaryIO]:
    """Yield a private file that becomes *target* at the end, or vanishes when something is raised.

    Raises ``OutputError`` where the disk takes no more.
    """
    partial = _scratch(target.parent)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(partial, flags, PRIVATE), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
        _sync(target.parent)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> OutputError:
    """Return what to tell the user where *path* cannot be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return OutputError(
            f"The disk is full: {path} cannot be written.",
            next_step="Free some space and run again; nothing is lost.",
        )
    return OutputError(
        f"{path} cannot be written: {error.strerror or error}.",
        next_step="Check its folder and the permissions, then run again.",
    )


def _make_folder(folder: Path) -> None:
    """Make *folder* for nobody but us, and the archive above it."""
    if folder.is_dir():
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
    except OSError as error:
        raise unwritable(folder, error) from error


def _scratch(folder: Path) -> Path:
    return folder / f".new-{os.getpid()}-{secrets.token_hex(8)}"


def _lives(process: int) -> bool:
    """Tell whether another process of this number is alive."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _sync(folder: Path) -> None:
    """See to it that a new name in *folder* outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
