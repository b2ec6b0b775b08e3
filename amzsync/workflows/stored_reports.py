"""The reports of a store that asks Amazon: which are here, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Held:
    """What is here."""

    reports: Sequence[Received]  # the newest of each kind
    passed_over: Sequence[str]  # replayed reports that are older than what is known
    nothing: bool  # Amazon said that there are no listings

    @property
    def enough(self) -> bool:
        """Tell whether it is known what listings there are."""
        return self.nothing or any(one.kind == ReportKind.ALL for one in self.reports)


def held(run: Run, place: Place, given: Given) -> Held:
    """Return the newest report of each kind; where a run is replayed, that run's instead of an older one."""
    states = ("done", "taken", "refused") if run.force else ("done", "taken")
    found = {
        report_life.KINDS[row.type].value: Received(
            report_life.KINDS[row.type].value,
            str(row.digest),
            row.size or 0,
            row.charset,
            str(row.created_at),
            row.report_no,
        )
        for row in journal.here(run.db, place.store_id, states)
    }
    passed_over = []
    replayed = (given.replayed or {}).get(place.store.name)
    for one in replayed.reports if replayed else ():
        known = found.get(one.kind)
        if known is None or run.force or one.created_at >= known.created_at:
            found[one.kind] = one
        else:
            passed_over.append(f"{one.kind} of {one.created_at}")
    last = journal.last(run.db, place.store_id, report_life.ALL)
    return Held(
        list(found.values()), passed_over, nothing=last is not None and last.state == "nothing"
    )


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
            current.put(key, text_of(seconds_of(told) - OVERLAP))
        if (until := gathered.marks.get(operation)) is not None:
            current.put(key, until)


def refuse(run: Run, place: Place, why: str) -> None:
    """Note that the reports that were new have not been believed."""
    for row in journal.here(run.db, place.store_id, ("done",)):
        journal.update(run.db, row.report_no, state="refused", message=why)
