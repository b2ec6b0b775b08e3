"""Look at what listing rules would do: decide all rows by them in memory, and write nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from amzsync.config import Config, Store
from amzsync.config.wanted import wanted_attributes
from amzsync.core import guards
from amzsync.core.condition_words import worded
from amzsync.core.conditions import Group
from amzsync.core.model import Fulfillment
from amzsync.core.product_facts import ProductFacts
from amzsync.core.product_mapping import ProductMapping
from amzsync.core.settings import PriceSettings
from amzsync.core.tabs import Tab
from amzsync.results.rules_preview import Preview, PreviewRow, StorePreview, Which
from amzsync.store import ledger, matching, planning, runs, state, stores, tabs
from amzsync.store.planning import Listed, Rows
from amzsync.store.state import State
from amzsync.workflows import catalogue, places, unlisted
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.sorting import Place, Run
from amzsync.workflows.unlisted import Judged

COMMAND = "rules preview"
_AMAZON = Fulfillment.AMAZON.value
_COULD_BE_LISTED = frozenset({Tab.READY_TO_LIST.value, Tab.INCOMPLETE.value})
_SHOWN_ORDER = {which: place for place, which in enumerate(Which)}


@dataclass(frozen=True, slots=True)
class Question:
    """Which rules are looked at, and which rows are asked for."""

    rules: Group | None = None  # None: those of the configuration
    store: str | None = None
    which: Which | None = None
    limit: int | None = None  # of each list of each store; None: all, in the order they are decided


@contextmanager
def preview(
    config: Config,
    question: Question,
    *,
    now: str,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Preview]:
    """Give what the rules would do to the stores asked for; the rows can be read until the end.

    Where the rules ask for attributes that the state does not have, the export of Commerce is read again in a
    transaction that is rolled back; that needs the lock, all else is only read.
    """
    settled = _with_rules(config, question)
    with state.reading(config.state) as current:
        unread = tuple(places.unread_attributes(current, _asked_of(settled, question)))
        if not unread:
            yield _preview(Run(current.db, 0, now, settled, force=True), question)
            return
    with (
        state.rehearsing(config.state, command=COMMAND, now=now) as current,
        current.transaction(dry_run=True),
    ):
        yield _preview(_read_again(current, settled, now, progress), question, unread)


def _read_again(current: State, config: Config, now: str, progress: Callable[[int], None]) -> Run:
    """Read the export with all attributes that the rules ask for; call it where it will be rolled back."""
    run = Run(current.db, runs.begin(current.db, COMMAND, now), now, config, force=True)
    matching.begin_touching(current.db)
    catalogue.bring_up_to_date(run, progress)
    return run


def _with_rules(config: Config, question: Question) -> Config:
    """Return the configuration in which the stores asked for have the rules asked for."""
    rules, chosen = question.rules, config.chosen(question.store)
    if rules is None:
        return config
    return replace(
        config,
        stores=tuple(
            replace(one, settings=replace(one.settings, rules=rules)) if one in chosen else one
            for one in config.stores
        ),
    )


def _asked_of(config: Config, question: Question) -> Sequence[str]:
    """Return the attributes that decide whether products may be sold and listed: all but those of prices."""
    priceless = tuple(
        replace(one, settings=replace(one.settings, price=PriceSettings()))
        for one in config.chosen(question.store)
    )
    return wanted_attributes(replace(config, stores=priceless, new_products=ProductMapping()))


def _preview(run: Run, question: Question, read_again: tuple[str, ...] = ()) -> Preview:
    known, counts = stores.known(run.db), ledger.tab_counts(run.db)
    parts, figures = [], []
    for store in run.config.chosen(question.store):
        figure = StorePreview(
            store.name,
            worded(store.settings.rules),
            known=store.name in known,
            automatic=store.settings.automatic_listing,
        )
        figures.append(figure)
        if figure.known:
            store_id = known[store.name].store_id
            figure.listings = planning.managed(run.db, store_id)
            figure.strangers = counts[store.name].get(Tab.NEW_THIRD_PARTY.value, 0)
            parts.append(_Part(run, Place(store, store_id), figure, question))
    return Preview(tuple(figures), (row for part in parts for row in part.rows()), read_again)


class _Part:
    """The preview of one store."""

    def __init__(self, run: Run, place: Place, figures: StorePreview, question: Question) -> None:
        self._run, self._place, self._figures, self._question = run, place, figures, question
        self._store: Store = place.store
        self._eligibility = unlisted.eligibility_of(place)
        by_sources = run.config.commerce.stock is not None
        self._rows = Rows(run.db, place.store_id, self._store.view, by_sources=by_sources)
        self._kept: Counter[tuple[Which, bool]] = Counter()

    def rows(self) -> Iterator[PreviewRow]:
        """Yield the rows asked for, and count all; where there is a limit, what changes comes first."""
        limit = self._question.limit
        if limit is None:
            yield from self._all()
        else:
            found = sorted(self._all(), key=lambda row: (_SHOWN_ORDER[row.which], not row.change))
            taken: Counter[Which] = Counter()
            for row in found:
                taken[row.which] += 1
                if taken[row.which] <= limit:
                    yield row
        self._figures.warning = guards.excluded(
            self._run.config.limits,
            f"listings of store {self._store.name}",
            before=self._figures.listings,
            barred=self._figures.changes[Which.INELIGIBLE],
        )

    def _all(self) -> Iterator[PreviewRow]:
        for listed in self._rows.every_listing():
            row = self._listing(listed)
            if row is not None:
                yield row
        run, place = self._run, self._place
        for batch in batched(tabs.unlisted_products(run.db, place.store_id, touched_only=False)):
            now = {
                one.product.product_id: one.tab
                for one in self._rows.unlisted([sku for _, sku, _ in batch])
            }
            for judged in unlisted.judged(run, place, self._eligibility, batch):
                row = self._product(judged, now.get(judged.product.product_id))
                if row is not None:
                    yield row

    def _listing(self, listed: Listed) -> PreviewRow | None:
        """Count a matched listing; return its row where that is to be shown."""
        figures, tab = self._figures, listed.tab
        if tab == Tab.ENDED or listed.missing:
            figures.gone += 1
            return None
        if tab not in {Tab.ACTIVE, Tab.INELIGIBLE}:
            figures.refused += 1
            return None
        ours = listed.fulfillment != _AMAZON
        barred = self._eligibility.barred(listed.product, ours=ours) is not None
        which, change = Which.ELIGIBLE, tab == Tab.INELIGIBLE
        if barred:
            which, change = Which.INELIGIBLE, tab == Tab.ACTIVE
            figures.kept_by_amazon += change and not ours
        if not self._takes(which, change=change):
            return None
        reason = self._eligibility.explained(listed.product, ours=ours) if barred else ""
        row = self._row(which, listed.product, listed.asin, reason, change=change)
        return row._replace(
            seller_sku=listed.seller_sku,
            price_minor=listed.price_minor,
            quantity=listed.quantity,
        )

    def _product(self, judged: Judged, tab: str | None) -> PreviewRow | None:
        """Count a product without a listing, which stands in *tab* now; return its row where that is to be shown."""
        figures, verdict = self._figures, judged.verdict
        could = tab in _COULD_BE_LISTED
        if verdict is None or verdict.tab is Tab.INELIGIBLE:
            figures.no_longer_new += could
            if verdict is None:
                figures.excluded += 1
            else:
                figures.refused += 1
            return None
        lacking = verdict.tab is Tab.INCOMPLETE
        figures.not_ready += lacking
        if not self._takes(Which.NEW, change=not could):
            return None
        reason = f"{verdict.status}: {verdict.reason}" if lacking else ""
        return self._row(Which.NEW, judged.product, judged.asin, reason, change=not could)

    def _takes(self, which: Which, *, change: bool) -> bool:
        """Count a row, and tell whether it is to be shown as far as is known yet."""
        self._figures.rows[which] += 1
        self._figures.changes[which] += change
        asked, limit = self._question.which, self._question.limit
        if asked is not None and asked is not which:
            return False
        self._kept[which, change] += 1
        return limit is None or self._kept[which, change] <= limit

    def _row(
        self, which: Which, product: ProductFacts, asin: str | None, reason: str, *, change: bool
    ) -> PreviewRow:
        market = self._store.marketplace
        return PreviewRow(
            self._store.name,
            which,
            change,
            None,
            product.sku,
            asin,
            product.name,
            product.type,
            product.attribute_set,
            product.visibility,
            None if product.enabled is None else product.enabled == 1,
            reason,
            None,
            None,
            market.currency,
            market.exponent,
        )
