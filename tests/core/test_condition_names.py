"""The conditions of an offer by the names that people give them, and texts as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.condition_names import condition_named, folded
from amzsync.core.model import Condition

GRADES = {"like_new": "Like New", "very_good": "Very Good", "good": "Good", "acceptable": "Acceptable"}  # fmt: skip
GRADED = [
    (Condition(f"{family}_{grade}"), family.title(), words)
    for family in ("used", "collectible")
    for grade, words in GRADES.items()
]


@pytest.mark.parametrize("condition", Condition)
def test_amazons_own_word_names_a_condition(condition: Condition) -> None:
    words = condition.value.split("_")
    assert condition_named(condition.value) is condition
    assert condition_named(condition.value.upper()) is condition
    assert condition_named("".join(map(str.title, words))) is condition


@pytest.mark.parametrize(
    ("condition", "family", "grade"), GRADED, ids=[str(one[0]) for one in GRADED]
)
@pytest.mark.parametrize("form", ["{0}; {1}", "{0} - {1}", "{0}{1}", "{0} – {1}", "{1} - {0}", " {0}  {1} "])  # fmt: skip
def test_a_grade_is_named_with_its_family(
    condition: Condition, family: str, grade: str, form: str
) -> None:
    assert condition_named(form.format(family, grade)) is condition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("New", Condition.NEW),
        (" new ", Condition.NEW),
        ("NewItem", Condition.NEW),
        ("ＮＥＷ", Condition.NEW),
        ("Refurbished", Condition.REFURBISHED),
        ("Certified Refurbished", Condition.REFURBISHED),
        ("Renewed", Condition.REFURBISHED),
    ],
)
def test_new_and_refurbished_are_one_word(text: str, expected: Condition) -> None:
    assert condition_named(text) is expected


@pytest.mark.parametrize(
    "text", ["", " ", "Used", "Collectible", "Good", "Like New", "Gebraucht", "New2", "11", "item"]
)
def test_what_could_be_several_or_none_is_none(text: str) -> None:
    assert condition_named(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("Gebraucht  Gut", " gebraucht gut\t"), ("STRASSE", "straße"), ("ｆｂａ", "FBA")],
)
def test_texts_that_look_the_same_are_compared_as_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_texts_that_differ_stay_different() -> None:
    assert folded("Gut") != folded("Sehr gut")
    assert folded("") == ""


@given(st.text())
def test_case_and_outer_blanks_never_count(text: str) -> None:
    assert folded(f"  {text.upper()} ".lower()) == folded(text.upper())
    assert condition_named(f" {text} ") == condition_named(text)
