"""Fetch a document that Amazon has made, by the address it gave for it: whole, or not at all.

Whom we ask, and that the address is never told: see ``addresses``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from amzsync.amazon import addresses
from amzsync.amazon.packing import Gauge, Refused, one_line, unpacked
from amzsync.archive import written
from amzsync.clock import Clock

if TYPE_CHECKING:
    import httpx  # loaded where it is used: files are read without it

LIMIT = 2 << 30
_OK = 200
_PASSED_ON = frozenset({"", "identity", "gzip", "x-gzip", "aws-chunked"})

_CODECS = {
    # What the header calls Latin-1 is cp1252 more often than not; where it is not, cp1252's holes tell.
    "cp1252": ("cp1252", "windows1252", "iso88591", "latin1", "l1"),
    "cp932": (
        "cp932",
        "ms932",
        "windows31j",
        "cswindows31j",
        "shiftjis",
        "sjis",
        "xsjis",
        "mskanji",
    ),
    "cp1250": ("cp1250", "windows1250"),
    "cp1254": ("cp1254", "windows1254", "iso88599", "latin5"),
    "iso8859-2": ("iso88592", "latin2"),
    "iso8859-15": ("iso885915", "latin9"),
    "euc_jp": ("eucjp", "xeucjp"),
    "gb18030": ("gb18030", "gbk", "gb2312", "cp936"),
}
_CODEC_OF = {name: codec for codec, names in _CODECS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document on disk, unpacked."""

    path: Path
    size: int  # bytes; 0 is for the caller to judge
    digest: str  # xxh3-128 of its bytes, hexadecimal
    charset: str | None  # as Content-Type declares it, which is not always so


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no document."""

    code: str  # S3's, or ours: "NoAnswer", "CutOff", "Html", ...
    message: str  # one line, without the address
    temporary: bool  # another try may do better
    expired: bool  # ... with a new address


def fetch(
    url: str,
    target: Path,
    *,
    compression: str | None,
    clock: Clock,
    timeout: float = 30.0,
    within: float = 600.0,
    limit: int = LIMIT,
    trusted: tuple[str, ...] = (),
    tabular: bool = True,
) -> Fetched | Failed:
    """Fetch *url* into *target*, unpacked; nothing is there unless it came whole.

    *compression* is what Amazon said ("GZIP" or None).  *timeout* bounds every silence and *within* the
    whole (seconds), *limit* the bytes, packed and unpacked.  *trusted* are hosts ("127.0.0.1" or
    "127.0.0.1:4140") besides Amazon's: those of the account's endpoint.  Unless *tabular*, JSON is a
    document too.  Raises ``OutputError`` where *target* cannot be written.
    """
    import httpx

    gauge = Gauge(limit)
    deadline = clock.now() + within
    try:
        with (
            addresses.client(url, trusted, timeout) as client,
            client.stream("GET", url) as answer,
        ):
            blocks = _received(answer, gauge, clock, deadline)
            _check(answer, blocks, limit)
            said_gzip = (compression or "").strip().upper() == "GZIP"
            plain = unpacked(blocks, gauge, said_gzip=said_gzip, tabular=tabular)
            size, digest = _write(plain, target)
            return Fetched(target, size, digest, answer.charset_encoding)
    except Refused as refused:
        return Failed(refused.code, refused.message, refused.temporary, refused.expired)
    except httpx.TimeoutException:
        return Failed("TimedOut", f"No byte of the document came for {timeout:g} s.", True, False)
    except (httpx.ConnectError, httpx.ProxyError) as error:
        return Failed("NoAnswer", f"No connection to it: {one_line(str(error))}.", True, False)
    except httpx.TransportError:
        return Failed("CutOff", "The connection broke before the document had come.", True, False)


def codec_of(charset: str | None) -> str | None:
    """Return Python's name of a declared *charset*, to be tried besides UTF-8.

    ``None`` where it says nothing more: not declared, UTF-8, UTF-16 (known by its byte order mark), unknown.
    """
    name = "".join(letter for letter in (charset or "").lower() if letter.isalnum())
    return _CODEC_OF.get(name)


def _check(answer: httpx.Response, blocks: Iterator[bytes], limit: int) -> None:
    """Refuse an answer that cannot be a whole document, by its status and headers."""
    if answer.status_code != _OK:
        raise addresses.refusal(answer.status_code, blocks)
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _PASSED_ON:
        message = f"The document is packed in a way that was not asked for ({one_line(encoding)})."
        raise Refused("BadEncoding", message, temporary=True)
    length = answer.headers.get("Content-Length")
    if length is None and "chunked" not in answer.headers.get("Transfer-Encoding", "").lower():
        message = (
            "The answer does not say how long it is, so that nobody can tell whether it is whole."
        )
        raise Refused("NoLength", message, temporary=True)
    if length is not None and int(length) > limit:
        raise Refused("TooLarge", f"The document has more than {limit:,} bytes.")


def _received(
    answer: httpx.Response, gauge: Gauge, clock: Clock, deadline: float
) -> Iterator[bytes]:
    """Yield the body as it comes, within bounds of size and time; short of its length it is refused."""
    for block in answer.iter_raw():
        gauge.received += len(block)
        gauge.check(0)
        if clock.now() > deadline:
            raise Refused("TimedOut", "The document came too slowly.", temporary=True)
        yield block
    length = answer.headers.get("Content-Length")
    if length is not None and int(length) != gauge.received:
        message = f"{gauge.received:,} bytes of {int(length):,} came."
        raise Refused("CutOff", message, temporary=True)


def _write(blocks: Iterator[bytes], target: Path) -> tuple[int, str]:
    """Write *blocks* to *target*; return how many bytes those were, and their digest."""
    import xxhash

    hasher = xxhash.xxh3_128()
    size = 0
    with written(target) as file:
        for block in blocks:
            file.write(block)
            hasher.update(block)
            size += len(block)
    return size, hasher.hexdigest()
