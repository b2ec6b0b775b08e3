"""The stores of a run: with their ids in the state, and, where they ask Amazon, with their accounts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from amzsync.clock import Clock
from amzsync.config import Config, Store
from amzsync.errors import ConfigError
from amzsync.store import Connection, stores
from amzsync.store.state import State
from amzsync.workflows.gathered import Given
from amzsync.workflows.sorting import Place, Run

if TYPE_CHECKING:
    from amzsync.workflows.asking import Place as AskingPlace

KEPT = "kept_attributes"  # the key of the attributes that the state has of every product, as a JSON list


def asks(store: Store) -> bool:
    """Tell whether what the store knows of Amazon comes from Amazon itself."""
    return not store.listings and store.account is not None


def unread_attributes(current: State, wanted: Sequence[str]) -> list[str]:
    """Return those of the attributes *wanted* that the state does not have of the products."""
    kept = json.loads(current.get(KEPT) or "[]")
    return [name for name in wanted if name not in kept]


def sorted_key(name: str) -> str:
    """Return the key under which the state keeps by what the listings of the store *name* were sorted."""
    return f"rules:{name}"


def sorted_by(store: Store, config: Config) -> str:
    """Return all that decides how the store's rows are sorted, besides the rows themselves."""
    mapping, commerce, chosen = config.mapping, config.commerce, store.settings
    rules = [mapping.order, mapping.seller_sku, mapping.attributes, mapping.condition]
    stock = [commerce.stock is not None, commerce.stock_sources]
    own = [
        chosen.rules, chosen.quantity, chosen.third_party, chosen.automatic_listing, chosen.condition,
        chosen.fulfillment,
    ]  # fmt: skip
    return json.dumps([store.website, store.view, rules, stock, asks(store), repr(own)])


def any_asks(config: Config, names: Iterable[str]) -> bool:
    """Tell whether any of the stores *names* asks Amazon."""
    wanted = set(names)
    return any(asks(store) for store in config.stores if store.name in wanted)


def of_run(run: Run, names: Sequence[str]) -> list[Place]:
    """Return the stores with their ids; refuse one whose identity is not what it was."""
    found = []
    for store in run.config.stores:
        if store.name in names:
            store_id, new = _known(run.db, run.config, store, run.run_id)
            found.append(Place(store, store_id, new=new))
    return found


def asking(current: State, given: Given, clock: Clock) -> list[AskingPlace]:
    """Return the stores that ask Amazon; call it inside a transaction, for it adds those that are new."""
    from amzsync.workflows import asking as live  # it loads what asking takes

    assert given.run_id is not None
    config = given.config
    shared = live.Asking(current, given.run_id, config, clock, given.archive)
    accounts = {account.name: account for account in config.accounts}
    found = []
    for store in config.stores:
        if store.name in given.names and asks(store):
            store_id, _ = _known(current.db, config, store, given.run_id)
            first = not live.reported(current.db, store_id)
            account = accounts[str(store.account)]
            found.append(live.Place(shared, store, account, store_id, first))
    return found


def _known(db: Connection, config: Config, store: Store, run_id: int) -> tuple[int, bool]:
    """Return the store's id, and whether it is new."""
    market, old = store.marketplace, stores.known(db).get(store.name)
    if old is None:
        store_id = stores.add(
            db,
            name=store.name,
            marketplace=market.code,
            seller_id=store.seller_id,
            website=store.website,
            currency=market.currency,
            exponent=market.exponent,
            run_id=run_id,
        )
        return store_id, True
    if (old.marketplace, old.seller_id) != (market.code, store.seller_id):
        raise ConfigError(
            f"Store {store.name} is {old.seller_id} in {old.marketplace} in the state file, but "
            f"{store.seller_id} in {market.code} in {config.path.name}.",
            next_step="A store keeps its seller and marketplace for life: give the new one a new name, or, if "
            "it was a slip of the pen, move the state file away and begin anew.",
        )
    if old.website != store.website:
        stores.move(db, old.store_id, store.website)
    return old.store_id, False
