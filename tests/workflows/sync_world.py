"""A shop that lives through anything: what may happen to it, and how it comes to rest."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from amzsync.amazon.lanes import Inline
from amzsync.clock import seconds_of
from amzsync.core import ways
from amzsync.core.plan import Brake, Kind
from amzsync.core.sending import IN_PLACE
from amzsync.errors import ConfigError, UsageError
from amzsync.results.plan import PlanRow
from amzsync.results.sync import SyncResult
from amzsync.store import state
from amzsync.workflows import planning, plans, push, senders, sync, undo
from amzsync.workflows.import_listings import import_listings
from amzsync.workflows.planned import planned
from amzsync.workflows.plans import Question
from amzsync.workflows.sessions import Means
from tests.factories import NOW, Cells, asin, product
from tests.live import HOUR, MINUTE, Kept, LiveShop, live_shop
from tests.simulators.clocks import VirtualClock
from tests.simulators.faults import Fault
from tests.simulators.seller import CatalogueItem, Listing
from tests.workflows.sync_model import (
    BY_AMAZON,
    LISTINGS,
    OWN,
    PRODUCTS,
    Goods,
    Model,
    Row,
    WatchedSeller,
)
from tests.workflows.test_live_crashes import Fuse, Killed, at_questions, at_writes, wired

SETTINGS = (
    "[guards]\nplan_share = 1.0\nprice_move = 100.0\nprice_share = 1.0\nvanished_share = 1.0\n"
)
SOON = (5 * MINUTE,) * 4  # between the runs in which all must be done where nothing went wrong
LATER = (*SOON, *(20 * MINUTE,) * 4, *(7 * HOUR, 5 * MINUTE) * 7)
"""The same where something did: Amazon is waited for, or a day goes by."""

TROUBLE = 25 * MINUTE  # for so long what went wrong may keep more on sale than there is
Answer = TypeVar("Answer")


def made_seller() -> WatchedSeller:
    """Return a seller whose listings are all not quite as Commerce has them."""
    seller = WatchedSeller(report_delay=1.0, feed_delay=5.0, clock=VirtualClock(seconds_of(NOW)))
    for sku, name in LISTINGS.items():
        channel = "AMAZON_NA" if sku == BY_AMAZON else "DEFAULT"
        place = asin(PRODUCTS.index(name) + 1)
        seller.know(CatalogueItem(place, f"Page of {name}"))
        seller.add(Listing(sku, place, price="20.00", quantity=3, channel=channel))
    return seller


@cache
def imported() -> Kept:
    """Return the shop as it is once it knows what Amazon has."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    goods = goods_of(Goods(dict.fromkeys(PRODUCTS, 6), dict.fromkeys(PRODUCTS, 20)), set())
    with live_shop(Path(folder.name), seller=made_seller(), products=goods, plans=False) as shop:
        shop.settings = SETTINGS
        shop.write()
        shop.imports(4)
        return Kept.of(shop)


def goods_of(goods: Goods, gone: set[str]) -> list[Cells]:
    """Return the rows of an export."""
    return [
        product(
            name,
            price=f"{goods.price[name]}.000000",
            qty=str(goods.stock[name]),
            is_in_stock=str(int(goods.stock[name] > 0)),
            attributes={"asin": asin(number)},
        )
        for number, name in enumerate(PRODUCTS, 1)
        if name not in gone
    ]


