"""Look at Amazon whether what was sent shows: accepted is not done, and what was not answered may be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from amzsync.amazon.answer_parts import read
from amzsync.amazon.answers import ListingsItem, ListingsPage
from amzsync.amazon.facts import issues_of
from amzsync.amazon.lanes import WORKERS, Lane
from amzsync.amazon.listing_extras import extras_of
from amzsync.amazon.operations import GET_LISTING, OPERATIONS, SEARCH_LISTINGS
from amzsync.clock import seconds_of, text_of
from amzsync.core.issues import Issue
from amzsync.core.parcels import URGENT
from amzsync.core.plan import Kind, Seen
from amzsync.core.sending import (
    COOL_DOWN,
    IN_PLACE,
    LOOKS,
    Observed,
    Progress,
    Step,
    following,
    look_at,
    shows,
)
from amzsync.core.verdicts import Asked, verdicts, words
from amzsync.store import outbox, overrides, targets
from amzsync.store.outbox import Entry, Row
from amzsync.workflows import asked_listings, outgoing
from amzsync.workflows.asking import Place
from amzsync.workflows.gathered import Line

MANY = 20_000  # listings that a run looks at, at most
FEW = 400  # of these before it sends: what is sold out must not wait until thousands have been looked at
GIVEN_UP_AFTER = 3600.0
"""Seconds after which what was sent without an answer, and does not show, is taken for not done."""

URGENT_GIVEN_UP_AFTER = 900.0
"""The same for what takes stock off sale: sent a second time it does no harm, never sent it would."""

NOT_SHOWN = "Amazon took it but has not shown it within a day."
NOT_DONE = "Amazon gave no answer, and does not show it."
WITH_ATTRIBUTES = f"{asked_listings.INCLUDED},attributes"
_TOLD_BY_ATTRIBUTES = frozenset({"handling_time", "seller_notes"})


class Look(NamedTuple):
    """What Amazon told of a listing that was looked at."""

    observed: Observed
    issues: Sequence[Issue]


def lanes(place: Place, most: int = MANY) -> Iterator[tuple[Place, Lane]]:
    """Yield the lanes that look at the listings, at most *most*, of which it is time to know how they are."""
    current, asking = place.asking.current, place.asking
    due = outbox.due(current.db, place.store_id, asking.now, most)
    due = place.unasked("look", due)
    several, odd = asked_listings.batches(due)
    shared = iter(several)
    for _ in range(min(WORKERS, len(several))):
        yield place, asked_listings.reread(place, shared, included=WITH_ATTRIBUTES)
    if odd:
        yield place, asked_listings.reread_singly(place, odd, included=WITH_ATTRIBUTES)


def looks(place: Place, lines: Iterable[Line]) -> dict[str, Look]:
    """Return what the answers of this run tell of each listing, before they are taken into the state."""
    found: dict[str, Look] = {}
    market = place.store.marketplace
    for line in lines:
        if line.operation not in {SEARCH_LISTINGS.name, GET_LISTING.name}:
            continue
        there = list(_items(line))
        for sku in _absent(line, there):
            found[sku] = Look(Observed(line.asked_at, False, Seen(None, None)), ())
        for item in there:
            extras = extras_of(item, market)
            seen = Seen(None, None, handling_time=extras.handling_time, notes=extras.notes)
            found[item.sku] = Look(
                Observed(line.asked_at, True, seen), issues_of(item, market.marketplace_id)
            )
    return found


def judge(place: Place, told: Mapping[str, Look]) -> None:
    """Decide about all that is open of listings about which Amazon has answered; call it inside a transaction.

    *told* is what this run's answers say besides what the state keeps of them.
    """
    db = place.asking.current.db
    skus = sorted({*told, *targets.answered_since(db, place.store_id)})
    for start in range(0, len(skus), 1000):
        batch = skus[start : start + 1000]
        seen = targets.answered(db, place.store_id, batch)
        for row in list(outbox.of_listings(db, place.store_id, batch, open_only=True)):
            look = told.get(row.seller_sku)
            answer = seen.get(row.seller_sku)
            if answer is None and look is not None:
                answer = look.observed  # it is not there, and never was
            since = row.accepted_at or row.sent_at
            if (
                answer is None
                or since is None
                or answer.at <= since
                or row.progress is Progress.PLANNED
            ):
                continue
            if look is not None:
                extras = look.observed.seen
                answer = answer._replace(
                    seen=answer.seen._replace(
                        handling_time=extras.handling_time, notes=extras.notes
                    )
                )
            _decide(place, row, answer, () if look is None else look.issues)


def _decide(place: Place, row: Row, observed: Observed, issues: Sequence[Issue]) -> None:
    """Note what one answer means for one row."""
    asking, db = place.asking, place.asking.current.db
    if row.feed_no is not None and row.progress is Progress.SENT:
        return  # Amazon is still at it
    since = seconds_of(str(row.accepted_at or row.sent_at))
    late = seconds_of(observed.at) - since >= LOOKS[1]
    if _is_known(row, observed) and shows(row.step, row.differences, observed, late=late):
        _confirm(place, row)
        return
    if row.due_at is None or row.due_at > asking.now:
        return  # it was not looked at because it was time
    if row.progress is Progress.SENT:
        lowers = row.step is Step.ZERO or (row.step is Step.WHOLE and row.rank in URGENT)
        patience = URGENT_GIVEN_UP_AFTER if lowers else GIVEN_UP_AFTER
        if asking.clock.now() - seconds_of(str(row.sent_at)) >= patience:
            _give_up(place, row)
        else:
            outbox.looked(
                db, row.outbox_id, row.looks + 1, text_of(asking.clock.now() + patience / 5)
            )
        return
    looks = row.looks + 1
    due_at = look_at(str(row.accepted_at), looks)
    rejected = looks > 1 and _blamed(row, issues)
    if rejected:
        _settle(place, row, Progress.REJECTED, words(issues), outgoing.packed(issues))
    elif due_at is None:
        _settle(
            place, row, Progress.UNCONFIRMED, words(issues) or NOT_SHOWN, outgoing.packed(issues)
        )
    else:
        outbox.looked(db, row.outbox_id, looks, due_at)


def _is_known(row: Row, observed: Observed) -> bool:
    """Tell whether the answer has what it takes to judge the row by: not every one brings all attributes."""
    if row.kind is not Kind.REVISE_OTHER or row.step is not Step.WHOLE:
        return True
    told = {"handling_time": observed.seen.handling_time, "seller_notes": observed.seen.notes}
    return any(told.get(one.field) is not None for one in row.differences) or row.looks > 0


def _blamed(row: Row, issues: Sequence[Issue]) -> bool:
    """Tell whether Amazon's errors name what was sent: it was accepted, and refused later."""
    named = [one for one in issues if one.severity == "ERROR" and one.attributes]
    fields = frozenset(one.field for one in row.differences)
    both = [Asked(fields), Asked(frozenset())]  # the second is named by nothing
    return verdicts("INVALID", both, named)[0] is Progress.REJECTED if named else False


