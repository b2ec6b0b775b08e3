"""Everything known of one listing or product: where it stands, why, and who says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.core.overrides import Row
from amzsync.core.plan import Kind
from amzsync.errors import UsageError
from amzsync.results.details import Detail, WantedDetail
from amzsync.store import overrides, state
from amzsync.workflows.show import show
from tests.factories import (
    NOW,
    Folder,
    Shop,
    asin,
    dump,
    ean,
    in_source,
    listing,
    product,
    suppressed,
    view_row,
)
from tests.sendings import sent


def shown(shop: Folder, name: str) -> Detail:
    with state.reading(shop.state) as current:
        return show(current, shop.config(), name, NOW)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop with a matched listing of two names, an ambiguous one and an unlisted product."""
    shop = Shop(tmp_path, stock=[in_source("A", "default", 3)])
    shop.products = [
        product("A", attributes={"asin": asin(1), "ean": f"{ean(1)},N/A"}),
        view_row("A", "de", name="Kessel"),
        *(product(sku, attributes={"ean": ean(2)}) for sku in ("B", "C")),
        product("U", attributes={"asin": asin(5)}),
    ]
    shop.us.listings = [listing("A-1", asin1=asin(1)), listing("X", product_id=ean(2))]
    shop.us.suppressed = [suppressed("A-1", asin1=asin(1))]
    shop.pins = [("us", "X", "A", "never")]
    shop.run()
    return shop


def test_a_listing_comes_with_its_row_its_report_and_its_product(shop: Shop) -> None:
    found = shown(shop, "A-1")
    (one,) = found.listings
    assert (one.row.tab, one.row.sku, one.row.matched_by) == ("active", "A", "asin")
    assert (one.told_by["kind"], one.first_seen_at, one.missing_since) == (
        "all-listings",
        NOW,
        None,
    )
    assert [other["kind"] for other in one.others] == ["suppressed-listings"]
    assert found.product is not None
    assert found.product.values["sku"] == "A"


def test_a_product_comes_with_its_listings_views_and_stock(shop: Shop) -> None:
    found = shown(shop, "A")
    assert [one.row.seller_sku for one in found.listings] == ["A-1"]
    assert found.product is not None
    assert [view["name"] for view in found.product.views] == ["Kessel"]
    assert [(row["source"], row["quantity"]) for row in found.product.stock] == [("default", "3")]


def test_every_value_of_an_attribute_comes_with_a_verdict(shop: Shop) -> None:
    found = shown(shop, "A").product
    assert found is not None
    raws = {one.raw for one in found.identifiers}
    assert {asin(1), ean(1)} <= raws
    assert [one.key for one in found.identifiers if one.raw == ean(1)] == ["0" + ean(1)]
    assert [one.words for one in found.identifiers if not one.words] == []


def test_an_ambiguous_listing_comes_with_its_candidates_and_decisions(shop: Shop) -> None:
    (one,) = shown(shop, "X").listings
    assert [(c["kind"], c["sku"]) for c in one.candidates] == [("ean", "B"), ("ean", "C")]
    assert [(d["sku"], d["verdict"]) for d in one.decisions] == [("A", "never")]


def test_a_product_without_a_listing_tells_where_it_stands(shop: Shop) -> None:
    found = shown(shop, "U")
    assert found.listings == ()
    assert found.product is not None
    assert [row.tab for row in found.product.unlisted] == ["ready-to-list"]


def test_its_history_is_that_of_listing_and_product(shop: Shop) -> None:
    shop.products[0]["price"] = "21.000000"
    shop.us.listings = [listing("A-1", asin1=asin(1), price="22.00"), *(shop.us.listings or [])[1:]]
    shop.run(now="2026-11-23T06:00:00Z")
    found = shown(shop, "A-1").history
    assert [(row.subject, row.field, row.new) for row in found] == [
        ("product", "price", "21.00"),
        ("listing", "price", "22.00"),
    ]


def test_a_listing_known_from_the_users_list_only_says_so(shop: Shop) -> None:
    shop.us.ended = [{"seller_sku": "OLD", "ended_at": "2026-11-01T00:00:00Z"}]
    shop.run()
    (one,) = shown(shop, "OLD").listings
    assert (one.row.tab, one.told_by) == ("ended", {"kind": "ended"})


