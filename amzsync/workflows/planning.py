"""Bring what is wanted up to date with what is known: whole where settings have changed, else only what changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from xxhash import xxh3_128_hexdigest

from amzsync import ahead
from amzsync.config import Config, Store
from amzsync.config.wanted import wanted_attributes
from amzsync.errors import InputError
from amzsync.store import aliases, planning, planning_marks, runs, state, stores
from amzsync.store.matching import Lookup
from amzsync.store.planning import ActionRow, Rows
from amzsync.store.state import State
from amzsync.workflows import places
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.planner import Planned, Planner
from amzsync.workflows.resort import resort_changed
from amzsync.workflows.sorting import Place, Run

COMMAND = "plan"
SERIAL = "serial"
BLOCK = 2_000  # listings that are decided about at once
MANY = 20_000  # listings from which on it pays to start processes
WORKERS = 4
Decided = tuple[list[planning.WantedRow], list[tuple[Any, ...]]]
_LAYOUT = 1  # of what planning writes; another number plans everything anew


def serial(current: State) -> int:
    """Return the number that grows whenever what is wanted, or what is known of it, has changed."""
    return int(current.get(SERIAL) or 0)


def is_up_to_date(current: State, config: Config, now: str) -> bool:
    """Tell whether there is nothing to plan anew at *now* (UTC text)."""
    known = _known(current, config)
    return not planning.any_due(current.db, now) and all(
        _is_planned(current, config, known, store, now) and _is_sorted(current, config, store)
        for store in config.stores
        if store.name in known
    )


def bring_up_to_date(
    current: State, config: Config, *, now: str, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Plan all stores anew as far as it takes; one transaction.

    Raises ``InputError`` where the settings name attributes that the last import did not read.
    """
    _refuse_unread(current, config)
    known = _known(current, config)
    current.settle()  # readers, our own children among them, do not wait for what is written here
    _resort(current, config, known, now)
    with current.transaction():
        planning.collect_due(current.db, now)
        _forget_others(current, known)
        for store in config.stores:
            if store.name in known:
                _plan(current, config, known, store, now, progress)
        planning_marks.clear(current.db)
        current.put(SERIAL, str(serial(current) + 1))


def planner_of(current: State, config: Config, store: Store, now: str) -> Planner:
    """Return what decides about one store's listings."""
    return Planner(current.db, config, _known(current, config), store, now)


def rows_of(current: State, config: Config, store: Store, store_id: int) -> Rows:
    """Return what reads one store's rows."""
    return Rows(current.db, store_id, store.view, by_sources=config.commerce.stock is not None)


def _known(current: State, config: Config) -> dict[str, int]:
    """Return the ids of the configured stores that the state knows."""
    found = stores.known(current.db)
    return {one.name: found[one.name].store_id for one in config.stores if one.name in found}


def _refuse_unread(current: State, config: Config) -> None:
    """Refuse to plan by attributes that the state does not have of the products."""
    unread = places.unread_attributes(current, wanted_attributes(config))
    if unread:
        raise InputError(
            f"The settings name attributes that have not been read from Commerce yet: {', '.join(unread)}.",
            next_step="Run amzsync import-listings: it reads them.",
        )


def _resort(current: State, config: Config, known: Mapping[str, int], now: str) -> None:
    """Sort the stores whose settings have changed since their last import into their tabs anew."""
    changed = [
        store
        for store in config.stores
        if store.name in known and not _is_sorted(current, config, store)
    ]
    if changed:
        with current.transaction():
            run = Run(current.db, runs.begin(current.db, COMMAND, now), now, config, force=False)
            resort_changed(current, run, [Place(store, known[store.name]) for store in changed])
            planning_marks.mark_touched(current.db)


def _forget_others(current: State, known: Mapping[str, int]) -> None:
    """Forget what was decided about stores that the configuration has no more; some may come back."""
    for name, one in stores.known(current.db).items():
        if name not in known and current.get(_key(name)):
            planning.forget_store(current.db, one.store_id)
            current.put(_key(name), "")


def _is_sorted(current: State, config: Config, store: Store) -> bool:
    return current.get(places.sorted_key(store.name)) == places.sorted_by(store, config)


def _is_planned(
    current: State, config: Config, known: Mapping[str, int], store: Store, now: str
) -> bool:
    planner = Planner(current.db, config, known, store, now)
    return current.get(_key(store.name)) == _planned_by(config, known, planner)


def _key(name: str) -> str:
    return f"planned:{name}"


