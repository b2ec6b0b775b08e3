"""A made-up seller: what Amazon would know of the listings, the catalogue and the stock."""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from amzsync.core.marketplaces import Marketplace, by_code
from tests.simulators.clocks import RealClock, Ticking

US = "ATVPDKIKX0DER"
DE = "A1PA6795UKMFR9"
JP = "A1VC38T7YXB528"
LIVE = frozenset({"BUYABLE", "DISCOVERABLE"})
SAMPLED_AT = 1_790_000_000.0  # when the youngest change of a sample was made: September 2026


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem that Amazon attaches to a listing."""

    code: str
    message: str
    severity: str = "ERROR"
    attributes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()  # of enforcement; none: the issue has no enforcements
    exemption: str = "NOT_EXEMPT"
    exempt_until: str | None = None


@dataclass(slots=True)
class Listing:
    """One offer in one marketplace."""

    sku: str
    asin: str | None = None
    title: str | None = "Listing"
    condition: str = "new_new"
    price: str | None = "19.90"
    quantity: int | None = 5  # of FBA listings: units that can be sold from Amazon's warehouse
    channel: str = "DEFAULT"
    status: frozenset[str] = LIVE
    issues: tuple[Issue, ...] = ()
    product_id: str | None = None  # a GTIN; the reports have the ASIN where it is None
    product_type: str = "PRODUCT"
    created: float = SAMPLED_AT - 86_400 * 200
    last_updated: float = SAMPLED_AT - 86_400
    incomplete: bool = False  # the all-listings report says Incomplete
    suppressed: str | None = None  # the issue that the report of suppressed listings tells
    stranded: str | None = None  # the reason that the report of stranded stock tells
    fnsku: str | None = None
    business_price: str | None = None
    parent: str | None = None  # seller SKU
    children: tuple[str, ...] = ()
    handling_time: int | None = None  # days
    restock_date: str | None = None
    notes: str | None = None  # on the condition
    list_price: str | None = None
    other_prices: Mapping[str, Any] = field(default_factory=dict)  # more of purchasable_offer
    extra_channels: tuple[tuple[str, int | None], ...] = ()  # -> quantity; by mistaken patches
    more: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)  # attributes of other names

    @property
    def is_fba(self) -> bool:
        return self.channel.startswith("AMAZON")

    @property
    def report_status(self) -> str:
        if self.incomplete:
            return "Incomplete"
        return "Active" if "BUYABLE" in self.status else "Inactive"


@dataclass(slots=True)
class CatalogueItem:
    """A page of Amazon's catalogue."""

    asin: str
    title: str
    product_type: str = "PRODUCT"
    identifiers: tuple[tuple[str, str], ...] = ()  # ("EAN", "9520000000017")
    brand: str = "Brackwater"
    parent: str | None = None  # ASIN
    children: tuple[str, ...] = ()  # ASINs
    theme: str = "COLOR"


@dataclass(frozen=True, slots=True)
class Restriction:
    """What stands against selling an ASIN."""

    code: str | None  # "APPROVAL_REQUIRED", "NOT_ELIGIBLE", "ASIN_NOT_FOUND"
    message: str
    condition: str | None = None  # None: all conditions
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Rival:
    """What another seller offers for an ASIN."""

    seller_id: str
    price: str | None = "19.90"  # None: Amazon tells no price
    shipping: str = "0.00"
    family: str = "New"  # Used, Collectible, Refurbished
    grade: str = "New"  # Like New, Very Good, Good, Acceptable, Refurbished, ...
    by_amazon: bool = False
    rating: float | None = 97.0  # percent of positive feedback
    ratings: int = 1200
    currency: str | None = None  # None: the marketplace's
    featured: bool | None = None  # it has the Buy Box, or cannot have it; None: if it is the lowest


@dataclass(frozen=True, slots=True)
class OfferFault:
    """Why one ASIN of a batch is not answered."""

    status: int
    code: str
    message: str = "It did not work."


