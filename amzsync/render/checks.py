"""What a check found, as lines for people: each begins with the word for how bad it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from amzsync.render.records import Record
from amzsync.render.text import safe, wrapped
from amzsync.results.checks import Finding, Level

FIELDS = ("level", "subject", "message", "next_step")
STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bright_red"}
WORD = max(len(level.value) for level in Level)
WIDEST = 20  # of the column of subjects
NEXT = "Next: "


def finding_lines(found: Sequence[Finding], *, width: int | None) -> Iterator[Text]:
    """Yield a line for each finding and one for its next step, wrapped to *width* (``None``: not at all)."""
    column = min(max((len(one.subject) for one in found), default=0), WIDEST)
    margin = WORD + 2
    for one in found:
        subject = safe(one.subject)
        line = f"{one.level.value:<{WORD}}  {subject:<{column}}  {safe(one.message)}"
        parts = _parts(line, width, hang=margin + column + 2)
        first = Text(next(parts))
        first.stylize(STYLES[one.level], 0, len(one.level.value))
        yield first
        yield from map(Text, parts)
        if one.next_step:
            line = f"{'':<{margin}}{NEXT}{safe(one.next_step)}"
            yield from map(Text, _parts(line, width, hang=len(NEXT)))


def _parts(line: str, width: int | None, *, hang: int) -> Iterator[str]:
    return iter([line]) if width is None else wrapped(line, width, hang=hang)


def finding_record(one: Finding) -> Record:
    """Return a finding with the fields that README documents."""
    return {
        "level": one.level.value,
        "subject": one.subject,
        "message": one.message,
        "next_step": one.next_step,
    }
