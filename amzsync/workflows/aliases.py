"""A second seller SKU for a product, and another ASIN for a listing: check, keep, take back, list."""

from __future__ import annotations

from collections.abc import Iterator

from amzsync.config import Config, Store
from amzsync.core.aliases import Alias, Page, Reassignment, asin_of, judge, seller_sku_fault
from amzsync.core.tabs import Tab
from amzsync.errors import UsageError
from amzsync.results.aliases import Given
from amzsync.store import Connection, aliases, changes, planning_marks, runs, state, stores
from amzsync.store.aliases import AliasShown, Original
from amzsync.store.changes import Change
from amzsync.store.state import State
from amzsync.workflows.places import asks

EDITED = (Tab.INACTIVE, Tab.ACTIVE, Tab.INELIGIBLE)  # where the Sales Channel edits an ASIN
DOUBLED = (*EDITED, Tab.ENDED)  # where it makes an alias


def add(
    config: Config,
    seller_sku: str,
    new_seller_sku: str,
    *,
    store: str | None,
    asin: str | None,
    remove_existing: bool,
    now: str,
) -> Given:
    """Keep a second seller SKU for the product of a listing, in a run of its own.

    Raises ``UsageError`` where the listing or the new names will not do.
    """
    fault = seller_sku_fault(new_seller_sku)
    if fault is not None:
        raise UsageError(
            f"The new seller SKU {fault}.", next_step="Choose another one; nothing was changed."
        )
    state.require(config.state)
    with state.writing(config.state, command="alias", now=now) as current, current.transaction():
        db = current.db
        place, found = _original(db, config, seller_sku, store, DOUBLED)
        chosen = found.asin if asin is None else _asin(asin)
        if chosen is None:
            raise UsageError(
                f"{seller_sku} in store {place.name} has no ASIN.",
                next_step="Say with --asin under which the alias is to be listed.",
            )
        taken = aliases.taken(db, place.seller_id, new_seller_sku)
        if taken is not None:
            raise UsageError(
                f"{new_seller_sku} is the name of {taken} already.",
                next_step="A seller SKU names one thing only: choose another one.",
            )
        remarks = () if chosen == found.asin else tuple(_page(db, place, found.store_id, chosen))
        run_id = runs.begin(db, "alias", now)
        assert found.product_id is not None  # it is matched
        alias = Alias(new_seller_sku, found.product_id, seller_sku, chosen, remove_existing)
        aliases.add(db, found.store_id, run_id, alias)
        _record(db, run_id, found, "alias", None, new_seller_sku)
        planning_marks.mark_listings(db, found.store_id, [seller_sku])
    return Given(place.name, seller_sku, new_seller_sku, found.asin, chosen, remarks)


def remove(config: Config, new_seller_sku: str, *, store: str | None, now: str) -> Given:
    """Take back an alias that Amazon does not have yet, in a run of its own."""
    state.require(config.state)
    with state.writing(config.state, command="alias", now=now) as current, current.transaction():
        db = current.db
        one = _alias(list(_shown(db, config, store)), new_seller_sku)
        store_id = stores.known(db)[one.store].store_id
        run_id = runs.begin(db, "alias", now)
        aliases.remove(db, store_id, new_seller_sku)
        for found in aliases.originals(db, [store_id], one.of_sku):
            _record(db, run_id, found, "alias", new_seller_sku, None)
        planning_marks.mark_listings(db, store_id, [one.of_sku])
    return Given(one.store, one.of_sku, new_seller_sku, None, one.asin)


def listed(current: State, config: Config, *, store: str | None) -> list[AliasShown]:
    """Return the aliases, by store and seller SKU."""
    return list(_shown(current.db, config, store))


def reassign(config: Config, seller_sku: str, asin: str, *, store: str | None, now: str) -> Given:
    """Note that a listing is to have another ASIN, in a run of its own.

    Nothing happens to the listing until Amazon has been asked about the new one.
    """
    state.require(config.state)
    with state.writing(config.state, command="asin", now=now) as current, current.transaction():
        db = current.db
        place, found = _original(db, config, seller_sku, store, EDITED)
        new = _asin(asin)
        if new == found.asin:
            raise UsageError(
                f"{seller_sku} in store {place.name} has the ASIN {new} already.",
                next_step="Take back one that you gave it before with --undo.",
            )
        before = aliases.reassigned(db, found.store_id).get(seller_sku)
        remarks = [*_page(db, place, found.store_id, new)]
        if found.matched_by == "asin" and found.sku is not None:
            remarks.append(
                f"It is matched by its present ASIN; keep it matched with amzsync match pin "
                f"{seller_sku} {found.sku} --store {place.name}."
            )
        if before is None or before.asin != new:
            run_id = runs.begin(db, "asin", now)
            aliases.reassign(db, found.store_id, run_id, Reassignment(seller_sku, found.asin, new))
            _record(db, run_id, found, "new_asin", before and before.asin, new)
            planning_marks.mark_listings(db, found.store_id, [seller_sku])
    return Given(place.name, seller_sku, seller_sku, found.asin, new, tuple(remarks))


