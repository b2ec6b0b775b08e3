"""Taking back a run: what it sent goes back, is not sent again, and what has moved stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.amazon.lanes import Inline
from amzsync.errors import UsageError
from amzsync.store import state
from amzsync.workflows import planning, plans, senders, undo
from amzsync.workflows.plans import Question
from amzsync.workflows.sessions import Means
from amzsync.workflows.undo import UndoAnswer
from tests.factories import asin as asin_of
from tests.factories import product
from tests.live import LiveShop, live_shop
from tests.simulators.seller import Listing, Seller

CALM = "[guards]\nplan_share = 1.0\nprice_move = 10.0\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A live shop of three listings that are as wanted, and whose prices then change in Commerce."""
    seller = Seller()
    seller.add(
        *(Listing(sku, asin_of(n), price="20.00", quantity=5) for n, sku in enumerate("ABC", 1))
    )
    goods = [product(sku, attributes={"asin": asin_of(n)}) for n, sku in enumerate("ABC", 1)]
    with live_shop(tmp_path, seller=seller, products=goods) as made:
        made.settings = CALM
        made.stores["us"].read_only = False
        made.write()
        made.syncs(6)
        for row in made.products:
            row["price"] = "21.000000"
        made.write()
        yield made


def prices(shop: LiveShop) -> list[str | None]:
    return [shop.seller.listings[sku].price for sku in "ABC"]


def last_run(shop: LiveShop) -> int:
    return int(shop.query("SELECT max(run_id) FROM outbox")[0][0])


def reverse(shop: LiveShop, run_id: int, *skus: str) -> UndoAnswer:
    config = shop.config()
    with state.writing(shop.state, command="a test", now=shop.now) as current:
        planning.bring_up_to_date(current, config, now=shop.now)
        chosen = senders.chosen(config, None)
        return undo.reverse(current, config, chosen, run_id, skus, now=shop.now)


def take_back(shop: LiveShop, answer: UndoAnswer) -> None:
    config = shop.config()
    means = Means(shop.clock, shop.environ, Inline)
    undo.send(config, senders.chosen(config, None), answer, means, now=shop.now)


def test_what_a_run_sent_goes_back_and_is_not_sent_again(shop: LiveShop) -> None:
    shop.syncs(2)
    assert prices(shop) == ["21.00", "21.00", "21.00"]
    take_back(shop, reverse(shop, last_run(shop), "A"))

    shop.syncs(3)

    assert prices(shop) == ["20.00", "21.00", "21.00"]
    config = shop.config()
    with state.reading(shop.state) as current:
        (row,) = plans.answer(current, config, Question(), now=shop.now).rows
    assert row.hold is not None
    assert row.hold.brake.value == "undone"


def test_another_wish_is_sent_all_the_same(shop: LiveShop) -> None:
    shop.syncs(2)
    take_back(shop, reverse(shop, last_run(shop)))
    shop.syncs(2)
    for row in shop.products:
        row["price"] = "22.000000"
    shop.write()

    shop.syncs(3)

    assert prices(shop) == ["22.00", "22.00", "22.00"]
    assert shop.query("SELECT * FROM undone") == []


def test_what_has_moved_since_stays(shop: LiveShop) -> None:
    shop.syncs(2)
    run_id = last_run(shop)
    shop.seller.change("B", price="23.00")
    shop.clock.advance(300.0)
    shop.import_()

    answer = reverse(shop, run_id)

    assert [row.seller_sku for row in answer.rows] == ["A", "C"]
    assert [(one.seller_sku, one.reason) for one in answer.left] == [("B", "it has moved since")]


def test_a_run_that_sent_nothing_cannot_be_taken_back(shop: LiveShop) -> None:
    with pytest.raises(UsageError, match="has sent nothing"):
        reverse(shop, 1)
    with pytest.raises(UsageError, match="There is no run 999"):
        reverse(shop, 999)
