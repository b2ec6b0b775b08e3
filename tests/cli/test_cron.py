"""Tests of ``amzsync cron ...``; the last of them lets cron's own daemon run the entry."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from amzsync.cli import MODULES
from amzsync.core.crontab_lines import COMMAND
from amzsync.render.cron import CRON_FIELDS
from tests.commandline import PATIENCE, Result
from tests.crontabs import DAEMON, REAL, SPOOL, Spool, installed_python, why_not_real
from tests.factories import Shop, listing, product

BARE = {"PATH": "/usr/bin:/bin", "LC_ALL": "POSIX"}
MINE = b"# mine\nMAILTO=ops@example.com\n5 4 * * * backup\n"
ACCOUNT = "[accounts.main]\nregion = 'na'\n[stores.live]\nmarketplace = 'CA'\nseller_id = 'A2EXAMPLE'\nwebsite = 'base'\n"
A_MINUTE = 80  # seconds within which cron begins what is to run every minute
RUNS = COMMAND if COMMAND in MODULES else "import-listings"


@dataclass(frozen=True, slots=True)
class Installation:
    """amzsync as it is installed for a user, who has a shop and a crontab."""

    python: Path
    folder: Path
    spool: Spool

    def run(self, *words: str, **env: str) -> Result:
        """Run amzsync without a terminal, in a bare environment whose crontab is the test's."""
        done = subprocess.run(
            [self.python, "-P", "-m", "amzsync", *words],
            cwd=self.folder,
            env={**BARE, "PATH": f"{self.spool.program.parent}:/usr/bin:/bin", **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_python(tmp_path_factory.mktemp("a venv"))


@pytest.fixture
def user(tmp_path: Path, python: Path) -> Installation:
    folder = tmp_path / "50% of Ann's shop"
    folder.mkdir()
    shop = Shop(folder, products=[product("A")])
    shop.us.listings = [listing("A")]
    shop.write()
    return Installation(python, folder, Spool(tmp_path).make())


def test_install_shows_and_writes_the_same_entry(user: Installation) -> None:
    user.spool.write(MINE)

    done = user.run("cron", "install").fine()

    text = (user.spool.text() or b"").removeprefix(MINE).decode()
    mark, line = text.splitlines()
    assert mark == f"# amzsync: {user.folder}/amzsync.toml"
    assert f"'{user.python}' -P -m amzsync sync --config " in line
    assert [shown.strip() for shown in done.out.splitlines()][1:4] == [
        "The entry is added to your crontab:",
        mark,
        line,
    ]
    assert "Checked: " in done.out
    assert "only pulled: us." in done.err


def test_install_again_changes_nothing_and_says_so(user: Installation) -> None:
    user.run("cron", "install").fine()
    before = user.spool.text()

    assert "nothing is changed" in user.run("cron", "install").fine().out
    assert user.spool.text() == before


def test_install_replaces_what_is_another_by_now(user: Installation) -> None:
    user.run("cron", "install").fine()

    done = user.run("cron", "install", "--every", "60", "--log", "logs/../x.log").fine()

    text = (user.spool.text() or b"").decode()
    assert "is replaced" in done.out
    assert (text.count("\n"), "every hour, at minute" in done.out) == (2, True)
    assert "x.log" in text
    assert "logs" not in text


def test_a_dry_run_shows_and_writes_nothing(user: Installation) -> None:
    done = user.run("cron", "install", "--dry-run").fine()

    assert "would be added" in done.out
    assert user.spool.text() is None


@pytest.mark.parametrize("every", ["0", "7", "45", "61"])
def test_an_interval_that_cron_cannot_keep_is_refused(user: Installation, every: str) -> None:
    said = user.run("cron", "install", "--every", every).refused(2)

    assert "Choose one of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60." in said


def test_a_broken_configuration_is_refused_with_its_problems(user: Installation) -> None:
    config = user.folder / "amzsync.toml"
    config.write_text(config.read_text() + "[nonsense]\na = 1\n")

    assert "nonsense" in user.run("cron", "install").refused(78)
    assert user.spool.text() is None


def test_credentials_in_variables_are_refused_unless_anyway(user: Installation) -> None:
    config = user.folder / "amzsync.toml"
    config.write_text(config.read_text() + ACCOUNT)

    said = user.run("cron", "install", SP_API_REFRESH_TOKEN="in my shell").refused(77)

    assert "LWA_APP_ID, LWA_CLIENT_SECRET, SP_API_REFRESH_TOKEN of the account main" in said
    assert "LWA_APP_ID" in user.run("cron", "install", "--anyway").fine().err
    assert user.spool.text() is not None


def test_who_is_not_allowed_is_told_in_crontabs_words_without_their_escapes(
    user: Installation,
) -> None:
    user.spool.say(
        "#!/bin/sh\nprintf 'You \\033[31m(ann) are not allowed to use this\\n' >&2; exit 1\n"
    )

    said = user.run("cron", "install").refused(69)

    assert "You " in said
    assert "(ann) are not allowed to use this" in said
    assert "\x1b" not in said


@pytest.mark.skipif(Path(REAL).exists(), reason="there is a crontab program")
def test_a_machine_without_crontab_is_told_which_package_it_lacks(user: Installation) -> None:
    user.spool.program.unlink()

    assert "package is called cron" in user.run("cron", "install").refused(69)


def test_show_tells_that_there_is_none(user: Installation) -> None:
    assert "none; amzsync cron install makes it" in user.run("cron", "show").fine().out


def test_show_tells_entry_next_runs_and_mail(user: Installation) -> None:
    user.run("cron", "install").fine()
    quiet = user.run("cron", "show").fine().out
    user.spool.write(MINE + (user.spool.text() or b""))

    seen = user.run("cron", "show").fine().out

    assert "a line MAILTO=you@example.com" in quiet
    assert "mailed to the MAILTO of your crontab" in seen
    assert seen.count("Z (") == 3
    assert "Last sync      none is known" in seen


def test_show_has_every_field_in_json_and_csv(user: Installation) -> None:
    user.run("cron", "install", "--every", "1", "--log", "sync.log").fine()

    found = user.run("cron", "show", "-o", "json").fine().json()

    assert tuple(found) == CRON_FIELDS
    assert (found["installed"], found["every"], len(found["next_runs"])) == (True, 1, 3)
    (row,) = user.run("cron", "show", "-o", "csv").fine().csv()
    assert (tuple(row), row["entry"]) == (CRON_FIELDS, found["entry"])


def test_remove_takes_the_entry_out_and_then_finds_none(user: Installation) -> None:
    user.spool.write(MINE)
    user.run("cron", "install").fine()

    assert "is removed from your crontab" in user.run("cron", "remove").fine().err
    assert user.spool.text() == MINE
    assert "has no entry" in user.run("cron", "remove").fine().err


def test_the_entry_of_a_shop_that_is_gone_can_be_removed(user: Installation) -> None:
    user.run("cron", "install").fine()
    config = user.folder / "amzsync.toml"
    config.unlink()

    user.run("cron", "remove", "--config", str(config)).fine()

    assert user.spool.text() is None


def test_all_entries_can_be_removed_from_anywhere(user: Installation) -> None:
    user.run("cron", "install").fine()
    (user.folder / "amzsync.toml").unlink()

    user.run("cron", "remove", "--all").fine()

    assert user.spool.text() is None


# -- the daemon --------------------------------------------------------------------------------------------


def why_no_daemon() -> str:
    return why_not_real() or ("" if Path(DAEMON).exists() else "there is no cron daemon")


@contextmanager
def daemon(spool: Spool) -> Iterator[None]:
    """Run cron's own daemon on that spool alone: it sees no other crontab, and no other daemon sees it."""
    hidden = "mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /etc/cron.d"
    alone = f"{hidden} && mount --bind /dev/null /etc/crontab"
    script = f'mount --bind "$0" {SPOOL} && {alone} && exec {DAEMON} -f'
    with subprocess.Popen(
        ["unshare", "--mount", "--", "sh", "-c", script, spool.folder / "spool"],
        env=BARE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        try:
            yield
            assert running.poll() is None
        finally:
            os.killpg(running.pid, signal.SIGTERM)


def said_in_time(pipe: Path) -> str:
    """Return all that is written to the named *pipe*, from when it is opened until it is closed again."""
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    seen = b""
    with os.fdopen(reading, "rb", buffering=0) as file:
        waiting = select.poll()
        waiting.register(file, select.POLLIN)
        while events := waiting.poll(A_MINUTE * 1000):
            if part := (file.read(65536) if events[0][1] & select.POLLIN else b""):
                seen += part
            else:
                return seen.decode()
    raise TimeoutError(f"cron began nothing within {A_MINUTE} s; said was {seen!r}")


@pytest.mark.slow
@pytest.mark.skipif(bool(why_no_daemon()), reason=why_no_daemon())
def test_crons_own_daemon_runs_the_entry(user: Installation) -> None:
    pipe = user.folder / "log 100%"  # its end tells that the run is over
    os.mkfifo(pipe)
    user.run("cron", "install", "--every", "1", "--log", pipe.name).fine()
    user.spool.write((user.spool.text() or b"").replace(b" sync ", b" %b " % RUNS.encode()))

    with daemon(user.spool):
        said = said_in_time(pipe)

    runs = user.run("runs", "-o", "json").fine().json()
    assert ({one["outcome"] for one in runs}, "Traceback" in said) == ({"done"}, False), said
    seen = user.run("cron", "show", "-o", "json").fine().json()
    assert (seen["last_sync"] is not None) is (RUNS == COMMAND), said


def test_the_line_runs_in_a_bare_environment(user: Installation) -> None:
    user.run("cron", "install").fine()
    line = (user.spool.text() or b"").splitlines()[1].decode()
    command = line.split(" ", 5)[5].replace(r"\%", "%").replace(" sync ", f" {RUNS} ")

    done = subprocess.run(
        ["env", "-i", "PATH=/usr/bin:/bin", "HOME=/", "/bin/sh", "-c", command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )

    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
