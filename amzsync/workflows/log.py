"""Read the log."""

from __future__ import annotations

from collections.abc import Iterator

from amzsync.config import Config
from amzsync.errors import UsageError
from amzsync.store import ledger, log, runs, stores
from amzsync.store.log import LogRow, Wanted
from amzsync.store.state import State


def lines(
    state: State,
    config: Config,
    *,
    skus: tuple[str, ...] = (),
    store: str | None = None,
    since: str | None = None,
    run_id: int | None = None,
    errors: bool = False,
    limit: int | None = None,
) -> Iterator[LogRow]:
    """Return the lines of the log, the newest first; *since* is UTC text or ``last-run``.

    Raises ``ConfigError`` for a store that is not there, ``UsageError`` for a run.
    """
    store_id = None
    if store is not None:
        known = stores.known(state.db).get(config.chosen(store)[0].name)
        store_id = -1 if known is None else known.store_id
    if since == "last-run":
        since = next((run.started_at for run in ledger.runs(state.db, 1)), None)
    if run_id is not None and not runs.exists(state.db, run_id):
        raise UsageError(f"There is no run {run_id}.", next_step="amzsync runs lists them.")
    return log.rows(state.db, Wanted(skus, store_id, since, run_id, errors, limit))
