"""Whom we ask for a document, or give one: Amazon's hosts, by addresses that Amazon has signed.

Such an address is a secret for as long as it lives: it is never logged or told.  Nobody else is asked, so that a
forged answer cannot make us ask anybody else (or the machines around us).
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from amzsync import __version__
from amzsync.amazon.packing import HEAD, Refused, one_line, page_of, peek

if TYPE_CHECKING:
    import httpx  # loaded where it is used: files are read without it

AMAZON = ("amazonaws.com", "amazonaws.com.cn", "amazon.com", "media-amazon.com")
_HTTPS = 443
_CLIENT_ERRORS = range(400, 500)
_TEMPORARY = frozenset({404, 408, 425, 429})  # 404: S3 may not have it yet

# httpx and what is below it tell addresses and headers at INFO and DEBUG.
for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(lambda record: record.levelno >= logging.WARNING)


def client(url: str, trusted: tuple[str, ...], timeout: float) -> httpx.Client:
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


def refusal(status: int, blocks: Iterator[bytes]) -> Refused:
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
