"""Tests of the door to the crontab program: Debian's own where it can be tried, on a spool of the test's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amzsync import crontab
from amzsync.core.crontab_lines import Entry, Schedule, placed, without
from amzsync.crontab import Crontab, CrontabBusy, CrontabError
from tests.crontabs import Spool, why_not_real

ODD = b"# caf\xe9 \xff\nMAILTO=ops@example.com\n\n*/7 * * * * true 50\\% \r\n\t\n@daily 'a  b'\n"
ENTRY = Entry("/srv/100%'s/amzsync.toml", Schedule(5, 2), "/venv/bin/python")
real = pytest.mark.skipif(bool(why_not_real()), reason=why_not_real())
shared = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12
)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path).make()


@pytest.fixture
def door(spool: Spool) -> Crontab:
    return Crontab(os.fspath(spool.program))


def scripted(spool: Spool, script: str) -> Crontab:
    spool.say("#!/bin/sh\n" + script)
    return Crontab(os.fspath(spool.program))


# -- reading and writing -----------------------------------------------------------------------------------


def test_no_crontab_is_an_empty_one(door: Crontab) -> None:
    assert door.read() == b""


def test_every_byte_of_a_crontab_comes_through(spool: Spool, door: Crontab) -> None:
    door.edit(lambda _: ODD)

    assert (spool.text(), door.read()) == (ODD, ODD)


def test_a_thousand_lines_come_through(spool: Spool, door: Crontab) -> None:
    text = b"".join(b"%d 1 * * * job %d\n" % (n % 60, n) for n in range(1000))

    door.edit(lambda _: text)

    assert spool.text() == text


@real
@shared
@given(st.lists(st.sampled_from([*ODD.splitlines(keepends=True), b"# x\n", b"5 4 1 * * y\n"])))
def test_debians_cron_takes_the_entry_into_any_crontab_and_gives_the_rest_back(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    spool = Spool(tmp_path_factory.mktemp("cron")).make()
    door, text = Crontab(os.fspath(spool.program)), b"".join(lines)
    door.edit(lambda _: text)

    door.edit(lambda text: placed(text, ENTRY))
    assert spool.text() == text + ENTRY.text
    door.edit(lambda text: without(text, ENTRY.config))

    assert spool.text() == (text or None)


def test_a_crontab_in_which_nothing_is_left_is_removed(spool: Spool, door: Crontab) -> None:
    spool.write(ENTRY.text)

    door.edit(lambda _: b"")

    assert spool.text() is None


def test_nothing_is_written_where_nothing_changes(spool: Spool, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    door = scripted(spool, f"echo $1 >> '{log}'; test $1 != -l || echo '# x'\n")

    door.edit(lambda text: text)

    assert log.read_text() == "-l\n"


@real
def test_a_line_that_cron_does_not_take_is_refused_and_nothing_is_lost(
    spool: Spool, door: Crontab
) -> None:
    spool.write(ODD)

    with pytest.raises(CrontabError, match=r"bad day-of-week.*The crontab is as it was"):
        door.edit(lambda text: text + b"* * * * foo\n")

    assert spool.text() == ODD


@real
@pytest.mark.parametrize("length", [998, 999])
def test_lines_as_long_as_amzsync_writes_them_are_taken(
    spool: Spool, door: Crontab, length: int
) -> None:
    line = b"2-59/5 * * * * " + b"x" * (length - 15) + b"\n"

    door.edit(lambda _: line)

    assert spool.text() == line


# -- what goes wrong ---------------------------------------------------------------------------------------


def test_what_another_has_changed_meanwhile_is_kept(spool: Spool, door: Crontab) -> None:
    asked: list[bytes] = []

    def change(text: bytes) -> bytes:
        if not asked:
            spool.write(b"# added by another\n")  # after it was read, before it is written
        asked.append(text)
        return placed(text, ENTRY)

    door.edit(change)

    assert asked == [b"", b"# added by another\n"]
    assert spool.text() == b"# added by another\n" + ENTRY.text


def test_a_crontab_that_changes_again_and_again_is_left_alone(spool: Spool, door: Crontab) -> None:
    asked: list[bytes] = []

    def change(text: bytes) -> bytes:
        asked.append(text)
        spool.write(b"# %d\n" % len(asked))
        return text + ENTRY.text

    with pytest.raises(CrontabBusy, match="later") as refused:
        door.edit(change)

    assert (refused.value.exit_code, spool.text()) == (75, b"# 3\n")


def test_what_is_not_what_was_written_is_said(spool: Spool, tmp_path: Path) -> None:
    door = scripted(spool, "test $1 != -l || echo '# as ever'\n")

    with pytest.raises(CrontabError, match=r"not what was written.*crontab -l"):
        door.edit(lambda text: text + ENTRY.text)


NOT_ALLOWED = (
    "echo 'You (shop) are not allowed to use this program (crontab)' >&2\n"
    "echo 'See crontab(1) for more information' >&2; exit 1\n"
)


def test_who_is_not_allowed_reads_crontabs_own_words(spool: Spool) -> None:
    with pytest.raises(CrontabError, match=r"You \(shop\) are not allowed.*cron\.allow") as refused:
        scripted(spool, NOT_ALLOWED).read()

    assert refused.value.exit_code == 69


@pytest.mark.parametrize(
    ("said", "none"),
    [
        pytest.param("crontab: can't open 'ann': No such file or directory", True, id="none"),
        pytest.param("crontab: can't open 'ann': Permission denied", False, id="one"),
    ],
)
def test_what_cannot_be_opened_is_not_taken_for_an_empty_crontab(
    spool: Spool, said: str, none: bool
) -> None:
    door = scripted(spool, f'echo "{said}" >&2; exit 1\n')

    if none:
        assert door.read() == b""
    else:
        with pytest.raises(CrontabError, match="Permission denied"):
            door.read()


def test_a_failure_without_words_is_told_by_its_number(spool: Spool) -> None:
    with pytest.raises(CrontabError, match="it ended with 3"):
        scripted(spool, "exit 3\n").read()


def test_a_program_that_cannot_be_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(CrontabError, match=r"cannot be run.*Nothing has been changed"):
        Crontab(os.fspath(tmp_path / "gone")).read()


def test_the_program_is_found_on_the_path_but_never_in_the_working_folder(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = spool.program.parent
    monkeypatch.chdir(folder)

    assert crontab.find({"PATH": os.fspath(folder)}) == Crontab(os.fspath(spool.program))
    if Path("/usr/bin/crontab").exists():
        assert crontab.find({"PATH": ":."}) == Crontab("/usr/bin/crontab")


@pytest.mark.skipif(Path("/usr/bin/crontab").exists(), reason="there is a crontab program")
def test_where_the_program_is_missing_its_package_is_named() -> None:
    with pytest.raises(CrontabError, match="package is called cron"):
        crontab.find({})


# -- the surroundings --------------------------------------------------------------------------------------


def test_a_command_is_tried_in_what_cron_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONLY_IN_MY_SHELL", "1")
    source = "import os, sys; sys.exit('ONLY_IN_MY_SHELL' in os.environ or sys.stdin.read() != '')"

    assert crontab.starts([sys.executable, "-c", source]) is None


def test_the_last_words_of_a_command_that_does_not_start_are_told() -> None:
    said = crontab.starts([sys.executable, "-c", "import no_such_module"])

    assert said == "ModuleNotFoundError: No module named 'no_such_module'"


@pytest.mark.parametrize(
    ("names", "runs"),
    [
        pytest.param(["systemd", "sh", "cron"], True, id="Debian"),
        pytest.param(["init", "crond"], True, id="cronie"),
        pytest.param(["init", "cronx", "sh"], False, id="none"),
        pytest.param([], None, id="no such folder"),
    ],
)
def test_a_daemon_is_seen_among_the_processes(
    tmp_path: Path, names: list[str], runs: bool | None
) -> None:
    for number, name in enumerate(names, start=1):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "comm").write_text(name + "\n")

    assert crontab.daemon_runs(tmp_path) is runs
