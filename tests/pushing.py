"""Send from a live shop in this process, and see what has come of it."""

from __future__ import annotations

from typing import Any

from amzsync.amazon.lanes import Inline
from amzsync.results.plan import PlanRow
from amzsync.results.push import PushResult, StorePush
from amzsync.workflows import plans, push, senders
from amzsync.workflows.planned import planned
from amzsync.workflows.plans import Question
from amzsync.workflows.sessions import Means
from tests.crashes.scenarios import WANTED
from tests.live import LiveShop


def means(shop: LiveShop) -> Means:
    return Means(shop.clock, shop.environ, Inline)


def rows_of(shop: LiveShop, *skus: str, **asked: Any) -> list[PlanRow]:
    """Return the plan as it is now, held actions too."""
    config = shop.config()
    with planned(config, now=shop.now) as current:
        return list(plans.answer(current, config, Question(skus=skus, **asked), now=shop.now).rows)


def sent(shop: LiveShop, rows: list[PlanRow], command: str = "push") -> StorePush:
    """Send *rows* and return what became of them."""
    config = shop.config()
    stores = senders.chosen(config, None)
    result = push.send(config, stores, rows, means(shop), now=shop.now, command=command)
    (store,) = result.stores
    return store


def by_hand(shop: LiveShop, command: str, *skus: str) -> StorePush:
    rows = rows_of(
        shop,
        *skus,
        publish=command == "publish",
        relist=command in {"publish", "relist"},
        end=command == "end",
    )
    kinds = push.SENT_BY_HAND[command]
    return sent(shop, [row for row in rows if row.kind in kinds and row.hold is None], command)


def writes(shop: LiveShop, sku: str | None = None) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what Amazon took: seller SKU, way and values."""
    return [(one.sku, one.way, dict(one.values)) for one in shop.simulator.writes.all(sku)]


def is_well(shop: LiveShop) -> bool:
    """Tell whether nothing was sent twice, beside a feed, or to anybody's harm."""
    told = shop.simulator.writes
    assert (told.twice(), told.overlaps(), told.harm()) == ([], [], [])
    return True


def has(shop: LiveShop, sku: str) -> tuple[float, int | None]:
    """Return price and stock of a listing at Amazon, as its seller sees it once all has come to pass."""
    shop.seller.settle()
    one = shop.seller.listings[sku]
    return float(one.price or 0), one.quantity


def as_wanted(shop: LiveShop) -> set[str]:
    """Return the seller SKUs that are at Amazon as they are wanted."""
    return {
        sku for sku, (price, stock) in WANTED.items() if has(shop, sku) == (float(price), stock)
    }


def open_rows(shop: LiveShop) -> list[tuple[Any, ...]]:
    """Return what is not over."""
    return shop.query(
        "SELECT seller_sku, kind, step, progress FROM outbox WHERE settled_at IS NULL"
    )


def result_of(store: StorePush) -> PushResult:
    """Return the result of a run that had one store."""
    return PushResult(1, (store,))
