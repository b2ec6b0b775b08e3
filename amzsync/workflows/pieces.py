"""Make what goes to Amazon out of the plan: checked once more against what is known of each listing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from amzsync.amazon.operations import CREATE_FEED, PATCH_LISTING
from amzsync.clock import Clock
from amzsync.core import messages, parcels
from amzsync.core.new_products import Outcome, Ready, Unprepared
from amzsync.core.plan import Action, Difference, Kind, Rank
from amzsync.core.sending import IN_PLACE, Step, Target, Way, refusal, steps
from amzsync.core.ways import Pace
from amzsync.results.plan import PlanRow
from amzsync.results.push import Refused
from amzsync.store import outbox, targets
from amzsync.store.outbox import Entry, Row
from amzsync.workflows.asking import Place
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.outgoing import Piece, terms
from amzsync.workflows.sessions import Sessions


def of_rows(place: Place, rows: Sequence[PlanRow]) -> Iterator[Piece | Refused]:
    """Yield what is to be sent of a store's *rows*, and what is not, with the reason."""
    ordered = sorted(rows, key=lambda row: (row.seller_sku, row.rank))
    for batch in batched(ordered):
        skus = list(dict.fromkeys(row.seller_sku for row in batch))
        known = targets.targets(place.asking.current.db, place.store_id, skus)
        blocked = targets.blocked(place.asking.current.db, place.store_id, skus)
        bodies = _new_to_amazon(place, batch)
        for name, found in groupby(batch, key=lambda row: row.seller_sku):
            if name in blocked:
                continue  # something else has been sent since the plan was made: it is planned anew
            for one in _of_listing(place, name, list(found), known.get(name)):
                if isinstance(one, Piece) and name in bodies:
                    yield _whole(one, bodies[name])
                else:
                    yield one


def _new_to_amazon(place: Place, rows: Sequence[PlanRow]) -> dict[str, Outcome]:
    """Return what is to be told of products that Amazon has no page for, those among *rows*."""
    skus = [
        row.seller_sku
        for row in rows
        if row.kind is Kind.PUBLISH and all(one.field != "asin" for one in row.differences)
    ]
    if not skus:
        return {}
    from amzsync.workflows.previews import outcomes_of  # it loads what checking takes

    asking = place.asking
    found = outcomes_of(asking.current, asking.config, place.store, skus, now=asking.now)
    unknown = Unprepared("it is not known any more what to tell of it", "")
    return {sku: found.get(sku, unknown) for sku in skus}


def _whole(piece: Piece, outcome: Outcome) -> Piece | Refused:
    """Return the piece with the whole product in it, which Amazon is asked about before it is sent."""
    if isinstance(outcome, Ready):
        piece.body, piece.preview = outcome.body, True
        return piece
    words = "amzsync new-products tells what is missing"
    return Refused(piece.place.store.name, piece.seller_sku, words)


def _of_listing(
    place: Place, name: str, rows: Sequence[PlanRow], target: Target | None
) -> Iterator[Piece | Refused]:
    sku = rows[0].sku
    actions = [Action(row.rank, row.kind, row.differences) for row in rows]
    for parcel in parcels.packed(name, actions):
        kind, fields = parcel.actions[0].kind, _fields(parcel.actions)
        taken = steps(kind, target)
        if not taken:
            yield Refused(place.store.name, name, "Amazon has no such listing, as far as is known")
            continue
        step = taken[0]
        reason = refusal(kind, step, fields, target)
        if reason is not None:
            yield Refused(place.store.name, name, reason)
            continue
        entries = tuple(
            Entry(place.store_id, name, sku, action.kind, step, action.rank, action.differences)
            for action in parcel.actions
        )
        yield _piece(place, name, entries, step)


