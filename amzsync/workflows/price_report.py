"""Compare our prices with those of others: the Competitive Price Analysis of Adobe's Amazon Sales Channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from amzsync.config import Config, Store
from amzsync.core.competition import compares
from amzsync.core.model import Condition
from amzsync.core.offers import Offer, chosen, own
from amzsync.results.price_report import Holds, PriceReport, PriceRow
from amzsync.store import Connection, offers, stores
from amzsync.store.offers import Sold
from amzsync.store.state import State

_BATCH = 500  # listings whose offers are read together


def prices(state: State, config: Config, *, store: str | None, limit: int | None) -> PriceReport:
    """Return the listings of the store called *store* (or of all), up to *limit*, in the order of the stores.

    A store whose rules look at competitors has all of its listings there, another those whose offers are known.
    """
    known = stores.known(state.db)
    places = [one for one in config.chosen(store) if one.name in known]
    rows = (row for one in places for row in _rows(state.db, one, known[one.name].store_id))
    found = list(islice(rows, None if limit is None else limit + 1))
    shown = found if limit is None else found[:limit]
    compared = any(compares(one.settings) for one in config.chosen(store))
    return PriceReport(tuple(shown), more=len(shown) < len(found), compares=compared)


def _rows(db: Connection, store: Store, store_id: int) -> Iterator[PriceRow]:
    waiting = offers.sold(db, store_id, known=not compares(store.settings))
    while batch := list(islice(waiting, _BATCH)):
        asins = sorted({one.asin for one in batch})
        told, ages = offers.of_asins(db, store_id, asins), offers.ages(db, store_id, asins)
        for one in batch:
            yield _row(store, one, told.get(one.asin, ()), ages.get(one.asin))


def _row(store: Store, listing: Sold, told: Sequence[Offer], known_at: str | None) -> PriceRow:
    ours = own(told, listing.condition)
    lowest = min(
        (one for one in told if not one.ours), key=lambda one: one.landed_minor, default=None
    )
    box = _buy_box(told, listing.condition or Condition.NEW.value)
    holds = Holds.NOBODY if box is None else Holds.YES if box.ours else Holds.NO
    return PriceRow(
        store.name,
        listing.seller_sku,
        listing.asin,
        listing.title,
        listing.condition,
        store.marketplace.currency,
        store.marketplace.exponent,
        listing.price_minor if ours is None else ours.landed_minor,
        None if lowest is None else lowest.landed_minor,
        None if lowest is None else lowest.condition,
        None if box is None else box.landed_minor,
        None if box is None else box.condition,
        holds,
        known_at,
    )


def _buy_box(told: Sequence[Offer], condition: str) -> Offer | None:
    """Return the Buy Box: of two (Prime has one of its own) ours, then that of our condition or the next."""
    boxes = [one for one in told if one.buy_box]
    mine = own(boxes, condition)
    return mine or chosen(boxes, condition, matching=False) or next(iter(boxes), None)
