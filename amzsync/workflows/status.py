"""Read the tabs: counts with the age of the data, rows of a tab now or at an earlier time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from amzsync.config import Config
from amzsync.core.guards import Limits
from amzsync.core.sending import status_of
from amzsync.core.tabs import ASKED_AT, Tab
from amzsync.errors import UsageError
from amzsync.results.tabs import Answer, Outstanding, Overview
from amzsync.store import browse, ledger, stores
from amzsync.store.browse import Filter, Shown
from amzsync.store.state import State


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows are asked for."""

    tab: Tab | None = None
    store: str | None = None
    search: str = ""
    sku: str = ""
    overridden: bool = False
    changed_since: str | None = None  # UTC text, or "last-run"
    as_of: str | None = None  # UTC text
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None


def overview(state: State, names: Sequence[str], limits: Limits) -> Overview:
    """Return the counts of the stores *names*; *limits* tell what is held back for being too much at once."""
    from amzsync.store import outstanding
    from amzsync.workflows import mass_holds

    counts = ledger.tab_counts(state.db)
    sent = outstanding.sent(state.db)
    plans = {
        name: Outstanding(*mass_holds.figures(state.db, store.store_id, limits), sent.get(name, 0))
        for name, store in stores.known(state.db).items()
        if name in names
    }
    sources = [one for one in ledger.source_ages(state.db) if one.store in {"commerce", *names}]
    return Overview(
        counts={name: counts[name] for name in names if name in counts},
        overridden=ledger.count_overridden(state.db),
        sources=tuple(sources),
        rejected=sum(one.rejected for one in sources),
        plans={name: plan for name, plan in plans.items() if any(plan)},
    )


def unplanned(state: State, now: str) -> int:
    """Return how many rows have changed since they were last planned; none where planning never was."""
    from amzsync.store import outstanding

    return outstanding.unplanned(state.db, now)


def rows(state: State, config: Config, question: Question) -> Answer:
    """Return the rows that *question* asks for, with every reason worded in full."""
    wanted = filter_of(state, config, question)
    by_sources = config.commerce.stock is not None
    if question.as_of is not None:
        return _rows_at(state, wanted, question, by_sources=by_sources)
    found = browse.rows(
        state.db, wanted, by_sources=by_sources, sort=question.sort, limit=question.limit
    )
    worded = tuple(_worded(state, found))
    complete = question.limit is None or len(worded) < question.limit
    return Answer(worded, len(worded) if complete else browse.count(state.db, wanted))


def filter_of(state: State, config: Config, question: Question) -> Filter:
    """Return the filter of the rows that *question* asks for."""
    store_id = None
    if question.store is not None:
        config.chosen(question.store)
        known = stores.known(state.db).get(question.store)
        store_id = -1 if known is None else known.store_id
    since = None
    if question.changed_since == "last-run":
        since = browse.run_before_last(state.db)
    elif question.changed_since is not None:
        since = browse.run_at(state.db, question.changed_since) or 0
    return Filter(question.tab, store_id, question.search, question.sku, question.overridden, since)


def _worded(state: State, found: Iterator[Shown]) -> Iterator[Shown]:
    asked: dict[int, str] | None = None
    for row in found:
        if row.sent and (status := status_of(row.sent)) is not None:
            row = row._replace(status=status)  # noqa: PLW2901
        if ASKED_AT in row.reason:
            asked = asked if asked is not None else browse.asked_at(state.db)
            yield row._replace(
                reason=row.reason.replace(ASKED_AT, asked.get(row.store_id, "an unknown time"))
            )
        else:
            yield row


# -- as it was ---------------------------------------------------------------------------------------------


def _units(value: object, places: int) -> int | None:
    """Turn a decimal text back into its smallest units."""
    if value is None:
        return None
    whole, _, decimals = str(value).partition(".")
    return int(whole + decimals.ljust(places, "0")[:places])


_PAST_FIELDS: dict[str, tuple[str, Callable[[object, int], object]]] = {
    "title": ("title", lambda value, _: value),
    "asin": ("asin", lambda value, _: value),
    "condition": ("condition", lambda value, _: value),
    "fulfillment": ("fulfillment", lambda value, _: value),
    "price": ("price_minor", _units),
    "quantity": ("quantity", lambda value, _: value),
    "amazon_status": ("amazon_status", lambda value, _: value),
    "sku": ("sku", lambda value, _: value),
    "match": ("match", lambda value, _: value),
    "tab": ("tab", lambda value, _: value),
    "status": ("status", lambda value, _: value),
    "reason": ("reason", lambda value, _: value),
}
_OVERRIDE = "override_"  # so the history calls the fields of overrides
_END = re.compile(r" \(until [^ )]+\)$")  # which stands behind an override's value there
_PAST_PRODUCT: dict[str, tuple[str, int]] = {
    "price": ("commerce_price_micros", 6),
    "quantity": ("commerce_stock_e4", 4),
    "source_quantity": ("commerce_stock_e4", 4),
}


