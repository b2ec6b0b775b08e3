"""What becomes of an action on its way to Amazon: its steps, its progress, and when it counts as done.

That Amazon has accepted something does not mean that it is so: it is looked at again until it shows.  Moments
are UTC text; money is in minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from amzsync.clock import seconds_of, text_of
from amzsync.core.plan import Action, Brake, Difference, Hold, Kind, Rank, Seen, Value

LOOKS = (60.0, 900.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds after acceptance at which a listing is looked at: most changes show in minutes, some in hours."""

REPORTS_LAG = 6 * 3600.0  # seconds by which a report may be older than it says (Amazon caches)
RETRY_REFUSED = 24 * 3600.0  # seconds after which what Amazon refused is sent once more
COOL_DOWN = 24 * 3600.0
"""Seconds between the end of a listing and a new one of the same seller SKU: Amazon deletes in its own time."""


class Progress(StrEnum):
    """How far an action has come."""

    PLANNED = "planned"  # written down, not yet sent
    SENT = "sent"  # sent, or in a feed; Amazon has not said what it makes of it
    ACCEPTED = "accepted"  # Amazon has taken it, and does not show it yet
    CONFIRMED = "confirmed"  # it shows
    REJECTED = "rejected"  # Amazon does not want it
    UNCONFIRMED = "unconfirmed"  # it never showed
    ABANDONED = "abandoned"  # it was not done, and is planned anew where it is still wanted


OPEN = frozenset({Progress.PLANNED, Progress.SENT, Progress.ACCEPTED})


class Step(StrEnum):
    """A part of an action that is sent by itself."""

    WHOLE = "whole"  # of a change in place: all there is to it
    ZERO = "zero"
    DELETE = "delete"
    PUT = "put"


class Way(StrEnum):
    """How something goes to Amazon."""

    PATCH = "patch"
    PUT = "put"
    DELETE = "delete"
    FEED = "feed"


IN_PLACE = frozenset({Kind.REVISE_PRICE, Kind.REVISE_QUANTITY, Kind.REVISE_OTHER})


class Target(NamedTuple):
    """What the last good evidence says of the listing that something is to be sent to."""

    exists: bool
    by_merchant: bool | None  # None: it is not known who ships
    quantity: int | None


class Observed(NamedTuple):
    """A listing as Amazon told of it when it was asked."""

    at: str
    exists: bool
    seen: Seen


class Told(NamedTuple):
    """What must be known of a step to know what a listing's actions still do to it."""

    seller_sku: str
    kind: str
    step: str
    progress: str
    way: str
    differences: tuple[Difference, ...]
    settled_at: str | None
    issues: str
    message: str
    further: bool = False  # it is not the first step of its action


class Trail(NamedTuple):
    """What of a listing's actions is not over yet, as planning must know it."""

    blocked: bool = False  # something may still change it: nothing more is sent
    sent: Mapping[str, Value] = {}  # field -> value that Amazon has taken, shown yet or not
    refused: Mapping[str, tuple[Value, Hold]] = {}  # field -> value that is not sent again
    until: str | None = None  # when the first of these may be tried again
    rests_until: str | None = None  # Amazon has just deleted it: it is not made anew before


NO_TRAIL = Trail()


_STATUSES = {
    Kind.PUBLISH: "List in Progress",
    Kind.CREATE_ALIAS: "List in Progress",
    Kind.RELIST: "Relist in Progress",
    Kind.REVISE_OTHER: "Relist in Progress",
    Kind.END: "Ending In Progress",
}


def status_of(kinds: str) -> str | None:
    """Return the status of a listing of which *kinds* of actions, comma-joined, are on their way.

    Prices and quantities come and go without a status of their own, as in Adobe's Amazon Sales Channel.
    """
    found = {Kind(kind) for kind in kinds.split(",") if kind}
    return next((words for kind, words in _STATUSES.items() if kind in found), None)


