"""What is known of amzsync's entry in the crontab."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from amzsync.core.crontab_lines import Entry, Found


class Outcome(StrEnum):
    """What became of an entry that was to be installed."""

    ADDED = "added"
    REPLACED = "replaced"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Installed:
    """An entry that was installed, or would be."""

    entry: Entry
    outcome: Outcome
    stores: int
    remarks: tuple[str, ...]  # what the user should know, each a sentence or two


@dataclass(frozen=True, slots=True)
class LastSync:
    """The last run of sync that the state knows of."""

    started_at: str
    outcome: str
    message: str


@dataclass(frozen=True, slots=True)
class CronView:
    """How things stand with the entry of a configuration."""

    config: str
    found: Found | None
    others: tuple[str, ...]  # the configurations of the other entries
    next_runs: tuple[datetime, ...]  # UTC
    daemon: bool | None  # whether one seems to run; None: not to be seen
    mail_to: bool  # whether the crontab says who gets the mail
    last_sync: LastSync | None