@dataclass(slots=True)
class Index:
    """The listings of one marketplace as searches need them."""

    by_update: list[tuple[float, str]] = field(default_factory=list)  # oldest first
    by_asin: dict[str, list[str]] = field(default_factory=dict)
    by_product_id: dict[str, list[str]] = field(default_factory=dict)
    _known: dict[str, tuple[float, str | None, str | None]] = field(default_factory=dict)

    def mend(self, shelf: Mapping[str, Listing], skus: Iterable[str]) -> None:
        """Learn what became of some listings."""
        old, new = set(), []
        for sku in skus:
            if (known := self._known.pop(sku, None)) is not None:
                old.add((known[0], sku))
                _drop(self.by_asin, known[1], sku)
                _drop(self.by_product_id, known[2], sku)
            if (listing := shelf.get(sku)) is not None:
                new.append((listing.last_updated, sku))
                self._known[sku] = listing.last_updated, listing.asin, listing.product_id
                _list(self.by_asin, listing.asin, sku)
                _list(self.by_product_id, listing.product_id, sku)
        if 20 * (len(old) + len(new)) < len(self.by_update):
            for entry in old:
                del self.by_update[bisect_left(self.by_update, entry)]
            for entry in new:
                insort(self.by_update, entry)
        else:
            self.by_update = sorted([e for e in self.by_update if e not in old] + new)


def _list(index: dict[str, list[str]], key: str | None, sku: str) -> None:
    if key:
        index.setdefault(key, []).append(sku)


def _drop(index: dict[str, list[str]], key: str | None, sku: str) -> None:
    if key:
        index[key].remove(sku)
        if not index[key]:
            del index[key]


