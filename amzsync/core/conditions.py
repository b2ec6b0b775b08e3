"""The language of rules: conditions on a product's attributes, in trees of all/any and true/false.

The heads and operators are those of Adobe's Amazon Sales Channel, whose listing rules are Commerce's
conditions combinations.  It leaves missing values open; here they fail every positive operator and
pass the negated ones, and ``is_undefined`` asks for them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, assert_never

from amzsync.core import attribute_values as read
from amzsync.core import column_questions as ask
from amzsync.core.attribute_names import ALIASES
from amzsync.core.memo import Memo
from amzsync.core.product_facts import ProductFacts, values_of

Operand = str | Decimal | date | bool
Holds = Callable[[ProductFacts], bool]


class Operator(StrEnum):
    """What a condition asks of a value; the words are the keys of amzsync.toml."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    DOES_NOT_CONTAIN = "does_not_contain"
    ONE_OF = "one_of"
    NOT_ONE_OF = "not_one_of"
    GREATER_THAN = "greater_than"  # of dates: later than
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    IS_UNDEFINED = "is_undefined"


class Type(StrEnum):
    """What values an attribute has, which decides the operators that suit it."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    SELECT = "select"
    MULTISELECT = "multiselect"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a rule: *attribute operator values* (one value, or several for one_of)."""

    attribute: str  # code in lower case; see BUILT_IN for those that every product has
    type: Type
    operator: Operator
    values: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """*every*: all of the parts, else any of them; *expected*: are true, else are false.

    A group without parts is true.
    """

    every: bool = True
    expected: bool = True
    parts: tuple[Condition | Group, ...] = ()


EVERYTHING = Group()


class Column(NamedTuple):
    """Where a product keeps an attribute that every product has."""

    field: str  # of ProductFacts
    type: Type
    units: int | None = None  # a whole number that counts 1/units; None: a text

    @property
    def recurs(self) -> bool:
        """Tell whether many products have the same value; hardly so with SKUs, names and numbers."""
        return self.type not in {Type.TEXT, Type.NUMBER}


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "sku": Column("sku", Type.TEXT),
        "name": Column("name", Type.TEXT),
        "type": Column("type", Type.SELECT),
        "attribute_set": Column("attribute_set", Type.SELECT),
        "categories": Column("categories", Type.CATEGORY),
        "websites": Column("websites", Type.MULTISELECT),
        "visibility": Column("visibility", Type.SELECT),
        "condition": Column("condition", Type.SELECT),
        "enabled": Column("enabled", Type.YES_NO, 1),
        "price": Column("price_micros", Type.NUMBER, 1_000_000),
        "special_price": Column("special_price_micros", Type.NUMBER, 1_000_000),
        "special_from": Column("special_from", Type.DATE),
        "special_to": Column("special_to", Type.DATE),
        "quantity": Column("stock_e4", Type.NUMBER, 10_000),
        "in_stock": Column("in_stock", Type.YES_NO, 1),
        "manage_stock": Column("manage_stock", Type.YES_NO, 1),
        "backorders": Column("backorders", Type.YES_NO, 1),  # 2, with a notice, is yes as well
    }
)
BUILT_IN: Mapping[str, Type] = MappingProxyType(
    {name: column.type for name, column in COLUMNS.items()}
    | {alias: COLUMNS[name].type for alias, name in ALIASES.items() if name in COLUMNS}
)
"""The types of the attributes that every product has, by all their names."""

NEGATED: Mapping[Operator, Operator] = MappingProxyType(
    {
        Operator.IS_NOT: Operator.IS,
        Operator.DOES_NOT_CONTAIN: Operator.CONTAINS,
        Operator.NOT_ONE_OF: Operator.ONE_OF,
    }
)
"""Each negated operator and the positive one it denies."""

