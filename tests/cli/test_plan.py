"""Tests of ``amzsync plan``: what is shown, what is written, and which exit code."""

from __future__ import annotations

import json
import re
import stat
from typing import Any

import pytest

from amzsync.cli.plan import AllowChoice
from amzsync.core.plan import NEVER_ALLOWED, Brake
from amzsync.render.plan import ACTION_FIELDS, CHECK_FIELDS, COUNT_FIELDS, CSV_FIELDS, STORE_FIELDS
from tests.commandline import Program, Result

GERMAN = ("plan", "--store", "de")
TIGHT = "plan_rows = 1\nplan_share = 0.01"  # at which all reprices and noughts of the example are held back
FORCED = ("plan", "--force")


def document(program: Program, *words: str) -> Any:
    return program.run(*FORCED, *words, "-o", "json").fine().json()


def move_the_state(program: Program) -> None:
    program.run("override", "set", "KIT-1001", "--store", "us", "--price", "19.99").fine()


def guarded(program: Program, line: str) -> None:
    path = program.folder / "amzsync.toml"
    path.write_text(f"{path.read_text()}\n[guards]\n{line}\n")


@pytest.fixture
def tight(example: Program) -> Program:
    """The example with brakes that hold back what is an ordinary day otherwise."""
    guarded(example, TIGHT)
    return example


# -- what is shown --------------------------------------------------------------------------------------


def test_actions_are_shown_the_most_urgent_first_with_the_reason(example: Program) -> None:
    lines = example.run("plan", "--store", "us").fine().out.splitlines()

    assert lines[0].split() == [
        "Action",
        "Seller",
        "SKU",
        "Now",
        "->",
        "wanted",
        "Age",
        "Why",
        "Title",
    ]
    assert lines[1].startswith("set to 0 ")
    (kettle,) = (line for line in lines if " KIT-1007 " in line)
    assert "34 -> 0 " in kettle
    assert "the product is disabled in Commerce" in kettle


def test_a_page_of_them_is_shown_and_how_many_more_there_are(example: Program) -> None:
    done = example.run("plan", "--store", "us").fine()
    whole = example.run("plan", "--store", "us", "--limit", "0").fine()
    actions = len(document(example, "--store", "us")["actions"])

    assert done.out.index("\n\n") < whole.out.index("\n\n")
    assert len(done.out.split("\n\n")[0].splitlines()) == 21
    assert "The first 20 actions; --limit 0 shows all." in done.err
    assert len(whole.out.split("\n\n")[0].splitlines()) == actions + 1
    assert whole.err == ""


def test_the_summary_counts_what_the_document_holds(example: Program) -> None:
    found = document(example)
    lines = example.run(*FORCED, "--summary").fine().out.splitlines()

    for store in found["stores"]:
        rows = [one for one in found["actions"] if one["store"] == store["name"]]
        assert len(rows) == store["free"] == sum(one["free"] for one in store["counts"])
        assert any(
            line.startswith(f"Store {store['name']}: {len(rows)} actions;") for line in lines
        )
    assert lines.count("  Nothing is sent while read_only = true.") == 2
    assert not any("KIT-" in line for line in lines)


def test_a_terminal_of_80_columns_holds_it(example: Program) -> None:
    out = example.terminal("plan", "--store", "us").out
    table = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", out[out.index("Action") :])

    assert "34 -> 0" in table
    assert max(map(len, table.splitlines())) <= 80


def test_a_pipe_gets_plain_text_and_no_bar(example: Program) -> None:
    done = example.process("plan", "--store", "us").fine()

    assert "\x1b" not in done.out + done.err
    assert "Planning" not in done.err


def test_the_same_plan_again_is_the_same_and_moves_nothing(example: Program) -> None:
    first, second = document(example), document(example)

    assert first["checksum"] == second["checksum"]
    assert first["serial"] == second["serial"]


def test_what_has_changed_is_planned_anew(example: Program) -> None:
    before = document(example, "--sku", "KIT-1001", "--store", "us")
    move_the_state(example)
    after = document(example, "--sku", "KIT-1001", "--store", "us")

    wanted = {
        change["field"]: change["wanted"] for one in after["actions"] for change in one["changes"]
    }
    assert wanted["price"] == "19.99"
    assert after["serial"] > before["serial"]


def test_only_what_is_asked_for_is_shown(example: Program) -> None:
    (one,) = document(example, "--sku", "KIT-1007", "--store", "us")["actions"]

    assert one["seller_sku"] == "KIT-1007"
    done = example.run(*FORCED, "--sku", "NO-SUCH", "--store", "us").fine()
    assert "There is nothing to do about these." in done.err


def test_a_tab_is_a_filter_too(example: Program) -> None:
    skus = {
        row["seller_sku"]
        for row in example.run("status", "--tab", "ineligible", "-o", "json").fine().json()
    }
    found = {one["seller_sku"] for one in document(example, "--tab", "ineligible")["actions"]}

    assert found
    assert found <= skus


