"""Intelligent price rules: our price after a competitor's.

As in Adobe's Amazon Sales Channel: landed prices are compared, so our own shipping is taken off; an offer of
another condition is weighed by the variances; the adjustment is relative to the competitor's price.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from amzsync.core.amounts import PRECISE, Move, amount_text, move_of, moved, of_minor, rounded, unit
from amzsync.core.model import Condition
from amzsync.core.offers import Offer, chosen, condition_text, held_buy_box, own, rivals
from amzsync.core.price_steps import Step, StepKind
from amzsync.core.settings import Adjustment, Competition, OfferSource, Variance

_HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")


class Limit(NamedTuple):
    """A floor or a ceiling of one product, in the marketplace's currency."""

    amount: Decimal
    source: str  # the attribute that it comes from
    adjustment: Adjustment | None = None


class Bounded(NamedTuple):
    """A price that floor and ceiling have seen; *bounded* where one of them made it."""

    amount: Decimal
    bounded: bool
    steps: tuple[Step, ...]


class Target(NamedTuple):
    """Where a competitor's offer draws our price, before floor and ceiling."""

    amount: Decimal | None  # None: nowhere, the price so far stays
    steps: tuple[Step, ...]


class Repricing:
    """The competition of one rule in one marketplace, made ready."""

    def __init__(self, name: str, competition: Competition, exponent: int) -> None:
        """*name* is the rule's; *exponent* the decimals of the marketplace's currency."""
        self._name, self._competition = name, competition
        self._exponent, self._unit = exponent, unit(exponent)
        self._move: Move = move_of(competition.adjustment)
        self._kind = (
            StepKind.BUY_BOX if competition.source is OfferSource.BUY_BOX else StepKind.LOWEST
        )

    def target(self, offers: Sequence[Offer] | None, condition: str | None) -> Target:
        """Return the price that the offers for our ASIN ask for; *condition* is our listing's.

        ``None`` for *offers*: they are not known.  They are in the marketplace's currency, never converted.
        """
        if offers is None:
            return self._stays("the offers of competitors are not known")
        if self._kind is StepKind.BUY_BOX and (ours := held_buy_box(offers, condition)):
            amount = of_minor(ours.price_minor, self._exponent)
            return Target(amount, (Step(StepKind.HELD, amount, self._name),))
        if condition is None:
            return self._stays("our condition is not known")
        matching = self._competition.conditions is Variance.MATCHING
        rival = chosen(rivals(offers, self._competition), condition, matching=matching)
        if rival is None:
            return self._stays("no offer of a competitor suits")
        return self._after(rival, condition, own(offers, condition))

    def _after(self, rival: Offer, condition: str, ours: Offer | None) -> Target:
        base = of_minor(rival.landed_minor, self._exponent)
        steps = [Step(self._kind, base, condition_text(rival.condition))]
        percent = self._percent(rival.condition, condition)
        if percent != _HUNDRED:
            base = rounded(
                PRECISE.multiply(base, PRECISE.multiply(percent, _HUNDREDTH)), self._unit
            )
            steps.append(Step(StepKind.VARIANCE, base, by=percent))
        if base <= 0:
            return self._stays("the variance of the conditions leaves nothing")
        amount = moved(base, self._move, self._unit)
        steps.append(
            Step(StepKind.RULE, amount, self._name, self._competition.adjustment or "match")
        )
        if ours is None:
            steps.append(Step(StepKind.NO_SHIPPING))
        elif ours.shipping_minor:
            shipping = of_minor(ours.shipping_minor, self._exponent)
            amount -= shipping
            steps.append(Step(StepKind.SHIPPING, amount, by=amount_text(shipping, self._exponent)))
        return Target(amount, tuple(steps))

    def _percent(self, theirs: str, ours: str) -> Decimal:
        """Return what a competitor's price counts for: 100 less the difference of the variances."""
        if self._competition.conditions is not Variance.VARIANCE:
            return _HUNDRED
        return _HUNDRED - (self._variance(theirs) - self._variance(ours))

    def _variance(self, condition: str) -> Decimal:
        known = Condition(condition)
        if known is Condition.NEW:
            return _HUNDRED
        return self._competition.variances.get(known, _HUNDRED)

    def _stays(self, why: str) -> Target:
        return Target(None, (Step(StepKind.NO_OFFER, what=self._name, by=why),))


def bounded(amount: Decimal, floor: Limit | None, ceiling: Limit | None) -> Bounded:
    """Return the price between floor and ceiling; the floor wins where it is above the ceiling."""
    steps: list[Step] = []
    for kind, limit, passed in (
        (StepKind.CEILING, ceiling, Decimal.__gt__),
        (StepKind.FLOOR, floor, Decimal.__lt__),
    ):
        if limit is not None and passed(amount, limit.amount):
            amount = limit.amount
            steps.append(Step(kind, amount, limit.source, limit.adjustment))
    return Bounded(amount, bool(steps), tuple(steps))
