"""What a fault at Amazon must never do to what is known, and the occasions at which faults are tried.

An *occasion* is a shop at a moment, with what has changed at Amazon since the last import; ``undisturbed``
tells what imports without a fault make of it, ``harm`` what a fault has spoiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from amzsync.results.imports import ImportResult
from tests.factories import Dump, product
from tests.live import DAY, HOUR, MINUTE, Kept, LiveShop, asked, exit_code, live_shop
from tests.simulators.faults import Fault
from tests.simulators.samples import MISSING_BRAND, asin, ean
from tests.simulators.seller import CatalogueItem, Listing, Restriction

FEW = 30  # calls of the operation that goes wrong, in one run; of several lanes together, twice as many
SHARED = ("searchListingsItems", "getListingsItem", "searchCatalogItems", "getListingsRestrictions")
BUDGET = 240.0  # seconds that a run may take
Sorted = dict[str, tuple[str, str]]  # tab and status of each listing and product


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a fault is tried."""

    name: str
    change: Callable[[LiveShop], None]
    runs: int  # after which an import has nothing more to do
    faulty: int = 1  # runs that meet the fault
    first: bool = False  # nothing has been imported yet

    @contextmanager
    def shop(self, folder: Path, settled: Kept) -> Iterator[LiveShop]:
        """Yield the shop at the moment."""
        with live_shop(folder, kept=None if self.first else settled) as shop:
            self.change(shop)
            shop.write()
            shop.simulator.ledger.clear()
            yield shop


@dataclass(frozen=True, slots=True)
class Course:
    """What imports without a fault come to."""

    state: Dump
    seen: dict[str, set[tuple[str, str]]] = field(default_factory=dict)  # tabs in between


_COURSES: dict[str, Course] = {}


def undisturbed(occasion: Occasion, settled: Kept) -> Course:
    """Return what imports without a fault come to at *occasion*."""
    if occasion.name not in _COURSES:
        with TemporaryDirectory() as folder, occasion.shop(Path(folder), settled) as shop:
            course: dict[str, set[tuple[str, str]]] = {}
            for _ in range(occasion.runs):
                assert exit_code(shop.imports(1)[0]) == 0
                for key, place in sorted_(shop).items():
                    course.setdefault(key, set()).add(place)
            _COURSES[occasion.name] = Course(shop.canonical(), course)
    return _COURSES[occasion.name]


# -- occasions -----------------------------------------------------------------------------------------


def _nothing(shop: LiveShop) -> None:
    """Leave Amazon as it is."""


def _soon(shop: LiveShop) -> None:
    """Let no report be due."""
    shop.settings = "[amazon]\nreport_age = 1440\n"
    _some_changes(shop)


def _some_changes(shop: LiveShop) -> None:
    """Let a few minutes bring a new price, a new issue, a suppression, sold stock and a new listing."""
    seller = shop.seller
    shop.clock.advance(10 * MINUTE)
    seller.change("SIM-000001", price="77.10")
    seller.change("SIM-000010", issues=(MISSING_BRAND,), suppressed=MISSING_BRAND.message)
    seller.change("SIM-000011", status=frozenset({"DISCOVERABLE"}), quantity=0)
    seller.change("SIM-000043", quantity=3)
    new = Listing("SIM-000050", asin(50), "Tillerby Tarp No. 50", last_updated=shop.clock.now())
    seller.add(new)
    shop.clock.advance(5 * MINUTE)


def _an_hour_later(shop: LiveShop) -> None:
    _some_changes(shop)
    shop.clock.advance(1.2 * HOUR)


def _a_day_later(shop: LiveShop) -> None:
    """Let a day pass, and put two products into the shop: one that can be listed, one that needs an approval."""
    shop.clock.advance(DAY + HOUR)
    for number in (107, 108):
        shop.seller.know(CatalogueItem(asin(number), "New", identifiers=(("EAN", ean(number)),)))
        shop.products.append(product(f"N-{number}", attributes={"ean": ean(number)}))
    shop.seller.restrict(asin(108), Restriction("NOT_ELIGIBLE", "You may not sell this product."))


