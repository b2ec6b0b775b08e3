"""Tests of the summary of an import."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amzsync.core.tabs import Tab
from amzsync.render.imports import count_records, summary_lines, summary_record
from amzsync.results.imports import ImportResult, Reading, StoreResult
from tests import factories
from tests.factories import Shop, listing, product

NOW = factories.NOW


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ImportResult:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.products = [product("A"), product("B")]
    shop.us.listings = [listing("A"), listing("B"), listing("C"), listing("D", price="free")]
    return shop.run()


def lines(result: ImportResult) -> list[str]:
    return [line.strip() for line in summary_lines(result, now=NOW, seconds=1.25)]


def test_the_first_line_names_the_run_and_its_time(result: ImportResult) -> None:
    assert lines(result)[0] == "Run 1, 1.2 s."
    assert lines(replace(result, dry_run=True))[0] == "Dry run: nothing was written."


def test_ways_of_matching_are_told_apart_from_what_was_not_matched(result: ImportResult) -> None:
    assert "Matched by: seller SKU 2" in lines(result)
    assert "Not matched: no product 1" in lines(result)


def test_one_row_is_not_rows(result: ImportResult) -> None:
    assert "1 row could not be read: amzsync rejects" in lines(result)


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ({}, "Active 2"),
        ({"active": 2}, "Active 2"),
        ({"active": 5}, "Active 2 (-3)"),
        ({"active": 0}, "Active 2 (+2)"),
    ],
)
def test_a_tab_tells_how_it_moved_since_last_time(
    result: ImportResult, before: dict[str, int], shown: str
) -> None:
    store = replace(result.stores[0], before=before)

    assert shown in [" ".join(line.split()) for line in lines(replace(result, stores=(store,)))]


def test_changes_name_the_command_that_lists_them(result: ImportResult) -> None:
    assert "1 change since the last import: amzsync changes --since last-run" in lines(
        replace(result, changes=1)
    )
    assert not [line for line in lines(result) if "since the last import" in line]


def test_a_document_that_has_not_changed_is_said_to_be_so(result: ImportResult) -> None:
    store = result.stores[0]
    unchanged = tuple(Reading(one.source, changed=False, first=False) for one in store.documents)

    assert [
        line
        for line in lines(replace(result, stores=(replace(store, documents=unchanged),)))
        if "unchanged" in line
    ]


def test_the_record_keeps_the_sum_of_rows(result: ImportResult) -> None:
    documents = summary_record(result, seconds=1.23456)["documents"]

    assert isinstance(documents, list)
    assert [
        (one["rows_read"], one["accepted"], one["rejected"], one["duplicates"]) for one in documents
    ] == [(2, 2, 0, 0), (4, 3, 1, 0)]
    assert summary_record(result, seconds=1.23456)["seconds"] == 1.235


def test_counts_have_every_tab_of_every_store() -> None:
    stores = tuple(StoreResult(name, {"active": 3}, {}, {}, ()) for name in ("us", "de"))
    found = list(count_records(ImportResult(1, False, 0, (), stores, 0)))

    assert [(one["store"], one["tab"]) for one in found] == [
        (name, tab.value) for name in ("us", "de") for tab in Tab
    ]
    assert {one["rows"] for one in found if one["tab"] == "active"} == {3}
