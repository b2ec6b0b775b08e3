"""Conditions: heads, operators by type, missing values; what is compiled says what a plain evaluator says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.condition_words import failing, worded
from amzsync.core.conditions import (
    BUILT_IN,
    COLUMNS,
    EVERYTHING,
    NEGATED,
    SUITS,
    Condition,
    Group,
    Operand,
    Operator,
    Type,
    attribute_code,
    attributes_of,
    compiled,
)
from amzsync.core.product_facts import ProductFacts, values_of

BAG = ProductFacts(
    product_id=1,
    sku="24-MB01",
    type="simple",
    enabled=1,
    websites=",base,de,",
    stock_e4=55_000,
    in_stock=1,
    manage_stock=None,
    backorders=0,
    condition="New",
    missing=0,
    name="Joust Duffle Bag",
    attribute_set="Bag",
    categories=r"Default Category/Gear,Default Category/Gear/Bags,Default Category/His\/Hers",
    visibility="Catalog, Search",
    price_micros=9_990_000,
    special_from="2026-01-31",
    special_to="next week",
    attributes="color=Red\nweight=1.2000\nactivity=Gym|Hike\namazon_fba=Yes\nmade=1/31/26, 12:00 AM\nodd=x",
    view_attributes="color=Rot",
)
NOTHING = ProductFacts(1, "", None, None, None, None, None, None, None, None, 0)
NEAREST_TO_NOTHING: dict[Type, Operand] = {
    Type.NUMBER: Decimal(0),
    Type.DATE: date(1, 1, 1),
    Type.YES_NO: False,
}
HEADS = [(every, expected) for every in (True, False) for expected in (True, False)]


def asks(attribute: str, kind: Type, operator: str, *values: Operand) -> Condition:
    return Condition(attribute, kind, Operator(operator), values)


def holds(condition: Condition, facts: ProductFacts = BAG) -> bool:
    return compiled(Group(parts=(condition,)))(facts)


# attribute, type, value that it is, value that it is not
SAMPLES: list[tuple[str, Type, Operand, Operand]] = [
    ("sku", Type.TEXT, "24-mb01", "24-MB02"),
    ("name", Type.TEXT, " joust DUFFLE bag", "Joust"),
    ("type", Type.SELECT, "Simple", "virtual"),
    ("attribute_set_code", Type.SELECT, "bag", "Top"),
    ("visibility", Type.SELECT, "catalog, search", "Catalog"),
    ("condition", Type.SELECT, "new", "Used"),
    ("websites", Type.MULTISELECT, "DE", "fr"),
    ("category", Type.CATEGORY, "Gear", "Bags"),
    ("price", Type.NUMBER, Decimal("9.990"), Decimal("9.9900001")),
    ("qty", Type.NUMBER, Decimal("5.5"), Decimal(5)),
    ("status", Type.YES_NO, True, False),
    ("backorders", Type.YES_NO, False, True),
    ("special_from", Type.DATE, date(2026, 1, 31), date(2026, 2, 1)),
    ("color", Type.SELECT, "rot", "Red"),
    ("weight", Type.NUMBER, Decimal("1.2"), Decimal("1.3")),
    ("activity", Type.MULTISELECT, "hike", "Gym|Hike"),
    ("amazon_fba", Type.YES_NO, True, False),
    ("made", Type.DATE, date(2026, 1, 31), date(2026, 1, 13)),
]


@pytest.mark.parametrize(
    ("attribute", "kind", "same", "other"), SAMPLES, ids=[sample[0] for sample in SAMPLES]
)
def test_a_value_is_what_it_is_and_nothing_else(
    attribute: str, kind: Type, same: Operand, other: Operand
) -> None:
    assert holds(asks(attribute, kind, "is", same))
    assert not holds(asks(attribute, kind, "is", other))
    assert not holds(asks(attribute, kind, "is_not", same))
    assert holds(asks(attribute, kind, "is_not", other))
    assert holds(asks(attribute, kind, "one_of", other, same)) or kind is Type.YES_NO
    assert not holds(asks(attribute, kind, "one_of", other)) or kind is Type.YES_NO
    assert not holds(asks(attribute, kind, "not_one_of", other, same)) or kind is Type.YES_NO
    assert holds(asks(attribute, kind, "not_one_of", other)) or kind is Type.YES_NO
    assert not holds(asks(attribute, kind, "is_undefined"))


COMPARED = [
    ("greater_than", True, False, False),
    ("at_least", True, True, False),
    ("less_than", False, False, True),
    ("at_most", False, True, True),
]
AROUND: list[tuple[str, Type, Operand, Operand, Operand]] = [
    ("price", Type.NUMBER, Decimal("9.9899999"), Decimal("9.99"), Decimal("9.9900001")),
    ("quantity", Type.NUMBER, Decimal("5.49999"), Decimal("5.5"), Decimal("5.50001")),
    ("weight", Type.NUMBER, Decimal("1.1999999"), Decimal("1.2"), Decimal("1.2000001")),
    ("special_from", Type.DATE, date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1)),
    ("made", Type.DATE, date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1)),
]


@pytest.mark.parametrize(("operator", "below", "equal", "above"), COMPARED)
@pytest.mark.parametrize("sample", AROUND, ids=[sample[0] for sample in AROUND])
def test_a_comparison_is_exact(
    sample: tuple[str, Type, Operand, Operand, Operand],
    operator: str,
    below: bool,
    equal: bool,
    above: bool,
) -> None:
    attribute, kind, *bounds = sample
    told = [holds(asks(attribute, kind, operator, bound)) for bound in bounds]
    assert told == [below, equal, above]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (asks("name", Type.TEXT, "contains", " DUFFLE "), True),
        (asks("name", Type.TEXT, "contains", "handbag"), False),
        (asks("name", Type.TEXT, "does_not_contain", "handbag"), True),
        (asks("name", Type.TEXT, "does_not_contain", "duffle"), False),
        (asks("visibility", Type.SELECT, "contains", "search"), True),
        (asks("activity", Type.MULTISELECT, "contains", "gym"), True),
        (asks("activity", Type.MULTISELECT, "contains", "gy"), False),
        (asks("activity", Type.MULTISELECT, "does_not_contain", "gy"), True),
        (asks("websites", Type.MULTISELECT, "contains", "base"), True),
    ],
)
def test_a_text_contains_a_piece_and_a_multiselect_a_whole_label(
    condition: Condition, expected: bool
) -> None:
    assert holds(condition) is expected


@pytest.mark.parametrize(
    ("kind", "operator"), [(kind, operator) for kind in Type for operator in sorted(SUITS[kind])]
)
@pytest.mark.parametrize("own", [True, False], ids=["column", "custom"])
def test_a_missing_value_fails_what_is_positive_and_passes_what_is_negated(
    kind: Type, operator: Operator, own: bool
) -> None:
    operand = NEAREST_TO_NOTHING.get(kind, "x")
    names = [name for name, column in COLUMNS.items() if column.type is kind] if own else ["other"]
    for name in names:
        asked = Condition(name, kind, operator, (operand,))
        expected = operator in NEGATED or operator is Operator.IS_UNDEFINED
        assert holds(asked, NOTHING) is expected, name


@pytest.mark.parametrize(
    ("attribute", "kind"),
    [("odd", Type.NUMBER), ("odd", Type.DATE), ("odd", Type.YES_NO), ("special_to", Type.DATE)],
)
def test_a_text_that_is_none_of_its_type_counts_as_missing(attribute: str, kind: Type) -> None:
    operand = NEAREST_TO_NOTHING[kind]
    assert holds(asks(attribute, kind, "is_undefined"))
    assert not holds(asks(attribute, kind, "is", operand))
    assert holds(asks(attribute, kind, "is_not", operand))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e5", "1_000", "1,5", "١", "--1", ".", "12a"])
def test_only_a_plain_number_is_a_number(text: str) -> None:
    odd = BAG._replace(attributes=f"odd={text}", view_attributes="")
    assert holds(asks("odd", Type.NUMBER, "is_undefined"), odd)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", True),
        ("2026-01-31 00:00:00", True),
        ("2026-01-31T23:59:59Z", True),
        ("1/31/26", True),
        ("1/31/2026, 9:10 AM", True),
        ("01/31/26, 9:10 AM", True),
        ("31/1/26", False),
        ("31.01.2026", False),
        ("2026-02-30", False),
        ("2026-01-31 sometime", False),
    ],
)
def test_a_day_comes_in_iso_or_month_first(text: str, expected: bool) -> None:
    odd = BAG._replace(attributes=f"odd={text}", view_attributes="")
    assert holds(asks("odd", Type.DATE, "is", date(2026, 1, 31)), odd) is expected
    assert holds(asks("odd", Type.DATE, "is_undefined"), odd) is not expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("Default Category", True),
        ("default category/GEAR", True),
        ("/Default Category/Gear/", True),
        ("Default Category/Gear/Bags", True),
        ("Gear/Bags", True),
        ("Gear", True),
        ("Bags", False),
        ("Gea", False),
        ("ear", False),
        ("Default Category/Gear/Bags/Small", False),
        ("Gear/Bag", False),
        (r"His\/Hers", True),
        ("His", False),
        ("Hers", False),
        (r"Default Category/His\/Hers", True),
        ("Gear.Bags", False),
    ],
)
def test_a_category_holds_what_is_below_it(wanted: str, expected: bool) -> None:
    assert holds(asks("categories", Type.CATEGORY, "is", wanted)) is expected
    assert holds(asks("categories", Type.CATEGORY, "is_not", wanted)) is not expected
    assert holds(asks("categories", Type.CATEGORY, "one_of", "Nowhere", wanted)) is expected


def test_a_product_is_assigned_below_a_category_without_being_assigned_to_it() -> None:
    deep = BAG._replace(categories="Default Category/Gear/Bags")
    assert holds(asks("categories", Type.CATEGORY, "is", "Gear"), deep)


def test_a_category_may_hold_a_comma() -> None:
    home = BAG._replace(categories="Default Category/Home, Garden,Default Category/Gear")
    assert holds(asks("categories", Type.CATEGORY, "is", "Home, Garden"), home)


YES = asks("enabled", Type.YES_NO, "is", True)
NO = asks("enabled", Type.YES_NO, "is", False)


@pytest.mark.parametrize(
    ("parts", "answers"),
    [  # all true, all false, any true, any false
        ((YES, YES), (True, False, True, False)),
        ((YES, NO), (False, False, True, True)),
        ((NO, NO), (False, True, False, True)),
        ((), (True, True, True, True)),
        ((Group(every=False, expected=False),), (True, False, True, False)),
    ],
    ids=["both hold", "one holds", "none holds", "no parts", "an empty group"],
)
def test_the_four_heads(parts: tuple[Condition | Group, ...], answers: tuple[bool, ...]) -> None:
    told = tuple(compiled(Group(every, expected, parts))(BAG) for every, expected in HEADS)
    assert told == answers


def test_all_true_may_hold_any_false() -> None:
    """The nested example of Adobe's guide: a product is left out only where both conditions hold."""
    tree = Group(
        parts=(
            asks("amazon_fba", Type.YES_NO, "is", True),
            Group(
                False,
                False,
                (
                    asks("color", Type.SELECT, "is", "Rot"),
                    asks("price", Type.NUMBER, "less_than", Decimal(10)),
                ),
            ),
        )
    )
    assert not compiled(tree)(BAG)
    assert failing(tree, BAG) == (
        'none of 2 holds: color is "Rot", and should not be "Rot"; price is 9.99, and should not be less than 10',
    )
    dear = BAG._replace(price_micros=10_000_000)
    assert compiled(tree)(dear)
    assert failing(tree, dear) == ()
    assert not compiled(tree)(dear._replace(attributes="", view_attributes=""))
    assert (
        worded(tree) == 'amazon_fba is yes and (not all of (color is "Rot"; price is less than 10))'
    )


