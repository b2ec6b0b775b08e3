"""Read the plan: the actions in order, each with what is observed, what is wanted and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from amzsync.config import Config, Store
from amzsync.core import plan, quantities
from amzsync.core.new_products import Ready
from amzsync.core.plan import Action, Brake, Hold, Kind, Rank
from amzsync.core.prices import steps_text
from amzsync.core.product_mapping import ProductMapping
from amzsync.core.tabs import Tab
from amzsync.errors import UsageError
from amzsync.results.plan import Count, PlanAnswer, PlanRow, StorePlan
from amzsync.store import aliases, outstanding, planning, runs, stores
from amzsync.store.matching import Lookup
from amzsync.store.planning import ActionRow
from amzsync.store.state import State
from amzsync.workflows import planning as planned_stores
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.planner import Planned, Planner

BY_HAND = {Kind.PUBLISH, Kind.RELIST, Kind.END}
Mass = Mapping[Brake, Hold]


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of the plan is asked for, and what the user asks for by hand."""

    store: str | None = None
    skus: tuple[str, ...] = ()  # seller SKUs or SKUs
    tab: Tab | None = None
    publish: bool = False
    relist: bool = False
    end: bool = False
    allowed: frozenset[Brake] = frozenset()

    @property
    def is_by_hand(self) -> bool:
        """Tell whether the user asks for something that the settings do not."""
        return self.publish or self.relist or self.end


def answer(current: State, config: Config, question: Question, *, now: str) -> PlanAnswer:
    """Return the plan as it was last brought up to date, with what the user asks for by hand.

    The rows are decided as they are read, a batch at a time, so the state must stay open.  Raises
    ``UsageError`` where something is asked for by hand without saying for which listings.
    """
    if question.is_by_hand and not (question.skus or question.tab):
        raise UsageError(
            "What is done by hand needs to know for which listings.",
            next_step="Add --sku or --tab.",
        )
    known = stores.known(current.db)
    parts = [
        _Part(current, config, store, known[store.name].store_id, question, now)
        for store in config.chosen(question.store)
        if store.name in known
    ]
    figures = tuple(part.figures() for part in parts)
    rows = (
        row for part, figure in zip(parts, figures, strict=True) for row in part.rows(figure.mass)
    )
    return PlanAnswer(planned_stores.serial(current), now, figures, rows)


