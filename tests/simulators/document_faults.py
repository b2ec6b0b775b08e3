"""What goes wrong with the document of a report.

Those in the first part are for ``sim.script("document", ...)``, the download by the signed URL; those
in the second for "getReportDocument", which gives the URL.  Connections that break are in ``faults``.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.simulators.exchange import Reply, page_reply
from tests.simulators.faults import Fault, afterwards, edited, instead
from tests.simulators.reports import storage_error

# -- the download ------------------------------------------------------------------------


def url_expired() -> Fault:
    return instead("URL expired", storage_error(403, "AccessDenied", "Request has expired"))


def not_found() -> Fault:
    reply = storage_error(404, "NoSuchKey", "The specified key does not exist.")
    return instead("document not found", reply)


def storage_html(status: int = 500) -> Fault:
    page = "<html><head><title>Error</title></head><body><h1>Internal error</h1></body></html>"
    return instead(f"storage HTML {status}", page_reply(status, page))


def slow_down() -> Fault:
    reply = storage_error(503, "SlowDown", "Please reduce your request rate.")
    return instead("slow down", reply)


def html_page() -> Fault:
    """A page of HTML with status 200 in place of the document."""
    return instead("HTML 200", page_reply(200, "<!DOCTYPE html><html><body>Log in</body></html>"))


def storage_error_with_200() -> Fault:
    """The storage's XML of an error, with status 200."""
    reply = storage_error(403, "AccessDenied", "Request has expired")
    return instead("storage error 200", replace(reply, status=200))


def contents(name: str, change: Callable[[bytes], bytes]) -> Fault:
    """The document is what *change* makes of its bytes; Content-Length is right."""
    return afterwards(name, lambda reply: replace(reply, content=change(reply.content)))


def cut_gzip(lost: int = 20) -> Fault:
    """The gzip lacks its last bytes, and the length is right."""
    return contents("cut gzip", lambda content: _packed(content)[:-lost])


def broken_checksum() -> Fault:
    """The gzip's checksum is not that of its contents."""

    def change(content: bytes) -> bytes:
        packed = _packed(content)
        return packed[:-8] + bytes(byte ^ 0xFF for byte in packed[-8:-4]) + packed[-4:]

    return contents("broken checksum", change)


def two_gzip_members() -> Fault:
    """The document comes as two gzip members, which together are whole."""

    def change(content: bytes) -> bytes:
        plain = _plain(content)
        middle = len(plain) // 2
        return gzip.compress(plain[:middle]) + gzip.compress(plain[middle:])

    return contents("two gzip members", change)


def second_member_cut() -> Fault:
    """Of two gzip members the second ends too early."""

    def change(content: bytes) -> bytes:
        plain = _plain(content)
        middle = len(plain) // 2
        return gzip.compress(plain[:middle]) + gzip.compress(plain[middle:])[:-12]

    return contents("second member cut", change)


def trailing_garbage(garbage: bytes = b"\x00garbage") -> Fault:
    return contents("trailing garbage", lambda content: _packed(content) + garbage)


def plain_body() -> Fault:
    """GZIP was said, and the bytes are plain."""
    return contents("gzip said but plain", _plain)


def gzip_body() -> Fault:
    """The bytes are gzip, whatever was said (for a seller whose documents are plain)."""
    return contents("plain said but gzip", _packed)


def double_gzip() -> Fault:
    return contents("double gzip", lambda content: gzip.compress(_packed(content)))


def zip_archive() -> Fault:
    def change(content: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("report.txt", _plain(content))
        return made.getvalue()

    return contents("zip", change)


def bomb(size: int = 50_000_000) -> Fault:
    """A gzip of *size* zeros."""
    return contents("bomb", lambda content: gzip.compress(bytes(size), 9))


def empty_body() -> Fault:
    return contents("empty body", lambda content: b"")


def charset_said(charset: str | None) -> Fault:
    """Content-Type tells another charset than the bytes have, or none."""

    def change(reply: Reply) -> Reply:
        kind = "text/plain" if charset is None else f"text/plain;charset={charset}"
        return reply.with_headers(Content_Type=kind)

    return afterwards(f"charset said {charset}", change)


def reencoded(old: str, new: str, errors: str = "strict") -> Fault:
    """The bytes are in another encoding than is said."""

    def change(content: bytes) -> bytes:
        plain = _plain(content).decode(old).encode(new, errors)
        return plain if content[:2] != _MAGIC else gzip.compress(plain)

    return contents(f"in {new}", change)


# -- the URL -----------------------------------------------------------------------------


def url_to(url: str) -> Fault:
    """The URL points elsewhere: another host, or a ``file://`` path."""
    return edited(lambda content: {**content, "url": url}, "URL to elsewhere")


def another_host() -> Fault:
    return url_to("https://elsewhere.example/report.txt?X-Amz-Signature=canary-signature")


def file_url(path: str = "/etc/hostname") -> Fault:
    return url_to(f"file://{path}")


def said_plain() -> Fault:
    """The document is gzip, and compressionAlgorithm is not told."""

    def change(content: Any) -> Any:
        return {key: value for key, value in content.items() if key != "compressionAlgorithm"}

    return edited(change, "said to be plain")


def said_gzip() -> Fault:
    """compressionAlgorithm is GZIP, whatever the document is (for a seller of plain ones)."""
    return edited(lambda content: {**content, "compressionAlgorithm": "GZIP"}, "said to be gzip")


def without_url() -> Fault:
    def change(content: Any) -> Any:
        return {key: value for key, value in content.items() if key != "url"}

    return edited(change, "without URL")


def id_of_another() -> Fault:
    """The answer tells of another document than was asked for."""
    other = "amzn1.spdoc.1.4.na.ffffffffffffffffffffffffffffffff"
    return edited(lambda content: {**content, "reportDocumentId": other}, "id of another document")


_MAGIC = b"\x1f\x8b"


def _plain(content: bytes) -> bytes:
    return gzip.decompress(content) if content[:2] == _MAGIC else content


def _packed(content: bytes) -> bytes:
    return content if content[:2] == _MAGIC else gzip.compress(content)
