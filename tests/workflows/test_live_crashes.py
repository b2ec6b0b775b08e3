"""A live import that dies at any point: the next one ends as if nothing had happened, and no report is asked for twice."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.lanes import Inline
from amzsync.results.imports import ImportResult
from amzsync.workflows.import_listings import import_listings
from amzsync.workflows.sessions import Means
from tests.commandline import PATIENCE, Program
from tests.factories import tables
from tests.live import (
    MINUTE,
    Kept,
    LiveShop,
    asked,
    differing,
    exit_code,
)
from tests.live_faults import FIRST, POLLED, SOON, Occasion, harm, sorted_, undisturbed
from tests.live_goods import small_catalogue, small_seller
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.ledger import Entry
from tests.simulators.report_texts import ALL


class Killed(BaseException):
    """The process is no more."""


class Fuse:
    """Burns through at the *k*-th of the moments that it is told of; from then on nothing can be done."""

    def __init__(self, k: int) -> None:
        self.left = k
        self.blown = False

    def burn(self) -> None:
        """Count a moment."""
        self.left -= 1
        self.blown = self.blown or self.left <= 0
        self.check()

    def check(self) -> None:
        """Do nothing more when all is over."""
        if self.blown:
            raise Killed


Making = Callable[[Fuse], tuple[type[Inline], type[sqlite3.Connection]]]


def at_questions(fuse: Fuse) -> tuple[type[Inline], type[sqlite3.Connection]]:
    """Die before a question is sent: what has come of the one before is not heard, or written down already."""

    class Asking(Inline):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            fuse.burn()
            return super().submit(fn, *args, **kwargs)

    return Asking, _connection(fuse, lambda: None)


def at_writes(fuse: Fuse) -> tuple[type[Inline], type[sqlite3.Connection]]:
    """Die before anything is written for good: what Amazon answered meanwhile is not heard."""
    return Inline, _connection(fuse, fuse.burn)


def _connection(fuse: Fuse, burn: Callable[[], None]) -> type[sqlite3.Connection]:
    class Connection(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            fuse.check()
            lasting = sql.startswith("COMMIT") or (
                not self.in_transaction and sql.startswith(("INSERT", "UPDATE", "DELETE"))
            )
            if lasting:
                burn()
            return super().execute(sql, parameters)

    return Connection


@contextmanager
def wired(fuse: Fuse, make: Making, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Inline]]:
    """Have the state written through the fuse; yield who asks through it."""
    executor, connection = make(fuse)
    connect = sqlite3.connect
    with monkeypatch.context() as patched:
        patched.setattr(
            sqlite3, "connect", lambda *args, **how: connect(*args, **how, factory=connection)
        )
        yield executor


def run(
    shop: LiveShop, fuse: Fuse, make: Making, monkeypatch: pytest.MonkeyPatch
) -> ImportResult | None:
    """Import; return ``None`` where that was the end of the process."""
    settings = shop.config()
    with wired(fuse, make, monkeypatch) as executor:
        try:
            return import_listings(
                settings, "{}", now=shop.now, means=Means(shop.clock, shop.environ, executor)
            )
        except Killed:
            return None


CASES = {
    "first import, at questions": (FIRST, at_questions, 0),
    "first import, at writes": (FIRST, at_writes, 0),
    "report asked for, at questions": (POLLED, at_questions, 0),
    "report asked for, at writes": (POLLED, at_writes, 0),
    "report taken, at questions": (POLLED, at_questions, 1),
    "report taken, at writes": (POLLED, at_writes, 1),
    "changes and stock, at questions": (SOON, at_questions, 0),
    "changes and stock, at writes": (SOON, at_writes, 0),
}


@pytest.mark.parametrize(("occasion", "make", "before"), CASES.values(), ids=CASES)
def test_whenever_it_dies_the_next_run_makes_good(
    occasion: Occasion,
    make: Making,
    before: int,
    tmp_path: Path,
    settled: Kept,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = undisturbed(occasion, settled)
    k, unhurt = 0, False
    while not unhurt:
        k += 1
        folder = tmp_path / str(k)
        folder.mkdir()
        with occasion.shop(folder, settled) as shop:
            shop.seller.report_delay = 20.0  # each poll is but one more of the same
            shop.imports(before)
            place = {} if occasion.first else sorted_(shop)
            unhurt = run(shop, Fuse(k), make, monkeypatch) is not None
            if occasion.first and "unlisted" not in tables(shop.state):
                assert not unhurt  # it died while it made the state file
            else:
                assert harm(shop, place, course) == [], k
            shop.clock.advance(5 * MINUTE)
            results = shop.imports(occasion.runs)
            assert [(exit_code(one), asked(one).missed) for one in results] == [
                (0, ())
            ] * occasion.runs, k
            assert differing(shop, course.state) == {}, k
            types = [one.body["reportType"] for one in shop.simulator.ledger.calls("createReport")]
            assert len(types) == len(set(types)), (k, types)
    assert k > 2


# -- killed by the system ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [2, 4, 6, 8])
def test_a_process_that_is_killed_while_amazon_answers(number: int, tmp_path: Path) -> None:
    seller = small_seller(report_delay=0.0)
    with AmazonSimulator(seller) as simulator:
        shop = LiveShop(tmp_path, simulator, VirtualClock(time.time()), small_catalogue(seller))
        shop.write()
        simulator.ask_report(ALL)
        program = Program(shop.folder)
        started = program.start("import-listings", env=shop.environ)

        def kill(_: Entry) -> None:
            if simulator.ledger.count() == number:
                started.kill()

        simulator.on_entry = kill
        said = started.communicate(timeout=PATIENCE)
        assert started.returncode == -9
        simulator.on_entry = None
        done = program.process("import-listings", env=shop.environ).fine()
        shop.said += [*said, done.out, done.err]
        assert len(shop.query("SELECT 1 FROM listings")) == len(seller.listings)
        types = [one.body["reportType"] for one in simulator.ledger.calls("createReport")]
        assert ALL not in types  # the seller's own was taken
        assert shop.leaks() == []
