"""Tests of ``amzsync init`` and ``amzsync config ...``."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.commandline import Program
from tests.factories import example_shop

EXPORT = "exports/catalog_product_20261122_060000.csv"
REPORT = "reports/us_all_listings.txt"
FLAGS = ("--store", "us", "--marketplace", "US", "--seller-id", "A2EXAMPLE", "--website", "base")
FILES = ("--export", EXPORT, "--listings", REPORT)


@pytest.fixture
def unconfigured(program: Program) -> Program:
    """The program among the example's files, without a configuration."""
    example_shop(program.folder)
    (program.folder / "amzsync.toml").unlink()
    (program.folder / "mapping.csv").unlink()
    return program


def written(program: Program, name: str = "amzsync.toml") -> dict[str, Any]:
    return tomllib.loads((program.folder / name).read_text(encoding="utf-8"))


# -- init --------------------------------------------------------------------------------------------------


def test_init_writes_what_the_flags_say_and_asks_nothing(unconfigured: Program) -> None:
    done = unconfigured.run("init", *FILES, *FLAGS).fine()

    found = written(unconfigured)
    assert found["commerce"]["products"] == EXPORT
    assert found["stores"] == {
        "us": {
            "marketplace": "US",
            "seller_id": "A2EXAMPLE",
            "website": "base",
            "listings": REPORT,
        }
    }
    assert (done.out, done.err.splitlines()[-1]) == (
        "",
        "amzsync.toml is written. Next: amzsync import-listings",
    )


def test_init_proposes_the_attributes_that_hold_identifiers(unconfigured: Program) -> None:
    unconfigured.run("init", *FILES, *FLAGS).fine()

    mapping = written(unconfigured)["mapping"]
    assert {kind: mapping.get(kind) for kind in ("asin", "upc", "ean", "isbn", "gcid")} == {
        "asin": "amazon_asin",
        "upc": "upc",
        "ean": ["ean", "barcode"],
        "isbn": "isbn",
        "gcid": None,
    }


def test_what_init_writes_passes_the_check_and_imports(unconfigured: Program) -> None:
    unconfigured.run("init", *FILES, *FLAGS).fine()

    unconfigured.run("config", "check").fine()
    unconfigured.run("import-listings").fine()
    counts = unconfigured.run("status", "-o", "json").fine().json()["stores"][0]["tabs"]
    assert counts["active"] > 130


def test_what_init_writes_explains_itself(unconfigured: Program) -> None:
    unconfigured.run("init", *FILES, *FLAGS).fine()

    text = (unconfigured.folder / "amzsync.toml").read_text(encoding="utf-8")
    assert text.count("#") > 10
    assert "such as B0EXMP1001" in text


def test_init_finds_export_and_reports_by_itself(unconfigured: Program) -> None:
    for name in ("de_alle_angebote", "us_cancelled_listings"):
        (unconfigured.folder / f"reports/{name}.txt").unlink()

    done = unconfigured.run("init", "--seller-id", "A2EXAMPLE").fine()

    assert written(unconfigured)["stores"]["us"]["listings"] == [
        "reports/us_all_listings.txt",
        "reports/us_fba_inventory.txt",
        "reports/us_suppressed_listings.txt",
    ]
    assert "us_fba_inventory.txt: fba-inventory" in done.err


def test_init_for_an_account_names_no_files_and_sends_to_the_check(unconfigured: Program) -> None:
    export, flags = FILES[:2], list(FLAGS)

    done = unconfigured.run("init", *export, *flags, "--account", "main").fine()

    assert done.err.splitlines()[-1].endswith(
        "Next: amzsync check, which asks Amazon, then amzsync import-listings"
    )
    found = written(unconfigured)
    assert found["accounts"]["main"]["refresh_token_env"] == "SP_API_REFRESH_TOKEN"
    assert [("listings" in store, store["account"]) for store in found["stores"].values()] == [
        (False, "main")
    ]
    unconfigured.run("config", "check").fine()


def test_init_takes_files_or_an_account(unconfigured: Program) -> None:
    said = unconfigured.run("init", *FILES, *FLAGS, "--account", "main").refused(2)

    assert said.endswith("not both. Leave --listings or --account out.\n")


def test_init_names_the_flag_where_nobody_can_answer(unconfigured: Program) -> None:
    said = unconfigured.run("init", *FILES).err

    assert said.splitlines()[-1].endswith("nobody is there to answer. Give it with --seller-id.")
    assert unconfigured.run("init", *FILES).code == 2
    assert not (unconfigured.folder / "amzsync.toml").exists()


def test_init_asks_on_a_terminal_and_proposes(unconfigured: Program) -> None:
    done = unconfigured.terminal(
        "init", *FILES, answers=["US\n", "\n", "A2TYPED\n", "\n"], width=120
    ).fine()

    assert "Marketplace [US]:" in done.out
    assert written(unconfigured)["stores"] == {
        "us": {"marketplace": "US", "seller_id": "A2TYPED", "website": "base", "listings": REPORT}
    }


def test_ctrl_c_at_a_question_writes_nothing(unconfigured: Program) -> None:
    done = unconfigured.terminal("init", *FILES, answers=["\x03"])

    assert (done.code, "Traceback" in done.out) == (130, False)
    assert not (unconfigured.folder / "amzsync.toml").exists()


