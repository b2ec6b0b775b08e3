"""Believe what was read, in one transaction: products first, then every store, each as a whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

from amzsync.clock import Clock, text_of
from amzsync.config.wanted import wanted_attributes
from amzsync.core.model import ReportKind
from amzsync.errors import InputError
from amzsync.results.imports import Asked, ImportResult, Missed, Reading, StoreResult
from amzsync.store import archived, communication, matching, outbox, planning_marks, runs, tabs
from amzsync.store import stores as known_stores
from amzsync.store.archived import Kept
from amzsync.store.state import State
from amzsync.workflows import (
    catalogue,
    pending_orders,
    places,
    report_files,
    reports,
    stored_reports,
    unlisted,
)
from amzsync.workflows.gathered import ANSWERS, CATALOGUE, Gathered, Given, Line, Received, packed
from amzsync.workflows.report_files import ReportFormat, Reports
from amzsync.workflows.sorting import Place, Run
from amzsync.workflows.stored_reports import Held

COMMAND = "import-listings"
NOT_ASKED = "Amazon was not asked: this is what is known already."
REPLAYED = "Amazon was not asked: what it said in the replayed run was taken again."
Progress = Callable[[int], None]


def take(current: State, given: Given, progress: Progress) -> ImportResult:
    """Take products, reports and answers into the state; raises ``AmzsyncError`` with nothing taken."""
    with current.transaction(dry_run=given.dry_run):
        result = _take(current, given, progress)
        current.put("config", given.checked)
    return result


def _take(current: State, given: Given, progress: Progress) -> ImportResult:
    db = current.db
    if given.run_id is None:
        run_id = runs.begin(db, COMMAND, given.now)
    else:
        run_id = given.run_id
        runs.close_run(db, run_id, "done")
    run = Run(db, run_id, given.now, given.config, given.force)
    found = places.of_run(run, given.names)
    files = {place: report_files.find(run, place) for place in found if not _asks(given, place)}
    _refuse_shared_files({place: one.forms for place, one in files.items()})
    matching.begin_touching(db)
    documents = catalogue.bring_up_to_date(run, progress)
    results = [
        _from_files(current, given, run, place, files[place], progress)
        if place in files
        else _from_amazon(current, given, run, place, progress)
        for place in found
    ]
    done = [
        one.name for one in results if not (one.asked and (one.asked.waiting or one.asked.refused))
    ]
    _leave_for_later(current, done)
    planning_marks.mark_touched(db)
    current.put(places.KEPT, json.dumps(wanted_attributes(given.config)))
    runs.finish(db, run_id, {one.name: one.tabs for one in results})
    return ImportResult(
        run_id=run_id,
        dry_run=given.dry_run,
        products=documents[0].source.accepted,
        documents=tuple(documents),
        stores=tuple(results),
        changes=runs.count_changes(db, run_id),
    )


def _asks(given: Given, place: Place) -> bool:
    return places.asks(place.store) or (
        given.replayed is not None and place.store.name in given.replayed
    )


def _from_files(
    current: State, given: Given, run: Run, place: Place, found: Reports, progress: Progress
) -> StoreResult:
    """Take the store's files; where other stores ask Amazon, one that is refused keeps none of them waiting."""
    take = partial(_bring_up_to_date, current, run, place, found, progress)
    readings, refused = (take(), "") if given.run_id is None else _whole(run, place, take)
    asked = Asked({}, (), (), refused=refused) if refused else None
    return _counted(run, place, readings, found.passed_over, asked)


def _from_amazon(
    current: State, given: Given, run: Run, place: Place, progress: Progress
) -> StoreResult:
    """Take what Amazon said, or nothing of it."""
    held = stored_reports.held(run, place, given)
    note = NOT_ASKED if given.replayed is None else REPLAYED
    asked = Asked({}, () if given.run_id else (note,), ())
    if not held.enough:
        asked = replace(asked, waiting=not held.refused, refused=held.refused)
        return StoreResult(place.store.name, {}, {}, {}, (), asked=asked)  # nought would be a lie
    take = partial(_believe, current, given, run, place, held, progress)
    readings, refused = (take(), "") if given.replayed is not None else _whole(run, place, take)
    if refused:
        stored_reports.refuse(run, place, refused)
        _keep(given, run, place, _gathered(given, place), held.reports)
    asked = replace(asked, refused=refused or held.refused)
    return _counted(run, place, readings, held.passed_over, asked)


