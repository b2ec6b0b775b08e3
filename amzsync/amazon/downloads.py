"""Fetch a document that Amazon has made, by the address it gave for it: whole, or not at all.

The address is a secret for as long as it lives (it is signed): it is never logged or told.  Only Amazon's
hosts are asked, so that a forged answer cannot make us ask anybody else (or the machines around us).
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from amzsync import __version__
from amzsync.amazon.packing import HEAD, Gauge, Refused, one_line, page_of, peek, unpacked
from amzsync.archive import written
from amzsync.clock import Clock

if TYPE_CHECKING:
    import httpx  # loaded where it is used: files are read without it

AMAZON = ("amazonaws.com", "amazonaws.com.cn", "amazon.com", "media-amazon.com")
LIMIT = 2 << 30
_HTTPS = 443
_OK = 200
_CLIENT_ERRORS = range(400, 500)
_TEMPORARY = frozenset({404, 408, 425, 429})  # 404: S3 may not have it yet
_PASSED_ON = frozenset({"", "identity", "gzip", "x-gzip", "aws-chunked"})

# httpx and what is below it tell addresses and headers at INFO and DEBUG.
for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(lambda record: record.levelno >= logging.WARNING)

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
            _client(url, trusted, timeout) as client,
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


def _client(url: str, trusted: tuple[str, ...], timeout: float) -> httpx.Client:
    """Return who may ask for *url*; raises ``Refused`` where nobody may."""
    import httpx

    from amzsync.amazon.transport import trust

    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Refused("BadAddress", "The document's address is not one.") from error
    _check_address(address, trusted)
    try:
        return httpx.Client(
            verify=trust(url),
            timeout=timeout,
            headers={"Accept-Encoding": "identity", "User-Agent": f"amzsync/{__version__}"},
            follow_redirects=False,
            trust_env=not _is_loopback(address.host),  # proxies and certificates of one's own
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        message = "The proxy or the certificates that the environment names cannot be used."
        raise Refused("BadSurroundings", message) from error


def _check_address(address: httpx.URL, trusted: tuple[str, ...]) -> None:
    """Refuse every host but Amazon's and the *trusted*, and everything but https (loopback: http too)."""
    host = address.host.lower()
    named = f"[{host}]" if ":" in host else host
    known = not {host, named, f"{named}:{address.port}"}.isdisjoint(trusted)
    ours = any(host.endswith(f".{name}") or host == name for name in AMAZON)
    if address.scheme != "https" and not (address.scheme == "http" and _is_loopback(host)):
        raise Refused("BadAddress", "The document's address is not https.")
    if address.userinfo:
        raise Refused("BadAddress", "The document's address names a user.")
    if not known and not (ours and address.port in {None, _HTTPS}):
        raise Refused(
            "ForeignHost", f"The document is at {one_line(named)}, which is not Amazon's."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check(answer: httpx.Response, blocks: Iterator[bytes], limit: int) -> None:
    """Refuse an answer that cannot be a whole document, by its status and headers."""
    if answer.status_code != _OK:
        raise _said(answer.status_code, blocks)
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


def _said(status: int, blocks: Iterator[bytes]) -> Refused:
    """Return what an answer of another status than 200 says, by its page where that tells more."""
    import httpx

    try:
        head, _ = peek(blocks, HEAD)
    except (Refused, httpx.TransportError):  # its status stands all the same
        head = b""
    page = page_of(head)
    expired = page is not None and page.expired
    what = f" and {page.words}" if page else ""
    return Refused(
        (page.code if page else "") or f"Status{status}",
        f"The document's host answered with status {status}{what}.",
        temporary=expired or status in _TEMPORARY or status not in _CLIENT_ERRORS,
        expired=expired,
    )


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
