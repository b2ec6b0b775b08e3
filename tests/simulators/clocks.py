"""Where a simulator takes its time from: the real clock, or one that a test moves."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Protocol


class Ticking(Protocol):
    """Anything that tells the seconds since 1970."""

    def now(self) -> float: ...


class RealClock:
    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class VirtualClock:
    """A clock that stands still until somebody sleeps by it; safe to be used by several threads."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += max(0.0, seconds)

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass; negative ones set the clock back."""
        with self._lock:
            self._now += seconds


def iso(seconds: float) -> str:
    """Return a moment as the API writes it: ``2026-01-31T12:00:00.123Z``."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def http_date(seconds: float) -> str:
    """Return a moment as the Date header has it."""
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC), usegmt=True)
