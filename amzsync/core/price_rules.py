"""Standard price rules: which count today, in which order, and what they make of a price.

As in Adobe's Amazon Sales Channel: rules stack in the order of their priority, each on what the one before
it left; a rule that stops discards the later ones.  Without a priority a rule comes last, then by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from amzsync.core.amounts import Move, move_of, stacked
from amzsync.core.conditions import Holds, compiled
from amzsync.core.price_sources import day_after
from amzsync.core.price_steps import Named, Stacked, Step, StepKind
from amzsync.core.product_facts import ProductFacts
from amzsync.core.settings import Adjustment, Competition, PriceRule


class ActiveRule(NamedTuple):
    """A rule that counts today, made ready."""

    name: str
    holds: Holds | None  # None: for all products
    stops: bool
    last: bool  # there is none that it could stop
    adjustment: Adjustment | None
    move: Move
    competition: Competition | None


class Selected(NamedTuple):
    """Standard rules that hold for the same products."""

    moves: tuple[Move, ...]
    named: tuple[Named, ...]


def in_order(rules: Iterable[PriceRule]) -> list[PriceRule]:
    """Return the rules as they are applied, whatever their order in the file."""
    return sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0, rule.name))


def active(rules: Iterable[PriceRule], today: date) -> tuple[ActiveRule, ...]:
    """Return the rules that count on the store's day *today*, in their order, made ready."""
    now = [
        rule
        for rule in in_order(rules)
        if rule.active
        and (rule.first_day is None or rule.first_day <= today)
        and (rule.last_day is None or today <= rule.last_day)
    ]
    return tuple(_ready(rule, last=rule is now[-1]) for rule in now)


def changes_on(rules: Iterable[PriceRule], today: date) -> str | None:
    """Return the first day after *today* on which other rules count, as ISO text."""
    days: list[str] = []
    for rule in rules:
        if not rule.active:
            continue
        if rule.first_day is not None and rule.first_day > today:
            days.append(rule.first_day.isoformat())
        elif (
            rule.last_day is not None
            and rule.last_day >= today
            and (day := day_after(rule.last_day))
        ):
            days.append(day)
    return min(days, default=None)


def holding(rules: Sequence[ActiveRule], facts: ProductFacts) -> int:
    """Return which rules hold for a product, up to one that stops: bit n is set for rule n."""
    which, bit = 0, 1
    for rule in rules:
        holds = rule.holds
        if holds is None or holds(facts):
            which |= bit
            if rule.stops:
                break
        bit <<= 1
    return which


def selected(rules: Sequence[ActiveRule], which: int) -> Selected:
    """Return the rules whose bits are set in *which*, made ready for ``applied``."""
    chosen = [rule for n, rule in enumerate(rules) if which >> n & 1]
    return Selected(
        tuple(rule.move for rule in chosen),
        tuple(Named(rule.name, rule.adjustment, rule.stops and not rule.last) for rule in chosen),
    )


def applied(rules: Selected, amount: Decimal, unit: Decimal) -> tuple[Decimal, Step]:
    """Return the price after standard rules, at least one, and the step that tells of all of them."""
    amounts = stacked(amount, rules.moves, unit)
    last = amounts[-1]
    return last, Step(StepKind.RULES, last, "", Stacked(rules.named, amounts))


def _ready(rule: PriceRule, *, last: bool) -> ActiveRule:
    return ActiveRule(
        rule.name,
        compiled(rule.conditions) if rule.conditions.parts else None,
        rule.stop,
        last,
        rule.adjustment,
        move_of(rule.adjustment),
        rule.competition,
    )
