"""The rows of an all-orders report: what holds stock is taken, nothing of the buyer."""

from __future__ import annotations

import pytest

from amzsync.amazon.orders_report import OrderRow, recognise, row_parser
from amzsync.core.marketplaces import by_code
from amzsync.core.model import Rejected
from amzsync.errors import InputError

HEADER = [
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "amazon-programs",
]
ORDER = {
    "amazon-order-id": "302-1234567-7654321",
    "purchase-date": "2026-11-22T08:12:45+00:00",
    "last-updated-date": "2026-11-22T23:30:00-08:00",
    "order-status": "Pending",
    "fulfillment-channel": "Merchant",
    "sales-channel": "Amazon.de",
    "product-name": "Kettle",
    "sku": "KIT 1",
    "item-status": "Unshipped",
    "quantity": "2",
    "currency": "EUR",
    "item-price": "39.80",
    "ship-city": "Musterstadt",
    "ship-postal-code": "99999",
}
GERMANY = by_code("DE")
assert GERMANY is not None


def cells(**changed: str) -> list[str]:
    values = ORDER | {name.replace("_", "-"): value for name, value in changed.items()}
    return [values.get(name, "") for name in HEADER]


def parsed(row: list[str], header: list[str] = HEADER) -> OrderRow | Rejected:
    assert GERMANY is not None
    return row_parser(recognise(header), GERMANY)(row)


def read(**changed: str) -> OrderRow:
    found = parsed(cells(**changed))
    assert isinstance(found, OrderRow)
    return found


def test_a_row_tells_order_listing_units_and_times_and_nothing_of_the_buyer() -> None:
    assert read() == OrderRow(
        "302-1234567-7654321", "pending", "unshipped", "merchant", "KIT 1", 2, "amazon.de",
        "2026-11-22T08:12:45Z", "2026-11-23T07:30:00Z",
    )  # fmt: skip


def test_columns_are_found_by_name_in_any_order_and_spelling() -> None:
    header = [
        "\ufeffQuantity",
        "SKU",
        "order_status",
        "fulfillment-channel",
        "Amazon-Order-Id",
        "extra",
    ]
    row = ["1", "A", "Shipped", "Amazon", "S01-1234567-7654321", ""]
    assert parsed(row, header) == OrderRow(
        "S01-1234567-7654321", "shipped", None, "amazon", "A", 1, None, None, None
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Pending", "pending"),
        (" pending ", "pending"),
        ("PendingAvailability", "pending-availability"),
        ("Unshipped", "unshipped"),
        ("Partially Shipped", "partially-shipped"),
        ("Shipping", "partially-shipped"),
        ("Shipped", "shipped"),
        ("Shipped - Delivered to Buyer", "shipped"),
        ("Pending - Waiting for Pick Up", "unshipped"),
        ("Pending - On the Moon", "Pending - On the Moon"),
        ("Cancelled", "cancelled"),
        ("Canceled", "cancelled"),
        ("Unfulfillable", "Unfulfillable"),
    ],
)
def test_the_status_is_in_our_words_or_stays_as_it_came(text: str, status: str) -> None:
    assert read(order_status=text).status == status


@pytest.mark.parametrize(
    ("text", "channel"),
    [("Merchant", "merchant"), ("Amazon", "amazon"), ("", None), ("Robot", None)],
)
def test_a_channel_that_is_not_known_is_nobodys(text: str, channel: str | None) -> None:
    assert read(fulfillment_channel=text).channel == channel


def test_a_time_that_cannot_be_read_is_not_known() -> None:
    found = read(purchase_date="yesterday", last_updated_date="")
    assert (found.purchased_at, found.updated_at) == (None, None)


def test_a_row_that_is_cut_short_behind_the_quantity_is_taken() -> None:
    row = cells()[: HEADER.index("quantity") + 1]
    assert parsed(row) == read()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(cells()[:5], "5 cells under 21 headings", id="too short"),
        pytest.param([*cells(), "more"], "22 cells under 21 headings", id="too long"),
        pytest.param(cells(amazon_order_id=" "), "no order id", id="no order"),
        pytest.param(
            cells(amazon_order_id="302 1"), "order id '302 1' is none of Amazon's", id="no order id"
        ),
        pytest.param(cells(sku=""), "no seller SKU", id="no seller SKU"),
        pytest.param(
            cells(order_status=""), "order 302-1234567-7654321 has no status", id="no status"
        ),
        pytest.param(
            cells(quantity=""),
            "order 302-1234567-7654321 has a line without a quantity",
            id="no quantity",
        ),
        pytest.param(
            cells(quantity="two"), "quantity 'two' is not a whole number of units", id="words"
        ),
        pytest.param(
            cells(quantity="-1"), "quantity '-1' is not a whole number of units", id="below nought"
        ),
    ],
)
def test_a_row_that_cannot_be_read_says_why_without_naming_the_buyers_town(
    row: list[str], reason: str
) -> None:
    found = parsed(row)
    assert isinstance(found, Rejected)
    assert found.reason == reason
    assert "Musterstadt" not in repr(found)


def test_blank_cells_beyond_the_heading_do_not_matter() -> None:
    assert parsed([*cells(), "", ""]) == read()


def test_a_listings_report_is_not_taken_for_orders() -> None:
    with pytest.raises(
        InputError, match=r"listings\.txt is no all-orders report: it has no column amazon-o"
    ):
        recognise(["item-name", "seller-sku", "price", "quantity"], file_name="listings.txt")