def test_the_value_of_the_view_beats_the_value_for_all_views() -> None:
    red = asks("color", Type.SELECT, "is", "Red")
    assert not holds(red)
    assert holds(red, BAG._replace(view_attributes="weight=2"))


def test_only_attributes_that_not_every_product_has_are_to_be_kept() -> None:
    tree = Group(
        parts=(
            asks("Color", Type.SELECT, "is", "Red"),
            YES,
            Group(
                parts=(
                    asks("qty", Type.NUMBER, "at_least", Decimal(1)),
                    asks("created", Type.DATE, "is_undefined"),
                )
            ),
        )
    )
    assert attributes_of(tree) == {"color", "created_at"}
    assert attributes_of(EVERYTHING) == frozenset()


def test_every_name_of_a_built_in_attribute_has_its_type() -> None:
    assert BUILT_IN["status"] is BUILT_IN["enabled"] is Type.YES_NO
    assert BUILT_IN["qty"] is Type.NUMBER
    assert {attribute_code(name) for name in BUILT_IN} == set(COLUMNS)
    assert {column.field for column in COLUMNS.values()} <= set(ProductFacts._fields)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (asks("price", Type.NUMBER, "greater_than", Decimal(10)), "price is 9.99, not greater than 10"),
        (asks("qty", Type.NUMBER, "at_least", Decimal(100)), "qty is 5.5, not at least 100"),
        (asks("special_price", Type.NUMBER, "less_than", Decimal(5)), "special_price has no value, so it is not less than 5"),
        (asks("color", Type.SELECT, "one_of", "Blue", "Red"), 'color is "Rot", not one of "Blue" or "Red"'),
        (asks("color", Type.SELECT, "is_not", "ROT"), 'color is "Rot", and should not be "ROT"'),
        (asks("name", Type.TEXT, "contains", "Red"), 'name is "Joust Duffle Bag", which does not contain "Red"'),
        (asks("name", Type.TEXT, "does_not_contain", "Bag"), 'name is "Joust Duffle Bag", and should not contain "Bag"'),
        (asks("size", Type.TEXT, "contains", "M"), 'size has no value, so it does not contain "M"'),
        (asks("made", Type.DATE, "at_least", date(2026, 2, 1)), "made is 2026-01-31, not on or after 2026-02-01"),
        (asks("enabled", Type.YES_NO, "is", False), "enabled is yes, not no"),
        (asks("websites", Type.MULTISELECT, "is", "fr"), 'websites is "base,de", not "fr"'),
        (asks("color", Type.TEXT, "is_undefined"), 'color is "Rot", and should have no value'),
    ],
)  # fmt: skip
def test_a_reason_names_the_value_and_what_was_asked(condition: Condition, reason: str) -> None:
    assert failing(Group(parts=(condition,)), BAG) == (reason,)


