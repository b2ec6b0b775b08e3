"""What is to be done about a listing: the differences between what Amazon has and what is wanted, as actions.

All values are absolute, so that an action that is sent twice does no harm, and a listing that is as wanted has
none.  Money is in minor units, handling time in days.  ``None`` in what is *seen* is what is not known; in what
is *wanted* it is what amzsync leaves as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import NamedTuple

from amzsync.core.guards import Limits
from amzsync.core.model import Fulfillment
from amzsync.core.money import minor_text
from amzsync.core.tabs import Tab

Value = str | int | None


class Kind(StrEnum):
    """What can be done about a listing."""

    PUBLISH = "publish"
    REVISE_PRICE = "revise-price"
    REVISE_QUANTITY = "revise-quantity"
    REVISE_OTHER = "revise-other"
    RELIST = "relist"
    END = "end"
    CREATE_ALIAS = "create-alias"


class Rank(IntEnum):
    """How urgent an action is: what is out of stock comes first, a price before the quantity that it sells."""

    ZERO = 0
    LESS = 1
    END = 2
    PRICE = 3
    QUANTITY = 4
    OTHER = 5
    RELIST = 6
    PUBLISH = 7
    ALIAS = 8


class Brake(StrEnum):
    """Why an action is held back; the words are what ``--allow`` takes."""

    MASS_REPRICE = "mass-reprice"
    MASS_ZERO = "mass-zero"
    MASS_END = "mass-end"
    PRICE_MOVE = "price-move"
    FLOOR_ABOVE_CEILING = "floor-above-ceiling"
    CURRENCY = "currency"
    NOT_VALIDATED = "asin"
    REFUSED = "asin-refused"
    NOT_KNOWN = "not-known"
    REJECTED = "rejected"
    UNDONE = "undone"
    COOL_DOWN = "cool-down"


NEVER_ALLOWED = frozenset({Brake.REFUSED, Brake.NOT_KNOWN})
"""What no switch overrules: there is nothing sensible that could be sent."""

MASS: dict[Brake, frozenset[Rank]] = {
    Brake.MASS_ZERO: frozenset({Rank.ZERO}),
    Brake.MASS_REPRICE: frozenset({Rank.PRICE}),
    Brake.MASS_END: frozenset({Rank.END, Rank.RELIST}),
}


class Hold(NamedTuple):
    """A brake, and the figures in words."""

    brake: Brake
    words: str


class Difference(NamedTuple):
    """A field of a listing that is not as wanted."""

    field: str
    seen: Value
    wanted: Value


class Action(NamedTuple):
    """One thing to do about a listing."""

    rank: Rank
    kind: Kind
    differences: tuple[Difference, ...]
    hold: Hold | None = None


class Seen(NamedTuple):
    """What Amazon has of a listing, as far as it is known."""

    price_minor: int | None
    quantity: int | None
    fulfillment: str | None = None  # a Fulfillment value
    condition: str | None = None  # a Condition value
    asin: str | None = None
    handling_time: int | None = None
    notes: str | None = None


class Wanted(NamedTuple):
    """What a listing should be."""

    price_minor: int | None
    quantity: int | None
    handling_time: int | None = None
    notes: str | None = None
    condition: str | None = None
    asin: str | None = None
    end: bool = False
    hold: Hold | None = None  # what is wrong with the wanted price
    unvalidated: Hold | None = None  # what is wrong with the wanted ASIN


MANAGED = frozenset({Tab.ACTIVE, Tab.INACTIVE, Tab.INELIGIBLE})
"""The tabs of listings that are kept as wanted; those of strangers and ended ones are left alone."""

_NOTHING: tuple[Action, ...] = ()


def is_managed(tab: str, *, matched: bool, missing: bool) -> bool:
    """Tell whether amzsync may change a listing: it is matched, in Amazon's hands, and was seen there."""
    return matched and not missing and tab in MANAGED


