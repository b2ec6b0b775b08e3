"""Everything known of one listing or product: where it stands, why, and who says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.errors import UsageError
from amzsync.results.details import Detail
from amzsync.store import state
from amzsync.workflows.show import show
from tests.factories import (
    NOW,
    Folder,
    Shop,
    asin,
    ean,
    in_source,
    listing,
    product,
    suppressed,
    view_row,
)


def shown(shop: Folder, name: str) -> Detail:
    with state.reading(shop.state) as current:
        return show(current, shop.config(), name)


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