def test_every_failing_part_has_its_reason() -> None:
    low = asks("price", Type.NUMBER, "at_least", Decimal(10))
    assert failing(Group(parts=(low, YES, NO)), BAG) == (
        "price is 9.99, not at least 10",
        "enabled is yes, not no",
    )
    assert failing(Group(every=False, parts=(low, NO)), BAG) == (
        "none of 2 holds: price is 9.99, not at least 10; enabled is yes, not no",
    )
    undefined = asks("size", Type.TEXT, "is_undefined")
    assert failing(Group(expected=False, parts=(undefined,)), BAG) == ("size has no value",)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (EVERYTHING, "every product"),
        (Group(parts=(YES, asks("sku", Type.TEXT, "does_not_contain", "X"))), 'enabled is yes and sku does not contain "X"'),
        (Group(False, True, (NO, Group(True, False, (YES,)))), "enabled is no or (none of (enabled is yes))"),
        (Group(parts=(asks("created", Type.DATE, "less_than", date(2026, 1, 1)),)), "created is before 2026-01-01"),
        (Group(parts=(asks("size", Type.TEXT, "not_one_of", "S", "M"),)), 'size is not one of "S" or "M"'),
        (Group(parts=(asks("cost", Type.NUMBER, "is_undefined"),)), "cost has no value"),
    ],
)  # fmt: skip
def test_a_tree_is_one_line(tree: Group, words: str) -> None:
    assert worded(tree) == words


