"""The rows of an all-orders report, of which only what holds stock is taken: no buyers and no places.

The report (GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL, or BY_ORDER_DATE; in Seller Central under
Reports > Fulfilment > All Orders) is tab-separated without quotes, its headings are English everywhere, and
sellers have columns that are documented nowhere: columns are found by name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from amzsync.amazon import timestamps
from amzsync.amazon.cell_values import fulfillment, quantity, shown, sku_fault
from amzsync.amazon.headings import normalise
from amzsync.core.marketplaces import Marketplace
from amzsync.core.memo import Memo
from amzsync.core.model import Rejected
from amzsync.core.reservations import OrderStatus
from amzsync.errors import InputError

DELIMITER = "\t"
_NEEDED = ("amazon-order-id", "order-status", "fulfillment-channel", "sku", "quantity")
_OTHERS = ("item-status", "sales-channel", "purchase-date", "last-updated-date")
_LONGEST_ID = 40  # an order id has 19 characters
_STATUSES = {
    "pending": OrderStatus.PENDING,
    "pendingavailability": OrderStatus.PENDING_AVAILABILITY,
    "unshipped": OrderStatus.UNSHIPPED,
    "pendingwaitingforpickup": OrderStatus.UNSHIPPED,  # paid and packed; the carrier is awaited
    "partiallyshipped": OrderStatus.PARTIALLY_SHIPPED,
    "shipping": OrderStatus.PARTIALLY_SHIPPED,
    "shipped": OrderStatus.SHIPPED,
    "complete": OrderStatus.SHIPPED,
    "cancelled": OrderStatus.CANCELLED,
    "canceled": OrderStatus.CANCELLED,
}


class OrderRow(NamedTuple):
    """One line of an order: so many units of a seller SKU."""

    order_id: str
    status: str | None  # an OrderStatus value, or Amazon's own word
    item_status: str | None  # the same of the line
    channel: str | None  # a Fulfillment value; None where it is not known
    seller_sku: str
    quantity: int
    marketplace: str | None  # where it was sold, as Marketplace.name: "amazon.de"
    purchased_at: str | None  # UTC, 2026-01-31T12:00:00Z
    updated_at: str | None


def recognise(header: list[str], *, file_name: str = "") -> tuple[str, ...]:
    """Return the columns of the all-orders report that begins with *header*, in its order.

    Raises ``InputError`` where it is another document.
    """
    columns = tuple(normalise(heading) for heading in header)
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise InputError(
            f"{file_name or 'The document'} is no all-orders report: it has no column {', '.join(missing)}.",
            next_step="Name under orders the report that Seller Central calls All Orders (Reports > Fulfilment), "
            "as Amazon gave it.",
        )
    return columns


def row_parser(
    columns: tuple[str, ...], marketplace: Marketplace
) -> Callable[[list[str]], OrderRow | Rejected]:
    """Return the function that turns the cells of one row into an ``OrderRow`` or a ``Rejected``.

    *columns* come from ``recognise``.  A row that is cut short behind what is needed is taken, one that is
    longer than the heading is not: its cells may have moved.  The reasons of rejected rows repeat nothing of
    the buyer.
    """
    width = len(columns)
    places = [columns.index(name) for name in _NEEDED]
    others = [columns.index(name) if name in columns else width for name in _OTHERS]
    least = max(places)
    statuses, channels = Memo(_status), Memo(fulfillment)
    when = timestamps.reader(marketplace)

    def parse(cells: list[str]) -> OrderRow | Rejected:
        if len(cells) <= least or any(cells[width:]):
            return Rejected(f"{len(cells)} cells under {width} headings")
        order_id, status, channel, sku, units_text = (cells[place] for place in places)
        padded = cells if len(cells) > width else cells + [""] * (width + 1 - len(cells))
        item_status, sold_on, purchased, updated = (
            "" if place == width else padded[place] for place in others
        )
        if fault := _id_fault(order_id) or sku_fault(sku):
            return Rejected(fault)
        if not status.strip():
            return Rejected(f"order {order_id.strip()} has no status", sku)
        units = quantity(units_text)
        if isinstance(units, Rejected):
            return units._replace(key=sku)
        if units is None:
            return Rejected(f"order {order_id.strip()} has a line without a quantity", sku)
        return OrderRow(
            order_id.strip(),
            statuses[status],
            statuses[item_status],
            channels[channel],
            sku,
            units,
            sold_on.strip().casefold() or None,
            when(purchased),
            when(updated),
        )

    return parse


def _status(text: str) -> str | None:
    word = text.strip()
    whole = "".join(filter(str.isalpha, unicodedata.normalize("NFKC", word).casefold()))
    # "Shipped - Delivered to Buyer" and its like say more than is asked.
    first = "".join(filter(str.isalpha, word.partition(" - ")[0].casefold()))
    found = _STATUSES.get(whole) or (_STATUSES.get(first) if first != "pending" else None)
    return (found.value if found else word) or None


def _id_fault(text: str) -> str:
    order_id = text.strip()
    if not order_id:
        return "no order id"
    if len(order_id) > _LONGEST_ID or not order_id.isprintable() or " " in order_id:
        return f"order id {shown(order_id)} is none of Amazon's"
    return ""