def test_init_refuses_to_overwrite_unless_it_is_told_to(unconfigured: Program) -> None:
    path = unconfigured.folder / "amzsync.toml"
    path.write_text("# mine\n", encoding="utf-8")

    said = unconfigured.run("init", *FILES, *FLAGS).refused(2)

    assert said == "amzsync: amzsync.toml is already there. Overwrite it with --force.\n"
    assert path.read_text(encoding="utf-8") == "# mine\n"
    unconfigured.run("init", "--force", *FILES, *FLAGS).fine()
    assert written(unconfigured)["stores"].keys() == {"us"}


@pytest.mark.parametrize(
    ("flag", "value"),
    [("--store", "My Store"), ("--marketplace", "Atlantis"), ("--store", "a]\n[b")],
)
def test_init_writes_nothing_that_would_not_pass_the_check(
    unconfigured: Program, flag: str, value: str
) -> None:
    words = list(FLAGS)
    words[words.index(flag) + 1] = value

    done = unconfigured.run("init", *FILES, *words)

    assert (done.code, done.out) == (78, "")
    assert not (unconfigured.folder / "amzsync.toml").exists()


@pytest.mark.parametrize("before", [True, False], ids=["before init", "after init"])
def test_init_writes_where_config_says(unconfigured: Program, before: bool) -> None:
    where = ("--config", "other.toml")
    words = (*where, "init") if before else ("init", *where)

    unconfigured.run(*words, *FILES, *FLAGS).fine()

    assert written(unconfigured, "other.toml")["stores"].keys() == {"us"}
    assert not (unconfigured.folder / "amzsync.toml").exists()


def test_init_refuses_a_report_that_is_none(unconfigured: Program) -> None:
    (unconfigured.folder / "page.txt").write_text("<html></html>", encoding="utf-8")

    assert "page.txt" in unconfigured.run(
        "init", "--export", EXPORT, "--listings", "page.txt", *FLAGS
    ).refused(65)


def test_a_missing_export_is_named(unconfigured: Program) -> None:
    words = ("--export", "no.csv", "--listings", REPORT)

    assert "no.csv" in unconfigured.run("init", *words, *FLAGS).refused(66)


def test_an_example_value_cannot_break_out_of_its_comment(unconfigured: Program) -> None:
    path = unconfigured.folder / EXPORT
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("amazon_asin=B0EXMP1001", "amazon_asin=B0EXMP1001 \x1b[31m"))

    unconfigured.run("init", *FILES, *FLAGS).fine()

    assert "\x1b" not in (unconfigured.folder / "amzsync.toml").read_text(encoding="utf-8")


# -- config ------------------------------------------------------------------------------------------------


def test_a_good_configuration_is_called_fine(example: Program) -> None:
    assert example.run("config", "check").fine().out == (
        f"{example.folder.resolve()}/amzsync.toml is fine: store us (US), store de (DE); "
        "4 decisions in the mapping file.\n"
    )


def test_all_problems_are_told_at_once_each_with_its_key(example: Program) -> None:
    path = example.folder / "amzsync.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('marketplace = "DE"', 'marketplace = "XX"').replace("upc = ", "upcs = ")
    )

    lines = example.run("config", "check").refused(78).splitlines()

    assert lines[0].endswith("amzsync.toml has 2 problems:")
    assert [line.split(":")[0].split()[-1] for line in lines[1:]] == [
        "mapping.upcs",
        "stores.de.marketplace",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"= nonsense", "is not valid TOML", id="not TOML"),
        pytest.param(b"\xff\xfe\x00", "is not UTF-8 text", id="not UTF-8"),
        pytest.param(b"", "problem", id="empty"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(
    example: Program, content: bytes, said: str
) -> None:
    (example.folder / "amzsync.toml").write_bytes(content)

    assert said in example.run("status").refused(78)


def test_a_faulty_line_of_the_mapping_file_is_told_by_the_check(example: Program) -> None:
    with (example.folder / "mapping.csv").open("a", encoding="utf-8") as file:
        file.write("fr,A,B,pin\n")

    assert "there is no store 'fr'" in example.run("config", "check").refused(78)


def test_the_configuration_is_shown_with_every_default(example: Program) -> None:
    found = example.run("config", "show").fine().json()

    assert (found["guards"]["vanished_share"], found["commerce"]["date_order"]) == (0.2, "mdy")
    assert list(found["stores"]) == ["us", "de"]


def test_the_path_that_is_used_is_printed(example: Program) -> None:
    assert example.run("config", "path").fine().out == f"{example.folder.resolve()}/amzsync.toml\n"


def test_the_configuration_of_a_folder_above_is_found(example: Program) -> None:
    (example.folder / "exports" / "deep").mkdir()

    found = Program(example.folder / "exports" / "deep").run("config", "path").fine().out

    assert found == f"{example.folder.resolve()}/amzsync.toml\n"


def test_the_configuration_of_the_user_is_found(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "config"
    (home / "amzsync").mkdir(parents=True)
    (home / "amzsync" / "amzsync.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", os.fspath(home))

    assert program.run("config", "path").fine().out == f"{home.resolve()}/amzsync/amzsync.toml\n"


def test_without_a_configuration_init_is_proposed(program: Program) -> None:
    assert "amzsync init" in program.run("status").refused(78)
    assert "There is no configuration file no.toml." in program.run(
        "status", "--config", "no.toml"
    ).refused(78)