# Laws.  Few values, so that conditions often hold.

TEXTS = [
    "Red",
    "red",
    "Blue",
    "1",
    "yes",
    "No",
    "2026-01-31",
    "1/31/26",
    "Gym|Red",
    "Root/Gear",
    "10.0",
]
FOR_TYPE: dict[Type, st.SearchStrategy[Operand]] = {
    Type.NUMBER: st.sampled_from([Decimal(1), Decimal("9.99"), Decimal("9.9900005"), Decimal(10)]),
    Type.DATE: st.sampled_from([date(2026, 1, 30), date(2026, 1, 31)]),
    Type.YES_NO: st.booleans(),
    Type.CATEGORY: st.sampled_from(["Root", "Gear", "Root/Gear/Bags", "Bags"]),
}
_WORDS: st.SearchStrategy[Operand] = st.sampled_from(["red", "Gym", "R", "1", "base", "simple"])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    name = draw(st.sampled_from([*COLUMNS, "color", "size", "qty"]))
    kind = BUILT_IN.get(name) or draw(st.sampled_from(Type))
    operator = draw(st.sampled_from(sorted(SUITS[kind])))
    several = operator in {Operator.ONE_OF, Operator.NOT_ONE_OF}
    values = draw(st.lists(FOR_TYPE.get(kind, _WORDS), min_size=1, max_size=3 if several else 1))
    return Condition(
        name, kind, operator, () if operator is Operator.IS_UNDEFINED else tuple(values)
    )


