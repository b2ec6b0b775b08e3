"""Time as it is passed down: the clock is read where the command line begins, and nowhere below."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

FORM = "%Y-%m-%dT%H:%M:%SZ"


class Clock(Protocol):
    """What tells the time and lets it pass."""

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after *seconds*."""
        ...


def text_of(seconds: float) -> str:
    """Return a moment in seconds since 1970 as UTC text, ``2026-01-31T12:00:00Z``."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime(FORM)


def seconds_of(text: str) -> float:
    """Return a moment in ISO 8601 text, with ``Z`` or an offset, as seconds since 1970.

    Raises ``ValueError`` where it is no moment, or one without a zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.timestamp()
