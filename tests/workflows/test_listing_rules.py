"""Listing rules through an import: what they make ineligible, bring back, list by itself, or find incomplete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.factories import NOW, Shop, asin, canonical, differing, listing, product, query

LATER = "2026-11-22T07:00:00Z"
CHEAP = '{ attribute = "price", less_than = 50 }'
RED = '{ attribute = "color", is = "Red" }'


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop that sells a red and a blue kettle on Amazon, and could sell a third, which is dear."""
    shop = Shop(tmp_path)
    shop.products = [
        product("RED", attributes={"color": "Red", "asin": asin(1)}),
        product("BLUE", attributes={"color": "Blue", "asin": asin(2)}),
        product("DEAR", attributes={"color": "Red", "asin": asin(3)}, price="99.000000"),
    ]
    shop.us.listings = [listing("RED"), listing("BLUE")]
    return shop


def rule(shop: Shop, *conditions: str, more: str = "") -> None:
    """Give all stores rules that ask for all *conditions*, and *more* settings."""
    shop.settings = f"[defaults]\nrules = {{ all = [{', '.join(conditions)}] }}\n{more}"


def where(shop: Shop) -> dict[str, str]:
    """Return the tab, and the status where it is another, by seller SKU or SKU."""
    rows = query(
        shop.state,
        "SELECT seller_sku, tab, status FROM v_listings UNION ALL SELECT sku, tab, status FROM v_unlisted",
    )
    return {
        sku: tab if status.lower().replace(" ", "-") == tab else f"{tab}: {status}"
        for sku, tab, status in rows
    }


def why(shop: Shop, sku: str) -> str:
    ((reason,),) = query(
        shop.state,
        "SELECT reason FROM v_listings WHERE seller_sku = ?1 UNION ALL SELECT reason FROM v_unlisted WHERE sku = ?1",
        [sku],
    )
    return str(reason)


def moves(shop: Shop, sku: str) -> Sequence[tuple[object, ...]]:
    return query(
        shop.state,
        "SELECT old, new FROM v_changes WHERE field = 'tab' AND coalesce(seller_sku, sku) = ? ORDER BY change_id",
        [sku],
    )


def test_without_rules_all_may_be_sold(shop: Shop) -> None:
    shop.run()

    assert where(shop) == {"RED": "active", "BLUE": "active", "DEAR": "ready-to-list"}


def test_rules_make_ineligible_what_fails_and_list_nothing_that_does(shop: Shop) -> None:
    rule(shop, RED, CHEAP)
    shop.run()

    assert where(shop) == {"RED": "active", "BLUE": "ineligible"}
    assert why(shop, "BLUE") == ('Live on Amazon, but the listing rules ask that color is "Red".')


def test_a_product_that_changes_moves_there_and_back(shop: Shop) -> None:
    rule(shop, CHEAP)
    shop.run()
    shop.products[0]["price"] = "60.000000"
    shop.run(now=LATER, force=True)
    assert where(shop)["RED"] == "ineligible"

    shop.products[0]["price"] = "20.000000"
    shop.products[2]["price"] = "49.000000"
    shop.run(now="2026-11-22T08:00:00Z", force=True)

    assert where(shop) == {"RED": "active", "BLUE": "active", "DEAR": "ready-to-list"}
    assert moves(shop, "RED") == [("active", "ineligible"), ("ineligible", "active")]


def test_the_reason_does_not_change_with_every_price(shop: Shop) -> None:
    rule(shop, '{ attribute = "price", greater_than = 100 }')
    shop.run()
    shop.products[0]["price"] = "21.000000"
    shop.run(now=LATER)

    fields = query(
        shop.state,
        "SELECT field FROM v_changes WHERE run_id = 2 AND coalesce(seller_sku, sku) = 'RED'",
    )
    assert fields == [("price",)]


