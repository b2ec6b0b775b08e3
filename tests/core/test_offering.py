"""How a new listing is offered: by one setting for all, or by an attribute of the product."""

from __future__ import annotations

import pytest

from amzsync.core.model import Condition, Fulfillment
from amzsync.core.offering import (
    condition_of,
    condition_problem,
    fulfillment_of,
    fulfillment_problem,
    notes_of,
)
from amzsync.core.product_facts import ProductFacts
from amzsync.core.settings import ConditionSettings, FulfillmentSettings

SHIPPED_BY = FulfillmentSettings(
    attribute="shipped_by",
    values={"our warehouse": Fulfillment.MERCHANT, "their's": Fulfillment.AMAZON},
)
BY_GRADE = ConditionSettings(
    default=None,
    attribute="amazon_condition",
    values={"b-ware": Condition.USED_GOOD, "neu": Condition.NEW, "used": Condition.USED_VERY_GOOD},
)


def facts(attributes: str = "", *, condition: str | None = None, view: str = "") -> ProductFacts:
    return ProductFacts(
        1, "A", "simple", 1, None, None, None, None, None, condition, 0,
        attribute_set="Outlet", attributes=attributes, view_attributes=view,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("product", "shipper", "problem"),
    [
        pytest.param(facts(), Fulfillment.MERCHANT, None, id="no value"),
        pytest.param(facts("shipped_by= "), Fulfillment.MERCHANT, None, id="a blank value"),
        pytest.param(facts("shipped_by=Their's"), Fulfillment.AMAZON, None, id="a mapped value"),
        pytest.param(facts("shipped_by= Our  WAREHOUSE"), Fulfillment.MERCHANT, None, id="folded"),
        pytest.param(facts("shipped_by=FBA"), Fulfillment.AMAZON, None, id="a plain word"),
        pytest.param(
            facts("shipped_by=Our warehouse", view="shipped_by=Amazon"),
            Fulfillment.AMAZON,
            None,
            id="the store view's value before the product's",
        ),
        pytest.param(
            facts("shipped_by=a third party"),
            Fulfillment.MERCHANT,
            "the product's shipped_by is 'a third party', which no setting maps",
            id="a value that nothing maps",
        ),
    ],
)
def test_who_ships_is_told_by_the_attribute_or_else_by_the_default(
    product: ProductFacts, shipper: Fulfillment, problem: str | None
) -> None:
    assert fulfillment_of(SHIPPED_BY, product) is shipper
    assert fulfillment_problem(SHIPPED_BY, product) == problem


def test_who_ships_is_the_same_for_all_where_no_attribute_is_named() -> None:
    settings = FulfillmentSettings(default=Fulfillment.AMAZON)
    assert fulfillment_of(settings, facts("shipped_by=merchant")) is Fulfillment.AMAZON
    assert fulfillment_problem(settings, facts("shipped_by=x")) is None


def test_an_attribute_that_every_product_has_can_tell_who_ships() -> None:
    settings = FulfillmentSettings(
        attribute="attribute_set_code", values={"outlet": Fulfillment.AMAZON}
    )
    assert fulfillment_of(settings, facts()) is Fulfillment.AMAZON


CONDITIONS = [
    pytest.param("B-Ware", Condition.USED_GOOD, None, id="a mapped value"),
    pytest.param(" b-WARE ", Condition.USED_GOOD, None, id="folded"),
    pytest.param("Used", Condition.USED_VERY_GOOD, None, id="a mapped value that could be several"),
    pytest.param("Used; Like New", Condition.USED_LIKE_NEW, None, id="Amazon's own name"),
    pytest.param(
        "Ausstellungsstück",
        None,
        "the product's amazon_condition is 'Ausstellungsstück', which no setting maps",
        id="a value that nothing maps",
    ),
    pytest.param(
        "x" * 60,
        None,
        f"the product's amazon_condition is '{'x' * 37}...', which no setting maps",
        id="a long value",
    ),
    pytest.param(
        "",
        None,
        "the product has no amazon_condition, and no setting gives a condition for all",
        id="no value",
    ),
]


@pytest.mark.parametrize(("text", "condition", "problem"), CONDITIONS)
def test_the_condition_is_told_by_the_attribute_that_products_keep_with_others(
    text: str, condition: Condition | None, problem: str | None
) -> None:
    product = facts(f"amazon_condition={text}", condition="Neu")
    assert condition_of(BY_GRADE, product, mapped="other") is condition
    assert condition_problem(BY_GRADE, product, mapped=None) == problem


@pytest.mark.parametrize(("text", "condition", "problem"), CONDITIONS)
def test_the_condition_is_told_by_the_mapped_attribute(
    text: str, condition: Condition | None, problem: str | None
) -> None:
    product = facts("amazon_condition=Neu", condition=text or None)
    assert condition_of(BY_GRADE, product, mapped="Amazon_Condition") is condition
    assert condition_problem(BY_GRADE, product, mapped="amazon_condition") == problem


def test_a_product_without_a_value_has_the_default_but_one_with_an_unknown_value_has_none() -> None:
    settings = ConditionSettings(attribute="grade")
    assert condition_of(settings, facts(), mapped=None) is Condition.NEW
    assert condition_of(settings, facts("grade=B-Ware"), mapped=None) is None
    assert condition_problem(settings, facts(), mapped=None) is None


def test_one_condition_holds_for_all_where_no_attribute_is_named() -> None:
    settings = ConditionSettings(default=Condition.REFURBISHED)
    assert (
        condition_of(settings, facts(condition="B-Ware"), mapped="grade") is Condition.REFURBISHED
    )
    nothing = ConditionSettings(default=None)
    assert condition_problem(nothing, facts(), mapped=None) == "no setting gives a condition"


def test_notes_belong_to_a_condition_and_never_to_a_new_one() -> None:
    settings = ConditionSettings(notes={Condition.USED_GOOD: "Scratched.", Condition.NEW: "New!"})
    conditions = (Condition.USED_GOOD, Condition.USED_LIKE_NEW, Condition.NEW, None)
    assert [notes_of(settings, one) for one in conditions] == ["Scratched.", None, None, None]