def test_a_title_steers_no_terminal(example: Program) -> None:
    guarded(example, "rejected_share = 0.9")
    export = next((example.folder / "exports").glob("catalog_product_*.csv"))
    text = export.read_text(encoding="utf-8")
    export.write_text(
        text.replace("Copperhen Egg Coddlers", "\x1b[31m[red]\u202eEgg"), encoding="utf-8"
    )
    example.run("import-listings").fine()

    for words in (("--limit", "0"), ("-o", "json"), ("-o", "csv")):
        out = example.run(*FORCED, "--sku", "KIT-1007", *words).fine().out
        assert "[red]" in out
        assert not {"\x1b", "\u202e"} & set(out)


# -- for programs ---------------------------------------------------------------------------------------


def test_json_is_one_document_with_every_field(example: Program) -> None:
    found = document(example)

    assert list(found) == ["amzsync_plan", "serial", "made_at", "stores", "actions", "checksum"]
    assert found["amzsync_plan"] == 1
    assert [tuple(store) for store in found["stores"]] == [STORE_FIELDS, STORE_FIELDS]
    assert {tuple(one) for one in found["actions"]} == {ACTION_FIELDS}
    assert all(one["why"] and one["changes"] for one in found["actions"])


def test_csv_is_a_row_for_each_action(example: Program) -> None:
    rows = example.run(*FORCED, "-o", "csv").fine().csv()
    (kettle,) = (row for row in rows if (row["store"], row["seller_sku"]) == ("us", "KIT-1007"))

    assert len(rows) == len(document(example)["actions"])
    assert tuple(rows[0]) == CSV_FIELDS
    assert (kettle["observed_quantity"], kettle["wanted_quantity"]) == ("34", "0")
    assert (kettle["wanted_price"], kettle["held"]) == ("", "")


def test_the_summary_for_programs_has_no_actions(example: Program) -> None:
    found = document(example, "--summary")
    rows = example.run(*FORCED, "--summary", "-o", "csv").fine().csv()

    assert (found["actions"], found["checksum"]) == ([], None)
    assert tuple(rows[0]) == COUNT_FIELDS
    assert sum(int(row["free"]) for row in rows) == sum(one["free"] for one in found["stores"])


def test_a_part_of_a_plan_has_no_checksum(example: Program) -> None:
    whole = document(example)

    part = document(example, "--limit", "3")
    assert (part["actions"], part["checksum"]) == (whole["actions"][:3], None)
    assert document(example, "--limit", "100000")["checksum"] == whole["checksum"]


# -- the brakes -----------------------------------------------------------------------------------------


def test_what_is_held_back_is_shown_and_then_refused_with_figures_and_switch(
    tight: Program,
) -> None:
    done = tight.run(*GERMAN, "--limit", "0")

    assert done.code == 65
    assert "revise price (held)" in done.out
    words = r"store de: \d of 38 listings \(\S+%\) would be repriced at once; the limit is 1 and 1% \(--allow mass-reprice\)"
    assert re.search(words, done.err)


def test_programs_get_the_whole_answer_before_the_refusal(tight: Program) -> None:
    done = tight.run(*GERMAN, "-o", "json")
    found = done.json()
    held = [one["held"] for one in found["actions"] if one["action"] == "revise-price"]

    assert done.code == 65
    assert {one["allow"] for one in held} == {"--allow mass-reprice"}
    brakes = [one["brake"] for one in found["stores"][0]["held_back"]]
    assert sorted(brakes) == ["mass-reprice", "mass-zero"]


@pytest.mark.parametrize(
    "words",
    [("--allow", "mass-reprice", "--allow", "mass-zero"), ("--force",)],
    ids=["allow", "force"],
)
def test_what_is_allowed_is_free_to_go(tight: Program, words: tuple[str, ...]) -> None:
    found = tight.run(*GERMAN, *words, "-o", "json").fine().json()

    assert (found["stores"][0]["held"], found["stores"][0]["held_back"]) == (0, [])
    assert not any(one["held"] for one in found["actions"])


def test_to_allow_one_thing_does_not_allow_another(tight: Program) -> None:
    assert tight.run(*GERMAN, "--allow", "mass-reprice").code == 65


def test_a_single_price_is_told_with_its_figures_though_it_is_not_on_the_page(
    example: Program,
) -> None:
    guarded(example, "price_move = 0.001")
    done = example.run(*GERMAN, "--limit", "1")

    assert done.code == 65
    assert "the price would " in done.err
    assert "the limit is 0.1% (--allow price-move)" in done.err
    assert " each for what its row says (--limit 0 shows all)" in done.err


def test_every_brake_that_may_be_allowed_can_be_named() -> None:
    assert {one.value for one in AllowChoice} == set(Brake) - NEVER_ALLOWED


