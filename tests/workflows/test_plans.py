"""The plan as it is read: by hand, by filter, with what is allowed; and the documented examples of single listings."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from amzsync.core.overrides import Field
from amzsync.core.plan import Brake, Rank, Value
from amzsync.core.tabs import Tab
from amzsync.results.overrides import Listings, Wish
from amzsync.results.plan import PlanRow, StorePlan
from amzsync.store import catalogue, planning_marks, state
from amzsync.store.catalogue import Restriction
from amzsync.workflows import aliases, overrides, plans
from amzsync.workflows.plans import Question
from tests.factories import NOW, StoreFiles, asin, listing, product
from tests.planned_shops import PlannedShop, actions, all_planned, changed, wanted

Told = dict[str, tuple[Value, Value]]


@pytest.fixture
def shop(tmp_path: Path) -> PlannedShop:
    """Return a shop with three listings that are as they should be, a sold-out one, a stranger and two products."""
    shop = PlannedShop(tmp_path)
    shop.products = [product(sku, attributes={"asin": asin(n)}) for n, sku in enumerate("ABCNM")]
    shop.us.listings = [
        *(listing(sku, asin1=asin(n), price="20.00") for n, sku in enumerate("ABC")),
        listing("STRANGER"),
    ]
    shop.run()
    shop.plan()
    return shop


def catalogued(shop: PlannedShop, **prices: str) -> None:
    """Give products other prices, import and plan."""
    shop.products = [
        changed(one, price=prices[one["sku"]]) if one["sku"] in prices else one
        for one in shop.products
    ]
    shop.run(force=True)
    shop.plan()


def answer(shop: PlannedShop, question: Question | None = None) -> tuple[StorePlan, list[PlanRow]]:
    with state.reading(shop.state) as current:
        found = plans.answer(current, shop.config(), question or Question(), now=NOW)
        return found.stores[0], list(found.rows)


def short(shop: PlannedShop, question: Question | None = None) -> list[tuple[str, str, str | None]]:
    """Return kind, seller SKU and brake of the actions, in order."""
    return [
        (row.kind.value, row.seller_sku, None if row.hold is None else row.hold.brake.value)
        for row in answer(shop, question)[1]
    ]


def told(row: PlanRow) -> Told:
    return {one.field: (one.seen, one.wanted) for one in row.differences}


def override(shop: PlannedShop, **values: str | None) -> None:
    wish = Wish({Field(name): text for name, text in values.items()})
    overrides.apply(shop.config(), Listings(("A",), "us"), wish, now=NOW)
    shop.plan()


# -- what is told of an action --------------------------------------------------------------------------------


def test_an_action_tells_what_is_there_how_old_that_is_what_is_wanted_and_why(
    shop: PlannedShop,
) -> None:
    catalogued(shop, A="21.000000")
    figures, (row,) = answer(shop)
    assert told(row) == {"price": (2000, 2100)}
    assert (row.store, row.seller_sku, row.sku, row.asin) == ("us", "A", "A", asin(0))
    assert (row.currency, row.exponent, row.rank) == ("USD", 2, Rank.PRICE)
    assert row.observed_at is not None
    assert row.why == ("Price 21.00",)
    assert (figures.listings, figures.free, figures.held) == (3, 1, 0)


def test_what_is_shown_is_what_is_kept(shop: PlannedShop) -> None:
    shop.settle(us="automatic_listing = true\nquantity.maximum = 3")
    catalogued(shop, A="21.000000", B="90.000000")
    kept = [(kind, name, hold or None) for _, kind, name, hold in actions(shop)]
    assert short(shop, Question(allowed=frozenset({Brake.MASS_REPRICE}))) == kept
    assert {kind for kind, _, _ in kept} == {"revise-price", "revise-quantity", "publish"}


def test_to_read_the_plan_writes_nothing(shop: PlannedShop) -> None:
    before, serial = all_planned(shop.state), shop.serial()
    answer(shop, Question(skus=("A",), end=True))
    assert (all_planned(shop.state), shop.serial()) == (before, serial)


# -- filters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question(), ["A", "B"]),
        (Question(skus=("A",)), ["A"]),
        (Question(skus=("C",)), []),
        (Question(skus=("NOWHERE",)), []),
        (Question(tab=Tab.ACTIVE), ["A", "B"]),
        (Question(tab=Tab.INACTIVE), []),
        (Question(skus=("B",), tab=Tab.ACTIVE), ["B"]),
        (Question(store="us"), ["A", "B"]),
    ],
)  # fmt: skip
def test_only_what_is_asked_for_is_told(
    shop: PlannedShop, question: Question, expected: list[str]
) -> None:
    catalogued(shop, A="21.000000", B="22.000000")
    assert [one[1] for one in short(shop, question)] == expected


def test_a_filter_does_not_release_the_brake_of_the_whole_store(shop: PlannedShop) -> None:
    shop.limits = "plan_rows = 2"
    catalogued(shop, A="21.000000", B="22.000000", C="23.000000")
    assert short(shop, Question(skus=("A",))) == [("revise-price", "A", "mass-reprice")]


# -- what is allowed ------------------------------------------------------------------------------------------


def test_a_price_that_moves_far_goes_where_the_user_allows_it(shop: PlannedShop) -> None:
    catalogued(shop, A="90.000000")
    assert short(shop) == [("revise-price", "A", "price-move")]
    allowed = Question(allowed=frozenset({Brake.PRICE_MOVE}))
    assert short(shop, allowed) == [("revise-price", "A", None)]
    assert answer(shop, allowed)[0].held == 0


def test_what_makes_no_sense_stays_held_whatever_is_allowed(shop: PlannedShop) -> None:
    catalogued(shop, N="")
    asked = Question(skus=("N",), publish=True, allowed=frozenset(Brake))
    assert short(shop, asked) in ([], [("publish", "N", "not-known")])


# -- by hand --------------------------------------------------------------------------------------------------


def test_listings_that_are_named_are_ended_and_nothing_else_is_done_to_them(
    shop: PlannedShop,
) -> None:
    catalogued(shop, A="21.000000", B="21.000000")
    assert short(shop, Question(skus=("A",), end=True)) == [("end", "A", None)]


@pytest.mark.parametrize("name", ["STRANGER", "NOWHERE", "N"])
def test_what_is_not_a_listing_of_ours_is_not_ended(shop: PlannedShop, name: str) -> None:
    assert short(shop, Question(skus=(name,), end=True)) == []


def test_to_end_many_at_once_is_held_back(shop: PlannedShop) -> None:
    shop.limits = "plan_rows = 2"
    catalogued(shop)
    asked = Question(tab=Tab.ACTIVE, end=True)
    assert short(shop, asked) == [("end", sku, "mass-end") for sku in "ABC"]
    allowed = Question(tab=Tab.ACTIVE, end=True, allowed=frozenset({Brake.MASS_END}))
    assert short(shop, allowed) == [("end", sku, None) for sku in "ABC"]


def test_products_that_are_named_are_published(shop: PlannedShop) -> None:
    (row,) = answer(shop, Question(skus=("N",), publish=True))[1]
    assert (row.kind.value, row.rank, row.observed_at) == ("publish", Rank.PUBLISH, None)
    assert told(row) == {
        "asin": (None, asin(3)), "price": (None, 2000), "quantity": (None, 5), "condition": (None, "new_new"),
        "handling_time": (None, 2), "fulfillment": (None, "merchant"),
    }  # fmt: skip


def test_a_tab_is_published_whole(shop: PlannedShop) -> None:
    asked = Question(tab=Tab.READY_TO_LIST, publish=True)
    assert [one[1] for one in short(shop, asked)] == ["M", "N"]


@pytest.mark.parametrize("name", ["A", "STRANGER"])
def test_what_is_listed_is_not_published(shop: PlannedShop, name: str) -> None:
    assert short(shop, Question(skus=(name,), publish=True)) == []


def test_what_is_published_by_itself_is_not_published_twice_by_hand(shop: PlannedShop) -> None:
    shop.settle(us="automatic_listing = true")
    shop.plan()
    figures, rows = answer(shop, Question(skus=("N",), publish=True))
    assert [row.seller_sku for row in rows] == ["N"]
    assert [(one.kind.value, one.free) for one in figures.counts] == [("publish", 1)]


def test_only_what_has_ended_is_listed_again(shop: PlannedShop) -> None:
    shop.us.ended = [{"seller_sku": "A", "asin": asin(0), "title": "", "sku": "A", "ended_at": NOW}]
    shop.run(force=True)
    shop.plan()
    assert short(shop) == []
    assert short(shop, Question(skus=("A", "B"), relist=True)) == [("relist", "A", None)]


# -- documented examples --------------------------------------------------------------------------------------


class TestOverrides:
    """The example of Adobe's Amazon Sales Channel: several at once, edited later."""

    FIRST: ClassVar[dict[str, str]] = {
        "price": "55",
        "handling_time": "1",
        "condition": "Used; Like New",
        "seller_notes": "Small scratch",
    }

    def test_price_55_one_day_used_like_new_and_a_note(self, shop: PlannedShop) -> None:
        override(shop, **self.FIRST)
        expected: Told = {
            "condition": ("new_new", "used_like_new"), "price": (2000, 5500), "handling_time": (None, 1),
            "seller_notes": (None, "Small scratch"),
        }  # fmt: skip
        rows = answer(shop)[1]
        assert [(row.kind.value, row.hold and row.hold.brake) for row in rows] == [
            ("revise-price", Brake.PRICE_MOVE),
            ("revise-other", None),
            ("relist", Brake.PRICE_MOVE),
        ]
        assert told(rows[-1]) == expected
        assert wanted(shop)["us", "A"] == (5500, 5)

    def test_later_price_50_the_handling_time_removed_and_the_rest_kept(
        self, shop: PlannedShop
    ) -> None:
        override(shop, **self.FIRST)
        override(shop, price="50")
        override(shop, handling_time=None)
        relist = answer(shop)[1][-1]
        assert told(relist) == {
            "condition": ("new_new", "used_like_new"), "price": (2000, 5000), "handling_time": (None, 2),
            "seller_notes": (None, "Small scratch"),
        }  # fmt: skip

    def test_a_removed_handling_time_is_the_stores_own_default(self, shop: PlannedShop) -> None:
        shop.settle(us="handling_time = 6")
        override(shop, handling_time="1")
        override(shop, handling_time=None)
        (row,) = answer(shop)[1]
        assert told(row) == {"handling_time": (None, 6)}

    def test_a_price_beats_rules_and_the_minimum(self, shop: PlannedShop) -> None:
        shop.settle(us='price.minimum = "price"\nprice_rules = [{ name = "Up", increase = "10%" }]')
        override(shop, price="15")
        assert wanted(shop)["us", "A"] == (1500, 5)
        assert wanted(shop)["us", "B"] == (2200, 5)

    def test_when_the_last_is_removed_settings_hold_again(self, shop: PlannedShop) -> None:
        override(shop, price="15", seller_notes="Small scratch")
        override(shop, price=None, seller_notes=None)
        assert short(shop) == []


