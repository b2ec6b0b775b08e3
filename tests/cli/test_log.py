"""``amzsync log`` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.core.plan import Difference
from amzsync.core.sending import Progress
from amzsync.store import state
from tests.commandline import Program
from tests.factories import NOW, Shop, asin, listing, product
from tests.sendings import sent

HOSTILE = "\x1b[2J=1+1"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    shop = Shop(tmp_path, products=[product("A", attributes={"asin": asin(1)})])
    shop.us.listings = [listing("A")]
    shop.run()
    with state.writing(shop.state, command="a test", now=NOW) as current, current.transaction():
        price = (Difference("price", 2190, 1990),)
        sent(current.db, "A", differences=price, progress=Progress.REJECTED, message=HOSTILE)
        sent(current.db, "B", progress=Progress.ACCEPTED)
    return Program(tmp_path)


def test_says_what_was_sent_and_what_became_of_it(program: Program) -> None:
    lines = program.run("log").fine().out.splitlines()

    assert "us  B  revise price; accepted, not seen yet" in lines[0]
    assert "us  A  revise price: price 21.90 -> 19.90; rejected" in lines[1]
    assert "(run 1)" in lines[1]


def test_what_amazon_says_steers_no_terminal_and_is_no_formula(program: Program) -> None:
    table, rows = program.run("log", "--errors").fine().out, program.run("log", "-o", "csv").csv()

    assert "\x1b" not in table
    assert "=1+1" in table
    assert rows[1]["changes"] == "price 21.90 -> 19.90"
    assert rows[1]["message"].startswith("'") or not rows[1]["message"].startswith("=")


def test_records_have_every_field(program: Program) -> None:
    accepted, rejected = program.run("log", "--output", "json").fine().json()

    assert rejected["changes"] == [{"field": "price", "before": "21.90", "after": "19.90"}]
    assert (accepted["progress"], accepted["issues"], accepted["feed_id"]) == ("accepted", [], None)


def test_nothing_is_said_to_be_nothing(program: Program) -> None:
    found = program.run("log", "--sku", "nobody").fine()

    assert (found.out, found.err) == ("", "There is nothing of that in the log.\n")


def test_a_run_that_never_was_is_an_error(program: Program) -> None:
    assert "There is no run 99." in program.run("log", "--run", "99").refused(2)


def test_says_that_there_is_more(program: Program) -> None:
    assert "The newest 1; --limit 0 shows all." in program.run("log", "--limit", "1").fine().err