def _confirm(place: Place, row: Row) -> None:
    """Note that a row shows, and write its next step down, if there is one."""
    asking, db = place.asking, place.asking.current.db
    outbox.settle(db, [row.outbox_id], Progress.CONFIRMED, asking.now)
    step = following(row.kind, row.step)
    if step is not None:
        due = asking.clock.now() + (COOL_DOWN if step is Step.PUT else 0.0)
        outbox.follow_up(db, asking.run_id, _next(row, step, text_of(due)), now=asking.now)
    if row.kind is Kind.REVISE_OTHER:
        overrides.settle(db, place.store_id, [row.seller_sku])
    outgoing.mark(place, [row.seller_sku])


def _give_up(place: Place, row: Row) -> None:
    """Take a row for not done: a change in place is planned anew; what was asked for by hand is sent once more."""
    if row.kind in IN_PLACE:
        _settle(place, row, Progress.ABANDONED, NOT_DONE)
        return
    asking, db = place.asking, place.asking.current.db
    outbox.settle(db, [row.outbox_id], Progress.ABANDONED, asking.now, message=NOT_DONE)
    outbox.follow_up(db, asking.run_id, _next(row, row.step, asking.now), now=asking.now)


def _next(row: Row, step: Step, due_at: str) -> Entry:
    return Entry(
        row.store_id, row.seller_sku, row.sku, row.kind, step, row.rank, row.differences, row.outbox_id, due_at
    )  # fmt: skip


def _settle(
    place: Place, row: Row, progress: Progress, message: str, issues: str | None = None
) -> None:
    asking, db = place.asking, place.asking.current.db
    outbox.settle(db, [row.outbox_id], progress, asking.now, message=message, issues=issues)
    entry = Entry(
        row.store_id,
        row.seller_sku,
        row.sku,
        row.kind,
        row.step,
        row.rank,
        row.differences,
        row.after,
    )
    outgoing.undo_begin(place, entry)
    outgoing.mark(place, [row.seller_sku])


def _absent(line: Line, there: Sequence[ListingsItem]) -> Iterator[str]:
    """Yield the seller SKUs that were asked for and are not among those that are *there*, all of which were told."""
    if line.text:
        content = read(OPERATIONS[line.operation].model, line.text)
        if isinstance(content, ListingsPage) and (
            content.next_token is not None or content.number_of_results > len(there)
        ):
            return
    yield from sorted(set(line.asked) - {item.sku for item in there})


def _items(line: Line) -> Iterator[ListingsItem]:
    if not line.text:
        return
    content = read(OPERATIONS[line.operation].model, line.text)
    if isinstance(content, ListingsPage):
        yield from content.items
    elif isinstance(content, ListingsItem):
        yield content
