"""Tests of the program among other programs: pipes, cron, full disks, terminals, signals, exit codes."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import sqlite3
import stat
from contextlib import closing

import pytest
from rich.cells import cell_len

from amzsync import __version__
from tests.commandline import Program
from tests.factories import example_shop

ASCII = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
SGR = re.compile(r"\x1b\[([0-9;]*)m")
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def plain(text: str) -> list[str]:
    return ESCAPE.sub("", text).splitlines()


# -- pipes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "status",
        "status --tab active --limit 0",
        "status --tab all -o json",
        "status --tab all -o csv",
        "show KIT-1037",
        "match list",
    ],
)
def test_a_pipe_that_is_closed_early_is_no_error(example: Program, words: str) -> None:
    done = example.shell(f"set -o pipefail; $AMZSYNC --quiet {words} | head -n 1")

    assert (done.code, done.err, len(done.out.splitlines())) == (0, "", 1)


def test_a_pipe_whose_reader_is_gone_is_no_error(example: Program) -> None:
    done = example.shell("$AMZSYNC status --tab all -o json | true; exit ${PIPESTATUS[0]}")

    assert (done.code, done.err) == (0, "")


def test_nothing_is_cut_in_a_pipe(example: Program) -> None:
    out = example.process("status", "--tab", "inactive").fine().out

    assert "…" not in out
    assert "Saltmarsh Mortar and Pestle, Granite" in out


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("status", "--tab", "active"),
        ("status", "-o", "json"),
        ("status", "--tab", "all", "-o", "csv"),
        ("show", "KIT-1037"),
        ("match", "export"),
        ("config", "show"),
        ("--version",),
        ("--help",),
        ("status", "--help"),
    ],
    ids=" ".join,
)
def test_a_full_disk_is_told_in_a_sentence(example: Program, words: tuple[str, ...]) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - only ever written to
        done = example.process(*words, stdout=full)

    assert (done.code, done.err) == (
        74,
        "amzsync: The answer cannot be written: No space left on device. Write it elsewhere.\n",
    )


# -- cron --------------------------------------------------------------------------------------------------


def test_cron_imports_without_terminal_locale_or_streams(program: Program) -> None:
    example_shop(program.folder)

    done = program.shell("umask 000; $AMZSYNC import-listings <&- >&- 2>&-", ASCII)

    assert done.code == 0
    state = program.folder / "amzsync.db"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert program.run("runs", "-o", "json").json()[0]["outcome"] == "done"


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("status", "--tab", "all", "--limit", "0"),
        ("show", "KIT-1013"),
        ("match", "list"),
        ("rejects",),
    ],
    ids=" ".join,
)
def test_an_ascii_locale_gets_ascii(example: Program, words: tuple[str, ...]) -> None:
    done = example.shell(f"$AMZSYNC {' '.join(words)} <&-", ASCII).fine()

    assert done.out.isascii()


def test_tabs_have_ascii_signs_where_there_are_no_others(example: Program) -> None:
    out = example.shell("$AMZSYNC status --tab all --limit 0", ASCII).fine().out

    signs = {
        line.split()[1] for line in out.splitlines() if line.startswith(("us", "de"))
    }  # after the store
    assert signs == {"!", "?", "+", "o", "*", "x", "#"}


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_programs_read_is_utf_8_whatever_the_locale(example: Program, form: str) -> None:
    words = f"$AMZSYNC status --tab inactive -o {form}"

    ascii_, utf8 = example.shell(words, ASCII), example.shell(words, {"LC_ALL": "C.UTF-8"})

    assert "Crème Brûlée" in ascii_.fine().out
    assert ascii_.out == utf8.out


def test_progress_is_for_terminals(program: Program) -> None:
    example_shop(program.folder)

    assert program.process("import-listings").fine().err == ""
    assert "Reading exports and reports" in program.terminal("import-listings", "--force").out


@pytest.mark.parametrize("words", [("init",), ("match", "review")], ids=" ".join)
def test_a_question_with_stdin_closed_is_no_bug(program: Program, words: tuple[str, ...]) -> None:
    example_shop(program.folder)
    program.run("import-listings").fine()

    done = program.shell(f"$AMZSYNC {' '.join(words)} <&-")

    assert (done.code in {0, 2}, "bug" in done.err) == (True, False)


# -- terminals ---------------------------------------------------------------------------------------------

SCREENS = [
    ("status",),
    *(("status", "--tab", tab, "--limit", "0") for tab in (
        "all", "incomplete", "new-third-party", "ready-to-list", "inactive", "active", "ineligible", "ended",
    )),
    ("show", "KIT-1037"),
    ("show", "KIT-1019"),
    ("match", "list"),
    ("rejects",),
    ("runs",),
    ("import-listings",),
]  # fmt: skip


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("words", SCREENS, ids=" ".join)
def test_every_line_fits_the_terminal(example: Program, words: tuple[str, ...], width: int) -> None:
    out = example.terminal(*words, width=width).fine().out

    assert [line for line in plain(out) if cell_len(line.split("\r")[-1]) > width] == []


@pytest.mark.parametrize("width", [80, 200])
def test_no_sku_is_cut_in_any_tab(example: Program, width: int) -> None:
    rows = example.run("status", "--tab", "all", "-o", "json").fine().json()

    for tab in sorted({row["tab"] for row in rows}):
        out = example.terminal("status", "--tab", tab, "--limit", "0", width=width).fine().out
        words = set(out.split())
        key = "sku" if tab in {"incomplete", "ready-to-list"} else "seller_sku"
        keys = [row[key] for row in rows if row["tab"] == tab]
        assert [sku for sku in keys if not set(sku.split()) <= words] == []


def test_each_tab_has_a_sign_and_a_word_beside_its_colour(example: Program) -> None:
    words = ("status", "--tab", "all", "--limit", "0")
    lines = plain(example.terminal(*words, width=200, env={"NO_COLOR": "1"}).fine().out)

    found = {re.split(r"\s{2,}", line)[1] for line in lines[1:] if line.startswith(("us", "de"))}
    assert found == {
        "● Active", "○ Inactive", "✕ Ineligible", "▲ Incomplete", "■ Ended", "◆ Ready to List", "? New Third Party",
    }  # fmt: skip


def test_titles_in_wide_characters_keep_the_columns_straight(example: Program) -> None:
    report = example.folder / "reports" / "us_all_listings.txt"
    content = report.read_bytes()
    assert b"Copperhen Fish Kettle 45 cm" in content
    report.write_bytes(
        content.replace(
            b"Copperhen Fish Kettle 45 cm", "銅製の魚用鍋、蓋と網が付いています".encode()
        )
    )
    example.run("import-listings").fine()

    lines = plain(example.terminal("status", "--tab", "inactive", "-s", "us", width=80).out)

    (wide,) = [line for line in lines if "KIT-1014" in line]
    assert "銅製" in wide
    reason = lines[0].index("Reason")
    assert cell_len(wide[: wide.index("Amazon")]) == reason


def colours(text: str) -> set[str]:
    return {
        code
        for found in SGR.findall(text)
        for code in found.split(";")
        if code not in {"", "0", "1"}
    }


def test_no_color_is_obeyed(example: Program) -> None:
    words = ("status", "--tab", "all")

    assert colours(example.terminal(*words).out) != set()
    assert colours(example.terminal(*words, env={"NO_COLOR": "1"}).out) == set()
    assert "\x1b" not in example.process(*words).out


def test_a_dumb_terminal_gets_no_escapes(example: Program) -> None:
    assert "\x1b" not in example.terminal("status", "--tab", "all", env={"TERM": "dumb"}).out


# -- where the configuration is named ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("status", "--tab", "ended"),
        ("show", "KIT-1001"),
        ("changes",),
        ("rejects",),
        ("runs",),
        ("match", "list"),
        ("match", "export"),
        ("config", "check"),
        ("config", "show"),
        ("config", "path"),
        ("import-listings", "--dry-run", "-o", "csv"),
    ],
    ids=" ".join,
)
def test_config_is_understood_before_and_after_the_command(
    example: Program, command: tuple[str, ...]
) -> None:
    named = ("--config", str(example.folder / "amzsync.toml"))
    (example.folder / "elsewhere").mkdir()
    elsewhere = Program(example.folder / "elsewhere")

    before = elsewhere.process(*named, *command).fine()
    after = elsewhere.process(*command, *named).fine()

    assert (before.out, before.err) == (after.out, after.err)
    assert before.out or command == ("changes",)


# -- how it ends ------------------------------------------------------------------------------------------


def test_the_version_is_printed(program: Program) -> None:
    assert program.process("--version").fine().out == f"amzsync {__version__}\n"


def test_an_unknown_command_is_a_usage_error(program: Program) -> None:
    assert "No such command 'stauts'" in program.process("stauts").refused(2)


def test_a_bug_writes_a_crash_log_and_shows_no_traceback(example: Program) -> None:
    with closing(sqlite3.connect(example.folder / "amzsync.db")) as db, db:
        db.execute("UPDATE listings SET tab = 'lost' WHERE seller_sku = 'KIT-1014'")

    said = example.process("status", "--tab", "all", "--limit", "0").refused(70)

    (log,) = example.folder.glob("amzsync-crash-*.log")
    assert (
        said == f"amzsync: That was a bug in amzsync (ValueError). Please report it with {log}.\n"
    )
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("how", "said"),
    [("none", "There is no state file"), ("garbage", "damaged"), ("newer", "by a newer amzsync")],
)
def test_a_state_file_that_cannot_be_used_ends_with_74(
    example: Program, how: str, said: str
) -> None:
    path = example.folder / "amzsync.db"
    if how == "none":
        path.unlink()
    elif how == "garbage":
        path.write_bytes(b"no database at all " * 100)
    else:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("PRAGMA user_version = 99")

    assert said in example.process("status").refused(74)


def test_a_second_run_says_who_is_at_work_and_ends_with_75(example: Program) -> None:
    lock = example.folder / "amzsync.db.lock"
    holder = {
        "pid": 4711,
        "host": "shop",
        "command": "import-listings",
        "since": "2026-11-22T06:00Z",
    }
    lock.write_text(json.dumps(holder), encoding="utf-8")
    with lock.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        said = example.process("import-listings").refused(75)

        assert "amzsync import-listings, pid 4711 on shop, since 2026-11-22T06:00Z" in said
        example.process("status").fine()  # readers never wait
    example.process("import-listings").fine()


def test_ctrl_c_ends_with_130_and_no_traceback(example: Program) -> None:
    os.mkfifo(example.folder / "pipe")  # reading it waits for a writer, so there is time for Ctrl-C
    running = example.start("match", "import", "pipe")
    with (example.folder / "pipe").open("wb"):  # opens as soon as the program has begun to read
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)

    assert (running.returncode, out) == (130, "")
    assert err == "amzsync: Interrupted; nothing was left half done.\n"


# -- completion --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_made_for_each_shell(program: Program, shell: str) -> None:
    out = program.process(env={"_AMZSYNC_COMPLETE": f"source_{shell}"}).fine().out

    assert "_AMZSYNC_COMPLETE" in out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("amzsync st", ["status"]),
        ("amzsync status --tab in", ["incomplete", "inactive", "ineligible"]),
        ("amzsync match un", ["unpin"]),
        ("amzsync show KIT-1037", ["KIT-1037", "KIT-1037-B"]),
    ],
)
def test_the_shell_is_offered_what_fits(example: Program, typed: str, offered: list[str]) -> None:
    done = example.process(
        env={
            "_AMZSYNC_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) - 1),
        }
    )

    assert done.out.split() == offered
