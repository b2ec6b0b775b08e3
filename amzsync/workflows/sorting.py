"""Match listings and sort them into tabs: gather candidates for a batch, decide row by row, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from amzsync.config import Config, Store
from amzsync.core.changes import differences
from amzsync.core.eligibility import PARENT_TYPES, Ineligible
from amzsync.core.guards import Limits, leaps
from amzsync.core.identifiers import fold_sku
from amzsync.core.keys import is_repaired
from amzsync.core.listing_rules import Eligibility
from amzsync.core.match import SELLER_SKU, STRANGER, Candidate, Match, Outcome, match, pinned
from amzsync.core.model import Fulfillment, ListingRow, ReportKind
from amzsync.core.money import minor_text
from amzsync.core.product_facts import ProductFacts
from amzsync.core.tabs import ASKED_AT, ListingFacts, Verdict, classify_listing
from amzsync.store import Connection, listings, matching, planning_marks
from amzsync.store import changes as history
from amzsync.store.changes import Change
from amzsync.store.listings import Stored
from amzsync.store.matching import Lookup
from amzsync.store.tabs import Moves, Verdicts, way_of
from amzsync.workflows.observations import Observed

SHOWN_CANDIDATES = 4
TRACKED = (
    "title", "asin", "condition", "fulfillment", "price", "quantity", "amazon_status", "sku", "match", "tab",
    "status", "reason", "seen",
)  # fmt: skip
_ALL = ReportKind.ALL.value
# Where tab, outcome, way and weakness stand in (listing_id, seller_sku, *listings.WRITTEN).
_SORTED = itemgetter(
    *(2 + listings.WRITTEN.index(name) for name in ("tab", "outcome", "matched_by", "weak"))
)
BySku = dict[str, ProductFacts]
ByKey = dict[str, list[tuple[str, bool, ProductFacts]]]
Decided = tuple[Match, ProductFacts | None, Verdict]


@dataclass(frozen=True, slots=True)
class Run:
    """The run that is under way, and what it works on."""

    db: Connection
    run_id: int
    now: str
    config: Config
    force: bool

    @property
    def limits(self) -> Limits | None:
        """Return the limits of the guards, or ``None`` where the user overrules them."""
        return None if self.force else self.config.limits


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A store, its id in the state, and how its counts change in this run."""

    store: Store
    store_id: int
    new: bool = False  # in this run
    moves: Moves = field(default_factory=Moves)
    times: dict[str, str] = field(default_factory=dict)  # of the reports, by kind

    @property
    def reported_at(self) -> str:
        """Return how old the all-listings report is; "" where there is none."""
        return self.times.get(_ALL, "")


