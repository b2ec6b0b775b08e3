"""Rows and counts of the tabs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # each command pays for the stores it reads only
    from amzsync.store.browse import Shown
    from amzsync.store.ledger import SourceAge


class Outstanding(NamedTuple):
    """How many actions of a store's plan are not done."""

    to_do: int = 0
    held_back: int = 0
    in_process: int = 0  # sent, and not answered for by Amazon


@dataclass(frozen=True, slots=True)
class Overview:
    """The counts of all tabs, and how old the data behind them is."""

    counts: dict[str, dict[str, int]]  # store -> tab -> rows
    overridden: dict[str, int]
    sources: tuple[SourceAge, ...]
    rejected: int
    plans: dict[str, Outstanding] = field(default_factory=dict)  # of the stores that have any


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows asked for; ``total`` counts them without the limit, where that is known."""

    rows: tuple[Shown, ...]
    total: int | None
    as_of: str | None = None  # when the run was that the rows are of