def further(place: Place) -> Iterator[Piece]:
    """Yield the further steps of actions whose last step shows, as they are to be now."""
    asking, db = place.asking, place.asking.current.db
    for row in outbox.further(db, place.store_id, asking.now):
        differences = row.differences
        if row.step is Step.PUT and row.kind is Kind.RELIST:
            differences = _as_wanted_now(place, row)
        entry = Entry(
            row.store_id,
            row.seller_sku,
            row.sku,
            row.kind,
            row.step,
            row.rank,
            differences,
            row.after,
        )
        piece = _piece(place, row.seller_sku, (entry,), row.step)
        piece.ids = [row.outbox_id]
        yield piece


def _piece(place: Place, name: str, entries: tuple[Entry, ...], step: Step) -> Piece:
    told = terms(place)
    differences = [difference for entry in entries for difference in entry.differences]
    body = None
    if step is Step.ZERO:
        body = messages.zero_body(messages.ANY_PRODUCT_TYPE, told)
    elif step is Step.PUT:
        body = messages.offer_body(differences, told)
    elif step is Step.WHOLE:
        quantity = None
        if any(one.field == "handling_time" for one in differences):
            quantity = targets.wanted_quantity(place.asking.current.db, place.store_id, name)
        body = messages.patch_body(messages.ANY_PRODUCT_TYPE, differences, told, quantity=quantity)
    rank = Rank.ZERO if step is Step.ZERO else entries[0].rank
    return Piece(place, name, rank, entries, outbox.WAYS[step], body)


def _as_wanted_now(place: Place, row: Row) -> tuple[Difference, ...]:
    """Return what a listing is to be made anew with: time has passed since that was planned.

    Where its stock is no longer known it begins with none: the plan raises it.
    """
    db = place.asking.current.db
    quantity = targets.wanted_quantity(db, place.store_id, row.seller_sku)
    found = [one for one in row.differences if one.field != "quantity"]
    known = {one.field for one in found}
    stored = targets.known(db, place.store_id, row.seller_sku)
    found += [
        Difference(field, None, value)
        for field, value in stored.items()
        if value is not None and field not in known and field != "quantity"
    ]
    if stored.get("fulfillment") != "amazon":
        found.append(Difference("quantity", None, quantity or 0))
    return tuple(found)


def fits_feed(piece: Piece) -> bool:
    """Tell whether a piece may go into a feed: a change in place, which no other step waits for."""
    return piece.way is Way.PATCH and all(
        entry.kind in IN_PLACE and entry.step is Step.WHOLE for entry in piece.entries
    )


def joined(found: Sequence[Piece]) -> list[Piece]:
    """Return *found*, changes in place, in their order: one for a listing, as a feed has one message for it.

    Only what is sold out stays alone: no price that Amazon refuses may keep it on sale.
    """
    by_listing: dict[tuple[Place, str, bool], list[Piece]] = {}
    for piece in found:
        key = (piece.place, piece.seller_sku, piece.rank == Rank.ZERO)
        by_listing.setdefault(key, []).append(piece)
    return [
        several[0]
        if len(several) == 1
        else _piece(place, name, tuple(e for one in several for e in one.entries), Step.WHOLE)
        for (place, name, _), several in by_listing.items()
    ]


def changes_tab(piece: Piece) -> bool:
    """Tell whether the listing stands in another tab as soon as the piece is sent."""
    return any(entry.kind in {Kind.END, Kind.RELIST} for entry in piece.entries)


def pace_of(sessions: Sessions, place: Place, clock: Clock, kept: float) -> Pace:
    """Return how fast the account of *place* may send; *kept* seconds of the run are for something else."""
    pace = sessions.pace(place)
    tokens, rate = pace.spare(PATCH_LISTING)
    feeds, _ = pace.spare(CREATE_FEED)
    return Pace(tokens, rate, sessions.deadline - clock.now() - kept, int(feeds))


def _fields(actions: Sequence[Action]) -> frozenset[str]:
    return frozenset(one.field for action in actions for one in action.differences)
