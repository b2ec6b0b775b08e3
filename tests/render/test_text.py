"""Tests of foreign text made harmless, and of words for numbers and times."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from amzsync.render.text import (
    age,
    counted,
    escaped,
    for_spreadsheet,
    safe,
    unsteering,
    with_local_times,
    wrapped,
)

TEXTS = st.text(st.characters(codec=None)) | st.text("ab \x1b\x07\x9b\u202e\u200b\t\n=+-@＝日本")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain Größe 日本", "plain Größe 日本"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\x00b", "a␀b"),
        ("a\x7fb", "a\\u007fb"),
        ("a\x9bb", "a\\u009bb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\ufeffb", "a\\ufeffb"),
        ("two\nlines\tand", "two lines and"),
        ("[bold]x[/]", "[bold]x[/]"),
    ],
)
def test_what_could_steer_a_terminal_is_made_visible(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(TEXTS)
def test_safe_text_has_no_control_and_no_direction_characters(text: str) -> None:
    bidi = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}

    for character in safe(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in bidi


@given(TEXTS)
def test_making_safe_twice_changes_nothing_more(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@given(st.text(st.characters(codec="utf-8")))
def test_escaping_a_json_document_keeps_what_it_says(text: str) -> None:
    assert json.loads(escaped(json.dumps({"x": text}, ensure_ascii=False))) == {"x": text}


@given(TEXTS)
def test_no_guarded_text_starts_a_formula(text: str) -> None:
    guarded = for_spreadsheet(unsteering(text))

    assert guarded[:1] not in set("=+-@\t\r\n\0＝＋－＠")
    assert guarded.removeprefix("'").lstrip("'") == unsteering(text).lstrip("'")


@given(st.text("ab日- ", max_size=80), st.integers(10, 40), st.integers(0, 6))
def test_wrapping_loses_no_word_and_fits_where_words_do(text: str, width: int, hang: int) -> None:
    parts = list(wrapped(text, width, hang=hang))

    assert " ".join(parts).split() == text.split()
    margin = len(text) - len(text.lstrip(" ")) + hang
    longest = max((cell_len(word) for word in text.split()), default=0)
    if margin + longest <= width:
        assert max(map(cell_len, parts)) <= width


def test_wrapped_lines_hang_below_the_first() -> None:
    assert list(wrapped("  Why   one two three four", 18, hang=6)) == [
        "  Why   one two",
        "        three four",
    ]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1234567, "1,234,567 rows")]
)
def test_numbers_have_plurals_and_thousands(number: int, words: str) -> None:
    assert counted(number, "row") == words


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2026-11-23T12:00:00Z", "just now"),
        ("2026-11-23T11:59:00Z", "1 min ago"),
        ("2026-11-23T10:01:00Z", "119 min ago"),
        ("2026-11-23T10:00:00Z", "2 h ago"),
        ("2026-11-21T12:01:00Z", "47 h ago"),
        ("2026-11-21T12:00:00Z", "2 days ago"),
        ("2026-11-24T12:00:00Z", "just now"),
        ("", "at an unknown time"),
    ],
)
def test_an_age_is_told_roughly(time: str, words: str) -> None:
    assert age(time, "2026-11-23T12:00:00Z") == words


def test_times_within_a_sentence_are_told_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert with_local_times("asked at 2026-11-22T22:30:00Z.") == "asked at 2026-11-23 07:30."
    finally:
        monkeypatch.undo()
        time.tzset()
