"""Tests of ``amzsync import-listings``: the summary, what it refuses, and that nothing changes then."""

from __future__ import annotations

import csv
import io

import pytest

from amzsync.core.tabs import Tab
from tests.cli.test_status import COUNTS
from tests.commandline import Program
from tests.factories import dump, example_shop

REPORT = "reports/us_all_listings.txt"


@pytest.fixture
def fresh(program: Program) -> Program:
    """The program in the example shop, nothing imported yet."""
    example_shop(program.folder)
    return program


def edit(program: Program, name: str, old: str, new: str) -> None:
    path = program.folder / name
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


def test_the_summary_counts_tabs_matches_and_rejected_rows(fresh: Program) -> None:
    done = fresh.run("import-listings").fine()

    lines = [line.strip() for line in done.out.splitlines()]
    assert lines[0].startswith("Run 1, ")
    assert [line.split()[-1] for line in lines if line.startswith("Active")] == ["139", "33"]
    assert [line for line in lines if line.startswith("Matched by: seller SKU 145; ASIN 5;")]
    assert [line for line in lines if line.startswith("Not matched: no product 10;")]
    assert "7 rows could not be read: amzsync rejects" in lines
    assert lines[-1] == "Next: amzsync status --tab inactive"
    assert done.err == ""


def test_the_summary_tells_what_each_document_came_to(fresh: Program) -> None:
    out = fresh.run("import-listings").fine().out

    assert "us_all_listings.txt, 180 rows read, 5 rejected, 1 duplicate, written" in out
    assert "de_alle_angebote.txt, 42 rows read, 1 rejected, cp1252, written" in out


def test_stores_stand_in_the_order_of_the_configuration_every_time(fresh: Program) -> None:
    for _ in range(3):
        lines = fresh.run("import-listings").fine().out.splitlines()
        assert [line.split()[1] for line in lines if line.startswith("Store ")] == ["us:", "de:"]


def test_json_has_the_same_counts(fresh: Program) -> None:
    found = fresh.run("import-listings", "--output", "json").fine().json()

    assert found.keys() == {"run_id", "dry_run", "seconds", "changes", "documents", "stores"}
    assert {one["store"]: one["tabs"] for one in found["stores"]} == COUNTS
    assert {one["before"] == {} for one in found["stores"]} == {True}
    for one in found["documents"]:
        assert one["rows_read"] == one["accepted"] + one["rejected"] + one["duplicates"]


def test_csv_has_a_row_for_each_store_and_tab(fresh: Program) -> None:
    rows = fresh.run("import-listings", "--output", "csv").fine().csv()

    assert [row["store"] for row in rows] == ["us"] * len(Tab) + ["de"] * len(Tab)
    assert [int(row["rows"]) for row in rows[:7]] == [COUNTS["us"][tab.value] for tab in Tab]


def test_a_second_import_tells_how_the_counts_have_moved(fresh: Program) -> None:
    fresh.run("import-listings").fine()
    report = fresh.folder / REPORT
    rows = report.read_bytes().decode().splitlines(keepends=True)
    (place,) = [n for n, row in enumerate(rows) if "\tKIT-1015\t" in row]
    rows[place] = rows[place].replace("\tInactive", "\tActive")
    report.write_bytes("".join(rows).encode())

    lines = [
        " ".join(line.split()) for line in fresh.run("import-listings").fine().out.splitlines()
    ]

    assert [line for line in lines if "(" in line] == ["Inactive 11 (-1)", "Active 140 (+1)"]
    assert [line for line in lines if line.endswith("amzsync changes --since last-run")]
    assert [line for line in lines if line.startswith("all-listings: de_") and "unchanged" in line]


def test_one_store_can_be_imported_alone(fresh: Program) -> None:
    found = fresh.run("import-listings", "--store", "de", "-o", "json").fine().json()

    assert [one["store"] for one in found["stores"]] == ["de"]
    assert fresh.run("status").fine().out.splitlines()[0].split() == ["de"]


def test_a_dry_run_shows_the_same_and_writes_nothing(fresh: Program) -> None:
    rehearsed = fresh.run("import-listings", "--dry-run").fine().out

    assert rehearsed.splitlines()[0] == "Dry run: nothing was written."
    assert not (fresh.folder / "amzsync.db").exists()
    real = fresh.run("import-listings").fine().out
    assert rehearsed.splitlines()[1:] == real.splitlines()[1:]


def test_a_dry_run_over_a_state_leaves_it_as_it_was(example: Program) -> None:
    before = dump(example.folder / "amzsync.db")
    edit(example, REPORT, "\t36.90\t", "\t39.90\t")

    example.run("import-listings", "--dry-run").fine()

    assert dump(example.folder / "amzsync.db") == before


def test_a_guard_refuses_with_its_figures_and_force_overrules_it(example: Program) -> None:
    path = example.folder / REPORT
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:100]))

    said = example.run("import-listings").refused(65)

    assert "--force" in said
    assert example.run("status", "-o", "json").json()["stores"][0]["tabs"] == COUNTS["us"]
    assert example.run("runs", "-o", "json").json()[0]["outcome"] == "refused"
    example.run("import-listings", "--force").fine()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"<!DOCTYPE html><html>Sign in</html>", "us_all_listings.txt", id="HTML"),
        pytest.param(b"name\tcolour\nx\ty\n", "us_all_listings.txt", id="another table"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(
    example: Program, content: bytes, said: str
) -> None:
    (example.folder / REPORT).write_bytes(content)

    assert said in example.run("import-listings").refused(65)


def test_a_missing_report_is_named(example: Program) -> None:
    (example.folder / REPORT).unlink()

    assert "us_all_listings.txt" in example.run("import-listings").refused(66)


def test_an_unknown_store_is_refused(example: Program) -> None:
    assert "There is no store fr" in example.run("import-listings", "--store", "fr").refused(78)


def test_the_csv_of_the_summary_is_read_back_by_the_csv_module(fresh: Program) -> None:
    out = fresh.run("import-listings", "-o", "csv").fine().out

    assert next(csv.reader(io.StringIO(out))) == ["store", "tab", "rows", "before"]
