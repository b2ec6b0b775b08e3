"""Put a document where Amazon wants it, by the address it gave for it.

Whom we ask, and that the address is never told: see ``addresses``.  What was put by an address whose answer got
lost does no harm: nobody reads a document that no feed names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amzsync.amazon import addresses
from amzsync.amazon.downloads import Failed
from amzsync.amazon.packing import HEAD, Refused, one_line, page_of, peek
from amzsync.clock import Clock

if TYPE_CHECKING:
    import httpx

CONTENT_TYPE = "application/json; charset=UTF-8"
_OK = 200
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A document that Amazon's storage says it has."""

    size: int  # bytes


def upload(
    url: str,
    content: bytes,
    *,
    content_type: str = CONTENT_TYPE,
    clock: Clock,
    trusted: tuple[str, ...] = (),
    timeout: float = 30.0,
    within: float = 240.0,
) -> Uploaded | Failed:
    """Put *content* at *url*, once; *content_type* must be the one that the address was asked for with.

    *timeout* bounds every silence and *within* the whole (seconds).  *trusted* are hosts ("127.0.0.1" or
    "127.0.0.1:4140") besides Amazon's: those of the account's endpoint.
    """
    import httpx

    deadline = clock.now() + within
    headers = {"Content-Type": content_type, "Content-Length": str(len(content))}
    blocks = _sent(content, clock, deadline)
    try:
        with (
            addresses.client(url, trusted, timeout) as client,
            client.stream("PUT", url, content=blocks, headers=headers) as answer,
        ):
            _check(answer, clock, deadline)
            return Uploaded(len(content))
    except Refused as refused:
        return Failed(refused.code, refused.message, refused.temporary, refused.expired)
    except httpx.TimeoutException:
        return Failed("TimedOut", f"Nothing moved for {timeout:g} s.", True, False)
    except (httpx.ConnectError, httpx.ProxyError) as error:
        return Failed("NoAnswer", f"No connection to it: {one_line(str(error))}.", True, False)
    except httpx.TransportError:
        return Failed("CutOff", "The connection broke before the document was there.", True, False)


def _sent(content: bytes, clock: Clock, deadline: float) -> Iterator[bytes]:
    """Yield *content* in blocks, until the time is up."""
    for start in range(0, len(content), _BLOCK):
        yield content[start : start + _BLOCK]
        _hurry(clock, deadline)


def _check(answer: httpx.Response, clock: Clock, deadline: float) -> None:
    """Refuse every answer but the storage's yes, which has no page in it."""
    blocks = _received(answer, clock, deadline)
    if answer.status_code != _OK:
        raise addresses.refusal(answer.status_code, blocks)
    head, _ = peek(blocks, HEAD)
    page = page_of(head)
    if page:
        message = f"In place of the storage's answer came {page.words}."
        raise Refused(page.kind, message, temporary=True, expired=page.expired)


def _received(answer: httpx.Response, clock: Clock, deadline: float) -> Iterator[bytes]:
    for block in answer.iter_raw():
        _hurry(clock, deadline)
        yield block


def _hurry(clock: Clock, deadline: float) -> None:
    if clock.now() > deadline:
        raise Refused("TimedOut", "The document went too slowly.", temporary=True)
