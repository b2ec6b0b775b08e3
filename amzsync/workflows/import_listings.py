"""Import: bring products and listings up to date with their files, match them, sort them into tabs.

Everything happens in one transaction: a run that is refused, fails or is killed leaves the state as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from amzsync.config import Config
from amzsync.errors import AmzsyncError, ConfigError, InputError
from amzsync.results.imports import ImportResult, StoreResult
from amzsync.store import matching, runs, state, stores, tabs
from amzsync.store.state import State
from amzsync.workflows import catalogue, report_files, reports, unlisted
from amzsync.workflows.report_files import ReportFormat, Reports
from amzsync.workflows.sorting import Place, Run

COMMAND = "import-listings"


def import_listings(
    config: Config,
    checked: str,
    *,
    now: str,
    store: str | None = None,
    dry_run: bool = False,
    force: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> ImportResult:
    """Import the stores of *config* (or the one called *store*).

    *checked* is the note by which later commands know that this configuration has been checked; *now* is
    UTC text.  Raises ``AmzsyncError`` with the state as it was before.
    """
    chosen = config.chosen(store)
    opened = state.rehearsing if dry_run else state.writing
    with opened(config.state, command=COMMAND, now=now) as current:
        try:
            with current.transaction(dry_run=dry_run):
                result = _import(
                    current, config, [one.name for one in chosen], now, force, progress, dry_run
                )
                current.put("config", checked)
        except AmzsyncError as error:
            if not dry_run:
                with current.transaction():
                    outcome = "refused" if isinstance(error, InputError) else "failed"
                    runs.record_failure(current.db, COMMAND, now, outcome, str(error))
            raise
        if not dry_run:
            current.settle()
    return result


def _import(
    current: State,
    config: Config,
    names: Sequence[str],
    now: str,
    force: bool,
    progress: Callable[[int], None],
    dry_run: bool,
) -> ImportResult:
    db = current.db
    run = Run(db, runs.begin(db, COMMAND, now), now, config, force)
    places = _places(run, names)
    found = {place: report_files.find(run, place) for place in places}
    _refuse_shared_files({place: one.forms for place, one in found.items()})
    matching.begin_touching(db)
    documents = catalogue.bring_up_to_date(run, progress)
    results = [_store(current, run, place, found[place], progress) for place in places]
    _leave_for_later(current, places)
    result = ImportResult(
        run_id=run.run_id,
        dry_run=dry_run,
        products=documents[0].source.accepted,
        documents=tuple(documents),
        stores=tuple(results),
        changes=runs.count_changes(db, run.run_id),
    )
    runs.finish(db, run.run_id, {one.name: one.tabs for one in results})
    return result


def _store(
    current: State, run: Run, place: Place, found: Reports, progress: Callable[[int], None]
) -> StoreResult:
    """Bring one store up to date; wholly where its settings have changed since it last was."""
    settings, key = _settings(place, run.config), f"rules:{place.store.name}"
    everything = current.get(key) != settings
    if everything:
        matching.touch_all(run.db, place.store_id)
    readings = reports.bring_up_to_date(run, place, found.forms, progress)
    unlisted.bring_up_to_date(run, place, everything=everything)
    current.put(key, settings)
    before = runs.last_summary(run.db, COMMAND, place.store.name)
    counts, matches = tabs.count(run.db, place.store_id, place.moves)
    return StoreResult(
        place.store.name, counts, before, matches, tuple(readings), tuple(found.passed_over)
    )


def _settings(place: Place, config: Config) -> str:
    """Return all that decides how rows are sorted, besides the rows themselves."""
    mapping, commerce = config.mapping, config.commerce
    rules = [mapping.order, mapping.seller_sku, mapping.attributes, mapping.condition]
    stock = [commerce.stock is not None, commerce.stock_sources]
    return json.dumps([place.store.website, place.store.view, rules, stock])


def _leave_for_later(current: State, places: Sequence[Place]) -> None:
    """Have the stores that this run leaves out sorted wholly next time, if products have changed."""
    if any(matching.any_touched(current.db)):
        done = {place.store.name for place in places}
        for name in stores.known(current.db).keys() - done:
            current.put(f"rules:{name}", "products have changed since")


def _places(run: Run, names: Sequence[str]) -> list[Place]:
    """Return the stores with their ids; refuse one whose identity is not what it was."""
    known = stores.known(run.db)
    places = []
    for store in run.config.stores:
        if store.name not in names:
            continue
        market = store.marketplace
        old = known.get(store.name)
        if old is None:
            store_id = stores.add(
                run.db,
                name=store.name,
                marketplace=market.code,
                seller_id=store.seller_id,
                website=store.website,
                currency=market.currency,
                exponent=market.exponent,
                run_id=run.run_id,
            )
        else:
            if (old.marketplace, old.seller_id) != (market.code, store.seller_id):
                raise ConfigError(
                    f"Store {store.name} is {old.seller_id} in {old.marketplace} in the state file, but "
                    f"{store.seller_id} in {market.code} in {run.config.path.name}.",
                    next_step="A store keeps its seller and marketplace for life: give the new one a new name.",
                )
            store_id = old.store_id
            if old.website != store.website:
                stores.move(run.db, store_id, store.website)
        places.append(Place(store, store_id, new=old is None))
    return places


def _refuse_shared_files(forms: dict[Place, list[ReportFormat]]) -> None:
    seen: dict[str, tuple[str, str]] = {}
    for place, found in forms.items():
        for form in found:
            other = seen.setdefault(form.document.digest, (place.store.name, form.document.name))
            if other[0] != place.store.name:
                raise InputError(
                    f"Stores {other[0]} and {place.store.name} were given the same report ({form.document.name}).",
                    next_step="Each store needs the report of its own marketplace; correct amzsync.toml.",
                )
