"""Check what amzsync.toml says about prices: ``price``, ``price_rules`` and ``[commerce]``'s rates.

The settings and their limits are those of Adobe's Amazon Sales Channel.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    field_validator,
    model_validator,
)

from amzsync.config.amounts import (
    amount_text,
    decrease_text,
    number_text,
    only_percent,
    percent_text,
    positive_text,
)
from amzsync.config.fields import (
    EXACT,
    Code,
    Currency,
    Day,
    Flag,
    OptionalCode,
    Priority,
    Text,
    Texts,
    Whole,
    twice,
)
from amzsync.config.rule_tables import EVERY_PRODUCT, Tree
from amzsync.core.condition_names import condition_named
from amzsync.core.model import Condition
from amzsync.core.settings import PRICE

Decrease = Annotated[str, BeforeValidator(decrease_text)]
Increase = Annotated[str, BeforeValidator(amount_text)]
PercentDecrease = Annotated[Decrease, AfterValidator(only_percent)]
PercentIncrease = Annotated[Increase, AfterValidator(only_percent)]
Percent = Annotated[str, BeforeValidator(percent_text)]

_TIERS = 5


def _at_most_one(decrease: str | None, increase: str | None) -> None:
    if decrease is not None and increase is not None:
        raise ValueError("choose one of decrease and increase")


class RateTable(BaseModel):
    """One of ``[[commerce.rates]]``."""

    model_config = EXACT

    source: Annotated[Currency, Field(alias="from")]
    target: Annotated[Currency, Field(alias="to")]
    rate: Annotated[str, BeforeValidator(positive_text)]
    date: Day

    @model_validator(mode="after")
    def _two_currencies(self) -> RateTable:
        if self.source == self.target:
            raise ValueError("from and to are the same currency")
        return self


class TierTable(BaseModel):
    """One of the ``tiers``: business buyers of so many pay so much less."""

    model_config = EXACT

    quantity: Annotated[int, Field(strict=True, ge=2, le=1_000_000_000)]
    percent: Percent

    @field_validator("percent")
    @classmethod
    def _some(cls, value: str) -> str:
        if not 0 < Decimal(value) < 100:
            raise ValueError("must be more than 0 and less than 100")
        return value


class PriceTable(BaseModel):
    """``price``: how a listing's price comes about."""

    model_config = EXACT

    source: Code = PRICE
    special_prices: Flag = False
    views: Texts = []
    minimum: OptionalCode = None
    list_price: OptionalCode = None
    vat: Percent | None = None
    tax_code: str | None = None
    currency: Currency | None = None
    convert: Flag = False
    business: Flag = False
    tiers: list[TierTable] = []

    @field_validator("views")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        if name := twice(value):
            raise ValueError(f"names {name} twice")
        return value

    @field_validator("tiers")
    @classmethod
    def _rising(cls, value: list[TierTable]) -> list[TierTable]:
        if len(value) > _TIERS:
            raise ValueError(f"there are {len(value)}; Amazon takes at most {_TIERS}")
        for lower, higher in pairwise(value):
            if higher.quantity <= lower.quantity or Decimal(higher.percent) <= Decimal(
                lower.percent
            ):
                raise ValueError("each must have a larger quantity and percent than the one before")
        return value


class BoundTable(BaseModel):
    """``ceiling``, and without a source of its own ``floor``."""

    model_config = EXACT

    source: Code
    decrease: PercentDecrease | None = None
    increase: PercentIncrease | None = None

    @model_validator(mode="after")
    def _one_way(self) -> BoundTable:
        _at_most_one(self.decrease, self.increase)
        return self


class FloorTable(BoundTable):
    """``floor``: by default the price in Commerce."""

    source: Code = PRICE


class CompetitorTable(BaseModel):
    """``competitor``: the part of a price rule that looks at the offers of others."""

    model_config = EXACT

    source: Literal["buy-box", "lowest"]
    min_feedback: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    min_feedback_count: Whole = 0
    conditions: Literal["all", "matching", "variance"] = "all"
    variance: dict[str, Annotated[str, BeforeValidator(number_text)]] = {}
    match: Flag | None = None
    decrease: Decrease | None = None
    increase: Increase | None = None
    floor: FloorTable = FloorTable()
    ceiling: BoundTable | None = None

    @field_validator("variance")
    @classmethod
    def _variances(cls, value: dict[str, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, text in value.items():
            condition = condition_named(name)
            if condition is None:
                raise ValueError(f"{name!r} is no condition such as used_good")
            if condition in found:
                raise ValueError(f"names {condition.value} twice")
            if condition is Condition.NEW and Decimal(text) != 100:
                raise ValueError("new is always 100")
            most = 1000 if condition.value.startswith("collectible") else 100
            if not 1 <= Decimal(text) <= most:
                raise ValueError(f"{name} must be from 1 to {most}")
            found[condition.value] = text
        return found

    @model_validator(mode="after")
    def _together(self) -> CompetitorTable:
        _at_most_one(self.decrease, self.increase)
        moved = self.decrease is not None or self.increase is not None
        if self.match and moved:
            raise ValueError("choose one of match, decrease and increase")
        if self.match is False and not moved:
            raise ValueError("needs decrease or increase where match = false")
        if self.variance and self.conditions != "variance":
            raise ValueError('variance needs conditions = "variance"')
        if self.source == "buy-box" and (self.min_feedback or self.min_feedback_count):
            raise ValueError('min_feedback and min_feedback_count need source = "lowest"')
        self.match = not moved
        return self


class PriceRuleTable(BaseModel):
    """One of ``[[price_rules]]``."""

    model_config = EXACT

    name: Text
    active: Flag = True
    first_day: Annotated[Day | None, Field(alias="from")] = None
    last_day: Annotated[Day | None, Field(alias="to")] = None
    priority: Priority | None = None
    stop: Flag = False
    conditions: Tree = EVERY_PRODUCT
    decrease: Decrease | None = None
    increase: Increase | None = None
    competitor: CompetitorTable | None = None

    @model_validator(mode="after")
    def _together(self) -> PriceRuleTable:
        given = [self.decrease, self.increase, self.competitor]
        if given.count(None) != len(given) - 1:
            raise ValueError("needs one of decrease, increase and competitor")
        if self.stop and self.priority is None:
            raise ValueError("stop needs a priority")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"ends on {self.last_day}, before it begins on {self.first_day}")
        return self