def revise(seen: Seen, wanted: Wanted, limits: Limits) -> tuple[Action, ...]:
    """Return what makes a managed listing as it is wanted, the most urgent first."""
    if (
        (seen[0] == wanted[0] or wanted[0] is None)
        and (seen[1] == wanted[1] or wanted[1] is None)
        and wanted[2:7] == _LEFT
    ):
        return _NOTHING
    if wanted.end:
        return (Action(Rank.END, Kind.END, (Difference("listing", "on Amazon", None),)),)
    price = _price(seen, wanted, limits)
    found = [price, _quantity(seen, wanted, price), _other(seen, wanted)]
    in_place = sorted(one for one in found if one is not None)
    fixed = _fixed(seen, wanted)
    if not fixed or wanted.quantity == 0:  # what is sold out is not put on Amazon anew
        return tuple(in_place)
    hold = wanted.unvalidated or (None if price is None else price.hold)
    told = (*fixed, *(difference for one in in_place for difference in one.differences))
    relist = Action(Rank.RELIST, Kind.RELIST, told, hold)
    # While it is held back the listing is still for sale as it is, and must be right.
    return (relist,) if hold is None else (*in_place, relist)


_LEFT = (None, None, None, None, False)


def _fixed(seen: Seen, wanted: Wanted) -> list[Difference]:
    """Return what cannot be changed in place: Amazon fixes condition and ASIN when a listing is made."""
    return _told(("asin", seen.asin, wanted.asin)) + _told(
        ("condition", seen.condition, wanted.condition)
    )


def _price(seen: Seen, wanted: Wanted, limits: Limits) -> Action | None:
    old, new = seen.price_minor, wanted.price_minor
    if new is None or new == old:
        return None
    hold = wanted.hold or price_move(limits, old, new)
    return Action(Rank.PRICE, Kind.REVISE_PRICE, (Difference("price", old, new),), hold)


def price_move(limits: Limits, old: int | None, new: int) -> Hold | None:
    """Hold a price that would move by more than the allowed share of what it is."""
    if not old or abs(new - old) <= old * limits.price_move:
        return None
    share = f"{abs(new - old) / old * 100:.4g}%"
    limit = f"{limits.price_move * 100:.4g}%"
    return Hold(
        Brake.PRICE_MOVE,
        f"the price would {'rise' if new > old else 'fall'} by {share}; the limit is {limit}",
    )


def _quantity(seen: Seen, wanted: Wanted, price: Action | None) -> Action | None:
    old, new = seen.quantity, wanted.quantity
    if new is None or new == old or seen.fulfillment == Fulfillment.AMAZON:
        return None
    difference = (Difference("quantity", old, new),)
    if new == 0:
        return Action(Rank.ZERO, Kind.REVISE_QUANTITY, difference)
    if old is not None and new < old:
        return Action(Rank.LESS, Kind.REVISE_QUANTITY, difference)
    hold = None
    if price is not None and price.hold is not None and not old:
        hold = _with_price(price.hold)
    return Action(Rank.QUANTITY, Kind.REVISE_QUANTITY, difference, hold)


def _other(seen: Seen, wanted: Wanted) -> Action | None:
    found = _told(("handling_time", seen.handling_time, wanted.handling_time))
    found += _told(("seller_notes", seen.notes, wanted.notes))
    return Action(Rank.OTHER, Kind.REVISE_OTHER, tuple(found)) if found else None


def _told(pair: tuple[str, Value, Value]) -> list[Difference]:
    return [Difference(*pair)] if pair[2] is not None and pair[1] != pair[2] else []


def publish(
    kind: Kind, wanted: Wanted, extras: Sequence[tuple[str, Value]] = ()
) -> tuple[Action, ...]:
    """Return what puts a product on Amazon (``PUBLISH``, ``RELIST`` or ``CREATE_ALIAS``); nothing where it has no stock.

    *extras* are further fields of the new listing, by name.
    """
    if wanted.quantity == 0:
        return _NOTHING
    rank = {Kind.PUBLISH: Rank.PUBLISH, Kind.CREATE_ALIAS: Rank.ALIAS}.get(kind, Rank.RELIST)
    fields: list[tuple[str, Value]] = [
        ("asin", wanted.asin), ("price", wanted.price_minor), ("quantity", wanted.quantity),
        ("condition", wanted.condition), ("handling_time", wanted.handling_time), ("seller_notes", wanted.notes),
        *extras,
    ]  # fmt: skip
    found = tuple(Difference(name, None, value) for name, value in fields if value is not None)
    return (Action(rank, kind, found, wanted.hold or wanted.unvalidated),)