FIRST = Occasion("first import", _nothing, runs=1, first=True)
SOON = Occasion("minutes later", _soon, runs=2)
HOURLY = Occasion("an hour later", _an_hour_later, runs=4)
POLLED = Occasion("a report under way", _an_hour_later, runs=4, faulty=2)
DAILY = Occasion("a day later", _a_day_later, runs=3)


# -- what may not be -----------------------------------------------------------------------------------


def sorted_(shop: LiveShop) -> Sorted:
    """Return where every listing and every product without one stands."""
    rows = shop.query(
        "SELECT seller_sku, v.tab, v.status FROM listings JOIN verdicts v USING (verdict_id) UNION ALL "
        "SELECT sku, v.tab, v.status FROM unlisted u JOIN verdicts v USING (verdict_id) "
        "JOIN products USING (product_id)"
    )
    return {key: (tab, status) for key, tab, status in rows}


def harm(shop: LiveShop, before: Sorted, course: Course) -> list[str]:
    """Return what is worse than before: all that is sorted neither as it was nor as it will be."""
    now = sorted_(shop)
    found = [f"{key} is lost" for key in before.keys() - now.keys()]
    for key, place in now.items():
        if place not in course.seen.get(key, set()) | {before.get(key, place)}:
            found.append(f"{key} is in {place}, not {before.get(key)} or {course.seen.get(key)}")
        if key not in before and place[0] == "ready-to-list" and not knows_listings(shop):
            found.append(f"{key} is ready to list though no listing is known")
    missing = shop.query("SELECT seller_sku FROM listings WHERE missing_run IS NOT NULL")
    return found + [f"{sku} is taken as vanished" for (sku,) in missing]


def knows_listings(shop: LiveShop) -> bool:
    """Tell whether the state holds any listing."""
    return bool(shop.query("SELECT 1 FROM listings LIMIT 1"))


def untold(
    shop: LiveShop, result: ImportResult, operation: str, kinds: set[str], codes: set[str]
) -> list[str]:
    """Return how a run that met a fault has not told of it: in its result, and in the state.

    *codes* are what stands for the fault; empty: any.
    """
    missed = [one for one in asked(result).missed if one.operation == operation]
    rows = [one for one in shop.errors(result.run_id) if one["operation"] == operation]
    found: list[str] = []
    if not missed or not {one.kind for one in missed} <= kinds:
        found.append(f"the result tells {asked(result).missed}")
    if [(one.kind, one.code, one.message) for one in missed] != [
        (row["kind"], row["code"], row["message"]) for row in rows
    ]:
        found.append(f"the state has {rows}")
    if codes and not {row["code"] for row in rows} <= codes:
        found.append(f"the codes are { {row['code'] for row in rows} }")
    given = {
        entry.answer_headers.get("x-amzn-RequestId") for entry in shop.simulator.ledger.calls()
    }
    return found + [
        f"no request id that Amazon gave: {row}"
        for row in rows
        if row["status"] is not None and operation != "token" and row["request_id"] not in given
    ]


def bounded(shop: LiveShop, operation: str, began: float) -> list[str]:
    """Return how a run that began at *began* asked more, or took longer, than it may."""
    number, took = shop.simulator.ledger.count(operation), shop.clock.now() - began
    most = 2 * FEW if operation in SHARED else FEW
    found = [f"{number} calls of {operation}"] if number > most else []
    return found + ([f"it took {took} s"] if took > BUDGET else [])


def recover(shop: LiveShop, occasion: Occasion, *, after: float = 0.0) -> list[str]:
    """Let Amazon work again, and import as often as it takes; return what went wrong all the same."""
    shop.simulator.heal()
    shop.clock.advance(after)
    return [
        f"{exit_code(result)} after the fault: {asked(result)}"
        for result in shop.imports(occasion.runs)
        if exit_code(result) or asked(result).missed
    ]


def named(*faults: Fault) -> dict[str, Fault]:
    """Return faults by their names."""
    return {fault.name: fault for fault in faults}
