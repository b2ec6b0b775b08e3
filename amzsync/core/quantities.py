"""How many of a product a listing offers: its stock, less what is promised or held back, shared and capped.

The order, which Adobe's Amazon Sales Channel leaves open in part: stock, less pending orders, less the buffer,
rounded down, threshold, shared among the listings that sell it, cap.  Stock is exact up to the rounding, in
ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from amzsync.core import conditions
from amzsync.core.model import Fulfillment
from amzsync.core.money import quantity_text
from amzsync.core.product_facts import ProductFacts
from amzsync.core.settings import Buffer, BufferRule, QuantitySettings, Sharing

Step = tuple[str | int, ...]
Stock = tuple[int | None, int | None, int | None, int | None]

_E4 = 10_000
_REMEMBERED = 65_536
_AMAZON, _MERCHANT = Fulfillment.AMAZON.value, Fulfillment.MERCHANT.value

_EXACT = frozenset({"stock", "pending", "buffer"})
_WORDS = {
    "stock": "stock {}",
    "pending": "less {} pending = {}",
    "buffer": "less {} = {}",
    "down": "rounded down = {}",
    "share": "{} of {} for this listing (stock shared by {})",
    "threshold": "fewer than the threshold of {} = 0",
    "most": "at most {0} = {0}",
    "unmanaged": "stock is not managed = {}",
    "beyond": "it may be ordered beyond its stock = {}",
    "none": "none left = 0",
    "out": "out of stock in Commerce = 0",
    "barred": "not eligible ({}) = 0",
    "amazon": "Amazon ships it and counts its own stock",
    "whom": "who ships it is not known, so the quantity stays",
    "unknown": "stock not known, so the quantity stays",
}


class Counted(NamedTuple):
    """A listing's quantity, and how it came about (``steps_text`` puts that into words)."""

    quantity: int | None  # None: it is left as it is, because it is not ours to say or not known
    steps: tuple[Step, ...]


_BY_AMAZON = Counted(None, (("amazon",),))
_BY_WHOM = Counted(None, (("whom",),))
_UNKNOWN = Counted(None, (("unknown",),))
_OUT = Counted(0, (("out",),))


class _Held(NamedTuple):
    """A buffer made ready: units in ten-thousandths, or a share of the stock as a fraction."""

    words: str  # "buffer 2 'Fragile'"; "" where nothing is held back
    fixed_e4: int
    share: int
    whole: int


