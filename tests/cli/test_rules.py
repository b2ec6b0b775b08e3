"""Tests of ``amzsync rules preview``: the three lists, other rules from a file, and how it ends."""

from __future__ import annotations

import pytest

from amzsync.render.rules_preview import PREVIEW_FIELDS
from tests.commandline import Program

PREVIEW = ("rules", "preview")
STRICT = 'all = [{ attribute = "price", greater_than = 20 }]\n'


@pytest.fixture
def strict(example: Program) -> Program:
    """The example shop with a file of rules that exclude much of it."""
    (example.folder / "strict.toml").write_text(STRICT)
    return example


def test_rules_that_are_in_force_change_nothing(example: Program) -> None:
    done = example.run(*PREVIEW, "--fail-if-any").fine()

    assert done.out.startswith("Store us, by the rules: categories is not ")
    assert "\nStore de, by the rules: " in done.out
    assert "\nIneligible: 5 of 8\nSeller SKU " in done.out
    assert done.err == "These rules would change nothing.\n"


def test_rules_of_a_file_are_looked_at_and_nothing_is_written(strict: Program) -> None:
    before = (strict.folder / "amzsync.db").read_bytes()

    done = strict.run(*PREVIEW, "--rules", "strict.toml", "--store", "us").fine()

    lines = done.out.splitlines()
    assert lines[0] == "Store us, by the rules: price is greater than 20"
    assert lines[1].split("   ")[-1] == "52 newly: the quantity becomes 0, the listing stays"
    assert "price is 18.9, not greater than 20" in done.out
    assert done.err.startswith(
        "WARNING: 52 of 159 listings of store us (32.7%) would become ineligible at once;"
    )
    assert (strict.folder / "amzsync.db").read_bytes() == before


@pytest.mark.parametrize("words", [("strict.toml", 1), ("lax.toml", 0)], ids=["some", "none"])
def test_fail_if_any_tells_of_what_becomes_ineligible(
    strict: Program, words: tuple[str, int]
) -> None:
    (strict.folder / "lax.toml").write_text("all = []\n")
    name, code = words

    for output in ("table", "json", "csv"):
        done = strict.run(*PREVIEW, "--rules", name, "--fail-if-any", "-o", output)
        assert done.code == code


def test_json_has_all_rows_of_a_list_and_csv_the_same(strict: Program) -> None:
    asked = (*PREVIEW, "--rules", "strict.toml", "--store", "us", "--list", "ineligible")

    found = strict.run(*asked, "-o", "json").fine().json()
    table = strict.run(*asked, "-o", "csv").fine().csv()

    assert len(found) == 60
    assert [row["seller_sku"] for row in table] == [row["seller_sku"] for row in found]
    assert tuple(found[0]) == tuple(table[0]) == PREVIEW_FIELDS
    assert {row["list"] for row in found} == {"ineligible"}
    assert sum(row["change"] for row in found) == 52


def test_a_limit_holds_for_programs_too_and_nought_is_all(strict: Program) -> None:
    asked = (*PREVIEW, "--rules", "strict.toml", "--store", "us")

    assert len(strict.run(*asked, "-n", "2", "-o", "json").fine().json()) == 6
    shown = strict.run(*asked, "--list", "ineligible", "-n", "0").fine().out
    assert "\nIneligible: 60\n" in shown
    rows = shown.split("\nIneligible: 60\n")[1].splitlines()[1:]
    assert [" newly " in row for row in rows] == [True] * 52 + [False] * 8


def test_an_attribute_that_was_not_read_is_read_for_the_look(strict: Program) -> None:
    (strict.folder / "brand.toml").write_text(
        '[rules]\nany = [{ attribute = "brand", is_undefined = false }]\n'
    )
    before = strict.run("runs").fine().out

    done = strict.run(*PREVIEW, "--rules", "brand.toml", "--store", "us").fine()

    assert "by the rules: brand has a value" in done.out
    assert "does not have brand of the products yet: the export was read again" in done.err
    assert strict.run("runs").fine().out == before


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            'any = [{ attribute = "price", greater_then = 20 }, { attribute = "color" }]\nx = 1\n',
            ("  - x: unknown key", "  - any[1].greater_then: unknown operator", "  - any[2]: asks nothing of color"),
            id="at the top",
        ),
        pytest.param(
            'name = "x"\n[rules]\nall = [{ attribute = "enabled", is = "maybe" }]\n',
            ("  - rules.all[1].is: enabled is a yes/no attribute", "  - name: a file of rules has nothing beside"),
            id="below rules",
        ),
    ],
)  # fmt: skip
def test_all_problems_of_a_file_are_told_with_its_name(
    strict: Program, text: str, problems: tuple[str, ...]
) -> None:
    (strict.folder / "bad.toml").write_text(text)

    said = strict.run(*PREVIEW, "--rules", "bad.toml").refused(78)

    assert said.startswith(f"amzsync: bad.toml has {len(problems)} problems:\n")
    assert [one for one in problems if one not in said] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, "There is no file bad.toml.", id="not there"),
        pytest.param(b"all = [", "bad.toml is not valid TOML", id="not TOML"),
        pytest.param(b'all = "\xff"', "bad.toml is not UTF-8 text.", id="not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    strict: Program, content: bytes | None, words: str
) -> None:
    if content is not None:
        (strict.folder / "bad.toml").write_bytes(content)

    assert words in strict.run(*PREVIEW, "--rules", "bad.toml").refused(78)


def test_declared_types_hold_in_a_file_of_rules(strict: Program) -> None:
    config = strict.folder / "amzsync.toml"
    config.write_text(config.read_text() + '\n[commerce.attributes]\nbrand = "number"\n')
    (strict.folder / "bad.toml").write_text('all = [{ attribute = "brand", contains = "x" }]\n')

    said = strict.run(*PREVIEW, "--rules", "bad.toml").refused(78)

    assert "contains does not suit brand, which is a number" in said


def test_it_fits_a_terminal_of_80_columns(strict: Program) -> None:
    done = strict.terminal("--quiet", *PREVIEW, "--rules", "strict.toml", env={"NO_COLOR": "1"})

    plain = done.fine().out.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert [line for line in plain.splitlines() if len(line) > 80] == []
    assert "KIT-1010 " in plain


def test_before_the_first_import_it_says_what_to_do(strict: Program) -> None:
    (strict.folder / "amzsync.db").unlink()

    assert "Run amzsync import-listings first." in strict.run(*PREVIEW).refused(74)
