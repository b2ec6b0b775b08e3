"""Questions to one column of a product, answered in a fraction of a microsecond.

Each is a closure over its operands, because rules ask them of millions.  *place* is the column's index in
the row; ``None`` in it is a missing value, which is neither 0 nor no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from operator import itemgetter
from typing import Any, TypeVar

Row = tuple[Any, ...]
Question = Callable[[Row], bool]
R = TypeVar("R", bound=Row)
_ENTRIES = 4_096
_LONGEST = 2_048  # characters of a key: a hostile export does not fill the memory


def in_units(amount: Decimal, units: int) -> tuple[int, int]:
    """Return the whole numbers of 1/*units* next to *amount*: down and up, the same where it is one."""
    exact = Fraction(amount) * units
    return floor(exact), ceil(exact)


def at_least(place: int, low: int) -> Question:
    """Ask for a number that is *low* or more."""

    def holds(row: Row) -> bool:
        value = row[place]
        return value is not None and bool(value >= low)

    return holds


def at_most(place: int, high: int) -> Question:
    """Ask for a number that is *high* or less."""

    def holds(row: Row) -> bool:
        value = row[place]
        return value is not None and bool(value <= high)

    return holds


def one_of(place: int, wanted: AbstractSet[object], *, negated: bool) -> Question:
    """Ask for one of *wanted*, or for none of them, which a missing value is."""
    if negated:
        return lambda row: row[place] not in wanted
    return lambda row: row[place] in wanted


def yes(place: int, *, wanted: bool, negated: bool) -> Question:
    """Ask for yes (1 and above) or no (0), or for anything else."""
    if negated:
        return lambda row: row[place] is None or (row[place] > 0) is not wanted
    return lambda row: row[place] is not None and (row[place] > 0) is wanted


def undefined(place: int) -> Question:
    """Ask for a missing value."""
    return lambda row: row[place] is None


def of_text(place: int, question: Callable[[str], bool]) -> Question:
    """Ask *question* of a text; of "" where it is missing."""
    return lambda row: question(row[place] or "")


def remembered(places: Iterable[int], question: Callable[[R], bool]) -> Callable[[R], bool]:
    """Ask *question*, which looks at nothing but *places*, once for all rows that are alike in them."""
    answers: dict[object, bool] = {}
    known, key_of = answers.get, itemgetter(*sorted(places))

    def holds(row: R) -> bool:
        key = key_of(row)
        answer = known(key)
        if answer is None:
            answer = question(row)
            if len(str(key)) <= _LONGEST:
                if len(answers) >= _ENTRIES:
                    answers.clear()
                answers[key] = answer
        return answer

    return holds
