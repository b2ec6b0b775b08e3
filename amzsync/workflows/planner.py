"""Decide what the listings of one store should be: gather for a batch, decide row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from amzsync.clock import seconds_of, text_of
from amzsync.config import Config, Store
from amzsync.core import aliases as alias_rules
from amzsync.core import plan
from amzsync.core.aliases import Alias, PageFacts
from amzsync.core.listing_rules import Eligibility
from amzsync.core.model import Condition, Fulfillment
from amzsync.core.money import minor_text
from amzsync.core.offering import condition_of, fulfillment_of, notes_of
from amzsync.core.overrides import NO_OVERRIDES, Overrides
from amzsync.core.plan import Action, Brake, Hold, Kind, Seen, Wanted
from amzsync.core.prices import Priced, Pricing, Problem, problem_text
from amzsync.core.product_facts import ProductFacts
from amzsync.core.quantities import Counted, Quantities
from amzsync.core.sending import NO_TRAIL, Trail, held_back, overlaid
from amzsync.core.settings import Settings
from amzsync.core.tabs import Tab
from amzsync.store import Connection, planning
from amzsync.store import aliases as kept_aliases
from amzsync.store.planning import Listed, Unlisted
from amzsync.workflows.page_holds import approval_hold, page_hold
from amzsync.workflows.places import asks
from amzsync.workflows.planning_batch import WHOLE, Batch, Gatherer
from amzsync.workflows.price_doubts import unsaid_currency

_AMAZON = Fulfillment.AMAZON.value


class Planned(NamedTuple):
    """What was decided about a listing, or about a product that could be one."""

    listing_id: int | None
    seller_sku: str
    product: ProductFacts
    asin: str | None
    seen: Seen | None  # None: it is not on Amazon
    wanted: Wanted
    priced: Priced
    counted: Counted
    actions: tuple[Action, ...]
    holds_until: str | None


class _Terms(NamedTuple):
    """What a store decides for its whole region, where it is the oldest."""

    settings: Settings
    eligibility: Eligibility
    quantities: Quantities


class Planner:
    """Decides for one store, at one moment."""

    def __init__(
        self, db: Connection, config: Config, stores: Mapping[str, int], store: Store, now: str
    ) -> None:
        """*stores* are the ids of all stores by name; *now* is UTC text."""
        settings, market = store.settings, store.marketplace
        self._db, self._config, self._store, self._now = db, config, store, now
        self._store_id = stores[store.name]
        self._settings, self._exponent = settings, market.exponent
        self._zone = ZoneInfo(settings.time_zone)
        self.pricing = Pricing(
            settings,
            currency=market.currency,
            exponent=market.exponent,
            business_available=market.business,
            today=datetime.fromtimestamp(seconds_of(now), self._zone).date(),
            money=config.money,
        )
        self.problem = self.pricing.problem or unsaid_currency(config, stores, store)
        self._doubt = self.problem and Hold(Brake.CURRENCY, self.problem.text.rstrip("."))
        self._own = _terms(store)
        self._gatherer = Gatherer(
            db, config, stores, store, now, with_offers=self.pricing.needs_offers
        )
        self._terms = {
            stores[one.name]: _terms(one)
            for one in config.stores
            if stores.get(one.name) in self._gatherer.elders
        }
        self._aliases = kept_aliases.of_store(db, self._store_id)
        self._leaving = self._replaced()
        self._reassigned = kept_aliases.reassigned(db, self._store_id)
        self._pages = kept_aliases.pages(
            db,
            self._store_id,
            market.code,
            [one.asin for one in self._aliases] + [r.asin for r in self._reassigned.values()],
        )
        self._moments: dict[str, str] = {}

    def trails(self, seller_skus: Sequence[str]) -> Mapping[str, Trail]:
        """Return what is on its way to each of *seller_skus*, or was refused."""
        found = self._gatherer.trails(seller_skus)
        return {sku: found.get(sku, NO_TRAIL) for sku in seller_skus}

    # -- listings --------------------------------------------------------------------------------------

    def listings(
        self, rows: Sequence[Listed], *, end: bool = False, relist: bool = False
    ) -> list[Planned]:
        """Decide about matched listings; *end* and *relist* are what the user asks for them by hand."""
        batch = self._gatherer.batch(
            [row[1] for row in rows],
            [row[9] for row in rows],
            [row[2] for row in rows if row[2] is not None],
        )
        decide = self._listing
        return [decide(row, batch, end=end, relist=relist) for row in rows]

    def _listing(self, row: Listed, batch: Batch, *, end: bool, relist: bool) -> Planned:
        listing_id, sku, asin, condition, fulfillment, price, quantity, tab, missing, product = row
        overrides = batch.overrides.get(sku, NO_OVERRIDES) if batch.overrides else NO_OVERRIDES
        terms, barred = self._own, None
        leader = batch.leaders.get(sku) if batch.leaders else None
        if leader is not None:
            terms = self._terms[leader]
        if leader is not None or tab != "active":
            found = terms.eligibility.barred(product, ours=fulfillment != _AMAZON)
            barred = None if found is None else found.reason
        shares, place = batch.shares.get((product[0], sku), WHOLE) if batch.shares else WHOLE
        counted = terms.quantities.quantity(
            product,
            barred=barred,
            fulfillment=fulfillment,
            pending=batch.pending.get(product[0], 0) if batch.pending else 0,
            shares=shares,
            place=place,
        )
        priced = self._priced(product, asin, condition, overrides, batch)
        seen = Seen(price, quantity, fulfillment, condition, asin)
        wanted = self._wanted(row, priced, counted, overrides, terms, end=end)
        actions: tuple[Action, ...] = ()
        trail = batch.trails.get(sku) if batch.trails else None
        if trail is None or not trail.blocked:
            if plan.is_managed(tab, matched=True, missing=missing == 1):
                if trail is None:
                    actions = plan.revise(seen, wanted, self._config.limits)
                else:
                    on_its_way = overlaid(seen, trail.sent)
                    actions = plan.revise(on_its_way, wanted, self._config.limits)
                    actions = held_back(actions, trail)
            elif relist and tab == Tab.ENDED:
                anew = self._again(row, priced, counted, overrides)
                actions = self._publish(Kind.RELIST, product, anew, priced)
                actions = held_back(actions, trail or NO_TRAIL)
        until = priced[8] if overrides is NO_OVERRIDES else self._until(priced, overrides)
        if until is not None and overrides is NO_OVERRIDES:
            until = self._moment(until)
        if trail is not None and trail.until is not None:
            until = trail.until if until is None else min(until, trail.until)
        return Planned(
            listing_id, sku, product, asin, seen, wanted, priced, counted, actions, until
        )

    def _wanted(
        self,
        row: Listed,
        priced: Priced,
        counted: Counted,
        overrides: Overrides,
        terms: _Terms,
        *,
        end: bool,
    ) -> Wanted:
        sku = row[1]
        hold = self._doubt if overrides[0] is None else None
        if hold is None and priced[5] is not None:
            hold = self._hold(priced)
        end = end or sku in self._leaving
        if overrides is NO_OVERRIDES and not self._reassigned:
            return Wanted(priced[0], counted[0], None, None, None, None, end, hold)
        days, condition = overrides.handling_time, overrides.condition
        if days is None and overrides.reset_handling:
            days = terms.settings.handling_time
        if row.fulfillment == _AMAZON:
            days = condition = None
        other = self._reassigned.get(sku)
        return Wanted(
            priced.minor,
            counted.quantity,
            days,
            overrides.notes,
            condition,
            None if other is None else other.asin,
            end,
            hold,
            None if other is None else self._page_hold(other.asin),
        )

    def _again(self, row: Listed, priced: Priced, counted: Counted, overrides: Overrides) -> Wanted:
        """Return what a listing that has ended would be, listed again as it was."""
        named = overrides.condition or row.condition
        condition = Condition(named) if named in set(Condition) else None
        shipper = Fulfillment.AMAZON if row.fulfillment == _AMAZON else Fulfillment.MERCHANT
        wanted = self._first_wanted(row.asin, condition, shipper, priced, counted)
        if overrides.handling_time is not None and shipper is Fulfillment.MERCHANT:
            wanted = wanted._replace(handling_time=overrides.handling_time)
        return wanted._replace(notes=overrides.notes or wanted.notes)

    # -- products that could be listed -----------------------------------------------------------------

    def unlisted(self, rows: Sequence[Unlisted], *, publish: bool = False) -> list[Planned]:
        """Decide about products that are ready to list; *publish*: the user asks for it, or the store's settings."""
        skus = [row.product.sku for row in rows]
        batch = self._gatherer.batch(
            skus,
            [row.product for row in rows],
            [row.asin for row in rows if row.asin is not None],
            new=True,
        )
        taken = planning.having(self._db, [self._store_id], skus)
        asins = [row.asin for row in rows if row.asin is not None and asks(self._store)]
        market = self._store.marketplace.code
        approvals = kept_aliases.pages(self._db, self._store_id, market, asins)
        publish = publish or self._settings.automatic_listing
        return [self._offer(row, batch, approvals, publish=publish, taken=taken) for row in rows]

    def _offer(
        self,
        row: Unlisted,
        batch: Batch,
        approvals: Mapping[str, PageFacts],
        *,
        publish: bool,
        taken: Mapping[str, object],
    ) -> Planned:
        product, sku = row.product, row.product.sku
        wanted, priced, counted = self._new(product, row.asin, batch)
        actions: tuple[Action, ...] = ()
        trail = batch.trails.get(sku, NO_TRAIL)
        if publish and row.tab == Tab.READY_TO_LIST and not trail.blocked:
            if sku in taken:
                words = (
                    f"the seller SKU {sku} is another listing's; pin that one, or create an alias"
                )
                wanted = wanted._replace(hold=Hold(Brake.NOT_KNOWN, words))
            elif row.asin is not None and row.asin in approvals:  # only where Amazon can be asked
                hold = approval_hold(row.asin, approvals[row.asin])
                wanted = wanted._replace(hold=wanted.hold or hold)
            actions = held_back(self._publish(Kind.PUBLISH, product, wanted, priced), trail)
        until = None if priced.holds_until is None else self._moment(priced.holds_until)
        return Planned(None, sku, product, row.asin, None, wanted, priced, counted, actions, until)

    def aliases(self, rows: Sequence[tuple[Alias, ProductFacts]]) -> list[Planned]:
        """Decide about second seller SKUs that Amazon does not have yet."""
        batch = self._gatherer.batch(
            [alias.seller_sku for alias, _ in rows],
            [product for _, product in rows],
            [alias.asin for alias, _ in rows],
            new=True,
        )
        sold = kept_aliases.under_their_asin(self._db, self._store_id)
        found = []
        for alias, product in rows:
            wanted, priced, counted = self._new(product, alias.asin, batch, alias.seller_sku)
            unvalidated = None if alias.seller_sku in sold else self._page_hold(alias.asin)
            if unvalidated is not None:
                wanted = wanted._replace(hold=unvalidated)
            actions: tuple[Action, ...] = ()
            trail = batch.trails.get(alias.seller_sku, NO_TRAIL)
            if not trail.blocked:
                actions = self._publish(Kind.CREATE_ALIAS, product, wanted, priced)
                actions = held_back(actions, trail)
            until = None if priced.holds_until is None else self._moment(priced.holds_until)
            found.append(
                Planned(
                    None, alias.seller_sku, product, alias.asin, None, wanted, priced, counted, actions, until
                )
            )  # fmt: skip
        return found

    def _new(
        self, product: ProductFacts, asin: str | None, batch: Batch, sku: str | None = None
    ) -> tuple[Wanted, Priced, Counted]:
        """Return what a new listing of the product would be."""
        settings = self._settings
        shipper = fulfillment_of(settings.fulfillment, product)
        condition = condition_of(settings.condition, product, mapped=self._config.mapping.condition)
        barred = self._own.eligibility.barred(product, ours=shipper is Fulfillment.MERCHANT)
        shares, place = batch.shares.get((product.product_id, sku or product.sku), WHOLE)
        counted = self._own.quantities.quantity(
            product,
            barred=None if barred is None else barred.reason,
            fulfillment=shipper.value,
            pending=batch.pending.get(product.product_id, 0),
            shares=shares,
            place=place,
        )
        priced = self._priced(
            product, asin, None if condition is None else condition.value, NO_OVERRIDES, batch
        )
        return (
            self._first_wanted(asin, condition, shipper, priced, counted),
            priced,
            counted,
        )

    def _first_wanted(
        self,
        asin: str | None,
        condition: Condition | None,
        shipper: Fulfillment,
        priced: Priced,
        counted: Counted,
    ) -> Wanted:
        hold = self._doubt
        if priced.problem is not None:
            hold = self._hold(priced)
        if counted.quantity is None and shipper is Fulfillment.MERCHANT and hold is None:
            hold = Hold(Brake.NOT_KNOWN, "its stock is not known")
        by_merchant = shipper is Fulfillment.MERCHANT
        return Wanted(
            priced.minor,
            counted.quantity,
            self._settings.handling_time if by_merchant else None,
            notes_of(self._settings.condition, condition),
            None if condition is None else condition.value,
            asin,
            hold=hold,
        )

    def _publish(
        self, kind: Kind, product: ProductFacts, wanted: Wanted, priced: Priced
    ) -> tuple[Action, ...]:
        settings = self._settings
        shipper = fulfillment_of(settings.fulfillment, product)
        business = priced.business_minor
        tiers = "; ".join(f"{n} at {minor_text(m, self._exponent)}" for n, m in priced.tiers)
        extras = (
            ("fulfillment", shipper.value),
            ("list_price", priced.list_minor),
            ("business_price", business),
            ("business_tiers", tiers or None),
            ("tax_code", settings.price.tax_code),
        )
        return plan.publish(kind, wanted, extras)

    # -- what both need --------------------------------------------------------------------------------

    def _priced(
        self,
        product: ProductFacts,
        asin: str | None,
        condition: str | None,
        overrides: Overrides,
        batch: Batch,
    ) -> Priced:
        return self.pricing.price(
            product,
            scopes=batch.scopes.get(product[1], ()) if batch.scopes else (),
            offers=batch.offers.get(asin) if asin else None,
            condition=condition,
            override=overrides.price,
        )

    def _hold(self, priced: Priced) -> Hold:
        brake = (
            Brake.FLOOR_ABOVE_CEILING
            if priced.problem is Problem.FLOOR_ABOVE_CEILING
            else Brake.NOT_KNOWN
        )
        words = problem_text(priced, self._exponent).rstrip(".")
        return Hold(brake, words[:1].lower() + words[1:])

    def _page_hold(self, asin: str) -> Hold | None:
        return page_hold(asin, self._pages.get(asin, alias_rules.NOT_ASKED))

    def _replaced(self) -> frozenset[str]:
        """Return the listings that give way to an alias which Amazon has."""
        wanted = [one for one in self._aliases if one.remove_existing]
        have = planning.having(self._db, [self._store_id], [one.seller_sku for one in wanted])
        return frozenset(one.of_sku for one in wanted if one.seller_sku in have)

    def _until(self, priced: Priced, overrides: Overrides) -> str | None:
        day = None if priced.holds_until is None else self._moment(priced.holds_until)
        found = [one for one in (day, overrides.holds_until) if one is not None]
        return min(found, default=None)

    def _moment(self, day: str) -> str:
        """Return when *day* begins in the store's time zone, as UTC text."""
        found = self._moments.get(day)
        if found is None:
            start = datetime.combine(date.fromisoformat(day), datetime.min.time(), self._zone)
            found = self._moments[day] = text_of(start.timestamp())
        return found


def _terms(store: Store) -> _Terms:
    settings = store.settings
    return _Terms(
        settings,
        Eligibility(store.website, settings.rules, settings.quantity),
        Quantities(settings.quantity),
    )
