"""Trees as people write them: what they become, what is wrong with them, and the way through JSON and back."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.condition_trees import DEEPEST, from_plain, parse, to_plain
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

DECLARED = {
    "weight": Type.NUMBER,
    "material": Type.SELECT,
    "activity": Type.MULTISELECT,
    "made": Type.DATE,
    "eco": Type.YES_NO,
    "size": Type.TEXT,
}


def parsed(raw: object) -> Group:
    tree, problems = parse(raw, DECLARED)
    assert problems == ()
    return tree


def problems(raw: object, where: str = "rules") -> list[str]:
    return list(parse(raw, DECLARED, where)[1])


def alone(**line: object) -> Condition | Group:
    (part,) = parsed({"all": [line]}).parts
    return part


def test_toml_becomes_a_tree() -> None:
    raw = tomllib.loads("""
        [rules]
        all = [
          { attribute = "amazon_fba", is = true },
          { attribute = "Price", greater_than = 9.99 },
          { any = [
              { attribute = "created", at_least = 2026-01-01 },
              { attribute = "categories", one_of = ["Default Category/Gear", "Men"] },
            ], are = false },
        ]
    """)["rules"]
    assert parsed(raw) == Group(
        parts=(
            Condition("amazon_fba", Type.YES_NO, Operator.IS, (True,)),
            Condition("price", Type.NUMBER, Operator.GREATER_THAN, (Decimal("9.99"),)),
            Group(
                False,
                False,
                (
                    Condition("created_at", Type.DATE, Operator.AT_LEAST, (date(2026, 1, 1),)),
                    Condition(
                        "categories",
                        Type.CATEGORY,
                        Operator.ONE_OF,
                        ("Default Category/Gear", "Men"),
                    ),
                ),
            ),
        )
    )


@pytest.mark.parametrize("raw", [{}, {"all": []}])
def test_a_table_without_conditions_is_for_every_product(raw: object) -> None:
    assert parsed(raw) == EVERYTHING


def test_a_single_condition_needs_no_list() -> None:
    assert parsed({"attribute": "sku", "is": "A"}) == Group(
        parts=(Condition("sku", Type.TEXT, Operator.IS, ("A",)),)
    )


@pytest.mark.parametrize(
    ("attribute", "operand", "kind", "value"),
    [
        ("color", "Red", Type.TEXT, "Red"),
        ("color", "10", Type.TEXT, "10"),
        ("color", 10, Type.NUMBER, Decimal(10)),
        ("color", 0.1, Type.NUMBER, Decimal("0.1")),
        ("color", Decimal("1.10"), Type.NUMBER, Decimal("1.1")),
        ("color", True, Type.YES_NO, True),
        ("color", date(2026, 1, 31), Type.DATE, date(2026, 1, 31)),
        ("color", datetime(2026, 1, 31, 12), Type.DATE, date(2026, 1, 31)),  # noqa: DTZ001
        ("Weight", 3, Type.NUMBER, Decimal(3)),
        ("material", "Wool", Type.SELECT, "Wool"),
        ("activity", "Gym", Type.MULTISELECT, "Gym"),
        ("made", "2026-01-31", Type.DATE, date(2026, 1, 31)),
        ("eco", "Yes", Type.YES_NO, True),
        ("eco", 0, Type.YES_NO, False),
        ("status", "Enabled", Type.YES_NO, True),
        ("website", "base", Type.MULTISELECT, "base"),
    ],
)
def test_the_type_is_known_or_declared_or_told_by_the_operand(
    attribute: str, operand: object, kind: Type, value: Operand
) -> None:
    found = alone(attribute=attribute, **{"is": operand})
    assert found == Condition(attribute_code(attribute), kind, Operator.IS, (value,))
    assert isinstance(found, Condition)
    assert type(found.values[0]) is type(value)


def test_is_undefined_may_be_denied() -> None:
    undefined = Condition("cost", Type.TEXT, Operator.IS_UNDEFINED)
    assert alone(attribute="cost", is_undefined=True) == undefined
    assert alone(attribute="cost", is_undefined=False) == Group(expected=False, parts=(undefined,))


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ([], 'rules: must be a table, as { all = [...] } or { attribute = "color", is = "Red" }'),
        ({"all": [], "any": []}, "rules: has both all and any; put one of them into the other"),
        ({"al": []}, "rules: must have all = [...] or any = [...]; did you mean all?"),
        ({"all": {}}, "rules.all: must be a list of conditions: [{ ... }, { ... }]"),
        ({"all": [], "are": "no"}, "rules.are: must be true or false, without quotes"),
        ({"all": [], "are": 0}, "rules.are: must be true or false, without quotes"),
        ({"all": [], "is": "x"}, "rules.is: unknown key; known: all, any, are"),
        ({"all": [{"is": "Red"}]}, 'rules.all[1]: is of what? Add attribute = "..."'),
        ({"all": ["x"]}, 'rules.all[1]: must be a table, as { all = [...] } or { attribute = "color", is = "Red" }'),
        ({"attribute": "color"}, f"rules: asks nothing of color; add one of {', '.join(Operator)}"),
        ({"attribute": "color", "greater": 1}, "rules.greater: unknown operator; did you mean greater_than?"),
        ({"attribute": "price", "at_least": 1, "at_most": 2}, "rules: asks several things: at_least, at_most; give each its own { }"),
        ({"attribute": 7, "is": 1}, 'rules.attribute: 7 is no attribute code; write it as Commerce has it: "color"'),
        ({"attribute": "a b", "is": 1}, "rules.attribute: 'a b' is no attribute code; write it as Commerce has it: \"color\""),
        ({"attribute": "price", "greater_than": "10"}, 'rules.greater_than: price is a number: write a number without quotes, as 10 or 9.99, not "10"'),
        ({"attribute": "price", "is": True}, "rules.is: price is a number: write a number without quotes, as 10 or 9.99, not true"),
        ({"attribute": "price", "is": float("inf")}, "rules.is: price is a number: write a number without quotes, as 10 or 9.99, not inf"),
        ({"attribute": "price", "is": 10**5000}, "rules.is: price is a number: write a number without quotes, as 10 or 9.99, not so large a number"),
        ({"attribute": "sku", "is": 24}, 'rules.is: sku is a text: write a text in quotes, as "Red", not 24'),
        ({"attribute": "sku", "is": " "}, 'rules.is: sku is a text: write a text in quotes, as "Red", not " "'),
        ({"attribute": "made", "at_least": "1/31/26"}, 'rules.at_least: made is a date: write a date, as 2026-01-31, not "1/31/26"'),
        ({"attribute": "color", "is": time(9)}, 'rules.is: color is a text: write a text in quotes, as "Red", not 09:00:00'),
        ({"attribute": "color", "is": {}}, 'rules.is: color is a text: write a text in quotes, as "Red", not a table'),
        ({"attribute": "enabled", "is": 2}, "rules.is: enabled is a yes/no attribute: write true or false, not 2"),
        ({"attribute": "color", "is": ["Red"]}, "rules.is: takes one value; for several use one_of"),
        ({"attribute": "color", "contains": ["R"]}, "rules.contains: takes one value; for several use any = [...] with a condition for each"),
        ({"attribute": "color", "one_of": "Red"}, 'rules.one_of: takes a list, as ["Red", "Blue"]'),
        ({"attribute": "color", "one_of": []}, "rules.one_of: the list is empty"),
        ({"attribute": "color", "one_of": ["Red", 1]}, 'rules.one_of: color is a text: write a text in quotes, as "Red", not 1'),
        ({"attribute": "cost", "is_undefined": 1}, "rules.is_undefined: must be true or false, without quotes"),
        ({"attribute": "color", "greater_than": "M"}, "rules.greater_than: greater_than does not suit a text; compare with a number without quotes, as 10 or 9.99, or with a date, as 2026-01-31"),
        ({"attribute": "category", "contains": "Gear"}, "rules.contains: contains does not suit categories, which is a category; use one of is, is_not, one_of, not_one_of, is_undefined"),
    ],
)  # fmt: skip
def test_a_problem_has_its_place_and_what_to_write(raw: object, problem: str) -> None:
    assert problems(raw) == [problem]


@pytest.mark.parametrize("kind", Type)
def test_only_operators_that_suit_the_type_are_taken(kind: Type) -> None:
    sample: object = {
        Type.NUMBER: 1, Type.DATE: date(2026, 1, 1), Type.YES_NO: True, Type.TEXT: "x", Type.SELECT: "x",
        Type.MULTISELECT: "x", Type.CATEGORY: "x",
    }[kind]  # fmt: skip
    for operator in Operator:
        several = operator in {Operator.ONE_OF, Operator.NOT_ONE_OF}
        given = True if operator is Operator.IS_UNDEFINED else [sample] if several else sample
        _, found = parse({"attribute": "it", operator.value: given}, {"It": kind})
        assert (not found) is (operator in SUITS[kind]), operator


def test_all_problems_are_told_at_once() -> None:
    raw = {
        "any": [
            {"attribute": "price", "is": "x"},
            {"all": [{"attribute": "sku", "iz": "x"}, {"attribute": "sku", "is": "x"}]},
            {"attribute": "price", "one_of": ["x", 1, "y"]},
        ]
    }
    assert [problem.split(": ")[0] for problem in problems(raw, "stores.us.rules")] == [
        "stores.us.rules.any[1].is",
        "stores.us.rules.any[2].all[1].iz",
        "stores.us.rules.any[3].one_of",
        "stores.us.rules.any[3].one_of",
    ]


def test_a_place_may_be_left_out() -> None:
    assert problems({"all": [3]}, "")[0].startswith("all[1]: must be a table")
    assert problems(3, "")[0].startswith("must be a table")


def test_what_is_known_of_every_product_cannot_be_declared_otherwise() -> None:
    tree, _ = parse({"attribute": "price", "is": 1}, {"price": Type.TEXT})
    assert tree.parts == (Condition("price", Type.NUMBER, Operator.IS, (Decimal(1),)),)


def test_depth_has_a_limit() -> None:
    def nested(depth: int) -> dict[str, object]:
        raw: dict[str, object] = {"attribute": "sku", "is": "A"}
        for _ in range(depth):
            raw = {"all": [raw]}
        return raw

    assert problems(nested(DEEPEST)) == []
    assert problems(nested(DEEPEST + 1)) == [
        f"rules{'.all[1]' * DEEPEST}: groups may stand {DEEPEST} deep in each other, no deeper"
    ]
    assert len(problems(nested(5_000))) == 1


NAMES = st.sampled_from([*DECLARED, "sku", "price", "qty", "enabled", "categories", "other"])
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6
)
LABELS: st.SearchStrategy[Operand] = st.text(min_size=1).filter(str.strip)
OPERANDS: dict[Type, st.SearchStrategy[Operand]] = {
    Type.NUMBER: NUMBERS,
    Type.DATE: st.dates(),
    Type.YES_NO: st.booleans(),
}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    code = attribute_code(draw(NAMES))
    known = BUILT_IN.get(code) or DECLARED.get(code)
    kind = known or draw(st.sampled_from([Type.TEXT, Type.NUMBER, Type.DATE, Type.YES_NO]))
    operator = draw(st.sampled_from(sorted(SUITS[kind])))
    if operator is Operator.IS_UNDEFINED:  # nothing tells the type of what nobody declared
        return Condition(code, known or Type.TEXT, operator)
    operands = OPERANDS.get(kind, LABELS)
    several = operator in {Operator.ONE_OF, Operator.NOT_ONE_OF}
    values = draw(st.lists(operands, min_size=1, max_size=3 if several else 1))
    return Condition(code, kind, operator, tuple(values))


def groups(parts: st.SearchStrategy[Condition | Group]) -> st.SearchStrategy[Group]:
    return st.builds(Group, st.booleans(), st.booleans(), st.lists(parts, max_size=3).map(tuple))


TREES = groups(st.recursive(conditions(), groups, max_leaves=8))
RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.times(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "are", "attribute", *Operator]) | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


def rendered(part: Condition | Group) -> dict[str, object]:
    """Write a tree as amzsync.toml has it."""
    if isinstance(part, Group):
        parts = [rendered(each) for each in part.parts]
        return {"all" if part.every else "any": parts, **({} if part.expected else {"are": False})}
    if part.operator is Operator.IS_UNDEFINED:
        return {"attribute": part.attribute, "is_undefined": True}
    several = part.operator in {Operator.ONE_OF, Operator.NOT_ONE_OF}
    return {
        "attribute": part.attribute,
        part.operator.value: list(part.values) if several else part.values[0],
    }


@given(TREES)
def test_what_is_written_is_what_is_parsed(tree: Group) -> None:
    assert parsed(rendered(tree)) == tree


@given(TREES)
def test_the_plain_form_loses_nothing(tree: Group) -> None:
    back = from_plain(json.loads(json.dumps(to_plain(tree))))
    assert back == tree
    assert repr(back) == repr(tree)  # 1 and True, 1.0 and 1.00 are equal, but not the same


@given(RAW)
def test_anything_at_all_is_a_tree_or_has_a_problem(raw: object) -> None:
    tree, found = parse(raw, DECLARED)
    assert isinstance(tree, Group)
    assert all(problem.startswith("rules") for problem in found)
    if not found:
        assert from_plain(to_plain(tree)) == tree


@pytest.mark.parametrize("plain", [3, {"all": []}, {"all": [{"attribute": "x"}], "are": True}])
def test_a_strange_plain_form_is_refused(plain: object) -> None:
    with pytest.raises((TypeError, KeyError)):
        from_plain(plain)
