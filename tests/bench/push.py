"""Measure how soon changes of Commerce are at Amazon, with ``sync`` begun by cron, on a simulated Amazon.

    python -m tests.bench.push [10 1000 100000] [--folder DIR]

Time is virtual: simulator and runs share a clock that stands still until somebody sleeps by it, and Amazon keeps
to its published usage plans.  The makespan goes from the start of the run that reads the changes until the last
of them is applied, beside what no sender could better: patches at their rate all the while, beside as many feeds
as help, of which Amazon works on one after another.  What the program itself works is told in real seconds.
Each figure that was asked for is followed by whether it was met.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from amzsync.amazon.lanes import Inline
from amzsync.amazon.operations import PATCH_LISTING
from amzsync.clock import Clock, text_of
from amzsync.core import ways
from amzsync.results.sync import SyncResult
from amzsync.workflows.sessions import Means
from amzsync.workflows.sync import sync
from tests.bench.live import MOST_CALLS, Marks
from tests.bench.live_shop import CONFIG, STARTED, SharedClock, environment
from tests.bench.memory import Peak
from tests.factories import EXPORT_COLUMNS, Cells, Folder, as_csv, product
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.samples import asin
from tests.simulators.seller import Listing, Seller

MOST_TIME = 1.2  # of the lower bound
SOON = 60.0  # seconds beyond the least, until all that is sold out is off sale
LATE = 10  # listings that are sold out while the others are still looked at
LATE_SOON = (
    180.0  # seconds until these are off sale: half of a run goes by with reading what has changed
)
EVERY = 300.0  # seconds between two runs
BUDGET = 240  # seconds of a run
OTHERS = 0.1  # of the changed listings there are so many that do not change
FEED_DELAY, FEED_RATE = 300.0, 100.0  # seconds of a feed besides its messages; messages a second
QUIET = 14  # runs before the change: in an hour of them every report has come
MOST_RUNS = 400
SETTINGS = "read_only = false\n"
GUARDS = """\
[guards]
plan_share = 1.0
price_move = 10.0
price_share = 1.0
price_factor_share = 1.0
"""
OPEN = "SELECT count(*) FROM outbox WHERE settled_at IS NULL"


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be measured."""

    count: int  # listings that change
    folder: Path
    feed_delay: float = FEED_DELAY
    feed_rate: float = FEED_RATE

    @property
    def listings(self) -> int:
        return self.count + max(10, round(self.count * OTHERS))


class Wanted(NamedTuple):
    """How a listing is to be in the end."""

    price: str
    quantity: int


class Applied(NamedTuple):
    """A change that Amazon has applied."""

    at: float
    sku: str
    way: str
    zero: bool


class Amazon(Protocol):
    """The simulator, be it here or in a process of its own."""

    def calls(self) -> Counter[tuple[str, int]]:
        """Return what was asked since this was last asked, by operation and status."""
        ...

    def applied(self) -> list[Applied]:
        """Return the changes that were applied since the start."""
        ...

    def faults(self) -> dict[str, int]:
        """Return how many listings are not as wanted, were sent twice, beside a feed, or to their harm."""
        ...

    def memory(self) -> float:
        """Return the most megabytes that the sending process had so far; 0 where nobody looked."""
        ...

    def close(self) -> None:
        """Serve no longer."""
        ...


class Here:
    """The simulator in this process; writes the shop's files as it starts."""

    def __init__(self, case: Case, clock: Clock) -> None:
        self._case = case
        self._seller = Seller(feed_delay=case.feed_delay, feed_rate=case.feed_rate)
        for number in range(1, case.listings + 1):
            self._seller.shelves[self._seller.home][sku_of(number)] = _listing(number)
        self._seller.touched()
        self._amazon = AmazonSimulator(self._seller, clock=clock)
        self._amazon.ledger.keep_answers = False
        _write(case, self._seller, self._amazon)
        self._amazon.__enter__()

    def calls(self) -> Counter[tuple[str, int]]:
        found = Counter((each.operation, each.status) for each in self._amazon.ledger.calls())
        self._amazon.ledger.clear()
        return found

    def applied(self) -> list[Applied]:
        self._seller.settle()
        return [
            Applied(each.at, each.sku, each.way, each.values.get("quantity") == 0)
            for each in self._amazon.writes.all()
        ]

    def faults(self) -> dict[str, int]:
        writes, shelf = self._amazon.writes, self._seller.listings
        wrong = 0
        for number in range(1, self._case.listings + 1):
            found, wanted = shelf[sku_of(number)], wanted_of(number, self._case.count, LATE)
            wrong += (float(found.price or 0), found.quantity) != (float(wanted.price), wanted.quantity)  # fmt: skip
        return {
            "not as wanted": wrong,
            "sent twice": len(writes.twice()),
            "sent beside a feed": len(writes.overlaps()),
            "harmed": len(writes.harm()),
        }

    def memory(self) -> float:
        return 0.0

    def close(self) -> None:
        self._amazon.__exit__(None, None, None)


