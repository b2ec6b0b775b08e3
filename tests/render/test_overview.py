"""Tests of the counts of all tabs as lines."""

from __future__ import annotations

from dataclasses import replace

from amzsync.core.tabs import Tab
from amzsync.render.overview import overview_lines, overview_record
from amzsync.results.tabs import Outstanding, Overview
from amzsync.store.ledger import SourceAge

NOW = "2026-11-23T12:00:00Z"
SOURCE = SourceAge(
    "us", "all-listings", "/a/r.txt", "2026-11-23T09:00:00Z", "utf-8", 10, 9, 1, 0
)  # fmt: skip


def overview(*stores: str) -> Overview:
    return Overview({name: {"active": 1234} for name in stores}, {stores[0]: 2}, (SOURCE,), 1)


def test_nothing_imported_names_the_command_that_imports() -> None:
    lines = list(overview_lines(Overview({}, {}, (), 0), now=NOW))

    assert lines == ["Nothing has been imported yet. Next: amzsync import-listings"]


def test_every_tab_has_a_line_even_where_it_is_empty() -> None:
    lines = list(overview_lines(overview("us"), now=NOW))

    assert [line[:15].strip() for line in lines[1:8]] == [tab.label for tab in Tab]
    assert [line.split()[-1] for line in lines[1:8]] == ["0", "0", "0", "0", "1,234", "0", "0"]


def test_overrides_are_counted_in_brackets_because_they_are_no_tab() -> None:
    lines = list(overview_lines(overview("us"), now=NOW))

    assert lines[8].split() == ["(Overrides)", "2"]


def test_the_age_of_each_document_stands_below() -> None:
    lines = list(overview_lines(overview("us"), now=NOW))

    assert "us all-listings: r.txt, written 3 h ago, 1 row rejected" in lines
    assert "1 row could not be read: amzsync rejects" in lines


def test_many_stores_stand_in_blocks_that_fit() -> None:
    names = [f"store{number}" for number in range(9)]
    lines = list(overview_lines(overview(*names), now=NOW))

    assert max(map(len, lines)) <= 80
    heads = [line.split() for line in lines if line.startswith(" ") and "store" in line]
    assert heads == [names[0:4], names[4:8], names[8:]]


def test_the_record_has_every_store() -> None:
    found = replace(overview("us", "de"), plans={"de": Outstanding(3, 2, 1)})

    assert overview_record(found)["stores"] == [
        {"store": "us", "tabs": {"active": 1234}, "overrides": 2, "to_do": 0, "held_back": 0, "in_process": 0},
        {"store": "de", "tabs": {"active": 1234}, "overrides": 0, "to_do": 3, "held_back": 2, "in_process": 1},
    ]  # fmt: skip


def test_what_is_to_be_done_stands_below_the_tabs_with_the_command_that_tells_more() -> None:
    found = replace(overview("us", "de"), plans={"de": Outstanding(1200, 7, 0)})
    lines = list(overview_lines(found, now=NOW))

    assert [line.split() for line in lines[8:12]] == [
        ["(Overrides)", "2", "0"],
        ["(To", "do)", "0", "1,200"],
        ["(Held", "back)", "0", "7"],
        [],
    ]
    assert "See what is to be done, and what is held back: amzsync plan" in lines


def test_where_nothing_is_to_be_done_no_plan_is_spoken_of() -> None:
    lines = list(overview_lines(overview("us"), now=NOW))

    assert [line for line in lines if "plan" in line or "(To do)" in line] == []


def test_a_store_of_which_nothing_is_known_has_dashes_for_nought_would_be_a_lie() -> None:
    found = Overview({"de": {}, "us": {"active": 1}}, {}, (), 0)
    lines = list(overview_lines(found, now=NOW))

    assert [line.split()[-2:] for line in lines[1:8] if line.startswith("Active")] == [["-", "1"]]
    assert sum(line.startswith("de: nothing is known yet") for line in lines) == 1
