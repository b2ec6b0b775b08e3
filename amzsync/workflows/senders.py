"""Which stores may send: those that the user has set live, that ask Amazon, and whose state is no copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from amzsync.config import Config, Store
from amzsync.errors import ConfigError
from amzsync.store import ended, home, outbox, planning_marks, stores
from amzsync.store.state import State
from amzsync.workflows import places

READ_ONLY = "it is read-only"
BY_FILES = "it reads report files, so what it would send rests on what was true then"


def silence(store: Store) -> str | None:
    """Return why a store sends nothing, as the end of a sentence; ``None``: it may."""
    if not places.asks(store):
        return BY_FILES
    return READ_ONLY if store.settings.read_only else None


def next_step(store: Store) -> str:
    """Return what makes a silent store send."""
    if not places.asks(store):
        return f"Leave out listings in [stores.{store.name}] and name its account, so that Amazon is asked."
    return f"Set read_only = false in [stores.{store.name}] once its plan is as you want it."


def chosen(config: Config, name: str | None) -> Sequence[Store]:
    """Return the stores that may send among those asked for; raises ``ConfigError`` where none may."""
    asked = config.chosen(name)
    found = [store for store in asked if silence(store) is None]
    if not found:
        first = asked[0]
        raise ConfigError(
            f"Nothing is sent: store {first.name} sends nothing, for {silence(first)}.",
            next_step=next_step(first),
        )
    return found


def drop_waiting(current: State, config: Config, now: str) -> None:
    """Give up what silent stores still had to send: set live again, they begin with a plan of that day."""
    known = stores.known(current.db)
    for store in config.stores:
        if silence(store) is not None and store.name in known:
            store_id = known[store.name].store_id
            if not outbox.any_waiting(current.db, store_id):
                continue
            with current.transaction():
                why = f"Nothing is sent for store {store.name} any more: {silence(store)}."
                ends = outbox.waiting_ends(current.db, store_id)
                skus = outbox.drop(current.db, store_id, now, why, further=True)
                for sku in ends:
                    ended.unend(current.db, store_id, sku)
                planning_marks.mark_listings(current.db, store_id, skus)


def refuse_copy(current: State, path: Path) -> None:
    """Raise ``ConfigError`` where the state is a copy: whatever it sends, the original would send, too."""
    if told := home.differences(current.db, home.here(path)):
        raise ConfigError(
            f"Nothing is sent: the state file seems to be a copy ({'; '.join(told)}).",
            next_step="If it has moved here for good, say so with amzsync adopt; a test copy is best left as it is.",
        )
