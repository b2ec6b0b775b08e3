"""Tests of ``amzsync changes``, ``rejects`` and ``runs``."""

from __future__ import annotations

import pytest

from tests.commandline import Program

CHANGE = (
    "at", "run_id", "store", "subject", "seller_sku", "sku", "field", "old", "new", "valid_from",
)  # fmt: skip
REJECT = ("store", "kind", "path", "line", "key", "reason", "raw")
RUN = ("run_id", "command", "started_at", "outcome", "message", "changes")


@pytest.fixture
def changed(example: Program) -> Program:
    """The example in which the price of a listing and then its status changed."""
    report = example.folder / "reports" / "us_all_listings.txt"
    for old, new in ((b"\t36.90\t", b"\t39.90\t"), (b"\t39.90\t16\t", b"\t39.90\t17\t")):
        content = report.read_bytes()
        assert old in content
        report.write_bytes(content.replace(old, new))
        example.run("import-listings").fine()
    return example


def found(program: Program, *words: str) -> list[tuple[str, str, object, object]]:
    rows = program.run("changes", *words, "-o", "json").fine().json()
    return [(row["seller_sku"], row["field"], row["old"], row["new"]) for row in rows]


def test_nothing_has_changed_after_one_import(example: Program) -> None:
    done = example.run("changes").fine()

    assert (done.out, done.err) == ("", "There are no changes.\n")


def test_changes_are_listed_newest_first(changed: Program) -> None:
    assert found(changed) == [
        ("KIT-1013", "quantity", 16, 17),
        ("KIT-1013", "price", "36.90", "39.90"),
    ]


def test_changes_since_the_last_run_leave_the_earlier_ones_out(changed: Program) -> None:
    assert found(changed, "--since", "last-run") == [("KIT-1013", "quantity", 16, 17)]


@pytest.mark.parametrize(("sku", "number"), [("KIT-1013", 2), ("KIT-1014", 0)])
def test_changes_of_one_sku(changed: Program, sku: str, number: int) -> None:
    assert len(found(changed, "--sku", sku)) == number


@pytest.mark.parametrize(("store", "number"), [("us", 2), ("de", 0)])
def test_changes_of_one_store(changed: Program, store: str, number: int) -> None:
    assert len(found(changed, "--store", store)) == number


def test_changes_read_as_lines(changed: Program) -> None:
    done = changed.run("changes", "--limit", "1").fine()

    assert done.out.endswith("  KIT-1013: quantity 16 -> 17\n")
    assert done.err == "The first 1 changes; --limit 0 shows all.\n"


def test_the_fields_of_a_change_are_a_contract(changed: Program) -> None:
    assert {tuple(row) for row in changed.run("changes", "-o", "json").json()} == {CHANGE}
    assert changed.run("changes", "-o", "csv").out.splitlines()[0] == ",".join(CHANGE)


def test_rejects_tell_file_line_and_reason(example: Program) -> None:
    lines = example.run("rejects").fine().out.splitlines()

    assert len(lines) == 2 * 7
    assert (
        "us_all_listings.txt, line 40: BAD-PRICE-1 price '1,99' is not an amount such as 1299.00"
        in lines
    )


@pytest.mark.parametrize(("store", "number"), [("us", 5), ("de", 1), ("commerce", 1)])
def test_rejects_of_one_store(example: Program, store: str, number: int) -> None:
    rows = example.run("rejects", "--store", store, "-o", "json").fine().json()

    assert ({row["store"] for row in rows}, len(rows)) == ({store}, number)


def test_the_fields_of_a_rejected_row_are_a_contract(example: Program) -> None:
    assert {tuple(row) for row in example.run("rejects", "-o", "json").json()} == {REJECT}
    rows = example.run("rejects", "-o", "csv").csv()
    assert ({tuple(row) for row in rows}, len(rows)) == ({REJECT}, 7)


def test_a_limit_cuts_the_rejected_rows_and_says_so(example: Program) -> None:
    done = example.run("rejects", "--limit", "2").fine()

    assert len(done.out.splitlines()) == 2 * 2
    assert done.err == "The first 2 rejected rows; --limit 0 shows all.\n"


def test_fail_if_any_tells_of_rejected_rows(example: Program) -> None:
    assert example.run("rejects", "--fail-if-any").code == 1


def test_runs_are_listed_newest_first_with_what_came_of_them(changed: Program) -> None:
    lines = changed.run("runs").fine().out.splitlines()

    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert [line.partition("import-listings  ")[2] for line in lines] == [
        "done, 1 change",
        "done, 1 change",
        "done, 0 changes",
    ]


def test_a_refused_run_is_listed_with_its_reason(example: Program) -> None:
    (example.folder / "reports" / "us_all_listings.txt").write_bytes(b"")
    example.run("import-listings").refused(65)

    (first, _) = example.run("runs", "-o", "json").fine().json()

    assert (first["outcome"], "us_all_listings.txt" in first["message"]) == ("refused", True)


def test_the_fields_of_a_run_are_a_contract(changed: Program) -> None:
    assert {tuple(row) for row in changed.run("runs", "-o", "json").json()} == {RUN}
    assert len(changed.run("runs", "--limit", "2", "-o", "csv").csv()) == 2


@pytest.mark.parametrize("command", ["changes", "rejects"])
def test_an_unknown_store_is_refused(example: Program, command: str) -> None:
    assert "There is no store fr" in example.run(command, "--store", "fr").refused(78)


def test_a_wrong_time_is_a_usage_error(example: Program) -> None:
    assert "'soon' is no time" in example.run("changes", "--since", "soon").refused(2)
