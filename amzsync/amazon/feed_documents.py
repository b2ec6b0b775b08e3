"""What a JSON_LISTINGS_FEED is made of, and what its processing report says of each message.

Source: Amazon's schemas "Selling Partner Listings Feed (v2)" and "... Processing Report (v2)"; the limits of 25,000
messages and 10 MiB are those of the Feeds API's pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from amzsync.amazon.answer_parts import Count, Key, Part, read
from amzsync.core.issues import ERROR, Issue

FEED_TYPE = "JSON_LISTINGS_FEED"
CONTENT_TYPE = "application/json; charset=UTF-8"
MOST_MESSAGES = 25_000
MOST_BYTES = 9_500_000  # 10 MiB, less what an upload may add
_VERSION = "2.0"
_LOCALE = "en_US"
_ENVELOPE = 1_000  # bytes at most of what stands around the messages

Message = Mapping[str, Any]


class TooLarge(ValueError):
    """A message that fits into no feed."""

    def __init__(self, seller_sku: str, size: int) -> None:
        super().__init__(f"The message about {seller_sku} has {size:,} bytes: no feed can hold it.")
        self.seller_sku = seller_sku
        self.size = size


class Fate(StrEnum):
    """What a processing report says of a message."""

    ACCEPTED = "accepted"  # Amazon is applying it
    REJECTED = "rejected"  # Amazon will not apply it
    UNKNOWN = "unknown"  # the report does not tell


class MessageIssue(NamedTuple):
    """An issue, and the message it is about."""

    message_id: int | None  # None: about the feed as a whole, or only the SKU is told
    seller_sku: str | None
    issue: Issue


@dataclass(frozen=True)
class FeedResult:
    """A processing report."""

    feed_id: str
    processed: int  # messages, by the summary
    accepted: int
    invalid: int
    issues: tuple[MessageIssue, ...]
    complete: bool  # it accounts for every message that was sent

    def of(self, message_id: int, seller_sku: str) -> tuple[Issue, ...]:
        """Return the issues of one message."""
        by_id = self._by_id.get(message_id, ())
        return (*by_id, *self._by_sku.get(seller_sku, ()))

    def general(self) -> tuple[Issue, ...]:
        """Return the issues of the feed as a whole."""
        return tuple(
            one.issue for one in self.issues if one.message_id is None and one.seller_sku is None
        )

    def fate(self, message_id: int, seller_sku: str) -> Fate:
        """Return what became of one message.

        Without an ERROR it is accepted if the report accounts for all messages, and rejected if none was accepted.
        """
        if any(issue.severity == ERROR for issue in self.of(message_id, seller_sku)):
            return Fate.REJECTED
        if self.complete:
            return Fate.ACCEPTED
        return Fate.UNKNOWN if self.accepted else Fate.REJECTED

    @cached_property
    def _by_id(self) -> dict[int, tuple[Issue, ...]]:
        found: dict[int, list[Issue]] = {}
        for one in self.issues:
            if one.message_id is not None:
                found.setdefault(one.message_id, []).append(one.issue)
        return {key: tuple(issues) for key, issues in found.items()}

    @cached_property
    def _by_sku(self) -> dict[str, tuple[Issue, ...]]:
        found: dict[str, list[Issue]] = {}
        for one in self.issues:
            if one.message_id is None and one.seller_sku is not None:
                found.setdefault(one.seller_sku, []).append(one.issue)
        return {key: tuple(issues) for key, issues in found.items()}


def feed(seller_id: str, messages: Iterable[Message]) -> bytes:
    """Return the document of a feed: compact JSON in UTF-8; issues are told in English.

    Raises ``ValueError`` for what JSON or UTF-8 cannot hold (NaN, half a character).
    """
    header = {"sellerId": seller_id, "version": _VERSION, "issueLocale": _LOCALE}
    parts = b",".join(encoded(message) for message in messages)
    return b'{"header":%b,"messages":[%b]}' % (encoded(header), parts)


def encoded(value: object) -> bytes:
    """Return *value* as compact JSON in UTF-8; a ``Decimal`` is a number."""
    return _ENCODER.encode(value).encode("utf-8")


def cut(
    messages: Iterable[Message],
    *,
    most: int = MOST_MESSAGES,
    bytes: int = MOST_BYTES,  # noqa: A002
) -> Iterator[list[Message]]:
    """Yield the messages of one feed after the other, numbered from 1 (``messageId``) in each.

    A feed has at most *most* messages and *bytes*.  Raises ``TooLarge`` for a message that fits into none; what
    comes before it has been yielded then.
    """
    room = bytes - _ENVELOPE
    part: list[Message] = []
    size = 0
    for message in messages:
        numbered = {"messageId": len(part) + 1, **_unnumbered(message)}
        length = len(encoded(numbered)) + 1  # a comma
        if part and (len(part) == most or size + length > room):
            yield part
            length -= len(str(len(part) + 1)) - 1
            part, size, numbered = [], 0, {**numbered, "messageId": 1}
        if length > room:
            raise TooLarge(str(message.get("sku", "")), length - 1)
        part.append(numbered)
        size += length
    if part:
        yield part


def results(source: Path | bytes, *, sent: int, feed_id: str | None = None) -> FeedResult:
    """Return what the processing report in *source* says of the *sent* messages of feed *feed_id*.

    Raises ``ValueError``, in words without values, where it is no such report: a page, a part of one, of another
    feed; ``OSError`` where the file cannot be read.
    """
    data = source.read_bytes() if isinstance(source, Path) else source
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    report = read(_Report, text)
    if report.header.version.partition(".")[0] != _VERSION.partition(".")[0]:
        raise ValueError("it is of a version that is not known")
    if feed_id is not None and report.header.feed_id != feed_id:
        raise ValueError("it is the report of another feed")
    summary = report.summary
    processed, accepted = summary.messages_processed, summary.messages_accepted
    if processed > sent:
        raise ValueError("it tells of more messages than were sent")
    issues = tuple(_issue(one) for one in report.issues)
    named = {
        one.seller_sku if one.message_id is None else one.message_id
        for one in issues
        if one.issue.severity == ERROR
    } - {None}
    whole = processed == sent and accepted + summary.messages_invalid == processed
    return FeedResult(
        report.header.feed_id,
        processed,
        accepted,
        summary.messages_invalid,
        issues,
        complete=whole and accepted >= sent - len(named),
    )


class _Header(Part):
    seller_id: Key
    version: Key
    feed_id: Key


class _Issue(Part):
    severity: Key
    message: str
    code: str | None = None
    message_id: int | None = None
    sku: str | None = None
    attribute_name: str | None = None
    attribute_names: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None


class _Summary(Part):
    errors: Count
    warnings: Count
    messages_processed: Count
    messages_accepted: Count
    messages_invalid: Count


class _Report(Part):
    header: _Header
    issues: tuple[_Issue, ...]
    summary: _Summary


def _issue(one: _Issue) -> MessageIssue:
    names = one.attribute_names or ((one.attribute_name,) if one.attribute_name else ())
    issue = Issue(one.code or "", one.message, one.severity, names, one.categories or ())
    return MessageIssue(one.message_id, one.sku, issue)


def _unnumbered(message: Message) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key != "messageId"}


def _number(value: object) -> float | int:
    """Return a ``Decimal`` as the number that JSON writes with the same digits."""
    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else float(value)
    raise ValueError(f"{type(value).__name__} cannot stand in a feed")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_number
)
