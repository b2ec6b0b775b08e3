"""What a listing should cost: from the catalogue through all rules to the price that is sent.

The order is that of Adobe's Amazon Sales Channel: source, special price, conversion, rules by priority, minimum
advertised price, VAT; business prices last.  An override beats all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from amzsync.core.amounts import (
    LARGEST,
    amount_text,
    minor_units,
    move_of,
    moved,
    raised,
    rounded,
    unit,
)
from amzsync.core.conditions import attribute_code
from amzsync.core.conditions import attributes_of as attributes_in
from amzsync.core.exchange import Exchange, exchange
from amzsync.core.offers import Offer
from amzsync.core.price_rules import Selected, active, applied, changes_on, holding, selected
from amzsync.core.price_sources import SPECIAL_PRICE, Catalogue, Found, Scope, Special
from amzsync.core.price_steps import Step, StepKind, steps_text
from amzsync.core.priced import Priced, Problem, StoreProblem, problem_text
from amzsync.core.product_facts import ProductFacts
from amzsync.core.repricing import Limit, Repricing, bounded
from amzsync.core.settings import (
    PRICE,
    Adjustment,
    Bound,
    Competition,
    Money,
    PriceSettings,
    Settings,
)

__all__ = [
    "Priced", "Pricing", "Problem", "Scope", "Step", "StepKind", "StoreProblem", "attributes_of",
    "problem_text", "steps_text",
]  # fmt: skip


_Tiers = tuple[tuple[int, int], ...]
_Key = tuple[int, int | None, str, tuple[object, ...], tuple[Scope, ...]]
_ENTRIES = 8_192  # prices that are remembered, with their steps
_SELECTIONS = 1_024  # sets of rules that hold together


@dataclass(slots=True)
class _Run:
    """A price on its way through the rules."""

    amount: Decimal
    steps: list[Step]
    vat_due: bool = True  # the price comes from the catalogue, which is without VAT
    floor: Limit | None = None  # the highest of the intelligent rules that held
    clash: tuple[Limit, Limit] | None = None  # a floor, and a ceiling below it


class _Asked(NamedTuple):
    """What an intelligent rule needs to know of a listing."""

    facts: ProductFacts
    scopes: Sequence[Scope]
    offers: Sequence[Offer] | None
    condition: str | None
    source: Found  # where the price came from


class Pricing:
    """Prices the listings of one store on one day."""

    def __init__(
        self,
        settings: Settings,
        *,
        currency: str,
        exponent: int,
        business_available: bool,
        today: date,
        money: Money,
    ) -> None:
        """*currency* (with *exponent* decimals) is the marketplace's, *today* is in the store's time zone."""
        price = settings.price
        self._exponent, self._unit, self._minor = exponent, unit(exponent), minor_units(exponent)
        self._catalogue = Catalogue(today)
        self._exchange, self.problem = _store_exchange(price, currency, money, today)
        self._pair = f"{self._exchange.source} to {self._exchange.target}"
        self._rate_text = self._exchange.text
        self._source = attribute_code(price.source)
        self._minimum = attribute_code(price.minimum) if price.minimum else None
        self._list_price = attribute_code(price.list_price) if price.list_price else None
        self._specials = price.special_prices
        sources = _sources(price)
        self._dated = self._specials or SPECIAL_PRICE in sources
        self._reads_attributes = bool(sources - {PRICE, SPECIAL_PRICE})
        self._selected: dict[int, Selected] = {}
        self._known: dict[_Key, Priced] = {}
        self._rules = active(price.rules, today)
        self._until = changes_on(price.rules, today)
        self._repricings = {
            rule.name: Repricing(rule.name, rule.competition, exponent)
            for rule in self._rules
            if rule.competition is not None
        }
        self.needs_offers = bool(self._repricings)
        self._vat = Adjustment(up=True, percent=True, amount=price.vat) if price.vat else None
        self._vat_move = move_of(self._vat)
        self._business = price.business and business_available
        self._least = 10**exponent  # Amazon takes no business price below 1.00
        self._tiers = tuple(
            (tier.quantity, raised(-tier.percent))
            for tier in sorted(price.tiers, key=lambda tier: tier.quantity)
        )

    @property
    def rate(self) -> Exchange:
        """Return how amounts of the catalogue become amounts of the marketplace today."""
        return self._exchange

    def price(
        self,
        facts: ProductFacts,
        *,
        scopes: Sequence[Scope] = (),
        offers: Sequence[Offer] | None = None,
        condition: str | None = None,
        override: Decimal | None = None,
    ) -> Priced:
        """Return what a product's listing should cost.

        *scopes* are the price views, the most important first; *offers* those for its ASIN (``None``: not
        known) in the marketplace's currency; *condition* is the listing's; *override* beats everything.
        """
        if override is not None:
            return self._overridden(override, facts, scopes)
        if self._exchange.value is None:
            return Priced(None, problem=Problem.NO_RATE, holds_until=self._until)
        which = holding(self._rules, facts) if self._rules else 0
        if self.needs_offers:
            return self._made(which, facts, scopes, offers, condition)
        key = (
            which,
            facts.price_micros,
            facts.attributes if self._reads_attributes else "",
            (facts.special_price_micros, facts.special_from, facts.special_to)
            if self._dated
            else (),
            tuple(scopes),
        )
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _ENTRIES:
                self._known.clear()
            known = self._known[key] = self._made(which, facts, scopes, None, None)
        return known

    def _made(
        self,
        which: int,
        facts: ProductFacts,
        scopes: Sequence[Scope],
        offers: Sequence[Offer] | None,
        condition: str | None,
    ) -> Priced:
        """Return the price of a product for which the rules *which* hold."""
        special = self._catalogue.special(facts, scopes) if self._dated else None
        until = self._until if special is None else _earlier(self._until, special.until)
        list_minor = self._list_minor(facts, scopes)
        steps: list[Step] = []
        found = self._found(facts, scopes, steps)
        if found is None:
            wrong = Problem.NO_PRICE
            return Priced(None, list_minor, None, (), tuple(steps), wrong, None, None, until)
        amount = found.amount
        if special is not None and self._specials:
            amount = _lower(amount, special, steps)
        run = _Run(self._converted(amount, steps), steps)
        if self.needs_offers:
            self._follow(run, which, _Asked(facts, scopes, offers, condition, found))
        else:
            self._stack(run, which)
        minimum = self._attribute(self._minimum, facts, scopes)
        if minimum is not None and run.amount < minimum:
            run.amount, run.vat_due = minimum, True
            steps.append(Step(StepKind.MINIMUM, minimum, self._minimum or ""))
        if run.vat_due:
            self._add_vat(run)
        return self._priced(run, list_minor, until)

    def _found(
        self, facts: ProductFacts, scopes: Sequence[Scope], steps: list[Step]
    ) -> Found | None:
        """Return the amount of the source, or else of the price."""
        found = self._catalogue.amount(self._source, facts, scopes)
        if found is None and self._source != PRICE:
            steps.append(Step(StepKind.FALLBACK, None, self._source))
            found = self._catalogue.amount(PRICE, facts, scopes)
        if found is not None:
            steps.append(Step(StepKind.SOURCE, found.amount, found.code, found.view))
        return found

    def _converted(self, amount: Decimal, steps: list[Step]) -> Decimal:
        """Return an amount of the catalogue in the marketplace's currency, rounded."""
        rate = self._exchange
        if rate.needed:
            result = rounded(rate.converted(amount), self._unit)
            steps.append(Step(StepKind.CONVERTED, result, self._pair, self._rate_text))
            return result
        result = rounded(amount, self._unit)
        if result != amount:
            steps.append(Step(StepKind.ROUNDED, result))
        return result

    def _stack(self, run: _Run, which: int) -> None:
        """Take a price through standard rules, where there are any."""
        if not which:
            return
        rules = self._selected.get(which)
        if rules is None:
            if len(self._selected) >= _SELECTIONS:
                self._selected.clear()
            rules = self._selected[which] = selected(self._rules, which)
        run.amount, step = applied(rules, run.amount, self._unit)
        run.steps.append(step)

    def _follow(self, run: _Run, which: int, asked: _Asked) -> None:
        """Take a price through rules of which some are intelligent."""
        waiting = 0  # standard rules, which go through in one
        for n, rule in enumerate(self._rules):
            bit = which & 1 << n
            if rule.competition is None or not bit:
                waiting |= bit
                continue
            self._stack(run, waiting)
            waiting = 0
            self._reprice(run, rule.name, rule.competition, asked)
            if rule.stops and not rule.last:
                run.steps.append(Step(StepKind.STOPPED, None, rule.name))
        self._stack(run, waiting)
        last = bounded(run.amount, run.floor, None)  # a later rule may have gone below
        if last.bounded:
            run.amount, run.vat_due = last.amount, True
            run.steps += last.steps

    def _reprice(self, run: _Run, name: str, competition: Competition, asked: _Asked) -> None:
        """Take a price through one intelligent rule."""
        floor = self._limit(competition.floor, asked) or self._price_limit(asked)
        ceiling = self._limit(competition.ceiling, asked)
        if run.floor is None or floor.amount > run.floor.amount:
            run.floor = floor
        if ceiling is not None and floor.amount > ceiling.amount:
            run.clash = run.clash or (floor, ceiling)
        target = self._repricings[name].target(asked.offers, asked.condition)
        run.steps += target.steps
        if target.amount is None:
            return
        result = bounded(target.amount, floor, ceiling)
        run.amount, run.vat_due = result.amount, False
        run.steps += result.steps
        if result.bounded:  # the clamped price has its VAT at once, and later rules add none
            self._add_vat(run)

    def _limit(self, bound: Bound | None, asked: _Asked) -> Limit | None:
        """Return the floor or ceiling of a product, or None where it has no such value."""
        if bound is None:
            return None
        code = attribute_code(bound.source)
        found = self._catalogue.amount(code, asked.facts, asked.scopes)
        if found is None:
            return None
        amount = moved(
            self._exchange.converted(found.amount), move_of(bound.adjustment), self._unit
        )
        return Limit(amount, code, bound.adjustment)

    def _price_limit(self, asked: _Asked) -> Limit:
        """Return the floor of a product without a value for it: its price, just as it is."""
        found = self._catalogue.amount(PRICE, asked.facts, asked.scopes) or asked.source
        return Limit(rounded(self._exchange.converted(found.amount), self._unit), found.code)

    def _add_vat(self, run: _Run) -> None:
        run.vat_due = False
        if self._vat is not None:
            run.amount = moved(run.amount, self._vat_move, self._unit)
            run.steps.append(Step(StepKind.VAT, run.amount, by=self._vat))

    def _attribute(
        self, code: str | None, facts: ProductFacts, scopes: Sequence[Scope]
    ) -> Decimal | None:
        """Return the converted amount of an attribute where it is above 0."""
        found = None if code is None else self._catalogue.amount(code, facts, scopes)
        if found is None or self._exchange.value is None:
            return None
        amount = rounded(self._exchange.converted(found.amount), self._unit)
        return amount if amount > 0 else None

    def _list_minor(self, facts: ProductFacts, scopes: Sequence[Scope]) -> int | None:
        amount = self._attribute(self._list_price, facts, scopes)
        return None if amount is None else self._minor(amount)

    def _overridden(
        self, override: Decimal, facts: ProductFacts, scopes: Sequence[Scope]
    ) -> Priced:
        """Return the price that the user has set; it may be below the minimum, which is said."""
        amount = rounded(override, self._unit)
        run = _Run(amount, [Step(StepKind.OVERRIDE, amount)])
        minimum = self._attribute(self._minimum, facts, scopes)
        if minimum is not None and amount < minimum:
            text = amount_text(minimum, self._exponent)
            run.steps.append(Step(StepKind.BELOW_MINIMUM, None, self._minimum or "", text))
        return self._priced(run, self._list_minor(facts, scopes), None)

    def _priced(self, run: _Run, list_minor: int | None, until: str | None) -> Priced:
        """Return the price at the end of its way, with what is derived from it."""
        minor, steps = self._minor(run.amount), tuple(run.steps)
        if not 0 < minor <= LARGEST:
            wrong = Problem.NOT_ABOVE_ZERO if minor <= 0 else Problem.TOO_LARGE
            return Priced(None, list_minor, None, (), steps, wrong, None, None, until)
        business, tiers = self._business_prices(run.amount, minor)
        if run.clash is None:
            return Priced(minor, list_minor, business, tiers, steps, None, None, None, until)
        floor, ceiling = (self._minor(limit.amount) for limit in run.clash)
        clash = Problem.FLOOR_ABOVE_CEILING
        return Priced(minor, list_minor, business, tiers, steps, clash, floor, ceiling, until)

    def _business_prices(self, amount: Decimal, minor: int) -> tuple[int | None, _Tiers]:
        if not self._business:
            return None, ()
        return max(minor, self._least), tuple(
            (quantity, max(self._minor(moved(amount, move, self._unit)), self._least))
            for quantity, move in self._tiers
        )


