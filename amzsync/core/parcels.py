"""What of a listing's actions goes to Amazon in one piece.

Amazon takes or refuses a piece as a whole.  So what lowers stock goes alone and first: no price that Amazon
refuses may keep a listing on sale that is sold out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from amzsync.core.plan import Action, Rank
from amzsync.core.sending import IN_PLACE

URGENT = frozenset({Rank.ZERO, Rank.LESS})
"""The ranks of what lowers stock."""


class Parcel(NamedTuple):
    """What is said to Amazon in one piece about a seller SKU."""

    seller_sku: str
    rank: Rank  # of its most urgent action
    actions: tuple[Action, ...]

    @property
    def urgent(self) -> bool:
        """Tell whether it lowers stock."""
        return self.rank in URGENT


def parcels(actions: Sequence[Action]) -> list[tuple[Action, ...]]:
    """Return the actions of one listing, none of them held back, as they go in pieces, the most urgent first."""
    ordered = sorted(actions, key=lambda action: action.rank)
    pieces: list[tuple[Action, ...]] = [(action,) for action in ordered if _goes_alone(action)]
    if rest := tuple(action for action in ordered if not _goes_alone(action)):
        pieces.append(rest)
    return sorted(pieces, key=lambda piece: piece[0].rank)


def together(actions: Sequence[Action]) -> tuple[Action, ...]:
    """Return the actions of one listing as they go into a feed, in which a seller SKU has one message only.

    Raises ``ValueError`` where one of several is no change in place: such a one must go by itself.
    """
    if len(actions) > 1 and any(action.kind not in IN_PLACE for action in actions):
        kinds = ", ".join(action.kind for action in actions)
        raise ValueError(f"not to be sent in one message: {kinds}")
    return tuple(sorted(actions, key=lambda action: action.rank))


def packed(seller_sku: str, actions: Sequence[Action]) -> list[Parcel]:
    """Return the parcels of one listing's actions, none of them held back, the most urgent first."""
    return [Parcel(seller_sku, piece[0].rank, piece) for piece in parcels(actions)]


def _goes_alone(action: Action) -> bool:
    return action.rank in URGENT or action.kind not in IN_PLACE
