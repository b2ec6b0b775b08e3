"""Open the state with a plan that is up to date, and keep it so while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from amzsync.config import Config
from amzsync.errors import StoreBusy
from amzsync.store import state
from amzsync.store.state import State
from amzsync.workflows import planning

_ATTEMPTS = 3  # an import may come between planning and reading


@contextmanager
def planned(
    config: Config, *, now: str, progress: Callable[[int], None] = lambda _: None
) -> Iterator[State]:
    """Bring planning up to date at *now* (UTC text) where needed; yield the state as it was at one moment.

    *progress* is told of every batch of listings that was planned.  Raises ``StoreError`` where nothing has
    been imported, ``StoreBusy`` where another run is at work, ``InputError`` as ``bring_up_to_date`` does.
    """
    for _ in range(_ATTEMPTS):
        with state.reading(config.state) as current, current.snapshot():
            if planning.is_up_to_date(current, config, now):
                yield current
                return
        with state.writing(config.state, command=planning.COMMAND, now=now) as current:
            planning.bring_up_to_date(current, config, now=now, progress=progress)
    raise StoreBusy(
        "Other runs change the state faster than it can be planned.",
        next_step="Wait for them, then run again.",
    )