def test_what_nothing_allows_cannot_be_named(example: Program) -> None:
    done = example.run("plan", "--allow", "not-known")

    assert (done.code, done.out) == (2, "")


def test_it_can_be_asked_whether_anything_is_to_be_done(example: Program) -> None:
    assert example.run("plan", "--store", "us", "--fail-if-any").code == 1

    guarded(example, TIGHT)
    assert example.run("plan", "--store", "us", "--fail-if-any").code == 65


# -- files ----------------------------------------------------------------------------------------------


def test_a_file_gets_the_whole_plan_whatever_is_shown(example: Program) -> None:
    done = example.run(*FORCED, "--out", "plan.json", "--limit", "2").fine()
    path = example.folder / "plan.json"
    found, shown = json.loads(path.read_text()), document(example)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {**found, "made_at": None} == {**shown, "made_at": None}
    assert f"plan.json: {len(found['actions'])} actions, serial {found['serial']}" in done.err
    assert found["checksum"] in done.err


def test_a_file_is_written_though_something_is_held_back(tight: Program) -> None:
    assert tight.run(*GERMAN, "--out", "plan.json", "-o", "csv").code == 65
    assert tight.run("plan", "--check", "plan.json").fine().err == ""


def test_what_is_no_plan_is_not_overwritten(example: Program) -> None:
    before = (example.folder / "amzsync.toml").read_bytes()

    said = example.run("plan", "--out", "amzsync.toml").refused(74)
    assert "is no plan of amzsync" in said
    assert (example.folder / "amzsync.toml").read_bytes() == before


def check(program: Program, *words: str) -> Result:
    return program.run("plan", "--check", "plan.json", *words)


def test_a_plan_that_still_holds_is_fine(example: Program) -> None:
    example.run(*FORCED, "--out", "plan.json").fine()

    assert "whole, and the state is as it was." in check(example).fine().out
    found = check(example, "-o", "json").fine().json()
    assert (tuple(found), found["intact"], found["stale"]) == (CHECK_FIELDS, True, False)
    (row,) = check(example, "-o", "csv").fine().csv()
    assert row["serial"] == row["now_serial"] == str(found["serial"])


def test_a_plan_whose_state_has_moved_is_stale(example: Program) -> None:
    example.run(*FORCED, "--out", "plan.json").fine()
    move_the_state(example)

    said = check(example).refused(65)
    done = check(example, "-o", "json")
    now = done.json()["now_serial"]
    was = done.json()["serial"]
    assert f"the state has moved since: plan serial {was}, state {now}. Plan again." in said
    assert (done.code, done.json()["stale"], now > was) == (65, True, True)


def test_a_plan_that_was_tampered_with_is_refused(example: Program) -> None:
    example.run(*FORCED, "--out", "plan.json").fine()
    path = example.folder / "plan.json"
    path.write_text(path.read_text().replace('"wanted": 0', '"wanted": 1', 1))

    assert "its checksum does not fit. Plan again." in check(example).refused(65)
    assert check(example, "-o", "json").json()["intact"] is False


def test_what_came_through_a_pipe_can_be_checked_too(example: Program) -> None:
    (example.folder / "plan.json").write_text(example.run(*FORCED, "-o", "json").fine().out)

    check(example).fine()


def test_a_plan_that_is_not_there_is_told(example: Program) -> None:
    assert "No file plan.json." in check(example).refused(66)


def test_to_check_a_plan_and_to_make_one_are_two_things(example: Program) -> None:
    assert "--check looks at a plan" in check(example, "--store", "us").refused(2)


# -- what is refused ------------------------------------------------------------------------------------


def test_without_an_import_there_is_no_plan(example: Program) -> None:
    (example.folder / "amzsync.db").unlink()

    assert "Run amzsync import-listings first." in example.run("plan").refused(74)
    assert not (example.folder / "amzsync.db").exists()


def test_a_store_that_is_not_there_is_told(example: Program) -> None:
    example.run("plan", "--store", "nowhere").refused(78)


@pytest.mark.parametrize("word", ["--publish", "--relist", "--end"])
def test_what_is_done_by_hand_names_its_listings(example: Program, word: str) -> None:
    assert "Add --sku or --tab." in example.run("plan", word).refused(2)


def test_listings_that_are_named_are_ended(example: Program) -> None:
    found = document(example, "--end", "--sku", "KIT-1003", "--store", "us")

    assert [(one["action"], one["seller_sku"]) for one in found["actions"]] == [("end", "KIT-1003")]


def test_products_that_are_named_are_published(example: Program) -> None:
    skus = {
        row["sku"]
        for row in example.run("status", "--tab", "ready-to-list", "--store", "us", "-o", "json")
        .fine()
        .json()
    }
    found = document(example, "--publish", "--tab", "ready-to-list", "--store", "us")["actions"]

    assert {one["sku"] for one in found} <= skus
    assert {one["action"] for one in found} == {"publish"}
    assert all(one["observed_at"] is None for one in found)