_EQUAL = frozenset({Operator.IS, Operator.IS_NOT})
_AMONG = frozenset({Operator.ONE_OF, Operator.NOT_ONE_OF})
_WITHIN = frozenset({Operator.CONTAINS, Operator.DOES_NOT_CONTAIN})
_COMPARE = {
    Operator.GREATER_THAN: operator.gt,
    Operator.AT_LEAST: operator.ge,
    Operator.LESS_THAN: operator.lt,
    Operator.AT_MOST: operator.le,
}
_ALWAYS = frozenset({Operator.IS_UNDEFINED})
SUITS: Mapping[Type, frozenset[Operator]] = MappingProxyType(
    {
        Type.TEXT: _EQUAL | _AMONG | _WITHIN | _ALWAYS,
        Type.SELECT: _EQUAL | _AMONG | _WITHIN | _ALWAYS,
        Type.MULTISELECT: _EQUAL | _AMONG | _WITHIN | _ALWAYS,
        Type.NUMBER: _EQUAL | _AMONG | _COMPARE.keys() | _ALWAYS,
        Type.DATE: _EQUAL | _AMONG | _COMPARE.keys() | _ALWAYS,
        Type.YES_NO: _EQUAL | _ALWAYS,
        Type.CATEGORY: _EQUAL | _AMONG | _ALWAYS,
    }
)
"""The operators that suit each type.  Texts have no order: "9" would come after "10"."""


def attribute_code(name: str) -> str:
    """Return our word for the attribute that users call *name*; a code in lower case."""
    code = name.strip().lower()
    return ALIASES.get(code, code)


def conditions_of(tree: Group) -> Iterator[Condition]:
    """Yield every condition of *tree*, at whatever depth."""
    for part in tree.parts:
        if isinstance(part, Group):
            yield from conditions_of(part)
        else:
            yield part


def attributes_of(tree: Group) -> frozenset[str]:
    """Return the codes of the attributes that *tree* looks at and not every product has."""
    codes = {attribute_code(condition.attribute) for condition in conditions_of(tree)}
    return frozenset(codes - COLUMNS.keys())


Values = Mapping[str, str]
_HoldsOf = Callable[[ProductFacts, Values], bool]


class _Prepared(NamedTuple):
    """A part of a tree, ready to be asked: by the product alone, or with its attributes as well."""

    plain: Holds | None = None
    costly: _HoldsOf | None = None
    recurring: frozenset[int] = (
        frozenset()
    )  # the columns it looks at, if values recur in all of them


def compiled(tree: Group) -> Holds:
    """Return the question whether a product meets *tree*, to be asked of millions.

    Attributes are unpacked at most once for a product, and only where the columns that every product
    has do not settle the answer: the order of a group's parts does not matter, so these are asked first.
    """
    if not tree.parts:
        return lambda _: True
    settling, settled, plains, costlies = _heads(tree)
    if not costlies:
        return _settled(plains, settling, settled)
    unpacked = attribute_values

    def holds(facts: ProductFacts) -> bool:
        for part in plains:
            if part(facts) is settling:
                return settled
        values = unpacked(facts.attributes, facts.view_attributes)
        for costly in costlies:
            if costly(facts, values) is settling:
                return settled
        return not settled

    return holds


# The trees of a store's rules ask about one product after the other, and variants are alike.
@lru_cache(maxsize=1024)
def attribute_values(attributes: str, view_attributes: str) -> Values:
    """Return the values by code that hold in a store: its view's, then those for all views."""
    values = values_of(attributes)
    return values | values_of(view_attributes) if view_attributes else values


def _heads(
    group: Group,
) -> tuple[bool, bool, Sequence[Holds], Sequence[_HoldsOf]]:
    """Return the answer of a part that settles *group*, what it settles it to, and the parts.

    A million products have some hundreds of types, sets, categories, websites... together: the parts
    that look at nothing else are one question, whose answers are remembered.
    """
    settling, settled = group.expected is not group.every, not group.every
    prepared = [
        _prepared(part) if isinstance(part, Group) else _asked(part) for part in group.parts
    ]
    plains = [part.plain for part in prepared if part.plain and not part.recurring]
    recurring = [part.plain for part in prepared if part.plain and part.recurring]
    if recurring:
        places = frozenset[int]().union(*(part.recurring for part in prepared))
        plains.insert(0, ask.remembered(places, _settled(recurring, settling, settling)))
    return settling, settled, plains, [part.costly for part in prepared if part.costly]


def _settled(parts: Sequence[Holds], settling: bool, settled: bool) -> Holds:
    def holds(facts: ProductFacts) -> bool:
        for part in parts:
            if part(facts) is settling:
                return settled
        return not settled

    return holds


