"""Take the rows of a store's reports into the state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from amzsync.amazon.listings_report import merged
from amzsync.core import guards
from amzsync.core.evidence import Side
from amzsync.core.model import ANSWERS, ListingRow, ReportKind
from amzsync.store import answers, listings, runs
from amzsync.store.listings import Stored
from amzsync.workflows.formats import BATCH, Batch
from amzsync.workflows.observations import Observed, base_of, observed
from amzsync.workflows.refusals import refuse, refuse_foreign
from amzsync.workflows.report_files import ReportFormat
from amzsync.workflows.sorting import Place, Run, Sorter

Item = TypeVar("Item")
# Reports with a row for each fault of a listing, or for each condition of its stock.
SEVERAL_ROWS = frozenset({ReportKind.SUPPRESSED, ReportKind.STRANDED, ReportKind.FBA})


class ListingIntake:
    """Take the rows of the all-listings report into the state, matched and sorted."""

    def __init__(
        self, run: Run, place: Place, sorter: Sorter, form: ReportFormat, *, first: bool
    ) -> None:
        self._run = run
        self._place = place
        self._sorter = sorter
        self._form = form
        last = runs.source(run.db, place.store_id, form.kind)
        self._before = self._rows = last.accepted if last is not None else 0
        self._fresh = first and not listings.any_of(run.db, place.store_id)
        self._sides = listings.has_sides(run.db, place.store_id)
        self.replaced: list[tuple[int, str, int]] = []

    def take(self, batch: Batch) -> None:
        """Take changed rows."""
        db, store_id = self._run.db, self._place.store_id
        rows = [ListingRow._make(row) for row in batch.rows]
        skus = [row[0] for row in rows]
        sides = sides_of(self._run, self._place, skus) if self._sides else {}
        told_at = self._place.reported_at
        found = [
            (
                observed(
                    row, sides.get(row[0], ()), gtin, digest=digest, has_all=True, base_at=told_at
                ),
                line,
            )
            for row, gtin, digest, line in zip(
                rows, batch.extras, batch.digests, batch.lines, strict=True
            )
        ]
        if sides:
            self._keep_bases(rows, batch.digests, sides)
        if self._fresh:
            self._rows += len(found)
            found = [found[place] for place in self._sorter.write_new([one for one, _ in found])]
            self._rows -= len(found)
        if found:
            self._take(found, listings.existing(db, store_id, skus))

    def _keep_bases(
        self, rows: Sequence[ListingRow], digests: Sequence[int], sides: dict[str, list[Side]]
    ) -> None:
        """Keep what the report says of listings beside the answers, which may overrule it."""
        answered = {
            sku for sku, found in sides.items() if any(side.kind in ANSWERS for side in found)
        }
        kept = [pair for pair in zip(rows, digests, strict=True) if pair[0].seller_sku in answered]
        answers.put_base(self._run.db, self._place.store_id, kept)

    def _take(self, found: list[tuple[Observed, int]], known: dict[str, Stored]) -> None:
        """Add or overwrite listings; a SKU that comes twice is the report's contradiction."""
        new: dict[str, Observed] = {}
        changed: dict[str, tuple[Observed, Stored]] = {}
        for one, line in found:
            sku = one.row.seller_sku
            before = new.get(sku) or changed.get(sku, (None,))[0]
            last = None if before is None else before.digest
            if before is None and sku in known and known[sku].base == ReportKind.ALL:
                last = known[sku].digest
            if last is not None and last != one.digest:
                self.replaced.append((last, sku, line))
            if sku in known:
                changed[sku] = (one, known[sku])
            else:
                new[sku] = one
        others = [
            old for _, old in changed.values() if old.base != ReportKind.ALL or old.missing_run
        ]
        self._rows += len(new) + len(others)
        self._sorter.write_new(list(new.values()))
        self._sorter.write(list(changed.values()))

    def close(self, gone: set[int]) -> None:
        """Mark listings that the report no longer has as not seen, and apply the brakes."""
        run, place = self._run, self._place
        gone = gone.difference(digest for digest, _, _ in self.replaced)
        missing = listings.by_digest(run.db, place.store_id, gone) if gone else []
        self._rows -= len(missing)
        if not run.force:
            refusal = guards.vanished(
                run.config.limits,
                f"listings of store {place.store.name}",
                before=self._before,
                gone=len(missing),
            )
            refuse(refusal, "report")
        for batch in batched(missing):
            sides = sides_of(run, place, [old.row.seller_sku for old in batch])
            self._sorter.write(
                [
                    (
                        observed(
                            base_of(old, sides.get(old.row.seller_sku, ())),
                            sides.get(old.row.seller_sku, ()),
                            old.gtin,
                            digest=old.digest,
                            has_all=True,
                            missing=(run.run_id, run.now),
                            base_at=place.reported_at,
                        ),
                        old,
                    )
                    for old in batch
                ]
            )
        if not run.force:
            refuse(self._price_refusal(), "report")
        refuse_foreign(run, place, self._form)

    def _price_refusal(self) -> str | None:
        changed, leapt = self._sorter.prices_changed, self._sorter.price_leaps
        if not changed:
            return None
        limits, store_id = self._run.config.limits, self._place.store_id
        enough = guards.enough_priced(limits, changed=changed, leapt=leapt)
        return guards.prices_changed(
            limits,
            f"listings of store {self._place.store.name}",
            priced=listings.priced(self._run.db, store_id, at_most=enough),
            changed=changed,
            leapt=leapt,
        )

    def stored(self) -> int:
        """Return how many different rows the report has in the state."""
        return self._rows


