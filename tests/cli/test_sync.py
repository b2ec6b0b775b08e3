"""``sync`` as cron runs it: a bare environment, no terminal, and not a word while all is well."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from amzsync.clock import text_of
from amzsync.store import home, state
from tests.cli.desks import Desk, desk_in
from tests.commandline import Result
from tests.simulators import faults

MINUTE, DAY = 60.0, 86_400.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


def silent(done: Result) -> bool:
    return (done.code, done.out, done.err) == (0, "", "")


def cron(desk: Desk, *words: str, **more: str) -> Result:
    """Run sync as cron does: env -i, the POSIX locale, no terminal, from the user's home."""
    env = {
        **desk.shop.environ,
        "HOME": str(desk.shop.folder),
        "LC_ALL": "POSIX",
        "SHELL": "/bin/sh",
        **more,
    }
    done = desk.program.process(
        "sync", "--config", str(desk.shop.folder / "amzsync.toml"), *words, env=env
    )
    desk.shop.said += [done.out, done.err]
    return done


def a_day_ago(desk: Desk) -> None:
    """Have what was said been said yesterday: the clock on the wall cannot be moved."""
    with closing(sqlite3.connect(desk.shop.state)) as db:
        ((said,),) = db.execute("SELECT value FROM meta WHERE key = 'sync_said'").fetchall()
        words = said.partition(" ")[2]
        then = f"{text_of(time.time() - DAY - MINUTE)} {words}"
        db.execute("UPDATE meta SET value = ? WHERE key = 'sync_said'", (then,))
        db.commit()


# -- silence -------------------------------------------------------------------------------------------


def test_while_all_is_well_there_is_not_a_word(desk: Desk) -> None:
    assert silent(cron(desk))
    assert sorted(set(desk.writes)) == ["BOTH", "DOWN", "LESS", "MORE", "PRICE", "ZERO"]
    before = len(desk.writes)
    assert silent(cron(desk))
    assert len(desk.writes) == before


def test_a_read_only_store_only_pulls_and_says_nothing(desk: Desk) -> None:
    desk.settings(read_only=True)
    assert silent(cron(desk))
    assert desk.writes == []
    assert desk.shop.simulator.ledger.count() > 0


def test_on_a_terminal_it_tells_what_it_does(desk: Desk) -> None:
    done = desk.typed("sync")
    assert done.code == 0, done.out
    assert "Store us: 8 changes sent" in done.out
    assert [line for line in done.out.splitlines() if len(line) > 80] == []


def test_a_program_gets_a_record(desk: Desk) -> None:
    found = cron(desk, "--output", "json").fine().json()
    assert found.keys() == {"pulled", "pushed", "held", "complaints"}
    (store,) = found["pushed"]["stores"]
    assert (store["store"], found["held"], found["complaints"]) == ("us", {"us": 0}, [])
    assert [row["store"] for row in cron(desk, "--output", "csv").fine().csv()] == ["us"]


# -- what must be said ---------------------------------------------------------------------------------


def test_the_same_complaint_is_made_once_a_day(desk: Desk) -> None:
    desk.shop.simulator.always("patchListingsItem", faults.role_missing())
    first = cron(desk)
    assert (first.code, first.out) == (69, "")
    assert first.err.count("amzsync: ") == 1
    again = cron(desk)
    assert (again.code, again.out, again.err) == (69, "", "")
    a_day_ago(desk)
    assert cron(desk).err == first.err


def test_what_came_right_and_went_wrong_again_is_said_again(desk: Desk) -> None:
    desk.settings(seller_id="A2EXAMPLE")
    secret = desk.shop.environ.pop("MAIN_REFRESH")
    first = cron(desk)
    assert (first.code, "MAIN_REFRESH" in first.err) == (77, True)
    desk.shop.environ["MAIN_REFRESH"] = secret
    assert silent(cron(desk))
    del desk.shop.environ["MAIN_REFRESH"]
    assert cron(desk).err == first.err


def test_missing_credentials_are_told_once_though_two_parts_of_the_run_need_them(
    desk: Desk,
) -> None:
    del desk.shop.environ["MAIN_REFRESH"]
    done = cron(desk)
    assert done.err.count("MAIN_REFRESH") == 1, done.err


def test_what_is_held_back_ends_with_65_and_says_what_lets_it_go(desk: Desk) -> None:
    desk.shop.settings = "[guards]\nplan_share = 1.0\nprice_move = 0.01\n"
    desk.shop.write()
    done = cron(desk)
    assert (done.code, done.out) == (65, "")
    assert "held back" in done.err
    assert done.err.count("PRICE in store us") == 1
    assert "--allow price-move" in done.err
    assert "ZERO" in desk.writes
    assert "PRICE" not in desk.writes
    assert cron(desk).err == ""


def test_a_copied_state_ends_with_78_and_sends_nothing(desk: Desk) -> None:
    with state.writing(desk.shop.state, command="a test", now=desk.shop.now) as current:
        home.record(current.db, home.here(desk.shop.state)._replace(host="elsewhere"))
    done = cron(desk)
    assert (done.code, desk.writes) == (78, [])
    assert "amzsync adopt" in done.err


def test_a_broken_configuration_ends_with_78(desk: Desk) -> None:
    (desk.shop.folder / "amzsync.toml").write_text("[stores\n")
    done = cron(desk)
    assert (done.code, done.out, "Traceback" in done.err) == (78, "", False)


# -- a run that is still at work -----------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "is_told"), [(1, False), (14, False), (16, True)])
def test_a_run_before_it_is_passed_by_until_it_takes_too_long(
    desk: Desk, minutes: int, is_told: bool
) -> None:
    since = text_of(time.time() - minutes * MINUTE)
    with state.writing(desk.shop.state, command="sync", now=since):
        done = cron(desk)
    assert (done.code, done.out, desk.writes) == (75, "", [])
    assert ("Another run is at work" in done.err) is is_told
    assert (done.err == "") is not is_told


def test_on_a_terminal_a_run_that_is_at_work_is_told(desk: Desk) -> None:
    with state.writing(desk.shop.state, command="sync", now=text_of(time.time())):
        done = desk.typed("sync")
    assert (done.code, "Another run is at work" in done.out) == (75, True)
