"""Gather what planning needs to know of a batch of listings besides their own rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amzsync.clock import seconds_of, text_of
from amzsync.config import Config, Store
from amzsync.core import overrides as override_rules
from amzsync.core.aliases import Page, judge
from amzsync.core.model import Fulfillment
from amzsync.core.offers import Offer
from amzsync.core.overrides import Overrides, Row
from amzsync.core.prices import Scope
from amzsync.core.product_facts import ProductFacts
from amzsync.core.regions import Member, Regions, Selling, leaders, pools
from amzsync.core.sending import RETRY_REFUSED, Told, Trail, trail
from amzsync.store import (
    Connection,
    aliases,
    offers,
    outbox,
    overrides,
    pending,
    planning,
    targets,
    undone,
)
from amzsync.store.planning import Seller

_MERCHANT = Fulfillment.MERCHANT.value
WHOLE = (1, 0)  # a share of one, at the first place


class Batch(NamedTuple):
    """What was gathered; what is empty for the whole batch costs next to nothing."""

    overrides: Mapping[str, Overrides]  # by seller SKU
    leaders: Mapping[str, int]  # the older store whose settings hold, by seller SKU
    shares: Mapping[tuple[int, str], tuple[int, int]]  # by product id and seller SKU
    pending: Mapping[int, int]  # units in pending orders, by product id
    scopes: Mapping[str, Sequence[Scope]]  # by SKU
    offers: Mapping[str, Sequence[Offer]]  # by ASIN
    trails: Mapping[str, Trail]  # what is on its way to Amazon, or was refused, by seller SKU


class Gatherer:
    """Gathers for one store, at one moment."""

    def __init__(
        self,
        db: Connection,
        config: Config,
        stores: Mapping[str, int],
        store: Store,
        now: str,
        *,
        with_offers: bool,
    ) -> None:
        """*stores* are the ids of all stores by name; *now* is UTC text; *with_offers*: a rule asks for them."""
        self._db, self._store_id, self._now = db, stores[store.name], now
        self._views, self._with_offers = store.settings.price.views, with_offers
        self._regions = Regions(
            Member(stores[one.name], one.seller_id, one.marketplace.region, one.settings.regional)
            for one in config.stores
            if one.name in stores
        )
        self._known = frozenset(stores[one.name] for one in config.stores if one.name in stores)
        self.elders = self._regions.elders(self._store_id)
        self._present = planning.present(db)
        self._waiting: dict[int, list[Seller]] = {}  # second seller SKUs to come, by product
        if "aliases" in self._present:
            for one in config.stores:
                if one.name in stores:
                    self._await(stores[one.name], one.marketplace.code)

    def _await(self, store_id: int, marketplace: str) -> None:
        """Note the aliases of a store that may go: their share of the stock must be free before they are there."""
        waiting = aliases.waiting(self._db, store_id)
        sold = aliases.under_their_asin(self._db, store_id)
        pages = aliases.pages(self._db, store_id, marketplace, [one.asin for one in waiting])
        for one in waiting:
            if one.seller_sku in sold or judge(pages[one.asin]) is Page.KNOWN:
                seller = Seller(one.product_id, store_id, one.seller_sku, _MERCHANT)
                self._waiting.setdefault(one.product_id, []).append(seller)

    def batch(
        self,
        skus: Sequence[str],
        products: Sequence[ProductFacts],
        asins: Sequence[str],
        *,
        new: bool = False,
    ) -> Batch:
        """Return what is known of listings *skus* of *products* (one for each), and of offers for *asins*.

        *new*: there are no such listings yet; they are counted among those that share the products' stock.
        """
        db, store_id = self._db, self._store_id
        ids = [product[0] for product in products]
        return Batch(
            overrides=self._overrides(skus),
            leaders=self._leaders(skus),
            shares=self._shares(self._sellers(ids, skus if new else ())),
            pending=pending.of_products(db, ids) if "pending_orders" in self._present else {},
            scopes=self._scopes(products),
            offers=offers.of_asins(db, store_id, asins) if self._with_offers else {},
            trails=self.trails(skus) if {"outbox", "undone"} & self._present else {},
        )

    def trails(self, skus: Sequence[str]) -> dict[str, Trail]:
        """Return what is not over yet of what was sent about listings, where there is any such thing."""
        since = text_of(seconds_of(self._now) - RETRY_REFUSED)
        told: dict[str, list[Told]] = {}
        for one in outbox.told(self._db, self._store_id, skus, since):
            told.setdefault(one.seller_sku, []).append(one)
        taken_back = undone.of_listings(self._db, self._store_id, skus)
        answered = targets.answered(self._db, self._store_id, list(told))
        return {
            sku: trail(told.get(sku, ()), taken_back.get(sku, {}), self._now, answered.get(sku))
            for sku in told.keys() | taken_back.keys()
        }

    def _leaders(self, skus: Sequence[str]) -> Mapping[str, int]:
        if not self.elders:
            return {}
        having = planning.having(self._db, self.elders, skus)
        theirs = {
            one: {sku for sku, found in having.items() if one in found} for one in self.elders
        }
        return leaders(self.elders, skus, theirs)

    def _overrides(self, skus: Sequence[str]) -> dict[str, Overrides]:
        """Return the overrides in force: the store's own, and the region's for what it shares."""
        if "overrides" not in self._present:
            return {}
        found = overrides.of_skus(self._db, self._store_id, skus)
        for other in self._regions.stores(self._store_id):
            if other != self._store_id:
                for sku, rows in overrides.of_skus(self._db, other, skus).items():
                    found[sku] = _with_shared(found.get(sku, []), rows)
        return {
            sku: override_rules.in_force(rows, self._now) for sku, rows in found.items() if rows
        }

    def _sellers(self, ids: Sequence[int], new: Sequence[str]) -> dict[int, list[Seller]]:
        """Return the listings that share the stock of products, those to come among them."""
        found = planning.sellers_of(self._db, ids, least=1 if new else 2)
        if more := [one for one in ids if one in self._waiting]:
            found |= planning.sellers_of(self._db, more, least=1)
        for product_id in more:
            found.setdefault(product_id, []).extend(self._waiting[product_id])
        for product_id, sku in zip(ids, new, strict=False):
            one = Seller(product_id, self._store_id, sku, _MERCHANT)
            found.setdefault(product_id, []).append(one)
        return found

    def _shares(
        self, sellers: Mapping[int, Sequence[Seller]]
    ) -> dict[tuple[int, str], tuple[int, int]]:
        found: dict[tuple[int, str], tuple[int, int]] = {}
        own = self._regions.group(self._store_id)
        for product_id, several in sellers.items():
            parts = pools(
                Selling(*self._regions.group(one.store_id), one.seller_sku, one.fulfillment)
                for one in several
                if one.store_id in self._known
            )
            for (seller, region, sku), share in parts.items():
                if (seller, region) == own:
                    found[product_id, sku] = share
        return found

    def _scopes(self, products: Sequence[ProductFacts]) -> dict[str, list[Scope]]:
        if not self._views:
            return {}
        rows = planning.view_rows(self._db, self._views, [product.sku for product in products])
        found: dict[str, list[Scope]] = {}
        for sku, view in ((product.sku, view) for product in products for view in self._views):
            row = rows.get((sku, view))
            if row is not None:
                found.setdefault(sku, []).append(Scope(*row, view))
        return found


def _with_shared(own: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """Return a listing's overrides with those that its region shares and it does not have itself."""
    have = {row.field for row in own if row.value is not None}
    shared = {
        row.field: row
        for row in others
        if row.field in override_rules.REGIONAL and row.field not in have
    }
    return [row for row in own if row.field not in shared] + list(shared.values())
