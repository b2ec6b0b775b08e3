"""Amazon says 429 to everything, or to one operation: nothing is asked too often, lost, or sent twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from amzsync.errors import RemoteBusy
from amzsync.results.sync import gist
from amzsync.workflows.sync import is_news
from tests.factories import product
from tests.live import LiveShop, live_shop
from tests.simulators import faults
from tests.simulators.amazon import EVERY
from tests.simulators.samples import asin
from tests.simulators.seller import Listing, Seller
from tests.simulators.usage_plans import PLANS, UsagePlans

HOUR = 12  # runs
KNOWN = 4  # runs after which all is known of a shop
MENDED = 8  # runs in which all that was held up is sent and looked at
FEW = 30  # listings: patches
MANY = 450  # so many more than the patches of a short run that a feed is worth it
MOST_TOKENS = 80  # requests for a token in a run, of four lanes that wait longer each time
SETTINGS = "[guards]\nplan_share = 1.0\nprice_share = 1.0\n[amazon]\ntime_budget = {budget}\n"
SENDING = (
    EVERY, "token", "patchListingsItem", "searchListingsItems", "getReport", "createReport",
)  # fmt: skip
FEEDING = (
    EVERY, "patchListingsItem", "createFeedDocument", "createFeed", "getFeed", "getFeedDocument", "searchListingsItems",
)  # fmt: skip


def price(number: int) -> str:
    """Return the new price of a listing: each other one has one."""
    return "19.90" if number % 2 else "21.50"


def quantity(number: int) -> int:
    """Return the new stock of a listing: the others change that, and one in ten is sold out."""
    return 0 if number % 10 == 1 else 3 if number % 2 else 5


@contextmanager
def changed_shop(folder: Path, count: int, *, budget: int) -> Iterator[LiveShop]:
    """Yield a shop that was in step with Amazon, and whose products have all changed since."""
    names = {f"SIM-{number:04d}": number for number in range(1, count + 1)}
    seller = Seller()
    seller.add(*(Listing(name, asin(number)) for name, number in names.items()))
    before = [product(name, price="19.90", qty="5") for name in names]
    with live_shop(folder, seller=seller, products=before) as shop:
        shop.stores["us"].read_only = False
        shop.settings = SETTINGS.format(budget=budget)
        shop.write()
        shop.syncs(KNOWN)
        assert shop.simulator.writes.count() == 0
        shop.products = [
            product(name, price=price(number), qty=str(quantity(number)))
            for name, number in names.items()
        ]
        shop.write()
        yield shop


def too_often(shop: LiveShop, began: float) -> list[str]:
    """Return what was asked since *began* though the published usage plans did not allow it."""
    plans = UsagePlans()
    found = []
    for entry in shop.simulator.ledger.calls():
        name = f"{entry.operation} preview" if entry.param("mode") else entry.operation
        if not plans.take("", name, entry.at) and entry.at >= began:
            found.append(f"{name} at {entry.at - began:.3f} s")
    return found


def is_as_wanted(shop: LiveShop) -> bool:
    """Tell whether Amazon has every listing as Commerce has it."""
    return all(
        (float(one.price or 0), one.quantity) == (float(price(number)), quantity(number))
        for number, one in enumerate(shop.seller.listings.values(), 1)
    )


CASES = [(name, FEW, 240) for name in SENDING] + [(name, MANY, 40) for name in FEEDING]


CHOSEN = CASES if os.environ.get("AMZSYNC_ALL") else CASES[::4]  # each lives through an hour


@pytest.mark.parametrize(
    ("operation", "count", "budget"), CHOSEN, ids=[f"{name} {count}" for name, count, _ in CHOSEN]
)
def test_429_for_an_hour(operation: str, count: int, budget: int, tmp_path: Path) -> None:
    with changed_shop(tmp_path, count, budget=budget) as shop:
        began, seen = shop.clock.now(), shop.simulator.ledger.count("token")
        shop.simulator.always(operation, faults.throttled())
        told = []
        for _ in range(HOUR):
            start = shop.clock.now()
            (result,) = shop.syncs(1)
            assert shop.clock.now() - start == 300.0  # it has ended before the next begins
            found = result.complaints()
            assert {error.exit_code for error in found} <= {RemoteBusy.exit_code}
            told.append(is_news(shop.config(), gist(found), shop.now) and bool(found))
        assert too_often(shop, began) == []
        assert shop.simulator.ledger.count("token") - seen <= MOST_TOKENS * HOUR
        assert sum(told) <= 1
        shop.simulator.heal()
        shop.syncs(MENDED)
        assert too_often(shop, began) == []
        assert is_as_wanted(shop)
        writes = shop.simulator.writes
        assert (writes.twice(), writes.overlaps(), writes.harm()) == ([], [], [])
        assert shop.query("SELECT DISTINCT progress FROM outbox WHERE settled_at IS NULL") == []


def test_nothing_is_asked_of_what_was_not_answered_a_moment_ago(tmp_path: Path) -> None:
    """The buckets outlive the run: one that begins when the last has ended finds them empty."""
    with changed_shop(tmp_path, FEW, budget=240) as shop:
        began = shop.clock.now()
        shop.simulator.always("patchListingsItem", faults.throttled())
        for _ in range(5):
            shop.sync()
        assert too_often(shop, began) == []
        burst = PLANS["patchListingsItem"].burst
        passed = shop.clock.now() - began
        calls = shop.simulator.ledger.count("patchListingsItem")
        assert 0 < calls <= burst + passed * PLANS["patchListingsItem"].rate
