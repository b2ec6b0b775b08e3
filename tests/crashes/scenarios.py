"""Small shops with something to send: each is prepared once, and sent from there time and again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amzsync.amazon.lanes import Inline
from amzsync.store import home, state
from amzsync.workflows.sessions import Means
from tests.crashes import child
from tests.factories import Cells, asin, product
from tests.live import Kept, LiveShop, live_shop
from tests.simulators.seller import CatalogueItem, Listing, Seller

CALM = "[guards]\nplan_share = 1.0\nprice_move = 10.0\n"
WANTED = {  # seller SKU -> price, stock in Commerce
    "ZERO": ("20.00", 0),
    "LESS": ("20.00", 2),
    "MORE": ("20.00", 9),
    "PRICE": ("22.00", 5),
    "BOTH": ("18.00", 8),
    "DOWN": ("17.00", 1),
    "SAME": ("20.00", 5),
    "FBA": ("20.00", 5),
}
FEED: dict[str, Any] = {
    "amzsync.core.ways.FEED_FROM": 2,
    "amzsync.workflows.push.LEAST": 239.9,
}
"""What makes a feed of a handful of changes: time for four calls, and next to no least number."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a run does that dies, and what must have come of it in the end."""

    name: str
    command: str = "sync"
    skus: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()  # commands by hand, each with a sync after, before what dies
    gone: tuple[str, ...] = ()  # seller SKUs that are ended
    listed: tuple[str, ...] = ()  # that are on Amazon besides


SCENARIOS = (
    Scenario("patches"),
    Scenario("feed", settings=FEED),
    Scenario("end", command="end", skus=("SAME",), gone=("SAME",)),
    Scenario("delete", skus=("SAME",), before=("end",), gone=("SAME",)),
    Scenario("publish", command="publish", skus=("NEW",), listed=("NEW",)),
)


def seller() -> Seller:
    """Return a seller whose listings all cost 20.00 and have five in stock."""
    made = Seller(report_delay=1.0, feed_delay=10.0, submission_delay=400.0)
    for number, sku in enumerate(WANTED, 1):
        channel = "AMAZON_NA" if sku == "FBA" else "DEFAULT"
        made.add(Listing(sku, asin(number), price="20.00", quantity=5, channel=channel))
    made.know(CatalogueItem(asin(90), "New", identifiers=()))
    return made


def goods(*, changed: bool) -> list[Cells]:
    """Return the products, as Amazon has them, or *changed* so that there is something to send."""
    found = [
        product(
            sku,
            price=price if changed else "20.00",
            qty=str(quantity if changed else 5),
            attributes={"asin": asin(number)},
        )
        for number, (sku, (price, quantity)) in enumerate(WANTED.items(), 1)
    ]
    return [*found, product("NEW", price="30.00", qty="3", attributes={"asin": asin(90)})]


class Prepared:
    """A shop as it was when it had something to send, to go on from there time and again."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        with _shop(folder, goods(changed=False)) as shop:
            shop.syncs(5)
            for command in scenario.before:
                by_hand(shop, command, scenario.skus)
                shop.clock.advance(500.0)
            shop.seller.settle()
            self._products = goods(changed=scenario.command == "sync" and not scenario.before)
            self._kept = Kept.of(shop)
            self._shelves = deepcopy(shop.seller.shelves)

    @contextmanager
    def opened(self, folder: Path) -> Iterator[LiveShop]:
        """Yield the shop in *folder*, as it was."""
        with _shop(folder, self._products) as shop:
            shop.seller.shelves.update(deepcopy(self._shelves))
            shop.seller.touched()
            self._kept.put_into(shop)
            with state.writing(shop.state, command="a test", now=shop.now) as current:
                home.record(current.db, home.here(shop.state))  # it was copied
            yield shop


@contextmanager
def _shop(folder: Path, products: list[Cells]) -> Iterator[LiveShop]:
    folder.mkdir(parents=True, exist_ok=True)
    with live_shop(folder, seller=seller(), products=products, plans=False) as shop:
        shop.settings = CALM
        shop.stores["us"].read_only = False
        shop.write()
        yield shop


def by_hand(shop: LiveShop, command: str, skus: tuple[str, ...]) -> None:
    """Send by hand, in this process."""
    child.act(shop.config(), command, list(skus), Means(shop.clock, shop.environ, Inline))
