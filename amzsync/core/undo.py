"""What takes back the prices and quantities that a run has sent, as far as nothing has moved since.

Taking back must do no harm: a listing that has moved on is left alone, and no stock is ever raised above what can be
sold now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from amzsync.core.plan import Difference, Kind, Value
from amzsync.core.sending import IN_PLACE, Progress

FIELDS = frozenset({"price", "quantity"})
_DONE = frozenset({Progress.ACCEPTED, Progress.CONFIRMED, Progress.UNCONFIRMED})
_INSTEAD = {
    Kind.PUBLISH: "it was listed; amzsync end ends it",
    Kind.CREATE_ALIAS: "it was listed; amzsync end ends it",
    Kind.RELIST: "it was listed again; amzsync end ends it",
    Kind.END: "it was ended; amzsync relist lists it again",
}


class Sent(NamedTuple):
    """What a run sent about a listing."""

    kind: Kind
    progress: Progress
    differences: Sequence[Difference]


class Now(NamedTuple):
    """How the listing stands: as Amazon shows it, or as it has accepted since."""

    price: int | None
    quantity: int | None
    sellable: int | None  # the quantity that is wanted now; None: it is not known
    blocked: bool = False  # something is on its way to it


class Reverse(NamedTuple):
    """A value that is taken back: from what it is now to what it was before."""

    difference: Difference


class Skipped(NamedTuple):
    """A value that is not taken back, and why (the end of a sentence)."""

    field: str
    reason: str


def reversed_(sent: Iterable[Sent], now: Now | None) -> Iterator[Reverse | Skipped]:
    """Yield what takes back what was *sent* about one listing; *now* is None where it is not on Amazon."""
    for one in sent:
        if one.progress not in _DONE and one.progress is not Progress.SENT:
            continue  # it never came to pass
        if one.kind not in IN_PLACE:
            yield Skipped("listing", _INSTEAD[one.kind])
            continue
        for difference in one.differences:
            yield _reversed(difference, one.progress, now)


def _reversed(difference: Difference, progress: Progress, now: Now | None) -> Reverse | Skipped:
    field, before, after = difference
    if field not in FIELDS:
        return Skipped(field, "only prices and quantities are taken back")
    if now is None:
        return Skipped(field, "it is not on Amazon any more")
    if now.blocked or progress is Progress.SENT:
        return Skipped(field, "Amazon has not answered for what was sent; wait for that")
    if before is None:
        return Skipped(field, "it is not known what it was before")
    current: Value = now.price if field == "price" else now.quantity
    if current != after:
        return Skipped(field, "it has moved since")
    if field == "quantity":
        if now.sellable is None and int(before) > int(after or 0):
            return Skipped(field, "it is not known how many can be sold now")
        if now.sellable is not None and int(before) > now.sellable:
            return Skipped(field, f"only {now.sellable} can be sold now")
    return Reverse(Difference(field, after, before))
