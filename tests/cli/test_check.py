"""Tests of ``amzsync check`` and ``amzsync errors``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amzsync.clock import text_of
from tests.checkups import CANARIES, Checkup, checkup
from tests.commandline import Program, Result
from tests.simulators import faults

FIELDS = ("level", "subject", "message", "next_step")
ERROR = (
    "at", "run_id", "store", "account", "operation", "kind", "status", "code", "message", "request_id",
    "seller_sku",
)  # fmt: skip


@pytest.fixture
def clinic(
    tmp_path: Path, surroundings: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Checkup]:
    """Yield a shop in order, imported just now, with its credentials in the environment."""
    with checkup(tmp_path) as made:
        now = datetime.now(UTC)
        today = now.date().isoformat()
        made.clock.advance(now.timestamp() - made.clock.now())
        made.account |= {"secret_issued": today, "authorized": today}
        made.write()
        made.sql("UPDATE sources SET modified_at = ?", text_of(now.timestamp()))
        for path in tmp_path.rglob("*.*"):
            if path.suffix in {".csv", ".txt"}:
                os.utime(path)
        for name, value in made.environ.items():
            monkeypatch.setenv(name, value)
        yield made


def run(clinic: Checkup, *words: str) -> Result:
    return Program(clinic.folder).run(*words)


def levels(done: Result) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in done.json():
        found.setdefault(row["level"], set()).add(row["subject"])
    return found


# -- check -----------------------------------------------------------------------------------------------


def test_a_shop_in_order_ends_well(clinic: Checkup) -> None:
    done = run(clinic, "check").fine()

    lines = [line for line in done.out.splitlines() if " disk " not in line]
    assert {line.split()[0] for line in lines} == {"ok"}
    assert done.err.startswith(f"{len(done.out.splitlines())} checks: 0 failed, ")


def test_the_fields_of_a_finding_are_a_contract(clinic: Checkup) -> None:
    rows = run(clinic, "check", "--output", "json").fine().json()

    assert {tuple(row) for row in rows} == {FIELDS}
    assert {row["level"] for row in rows} <= {"ok", "warn"}
    assert run(clinic, "check", "-o", "csv").out.splitlines()[0] == ",".join(FIELDS)


def test_a_warning_does_not_fail(clinic: Checkup) -> None:
    clinic.account.clear()
    clinic.write()

    done = run(clinic, "check", "--offline")

    assert done.code == 0
    assert "\nwarn  account main" in done.out
    assert "\n      Next: Note the day as secret_issued" in done.out


def test_a_failure_ends_with_1(clinic: Checkup) -> None:
    clinic.state.chmod(0o644)

    done = run(clinic, "check", "-o", "json")

    assert (done.code, levels(done)["fail"]) == (1, {"state file"})


def test_an_expired_secret_fails_offline_too(clinic: Checkup) -> None:
    clinic.account["secret_issued"] = "2020-01-01"
    clinic.write()

    done = run(clinic, "check", "--offline", "-o", "json")

    assert (done.code, levels(done)["fail"]) == (1, {"account main"})
    assert clinic.simulator.ledger.count() == 0


def test_a_missing_role_fails(clinic: Checkup) -> None:
    clinic.simulator.always("searchListingsItems", faults.role_missing())

    done = run(clinic, "check")

    assert done.code == 1
    assert "Add the role Product Listing" in done.out


def test_a_broken_configuration_is_a_finding(clinic: Checkup) -> None:
    (clinic.folder / "amzsync.toml").write_text("[commerce]\n")

    done = run(clinic, "check", "-o", "json")

    assert (done.code, levels(done)["fail"], done.err) == (1, {"configuration"}, "")


def test_without_any_configuration_that_is_the_finding(program: Program) -> None:
    done = program.run("check", "-o", "json")

    assert (done.code, levels(done)) == (1, {"fail": {"configuration"}})


def test_an_unknown_store_is_refused(clinic: Checkup) -> None:
    assert "There is no store fr" in run(clinic, "check", "--store", "fr").refused(78)


def test_the_example_needs_no_account(example: Program) -> None:
    done = example.run("check", "--offline", "-o", "json")

    assert not {
        subject for subject in levels(done).get("fail", ()) if subject.startswith("account")
    }
    assert {row["subject"] for row in done.json()} >= {"store us", "store de"}


def test_only_the_store_that_is_asked_for_is_looked_at(example: Program) -> None:
    done = example.run("check", "--store", "de", "--offline", "-o", "json")

    assert {row["subject"] for row in done.json() if row["subject"].startswith("store")} == {
        "store de"
    }


def test_lines_fit_a_terminal_and_are_coloured_only_there(clinic: Checkup) -> None:
    clinic.state.chmod(0o644)
    seen = Program(clinic.folder).terminal("check", "--offline", env=clinic.environ).out
    plain = (
        Program(clinic.folder)
        .terminal("check", "--offline", env={**clinic.environ, "NO_COLOR": "1"})
        .out
    )
    piped = Program(clinic.folder).process("check", "--offline", env=clinic.environ).out

    assert "\x1b[91mfail\x1b[0m" in seen
    assert max(len(line) for line in plain.splitlines()) <= 80
    assert ["\x1b" in text for text in (plain, piped)] == [False, False]
    assert "Set its mode to 0600 with chmod." in piped


@pytest.mark.parametrize("words", [(), ("--verbose",)])
def test_no_secret_is_told_even_to_who_wants_to_know_all(
    clinic: Checkup, words: tuple[str, ...]
) -> None:
    done = Program(clinic.folder).process(*words, "check", env=clinic.environ)

    assert done.code == 0, done.out
    assert [canary for canary in (*CANARIES, "SIMULATED") if canary in done.out + done.err] == []


def test_a_revoked_token_is_told_without_the_token(clinic: Checkup) -> None:
    clinic.simulator.always("token", faults.refresh_token_revoked())

    done = Program(clinic.folder).process("--verbose", "check", env=clinic.environ)

    assert (done.code, "invalid_grant" in done.out) == (1, True)
    assert [canary for canary in CANARIES if canary in done.out + done.err] == []


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        pytest.param(["check", "--offline"], {"sp_api", "httpx", "tenacity"}, id="check --offline"),
        pytest.param(["status"], {"sp_api", "httpx", "tenacity", "pydantic"}, id="status"),
        pytest.param(["--help"], {"sp_api", "httpx", "tenacity", "pydantic"}, id="help"),
        pytest.param(["errors"], {"sp_api", "httpx", "tenacity"}, id="errors"),
    ],
)
def test_the_client_of_amazon_is_loaded_only_to_ask(
    example: Program, words: list[str], heavy: set[str]
) -> None:
    code = (
        "import sys, json\nsys.argv = ['amzsync', *json.loads(sys.argv[1])]\nfrom amzsync.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if '.' not in name), file=sys.stderr)"
    )
    line = f"{sys.executable} -c \"$CODE\" '{json.dumps(words)}'"

    done = example.shell(line, env={"CODE": code})

    loaded = {word.strip("[]', ") for word in done.err.splitlines()[-1].split()}
    assert "amzsync" in loaded
    assert loaded & heavy == set()


# -- errors ----------------------------------------------------------------------------------------------


def test_there_are_no_errors_at_first(clinic: Checkup) -> None:
    done = run(clinic, "errors").fine()

    assert (done.out, done.err) == ("", "There are no communication errors.\n")


def test_errors_are_listed_newest_first_with_what_amazon_needs_to_help(clinic: Checkup) -> None:
    clinic.trouble(hours_ago=30, code="Older")
    clinic.trouble(hours_ago=2, code="Newer")

    lines = run(clinic, "errors").fine().out.splitlines()

    assert [line.partition("  ")[2] for line in lines[::2]] == [
        "store us  getReport: Newer (run 1)", "store us  getReport: Older (run 1)",
    ]  # fmt: skip
    assert lines[1] == (
        "    We encountered an internal error. Please try again. (HTTP 500, request 7f2a-request)"
    )


@pytest.mark.parametrize(("since", "number"), [("24h", 1), ("3d", 2), ("last-run", 2), ("1m", 0)])
def test_errors_since_a_time(clinic: Checkup, since: str, number: int) -> None:
    clinic.sql("UPDATE runs SET started_at = '2026-01-01T00:00:00Z'")
    clinic.trouble(hours_ago=30)
    clinic.trouble(hours_ago=2)

    assert len(run(clinic, "errors", "--since", since, "-o", "json").fine().json()) == number


def test_errors_of_one_store(clinic: Checkup) -> None:
    clinic.trouble(hours_ago=1)
    clinic.sql("UPDATE communication_errors SET store_id = NULL")
    clinic.trouble(hours_ago=2)

    assert [row["store"] for row in run(clinic, "errors", "-o", "json").json()] == [None, "us"]
    assert len(run(clinic, "errors", "--store", "us", "-o", "json").json()) == 1
    assert "There is no store fr" in run(clinic, "errors", "--store", "fr").refused(78)
    assert "  account main  " in run(clinic, "errors").out


def test_the_fields_of_an_error_are_a_contract(clinic: Checkup) -> None:
    clinic.trouble(hours_ago=1)

    assert {tuple(row) for row in run(clinic, "errors", "-o", "json").json()} == {ERROR}
    assert run(clinic, "errors", "-o", "csv").out.splitlines()[0] == ",".join(ERROR)


def test_a_limit_cuts_the_errors_and_says_so(clinic: Checkup) -> None:
    clinic.trouble(hours_ago=1, times=3)

    done = run(clinic, "errors", "--limit", "2").fine()

    assert len(done.out.splitlines()) == 2 * 2
    assert done.err == "The first 2 communication errors; --limit 0 shows all.\n"


def test_what_amazon_says_steers_no_terminal(clinic: Checkup) -> None:
    clinic.trouble(hours_ago=1, code="\x1b[31mred")

    assert "\x1b" not in run(clinic, "errors").fine().out
