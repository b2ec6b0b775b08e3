"""The values in the cells of a Commerce export: numbers, dates, flags and guarded texts.

A parser of a cell is a function; a column is a ``Memo`` of it, because a million rows hold a few
thousand different prices, quantities and website lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

LONGEST_SKU = 64  # the width of Commerce's own columns
GUARDED = (" =", " +", " -")
FLAGS: dict[str, int] = {"0": 0, "1": 1}
ENABLED: dict[str, int] = {"1": 1, "2": 0}  # the statuses of a product: 1 enabled, 2 disabled
BACKORDERS: dict[str, int] = {"0": 0, "1": 1, "2": 2}  # 2: allowed, and the customer is told

_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)
_DATE = re.compile(
    r"(\d{1,4})(?P<mark>[./-]) ?(\d{1,2})(?P=mark) ?(\d{1,4})\.?"  # 16. 3. 15. as in hu and ko
    r"(?:[,T\s]\s*\d{1,2}[:.]\d\d.*)?",
    re.ASCII | re.DOTALL,
)
_NARROW_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u200e": None, "\u200f": None})
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
# More digits would not fit SQLite's 64-bit integers once they are counted in millionths.
_MOST_DIGITS = 12
_SHOWN = 40


class Unreadable(ValueError):
    """A cell that cannot be what its column holds; the text says why, without the row's SKU."""


class DateOrder(StrEnum):
    """The order of day, month and year in the short dates of the admin user's locale."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"
    YEAR_FIRST = "ymd"


def unguarded(text: str) -> str:
    """Return *text* without the space that the export puts before a leading ``=``, ``+`` or ``-``.

    Commerce guards every exported cell against spreadsheet formulas in this way, headings and
    negative numbers included.  Exactly one space is taken away.
    """
    return text[1:] if text.startswith(GUARDED) else text


def sku_fault(sku: str) -> str | None:
    """Return what is wrong with *sku* as a key of the catalogue, ``None`` if nothing is."""
    if not sku or sku.isspace():
        return "no SKU"
    if len(sku) > LONGEST_SKU:
        return f"SKU of {len(sku)} characters; Commerce allows {LONGEST_SKU}"
    return "a NUL character in the SKU" if "\0" in sku else None


def one_line(text: str) -> str:
    """Return *text* with every line end (LF, CR LF, CR) written as one space."""
    return _LINE_ENDS.sub(" ", text)


def shown(text: str) -> str:
    """Return *text* in quotes, shortened and with its control characters escaped, for a message."""
    kept = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return '"' + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in kept) + '"'


def text_or_none(text: str) -> str | None:
    """Return the unguarded text of a cell, ``None`` for a blank one."""
    return None if not text or text.isspace() else unguarded(text)


def lower_or_none(text: str) -> str | None:
    """Return the trimmed lower-case text of a cell, ``None`` for a blank one."""
    return unguarded(text).strip().lower() or None


def code_list(text: str) -> str | None:
    """Return comma-joined codes sorted and with a comma at both ends; ``None`` for a blank cell.

    ``"de,base"`` becomes ``",base,de,"``, so that ``",de," in websites`` is a test for membership.
    """
    codes = {code.strip() for code in unguarded(text).split(",")} - {""}
    return f",{','.join(sorted(codes))}," if codes else None


def decimal_units(column: str, *, places: int, negative: bool) -> Callable[[str], int | None]:
    """Return the parser of a DECIMAL column into an integer of its smallest unit.

    ``places`` decimals are kept exactly (6: millionths, 4: ten-thousandths); zeros beyond them are
    dropped.  A blank cell gives ``None``.  Raises ``Unreadable`` naming *column* for a text that is
    no plain decimal number, has too many decimals or digits, or is below zero without *negative*.
    """
    example = "34." + "0" * places

    def parse(text: str) -> int | None:
        digits = unguarded(text).strip()
        if not digits:
            return None
        found = _NUMBER.fullmatch(digits)
        if found is None:
            raise Unreadable(f"{column} {shown(text)} is not a number written like {example}")
        sign, whole, fraction = found.group(1), found.group(2).lstrip("0"), found.group(3) or ""
        fraction = fraction.rstrip("0")
        if len(whole) > _MOST_DIGITS:
            raise Unreadable(f"{column} {shown(text)} has more than {_MOST_DIGITS} digits")
        if len(fraction) > places:
            raise Unreadable(f"{column} {shown(text)} has more than {places} decimals")
        units = int(whole + fraction.ljust(places, "0") or "0")
        if not sign or not units:
            return units
        if not negative:
            raise Unreadable(f"{column} {shown(text)} is below zero")
        return -units

    return parse


def short_date(order: DateOrder) -> Callable[[str], str | None]:
    """Return the parser of the export's locale-short dates into ISO dates (``2016-10-21``).

    The export writes dates in the SHORT format of the admin user's locale, with or without a time
    (``10/21/16, 9:10 AM``, ``21/10/2016, 09:10``, ``16.03.15``); the time is dropped.  Four leading
    digits are a year whatever *order* says.  The month never comes first between dots: no locale of
    the Unicode CLDR writes so, therefore ``mdy`` reads ``16.03.15`` as 16 March.  A text that is no
    date in that order is returned as it came; a blank cell gives ``None``.
    """

    def parse(text: str) -> str | None:
        written = text_or_none(text)
        found = _DATE.fullmatch(written.translate(_NARROW_SPACES).strip()) if written else None
        if found is None:
            return written
        first, second, third = found.group(1), found.group(3), found.group(4)
        if len(first) == 4 or order is DateOrder.YEAR_FIRST:
            year, month, day = first, second, third
        elif order is DateOrder.MONTH_FIRST and found["mark"] != ".":
            month, day, year = first, second, third
        else:
            day, month, year = first, second, third
        return _iso(year, month, day) or written

    return parse


def _iso(year: str, month: str, day: str) -> str | None:
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)).isoformat()
    except ValueError:
        return None
