"""Decide, at this moment and for single listings, what they should be: without writing, planned before or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from amzsync.config import Config, Store
from amzsync.config.wanted import wanted_attributes
from amzsync.core import overrides as override_rules
from amzsync.core import plan, quantities
from amzsync.core.money import minor_text
from amzsync.core.plan import Action, Brake, Hold
from amzsync.core.prices import steps_text
from amzsync.results.details import ToDo, WantedDetail
from amzsync.store import overrides, planning, runs, stores
from amzsync.store.planning import Rows
from amzsync.store.state import State
from amzsync.workflows import mass_holds, places
from amzsync.workflows.planner import Planned, Planner
from amzsync.workflows.planning import planner_of, rows_of


class Deciding:
    """Decides about listings and products of any store; what each store needs is made ready once."""

    def __init__(self, current: State, config: Config, now: str) -> None:
        """*now* is UTC text."""
        self._current, self._config, self.now = current, config, now
        self._stores = {store.name: store for store in config.stores}
        self._ids = {name: one.store_id for name, one in stores.known(current.db).items()}
        self._unread = places.unread_attributes(current, wanted_attributes(config))
        self._planners: dict[str, Planner] = {}

    def listing(self, name: str, seller_sku: str) -> WantedDetail | None:
        """Return what a listing of the store *name* should be; ``None`` where it has no product to go by."""
        return self._decided(
            name,
            lambda planner, rows: planner.listings(list(rows.listings([seller_sku]))),
        )

    def unlisted(self, name: str, sku: str) -> WantedDetail | None:
        """Return what a product without a listing would be listed as in the store *name*."""
        return self._decided(
            name, lambda planner, rows: planner.unlisted(list(rows.unlisted([sku])))
        )

    def _decided(
        self, name: str, decide: Callable[[Planner, Rows], list[Planned]]
    ) -> WantedDetail | None:
        store = self._stores.get(name)
        if store is None:  # the state remembers it, the configuration does not
            return None
        if self._unread:
            return WantedDetail(unread=tuple(self._unread))
        if name not in self._planners:
            self._planners[name] = planner_of(self._current, self._config, store, self.now)
        planner, store_id = self._planners[name], self._ids[name]
        found = decide(planner, rows_of(self._current, self._config, store, store_id))
        return self._detail(store, planner, found[0]) if found else None

    def _detail(self, store: Store, planner: Planner, one: Planned) -> WantedDetail:
        db, market, wanted = self._current.db, store.marketplace, one.wanted
        store_id, price, problem = (
            self._ids[store.name],
            wanted.price_minor,
            planner.problem,
        )
        mass = mass_holds.of_store(db, store_id, self._config.limits)
        doubt = None if wanted.hold is None else wanted.hold.words
        if price is None and problem is not None:
            doubt = problem.text.rstrip(".")
        return WantedDetail(
            currency=market.currency,
            observed_at=self._observed_at(store_id, one),
            price=None if price is None else minor_text(price, market.exponent),
            quantity=wanted.quantity,
            handling_time=wanted.handling_time,
            condition=wanted.condition,
            seller_notes=wanted.notes,
            price_steps=steps_text(one.priced.steps, market.exponent),
            quantity_steps=quantities.steps_text(one.counted.steps),
            overridden=self._overridden(store_id, one),
            barred=_barred(one),
            doubt=doubt,
            in_process=bool(planning.in_flight(db, store_id, [one.seller_sku])),
            actions=tuple(_to_do(action, one, mass, market.exponent) for action in one.actions),
        )

    def _overridden(self, store_id: int, one: Planned) -> Mapping[str, bool]:
        """Return, by field, whether an override of the store's own holds or has ended."""
        rows = overrides.of_skus(self._current.db, store_id, [one.seller_sku])
        return {
            row.field: override_rules.holds(row, self.now)
            for row in rows.get(one.seller_sku, [])
            if one.listing_id is not None
        }

    def _observed_at(self, store_id: int, one: Planned) -> str | None:
        if one.listing_id is None:
            return None
        db = self._current.db
        kind, answered = planning.observed(db, [one.listing_id])[one.listing_id]
        told = (runs.times(db, store_id).get(kind), answered)
        return max((moment for moment in told if moment), default=None)


def _barred(one: Planned) -> str | None:
    return next((str(step[1]) for step in one.counted.steps if step[0] == "barred"), None)


def _to_do(action: Action, one: Planned, mass: Mapping[Brake, Hold], exponent: int) -> ToDo:
    hold = plan.held(action, mass, beside=one.actions)
    changes = tuple(
        {
            "field": field,
            "seen": plan.value_text(field, seen, exponent),
            "wanted": plan.value_text(field, wanted, exponent),
        }
        for field, seen, wanted in action.differences
    )
    return ToDo(action.kind, changes, None if hold is None else hold.words)
