"""Who may be sold on a store: product facts first, then stock, then the listing rules, each in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.condition_trees import parse
from amzsync.core.conditions import EVERYTHING, Group, compiled
from amzsync.core.listing_rules import Eligibility
from amzsync.core.product_facts import ProductFacts
from amzsync.core.settings import Buffer, QuantitySettings

GOOD = ProductFacts(
    product_id=1,
    sku="A",
    type="simple",
    enabled=1,
    websites=",base,",
    stock_e4=50_000,
    in_stock=1,
    manage_stock=1,
    backorders=0,
    condition=None,
    missing=0,
    name="Kettle",
    price_micros=9_990_000,
    attributes="color=Red\nbrand=Saltmarsh",
)
DEAR = {"attribute": "price", "greater_than": 10}
BLUE = {"attribute": "color", "is": "Blue"}
KETTLE = {"attribute": "name", "contains": "kettle"}
PLAIN = QuantitySettings()
ASK = "the listing rules ask that "


def tree(raw: object) -> Group:
    found, problems = parse(raw, {})
    assert problems == ()
    return found


def judge(rules: object = None, quantity: QuantitySettings = PLAIN) -> Eligibility:
    return Eligibility("base", tree(rules) if rules else EVERYTHING, quantity)


def reason(one: Eligibility, product: ProductFacts, *, ours: bool = True) -> str | None:
    found = one.barred(product, ours=ours)
    return None if found is None else found.reason


# -- the order -----------------------------------------------------------------------------------------

ALL_WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "missing": ({"missing": 1}, "the product is no longer in the Commerce export"),
    "type": ({"type": "bundle"}, "products of type bundle cannot be sold on Amazon"),
    "disabled": ({"enabled": 0}, "the product is disabled in Commerce"),
    "website": ({"websites": ",de,"}, "the product is not on the Commerce website base"),
    "none in stock": ({"stock_e4": 0}, "the product is out of stock in Commerce"),
    "threshold": ({"stock_e4": 10_000}, "1 in stock, fewer than the threshold of 3"),
    "rules": ({}, f"{ASK}price is greater than 10"),
}


@pytest.mark.parametrize("first", range(len(ALL_WRONG)), ids=list(ALL_WRONG))
def test_of_all_that_is_wrong_the_first_is_told(first: int) -> None:
    wrong = list(ALL_WRONG.values())[first:]
    values = {name: value for change, _ in reversed(wrong) for name, value in change.items()}

    judged = judge({"all": [DEAR]}, QuantitySettings(threshold=3))

    assert reason(judged, GOOD._replace(**values)) == wrong[0][1]


def test_what_is_wrong_with_nothing_may_be_sold() -> None:
    judged = judge({"all": [KETTLE]}, QuantitySettings(threshold=5))

    assert judged.barred(GOOD) is None
    assert judged.explained(GOOD) == ""


def test_what_amazon_ships_does_not_need_our_stock_but_keeps_to_the_rules() -> None:
    sold_out = GOOD._replace(stock_e4=0, in_stock=0)

    assert reason(judge(), sold_out) == "the product is out of stock in Commerce"
    assert reason(judge(), sold_out, ours=False) is None
    assert reason(judge(None, QuantitySettings(threshold=9)), GOOD, ours=False) is None
    assert reason(judge({"all": [DEAR]}), GOOD, ours=False) == f"{ASK}price is greater than 10"
    assert reason(judge(), sold_out._replace(enabled=0), ours=False) is not None


@pytest.mark.parametrize(
    ("quantity", "stock_e4", "words"),
    [
        pytest.param(PLAIN, 1, None, id="a little is stock"),
        pytest.param(QuantitySettings(threshold=5), 50_000, None, id="at the threshold"),
        pytest.param(
            QuantitySettings(threshold=6), 50_000, "5 in stock, fewer than the threshold of 6",
            id="below the threshold",
        ),
        pytest.param(
            QuantitySettings(buffer=Buffer(False, Decimal(5)), threshold=1), 50_000,
            "5 in stock less buffer 5, fewer than the threshold of 1", id="all is held back",
        ),
        pytest.param(QuantitySettings(threshold=6), None, None, id="unknown stock bars nothing"),
    ],
)  # fmt: skip
def test_stock_is_measured_by_the_settings_of_the_store(
    quantity: QuantitySettings, stock_e4: int | None, words: str | None
) -> None:
    assert reason(judge(None, quantity), GOOD._replace(stock_e4=stock_e4)) == words


@pytest.mark.parametrize("backorders", [False, True])
def test_backorders_make_up_for_stock_only_if_the_setting_says_so(backorders: bool) -> None:
    found = judge(None, QuantitySettings(backorders=backorders)).barred(
        GOOD._replace(stock_e4=0, backorders=1)
    )

    assert (found is None) is backorders


# -- the words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "kept", "told"),
    [
        pytest.param(
            {"all": [DEAR]}, "price is greater than 10", "price is 9.99, not greater than 10", id="one",
        ),
        pytest.param(
            {"all": [DEAR, KETTLE, BLUE]}, 'price is greater than 10 and color is "Blue"',
            'price is 9.99, not greater than 10; color is "Red", not "Blue"', id="only what fails",
        ),
        pytest.param(
            {"any": [DEAR, BLUE]}, 'price is greater than 10 or color is "Blue"',
            'none of 2 holds: price is 9.99, not greater than 10; color is "Red", not "Blue"', id="any",
        ),
        pytest.param(
            {"all": [{"any": [DEAR, BLUE]}]}, 'price is greater than 10 or color is "Blue"',
            'none of 2 holds: price is 9.99, not greater than 10; color is "Red", not "Blue"',
            id="any within all: no brackets where it stands alone",
        ),
        pytest.param(
            {"all": [{"any": [DEAR, BLUE]}, {"attribute": "size", "is_undefined": False}]},
            '(price is greater than 10 or color is "Blue") and size has a value',
            'none of 2 holds: price is 9.99, not greater than 10; color is "Red", not "Blue"; size has no value',
            id="brackets beside others",
        ),
        pytest.param(
            {"all": [KETTLE, BLUE], "are": False}, 'none of (name contains "kettle"; color is "Blue")',
            'name is "Kettle", and should not contain "kettle"', id="none of",
        ),
        pytest.param(
            {"any": [KETTLE], "are": False}, 'not all of (name contains "kettle")',
            'name is "Kettle", and should not contain "kettle"', id="not all of",
        ),
    ],
)  # fmt: skip
def test_the_reason_says_what_is_asked_and_the_explanation_what_there_is(
    rules: object, kept: str, told: str
) -> None:
    judged = judge(rules)

    assert reason(judged, GOOD) == ASK + kept
    assert judged.explained(GOOD) == told


def test_the_explanation_of_a_product_fact_is_its_reason() -> None:
    off = GOOD._replace(enabled=0)

    assert judge({"all": [DEAR]}).explained(off) == "the product is disabled in Commerce"
    assert judge().explained(GOOD._replace(stock_e4=0), ours=False) == ""


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_a_reason_that_is_kept_does_not_change_with_the_price(one: int, other: int) -> None:
    judged = judge({"all": [DEAR]})

    reasons = {reason(judged, GOOD._replace(price_micros=micros)) for micros in (one, other)}

    assert reasons == {f"{ASK}price is greater than 10"}


def test_what_to_do_names_the_preview() -> None:
    found = judge({"all": [DEAR]}).barred(GOOD)

    assert found is not None
    assert "amzsync rules preview" in found.next_step


parts = st.sampled_from([DEAR, BLUE, KETTLE, {"all": [], "are": False}])
trees = st.recursive(
    parts,
    lambda inner: st.builds(
        lambda head, are, parts: {head: parts, "are": are},
        st.sampled_from(["all", "any"]), st.booleans(), st.lists(inner, max_size=3),
    ),
)  # fmt: skip


@given(trees)
def test_it_bars_exactly_what_the_tree_does_not_hold_for_and_always_says_why(raw: object) -> None:
    rules = tree(raw)
    judged = Eligibility("base", rules, PLAIN)

    barred = judged.barred(GOOD)

    assert (barred is None) is compiled(rules)(GOOD)
    assert bool(judged.explained(GOOD)) is (barred is not None)
    assert barred is None or len(barred.reason) > len(ASK)


@pytest.mark.parametrize(
    ("rules", "quantity", "whole"),
    [
        pytest.param(None, PLAIN, False, id="nothing"),
        pytest.param({"all": [DEAR]}, PLAIN, True, id="rules"),
        pytest.param(None, QuantitySettings(threshold=1), True, id="a threshold"),
    ],
)
def test_it_says_whether_the_whole_facts_are_needed(
    rules: object, quantity: QuantitySettings, whole: bool
) -> None:
    assert judge(rules, quantity).asks_all is whole