class Sorter:
    """Sort the listings of one store."""

    def __init__(self, run: Run, place: Place) -> None:
        self._run = run
        self._place = place
        mapping, settings = run.config.mapping, place.store.settings
        self._eligibility = Eligibility(place.store.website, settings.rules, settings.quantity)
        self._third_party = settings.third_party
        self._rank = mapping.rank
        self._by_sku = mapping.by_sku
        self._other_skus = bool(set(mapping.seller_sku) - {"sku"}) and SELLER_SKU in self._rank
        self._lookup = Lookup(
            run.db,
            place.store.view,
            by_sources=run.config.commerce.stock is not None,
            whole=self._eligibility.asks_all,
        )
        self._pins, self._never = matching.decisions(run.db, place.store_id)
        self._ended = matching.ended(run.db, place.store_id)
        self._verdicts = Verdicts(run.db)
        self._known: dict[ListingFacts, Verdict] = {}
        self._next_id = listings.next_id(run.db)
        self.prices_changed = 0
        self.price_leaps = 0

    # -- deciding --------------------------------------------------------------------------------------

    def decide(self, batch: Sequence[Observed]) -> list[Decided]:
        """Return match, matched product and verdict of each of *batch*."""
        by_sku, by_key = self._gather(batch)
        barred_by, amazon = self._eligibility.barred, Fulfillment.AMAZON.value
        decided: list[Decided] = []
        for one in batch:
            row = one[0]
            found, facts = self._match(row, one[4], by_sku, by_key)
            product = None if found[1] is None else facts.get(found[1])
            barred: Ineligible | None = None
            if product is not None:
                barred = barred_by(product, ours=row[4] != amazon)
            decided.append((found, product, self._classify(one, found, facts, barred)))
        return decided

    def _classify(
        self,
        one: Observed,
        found: Match,
        facts: Mapping[int, ProductFacts],
        barred: Ineligible | None,
    ) -> Verdict:
        """Return the verdict of one listing; those with the same facts share it.

        Of quantity and price only counts whether they are nought, so they are told no more exactly.
        """
        row = one[0]
        told = ListingFacts(
            found[0],
            row[7],
            row[6] and 1,
            row[5] and 1,
            row[4],
            row[10],
            barred,
            "" if found[1] is not None else self._worded(row[0], found, facts),
            one[6],
            self._ended[row[0]][3] if row[0] in self._ended else None,
            ASKED_AT,
            one[7],
        )
        verdict = self._known.get(told)
        if verdict is None:
            if len(self._known) > Verdicts.LIMIT:
                self._known.clear()
            verdict = self._known[told] = classify_listing(told)
        return verdict

    def _gather(self, batch: Sequence[Observed]) -> tuple[BySku, ByKey]:
        """Look up, for the whole batch, the products that carry any of its keys."""
        skus = [one.row.seller_sku for one in batch]
        keys = [asin for one in batch if (asin := one.row.asin)]
        keys += [one.gtin for one in batch if one.gtin]
        if self._other_skus:
            keys += ["sku=" + sku for sku in skus]
        named = [sku for sku in skus if sku in self._pins or sku in self._never]
        wanted = skus + [self._pins[sku] for sku in named if sku in self._pins]
        wanted += [other for sku in named for other in self._never.get(sku, ())]
        by_sku, by_key = self._lookup.by_sku(wanted), self._lookup.by_key(keys)
        loose = [
            fold_sku(sku)
            for one, sku in zip(batch, skus, strict=True)
            if sku not in by_sku and one.row.asin not in by_key and one.gtin not in by_key
        ]
        if loose and SELLER_SKU in self._rank:
            by_sku |= {"~" + sku: found for sku, found in self._lookup.by_sku(loose).items()}
            by_key |= self._lookup.by_key(["sku~" + sku for sku in loose])
        return by_sku, by_key

    def _match(
        self, row: ListingRow, gtin: str | None, by_sku: BySku, by_key: ByKey
    ) -> tuple[Match, dict[int, ProductFacts]]:
        """Return the match of one listing and the facts of all its candidates."""
        sku = row.seller_sku
        if sku in self._pins:
            product = by_sku.get(self._pins[sku])
            return (pinned(product[0]), {product[0]: product}) if product else (STRANGER, {})
        if not self._third_party:
            return STRANGER, {}
        facts: dict[int, ProductFacts] = {}
        candidates: list[Candidate] = []
        if self._by_sku and (product := by_sku.get(sku)) is not None:
            facts[product[0]] = product
            candidates.append(_candidate(SELLER_SKU, sku, False, product))
        repaired = gtin is not None and gtin in by_key and is_repaired(gtin, row[1], row[8])
        for key in (row.asin, gtin, "sku=" + sku) if self._other_skus else (row.asin, gtin):
            for kind, weak, product in by_key.get(key, ()) if key else ():
                facts[product[0]] = product
                doubtful = weak or (repaired and key == gtin)
                candidates.append(_candidate(kind, key or "", doubtful, product))
        if not candidates:
            folded = fold_sku(sku)
            loose = [(SELLER_SKU, True, found) for found in (by_sku.get("~" + folded),) if found]
            for kind, weak, product in [*loose, *by_key.get("sku~" + folded, ())]:
                facts[product[0]] = product
                candidates.append(_candidate(kind, "sku~" + folded, weak, product))
        never = {by_sku[other][0] for other in self._never.get(sku, ()) if other in by_sku}
        return match(candidates, self._rank, never), facts

    def _worded(self, sku: str, found: Match, facts: Mapping[int, ProductFacts]) -> str:
        """Put a listing's candidates into words."""
        if sku in self._pins:
            return f"It is pinned to {self._pins[sku]}, which is not in the Commerce export."
        if not self._third_party:
            return "This store does not take over third-party listings (third_party = false)."
        if not found.candidates:
            ruled_out = ", ".join(sorted(self._never.get(sku, ())))
            return f"You ruled out the only products it could be ({ruled_out})." if facts else ""
        # By SKU, because the ids depend on the order of the rows.
        words = sorted(
            f"{facts[c.product_id].sku} ({c.kind.replace('_', ' ')})"
            for c in found.candidates
            if c.parent or found.outcome is not Outcome.PARENT
        )
        more = len(words) - SHOWN_CANDIDATES
        return ", ".join(words[:SHOWN_CANDIDATES]) + (f" and {more} more" if more > 0 else "")

    # -- writing ---------------------------------------------------------------------------------------

    def write_new(self, batch: Sequence[Observed]) -> list[int]:
        """Add listings that the state does not have; return the places of those that it has after all."""
        db, run_id, first_id, written = self._run.db, self._run.run_id, self._next_id, self._written
        rows: list[tuple[listings.Value, ...]] = []
        matched: list[int | None] = []
        undecided: dict[int, Sequence[Candidate]] = {}
        ids = range(first_id, first_id + len(batch))
        for listing_id, one, (found, _, verdict) in zip(
            ids, batch, self.decide(batch), strict=True
        ):
            rows.append((listing_id, one[0][0], *written(one, found, verdict, run_id)))
            if found.outcome is Outcome.MATCHED:
                matched.append(found.product_id)
            elif found.candidates:
                undecided[listing_id] = found.candidates
        self._next_id = ids.stop
        again: list[int] = []
        if listings.insert(db, self._place.store_id, run_id, rows) < len(rows):
            again = self._known_after_all(batch, first_id)
            for place in reversed(again):
                undecided.pop(first_id + place, None)
                del rows[place]
        matching.replace_candidates(db, undecided, fresh=True)
        self._count(rows, 1)
        if not self._place.new:  # of a new store every product is sorted anyway
            matching.touch_products(db, (i for i in matched if i is not None))
            planning_marks.mark_names(db, (str(row[1]) for row in rows))
        return again

    def _known_after_all(self, batch: Sequence[Observed], first_id: int) -> list[int]:
        """Return the places of the listings that came before, in the state or in the batch itself."""
        skus = [one.row.seller_sku for one in batch]
        known = listings.existing(self._run.db, self._place.store_id, skus)
        return [
            place for place, sku in enumerate(skus) if known[sku].listing_id != first_id + place
        ]

    def _count(self, rows: Iterable[tuple[listings.Value, ...]], sign: int) -> None:
        """Count rows ``(listing_id, seller_sku, *WRITTEN)`` in, or out."""
        moves = self._place.moves
        for (tab, outcome, by, weak), number in Counter(map(_SORTED, rows)).items():
            moves.tabs[str(tab)] += sign * number
            moves.ways[way_of(str(outcome), str(by), int(weak or 0))] += sign * number

    def write(self, batch: Sequence[tuple[Observed, Stored]]) -> None:
        """Bring listings that the state has up to date, noting every difference."""
        updates: list[tuple[listings.Value, ...]] = []
        noted: list[Change] = []
        undecided: dict[int, Sequence[Candidate]] = {}
        touched: set[int] = set()
        sorted_ids: list[int] = []
        moved: list[str] = []
        touched_ids: set[int] = set()
        decided = self.decide([one for one, _ in batch])
        old_skus = self._lookup.by_id(
            [old.product_id for _, old in batch if old.product_id is not None]
        )
        for (one, old), (found, product, verdict) in zip(batch, decided, strict=True):
            tab = verdict.tab.value
            since = old.since_run if old.tab == tab else self._run.run_id
            verdict_id = self._verdicts.id_of(verdict)
            written = self._written(one, found, verdict, since)
            if written != old.written:
                updates.append((*written, old.listing_id))
                self._count([(0, "", *written)], 1)
                self._count([(0, "", *old.written)], -1)
            before = old_skus[old.product_id].sku if old.product_id in old_skus else None
            noted += self._differences(one, old, found, product, verdict, verdict_id, before)
            if written != old.written or old.product_id != found.product_id:
                sorted_ids.append(old.listing_id)
                if old.tab != tab:
                    moved.append(old.row.seller_sku)
                touched_ids.update(i for i in (old.product_id, found.product_id) if i is not None)
            if old.outcome != Outcome.MATCHED or found.outcome is not Outcome.MATCHED:
                undecided[old.listing_id] = (
                    () if found.outcome is Outcome.MATCHED else found.candidates
                )
            if old.product_id != found.product_id:
                touched.update(i for i in (old.product_id, found.product_id) if i is not None)
            self._count_price(old.row.price_minor, one.row.price_minor)
        listings.update(self._run.db, updates)
        history.record(self._run.db, self._run.run_id, noted)
        matching.replace_candidates(self._run.db, undecided)
        matching.touch_products(self._run.db, touched)
        planning_marks.mark_ids(self._run.db, sorted_ids)
        planning_marks.mark_names(self._run.db, moved)
        planning_marks.mark_products(self._run.db, touched_ids)

    def _written(
        self, one: Observed, found: Match, verdict: Verdict, since: int
    ) -> tuple[listings.Value, ...]:
        return (
            *one.row[1:], one.gtin, one.base, one.filled, one.digest, found.product_id,
            found.outcome.value, found.by, int(found.weak), verdict.tab.value, self._verdicts.id_of(verdict),
            since, one.missing_run,
        )  # fmt: skip

    def _differences(
        self,
        one: Observed,
        old: Stored,
        found: Match,
        product: ProductFacts | None,
        verdict: Verdict,
        verdict_id: int,
        old_sku: str | None,
    ) -> Iterable[Change]:
        exponent = self._place.store.marketplace.exponent
        if verdict_id == old.verdict_id:
            was: tuple[str, str, str] = (verdict.tab.value, verdict.status, verdict.reason)
        else:
            was = self._verdicts.by_id(old.verdict_id)[:3]
        before = (*_shown(old.row, exponent), old_sku, old.outcome, *was, _seen(old.missing_run))
        sku = product[1] if product is not None else None
        words = (verdict.tab.value, verdict.status, verdict.reason)
        after = (
            *_shown(one.row, exponent),
            sku,
            found.outcome.value,
            *words,
            _seen(one.missing_run),
        )
        key, store_id = one.row.seller_sku, self._place.store_id
        for name, a, b in differences(TRACKED, before, after):
            first = old.since_run if name == "tab" else old.first_run
            yield Change(store_id, "listing", key, name, a, b, first)

    def _count_price(self, old: int | None, new: int | None) -> None:
        if old is not None and new is not None and old != new:
            self.prices_changed += 1
            self.price_leaps += leaps(self._run.config.limits, old, new)


def _candidate(kind: str, key: str, weak: bool, product: ProductFacts) -> Candidate:
    return Candidate(kind, key, product[0], weak, product[2] in PARENT_TYPES, product[10] == 1)


def _shown(row: ListingRow, exponent: int) -> tuple[str | int | None, ...]:
    price = None if row.price_minor is None else minor_text(row.price_minor, exponent)
    return (row.title, row.asin, row.condition, row.fulfillment, price, row.quantity, row.status)


def _seen(missing_run: int | None) -> str:
    return "yes" if missing_run is None else "no"
