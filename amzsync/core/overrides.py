"""The exceptions that the user makes for one listing: they beat every setting and every rule.

The kinds, and what each may be, are those of Adobe's Amazon Sales Channel, whose overrides never end; here one
may have a last moment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from amzsync.core.condition_names import condition_named
from amzsync.core.model import Condition, Fulfillment

LONGEST_HANDLING = 30  # days; Amazon takes no more (its attribute lead_time_to_ship_max_days)
LONGEST_NOTES = 1000  # characters
_DIGITS = 9  # of a price, before the point: whatever has more is a slip of the pen
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?", re.ASCII)
_WHOLE = re.compile(r"\d{1,3}", re.ASCII)


class Field(StrEnum):
    """What an override may be about; the values are those of the state and of JSON."""

    PRICE = "price"
    HANDLING_TIME = "handling_time"
    CONDITION = "condition"
    NOTES = "seller_notes"


REGIONAL = frozenset({Field.HANDLING_TIME, Field.CONDITION})
"""What Amazon shares among the listings of a region that have the same seller SKU."""

_BY_MERCHANT = frozenset({Field.HANDLING_TIME, Field.CONDITION})


class Fault(NamedTuple):
    """Why a value cannot be taken: the end of a sentence that begins with the value."""

    words: str


class Row(NamedTuple):
    """An override as it is kept."""

    field: str  # a Field value
    value: str | None  # as ``parse`` returned it; None: taken back, the default is to be sent
    expires_at: str | None = None  # UTC text: from then on it no longer holds; None: it never ends


class Overrides(NamedTuple):
    """What overrides say of a listing at one moment; ``None``: nothing."""

    price: Decimal | None = None  # in the currency of the marketplace
    handling_time: int | None = None  # days
    condition: str | None = None  # a Condition value
    notes: str | None = None
    reset_handling: bool = False  # an override has gone: the default is to be sent
    holds_until: str | None = None  # UTC text: when the first of those in force ends


NO_OVERRIDES = Overrides()


def parse(field: Field, text: str, exponent: int) -> str | Fault:
    """Return the value *text* as it is kept, or why it cannot be taken.

    A price has at most *exponent* decimals ("19.90"; never a comma), a handling time is 0 to 30 whole days
    ("1"), a condition is one of Amazon's ten in any spelling ("used_like_new"), seller notes have at most
    1,000 characters.
    """
    given = text.strip()
    if field is Field.PRICE:
        return _price(given, exponent)
    if field is Field.HANDLING_TIME:
        return _handling_time(given)
    if field is Field.CONDITION:
        return _condition(given)
    return _notes(given)


def available(field: Field, fulfillment: str | None) -> bool:
    """Tell whether the field can be overridden: of what Amazon ships, condition and handling time are Amazon's."""
    return fulfillment != Fulfillment.AMAZON or field not in _BY_MERCHANT


def holds(row: Row, now: str) -> bool:
    """Tell whether an override is in force at *now* (UTC text)."""
    return row.value is not None and (row.expires_at is None or now < row.expires_at)


def in_force(rows: Iterable[Row], now: str) -> Overrides:
    """Return what a listing's overrides say at *now* (UTC text).

    A handling time that was taken back, or has run out, leaves its trace: Amazon still has it, and the
    default must be sent (the Sales Channel returns to its own default, not to Amazon's former value).
    """
    values: dict[str, str] = {}
    until: str | None = None
    reset = False
    for row in rows:
        if not holds(row, now):
            reset = reset or row.field == Field.HANDLING_TIME
            continue
        assert row.value is not None
        values[row.field] = row.value
        if row.expires_at is not None and (until is None or row.expires_at < until):
            until = row.expires_at
    price, days = values.get(Field.PRICE), values.get(Field.HANDLING_TIME)
    return Overrides(
        price=None if price is None else Decimal(price),
        handling_time=None if days is None else int(days),
        condition=values.get(Field.CONDITION),
        notes=values.get(Field.NOTES),
        reset_handling=reset,
        holds_until=until,
    )


def _price(text: str, exponent: int) -> str | Fault:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return Fault("is no price; write it like 19.99, with a point and without a currency")
    whole, decimals = found[1].lstrip("0") or "0", found[2] or ""
    if len(decimals) > exponent:
        most = f"at most {exponent}" if exponent else "no"
        return Fault(f"has {len(decimals)} decimals; the store's currency has {most}")
    if len(whole) > _DIGITS:
        return Fault("is no price that anybody asks")
    kept = f"{whole}.{decimals.ljust(exponent, '0')}" if exponent else whole
    return kept if Decimal(kept) else Fault("is no price; it must be more than nought")


def _handling_time(text: str) -> str | Fault:
    if _WHOLE.fullmatch(text) is None or int(text) > LONGEST_HANDLING:
        return Fault(f"is no handling time; it is whole days, 0 to {LONGEST_HANDLING}")
    return str(int(text))


def _condition(text: str) -> str | Fault:
    found = condition_named(text)
    if found is None:
        return Fault(f"is no condition; the conditions are {', '.join(_names())}")
    return found.value


def _names() -> Iterator[str]:
    """Yield the conditions as the Sales Channel writes them: ``Used; Like New``."""
    for condition in Condition:
        group, _, grade = condition.value.partition("_")
        more = "" if grade == group or grade == "new" else f"; {grade.replace('_', ' ').title()}"
        yield group.title() + more


def _notes(text: str) -> str | Fault:
    if not text:
        return Fault("is empty; amzsync override remove takes notes back")
    if len(text) > LONGEST_NOTES:
        return Fault(f"is {len(text):,} characters; seller notes have at most {LONGEST_NOTES:,}")
    if any(unicodedata.category(one) in {"Cc", "Cs"} and one != "\n" for one in text):
        return Fault("has control characters in it")
    return text
