"""What becomes of a change from run to run: the stories of sync, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.amazon.lanes import Inline
from amzsync.results.plan import PlanRow
from amzsync.store import state
from amzsync.workflows import plans, push, senders
from amzsync.workflows.planned import planned
from amzsync.workflows.plans import Question
from amzsync.workflows.sessions import Means
from amzsync.workflows.sync import adopt
from tests.factories import asin, product
from tests.live import DAY, HOUR, MINUTE, LiveShop, LiveStore, live_shop
from tests.simulators.faults import answer_lost, connection_reset
from tests.simulators.seller import LIVE, CatalogueItem, Issue, Listing, Seller
from tests.simulators.tokens import Credentials

SETTINGS = "[guards]\nplan_share = 1.0\nprice_move = 10.0\n"
PATCH = "patchListingsItem"
BAD_PRICE = Issue("99022", "The price is not valid.", "ERROR", ("purchasable_offer",))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A live shop of three listings that Amazon has as they are wanted."""
    seller = Seller(report_delay=1.0)
    seller.add(
        *(Listing(sku, asin(n), price="20.00", quantity=5) for n, sku in enumerate("ABC", 1))
    )
    seller.know(*(CatalogueItem(asin(n), f"Page {n}") for n in (1, 2, 3)))
    goods = [product(sku, attributes={"asin": asin(n)}) for n, sku in enumerate("ABC", 1)]
    with live_shop(tmp_path, seller=seller, products=goods) as made:
        made.settings = SETTINGS
        made.stores["us"].read_only = False
        made.write()
        made.syncs(4)
        assert made.simulator.writes.count() == 0
        yield made


def want(shop: LiveShop, sku: str, **cells: str) -> None:
    """Change a product in Commerce."""
    for row in shop.products:
        if row["sku"] == sku:
            row.update(cells)
    shop.write()


def after(shop: LiveShop, seconds: float) -> None:
    """Sync when so many seconds have gone by."""
    shop.clock.advance(seconds)
    shop.sync()


def progress(shop: LiveShop) -> list[str]:
    """Return how far each row of the outbox has come, the oldest first."""
    return [row[0] for row in shop.query("SELECT progress FROM outbox ORDER BY outbox_id")]


def plan(shop: LiveShop) -> list[PlanRow]:
    with planned(shop.config(), now=shop.now) as current:
        return list(plans.answer(current, shop.config(), Question(), now=shop.now).rows)


def by_hand(shop: LiveShop, command: str, sku: str) -> None:
    """End a listing, or list it again."""
    config = shop.config()
    question = Question(skus=(sku,), end=command == "end", relist=command == "relist")
    with planned(config, now=shop.now) as current:
        found = plans.answer(current, config, question, now=shop.now).rows
        rows = [row for row in found if row.kind in push.SENT_BY_HAND[command] and row.hold is None]
    means = Means(shop.clock, shop.environ, Inline)
    chosen = senders.chosen(config, None)
    push.send(config, chosen, rows, means, now=shop.now, command=command)


# -- changes in place ----------------------------------------------------------------------------------


def test_a_change_is_accepted_and_confirmed_a_run_later(shop: LiveShop) -> None:
    shop.seller.submission_delay = 30.0
    want(shop, "A", qty="3")
    shop.sync()
    assert progress(shop) == ["accepted"]
    after(shop, 5 * MINUTE)
    assert progress(shop) == ["confirmed"]
    assert shop.simulator.writes.count() == 1
    assert plan(shop) == []


def test_what_amazon_refuses_is_told_once_held_in_the_plan_and_tried_again_after_a_day(
    shop: LiveShop,
) -> None:
    shop.seller.invalid["A"] = (BAD_PRICE,)
    want(shop, "A", price="21.000000")
    (first,) = shop.syncs(1)
    assert ["is not valid" in str(error) for error in first.complaints()] == [True]
    (second,) = shop.syncs(1)
    assert second.complaints() == []
    (row,) = plan(shop)
    assert row.hold is not None
    assert row.hold.brake == "rejected"
    assert shop.simulator.ledger.count(PATCH) == 1
    shop.seller.invalid.clear()
    after(shop, DAY)
    assert shop.seller.listings["A"].price == "21.00"


def test_another_price_goes_at_once_though_one_was_refused(shop: LiveShop) -> None:
    shop.seller.invalid["A"] = (BAD_PRICE,)
    want(shop, "A", price="21.000000")
    shop.syncs(1)
    shop.seller.invalid.clear()
    want(shop, "A", price="22.000000")
    shop.syncs(1)
    assert shop.seller.listings["A"].price == "22.00"


def test_an_answer_that_is_lost_is_followed_by_looking_and_nothing_is_sent_again(
    shop: LiveShop,
) -> None:
    shop.simulator.script(PATCH, answer_lost())
    want(shop, "A", qty="2")
    shop.sync()
    assert progress(shop) == ["sent"]
    after(shop, 5 * MINUTE)
    assert progress(shop) == ["confirmed"]
    assert shop.simulator.ledger.count(PATCH) == 1


def test_a_reduction_that_never_arrived_is_sent_anew_after_a_quarter_of_an_hour(
    shop: LiveShop,
) -> None:
    shop.simulator.script(PATCH, connection_reset())
    want(shop, "A", qty="2")
    shop.sync()
    after(shop, 10 * MINUTE)
    assert progress(shop) == ["sent"]
    after(shop, 10 * MINUTE)
    assert shop.seller.listings["A"].quantity == 2
    assert progress(shop)[0] == "abandoned"
    assert shop.simulator.writes.count() == 1


