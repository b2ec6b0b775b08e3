"""The user's exceptions for single listings: show what would change, change it, list what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from amzsync.config import Config
from amzsync.core.model import Condition
from amzsync.core.overrides import REGIONAL, Fault, Field, Row, available, holds, parse
from amzsync.core.regions import Member, Regions
from amzsync.core.tabs import Tab
from amzsync.errors import StoreBusy, UsageError
from amzsync.results.overrides import LeftOut, Listings, OverrideChange, OverrideRow, Proposal, Wish
from amzsync.store import browse, changes, overrides, planning_marks, runs, state, stores
from amzsync.store.changes import Change
from amzsync.store.overrides import Overridden, Subject
from amzsync.store.state import State
from amzsync.store.stores import KnownStore
from amzsync.workflows.status import Question, filter_of

MANAGED = (Tab.INACTIVE, Tab.ACTIVE, Tab.INELIGIBLE)  # the Sales Channel overrides in these tabs


def propose(current: State, config: Config, asked: Listings, wish: Wish) -> Proposal:
    """Return what *wish* would change of the listings *asked* for; write nothing.

    Raises ``UsageError`` where a listing that is named cannot be overridden, or a value cannot be taken.
    """
    return _Draft(current, config, wish).proposal(asked)


def apply(
    config: Config, asked: Listings, wish: Wish, *, now: str, shown: Proposal | None = None
) -> Proposal:
    """Change the overrides, in a run of its own, and return what was changed.

    Where that is not what was *shown* to the user, nothing is changed and ``StoreBusy`` raised.
    """
    state.require(config.state)
    with state.writing(config.state, command="override", now=now) as current, current.transaction():
        draft = _Draft(current, config, wish)
        found = draft.proposal(asked)
        if shown is not None and found != shown:
            raise StoreBusy(
                "The listings have changed since they were shown.",
                next_step="Run the command again and look at what it shows; nothing was changed.",
            )
        if found.changes:
            draft.write(runs.begin(current.db, "override", now))
    return found


def listed(current: State, config: Config, *, store: str | None, now: str) -> list[OverrideRow]:
    """Return all overrides, a row for each listing, by store and seller SKU; expired ones say so."""
    store_id = None
    if store is not None:
        known = stores.known(current.db).get(config.chosen(store)[0].name)
        store_id = -1 if known is None else known.store_id
    found = overrides.listed(current.db, store_id)
    return [_row(list(group), now) for _, group in groupby(found, key=lambda one: one[:3])]


def _row(group: list[Overridden], now: str) -> OverrideRow:
    """Return the overrides of one listing as a row."""
    one = group[0]
    values = {each.row.field: each.row.value for each in group}
    days = values.get(Field.HANDLING_TIME)
    return OverrideRow(
        store=one.store,
        tab=one.tab,
        seller_sku=one.seller_sku,
        asin=one.asin,
        sku=one.sku,
        title=one.title,
        condition=values.get(Field.CONDITION),
        seller_notes=values.get(Field.NOTES),
        handling_time=None if days is None else int(days),
        price=values.get(Field.PRICE),
        currency=one.currency,
        expires={each.row.field: each.row.expires_at for each in group if each.row.expires_at},
        expired=tuple(each.row.field for each in group if not holds(each.row, now)),
    )


@dataclass(slots=True)
class _Draft:
    """What a command would write, as it is put together."""

    current: State
    config: Config
    wish: Wish
    known: dict[str, KnownStore] = field(init=False)
    writes: list[tuple[Subject, Row, Row | None]] = field(default_factory=list)  # old, new

    def __post_init__(self) -> None:
        every = stores.known(self.current.db)
        self.known = {one.name: every[one.name] for one in self.config.stores if one.name in every}

    def proposal(self, asked: Listings) -> Proposal:
        """Find the listings and note what is to be written of them."""
        if not self.wish.texts:
            raise UsageError(
                "What is to be overridden?",
                next_step="Add --price, --handling-time, --condition or --notes.",
            )
        subjects, left_out = self._selected(asked) if asked.filtered else (self._named(asked), ())
        self._refuse_currencies(subjects)
        remarks = tuple(self._remarks(subjects))
        changes_ = [*self._changes(subjects, self._fields, regional=False)]
        reached = self._reached(subjects)
        changes_ += self._changes(
            reached, sorted(REGIONAL.intersection(self._fields)), regional=True
        )
        return Proposal(tuple(changes_), tuple(left_out), remarks, len(subjects))

    def write(self, run_id: int) -> None:
        """Write what was noted, with its history, and have the listings planned anew."""
        db = self.current.db
        overrides.put(
            db, run_id, ((s.store_id, s.seller_sku, new) for s, _, new in self.writes if new)
        )
        overrides.remove(
            db,
            ((s.store_id, s.seller_sku, old.field) for s, old, new in self.writes if new is None),
        )
        changes.record(db, run_id, (_history(*one) for one in self.writes))
        for store in self.known.values():
            concerned = {s.seller_sku for s, _, _ in self.writes if s.store_id == store.store_id}
            planning_marks.mark_listings(db, store.store_id, sorted(concerned))

    @property
    def _fields(self) -> tuple[Field, ...]:
        return tuple(one for one in Field if one in self.wish.texts)

    @property
    def _sets(self) -> bool:
        """Tell whether overrides are made; else they are taken back."""
        return any(text is not None for text in self.wish.texts.values())

    # -- which listings --------------------------------------------------------------------------------

    def _named(self, asked: Listings) -> list[Subject]:
        """Return the listings that are named, or refuse where one of them is not the listing that is meant."""
        chosen = [one.name for one in self.config.chosen(asked.store) if one.name in self.known]
        ids = [self.known[name].store_id for name in chosen]
        found = overrides.subjects(self.current.db, ids, asked.seller_skus)
        if not asked.seller_skus:
            raise UsageError(
                "Which listings?",
                next_step="Name their seller SKUs, or select them with --tab or --search.",
            )
        by_name = {
            name: [one for one in found if one.seller_sku == name] for name in asked.seller_skus
        }
        kept = self._overridden(found) if not self._sets else {}
        for name, several in by_name.items():
            _refuse_unclear(name, [self._store_of(one) for one in several], asked.store)
            (one,) = several
            reason = self._barred(one) if self._sets else self._nothing_to_remove(one, kept)
            if reason:
                raise UsageError(
                    f"{name} in store {self._store_of(one)} {reason}.",
                    next_step="Nothing was changed."
                    if self._sets
                    else "See what there is with amzsync override list.",
                )
        return [several[0] for several in by_name.values()]

    def _selected(self, asked: Listings) -> tuple[list[Subject], list[LeftOut]]:
        """Return the listings that the filter selects, and what it selects besides and cannot be overridden."""
        question = Question(
            asked.tab, asked.store, asked.search, asked.sku, asked.overridden, asked.changed_since
        )
        wanted = filter_of(self.current, self.config, question)
        names = set(asked.seller_skus)
        known = {one.store_id for one in self.known.values()}
        found = [
            Subject(
                row.store_id, row.seller_sku, row.asin, row.title, row.condition, row.fulfillment,
                row.match == "matched", row.tab, row.first_run,
            )
            for row in browse.rows(self.current.db, wanted, by_sources=False)
            if row.seller_sku is not None
            and row.store_id in known
            and (not names or row.seller_sku in names)
        ]  # fmt: skip
        kept = self._overridden(found) if not self._sets else {}
        reasons = [
            self._barred(one) if self._sets else self._nothing_to_remove(one, kept) for one in found
        ]
        counted = Counter(reason for reason in reasons if reason)
        left_out = [LeftOut(reason, number) for reason, number in sorted(counted.items())]
        return [one for one, why in zip(found, reasons, strict=True) if not why], left_out

    def _reached(self, subjects: Iterable[Subject]) -> list[Subject]:
        """Return the listings of other stores with which Amazon shares what is regional."""
        if not REGIONAL.intersection(self._fields):
            return []
        chosen = list(subjects)
        own = {(one.store_id, one.seller_sku) for one in chosen}
        by_store: dict[int, list[str]] = {}
        for one in chosen:
            by_store.setdefault(one.store_id, []).append(one.seller_sku)
        regions = self._regions()
        found: dict[tuple[int, str], Subject] = {}
        for store_id, skus in by_store.items():
            others = [one for one in regions.stores(store_id) if one != store_id]
            for one in overrides.subjects(self.current.db, others, skus):
                found[one.store_id, one.seller_sku] = one
        return [one for key, one in sorted(found.items()) if key not in own and self._takes(one)]

    def _regions(self) -> Regions:
        return Regions(
            Member(
                self.known[store.name].store_id,
                store.seller_id,
                store.marketplace.region,
                store.settings.regional,
            )
            for store in self.config.stores
            if store.name in self.known
        )

    def _takes(self, one: Subject) -> bool:
        return not self._sets or (one.matched and one.tab in MANAGED)

    def _barred(self, one: Subject) -> str:
        """Return why the listing cannot be overridden, as the end of a sentence; "" where it can."""
        if not one.matched or one.tab == Tab.NEW_THIRD_PARTY:
            return "has no product, so amzsync does not manage it; match it first"
        if one.tab not in MANAGED:
            return f"stands in tab {Tab(one.tab).label}, where nothing is overridden"
        if not all(available(each, one.fulfillment) for each in self._fields):
            return "is fulfilled by Amazon, whose condition and handling time are not ours to set"
        return ""

    def _nothing_to_remove(self, one: Subject, kept: dict[tuple[int, str], set[str]]) -> str:
        if kept.get((one.store_id, one.seller_sku), set()).intersection(self._fields):
            return ""
        what = "none of these overrides" if len(self._fields) < len(Field) else "no override"
        return f"has {what}"

    def _overridden(self, found: Iterable[Subject]) -> dict[tuple[int, str], set[str]]:
        """Return the fields that are overridden of each listing."""
        return {
            (one.store_id, one.seller_sku): {row.field for row in rows if row.value is not None}
            for one, rows in self._with_rows(found)
        }

    # -- what becomes of them --------------------------------------------------------------------------

    def _changes(
        self, subjects: Iterable[Subject], fields: Iterable[Field], *, regional: bool
    ) -> Iterator[OverrideChange]:
        """Yield what changes of *subjects*, and note it to be written."""
        wanted = tuple(fields)
        values: dict[int, dict[Field, str | None]] = {}
        for one, rows in self._with_rows(subjects):
            if one.store_id not in values:
                values[one.store_id] = self._values(one.store_id)
            olds = {row.field: row for row in rows}
            for each in wanted:
                if regional and self._sets and not available(each, one.fulfillment):
                    continue
                new = self._new(each, values[one.store_id][each], one)
                old = olds.get(each, Row(each, None))
                told = Row(each, None) if new is None else new
                if (old.value, old.expires_at) == (told.value, told.expires_at):
                    continue
                self.writes.append((one, old, new))
                yield OverrideChange(
                    self._store_of(one), one.seller_sku, each.value, old.value, told.value,
                    old.expires_at, told.expires_at, regional,
                )  # fmt: skip

    def _new(self, each: Field, value: str | None, one: Subject) -> Row | None:
        """Return what is kept from now on; ``None``: nothing."""
        if value is not None:
            return Row(each, value, self.wish.expires_at)
        if each is Field.HANDLING_TIME and available(each, one.fulfillment):
            return Row(each, None)  # Amazon keeps the old one until it is sent the default
        return None

    def _values(self, store_id: int) -> dict[Field, str | None]:
        """Return the values as they are kept in the store, whose currency decides about a price."""
        store = next(one for one in self.known.values() if one.store_id == store_id)
        found: dict[Field, str | None] = {}
        for each, text in self.wish.texts.items():
            value = None if text is None else parse(each, text, store.exponent)
            if isinstance(value, Fault):
                shown = text if text is not None and len(text) <= 60 else "The text"
                raise UsageError(
                    f"{shown} {value.words}.", next_step="Correct it; nothing was changed."
                )
            found[each] = value
        return found

    def _refuse_currencies(self, subjects: Iterable[Subject]) -> None:
        """Refuse one price for listings that are sold in several currencies."""
        if self.wish.texts.get(Field.PRICE) is None:
            return
        ids = {one.store_id for one in subjects}
        sold = {one.currency for one in self.known.values() if one.store_id in ids}
        if len(sold) > 1:
            raise UsageError(
                f"One price cannot be in {' and '.join(sorted(sold))}.",
                next_step="Add --store; nothing was changed.",
            )

    def _with_rows(self, subjects: Iterable[Subject]) -> Iterator[tuple[Subject, list[Row]]]:
        """Yield each listing with the overrides it has."""
        for store_id, group in groupby(
            sorted(subjects, key=lambda one: one[:2]), key=lambda one: one.store_id
        ):
            several = list(group)
            kept = overrides.of_skus(self.current.db, store_id, [one.seller_sku for one in several])
            for one in several:
                yield one, kept.get(one.seller_sku, [])

    def _remarks(self, subjects: Iterable[Subject]) -> Iterator[str]:
        """Yield what the user should know besides."""
        new = self.wish.texts.get(Field.CONDITION) is None and any(
            one.condition == Condition.NEW for one in subjects
        )
        if new and self.wish.texts.get(Field.NOTES) is not None:
            yield "Amazon shows no seller notes on listings whose condition is New."

    def _store_of(self, one: Subject) -> str:
        return next(name for name, store in self.known.items() if store.store_id == one.store_id)


def _refuse_unclear(name: str, found: list[str], store: str | None) -> None:
    if not found:
        place = "" if store is None else f" in store {store}"
        raise UsageError(
            f"There is no listing {name}{place}.",
            next_step="Check the seller SKU: it must be written exactly as on Amazon.",
        )
    if len(found) > 1:
        raise UsageError(
            f"{name} is a listing of several stores: {', '.join(found)}.",
            next_step="Add --store; nothing was changed.",
        )


def _history(one: Subject, old: Row, new: Row | None) -> Change:
    after = Row(old.field, None) if new is None else new
    name = f"override_{old.field}"
    return Change(
        one.store_id, "listing", one.seller_sku, name, _told(old), _told(after), one.first_run
    )


def _told(row: Row) -> str | None:
    """Return an override as the history has it: its value, and how long it holds."""
    if row.value is None or row.expires_at is None:
        return row.value
    return f"{row.value} (until {row.expires_at})"
