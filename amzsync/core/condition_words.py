"""Conditions in words, for people: what a tree asks, and why a product does not meet it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from amzsync.core.conditions import (
    COLUMNS,
    NEGATED,
    Condition,
    Group,
    Operand,
    Operator,
    Type,
    attribute_code,
    attribute_values,
    compiled,
    reader_of,
)
from amzsync.core.product_facts import ProductFacts

_OF_DATES = {
    Operator.GREATER_THAN: "later than",
    Operator.AT_LEAST: "on or after",
    Operator.LESS_THAN: "before",
    Operator.AT_MOST: "on or before",
}
_SHOWN = 60


def worded(tree: Group) -> str:
    """Return what *tree* asks, in one line: ``price is greater than 10 and color is "Red"``."""
    if not tree.parts:
        return "every product"
    if (valued := _valued(tree)) is not None:
        return valued
    parts = [_part(part) for part in tree.parts]
    if tree.expected:
        return (" and " if tree.every else " or ").join(parts)
    return f"{'none' if tree.every else 'not all'} of ({'; '.join(parts)})"


def failing(tree: Group, facts: ProductFacts) -> tuple[str, ...]:
    """Return why the product of *facts* does not meet *tree*; nothing where it does.

    All parts that fail have their reason: ``price is 9.99, not greater than 10``.  Where any of
    several would do, their reasons make one: ``none of 2 holds: ...; ...``.
    """
    if not tree.parts:
        return ()
    found = [_reasons(part, facts, wanted=tree.expected) for part in tree.parts]
    if tree.every:
        return tuple(reason for reasons in found for reason in reasons)
    if not all(found):
        return ()
    if len(found) == 1:
        return found[0]
    return (f"none of {len(found)} holds: {'; '.join(map(' and '.join, found))}",)


def _reasons(part: Condition | Group, facts: ProductFacts, *, wanted: bool) -> tuple[str, ...]:
    """Return why *part* is not as *wanted*."""
    if isinstance(part, Condition):
        holds = compiled(Group(parts=(part,)))(facts)
        return () if holds is wanted else (_reason(part, facts, wanted=wanted),)
    if wanted:
        return failing(part, facts)
    if not part.parts:
        return ("no conditions are always true, and should be false here",)
    # Not all are true: any is false (De Morgan).
    return failing(replace(part, every=not part.every, expected=not part.expected), facts)


def _reason(condition: Condition, facts: ProductFacts, *, wanted: bool) -> str:
    """Return why *condition*, which is not as *wanted*, is not."""
    asked = condition.operator
    positive = NEGATED.get(asked, asked)
    value = _value(condition, facts)
    if asked is Operator.IS_UNDEFINED:
        return f"{condition.attribute} {f'is {value}, and should have no value' if wanted else 'has no value'}"
    is_wanted = wanted is (positive is asked)
    verb = positive is Operator.CONTAINS
    said = _said(positive, condition)
    if value is None:
        denied = f"does not {said}" if verb else f"is not {said}"
        return f"{condition.attribute} has no value, so it {denied}"
    if is_wanted:
        return f"{condition.attribute} is {value}, {'which does not' if verb else 'not'} {said}"
    return f"{condition.attribute} is {value}, and should not {'' if verb else 'be '}{said}"


def _part(part: Condition | Group) -> str:
    if isinstance(part, Group):
        return _valued(part) or f"({worded(part)})"
    if part.operator is Operator.IS_UNDEFINED:
        return f"{part.attribute} has no value"
    positive = NEGATED.get(part.operator, part.operator)
    said, negated = _said(positive, part), part.operator in NEGATED
    if positive is Operator.CONTAINS:
        return f"{part.attribute} {'does not contain' if negated else 'contains'} {said[8:]}"
    return f"{part.attribute} is {'not ' if negated else ''}{said}"


def _valued(group: Group) -> str | None:
    """Return what ``is_undefined = false`` asks for, which is such a group; ``None`` for any other."""
    match group:
        case Group(expected=False, parts=(Condition(operator=Operator.IS_UNDEFINED) as only,)):
            return f"{only.attribute} has a value"
    return None


def _said(positive: Operator, condition: Condition) -> str:
    """Return a positive operator with its operands, as it stands after *is not* or *does not*."""
    operands = _joined([_shown(value) for value in condition.values])
    match positive:
        case Operator.IS:
            return operands
        case Operator.CONTAINS:
            return f"contain {operands}"
        case Operator.ONE_OF:
            return f"one of {operands}"
        case _ if condition.type is Type.DATE:
            return f"{_OF_DATES[positive]} {operands}"
        case _:
            return f"{positive.replace('_', ' ')} {operands}"


def _value(condition: Condition, facts: ProductFacts) -> str | None:
    """Return the value that a condition looks at, as shown; ``None`` where it is missing."""
    code = attribute_code(condition.attribute)
    column = COLUMNS.get(code)
    if column is None:
        text = attribute_values(facts.attributes, facts.view_attributes).get(code, "")
    else:
        kept = facts[ProductFacts._fields.index(column.field)]
        if isinstance(kept, int):
            assert column.units is not None
            amount = Decimal(kept) / column.units
            return _shown(amount if column.type is Type.NUMBER else kept > 0)
        text = kept or ""
    read = reader_of(condition.type, column=column is not None)(text)
    if isinstance(read, (bool, Decimal, date)):
        return _shown(read)
    return None if read is None else _shown(text.strip().strip(","))


def _shown(value: Operand) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            plain = f"{value:f}"
            return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"
        case date():
            return value.isoformat()
        case _:
            kept = value if len(value) <= _SHOWN else value[:_SHOWN] + "..."
            return '"' + "".join(c if c.isprintable() else " " for c in kept) + '"'


def _joined(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"
