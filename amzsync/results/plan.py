"""A plan, as it is shown, written to a file and sent: what is to be done, in order, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from amzsync.core.plan import Brake, Difference, Hold, Kind, Rank


class PlanRow(NamedTuple):
    """One action."""

    store: str
    currency: str
    exponent: int
    rank: Rank
    kind: Kind
    seller_sku: str
    sku: str | None
    asin: str | None
    title: str | None
    tab: str | None
    differences: tuple[Difference, ...]
    observed_at: (
        str | None
    )  # UTC text: how old what is seen at Amazon is; None: it is not on Amazon
    why: tuple[str, ...]
    hold: Hold | None


class Count(NamedTuple):
    """How many actions of one kind there are."""

    kind: Kind
    rank: Rank
    free: int
    held: int


@dataclass(frozen=True, slots=True)
class StorePlan:
    """What is to be done in one store, in figures."""

    name: str
    read_only: bool
    listings: int  # that amzsync keeps as they are wanted
    counts: tuple[Count, ...]
    mass: Mapping[Brake, Hold]  # brakes that hold back all actions of a kind
    doubt: str | None  # why no price of the store can be told

    @property
    def free(self) -> int:
        """Return how many actions may go."""
        return sum(one.free for one in self.counts)

    @property
    def held(self) -> int:
        """Return how many actions are held back."""
        return sum(one.held for one in self.counts)


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """A plan: its figures, and its rows, which are decided as they are read."""

    serial: int
    made_at: str
    stores: tuple[StorePlan, ...]
    rows: Iterator[PlanRow]

    @property
    def is_held(self) -> bool:
        """Tell whether anything is held back."""
        return any(store.held or store.doubt for store in self.stores)


class Judged(NamedTuple):
    """What became of a plan that was written to a file."""

    actions: int
    intact: bool  # its checksum is right
    stale: bool  # the state has moved since
    serial: int
    now_serial: int


def text_of(kind: Kind) -> str:
    """Return a kind of action as it is written on the screen."""
    return kind.value.replace("-", " ")
