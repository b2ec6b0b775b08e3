"""Dated exchange rates: Commerce's amounts in a marketplace's currency, or why that cannot be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from amzsync.core.amounts import PRECISE, amount_text, divided
from amzsync.core.settings import Rate

_AHEAD = timedelta(days=1)  # a rate of today is of tomorrow for a store west of its source


class Exchange(NamedTuple):
    """How amounts of *source* become amounts of *target*."""

    source: str
    target: str
    value: Decimal | None  # None: there is no rate
    inverse: bool = False  # the rate is told the other way round, and amounts are divided by it
    day: date | None = None  # None: no rate is needed, both currencies are the same
    problem: str | None = None  # a sentence and the next step; with a value: the rate is stale

    @property
    def needed(self) -> bool:
        """Whether amounts change at all."""
        return self.source != self.target

    @property
    def text(self) -> str:
        """The rate in words: "1.25", or "1/0.8" where amounts are divided by it."""
        value = "no rate" if self.value is None else amount_text(self.value, 0)
        return f"1/{value}" if self.inverse else value

    def converted(self, amount: Decimal) -> Decimal:
        """Return *amount* in the other currency, not rounded; call it only where there is a *value*."""
        assert self.value is not None
        if self.inverse:
            return divided(amount, self.value)
        return PRECISE.multiply(amount, self.value)


def exchange(
    source: str, target: str, rates: Iterable[Rate], today: date, max_days: int
) -> Exchange:
    """Return the newest rate from *source* to *target*, or the inverse one where only that is given.

    A rate that is older than *max_days* is stale: it comes with a problem.  One of the future does not count.
    """
    if source == target:
        return Exchange(source, target, Decimal(1))
    known = [rate for rate in rates if rate.value > 0 and rate.day <= today + _AHEAD]
    for pair, inverse in (((source, target), False), ((target, source), True)):
        rate = max(
            (each for each in known if (each.source, each.target) == pair),
            key=lambda each: (each.day, each.value),
            default=None,
        )
        if rate is not None:
            problem = _stale(rate, (today - rate.day).days, max_days)
            return Exchange(source, target, rate.value, inverse, rate.day, problem)
    return Exchange(
        source,
        target,
        None,
        problem=f"There is no rate from {source} to {target}: add one to the rates of [commerce].",
    )


def _stale(rate: Rate, age: int, max_days: int) -> str | None:
    if age <= max_days:
        return None
    return (
        f"The rate from {rate.source} to {rate.target} is of {rate.day.isoformat()}, {age} days old, "
        f"and no more than {max_days} are allowed: add a newer one to the rates of [commerce]."
    )