def _prepared(group: Group) -> _Prepared:
    """Return a group within a tree as a question."""
    if not group.parts:
        return _Prepared(plain=lambda _: True)
    columns = [
        COLUMNS.get(attribute_code(condition.attribute)) for condition in conditions_of(group)
    ]
    if None not in columns:
        recurring = {_place(column) for column in columns if column and column.recurs}
        alone = all(column.recurs for column in columns if column)
        return _Prepared(compiled(group), recurring=frozenset(recurring if alone else ()))
    settling, settled, plains, costlies = _heads(group)

    def holds(facts: ProductFacts, values: Values) -> bool:
        for part in plains:
            if part(facts) is settling:
                return settled
        for costly in costlies:
            if costly(facts, values) is settling:
                return settled
        return not settled

    return _Prepared(costly=holds)


def _place(column: Column) -> int:
    return ProductFacts._fields.index(column.field)


def _asked(condition: Condition) -> _Prepared:
    """Return one condition as a question."""
    code = attribute_code(condition.attribute)
    column = COLUMNS.get(code)
    if column is None:
        answers = Memo(text_question(condition), entries=4_096)
        return _Prepared(costly=lambda _, values: answers[values.get(code, "")])
    place = _place(column)
    recurring = frozenset({place}) if column.recurs else frozenset[int]()
    return _Prepared(
        _of_units(condition, place, column.units)
        if column.units is not None
        else ask.of_text(place, text_question(condition, column=True)),
        recurring=recurring,
    )


def text_question(condition: Condition, *, column: bool = False) -> Callable[[str], bool]:
    """Return *condition* as a question to the text of a value; "" is a missing one.

    *column* says that the text stands in a column of ours, whose dates are ISO and whose labels are
    divided by commas, and not as Commerce writes additional attributes.
    """
    reader = reader_of(condition.type, column=column)
    if condition.operator is Operator.IS_UNDEFINED:
        return lambda text: reader(text) is None
    negated = condition.operator in NEGATED
    positive = _positive(condition)

    def question(text: str) -> bool:
        value = reader(text)
        return negated if value is None else positive(value) is not negated

    return question


def reader_of(kind: Type, *, column: bool = False) -> Callable[[str], object]:
    """Return what makes a value of type *kind* of a text, or ``None`` where it is none."""
    match kind:
        case Type.TEXT | Type.SELECT | Type.CATEGORY:
            return read.folded
        case Type.NUMBER:
            return read.number
        case Type.DATE:
            return read.iso_day if column else read.day
        case Type.YES_NO:
            return read.yes_no
        case Type.MULTISELECT:
            return read.labels(read.BETWEEN_CODES if column else read.BETWEEN_LABELS)
        case _:
            assert_never(kind)


def _positive(condition: Condition) -> Callable[[Any], bool]:
    """Return the question to a value that is there, without the operator's negation."""
    compare = _COMPARE.get(condition.operator)
    if compare is not None:
        bound = condition.values[0]
        return lambda value: compare(value, bound)
    if condition.type is Type.CATEGORY:
        return read.assigned(map(str, condition.values))
    wanted = frozenset(
        (read.folded(value) or "") if isinstance(value, str) else value
        for value in condition.values
    )
    if condition.type is Type.MULTISELECT:
        return lambda labels: not wanted.isdisjoint(labels)
    if condition.operator in _WITHIN:
        pieces = tuple(map(str, wanted))
        return lambda text: any(piece in text for piece in pieces)
    return wanted.__contains__


def _of_units(condition: Condition, place: int, units: int) -> Holds:
    """Return the question to a column of whole numbers that count 1/*units*, or are 1 and 0.

    The operands become whole numbers of the same unit, exactly: more than 9.9999999 is at least 10.
    """
    asked, negated = condition.operator, condition.operator in NEGATED
    if asked is Operator.IS_UNDEFINED:
        return ask.undefined(place)
    if condition.type is Type.YES_NO:
        return ask.yes(place, wanted=bool(condition.values[0]), negated=negated)
    bounds = [
        ask.in_units(value, units) for value in condition.values if isinstance(value, Decimal)
    ]
    down, up = bounds[0]
    match asked:
        case Operator.GREATER_THAN:
            return ask.at_least(place, down + 1)
        case Operator.AT_LEAST:
            return ask.at_least(place, up)
        case Operator.LESS_THAN:
            return ask.at_most(place, up - 1)
        case Operator.AT_MOST:
            return ask.at_most(place, down)
        case _:
            whole = frozenset(down for down, up in bounds if down == up)
            return ask.one_of(place, whole, negated=negated)
