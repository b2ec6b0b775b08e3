"""The lines of a crontab: which of them are amzsync's, and the text with them put in or taken out.

A crontab is bytes: whatever others wrote in it is kept as it is, line ends and odd characters included.  An
entry of amzsync is two lines: a comment that names the configuration file, and the line that cron runs.  Its
form is that of crontab(5) of Debian's ``cron`` (Vixie): five fields, then a command for ``/bin/sh`` in which a
``%`` must be escaped, a line of at most 998 bytes, and a line end after the last.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

COMMAND = "sync"
INTERVALS = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
"""Minutes between two runs that cron can keep to: it begins anew every hour."""
LONGEST = 998
"""Bytes of a line; Debian's cron refuses more."""
_MARK = b"# amzsync: "
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_FIELDS = re.compile(rb"[\s#]*(?:(\*)|(\d+)(?:-59/(\d+))?) \* \* \* \* ")
_VARIABLE = re.compile(
    rb"""[ \t]*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1[ \t]*=[ \t]*(?!["']{2}\s*$)\S"""
)
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When cron runs it: every so many minutes (one of ``INTERVALS``), first at minute *first* of each hour."""

    every: int
    first: int

    @property
    def fields(self) -> str:
        """Return the five fields of the line: ``2-59/5 * * * *``."""
        if self.every == 1:
            minutes = "*"
        elif self.every == 60:
            minutes = str(self.first)
        else:
            minutes = f"{self.first}-59/{self.every}"
        return f"{minutes} * * * *"

    def next_runs(self, now: datetime, count: int) -> list[datetime]:
        """Return the next *count* runs after *now* in UTC; cron goes by the minutes of *now*'s time zone."""
        minute = now.astimezone(UTC).replace(second=0, microsecond=0)
        found: list[datetime] = []
        while len(found) < count:
            minute += timedelta(minutes=1)
            if minute.astimezone(now.tzinfo).minute % self.every == self.first:
                found.append(minute)
        return found


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the crontab for one configuration file."""

    config: str  # an absolute path
    schedule: Schedule
    python: str  # an absolute path: the Python that amzsync is installed for
    log: str | None = None  # the file that what is said is appended to; None: cron mails it

    @property
    def line(self) -> str:
        """Return the line that cron runs.

        ``-P`` keeps modules that happen to lie in the home folder, where cron starts, from being loaded.
        """
        words = f"{_written(self.python)} -P{_tail(self.config)}"
        more = "" if self.log is None else f" >> {_written(self.log)} 2>&1"
        return f"{self.schedule.fields} {words}{more}"

    @property
    def text(self) -> bytes:
        """Return both lines."""
        return b"%b%b\n%b\n" % (_MARK, _encoded(self.config), _encoded(self.line))


class Found(NamedTuple):
    """An entry as it stands in a crontab."""

    config: str
    start: int  # the place of its first line
    stop: int  # the place after its last
    line: str | None  # what cron runs; None where only the comment is left
    paused: bool  # made a comment by hand
    schedule: Schedule | None  # None where it was changed by hand to something of another form


def schedule_for(config: str, every: int) -> Schedule:
    """Return the schedule of a configuration: always the same minute, another for another path.

    So dozens of shops on one machine do not all begin at once.
    """
    digest = sha256(_encoded(config)).digest()
    return Schedule(every, int.from_bytes(digest[:8]) % every)


def problem(entry: Entry) -> str | None:
    """Return why *entry* cannot stand in a crontab, in a sentence; ``None`` where it can."""
    for path in (entry.config, entry.python, entry.log or ""):
        if _UNWRITABLE.search(path):
            return f"{path!r} has a character in its name that a crontab cannot hold (a line end, a control character or \\)."
    longest = max(map(len, entry.text.split(b"\n")))
    if longest > LONGEST:
        return f"The line for the crontab would have {longest} bytes; cron takes {LONGEST}."
    return None


def entries(text: bytes) -> list[Found]:
    """Return amzsync's entries in the crontab *text*, from top to bottom."""
    return list(_entries(_lines(text)))


def placed(text: bytes, entry: Entry) -> bytes:
    """Return the crontab with *entry* in it once: where its configuration's stood, else at the end.

    Every other line stays as it is.  A last line without an end is given one: cron takes none without.
    """
    lines = _lines(text)
    own = [found for found in _entries(lines) if found.config == entry.config]
    if not own:
        return _ended(text) + entry.text
    for found in reversed(own[1:]):
        del lines[found.start : found.stop]
    lines[own[0].start : own[0].stop] = [entry.text]
    return _ended(b"".join(lines))


def without(text: bytes, config: str | None) -> bytes:
    """Return the crontab without the entry of *config*, or of all configurations (``None``).

    The text itself where there is none.
    """
    lines = _lines(text)
    for found in reversed(list(_entries(lines))):
        if config is None or found.config == config:
            del lines[found.start : found.stop]
    return b"".join(lines)


def variables(text: bytes) -> frozenset[str]:
    """Return the names of the environment variables that the crontab itself sets."""
    matches = map(_VARIABLE.match, _lines(text))
    return frozenset(match[2].decode() for match in matches if match)


def _lines(text: bytes) -> list[bytes]:
    return _LINE.findall(text)  # splitlines would split at \r as well


def _entries(lines: Sequence[bytes]) -> Iterator[Found]:
    for place, mark in enumerate(lines):
        if not mark.startswith(_MARK):
            continue
        config = mark.removeprefix(_MARK).rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        line = lines[place + 1].rstrip(b"\r\n") if place + 1 < len(lines) else b""
        if not config or not _runs(line, config):
            yield Found(config, place, place + 1, None, False, None)
            continue
        words = line.decode("utf-8", "surrogateescape")
        paused = line.lstrip().startswith(b"#")
        yield Found(config, place, place + 2, words, paused, _schedule(line))


def _runs(line: bytes, config: str) -> bool:
    """Tell whether *line* is what runs amzsync for *config*, also as a comment, or with something before it."""
    tail = _encoded(_tail(config))
    return not line.startswith(_MARK) and (line.endswith(tail) or tail + b" >> " in line)


def _schedule(line: bytes) -> Schedule | None:
    match = _FIELDS.match(line)
    if match is None:
        return None
    every = 1 if match[1] else int(match[3] or 60)
    first = int(match[2] or 0)
    return Schedule(every, first) if every in INTERVALS and first < every else None


def _tail(config: str) -> str:
    return f" -m amzsync {COMMAND} --config {_written(config)}"


def _written(word: str) -> str:
    """Return *word* as the shell reads it, and cron before the shell."""
    return shlex.quote(word).replace("%", r"\%")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _ended(text: bytes) -> bytes:
    return text if not text or text.endswith(b"\n") else text + b"\n"