def test_what_was_accepted_and_never_shows_is_given_up_after_a_day(shop: LiveShop) -> None:
    shop.seller.fails_later["A"] = ()
    want(shop, "A", price="21.000000")
    shop.sync()
    for seconds in (5 * MINUTE, 15 * MINUTE, 6 * HOUR):
        after(shop, seconds)
        assert progress(shop) == ["accepted"]
    assert shop.simulator.writes.count() == 1
    after(shop, 18 * HOUR)
    assert progress(shop)[0] == "unconfirmed"


# -- ends ----------------------------------------------------------------------------------------------


def test_an_end_takes_three_runs_and_the_listing_stands_among_the_ended_at_once(
    shop: LiveShop,
) -> None:
    shop.seller.submission_delay = 30.0
    by_hand(shop, "end", "A")
    assert shop.tabs()["ended"] == ["A"]
    steps = []
    for _ in range(3):
        after(shop, 5 * MINUTE)
        rows = shop.query("SELECT step, progress FROM outbox ORDER BY outbox_id")
        steps.append(rows[-1])
        assert shop.tabs()["ended"] == ["A"]
    assert steps == [("delete", "accepted"), ("delete", "confirmed"), ("delete", "confirmed")]
    assert "A" not in shop.seller.listings
    assert [one.values for one in shop.simulator.writes.all("A")] == [
        {"quantity": 0},
        {"deleted": True},
    ]


def test_a_listing_that_comes_back_after_its_end_is_told(shop: LiveShop) -> None:
    shop.seller.returns["A"] = 2 * HOUR
    by_hand(shop, "end", "A")
    shop.syncs(3)
    assert "A" not in shop.seller.listings
    shop.clock.advance(2 * HOUR)
    shop.seller.change("A", quantity=4, status=LIVE)
    told = [str(error) for result in shop.syncs(2) for error in result.complaints()]
    assert "A" in shop.seller.listings
    assert any("A had been ended" in words for words in told)
    assert shop.simulator.writes.ended() == ["A"]


def test_what_has_ended_is_listed_again_once_a_day_has_gone_by(shop: LiveShop) -> None:
    by_hand(shop, "end", "A")
    shop.syncs(3)
    by_hand(shop, "relist", "A")
    shop.syncs(2)
    assert "A" not in shop.seller.listings
    shop.clock.advance(DAY)
    shop.sync()
    by_hand(shop, "relist", "A")
    shop.syncs(3)
    assert shop.seller.listings["A"].quantity == 5
    assert progress(shop)[-1] == "confirmed"


# -- who may send --------------------------------------------------------------------------------------


def test_a_read_only_store_sends_nothing_and_nothing_waits_for_it_to_be_live(
    shop: LiveShop,
) -> None:
    shop.stores["us"].read_only = True
    want(shop, "A", qty="2")
    shop.syncs(2)
    want(shop, "A", qty="4")
    shop.syncs(2)
    assert (shop.simulator.writes.count(), progress(shop)) == (0, [])
    shop.stores["us"].read_only = False
    shop.write()
    shop.syncs(2)
    assert [one.values for one in shop.simulator.writes.all()] == [{"quantity": 4}]


def test_a_copied_state_sends_nothing_until_it_is_adopted(
    shop: LiveShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    want(shop, "A", qty="2")
    monkeypatch.setenv("AMZSYNC_HOST", "another machine")
    (result,) = shop.syncs(1)
    assert ["seems to be a copy" in str(error) for error in result.complaints()] == [True]
    assert shop.simulator.writes.count() == 0
    adopt(shop.config(), now=shop.now)
    shop.syncs(1)
    assert shop.seller.listings["A"].quantity == 2


def test_a_store_without_its_credentials_keeps_no_other_waiting(shop: LiveShop) -> None:
    shop.add_account("second", Credentials("an id", "a secret", "a token"))
    shop.stores["other"] = LiveStore("CA", account="second", read_only=False)
    want(shop, "A", qty="2")
    for name in [name for name in shop.environ if name.startswith("SECOND")]:
        del shop.environ[name]
    (result,) = shop.syncs(1)
    assert shop.seller.listings["A"].quantity == 2
    assert any("other" in str(error) for error in result.complaints())


# -- time ----------------------------------------------------------------------------------------------


def test_a_run_keeps_to_its_time_and_the_next_goes_on(shop: LiveShop) -> None:
    shop.settings += "[amazon]\ntime_budget = 60\n"
    for sku in "ABC":
        want(shop, sku, qty="2")
    shop.simulator.plans.plans[PATCH] = shop.simulator.plans.plans[PATCH]._replace(
        rate=0.02, burst=1
    )
    began = shop.clock.now()
    shop.sync()
    assert shop.clock.now() - began <= 60.0
    assert 0 < shop.simulator.writes.count() < 3
    for _ in range(6):
        after(shop, 5 * MINUTE)
    assert {one.quantity for one in shop.seller.listings.values()} == {2}
    assert shop.simulator.writes.twice() == []


def test_the_state_is_free_for_others_when_a_run_has_ended(shop: LiveShop) -> None:
    shop.sync()
    with state.writing(shop.state, command="a test", now=shop.now) as current:
        assert not current.db.in_transaction