def _whole(
    run: Run, place: Place, take: Callable[[], Sequence[Reading]]
) -> tuple[Sequence[Reading], str]:
    """Do all that *take* does, or nothing; return what it read, and why that was refused."""
    run.db.execute("SAVEPOINT store")
    try:
        readings, refused = take(), ""
    except InputError as error:
        run.db.execute("ROLLBACK TO store")
        place.moves.clear()
        readings, refused = (), str(error)
    run.db.execute("RELEASE store")
    return readings, refused


def _believe(
    current: State, given: Given, run: Run, place: Place, held: Held, progress: Progress
) -> Sequence[Reading]:
    gathered = _gathered(given, place)
    answered = _answered(current, run, place, gathered.lines)
    found = report_files.received(run, place, held.reports, given.archive)
    _refuse_neighbours(run, place, held.reports)
    readings = _bring_up_to_date(current, run, place, found, progress, answered=answered)
    stored_reports.settle(current, run, place, held, gathered)
    _keep(given, run, place, gathered, held.reports)
    return readings


def _refuse_neighbours(run: Run, place: Place, received: Sequence[Received]) -> None:
    """Refuse the very report that another store has: one of the two is of another marketplace."""
    for one in received:
        other = runs.same_document(run.db, place.store_id, one.kind, one.digest)
        if other is not None and one.kind == ReportKind.ALL:
            raise InputError(
                f"Store {place.store.name} was sent the very report that store {other} has.",
                next_step="Check seller_id, marketplace and account of both in amzsync.toml.",
            )


def _answered(current: State, run: Run, place: Place, lines: Sequence[Line]) -> AbstractSet[str]:
    """Take Amazon's answers; return the seller SKUs of which they tell."""
    if not lines:
        return frozenset()
    from amzsync.workflows import answer_intake  # it loads what reading answers takes

    if any(line.operation == CATALOGUE for line in lines):
        for name in known_stores.of_marketplace(run.db, place.store.marketplace.code):
            if name != place.store.name:  # it is the same catalogue
                current.put(places.sorted_key(name), "the catalogue has told more since")
    return answer_intake.take(run, place, lines)


def _bring_up_to_date(
    current: State,
    run: Run,
    place: Place,
    found: Reports,
    progress: Progress,
    *,
    answered: AbstractSet[str] = frozenset(),
) -> Sequence[Reading]:
    """Bring one store up to date; wholly where its settings have changed since it last was."""
    settings, key = places.sorted_by(place.store, run.config), places.sorted_key(place.store.name)
    everything = current.get(key) != settings
    if everything:
        matching.touch_all(run.db, place.store_id)
    readings = reports.bring_up_to_date(run, place, found, progress, answered=answered)
    unlisted.bring_up_to_date(run, place, everything=everything)
    planning_marks.mark_listings(
        run.db, place.store_id, pending_orders.bring_up_to_date(run, place)
    )
    current.put(key, settings)
    return readings


def take_answers(current: State, given: Given, result: ImportResult) -> ImportResult:
    """Take the answers that came after the listings were sorted; return the result as it is now."""
    found: dict[str, StoreResult] = {}
    with current.transaction():
        run = Run(current.db, result.run_id, given.now, given.config, given.force)
        for place in places.of_run(run, given.names):
            gathered = given.gathered.get(place.store.name)
            if gathered is None or not gathered.lines:
                continue
            _take_lines(current, given, run, place, gathered)
            stored_reports.advance(current, place, gathered)
            counts, matches = tabs.count(run.db, place.store_id, place.moves)
            before = next(one for one in result.stores if one.name == place.store.name)
            found[before.name] = replace(before, tabs=counts, matches=matches)
        stores = tuple(found.get(one.name, one) for one in result.stores)
        runs.finish(run.db, run.run_id, {one.name: one.tabs for one in stores})
        changes = runs.count_changes(run.db, run.run_id)
    return replace(result, stores=stores, changes=changes)


