"""How many of a product a listing offers: tables of cases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from amzsync.core.conditions import Condition, Group, Operator, Type
from amzsync.core.product_facts import ProductFacts
from amzsync.core.quantities import Counted, Quantities, attributes_of, steps_text
from amzsync.core.settings import Buffer, BufferRule, QuantitySettings, Sharing

NOTHING = Buffer(percent=False, amount=Decimal(0))


def units(amount: str) -> Buffer:
    return Buffer(percent=False, amount=Decimal(amount))


def percent(amount: str) -> Buffer:
    return Buffer(percent=True, amount=Decimal(amount))


def facts(
    stock: str | None = "12",
    *,
    in_stock: int | None = 1,
    manage_stock: int | None = 1,
    backorders: int | None = 0,
    attributes: str = "",
) -> ProductFacts:
    stock_e4 = None if stock is None else int(Decimal(stock) * 10_000)
    return ProductFacts(
        1, "A", "simple", 1, None, stock_e4, in_stock, manage_stock, backorders, None, 0,
        attributes=attributes,
    )  # fmt: skip


def having(attribute: str, value: str) -> Group:
    return Group(parts=(Condition(attribute, Type.TEXT, Operator.IS, (value,)),))


def count(product: ProductFacts, settings: QuantitySettings | None = None, **more: int) -> Counted:
    settings = settings or QuantitySettings()
    return Quantities(settings).quantity(product, barred=None, fulfillment="merchant", **more)


CASES = {
    "all of the stock": (facts("12"), QuantitySettings(), 12, "Stock 12"),
    "half a unit is rounded down": (
        facts("2.5"),
        QuantitySettings(),
        2,
        "Stock 2.5; rounded down = 2",
    ),
    "less than one is none": (facts("0.9"), QuantitySettings(), 0, "Stock 0.9; none left = 0"),
    "stock below nought is none": (facts("-3"), QuantitySettings(), 0, "Stock -3; none left = 0"),
    "a buffer of units": (
        facts("12"),
        QuantitySettings(buffer=units("2")),
        10,
        "Stock 12; less buffer 2 = 10",
    ),
    "a buffer of a share is rounded up": (
        facts("12"),
        QuantitySettings(buffer=percent("10")),
        10,
        "Stock 12; less buffer 10 % = 10.8; rounded down = 10",
    ),
    "a buffer of a share that only just holds back one more": (
        facts("3"),
        QuantitySettings(buffer=percent("33.334")),
        1,
        "Stock 3; less buffer 33.334 % = 1.9999; rounded down = 1",
    ),
    "a buffer of units that only just holds back one more": (
        facts("3"),
        QuantitySettings(buffer=units("1.00001")),
        1,
        "Stock 3; less buffer 1.00001 = 1.9999; rounded down = 1",
    ),
    "a buffer of more than there is": (
        facts("2"),
        QuantitySettings(buffer=units("5")),
        0,
        "Stock 2; less buffer 5 = -3; none left = 0",
    ),
    "a buffer of everything": (
        facts("7"),
        QuantitySettings(buffer=percent("100")),
        0,
        "Stock 7; less buffer 100 % = 0; none left = 0",
    ),
    "just the threshold": (facts("3"), QuantitySettings(threshold=3), 3, "Stock 3"),
    "fewer than the threshold": (
        facts("2"),
        QuantitySettings(threshold=3),
        0,
        "Stock 2; fewer than the threshold of 3 = 0",
    ),
    "one at a time": (facts("9"), QuantitySettings(maximum=1), 1, "Stock 9; at most 1 = 1"),
    "stock that is not managed": (
        facts(None, manage_stock=0),
        QuantitySettings(),
        100,
        "Stock is not managed = 100",
    ),
    "stock that is not managed is capped too": (
        facts("5", manage_stock=0, in_stock=0),
        QuantitySettings(maximum=40),
        40,
        "Stock is not managed = 100; at most 40 = 40",
    ),
    "out of stock, whatever the quantity says": (
        facts("5", in_stock=0),
        QuantitySettings(),
        0,
        "Out of stock in Commerce = 0",
    ),
    "stock that is not known": (
        facts(None),
        QuantitySettings(),
        None,
        "Stock not known, so the quantity stays",
    ),
    "backorders are not sold by themselves": (
        facts("0", backorders=1),
        QuantitySettings(),
        0,
        "Stock 0; none left = 0",
    ),
    "backorders are sold where the setting says so": (
        facts("-2", backorders=2),
        QuantitySettings(backorders=True, unmanaged=30),
        30,
        "It may be ordered beyond its stock = 30",
    ),
    "backorders of what is out of stock are not": (
        facts("0", backorders=1, in_stock=0),
        QuantitySettings(backorders=True),
        0,
        "Out of stock in Commerce = 0",
    ),
    "backorders of a stock that nobody told": (
        facts(None, backorders=1, in_stock=None),
        QuantitySettings(backorders=True),
        None,
        "Stock not known, so the quantity stays",
    ),
    "backorders of an untold stock that is there": (
        facts(None, backorders=1),
        QuantitySettings(backorders=True),
        100,
        "It may be ordered beyond its stock = 100",
    ),
}


@pytest.mark.parametrize(("product", "settings", "quantity", "text"), CASES.values(), ids=CASES)
def test_a_quantity_comes_about_step_by_step(
    product: ProductFacts, settings: QuantitySettings, quantity: int | None, text: str
) -> None:
    found = count(product, settings)
    assert (found.quantity, steps_text(found.steps)) == (quantity, text)


def test_all_steps_together_are_told_in_their_order() -> None:
    found = count(
        facts("12"), QuantitySettings(buffer=units("2"), maximum=3), pending=1, shares=2, place=1
    )
    assert found.quantity == 3
    assert steps_text(found.steps) == (
        "Stock 12; less 1 pending = 11; less buffer 2 = 9; 4 of 9 for this listing (stock shared by 2); "
        "at most 3 = 3"
    )


def test_what_amazon_ships_has_no_quantity_of_ours_even_where_it_is_barred() -> None:
    found = Quantities(QuantitySettings()).quantity(facts(), barred="x", fulfillment="amazon")
    assert (found.quantity, steps_text(found.steps)) == (
        None,
        "Amazon ships it and counts its own stock",
    )


@pytest.mark.parametrize("product", [facts(), facts(None), facts(manage_stock=0)])
def test_what_is_not_eligible_is_set_to_nought_also_where_its_stock_is_not_known(
    product: ProductFacts,
) -> None:
    found = Quantities(QuantitySettings()).quantity(
        product, barred="the product is disabled {x}", fulfillment="merchant"
    )
    assert found.quantity == 0
    assert steps_text(found.steps) == "Not eligible (the product is disabled {x}) = 0"


def test_pending_orders_that_exceed_the_stock_leave_none() -> None:
    found = count(facts("2"), pending=3)
    assert (found.quantity, steps_text(found.steps)) == (
        0,
        "Stock 2; less 3 pending = -1; none left = 0",
    )


def test_pending_orders_do_not_count_where_the_user_says_so() -> None:
    settings = QuantitySettings(reserve_pending=False)
    assert count(facts("2"), settings, pending=3) == count(facts("2"), settings)


def test_divided_stock_gives_its_remainder_to_the_first() -> None:
    assert [count(facts("8"), shares=3, place=place).quantity for place in range(3)] == [3, 3, 2]


def test_shared_stock_is_shown_whole_by_each_where_the_user_says_so() -> None:
    settings = QuantitySettings(sharing=Sharing.WHOLE)
    assert count(facts("8"), settings, shares=3, place=2) == count(facts("8"), settings)


def test_the_first_buffer_rule_that_applies_replaces_the_general_buffer() -> None:
    settings = QuantitySettings(
        buffer=units("1"),
        buffers=(
            BufferRule("Zebra", units("4"), 1, having("color", "red")),
            BufferRule("Ant", units("5"), None, having("color", "red")),
            BufferRule("Bee", units("6"), None, having("size", "xl")),
        ),
    )
    found = {
        lines: count(facts("20", attributes=lines), settings)
        for lines in ("color=red\nsize=xl", "size=xl", "color=blue", "")
    }
    assert [one.quantity for one in found.values()] == [16, 14, 19, 19]
    assert steps_text(found["size=xl"].steps) == "Stock 20; less buffer 6 'Bee' = 14"


def test_a_buffer_rule_of_nothing_frees_a_product_of_the_general_buffer() -> None:
    rule = BufferRule("None", NOTHING, None, having("color", "red"))
    settings = QuantitySettings(buffer=units("5"), buffers=(rule,))
    assert steps_text(count(facts("20", attributes="color=red"), settings).steps) == "Stock 20"


def test_the_attributes_of_buffer_rules_are_told() -> None:
    tree = Group(parts=(having("color", "red"), *having("price", "1").parts, Group(every=False)))
    rules = (
        BufferRule("a", units("1"), None, tree),
        BufferRule("b", units("1"), None, having("size", "xl")),
    )
    assert attributes_of(QuantitySettings(buffers=rules)) == {"color", "size"}
    assert attributes_of(QuantitySettings()) == frozenset()


SHORT = {
    "enough": (facts("3"), QuantitySettings(threshold=3), None),
    "too few": (
        facts("2"),
        QuantitySettings(threshold=3),
        "2 in stock, fewer than the threshold of 3",
    ),
    "too few after the buffer": (
        facts("4"),
        QuantitySettings(threshold=3, buffer=units("2")),
        "4 in stock less buffer 2, fewer than the threshold of 3",
    ),
    "all held back": (
        facts("2"),
        QuantitySettings(buffer=units("2")),
        "2 in stock less buffer 2, which leaves not a whole one",
    ),
    "a part of one": (
        facts("0.5"),
        QuantitySettings(),
        "0.5 in stock, which leaves not a whole one",
    ),
    "none": (facts("0"), QuantitySettings(threshold=3), "out of stock in Commerce"),
    "said to be out of stock": (
        facts("9", in_stock=0),
        QuantitySettings(),
        "out of stock in Commerce",
    ),
    "not managed": (facts("0", manage_stock=0), QuantitySettings(threshold=3), None),
    "not known": (facts(None), QuantitySettings(threshold=3), None),
    "backorders": (facts("0", backorders=1), QuantitySettings(backorders=True, threshold=3), None),
    "backorders that are not sold": (
        facts("0", backorders=1),
        QuantitySettings(),
        "out of stock in Commerce",
    ),
}


@pytest.mark.parametrize(("product", "settings", "words"), SHORT.values(), ids=SHORT)
def test_a_product_that_is_short_of_stock_says_why(
    product: ProductFacts, settings: QuantitySettings, words: str | None
) -> None:
    quantities = Quantities(settings)
    assert [quantities.short(product), quantities.short(product)] == [words, words]
