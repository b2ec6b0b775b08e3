"""Take back the prices and quantities that a run has sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from amzsync.config import Config, Store
from amzsync.core.plan import Kind, rank_of
from amzsync.core.sending import overlaid
from amzsync.core.undo import Now, Reverse, Sent, Skipped, reversed_
from amzsync.errors import UsageError
from amzsync.results.plan import PlanRow
from amzsync.results.push import PushResult
from amzsync.store import outbox, runs, state, stores, undone
from amzsync.store.outbox import Row
from amzsync.store.state import State
from amzsync.workflows import planning as planned_stores
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.push import Push
from amzsync.workflows.sessions import Means

COMMAND = "undo"


@dataclass(frozen=True, slots=True)
class Left:
    """A value that is not taken back."""

    store: str
    seller_sku: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class UndoAnswer:
    """What takes a run back, and what is left as it is."""

    run_id: int
    rows: tuple[PlanRow, ...]
    left: tuple[Left, ...]


def reverse(
    current: State,
    config: Config,
    chosen: Sequence[Store],
    run_id: int,
    skus: Sequence[str],
    *,
    now: str,
) -> UndoAnswer:
    """Return what takes back what the run *run_id* sent for the stores *chosen*, of *skus* only where there are any.

    Raises ``UsageError`` where there was no such run, or it sent nothing.
    """
    if not runs.exists(current.db, run_id):
        raise UsageError(f"There is no run {run_id}.", next_step="amzsync runs lists them.")
    sent = [row for row in outbox.of_run(current.db, run_id) if _is_asked(row, skus)]
    if not sent:
        raise UsageError(
            f"Run {run_id} has sent nothing of that.",
            next_step="amzsync log tells which run sent what.",
        )
    known = stores.known(current.db)
    found: list[PlanRow] = []
    left: list[Left] = []
    for store in chosen:
        if store.name not in known:
            continue
        own = [row for row in sent if row.store_id == known[store.name].store_id]
        for one in _of_store(current, config, store, own, now):
            (found if isinstance(one, PlanRow) else left).append(one)  # type: ignore[arg-type]
    return UndoAnswer(run_id, tuple(found), tuple(left))


def send(
    config: Config, chosen: Sequence[Store], answer: UndoAnswer, means: Means, *, now: str
) -> PushResult:
    """Send what takes the run back; the values that it had sent are held back from then on."""
    with state.writing(config.state, command=COMMAND, now=now) as current:
        current.settle()
        run = Push(
            current,
            config,
            chosen,
            means,
            now=now,
            seconds=float(config.amazon.time_budget),
            command=COMMAND,
        )

        def wish(opened: State) -> Sequence[PlanRow]:
            known = stores.known(opened.db)
            with opened.transaction():
                for row in answer.rows:
                    values = {one.field: one.seen for one in row.differences}
                    store_id = known[row.store].store_id
                    undone.take_back(opened.db, run.run_id, store_id, row.seller_sku, values)
            return answer.rows

        return run.run(wish)


def _is_asked(row: Row, skus: Sequence[str]) -> bool:
    return not skus or row.seller_sku in skus or (row.sku is not None and row.sku in skus)


def _of_store(
    current: State, config: Config, store: Store, sent: Sequence[Row], now: str
) -> Iterator[PlanRow | Left]:
    """Yield what takes back what was sent for one store."""
    known = stores.known(current.db)[store.name].store_id
    planner = planned_stores.planner_of(current, config, store, now)
    rows = planned_stores.rows_of(current, config, store, known)
    ordered = sorted(sent, key=lambda row: (row.seller_sku, row.outbox_id))
    for batch in batched(groupby_sku(ordered)):
        names = [name for name, _ in batch]
        listed = {row.seller_sku: row for row in rows.listings(names)}
        decided = {one.seller_sku: one for one in planner.listings(list(listed.values()))}
        trails = planner.trails(names)
        for name, own in batch:
            one, trail = decided.get(name), trails[name]
            state_now = None
            if one is not None and one.seen is not None:
                seen = overlaid(one.seen, trail.sent)
                sellable = one.wanted.quantity
                state_now = Now(seen.price_minor, seen.quantity, sellable, trail.blocked)
            product = None if one is None else one.product
            yield from _of_listing(store, own, state_now, product and (product.sku, product.name))


def groupby_sku(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of each listing, in their order."""
    for name, found in groupby(rows, key=lambda row: row.seller_sku):
        yield name, list(found)


def _of_listing(
    store: Store, sent: Sequence[Row], now: Now | None, product: tuple[str, str | None] | None
) -> Iterator[PlanRow | Left]:
    name, market = sent[0].seller_sku, store.marketplace
    told = [Sent(row.kind, row.progress, row.differences) for row in sent]
    for one in reversed_(told, now):
        if isinstance(one, Skipped):
            yield Left(store.name, name, one.field, one.reason)
            continue
        assert isinstance(one, Reverse)
        differences = (one.difference,)
        kind = Kind.REVISE_PRICE if one.difference.field == "price" else Kind.REVISE_QUANTITY
        yield PlanRow(
            store.name, market.currency, market.exponent, rank_of(kind, differences), kind, name,
            sent[0].sku, None, product[1] if product else None, None, differences, None,
            (f"Taken back: run {sent[0].run_id} sent it.",), None,
        )  # fmt: skip