def validated(shop: PlannedShop, key: str, code: str = "") -> None:
    """Have Amazon answer whether an ASIN may be sold."""
    with state.writing(shop.state, command="a test", now=NOW) as current:
        store_id = shop.store_id(current)
        catalogue.record_restrictions(
            current.db, store_id, NOW, [Restriction(key, "", code, "", "")]
        )
        planning_marks.mark_asins(current.db, store_id, [key])
    shop.plan()


class TestAssignedAsin:
    def test_the_new_asin_is_validated_before_the_old_listing_is_ended(
        self, shop: PlannedShop
    ) -> None:
        aliases.reassign(shop.config(), "A", asin(7), store="us", now=NOW)
        shop.plan()
        assert short(shop) == [("relist", "A", "asin")]
        validated(shop, asin(7))
        (row,) = answer(shop)[1]
        assert (row.hold, told(row)) == (None, {"asin": (asin(0), asin(7))})

    def test_an_asin_that_amazon_refuses_leaves_the_old_listing_as_it_is(
        self, shop: PlannedShop
    ) -> None:
        aliases.reassign(shop.config(), "A", asin(7), store="us", now=NOW)
        validated(shop, asin(7), "APPROVAL_REQUIRED")
        allowed = Question(allowed=frozenset(Brake))
        assert short(shop, allowed) == [("relist", "A", "asin-refused")]


