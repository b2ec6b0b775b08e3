"""Titles that lost characters: what is the same title, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.titles import lossy_equal

SAME = [
    ("plain", "Tea", "Tea"),
    ("one accent", "Pi?a", "Piña"),
    ("a mark for each character", "??? Tea", "抹茶粉 Tea"),
    ("one mark for several", "? Tea", "宇治抹茶 Tea"),
    ("several marks for one", "Ball ??", "Ball 😀"),
    ("lost in the middle of foreign text", "é?è", "éñè"),
    ("twice in one run", "é?è?ü", "éñèœßü"),
    ("beside a real question mark", "What??", "Whaté?"),
    ("all of it", "????", "抹茶入り"),
    ("each lost another", "Pi?a Caf\u00e9", "Piña Caf?"),
    ("a real question mark", "What?", "What?"),
]
DIFFERENT = [
    ("another word", "Pi?a", "Pita"),
    ("ASCII is never lost", "Caf?", "Cafe"),
    ("no mark", "Pina", "Piña"),
    ("a mark for nothing", "Tea?", "Tea"),
    ("one mark too many", "A ? B ?", "A é B"),
    ("other foreign letters", "? Grün", "? Grüñ"),
    ("the rest differs", "Pi?a 1", "Piña 2"),
    ("begins otherwise", "é?", "è?"),
    ("ends otherwise", "?é", "ñè"),
    ("the pieces overlap", "é?é", "é"),
    ("a piece is missing", "é?è?ü", "éñœßü"),
    ("nothing is left for the last mark", "?é?", "ñé"),
    ("empty", "?", ""),
]


@pytest.mark.parametrize(("a", "b"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_lost_characters_are_no_difference(a: str, b: str) -> None:
    assert lossy_equal(a, b)
    assert lossy_equal(b, a)


@pytest.mark.parametrize(
    ("a", "b"), [case[1:] for case in DIFFERENT], ids=[case[0] for case in DIFFERENT]
)
def test_everything_else_is_a_difference(a: str, b: str) -> None:
    assert not lossy_equal(a, b)
    assert not lossy_equal(b, a)


@given(st.text(), st.data())
def test_losing_any_foreign_characters_leaves_the_title_the_same(
    title: str, data: st.DataObject
) -> None:
    lost = "".join(
        "?" if not letter.isascii() and data.draw(st.booleans()) else letter for letter in title
    )
    assert lossy_equal(lost, title)
    assert lossy_equal(title, lost)


@given(st.text("ab?é日"), st.text("ab?é日"))
def test_it_does_not_matter_which_title_comes_first(a: str, b: str) -> None:
    assert lossy_equal(a, b) == lossy_equal(b, a)


@given(st.text("ab ", max_size=8), st.text("ab ", max_size=8))
def test_ascii_titles_are_the_same_only_if_they_are_equal(a: str, b: str) -> None:
    assert lossy_equal(a, b) == (a == b)


def test_a_hostile_title_is_judged_without_backtracking() -> None:
    assert lossy_equal("é?" * 5_000, "é" * 10_000)
    assert not lossy_equal("é?" * 5_000 + "ü", "é" * 10_000)
