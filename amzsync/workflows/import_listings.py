"""Import: bring products and listings up to date with their files and with Amazon, match and sort them.

What is read is believed in one transaction: a run that is refused, fails or is killed leaves the state as it
was.  No transaction is open while Amazon is asked; what it said is journalled and kept as it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from amzsync import documents
from amzsync.archive import Archive
from amzsync.config import Config
from amzsync.errors import AmzsyncError, InputError
from amzsync.results.imports import ImportResult, complaint
from amzsync.store import runs, state
from amzsync.store.state import State
from amzsync.workflows import decisions, intake, places, replays
from amzsync.workflows.gathered import Given
from amzsync.workflows.intake import COMMAND

if TYPE_CHECKING:
    from amzsync.workflows.sessions import Means


def import_listings(
    config: Config,
    checked: str,
    *,
    now: str,
    store: str | None = None,
    dry_run: bool = False,
    force: bool = False,
    replay: int | None = None,
    means: Means | None = None,
    seconds: float | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ImportResult:
    """Import the stores of *config* (or the one called *store*).

    *checked* is the note by which later commands know that this configuration has been checked; *now* is
    UTC text; *replay* is a run whose documents are taken instead of asking Amazon, which is not asked either
    on a *dry_run* or without *means*, and for no longer than *seconds* (``[amazon] time_budget`` by default).  Raises ``AmzsyncError`` with the state as it was before.
    """
    names = [one.name for one in config.chosen(store)]
    opened = state.rehearsing if dry_run else state.writing
    with opened(config.state, command=COMMAND, now=now) as current:
        archive = Archive(config.amazon.archive)
        given = Given(config, names, now, force, archive, checked, dry_run=dry_run)
        asks = places.any_asks(config, names) and not dry_run and replay is None
        run_id = runs.open_run(current.db, COMMAND, now) if asks and means else None
        try:
            if replay is not None:
                given = replace(given, replayed=replays.documents_of(current, given, replay))
            if run_id is None or means is None:
                result = intake.take(current, given, progress)
            else:
                given = replace(given, run_id=run_id)
                limit = config.amazon.time_budget if seconds is None else seconds
                result = _ask_and_take(current, given, means, limit, progress)
        except AmzsyncError as error:
            if not dry_run:
                _record(current, run_id, now, error)
            raise
        if not dry_run:
            current.settle()
    return result


def _ask_and_take(
    current: State,
    given: Given,
    means: Means,
    seconds: float,
    progress: Callable[[int], None],
) -> ImportResult:
    """Ask Amazon, take what came, and ask why what does not sell does not."""
    from amzsync.workflows.live import Live  # it loads what asking takes: a quarter of a second

    decisions.load(given.config)  # what is wrong with it is told before anything is asked
    documents.newest(given.config.commerce.products, given.config.folder)
    with current.transaction():
        asking = places.asking(current, given, means.clock)
    with Live(asking, means, seconds=seconds) as live:
        live.learn()
        given = replace(given, gathered={place.store.name: place.gathered for place in asking})
        result = intake.take(current, given, progress)
        while live.explain():
            result = intake.take_answers(current, given, result)
        if live.compare():
            result = intake.take_answers(current, given, result)
    intake.sweep(current, given, means.clock)
    result = intake.told(given, result)
    trouble = complaint(result)
    with current.transaction():
        runs.close_run(current.db, result.run_id, "done", str(trouble or ""))
    return result


def _record(current: State, run_id: int | None, now: str, error: AmzsyncError) -> None:
    """Write down that the run came to nothing."""
    outcome = "refused" if isinstance(error, InputError) else "failed"
    with current.transaction():
        if run_id is None:
            runs.record_failure(current.db, COMMAND, now, outcome, str(error))
        else:
            runs.close_run(current.db, run_id, outcome, str(error))
