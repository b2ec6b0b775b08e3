"""Tests of having cron run the sync of a configuration."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amzsync import config
from amzsync.config import Config
from amzsync.config.schema import check
from amzsync.crontab import Crontab, CrontabError
from amzsync.errors import CredentialsError, MissingInput, UsageError
from amzsync.results.cron import Installed, Outcome
from amzsync.workflows import cron
from tests.crontabs import Spool, installed_python

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
MINE = b"# mine\nMAILTO=ops@example.com\n5 4 * * * backup\n"
STORE = "marketplace = 'US'\nseller_id = 'A2EXAMPLE'\nwebsite = 'base'\n"
COMMERCE = "[commerce]\nproducts = 'products.csv'\n[mapping]\n"
FILES = f"{COMMERCE}[stores.us]\n{STORE}listings = 'listings.txt'\n"
ASKS = f"{COMMERCE}[accounts.main]\nregion = 'na'\n{{}}\n[stores.live]\n{STORE}account = 'main'\n"
VARIABLES = ("LWA_APP_ID", "LWA_CLIENT_SECRET", "SP_API_REFRESH_TOKEN")


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_python(tmp_path_factory.mktemp("venv"))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path).make()


def configured(folder: Path, text: str = FILES) -> Config:
    folder.mkdir(exist_ok=True)
    path = folder / "amzsync.toml"
    path.write_text(text)
    return config.build(path, check(config.read(path)))


def install(
    spool: Spool,
    settings: Config,
    *,
    python: str | Path = sys.executable,
    every: int = 5,
    log: Path | None = None,
    anyway: bool = True,
    dry_run: bool = False,
) -> Installed:
    door = Crontab(os.fspath(spool.program))
    return cron.install(
        door, settings, python=os.fspath(python), every=every, log=log, anyway=anyway, dry_run=dry_run
    )  # fmt: skip


def remove(spool: Spool, path: Path | None) -> list[str]:
    return cron.remove(Crontab(os.fspath(spool.program)), None if path is None else str(path))


# -- install -----------------------------------------------------------------------------------------------


def test_the_entry_is_added_once_and_what_was_there_stays(spool: Spool, tmp_path: Path) -> None:
    spool.write(MINE)
    shop = configured(tmp_path / "shop")

    outcomes = [install(spool, shop).outcome for _ in range(2)]

    entry = install(spool, shop).entry
    assert outcomes == [Outcome.ADDED, Outcome.SAME]
    assert spool.text() == MINE + entry.text


def test_another_interval_replaces_the_entry_where_it_stands(spool: Spool, tmp_path: Path) -> None:
    shop = configured(tmp_path / "shop")
    install(spool, shop)
    spool.write((spool.text() or b"") + MINE)

    done = install(spool, shop, every=15)

    assert (done.outcome, spool.text()) == (Outcome.REPLACED, done.entry.text + MINE)


def test_a_dry_run_writes_nothing(spool: Spool, tmp_path: Path) -> None:
    done = install(spool, configured(tmp_path / "shop"), dry_run=True)

    assert (done.outcome, spool.text()) == (Outcome.ADDED, None)


def test_amzsync_is_seen_to_start_as_cron_starts_it(
    spool: Spool, tmp_path: Path, python: Path
) -> None:
    install(spool, configured(tmp_path / "shop"), python=python, anyway=False)

    assert f" {python} -P -m amzsync sync ".encode() in (spool.text() or b"")


def test_a_python_without_amzsync_is_refused(spool: Spool, tmp_path: Path) -> None:
    with pytest.raises(CrontabError, match=r"does not run amzsync.*pipx install"):
        install(spool, configured(tmp_path / "shop"), python="/bin/false", anyway=False)

    assert spool.text() is None


@pytest.mark.parametrize(
    ("crontab", "missing"),
    [
        pytest.param(b"", VARIABLES, id="an empty crontab"),
        pytest.param(b"LWA_APP_ID=x\n", VARIABLES[1:], id="one is set in the crontab"),
    ],
)
def test_credentials_from_the_environment_are_refused_with_each_variable(
    spool: Spool, tmp_path: Path, python: Path, crontab: bytes, missing: tuple[str, ...]
) -> None:
    spool.write(crontab + MINE)
    shop = configured(tmp_path / "shop", ASKS.format(""))

    with pytest.raises(CredentialsError) as refused:
        install(spool, shop, python=python, anyway=False)

    assert f": {', '.join(missing)} of the account main." in refused.value.message
    assert "credentials_file" in refused.value.next_step
    assert spool.text() == crontab + MINE
    assert install(spool, shop, python=python).remarks[0] == refused.value.message


@pytest.mark.parametrize(
    ("account", "crontab"),
    [
        pytest.param("credentials_file = 'main.json'", b"", id="a file"),
        pytest.param("", b"".join(f"{name}=x\n".encode() for name in VARIABLES), id="crontab"),
    ],
)
def test_credentials_that_cron_has_are_fine(
    spool: Spool, tmp_path: Path, python: Path, account: str, crontab: bytes
) -> None:
    spool.write(crontab + MINE)
    shop = configured(tmp_path / "shop", ASKS.format(account))

    assert install(spool, shop, python=python, anyway=False).outcome is Outcome.ADDED


def test_an_account_that_no_store_asks_needs_no_credentials(
    spool: Spool, tmp_path: Path, python: Path
) -> None:
    shop = configured(tmp_path / "shop", FILES + "[accounts.main]\nregion = 'na'\n")

    assert install(spool, shop, python=python, anyway=False).outcome is Outcome.ADDED


def test_what_the_user_should_know_is_remarked(spool: Spool, tmp_path: Path) -> None:
    text = ASKS.format("credentials_file = 'main.json'")
    quiet = configured(tmp_path / "shop", text + "read_only = false\n")
    loud = configured(tmp_path / "other", text)

    said = " ".join(install(spool, loud, every=4).remarks)
    unsaid = " ".join(install(spool, quiet, every=5).remarks)

    assert "only pulled: live." in said
    assert "240 s (time_budget in [amazon]), not less than the 4 min" in said
    assert "only pulled" not in unsaid
    assert "time_budget" not in unsaid


def test_a_path_that_a_crontab_cannot_hold_is_refused(spool: Spool, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot hold.*Move or rename"):
        install(spool, configured(tmp_path / "a\nb"))


def test_a_log_needs_its_folder(spool: Spool, tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="There is no folder"):
        install(spool, configured(tmp_path / "shop"), log=tmp_path / "logs" / "sync.log")


# -- remove ------------------------------------------------------------------------------------------------


def test_only_the_entry_of_that_configuration_is_removed(spool: Spool, tmp_path: Path) -> None:
    spool.write(MINE)
    first, second = configured(tmp_path / "first"), configured(tmp_path / "second")
    install(spool, first)
    kept = install(spool, second)

    assert remove(spool, first.path) == [str(first.path)]
    assert spool.text() == MINE + kept.entry.text
    assert remove(spool, first.path) == []


def test_every_entry_of_amzsync_can_be_removed(spool: Spool, tmp_path: Path) -> None:
    spool.write(MINE)
    shops = [configured(tmp_path / name) for name in ("first", "second")]
    for shop in shops:
        install(spool, shop)

    assert remove(spool, None) == [str(shop.path) for shop in shops]
    assert spool.text() == MINE


def test_a_crontab_that_held_nothing_else_is_gone_afterwards(spool: Spool, tmp_path: Path) -> None:
    shop = configured(tmp_path / "shop")
    install(spool, shop)

    remove(spool, shop.path)

    assert spool.text() is None


# -- view --------------------------------------------------------------------------------------------------


def test_the_view_tells_the_entry_its_next_runs_and_the_others(
    spool: Spool, tmp_path: Path
) -> None:
    first, second = configured(tmp_path / "first"), configured(tmp_path / "second")
    entry = install(spool, first).entry
    install(spool, second)

    seen = cron.view(Crontab(os.fspath(spool.program)), first, NOON)

    assert seen.found is not None
    assert (seen.found.line, seen.others) == (entry.line, (str(second.path),))
    assert [run.minute % 5 for run in seen.next_runs] == [entry.schedule.first] * 3
    assert (seen.last_sync, seen.mail_to) == (None, False)


def test_a_paused_entry_runs_no_more(spool: Spool, tmp_path: Path) -> None:
    shop = configured(tmp_path / "shop")
    mark, line, _ = install(spool, shop).entry.text.split(b"\n")
    spool.write(MINE + mark + b"\n#" + line + b"\n")

    seen = cron.view(Crontab(os.fspath(spool.program)), shop, NOON)

    assert seen.found is not None
    assert (seen.found.paused, seen.next_runs, seen.mail_to) == (True, (), True)