class _Part:
    """The plan of one store."""

    def __init__(
        self,
        current: State,
        config: Config,
        store: Store,
        store_id: int,
        question: Question,
        now: str,
    ) -> None:
        self._current, self._config, self._store = current, config, store
        self._store_id, self._question, self._now = store_id, question, now
        self._planner: Planner = planned_stores.planner_of(current, config, store, now)
        self._rows = planned_stores.rows_of(current, config, store, store_id)
        self._times = runs.times(current.db, store_id)
        self._by_hand = self._asked() if question.is_by_hand else []

    def figures(self) -> StorePlan:
        """Return how much there is to do, and which brakes hold all of a kind."""
        db, limits = self._current.db, self._config.limits
        listings = planning.managed(db, self._store_id)
        found: dict[tuple[Rank, Kind, str], int] = {}
        for (rank, kind, hold), number in planning.counts(db, self._store_id).items():
            found[Rank(rank), Kind(kind), hold] = number
        for one in self._by_hand:
            for action in one.actions:
                key = (
                    action.rank,
                    action.kind,
                    "" if action.hold is None else action.hold.brake.value,
                )
                found[key] = found.get(key, 0) + 1
        free: dict[Rank, int] = {}
        for (rank, _, hold), number in found.items():
            if not hold or Brake(hold) in self._allowed:
                free[rank] = free.get(rank, 0) + number
        mass = {
            brake: hold
            for brake, hold in plan.mass_holds(limits, listings, free).items()
            if brake not in self._allowed
        }
        if self._question.skus or self._question.tab:
            return self._described(listings, mass, self._counted(mass))
        if Brake.MASS_REPRICE in mass and (waiting := outstanding.coming_back(db, self._store_id)):
            found[Rank.QUANTITY, Kind.REVISE_QUANTITY, ""] -= waiting
            found[Rank.QUANTITY, Kind.REVISE_QUANTITY, Brake.MASS_REPRICE.value] = waiting
        return self._described(listings, mass, tuple(_counts(found, mass, self._allowed)))

    def _counted(self, mass: Mass) -> tuple[Count, ...]:
        """Count the actions that the question is about, one by one; the brakes look at the whole store."""
        free: Counter[tuple[Rank, Kind]] = Counter()
        held: Counter[tuple[Rank, Kind]] = Counter()
        for row in self.rows(mass):
            (free if row.hold is None else held)[row.rank, row.kind] += 1
        keys = sorted(free.keys() | held.keys())
        return tuple(Count(kind, rank, free[rank, kind], held[rank, kind]) for rank, kind in keys)

    def _described(self, listings: int, mass: Mass, counts: tuple[Count, ...]) -> StorePlan:
        problem = None if Brake.CURRENCY in self._allowed else self._planner.problem
        ranks = {one.rank for one in counts if one.held}
        return StorePlan(
            self._store.name,
            self._store.settings.read_only,
            listings,
            counts,
            {brake: hold for brake, hold in mass.items() if plan.MASS[brake] & ranks},
            None if problem is None else problem.text,
        )

    def rows(self, mass: Mass) -> Iterator[PlanRow]:
        """Yield the actions, the most urgent first."""
        stored = self._chosen(planning.actions(self._current.db, self._store_id))
        asked = sorted(
            ((a, one) for one in self._by_hand for a in one.actions),
            key=lambda pair: (pair[0].rank, pair[1].seller_sku, pair[0].kind),
        )
        names = {one.seller_sku for _, one in asked}
        for rank, group in groupby(stored, key=lambda row: row.rank):
            while asked and asked[0][0].rank < rank:
                yield self._row(*asked.pop(0), mass)
            for batch in batched(row for row in group if row.seller_sku not in names):
                yield from self._decided(batch, mass)
        for pair in asked:
            yield self._row(*pair, mass)

    @property
    def _allowed(self) -> frozenset[Brake]:
        return self._question.allowed - plan.NEVER_ALLOWED

    def _chosen(self, rows: Iterable[ActionRow]) -> Iterator[ActionRow]:
        """Return those of *rows* that the question is about."""
        if not self._question.skus and self._question.tab is None:
            yield from rows
            return
        for batch in batched(rows):
            wanted = planning.among(
                self._current.db,
                self._store_id,
                [row.seller_sku for row in batch],
                self._question.skus,
                None if self._question.tab is None else self._question.tab.value,
            )
            yield from (row for row in batch if row.seller_sku in wanted)

    def _asked(self) -> list[Planned]:
        """Decide about what the user asks for by hand."""
        question, found = self._question, list[Planned]()
        names = planning.names(
            self._current.db,
            self._store_id,
            question.skus,
            None if question.tab is None else question.tab.value,
        )
        if question.end or question.relist:
            for batch in batched(names.seller_skus):
                rows = list(self._rows.listings(batch))
                found += self._planner.listings(rows, end=question.end, relist=question.relist)
        if question.publish:
            for batch in batched(names.skus):
                found += self._planner.unlisted(list(self._rows.unlisted(batch)), publish=True)
            found += self._new_to_amazon(names.skus)
        return [
            one._replace(actions=tuple(a for a in one.actions if a.kind in BY_HAND))
            for one in found
        ]

    def _new_to_amazon(self, skus: Sequence[str]) -> list[Planned]:
        """Decide about products that Amazon has no page for, where all is there that it wants to be told of them."""
        if not skus or self._config.new_products == ProductMapping():
            return []
        from amzsync.workflows.previews import (  # they load what checking takes
            outcomes_of,
            planned_of,
        )

        outcomes = outcomes_of(self._current, self._config, self._store, skus, now=self._now)
        ready = [sku for sku, outcome in outcomes.items() if isinstance(outcome, Ready)]
        return planned_of(self._current, self._config, self._store, ready, now=self._now)

    def _decided(self, batch: Sequence[ActionRow], mass: Mass) -> Iterator[PlanRow]:
        """Yield the rows of a batch of actions, decided anew."""
        found: dict[str, Planned] = {}
        listed = [row.seller_sku for row in batch if row.listing_id is not None]
        if listed:
            rows = list(self._rows.listings(listed))
            found |= {one.seller_sku: one for one in self._planner.listings(rows)}
        publishing = [
            row.product_id for row in batch if row.kind == Kind.PUBLISH and row.listing_id is None
        ]
        if publishing:
            products = list(
                self._rows.unlisted([r.seller_sku for r in batch if r.kind == Kind.PUBLISH])
            )
            found |= {one.seller_sku: one for one in self._planner.unlisted(products)}
        if any(row.kind == Kind.CREATE_ALIAS for row in batch):
            found |= {one.seller_sku: one for one in self._aliases()}
        for row in batch:
            one = found.get(row.seller_sku)
            for action in () if one is None else one.actions:
                if action.kind == row.kind and one is not None:
                    yield self._row(action, one, mass)

    def _aliases(self) -> list[Planned]:
        waiting = aliases.waiting(self._current.db, self._store_id)
        by_sources = self._config.commerce.stock is not None
        lookup = Lookup(self._current.db, self._store.view, by_sources=by_sources, whole=True)
        facts = lookup.by_id([alias.product_id for alias in waiting])
        return self._planner.aliases(
            [(one, facts[one.product_id]) for one in waiting if one.product_id in facts]
        )

    def _row(self, action: Action, one: Planned, mass: Mass) -> PlanRow:
        market = self._store.marketplace
        return PlanRow(
            self._store.name,
            market.currency,
            market.exponent,
            action.rank,
            action.kind,
            one.seller_sku,
            one.product.sku,
            one.asin,
            one.product.name,
            None,
            action.differences,
            self._observed_at(one),
            tuple(why(action, one, market.exponent)),
            plan.held(action, mass, self._allowed, one.actions),
        )

    def _observed_at(self, one: Planned) -> str | None:
        if one.listing_id is None:
            return None
        kind, answered = planning.observed(self._current.db, [one.listing_id])[one.listing_id]
        told = [moment for moment in (self._times.get(kind), answered) if moment]
        return max(told, default=None)


def why(action: Action, one: Planned, exponent: int) -> Iterator[str]:
    """Yield, in words, how what is wanted came about."""
    fields = {difference.field for difference in action.differences}
    if "price" in fields:
        yield steps_text(one.priced.steps, exponent)
    if "quantity" in fields:
        yield quantities.steps_text(one.counted.steps)
    if action.kind is Kind.REVISE_OTHER:
        yield "You have overridden it, or taken an override back."
    if action.kind is Kind.RELIST and any(one.seen is not None for one in action.differences):
        yield "Amazon cannot change this in place: the listing is ended and made anew."
    if action.kind is Kind.END:
        yield "You asked to end it; its quantity goes to 0 first."


def _counts(
    found: Mapping[tuple[Rank, Kind, str], int], mass: Mass, allowed: frozenset[Brake]
) -> Iterator[Count]:
    kinds = sorted({(rank, kind) for rank, kind, _ in found})
    for rank, kind in kinds:
        free = held = 0
        stopped = any(rank in plan.MASS[brake] for brake in mass)
        for (one, other, hold), number in found.items():
            if (one, other) == (rank, kind):
                if stopped or (hold and Brake(hold) not in allowed):
                    held += number
                else:
                    free += number
        yield Count(kind, rank, free, held)
