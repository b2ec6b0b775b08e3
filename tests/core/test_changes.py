"""Differences: what changed is told with both values, and lost characters are no change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.changes import Value, differences

values: st.SearchStrategy[Value] = st.none() | st.integers() | st.text(max_size=5)


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, 0), (None, ""), (0, ""), ("", "x"), (0, 1), ("1", 1), ("Tea", "tea"), ("a?", "aé")],
    ids=repr,
)
def test_nothing_nought_and_empty_are_three_things(before: Value, after: Value) -> None:
    old: list[Value] = [before]
    new: list[Value] = [after]
    assert differences(["quantity"], old, new) == [("quantity", before, after)]
    assert differences(["quantity"], new, old) == [("quantity", after, before)]


def test_only_the_fields_that_differ_are_told_in_their_order() -> None:
    fields = ["title", "price", "quantity", "status"]
    before: list[Value] = ["Tea", "9.99", 5, "active"]
    after: list[Value] = ["Tea", "8.99", 5, "inactive"]
    assert differences(fields, before, after) == [
        ("price", "9.99", "8.99"),
        ("status", "active", "inactive"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Piña", "Pi?a", []),
        ("??? Tea", "宇治抹茶 Tea", []),
        ("Piña", "Pita", [("title", "Piña", "Pita")]),
        ("?", None, [("title", "?", None)]),
        (None, "?", [("title", None, "?")]),
        (None, "None", [("title", None, "None")]),
        ("?", "", [("title", "?", "")]),
    ],
)
def test_a_title_that_only_lost_characters_has_not_changed(
    before: Value, after: Value, expected: list[tuple[str, Value, Value]]
) -> None:
    assert differences(["title"], [before], [after]) == expected


def test_fields_and_values_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="shorter"):
        differences(["title", "price"], ["Tea", "9.99"], ["Tea"])


@given(st.lists(st.tuples(values, values), max_size=6))
def test_applying_the_differences_gives_what_was_found_after(
    pairs: list[tuple[Value, Value]],
) -> None:
    fields = [f"field {place}" for place in range(len(pairs))]
    before, after = [old for old, _ in pairs], [new for _, new in pairs]
    found = differences(fields, before, after)
    assert dict(zip(fields, before, strict=True)) | {name: new for name, _, new in found} == dict(
        zip(fields, after, strict=True)
    )
    assert all(old != new for _, old, new in found)
    assert differences(fields, after, after) == []
