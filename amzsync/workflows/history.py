"""Read the history of changes, and of what Amazon did not answer."""

from __future__ import annotations

from amzsync.config import Config
from amzsync.results.details import ChangeList
from amzsync.store import browse, communication, history, ledger
from amzsync.store.communication import CommunicationError
from amzsync.store.state import State


def changes(
    state: State,
    config: Config,
    *,
    since: str | None,
    sku: str,
    store: str | None,
    limit: int | None,
) -> ChangeList:
    """Return the changes since a time (UTC text, ``last-run``, or ``None``: all), newest first."""
    if store is not None:
        config.chosen(store)
    run_id = 0
    if since == "last-run":
        run_id = browse.run_before_last(state.db)
    elif since is not None:
        run_id = browse.run_at(state.db, since) or 0
    found = history.changes(
        state.db, since_run=run_id, sku=sku, store=store, limit=None if limit is None else limit + 1
    )
    shown = found if limit is None else found[:limit]
    return ChangeList(tuple(shown), more=len(shown) < len(found))


def communication_errors(
    state: State, config: Config, *, since: str | None, store: str | None, limit: int | None
) -> list[CommunicationError]:
    """Return what Amazon did not answer since a time (UTC text, ``last-run``, or ``None``: ever), newest first."""
    if store is not None:
        config.chosen(store)
    if since == "last-run":
        since = next((run.started_at for run in ledger.runs(state.db, 1)), None)
    return communication.listed(state.db, store, limit, since)
