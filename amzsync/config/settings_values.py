"""The settings of a store as values, from the plain ones that were checked.  pydantic is not needed here."""

from __future__ import annotations

from collections.abc import Mapping as Table
from datetime import date
from decimal import Decimal
from typing import Any

from amzsync.config.amounts import adjustment, buffer
from amzsync.core.condition_trees import from_plain
from amzsync.core.model import Condition, Fulfillment
from amzsync.core.settings import (
    Bound,
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


def settings(plain: Table[str, Any], mapped_condition: str | None = None) -> Settings:
    """Return the settings of a store from its checked table.

    *mapped_condition* is the attribute that ``[mapping]`` names for the condition, which a store without an
    attribute of its own uses.
    """
    return Settings(
        read_only=plain["read_only"],
        automatic_listing=plain["automatic_listing"],
        third_party=plain["third_party"],
        handling_time=plain["handling_time"],
        regional=plain["regional"],
        time_zone=plain["time_zone"],
        rules=from_plain(plain["rules"]),
        price=_price(plain["price"], plain["price_rules"]),
        quantity=_quantity(plain["quantity"]),
        fulfillment=_fulfillment(plain["fulfillment"]),
        condition=_condition(plain["condition"], mapped_condition),
    )


def money(commerce: Table[str, Any]) -> Money:
    """Return how amounts are converted, from the checked table ``[commerce]``."""
    return Money(
        currency=commerce["currency"],
        rates=tuple(
            Rate(one["from"], one["to"], Decimal(one["rate"]), date.fromisoformat(one["date"]))
            for one in commerce["rates"]
        ),
        rate_days=commerce["rate_days"],
    )


def _price(plain: Table[str, Any], rules: list[dict[str, Any]]) -> PriceSettings:
    vat = Decimal(plain["vat"] or 0)
    return PriceSettings(
        source=plain["source"],
        special_prices=plain["special_prices"],
        views=tuple(plain["views"]),
        minimum=plain["minimum"] or None,
        list_price=plain["list_price"] or None,
        vat=vat or None,
        tax_code=plain["tax_code"] or None,
        currency=plain["currency"],
        convert=plain["convert"],
        business=plain["business"],
        tiers=tuple(Tier(one["quantity"], Decimal(one["percent"])) for one in plain["tiers"]),
        rules=tuple(map(_price_rule, rules)),
    )


def _price_rule(plain: Table[str, Any]) -> PriceRule:
    return PriceRule(
        name=plain["name"],
        active=plain["active"],
        first_day=_day(plain["from"]),
        last_day=_day(plain["to"]),
        priority=plain["priority"],
        stop=plain["stop"],
        conditions=from_plain(plain["conditions"]),
        adjustment=adjustment(plain["decrease"], plain["increase"]),
        competition=plain["competitor"] and _competition(plain["competitor"]),
    )


def _competition(plain: Table[str, Any]) -> Competition:
    return Competition(
        source=OfferSource(plain["source"]),
        min_feedback=plain["min_feedback"],
        min_feedback_count=plain["min_feedback_count"],
        conditions=Variance(plain["conditions"]),
        variances={Condition(name): Decimal(text) for name, text in plain["variance"].items()},
        adjustment=adjustment(plain["decrease"], plain["increase"]),
        floor=_bound(plain["floor"]),
        ceiling=plain["ceiling"] and _bound(plain["ceiling"]),
    )


def _bound(plain: Table[str, Any]) -> Bound:
    return Bound(plain["source"], adjustment(plain["decrease"], plain["increase"]))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _quantity(plain: Table[str, Any]) -> QuantitySettings:
    return QuantitySettings(
        threshold=plain["threshold"],
        maximum=plain["maximum"],
        unmanaged=plain["unmanaged"],
        buffer=buffer(plain["buffer"]),
        buffers=tuple(
            BufferRule(
                one["name"], buffer(one["buffer"]), one["priority"], from_plain(one["conditions"])
            )
            for one in plain["buffers"]
        ),
        backorders=plain["backorders"],
        sharing=Sharing(plain["shared_stock"]),
        reserve_pending=plain["reserve_pending"],
    )


def _fulfillment(plain: Table[str, Any]) -> FulfillmentSettings:
    return FulfillmentSettings(
        default=Fulfillment(plain["by"]),
        attribute=plain["attribute"] or None,
        values={text: Fulfillment(who) for text, who in plain["values"].items()},
    )


def _condition(plain: Table[str, Any], mapped: str | None) -> ConditionSettings:
    attribute = plain["attribute"] or (mapped and mapped.strip().lower())
    default = plain["default"]
    if default is None and attribute is None:
        default = Condition.NEW.value
    return ConditionSettings(
        default=None if default is None else Condition(default),
        attribute=attribute,
        values={text: Condition(name) for text, name in plain["values"].items()},
        notes={Condition(name): note for name, note in plain["notes"].items()},
    )
