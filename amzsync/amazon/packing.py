"""What the bytes of an answer are: a document, packed or not, or a page in its place.

Amazon says whether a document is gzip, and is not always right, so its first bytes decide.  A page of an
error that came instead of a document is told apart by how it begins; nothing is decoded for good here.
"""

from __future__ import annotations

import codecs
import html
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from amzsync.documents import MAX_RATIO

BLOCK = 1 << 20
HEAD = 1 << 14  # error pages of S3 have less than 1 kB
_GZIP = b"\x1f\x8b"
_GZIP_ONLY = 31  # zlib's word for "gzip, with its checksum"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PADDING = b"\0 \t\r\n"
_DEPTH = 2
_GROWTH_FREE = 64 << 20  # below this nobody minds how much a document grows
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HTML = re.compile(r"<!doctype\s+html|<(html|head|body|title)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\S*(?:://|x-amz-|signature=)\S*", re.IGNORECASE)
_EXPIRED = frozenset({"ExpiredToken", "RequestExpired"})
_MAX_WORDS = 200


class Refused(Exception):
    """The bytes are not a document, or not all of it."""

    def __init__(
        self, code: str, message: str, *, temporary: bool = False, expired: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.temporary = temporary
        self.expired = expired


@dataclass(slots=True)
class Gauge:
    """What may come: *limit* bytes, packed and unpacked."""

    limit: int
    received: int = 0

    def check(self, unpacked: int) -> None:
        """Raise ``Refused`` where *unpacked* bytes are too many, or too many for what was received."""
        if max(unpacked, self.received) > self.limit:
            raise Refused("TooLarge", f"The document has more than {self.limit:,} bytes.")
        if unpacked > max(self.received * MAX_RATIO, _GROWTH_FREE):
            raise Refused("Bomb", f"The document unpacks to more than {MAX_RATIO} times its size.")


class Page(NamedTuple):
    """What came in place of a document."""

    kind: str  # "Html", "Xml", "Json", "Zip"
    found: str  # in words: "an HTML page"
    code: str = ""  # what it says itself, where it does
    message: str = ""

    @property
    def expired(self) -> bool:
        """Tell whether it says that the address has expired (S3: 403, AccessDenied)."""
        return self.code in _EXPIRED or "request has expired" in self.message.lower()

    @property
    def words(self) -> str:
        """Return what it is, and what it says."""
        said = ": ".join(part for part in (self.code, self.message) if part)
        return f"{self.found} ({said})" if said else self.found


def unpacked(
    blocks: Iterator[bytes], gauge: Gauge, *, said_gzip: bool, tabular: bool
) -> Iterator[bytes]:
    """Return the document's own bytes in blocks of up to 1 MiB; raises ``Refused``, also while they are read.

    gzip is known by its magic bytes, whatever was said, and unpacked twice where it was packed twice.
    *tabular* documents are never JSON; no document is zip or markup.
    """
    packed = 0
    head, blocks = peek(blocks, len(_GZIP))
    while head.startswith(_GZIP):
        if packed == _DEPTH:
            raise Refused("Packed", f"The document is packed more than {_DEPTH} times.")
        blocks = _members(blocks, gauge)
        packed += 1
        head, blocks = peek(blocks, len(_GZIP))
    head, blocks = peek(blocks, HEAD)
    page = page_of(head)
    if page and (tabular or page.kind != "Json"):
        raise Refused(
            page.kind,
            f"In place of the document came {page.words}.",
            temporary=page.kind != "Zip",
            expired=page.expired,
        )
    if said_gzip and not packed and not page and not _is_table(head):
        raise Refused(
            "NotGzip", "The document is neither gzip, as was said, nor a report.", temporary=True
        )
    return blocks


def peek(blocks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """Return the first *size* bytes (fewer at the end, more where a block has more), and all of the blocks."""
    first: list[bytes] = []
    while sum(map(len, first)) < size and (block := next(blocks, None)) is not None:
        first.append(block)
    return b"".join(first), chain(first, blocks)


def page_of(head: bytes) -> Page | None:
    """Return what came in place of a document where *head*, its beginning, betrays it."""
    if head.startswith(_ZIP):
        return Page("Zip", "a zip archive")
    text = _sketch(head[:HEAD])
    if text.startswith("<"):
        return _markup(text)
    if text.startswith(("{", "[")):
        return _json(text)
    return None


def one_line(text: str) -> str:
    """Return foreign *text* in one line of up to 200 characters, without addresses or signatures."""
    plain = "".join(letter if letter.isprintable() else " " for letter in html.unescape(text))
    words = _ADDRESS.sub("…", " ".join(plain.split()))
    return words if len(words) <= _MAX_WORDS else words[: _MAX_WORDS - 1] + "…"


def _members(blocks: Iterator[bytes], gauge: Gauge) -> Iterator[bytes]:
    """Yield what is in all members of a gzip (RFC 1952), each to its end, with its checksum and length."""
    inflater = zlib.decompressobj(_GZIP_ONLY)
    produced = begun = 0  # bytes of all members; of those before the one at hand
    ended = 0  # members
    for arrived in blocks:
        block = arrived
        while block:
            if inflater.eof:
                block = block.lstrip(_PADDING)
                if not block:
                    break
                inflater, begun = zlib.decompressobj(_GZIP_ONLY), produced
            try:
                out = inflater.decompress(block, BLOCK)
            except zlib.error as error:
                raise _damage(after=ended > 0 and begun == produced) from error
            block = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            ended += inflater.eof
            if out:
                produced += len(out)
                gauge.check(produced)
                yield out
    if not inflater.eof:
        raise Refused("CutOff", "The document's gzip is cut off.", temporary=True)


def _damage(*, after: bool) -> Refused:
    if after:
        return Refused("Damaged", "Behind the document's gzip is something else.", temporary=True)
    return Refused("Damaged", "The document's gzip is damaged.", temporary=True)


def _sketch(head: bytes) -> str:
    """Return how a document begins, well enough to tell what it is, whatever its encoding."""
    for bom in _BOMS:
        head = head.removeprefix(bom)
    return head.replace(b"\0", b"").decode("utf-8", "replace").lstrip()


def _is_table(head: bytes) -> bool:
    """Tell whether the first line has several cells."""
    first = _sketch(head[:HEAD]).partition("\n")[0]
    return any(delimiter in first for delimiter in "\t,;")


def _markup(text: str) -> Page:
    if _HTML.search(text):
        return Page("Html", "an HTML page", message=_element(text, "title"))
    root = re.search(r"<([A-Za-z][\w:.-]{0,60})", text)
    found = f"XML <{root[1]}>" if root else "markup"
    return Page("Xml", found, _element(text, "Code"), _element(text, "Message"))


def _element(text: str, name: str) -> str:
    match = re.search(rf"<{name}\b[^>]*>([^<]*)<", text, re.IGNORECASE)
    return one_line(match[1]) if match else ""


def _json(text: str) -> Page:
    """Return what Amazon's form of an error says: ``{"errors": [{"code": ..., "message": ...}]}``."""
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):  # it may be longer than what we look at
        return Page("Json", "JSON")
    if isinstance(said, dict) and isinstance(said.get("errors"), list) and said["errors"]:
        said = said["errors"][0]
    if not isinstance(said, dict):
        return Page("Json", "JSON")
    code, message = (one_line(str(said.get(name) or "")) for name in ("code", "message"))
    return Page("Json", "JSON", code, message)
