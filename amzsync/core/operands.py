"""What a condition compares with, as a person writes it in amzsync.toml: checked and exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from amzsync.core.attribute_values import PLACES, YES_NO, folded, iso_day
from amzsync.core.conditions import Operand, Type

KINDS: Mapping[Type, str] = {
    Type.TEXT: "a text",
    Type.NUMBER: "a number",
    Type.DATE: "a date",
    Type.YES_NO: "a yes/no attribute",
    Type.SELECT: "a select attribute",
    Type.MULTISELECT: "a multiselect attribute",
    Type.CATEGORY: "a category",
}
WRITE: Mapping[Type, str] = {
    Type.TEXT: 'a text in quotes, as "Red"',
    Type.NUMBER: "a number without quotes, as 10 or 9.99",
    Type.DATE: "a date, as 2026-01-31",
    Type.YES_NO: "true or false",
    Type.SELECT: 'a label in quotes, as "Red"',
    Type.MULTISELECT: 'a label in quotes, as "Red"',
    Type.CATEGORY: 'a category in quotes, as "Default Category/Gear"',
}
_SHOWN = 60


def operand(raw: object, kind: Type) -> Operand | None:
    """Return an operand of *kind*; ``None`` where *raw* is none."""
    match kind:
        case Type.NUMBER:
            return _number(raw)
        case Type.DATE:
            if isinstance(raw, str):
                return iso_day(raw)
            return _day(raw) if isinstance(raw, date) else None
        case Type.YES_NO:
            word = str(raw).strip().casefold() if isinstance(raw, (str, int)) else ""
            return YES_NO.get(word)
        case _:
            return raw if isinstance(raw, str) and folded(raw) else None


def _number(raw: object) -> Decimal | None:
    """Return a number exactly as it is written: a float by its shortest text, never by its bits."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal)):
        return None
    if isinstance(raw, int) and raw.bit_length() > 4 * PLACES:  # and str() has a limit of its own
        return None
    value = Decimal(str(raw))
    if not value.is_finite():
        return None
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return value if exponent >= -PLACES and value.adjusted() < PLACES else None


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def inferred(raw: object) -> Type:
    """Return the type of an attribute that nobody declared, by what it is compared with."""
    match raw:
        case bool():
            return Type.YES_NO
        case int() | float() | Decimal():
            return Type.NUMBER
        case date():
            return Type.DATE
        case _:
            return Type.TEXT


def told(raw: object) -> str:
    """Return *raw* as a message shows what somebody wrote."""
    match raw:
        case bool():
            return str(raw).lower()
        case int() if raw.bit_length() > 1_000:  # str() refuses what is longer still
            return "so large a number"
        case str():
            text = f'"{raw}"'
        case list() | tuple():
            return "a list"
        case Mapping():
            return "a table"
        case _:
            text = str(raw)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
