"""Tests that titles, SKUs and reasons from files are data wherever they are shown: never markup, escapes, formulas."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.commandline import Program
from tests.factories import Shop, ean, listing, product

TITLES = {
    "MARKUP": "[bold red]x[/] [link=http://example.com]y[/link]",
    "ESCAPE": "a\x1b[31mred\x1b]0;owned\x07b",
    "C1": "a\u009b31mb",
    "BIDI": "abc\u202egpj.exe\u2066",
    "ZERO": "a\u200bb\ufeffc",
    "NULL": "a\x00b",
    "BELL": "a\x07\x08b",
    "EMOJI": ":smile: \N{WATERMELON}",
}
FORMULAS = {
    "F1": "=1+1",
    "F2": "+1",
    "F3": "-1+2",
    "F4": "@SUM(A1)",
    "F5": "＝1+1",
    "F6": '=HYPERLINK("http://example.com","x")',
}
SEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture
def hostile(program: Program) -> Program:
    """A shop whose titles and keys are out to get whoever reads them."""
    titles = {**TITLES, **FORMULAS}
    shop = Shop(program.folder)
    shop.products = [
        *(product(sku, name=f"={title}"[:80]) for sku, title in titles.items()),
        product("=1+2", name="formula", attributes={"ean": ean(1)}),
        product("[red]P[/]", name="[red]P[/]", attributes={"ean": ean(1)}),
    ]
    shop.us.listings = [
        *(listing(sku, **{"item-name": title}) for sku, title in titles.items()),
        listing("=cmd|x", **{"item-name": "[bold]b[/]", "product-id": ean(1), "asin1": ""}),
        listing("[i]SKU[/i]", **{"item-name": "x\x1b[2J", "price": "=1\x1b[31m"}),
    ]
    shop.write()
    program.run("import-listings", "--force").fine()
    return program


TABLES = [
    ("status", "--tab", "all", "--limit", "0", "--columns", "seller_sku,title,sku,reason"),
    ("match", "list"),
    ("rejects",),
    ("show", "MARKUP"),
    ("show", "ESCAPE"),
    ("show", "=cmd|x"),
    ("show", "BIDI"),
    ("changes",),
    ("runs",),
    ("status",),
    ("import-listings", "--dry-run"),
]
LISTS = [  # the last one is written as CSV only
    *(words for words in TABLES if words[0] not in {"match", "import-listings"}),
    ("match", "list"),
    ("match", "export"),
]  # fmt: skip


@pytest.mark.parametrize("words", TABLES, ids=" ".join)
def test_nothing_shown_can_steer_a_terminal(hostile: Program, words: tuple[str, ...]) -> None:
    done = hostile.run(*words).fine()

    assert SEEN.findall(done.out.replace("\n", "") + done.err.replace("\n", "")) == []


def test_on_a_terminal_only_our_own_escapes_are_written(hostile: Program) -> None:
    out = hostile.terminal("status", "--tab", "all", "--limit", "0", width=200).fine().out

    assert set(re.findall(r"\x1b(?!\[[0-9;]*m)", out)) == set()
    assert "\x1b]0;" not in out


def test_markup_is_shown_as_it_is_written(hostile: Program) -> None:
    words = ("status", "--sku", "MARKUP", "--columns", "title")

    assert hostile.run(*words).out.splitlines()[1].strip() == TITLES["MARKUP"]
    assert TITLES["MARKUP"] in hostile.run("show", "MARKUP").out
    assert ":smile:" in hostile.run("show", "EMOJI").out


def test_escapes_are_shown_by_a_sign_of_their_own(hostile: Program) -> None:
    out = hostile.run("show", "ESCAPE").out

    assert "a␛[31mred␛]0;owned␇b" in out


@pytest.mark.parametrize("words", LISTS[:-1], ids=" ".join)
def test_json_can_steer_no_terminal_either(hostile: Program, words: tuple[str, ...]) -> None:
    out = hostile.run(*words, "--output", "json").fine().out

    assert SEEN.findall(out) == []
    json.loads(out)


def test_json_loses_nothing(hostile: Program) -> None:
    rows = hostile.run("status", "--tab", "all", "-o", "json").fine().json()

    found = {row["seller_sku"]: row["title"] for row in rows}
    # a byte of nought ends a text in many programs; whatever was stored of it, it does no harm
    assert {
        sku: found[sku] for sku in TITLES if sku in {"MARKUP", "ESCAPE", "C1", "BIDI", "ZERO"}
    } == {sku: TITLES[sku] for sku in ("MARKUP", "ESCAPE", "C1", "BIDI", "ZERO")}


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_no_cell_of_csv_starts_a_formula(hostile: Program, words: tuple[str, ...]) -> None:
    output = () if words == ("match", "export") else ("--output", "csv")
    out = hostile.run(*words, *output).fine().out

    rows = list(csv.reader(io.StringIO(out, newline="")))
    assert len({len(row) for row in rows}) == 1
    assert SEEN.findall(out.replace("\r", "")) == []
    assert [cell for row in rows for cell in row if re.match("[=+@\t\r＝＋－＠]|-\\D", cell)] == []


def test_an_apostrophe_before_a_formula_is_all_that_csv_adds(hostile: Program) -> None:
    rows = hostile.run("status", "--tab", "all", "-o", "csv", "--limit", "0").fine().csv()

    found = {row["seller_sku"]: row["title"] for row in rows}
    assert {sku: found[sku] for sku in FORMULAS} == {
        sku: f"'{text}" for sku, text in FORMULAS.items()
    }


def test_an_error_cannot_steer_a_terminal(hostile: Program) -> None:
    said = hostile.run("show", "\x1b[31mno\u202e").refused(2)

    assert SEEN.findall(said.replace("\n", "")) == []


def test_a_question_cannot_steer_a_terminal(hostile: Program) -> None:
    said = hostile.run("match", "review", stdin="").fine().err

    assert "[red]P[/]" in said
    assert SEEN.findall(said.replace("\n", "")) == []


def test_decisions_about_strange_keys_travel_through_a_file(
    hostile: Program, tmp_path: Path
) -> None:
    hostile.run("match", "pin", "=cmd|x", "=1+2", "--store", "us").fine()
    hostile.run("match", "export", "kept.csv").fine()

    kept = (tmp_path / "kept.csv").read_text(encoding="utf-8")
    assert list(csv.reader(io.StringIO(kept)))[1:] == [["us", "=cmd|x", "=1+2", "pin"]]
    hostile.run("match", "import", "kept.csv").fine()
