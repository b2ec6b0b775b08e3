"""What holds back all actions of a kind, and how many actions are left to do, as a store was last planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from amzsync.core.guards import Limits
from amzsync.core.plan import MASS, Brake, Hold, Rank, mass_holds
from amzsync.store import Connection, outstanding, planning


def of_store(db: Connection, store_id: int, limits: Limits) -> Mapping[Brake, Hold]:
    """Return the brakes that hold back all actions of a kind, nothing being allowed by hand."""
    return _holds(db, store_id, limits, planning.counts(db, store_id))


def figures(db: Connection, store_id: int, limits: Limits) -> tuple[int, int]:
    """Return how many actions may go, and how many are held back."""
    counts = planning.counts(db, store_id)
    stopped = {rank for brake in _holds(db, store_id, limits, counts) for rank in MASS[brake]}
    held = sum(n for (rank, _, hold), n in counts.items() if hold or rank in stopped)
    if Rank.PRICE in stopped:
        held += outstanding.coming_back(db, store_id)
    return sum(counts.values()) - held, held


def _holds(
    db: Connection, store_id: int, limits: Limits, counts: Mapping[tuple[int, str, str], int]
) -> Mapping[Brake, Hold]:
    free: Counter[Rank] = Counter()
    for (rank, _, hold), number in counts.items():
        if not hold:
            free[Rank(rank)] += number
    return mass_holds(limits, planning.managed(db, store_id), free) if free else {}
