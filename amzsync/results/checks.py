"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass

from amzsync.core.health import Level, Verdict
from amzsync.errors import AmzsyncError, ConfigError

__all__ = ["Finding", "Level", "Verdict", "failures", "of"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str  # "configuration", "state file", "account main", "store us"
    level: Level
    message: str
    next_step: str = ""  # empty where there is nothing to do


def of(subject: str, verdict: Verdict) -> Finding:
    """Return what *verdict* says of *subject*."""
    return Finding(subject, *verdict)


def failures(subject: str, error: AmzsyncError | OSError, *, next_step: str = "") -> list[Finding]:
    """Return a finding for each problem that *error* tells of; *next_step* is used where it has none."""
    if isinstance(error, OSError):
        told = f"{error.filename} cannot be read: {error.strerror}."
        return [Finding(subject, Level.FAIL, told, next_step or "Check path and permissions.")]
    problems = error.problems if isinstance(error, ConfigError) else ()
    return [
        Finding(subject, Level.FAIL, message, error.next_step or next_step)
        for message in (problems or (error.message,))
    ]