def groups(parts: st.SearchStrategy[Condition | Group]) -> st.SearchStrategy[Group]:
    return st.builds(Group, st.booleans(), st.booleans(), st.lists(parts, max_size=4).map(tuple))


TREES = groups(st.recursive(conditions(), groups, max_leaves=8))
FLAG = st.sampled_from([None, 0, 1, 2])
WORD = st.sampled_from([None, "", *TEXTS])
LINES = st.dictionaries(st.sampled_from(["color", "size"]), st.sampled_from(TEXTS)).map(
    lambda values: "\n".join(f"{code}={value}" for code, value in values.items())
)
PRODUCTS = st.builds(
    ProductFacts,
    product_id=st.just(1), sku=st.sampled_from(["red", "R-1"]), type=WORD, enabled=FLAG,
    websites=st.sampled_from([None, ",base,", ",base,red,"]), stock_e4=st.sampled_from([None, 0, 9_999, 10_000, 99_900]),
    in_stock=FLAG, manage_stock=FLAG, backorders=FLAG, condition=WORD, missing=st.just(0), name=WORD,
    attribute_set=WORD, categories=st.sampled_from([None, "", "Root", "Root/Gear,Root/Men", r"Root/Gear/Bags,A\/B/Gear"]),
    visibility=WORD, price_micros=st.sampled_from([None, 0, 9_990_000, 9_990_001, 10_000_000]),
    special_price_micros=st.sampled_from([None, 1_000_000]), special_from=WORD, special_to=WORD,
    attributes=LINES, view_attributes=LINES,
)  # fmt: skip


def slowly(part: Condition | Group, facts: ProductFacts) -> bool:
    """Evaluate a tree the long way: split, parse and compare anew, nothing prepared."""
    if isinstance(part, Group):
        as_expected = [slowly(each, facts) is part.expected for each in part.parts]
        return not part.parts or (all(as_expected) if part.every else any(as_expected))
    code = {"qty": "quantity"}.get(part.attribute, part.attribute)
    column = COLUMNS.get(code)
    raw = (
        getattr(facts, column.field)
        if column
        else {**values_of(facts.attributes), **values_of(facts.view_attributes)}.get(code)
    )
    value = plainly(raw, part.type, column.units if column else None, "," if column else "|")
    if value is None or value == [] or value == "":
        return part.operator in NEGATED or part.operator is Operator.IS_UNDEFINED
    wanted: list[object] = [each.lower() if isinstance(each, str) else each for each in part.values]
    return compared(value, part.operator, wanted, part.type)


def plainly(raw: object, kind: Type, units: int | None, comma: str) -> object:
    if raw is None:
        return None
    if kind is Type.YES_NO:
        if isinstance(raw, int):
            return raw > 0
        return {"yes": True, "1": True, "no": False}.get(str(raw).lower())
    if kind is Type.NUMBER:
        if units:
            return Decimal(str(raw)) / units
        return Decimal(str(raw)) if str(raw) in {"1", "10.0"} else None
    if kind is Type.DATE:
        days = {"2026-01-31", "1/31/26"} if comma == "|" else {"2026-01-31"}
        return date(2026, 1, 31) if raw in days else None
    text = str(raw).lower()
    return [each for each in text.split(comma) if each] if kind is Type.MULTISELECT else text


def ordered(value: object) -> Decimal:
    return Decimal(value.toordinal() if isinstance(value, date) else str(value))