def test_rules_that_change_take_effect_at_the_next_import_without_new_files(shop: Shop) -> None:
    rule(shop, CHEAP)
    shop.run()
    rule(shop, RED)  # an attribute that was not even read before
    (shop.folder / "amzsync.toml").write_text(shop.toml(), encoding="utf-8")

    result = shop.import_files(now=LATER)

    assert [one.changed for one in result.documents] == [True]  # read anew, for its colors
    assert where(shop) == {"RED": "active", "BLUE": "ineligible", "DEAR": "ready-to-list"}

    shop.settings = ""
    (shop.folder / "amzsync.toml").write_text(shop.toml(), encoding="utf-8")
    shop.import_files(now="2026-11-22T08:00:00Z")
    assert where(shop)["BLUE"] == "active"


def test_changed_rules_lead_where_a_first_import_with_them_leads(
    shop: Shop, tmp_path: Path
) -> None:
    shop.run()
    rule(shop, RED, more="[defaults.quantity]\nthreshold = 6\n")
    shop.run(now=LATER)
    other = Shop(tmp_path / "other", products=shop.products, settings=shop.settings)
    other.us.listings = shop.us.listings
    other.run()

    assert differing(canonical(shop.state), canonical(other.state)) == {}


def test_automatic_listing_says_that_it_is_to_be_listed(shop: Shop) -> None:
    rule(shop, more="automatic_listing = true\n")
    shop.run()

    assert where(shop)["DEAR"] == "ready-to-list: To Be Listed"


def test_a_threshold_makes_ineligible_what_has_less(shop: Shop) -> None:
    shop.products[1]["qty"] = "6.0000"
    rule(shop, more="[defaults.quantity]\nthreshold = 6\n")
    shop.run()

    assert where(shop) == {"RED": "ineligible", "BLUE": "active"}
    assert why(shop, "RED") == "Live on Amazon, but 5 in stock, fewer than the threshold of 6."


def test_what_amazon_ships_does_not_look_at_our_threshold(shop: Shop) -> None:
    shop.us.listings = [listing("RED", fulfillment_channel="AMAZON_NA"), listing("BLUE")]
    rule(shop, more="[defaults.quantity]\nthreshold = 6\n")
    shop.run()

    assert where(shop) == {"RED": "active", "BLUE": "ineligible"}


def test_third_party_listings_are_left_alone_but_for_those_that_are_pinned(shop: Shop) -> None:
    shop.pins = [("us", "BLUE", "BLUE", "pin")]
    rule(shop, more="third_party = false\n")
    shop.run()

    rows = query(shop.state, "SELECT seller_sku, tab, reason FROM v_listings ORDER BY seller_sku")
    words = "This store does not take over third-party listings (third_party = false)."
    assert rows[1] == ("RED", "new-third-party", words)
    assert rows[0][:2] == ("BLUE", "active")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param('attribute = "state"', "the product has no state", id="no value"),
        pytest.param(
            'attribute = "color"',
            "the product's color is 'Red', which no setting maps",
            id="not mapped",
        ),
    ],
)
def test_a_condition_that_is_not_known_makes_it_incomplete(
    shop: Shop, settings: str, told: str
) -> None:
    rule(shop, more=f"[defaults.condition]\n{settings}\n")
    shop.run()

    assert where(shop)["DEAR"] == "incomplete: Missing Condition"
    assert told in why(shop, "DEAR")


def test_a_condition_that_settings_map_is_ready_to_list(shop: Shop) -> None:
    words = '[defaults.condition]\nattribute = "color"\nvalues = { Red = "used_good" }\n'
    rule(shop, more=words)
    shop.run()

    assert where(shop)["DEAR"] == "ready-to-list"


def test_a_store_has_rules_of_its_own(shop: Shop) -> None:
    rule(shop, RED)
    shop.write()
    path = shop.folder / "amzsync.toml"
    path.write_text(path.read_text() + f"rules = {{ all = [{CHEAP}] }}\n")

    shop.import_files(now=NOW)

    assert where(shop) == {"RED": "active", "BLUE": "active"}
