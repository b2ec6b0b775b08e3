"""Foreign text made harmless: for the terminal, and for spreadsheets."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# Control characters, bidirectional overrides, zero-width and line separators: a title may hold any of them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FORMULA = re.compile("^[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def safe(text: str) -> str:
    """Return *text* with every character that could steer a terminal made visible."""
    return _UNSAFE.sub(_visible, text) if not text.isprintable() else text


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code in {9, 10, 13}:
        return " "
    return chr(0x2400 + code) if code < 0x20 else f"\\u{code:04x}"


def for_spreadsheet(text: str) -> str:
    """Return *text* so that a spreadsheet takes it for text: an apostrophe goes before what could be a formula."""
    return "'" + text if _FORMULA.match(text) else text


def local(time: str) -> str:
    """Return UTC text in the user's time zone, to the minute: ``2026-11-23 18:04``."""
    try:
        return _parsed(time).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return time


def rows_text(number: int) -> str:
    """Return a number of rows in words: ``1 row``, ``1,234 rows``."""
    return f"{number:,} row{'' if number == 1 else 's'}"


def with_local_times(text: str) -> str:
    """Return *text* with the UTC times in it in the user's time zone."""
    return _TIME.sub(lambda found: local(found.group()), text)


def age(time: str, now: str) -> str:
    """Return how long before *now* it was, roughly: ``12 min ago``, ``3 h ago``, ``2 days ago``."""
    try:
        minutes = int((_parsed(now) - _parsed(time)).total_seconds() // 60)
    except ValueError:
        return "at an unknown time"
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def _parsed(time: str) -> datetime:
    return datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
