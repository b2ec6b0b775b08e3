"""Bring up to date what Amazon orders hold of the stock before Commerce knows of them, from a report file.

An all-orders report tells of the orders that were updated in some days.  An order that is held goes when a newer
report tells that it is no longer pending, when such a report covers its purchase and lacks it, or when it is
older than Amazon leaves any order pending.  Of the report nothing is kept but order id, seller SKU, units and time
of purchase; not even a row that cannot be read, because it holds the buyer's town.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from amzsync import documents
from amzsync.amazon import orders_report
from amzsync.amazon.orders_report import OrderRow
from amzsync.config import Store
from amzsync.core import guards
from amzsync.core.model import Rejected
from amzsync.core.reservations import OrderStatus, is_unknown_to_commerce
from amzsync.documents import Document
from amzsync.errors import UnsafeInput
from amzsync.records import Record, Walk
from amzsync.store import pending, runs
from amzsync.store.pending import PendingOrder
from amzsync.store.runs import Source
from amzsync.workflows.report_files import fallbacks
from amzsync.workflows.sorting import Place, Run

KIND = "orders"
HELD_DAYS = 21  # Amazon's help: checking a payment takes up to 21 days
_FORM = (
    "1"  # raise it when rows are to be read in another way, so that the last report is read again
)


@dataclass(slots=True)
class _Told:
    """What one report tells."""

    encoding: str
    held: list[PendingOrder] = field(default_factory=list)
    known: set[str] = field(default_factory=set)  # those orders held before that it tells of
    first: str | None = None  # the first and the last time at which it has an order updated
    last: str | None = None
    read: int = 0
    rejects: list[tuple[int, str, str, str]] = field(default_factory=list)
    cut: int = 0  # the line of a last row that ends in its middle

    def covers(self, order: PendingOrder) -> bool:
        """Tell whether the report had to have the order, if it still were."""
        bought = order.purchased_at
        if bought is None or self.first is None or self.last is None:
            return bought is None
        return not self.rejects and self.first <= bought <= self.last


def bring_up_to_date(run: Run, place: Place) -> set[str]:
    """Read the store's newest all-orders report if it has changed; return the seller SKUs that hold more or less.

    Call it inside the run's transaction.  Raises ``InputError`` for what is no such report, ``UnsafeInput`` for
    one that is cut off or mostly unreadable.
    """
    db, store_id = run.db, place.store_id
    held = pending.of_store(db, store_id)
    if not place.store.orders:
        if held or _last(run, place) is not None:
            runs.forget_source(db, store_id, KIND)
        return pending.replace(db, store_id, ()) if held else set()
    document = documents.look(_newest(run, place.store))
    signature, last = _signature(run, place.store), _last(run, place)
    now = held
    if last is None or (last.digest, last.signature) != (document.digest, signature):
        told = _read(run, place, document, {order.order_id for order in held})
        _refuse(run, document, told)
        _record(run, place, document, told, signature)
        kept = (one for one in held if one.order_id not in told.known and not told.covers(one))
        now = [*kept, *told.held]
    oldest = _days_before(run.now)
    now = [one for one in now if one.purchased_at is None or one.purchased_at >= oldest]
    return pending.replace(db, store_id, now) if now != held else set()


def _last(run: Run, place: Place) -> Source | None:
    """Return the last report that was read, unless the store named none meanwhile."""
    found = runs.source(run.db, place.store_id, KIND)
    return None if found is None or found.signature == "withdrawn" else found


def _newest(run: Run, store: Store) -> Path:
    paths = {path for one in store.orders for path in documents.matching(one, run.config.folder)}
    return max(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))


def _signature(run: Run, store: Store) -> str:
    """Return all that decides, besides its bytes, what is taken from a report."""
    others = ",".join(sorted(_elsewhere(run, store)))
    return "|".join((_FORM, store.marketplace.code, store.encoding or "", others))


def _elsewhere(run: Run, store: Store) -> set[str]:
    """Return the marketplaces whose orders are another store's to count: one report tells of a whole region."""
    return {
        other.marketplace.name
        for other in run.config.stores
        if other.name != store.name and other.seller_id == store.seller_id and other.orders
    }


def _days_before(now: str) -> str:
    moment = datetime.fromisoformat(now) - timedelta(days=HELD_DAYS)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(run: Run, place: Place, document: Document, before: Collection[str]) -> _Told:
    """Read the report; *before* are the ids of the orders that are held already."""
    with documents.opened(document.path) as stream:
        encoding = documents.decide_encoding(
            stream, document.name, fallbacks=fallbacks(place.store)
        )
    told, elsewhere = _Told(encoding), _elsewhere(run, place.store)
    for row in _rows(place.store, document, told):
        if row.updated_at is not None:
            told.first = min(told.first or row.updated_at, row.updated_at)
            told.last = max(told.last or row.updated_at, row.updated_at)
        if row.order_id in before:
            told.known.add(row.order_id)
        if _holds(row) and row.marketplace not in elsewhere:
            told.held.append(
                PendingOrder(row.order_id, row.seller_sku, row.quantity, row.purchased_at)
            )
    return told


def _rows(store: Store, document: Document, told: _Told) -> Iterator[OrderRow]:
    """Yield the rows that can be read; note those that cannot."""
    with documents.opened(document.path) as stream:
        walk = Walk(
            stream,
            encoding=told.encoding,
            delimiter=orders_report.DELIMITER,
            ragged=True,
            name=document.name,
        )
        header, _ = walk.header()
        columns = orders_report.recognise(header, file_name=document.name)
        parse = orders_report.row_parser(columns, store.marketplace)
        for record in walk:
            told.read += 1
            if _is_cut(record, len(columns)):
                told.cut = record.line
            row = Rejected(record.reason) if record.cells is None else parse(record.cells)
            if isinstance(row, Rejected):
                told.rejects.append((record.line, row.key, row.reason, ""))
            else:
                yield row


def _is_cut(record: Record, width: int) -> bool:
    return record.raw[-1:] not in (b"\n", b"\r") and len(record.cells or ()) < width


def _holds(row: OrderRow) -> bool:
    return (
        row.quantity > 0
        and row.item_status != OrderStatus.CANCELLED
        and is_unknown_to_commerce(row.channel, row.status)
    )


def _refuse(run: Run, document: Document, told: _Told) -> None:
    """Refuse a report that is not whole, or mostly unreadable, unless the user overrules that."""
    if run.limits is None:
        return
    if told.cut:
        raise UnsafeInput(
            f"{document.name} ends in the middle of a row (line {told.cut:,}): it was cut off. "
            "The last good state stays.",
            next_step="Download it again; import what there is of it with --force.",
        )
    refusal = guards.rejected(run.limits, "rows", read=told.read, bad=len(told.rejects))
    if refusal:
        line, _, reason, _ = told.rejects[0]
        raise UnsafeInput(
            f"{document.name}: {refusal}. The first is on line {line}: {reason}. The last good state stays.",
            next_step="Check the report; import what can be read of it with --force.",
        )


def _record(run: Run, place: Place, document: Document, told: _Told, signature: str) -> None:
    source = Source(
        kind=KIND,
        path=str(document.path),
        digest=document.digest,
        signature=signature,
        encoding=told.encoding,
        modified_at=document.modified_at,
        rows_read=told.read,
        accepted=told.read - len(told.rejects),
        rejected=len(told.rejects),
        duplicates=0,
    )
    runs.record_source(run.db, place.store_id, run.run_id, source, told.rejects)
