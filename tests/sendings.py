"""Actions on their way to Amazon, as they stand in the outbox."""

from __future__ import annotations

import sqlite3

from amzsync.core.plan import Difference, Kind
from amzsync.core.sending import Progress, Step, Way
from amzsync.store import outbox
from amzsync.store.outbox import Entry
from tests.factories import NOW


def sent(
    db: sqlite3.Connection,
    seller_sku: str,
    *,
    kind: Kind = Kind.REVISE_PRICE,
    differences: tuple[Difference, ...] = (),
    progress: Progress = Progress.SENT,
    store_id: int = 1,
    at: str = NOW,
    message: str = "",
) -> int:
    """Write an action down as far as it has come; return its id."""
    entry = Entry(store_id, seller_sku, None, kind, Step.WHOLE, 3, differences)
    run_id = int(db.execute("SELECT max(run_id) FROM runs").fetchone()[0])
    (row,) = outbox.write(db, run_id, [entry], way=Way.PATCH, payload="{}", now=at)
    if progress is not Progress.PLANNED:
        outbox.leave(db, [row], at, at)
    if progress is Progress.ACCEPTED:
        outbox.accept(db, [row], at, at)
    elif progress not in {Progress.PLANNED, Progress.SENT}:
        outbox.settle(db, [row], progress, at, message=message)
    return row
