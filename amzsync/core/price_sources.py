"""Price amounts of the catalogue: by attribute, over the store views in order, with special prices.

As in Adobe's Amazon Sales Channel: the first store view that has a value of its own counts, then the value
for all store views.  A view that uses the default has no value, whatever is stored for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from amzsync.core.amounts import of_micros, read
from amzsync.core.memo import Memo
from amzsync.core.product_facts import ProductFacts, values_of
from amzsync.core.settings import PRICE

SPECIAL_PRICE = "special_price"
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


class Scope(NamedTuple):
    """What one store view says itself of a product's prices; ``None``: it uses the default."""

    price_micros: int | None = None
    special_price_micros: int | None = None
    special_from: str | None = None
    special_to: str | None = None
    attributes: str = ""  # lines "code=value"
    view: str = ""  # its code, for the steps


class Found(NamedTuple):
    """An amount of the catalogue, in Commerce's currency and not rounded."""

    amount: Decimal
    code: str  # of the attribute that has it
    view: str = ""  # "" where it holds for all store views


class Special(NamedTuple):
    """A special price: whether its days are now, and when that may change."""

    amount: Decimal
    view: str
    counts: bool
    until: str | None = None  # the next day on which it begins or no longer counts
    unreadable: str = ""  # a day that cannot be read; then it never counts


class Catalogue:
    """Reads the price amounts of products on one day."""

    def __init__(self, today: date) -> None:
        """*today* is the store's day, which decides whether a special price counts."""
        self._today = today
        self._values = Memo(values_of, entries=8_192, length=512)
        self._amounts = Memo(read)
        self._days = Memo(_day)

    def amount(self, code: str, facts: ProductFacts, scopes: Sequence[Scope] = ()) -> Found | None:
        """Return the amount of an attribute, or None where it has none, less than 0 or nonsense."""
        if code == PRICE:
            return _price(facts, scopes)
        if code == SPECIAL_PRICE:
            special = self.special(facts, scopes)
            return Found(special.amount, code, special.view) if special and special.counts else None
        for scope in scopes:
            if scope.attributes and (found := self._attribute(scope.attributes, code)) is not None:
                return Found(found, code, scope.view)
        if facts.attributes and (found := self._attribute(facts.attributes, code)) is not None:
            return Found(found, code)
        return None

    def special(self, facts: ProductFacts, scopes: Sequence[Scope] = ()) -> Special | None:
        """Return the special price with its days; a view that has one may leave the days to the default."""
        micros, first, last, view = (
            facts.special_price_micros,
            facts.special_from,
            facts.special_to,
            "",
        )
        for scope in scopes:
            if scope.special_price_micros is not None:
                micros, view = scope.special_price_micros, scope.view
                first = first if scope.special_from is None else scope.special_from
                last = last if scope.special_to is None else scope.special_to
                break
        if micros is None or micros < 0:
            return None
        return self._dated(of_micros(micros), view, first, last)

    def _dated(self, amount: Decimal, view: str, first: str | None, last: str | None) -> Special:
        begins = self._days[first] if first else None
        ends = self._days[last] if last else None
        if first and begins is None:
            return Special(amount, view, False, unreadable=first)
        if last and ends is None:
            return Special(amount, view, False, unreadable=last)
        if begins is not None and begins > self._today:
            return Special(amount, view, False, begins.isoformat())
        if ends is None:
            return Special(amount, view, True)
        if ends < self._today:
            return Special(amount, view, False)
        return Special(amount, view, True, day_after(ends))

    def _attribute(self, lines: str, code: str) -> Decimal | None:
        text = self._values[lines].get(code)
        return None if text is None else self._amounts[text]


def day_after(day: date) -> str | None:
    """Return the next day as ISO text; the last day of the calendar has none."""
    return None if day == date.max else (day + timedelta(days=1)).isoformat()


def _price(facts: ProductFacts, scopes: Sequence[Scope]) -> Found | None:
    for scope in scopes:
        if scope.price_micros is not None and scope.price_micros >= 0:
            return Found(of_micros(scope.price_micros), PRICE, scope.view)
    micros = facts.price_micros
    return None if micros is None or micros < 0 else Found(of_micros(micros), PRICE)


def _day(text: str) -> date | None:
    if _ISO_DAY(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