class Elsewhere:
    """The simulator in a process of its own, which also looks at how much memory this one takes."""

    def __init__(self, case: Case, moment: Synchronized[float]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(case, moment, theirs, os.getpid()))
        self._process.start()
        self._pipe.recv()

    def calls(self) -> Counter[tuple[str, int]]:
        return Counter(self._ask("calls"))

    def applied(self) -> list[Applied]:
        return list(self._ask("applied"))

    def faults(self) -> dict[str, int]:
        return dict(self._ask("faults"))

    def memory(self) -> float:
        return float(self._ask("memory"))

    def close(self) -> None:
        self._ask("close")
        self._process.join()

    def _ask(self, word: str) -> Any:
        self._pipe.send(word)
        return self._pipe.recv()


def _serve(case: Case, moment: Synchronized[float], pipe: Connection, client: int) -> None:
    """Be the simulator's process."""
    here = Here(case, SharedClock(moment))
    peak = Peak(client, without=[os.getpid()])
    peak.start()
    answers: dict[str, Callable[[], object]] = {
        "calls": here.calls,
        "applied": here.applied,
        "faults": here.faults,
        "memory": lambda: peak.megabytes,
        "close": here.close,
    }
    pipe.send("ready")
    word = ""
    while word != "close":
        word = pipe.recv()
        pipe.send(answers[word]())
    peak.stop()


# -- what is sold --------------------------------------------------------------------------------------


def sku_of(number: int) -> str:
    """Return the seller SKU of a listing, and the SKU of its product."""
    return f"SIM-{number:06d}"


def before_of(number: int) -> Wanted:
    """Return how a listing is at first."""
    return Wanted(f"{10 + number % 90}.90", 20 + number % 50)


def wanted_of(number: int, changed: int, late: int = 0) -> Wanted:
    """Return how a listing is to be once those up to *changed* have: one in a hundred is sold out.

    Of the others half have another price, a quarter more stock, and a quarter less.  The *late* ones after these
    are sold out, too.
    """
    old = before_of(number)
    if number > changed + late:
        return old
    if number > changed or number % 100 == 1:
        return old._replace(quantity=0)
    if number % 2:
        return old._replace(price=f"{10 + number % 90}.40")
    return old._replace(quantity=old.quantity + (7 if number % 4 else -7))


def _listing(number: int) -> Listing:
    price, quantity = before_of(number)
    return Listing(sku_of(number), asin(number), f"No. {number}", price=price, quantity=quantity)


def _product(number: int, changed: int, late: int) -> Cells:
    wanted = wanted_of(number, changed, late)
    return product(sku_of(number), price=f"{wanted.price}0000", qty=f"{wanted.quantity}.0000")


def _write(case: Case, seller: Seller, amazon: AmazonSimulator) -> None:
    case.folder.mkdir(parents=True, exist_ok=True)
    change_products(case, 0)
    told = CONFIG.format(
        time_budget=BUDGET, seller_id=seller.seller_id, url=amazon.url, token_url=amazon.token_url
    ).replace("[accounts.main]", f"{SETTINGS}[accounts.main]")
    (case.folder / "amzsync.toml").write_text(told + GUARDS, encoding="utf-8")


def change_products(case: Case, changed: int, late: int = 0) -> None:
    """Write the products as they are once those up to *changed* have changed, and *late* more are sold out."""
    rows = (_product(number, changed, late) for number in range(1, case.listings + 1))
    (case.folder / "products.csv").write_bytes(as_csv(EXPORT_COLUMNS, rows))


# -- runs ----------------------------------------------------------------------------------------------


class Ran(NamedTuple):
    """What a run came to."""

    began: float
    seconds: float  # by the clock of the run
    real_seconds: float
    calls: Counter[str]
    throttled: int
    result: SyncResult


