"""What must be true of a shop that syncs, whatever happens to it: a model that knows only Commerce, Amazon and wishes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from amzsync.clock import seconds_of
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.feed_messages import submission_of
from tests.simulators.seller import Issue, Listing, Seller
from tests.simulators.writes import Write
from tests.simulators.writing import values_of

PRODUCTS = ("A", "B", "C", "F")
LISTINGS = {"A": "A", "A-2": "A", "B": "B", "C": "C", "F": "F"}  # seller SKU -> product
BY_AMAZON = "F"
OWN = tuple(sku for sku in LISTINGS if sku != BY_AMAZON)  # those that the merchant ships
PATIENCE = 900.0
"""Seconds after which what lowers stock, and was not answered and does not show, is sent once more."""


class Goods(NamedTuple):
    """The catalogue as Commerce exported it."""

    stock: Mapping[str, int]
    price: Mapping[str, int]


class Row(NamedTuple):
    """A row of the outbox, as far as the model looks at it."""

    outbox_id: int
    seller_sku: str
    step: str
    progress: str
    differences: str
    sent_at: str | None
    settled_at: str | None


class WatchedSeller(Seller):
    """A seller who remembers what Amazon showed, and since when."""

    def __post_init__(self) -> None:
        self.shown: dict[str, list[tuple[float, Listing | None]]] = {}
        super().__post_init__()

    def store(self, marketplace_id: str, sku: str, listing: Listing | None) -> None:
        super().store(marketplace_id, sku, listing)
        self.shown.setdefault(sku, []).append((self.clock.now(), listing))

    def showed(self, sku: str, since: float, until: float) -> Iterator[Listing | None]:
        """Yield what was to be seen of a listing at any moment from *since* to *until*."""
        found = [*self.shown.get(sku, []), (float("inf"), None)]
        if not self.shown.get(sku):
            yield None
        for (begun, listing), (ended, _) in pairwise(found):
            if begun <= until and ended >= since:
                yield listing


@dataclass
class Model:
    """What the shop may believe, and what was asked of it by hand."""

    simulator: AmazonSimulator
    seller: WatchedSeller
    believed: list[
        Goods
    ]  # exports that the last import may have read: the last that did, and later ones
    asked: Counter[str] = field(
        default_factory=Counter
    )  # seller SKU -> how often its end was asked for
    taken_back: set[tuple[str, int]] = field(
        default_factory=set
    )  # seller SKU, price in minor units
    slow_until: float = 0.0  # what was sent before this moment may show later than is waited for
    _writes: int = 0
    _feeds: int = 0
    _settled: set[int] = field(default_factory=set)

    def exported(self, goods: Goods) -> None:
        """Learn of another export, which a run may read from now on."""
        self.believed.append(goods)

    def read(self) -> None:
        """Learn that a run has read the last export."""
        del self.believed[:-1]

    # -- what is sent ------------------------------------------------------------------------------

    def check(self, rows: Iterable[Row]) -> None:
        """Raise ``AssertionError`` where what was sent or noted since the last look did harm."""
        for sku, values in self._sent():
            self._check_values(sku, values)
        writes = self.simulator.writes
        twice = self._twice()
        assert twice == [], f"sent twice: {twice}"
        assert writes.overlaps() == [], "in a patch and in an unfinished feed at once"
        assert writes.harm() == [], f"harm: {writes.harm()}"
        deleted = Counter(writes.ended())
        assert deleted <= self.asked, f"ended unasked: {deleted} of {self.asked}"
        for row in rows:
            if row.progress == "confirmed" and row.outbox_id not in self._settled:
                self._settled.add(row.outbox_id)
                assert self._showed(row), f"confirmed, and never shown: {row}"

    def _sent(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield what was sent since the last look; what is in a feed as soon as Amazon has that."""
        found = self.simulator.writes.all()
        for write in found[self._writes :]:
            if write.way != "feed":
                yield write.sku, write.values
        self._writes = len(found)
        feeds = list(self.simulator.feeds.feeds.values())
        for feed in feeds[self._feeds :]:
            for message in feed.messages:
                made = submission_of(message, feed)
                assert not isinstance(made, Issue), made
                yield made.sku, values_of(made, self.seller.home)
        self._feeds = len(feeds)

    def _check_values(self, sku: str, values: Mapping[str, Any]) -> None:
        name, quantity, price = LISTINGS[sku], values.get("quantity"), values.get("price")
        if quantity is not None:
            assert sku != BY_AMAZON, f"stock that is Amazon's own: {values}"
            most = max(one.stock[name] for one in self.believed)
            assert quantity <= most, f"oversold: {quantity} of {sku}, where {most} are left"
        if price is not None:
            minor = round(float(price) * 100)
            wanted = {one.price[name] * 100 for one in self.believed}
            assert minor in wanted or (sku, minor) in self.taken_back, (
                f"never wanted: {sku} for {price}"
            )

    def _twice(self) -> list[Write]:
        """Return what was sent twice for no good reason."""
        found = []
        for write in self.simulator.writes.twice():
            before = [
                one.at
                for one in self.simulator.writes.all(write.sku)
                if one.at < write.at and one.values.items() >= write.values.items()
            ]
            if not (before and self._had_reason(write, before[-1])):
                found.append(write)
        return found

    def _had_reason(self, write: Write, before: float) -> bool:
        """Tell whether it is right to say once more what was said at *before*.

        It is where Amazon has come to show something else since, as when what was sent earlier shows late, and
        where what takes stock off sale shows later than is waited for.
        """
        if (
            write.at - before >= PATIENCE
            and write.at <= self.slow_until
            and "quantity" in write.values
        ):
            return True
        return any(
            listing is not None and not _has(listing, write.values)
            for moment, listing in self.seller.shown.get(write.sku, ())
            if before < moment <= write.at
        )

    def _showed(self, row: Row) -> bool:
        """Tell whether Amazon has shown what counts as confirmed, after it was sent."""
        if row.sent_at is None or row.settled_at is None:
            return False
        since, until = seconds_of(row.sent_at), seconds_of(row.settled_at) + 1.0
        return any(
            _is_so(row, listing) for listing in self.seller.showed(row.seller_sku, since, until)
        )

    # -- what Amazon offers ------------------------------------------------------------------------

    def oversold(self, excused: Iterable[str]) -> list[str]:
        """Return what Amazon offers beyond the stock, but for the seller SKUs that are *excused*."""
        found = []
        for name in PRODUCTS:
            skus = [sku for sku in OWN if LISTINGS[sku] == name]
            if set(skus) & set(excused):
                continue
            offered = sum(
                one.quantity or 0 for sku in skus if (one := self.seller.listings.get(sku))
            )
            most = max(one.stock[name] for one in self.believed)
            if offered > max(0, most):
                found.append(f"{offered} of {name} are on sale, of {most}")
        return found

    def in_feeds(self) -> set[str]:
        """Return the seller SKUs that are in a feed which Amazon has not done."""
        return {
            str(message["sku"])
            for feed in self.simulator.feeds.feeds.values()
            if not feed.ended
            for message in feed.messages
        }

    def unlike(self, excused: Iterable[str]) -> list[str]:
        """Return how Amazon is not as Commerce has it, but for the seller SKUs that are *excused*."""
        goods, there = self.believed[-1], self.seller.listings
        found = []
        for sku in (one for one in LISTINGS if one in there and one not in excused):
            listing, name = there[sku], LISTINGS[sku]
            if round(float(listing.price or 0) * 100) != goods.price[name] * 100:
                found.append(f"{sku} costs {listing.price}, not {goods.price[name]}")
            if name not in {"A", BY_AMAZON} and listing.quantity != goods.stock[name]:
                found.append(f"{sku} has {listing.quantity}, not {goods.stock[name]}")
        both = [there[sku] for sku in ("A", "A-2") if sku in there and sku not in excused]
        if len(both) == 2:
            pair = sorted((one.quantity or 0 for one in both), reverse=True)
            each, more = divmod(goods.stock["A"], 2)
            if pair != [each + more, each]:
                found.append(f"A and A-2 have {pair} of {goods.stock['A']}")
        return found


def _has(listing: Listing, values: Mapping[str, Any]) -> bool:
    price = values.get("price", listing.price)
    return (listing.quantity, float(listing.price or 0)) == (
        values.get("quantity", listing.quantity), float(price or 0),
    )  # fmt: skip


def _is_so(row: Row, listing: Listing | None) -> bool:
    if row.step == "delete":
        return listing is None
    if listing is None:
        return False
    if row.step == "zero":
        return listing.quantity == 0
    for name, before, wanted in json.loads(row.differences):
        if name == "price" and round(float(listing.price or 0) * 100) != wanted:
            return False
        if name == "quantity" and listing.quantity != wanted:
            sold = listing.quantity is not None and listing.quantity < wanted
            if not sold or (row.step == "whole" and listing.quantity == before):
                return False
    return True
