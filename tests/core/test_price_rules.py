"""Standard price rules: which count on a day, in which order, and where they stop."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from amzsync.core.amounts import unit
from amzsync.core.conditions import Condition, Group, Operator, Type
from amzsync.core.price_rules import active, applied, changes_on, holding, in_order, selected
from amzsync.core.price_steps import steps_text
from amzsync.core.product_facts import ProductFacts
from amzsync.core.settings import Adjustment, PriceRule

TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 24)
SHIRT = ProductFacts(1, "Shirt", "simple", 1, None, None, None, None, None, None, 0)
TEN_OFF = Adjustment(up=False, percent=True, amount=Decimal(10))


def for_sku(sku: str) -> Group:
    return Group(parts=(Condition("sku", Type.TEXT, Operator.IS, (sku,)),))


def test_rules_come_by_priority_then_name_and_last_without_one() -> None:
    rules = [
        PriceRule("none b"),
        PriceRule("two", priority=2),
        PriceRule("one b", priority=1),
        PriceRule("none a"),
        PriceRule("ten", priority=10),
        PriceRule("one a", priority=1),
    ]
    expected = ["one a", "one b", "two", "ten", "none a", "none b"]
    assert [rule.name for rule in in_order(rules)] == expected
    assert [rule.name for rule in active(rules, TODAY)] == expected


@pytest.mark.parametrize(
    ("rule", "counts", "until"),
    [
        (PriceRule("R"), True, None),
        (PriceRule("R", active=False, first_day=TOMORROW), False, None),
        (PriceRule("R", first_day=TODAY, last_day=TODAY), True, "2026-11-24"),
        (PriceRule("R", first_day=TOMORROW), False, "2026-11-24"),
        (PriceRule("R", first_day=TOMORROW, last_day=date(2026, 12, 24)), False, "2026-11-24"),
        (PriceRule("R", last_day=YESTERDAY), False, None),
        (PriceRule("R", first_day=YESTERDAY, last_day=date(2026, 12, 31)), True, "2027-01-01"),
        (PriceRule("R", last_day=date.max), True, None),
    ],
    ids=[
        "always", "inactive", "today only", "from tomorrow", "from tomorrow to Christmas", "until yesterday",
        "until New Year", "until the end of days",
    ],
)  # fmt: skip
def test_both_days_of_a_rule_count(rule: PriceRule, counts: bool, until: str | None) -> None:
    assert bool(active([rule], TODAY)) == counts
    assert changes_on([rule], TODAY) == until


def test_the_nearest_day_is_when_the_rules_change() -> None:
    rules = [PriceRule("A", last_day=date(2026, 11, 25)), PriceRule("B", first_day=TOMORROW)]
    assert changes_on(rules, TODAY) == "2026-11-24"


@pytest.mark.parametrize(
    ("sku", "stop", "expected"),
    [("Shirt", False, 0b111), ("Shirt", True, 0b11), ("Hat", True, 0b101), ("Hat", False, 0b101)],
)
def test_a_rule_stops_others_only_where_it_holds(sku: str, stop: bool, expected: int) -> None:
    rules = [
        PriceRule("A", priority=1),
        PriceRule("B", priority=2, conditions=for_sku(sku), stop=stop),
        PriceRule("C", priority=3),
    ]
    assert holding(active(rules, TODAY), SHIRT) == expected


def test_rules_stack_and_tell_where_they_stop_others() -> None:
    rules = [
        PriceRule("A", priority=1, adjustment=TEN_OFF, stop=True),
        PriceRule("B", priority=2, adjustment=TEN_OFF, stop=True),
    ]
    ready = active(rules, TODAY)
    amount, step = applied(selected(ready, 0b11), Decimal("0.99"), unit(2))
    assert amount == step.amount == Decimal("0.80")
    assert steps_text([step], 2) == "-10 % 'A' = 0.89; 'A' stops later rules; -10 % 'B' = 0.80"
    alone = applied(selected(ready, 0b10), Decimal(1), unit(2))
    assert steps_text([alone[1]], 2) == "-10 % 'B' = 0.90"