def steps(kind: Kind, target: Target | None) -> tuple[Step, ...]:
    """Return the steps of an action; *target* is the listing that it is about, None where there is none."""
    if kind in IN_PLACE:
        return (Step.WHOLE,)
    if kind in {Kind.PUBLISH, Kind.CREATE_ALIAS}:
        return (Step.PUT,)
    if target is None or not target.exists:
        return () if kind is Kind.END else (Step.PUT,)
    gone: tuple[Step, ...] = (Step.ZERO, Step.DELETE)
    if target.by_merchant is False or target.quantity == 0:
        gone = (Step.DELETE,)
    return gone if kind is Kind.END else (*gone, Step.PUT)


def following(kind: Kind, step: Step) -> Step | None:
    """Return the step that comes after *step* has been confirmed."""
    if step is Step.ZERO:
        return Step.DELETE
    if step is Step.DELETE and kind is not Kind.END:
        return Step.PUT
    return None


def refusal(kind: Kind, step: Step, fields: frozenset[str], target: Target | None) -> str | None:
    """Return why nothing may be sent: a patch goes only to a listing that exists, stock only to the merchant's own."""
    if step is Step.PUT:
        if kind is not Kind.RELIST and target is not None and target.exists:
            return "there is a listing of that name already"
        return None
    if target is None or not target.exists:
        return "Amazon has no such listing, as far as is known"
    stock = step is Step.ZERO or "quantity" in fields or "handling_time" in fields
    if stock and step is not Step.DELETE and target.by_merchant is not True:
        who = "Amazon ships it" if target.by_merchant is False else "it is not known who ships it"
        return f"{who}, so its stock is not ours to set"
    return None


def look_at(since: str, looks: int) -> str | None:
    """Return when a listing is to be looked at next after *looks* looks; None: that was the last."""
    return text_of(seconds_of(since) + LOOKS[looks]) if looks < len(LOOKS) else None


def shows(
    step: Step, differences: Sequence[Difference], observed: Observed, *, late: bool = True
) -> bool:
    """Tell whether Amazon shows what was sent.

    Stock that has come below what was sent, and is not what it was before, has been sold meanwhile; but only where
    it is looked at *late*: at first it may be what was there before even that.
    """
    if step is Step.DELETE:
        return not observed.exists
    if not observed.exists:
        return False
    if step is Step.ZERO:
        return observed.seen.quantity == 0
    told = {"price": observed.seen.price_minor, "quantity": observed.seen.quantity}
    for field, before, wanted in differences:
        if field in told and told[field] != wanted:
            sold = late and field == "quantity" and _is_sold(before, wanted, told[field])
            if not sold:
                return False
        if field in {"handling_time", "seller_notes"} and step is Step.WHOLE:
            value = observed.seen.handling_time if field == "handling_time" else observed.seen.notes
            if value is not None and str(value) != str(wanted):
                return False
        kept = {"asin": observed.seen.asin, "condition": observed.seen.condition}.get(field)
        if kept is not None and kept != wanted:
            return False
    return True


def _is_sold(before: Value, wanted: Value, now: Value) -> bool:
    if not isinstance(now, int) or not isinstance(wanted, int) or not isinstance(before, int):
        return False
    return before < now < wanted if before < wanted else now < wanted


def overlaid(seen: Seen, sent: Mapping[str, Value]) -> Seen:
    """Return *seen* with what Amazon has taken since, so that it is not sent again while it does not show yet."""
    names = {"price": "price_minor", "seller_notes": "notes"}
    told = {names.get(field, field): value for field, value in sent.items()}
    return Seen(**{**seen._asdict(), **{k: v for k, v in told.items() if k in Seen._fields}})


def held_back(actions: Sequence[Action], trail: Trail) -> tuple[Action, ...]:
    """Return *actions*, those held that would send again what was refused or taken back."""
    found = []
    for action in actions:
        hold = action.hold
        if hold is None and trail.rests_until is not None and action.kind in _ANEW:
            words = f"it has just ended; Amazon wants a day until it is listed again ({trail.rests_until})"
            hold = Hold(Brake.COOL_DOWN, words)
        for difference in action.differences:
            refused = trail.refused.get(difference.field)
            if hold is not None or refused is None or refused[0] != difference.wanted:
                continue
            if action.rank is not Rank.ZERO or refused[1].brake is not Brake.UNDONE:
                hold = refused[1]
        found.append(action if hold is action.hold else action._replace(hold=hold))
    return tuple(found)