def attributes_of(settings: Settings) -> frozenset[str]:
    """Return the attributes that prices are made of and not every product has, for the state to keep."""
    price = settings.price
    named = frozenset().union(*(attributes_in(rule.conditions) for rule in price.rules))
    return (named | _sources(price)) - {PRICE, SPECIAL_PRICE}


def _sources(price: PriceSettings) -> frozenset[str]:
    """Return all attributes whose amounts are asked for."""
    codes: list[str | None] = [price.source, price.minimum, price.list_price]
    for rule in price.rules:
        if rule.competition is not None:
            ceiling = rule.competition.ceiling
            codes += [rule.competition.floor.source, ceiling.source if ceiling else None]
    return frozenset(attribute_code(code) for code in codes if code)


def _lower(amount: Decimal, special: Special, steps: list[Step]) -> Decimal:
    """Return the special price where it is lower than *amount* and its days are now."""
    if special.amount >= amount:
        return amount
    if special.unreadable:
        steps.append(Step(StepKind.UNREADABLE, None, special.unreadable))
    if not special.counts:
        return amount
    steps.append(Step(StepKind.SPECIAL, special.amount, by=special.view))
    return special.amount


def _earlier(one: str | None, other: str | None) -> str | None:
    return min(one, other) if one and other else one or other


def _store_exchange(
    price: PriceSettings, currency: str, money: Money, today: date
) -> tuple[Exchange, StoreProblem | None]:
    """Return how catalogue amounts become amounts of the marketplace, and what is doubtful about it."""
    source = price.currency or money.currency or currency
    if source == currency or price.convert:
        rate = exchange(source, currency, money.rates, today, money.rate_days)
        if rate.problem is None:
            return rate, None
        kind = Problem.NO_RATE if rate.value is None else Problem.STALE_RATE
        return rate, StoreProblem(kind, rate.problem)
    text = (
        f"Commerce's prices are in {source}, the marketplace sells in {currency}: "
        "set convert = true for the store's prices, or correct the currency."
    )
    same = exchange(currency, currency, (), today, 0)
    return same, StoreProblem(Problem.CURRENCY, text)