def take_looks(current: State, given: Given, concerned: Mapping[str, AbstractSet[str]]) -> None:
    """Take the answers about single listings of a run that is no import; call it inside a transaction.

    *concerned* are further seller SKUs, by store, that stand in other tabs than before.
    """
    assert given.run_id is not None
    run = Run(current.db, given.run_id, given.now, given.config, given.force)
    for place in places.of_run(run, given.names):
        gathered, others = given.gathered.get(place.store.name), concerned.get(place.store.name)
        if others or (gathered is not None and gathered.lines):
            _take_lines(current, given, run, place, gathered or Gathered(), others or frozenset())
            tabs.count(run.db, place.store_id, place.moves)


def _take_lines(
    current: State,
    given: Given,
    run: Run,
    place: Place,
    gathered: Gathered,
    others: AbstractSet[str] = frozenset(),
) -> None:
    matching.begin_touching(run.db)
    answered = _answered(current, run, place, gathered.lines)
    reports.sort_again(run, place, answered | others)
    unlisted.bring_up_to_date(run, place, everything=False)
    planning_marks.mark_touched(run.db)
    _keep(given, run, place, gathered)


def told(given: Given, result: ImportResult) -> ImportResult:
    """Return the result with what asking Amazon came to."""
    return replace(result, stores=tuple(_with_asked(given, one) for one in result.stores))


def _with_asked(given: Given, one: StoreResult) -> StoreResult:
    gathered = given.gathered.get(one.name)
    if gathered is None or one.asked is None:
        return one
    missed = tuple(
        Missed(each.kind.value, each.call.operation.name, each.code, each.message)
        for each in gathered.failures
    )
    asked = replace(
        one.asked, calls=dict(gathered.calls), notes=tuple(gathered.notes), missed=missed
    )
    return replace(one, asked=asked)


def sweep(current: State, given: Given, clock: Clock) -> None:
    """Once a day, let go of documents and errors that are older than the user wants to keep."""
    today = text_of(clock.now())[:10]
    if current.get("swept_on") == today:
        return
    before = text_of(clock.now() - given.config.amazon.keep_days * 86400.0)
    with current.transaction():
        given.archive.remove(archived.unneeded(current.db, before))
        archived.forget(current.db, before)
        communication.forget(current.db, before)
        outbox.forget(current.db, before)
        current.put("swept_on", today)


def _keep(
    given: Given,
    run: Run,
    place: Place,
    gathered: Gathered,
    reports_: Sequence[Received] = (),
) -> None:
    """Keep the answers that were taken, and note all that the run worked on, so that it can be replayed."""
    if given.dry_run:
        return
    for one in reports_:
        gathered.kept.append(Kept(one.kind, one.digest, one.size, one.created_at, one.charset))
    if gathered.lines:
        content = packed(gathered.lines)
        digest, _ = given.archive.put_bytes(content)
        gathered.kept.append(Kept(ANSWERS, digest, len(content), run.now))
        gathered.lines.clear()  # a first import of a large shop brings them by the thousand
    archived.note(run.db, run.run_id, place.store_id, gathered.kept)


def _gathered(given: Given, place: Place) -> Gathered:
    found = given.gathered if given.replayed is None else given.replayed
    return found.get(place.store.name) or Gathered()


def _counted(
    run: Run,
    place: Place,
    readings: Sequence[Reading],
    passed_over: Sequence[str] = (),
    asked: Asked | None = None,
) -> StoreResult:
    name = place.store.name
    before = runs.last_summary(run.db, COMMAND, name)
    counts, matches = tabs.count(run.db, place.store_id, place.moves)
    return StoreResult(name, counts, before, matches, tuple(readings), tuple(passed_over), asked)


def _leave_for_later(current: State, done: Sequence[str]) -> None:
    """Have the stores that this run leaves out sorted wholly next time, if products have changed."""
    if any(matching.any_touched(current.db)):
        for name in known_stores.known(current.db).keys() - set(done):
            current.put(places.sorted_key(name), "products have changed since")


def _refuse_shared_files(forms: Mapping[Place, Sequence[ReportFormat]]) -> None:
    seen: dict[str, tuple[str, str]] = {}
    for place, found in forms.items():
        for form in found:
            other = seen.setdefault(form.document.digest, (place.store.name, form.document.name))
            if other[0] != place.store.name:
                raise InputError(
                    f"Stores {other[0]} and {place.store.name} were given the same report ({form.document.name}).",
                    next_step="Each store needs the report of its own marketplace; correct amzsync.toml.",
                )
