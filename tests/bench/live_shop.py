"""A seller of any size on a simulated Amazon, a shop that sells much of the same, and the runs between them."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from amzsync.amazon.lanes import Inline
from amzsync.amazon.operations import OPERATIONS
from amzsync.clock import Clock, text_of
from amzsync.core.rates import least_time
from amzsync.results.imports import ImportResult
from amzsync.workflows.import_listings import import_listings
from amzsync.workflows.sessions import Means
from tests.bench.memory import Peak
from tests.factories import EXPORT_COLUMNS, Cells, Folder, as_csv, product
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.samples import asin, ean
from tests.simulators.seller import CatalogueItem, Restriction, Seller
from tests.simulators.tokens import Credentials

STARTED = 1_795_000_200.0  # a full five minutes
PAGES = 10_000_000  # ASINs from here on are those of products that are not listed
CONFIG = """\
[commerce]
products = "products.csv"
[mapping]
asin = "asin"
ean = "ean"
[amazon]
time_budget = {time_budget}
[stores.us]
marketplace = "US"
seller_id = "{seller_id}"
website = "base"
[accounts.main]
region = "na"
endpoint = "{url}"
token_url = "{token_url}"
"""


class SharedClock:
    """A clock of several processes that stands still until one of them sleeps by it."""

    def __init__(self, moment: Synchronized[float]) -> None:
        self._moment = moment

    def now(self) -> float:
        with self._moment.get_lock():
            return self._moment.value

    def sleep(self, seconds: float) -> None:
        with self._moment.get_lock():
            self._moment.value += max(0.0, seconds)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated."""

    count: int  # listings
    folder: Path
    seed: int = 1
    report_delay: float = 90.0
    latency: float = 0.0  # real seconds of each answer
    time_budget: int = 3600  # seconds of each run


class Amazon(Protocol):
    """The simulator, be it here or in a process of its own."""

    def calls(self) -> Counter[tuple[str, int]]:
        """Return what was asked since this was last asked, by operation and status."""
        ...

    def change(self, share: float) -> int:
        """Change price and stock of a *share* of the listings; return of how many."""
        ...

    def memory(self) -> float:
        """Return the most megabytes that the importing process had so far; 0 where nobody looked."""
        ...