class TestAlias:
    def test_in_one_marketplace_it_detaches_the_listing_from_its_region(
        self, tmp_path: Path
    ) -> None:
        shop = PlannedShop(tmp_path, said={"ca": "handling_time = 5"})
        shop.products = [product("A", qty="8.0000")]
        shop.stores["ca"] = StoreFiles("CA", listings=[listing("A", price="20.00")])
        shop.us.listings = [listing("A", price="20.00"), listing("STRANGER")]
        shop.run()
        aliases.add(
            shop.config(), "A", "A-CA", store="ca", asin=None, remove_existing=True, now=NOW
        )
        shop.stores["ca"].listings = [
            listing("A", price="20.00"), listing("A-CA", price="20.00", quantity="1"),
        ]  # fmt: skip
        shop.run()
        shop.plan()
        assert ("ca", "end", "A", "") in actions(shop)
        shop.stores["ca"].listings = [listing("A-CA", price="20.00", quantity="1")]
        shop.run(force=True)
        shop.plan()
        assert wanted(shop)["us", "A"] == (2000, 4)
        assert wanted(shop)["ca", "A-CA"] == (2000, 4)

    def test_one_product_has_two_asins(self, shop: PlannedShop) -> None:
        aliases.add(
            shop.config(), "A", "A-2", store="us", asin=asin(7), remove_existing=False, now=NOW
        )
        validated(shop, asin(7))
        made = [row for row in answer(shop)[1] if row.kind.value == "create-alias"]
        assert [(row.seller_sku, row.asin, row.hold) for row in made] == [("A-2", asin(7), None)]
        assert wanted(shop)["us", "A"][1] == 3  # of five, shared by both
        assert told(made[0])["quantity"] == (None, 2)
