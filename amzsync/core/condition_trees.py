"""Condition trees as the tables of amzsync.toml, and as plain values that can be kept as JSON.

A group is a table with ``all`` or ``any`` and perhaps ``are = false``; its parts are such tables, or
conditions of one line: ``{ attribute = "price", greater_than = 10 }``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from amzsync.core.conditions import (
    BUILT_IN,
    EVERYTHING,
    SUITS,
    Condition,
    Group,
    Operand,
    Operator,
    Type,
    attribute_code,
)
from amzsync.core.operands import KINDS, WRITE, inferred, operand, told

DEEPEST = 50
_HEADS = ("all", "any")
_ARE = "are"
_ATTRIBUTE = "attribute"
_OPERATORS = tuple(operator.value for operator in Operator)
_SEVERAL = frozenset({Operator.ONE_OF, Operator.NOT_ONE_OF})
_CODE = re.compile(r"[^\s=]+")


def parse(
    raw: object, declared: Mapping[str, Type], where: str = "rules"
) -> tuple[Group, tuple[str, ...]]:
    """Return the tree that *raw* describes, and every problem with its place.

    *raw* is what TOML gives (tables, lists, text, numbers, dates, booleans), *declared* the types of
    attributes by code, *where* the place of the tree; "" leaves it out.  Parts are counted from 1:
    ``rules.all[2].greater_than: ...``.  What has a problem is left out of the tree.
    """
    problems: list[str] = []
    types = {attribute_code(code): kind for code, kind in declared.items()}
    tree = _Parser(types, problems).part(raw, where, 1)
    if isinstance(tree, Condition):
        tree = Group(parts=(tree,))
    return tree or EVERYTHING, tuple(problems)


class _Parser:
    """Reads the tables of one tree; adds to *problems* what is wrong with them."""

    def __init__(self, declared: Mapping[str, Type], problems: list[str]) -> None:
        self._declared, self._problems = declared, problems

    def part(self, raw: object, where: str, depth: int) -> Condition | Group | None:
        if not isinstance(raw, Mapping):
            self._wrong(
                where, 'must be a table, as { all = [...] } or { attribute = "color", is = "Red" }'
            )
            return None
        if _ATTRIBUTE in raw:
            return self._condition(raw, where)
        if depth > DEEPEST:
            self._wrong(where, f"groups may stand {DEEPEST} deep in each other, no deeper")
            return None
        return self._group(raw, where, depth)

    def _group(self, raw: Mapping[str, object], where: str, depth: int) -> Group | None:
        heads = [head for head in _HEADS if head in raw]
        if raw and not heads:
            operators = [key for key in raw if key in _OPERATORS]
            self._wrong(
                where,
                f'{operators[0]} of what? Add attribute = "..."'
                if operators
                else "must have all = [...] or any = [...]" + _meant(next(iter(raw)), _HEADS),
            )
            return None
        if len(heads) > 1:
            self._wrong(where, "has both all and any; put one of them into the other")
            return None
        for key in raw:
            if key not in (*heads, _ARE):
                self._wrong(_below(where, key), "unknown key" + _meant(key, (*_HEADS, _ARE)))
        expected = raw.get(_ARE, True)
        if not isinstance(expected, bool):
            self._wrong(_below(where, _ARE), "must be true or false, without quotes")
        head = heads[0] if heads else "all"
        place, parts = _below(where, head), raw.get(head, [])
        if not isinstance(parts, (list, tuple)):
            self._wrong(place, "must be a list of conditions: [{ ... }, { ... }]")
            return None
        kept = (
            self.part(part, f"{place}[{number}]", depth + 1) for number, part in enumerate(parts, 1)
        )
        return Group(
            head == "all", expected is not False, tuple(part for part in kept if part is not None)
        )

    def _condition(self, raw: Mapping[str, object], where: str) -> Condition | Group | None:
        name = raw[_ATTRIBUTE]
        place = _below(where, _ATTRIBUTE)
        if not isinstance(name, str) or not _CODE.fullmatch(code := attribute_code(name)):
            self._wrong(
                place, f'{name!r} is no attribute code; write it as Commerce has it: "color"'
            )
            code = ""
        keys = [key for key in raw if key != _ATTRIBUTE]
        unknown = [key for key in keys if key not in _OPERATORS]
        for key in unknown:
            self._wrong(_below(where, key), "unknown operator" + _meant(key, _OPERATORS))
        if not keys:
            self._wrong(where, f"asks nothing of {code}; add one of {', '.join(_OPERATORS)}")
            return None
        if len(keys) > 1:
            self._wrong(where, f"asks several things: {', '.join(keys)}; give each its own {{ }}")
            return None
        if unknown or not code:
            return None
        return self._operands(code, Operator(keys[0]), raw[keys[0]], _below(where, keys[0]))

    def _operands(
        self, code: str, asked: Operator, raw: object, where: str
    ) -> Condition | Group | None:
        known = BUILT_IN.get(code) or self._declared.get(code)
        if asked is Operator.IS_UNDEFINED:
            if not isinstance(raw, bool):
                self._wrong(where, "must be true or false, without quotes")
                return None
            condition = Condition(code, known or Type.TEXT, asked)
            return condition if raw else Group(expected=False, parts=(condition,))
        if isinstance(raw, (list, tuple)) is not (asked in _SEVERAL):
            self._wrong(
                where,
                'takes a list, as ["Red", "Blue"]'
                if asked in _SEVERAL
                else f"takes one value; for several use {_several(asked)}",
            )
            return None
        given = list(raw) if isinstance(raw, (list, tuple)) else [raw]
        if not given:
            self._wrong(where, "the list is empty")
            return None
        kind = known or inferred(given[0])
        if asked not in SUITS[kind]:
            self._wrong(where, _unsuited(code, asked, kind, known=known is not None))
            return None
        values = [operand(value, kind) for value in given]
        for value, faulty in zip(values, given, strict=True):
            if value is None:
                self._wrong(
                    where, f"{code} is {KINDS[kind]}: write {WRITE[kind]}, not {told(faulty)}"
                )
        if None in values:
            return None
        return Condition(code, kind, asked, tuple(value for value in values if value is not None))

    def _wrong(self, where: str, words: str) -> None:
        self._problems.append(f"{where}: {words}" if where else words)


def _several(asked: Operator) -> str:
    return {
        Operator.IS: "one_of",
        Operator.IS_NOT: "not_one_of",
    }.get(asked, "any = [...] with a condition for each")


def _unsuited(code: str, asked: Operator, kind: Type, *, known: bool) -> str:
    suitable = ", ".join(operator for operator in Operator if operator in SUITS[kind])
    words = f"{asked} does not suit {code}, which is {KINDS[kind]}; use one of {suitable}"
    if known or kind is not Type.TEXT:
        return words
    return f"{asked} does not suit a text; compare with {WRITE[Type.NUMBER]}, or with {WRITE[Type.DATE]}"


def _meant(key: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.55)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def to_plain(tree: Group) -> object:
    """Return *tree* as lists, tables, texts and booleans, for JSON; ``from_plain`` takes it back."""
    return {
        "all" if tree.every else "any": [
            to_plain(part) if isinstance(part, Group) else _plain_condition(part)
            for part in tree.parts
        ],
        _ARE: tree.expected,
    }


def _plain_condition(condition: Condition) -> object:
    return {
        _ATTRIBUTE: condition.attribute,
        "type": condition.type.value,
        "operator": condition.operator.value,
        "values": [_plain_operand(value) for value in condition.values],
    }


def _plain_operand(value: Operand) -> object:
    match value:
        case bool() | str():
            return value
        case Decimal():
            return {"number": str(value)}
        case _:
            return {"date": value.isoformat()}


def from_plain(plain: object) -> Group:
    """Return the tree that ``to_plain`` described.

    *plain* is our own: anything else raises ``TypeError``, ``KeyError`` or ``ValueError``.
    """
    if not isinstance(plain, Mapping):
        raise TypeError("a tree of conditions is a table")
    head = "all" if "all" in plain else "any"
    return Group(
        head == "all",
        bool(plain[_ARE]),
        tuple(
            _condition_of(part) if _ATTRIBUTE in part else from_plain(part) for part in plain[head]
        ),
    )


def _condition_of(plain: Mapping[str, Any]) -> Condition:
    return Condition(
        str(plain[_ATTRIBUTE]),
        Type(plain["type"]),
        Operator(plain["operator"]),
        tuple(_operand_of(value) for value in plain["values"]),
    )


def _operand_of(plain: object) -> Operand:
    match plain:
        case bool() | str():
            return plain
        case {"number": str(text)}:
            return Decimal(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case _:
            raise ValueError(f"{plain!r} is no value of a condition")
