"""The main job: from the files of a shop to the tab of every listing, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.examples_listings import Answer, answers
from tests.examples_products import products as example_products
from tests.factories import (
    Cells,
    Shop,
    StoreFiles,
    asin,
    canonical,
    differing,
    ean,
    example_shop,
    in_source,
    in_warehouse,
    listing,
    product,
    query,
    recount,
    suppressed,
    view_row,
)

LISTINGS = "SELECT seller_sku, tab, status, reason FROM v_listings ORDER BY seller_sku"


def tabs(shop: Shop) -> dict[str, str]:
    """Return the tab of each listing."""
    return dict(query(shop.state, "SELECT seller_sku, tab FROM v_listings"))


def seen(shop: Shop, seller_sku: str, columns: str) -> tuple[Any, ...]:
    """Return *columns* of one listing."""
    (row,) = query(
        shop.state, f"SELECT {columns} FROM v_listings WHERE seller_sku = ?", (seller_sku,)
    )
    return row


class TestExampleShop:
    @pytest.mark.parametrize("store", ["us", "de"])
    def test_every_listing_and_product_ends_in_its_tab_by_its_way(
        self, tmp_path: Path, store: str
    ) -> None:
        shop = example_shop(tmp_path)
        shop.import_files()
        found = query(
            shop.state,
            "SELECT store, tab, seller_sku, coalesce(sku, ''), matched_by FROM v_listings "
            "UNION ALL SELECT store, tab, '', sku, '' FROM v_unlisted",
        )
        expected = answers(store, example_products())
        actual = [Answer(*row) for row in found if row[0] == store]
        assert sorted(actual) == sorted(expected)

    def test_rows_read_are_accepted_rejected_or_collapsed(self, tmp_path: Path) -> None:
        shop = example_shop(tmp_path)
        shop.import_files()
        found = query(
            shop.state,
            "SELECT store, kind, rows_read - accepted - duplicates, rejected, (SELECT count(*) FROM v_rejects r "
            "WHERE r.store = o.store AND r.kind = o.kind) FROM v_sources o",
        )
        assert [row for row in found if len(set(row[2:])) > 1] == []
        assert ("us", "all-listings", 5, 5, 5) in found

    def test_the_counts_are_those_of_the_rows(self, tmp_path: Path) -> None:
        shop = example_shop(tmp_path)
        result = shop.import_files()
        kept = [(one.name, tab, rows) for one in result.stores for tab, rows in one.tabs.items()]
        assert sorted(row for row in kept if row[2]) == sorted(recount(shop.state)["tab_counts"])
        ways = [(one.name, way, n) for one in result.stores for way, n in one.matches.items()]
        assert sorted(ways) == sorted(recount(shop.state)["match_counts"])

    def test_one_store_alone_and_the_other_later_are_as_both_at_once(self, tmp_path: Path) -> None:
        together, apart = (example_shop(tmp_path / name) for name in "ab")
        together.import_files()
        result = apart.import_files(store="de")
        assert [one.name for one in result.stores] == ["de"]
        assert query(apart.state, "SELECT DISTINCT store FROM v_listings") == [("de",)]
        apart.import_files(store="us")
        assert differing(canonical(apart.state), canonical(together.state)) == {}


class TestNotSeen:
    def make(self, folder: Path) -> Shop:
        shop = Shop(folder, products=[product(sku) for sku in "ABCDE"])
        shop.us.listings = [listing(sku) for sku in "ABCDE"]
        shop.run(now="2026-11-01T06:00:00Z")
        return shop

    def without_a(self, shop: Shop) -> Shop:
        shop.us.listings = [row for row in shop.us.listings or [] if row["seller-sku"] != "A"]
        shop.run(now="2026-11-02T06:00:00Z")
        return shop

    def test_a_listing_that_is_missing_is_not_seen_and_never_ended(self, tmp_path: Path) -> None:
        shop = self.without_a(self.make(tmp_path))
        assert seen(shop, "A", "tab, status, reason, missing_since") == (
            "active",
            "Not Seen",
            "Not in Amazon's reports since 2026-11-02T06:00:00Z.",
            "2026-11-02T06:00:00Z",
        )

    def test_the_time_since_when_stays_that_of_the_first_report_without_it(
        self, tmp_path: Path
    ) -> None:
        shop = self.without_a(self.make(tmp_path))
        shop.products[0]["price"] = "21.000000"
        shop.us.listings = [*(shop.us.listings or []), listing("F")]
        shop.run(now="2026-11-03T06:00:00Z")
        assert seen(shop, "A", "missing_since") == ("2026-11-02T06:00:00Z",)

    def test_it_returns_with_the_report_that_has_it_again(self, tmp_path: Path) -> None:
        shop = self.without_a(self.make(tmp_path))
        shop.us.listings = [listing("A"), *(shop.us.listings or [])]
        result = shop.run(now="2026-11-03T06:00:00Z")
        assert seen(shop, "A", "status, missing_since") == ("Active", None)
        assert result.stores[0].documents[-1].source.accepted == 5
        changes = query(
            shop.state,
            "SELECT field, old, new FROM v_changes WHERE seller_sku = 'A' AND field = 'seen'",
        )
        assert changes == [("seen", "yes", "no"), ("seen", "no", "yes")]

    def test_a_product_that_is_missing_makes_its_live_listing_ineligible(
        self, tmp_path: Path
    ) -> None:
        shop = self.make(tmp_path)
        del shop.products[0]
        shop.run()
        assert seen(shop, "A", "tab, reason") == (
            "ineligible",
            "Live on Amazon, but the product is no longer in the Commerce export.",
        )


class TestSeveralReports:
    def test_the_fba_report_fills_in_the_stock_of_the_warehouse(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path, products=[product("A"), product("B")])
        fba: Cells = {"fulfillment_channel": "AMAZON_NA", "quantity": "", "status": "Inactive"}
        shop.us.listings = [listing("A", **fba), listing("B", **fba)]
        shop.us.fba = [in_warehouse("A", 0), in_warehouse("B", 7)]
        shop.run()
        assert seen(shop, "A", "quantity, reason") == (0, "Out of stock in Amazon's warehouse.")
        assert seen(shop, "B", "quantity, tab") == (7, "inactive")
        shop.us.fba = None
        shop.run()
        assert seen(shop, "A", "quantity, tab") == (None, "inactive")

    def test_reasons_of_the_suppressed_report_come_first_and_go_with_it(
        self, tmp_path: Path
    ) -> None:
        shop = Shop(tmp_path, products=[product("A")])
        shop.us.listings = [listing("A", status="Inactive", quantity="0")]
        shop.us.suppressed = [suppressed("A", "No image."), suppressed("A", "No brand.")]
        shop.run()
        assert seen(shop, "A", "tab, reason") == (
            "inactive",
            "Search Suppressed: Missing info - No brand.; Search Suppressed: Missing info - No image.",
        )
        shop.us.suppressed = None
        shop.run()
        assert seen(shop, "A", "substr(reason, 1, 20)") == ("Quantity 0 on Amazon",)

    def test_what_only_the_cancelled_report_has_is_inactive_not_ended(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path, products=[product("A"), product("B")])
        shop.us.listings = [listing("A")]
        shop.us.cancelled = [listing("B")]
        shop.run()
        assert seen(shop, "B", "tab, amazon_status") == ("inactive", "inactive")

    def test_without_an_all_listings_report_the_others_describe_the_listings(
        self, tmp_path: Path
    ) -> None:
        shop = Shop(tmp_path, products=[product(sku) for sku in "ABC"])
        shop.us.listings = None
        shop.us.active = [listing("A")]
        shop.us.inactive = [listing("B", quantity="0")]
        shop.us.cancelled = [listing("C")]
        shop.run()
        assert tabs(shop) == {"A": "active", "B": "inactive", "C": "inactive"}
        shop.us.active, shop.us.inactive = [listing("B")], [listing("A")]
        shop.run()
        assert tabs(shop) == {"A": "inactive", "B": "active", "C": "inactive"}

    def test_a_listing_ended_by_hand_is_in_progress_until_amazon_shows_it_no_more(
        self, tmp_path: Path
    ) -> None:
        shop = Shop(tmp_path, products=[product("A"), product("B")])
        shop.us.listings = [listing("A"), listing("B", status="Inactive")]
        at = "2026-11-01T00:00:00Z"
        shop.us.ended = [{"seller_sku": sku, "ended_at": at} for sku in ("A", "B", "C")]
        shop.run()
        statuses = dict(query(shop.state, "SELECT seller_sku, status FROM v_listings"))
        assert statuses == {"A": "Ending In Progress", "B": "Manually Ended", "C": "Manually Ended"}
        assert set(tabs(shop).values()) == {"ended"}

    def test_a_listing_known_by_hand_only_is_read_as_new_when_a_report_has_it(
        self, tmp_path: Path
    ) -> None:
        shop = Shop(tmp_path, products=[product("A")])
        shop.us.listings = [listing("A")]
        shop.us.ended = [{"seller_sku": "C", "ended_at": "2026-11-01T00:00:00Z"}]
        shop.run()
        shop.us.listings.append(listing("C"))
        source = shop.run().stores[0].documents[-1].source
        assert (source.rows_read, source.accepted, source.duplicates) == (2, 2, 0)

    def test_a_row_that_comes_twice_is_collapsed_and_leaves_nothing_behind(
        self, tmp_path: Path
    ) -> None:
        twins = [product(sku, attributes={"ean": ean(1)}) for sku in "AB"]
        shop = Shop(tmp_path, products=twins)
        shop.us.listings = [listing("X", product_id=ean(1))] * 2
        source = shop.run().stores[0].documents[-1].source
        assert (source.rows_read, source.accepted, source.duplicates) == (2, 1, 1)
        assert query(shop.state, "SELECT DISTINCT listing_id FROM candidates") == [(1,)]
        assert canonical(shop.state)["match_counts"] == [("us", "ambiguous", 1)]


class TestTitles:
    def test_that_differ_only_by_lost_letters_are_no_change(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path, products=[product("A")])
        for title, changes in (("Crème brûlée", 0), ("Cr?me br?l?e", 0), ("Kettle", 1)):
            shop.us.listings = [listing("A", item_name=title)]
            assert shop.run().changes == changes


class TestStoreView:
    def test_overrides_whether_a_product_is_enabled(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path, products=[product("A"), product("B", product_online="2")])
        shop.products += [view_row("A", "de", product_online="2"), view_row("B", "de")]
        shop.us.listings = [listing("A"), listing("B")]
        shop.run()
        assert tabs(shop) == {"A": "active", "B": "ineligible"}
        shop.us.view = "de"
        shop.run()
        assert tabs(shop) == {"A": "ineligible", "B": "ineligible"}
        shop.products[2:] = [view_row("B", "de", product_online="1")]
        shop.run()
        assert tabs(shop) == {"A": "active", "B": "active"}

    def test_rows_without_a_row_for_all_views_stand_for_the_product(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path)
        attributes = {"asin": asin(1)}
        shop.products = [product("A", store_view_code="default", attributes=attributes)]
        shop.us.listings = [listing("X", asin1=asin(1))]
        result = shop.run()
        assert (seen(shop, "X", "tab, sku"), result.products) == (("active", "A"), 1)
        shop.products[0]["product_online"] = "2"
        shop.run()
        assert seen(shop, "X", "tab, sku") == ("ineligible", "A")
        shop.run()
        assert shop.run().changes == 0

    def test_a_lone_view_row_steps_back_when_the_row_for_all_views_comes(
        self, tmp_path: Path
    ) -> None:
        shop = Shop(tmp_path / "a")
        lone = product("A", store_view_code="default", price="1.000000")
        shop.products, shop.us.listings = [lone], [listing("A")]
        shop.run()
        shop.products = [lone, product("A")]
        shop.run()
        fresh = Shop(tmp_path / "b", products=shop.products, stores=shop.stores)
        fresh.run()
        assert differing(canonical(shop.state), canonical(fresh.state)) == {}


STOCK = [
    in_source("A", "default", 3),
    in_source("B", "default", 0),
    in_source("B", "showroom", 9),
    in_source("C", "default", 4, enabled=False),
    in_source("D", "showroom", 5),
]


class TestStockSources:
    def make(self, folder: Path, *sources: str) -> Shop:
        shop = Shop(folder, stock=deepcopy(STOCK), stock_sources=sources)
        shop.products = [product(sku, qty="9.0000") for sku in "ABCDE"]
        shop.us.listings = [listing(sku) for sku in "ABCDE"]
        return shop

    def sums(self, shop: Shop) -> dict[str, int | None]:
        return dict(query(shop.state, "SELECT sku, sources_e4 / 10000 FROM products"))

    def test_of_chosen_sources_only_count(self, tmp_path: Path) -> None:
        shop = self.make(tmp_path, "default")
        shop.run()
        assert self.sums(shop) == {"A": 3, "B": 0, "C": 0, "D": None, "E": None}
        ineligible = {sku for sku, tab in tabs(shop).items() if tab == "ineligible"}
        assert ineligible == {"B", "C"}  # unknown is not nought

    def test_all_sources_count_where_none_is_chosen(self, tmp_path: Path) -> None:
        shop = self.make(tmp_path)
        shop.run()
        assert self.sums(shop) == {"A": 3, "B": 9, "C": 0, "D": 5, "E": None}

    def test_a_new_choice_counts_at_once_though_no_file_has_changed(self, tmp_path: Path) -> None:
        shop = self.make(tmp_path, "default")
        shop.run()
        shop.stock_sources = ("default", "showroom")
        shop.run()
        assert self.sums(shop) == {"A": 3, "B": 9, "C": 0, "D": 5, "E": None}
        assert tabs(shop)["B"] == "active"

    def test_stock_that_runs_out_makes_the_listing_ineligible(self, tmp_path: Path) -> None:
        shop = self.make(tmp_path, "default")
        shop.run()
        (shop.stock or [])[0]["quantity"] = "0.0000"
        shop.run()
        assert tabs(shop)["A"] == "ineligible"


CHANGES: dict[str, Callable[[Shop], None]] = {
    "another website": lambda shop: setattr(shop.us, "website", "de"),
    "another order of matching": lambda shop: setattr(
        shop, "mapping", shop.mapping + 'order = ["ean", "asin", "seller_sku", "upc", "isbn"]\n'
    ),
    "no more EANs": lambda shop: setattr(shop, "mapping", 'asin = "asin"\n'),
    "another attribute": lambda shop: setattr(shop, "mapping", 'asin = "asin"\nean = "code"\n'),
    "other sources": lambda shop: setattr(shop, "stock_sources", ("showroom",)),
    "another store view": lambda shop: setattr(shop.us, "view", "de"),
}


class TestSettings:
    @pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
    def test_that_are_new_hold_as_if_they_had_always_been(
        self, tmp_path: Path, change: Callable[[Shop], None]
    ) -> None:
        found = []
        for name in ("changed", "always"):
            shop = Shop(tmp_path / name, stock=deepcopy(STOCK), stock_sources=("default",))
            shop.products = [
                product("A", attributes={"asin": asin(1), "ean": ean(1)}, product_websites="de"),
                product("B", attributes={"ean": ean(2), "code": ean(1)}),
                product("C", product_websites="base,de"),
                view_row("C", "de", product_online="2"),
            ]
            shop.us.listings = [
                listing("A", asin1=asin(1)),
                listing("X", product_id=ean(2)),
                listing("Y", product_id=ean(1)),
                listing("C"),
            ]
            if name == "changed":
                shop.run()
            change(shop)
            shop.run()
            found.append(canonical(shop.state))
        assert differing(*found) == {}


@pytest.mark.parametrize("returns", [False, True], ids=["stays away", "returns"])
def test_a_missing_product_keeps_its_identifiers_when_all_is_read_anew(
    tmp_path: Path, returns: bool
) -> None:
    shop = Shop(tmp_path, products=[product("A", attributes={"asin": asin(1)}), product("B")])
    shop.us.listings = [listing("X", asin1=asin(1))]
    shop.run()
    whole, shop.products = shop.products, shop.products[1:]
    shop.run()
    shop.mapping += 'gcid = "gcid"\n'
    shop.run()
    if returns:
        shop.products = whole
        shop.run()
    assert seen(shop, "X", "sku, tab") == ("A", "active" if returns else "ineligible")


def test_two_stores_keep_apart(tmp_path: Path) -> None:
    shop = Shop(tmp_path, products=[product("A", product_websites="base,de"), product("B")])
    shop.us.listings = [listing("A"), listing("B")]
    german = [listing("A", status="Inactive", quantity="0", open_date="04/03/2025 05:06:07 MET")]
    shop.stores["de"] = StoreFiles("DE", "de", listings=german)
    shop.run()
    rows = query(
        shop.state, "SELECT store, seller_sku, tab, currency FROM v_listings ORDER BY 1, 2"
    )
    assert rows == [
        ("de", "A", "inactive", "EUR"),
        ("us", "A", "active", "USD"),
        ("us", "B", "active", "USD"),
    ]