def keep(config: Config, seller_sku: str, *, store: str | None, now: str) -> Given:
    """Take back that a listing is to have another ASIN, in a run of its own."""
    state.require(config.state)
    with state.writing(config.state, command="asin", now=now) as current, current.transaction():
        db = current.db
        place, found = _original(db, config, seller_sku, store, tuple(Tab))
        before = aliases.reassigned(db, found.store_id).get(seller_sku)
        if before is None:
            raise UsageError(
                f"{seller_sku} in store {place.name} is not to have another ASIN.",
                next_step="There is nothing to take back.",
            )
        run_id = runs.begin(db, "asin", now)
        aliases.keep_asin(db, found.store_id, seller_sku)
        _record(db, run_id, found, "new_asin", before.asin, None)
        planning_marks.mark_listings(db, found.store_id, [seller_sku])
    return Given(place.name, seller_sku, seller_sku, before.asin, found.asin)


def _original(
    db: Connection, config: Config, seller_sku: str, store: str | None, tabs: tuple[Tab, ...]
) -> tuple[Store, Original]:
    """Return the listing with its store; refuse one that is unclear, not there, not matched or in another tab."""
    known = stores.known(db)
    places = {known[one.name].store_id: one for one in config.chosen(store) if one.name in known}
    found = aliases.originals(db, places, seller_sku)
    if not found:
        place = "" if store is None else f" in store {store}"
        raise UsageError(
            f"There is no listing {seller_sku}{place}.",
            next_step="Check the seller SKU: it must be written exactly as on Amazon.",
        )
    if len(found) > 1:
        names = ", ".join(places[one.store_id].name for one in found)
        raise UsageError(
            f"{seller_sku} is a listing of several stores: {names}.",
            next_step="Add --store; nothing was changed.",
        )
    one, place_of = found[0], places[found[0].store_id]
    if one.product_id is None:
        raise UsageError(
            f"{seller_sku} in store {place_of.name} has no product, so amzsync does not manage it.",
            next_step=f"Match it first: amzsync match pin {seller_sku} SKU --store {place_of.name}",
        )
    if one.tab not in tabs:
        raise UsageError(
            f"{seller_sku} in store {place_of.name} stands in tab {Tab(one.tab).label}, where that "
            "cannot be done.",
            next_step=f"The tabs for it are {', '.join(tab.label for tab in tabs)}.",
        )
    return place_of, one


def _asin(text: str) -> str:
    found = asin_of(text)
    if found is None:
        raise UsageError(
            f"{text} is no ASIN.",
            next_step="An ASIN is ten characters, like B000123456, or a book's ISBN-10.",
        )
    return found


def _page(db: Connection, place: Store, store_id: int, asin: str) -> Iterator[str]:
    """Yield what the user should know of an ASIN; refuse one under which Amazon lets nothing be listed."""
    facts = aliases.pages(db, store_id, place.marketplace.code, [asin])[asin]
    page = judge(facts)
    if page is Page.PARENT:
        raise UsageError(
            f"{asin} is a page with variants, under which nothing is listed.",
            next_step="Choose the ASIN of one of the variants.",
        )
    if page is Page.BARRED:
        raise UsageError(
            f"Amazon does not let you sell under {asin} ({facts.restriction}).",
            next_step="Ask Amazon for its approval in Seller Central, then import and try again.",
        )
    if page is Page.UNKNOWN and asks(place):
        yield f"{asin} is not validated yet: amzsync plan will hold it until Amazon has been asked."
    elif page is Page.UNKNOWN:
        yield (
            f"{asin} is not validated: store {place.name} reads files and does not ask Amazon, so "
            "look at its page before you go on."
        )


def _shown(db: Connection, config: Config, store: str | None) -> Iterator[AliasShown]:
    names = {one.name for one in config.chosen(store)}
    return (one for one in aliases.shown(db) if one.store in names)


def _alias(found: list[AliasShown], name: str) -> AliasShown:
    several = [one for one in found if one.seller_sku == name]
    if len(several) != 1:
        raise UsageError(
            f"There is no alias {name}."
            if not several
            else f"{name} is an alias in several stores.",
            next_step="See all with amzsync alias list." if not several else "Add --store.",
        )
    if several[0].listed:
        raise UsageError(
            f"{name} in store {several[0].store} is a listing by now.",
            next_step="It is managed like any other; its alias keeps it matched to its product.",
        )
    return several[0]


def _record(
    db: Connection, run_id: int, one: Original, field: str, old: str | None, new: str | None
) -> None:
    changes.record(
        db,
        run_id,
        [Change(one.store_id, "listing", one.seller_sku, field, old, new, one.first_run)],
    )
