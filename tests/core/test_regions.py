"""What stores of one seller share: who leads, which override holds, how a product's stock is divided."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.product_facts import ProductFacts
from amzsync.core.quantities import Quantities
from amzsync.core.regions import Member, Regions, Selling, leaders, pools, regional_override
from amzsync.core.settings import QuantitySettings

US, DE, UK, CA, OTHER, ALONE = (
    Member(1, "A", "na"),
    Member(2, "A", "eu"),
    Member(3, "A", "eu"),
    Member(4, "A", "na"),
    Member(5, "B", "eu"),
    Member(6, "A", "eu", regional=False),
)
REGIONS = Regions([ALONE, OTHER, CA, UK, DE, US])


@pytest.mark.parametrize(
    ("store", "stores", "elders"),
    [
        pytest.param(US, (1, 4), (), id="the oldest of its region"),
        pytest.param(CA, (1, 4), (1,), id="a younger one"),
        pytest.param(UK, (2, 3), (2,), id="the United Kingdom is in Europe"),
        pytest.param(OTHER, (5,), (), id="another seller"),
        pytest.param(ALONE, (6,), (), id="a store that was detached"),
    ],
)
def test_stores_of_one_seller_and_region_form_a_group_the_oldest_first(
    store: Member, stores: tuple[int, ...], elders: tuple[int, ...]
) -> None:
    assert REGIONS.stores(store.store_id) == stores
    assert REGIONS.elders(store.store_id) == elders


def test_a_store_that_is_detached_neither_follows_nor_leads() -> None:
    found = Regions(
        [Member(1, "A", "eu", regional=False), Member(2, "A", "eu"), Member(3, "A", "eu")]
    )
    assert [found.elders(store) for store in (1, 2, 3)] == [(), (), (2,)]
    assert len({found.group(store) for store in (1, 2)}) == 2


def test_the_oldest_store_that_has_the_seller_sku_leads_it() -> None:
    having = {1: {"a"}, 2: {"a", "b"}, 9: {"c"}}
    assert leaders((1, 2, 7), ["a", "b", "c", "d"], having) == {"a": 1, "b": 2}


def test_the_oldest_store_of_a_region_leads_itself() -> None:
    assert leaders((), ["a"], {}) == {}


@pytest.mark.parametrize(
    ("values", "held"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({3: "2"}, (3, "2"), id="of a younger store, for the older ones as well"),
        pytest.param({3: "2", 1: "5"}, (1, "5"), id="of two stores the older one's"),
        pytest.param(
            {1: None, 3: "2"}, (3, "2"), id="one that holds before one that was taken back"
        ),
        pytest.param({3: None, 2: None}, (2, None), id="only such as were taken back"),
        pytest.param({9: "2"}, None, id="another group's"),
    ],
)
def test_one_override_holds_for_all_stores_of_a_group(
    values: dict[int, str | None], held: tuple[int, str | None] | None
) -> None:
    assert regional_override((1, 2, 3), values) == held


def selling(sku: str, region: str = "eu", fulfillment: str | None = "merchant") -> Selling:
    return Selling("A", region, sku, fulfillment)


def test_one_seller_sku_in_several_marketplaces_of_a_region_is_one_pool() -> None:
    assert pools([selling("x"), selling("x")]) == {("A", "eu", "x"): (1, 0)}


def test_different_seller_skus_and_regions_share_in_a_steady_order() -> None:
    found = pools([selling("y"), selling("x", "na"), selling("x"), selling("y")])
    assert found == {("A", "eu", "x"): (3, 0), ("A", "eu", "y"): (3, 1), ("A", "na", "x"): (3, 2)}


def test_what_amazon_ships_shares_nothing() -> None:
    assert pools([selling("x", fulfillment="amazon"), selling("y")]) == {("A", "eu", "y"): (1, 0)}
    assert pools([selling("x", fulfillment="amazon")]) == {}


some_selling = st.builds(
    Selling,
    seller_id=st.sampled_from("AB"),
    region=st.sampled_from(["eu", "na"]),
    seller_sku=st.sampled_from("wxyz"),
    fulfillment=st.sampled_from(["merchant", "amazon", None]),
)


@given(st.lists(some_selling), st.randoms(use_true_random=False))
def test_law_the_order_of_the_listings_does_not_matter(
    listings: list[Selling], chance: random.Random
) -> None:
    mixed = list(listings)
    chance.shuffle(mixed)
    assert pools(listings) == pools(mixed)


@given(st.lists(some_selling), st.integers(0, 500_000))
def test_law_all_pools_together_offer_just_the_stock(
    listings: list[Selling], stock_e4: int
) -> None:
    product = ProductFacts(1, "A", None, 1, None, stock_e4, 1, 1, 0, None, 0)
    quantities = Quantities(QuantitySettings())
    offered = [
        quantities.quantity(
            product, barred=None, fulfillment="merchant", shares=n, place=i
        ).quantity
        for n, i in pools(listings).values()
    ]
    assert not offered or sum(one or 0 for one in offered) == stock_e4 // 10_000


@given(
    st.lists(st.integers(1, 6), unique=True).map(sorted),
    st.lists(st.sampled_from("abc"), unique=True),
    st.dictionaries(st.integers(1, 6), st.sets(st.sampled_from("abc"))),
)
def test_law_no_older_store_than_the_leader_has_the_seller_sku(
    elders: list[int], skus: list[str], having: dict[int, set[str]]
) -> None:
    found = leaders(elders, skus, having)
    for sku in skus:
        older = [one for one in elders if sku in having.get(one, ())]
        assert found.get(sku) == (older[0] if older else None)