def test_what_is_not_known_is_refused_with_what_is_near(shop: Shop) -> None:
    with pytest.raises(UsageError) as caught:
        shown(shop, "A-")
    assert caught.value.message == "Nothing is known of A-."
    assert "A-1" in caught.value.next_step
    with pytest.raises(UsageError, match="status --search"):
        shown(shop, "QQQQ")


class TestWanted:
    """What a listing should be, decided as it is asked for."""

    def test_is_told_of_a_listing_that_was_never_planned(self, shop: Shop) -> None:
        (one,) = shown(shop, "A-1").listings
        wanted = one.wanted
        assert wanted is not None
        assert (wanted.price, wanted.quantity, wanted.currency) == ("20.00", 3, "USD")
        assert (wanted.price_steps, wanted.quantity_steps) == ("Price 20.00", "Stock 3")
        assert wanted.observed_at is not None
        assert [(action.kind, action.held) for action in wanted.actions] == [
            (Kind.REVISE_QUANTITY, None),
            (Kind.REVISE_PRICE, None),
        ]
        assert wanted.actions[1].changes == (
            {"field": "price", "seen": "19.90", "wanted": "20.00"},
        )

    def test_leaves_the_state_as_it_was(self, shop: Shop) -> None:
        before = dump(shop.state)
        shown(shop, "A-1")
        assert dump(shop.state) == before

    def test_is_nothing_where_there_is_no_product_to_go_by(self, shop: Shop) -> None:
        (one,) = shown(shop, "X").listings
        assert one.wanted is None

    def test_is_nothing_for_a_store_that_the_configuration_names_no_more(self, shop: Shop) -> None:
        config = shop.folder / "amzsync.toml"
        config.write_text(config.read_text().replace("[stores.us]", "[stores.other]"))
        (one,) = shown(shop, "A-1").listings
        assert one.wanted is None

    def test_is_told_of_a_product_that_could_be_listed(self, shop: Shop) -> None:
        found = shown(shop, "U").product
        assert found is not None
        (wanted,) = found.wanted
        assert wanted is not None
        assert (wanted.price, wanted.condition, wanted.observed_at) == ("20.00", "new_new", None)

    def test_says_which_attributes_no_import_has_read_instead_of_failing(self, shop: Shop) -> None:
        settings(shop, "price = { source = 'amazon_price' }")
        (one,) = shown(shop, "A-1").listings
        assert one.wanted == WantedDetail(unread=("amazon_price",))

    def test_says_why_the_product_may_not_be_sold(self, shop: Shop) -> None:
        shop.products[0]["product_online"] = "2"
        shop.run()
        (one,) = shown(shop, "A-1").listings
        assert one.wanted is not None
        assert (one.wanted.quantity, one.wanted.barred) == (
            0,
            "the product is disabled in Commerce",
        )

    def test_says_what_holds_an_action_back(self, shop: Shop) -> None:
        shop.products[0]["price"] = "99.000000"
        shop.run()
        (one,) = shown(shop, "A-1").listings
        assert one.wanted is not None
        held = [action.held for action in one.wanted.actions if action.kind is Kind.REVISE_PRICE]
        assert held == ["the price would rise by 397.5%; the limit is 50%"]

    def test_says_that_something_was_sent(self, shop: Shop) -> None:
        with state.writing(shop.state, command="a test", now=NOW) as current:
            sent(current.db, "A-1")
        (one,) = shown(shop, "A-1").listings
        assert one.wanted is not None
        assert (one.wanted.in_process, one.wanted.actions) == (True, ())

    def test_says_which_overrides_hold_and_which_have_ended(self, shop: Shop) -> None:
        with state.writing(shop.state, command="a test", now=NOW) as current:
            rows = [Row("price", "7.00"), Row("handling_time", "5", "2026-11-01T00:00:00Z")]
            overrides.put(current.db, 1, [(1, "A-1", row) for row in rows])
        (one,) = shown(shop, "A-1").listings
        assert [(each["field"], each["expired"]) for each in one.overrides] == [
            ("handling_time", True),
            ("price", False),
        ]
        assert one.wanted is not None
        assert one.wanted.overridden == {"handling_time": False, "price": True}
        assert (one.wanted.price, one.wanted.handling_time) == ("7.00", 2)


def settings(shop: Shop, line: str) -> None:
    """Give all stores of the shop a setting."""
    with (shop.folder / "amzsync.toml").open("a") as file:
        file.write(f"[defaults]\n{line}\n")
