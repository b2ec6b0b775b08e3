"""The matches that need a person: list them, pin, rule out, review, carry to and from a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from amzsync.config import Config
from amzsync.core.match import Outcome
from amzsync.errors import ConfigError, InputError, MissingInput, UsageError
from amzsync.store import matching, products, state, stores
from amzsync.store.open_matches import OpenMatch, open_matches
from amzsync.store.state import State
from amzsync.workflows import decisions
from amzsync.workflows.decisions import HEADER, VERDICTS, Pair
from amzsync.workflows.resort import resort

UNDECIDED = (Outcome.AMBIGUOUS, Outcome.CONFLICT, Outcome.PARENT)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision came to."""

    pair: Pair
    outcome: str
    tab: str


def undecided(
    current: State,
    config: Config,
    *,
    store: str | None,
    outcomes: Iterable[Outcome],
    limit: int | None = None,
) -> list[OpenMatch]:
    """Return listings without a product, with their candidates, in a stable order."""
    names = {one.name for one in config.chosen(store)}
    return [
        one
        for one in open_matches(current.db, [o.value for o in outcomes], limit)
        if one.store in names
    ]


def decide(
    config: Config, pairs: Iterable[Pair], *, now: str, remove: bool = False
) -> list[Decided]:
    """Write *pairs* into the mapping file (or *remove* them from it) and sort their listings anew.

    A pin replaces the listing's earlier pin, and rules out no longer what it pins.
    """
    path = _path(config)
    given = list(pairs)
    kept = decisions.load(config)
    for pair in given:
        config.chosen(pair.store)
        before = len(kept)
        kept = [old for old in kept if not _replaces(pair, old, remove=remove)]
        if remove and len(kept) == before:
            raise UsageError(
                f"{pair.seller_sku} in store {pair.store} is neither pinned nor ruled out.",
                next_step="See what is decided with amzsync match export.",
            )
    with state.writing(config.state, command="match", now=now) as current:
        if not remove:
            _refuse_unknown(current, given)
        decisions.save(path, [*kept, *(() if remove else given)])
        found = resort(current, config, [(pair.store, pair.seller_sku) for pair in given], now=now)
    return [
        Decided(pair, *found.get((pair.store, pair.seller_sku), ("unknown", ""))) for pair in given
    ]


def export(config: Config) -> Iterator[Pair]:
    """Yield all that is decided, in a stable order."""
    yield from sorted(decisions.load(config))


def load(config: Config, path: Path) -> list[Pair]:
    """Return the pairs of a file that is to be taken over: ``store,seller_sku,sku[,verdict]``.

    A file without a store column counts for the only store there is.
    """
    only = config.stores[0].name if len(config.stores) == 1 else None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [
                {k.strip().lower(): v for k, v in row.items() if k} for row in csv.DictReader(file)
            ]
    except FileNotFoundError:
        raise MissingInput(f"There is no file {path}.", next_step="Check the path.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path} cannot be read as a CSV file in UTF-8.", next_step="Save it as such a file."
        ) from error
    pairs = []
    for line, row in enumerate(rows, start=2):
        pair = Pair(
            row.get("store") or only or "",
            row.get("seller_sku") or "",
            row.get("sku") or "",
            row.get("verdict") or "pin",
        )
        if not all(pair) or pair.verdict not in VERDICTS:
            raise InputError(
                f"{path.name} line {line} is not a decision.",
                next_step=f"The columns are {','.join(HEADER)}; the verdict is pin or never.",
            )
        pairs.append(pair)
    return pairs


def _replaces(pair: Pair, old: Pair, *, remove: bool) -> bool:
    if (old.store, old.seller_sku) != (pair.store, pair.seller_sku):
        return False
    if remove:
        return not pair.sku or old.sku == pair.sku
    return old.sku == pair.sku or (pair.verdict == old.verdict == "pin")


def _refuse_unknown(current: State, pairs: Iterable[Pair]) -> None:
    known = stores.known(current.db)
    for pair in pairs:
        if pair.store not in known:
            raise UsageError(
                f"Store {pair.store} has not been imported yet.",
                next_step="Run amzsync import-listings.",
            )
        if not products.existing(current.db, [pair.sku]):
            raise UsageError(
                f"There is no product {pair.sku} in the Commerce export.",
                next_step="Check its SKU: it must be written exactly as in Commerce.",
            )
        if not matching.is_listing(current.db, known[pair.store].store_id, pair.seller_sku):
            raise UsageError(
                f"There is no listing {pair.seller_sku} in store {pair.store}.",
                next_step="Check the seller SKU: it must be written exactly as on Amazon.",
            )


def _path(config: Config) -> Path:
    if config.pins is None:
        raise ConfigError(
            "There is no file to keep decisions in.",
            next_step='Add pins = "mapping.csv" under [mapping] in amzsync.toml.',
        )
    return config.pins
