"""A made-up seller: what Amazon would know of the listings, the catalogue and the stock."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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


class Index(NamedTuple):
    """The listings of one marketplace as searches need them."""

    by_update: list[tuple[float, str]]  # oldest first
    by_asin: dict[str, list[str]]
    by_product_id: dict[str, list[str]]


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
    clock: Ticking = field(default_factory=RealClock)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._version = 0
        self._codes: tuple[int, dict[tuple[str, str], list[str]]] = (-1, {})
        self._indices: dict[str, tuple[int, Index]] = {}
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
        return self.shelves[self.home]

    def shelf(self, marketplace_id: str) -> dict[str, Listing]:
        return self.shelves.setdefault(marketplace_id, {})

    def add(self, *listings: Listing, marketplace_id: str | None = None) -> None:
        """List something, or replace what is listed under the same seller SKU."""
        with self.lock:
            shelf = self.shelf(marketplace_id or self.home)
            shelf.update((listing.sku, listing) for listing in listings)
            self.touched()

    def change(self, sku: str, *, marketplace_id: str | None = None, **fields: Any) -> Listing:
        """Change *fields* of a listing, which was last updated now (or when *fields* say)."""
        with self.lock:
            shelf = self.shelf(marketplace_id or self.home)
            fields.setdefault("last_updated", self.clock.now())
            shelf[sku] = dataclasses.replace(shelf[sku], **fields)
            self.touched()
            return shelf[sku]

    def remove(self, *skus: str, marketplace_id: str | None = None) -> None:
        with self.lock:
            for sku in skus:
                del self.shelf(marketplace_id or self.home)[sku]
            self.touched()

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
            version, index = self._indices.get(marketplace_id, (-1, Index([], {}, {})))
            if version != self._version:
                index = _index(self.shelf(marketplace_id).values())
                self._indices[marketplace_id] = (self._version, index)
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


def _index(listings: Iterable[Listing]) -> Index:
    index = Index([], {}, {})
    for listing in listings:
        index.by_update.append((listing.last_updated, listing.sku))
        if listing.asin:
            index.by_asin.setdefault(listing.asin, []).append(listing.sku)
        if listing.product_id:
            index.by_product_id.setdefault(listing.product_id, []).append(listing.sku)
    index.by_update.sort()
    return index
