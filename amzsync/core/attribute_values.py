"""What the texts of Commerce's attributes say: a number, a day, yes or no, several labels, a category.

A text that does not say what its type promises counts as no value at all; it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

YES_NO = {
    **dict.fromkeys(("yes", "1", "true", "enabled"), True),
    **dict.fromkeys(("no", "0", "false", "disabled"), False),
}
BETWEEN_LABELS = "|"  # of a multiselect attribute in the export
BETWEEN_CODES = ","  # of websites
PLACES = 30  # before and after the decimal point: more are no price, weight or quantity

_NUMBER = re.compile(
    rf"[+-]?(?:[0-9]{{1,{PLACES}}}(?:\.[0-9]{{0,{PLACES}}})?|\.[0-9]{{1,{PLACES}}})"
)
_TIME = r"(?:[T,\s]\s*[0-9]{1,2}[:.][0-9]{2}.*)?"
_ISO_DAY = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_TIME}", re.DOTALL)
_US_DAY = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.DOTALL)


def folded(text: str) -> str | None:
    """Return *text* as it is compared, without case and outer spaces; ``None`` for a blank one."""
    return text.strip().casefold() or None


def number(text: str) -> Decimal | None:
    """Return the plain decimal number (``-12.5000``) that *text* is; no exponents, no separators."""
    plain = text.strip()
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def yes_no(text: str) -> bool | None:
    """Return what a Yes/No attribute says, as a label or as Commerce's 1 and 0."""
    return YES_NO.get(text.strip().casefold())


def iso_day(text: str) -> date | None:
    """Return the day of ``2026-01-31``, with or without a time after it."""
    found = _ISO_DAY.fullmatch(text.strip())
    return _day(*found.groups()) if found else None


def day(text: str) -> date | None:
    """Return the day of ``2026-01-31 00:00:00`` or of ``1/31/26, 12:00 AM`` (month first).

    Commerce exports the dates of additional attributes in the first form, or in the second where the
    admin user's locale is the United States'.
    """
    found = _US_DAY.fullmatch(text.strip())
    if not found:
        return iso_day(text)
    month, day_of_month, year = found.groups()
    return _day(year if len(year) == 4 else f"20{year}", month, day_of_month)


def labels(separator: str) -> Callable[[str], frozenset[str] | None]:
    """Return the reader of a text that holds several labels, each then compared by itself."""

    def read(text: str) -> frozenset[str] | None:
        return frozenset(filter(None, map(folded, text.split(separator)))) or None

    return read


def assigned(categories: Iterable[str]) -> Callable[[str], bool]:
    r"""Return the question whether comma-joined paths lead to one of *categories* or below it.

    A path names its categories from the root (``Default Category/Gear/Bags``; ``\/`` is a slash
    within a name).  A wanted one is such a path, or begins below the root (``Gear/Bags``).  The
    export does not say whether a comma divides two paths or stands in a name: both are tried.
    """
    wanted = "|".join(re.escape(_path(category)) for category in categories)
    search = re.compile(rf"(?:^|,)(?:(?:[^/,\\]|\\.)+/)?(?:{wanted})(?=[/,]|$)").search
    return lambda text: search(text) is not None


def _path(category: str) -> str:
    path = (folded(category) or "").removeprefix("/")
    return path if path.endswith("\\/") else path.removesuffix("/")


def _day(year: str, month: str, day_of_month: str) -> date | None:
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None
