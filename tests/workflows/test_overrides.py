"""Overrides: which listings take them, what they reach, and that they live on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from amzsync.core.overrides import Field, Overrides, Row, in_force
from amzsync.core.tabs import Tab
from amzsync.errors import StoreBusy, UsageError
from amzsync.results.overrides import LeftOut, Listings, OverrideRow, Proposal, Wish
from amzsync.store import overrides, state, stores
from amzsync.workflows.overrides import apply, listed, propose
from tests.factories import NOW, Shop, StoreFiles, asin, dump, listing, product, query

SOON = "2026-12-24T22:59:59Z"
PRICE = Wish({Field.PRICE: "15"})
DAYS = Wish({Field.HANDLING_TIME: "1"})
NOTES = Wish({Field.NOTES: "Fine"})
ALL_BACK = Wish(dict.fromkeys(Field))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop with the listings A and B in three stores of two regions, and some that are special."""
    shop = Shop(tmp_path)
    shop.products = [product(sku) for sku in ("A", "B", "C", "OFF", "WARE", "GONE")]
    shop.products[3]["product_online"] = "2"
    names = ("A", "B", "OFF", "STRANGER")
    in_stock = listing("B", fulfillment_channel="AMAZON_NA")
    shop.pins = [("ca", "OFF", "OFF", "never")]
    shop.stores = {
        "us": StoreFiles(listings=[listing(name, asin1=asin(1)) for name in names]),
        "ca": StoreFiles("CA", listings=[listing("A"), listing("C"), listing("OFF"), in_stock]),
        "uk": StoreFiles("UK", listings=[listing("A", open_date="2025-03-04 05:06:07 GMT")]),
    }
    us = shop.us
    assert us.listings is not None
    us.listings.append(listing("WARE", fulfillment_channel="AMAZON_NA"))
    us.ended = [
        {"seller_sku": "GONE", "asin": asin(9), "title": "", "sku": "GONE", "ended_at": NOW}
    ]
    shop.run()
    return shop


def named(*seller_skus: str, store: str | None = "us") -> Listings:
    return Listings(seller_skus, store)


def proposed(shop: Shop, asked: Listings, wish: Wish) -> Proposal:
    with state.reading(shop.state) as current:
        return propose(current, shop.config(), asked, wish)


def do(shop: Shop, asked: Listings, wish: Wish) -> Proposal:
    return apply(shop.config(), asked, wish, now=NOW)


def kept(shop: Shop, store: str, seller_sku: str) -> list[Row]:
    with state.reading(shop.state) as current:
        store_id = stores.known(current.db)[store].store_id
        return overrides.of_skus(current.db, store_id, [seller_sku]).get(seller_sku, [])


def rows(shop: Shop, *, store: str | None = None, now: str = NOW) -> list[OverrideRow]:
    with state.reading(shop.state) as current:
        return listed(current, shop.config(), store=store, now=now)


def changed(found: Proposal) -> set[tuple[str, str, str]]:
    return {(one.store, one.seller_sku, one.field) for one in found.changes}


