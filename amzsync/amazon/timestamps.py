"""The dates of Amazon's reports, in UTC.

Forms seen in public reports: ``2022-03-15 02:26:37 PDT`` (US), ``29/09/2025 16:19:39 BST`` (UK),
``23/09/2021 10:34:38 MEST`` (euro countries), ``2023/01/31 12:00:00 JST``, ``Jul 29, 2022``
(suppressed listings), ISO 8601 with an offset.  ``strptime``'s %Z knows none of these zone names,
and the tz database has them as abbreviations that are not unique, hence the table.  A zone that
is not in it makes the time unknown, never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from amzsync.core.marketplaces import Marketplace

_HOURS_EAST: dict[str, float] = {
    "UTC": 0, "Z": 0, "GMT": 0, "BST": 1, "WET": 0, "WEST": 1,
    "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
    "TRT": 3, "SAST": 2, "SGT": 8, "JST": 9,
    "AEST": 10, "AEDT": 11, "ACST": 9.5, "ACDT": 10.5, "AWST": 8,
    "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "BRT": -3, "BRST": -2,
}  # fmt: skip

# Names that mean different zones at different ends of the world are understood at home only.
_HOURS_EAST_AT_HOME: dict[tuple[str, str], float] = {
    ("IN", "IST"): 5.5, ("IE", "IST"): 1, ("SA", "AST"): 3, ("SA", "GST"): 4, ("AE", "GST"): 4,
    ("AU", "EST"): 10, ("AU", "EDT"): 11,
    **{
        (code, name): hours
        for code in ("US", "CA", "MX", "BR")
        for name, hours in (("EST", -5), ("EDT", -4), ("CST", -6), ("CDT", -5))
    },
}  # fmt: skip

# There 07/11/2022 is as likely July 11th, and Amazon's own form is another: not guessed.
_MONTH_FIRST_COUNTRIES = frozenset({"US", "CA"})

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STAMP = re.compile(
    r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})([ T])([01]\d|2[0-3]):([0-5]\d):([0-5]\d) ?(\S+)", re.ASCII
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_ENGLISH = re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}), (\d{4})", re.ASCII)
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{2}):?([0-5]\d)?", re.ASCII)

_FIRST_YEAR, _LAST_YEAR = 1990, 2199  # before Amazon: a placeholder, not a date
_SECONDS = {f":{second:02d}": f":{second:02d}Z" for second in range(60)}
_MAX_KEPT = 20_000


def reader(marketplace: Marketplace) -> Callable[[str], str | None]:
    """Return a function from a report's date text to UTC text such as ``2026-01-31T12:00:00Z``.

    The function returns None for empty text, an unknown zone and whatever is no date.  A date
    without a time counts as midnight UTC.  It remembers days and (minute, zone) pairs, of which
    there are few, so that even a time that was never seen costs three look-ups as a rule.
    """
    days: dict[
        str, tuple[str, str, str]
    ] = {}  # date text -> the day before, the day, the day after
    clocks: dict[str, tuple[int, str]] = {}  # " 02:26 PDT" -> index into such a triple, "T09:26"

    def read(text: str) -> str | None:
        if not text:
            return None
        try:
            carry, clock = clocks[text[10:16] + text[19:]]
            return days[text[:10]][carry] + clock + _SECONDS[text[16:19]]
        except KeyError:
            return learn(text)

    def learn(text: str) -> str | None:
        tidy = text.strip()
        if (stamp := _STAMP.fullmatch(tidy)) is None:
            return _day_alone(tidy)
        day_text, joint, hour, minute, second, zone = stamp.groups()
        day = _day(day_text, marketplace)
        offset = _minutes_east(zone, marketplace)
        if day is None or offset is None:
            return None
        carry, minutes = divmod(int(hour) * 60 + int(minute) - offset, 24 * 60)
        clock = f"T{minutes // 60:02d}:{minutes % 60:02d}"
        around = tuple(str(day + timedelta(days=shift)) for shift in (-1, 0, 1))
        if len(day_text) == 10:
            if len(days) + len(clocks) > _MAX_KEPT:
                days.clear()
                clocks.clear()
            days[day_text] = (around[0], around[1], around[2])
            clocks[f"{joint}{hour}:{minute}" + tidy[19:]] = (carry + 1, clock)
        return f"{around[carry + 1]}{clock}:{second}Z"

    return read


def _day(text: str, marketplace: Marketplace) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(found[1], found[2], found[3])
    if (found := _DAY_FIRST.fullmatch(text)) and marketplace.code not in _MONTH_FIRST_COUNTRIES:
        return _date(found[3], found[2], found[1])
    return None


def _day_alone(text: str) -> str | None:
    day = None
    if found := _ENGLISH.fullmatch(text):
        name = found[1].lower()
        day = _date(found[3], str(_MONTHS.index(name) + 1), found[2]) if name in _MONTHS else None
    elif found := _YEAR_FIRST.fullmatch(text):
        day = _date(found[1], found[2], found[3])
    return None if day is None else f"{day}T00:00:00Z"


def _date(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def _minutes_east(zone: str, marketplace: Marketplace) -> int | None:
    """Return the offset from UTC of a zone as *marketplace*'s reports name it, in minutes."""
    name = zone.upper()
    hours = _HOURS_EAST_AT_HOME.get((marketplace.code, name), _HOURS_EAST.get(name))
    if hours is not None:
        return round(hours * 60)
    if (found := _OFFSET.fullmatch(name)) and int(found[2]) <= 14:
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return minutes if found[1] == "+" else -minutes
    return None
