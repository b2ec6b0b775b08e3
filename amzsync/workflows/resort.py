"""Sort a few listings anew, after the user decided something about them."""

from __future__ import annotations

from collections.abc import Iterable

from amzsync.config import Config
from amzsync.store import listings, matching, planning_marks, runs, stores, tabs
from amzsync.store.state import State
from amzsync.workflows import places, reports, unlisted
from amzsync.workflows.sorting import Place, Run


def resort_changed(current: State, run: Run, found: Iterable[Place]) -> list[str]:
    """Sort the stores whose settings have changed since they were last sorted, wholly; return their names.

    Call it inside a transaction; nothing is read but the state.
    """
    names = []
    for place in found:
        settings, key = (
            places.sorted_by(place.store, run.config),
            places.sorted_key(place.store.name),
        )
        if current.get(key) == settings:
            continue
        matching.begin_touching(run.db)
        matching.touch_all(run.db, place.store_id)
        reports.sort_again(run, place, set())
        unlisted.bring_up_to_date(run, place, everything=True)
        tabs.count(run.db, place.store_id, place.moves)
        current.put(key, settings)
        names.append(place.store.name)
    return names


def resort(
    current: State, config: Config, names: Iterable[tuple[str, str]], *, now: str
) -> dict[tuple[str, str], tuple[str, str]]:
    """Sort the listings ``(store, seller SKU)`` by the mapping file as it is now.

    Returns match outcome and tab of each that is known.  One transaction, a run of its own.
    """
    wanted = list(names)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    with current.transaction():
        run = Run(current.db, runs.begin(current.db, "match", now), now, config, force=False)
        known = stores.known(current.db)
        for store in config.chosen(None):
            skus = [sku for name, sku in wanted if name == store.name]
            if not skus or store.name not in known:
                continue
            place = Place(store, known[store.name].store_id)
            matching.begin_touching(current.db)
            reports.sort_again(run, place, set(skus))
            unlisted.bring_up_to_date(run, place, everything=False)
            planning_marks.mark_touched(run.db)
            tabs.count(run.db, place.store_id, place.moves)
            for sku, stored in listings.existing(current.db, place.store_id, skus).items():
                found[store.name, sku] = (stored.outcome, stored.tab)
    return found