class TestNamed:
    def test_an_override_is_kept_in_a_run_of_its_own_with_its_history(self, shop: Shop) -> None:
        found = do(shop, named("A"), Wish({Field.PRICE: "15"}, SOON))

        assert changed(found) == {("us", "A", "price")}
        assert kept(shop, "us", "A") == [Row("price", "15.00", SOON)]
        history = query(
            shop.state, "SELECT run_id, store, seller_sku, field, old, new FROM v_changes"
        )
        assert history == [(2, "us", "A", "override_price", None, f"15.00 (until {SOON})")]
        runs = query(shop.state, "SELECT command, outcome FROM runs WHERE run_id = 2")
        assert runs == [("override", "done")]

    def test_it_marks_the_listing_to_be_planned(self, shop: Shop) -> None:
        with state.writing(shop.state, command="a test", now=NOW) as current:
            current.db.execute("DELETE FROM unplanned_listings")
        do(shop, named("B"), PRICE)

        sql = "SELECT seller_sku FROM unplanned_listings JOIN listings USING (listing_id)"
        assert query(shop.state, sql) == [("B",)]

    def test_what_is_not_named_stays_as_it_is(self, shop: Shop) -> None:
        first = {
            Field.PRICE: "55",
            Field.HANDLING_TIME: "1",
            Field.CONDITION: "Used; Like New",
            Field.NOTES: "Fine",
        }
        do(shop, named("B"), Wish(dict(first)))
        do(shop, named("B"), Wish({Field.PRICE: "50"}))
        do(shop, named("B"), Wish({Field.HANDLING_TIME: None}))

        assert in_force(kept(shop, "us", "B"), NOW) == Overrides(
            Decimal(50), None, "used_like_new", "Fine", reset_handling=True
        )

    def test_the_same_again_changes_nothing_and_is_no_run(self, shop: Shop) -> None:
        do(shop, named("A"), PRICE)
        before = dump(shop.state)

        assert do(shop, named("A"), PRICE).changes == ()
        assert dump(shop.state) == before

    def test_proposing_writes_nothing(self, shop: Shop) -> None:
        before = dump(shop.state)

        assert changed(proposed(shop, named("A"), PRICE)) == {("us", "A", "price")}
        assert dump(shop.state) == before

    @pytest.mark.parametrize(
        ("asked", "wish", "said"),
        [
            pytest.param(named("NONE"), PRICE, "no listing NONE in store us", id="unknown"),
            pytest.param(named("C"), PRICE, "no listing C in store us", id="another store's"),
            pytest.param(named("STRANGER"), PRICE, "has no product", id="unmatched"),
            pytest.param(named("GONE"), PRICE, "in tab Ended", id="ended"),
            pytest.param(named("A", store=None), PRICE, "Add --store", id="in several stores"),
            pytest.param(named("WARE"), DAYS, "fulfilled by Amazon", id="days of FBA"),
            pytest.param(
                named("WARE"), Wish({Field.CONDITION: "New"}), "by Amazon", id="condition of FBA"
            ),
            pytest.param(named("A"), Wish({Field.PRICE: "0"}), "0 is no price", id="no price"),
            pytest.param(named("A"), Wish({}), "What is to be overridden?", id="nothing"),
            pytest.param(named(), PRICE, "Which listings?", id="nobody"),
            pytest.param(named("A"), ALL_BACK, "has no override", id="nothing to take back"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_done(
        self, shop: Shop, asked: Listings, wish: Wish, said: str
    ) -> None:
        before = dump(shop.state)
        both = Listings(("B", *asked.seller_skus), asked.store) if asked.seller_skus else asked

        for one in (asked, both):
            with pytest.raises(UsageError, match=r".") as error:
                do(shop, one, wish)
            assert said in str(error.value) or one is both
        assert dump(shop.state) == before

    def test_a_listing_that_amazon_ships_takes_price_and_notes(self, shop: Shop) -> None:
        wish = Wish({Field.PRICE: "15", Field.NOTES: "Fine"})

        assert len(do(shop, named("WARE"), wish).changes) == 2

    def test_a_seller_sku_of_one_store_needs_no_store(self, shop: Shop) -> None:
        assert changed(do(shop, named("C", store=None), PRICE)) == {("ca", "C", "price")}

    def test_notes_on_a_new_listing_are_remarked_upon(self, shop: Shop) -> None:
        (remark,) = proposed(shop, named("A"), NOTES).remarks
        used = Wish({Field.NOTES: "Fine", Field.CONDITION: "Used - Good"})

        assert "no seller notes" in remark
        assert proposed(shop, named("A"), used).remarks == ()


class TestRemoved:
    def test_all_are_taken_back_where_none_is_named(self, shop: Shop) -> None:
        do(shop, named("B"), Wish({Field.PRICE: "15", Field.NOTES: "Fine"}))
        do(shop, named("B"), ALL_BACK)

        assert kept(shop, "us", "B") == []

    def test_a_handling_time_leaves_the_default_to_be_sent(self, shop: Shop) -> None:
        do(shop, named("B"), DAYS)
        done = do(shop, named("B"), Wish({Field.HANDLING_TIME: None}))

        assert [(one.old, one.new) for one in done.changes] == [("1", None)]
        assert kept(shop, "us", "B") == [Row("handling_time", None)]
        assert rows(shop) == []
        assert query(shop.state, "SELECT * FROM v_overrides") == []
        with pytest.raises(UsageError, match="has no override"):
            do(shop, named("B"), ALL_BACK)

    def test_only_those_named_are_taken_back(self, shop: Shop) -> None:
        do(shop, named("B"), Wish({Field.PRICE: "15", Field.NOTES: "Fine"}))
        do(shop, named("B"), Wish({Field.NOTES: None}))

        assert kept(shop, "us", "B") == [Row("price", "15.00")]
        with pytest.raises(UsageError, match="none of these overrides"):
            do(shop, named("B"), Wish({Field.NOTES: None}))

    def test_an_override_of_a_listing_that_is_managed_no_more_can_be_taken_back(
        self, shop: Shop
    ) -> None:
        do(shop, named("B"), PRICE)
        shop.products = [one for one in shop.products if one["sku"] != "B"]
        shop.pins = [("us", "B", "B", "never")]
        shop.run(force=True)

        do(shop, named("B"), ALL_BACK)
        assert kept(shop, "us", "B") == []


class TestRegion:
    def test_handling_time_and_condition_reach_the_region_and_no_further(self, shop: Shop) -> None:
        done = do(shop, named("A"), Wish({Field.HANDLING_TIME: "1", Field.PRICE: "15"}))

        assert changed(done) == {
            ("us", "A", "price"),
            ("us", "A", "handling_time"),
            ("ca", "A", "handling_time"),
        }
        assert {one.store for one in done.changes if one.regional} == {"ca"}
        assert (kept(shop, "ca", "A"), kept(shop, "uk", "A")) == ([Row("handling_time", "1")], [])

    def test_taking_back_reaches_it_too(self, shop: Shop) -> None:
        do(shop, named("A", store="ca"), DAYS)
        do(shop, named("A"), ALL_BACK)

        assert kept(shop, "ca", "A") == [Row("handling_time", None)]

    def test_the_last_word_counts_wherever_it_was_said(self, shop: Shop) -> None:
        do(shop, named("A"), DAYS)
        do(shop, named("A", store="ca"), Wish({Field.HANDLING_TIME: "3"}))

        assert kept(shop, "us", "A") == kept(shop, "ca", "A") == [Row("handling_time", "3")]

    @pytest.mark.parametrize("name", ["B", "OFF"])
    def test_what_amazon_ships_and_what_has_no_product_is_not_reached(
        self, shop: Shop, name: str
    ) -> None:
        assert changed(do(shop, named(name), DAYS)) == {("us", name, "handling_time")}

    @pytest.mark.parametrize("detached", ["us", "ca"])
    def test_a_store_that_is_detached_from_its_region_is_alone(
        self, shop: Shop, detached: str
    ) -> None:
        config = shop.config()
        stores_ = tuple(
            replace(store, settings=replace(store.settings, regional=store.name != detached))
            for store in config.stores
        )
        done = apply(replace(config, stores=stores_), named("A"), DAYS, now=NOW)

        assert changed(done) == {("us", "A", "handling_time")}

    def test_a_listing_that_is_reached_is_to_be_planned_too(self, shop: Shop) -> None:
        with state.writing(shop.state, command="a test", now=NOW) as current:
            current.db.execute("DELETE FROM unplanned_listings")
        do(shop, named("A"), DAYS)

        sql = "SELECT name FROM unplanned_listings JOIN listings USING (listing_id) JOIN stores USING (store_id)"
        assert sorted(query(shop.state, sql)) == [("ca",), ("us",)]


class TestFiltered:
    def test_all_that_a_filter_selects_are_overridden_and_the_rest_is_counted(
        self, shop: Shop
    ) -> None:
        asked = Listings(store="us", search="Listing")
        found = do(shop, asked, PRICE)

        assert changed(found) == {("us", name, "price") for name in ("A", "B", "OFF", "WARE")}
        assert found.selected == 4
        assert [one.listings for one in found.left_out] == [1]
        assert "no product" in found.left_out[0].reason

    def test_a_tab_is_a_filter(self, shop: Shop) -> None:
        found = proposed(shop, Listings(tab=Tab.INELIGIBLE), PRICE)

        assert changed(found) == {("us", "OFF", "price")}

    def test_the_listings_of_a_product_are_found_by_its_sku(self, shop: Shop) -> None:
        found = proposed(shop, Listings(sku="A"), NOTES)

        assert changed(found) == {(name, "A", "seller_notes") for name in ("us", "ca", "uk")}

    def test_one_price_is_not_for_several_currencies(self, shop: Shop) -> None:
        with pytest.raises(UsageError, match="One price cannot be in CAD and GBP and USD"):
            proposed(shop, Listings(sku="A"), PRICE)

    def test_what_amazon_ships_is_left_out_of_handling_times(self, shop: Shop) -> None:
        found = proposed(shop, Listings(store="us", search="WARE"), DAYS)

        assert found == Proposal((), (LeftOut(found.left_out[0].reason, 1),), (), 0)

    def test_those_that_have_overrides_can_lose_them(self, shop: Shop) -> None:
        do(shop, named("A", "B"), NOTES)
        do(shop, Listings(overridden=True), ALL_BACK)

        assert rows(shop) == []

    def test_what_was_not_shown_is_not_done(self, shop: Shop) -> None:
        asked = Listings(store="us", search="Listing")
        shown = proposed(shop, asked, PRICE)
        assert shop.us.listings is not None
        shop.us.listings.append(listing("C"))
        shop.run()
        before = dump(shop.state)

        with pytest.raises(StoreBusy, match="have changed since"):
            apply(shop.config(), asked, PRICE, now=NOW, shown=shown)
        assert dump(shop.state) == before


class TestLived:
    def test_overrides_live_on_through_imports(self, shop: Shop) -> None:
        do(shop, named("A"), Wish({Field.PRICE: "15", Field.HANDLING_TIME: "1"}, SOON))
        before = kept(shop, "us", "A")
        shop.us.listings = [listing("A", price="25.00", asin1=asin(2)), listing("C")]
        shop.run(force=True)
        shop.us.listings = [listing("C")]
        shop.run(force=True)
        shop.us.listings = [listing("A"), listing("B")]
        shop.run(force=True)

        assert kept(shop, "us", "A") == before != []

    def test_an_expired_one_is_shown_as_such_and_holds_no_more(self, shop: Shop) -> None:
        do(shop, named("B"), Wish({Field.PRICE: "15"}, SOON))
        do(shop, named("B"), NOTES)
        (before,), (after,) = rows(shop, now=NOW), rows(shop, now=SOON)

        assert (before.expires, before.expired) == ({"price": SOON}, ())
        assert (after.price, after.expires, after.expired) == ("15.00", {"price": SOON}, ("price",))
        assert in_force(kept(shop, "us", "B"), SOON) == Overrides(notes="Fine")

    def test_the_list_is_of_one_store_where_one_is_named(self, shop: Shop) -> None:
        do(shop, named("C", store="ca"), PRICE)
        do(shop, named("A"), PRICE)

        assert [(one.store, one.seller_sku, one.currency) for one in rows(shop)] == [
            ("ca", "C", "CAD"),
            ("us", "A", "USD"),
        ]
        assert [one.store for one in rows(shop, store="us")] == ["us"]
        assert rows(shop, store="uk") == []