def applied(seen: Seen, actions: Iterable[Action]) -> Seen:
    """Return what Amazon will have once *actions* are done; an ended listing has nothing for sale."""
    names = {"price": "price_minor", "seller_notes": "notes"}
    for action in actions:
        if action.kind is Kind.END:
            seen = seen._replace(quantity=0)
            continue
        told = {names.get(d.field, d.field): d.wanted for d in action.differences}
        seen = Seen(**{**seen._asdict(), **{k: v for k, v in told.items() if k in Seen._fields}})
    return seen


def mass_holds(limits: Limits, listings: int, ranks: dict[Rank, int]) -> dict[Brake, Hold]:
    """Hold back what would change too much of a store at once: more than a number *and* a share of its *listings*.

    *ranks* tells how many actions of each rank are free to go.
    """
    verbs = {
        Brake.MASS_ZERO: "set to zero",
        Brake.MASS_REPRICE: "repriced",
        Brake.MASS_END: "ended",
    }
    found = {}
    for brake, concerned in MASS.items():
        rows = sum(ranks.get(rank, 0) for rank in concerned)
        if rows > limits.plan_rows and rows > listings * limits.plan_share:
            share = f"{rows / listings * 100:.4g}%" if listings else "100%"
            found[brake] = Hold(
                brake,
                f"{rows:,} of {listings:,} listings ({share}) would be {verbs[brake]} at once; the limit is "
                f"{limits.plan_rows} and {limits.plan_share * 100:.4g}%",
            )
    return found


def held(
    action: Action,
    mass: Mapping[Brake, Hold],
    allowed: frozenset[Brake] = frozenset(),
    beside: Iterable[Action] = (),
) -> Hold | None:
    """Return what holds the action back, given the store's *mass* holds and what the user allows.

    *beside* are the actions of the same listing: one that comes back must not sell at a price that is held back.
    """
    own = action.hold
    if own is not None and (own.brake not in allowed or own.brake in NEVER_ALLOWED):
        return own
    for brake, hold in mass.items():
        if action.rank in MASS[brake] and brake not in allowed:
            return hold
    if action.rank is Rank.QUANTITY and not any(one.seen for one in action.differences):
        for other in beside:
            if other.rank is Rank.PRICE and (with_it := held(other, mass, allowed)) is not None:
                return _with_price(with_it)
    return None


def _with_price(hold: Hold) -> Hold:
    return hold._replace(words=f"its price is held back: {hold.words}")


def rank_of(kind: Kind, differences: Sequence[Difference]) -> Rank:
    """Return how urgent an action is, from what it is."""
    if kind is not Kind.REVISE_QUANTITY:
        return _RANKS[kind]
    for field, seen, wanted in differences:
        if field == "quantity" and isinstance(wanted, int):
            if wanted == 0:
                return Rank.ZERO
            if isinstance(seen, int) and wanted < seen:
                return Rank.LESS
    return Rank.QUANTITY


_RANKS = {
    Kind.PUBLISH: Rank.PUBLISH,
    Kind.REVISE_PRICE: Rank.PRICE,
    Kind.REVISE_OTHER: Rank.OTHER,
    Kind.RELIST: Rank.RELIST,
    Kind.END: Rank.END,
    Kind.CREATE_ALIAS: Rank.ALIAS,
}
MONEY = frozenset({"price", "list_price", "business_price"})
"""The fields whose values are money, in minor units."""


def value_text(field: str, value: Value, exponent: int) -> str | None:
    """Return a field's value as it is shown: money as decimals, the rest as it is."""
    if value is None:
        return None
    return minor_text(int(value), exponent) if field in MONEY else str(value)