def _planned_by(config: Config, known: Mapping[str, int], planner: Planner) -> str:
    """Return a digest of all that decides what is wanted, besides the rows themselves and the day."""
    settings = [(one.name, one.website, one.view, one.settings) for one in config.stores]
    rest = (
        config.money,
        config.limits.price_move,
        config.mapping.condition,
        config.commerce.stock is not None,
    )
    rate = planner.pricing.rate, planner.problem
    return xxh3_128_hexdigest(repr((_LAYOUT, settings, rest, rate, sorted(known.items()))).encode())


def _plan(
    current: State,
    config: Config,
    known: Mapping[str, int],
    store: Store,
    now: str,
    progress: Callable[[int], None],
) -> None:
    """Plan one store: its listings, the products that could be listed, its aliases."""
    db, store_id = current.db, known[store.name]
    planner = Planner(db, config, known, store, now)
    rows = rows_of(current, config, store, store_id)
    settings = _planned_by(config, known, planner)
    if whole := current.get(_key(store.name)) != settings:
        planning.forget_store(db, store_id)
        decided = _every_listing(current, config, known, store, now)
    else:
        planning.forget_due(db, store_id)
        decided = (_plain(planner.listings(batch)) for batch in batched(rows.due_listings()))
    for wanted, actions in decided:
        planning.put_wanted(db, wanted)
        planning.put_actions(db, store_id, actions)
        progress(len(wanted))
    for products in batched(rows.every_unlisted() if whole else rows.due_unlisted()):
        planned = planner.unlisted(products)
        planning.put_wanted_unlisted(
            db,
            store_id,
            (
                (one.product.product_id, one.wanted[0], one.wanted[1], one.holds_until)
                for one in planned
            ),
        )
        planning.put_actions(db, store_id, _actions(planned))
    _plan_aliases(current, config, store, store_id, planner)
    current.put(_key(store.name), settings)


def _plan_aliases(
    current: State, config: Config, store: Store, store_id: int, planner: Planner
) -> None:
    """Plan the second seller SKUs that Amazon does not have yet; there are few."""
    db = current.db
    planning.forget_aliases(db, store_id)
    waiting = aliases.waiting(db, store_id)
    if waiting:
        lookup = Lookup(db, store.view, by_sources=config.commerce.stock is not None, whole=True)
        facts = lookup.by_id([alias.product_id for alias in waiting])
        known = [(one, facts[one.product_id]) for one in waiting if one.product_id in facts]
        planning.put_actions(db, store_id, _actions(planner.aliases(known)))


def _every_listing(
    current: State, config: Config, known: Mapping[str, int], store: Store, now: str
) -> Iterator[Decided]:
    """Yield what is decided about all listings of a store; where they are many, by child processes."""
    last = planning.last_id(current.db)
    parts = min(os.cpu_count() or 1, WORKERS) if last > MANY and ahead.can_fork() else 1
    makes = [
        partial(_some_listings, config, known, store, now, range(first, last + 1, BLOCK * parts))
        for first in range(1, BLOCK * parts, BLOCK)
    ]
    if parts == 1:
        yield from makes[0](current)
    else:
        yield from ahead.alternately([partial(_apart, current.path, make) for make in makes])


def _apart(path: Path, make: Callable[[State], Iterator[Decided]]) -> Iterator[Decided]:
    """Do the work with a connection of its own, as a child process must."""
    with state.reading(path) as own:
        yield from make(own)


def _some_listings(
    config: Config, known: Mapping[str, int], store: Store, now: str, blocks: range, current: State
) -> Iterator[Decided]:
    """Yield what is decided about the listings whose ids are in *blocks*, each ``BLOCK`` ids long."""
    planner = Planner(current.db, config, known, store, now)
    rows = rows_of(current, config, store, known[store.name])
    for first in blocks:
        if batch := list(rows.every_listing(first, first + BLOCK)):
            yield _plain(planner.listings(batch))


def _plain(planned: Sequence[Planned]) -> Decided:
    """Return what is written of decisions, as plain values that can go through a pipe."""
    wanted = [(one[0] or 0, one[5][0], one[5][1], one[9]) for one in planned]
    return wanted, [tuple(row) for row in _actions(planned)]


def _actions(planned: Iterable[Planned]) -> Iterator[ActionRow]:
    for one in planned:
        for action in one[8]:
            hold = "" if action.hold is None else action.hold.brake.value
            yield ActionRow(
                int(action.rank), one[1], action.kind.value, one[0], one.product.product_id, hold
            )
