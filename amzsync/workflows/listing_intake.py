"""Take the rows of a store's reports into the state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar, cast

from amzsync.amazon.listings_report import merged
from amzsync.amazon.origin import foreign
from amzsync.core import guards
from amzsync.core.evidence import Side
from amzsync.core.model import ListingRow, ReportKind
from amzsync.errors import InputError, UnsafeInput
from amzsync.store import listings
from amzsync.store.listings import Stored
from amzsync.workflows.reading import BATCH
from amzsync.workflows.report_files import ReportFormat
from amzsync.workflows.sorting import Observed, Place, Run, Sorter, base_of, observed

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
        self._before = listings.count(run.db, place.store_id, form.kind)
        self._fresh = first and not listings.count(run.db, place.store_id)
        self._sides = listings.has_sides(run.db, place.store_id)
        self.replaced: list[tuple[int, str, int]] = []

    def take(self, rows: Sequence[tuple[object, int, int]]) -> None:
        """Take changed rows."""
        batch = cast("Sequence[tuple[ListingRow, int, int]]", rows)
        db, store_id = self._run.db, self._place.store_id
        skus = [row.seller_sku for row, _, _ in batch]
        sides = sides_of(self._run, self._place, skus) if self._sides else {}
        if self._fresh:
            again = self._sorter.write_new(
                [
                    observed(row, sides.get(row[0], ()), digest=digest, has_all=True)
                    for row, digest, _ in batch
                ]
            )
            if not again:
                return
            twice = {one.digest for one in again}
            batch = [found for found in batch if found[1] in twice]
        known = listings.existing(db, store_id, [row.seller_sku for row, _, _ in batch])
        self._take(batch, known, sides)

    def _take(
        self,
        batch: Iterable[tuple[ListingRow, int, int]],
        known: dict[str, Stored],
        sides: dict[str, list[Side]],
    ) -> None:
        new: dict[str, tuple[Observed, int]] = {}
        changed: dict[str, tuple[Observed, Stored]] = {}
        for row, digest, line in batch:
            sku = row.seller_sku
            one = observed(row, sides.get(sku, ()), digest=digest, has_all=True)
            last = (
                new[sku][0].digest
                if sku in new
                else changed[sku][0].digest
                if sku in changed
                else None
            )
            if last is None and sku in known and known[sku].base == ReportKind.ALL:
                last = known[sku].digest
            if last is not None and last != digest:
                self.replaced.append((last, sku, line))
            if sku in known:
                changed[sku] = (one, known[sku])
            else:
                new[sku] = (one, line)
        self._sorter.write_new([one for one, _ in new.values()])
        self._sorter.write(list(changed.values()))

    def close(self, gone: set[int]) -> None:
        """Mark listings that the report no longer has as not seen, and apply the brakes."""
        run, place = self._run, self._place
        missing = listings.by_digest(run.db, place.store_id, gone) if gone else []
        if not run.force:
            refusal = guards.vanished(
                run.config.limits,
                f"listings of store {place.store.name}",
                before=self._before,
                gone=len(missing),
            )
            _refuse(refusal)
        for batch in batched(missing):
            sides = sides_of(run, place, [old.row.seller_sku for old in batch])
            self._sorter.write(
                [
                    (
                        observed(
                            base_of(old),
                            sides.get(old.row.seller_sku, ()),
                            digest=old.digest,
                            has_all=True,
                            missing=(run.run_id, run.now),
                        ),
                        old,
                    )
                    for old in batch
                ]
            )
        if not run.force:
            _refuse(self._price_refusal())
        wrong = foreign(self._form.seen, place.store.marketplace)
        if wrong:
            raise InputError(
                f"{self._form.document.name} does not belong to store {place.store.name}: {wrong}",
                next_step="Check which file the store names in amzsync.toml; the last good state stays.",
            )

    def _price_refusal(self) -> str | None:
        return guards.prices_changed(
            self._run.config.limits,
            f"listings of store {self._place.store.name}",
            priced=listings.priced(self._run.db, self._place.store_id),
            changed=self._sorter.prices_changed,
            leapt=self._sorter.price_leaps,
        )

    def stored(self) -> int:
        """Return how many different rows the report has in the state."""
        return listings.count(self._run.db, self._place.store_id, self._form.kind)


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

    def take(self, rows: Sequence[tuple[object, int, int]]) -> None:
        """Take changed rows."""
        batch = cast("Sequence[tuple[ListingRow, int, int]]", rows)
        db, store_id, kind = self._run.db, self._place.store_id, self._form.kind
        known = listings.side_digests(db, store_id, kind, [row.seller_sku for row, _, _ in batch])
        changed: list[tuple[ListingRow, int]] = []
        for row, digest, line in batch:
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
        wrong = foreign(self._form.seen, self._place.store.marketplace)
        if wrong:
            raise InputError(
                f"{self._form.document.name} does not belong to store {self._place.store.name}: {wrong}",
                next_step="Check which file the store names in amzsync.toml; the last good state stays.",
            )

    def stored(self) -> int:
        """Return how many different rows the report has in the state."""
        return listings.count_sides(self._run.db, self._place.store_id, self._form.kind)


def sides_of(run: Run, place: Place, skus: Sequence[str]) -> dict[str, list[Side]]:
    """Return the rows of the other reports by seller SKU, one for each kind of report."""
    found = listings.sides(run.db, place.store_id, skus)
    for sku, sides in found.items():
        if len(sides) > 1:
            rows: dict[ReportKind, list[ListingRow]] = {}
            for side in sides:
                rows.setdefault(side.kind, []).append(side.row)
            found[sku] = [Side(kind, merged(several)) for kind, several in rows.items()]
    return found


def batched(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield *items* in lists of at most ``BATCH``."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _refuse(refusal: str | None) -> None:
    if refusal:
        raise UnsafeInput(
            f"Import refused: {refusal}. The last good state stays.",
            next_step="Check the report; if it is right, import it with --force.",
        )
