"""What a check found, as people read it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from amzsync.render.checks import FIELDS, finding_lines, finding_record
from amzsync.results.checks import Finding, Level

LONG = "The " + "very " * 30 + "last word."
FOUND = [
    Finding("configuration", Level.OK, "amzsync.toml is fine."),
    Finding("account main", Level.WARN, LONG, LONG),
    Finding("store us", Level.FAIL, "It fails.", "Mend it."),
]


def lines(*, width: int | None) -> list[str]:
    return [text.plain for text in finding_lines(FOUND, width=width)]


def test_each_line_begins_with_the_word_and_the_next_step_stands_below() -> None:
    assert lines(width=None) == [
        "ok    configuration  amzsync.toml is fine.",
        f"warn  account main   {LONG}",
        f"      Next: {LONG}",
        "fail  store us       It fails.",
        "      Next: Mend it.",
    ]


@pytest.mark.parametrize("width", [40, 80, 100])
def test_lines_fit_the_terminal_and_lose_no_word(width: int) -> None:
    found = lines(width=width)

    assert max(cell_len(line) for line in found) <= width
    assert " ".join(found).split() == " ".join(lines(width=None)).split()


def test_what_is_continued_is_indented() -> None:
    found = lines(width=80)
    first = next(place for place, line in enumerate(found) if line.startswith("warn"))

    assert [line[:21].strip() for line in found[first : first + 2]] == ["warn  account main", ""]


def test_only_the_word_is_coloured() -> None:
    spans = [(text.plain, text.spans) for text in finding_lines(FOUND, width=None)]

    assert [[plain[one.start : one.end] for one in marks] for plain, marks in spans] == [
        ["ok"], ["warn"], [], ["fail"], [],
    ]  # fmt: skip


def test_foreign_text_steers_no_terminal() -> None:
    found = [Finding("store us", Level.FAIL, "\x1b[31mred\nnext", "\x1b]0;title\x07")]

    told = "".join(text.plain for text in finding_lines(found, width=None))

    assert [mark for mark in ("\x1b", "\n", "\x07") if mark in told] == []


def test_a_finding_has_the_fields_of_the_contract() -> None:
    assert [tuple(finding_record(one)) for one in FOUND] == [FIELDS] * 3
    assert finding_record(FOUND[2]) == {
        "level": "fail", "subject": "store us", "message": "It fails.", "next_step": "Mend it.",
    }  # fmt: skip