def _rows_at(state: State, wanted: Filter, question: Question, *, by_sources: bool) -> Answer:
    """Return the rows as they were after the last run at or before the time asked for."""
    from amzsync.store import history

    db, moment = state.db, question.as_of or ""
    run_id = browse.run_at(db, moment)
    first = browse.first_run(db)
    if run_id is None or first is None:
        raise UsageError(
            f"Nothing is known of {moment}.",
            next_step=f"The first import was at {first[1]}."
            if first
            else "Run amzsync import-listings first.",
        )
    past: dict[tuple[int, str, str], dict[str, object]] = {}
    for store_id, subject, key, field, value in history.values_at(db, run_id):
        past.setdefault((store_id, subject, key), {})[field] = value
    current = browse.rows(db, replace(wanted, tab=None), by_sources=by_sources)
    then = [row for one in map(_unplanned, current) if (row := _at(one, past, run_id)) is not None]
    then += _unlisted_then(state, wanted, run_id)
    chosen = [row for row in then if wanted.tab is None or row.tab == wanted.tab]
    chosen.sort(key=lambda row: (row.store, row.seller_sku or "", row.sku or ""))
    for column, down in reversed(question.sort):
        chosen.sort(key=lambda row: _sort_key(row, column), reverse=down)
    limited = chosen if question.limit is None else chosen[: question.limit]
    return Answer(tuple(_worded(state, iter(limited))), len(chosen), moment)


def _unplanned(row: Shown) -> Shown:
    """Return *row* without what is wanted of it now: what was wanted earlier is not kept."""
    return row._replace(wanted_price_minor=None, wanted_quantity=None, actions=None, sent=None)


def _at(
    row: Shown, past: dict[tuple[int, str, str], dict[str, object]], run_id: int
) -> Shown | None:
    """Return *row* as it was after the run, or ``None`` where it was not there yet."""
    if row.seller_sku is None:
        return row if row.since_run <= run_id else None
    if row.first_run > run_id:
        return None
    values: dict[str, object] = {}
    overrides: dict[str, object] = json.loads(row.overrides or "{}")
    for field, old in past.get((row.store_id, "listing", row.seller_sku), {}).items():
        if field in _PAST_FIELDS:
            name, read = _PAST_FIELDS[field]
            values[name] = read(old, row.exponent)
        elif field.startswith(_OVERRIDE):
            overrides[field.removeprefix(_OVERRIDE)] = old and _END.sub("", str(old))
    overrides = {name: old for name, old in sorted(overrides.items()) if old is not None}
    values["overrides"] = json.dumps(overrides) if overrides else None
    then = row._replace(**values)  # type: ignore[arg-type]
    for field, old in past.get((0, "product", then.sku or ""), {}).items():
        if field in _PAST_PRODUCT:
            name, places = _PAST_PRODUCT[field]
            then = then._replace(**{name: _units(old, places)})  # type: ignore[arg-type]
    return then


def _unlisted_then(state: State, wanted: Filter, run_id: int) -> Iterator[Shown]:
    from amzsync.store import history

    for one in history.unlisted_at(state.db, run_id):
        if wanted.store_id not in {None, one.store_id} or wanted.sku not in {"", one.sku}:
            continue
        label = Tab(one.tab).label
        yield Shown(
            one.store_id, one.store, one.tab, label, f"Was in {label}.", "", None, None, one.sku, None, None, None,
            one.title, None, None, None, one.currency, one.exponent, None, None, None, None, None, 0, one.since, 0,
        )  # fmt: skip


def _sort_key(row: Shown, column: str) -> tuple[bool, object]:
    names = {
        "price": "price_minor",
        "commerce_price": "commerce_price_micros",
        "commerce_quantity": "commerce_stock_e4",
        "wanted_price": "wanted_price_minor",
    }
    value = cast("object", getattr(row, names.get(column, column)))
    return (value is not None, value if value is not None else 0)