@dataclass
class Seller:
    """An account: change it at will, while a simulator serves it."""

    seller_id: str = "A2EXAMPLE"
    marketplaces: dict[str, bool] = field(default_factory=lambda: {US: True})  # -> participates
    suspended: frozenset[str] = frozenset()  # marketplaces with suspended listings
    store_name: str = "Brackwater & Fernholt"
    shelves: dict[str, dict[str, Listing]] = field(default_factory=dict)
    catalogue: dict[str, CatalogueItem] = field(default_factory=dict)
    restrictions: dict[str, list[Restriction]] = field(default_factory=dict)
    rivals: dict[str, list[Rival]] = field(default_factory=dict)  # by ASIN; else some are made up
    offer_faults: dict[str, OfferFault] = field(default_factory=dict)  # by ASIN
    report_delay: float = 90.0  # seconds until a report is done
    report_cache: float = 3600.0  # seconds in which a type of report has the same data
    charset: str | None = None  # said of a document; None: the marketplace's own
    codec: str | None = None  # in which it is written; None: the one that is said
    compress: bool = True
    submission_delay: float = 0.0  # seconds until what was accepted shows
    asin_delay: float = 0.0  # seconds until a new product has its ASIN, after it shows
    invalid: dict[str, tuple[Issue, ...]] = field(default_factory=dict)  # seller SKUs: refused
    fails_later: dict[str, tuple[Issue, ...]] = field(default_factory=dict)  # accepted, never shown
    returns: dict[str, float] = field(default_factory=dict)  # seconds after a deletion
    feed_delay: float = 60.0  # seconds of a feed without messages
    feed_rate: float = 50.0  # messages of a feed in a second
    product_types: dict[str, dict[str, Any]] = field(default_factory=dict)  # schemas of one's own
    clock: Ticking = field(default_factory=RealClock)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.on_change: Callable[[str, str], None] | None = (
            None  # marketplace, SKU: changed by hand
        )
        self._version = 0
        self._codes: tuple[int, dict[tuple[str, str], list[str]]] = (-1, {})
        self._indices: dict[str, tuple[int, Index]] = {}
        self._stale: dict[str, dict[str, None]] = {}  # marketplace -> SKUs that its index has not
        self._later: list[tuple[float, int, Callable[[float], None]]] = []
        self._numbers = itertools.count()
        self._settling = False
        for marketplace_id in self.marketplaces:
            self.shelves.setdefault(marketplace_id, {})

    @property
    def home(self) -> str:
        """Return the id of the first marketplace."""
        return next(iter(self.marketplaces))

    @property
    def listings(self) -> dict[str, Listing]:
        """Return the listings of the first marketplace, by seller SKU.

        After changing it directly, call ``touched``; ``add``, ``change`` and ``remove`` do.
        """
        return self.shelf(self.home)

    def shelf(self, marketplace_id: str) -> dict[str, Listing]:
        """Return the listings of a marketplace, as they are by now."""
        self.settle()
        return self.shelves.setdefault(marketplace_id, {})

    def add(self, *listings: Listing, marketplace_id: str | None = None) -> None:
        """List something, or replace what is listed under the same seller SKU."""
        with self.lock:
            place = marketplace_id or self.home
            for listing in listings:
                self.store(place, listing.sku, listing)
                self._by_hand(place, listing.sku)

    def change(self, sku: str, *, marketplace_id: str | None = None, **fields: Any) -> Listing:
        """Change *fields* of a listing, which was last updated now (or when *fields* say)."""
        with self.lock:
            place = marketplace_id or self.home
            fields.setdefault("last_updated", self.clock.now())
            listing = dataclasses.replace(self.shelf(place)[sku], **fields)
            self.store(place, sku, listing)
            self._by_hand(place, sku)
            return listing

    def remove(self, *skus: str, marketplace_id: str | None = None) -> None:
        with self.lock:
            place = marketplace_id or self.home
            for sku in skus:
                del self.shelf(place)[sku]
                self.store(place, sku, None)
                self._by_hand(place, sku)

    def _by_hand(self, marketplace_id: str, sku: str) -> None:
        if self.on_change is not None:
            self.on_change(marketplace_id, sku)

    def store(self, marketplace_id: str, sku: str, listing: Listing | None) -> None:
        """Put a listing on the shelf, or take it off, as Amazon itself does."""
        shelf = self.shelf(marketplace_id)
        if listing is None:
            shelf.pop(sku, None)
        else:
            shelf[sku] = listing
        self._stale.setdefault(marketplace_id, {})[sku] = None

    def later(self, at: float, change: Callable[[float], None]) -> None:
        """Let *change* happen at a moment, which it is told; what is due happens at the next look."""
        with self.lock:
            heapq.heappush(self._later, (at, next(self._numbers), change))

    def settle(self) -> None:
        """Let happen what is due by now."""
        if not self._later:
            return
        with self.lock:
            if self._settling:
                return
            self._settling = True
            try:
                now = self.clock.now()
                while self._later and self._later[0][0] <= now:
                    at, _, change = heapq.heappop(self._later)
                    change(at)
            finally:
                self._settling = False

    def restrict(self, asin: str, *restrictions: Restriction) -> None:
        self.restrictions[asin] = list(restrictions)

    def compete(self, asin: str, *rivals: Rival) -> None:
        """Say what others offer for an ASIN."""
        self.rivals[asin] = list(rivals)

    def know(self, *items: CatalogueItem) -> None:
        """Put pages into the catalogue."""
        with self.lock:
            self.catalogue.update((item.asin, item) for item in items)
            self.touched()

    def pages_of(self, kind: str, code: str) -> list[CatalogueItem]:
        """Return the pages that have an identifier: ``pages_of("EAN", "9520000000017")``."""
        with self.lock:
            version, codes = self._codes
            if version != self._version:
                codes = {}
                for item in self.catalogue.values():
                    for key in item.identifiers:
                        codes.setdefault(key, []).append(item.asin)
                self._codes = self._version, codes
            return [self.catalogue[asin] for asin in codes.get((kind, code), ())]

    def touched(self) -> None:
        """Forget what was derived from the listings and the catalogue."""
        with self.lock:
            self._version += 1

    def index(self, marketplace_id: str) -> Index:
        """Return the listings of a marketplace as searches need them."""
        with self.lock:
            shelf = self.shelf(marketplace_id)
            version, index = self._indices.get(marketplace_id, (-1, Index()))
            stale = self._stale.pop(marketplace_id, {})
            if version != self._version:
                index = Index()
                index.mend(shelf, shelf)
                self._indices[marketplace_id] = self._version, index
            elif stale:
                index.mend(shelf, stale)
            return index

    @classmethod
    def sample(
        cls, count: int, seed: int = 1, *, marketplace_id: str = US, **fields: Any
    ) -> Seller:
        """Return a seller of *count* listings, some of them in trouble, the same for a *seed*."""
        from tests.simulators.samples import sample_listings  # it needs this module's classes

        seller = cls(marketplaces={marketplace_id: True}, **fields)
        for listing, item in sample_listings(count, seed, marketplace(marketplace_id)):
            seller.shelves[marketplace_id][listing.sku] = listing
            if item is not None:
                seller.catalogue[item.asin] = item
        seller.touched()
        return seller


def marketplace(marketplace_id: str) -> Marketplace:
    found = by_code(marketplace_id)
    assert found is not None, marketplace_id
    return found
