"""How a price came about, step by step: small tuples, and the words for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from amzsync.core.amounts import amount_text, percent_text
from amzsync.core.settings import PRICE, Adjustment


class StepKind(StrEnum):
    """What happened to a price."""

    FALLBACK = "fallback"
    SOURCE = "source"
    SPECIAL = "special"
    UNREADABLE = "unreadable"
    CONVERTED = "converted"
    ROUNDED = "rounded"
    RULES = "rules"  # standard ones
    RULE = "rule"  # an intelligent one
    STOPPED = "stopped"
    BUY_BOX = "buy-box"
    LOWEST = "lowest"
    VARIANCE = "variance"
    SHIPPING = "shipping"
    NO_SHIPPING = "no-shipping"
    HELD = "held"
    NO_OFFER = "no-offer"
    FLOOR = "floor"
    CEILING = "ceiling"
    MINIMUM = "minimum"
    VAT = "vat"
    OVERRIDE = "override"
    BELOW_MINIMUM = "below-minimum"


class Named(NamedTuple):
    """A standard rule, as its steps tell of it."""

    name: str
    adjustment: Adjustment | None
    stops: bool  # and there are later rules that it discards


class Stacked(NamedTuple):
    """Standard rules, one upon the other, and the price after each: one step, for there may be millions."""

    rules: tuple[Named, ...]
    amounts: tuple[Decimal, ...]


class Step(NamedTuple):
    """One step; the *amount* is the price after it, or ``None`` for a note that leaves it as it is."""

    kind: StepKind
    amount: Decimal | None = None
    what: str = ""  # the rule, attribute, currencies or words that it is about
    by: Adjustment | Decimal | Stacked | str | None = (
        None  # what was done, or the view where it was found
    )


_WORDS: Mapping[StepKind, str] = MappingProxyType(
    {
        StepKind.FALLBACK: "no {what}",
        StepKind.SOURCE: "{label} {amount}{of}",
        StepKind.SPECIAL: "special price {amount}{of}",
        StepKind.UNREADABLE: "the special price does not count, its day '{what}' is unreadable",
        StepKind.CONVERTED: "{what} at {by} = {amount}",
        StepKind.ROUNDED: "rounded = {amount}",
        StepKind.RULES: "rules = {amount}",
        StepKind.RULE: "{by} '{what}' = {amount}",
        StepKind.STOPPED: "'{what}' stops later rules",
        StepKind.BUY_BOX: "Buy Box {amount} ({what})",
        StepKind.LOWEST: "lowest offer {amount} ({what})",
        StepKind.VARIANCE: "{by} % for the condition = {amount}",
        StepKind.SHIPPING: "-{by} our shipping = {amount}",
        StepKind.NO_SHIPPING: "our shipping is not known and taken as 0",
        StepKind.HELD: "we hold the Buy Box, our {amount} stays '{what}'",
        StepKind.NO_OFFER: "{by}, the price stays '{what}'",
        StepKind.FLOOR: "floor {label}{moved} = {amount}",
        StepKind.CEILING: "ceiling {label}{moved} = {amount}",
        StepKind.MINIMUM: "minimum {label} = {amount}",
        StepKind.VAT: "{by} VAT = {amount}",
        StepKind.OVERRIDE: "override {amount}",
        StepKind.BELOW_MINIMUM: "that is below the minimum {label} {by}",
    }
)


def steps_text(steps: Iterable[Step], exponent: int) -> str:
    """Return the steps in words: "Price 45.49; -10 % 'Summer' = 40.94; -10.00 'Clear' = 30.94"."""
    return "; ".join(_text(step, exponent) for step in steps)


def _text(step: Step, exponent: int) -> str:
    if isinstance(step.by, Stacked):
        return steps_text(_taken_apart(step.by), exponent)
    by = _by(step.by, exponent)
    return _WORDS[step.kind].format(
        what=step.what,
        label=_attribute(step.what),
        by=by,
        of=f" of {by}" if by else "",
        moved=f" {by}" if by else "",
        amount="" if step.amount is None else amount_text(step.amount, exponent),
    )


def _taken_apart(stacked: Stacked) -> Iterator[Step]:
    for rule, amount in zip(stacked.rules, stacked.amounts, strict=True):
        yield Step(StepKind.RULE, amount, rule.name, rule.adjustment)
        if rule.stops:
            yield Step(StepKind.STOPPED, None, rule.name)


def _attribute(code: str) -> str:
    return "Price" if code == PRICE else code


def _by(by: Adjustment | Decimal | str | None, exponent: int) -> str:
    if by is None:
        return ""
    if isinstance(by, str):
        return by
    if isinstance(by, Decimal):
        return percent_text(by)
    sign = "+" if by.up else "-"
    if by.percent:
        return f"{sign}{percent_text(by.amount)} %"
    return f"{sign}{amount_text(by.amount, exponent)}"