def compared(value: object, operator: Operator, wanted: list[object], kind: Type) -> bool:
    if operator is Operator.IS_UNDEFINED:
        return False
    if operator in NEGATED:
        return not compared(value, NEGATED[operator], wanted, kind)
    if kind is Type.CATEGORY:
        paths = [path.replace("\\/", "\0").split("/") for path in str(value).split(",")]
        steps = [str(each).split("/") for each in wanted]
        return any(
            path[: len(each)] == each or path[1 : len(each) + 1] == each
            for path in paths
            for each in steps
        )
    if isinstance(value, list):
        return any(each in value for each in wanted)
    if operator is Operator.CONTAINS:
        return str(wanted[0]) in str(value)
    if operator in {Operator.IS, Operator.ONE_OF}:
        return value in wanted
    first, _ = sorted([value, wanted[0]], key=ordered)
    return {
        Operator.GREATER_THAN: value != wanted[0] and first != value,
        Operator.AT_LEAST: value == wanted[0] or first != value,
        Operator.LESS_THAN: value != wanted[0] and first == value,
        Operator.AT_MOST: value == wanted[0] or first == value,
    }[operator]


@given(TREES, st.lists(PRODUCTS, min_size=1, max_size=4))
def test_what_is_compiled_says_what_a_plain_evaluator_says(
    tree: Group, products: list[ProductFacts]
) -> None:
    asked = compiled(tree)
    for facts in [*products, *products]:  # the second time from memory
        assert asked(facts) is slowly(tree, facts)


@given(TREES, PRODUCTS, PRODUCTS)
def test_what_is_remembered_of_one_product_is_not_said_of_another(
    tree: Group, facts: ProductFacts, other: ProductFacts
) -> None:
    """Products that differ in a single value have answers of their own."""
    asked = compiled(tree)
    for field in ProductFacts._fields:
        for alike in (facts, facts._replace(**{field: getattr(other, field)})):
            assert asked(alike) is slowly(tree, alike)


FULL = BAG._replace(special_to="2026-02-01", special_price_micros=1, manage_stock=1)


@pytest.mark.parametrize("name", sorted(COLUMNS))
@pytest.mark.parametrize("numbers", [False, True], ids=["what recurs", "all"])
def test_every_column_counts_for_what_is_remembered(name: str, numbers: bool) -> None:
    parts = tuple(
        Condition(each, column.type, Operator.IS_UNDEFINED)
        for each, column in sorted(COLUMNS.items())
        if numbers or column.recurs or each == name
    )
    filled = NOTHING._replace(**{COLUMNS[name].field: getattr(FULL, COLUMNS[name].field)})
    for tree in (Group(parts=parts), Group(parts=(Group(parts=parts), Group(parts=parts)))):
        asked = compiled(tree)
        assert [asked(facts) for facts in (NOTHING, filled, NOTHING)] == [True, False, True]


def test_a_column_of_days_holds_none_that_could_not_be_read() -> None:
    """What the import left as it was is not read in another order of day and month."""
    left = BAG._replace(special_to="1/31/26", attributes="made=1/31/26")
    assert holds(asks("special_to", Type.DATE, "is_undefined"), left)
    assert not holds(asks("made", Type.DATE, "is_undefined"), left)


@given(TREES, PRODUCTS)
def test_reasons_are_given_exactly_where_a_product_fails(tree: Group, facts: ProductFacts) -> None:
    assert (failing(tree, facts) == ()) is compiled(tree)(facts)


@given(TREES.filter(lambda tree: tree.parts), PRODUCTS)
def test_the_heads_deny_each_other(tree: Group, facts: ProductFacts) -> None:
    """De Morgan: not all are true means that any is false."""
    denied = replace(tree, every=not tree.every, expected=not tree.expected)
    assert compiled(tree)(facts) is not compiled(denied)(facts)


@given(TREES, PRODUCTS, st.randoms(use_true_random=False))
def test_the_order_of_parts_does_not_matter(
    tree: Group, facts: ProductFacts, random: Random
) -> None:
    def shuffled(group: Group) -> Group:
        parts = [shuffled(part) if isinstance(part, Group) else part for part in group.parts]
        random.shuffle(parts)
        return replace(group, parts=tuple(parts))

    assert compiled(shuffled(tree))(facts) is compiled(tree)(facts)


@given(TREES)
def test_words_are_one_line(tree: Group) -> None:
    assert worded(tree)
    assert "\n" not in worded(tree)
