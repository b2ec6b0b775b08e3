"""Random stories of a shop that syncs: whatever happens, nothing is oversold, ended unasked, or sent twice, and all comes right.

``AMZSYNC_STORIES=500 pytest tests/workflows/test_sync_story.py`` tells more of them.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.crashes import mistakes
from tests.workflows.sync_model import (
    BAD_PRICE,
    FAULTS,
    FEED_FAULTS,
    PRODUCTS,
    SELLS,
    World,
)
from tests.workflows.test_live_crashes import Fuse

STORIES = int(os.environ.get("AMZSYNC_STORIES", "12"))
skus, names = st.sampled_from(SELLS), st.sampled_from(PRODUCTS)


class Story(RuleBasedStateMachine):
    """What may happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule()
    def sync(self) -> None:
        self.world.sync()

    @rule(minutes=st.sampled_from([5, 5, 5, 20, 70, 420]))
    def time_passes(self, minutes: int) -> None:
        self.world.shop.clock.advance(minutes * 60.0)

    @rule(at=st.integers(1, 25), writes=st.booleans())
    def dies(self, at: int, writes: bool) -> None:
        self.world.sync(Fuse(at), writes=writes)

    @rule(name=names, stock=st.integers(0, 9))
    def stock_changes(self, name: str, stock: int) -> None:
        self.world.stock[name] = stock
        self.world.write()
        self.world.sync()

    @rule(name=names, price=st.integers(15, 25))
    def price_changes(self, name: str, price: int) -> None:
        self.world.price[name] = price
        self.world.write()

    @rule(wanted=st.booleans())
    def by_feed(self, wanted: bool) -> None:
        self.world.feeds(wanted=wanted)

    @rule(fault=st.sampled_from(sorted(FAULTS)))
    def a_patch_goes_wrong(self, fault: str) -> None:
        self.world.befall("patchListingsItem", FAULTS[fault])

    @rule(fault=st.sampled_from(sorted(FEED_FAULTS)))
    def a_feed_goes_wrong(self, fault: str) -> None:
        self.world.befall("createFeed", FEED_FAULTS[fault])

    @rule(
        operation=st.sampled_from(["searchListingsItems", "getFeed", "token", "upload", "document"])
    )
    def a_question_goes_wrong(self, operation: str) -> None:
        self.world.befall(operation, FAULTS["never arrived"])

    @rule(seconds=st.sampled_from([0.0, 120.0, 800.0]))
    def amazon_takes_its_time(self, seconds: float) -> None:
        self.world.seller.submission_delay = seconds

    @rule(sku=skus, later=st.booleans())
    def amazon_refuses(self, sku: str, later: bool) -> None:
        refused = self.world.seller.fails_later if later else self.world.seller.invalid
        refused[sku] = (BAD_PRICE,)

    @rule()
    def amazon_relents(self) -> None:
        self.world.seller.fails_later.clear()
        self.world.seller.invalid.clear()

    @precondition(lambda self: bool(self.world.seller.listings))
    @rule(sku=skus, price=st.integers(10, 30))
    def somebody_changes_the_price_at_amazon(self, sku: str, price: int) -> None:
        if sku in self.world.seller.listings:
            self.world.seller.change(sku, price=f"{price}.00")

    @rule(sku=skus)
    def one_is_sold(self, sku: str) -> None:
        there = self.world.seller.listings.get(sku)
        if there is not None and there.quantity:
            self.world.seller.change(sku, quantity=there.quantity - 1)

    @rule(sku=st.sampled_from(["B", "C"]), command=st.sampled_from(["end", "relist"]))
    def by_hand(self, sku: str, command: str) -> None:
        self.world.by_hand(command, sku)

    @rule(only=st.booleans())
    def read_only(self, only: bool) -> None:
        self.world.shop.stores["us"].read_only = only
        self.world.write()
        self.world.sync()
        self.world.shop.stores["us"].read_only = False
        self.world.write()

    @invariant()
    def no_harm_was_done(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        try:
            self.world.settle()
        finally:
            self.world.close()


CALM = settings(
    max_examples=STORIES,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


def test_whatever_happens_it_comes_right_and_does_no_harm() -> None:
    run_state_machine_as_test(Story, settings=CALM)


@pytest.mark.parametrize("mistake", ["send before journal", "stock as delta", "sent again blindly"])
def test_a_planted_mistake_is_found(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mistakes.plant(mistake, monkeypatch)
    searching = settings(
        CALM, max_examples=200, derandomize=True, database=None, phases=[Phase.generate]
    )

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Story, settings=searching)
