"""Tests of ``amzsync match ...``: find, decide, take back, carry to and from a file."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

from tests.commandline import Program, Result

HEADER = "store,seller_sku,sku,verdict"
DECISIONS = [
    "de,DE-ALT-77,OUT-2036,pin",
    "us,7Q-XK2L-09ZV,KIT-1005,pin",
    "us,KIT-1010-2PACK,KIT-1010,never",
    "us,OLD SHOP 0042,OUT-2011,pin",
]


def product(program: Program, seller_sku: str) -> tuple[str, str | None]:
    rows = program.run("status", "--sku", seller_sku, "-s", "us", "-o", "json").fine().json()
    return next((row["tab"], row["sku"]) for row in rows if row["seller_sku"] == seller_sku)


def decisions(program: Program) -> list[str]:
    return program.run("match", "export").fine().out.splitlines()[1:]


@pytest.mark.parametrize(
    ("kind", "found"),
    [("unmatched", 12), ("ambiguous", 1), ("conflict", 1), ("variation-parent", 2), ("all", 16)],
)
def test_each_kind_lists_its_listings(example: Program, kind: str, found: int) -> None:
    rows = example.run("match", "list", "--kind", kind, "-o", "json").fine().json()

    assert len(rows) == found


def test_the_list_names_the_candidates_with_what_they_share(example: Program) -> None:
    done = example.run("match", "list", "--kind", "ambiguous").fine()

    assert done.out.splitlines() == [
        "us  MUG-MYSTERY  several products",
        "    Saltmarsh Mug with Heron  B0EXMX0166",
        '    1. KIT-1030  Saltmarsh Mug "Heron"  (EAN 09524170010306)',
        '    2. KIT-1031  Saltmarsh Mug "Heron", Gift Boxed  (EAN 09524170010306)',
        "",
    ]
    assert done.err == "1 of 1 listing without a product.\n"


def test_json_and_csv_of_the_list_have_the_candidates(example: Program) -> None:
    words = ("match", "list", "--kind", "ambiguous", "-o")
    (one,) = example.run(*words, "json").fine().json()
    (row,) = example.run(*words, "csv").fine().csv()

    assert [candidate["sku"] for candidate in one["candidates"]] == ["KIT-1030", "KIT-1031"]
    assert (row["outcome"], row["candidates"]) == ("ambiguous", "KIT-1030; KIT-1031")


def test_store_and_limit_cut_the_list(example: Program) -> None:
    done = example.run("match", "list", "--store", "us", "--limit", "2").fine()

    assert done.err == "2 of 14 listings without a product.\n"


def test_fail_if_any_tells_of_open_matches(example: Program) -> None:
    assert example.run("match", "list", "--fail-if-any").code == 1
    assert example.run("match", "list", "--fail-if-any", "-s", "de", "--kind", "conflict").code == 0


def test_a_pin_joins_listing_and_product_at_once_and_for_good(example: Program) -> None:
    done = example.run("match", "pin", "MUG-MYSTERY", "KIT-1031", "--store", "us").fine()

    assert done.err == "MUG-MYSTERY in store us: matched, in tab Active.\n"
    assert product(example, "MUG-MYSTERY") == ("active", "KIT-1031")
    example.run("import-listings").fine()
    assert product(example, "MUG-MYSTERY") == ("active", "KIT-1031")


def test_a_second_pin_replaces_the_first(example: Program) -> None:
    example.run("match", "pin", "MUG-MYSTERY", "KIT-1031", "--store", "us").fine()
    example.run("match", "pin", "MUG-MYSTERY", "KIT-1030", "--store", "us").fine()

    assert [line for line in decisions(example) if "MUG" in line] == ["us,MUG-MYSTERY,KIT-1030,pin"]


def test_unpin_takes_a_pin_back(example: Program) -> None:
    example.run("match", "unpin", "7Q-XK2L-09ZV", "--store", "us").fine()

    assert product(example, "7Q-XK2L-09ZV")[0] == "new-third-party"
    assert decisions(example) == [line for line in DECISIONS if "7Q-" not in line]


def test_never_rules_a_match_out_and_unpin_allows_it_again(example: Program) -> None:
    example.run("match", "never", "WM-88213", "OUT-2021", "--store", "us").fine()
    assert product(example, "WM-88213") == ("new-third-party", None)

    example.run("match", "unpin", "WM-88213", "OUT-2021", "--store", "us").fine()
    assert product(example, "WM-88213") == ("active", "OUT-2021")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pin", "MUG-MYSTERY", "KIT-1030"), "Which store? Add --store; the stores are us, de."),
        (("pin", "MUG-MYSTERY", "NOSUCH", "-s", "us"), "There is no product NOSUCH"),
        (("pin", "NOSUCH", "KIT-1030", "-s", "us"), "There is no listing NOSUCH in store us"),
        (("unpin", "MUG-MYSTERY", "-s", "us"), "is neither pinned nor ruled out"),
        (("list", "--kind", "strange"), "'strange' is not one of all, unmatched"),
        (("pin", "MUG-MYSTERY"), "Missing argument"),
    ],
)
def test_a_decision_about_what_is_not_there_is_refused(
    example: Program, words: tuple[str, ...], said: str
) -> None:
    assert said in example.run("match", *words).refused(2)
    assert decisions(example) == DECISIONS


def test_decisions_are_exported_in_a_stable_order(example: Program) -> None:
    assert example.run("match", "export").fine().out.splitlines() == [HEADER, *DECISIONS]


def test_exported_decisions_can_be_imported(example: Program, tmp_path: Path) -> None:
    example.run("match", "pin", "MUG-MYSTERY", "KIT-1031", "--store", "us").fine()
    said = example.run("match", "export", "kept.csv").fine().err
    example.run("match", "unpin", "MUG-MYSTERY", "--store", "us").fine()

    assert said == "5 decisions written to kept.csv.\n"
    assert example.run("match", "import", "kept.csv").fine().err == "5 decisions taken over.\n"
    assert product(example, "MUG-MYSTERY") == ("active", "KIT-1031")
    kept = (tmp_path / "kept.csv").read_text(encoding="utf-8")
    assert list(csv.reader(io.StringIO(kept)))[1:] == [
        line.split(",") for line in decisions(example)
    ]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        pytest.param(None, 66, "There is no file in.csv.", id="missing"),
        pytest.param(
            b"store,seller_sku,sku,verdict\nus,,KIT-1030,pin\n",
            65,
            "in.csv line 2 is not a decision.",
            id="a gap",
        ),
        pytest.param(
            b"store,seller_sku,sku,verdict\nus,A,B,maybe\n", 65, "pin or never", id="a word"
        ),
        pytest.param(b"store,seller_sku\n\xff\xfe\n", 65, "cannot be read as", id="not UTF-8"),
    ],
)
def test_a_file_that_holds_no_decisions_is_refused(
    example: Program, content: bytes | None, code: int, said: str
) -> None:
    if content is not None:
        (example.folder / "in.csv").write_bytes(content)

    assert said in example.run("match", "import", "in.csv").refused(code)
    assert decisions(example) == DECISIONS


def test_an_export_to_a_folder_that_is_not_there_is_refused(example: Program) -> None:
    assert "cannot be written" in example.run("match", "export", "no/where.csv").refused(74)


def test_an_export_never_replaces_what_is_no_plain_file(example: Program) -> None:
    os.mkfifo(example.folder / "pipe")

    assert "is no plain file" in example.run("match", "export", "pipe").refused(74)
    assert (example.folder / "pipe").is_fifo()


# -- review ------------------------------------------------------------------------------------------------
# Open in the example, in this order: KIT-1037 (2 candidates), MUG-MYSTERY (2), PAN-5600 (1), TEE-5000 (1).


def test_review_asks_about_each_and_keeps_the_answers(example: Program) -> None:
    done = example.run("match", "review", stdin="1\nn\ns\ns\n").fine()

    assert product(example, "KIT-1037") == ("active", "KIT-1037")
    assert product(example, "MUG-MYSTERY") == ("new-third-party", None)
    assert set(decisions(example)) - set(DECISIONS) == {
        "us,KIT-1037,KIT-1037,pin",
        "us,MUG-MYSTERY,KIT-1030,never",
        "us,MUG-MYSTERY,KIT-1031,never",
    }
    assert done.err.endswith("2 listings skipped.\n")


def test_review_takes_answers_from_a_pipe_and_writes_no_answer_of_its_own(
    example: Program,
) -> None:
    done = example.process("match", "review", "--store", "us", stdin="1\n1\nn\nn\n").fine()

    assert (done.out, done.err.splitlines()[-1]) == ("", "Nothing is left to decide.")
    assert product(example, "MUG-MYSTERY") == ("active", "KIT-1030")


def test_review_goes_on_where_it_was_stopped(example: Program) -> None:
    first = example.run("match", "review", stdin="2\nq\n").fine()
    second = example.run("match", "review", stdin="2\n").fine()

    assert "go on any time with amzsync match review" in first.err
    assert "[1/3]" in second.err
    assert product(example, "MUG-MYSTERY") == ("active", "KIT-1031")


def test_review_asks_again_after_an_answer_it_does_not_know(example: Program) -> None:
    done = example.run("match", "review", stdin="7\nwhat\n1\nq\n").fine()

    assert done.err.count("[1/4]") == 3
    assert product(example, "KIT-1037") == ("active", "KIT-1037")


def test_yes_means_the_only_candidate(example: Program) -> None:
    example.run("match", "review", stdin="s\ns\ny\nq\n").fine()

    assert "us,PAN-5600,PAN-5600,pin" in decisions(example)


def test_review_with_nobody_to_answer_stops_and_changes_nothing(example: Program) -> None:
    done = example.run("match", "review", stdin="").fine()

    assert done.err.endswith("Stopped; go on any time with amzsync match review.\n")
    assert decisions(example) == DECISIONS


def test_review_has_nothing_to_ask_where_all_is_decided(example: Program) -> None:
    assert (
        example.run("match", "review", "--store", "de").fine().err
        == "There is nothing to review.\n"
    )


def test_review_works_on_a_terminal(example: Program) -> None:
    done: Result = example.terminal("match", "review", answers=["2\n", "q\n"]).fine()

    assert "KIT-1037 in store us: matched, in tab" in done.out
    assert "us,KIT-1037,KIT-1038,pin" in decisions(example)


def test_ctrl_c_in_a_review_keeps_what_was_answered(example: Program) -> None:
    done = example.terminal("match", "review", answers=["1\n", "\x03"])

    assert (done.code, "Traceback" in done.out) == (130, False)
    assert "us,KIT-1037,KIT-1037,pin" in decisions(example)
