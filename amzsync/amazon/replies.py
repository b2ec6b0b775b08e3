"""What came back over HTTP, before anybody believes it: status, headers, bytes."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

MOST_WORDS = 300  # characters of a failure's message
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Reply(NamedTuple):
    """An HTTP answer that was read to its end."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes


class Words(NamedTuple):
    """What a reply says went wrong."""

    code: str  # "" where it names none
    message: str
    amazon: bool  # it is in the form of Amazon's API, not a page of whatever stands between


class NoReply(Exception):
    """No whole HTTP answer came.

    ``sent`` is false only where the question certainly did not reach anybody; ``lasting`` where asking again
    cannot help before somebody has put something right.
    """

    def __init__(
        self, code: str, message: str, *, sent: bool = True, lasting: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.sent = sent
        self.lasting = lasting


def text_of(reply: Reply) -> str:
    """Return the body of JSON as text; raises ``ValueError`` where the header or the bytes say it is none."""
    said = reply.headers.get("content-type", "")
    if said and "json" not in said.lower():
        raise ValueError(f"it is {one_line(said.split(';')[0])}")
    try:
        return reply.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error


def words(reply: Reply) -> Words:
    """Return Amazon's own code and message, or the title or the first words of whatever came instead."""
    text = reply.body.decode("utf-8", "replace")
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return Words("", one_line(_visible(text)), amazon=False)
    if not isinstance(found, dict):
        return Words("", "", amazon=False)
    errors = found.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else found
    if not isinstance(first, dict):
        return Words("", "", amazon=False)
    code, message, details = (
        one_line(first[key]) if isinstance(first.get(key), str) else ""
        for key in ("code", "message", "details")
    )
    if details and details != message:
        message = f"{message} ({details})" if message else details
    return Words(code[:80], one_line(message), amazon=bool(code or message))


def retry_after(reply: Reply, now: float) -> float | None:
    """Return for how many seconds the answer asks to be left alone; it names seconds or a moment."""
    text = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return float(text)
    moment = _moment(text)
    return None if moment is None else max(0.0, moment - (date(reply) or now))


def date(reply: Reply) -> float | None:
    """Return the moment of the answer by the clock of whoever gave it, in seconds since 1970."""
    return _moment(reply.headers.get("date", ""))


def rate(reply: Reply) -> float | None:
    """Return how many calls a second the answer says are allowed."""
    text = reply.headers.get("x-amzn-ratelimit-limit", "").strip()
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,12})?", text, re.ASCII) else None


def request_id(reply: Reply) -> str:
    """Return what Amazon's support asks for."""
    return one_line(reply.headers.get("x-amzn-requestid", ""))[:100]


def one_line(text: str) -> str:
    """Return *text* on one line, without control characters, at most 300 characters."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text[:20_000]).split())
    return line if len(line) <= MOST_WORDS else f"{line[: MOST_WORDS - 1]}…"


def _visible(text: str) -> str:
    page = text[:20_000]
    if page.lstrip()[:1] in {"{", "["}:
        return ""  # half of an answer: what is in it is none of a message's business
    title = _TITLE.search(page)
    if title and title[1].strip():
        return html.unescape(title[1])
    return html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", page)))


def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
