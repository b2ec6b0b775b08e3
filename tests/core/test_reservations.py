"""Which Amazon orders reserve stock, and which become orders of Commerce: every row of the table."""

from __future__ import annotations

import pytest

from amzsync.core.model import Fulfillment
from amzsync.core.reservations import (
    OrderStatus,
    creates_order,
    is_unknown_to_commerce,
    reserves,
)

FBA, FBM = Fulfillment.AMAZON, Fulfillment.MERCHANT

# channel, status, an order is created (in stock, out of stock), reserved (without and with multi-source inventory)
TABLE = [
    pytest.param(FBA, OrderStatus.PENDING, (False, False), (False, False), id="FBA-Pending"),
    pytest.param(
        FBA,
        OrderStatus.PENDING_AVAILABILITY,
        (False, False),
        (False, False),
        id="FBA-PendingAvailability",
    ),
    pytest.param(FBA, OrderStatus.CANCELLED, (False, False), (False, False), id="FBA-Canceled"),
    pytest.param(FBA, OrderStatus.ERROR, (False, False), (False, False), id="FBA-Error"),
    pytest.param(FBA, OrderStatus.UNSHIPPED, (False, False), (False, False), id="FBA-Unshipped"),
    pytest.param(
        FBA,
        OrderStatus.PARTIALLY_SHIPPED,
        (False, False),
        (False, False),
        id="FBA-PartiallyShipped",
    ),
    pytest.param(FBA, OrderStatus.SHIPPED, (True, False), (False, False), id="FBA-Shipped"),
    pytest.param(FBM, OrderStatus.PENDING, (False, False), (True, False), id="FBM-Pending"),
    pytest.param(
        FBM,
        OrderStatus.PENDING_AVAILABILITY,
        (False, False),
        (False, False),
        id="FBM-PendingAvailability",
    ),
    pytest.param(FBM, OrderStatus.CANCELLED, (False, False), (False, False), id="FBM-Canceled"),
    pytest.param(FBM, OrderStatus.ERROR, (False, False), (False, False), id="FBM-Error"),
    pytest.param(FBM, OrderStatus.UNSHIPPED, (True, False), (True, True), id="FBM-Unshipped"),
    pytest.param(
        FBM, OrderStatus.PARTIALLY_SHIPPED, (True, False), (True, True), id="FBM-PartiallyShipped"
    ),
    pytest.param(FBM, OrderStatus.SHIPPED, (True, False), (True, True), id="FBM-Shipped"),
]
ROW = ("channel", "status", "created", "reserved")


def test_the_table_has_a_row_for_every_channel_and_status() -> None:
    rows = {one.values[:2] for one in TABLE}
    assert rows == {(channel, status) for channel in Fulfillment for status in OrderStatus}


@pytest.mark.parametrize(ROW, TABLE)
def test_an_order_of_commerce_is_created_as_the_table_says(
    channel: str, status: str, created: tuple[bool, bool], reserved: tuple[bool, bool]
) -> None:
    del reserved
    in_stock, out_of_stock = created
    assert creates_order(channel, status, in_stock=True) is in_stock
    assert creates_order(channel, status, in_stock=False) is out_of_stock
    # Without multi-source inventory being out of stock does not matter.
    assert creates_order(channel, status, in_stock=False, multi_source=False) is in_stock


@pytest.mark.parametrize(ROW, TABLE)
def test_stock_is_reserved_as_the_table_says(
    channel: str, status: str, created: tuple[bool, bool], reserved: tuple[bool, bool]
) -> None:
    del created
    without, with_sources = reserved
    assert reserves(channel, status, reserve=True) is without
    assert reserves(channel, status, reserve=True, multi_source=True) is with_sources


@pytest.mark.parametrize(ROW, TABLE)
def test_nothing_is_reserved_where_the_user_says_so_unless_commerce_reserves_by_itself(
    channel: str, status: str, created: tuple[bool, bool], reserved: tuple[bool, bool]
) -> None:
    del created
    assert not reserves(channel, status, reserve=False)
    assert reserves(channel, status, reserve=False, multi_source=True) is reserved[1]


@pytest.mark.parametrize(ROW, TABLE)
def test_commerce_knows_of_every_order_that_reserves_but_the_pending_ones(
    channel: str, status: str, created: tuple[bool, bool], reserved: tuple[bool, bool]
) -> None:
    assert is_unknown_to_commerce(channel, status) is (reserved[0] and not created[0])
    assert is_unknown_to_commerce(channel, status) is (
        channel is FBM and status is OrderStatus.PENDING
    )


@pytest.mark.parametrize(
    ("channel", "status"),
    [
        (None, "pending"),
        ("merchant", "Waiting for the moon"),
        ("merchant", None),
        (None, "shipped"),
    ],
)
def test_what_is_not_known_reserves_nothing_and_makes_no_order(
    channel: str | None, status: str | None
) -> None:
    assert not reserves(channel, status, reserve=True)
    assert not creates_order(channel, status, in_stock=True)