class World:
    """The shop, its Amazon, and the model that judges it."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._patch = self._open.enter_context(pytest.MonkeyPatch.context())
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self.stock, self.price = dict.fromkeys(PRODUCTS, 6), dict.fromkeys(PRODUCTS, 20)
        self.gone: set[str] = set()  # products that are not exported any more
        self.seller = made_seller()
        made = live_shop(
            folder,
            seller=self.seller,
            products=goods_of(self._goods(), set()),
            plans=False,
            kept=imported(),
        )
        self.shop: LiveShop = self._open.enter_context(made)
        self.model = Model(self.shop.simulator, self.seller, [self._goods()])
        self.shop.settings = SETTINGS
        self.smooth = True  # nothing has gone wrong so far that takes more than a few runs
        self._trouble_until = 0.0
        self._calls = 0
        self._meddled: set[str] = (
            set()
        )  # seller SKUs that somebody changed while something was under way
        sync.adopt(self.shop.config(), now=self.shop.now)
        self.set_live(live=True)
        self.sync()

    def close(self) -> None:
        """End it."""
        self._open.close()

    # -- Commerce ----------------------------------------------------------------------------------

    def _goods(self) -> Goods:
        return Goods(dict(self.stock), dict(self.price))

    def export(self) -> None:
        """Export the catalogue anew."""
        for name in self.gone:  # what is not exported any more stays as it was
            self.stock[name] = self.model.believed[-1].stock[name]
            self.price[name] = self.model.believed[-1].price[name]
        self.shop.products[:] = goods_of(self._goods(), self.gone)
        self.shop.write()
        self.model.exported(self._goods())

    def set_live(self, *, live: bool) -> None:
        """Let the store send, or not."""
        self.shop.stores["us"].read_only = not live
        self.shop.write()

    # -- runs --------------------------------------------------------------------------------------

    def sync(self, fuse: Fuse | None = None, *, writes: bool = False) -> SyncResult | None:
        """Sync; *fuse* tells when the process dies, at questions or at *writes*: then nothing is returned."""

        def run(means: Means) -> SyncResult:
            return sync.sync(self.shop.config(), "{}", means=means, now=self.shop.now)

        result = self._run(run, fuse, writes=writes)
        if result is None or result.errors:
            self.trouble()
        else:
            self.model.read()
        self.check()
        return result

    def import_(self, fuse: Fuse | None = None, *, writes: bool = False) -> None:
        """Import, and send nothing."""
        before = self.shop.simulator.writes.count()

        def run(means: Means) -> object:
            return import_listings(self.shop.config(), "{}", now=self.shop.now, means=means)

        if self._run(run, fuse, writes=writes) is not None:
            self.model.read()
        assert self.shop.simulator.writes.count() == before
        self.check()

    def by_hand(self, command: str, sku: str, fuse: Fuse | None = None) -> None:
        """End a listing, or list it again, or send what the plan says of it, as the user does."""
        allowed = frozenset({Brake.COOL_DOWN, Brake.UNDONE})
        question = Question(
            skus=(sku,), end=command == "end", relist=command == "relist", allowed=allowed
        )
        rows = [
            row
            for row in self._answer(question)
            if row.kind in push.SENT_BY_HAND[command] and row.hold is None and row.seller_sku == sku
        ]
        if command == "end" and rows:
            self.model.asked[sku] += 1
        self.smooth = self.smooth and command == "revise"
        chosen = senders.chosen(self.shop.config(), None)

        def run(means: Means) -> object:
            return push.send(
                self.shop.config(), chosen, rows, means, now=self.shop.now, command=command
            )

        self._run(run, fuse, writes=True)
        self.check()

    def hands_over(self, sku: str) -> None:
        """Send what the plan says of a listing when Amazon ships it since; then all is as it was."""
        rows = [row for row in self._answer(Question(skus=(sku,))) if row.hold is None]
        if sku not in self.seller.listings or any(row.kind not in IN_PLACE for row in rows):
            return
        self.seller.change(sku, channel="AMAZON_NA")
        self.import_()
        self.smooth = False
        config = self.shop.config()
        chosen = senders.chosen(config, None)
        stock = [row for row in rows if row.kind is Kind.REVISE_QUANTITY and row.seller_sku == sku]
        self._run(lambda means: push.send(config, chosen, stock, means, now=self.shop.now))
        self.check()
        if sku in self.seller.listings:
            self.seller.change(sku, channel="DEFAULT")

    def take_back(self) -> None:
        """Undo the last run that has sent anything."""
        config, now = self.shop.config(), self.shop.now
        found = self.shop.query("SELECT max(run_id) FROM outbox WHERE sent_at IS NOT NULL")
        chosen = senders.chosen(config, None)
        with state.writing(config.state, command="a test", now=now) as current:
            planning.bring_up_to_date(current, config, now=now)
            with suppress(UsageError):
                answer = undo.reverse(current, config, chosen, int(found[0][0] or 0), (), now=now)
        if not answer.rows:
            return
        self.smooth = False  # what was taken back stays as it is
        for row in answer.rows:
            self.model.taken_back |= {
                (row.seller_sku, int(one.wanted))
                for one in row.differences
                if one.field == "price" and one.wanted is not None
            }

        def run(means: Means) -> object:
            return undo.send(config, chosen, answer, means, now=self.shop.now)

        self._run(run)
        self.check()

    def as_copy(self) -> None:
        """Sync with a copy of the state, on another machine."""
        before = self.shop.simulator.writes.count(), len(self.shop.simulator.feeds.feeds)
        with self._patch.context() as patched:
            patched.setenv("AMZSYNC_HOST", "another machine")
            result = self.sync()
        assert result is not None
        assert any(isinstance(error, ConfigError) for error in result.errors)
        after = self.shop.simulator.writes.count(), len(self.shop.simulator.feeds.feeds)
        assert after == before

    def _run(
        self, run: Callable[[Means], Answer], fuse: Fuse | None = None, *, writes: bool = False
    ) -> Answer | None:
        """Do *run*; *fuse* tells when the process dies: then it is ``None``, and all is opened anew by the next."""
        if self.seller.submission_delay:
            self.trouble(self.seller.submission_delay)
            self.model.slow_until = self.shop.clock.now() + self.seller.submission_delay + HOUR
        with self._wired(fuse, writes=writes) as executor:
            try:
                return run(Means(self.shop.clock, self.shop.environ, executor))
            except Killed:
                self.trouble()
                return None

    @contextmanager
    def _wired(self, fuse: Fuse | None, *, writes: bool) -> Iterator[type[Inline]]:
        if fuse is None:
            yield Inline
            return
        with wired(fuse, at_writes if writes else at_questions, self._patch) as executor:
            yield executor

    # -- Amazon ------------------------------------------------------------------------------------

    def feeds(self, *, wanted: bool) -> None:
        """Have few changes go by feed, or not."""
        self._patch.setattr(ways, "FEED_FROM", 2 if wanted else 300)
        self._patch.setattr(push, "LEAST", 239.8 if wanted else 20.0)
        self.smooth = self.smooth and not wanted

    def befall(self, operation: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of *operation* go wrong."""
        self.smooth = False
        self.shop.simulator.script(operation, *[fault] * times)

    def meddle(self, sku: str, **fields: Any) -> None:
        """Let somebody else change a listing at Amazon, where there is one."""
        if sku not in self.seller.listings:
            return
        self.seller.change(sku, **fields)
        if sku in self._under_way():
            self._meddled.add(sku)  # it cannot be told from what does not show yet
            self.smooth = False

    def _under_way(self) -> set[str]:
        return {
            row.seller_sku for row in self.rows() if row.progress in {"planned", "sent", "accepted"}
        }

    def trouble(self, seconds: float = 0.0) -> None:
        """Note that something has gone wrong now, and may show in *seconds*."""
        self.smooth = False
        self._trouble_until = self.shop.clock.now() + seconds + TROUBLE

    # -- what must be true -------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return what is in the outbox."""
        found = self.shop.query(f"SELECT {', '.join(Row._fields)} FROM outbox ORDER BY outbox_id")
        return [Row._make(one) for one in found]

    def check(self) -> None:
        """Raise ``AssertionError`` where harm was done, or more is on sale than there is."""
        calls = self.shop.simulator.ledger.calls()
        if any(one.fault or one.status == 429 for one in calls[self._calls :]):
            self.trouble()
        self._calls = len(calls)
        rows = self.rows()
        self.model.check(rows)

    def check_offered(self, result: SyncResult) -> None:
        """Raise ``AssertionError`` where more is on sale than there is, after a run in which all went well."""
        if self.shop.clock.now() < self._trouble_until:
            return
        if result.pushed is not None and any(one.left for one in result.pushed.stores):
            return  # there was no time for it in this run, and it says so
        silent = {row.seller_sku for row in self.rows() if row.progress in {"planned", "sent"}}
        refused = {*self.seller.invalid, *self.seller.fails_later}
        held = {row.seller_sku for row in self._answer(Question()) if row.hold is not None}
        lost = {sku for sku in OWN if self._is_nobodys(sku)}
        self._meddled &= self._under_way()
        excused = silent | refused | held | lost | self._meddled | self.model.in_feeds()
        found = self.model.oversold(excused)
        assert found == [], "\n".join(found)

    def settle(self) -> None:
        """Let all faults pass; raise ``AssertionError`` where Amazon is not as wanted after a while."""
        self.shop.simulator.heal()
        for trouble in (self.seller.invalid, self.seller.fails_later, self.seller.returns):
            trouble.clear()
        self.seller.submission_delay = 0.0
        for feed in self.shop.simulator.feeds.feeds.values():
            if not feed.ended:
                self.shop.simulator.feeds.release(feed, 60.0)
        smooth = self.smooth
        self.feeds(wanted=False)
        self.set_live(live=True)
        amiss = ["it has not begun"]
        for seconds in SOON if smooth else LATER:
            self.shop.clock.advance(seconds)
            before = self.shop.simulator.writes.count()
            result = self.sync()
            assert result is not None
            if self.shop.simulator.writes.count() == before and not (amiss := self._amiss(result)):
                break
        assert amiss == [], "\n".join(amiss)
        assert self._torn() == []
        self._rest()

    def _rest(self) -> None:
        """Raise ``AssertionError`` where anything is sent though nothing has happened."""
        before = self.shop.simulator.writes.count()
        for seconds in (5 * MINUTE, 7 * HOUR):
            self.shop.clock.advance(seconds)
            self.sync()
        assert self.shop.simulator.writes.count() == before, "it does not come to rest"

    def _amiss(self, result: SyncResult) -> list[str]:
        """Return what is not as it should be in the end."""
        found = [
            f"open: {row}" for row in self.rows() if row.progress in {"planned", "sent", "accepted"}
        ]
        found += [str(one) for one in result.complaints() if "had been ended" not in str(one)]
        rows = self._answer(Question())
        found += [f"to be sent: {row.kind} {row.seller_sku}" for row in rows if row.hold is None]
        found += [  # what Amazon has refused is tried again after a rest, and by now it would take it
            f"refused: {row.kind} {row.seller_sku}"
            for row in rows
            if row.hold is not None and row.hold.brake is Brake.REJECTED
        ]
        held = {row.seller_sku for row in rows if row.hold is not None}
        lost = {sku for sku in LISTINGS if self._is_nobodys(sku)}
        return found + self.model.unlike(held | lost) + self.model.oversold(held | lost)

    def _is_nobodys(self, sku: str) -> bool:
        """Tell whether nobody keeps the listing in step: it was ended, or its product is gone."""
        tabs = self.shop.query("SELECT tab FROM listings WHERE seller_sku = ?", sku)
        return tabs == [("ended",)] or tabs == [("new-third-party",)] or LISTINGS[sku] in self.gone

    def _answer(self, question: Question) -> list[PlanRow]:
        config, now = self.shop.config(), self.shop.now
        with planned(config, now=now) as current:
            return list(plans.answer(current, config, question, now=now).rows)

    def _torn(self) -> list[tuple[object, ...]]:
        found = [row for row in self.shop.query("PRAGMA integrity_check") if row != ("ok",)]
        return found + self.shop.query("PRAGMA foreign_key_check")
