"""Tests that the program and its documents tell of everything that there is to use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from amzsync import cli, errors
from amzsync.cli.app import BUG, INTERRUPTED
from amzsync.cli.history import CHANGE_FIELDS, ERROR_FIELDS
from amzsync.cli.match import FIELDS as MATCH_FIELDS
from amzsync.render.checks import FIELDS as CHECK_FIELDS
from amzsync.render.cron import CRON_FIELDS
from amzsync.render.log import LOG_FIELDS
from amzsync.render.new_products import FIELDS as NEW_PRODUCT_FIELDS
from amzsync.render.overrides import ALIAS_FIELDS, LIST_FIELDS
from amzsync.render.overrides import CHANGE_FIELDS as OVERRIDE_FIELDS
from amzsync.render.plan import ACTION_FIELDS, COUNT_FIELDS, CSV_FIELDS, STORE_FIELDS
from amzsync.render.plan import CHECK_FIELDS as PLAN_CHECK_FIELDS
from amzsync.render.price_report import PRICE_FIELDS
from amzsync.render.push import CSV_FIELDS as PUSH_FIELDS
from amzsync.render.records import STATUS_FIELDS
from amzsync.render.rules_preview import PREVIEW_FIELDS
from amzsync.store.ledger import Reject, RunRow

ROOT = Path(__file__).parents[1]


def commands() -> Iterator[tuple[str, Any]]:
    """Yield each command that does something, by its whole name."""
    cli.load()
    for name, one in get_command(cli.app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(one, "commands", None)
        if inner is None:
            yield name, one
        else:
            yield from ((f"{name} {word}", command) for word, command in inner.items())


COMMANDS = dict(commands())
EXPECTED = {
    "import-listings", "plan", "status", "show", "changes", "rejects", "errors", "runs", "check", "init", "config check", "config show",
    "config path", "match list", "match pin", "match unpin", "match never", "match review", "match export",
    "match import", "report prices", "override set", "override remove", "override list", "alias add",
    "alias remove", "alias list", "asin", "rules preview", "push", "publish", "end", "relist", "revise", "adopt", "sync",
    "log", "undo", "new-products", "cron install", "cron show", "cron remove",
}  # fmt: skip


def exit_codes() -> set[int]:
    """Return every exit code that the program has: of its errors, and those that are none."""
    kinds = [errors.AmzsyncError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return {0, 1, BUG, INTERRUPTED, *(kind.exit_code for kind in kinds)}


def readme() -> str:
    path = ROOT / "README.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_every_command_of_the_design_is_there() -> None:
    assert set(COMMANDS) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_option_and_argument_has_a_help_text(name: str) -> None:
    assert [param.name for param in COMMANDS[name].params if not getattr(param, "help", None)] == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_command_says_what_it_does_and_gives_an_example_of_itself(name: str) -> None:
    text = COMMANDS[name].help or ""

    assert re.match(r"[A-Z].+[.:]", text.splitlines()[0])
    assert re.search(rf"^Example: amzsync {name}( |$)", text, re.MULTILINE), text


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_example_is_understood(name: str) -> None:
    (line,) = re.findall(r"^Example: amzsync (.+)$", COMMANDS[name].help, re.MULTILINE)
    words = line.split()[len(name.split()) :]

    COMMANDS[name].make_context(name, words)  # refuses what the command does not know


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_command_takes_config(name: str) -> None:
    assert "--config" in {word for param in COMMANDS[name].params for word in param.opts}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_readme_names_every_command(name: str) -> None:
    group, _, word = name.partition(" ")
    lines = [line for line in readme().splitlines() if f"amzsync {group}" in line]

    assert any(re.search(rf"amzsync {group}\b.*\b{word}", line) for line in lines)


@pytest.mark.parametrize("code", sorted(exit_codes()))
def test_the_readme_explains_every_exit_code(code: int) -> None:
    assert re.search(
        rf"^\|\s*`?{code}`?\s*\||(^|[^\d.]){code}\b[`*]* (·|:|-|[a-zA-Z])", readme(), re.MULTILINE
    )


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(STATUS_FIELDS, id="status"),
        pytest.param(CHANGE_FIELDS, id="changes"),
        pytest.param(Reject._fields, id="rejects"),
        pytest.param(RunRow._fields, id="runs"),
        pytest.param(MATCH_FIELDS, id="match list"),
        pytest.param(ERROR_FIELDS, id="errors"),
        pytest.param(CHECK_FIELDS, id="check"),
        pytest.param(OVERRIDE_FIELDS, id="override set"),
        pytest.param(LIST_FIELDS, id="override list"),
        pytest.param(ALIAS_FIELDS, id="alias list"),
        pytest.param(PRICE_FIELDS, id="report prices"),
        pytest.param(PREVIEW_FIELDS, id="rules preview"),
        pytest.param((*STORE_FIELDS, *ACTION_FIELDS, *COUNT_FIELDS), id="plan"),
        pytest.param(CSV_FIELDS, id="plan in CSV"),
        pytest.param(PLAN_CHECK_FIELDS, id="plan --check"),
        pytest.param(PUSH_FIELDS, id="push"),
        pytest.param(("pulled", "pushed", "held", "complaints"), id="sync"),
        pytest.param(LOG_FIELDS, id="log"),
        pytest.param(NEW_PRODUCT_FIELDS, id="new-products"),
        pytest.param(CRON_FIELDS, id="cron show"),
        pytest.param(
            ("run_id", "dry_run", "seconds", "changes", "documents", "stores"), id="import-listings"
        ),
        pytest.param(("listings", "product", "history"), id="show"),
    ],
)
def test_the_readme_names_every_field_of_json(fields: tuple[str, ...]) -> None:
    words = set(re.findall(r"\w+", readme()))

    assert [field for field in fields if field not in words] == []


def test_the_changelog_has_a_part_for_what_is_not_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(r"^## Unreleased\n\n### Added\n\n- ", text, re.MULTILINE)