_ANEW = frozenset({Kind.PUBLISH, Kind.RELIST, Kind.CREATE_ALIAS})
_NOT_IN_PLACE = frozenset(kind.value for kind in Kind) - {kind.value for kind in IN_PLACE}
_SHOWN = frozenset({"price", "quantity"})
_UNSEEN = frozenset({"handling_time", "seller_notes"})
"""What no report tells: what Amazon last confirmed is what it has."""


def trail(
    told: Sequence[Told],
    undone: Mapping[str, tuple[Value, int]],
    now: str,
    answered: Observed | None = None,
) -> Trail:
    """Return what the steps of one listing, the oldest first, leave to be known at *now* (UTC text).

    *undone* are the values that the user took back, with the run that did, by field; *answered* is what Amazon
    last answered about the listing itself.
    """
    sent: dict[str, Value] = {}
    sent_until: dict[str, str] = {}
    refused: dict[str, tuple[Value, Hold]] = {}
    refused_until: dict[str, str] = {}
    for one in told:
        for field, _, value in one.differences:
            if one.progress != Progress.ABANDONED:  # that says nothing about the value
                refused.pop(field, None)
                refused_until.pop(field, None)
            if one.progress == Progress.ACCEPTED or (
                one.progress == Progress.CONFIRMED and field in _UNSEEN
            ):
                sent[field] = value
                sent_until.pop(field, None)
            elif one.progress == Progress.CONFIRMED:
                sent.pop(field, None)
                sent_until.pop(field, None)
                if field in _SHOWN and (shown := _shown(one, field, value, answered, now)):
                    sent[field], sent_until[field] = shown
            elif one.progress == Progress.REJECTED and (rest := _rest(one, value)) > now:
                words = f"Amazon refused it: {one.message}" if one.message else "Amazon refused it"
                refused[field] = (value, Hold(Brake.REJECTED, words))
                refused_until[field] = rest
    for field, (value, run_id) in undone.items():
        words = f"you took it back in run {run_id}"
        refused.setdefault(field, (value, Hold(Brake.UNDONE, words)))
    rests = _rests_until(told)
    ends = [*sent_until.values(), *refused_until.values(), *([rests] if rests > now else [])]
    blocked = any(_blocks(one) for one in told)
    return Trail(blocked, sent, refused, min(ends, default=None), rests if rests > now else None)


def _blocks(one: Told) -> bool:
    """Tell whether a step may still change more than is known, so that nothing else may be sent meanwhile."""
    if one.progress not in OPEN or (one.progress == Progress.PLANNED and not one.further):
        return False  # what a run wrote down and did not come to send is given up by the next
    return one.progress != Progress.ACCEPTED or one.kind in _NOT_IN_PLACE


def _rests_until(told: Sequence[Told]) -> str:
    """Return until when a listing that has ended is not made anew; "" where nothing speaks against it."""
    rests = ""
    for one in told:
        if one.step == Step.DELETE and one.progress == Progress.CONFIRMED and one.settled_at:
            rests = text_of(seconds_of(one.settled_at) + COOL_DOWN)
        elif one.step == Step.PUT and one.progress in {Progress.ACCEPTED, Progress.CONFIRMED}:
            rests = ""
    return rests


def _shown(
    one: Told, field: str, value: Value, answered: Observed | None, now: str
) -> tuple[Value, str] | None:
    """Return what Amazon has of a field whose change was confirmed, and until when that is to be relied on.

    Amazon makes reports out of what it knew hours ago: for so long only what it answers itself counts.
    """
    until = "" if one.settled_at is None else text_of(seconds_of(one.settled_at) + REPORTS_LAG)
    if until <= now:
        return None
    if answered is not None and answered.exists and answered.at >= str(one.settled_at):
        told = {"price": answered.seen.price_minor, "quantity": answered.seen.quantity}[field]
        if told is not None:
            return told, until
    return value, until


def _rest(one: Told, value: Value) -> str:
    """Return when what was refused is tried again; what takes stock off sale is tried hourly."""
    rest = 3600.0 if value == 0 else RETRY_REFUSED
    return "" if one.settled_at is None else text_of(seconds_of(one.settled_at) + rest)
