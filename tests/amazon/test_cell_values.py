"""Single cells: prices, quantities, conditions, channels, statuses, ASINs and seller SKUs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon import cell_values
from amzsync.core.marketplaces import Marketplace, by_code
from amzsync.core.model import Condition, Fulfillment, ListingStatus, Rejected


def a_marketplace(code: str) -> Marketplace:
    found = by_code(code)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("US", "", None),
        ("US", "  ", None),
        ("US", "5", 500),
        ("US", "5.0", 500),
        ("US", "5.00", 500),
        ("US", "120.49", 12049),
        ("US", " 7.5 ", 750),
        ("US", "\u00a07.5", 750),
        ("US", "7.5000", 750),
        ("US", "0", 0),
        ("US", "0.00", 0),
        ("US", "999999999.99", 99999999999),
        ("JP", "1980", 1980),
        ("JP", "1980.00", 1980),
        ("JP", "0", 0),
    ],
)
def test_a_price_is_told_in_minor_units(code: str, text: str, expected: int | None) -> None:
    assert cell_values.price_reader(a_marketplace(code))(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1,99", "1.299,00", "1 299", "1_000", "NaN", "Infinity", "1e5", "-5", "+5", "５", "１２",
        "١٢", "$5", "5.", ".5", "5.12345", "1234567890", "5.00 USD", "price", "5\n5", "0x10",
    ],
)  # fmt: skip
def test_what_is_no_plain_amount_is_rejected_with_its_text(text: str) -> None:
    told = cell_values.price_reader(a_marketplace("US"))(text)
    assert told == Rejected(f"price {text!r} is not an amount such as 1299.00")


@pytest.mark.parametrize(("code", "text"), [("US", "1.999"), ("US", "0.0001"), ("JP", "19.99")])
def test_decimals_that_the_currency_has_not_are_rejected(code: str, text: str) -> None:
    marketplace = a_marketplace(code)
    told = cell_values.price_reader(marketplace)(text)
    assert told == Rejected(f"price {text!r} has more decimals than {marketplace.currency} has")


@given(st.decimals(min_value=0, max_value=999_999_999, places=2))
def test_no_cent_is_lost_or_found(amount: Decimal) -> None:
    assert cell_values.price_reader(a_marketplace("DE"))(f"{amount:f}") == int(amount * 100)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", None), (" ", None), ("0", 0), ("12", 12), (" 12", 12), ("5.0", 5), ("5.000", 5)],
)
def test_a_quantity_is_a_whole_number_and_empty_is_not_zero(
    text: str, expected: int | None
) -> None:
    assert cell_values.quantity(text) == expected


@pytest.mark.parametrize("text", ["-1", "+5", "5.5", "1,000", "５", "1e3", "012345678905", "many"])
def test_what_is_no_whole_number_is_rejected_with_its_text(text: str) -> None:
    told = cell_values.quantity(text)
    assert told == Rejected(f"quantity {text!r} is not a whole number of units")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("11", Condition.NEW),
        ("1", Condition.USED_LIKE_NEW),
        ("4", Condition.USED_ACCEPTABLE),
        ("5", Condition.COLLECTIBLE_LIKE_NEW),
        ("8", Condition.COLLECTIBLE_ACCEPTABLE),
        ("10", Condition.REFURBISHED),
        ("New", Condition.NEW),
        ("NewItem", Condition.NEW),
        ("new_new", Condition.NEW),
        ("UsedLikeNew", Condition.USED_LIKE_NEW),
        ("Used; Very Good", Condition.USED_VERY_GOOD),
        ("Collectible - Good", Condition.COLLECTIBLE_GOOD),
        ("Refurbished", Condition.REFURBISHED),
        ("9", "9"),
        ("12", "12"),
        (" Club ", "Club"),
        ("Item", "Item"),
    ],
)
def test_a_condition_is_one_of_ours_or_stays_as_it_came(text: str, expected: str | None) -> None:
    assert cell_values.condition(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DEFAULT", Fulfillment.MERCHANT),
        ("Merchant", Fulfillment.MERCHANT),
        (" default ", Fulfillment.MERCHANT),
        ("Händler", Fulfillment.MERCHANT),
        ("出品者", Fulfillment.MERCHANT),
        ("AMAZON_NA", Fulfillment.AMAZON),
        ("AMAZON_MARS", Fulfillment.AMAZON),
        ("Amazon", Fulfillment.AMAZON),
        ("AFN", Fulfillment.AMAZON),
        ("", None),
        ("DROPSHIP", None),
    ],
)
def test_an_unknown_channel_is_nobodys(text: str, expected: str | None) -> None:
    assert cell_values.fulfillment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Active", ListingStatus.ACTIVE),
        ("INACTIVE", ListingStatus.INACTIVE),
        ("Incomplete", ListingStatus.INCOMPLETE),
        ("Deleted", ListingStatus.DELETED),
        ("Inaktiv", ListingStatus.INACTIVE),
        ("Unvollsta\u0308ndig", ListingStatus.INCOMPLETE),
        ("Aktif", ListingStatus.ACTIVE),
        ("", None),
        (" ", None),
        (" Closed for Now ", "Closed for Now"),
    ],
)
def test_a_status_is_one_of_ours_or_stays_as_it_came(text: str, expected: str | None) -> None:
    assert cell_values.status(text) == expected


@pytest.mark.parametrize(
    ("text", "product_id", "expected"),
    [
        ("B07RFSSYBH", "", "B07RFSSYBH"),
        ("b07rfssybh ", "", "B07RFSSYBH"),
        ("0735211299", "9780735211292", "0735211299"),
        ("043935806X", "", "043935806X"),
        ("1847941842", "B07RFSSYBH", "1847941842"),
        ("", "B07RFSSYBH", "B07RFSSYBH"),
        ("", " b07rfssybh", "B07RFSSYBH"),
        ("", "0735211299", "0735211299"),
        ("", "1234567890", None),  # ten digits, but no ISBN-10
        ("", "012345678905", None),
        ("", "", None),
        ("735211299", "", None),  # a spreadsheet ate the zero
        ("X07RFSSYBH", "", None),
        ("B07RFSSYBÉ", "", None),
        ("Ｂ07RFSSYBH", "", None),
        ("n/a", "B07RFSSYBH", "B07RFSSYBH"),
    ],
)
def test_an_asin_keeps_its_zeros_and_is_never_guessed(
    text: str, product_id: str, expected: str | None
) -> None:
    assert cell_values.asin(text, product_id) == expected


@pytest.mark.parametrize("sku", ["A", " A ", "0042", "A/B+C%20", "é", "A\u00a0B", "A\u200bB", "😀"])
def test_a_seller_sku_may_be_nearly_anything(sku: str) -> None:
    assert cell_values.sku_fault(sku) == ""


@pytest.mark.parametrize(
    ("sku", "fault"),
    [
        ("", "no seller SKU"),
        (" \u00a0", "no seller SKU"),
        ("A\x00", r"seller SKU 'A\x00' has a control character in it"),
        ("A\rB", r"seller SKU 'A\rB' has a control character in it"),
        ("A\x9b", r"seller SKU 'A\x9b' has a control character in it"),
        ("A\ud800", r"seller SKU 'A\ud800' has a control character in it"),
    ],
)
def test_a_seller_sku_has_neither_controls_nor_nothing_in_it(sku: str, fault: str) -> None:
    assert cell_values.sku_fault(sku) == fault


def test_a_message_quotes_no_more_than_the_beginning_of_a_cell() -> None:
    assert cell_values.shown("x" * 5_000) == repr("x" * 40 + "...")
    assert cell_values.shown("\x1b[2J") == r"'\x1b[2J'"