class Quantities:
    """The quantities of one store's listings, by its settings; one object serves a whole run."""

    def __init__(self, settings: QuantitySettings) -> None:
        rules = sorted(settings.buffers, key=_turn)
        self._settings = settings
        self._held = (*(_made_ready(rule.buffer, rule.name) for rule in rules), _general(settings))
        self._rules: tuple[tuple[int, Callable[[ProductFacts], bool]], ...] = tuple(
            (place, conditions.compiled(rule.conditions)) for place, rule in enumerate(rules)
        )
        self._pending = settings.reserve_pending
        self._divided = settings.sharing is Sharing.DIVIDED
        self._counted: dict[tuple[Stock, int, int, int, int], Counted] = {}
        self._short: dict[tuple[Stock, int], str | None] = {}

    def quantity(
        self,
        facts: ProductFacts,
        *,
        barred: str | None,
        fulfillment: str | None,
        pending: int = 0,
        shares: int = 1,
        place: int = 0,
    ) -> Counted:
        """Return how many of the product a listing offers.

        *barred* is why the product is not eligible, *fulfillment* a Fulfillment value; *pending* are the units
        of the product in pending orders, *shares* and *place* (from 0) those of ``regions.pools``.  Stock that
        is not known gives no quantity, and what Amazon ships never has one of ours.
        """
        if fulfillment != _MERCHANT:
            return _BY_AMAZON if fulfillment == _AMAZON else _BY_WHOM
        if barred is not None:
            return Counted(0, (("barred", barred),))
        if not self._pending:
            pending = 0
        if shares < 2 or not self._divided:
            shares, place = 1, 0
        rule = self._rule_of(facts) if self._rules else 0
        key = (facts[5:9], rule, pending, shares, place)
        found = self._counted.get(key)
        if found is None:
            if len(self._counted) >= _REMEMBERED:
                self._counted.clear()
            found = self._counted[key] = self._count(*key)
        return found

    def short(self, facts: ProductFacts) -> str | None:
        """Return why the product's own stock keeps it from being sold, or ``None`` if it does not or is not known.

        That is its stock less the buffer, against the threshold; orders and other listings do not count.  The
        words go on from "Live on Amazon, but ...".
        """
        key = (facts[5:9], self._rule_of(facts) if self._rules else 0)
        if key not in self._short:
            if len(self._short) >= _REMEMBERED:
                self._short.clear()
            self._short[key] = self._lack(*key)
        return self._short[key]

    def _rule_of(self, facts: ProductFacts) -> int:
        """Return the place of the first buffer rule that applies; the general buffer is the last."""
        for place, holds in self._rules:
            if holds(facts):
                return place
        return len(self._rules)

    def _count(self, stock: Stock, rule: int, pending: int, shares: int, place: int) -> Counted:
        stock_e4 = stock[0]
        apart = self._apart(stock)
        if apart is not None:
            return apart
        assert stock_e4 is not None
        steps: list[Step] = [("stock", stock_e4)]
        left = stock_e4
        if pending:
            left -= pending * _E4
            steps.append(("pending", pending, left))
        held = self._held[rule]
        if held.words and left > 0:
            left = _less(held, left)
            steps.append(("buffer", held.words, left))
        units = left // _E4
        if units <= 0:
            return Counted(0, (*steps, ("none",)))
        if left % _E4:
            steps.append(("down", units))
        threshold = self._settings.threshold
        if units < threshold:
            return Counted(0, (*steps, ("threshold", threshold)))
        if shares > 1:
            each, more = divmod(units, shares)
            units, pool = each + (place < more), units
            steps.append(("share", units, pool, shares))
        return _capped(units, self._settings.maximum, steps) if units else Counted(0, tuple(steps))

    def _apart(self, stock: Stock) -> Counted | None:
        """Return the quantity of a product whose stock is not to be counted, as ``eligibility.has_stock`` has it."""
        settings = self._settings
        stock_e4, in_stock, manage_stock, backorders = stock
        if manage_stock == 0:
            return _capped(
                settings.unmanaged, settings.maximum, [("unmanaged", settings.unmanaged)]
            )
        if in_stock == 0:
            return _OUT
        if settings.backorders and backorders and (stock_e4 is not None or in_stock):
            return _capped(settings.unmanaged, settings.maximum, [("beyond", settings.unmanaged)])
        return _UNKNOWN if stock_e4 is None else None

    def _lack(self, stock: Stock, rule: int) -> str | None:
        apart = self._apart(stock)
        if apart is not None:
            return "out of stock in Commerce" if apart is _OUT else None
        stock_e4, threshold = stock[0], self._settings.threshold
        assert stock_e4 is not None
        if stock_e4 <= 0:
            return "out of stock in Commerce"
        held = self._held[rule]
        left = _less(held, stock_e4) if held.words else stock_e4
        units = left // _E4
        if units > 0 and units >= threshold:
            return None
        told = f"{quantity_text(stock_e4)} in stock"
        if held.words:
            told += f" less {held.words}"
        if threshold > 0:
            return f"{told}, fewer than the threshold of {threshold}"
        return f"{told}, which leaves not a whole one"


def attributes_of(settings: QuantitySettings) -> frozenset[str]:
    """Return the codes of the attributes that buffer rules look at and not every product has."""
    return frozenset().union(
        *(conditions.attributes_of(rule.conditions) for rule in settings.buffers)
    )


def steps_text(steps: tuple[Step, ...]) -> str:
    """Return the steps in words: ``Stock 12; less 1 pending = 11; at most 3 = 3``."""
    text = "; ".join(map(_worded, steps))
    return text[:1].upper() + text[1:]


def _worded(step: Step) -> str:
    kind, values = str(step[0]), list(step[1:])
    if kind in _EXACT:  # the last value is in ten-thousandths
        values[-1] = quantity_text(int(values[-1]))
    return _WORDS[kind].format(*values)


def _turn(rule: BufferRule) -> tuple[bool, int, str]:
    return rule.priority is None, rule.priority or 0, rule.name


def _general(settings: QuantitySettings) -> _Held:
    return _made_ready(settings.buffer, "")


def _made_ready(buffer: Buffer, name: str) -> _Held:
    if not buffer.amount:
        return _Held("", 0, 0, 1)
    amount = f"{buffer.amount.normalize():f}"
    words = f"buffer {amount}{' %' if buffer.percent else ''}{f' {name!r}' if name else ''}"
    if buffer.percent:
        share, whole = (buffer.amount / 100).as_integer_ratio()
        return _Held(words, 0, share, whole)
    fixed, rest = divmod(buffer.amount * _E4, Decimal(1))
    return _Held(words, int(fixed) + bool(rest), 0, 1)


def _less(held: _Held, left: int) -> int:
    """Return what the buffer leaves of *left*; what it holds back is rounded up."""
    return left - held.fixed_e4 - -(-left * held.share // held.whole)


def _capped(units: int, maximum: int, steps: list[Step]) -> Counted:
    if units > maximum:
        return Counted(maximum, (*steps, ("most", maximum)))
    return Counted(units, tuple(steps))
