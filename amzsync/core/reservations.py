"""Which Amazon orders hold stock back, and which become orders of Commerce: the table of the Sales Channel.

Without multi-source inventory the user chooses whether stock is reserved; with it, Commerce reserves as soon as
it has the order.  Nothing that Amazon ships touches the merchant's stock.
"""

from __future__ import annotations

from enum import StrEnum

from amzsync.core.model import Fulfillment


class OrderStatus(StrEnum):
    """Where Amazon says that an order stands; ``ERROR`` is one that Commerce did not take."""

    PENDING = "pending"
    PENDING_AVAILABILITY = "pending-availability"
    UNSHIPPED = "unshipped"
    PARTIALLY_SHIPPED = "partially-shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    ERROR = "error"


_PAID = frozenset({OrderStatus.UNSHIPPED, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED})


def reserves(
    channel: str | None, status: str | None, *, reserve: bool, multi_source: bool = False
) -> bool:
    """Tell whether an order holds stock of the merchant back.

    *channel* is a Fulfillment value, *status* an OrderStatus value; what is neither reserves nothing.  *reserve*
    is the user's choice, which counts only without *multi_source* inventory.  All units of an order are
    reserved, also where some have been shipped.
    """
    if channel != Fulfillment.MERCHANT:
        return False
    if multi_source:
        return status in _PAID
    return reserve and (status in _PAID or status == OrderStatus.PENDING)


def creates_order(
    channel: str | None, status: str | None, *, in_stock: bool, multi_source: bool = True
) -> bool:
    """Tell whether an order of Commerce is made of an order.

    With *multi_source* inventory none is made of what is not *in_stock*; a product whose stock is not managed
    counts as in stock.
    """
    if multi_source and not in_stock:
        return False
    if channel == Fulfillment.AMAZON:
        return status == OrderStatus.SHIPPED
    return channel == Fulfillment.MERCHANT and status in _PAID


def is_unknown_to_commerce(channel: str | None, status: str | None) -> bool:
    """Tell whether an order holds stock back of which Commerce, having no order for it, cannot know."""
    return reserves(channel, status, reserve=True) and not creates_order(
        channel, status, in_stock=True
    )
