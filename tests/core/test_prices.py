"""The way of a price: the worked examples of Adobe's Amazon Sales Channel by name, and what they leave open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from amzsync.core.conditions import Condition as Line
from amzsync.core.conditions import Group, Operator, Type
from amzsync.core.model import Condition
from amzsync.core.offers import Offer
from amzsync.core.prices import (
    Priced,
    Pricing,
    Problem,
    Scope,
    attributes_of,
    problem_text,
    steps_text,
)
from amzsync.core.product_facts import ProductFacts
from amzsync.core.settings import (
    Adjustment,
    Bound,
    Competition,
    Money,
    OfferSource,
    PriceRule,
    PriceSettings,
    Rate,
    Settings,
    Tier,
    Variance,
)

TODAY = date(2026, 11, 23)
NO_MONEY = Money()
NEW, GOOD, ACCEPTABLE = "new_new", "used_good", "used_acceptable"
SALE = Group(parts=(Line("sale", Type.YES_NO, Operator.IS, (True,)),))


def product(price: str | None = None, **attributes: str) -> ProductFacts:
    micros = None if price is None else int(Decimal(price) * 1_000_000)
    lines = "\n".join(f"{code}={value}" for code, value in attributes.items())
    return ProductFacts(
        1, "A", "simple", 1, ",base,", 10_000, 1, 1, 0, None, 0, price_micros=micros, attributes=lines
    )  # fmt: skip


def scope(price: str | None = None, **attributes: str) -> Scope:
    facts = product(price, **attributes)
    return Scope(facts.price_micros, attributes=facts.attributes)


def pricing(
    *rules: PriceRule,
    currency: str = "USD",
    exponent: int = 2,
    business_available: bool = True,
    money: Money = NO_MONEY,
    today: date = TODAY,
    **price: Any,
) -> Pricing:
    settings = Settings(price=PriceSettings(rules=rules, **price))
    return Pricing(
        settings,
        currency=currency,
        exponent=exponent,
        business_available=business_available,
        today=today,
        money=money,
    )


def percent(amount: str) -> Adjustment:
    return Adjustment(up=amount[0] != "-", percent=True, amount=abs(Decimal(amount)))


def fixed(amount: str) -> Adjustment:
    return Adjustment(up=amount[0] != "-", percent=False, amount=abs(Decimal(amount)))


def rule(name: str, priority: int | None, adjustment: Adjustment, **more: Any) -> PriceRule:
    return PriceRule(name, priority=priority, adjustment=adjustment, **more)


def intelligent(
    source: OfferSource = OfferSource.BUY_BOX, *, name: str = "R", priority: int = 1, **more: Any
) -> PriceRule:
    return PriceRule(name, priority=priority, competition=Competition(source, **more))


def offer(price: str, condition: str = NEW, **more: Any) -> Offer:
    return Offer(condition, int(Decimal(price) * 100), **more)


def buy_box(price: str) -> list[Offer]:
    return [offer(price, buy_box=True)]


def text(priced: Priced) -> str:
    return steps_text(priced.steps, 2)


def amount(priced: Priced) -> str | None:
    return None if priced.minor is None else f"{Decimal(priced.minor) / 100:.2f}"


SUMMER, CLEAR = rule("Summer", 1, percent("-10")), rule("Clear", 2, fixed("-10"))


# Standard rules: they stack, and they stop others.


def test_p1_a_percentage_and_then_an_amount() -> None:
    priced = pricing(SUMMER, CLEAR).price(product("45.49"))
    assert amount(priced) == "30.94"
    assert text(priced) == "Price 45.49; -10 % 'Summer' = 40.94; -10.00 'Clear' = 30.94"


def test_p1b_the_order_of_the_rules_matters() -> None:
    swapped = [rule("Clear", 1, fixed("-10")), rule("Summer", 2, percent("-10"))]
    priced = pricing(*swapped).price(product("45.49"))
    assert amount(priced) == "31.94"
    assert text(priced) == "Price 45.49; -10.00 'Clear' = 35.49; -10 % 'Summer' = 31.94"


def test_p2_the_rounding_is_half_up_after_each_rule() -> None:
    priced = pricing(SUMMER, CLEAR).price(product("47.76"))
    assert amount(priced) == "32.98"
    assert text(priced) == "Price 47.76; -10 % 'Summer' = 42.98; -10.00 'Clear' = 32.98"


SALES = (
    rule("10 % off sale", 1, percent("-10"), conditions=SALE),
    rule("2.00 off sale", 2, fixed("-2"), conditions=SALE, stop=True),
    rule("5 % off all", 3, percent("-5")),
)


def test_p3_a_rule_that_stops_discards_the_later_ones_only() -> None:
    priced = pricing(*SALES).price(product("100", sale="Yes"))
    assert amount(priced) == "88.00"
    assert text(priced) == (
        "Price 100.00; -10 % '10 % off sale' = 90.00; -2.00 '2.00 off sale' = 88.00; "
        "'2.00 off sale' stops later rules"
    )


def test_p3b_a_rule_that_does_not_hold_stops_nothing() -> None:
    priced = pricing(*SALES).price(product("100", sale="No"))
    assert amount(priced) == "95.00"
    assert text(priced) == "Price 100.00; -5 % '5 % off all' = 95.00"


# Intelligent rules: the Buy Box between floor and ceiling.


def matched(price: str, box: str, floor: Bound) -> str | None:
    found = pricing(intelligent(floor=floor))
    return amount(found.price(product(price), offers=buy_box(box), condition=NEW))


FOUR_FIFTHS = Bound("price", percent("-20"))


def test_p4_the_buy_box_below_the_price_leaves_the_price_as_the_floor() -> None:
    assert matched("15", "10", Bound("price")) == "15.00"


def test_p5_the_buy_box_above_the_price_is_matched() -> None:
    assert matched("5", "10", Bound("price")) == "10.00"


def test_p6_the_buy_box_below_the_floor_gives_the_floor() -> None:
    assert matched("20", "15", FOUR_FIFTHS) == "16.00"


def test_p7_the_buy_box_at_the_price_is_matched() -> None:
    assert matched("15", "15", FOUR_FIFTHS) == "15.00"


def test_p8_the_buy_box_between_floor_and_price_is_matched() -> None:
    assert matched("17", "15", FOUR_FIFTHS) == "15.00"


def test_p4_the_floor_is_told() -> None:
    priced = pricing(intelligent()).price(product("15"), offers=buy_box("10"), condition=NEW)
    assert text(priced) == (
        "Price 15.00; Buy Box 10.00 (new); match 'R' = 10.00; our shipping is not known and taken as 0; "
        "floor Price = 15.00"
    )


def test_p6_the_floor_is_told_with_its_percentage() -> None:
    found = pricing(intelligent(floor=Bound("price", percent("-20"))))
    priced = found.price(product("20"), offers=buy_box("15"), condition=NEW)
    assert text(priced).endswith("floor Price -20 % = 16.00")


MIXED = [offer("17"), offer("15"), offer("14", "used_very_good"), offer("13", GOOD)]
LOWEST = intelligent(OfferSource.LOWEST)


def test_p9_the_lowest_of_our_condition_comes_before_cheaper_others() -> None:
    priced = pricing(LOWEST).price(product("10"), offers=MIXED, condition=NEW)
    assert amount(priced) == "15.00"


def test_p10_without_our_condition_the_lowest_of_its_family() -> None:
    priced = pricing(LOWEST).price(product("10"), offers=MIXED, condition=ACCEPTABLE)
    assert amount(priced) == "13.00"


def test_p11_another_condition_is_weighed_by_its_variance() -> None:
    found = pricing(
        intelligent(
            OfferSource.LOWEST,
            conditions=Variance.VARIANCE,
            variances={Condition.USED_GOOD: Decimal(80)},
        )
    )
    priced = found.price(product("1"), offers=[offer("7.99")], condition=GOOD)
    assert amount(priced) == "6.39"
    assert "lowest offer 7.99 (new); 80 % for the condition = 6.39; match 'R' = 6.39" in text(
        priced
    )


def test_p11b_variances_are_subtracted_not_divided() -> None:
    found = pricing(
        intelligent(
            OfferSource.LOWEST,
            conditions=Variance.VARIANCE,
            variances={Condition.USED_GOOD: Decimal(80)},
        )
    )
    priced = found.price(product("1"), offers=[offer("10", GOOD)], condition=NEW)
    assert amount(priced) == "12.00"


@pytest.mark.parametrize(
    ("adjustment", "expected"),
    [pytest.param(fixed("-0.01"), "24.99", id="p12"), pytest.param(None, "25.00", id="p12 match")],
)
def test_p12_the_lowest_with_feedback_enough(adjustment: Adjustment | None, expected: str) -> None:
    offers = [
        offer("25", feedback=95, feedback_count=1000),
        offer("20", feedback=94, feedback_count=9000),
        offer("21", feedback=99, feedback_count=999),
    ]
    found = pricing(
        intelligent(
            OfferSource.LOWEST, min_feedback=95, min_feedback_count=1000, adjustment=adjustment
        )
    )
    assert amount(found.price(product("10"), offers=offers, condition=NEW)) == expected


CANADA = Money("CAD", (Rate("CAD", "USD", Decimal("1.25"), TODAY),))
CAPPED = intelligent(floor=Bound("cost"), ceiling=Bound("msrp"))


def capped(*rules: PriceRule) -> Pricing:
    return pricing(CAPPED, *rules, money=CANADA, convert=True, vat=Decimal(10))


def test_p13_the_ceiling_is_converted_and_then_taxed() -> None:
    facts = product("9", cost="1", msrp="10")
    priced = capped().price(facts, offers=buy_box("99"), condition=NEW)
    assert amount(priced) == "13.75"
    assert text(priced).endswith("ceiling msrp = 12.50; +10 % VAT = 13.75")
    assert "CAD to USD at 1.25 = 11.25" in text(priced)


def test_p14_a_later_rule_moves_the_taxed_ceiling_and_is_not_taxed() -> None:
    found = capped(rule("More", 2, fixed("5")))
    facts = product("9", cost="1", msrp="10")
    priced = found.price(facts, offers=buy_box("99"), condition=NEW)
    assert amount(priced) == "18.75"
    assert text(priced).endswith("+10 % VAT = 13.75; +5.00 'More' = 18.75")


def test_p15_a_floor_of_cost_and_five_percent() -> None:
    found = pricing(intelligent(floor=Bound("cost", percent("5"))))
    priced = found.price(product("9", cost="5.00"), offers=buy_box("1"), condition=NEW)
    assert amount(priced) == "5.25"
    assert text(priced).endswith("floor cost +5 % = 5.25")


@pytest.mark.parametrize(("box", "expected"), [("1", "11.00"), ("500", "110.00"), ("50", "50.00")])
def test_p16_floor_and_ceiling_are_moved_by_percentages(box: str, expected: str) -> None:
    low, high = Bound("low", percent("10")), Bound("high", percent("10"))
    found = pricing(intelligent(floor=low, ceiling=high))
    facts = product("50", low="10", high="100")
    assert amount(found.price(facts, offers=buy_box(box), condition=NEW)) == expected


@pytest.mark.parametrize("box", ["1", "10", "500"])
def test_p17_a_floor_above_the_ceiling_wins_and_is_a_problem(box: str) -> None:
    found = pricing(
        intelligent(floor=Bound("cost", percent("3")), ceiling=Bound("msrp", percent("-2")))
    )
    facts = product("10", cost="10", msrp="10")
    priced = found.price(facts, offers=buy_box(box), condition=NEW)
    assert amount(priced) == "10.30"
    assert (priced.problem, priced.floor_minor, priced.ceiling_minor) == (
        Problem.FLOOR_ABOVE_CEILING,
        1030,
        980,
    )
    assert problem_text(priced, 2) == (
        "The floor 10.30 is above the ceiling 9.80; the floor was taken."
    )


def test_p18_no_price_goes_below_the_minimum() -> None:
    priced = pricing(rule("Sale", 1, fixed("-2")), minimum="map").price(product("20", map="20"))
    assert amount(priced) == "20.00"
    assert text(priced) == "Price 20.00; -2.00 'Sale' = 18.00; minimum map = 20.00"


def test_p19_a_tier_takes_its_percentage_off_the_list_price() -> None:
    tiers = (Tier(10, Decimal("7.5")), Tier(5, Decimal(5)))
    priced = pricing(business=True, tiers=tiers).price(product("100"))
    assert (priced.business_minor, priced.tiers) == (10_000, ((5, 9_500), (10, 9_250)))


# Price scope: the examples of the price views.


def test_s1_the_first_view_with_a_price_of_its_own() -> None:
    priced = pricing().price(product("31.99"), scopes=[scope("24.99"), scope()])
    assert amount(priced) == "24.99"


def test_s2_a_view_that_uses_the_default_has_no_price() -> None:
    priced = pricing().price(product("31.99"), scopes=[scope(), scope("27.99")])
    assert amount(priced) == "27.99"


def test_s3_another_source_is_sought_in_all_views_before_the_price_is_taken() -> None:
    scopes = [scope("24.99"), scope("27.99", attr="20.00")]
    priced = pricing(source="attr").price(product("31.99", attr="30.00"), scopes=scopes)
    assert amount(priced) == "20.00"
    assert text(priced) == "attr 20.00"


def test_s3_another_source_falls_back_to_its_default_and_then_to_the_price() -> None:
    scopes = [scope("24.99"), scope("27.99")]
    found = pricing(source="attr")
    assert amount(found.price(product("31.99", attr="30.00"), scopes=scopes)) == "30.00"
    priced = found.price(product("31.99"), scopes=scopes)
    assert (amount(priced), text(priced)) == ("24.99", "no attr; Price 24.99")


def test_s4_without_a_view_of_its_own_the_default() -> None:
    priced = pricing().price(product("31.99"), scopes=[scope(), scope()])
    assert amount(priced) == "31.99"


def test_floors_and_the_minimum_follow_the_views_too() -> None:
    found = pricing(intelligent(floor=Bound("cost")), minimum="map")
    scopes = [scope(cost="12")._replace(view="de"), scope("9", map="13")]
    facts = product("31.99", cost="1", map="1")
    priced = found.price(facts, scopes=scopes, offers=buy_box("5"), condition=NEW)
    assert amount(priced) == "13.00"
    assert text(priced).endswith("floor cost = 12.00; minimum map = 13.00")


def test_the_view_of_a_price_is_told() -> None:
    priced = pricing().price(product("31.99"), scopes=[scope("24.99")._replace(view="de")])
    assert text(priced) == "Price 24.99 of de"


# What the examples leave open.


def special(price: str, first: str | None, last: str | None, amount: str = "40") -> ProductFacts:
    micros = int(Decimal(amount) * 1_000_000)
    return product(price)._replace(special_price_micros=micros, special_from=first, special_to=last)


@pytest.mark.parametrize(
    ("first", "last", "expected", "until"),
    [
        (None, None, "40.00", None),
        ("2026-11-23", "2026-11-23", "40.00", "2026-11-24"),
        ("2026-11-01", "2026-12-31", "40.00", "2027-01-01"),
        ("2026-11-24", "2026-12-31", "45.49", "2026-11-24"),
        ("2026-11-01", "2026-11-22", "45.49", None),
        (None, "9999-12-31", "40.00", None),
        ("11/1/26, 12:00 AM", None, "45.49", None),
        (None, "2026-13-01", "45.49", None),
        ("2026-W01-1", None, "45.49", None),
    ],
)
def test_a_special_price_counts_on_its_days(
    first: str | None, last: str | None, expected: str, until: str | None
) -> None:
    priced = pricing(special_prices=True).price(special("45.49", first, last))
    assert (amount(priced), priced.holds_until) == (expected, until)


def test_a_special_price_is_told_and_an_unreadable_day_too() -> None:
    found = pricing(special_prices=True)
    assert text(found.price(special("45.49", None, None))) == "Price 45.49; special price 40.00"
    assert text(found.price(special("45.49", "1.1.", None))) == (
        "Price 45.49; the special price does not count, its day '1.1.' is unreadable"
    )


def test_a_special_price_counts_only_where_it_is_lower_and_wanted() -> None:
    higher = special("45.49", None, None, "50")
    assert amount(pricing(special_prices=True).price(higher)) == "45.49"
    assert amount(pricing().price(special("45.49", None, None))) == "45.49"


def test_a_view_may_have_a_special_price_and_leave_its_days_to_the_default() -> None:
    own = Scope(special_price_micros=35_000_000)
    found = pricing(special_prices=True)
    facts = special("45.49", None, "2026-11-22")
    assert amount(found.price(facts, scopes=[own])) == "45.49"
    assert amount(found.price(facts, scopes=[own._replace(special_to="2026-11-23")])) == "35.00"


def test_the_special_price_as_a_source_counts_on_its_days_only() -> None:
    found = pricing(source="special_price")
    priced = found.price(special("45.49", None, "2026-11-30"))
    assert (amount(priced), priced.holds_until) == ("40.00", "2026-12-01")
    assert amount(found.price(special("45.49", None, "2026-11-22"))) == "45.49"


def test_a_price_holds_until_the_first_day_of_a_rule_or_special_price() -> None:
    found = pricing(
        rule("Advent", 1, percent("-5"), first_day=date(2026, 11, 29)),
        rule("Week", 2, percent("-5"), last_day=date(2026, 11, 27)),
        special_prices=True,
    )
    assert found.price(product("10")).holds_until == "2026-11-28"
    assert found.price(special("45", None, "2026-11-24")).holds_until == "2026-11-25"
    assert found.price(product("10"), override=Decimal(5)).holds_until is None


def test_without_a_price_there_is_none_and_never_nought() -> None:
    for facts in (product(), product(cost="5"), product("-1")):
        priced = pricing(SUMMER, minimum="cost").price(facts)
        assert (priced.minor, priced.problem) == (None, Problem.NO_PRICE)
    assert problem_text(priced, 2) == "The product has no price in Commerce."


@pytest.mark.parametrize("price", ["10", "4", "0", "0.004"])
def test_a_price_that_is_not_above_nought_is_a_problem(price: str) -> None:
    priced = pricing(rule("Clear", 1, fixed("-10")), business=True).price(product(price))
    assert (priced.minor, priced.business_minor) == (None, None)
    assert priced.problem is Problem.NOT_ABOVE_ZERO
    assert amount(pricing(CLEAR, minimum="map").price(product(price, map="3"))) == "3.00"


def test_a_price_beyond_all_reason_is_a_problem() -> None:
    many = [rule(f"R{n}", n, percent("999999999")) for n in range(99)]
    priced = pricing(*many).price(product("1"))
    assert (priced.minor, priced.problem) == (None, Problem.TOO_LARGE)


def test_an_override_beats_everything_and_says_where_it_is_below_the_minimum() -> None:
    found = pricing(
        CAPPED, SUMMER, minimum="map", vat=Decimal(20), money=Money("EUR"), list_price="msrp"
    )
    facts = product("45.49", map="40", msrp="60", cost="99")
    priced = found.price(facts, offers=buy_box("1"), condition=NEW, override=Decimal("30.005"))
    assert (amount(priced), priced.list_minor, priced.problem) == ("30.01", 6000, None)
    assert text(priced) == "override 30.01; that is below the minimum map 40.00"
    assert found.price(product(), override=Decimal(0)).problem is Problem.NOT_ABOVE_ZERO


def test_vat_comes_after_all_rules_and_the_minimum() -> None:
    found = pricing(SUMMER, minimum="map", vat=Decimal("10.2"), business=True)
    priced = found.price(product("100", map="95"))
    assert text(priced) == (
        "Price 100.00; -10 % 'Summer' = 90.00; minimum map = 95.00; +10.2 % VAT = 104.69"
    )
    assert priced.business_minor == priced.minor == 10_469


def test_an_intelligent_price_gets_no_vat_unless_a_bound_made_it() -> None:
    found = pricing(intelligent(floor=Bound("cost")), minimum="map", vat=Decimal(10))
    facts = product("30", cost="10")
    assert amount(found.price(facts, offers=buy_box("20"), condition=NEW)) == "20.00"
    assert amount(found.price(facts, offers=buy_box("9"), condition=NEW)) == "11.00"
    assert amount(found.price(facts, offers=[], condition=NEW)) == "33.00"
    advertised = product("30", cost="10", map="25")
    assert amount(found.price(advertised, offers=buy_box("20"), condition=NEW)) == "27.50"


def test_a_later_rule_does_not_go_below_the_floor() -> None:
    found = pricing(intelligent(floor=Bound("cost")), rule("Half", 2, percent("-50")))
    priced = found.price(product("30", cost="15"), offers=buy_box("20"), condition=NEW)
    assert amount(priced) == "15.00"
    assert text(priced).endswith("-50 % 'Half' = 10.00; floor cost = 15.00")


@pytest.mark.parametrize(
    ("offers", "condition", "why"),
    [
        (None, NEW, "the offers of competitors are not known"),
        ([], NEW, "no offer of a competitor suits"),
        ([offer("5", GOOD, buy_box=True, ours=True)], NEW, "no offer of a competitor suits"),
        ([offer("5")], NEW, "no offer of a competitor suits"),
        (buy_box("5"), None, "our condition is not known"),
    ],
    ids=["not asked", "none", "only ours", "no Buy Box", "our condition"],
)  # fmt: skip
def test_without_an_offer_that_suits_the_price_stays(
    offers: Sequence[Offer] | None, condition: str | None, why: str
) -> None:
    found = pricing(rule("Up", 1, fixed("1")), intelligent(priority=2, floor=Bound("cost")))
    priced = found.price(product("30", cost="1"), offers=offers, condition=condition)
    assert amount(priced) == "31.00"
    assert text(priced) == f"Price 30.00; +1.00 'Up' = 31.00; {why}, the price stays 'R'"


def test_only_a_matching_condition_leaves_the_price_where_there_is_none() -> None:
    found = pricing(intelligent(OfferSource.LOWEST, conditions=Variance.MATCHING))
    assert amount(found.price(product("30"), offers=[offer("45", GOOD)], condition=NEW)) == "30.00"
    assert amount(found.price(product("30"), offers=[offer("45")], condition=NEW)) == "45.00"


def test_a_variance_that_leaves_nothing_is_refused() -> None:
    found = pricing(
        intelligent(
            OfferSource.LOWEST,
            conditions=Variance.VARIANCE,
            variances={Condition.COLLECTIBLE_GOOD: Decimal(200)},
            floor=Bound("cost"),
        )
    )
    offers = [offer("45", "collectible_good")]
    priced = found.price(product("30", cost="1"), offers=offers, condition=NEW)
    assert amount(priced) == "30.00"
    assert "the variance of the conditions leaves nothing" in text(priced)


def test_new_is_always_a_hundred_percent() -> None:
    found = pricing(
        intelligent(
            OfferSource.LOWEST,
            conditions=Variance.VARIANCE,
            variances={Condition.NEW: Decimal(50)},
        )
    )
    assert amount(found.price(product("1"), offers=[offer("10", GOOD)], condition=NEW)) == "10.00"


def test_our_shipping_is_taken_off_the_landed_price() -> None:
    ours = offer("99", shipping_minor=499, ours=True)
    rival = offer("20", shipping_minor=500)
    found = pricing(intelligent(OfferSource.LOWEST, adjustment=fixed("-0.01")))
    priced = found.price(product("10"), offers=[rival, ours], condition=NEW)
    assert amount(priced) == "20.00"
    assert text(priced) == (
        "Price 10.00; lowest offer 25.00 (new); -0.01 'R' = 24.99; -4.99 our shipping = 20.00"
    )


@pytest.mark.parametrize(("cost", "expected"), [("1", "20.00"), ("21", "21.00")])
def test_while_we_hold_the_buy_box_our_price_stays(cost: str, expected: str) -> None:
    ours = offer("20", shipping_minor=499, ours=True, buy_box=True)
    found = pricing(intelligent(floor=Bound("cost")))
    facts = product("30", cost=cost)
    priced = found.price(facts, offers=[ours, offer("5")], condition=NEW)
    assert amount(priced) == expected
    assert "we hold the Buy Box, our 20.00 stays 'R'" in text(priced)


def test_the_lowest_competitor_is_followed_even_while_we_hold_the_buy_box() -> None:
    ours = offer("26", ours=True, buy_box=True)
    found = pricing(intelligent(OfferSource.LOWEST))
    assert amount(found.price(product("9"), offers=[ours, offer("25")], condition=NEW)) == "25.00"


@pytest.mark.parametrize("cost", [None, "", "-5", "five"])
def test_a_floor_without_a_value_is_the_price_itself(cost: str | None) -> None:
    found = pricing(intelligent(floor=Bound("cost", percent("5"))), source="amazon_price")
    attributes = {} if cost is None else {"cost": cost}
    facts = product("15", amazon_price="30", **attributes)
    assert amount(found.price(facts, offers=buy_box("1"), condition=NEW)) == "15.00"
    unpriced = facts._replace(price_micros=None)
    assert amount(found.price(unpriced, offers=buy_box("1"), condition=NEW)) == "30.00"


def test_a_ceiling_without_a_value_is_none() -> None:
    found = pricing(intelligent(ceiling=Bound("msrp")))
    assert amount(found.price(product("1"), offers=buy_box("999"), condition=NEW)) == "999.00"


def test_the_list_price_is_converted_and_nought_is_none() -> None:
    found = pricing(list_price="msrp", convert=True, money=CANADA)
    assert found.price(product("1", msrp="10")).list_minor == 1250
    assert found.price(product("1", msrp="0.000000")).list_minor is None
    assert found.price(product("1")).list_minor is None


def test_business_prices_are_at_least_one_and_only_where_amazon_has_them() -> None:
    tiers = (Tier(5, Decimal(50)),)
    priced = pricing(business=True, tiers=tiers).price(product("0.80"))
    assert (priced.minor, priced.business_minor, priced.tiers) == (80, 100, ((5, 100),))
    for found in (
        pricing(business=True, tiers=tiers, business_available=False),
        pricing(tiers=tiers),
    ):
        priced = found.price(product("10"))
        assert (priced.business_minor, priced.tiers) == (None, ())


def test_a_currency_without_decimals_is_rounded_to_whole_units() -> None:
    found = pricing(SUMMER, currency="JPY", exponent=0, business=True)
    priced = found.price(product("1005"))
    assert (priced.minor, priced.business_minor) == (905, 905)
    assert steps_text(priced.steps, 0) == "Price 1005; -10 % 'Summer' = 905"
    assert pricing(currency="JPY", exponent=0).price(product("99.5")).minor == 100


def test_more_decimals_than_the_currency_has_are_rounded_and_told() -> None:
    assert text(pricing().price(product("34.005"))) == "Price 34.005; rounded = 34.01"


# Currencies


def test_prices_in_another_currency_are_the_stores_problem() -> None:
    found = pricing(money=Money("EUR"))
    assert found.problem is not None
    assert found.problem.kind is Problem.CURRENCY
    assert "in EUR, the marketplace sells in USD" in found.problem.text
    assert amount(found.price(product("10"))) == "10.00"  # for who allows it


@pytest.mark.parametrize(
    "found",
    [
        pricing(),
        pricing(money=Money("USD")),
        pricing(money=Money("EUR"), currency="EUR"),
        pricing(money=CANADA, convert=True),
        pytest.param(pricing(convert=True), id="not told"),
    ],
)
def test_a_currency_that_is_the_same_or_converted_or_not_told_is_no_problem(found: Pricing) -> None:
    assert found.problem is None


def test_the_stores_own_currency_comes_before_that_of_commerce() -> None:
    settings = Settings(price=PriceSettings(currency="USD"))
    found = Pricing(
        settings, currency="USD", exponent=2, business_available=False, today=TODAY, money=CANADA
    )
    assert found.problem is None


def test_without_a_rate_there_is_no_price() -> None:
    found = pricing(money=Money("EUR"), convert=True, list_price="msrp")
    assert found.problem is not None
    assert found.problem.kind is Problem.NO_RATE
    priced = found.price(product("10", msrp="12"))
    assert (priced.minor, priced.list_minor, priced.problem) == (None, None, Problem.NO_RATE)
    assert amount(found.price(product("10"), override=Decimal(9))) == "9.00"


def test_a_stale_rate_is_the_stores_problem() -> None:
    found = pricing(money=CANADA, convert=True, today=date(2026, 12, 1))
    assert found.problem is not None
    assert found.problem.kind is Problem.STALE_RATE
    assert amount(found.price(product("10"))) == "12.50"  # for who allows it


def test_only_intelligent_rules_of_today_need_offers() -> None:
    assert pricing(LOWEST).needs_offers
    assert not pricing(SUMMER, CLEAR).needs_offers
    later = PriceRule("L", first_day=date(2026, 12, 1), competition=LOWEST.competition)
    assert not pricing(
        later, PriceRule("I", active=False, competition=LOWEST.competition)
    ).needs_offers


def test_the_attributes_that_prices_need_are_named() -> None:
    rules = (
        rule("A", 1, percent("-1"), conditions=SALE, active=False),
        intelligent(name="B", floor=Bound("Cost"), ceiling=Bound("special_price")),
    )
    price = PriceSettings(source="amazon_price", minimum="map", list_price="msrp", rules=rules)
    assert attributes_of(Settings(price=price)) == {"amazon_price", "map", "msrp", "cost", "sale"}
    assert attributes_of(Settings()) == frozenset()
