"""Foreign text made harmless: for the terminal, and for spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

# Control characters, bidirectional overrides, zero-width and line separators: a title may hold any of them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FORMULA = re.compile("^[=+\\-@\0\t\n\r\uff1d\uff0b\uff0d\uff20]")
# What could steer the terminal that shows a JSON or CSV document; zero-width joiners and line breaks may stay.
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


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


def unsteering(text: str) -> str:
    """Return *text* with terminal escapes and direction changes made visible, all else as it is."""
    return _STEERING.sub(_visible, text) if not text.isprintable() else text


def escaped(document: str) -> str:
    """Return a JSON document with what could steer a terminal as JSON's own escapes: nothing is lost."""
    return _STEERING.sub(lambda found: f"\\u{ord(found.group()):04x}", document)


def local(time: str) -> str:
    """Return UTC text in the user's time zone, to the minute: ``2026-11-23 18:04``."""
    try:
        return _parsed(time).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return time


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: ``1 row``, ``1,234 rows``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def wrapped(line: str, width: int, *, hang: int) -> Iterator[str]:
    """Yield *line* in parts of at most *width* terminal cells, broken between words only.

    The parts after the first are indented by *hang* more than the line; a word that is longer stays whole.
    """
    from rich.cells import cell_len

    if cell_len(line) <= width:
        yield line
        return
    text = line.lstrip(" ")
    margin = " " * (len(line) - len(text))
    part = ""
    for word in text.split(" "):
        if part.strip() and cell_len(f"{margin}{part} {word}") > width:
            yield (margin + part).rstrip()
            margin, part, hang = margin + " " * hang, word, 0
        else:
            part = f"{part} {word}" if part else word
    yield margin + part


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
