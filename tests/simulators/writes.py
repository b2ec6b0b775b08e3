"""The judge: every submission that Amazon accepted, and what was wrong in sending it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Spot = tuple[str, str, str]  # account, marketplace, seller SKU


class Overlap(NamedTuple):
    """A seller SKU that was sent once more while it was in an unfinished feed."""

    at: float
    account: str
    marketplace: str
    sku: str
    way: str  # how it was sent then: "patch", "put", "delete" or "feed"
    feed_id: str  # the unfinished one


@dataclass(frozen=True, slots=True)
class Write:
    """One accepted submission about one listing; of a feed's message, when the feed was done."""

    at: float  # seconds since 1970, by the simulator's clock
    account: str
    sku: str
    marketplace: str
    way: str  # "patch", "put", "delete" or "feed"
    feed_id: str  # "" where it came in no feed
    values: Mapping[
        str, Any
    ]  # what it changes: {"quantity": 5, "price": "19.99"}, {"deleted": True}
    body: Any  # as it was sent; of a feed: the message
    harms: tuple[str, ...] = ()
    ours: bool = True  # not of another tool

    @property
    def spot(self) -> Spot:
        return self.account, self.marketplace, self.sku


@dataclass
class Writes:
    """The accepted submissions in their order; safe to be read while requests come in."""

    refused: list[Write] = field(default_factory=list)  # with INVALID, or by a feed's result
    _log: list[Write | Spot] = field(default_factory=list)  # a spot: somebody else changed it
    _flying: dict[Spot, list[str]] = field(default_factory=dict)  # -> unfinished feeds
    _overlaps: list[Overlap] = field(default_factory=list)
    _foreign_feeds: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    # -- for the simulator -----------------------------------------------------------------

    def write(self, write: Write) -> None:
        with self._lock:
            self._log.append(write)
            if write.ours and not write.feed_id:
                self._meet(write.at, write.spot, write.way)

    def refuse(self, write: Write) -> None:
        with self._lock:
            self.refused.append(write)

    def foreign(self, account: str, marketplace: str, sku: str) -> None:
        """Note that a listing was changed by somebody else, or that what was accepted is undone."""
        with self._lock:
            self._log.append((account, marketplace, sku))

    def fly(self, feed_id: str, at: float, spots: Iterable[Spot], *, ours: bool) -> None:
        """Note what is in a feed that was created."""
        with self._lock:
            if not ours:
                self._foreign_feeds.add(feed_id)
            for spot in dict.fromkeys(spots):
                if ours:
                    self._meet(at, spot, "feed")
                self._flying.setdefault(spot, []).append(feed_id)

    def land(self, feed_id: str, spots: Iterable[Spot]) -> None:
        """Note that a feed is finished, in whatever way."""
        with self._lock:
            for spot in spots:
                feeds = self._flying.get(spot, [])
                if feed_id in feeds:
                    feeds.remove(feed_id)
                if not feeds:
                    self._flying.pop(spot, None)

    def _meet(self, at: float, spot: Spot, way: str) -> None:
        account, marketplace, sku = spot
        for feed_id in self._flying.get(spot, ()):
            if feed_id not in self._foreign_feeds:
                self._overlaps.append(Overlap(at, account, marketplace, sku, way, feed_id))

    # -- for tests -------------------------------------------------------------------------

    def all(self, sku: str | None = None) -> list[Write]:
        """Return our accepted submissions, of one seller SKU or all."""
        with self._lock:
            log = list(self._log)
        return [
            each
            for each in log
            if isinstance(each, Write) and each.ours and sku in (None, each.sku)
        ]

    def count(self) -> int:
        return len(self.all())

    def twice(self) -> list[Write]:
        """Return those that said only what the one before had said already.

        It is no repeat where another value was sent between, where somebody else changed the listing, or
        where what had been accepted failed later.
        """
        with self._lock:
            log = list(self._log)
        last: dict[Spot, dict[str, Any]] = {}
        found = []
        for each in log:
            if not isinstance(each, Write):
                last.pop(each, None)
                continue
            if not each.ours:
                last.pop(each.spot, None)
                continue
            known = last.setdefault(each.spot, {})
            if each.values and all(
                name in known and known[name] == value for name, value in each.values.items()
            ):
                found.append(each)
            if "listed" in each.values or "deleted" in each.values:
                known.clear()
            known.update(each.values)
        return found

    def overlaps(self) -> list[Overlap]:
        """Return what was patched, put, deleted or fed again while in an unfinished feed of ours."""
        with self._lock:
            return list(self._overlaps)

    def harm(self) -> list[Write]:
        """Return those that damage a listing; each says how in ``harms``."""
        return [each for each in self.all() if each.harms]

    def ended(self) -> list[str]:
        """Return the seller SKUs that were deleted, in that order."""
        return [each.sku for each in self.all() if "deleted" in each.values]

    def clear(self) -> None:
        """Forget what was written; what is in unfinished feeds stays known."""
        with self._lock:
            self._log.clear()
            self._overlaps.clear()
            self.refused.clear()
