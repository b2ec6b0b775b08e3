"""Everything that cron has to do: pull, decide, push, confirm, for every store, within the time there is.

Each part is whole by itself and goes on where the run before it ended, so a run may end anywhere.  A store
that cannot be read keeps no other waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from amzsync.clock import seconds_of, text_of
from amzsync.config import Config, Store
from amzsync.core.plan import Brake
from amzsync.errors import ConfigError, InputError, MissingInput
from amzsync.results.plan import PlanRow, StorePlan
from amzsync.results.sync import SyncResult
from amzsync.store import home, runs, state
from amzsync.store.state import State
from amzsync.workflows import planning, plans, senders
from amzsync.workflows.import_listings import import_listings
from amzsync.workflows.plans import Question
from amzsync.workflows.push import MOST, Push
from amzsync.workflows.sessions import Means

COMMAND = "sync"
PULL_SHARE = 0.5  # of the time there is: what is sent must not wait until everything is known
EXAMPLES = 5
QUIET = frozenset({Brake.REJECTED, Brake.UNDONE, Brake.COOL_DOWN})
"""What holds back single actions because of something that the user has been told, or has done."""


def sync(
    config: Config,
    checked: str,
    *,
    means: Means | None,
    now: str,
    store: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> SyncResult:
    """Bring the stores of *config* (or the one called *store*) in step, as far as the time allows.

    *checked* is the note that this configuration has been checked, *now* is UTC text; without *means* nobody is
    asked.  What goes wrong with a store is a part of the result.  Raises ``StoreBusy`` where another run is at
    work, ``StoreError`` where the state cannot be used.
    """
    result, budget = SyncResult(), float(config.amazon.time_budget)
    began = seconds_of(now)
    _pull(config, checked, store, means, now, budget * PULL_SHARE, result, progress)
    _drop_waiting(config, now)
    live = [one for one in config.chosen(store) if senders.silence(one) is None]
    if live and means is not None:
        moment = text_of(means.clock.now())
        left = max(0.0, began + budget - means.clock.now())
        try:
            _push(config, live, means, moment, left, result)
        except (InputError, ConfigError) as error:
            result.errors.append(error)
    if result.pushed is None:
        _record(config, now, result)
    return result


def _pull(
    config: Config,
    checked: str,
    store: str | None,
    means: Means | None,
    now: str,
    seconds: float,
    result: SyncResult,
    progress: Callable[[int], None],
) -> None:
    """Import all stores at once; where one of them stands in the way of all, each by itself."""
    names = [one.name for one in config.chosen(store)]

    def take(name: str | None, share: float) -> None:
        result.pulled.append(
            import_listings(
                config, checked, now=now, store=name, means=means, seconds=share, progress=progress
            )
        )

    try:
        take(store, seconds)
    except (InputError, MissingInput, ConfigError) as error:
        if len(names) == 1:
            result.errors.append(error)
            return
    else:
        return
    for name in names:
        try:
            take(name, seconds / len(names))
        except (InputError, MissingInput, ConfigError) as error:
            if str(error) not in map(str, result.errors):
                result.errors.append(error)


def _drop_waiting(config: Config, now: str) -> None:
    """Give up what stores that may not send any more have written down."""
    if not config.state.exists():
        return
    with state.writing(config.state, command=COMMAND, now=now) as current:
        senders.drop_waiting(current, config, now)


def _record(config: Config, now: str, result: SyncResult) -> None:
    """Write down a run that had nothing to send: that it ran is worth knowing, too."""
    with state.writing(config.state, command=COMMAND, now=now) as current, current.transaction():
        words = str(result.errors[0]) if result.errors else ""
        outcome = "failed" if result.errors else "done"
        runs.record_failure(current.db, COMMAND, now, outcome, words)


def _push(
    config: Config,
    stores: Sequence[Store],
    means: Means,
    now: str,
    seconds: float,
    result: SyncResult,
) -> None:
    """Follow what was sent, plan, send what the plan says, and look at what shows."""
    with state.writing(config.state, command=COMMAND, now=now) as current:
        current.settle()
        run = Push(current, config, stores, means, now=now, seconds=seconds, command=COMMAND)
        result.pushed = run.run(lambda _: _wanted(current, config, stores, means, result))


def _wanted(
    current: State, config: Config, stores: Sequence[Store], means: Means, result: SyncResult
) -> list[PlanRow]:
    """Bring the plan up to date and return what may go; note what is held back."""
    now = text_of(means.clock.now())
    if not planning.is_up_to_date(current, config, now):
        planning.bring_up_to_date(current, config, now=now)
    rows: list[PlanRow] = []
    figures: list[StorePlan] = []
    result.examples.clear()  # it may be planned once more, when a feed has been taken back
    for store in stores:
        answer = plans.answer(current, config, Question(store.name), now=now)
        figures += answer.stores
        rows += _free(answer.rows, result)
    result.plans = tuple(figures)
    return rows


def _free(rows: Iterator[PlanRow], result: SyncResult) -> Iterator[PlanRow]:
    taken = 0
    for row in rows:
        if row.hold is None:
            taken += 1
            yield row
        elif len(result.examples) < EXAMPLES and row.hold.brake not in QUIET:
            result.examples.append(row)
        if taken > MOST:
            return


# -- what was said before -----------------------------------------------------------------------------------

SAID = "sync_said"
AGAIN = 24 * 3600.0  # seconds after which the same complaint is made once more


def is_news(config: Config, complaints: str, now: str) -> bool:
    """Tell whether *complaints* differ from what the last run said, or that was a day ago; note them."""
    if not config.state.exists():
        return True
    with state.writing(config.state, command=COMMAND, now=now) as current:
        at, _, words = (current.get(SAID) or f"{now} ").partition(" ")
        same = words == complaints
        if same and seconds_of(now) - seconds_of(at) < AGAIN:
            return False
        with current.transaction():
            current.put(SAID, f"{now} {complaints}")
        return bool(complaints)


def adopt(config: Config, *, now: str) -> list[str]:
    """Say that the state file belongs where it is now; return how it seemed to be a copy."""
    state.require(config.state)
    with state.writing(config.state, command="adopt", now=now) as current:
        place = home.here(config.state)
        found = home.differences(current.db, place)
        with current.transaction():
            home.record(current.db, place)
        return found
