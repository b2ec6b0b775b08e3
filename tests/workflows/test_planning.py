"""What listings should be: planned whole once, and from then on only where something has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amzsync.core.offers import Offer
from amzsync.core.overrides import Field
from amzsync.core.plan import Brake
from amzsync.core.sending import Progress
from amzsync.errors import InputError, UsageError
from amzsync.results.overrides import Listings, Wish
from amzsync.store import catalogue, offers, outbox, planning_marks, state
from amzsync.store.catalogue import Found, Restriction
from amzsync.store.offers import Told
from amzsync.workflows import aliases, matches, overrides, plans
from amzsync.workflows.decisions import Pair
from amzsync.workflows.plans import Question
from tests.factories import (
    NOW,
    StoreFiles,
    asin,
    ean,
    in_warehouse,
    listing,
    product,
    query,
    view_row,
)
from tests.planned_shops import (
    OPENED_IN_BRITAIN,
    UNTOUCHED,
    PlannedShop,
    actions,
    all_planned,
    changed,
    offered,
    order,
    planned_from_nothing,
    special,
    until,
    wanted,
)
from tests.sendings import sent

US_A, US_B, US_C = ("us", "A"), ("us", "B"), ("us", "C")
DAY = "2026-11-{:02d}T20:00:00Z"  # noon in Los Angeles


@pytest.fixture
def shop(tmp_path: Path) -> PlannedShop:
    """Return a shop with three listings that are as they should be, a stranger, and two products to list."""
    shop = PlannedShop(tmp_path)
    shop.products = [product(sku, attributes={"asin": asin(n)}) for n, sku in enumerate("ABCNM")]
    shop.us.listings = [
        *(listing(sku, asin1=asin(n), price="20.00") for n, sku in enumerate("ABC")),
        listing("STRANGER"),
    ]
    shop.run()
    return shop


def with_plan(shop: PlannedShop, **said: str) -> PlannedShop:
    """Import and plan *shop*, with what its stores *said*."""
    shop.said |= said
    shop.run(force=True)
    shop.plan()
    return shop


def row(shop: PlannedShop, sku: str, **cells: str) -> None:
    """Change the row of a product."""
    shop.products = [
        changed(one, **cells) if one["sku"] == sku and not one["store_view_code"] else one
        for one in shop.products
    ]


def report(shop: PlannedShop, seller_sku: str, store: str = "us", **cells: str) -> None:
    """Change the row of a listing in its report."""
    told = {name.replace("_", "-"): text for name, text in cells.items()}
    shop.stores[store].listings = [
        changed(one, **told) if one["seller-sku"] == seller_sku else one
        for one in shop.stores[store].listings or []
    ]


def override(
    shop: PlannedShop,
    seller_sku: str,
    *,
    store: str = "us",
    ends: str | None = None,
    **values: str | None,
) -> None:
    wish = Wish({Field(name): text for name, text in values.items()}, ends)
    overrides.apply(shop.config(), Listings((seller_sku,), store), wish, now=NOW)


class TestWhole:
    def test_every_matched_listing_and_every_product_to_list_is_planned(
        self, shop: PlannedShop
    ) -> None:
        assert not shop.is_planned()
        shop.plan()
        assert wanted(shop) == {US_A: (2000, 5), US_B: (2000, 5), US_C: (2000, 5)}
        assert offered(shop) == {("us", "N"): (2000, 5), ("us", "M"): (2000, 5)}
        assert actions(shop) == []
        assert (shop.is_planned(), shop.serial()) == (True, 1)

    def test_again_it_decides_nothing(self, shop: PlannedShop) -> None:
        shop.plan()
        assert shop.planned_anew() == set()

    def test_after_the_same_import_there_is_nothing_to_plan(self, shop: PlannedShop) -> None:
        shop.plan()
        shop.run()
        assert shop.is_planned()
        assert shop.serial() == 1

    def test_what_differs_becomes_actions_in_their_order(self, shop: PlannedShop) -> None:
        row(shop, "A", price="21.000000", qty="9.0000")
        row(shop, "B", price="22.000000", qty="0.0000")
        row(shop, "C", qty="3.0000")
        with_plan(shop)
        assert [one[1:3] for one in actions(shop)] == [
            ("revise-quantity", "B"),
            ("revise-quantity", "C"),
            ("revise-price", "A"),
            ("revise-price", "B"),
            ("revise-quantity", "A"),
        ]

    def test_other_settings_plan_all_anew(self, shop: PlannedShop) -> None:
        shop.plan()
        shop.settle(us="quantity.maximum = 3")
        assert not shop.is_planned()
        assert shop.planned_anew() == {US_A, US_B, US_C, ("us", "N"), ("us", "M")}
        assert wanted(shop)[US_A] == (2000, 3)

    @pytest.mark.parametrize(
        "said",
        ["read_only = false", 'price_rules = [{ name = "Off", active = false, decrease = 1 }]'],
    )
    def test_settings_that_change_no_value_lead_to_the_same_plan(
        self, shop: PlannedShop, said: str
    ) -> None:
        shop.plan()
        before = all_planned(shop.state)
        shop.settle(us=said)
        shop.plan()
        assert all_planned(shop.state) == before

    def test_settings_that_change_back_do_too(self, shop: PlannedShop) -> None:
        shop.plan()
        before = all_planned(shop.state)
        for said in ("quantity.maximum = 3", ""):
            shop.settle(us=said)
            shop.plan()
        assert all_planned(shop.state) == before

    def test_attributes_that_were_not_read_are_refused_with_what_to_do(
        self, shop: PlannedShop
    ) -> None:
        shop.plan()
        shop.settle(us='price.source = "amazon_price"')
        with pytest.raises(
            InputError, match="not been read from Commerce yet: amazon_price"
        ) as told:
            shop.plan()
        assert told.value.next_step == "Run amzsync import-listings: it reads them."
        shop.run()
        shop.plan()
        assert shop.is_planned()

    def test_rules_that_change_sort_the_listings_anew_without_an_import(
        self, shop: PlannedShop
    ) -> None:
        row(shop, "A", name="Kettle")
        with_plan(shop)
        shop.settle(us='rules = { all = [{ attribute = "name", is_not = "Kettle" }] }')
        assert not shop.is_planned()
        shop.plan()
        assert query(shop.state, "SELECT tab FROM listings WHERE seller_sku = 'A'") == [
            ("ineligible",)
        ]
        assert actions(shop) == [("us", "revise-quantity", "A", "")]
        assert wanted(shop)[US_A] == (2000, 0)
        assert shop.is_planned()


# -- what a change reaches ----------------------------------------------------------------------------------


class TestChanged:
    @pytest.mark.parametrize(
        "cells",
        [{"price": "21.000000"}, {"qty": "4.0000"}, {"is_in_stock": "0"}, {"product_online": "2"},
         {"manage_stock": "0", "use_config_manage_stock": "0"}, special("15.00", "1/1/27")],
        ids=["price", "stock", "sold out", "disabled", "unmanaged", "special price"],
    )  # fmt: skip
    def test_a_product_reaches_its_listings_only(
        self, shop: PlannedShop, cells: dict[str, str]
    ) -> None:
        shop.plan()
        row(shop, "A", **cells)
        row(shop, "N", **cells)
        shop.run(force=True)
        assert not shop.is_planned()
        assert {US_A} <= shop.planned_anew() <= {US_A, ("us", "N")}
        assert shop.serial() == 2
        assert wanted(shop)[US_B] == (UNTOUCHED, 5)

    @pytest.mark.parametrize(
        "cells",
        [{"price": "21.00"}, {"quantity": "4"}, {"fulfillment_channel": "AMAZON_NA"},
         {"status": "Inactive"}, {"item_condition": "1"}],
        ids=["price", "quantity", "FBA", "status", "condition"],
    )  # fmt: skip
    def test_a_listing_reaches_itself_only(self, shop: PlannedShop, cells: dict[str, str]) -> None:
        shop.plan()
        report(shop, "A", **cells)
        shop.run(force=True)
        assert shop.planned_anew() == {US_A}

    def test_to_fba_takes_its_quantity_away(self, shop: PlannedShop) -> None:
        shop.plan()
        report(shop, "A", fulfillment_channel="AMAZON_NA", quantity="")
        shop.us.fba = [in_warehouse("A", 7, asin1=asin(0))]
        shop.run(force=True)
        shop.plan()
        assert wanted(shop)[US_A] == (2000, None)
        assert actions(shop) == []

    def test_a_view_of_the_store_reaches_its_listings(self, shop: PlannedShop) -> None:
        shop.us.view = "en"
        with_plan(shop, us='price.views = ["en"]')
        shop.products.append(view_row("B", "en", price="18.000000"))
        shop.run(force=True)
        assert shop.planned_anew() == {US_B}
        assert wanted(shop)[US_B] == (1800, 5)

    def test_pins_move_a_listing_from_one_product_to_another(self, shop: PlannedShop) -> None:
        shop.plan()
        matches.decide(shop.config(), [Pair("us", "STRANGER", "N", "pin")], now=NOW)
        assert shop.planned_anew() == {("us", "STRANGER")}
        assert offered(shop) == {("us", "M"): (UNTOUCHED, 5)}
        matches.decide(shop.config(), [Pair("us", "STRANGER", "", "pin")], now=NOW, remove=True)
        assert shop.planned_anew() == {("us", "N")}
        assert ("us", "STRANGER") not in wanted(shop)

    def test_a_product_that_is_ruled_out_leaves_no_action_behind(self, shop: PlannedShop) -> None:
        row(shop, "A", price="21.000000")
        with_plan(shop)
        assert len(actions(shop)) == 1
        matches.decide(shop.config(), [Pair("us", "A", "A", "never")], now=NOW)
        shop.plan()
        assert actions(shop) == []
        assert US_A not in wanted(shop)

    def test_a_listing_that_is_gone_has_no_action(self, shop: PlannedShop) -> None:
        row(shop, "A", price="21.000000")
        with_plan(shop)
        shop.us.listings = [one for one in shop.us.listings or [] if one["seller-sku"] != "A"]
        shop.run(force=True)
        shop.plan()
        assert actions(shop) == []

    def test_a_listing_that_is_new_is_planned(self, shop: PlannedShop) -> None:
        shop.plan()
        assert shop.us.listings is not None
        shop.us.listings.append(listing("N", asin1=asin(3), price="19.00"))
        shop.run()
        assert shop.planned_anew() == {("us", "N")}
        assert actions(shop) == [("us", "revise-price", "N", "")]
        assert set(offered(shop)) == {("us", "M")}

    def test_a_product_that_is_gone_is_to_be_sold_out(self, shop: PlannedShop) -> None:
        shop.plan()
        shop.products = [one for one in shop.products if one["sku"] != "A"]
        shop.run(force=True)
        assert shop.planned_anew() == {US_A}
        assert actions(shop) == [("us", "revise-quantity", "A", "")]

    def test_what_is_in_flight_has_no_action_until_it_is_answered(self, shop: PlannedShop) -> None:
        row(shop, "A", price="21.000000")
        row(shop, "B", price="21.000000")
        shop.run()
        with state.writing(shop.state, command="a test", now=NOW) as current:
            number = sent(current.db, "A", store_id=shop.store_id(current))
            planning_marks.mark_listings(current.db, shop.store_id(current), ["A"])
        shop.plan()
        assert actions(shop) == [("us", "revise-price", "B", "")]
        assert wanted(shop)[US_A] == (2100, 5)
        with state.writing(shop.state, command="a test", now=NOW) as current:
            outbox.settle(current.db, [number], Progress.ABANDONED, NOW)
            planning_marks.mark_listings(current.db, shop.store_id(current), ["A"])
        shop.plan()
        assert [one[2] for one in actions(shop)] == ["A", "B"]

    def test_offers_of_others_reach_the_listings_of_their_asin(self, shop: PlannedShop) -> None:
        rule = (
            'price_rules = [{ name = "Lowest", competitor = { source = "lowest", '
            'floor = { source = "price", decrease = "50%" } } }]'
        )
        with_plan(shop, us=rule)
        with state.writing(shop.state, command="a test", now=NOW) as current:
            told = Told(asin(1), "New", NOW, (Offer("new_new", 1500),))
            changed_ = offers.put(current.db, shop.store_id(current), [told])
            planning_marks.mark_asins(current.db, shop.store_id(current), changed_)
        assert shop.planned_anew() == {US_B}
        assert wanted(shop)[US_B] == (1500, 5)

    def test_pending_orders_reach_all_that_sells_the_product(self, shop: PlannedShop) -> None:
        assert shop.us.listings is not None
        shop.us.listings.append(listing("A2", asin1=asin(0), price="20.00"))
        row(shop, "A", qty="9.0000")
        shop.orders = {"us": []}
        with_plan(shop)
        assert (wanted(shop)[US_A], wanted(shop)["us", "A2"]) == ((2000, 5), (2000, 4))
        shop.orders = {"us": [order(1, "A2", 3), order(2, "STRANGER", 1)]}
        shop.run()
        assert shop.planned_anew() == {US_A, ("us", "A2")}
        assert (wanted(shop)[US_A], wanted(shop)["us", "A2"]) == ((2000, 3), (2000, 3))
        shop.orders = {"us": [order(1, "A2", 3, order_status="Shipped", item_status="Shipped")]}
        shop.run()
        assert shop.planned_anew() == {US_A, ("us", "A2")}

    def test_stock_of_the_chosen_sources_reaches_its_product(self, tmp_path: Path) -> None:
        from tests.factories import in_source

        shop = PlannedShop(tmp_path, stock_sources=("default",))
        shop.products = [product(sku) for sku in "AB"]
        shop.us.listings = [listing(sku) for sku in "AB"]
        shop.stock = [in_source(sku, name, 5) for sku in "AB" for name in ("default", "shop")]
        with_plan(shop)
        shop.stock[1] = in_source("A", "shop", 1)
        shop.stock[2] = in_source("B", "default", 1)
        shop.run()
        assert US_B in shop.planned_anew()
        assert (wanted(shop)[US_A][1], wanted(shop)[US_B]) == (5, (2000, 1))


class TestNotManaged:
    @pytest.mark.parametrize("name", ["STRANGER", "ENDED", "GONE"])
    def test_what_is_not_ours_or_not_there_has_no_action(self, tmp_path: Path, name: str) -> None:
        shop = PlannedShop(tmp_path)
        shop.products = [product(sku, price="25.000000") for sku in ("A", "ENDED", "GONE")]
        names = ("A", "STRANGER", "ENDED", "GONE")
        shop.us.listings = [listing(one, price="20.00") for one in names]
        shop.run()
        shop.us.listings.pop()
        shop.us.ended = [
            {"seller_sku": "ENDED", "asin": asin(1), "title": "", "sku": "ENDED", "ended_at": NOW}
        ]
        with_plan(shop)
        found = {one[2] for one in actions(shop)}
        assert "A" in found
        assert name not in found

    def test_an_incomplete_stock_raises_nothing(self, shop: PlannedShop) -> None:
        row(shop, "A", qty="", is_in_stock="")
        report(shop, "A", quantity="0")
        with_plan(shop)
        assert wanted(shop)[US_A] == (2000, None)
        assert actions(shop) == []

    def test_a_product_without_a_price_changes_none(self, shop: PlannedShop) -> None:
        row(shop, "A", price="")
        with_plan(shop)
        assert wanted(shop)[US_A] == (None, 5)
        assert actions(shop) == []


# -- days ---------------------------------------------------------------------------------------------------


def moment(text: str, **less: int) -> str:
    """Return a moment, or one a little before it."""
    found = datetime.fromisoformat(text) - timedelta(**less)
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class TestDays:
    """A day of the store in Los Angeles is from 08:00 to 08:00 UTC in winter."""

    def test_a_special_price_is_from_its_first_day_to_its_last_where_the_store_is(
        self, shop: PlannedShop
    ) -> None:
        row(shop, "A", **special("15.00", "11/23/26", "11/25/26"))
        with_plan(shop, us="price.special_prices = true")
        first, last = "2026-11-23T08:00:00Z", "2026-11-26T08:00:00Z"
        assert (wanted(shop)[US_A], until(shop)["A"]) == ((2000, 5), first)
        assert shop.is_planned(moment(first, seconds=1))
        assert shop.planned_anew(first) == {US_A}
        assert (wanted(shop)[US_A], until(shop)["A"]) == ((1500, 5), last)
        assert shop.is_planned(moment(last, seconds=1))
        assert shop.planned_anew(last) == {US_A}
        assert (wanted(shop)[US_A], until(shop)["A"]) == ((2000, 5), None)
        assert shop.is_planned("2027-11-26T08:00:00Z")

    def test_the_days_are_those_of_the_time_zone_that_the_store_says(
        self, shop: PlannedShop
    ) -> None:
        row(shop, "A", **special("15.00", "11/23/26"))
        with_plan(shop, us='price.special_prices = true\ntime_zone = "Asia/Tokyo"')
        assert until(shop)["A"] == "2026-11-22T15:00:00Z"

    def test_a_product_to_list_has_its_days_too(self, shop: PlannedShop) -> None:
        row(shop, "N", **special("15.00", "11/23/26"))
        with_plan(shop, us="price.special_prices = true")
        assert shop.planned_anew("2026-11-23T08:00:00Z") == {("us", "N")}
        assert offered(shop)["us", "N"] == (1500, 5)

    def test_a_price_rule_is_from_its_first_day_to_its_last(self, shop: PlannedShop) -> None:
        with_plan(
            shop,
            us='price_rules = [{ name = "Sale", from = 2026-11-24, to = 2026-11-24, decrease = "10%" }]',
        )
        first, last = "2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z"
        assert shop.is_planned(moment(first, seconds=1))
        assert {US_A, US_B, US_C} <= shop.planned_anew(first)
        assert wanted(shop)[US_A] == (1800, 5)
        assert shop.is_planned(moment(last, seconds=1))
        assert {US_A, US_B, US_C} <= shop.planned_anew(last)
        assert wanted(shop)[US_A] == (2000, 5)

    def test_an_override_ends_at_its_moment(self, shop: PlannedShop) -> None:
        shop.plan()
        end = "2026-11-30T22:59:59Z"
        override(shop, "A", price="15", ends=end)
        assert shop.planned_anew() == {US_A}
        assert (wanted(shop)[US_A], until(shop)["A"]) == ((1500, 5), end)
        assert shop.is_planned(moment(end, seconds=1))
        assert shop.planned_anew(end) == {US_A}
        assert wanted(shop)[US_A] == (2000, 5)

    def test_an_override_and_a_special_price_end_each_at_its_own_moment(
        self, shop: PlannedShop
    ) -> None:
        row(shop, "A", **special("15.00", "", "11/25/26"))
        with_plan(shop, us="price.special_prices = true")
        override(shop, "A", handling_time="1", ends="2026-11-24T00:00:00Z")
        shop.plan()
        assert until(shop)["A"] == "2026-11-24T00:00:00Z"
        shop.plan("2026-11-24T00:00:00Z")
        assert until(shop)["A"] == "2026-11-26T08:00:00Z"


# -- currencies ---------------------------------------------------------------------------------------------

RATES = 'currency = "EUR"\nrates = [{ from = "EUR", to = "USD", rate = 1.1, date = 2026-11-20 }]'


class TestCurrency:
    def test_prices_are_converted_while_the_rate_is_fresh(self, shop: PlannedShop) -> None:
        shop.commerce = RATES
        with_plan(shop, us="price.convert = true")
        assert wanted(shop)[US_A] == (2200, 5)
        assert {one[3] for one in actions(shop)} == {""}

    def test_a_rate_that_grows_stale_holds_all_prices(self, shop: PlannedShop) -> None:
        shop.commerce = RATES
        with_plan(shop, us="price.convert = true")
        assert shop.is_planned(DAY.format(27))
        assert not shop.is_planned(DAY.format(28))
        shop.plan(DAY.format(28))
        assert {one[1:] for one in actions(shop)} == {
            ("revise-price", sku, "currency") for sku in "ABC"
        }
        assert shop.is_planned(DAY.format(28))

    def test_a_rate_of_a_later_day_counts_from_that_day(self, shop: PlannedShop) -> None:
        newer = '{ from = "EUR", to = "USD", rate = 1.2, date = 2026-11-26 }]'
        shop.commerce = RATES.replace("}]", "}, " + newer)
        with_plan(shop, us="price.convert = true")
        assert wanted(shop)[US_A] == (2200, 5)
        shop.plan(DAY.format(26))
        assert wanted(shop)[US_A] == (2400, 5)

    def test_prices_in_another_currency_are_held_and_stock_goes_on(self, shop: PlannedShop) -> None:
        shop.commerce = 'currency = "EUR"'
        row(shop, "A", qty="0.0000", price="21.000000")
        with_plan(shop)
        assert actions(shop) == [
            ("us", "revise-quantity", "A", ""),
            ("us", "revise-price", "A", "currency"),
        ]

    def test_where_stores_sell_in_several_currencies_somebody_must_say_which_the_catalogue_has(
        self, tmp_path: Path
    ) -> None:
        shop = world(tmp_path)
        prices = {one for one in actions(shop) if one[1] == "revise-price"}
        assert prices == {("uk", "revise-price", "A", "currency")}
        with state.reading(shop.state) as current:
            asked = plans.answer(current, shop.config(), Question(), now=NOW)
            allowed = Question(allowed=frozenset({Brake.CURRENCY}))
            freed = plans.answer(current, shop.config(), allowed, now=NOW)
        assert all("The stores sell in CAD, GBP, USD" in (one.doubt or "") for one in asked.stores)
        assert [one.doubt for one in freed.stores] == [None, None, None]
        shop.said |= dict.fromkeys(("us", "ca"), 'price.currency = "USD"')
        shop.said["uk"] = 'price.currency = "GBP"'
        shop.settle()
        shop.plan()
        freed_prices = {one for one in actions(shop) if one[1] == "revise-price"}
        assert freed_prices == {("uk", "revise-price", "A", "")}

    def test_the_users_own_price_is_in_no_doubt(self, shop: PlannedShop) -> None:
        shop.commerce = 'currency = "EUR"'
        with_plan(shop)
        override(shop, "A", price="15")
        shop.plan()
        assert actions(shop) == [("us", "revise-price", "A", "")]


# -- the same stock in several places -------------------------------------------------------------------------


def world(tmp_path: Path, **said: str) -> PlannedShop:
    """Return a shop of the product A with listings in three stores of two regions."""
    shop = PlannedShop(tmp_path, said=said)
    shop.products = [product("A", qty="9.0000"), product("B")]
    shop.stores = {
        "us": StoreFiles(listings=[listing("A", price="20.00")]),
        "ca": StoreFiles("CA", listings=[listing("A", price="20.00"), listing("B", price="20.00")]),
        "uk": StoreFiles("UK", listings=[listing("A", open_date=OPENED_IN_BRITAIN)]),
    }
    shop.run()
    shop.plan()
    return shop


def quantities(shop: PlannedShop, name: str = "A") -> dict[str, int | None]:
    return {key[0]: value[1] for key, value in wanted(shop).items() if key[1] == name}


class TestShared:
    def test_stock_is_divided_among_the_listings_of_a_product(self, shop: PlannedShop) -> None:
        row(shop, "A", qty="7.0000")
        report(shop, "STRANGER", asin1=asin(0))
        with_plan(shop)
        assert (wanted(shop)[US_A], wanted(shop)["us", "STRANGER"]) == ((2000, 4), (2000, 3))

    def test_or_shown_whole_by_each_of_them(self, shop: PlannedShop) -> None:
        row(shop, "A", qty="7.0000")
        report(shop, "STRANGER", asin1=asin(0))
        with_plan(shop, us='quantity.shared_stock = "whole"')
        assert (wanted(shop)[US_A], wanted(shop)["us", "STRANGER"]) == ((2000, 7), (2000, 7))

    def test_a_listing_more_or_less_divides_it_anew(self, shop: PlannedShop) -> None:
        row(shop, "A", qty="6.0000")
        with_plan(shop)
        assert wanted(shop)[US_A] == (2000, 6)
        report(shop, "STRANGER", asin1=asin(0))
        shop.run(force=True)
        assert shop.planned_anew() == {US_A, ("us", "STRANGER")}
        assert wanted(shop)[US_A] == (2000, 3)
        assert shop.us.listings is not None
        shop.us.listings.pop()
        shop.run(force=True)
        assert US_A in shop.planned_anew()
        assert wanted(shop)[US_A] == (2000, 6)

    def test_what_amazon_ships_takes_no_share(self, shop: PlannedShop) -> None:
        row(shop, "A", qty="7.0000")
        report(shop, "STRANGER", asin1=asin(0), fulfillment_channel="AMAZON_NA")
        with_plan(shop)
        assert (wanted(shop)[US_A], wanted(shop)["us", "STRANGER"]) == ((2000, 7), (2000, None))

    def test_a_region_has_one_quantity_of_a_seller_sku_and_two_regions_divide_it(
        self, tmp_path: Path
    ) -> None:
        shop = world(tmp_path)
        assert quantities(shop) == {"us": 4, "ca": 4, "uk": 5}
        assert quantities(shop, "B") == {"ca": 5}

    def test_a_store_that_is_detached_from_its_region_has_a_share_of_its_own(
        self, tmp_path: Path
    ) -> None:
        shop = world(tmp_path, ca="regional = false")
        assert quantities(shop) == {"us": 3, "ca": 3, "uk": 3}

    def test_stock_reaches_all_stores(self, tmp_path: Path) -> None:
        shop = world(tmp_path)
        row(shop, "A", qty="3.0000")
        shop.run(force=True)
        assert shop.planned_anew() == {("us", "A"), ("ca", "A"), ("uk", "A")}
        assert quantities(shop) == {"us": 1, "ca": 1, "uk": 2}

    def test_a_store_that_is_imported_later_takes_its_share_from_then_on(
        self, tmp_path: Path
    ) -> None:
        shop = PlannedShop(tmp_path)
        shop.products = [product("A", qty="9.0000")]
        shop.stores["uk"] = StoreFiles("UK", listings=[listing("A", open_date=OPENED_IN_BRITAIN)])
        shop.us.listings = [listing("A")]
        shop.run(store="us")
        shop.plan()
        assert quantities(shop) == {"us": 9}
        shop.run(store="uk")
        assert not shop.is_planned()
        shop.plan()
        assert quantities(shop) == {"us": 4, "uk": 5}


class TestRegion:
    def test_the_oldest_store_that_has_the_seller_sku_gives_the_settings(
        self, tmp_path: Path
    ) -> None:
        shop = world(tmp_path, us="quantity.threshold = 8", ca="quantity.threshold = 1")
        assert quantities(shop) == {"us": 4, "ca": 4, "uk": 5}
        row(shop, "A", qty="7.0000")
        row(shop, "B", qty="3.0000")
        shop.run(force=True)
        shop.plan()
        assert quantities(shop) == {"us": 0, "ca": 0, "uk": 4}
        assert quantities(shop, "B") == {"ca": 3}

    def test_where_it_goes_the_next_store_gives_them(self, tmp_path: Path) -> None:
        shop = world(tmp_path, us="quantity.maximum = 1")
        assert quantities(shop) == {"us": 1, "ca": 1, "uk": 5}
        shop.us.ended = [
            {"seller_sku": "A", "asin": asin(1), "title": "", "sku": "A", "ended_at": NOW}
        ]
        shop.us.listings = []
        shop.run(force=True)
        shop.plan()
        assert quantities(shop)["ca"] == 4

    @pytest.mark.parametrize("pinned", ["A", "B"], ids=["the same product", "another product"])
    def test_a_listing_that_comes_to_the_older_store_leads_from_then_on(
        self, tmp_path: Path, pinned: str
    ) -> None:
        shop = world(tmp_path, us="quantity.maximum = 1")
        assert quantities(shop, "B") == {"ca": 5}
        assert shop.us.listings is not None
        shop.us.listings.append(listing("B"))
        shop.pins = [("us", "B", pinned, "pin")]
        shop.run()
        shop.plan()
        assert quantities(shop, "B") == {"us": 1, "ca": 1}
        assert all_planned(shop.state) == planned_from_nothing(shop, NOW)

    def test_a_stranger_of_the_older_store_leads_too(self, tmp_path: Path) -> None:
        shop = world(tmp_path, us="quantity.maximum = 1")
        assert shop.us.listings is not None
        shop.us.listings.append(listing("B"))
        shop.pins = [("us", "B", "B", "never")]
        shop.run()
        shop.plan()
        assert all_planned(shop.state) == planned_from_nothing(shop, NOW)

    def test_an_override_of_the_handling_time_reaches_the_region_and_the_leader_gives_the_default(
        self, tmp_path: Path
    ) -> None:
        shop = world(tmp_path, us="handling_time = 4", ca="handling_time = 6")
        override(shop, "A", handling_time="1")
        assert shop.planned_anew() >= {("us", "A"), ("ca", "A")}
        override(shop, "A", store="ca", handling_time=None)
        shop.plan()
        found = [one for one in actions(shop) if one[1] == "revise-other"]
        assert found == [("ca", "revise-other", "A", ""), ("us", "revise-other", "A", "")]


class TestStores:
    def test_each_of_several_stores_is_planned_where_it_changed(self, tmp_path: Path) -> None:
        shop = world(tmp_path)
        row(shop, "A", price="21.000000")
        shop.run()
        shop.plan()
        assert {one[0] for one in wanted(shop)} == {"us", "ca", "uk"}
        assert {one[0] for one in actions(shop) if one[1] == "revise-price"} == {"us", "ca", "uk"}
        assert all_planned(shop.state) == planned_from_nothing(shop, NOW)

    def test_one_that_is_removed_has_no_plan_and_takes_no_share(self, tmp_path: Path) -> None:
        shop = world(tmp_path)
        uk = shop.stores.pop("uk")
        shop.settle()
        assert not shop.is_planned()
        shop.plan()
        assert quantities(shop) == {"us": 9, "ca": 9}
        assert {one[0] for one in actions(shop)} <= {"us", "ca"}
        assert shop.is_planned("2030-01-01T00:00:00Z")
        shop.stores["uk"] = uk
        shop.settle()
        shop.plan()
        assert quantities(shop) == {"us": 4, "ca": 4, "uk": 5}

    def test_one_that_comes_back_has_what_changed_meanwhile(self, tmp_path: Path) -> None:
        shop = world(tmp_path)
        uk = shop.stores.pop("uk")
        shop.run()
        shop.plan()
        row(shop, "A", price="21.000000")
        shop.run()
        shop.plan()
        shop.stores["uk"] = uk
        shop.run()
        shop.plan()
        assert wanted(shop)["uk", "A"] == (2100, 5)


# -- new listings ---------------------------------------------------------------------------------------------


class TestPublishing:
    def test_nothing_is_published_by_itself(self, shop: PlannedShop) -> None:
        shop.plan()
        assert actions(shop) == []

    def test_automatic_listing_publishes_what_is_ready_and_in_stock(
        self, shop: PlannedShop
    ) -> None:
        row(shop, "M", qty="0.0000")
        with_plan(shop, us="automatic_listing = true")
        assert actions(shop) == [("us", "publish", "N", "")]
        row(shop, "M", qty="1.0000")
        shop.run(force=True)
        shop.plan()
        assert [one[2] for one in actions(shop)] == ["M", "N"]

    @pytest.mark.parametrize("cells", [{"qty": "", "is_in_stock": "1"}, {"price": ""}])
    def test_without_a_known_stock_and_price_it_is_held_or_not_at_all(
        self, shop: PlannedShop, cells: dict[str, str]
    ) -> None:
        row(shop, "N", **cells)
        with_plan(shop, us="automatic_listing = true")
        assert [one[3] for one in actions(shop) if one[2] == "N"] in ([], ["not-known"])

    def test_a_seller_sku_that_another_listing_has_is_held(self, shop: PlannedShop) -> None:
        assert shop.us.listings is not None
        shop.us.listings.append(listing("N", asin1=asin(0)))
        shop.pins = [("us", "N", "N", "never")]
        with_plan(shop, us="automatic_listing = true")
        assert ("us", "publish", "N", "not-known") in actions(shop)

    def test_one_that_comes_later_holds_it_from_then_on(self, shop: PlannedShop) -> None:
        shop.pins = [("us", "N", "N", "never")]
        with_plan(shop, us="automatic_listing = true")
        assert ("us", "publish", "N", "") in actions(shop)
        assert shop.us.listings is not None
        shop.us.listings.append(listing("N"))
        shop.run()
        shop.plan()
        assert ("us", "publish", "N", "not-known") in actions(shop)


class TestNewShare:
    def test_what_would_be_listed_leaves_other_regions_their_share(self, tmp_path: Path) -> None:
        shop = PlannedShop(tmp_path, said={"us": "automatic_listing = true"})
        shop.products = [product("A", qty="9.0000", attributes={"asin": asin(0)})]
        shop.us.listings = [listing("STRANGER")]
        british = listing("A", asin1=asin(0), open_date=OPENED_IN_BRITAIN)
        shop.stores["uk"] = StoreFiles("UK", listings=[british])
        shop.run()
        shop.plan()
        assert offered(shop)["us", "A"] == (2000, 4)


class TestAnswer:
    """The plan as it is read: ``plans.answer``."""

    def test_what_comes_back_is_counted_with_the_prices_that_hold_it(
        self, shop: PlannedShop
    ) -> None:
        for sku in "ABC":
            row(shop, sku, price="21.000000")
        report(shop, "A", quantity="0")
        shop.limits = "plan_rows = 2"
        with_plan(shop)
        with state.reading(shop.state) as current:
            answer = plans.answer(current, shop.config(), Question(), now=NOW)
            (figures,) = answer.stores
            rows_ = [(one.kind.value, one.seller_sku, one.hold is None) for one in answer.rows]
        assert [(one.kind.value, one.free, one.held) for one in figures.counts] == [
            ("revise-price", 0, 3),
            ("revise-quantity", 0, 1),
        ]
        assert rows_ == [
            ("revise-price", "A", False),
            ("revise-price", "B", False),
            ("revise-price", "C", False),
            ("revise-quantity", "A", False),
        ]

    def test_figures_are_of_the_listings_that_are_asked_for(self, shop: PlannedShop) -> None:
        row(shop, "A", price="90.000000")
        row(shop, "B", price="21.000000")
        with_plan(shop)

        def figures(*skus: str, end: bool = False) -> list[tuple[str, int, int]]:
            with state.reading(shop.state) as current:
                asked = Question(skus=skus, end=end)
                (found,) = plans.answer(current, shop.config(), asked, now=NOW).stores
            return [(one.kind.value, one.free, one.held) for one in found.counts]

        assert figures() == [("revise-price", 1, 1)]
        assert figures("A") == [("revise-price", 0, 1)]
        assert figures("B") == [("revise-price", 1, 0)]
        assert figures("C") == []
        assert figures("B", end=True) == [("end", 1, 0)]

    def test_what_has_ended_is_listed_again_as_it_was(self, shop: PlannedShop) -> None:
        report(shop, "A", item_condition="3")
        shop.us.ended = [
            {"seller_sku": "A", "asin": asin(0), "title": "", "sku": "A", "ended_at": NOW}
        ]
        with_plan(shop, us="handling_time = 3")
        asked = Question(skus=("A",), relist=True)
        with state.reading(shop.state) as current:
            (found,) = plans.answer(current, shop.config(), asked, now=NOW).rows
        told = {one.field: one.wanted for one in found.differences}
        assert found.kind.value == "relist"
        assert told == {
            "asin": asin(0), "price": 2000, "quantity": 5, "condition": "used_good", "handling_time": 3,
            "fulfillment": "merchant",
        }  # fmt: skip

    def test_by_hand_needs_to_know_for_which(self, shop: PlannedShop) -> None:
        shop.plan()
        with (
            state.reading(shop.state) as current,
            pytest.raises(UsageError, match="for which listings"),
        ):
            plans.answer(current, shop.config(), Question(end=True), now=NOW)


def tells(shop: PlannedShop, key: str, code: str | None = None, *, parent: int = 0) -> None:
    """Have Amazon tell of an ASIN, as an import does."""
    with state.writing(shop.state, command="a test", now=NOW) as current:
        store_id = shop.store_id(current)
        page = Found(f"0{ean(1)}", key, None, None, parent)
        catalogue.record(current.db, "US", NOW, [f"0{ean(1)}"], [page])
        if code is not None:
            told = [Restriction(key, "", code, "", "")]
            catalogue.record_restrictions(current.db, store_id, NOW, told)
        planning_marks.mark_asins(current.db, store_id, [key])


def alias(shop: PlannedShop, *, remove_existing: bool = False, given: str | None = None) -> None:
    aliases.add(
        shop.config(), "A", "A-2", store="us", asin=given, remove_existing=remove_existing, now=NOW
    )


class TestAliases:
    def test_an_alias_is_held_until_its_asin_is_known(self, shop: PlannedShop) -> None:
        shop.plan()
        alias(shop, given=asin(7))
        assert not shop.is_planned()
        shop.plan()
        assert actions(shop) == [("us", "create-alias", "A-2", "asin")]
        tells(shop, asin(7), "")
        assert not shop.is_planned()
        shop.plan()
        assert actions(shop) == [
            ("us", "revise-quantity", "A", ""),
            ("us", "create-alias", "A-2", ""),
        ]

    @pytest.mark.parametrize(("code", "parent"), [("APPROVAL_REQUIRED", 0), ("", 1)])
    def test_one_that_amazon_refuses_stays_held(
        self, shop: PlannedShop, code: str, parent: int
    ) -> None:
        shop.plan()
        alias(shop, given=asin(7))
        tells(shop, asin(7), code, parent=parent)
        shop.plan()
        assert actions(shop) == [("us", "create-alias", "A-2", "asin-refused")]

    def test_one_that_is_taken_back_has_no_action(self, shop: PlannedShop) -> None:
        alias(shop, given=asin(7))
        shop.plan()
        aliases.remove(shop.config(), "A-2", store="us", now=NOW)
        shop.plan()
        assert actions(shop) == []

    def test_one_under_the_same_asin_needs_no_asking_and_takes_its_share_before_it_is_there(
        self, shop: PlannedShop
    ) -> None:
        shop.plan()
        assert wanted(shop)[US_A] == (2000, 5)
        alias(shop)
        shop.plan()
        assert wanted(shop)[US_A] == (2000, 3)
        assert actions(shop) == [
            ("us", "revise-quantity", "A", ""),
            ("us", "create-alias", "A-2", ""),
        ]
        with state.reading(shop.state) as current:
            rows_ = list(plans.answer(current, shop.config(), Question(), now=NOW).rows)
        told = {one.field: one.wanted for one in rows_[-1].differences}
        assert (told["asin"], told["quantity"]) == (asin(0), 2)

    @pytest.mark.parametrize("remove_existing", [True, False])
    def test_once_amazon_has_it_the_old_one_stays_or_ends_as_the_user_said(
        self, shop: PlannedShop, remove_existing: bool
    ) -> None:
        alias(shop, remove_existing=remove_existing, given=asin(7))
        shop.plan()
        assert {one[1] for one in actions(shop)} == {"create-alias"}
        assert shop.us.listings is not None
        shop.us.listings.append(listing("A-2", asin1=asin(7), price="20.00", quantity="2"))
        shop.run()
        shop.plan()
        ends = [one for one in actions(shop) if one[1] == "end"]
        assert ends == ([("us", "end", "A", "")] if remove_existing else [])
        assert not [one for one in actions(shop) if one[1] == "create-alias"]
        assert ("us", "A-2") in wanted(shop)


class TestOtherAsin:
    def test_the_listing_is_made_anew_once_amazon_has_told_of_it(self, shop: PlannedShop) -> None:
        shop.plan()
        aliases.reassign(shop.config(), "A", asin(7), store="us", now=NOW)
        assert shop.planned_anew() == {US_A}
        assert actions(shop) == [("us", "relist", "A", "asin")]
        tells(shop, asin(7), "")
        assert not shop.is_planned()
        shop.plan()
        assert actions(shop) == [("us", "relist", "A", "")]

    def test_until_then_it_is_sold_out_as_ever(self, shop: PlannedShop) -> None:
        shop.plan()
        aliases.reassign(shop.config(), "A", asin(7), store="us", now=NOW)
        row(shop, "A", qty="0.0000")
        shop.run(force=True)
        shop.plan()
        assert ("us", "revise-quantity", "A", "") in actions(shop)

    def test_one_that_is_taken_back_has_no_action(self, shop: PlannedShop) -> None:
        aliases.reassign(shop.config(), "A", asin(7), store="us", now=NOW)
        shop.plan()
        aliases.keep(shop.config(), "A", store="us", now=NOW)
        shop.plan()
        assert actions(shop) == []

    def test_once_amazon_has_it_there_is_nothing_to_do(self, shop: PlannedShop) -> None:
        shop.pins = [("us", "A", "A", "pin")]
        with_plan(shop)
        aliases.reassign(shop.config(), "A", asin(7), store="us", now=NOW)
        tells(shop, asin(7), "")
        shop.plan()
        report(shop, "A", asin1=asin(7))
        shop.run(force=True)
        shop.plan()
        assert actions(shop) == []