class SideIntake:
    """Take the rows of any other report into the state; the listings are sorted afterwards."""

    def __init__(
        self, run: Run, place: Place, form: ReportFormat, concerned: set[str], *, reparse: bool
    ) -> None:
        self._run = run
        self._place = place
        self._form = form
        self._several = form.kind in SEVERAL_ROWS
        self.replaced: list[tuple[int, str, int]] = []
        self._concerned = concerned
        if reparse:
            self._concerned.update(listings.forget_sides(run.db, place.store_id, form.kind))

    def take(self, batch: Batch) -> None:
        """Take changed rows."""
        db, store_id, kind = self._run.db, self._place.store_id, self._form.kind
        rows = [ListingRow._make(row) for row in batch.rows]
        known = listings.side_digests(db, store_id, kind, [row.seller_sku for row in rows])
        changed: list[tuple[ListingRow, int]] = []
        for row, digest, line in zip(rows, batch.digests, batch.lines, strict=True):
            old = known.setdefault(row.seller_sku, set())
            if digest not in old:
                if not self._several:
                    self.replaced += [(other, row.seller_sku, line) for other in old]
                old.add(digest)
                changed.append((row, digest))
        listings.put_sides(db, store_id, kind, changed)
        self._concerned.update(row.seller_sku for row, _ in changed)

    def close(self, gone: set[int]) -> None:
        """Forget the rows that are gone: these reports list what is so today, and it may well pass."""
        lost = listings.forget_sides(self._run.db, self._place.store_id, self._form.kind, gone)
        self._concerned.update(lost)
        refuse_foreign(self._run, self._place, self._form)

    def stored(self) -> int:
        """Return how many different rows the report has in the state."""
        return listings.count_sides(self._run.db, self._place.store_id, self._form.kind)


def sides_of(run: Run, place: Place, skus: Sequence[str]) -> dict[str, list[Side]]:
    """Return the rows of the other reports and the answers by seller SKU, one for each kind, with their times."""
    found = listings.sides(run.db, place.store_id, skus)
    for sku, sides in found.items():
        rows: dict[ReportKind, list[ListingRow]] = {}
        times: dict[ReportKind, str] = {}
        for side in sides:
            rows.setdefault(side.kind, []).append(side.row)
            times[side.kind] = side.at or place.times.get(side.kind.value, "")
        found[sku] = [
            Side(kind, several[0] if len(several) == 1 else merged(several), times[kind])
            for kind, several in rows.items()
        ]
    return found


def batched(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield *items* in lists of at most ``BATCH``."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
