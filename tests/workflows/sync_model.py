"""A shop that lives through anything: what happens to it, and what must be true of what it sends whatever happens."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.lanes import Inline
from amzsync.core import ways
from amzsync.errors import AmzsyncError
from amzsync.results.sync import SyncResult
from amzsync.store import state
from amzsync.workflows import planning, plans, push, senders, sync
from amzsync.workflows.planned import planned
from amzsync.workflows.plans import Question
from amzsync.workflows.sessions import Means
from tests.factories import Cells, asin, product
from tests.live import LiveShop, live_shop
from tests.simulators import feed_faults
from tests.simulators.faults import (
    Fault,
    answer_lost,
    connection_reset,
    failed_afterwards,
    internal_error,
    throttled,
)
from tests.simulators.seller import Issue, Listing, Seller
from tests.workflows.test_live_crashes import Fuse, Killed, at_questions, at_writes, wired

CALM = "[guards]\nplan_share = 1.0\nprice_move = 100.0\n"
PRODUCTS = ("A", "B", "C", "F")
LISTINGS = {"A": "A", "A-2": "A", "B": "B", "C": "C", "F": "F"}  # seller SKU -> product
SELLS = tuple(sku for sku in LISTINGS if sku != "F")  # the merchant's own
QUIET = 24  # runs, five minutes and more apart, after which all must be done
BAD_PRICE = Issue("99022", "The price is not valid.", "ERROR", ("purchasable_offer",))
FAULTS: dict[str, Fault] = {
    "answer lost": answer_lost(),
    "never arrived": connection_reset(),
    "failed afterwards": failed_afterwards(),
    "internal error": internal_error(),
    "throttled": throttled(),
}
FEED_FAULTS: dict[str, Fault] = {
    "late": feed_faults.late(900.0),
    "cancelled": feed_faults.cancelled(),
    "fatal, half of it done": feed_faults.fatal(share=0.5),
    "fatal": feed_faults.fatal(),
    "no report": feed_faults.without_document(),
    "report lacks the first": feed_faults.concealing([1]),
    "refuses B": feed_faults.refusing(["B"]),
    "answer lost": answer_lost(),
    "never arrived": connection_reset(),
}


class World:
    """The shop, its Amazon, and what the model knows: stock, and which ends were asked for."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._patch = self._open.enter_context(pytest.MonkeyPatch.context())
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self.stock = dict.fromkeys(PRODUCTS, 6)
        self.price = dict.fromkeys(PRODUCTS, 20)
        self.asked: set[str] = set()  # seller SKUs of which the end was asked for
        self.seller = Seller(report_delay=1.0, feed_delay=5.0)
        for sku, name in LISTINGS.items():
            channel = "AMAZON_NA" if sku == "F" else "DEFAULT"
            place = asin(PRODUCTS.index(name) + 1)
            self.seller.add(Listing(sku, place, price="20.00", quantity=3, channel=channel))
        shop = live_shop(folder, seller=self.seller, products=self._goods(), plans=False)
        self.shop: LiveShop = self._open.enter_context(shop)
        self.shop.settings = CALM
        self.shop.stores["us"].read_only = False
        self._seen = 0
        self.write()
        self.shop.syncs(4)
        self.check()

    def close(self) -> None:
        """End it."""
        self._open.close()

    # -- what happens ------------------------------------------------------------------------------

    def write(self) -> None:
        """Export the catalogue anew."""
        self.shop.products[:] = self._goods()
        self.shop.write()

    def feeds(self, *, wanted: bool) -> None:
        """Have few changes go by feed, or not."""
        self._patch.setattr(ways, "FEED_FROM", 2 if wanted else 300)
        self._patch.setattr(push, "LEAST", 239.8 if wanted else 20.0)

    def sync(self, fuse: Fuse | None = None, *, writes: bool = False) -> SyncResult | None:
        """Sync; *fuse* tells when the process dies, at questions or at *writes*: then nothing is returned."""
        config = self.shop.config()
        with self._wired(fuse, writes=writes) as executor:
            means = Means(self.shop.clock, self.shop.environ, executor)
            try:
                return sync.sync(config, "{}", means=means, now=self.shop.now)
            except Killed:
                return None

    def by_hand(self, command: str, sku: str) -> None:
        """End a listing, or list it again, as the user does."""
        config = self.shop.config()
        question = Question(
            skus=(sku,),
            end=command == "end",
            relist=command == "relist",
            allowed=frozenset(senders_allow()),
        )
        if command == "end":
            self.asked.add(sku)
        with planned(config, now=self.shop.now) as current:
            rows = [
                row
                for row in plans.answer(current, config, question, now=self.shop.now).rows
                if row.kind in push.SENT_BY_HAND[command]
                and row.hold is None
                and row.seller_sku == sku
            ]
        means = Means(self.shop.clock, self.shop.environ, Inline)
        chosen = senders.chosen(config, None)
        push.send(config, chosen, rows, means, now=self.shop.now, command=command)

    def befall(self, operation: str, fault: Fault) -> None:
        """Let the next call of *operation* go wrong."""
        self.shop.simulator.script(operation, fault)

    # -- what must be true -------------------------------------------------------------------------

    def check(self) -> None:
        """Raise ``AssertionError`` where what was sent since the last look did harm."""
        writes = self.shop.simulator.writes
        found = writes.all()
        for write in found[self._seen :]:
            quantity = write.values.get("quantity")
            if quantity is not None:
                assert quantity <= max(0, self.stock[LISTINGS[write.sku]]), f"oversold: {write}"
        self._seen = len(found)
        assert writes.twice() == [], "sent twice"
        assert writes.overlaps() == [], "in a patch and in an unfinished feed at once"
        assert writes.harm() == []
        assert set(writes.ended()) <= self.asked, "ended unasked"

    def settle(self) -> None:
        """Let all faults pass and time go by; raise ``AssertionError`` where Amazon is not as wanted then."""
        self.shop.simulator.heal()
        self.seller.invalid.clear()
        self.seller.fails_later.clear()
        self.feeds(wanted=False)
        for number in range(QUIET):
            self.shop.clock.advance(300.0 if number < 16 else 4 * 3600.0)
            result = self.sync()
            assert result is not None
            self.check()
        before = self.shop.simulator.writes.count()
        self.shop.clock.advance(300.0)
        result = self.sync()
        assert result is not None
        assert [str(one) for one in result.complaints()] == []
        assert self.shop.simulator.writes.count() == before, "it does not come to rest"
        assert self._open_rows() == []
        assert self._unlike() == []
        assert self._torn() == []

    def _open_rows(self) -> list[tuple[Any, ...]]:
        return self.shop.query(
            "SELECT seller_sku, kind, step, progress FROM outbox "
            "WHERE progress IN ('planned', 'sent', 'accepted')"
        )

    def _unlike(self) -> list[str]:
        """Return how Amazon is not as it should be, for all that is not held back."""
        config = self.shop.config()
        with state.writing(self.shop.state, command="a test", now=self.shop.now) as current:
            planning.bring_up_to_date(current, config, now=self.shop.now)
            rows = list(plans.answer(current, config, Question(), now=self.shop.now).rows)
        wrong = [f"to be sent: {row.kind} {row.seller_sku}" for row in rows if row.hold is None]
        held = {row.seller_sku for row in rows}
        wanted = self.shop.query(
            "SELECT seller_sku, w.price_minor, w.quantity FROM wanted w JOIN listings USING (listing_id) "
            "WHERE tab <> 'ended'"
        )
        for sku, price, quantity in wanted:
            there = self.seller.listings.get(sku)
            if there is None or sku in held:
                continue
            if f"{price / 100:.2f}" != there.price or quantity not in {None, there.quantity}:
                wrong.append(
                    f"{sku} is {there.price} and {there.quantity}, not {price}, {quantity}"
                )
        return wrong

    def _torn(self) -> list[tuple[Any, ...]]:
        found = [row for row in self.shop.query("PRAGMA integrity_check") if row != ("ok",)]
        return found + self.shop.query("PRAGMA foreign_key_check")

    def _goods(self) -> list[Cells]:
        return [
            product(
                name,
                price=f"{self.price[name]}.000000",
                qty=str(self.stock[name]),
                is_in_stock=str(int(self.stock[name] > 0)),
                attributes={"asin": asin(number)},
            )
            for number, name in enumerate(PRODUCTS, 1)
        ]

    @contextmanager
    def _wired(self, fuse: Fuse | None, *, writes: bool) -> Iterator[type[Inline]]:
        if fuse is None:
            yield Inline
            return
        make = at_writes if writes else at_questions
        with wired(fuse, make, self._patch) as executor:
            yield executor


def senders_allow() -> list[Any]:
    """Return what the user lets go when listing again."""
    from amzsync.core.plan import Brake

    return [Brake.COOL_DOWN]


Failure = AmzsyncError | sqlite3.Error
