"""Points in time as users write them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import typer

from amzsync.clock import FORM

_AGO = re.compile(r"(\d+)\s*(m|min|h|d|w)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
HELP = "2026-11-01, 2026-11-01T12:00, 24h, 7d"
AHEAD = "2030-12-24 (to its end), 2030-12-24T12:00, 24h, 30d"


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Return after *seconds*."""
        time.sleep(seconds)


def now() -> str:
    """Return the present moment as UTC text; the only clock there is."""
    return datetime.now(UTC).strftime(FORM)


def moment(text: str) -> str:
    """Return the moment *text* names, as UTC text: a date or time (local unless it says), or how long ago."""
    ago = _AGO.fullmatch(text.strip().lower())
    if ago:
        past = datetime.now(UTC) - timedelta(**{_UNITS[ago.group(2)]: int(ago.group(1))})
        return past.strftime(FORM)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time; write one like {HELP}") from None
    if len(text.strip()) == len("2026-11-01"):
        found += timedelta(hours=23, minutes=59, seconds=59)  # a day means what was so at its end
    return found.astimezone(UTC).strftime(FORM)


def since(text: str) -> str:
    """Return the moment *text* names as the beginning of a span; ``last-run`` stays as it is."""
    if text == "last-run":
        return text
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()):
        text += "T00:00:00"
    return moment(text)


def ahead(text: str) -> str:
    """Return the moment to come that *text* names, as UTC text: a day's end, a time (local), or how far off."""
    off = _AGO.fullmatch(text.strip().lower())
    if off:
        span = timedelta(**{_UNITS[off.group(2)]: int(off.group(1))})
        try:
            return (datetime.now(UTC) + span).strftime(FORM)
        except OverflowError:
            raise typer.BadParameter(f"{text!r} is too far off") from None
    try:
        found = moment(text)
    except typer.BadParameter:
        raise typer.BadParameter(f"{text!r} is no time; write one like {AHEAD}") from None
    if found <= now():
        raise typer.BadParameter(f"{text!r} is over already")
    return found