class Here:
    """The simulator in this process; writes the shop's files as it starts."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.seller = seller_of(plan)
        self._amazon = AmazonSimulator(self.seller, clock=clock, latency=plan.latency)
        self._amazon.ledger.keep_answers = False
        _write(plan, self.seller, self._amazon)
        self._amazon.__enter__()

    def calls(self) -> Counter[tuple[str, int]]:
        found = Counter((each.operation, each.status) for each in self._amazon.ledger.calls())
        self._amazon.ledger.clear()
        return found

    def change(self, share: float) -> int:
        seller, step = self.seller, round(1 / share)
        chosen = list(seller.listings)[::step]
        for number, sku in enumerate(chosen):
            seller.change(sku, price=f"{5 + number % 90}.49", quantity=number % 60 + 1)
        return len(chosen)

    def memory(self) -> float:
        return 0.0

    def close(self) -> None:
        self._amazon.__exit__(None, None, None)


class Elsewhere:
    """The simulator in a process of its own, which also looks at how much memory this one takes."""

    def __init__(self, plan: Plan, moment: Synchronized[float] | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(plan, moment, theirs, os.getpid()))
        self._process.start()
        self._pipe.recv()

    def calls(self) -> Counter[tuple[str, int]]:
        return Counter(self._ask("calls"))

    def change(self, share: float) -> int:
        return int(self._ask("change", share))

    def memory(self) -> float:
        """Return the most megabytes that this process and its children had, but for the simulator."""
        return float(self._ask("memory"))

    def close(self) -> None:
        self._ask("close")
        self._process.join()

    def _ask(self, *words: Any) -> Any:
        self._pipe.send(words)
        return self._pipe.recv()


def _serve(plan: Plan, moment: Synchronized[float] | None, pipe: Connection, client: int) -> None:
    """Be the simulator's process."""
    from tests.simulators.clocks import RealClock

    here = Here(plan, RealClock() if moment is None else SharedClock(moment))
    peak = Peak(client, without=[os.getpid()])
    peak.start()
    answers: dict[str, Callable[..., object]] = {
        "calls": here.calls,
        "change": here.change,
        "memory": lambda: peak.megabytes,
        "close": here.close,
    }
    pipe.send("ready")
    word = ""
    while word != "close":
        word, *values = pipe.recv()
        pipe.send(answers[word](*values))
    peak.stop()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to."""

    calls: Counter[str]  # by operation, tokens and documents too
    throttled: int  # answers with status 429
    seconds: float  # by the clock of the run
    real_seconds: float
    result: ImportResult

    @property
    def total(self) -> int:
        return sum(self.calls.values())

    def least(self, report_delay: float) -> float:
        """Return the seconds that these calls take at least under the published usage plans."""
        plans = (
            (OPERATIONS[name], calls) for name, calls in self.calls.items() if name in OPERATIONS
        )
        return report_delay + max(least_time(calls, plan.rate, plan.burst) for plan, calls in plans)


@dataclass(frozen=True, slots=True)
class LiveShop:
    """A shop that asks a simulated Amazon."""

    folder: Folder
    amazon: Amazon
    clock: Clock
    executor: Callable[[], Executor] | None = Inline  # None: the threads of a real run

    def memory(self) -> float:
        """Return the most megabytes that this process had so far, without the simulator."""
        return self.amazon.memory()

    def run(self) -> Ran:
        """Import once."""
        environ, threads = environment(), self.executor
        means = (
            Means(self.clock, environ)
            if threads is None
            else Means(self.clock, environ, executor=threads)
        )
        self.amazon.calls()
        real, start = time.perf_counter(), self.clock.now()
        gc.collect()
        gc.disable()  # as the command does
        result = import_listings(self.folder.config(), "{}", now=text_of(start), means=means)
        gc.enable()
        seconds, real_seconds = self.clock.now() - start, time.perf_counter() - real
        asked = self.amazon.calls()
        calls: Counter[str] = Counter()
        for (operation, _), number in asked.items():
            calls[operation] += number
        throttled = sum(number for (_, status), number in asked.items() if status == 429)
        return Ran(calls, throttled, seconds, real_seconds, result)

    def cron(
        self, until: Callable[[Ran], bool], *, every: float = 300.0, most: int = 400
    ) -> list[Ran]:
        """Import at every full *every* seconds until a run is as wanted; return the runs."""
        runs: list[Ran] = []
        while len(runs) < most and not (runs and until(runs[-1])):
            self.clock.sleep(every - self.clock.now() % every)
            runs.append(self.run())
        return runs


class Virtual:
    """A shop by a clock that stands still, in a ``with`` block; *apart*: the simulator is another process."""

    def __init__(self, plan: Plan, *, apart: bool = False) -> None:
        self._plan, self._apart = plan, apart
        self._open = ExitStack()

    def __enter__(self) -> LiveShop:
        moment = multiprocessing.get_context("spawn").Value("d", STARTED)
        clock = SharedClock(moment)
        amazon = Elsewhere(self._plan, moment) if self._apart else Here(self._plan, clock)
        self._open.callback(amazon.close)
        return LiveShop(Folder(self._plan.folder), amazon, clock)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()


def environment() -> dict[str, str]:
    """Return the credentials as they stand in the environment."""
    own = Credentials()
    return {
        "LWA_APP_ID": own.client_id,
        "LWA_CLIENT_SECRET": own.client_secret,
        "SP_API_REFRESH_TOKEN": own.refresh_token,
    }


# -- what is sold --------------------------------------------------------------------------------------


def seller_of(plan: Plan) -> Seller:
    """Return the seller, and a catalogue that knows most of what he could sell besides."""
    seller = Seller.sample(plan.count, plan.seed, report_delay=plan.report_delay)
    for number in unlisted(plan.count):
        code = (("EAN", ean(number)),)
        pages = [asin(PAGES + 10 * number + at) for at in range(number % 3)]
        seller.know(*(CatalogueItem(page, f"Page {page}", identifiers=code) for page in pages))
        if len(pages) == 1 and number % 5 == 0:
            seller.restrict(
                pages[0], Restriction("APPROVAL_REQUIRED", "You need approval to list.")
            )
    return seller


def unlisted(count: int) -> range:
    """Return the numbers of the products that are not listed: one for twenty listings."""
    return range(count + 1, count + 1 + count // 20)


def products_of(seller: Seller, count: int) -> Iterator[Cells]:
    """Yield the products: of 19 in 20 listings, and some that are not listed, most of them without an ASIN."""
    for number, listing in enumerate(seller.listings.values(), 1):
        if number % 20 == 0:
            continue
        attributes = {"asin": listing.asin or "", "ean": listing.product_id or ""}
        sku = listing.sku if number % 4 else f"C-{number:06d}"
        yield product(sku, attributes=attributes)
    for number in unlisted(count):
        known = {"asin": asin(PAGES + 10 * number)} if number % 4 == 0 else {"ean": ean(number)}
        yield product(f"NEW-{number:06d}", attributes=known)


def _write(plan: Plan, seller: Seller, amazon: AmazonSimulator) -> None:
    plan.folder.mkdir(parents=True, exist_ok=True)
    products = as_csv(EXPORT_COLUMNS, products_of(seller, plan.count))
    (plan.folder / "products.csv").write_bytes(products)
    text = CONFIG.format(
        time_budget=plan.time_budget,
        seller_id=seller.seller_id,
        url=amazon.url,
        token_url=amazon.token_url,
    )
    (plan.folder / "amzsync.toml").write_text(text, encoding="utf-8")
