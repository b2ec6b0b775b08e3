"""Planning step by step comes to the same as planning everything, whatever happened and in whatever order."""

from __future__ import annotations

import random
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amzsync.core.overrides import Field
from amzsync.errors import UsageError
from amzsync.results.overrides import Listings, Wish
from amzsync.workflows import overrides
from tests.factories import StoreFiles, asin, listing, product
from tests.planned_shops import (
    OPENED_IN_BRITAIN,
    PlannedShop,
    all_planned,
    changed,
    order,
    planned_from_nothing,
    special,
)

SKUS = "ABCDE"
SAID = (
    "",
    "automatic_listing = true",
    "quantity.threshold = 4",
    'quantity.shared_stock = "whole"',
    "regional = false",
    'rules = { all = [{ attribute = "price", less_than = 25 }] }',
    'price_rules = [{ name = "Off", decrease = "10%", from = 2026-11-24, to = 2026-11-25 }]',
    "price.special_prices = true",
)
Step = tuple[str, str, int]
steps = st.tuples(
    st.sampled_from(
        ["price", "stock", "special", "listed", "gone", "asin", "fba", "override", "order", "day", "us", "ca"]
    ),
    st.sampled_from(SKUS),
    st.integers(0, 7),
)  # fmt: skip


class Story:
    """A shop in which things happen one after the other."""

    def __init__(self, folder: Path) -> None:
        self.day = 23
        self.shop = PlannedShop(folder)
        self.shop.products = [
            product(sku, attributes={"asin": asin(n)}) for n, sku in enumerate(SKUS)
        ]
        rows = [listing(sku, asin1=asin(n), price="20.00") for n, sku in enumerate("ABC")]
        british = listing("A", asin1=asin(0), open_date=OPENED_IN_BRITAIN)
        self.shop.stores = {
            "us": StoreFiles(listings=rows),
            "ca": StoreFiles("CA", listings=[changed(one, price="21.00") for one in rows[:2]]),
            "uk": StoreFiles("UK", listings=[british]),
        }
        self.shop.run()
        self.shop.plan(self.now)

    @property
    def now(self) -> str:
        return f"2026-11-{self.day:02d}T20:00:00Z"

    def happen(self, step: Step) -> None:
        """Let one thing happen, import and plan."""
        kind, sku, number = step
        if kind in self.shop.stores:
            self.shop.said[kind] = SAID[number]
        elif kind == "day":
            self.day = min(self.day + 1, 28)
        else:
            getattr(self, f"_{kind}")(sku, number)
        self.shop.run(force=True)
        self.shop.plan(self.now)

    def _price(self, sku: str, number: int) -> None:
        self._product(sku, price=f"{10 + 5 * number}.000000")

    def _stock(self, sku: str, number: int) -> None:
        self._product(sku, qty=f"{number}.0000")

    def _special(self, sku: str, number: int) -> None:
        self._product(sku, **special("9.99", f"11/{23 + number % 3}/26", "11/25/26"))

    def _listed(self, sku: str, number: int) -> None:
        del number
        rows = self.shop.stores["us"].listings or []
        if sku not in {one["seller-sku"] for one in rows}:
            rows.append(listing(sku, asin1=asin(SKUS.index(sku))))

    def _gone(self, sku: str, number: int) -> None:
        del number
        files = self.shop.stores["us"]
        rows = files.listings or []
        files.listings = [one for one in rows if one["seller-sku"] != sku] or rows

    def _asin(self, sku: str, number: int) -> None:
        self._listing(sku, asin1=asin(number % len(SKUS)))

    def _fba(self, sku: str, number: int) -> None:
        self._listing(sku, **{"fulfillment-channel": "AMAZON_NA" if number % 2 else "DEFAULT"})

    def _order(self, sku: str, number: int) -> None:
        self.shop.orders["us"] = [order(number, sku, number + 1)]

    def _override(self, sku: str, number: int) -> None:
        """Override a price where there is such a listing; a number of nought takes it back."""
        wish = Wish({Field.PRICE: f"{9 + number}.50" if number else None}, None)
        with suppress(UsageError):
            overrides.apply(self.shop.config(), Listings((sku,), "ca"), wish, now=self.now)

    def shuffle(self, seed: int) -> None:
        """Write all files anew, in another order of rows."""
        dice = random.Random(seed)
        dice.shuffle(self.shop.products)
        for files in self.shop.stores.values():
            dice.shuffle(files.listings or [])

    def _product(self, sku: str, **cells: str) -> None:
        self.shop.products = [
            changed(one, **cells) if one["sku"] == sku else one for one in self.shop.products
        ]

    def _listing(self, sku: str, **cells: str) -> None:
        files = self.shop.stores["us"]
        files.listings = [
            changed(one, **cells) if one["seller-sku"] == sku else one
            for one in files.listings or []
        ]


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=1, max_size=7))
def test_planning_only_what_changed_comes_to_the_same_as_planning_everything(
    story: list[Step],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = Story(Path(folder))
        for step in story:
            world.happen(step)
            assert all_planned(world.shop.state) == planned_from_nothing(world.shop, world.now)


@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, max_size=3), st.integers(0, 99))
def test_the_order_of_rows_does_not_matter_for_the_plan(story: list[Step], seed: int) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first, second = Story(Path(one)), Story(Path(other))
        second.shuffle(seed)
        for step in story:
            first.happen(step)
            second.happen(step)
        for world in (first, second):
            world.shop.run(force=True)
            world.shop.plan(world.now)
        assert all_planned(first.shop.state) == all_planned(second.shop.state)
