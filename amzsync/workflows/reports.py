"""Bring a store's listings up to date with its report files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from amzsync.core.evidence import Side
from amzsync.core.keys import gtin_of
from amzsync.core.model import ANSWERS, ListingRow, ReportKind
from amzsync.errors import UnsafeInput
from amzsync.results.imports import Reading
from amzsync.store import answers, listings, matching, runs
from amzsync.store.listings import Stored
from amzsync.workflows.decisions import ended_rows, pin_rows
from amzsync.workflows.listing_intake import ListingIntake, SideIntake, batched, sides_of
from amzsync.workflows.observations import Observed, base_of, observed
from amzsync.workflows.reading import read
from amzsync.workflows.report_files import ReportFormat, Reports
from amzsync.workflows.sorting import Place, Run, Sorter

ENDED = "ended"  # describes a listing that no report has, but the user's list of ended listings


def bring_up_to_date(
    run: Run,
    place: Place,
    found: Reports,
    progress: Callable[[int], None],
    *,
    answered: AbstractSet[str] = frozenset(),
) -> list[Reading]:
    """Read the store's reports that changed; match and sort every listing that this concerns.

    *answered* are the seller SKUs that Amazon, asked for single listings, has just told of.
    """
    outcomes: list[Reading] = []
    forms, kinds = found.forms, {form.kind for form in found.forms} | found.standing
    if ReportKind.ALL not in kinds:
        _refuse_poorer(run, place, forms)
    place.times.update(runs.times(run.db, place.store_id))
    concerned = _decisions(run, place) | answered
    concerned |= _note_times(run, place, forms)
    sides = [form for form in forms if form.kind != ReportKind.ALL]
    for form in sides:
        outcome, touched = _read_side(run, place, form, progress)
        outcomes.append(outcome)
        concerned |= touched
    concerned |= _withdrawn(run, place, kinds)
    sorter = Sorter(run, place)
    for form in forms:
        if form.kind == ReportKind.ALL:

            def intake(first: bool, _reparse: bool, form: ReportFormat = form) -> ListingIntake:
                nonlocal sorter  # what it knows of an attempt that was taken back is so no more
                place.moves.clear()
                sorter = Sorter(run, place)
                return ListingIntake(run, place, sorter, form, first=first)

            outcomes.append(
                read(
                    run.db,
                    run.run_id,
                    place.store_id,
                    form.document,
                    form,
                    intake,
                    progress,
                    limits=run.limits,
                )
            )
    _sort_concerned(run, place, sorter, concerned, has_all=ReportKind.ALL in kinds)
    return outcomes


def _note_times(run: Run, place: Place, forms: Sequence[ReportFormat]) -> set[str]:
    """Note how old the reports are; return the listings of which an answer is no longer the newest word.

    A document that is byte for byte the last one is as old as that: Amazon hands out a report for hours.
    """
    told_before: str | None = None
    for form in forms:
        last = runs.source(run.db, place.store_id, form.kind)
        same = last is not None and last.digest == form.document.digest
        place.times[form.kind] = last.modified_at if same and last else form.document.modified_at
        if form.kind == ReportKind.ALL and last is not None and not same:
            told_before = last.modified_at
    if told_before is None:
        return set()
    kinds = [kind.value for kind in ANSWERS]
    return set(answers.told_between(run.db, place.store_id, kinds, told_before, place.reported_at))


def _refuse_poorer(run: Run, place: Place, forms: Sequence[ReportFormat]) -> None:
    """Refuse to go on without the all-listings report: its listings would stand still and look alive."""
    had = runs.source(run.db, place.store_id, ReportKind.ALL.value) is not None
    if had and not run.force:
        kinds = ", ".join(f"{form.document.name} ({form.kind})" for form in forms)
        raise UnsafeInput(
            f"Store {place.store.name} had an all-listings report until now, but has only {kinds}.",
            next_step="Name an All Listings report (it has a status column); go on without with --force.",
        )


def _read_side(
    run: Run, place: Place, form: ReportFormat, progress: Callable[[int], None]
) -> tuple[Reading, set[str]]:
    """Read a report other than the all-listings report; return the seller SKUs that it changed."""
    concerned: set[str] = set()

    def intake(_first: bool, reparse: bool) -> SideIntake:
        concerned.clear()
        return SideIntake(run, place, form, concerned, reparse=reparse)

    reading = read(
        run.db, run.run_id, place.store_id, form.document, form, intake, progress, limits=run.limits
    )
    return reading, concerned


def sort_again(run: Run, place: Place, seller_skus: AbstractSet[str]) -> None:
    """Sort the listings *seller_skus* anew, by what the user decided meanwhile."""
    has_all = runs.source(run.db, place.store_id, ReportKind.ALL.value) is not None
    concerned = _decisions(run, place) | seller_skus
    place.times.update(runs.times(run.db, place.store_id))
    _sort_concerned(run, place, Sorter(run, place), concerned, has_all=has_all)


def _decisions(run: Run, place: Place) -> set[str]:
    """Take over the user's pins and ended listings; return the seller SKUs that they change."""
    concerned = matching.replace_decisions(
        run.db, place.store_id, pin_rows(run.config, place.store.name)
    )
    return concerned | matching.replace_ended(
        run.db, place.store_id, ended_rows(run.config, place.store)
    )


