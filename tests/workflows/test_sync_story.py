"""Random stories of a shop that syncs: whatever happens, nothing is oversold, ended unasked, or sent twice, and all comes right.

``AMZSYNC_STORIES=500 pytest tests/workflows/test_sync_story.py`` tells more of them.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.simulators import feed_faults
from tests.simulators.faults import (
    Fault,
    answer_lost,
    connection_reset,
    failed_afterwards,
    internal_error,
    throttled,
)
from tests.simulators.report_texts import ALL
from tests.simulators.seller import Issue
from tests.workflows.sync_model import LISTINGS, OWN, PRODUCTS
from tests.workflows.sync_world import World
from tests.workflows.test_live_crashes import Fuse

STORIES = int(os.environ.get("AMZSYNC_STORIES", "8"))
STEPS = 25
REFUSED = {
    name: Issue("99022", f"The {name} is not valid.", "ERROR", (attribute,))
    for name, attribute in (("price", "purchasable_offer"), ("stock", "fulfillment_availability"))
}
FAULTS: dict[str, Fault] = {
    "answer lost": answer_lost(),
    "failed afterwards": failed_afterwards(),
    "internal error": internal_error(),
    "never arrived": connection_reset(),
    "throttled": throttled(),
}
FEED_FAULTS: dict[str, Fault] = {
    "answer lost": answer_lost(),
    "cancelled": feed_faults.cancelled(),
    "fatal": feed_faults.fatal(),
    "fatal, half of it done": feed_faults.fatal(share=0.5),
    "late": feed_faults.late(900.0),
    "never arrived": connection_reset(),
    "no report": feed_faults.without_document(),
    "refuses B": feed_faults.refusing(["B"]),
    "report lacks the first": feed_faults.concealing([1]),
    "stuck in progress": feed_faults.in_progress(),
    "stuck in the queue": feed_faults.in_queue(),
}
QUESTIONS = ("createFeedDocument", "createReport", "document", "getFeed", "getFeedDocument", "getFeeds",
    "getListingsItem", "getReport", "searchListingsItems", "token", "upload")  # fmt: skip
WRITING = ("deleteListingsItem", "patchListingsItem", "putListingsItem")
skus, names = st.sampled_from(OWN), st.sampled_from(PRODUCTS)
fuses = st.none() | st.integers(1, 25)  # at which moment the process dies


class Story(RuleBasedStateMachine):
    """What may happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    # -- runs --------------------------------------------------------------------------------------

    @rule()
    def sync(self) -> None:
        result = self.world.sync()
        if result is not None:
            self.world.check_offered(result)

    @rule(minutes=st.sampled_from([5, 5, 5, 20, 60, 420, 2880]))
    def a_while_later(self, minutes: int) -> None:
        self.world.shop.clock.advance(minutes * 60.0)
        self.sync()

    @rule(at=st.integers(1, 30), writes=st.booleans())
    def dies(self, at: int, writes: bool) -> None:
        self.world.sync(Fuse(at), writes=writes)

    @rule(fuse=fuses, writes=st.booleans())
    def imports_only(self, fuse: int | None, writes: bool) -> None:
        self.world.import_(None if fuse is None else Fuse(fuse), writes=writes)

    # -- Commerce ----------------------------------------------------------------------------------

    @rule(name=names, stock=st.integers(0, 9), minutes=st.sampled_from([0, 5]))
    def stock_changes(self, name: str, stock: int, minutes: int) -> None:
        self.world.stock[name] = stock
        self.world.export()
        self.world.shop.clock.advance(minutes * 60.0)
        self.sync()

    @rule(name=names, price=st.integers(15, 25))
    def price_changes(self, name: str, price: int) -> None:
        self.world.price[name] = price
        self.world.export()

    @rule(change=st.integers(-3, 3))
    def all_change(self, change: int) -> None:
        for number, name in enumerate(PRODUCTS):
            self.world.stock[name] = max(0, self.world.stock[name] + change)
            self.world.price[name] = 20 + (change + number) % 5
        self.world.export()
        self.sync()

    @rule(name=names)
    def a_product_goes_or_comes_back(self, name: str) -> None:
        if len(self.world.gone | {name}) > 2:
            return  # an export of next to nothing is refused
        self.world.import_()  # so that it is known how it was last
        self.world.gone ^= {name}
        self.world.export()

    @rule(live=st.booleans())
    def read_only_for_a_run(self, live: bool) -> None:
        before = self.world.shop.simulator.writes.count()
        self.world.set_live(live=live)
        self.world.sync()
        if not live:
            assert self.world.shop.simulator.writes.count() == before
        self.world.set_live(live=True)

    @rule()
    def a_copy_runs(self) -> None:
        self.world.as_copy()

    # -- by hand -----------------------------------------------------------------------------------

    @rule(sku=skus, command=st.sampled_from(["end", "relist", "revise"]), fuse=fuses)
    def by_hand(self, sku: str, command: str, fuse: int | None) -> None:
        self.world.by_hand(command, sku, None if fuse is None else Fuse(fuse))

    @rule(sku=skus, stock=st.integers(1, 9))
    def amazon_ships_it_while_the_user_thinks(self, sku: str, stock: int) -> None:
        self.world.stock[LISTINGS[sku]] = stock
        self.world.export()
        self.world.import_()
        self.world.hands_over(sku)

    @rule()
    def undone(self) -> None:
        self.world.take_back()

    # -- Amazon ------------------------------------------------------------------------------------

    @rule(wanted=st.booleans())
    def by_feed(self, wanted: bool) -> None:
        self.world.feeds(wanted=wanted)

    @rule(operation=st.sampled_from(WRITING), fault=st.sampled_from(sorted(FAULTS)))
    def sending_goes_wrong(self, operation: str, fault: str) -> None:
        self.world.befall(operation, FAULTS[fault])

    @rule(fault=st.sampled_from(sorted(FEED_FAULTS)))
    def a_feed_goes_wrong(self, fault: str) -> None:
        self.world.befall("createFeed", FEED_FAULTS[fault])

    @rule(
        operation=st.sampled_from(QUESTIONS), fault=st.sampled_from(["never arrived", "throttled"])
    )
    def a_question_goes_wrong(self, operation: str, fault: str) -> None:
        self.world.befall(operation, FAULTS[fault])

    @rule(operation=st.sampled_from(["*", *WRITING, "searchListingsItems"]))
    def a_run_of_429s(self, operation: str) -> None:
        self.world.shop.simulator.always(operation, throttled())
        self.world.trouble()
        self.world.sync()
        self.world.shop.simulator.heal()

    @rule(seconds=st.sampled_from([0.0, 120.0, 2000.0]))
    def amazon_takes_its_time(self, seconds: float) -> None:
        self.world.seller.submission_delay = seconds

    @rule(seconds=st.sampled_from([0.0, 3600.0, 21_600.0]))
    def reports_are_old(self, seconds: float) -> None:
        self.world.seller.report_cache = seconds

    @rule()
    def somebody_asks_for_a_report(self) -> None:
        self.world.shop.simulator.ask_report(ALL)

    @rule(sku=skus, later=st.booleans(), what=st.sampled_from(sorted(REFUSED)))
    def amazon_refuses(self, sku: str, later: bool, what: str) -> None:
        self.world.smooth = False
        refused = self.world.seller.fails_later if later else self.world.seller.invalid
        refused[sku] = (REFUSED[what],)

    @rule()
    def amazon_relents(self) -> None:
        self.world.seller.fails_later.clear()
        self.world.seller.invalid.clear()
        for sku, listing in list(self.world.seller.listings.items()):
            if listing.issues:
                self.world.seller.change(sku, issues=())

    @rule(sku=skus, price=st.integers(10, 30))
    def somebody_changes_the_price(self, sku: str, price: int) -> None:
        self.world.meddle(sku, price=f"{price}.00")

    @rule(sku=skus, quantity=st.integers(0, 12))
    def somebody_changes_the_stock(self, sku: str, quantity: int) -> None:
        self.world.meddle(sku, quantity=quantity)

    @rule(sku=skus)
    def one_is_sold(self, sku: str) -> None:
        there = self.world.seller.listings.get(sku)
        if there is not None and there.quantity:
            self.world.meddle(sku, quantity=there.quantity - 1)

    @rule(sku=skus, seconds=st.sampled_from([3600.0, 90_000.0]))
    def what_ends_comes_back(self, sku: str, seconds: float) -> None:
        self.world.smooth = False
        self.world.seller.returns[sku] = seconds

    @precondition(lambda self: len(self.world.seller.listings) > 3)
    @rule(sku=skus)
    def a_listing_vanishes(self, sku: str) -> None:
        if sku in self.world.seller.listings:
            self.world.smooth = False
            self.world.seller.remove(sku)

    def teardown(self) -> None:
        try:
            self.world.settle()
        finally:
            self.world.close()


CALM = settings(
    derandomize="AMZSYNC_STORIES" not in os.environ,  # the gate tells the same stories every time
    max_examples=STORIES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def test_whatever_happens_it_comes_right_and_does_no_harm() -> None:
    run_state_machine_as_test(Story, settings=CALM)