@dataclass(slots=True)
class Measured:
    """What it took until all was at Amazon, and confirmed."""

    case: Case
    quiet: Ran  # the last run before the change
    late_from: float = 0.0  # when the run began that read of what was sold out later
    runs: list[Ran] = field(default_factory=list)  # from the change on
    applied: list[Applied] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    memory: float = 0.0  # megabytes, and before the change
    memory_before: float = 0.0
    outbox: tuple[int, int] = (0, 0)  # rows, and bytes of the state that they take

    @property
    def makespan(self) -> float:
        return self._last(lambda each: not self._is_late(each)) - self.runs[0].began

    @property
    def last_zero(self) -> float:
        zeros = self._last(lambda each: each.zero and not self._is_late(each))
        return zeros - self.runs[0].began

    @property
    def least_zero(self) -> float:
        """Return the seconds below which nobody takes all that is sold out off sale by patches."""
        zeros = sum(each.zero and not self._is_late(each) for each in self.applied)
        return max(0.0, (zeros - PATCH_LISTING.burst) / PATCH_LISTING.rate)

    @property
    def late_zero(self) -> float:
        return self._last(self._is_late) - self.late_from

    def _is_late(self, one: Applied) -> bool:
        return one.sku > sku_of(self.case.count)

    def _last(self, chosen: Callable[[Applied], bool]) -> float:
        return max(each.at for each in self.applied if chosen(each))

    @property
    def confirmed(self) -> float:
        return self.runs[-1].began + self.runs[-1].seconds - self.runs[0].began

    @property
    def calls(self) -> Counter[str]:
        return sum((each.calls for each in self.runs), Counter[str]())

    @property
    def least(self) -> float:
        """Return the seconds below which nobody gets the changes to Amazon."""
        most = -(-self.case.count // ways.FEED_MESSAGES)
        return min(fastest(self.case, feeds) for feeds in range(most + 1))

    @property
    def published(self) -> float:
        """Return the same by ``ways.lower_bound``, for which all feeds take as long as one that is full."""
        case = self.case
        full = min(case.count, ways.FEED_MESSAGES)
        seconds = case.feed_delay + full / case.feed_rate
        return ways.lower_bound(case.count, PATCH_LISTING.rate, PATCH_LISTING.burst, seconds)


def fastest(case: Case, feeds: int) -> float:
    """Return the least seconds with so many feeds, all sent at once, and patches beside them all the while.

    With ``p`` patches in ``t`` seconds, ``p = burst + rate * t`` and ``t = feeds * delay + (count - p) / feed_rate``.
    """
    rest, rate = case.count - PATCH_LISTING.burst, PATCH_LISTING.rate
    if not feeds:
        return max(0.0, rest / rate)
    even = (feeds * case.feed_delay + rest / case.feed_rate) / (1.0 + rate / case.feed_rate)
    beyond = (rest - feeds * ways.FEED_MESSAGES) / rate  # what the feeds cannot hold goes by patch
    return max(even, feeds * case.feed_delay, beyond)


class Shop:
    """The shop, its Amazon, and their clock."""

    def __init__(self, case: Case, amazon: Amazon, clock: Clock) -> None:
        self.case, self.amazon, self.clock = case, amazon, clock
        self.folder = Folder(case.folder)

    def next_run(self) -> float:
        """Return when cron begins the next run."""
        now = self.clock.now()
        return now + EVERY - now % EVERY

    def run(self) -> Ran:
        """Sync once, at the next full five minutes."""
        self.clock.sleep(self.next_run() - self.clock.now())
        self.amazon.calls()
        means = Means(self.clock, environment(), executor=Inline)
        real, began = time.perf_counter(), self.clock.now()
        gc.collect()
        gc.disable()  # as the command does
        result = sync(self.folder.config(), "{}", means=means, now=text_of(began))
        gc.enable()
        seconds, real_seconds = self.clock.now() - began, time.perf_counter() - real
        asked, calls = self.amazon.calls(), Counter[str]()
        for (operation, _), number in asked.items():
            calls[operation] += number
        throttled = sum(number for (_, status), number in asked.items() if status == 429)
        return Ran(began, seconds, real_seconds, calls, throttled, result)

    def size(self) -> tuple[int, int]:
        """Return how many rows the outbox has, and how many bytes of the state these take."""
        with closing(sqlite3.connect(self.case.folder / "amzsync.db")) as db:
            (rows,) = db.execute("SELECT count(*) FROM outbox").fetchone()
            (size,) = db.execute(
                "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name LIKE 'outbox%'"
            ).fetchone()
        return rows, size

    def is_open(self) -> bool:
        """Tell whether Amazon has yet to show something that was sent."""
        with closing(sqlite3.connect(self.case.folder / "amzsync.db")) as db:
            return bool(db.execute(OPEN).fetchone()[0])


@contextmanager
def shop_of(case: Case, *, apart: bool = False) -> Iterator[Shop]:
    """Yield a shop that has been synced until all is known; *apart*: the simulator is another process."""
    with ExitStack() as stack:
        moment = multiprocessing.get_context("spawn").Value("d", STARTED)
        clock = SharedClock(moment)
        amazon: Amazon = Elsewhere(case, moment) if apart else Here(case, clock)
        stack.callback(amazon.close)
        yield Shop(case, amazon, clock)


def measure(
    case: Case, *, apart: bool = False, said: Callable[[Ran], None] = lambda _: None
) -> Measured:
    """Change the products of a shop that is in step, and sync until all is confirmed."""
    with shop_of(case, apart=apart) as shop:
        for _ in range(QUIET):
            quiet = shop.run()
        found = Measured(case, quiet, memory_before=shop.amazon.memory())
        change_products(case, case.count)
        while not found.late_from or (len(found.runs) < MOST_RUNS and shop.is_open()):
            if found.runs and not found.late_from and len(shop.amazon.applied()) >= case.count:
                change_products(case, case.count, LATE)
                found.late_from = shop.next_run()
            found.runs.append(shop.run())
            said(found.runs[-1])
        found.applied, found.faults = shop.amazon.applied(), shop.amazon.faults()
        found.memory, found.outbox = shop.amazon.memory(), shop.size()
    return found


# -- telling -------------------------------------------------------------------------------------------


def main() -> None:
    """Measure and print; exit with 1 where a figure is not what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[10, 1000, 100_000])
    parser.add_argument("--folder", type=Path, help="keep the files here")
    parser.add_argument("--verbose", action="store_true", help="tell of each run")
    args = parser.parse_args()
    marks = Marks()
    with tempfile.TemporaryDirectory() as temporary:
        for count in args.counts:
            case = Case(count, (args.folder or Path(temporary)) / str(count))
            told = _tell_run if args.verbose else lambda _: None
            _print(measure(case, apart=True, said=told), marks)
    if marks.missed:
        sys.exit(f"Missed: {', '.join(marks.missed)}")


def _tell_run(ran: Ran) -> None:
    names = ", ".join(f"{name} {number}" for name, number in sorted(ran.calls.items()))
    print(f"    {ran.seconds:6.1f} s, {ran.real_seconds:5.1f} s of work: {names}", flush=True)


def _print(found: Measured, marks: Marks) -> None:
    case = found.case
    asked = found.quiet.calls.total() - found.quiet.calls["token"]
    marks.line(
        "calls of a run before, in which nothing changed", str(asked), met=asked <= MOST_CALLS
    )
    print(f"{case.count:,} listings changed, of {case.listings:,}")
    ratio = round(found.makespan / found.least, 2)
    marks.line("seconds until all is applied", f"{found.makespan:.1f}")
    marks.line("at least, feeds one after another", f"{found.least:.1f}")
    marks.line(f"of the least (at most {MOST_TIME})", f"{ratio:.2f}", met=ratio <= MOST_TIME)
    marks.line("at least, feeds side by side", f"{found.published:.1f}")
    soon, least = found.last_zero, found.least_zero
    marks.line("seconds until all zeros are taken, and at least", f"{soon:.1f}, {least:.1f}", met=soon <= least + SOON)  # fmt: skip
    late = found.late_zero
    marks.line("seconds of zeros that come amid the looks", f"{late:.1f}", met=late <= LATE_SOON)
    marks.line(
        "seconds until all is confirmed, and runs", f"{found.confirmed:.0f}, {len(found.runs)}"
    )
    for name, number in sorted(found.calls.items()):
        print(f"    {name:<42}{number:>7,}")
    throttled = sum(each.throttled for each in found.runs)
    marks.line("429", str(throttled), met=not throttled)
    for words, number in found.faults.items():
        marks.line(words, str(number), met=not number)
    _print_work(found, marks)


def _print_work(found: Measured, marks: Marks) -> None:
    longest = max(found.runs, key=lambda each: each.real_seconds)
    first = found.runs[0].real_seconds
    marks.line("seconds of work: first run, longest, all", f"{first:.1f}, {longest.real_seconds:.1f}, {_sum(found.runs):.1f}")  # fmt: skip
    marks.line("longest run by the clock", f"{max(each.seconds for each in found.runs):.0f}", met=all(each.seconds <= BUDGET for each in found.runs))  # fmt: skip
    marks.line("peak memory, and before", f"{found.memory:.0f} MB, {found.memory_before:.0f} MB")
    rows, size = found.outbox
    marks.line("rows of the outbox, and their size", f"{rows:,}, {size / 1e6:.1f} MB")


def _sum(runs: Sequence[Ran]) -> float:
    return sum(each.real_seconds for each in runs)


if __name__ == "__main__":
    main()
