"""The reports of a store that asks Amazon: which are here, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amzsync.clock import seconds_of, text_of
from amzsync.core import report_life
from amzsync.core.model import ReportKind
from amzsync.store import journal
from amzsync.store.state import State
from amzsync.workflows.gathered import (
    CHANGES,
    OVERLAP,
    STOCK,
    Gathered,
    Given,
    Received,
    mark_of,
)
from amzsync.workflows.sorting import Place, Run

SETTLED = ("taken", "nothing", "done", "refused")
LONGEST_CACHE = 6 * 3600.0  # seconds for which Amazon may hand out what it made before


@dataclass(frozen=True, slots=True)
class Held:
    """What is here."""

    reports: Sequence[Received]  # the newest of each kind
    passed_over: Sequence[str]  # replayed reports that are older than what is known
    nothing: bool  # Amazon said that there are no listings
    refused: str  # why the newest all-listings report was not believed, in an earlier run

    @property
    def enough(self) -> bool:
        """Tell whether it is known what listings there are."""
        return self.nothing or any(one.kind == ReportKind.ALL for one in self.reports)


def held(run: Run, place: Place, given: Given) -> Held:
    """Return the newest report of each kind; where a run is replayed, that run's instead of an older one."""
    found = {one.kind: one for one in _here(run, place, given)}
    passed_over = []
    replayed = (given.replayed or {}).get(place.store.name)
    for one in replayed.reports if replayed else ():
        known = found.get(one.kind)
        if known is None or run.force or one.created_at >= known.created_at:
            found[one.kind] = one
        else:
            passed_over.append(f"{one.kind} of {one.created_at}")
    last = journal.last(run.db, place.store_id, report_life.ALL, SETTLED)
    state = None if last is None else last.state
    refused = last.message if last is not None and state == "refused" and not run.force else ""
    return Held(list(found.values()), passed_over, state == "nothing", refused)


def _here(run: Run, place: Place, given: Given) -> Iterator[Received]:
    """Yield the newest report of each type that is to be believed, or has been."""
    db, store_id = run.db, place.store_id
    states = ("done", "taken", "refused") if run.force else ("done", "taken")
    while gone := [row for row in journal.here(db, store_id, states) if _is_gone(row, given)]:
        for row in gone:  # what was taken before it goes on to hold
            journal.update(db, row.report_no, state="lost", message="its document is gone")
    for row in journal.here(db, store_id, states):
        last = journal.last(db, store_id, row.type, SETTLED)
        if last is not None and last.state == "nothing" and row.type != report_life.ALL:
            continue  # since then, there has been nothing to report
        yield Received(
            report_life.KINDS[row.type].value,
            str(row.digest),
            row.size or 0,
            row.charset,
            str(row.created_at),
            row.report_no,
        )


def _is_gone(row: journal.Asked, given: Given) -> bool:
    """Tell whether the document of a report that has yet to be taken is no longer kept."""
    return row.state != "taken" and not given.archive.has(str(row.digest))


def settle(current: State, run: Run, place: Place, held: Held, gathered: Gathered) -> None:
    """Note that the reports have been taken, and until when changes are known from now on."""
    for one in held.reports:
        if one.report_no is not None:
            journal.settle(run.db, one.report_no)
    name = place.store.name
    for operation, kind in ((CHANGES, ReportKind.ALL), (STOCK, ReportKind.FBA)):
        key = mark_of(operation, name)
        told = next((one.created_at for one in held.reports if one.kind == kind), None)
        if told is not None and current.get(key) is None:
            # A report may be made of what Amazon had made for somebody else, hours before.
            before = LONGEST_CACHE if operation == CHANGES else OVERLAP
            current.put(key, text_of(seconds_of(told) - before))
    advance(current, place, gathered)


def advance(current: State, place: Place, gathered: Gathered) -> None:
    """Note until when changes are known."""
    for operation, until in gathered.marks.items():
        current.put(mark_of(operation, place.store.name), until)


def refuse(run: Run, place: Place, why: str) -> None:
    """Note that the reports that were new have not been believed."""
    for row in journal.here(run.db, place.store_id, ("done",)):
        journal.update(run.db, row.report_no, state="refused", message=why)
