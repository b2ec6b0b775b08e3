"""Amounts of money in decisions: how they are read, and the one place where they are rounded.

Half up to the decimals of the currency, after each step that changes a price: all worked examples of Adobe's
Amazon Sales Channel fit that.  A *unit* is the smallest amount of a currency: 0.01 where it has two decimals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from amzsync.core.settings import Adjustment

PRECISE = Context(prec=1_000, rounding=ROUND_HALF_UP)
"""In which no product is cut short, however many rules stack; it is not the thread's context."""

_DIVISION = Context(prec=60, rounding=ROUND_HALF_UP)  # which would fill all of the other's places

LARGEST = 10**15
"""Minor units; what is more is no price, and the state file could not hold much more."""

_fma, _quantize, _scaleb = PRECISE.fma, PRECISE.quantize, PRECISE.scaleb
_AMOUNT = re.compile(r"[0-9]{1,16}(?:\.[0-9]{0,12})?|\.[0-9]{1,12}").fullmatch
_ONE, _NOUGHT, _HUNDREDTH = Decimal(1), Decimal(0), Decimal("0.01")


class Move(NamedTuple):
    """What an adjustment does to an amount: amount x *factor* + *addend*."""

    factor: Decimal = _ONE
    addend: Decimal = _NOUGHT


STAY = Move()


def unit(exponent: int) -> Decimal:
    """Return the smallest amount of a currency with *exponent* decimals: 2 -> 0.01."""
    return _scaleb(_ONE, -exponent)


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """Return the amount rounded half up to whole *units*: 40.9410 -> 40.94."""
    return _quantize(amount, unit)


def moved(amount: Decimal, move: Move, unit: Decimal) -> Decimal:
    """Return the moved amount, rounded half up once; it may be nought or less."""
    return _quantize(_fma(amount, move[0], move[1]), unit)


def stacked(amount: Decimal, moves: Iterable[Move], unit: Decimal) -> tuple[Decimal, ...]:
    """Return the amount after each of the moves, every one upon the rounded amount before it."""
    fma, quantize = _fma, _quantize
    amounts: list[Decimal] = []
    for factor, addend in moves:
        amount = quantize(fma(amount, factor, addend), unit)
        amounts.append(amount)
    return tuple(amounts)


def move_of(adjustment: Adjustment | None) -> Move:
    """Return what an adjustment does; ``None`` leaves the amount as it is."""
    if adjustment is None:
        return STAY
    amount = adjustment.amount if adjustment.up else -adjustment.amount
    return raised(amount) if adjustment.percent else Move(addend=amount)


def raised(percent: Decimal) -> Move:
    """Return what adds *percent* of the amount to it (less than 0: takes off)."""
    return Move(PRECISE.fma(percent, _HUNDREDTH, _ONE))


def divided(amount: Decimal, by: Decimal) -> Decimal:
    """Return the quotient, to sixty places."""
    return _DIVISION.divide(amount, by)


def of_micros(micros: int) -> Decimal:
    """Return millionths as an amount: 45490000 -> 45.490000."""
    return _scaleb(Decimal(micros), -6)


def of_minor(minor: int, exponent: int) -> Decimal:
    """Return minor units as an amount: 4549, 2 -> 45.49."""
    return _scaleb(Decimal(minor), -exponent)


def to_minor(amount: Decimal, exponent: int) -> int:
    """Return the minor units of an amount, rounded half up: 45.49, 2 -> 4549."""
    return int(_quantize(_scaleb(amount, exponent), _ONE))


def minor_units(exponent: int) -> Callable[[Decimal], int]:
    """Return a quick ``to_minor`` for amounts that are whole units already."""
    factor = Decimal(10**exponent)
    return lambda amount: int(amount * factor)


def read(text: str) -> Decimal | None:
    """Return the amount of a price attribute's text, or None where it is none or less than 0.

    Commerce exports plain digits with a point: "34.000000".
    """
    text = text.strip()
    return Decimal(text) if _AMOUNT(text) else None


def amount_text(amount: Decimal, exponent: int) -> str:
    """Return an amount with the currency's decimals, and with more only where it has them."""
    whole, _, decimals = f"{amount:f}".partition(".")
    decimals = decimals.rstrip("0").ljust(exponent, "0")
    return f"{whole}.{decimals}" if decimals else whole


def percent_text(percent: Decimal) -> str:
    """Return a percentage without needless noughts: "10", "10.2"."""
    return amount_text(percent, 0)
