"""The settings of [defaults] and the stores: what is refused and how, what wins, and the values they become."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from amzsync.config.commerce_table import CommerceTable
from amzsync.config.settings_tables import SettingsTable
from amzsync.config.wanted import wanted_attributes
from amzsync.core.conditions import Condition as Line
from amzsync.core.conditions import Group, Operator, Type
from amzsync.core.guards import Limits
from amzsync.core.model import Condition, Fulfillment
from amzsync.core.settings import (
    Adjustment,
    Bound,
    Buffer,
    BufferRule,
    Competition,
    ConditionSettings,
    FulfillmentSettings,
    Money,
    OfferSource,
    PriceRule,
    PriceSettings,
    QuantitySettings,
    Rate,
    Settings,
    Sharing,
    Tier,
    Variance,
)
from tests.config.files import COMMERCE, EVERYTHING, loaded, settings, text

USUAL = replace(Settings(), time_zone="America/Los_Angeles")


# -- what a file without settings says -------------------------------------------------------------------


def test_a_file_of_before_has_every_default() -> None:
    found = loaded(text())
    assert found.stores[0].settings == USUAL
    assert (found.money, found.commerce.attributes) == (Money(), {})
    assert wanted_attributes(found) == ()


def test_nothing_is_published_or_sent_until_the_user_says_so() -> None:
    assert (settings().read_only, settings().automatic_listing) == (True, False)


@pytest.mark.parametrize("place", ["US", "DE", "JP", "AU"])
def test_the_time_zone_is_the_marketplaces(place: str) -> None:
    found = loaded(text(place=place)).stores[0]
    assert found.settings.time_zone == found.marketplace.time_zone


# -- everything arrives ----------------------------------------------------------------------------------


def test_all_that_a_store_may_say_arrives() -> None:
    found = loaded(text(EVERYTHING, commerce=COMMERCE, place="UK"))
    assert found.stores[0].settings == Settings(
        read_only=False,
        automatic_listing=True,
        third_party=False,
        handling_time=5,
        regional=False,
        time_zone="Europe/Rome",
        rules=Group(
            every=False,
            expected=False,
            parts=(
                Line("weight", Type.NUMBER, Operator.AT_MOST, (Decimal("20.5"),)),
                Line("color", Type.TEXT, Operator.IS_NOT, ("Red",)),
            ),
        ),
        price=PriceSettings(
            source="amazon_price",
            special_prices=True,
            views=("us", "en"),
            minimum="map_price",
            list_price="msrp",
            vat=Decimal("10.20"),
            tax_code="A_GEN_STANDARD",
            currency="USD",
            convert=True,
            business=True,
            tiers=(Tier(5, Decimal(5)), Tier(10, Decimal("7.5"))),
            rules=(
                PriceRule(
                    "Summer",
                    first_day=date(2026, 6, 1),
                    last_day=date(2026, 8, 31),
                    priority=1,
                    stop=True,
                    conditions=Group(
                        parts=(
                            Line("released", Type.DATE, Operator.AT_LEAST, (date(2026, 1, 1),)),
                        )
                    ),
                    adjustment=Adjustment(up=False, percent=True, amount=Decimal(10)),
                ),
                PriceRule("Freight", active=False, adjustment=Adjustment(True, False, Decimal("2.50"))),
                PriceRule(
                    "Beat them",
                    competition=Competition(
                        source=OfferSource.LOWEST,
                        min_feedback=95,
                        min_feedback_count=1000,
                        conditions=Variance.VARIANCE,
                        variances={
                            Condition.USED_GOOD: Decimal(80),
                            Condition.COLLECTIBLE_GOOD: Decimal("120.5"),
                            Condition.NEW: Decimal(100),
                        },
                        adjustment=Adjustment(False, False, Decimal("0.01")),
                        floor=Bound("cost", Adjustment(True, True, Decimal(5))),
                        ceiling=Bound("msrp", Adjustment(False, True, Decimal(2))),
                    ),
                ),
            ),
        ),
        quantity=QuantitySettings(
            threshold=2,
            maximum=50,
            unmanaged=10,
            buffer=Buffer(True, Decimal(10)),
            buffers=(
                BufferRule(
                    "Fragile",
                    Buffer(False, Decimal(2)),
                    1,
                    Group(parts=(Line("fragile", Type.YES_NO, Operator.IS, (True,)),)),
                ),
            ),
            backorders=True,
            sharing=Sharing.WHOLE,
            reserve_pending=False,
        ),
        fulfillment=FulfillmentSettings(
            Fulfillment.AMAZON,
            "shipped_by",
            {"fbm": Fulfillment.MERCHANT, "amazon": Fulfillment.AMAZON},
        ),
        condition=ConditionSettings(
            Condition.USED_LIKE_NEW,
            "state",
            {"gebraucht gut": Condition.USED_GOOD},
            {Condition.USED_GOOD: "A few scratches."},
        ),
    )  # fmt: skip
    assert found.money == Money(
        "USD", (Rate("USD", "GBP", Decimal("0.785"), date(2026, 11, 20)),), 14
    )
    assert found.commerce.attributes == {"weight": Type.NUMBER, "shipped_by": Type.SELECT}


def test_the_guards_of_a_plan_arrive() -> None:
    whole = text() + "[guards]\nplan_rows = 0\nplan_share = 0.1\nprice_move = 2.5\n"
    assert loaded(whole).limits == Limits(plan_rows=0, plan_share=0.1, price_move=2.5)


def keys(model: type[BaseModel]) -> set[str]:
    """Every key of a table and the tables within."""
    found = set()
    for name, field in model.model_fields.items():
        found.add(field.alias or name)
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found |= keys(inner)
    return found


@pytest.mark.parametrize("key", sorted(keys(SettingsTable) | keys(CommerceTable) | {"plan_rows", "plan_share", "price_move"}))  # fmt: skip
def test_the_readme_names_every_key(key: str) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `")]
    told = re.findall("`[^`]+`", " ".join(rows))
    assert key in re.findall(r"\w+", " ".join(told))


def test_the_keys_are_those_of_all_tables() -> None:
    assert {"read_only", "minimum", "tiers", "percent", "from", "ceiling", "buffers", "values"} <= keys(SettingsTable)  # fmt: skip


# -- the condition ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "store", "expected"),
    [
        ("", "", (Condition.NEW, None)),
        ('condition = "State"', "", (None, "state")),
        ('condition = "state"', 'condition.default = "New"', (Condition.NEW, "state")),
        ('condition = "state"', 'condition.attribute = "grade"', (None, "grade")),
        ("", 'condition.attribute = "grade"', (None, "grade")),
        ("", 'condition.default = "Refurbished"', (Condition.REFURBISHED, None)),
    ],
    ids=["nothing", "mapped", "mapped, with a default", "mapped, and its own", "its own", "default"],
)  # fmt: skip
def test_the_condition_is_the_attributes_unless_a_default_is_said(
    mapping: str, store: str, expected: tuple[Condition | None, str | None]
) -> None:
    found = settings(store, mapping=mapping).condition
    assert (found.default, found.attribute) == expected


# -- defaults and stores ---------------------------------------------------------------------------------

DEFAULTS = """
[defaults]
handling_time = 4
rules = { all = [{ attribute = "color", is = "Red" }] }
price = { minimum = "map", vat = 20, business = true, tiers = [{ quantity = 5, percent = 5 }] }
price_rules = [{ name = "One", decrease = "1%" }, { name = "Two", increase = 2 }]
quantity = { threshold = 3, maximum = 30 }
fulfillment = { attribute = "by", values = { fba = "amazon" } }
condition = { attribute = "state", values = { gut = "used_good" }, notes = { used_good = "Good" } }
"""
RED = Group(parts=(Line("color", Type.TEXT, Operator.IS, ("Red",)),))


def test_a_store_without_settings_has_those_of_all_stores() -> None:
    found = settings(DEFAULTS)
    assert (found.handling_time, found.rules) == (4, RED)
    assert (found.price.minimum, found.price.vat, found.price.business) == (
        "map",
        Decimal(20),
        True,
    )
    assert found.price.tiers == (Tier(5, Decimal(5)),)
    assert [rule.name for rule in found.price.rules] == ["One", "Two"]
    assert (found.quantity.threshold, found.quantity.maximum) == (3, 30)
    assert found.fulfillment.values == {"fba": Fulfillment.AMAZON}
    assert found.condition.notes == {Condition.USED_GOOD: "Good"}


def test_a_store_wins_key_by_key() -> None:
    found = settings(
        """
        handling_time = 2
        quantity.maximum = 7
        price = { vat = 0, minimum = "" }
        condition.values = { neu = "new" }
        condition.notes = { used_good = "Better" }
        """
        + DEFAULTS
    )
    assert (found.handling_time, found.rules) == (2, RED)
    assert (found.quantity.threshold, found.quantity.maximum) == (3, 7)
    assert (found.price.vat, found.price.minimum, found.price.business) == (None, None, True)
    assert found.condition.values == {"gut": Condition.USED_GOOD, "neu": Condition.NEW}
    assert found.condition.notes == {Condition.USED_GOOD: "Better"}


def test_a_stores_rules_and_lists_replace_those_of_all_stores() -> None:
    found = settings(
        """
        rules = { any = [{ attribute = "size", is = "L" }] }
        price_rules = [{ name = "Own", decrease = 1 }]
        """
        + DEFAULTS
    )
    assert found.rules == Group(False, True, (Line("size", Type.TEXT, Operator.IS, ("L",)),))
    assert [rule.name for rule in found.price.rules] == ["Own"]
    assert settings("price_rules = []\nrules = {}" + DEFAULTS).price.rules == ()


def test_a_store_may_say_the_usual_against_the_defaults() -> None:
    whole = "[defaults]\nread_only = false\nautomatic_listing = true\n"
    assert settings("read_only = true\n" + whole) == replace(USUAL, automatic_listing=True)


def test_the_order_of_the_tables_does_not_matter() -> None:
    whole = text("handling_time = 9")
    assert loaded(DEFAULTS + whole) == loaded(whole + DEFAULTS)


def test_defaults_hold_where_the_marketplace_has_such_a_thing() -> None:
    whole = '[defaults.price]\nbusiness = true\ntax_code = "A"\ntiers = [{ quantity = 2, percent = 1 }]\n'
    at = {place: settings(whole, place=place).price for place in ("UK", "US", "NL")}
    assert {place: (one.business, len(one.tiers), one.tax_code) for place, one in at.items()} == {
        "UK": (True, 1, "A"),
        "US": (True, 1, None),
        "NL": (False, 0, None),
    }


def test_a_store_may_do_without_the_business_prices_of_all_stores() -> None:
    found = settings("price.business = false" + DEFAULTS).price
    assert (found.business, found.tiers) == (False, ())