def _withdrawn(run: Run, place: Place, kinds: set[str]) -> set[str]:
    """Forget the rows of reports that the store names no more."""
    concerned: set[str] = set()
    for kind in ReportKind:
        if kind is not ReportKind.ALL and kind not in ANSWERS and kind.value not in kinds:
            lost = listings.forget_sides(run.db, place.store_id, kind.value)
            concerned.update(lost)
            if lost:
                runs.forget_source(run.db, place.store_id, kind.value)
    return concerned


def _sort_concerned(
    run: Run, place: Place, sorter: Sorter, concerned: set[str], *, has_all: bool
) -> None:
    """Sort what changed elsewhere: products, decisions, the other reports."""
    db, store_id = run.db, place.store_id
    matching.touch_listings(db, concerned)
    products, keys, skus = matching.any_touched(db)
    if (products or keys or skus or concerned) and listings.any_of(db, store_id):
        for batch in batched(listings.touched(db, store_id, keys=keys, skus=skus)):
            known = sides_of(run, place, [old.row.seller_sku for old in batch])
            sorter.write([(_again(run, place, old, known, has_all=has_all), old) for old in batch])
    for names in batched(listings.unlisted_sides(db, store_id)):
        known = sides_of(run, place, names)
        stubs = matching.ended(db, store_id)
        sorter.write_new(
            [_from_sides(run, place, name, known, stubs, has_all=has_all) for name in names]
        )


def _again(
    run: Run, place: Place, old: Stored, sides: dict[str, list[Side]], *, has_all: bool
) -> Observed:
    """Return *old* as it is to be sorted anew."""
    found = sides.get(old.row.seller_sku, [])
    base = base_of(old, found)
    others = [side for side in found if side.kind is not ReportKind.ALL]
    missing = (
        None
        if old.missing_run is None
        else (old.missing_run, runs.time_of(run.db, old.missing_run))
    )
    if base is None and not others:  # no report has it any more, nor names a reason
        missing = missing or (run.run_id, run.now)
        row = old.row._replace(reason=None)
        return Observed(row, old.base, 0, None, old.gtin, *missing)
    if base is None:
        outdated = has_all and _told_only_before(others, place.reported_at)
        missing = (missing or (run.run_id, run.now)) if outdated else None
    elif old.digest is None and missing is None:  # the report did not have it, but an answer did
        missing = (run.run_id, run.now)
    return observed(
        base,
        others,
        old.gtin,
        digest=old.digest,
        has_all=has_all,
        missing=missing,
        base_at=place.reported_at,
    )


def _told_only_before(sides: Sequence[Side], moment: str) -> bool:
    """Tell whether only answers tell of a listing, all older than the report of *moment*, which lacks it."""
    return all(side.kind in ANSWERS and side.at < moment for side in sides)


def _from_sides(
    run: Run,
    place: Place,
    name: str,
    sides: dict[str, list[Side]],
    stubs: dict[str, tuple[str | None, ...]],
    *,
    has_all: bool,
) -> Observed:
    """Return a listing that only other reports, or the list of ended listings, know."""
    found = sides.get(name, [])
    if not found:
        asin, title, _, _ = stubs[name]
        row, missing = ListingRow(name, asin, title), (run.run_id, run.now)
        return Observed(row, ENDED, 0, None, gtin_of(asin, None), *missing)
    return observed(None, found, digest=None, has_all=has_all, base_at=place.reported_at)
