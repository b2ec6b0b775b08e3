"""Check the settings of ``[defaults]`` and ``[stores.NAME]``, which take the same keys.

The settings and their limits are those of Adobe's Amazon Sales Channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, field_validator

from amzsync.config.amounts import buffer_text
from amzsync.config.fields import EXACT, Flag, OptionalCode, Priority, Text, Whole, twice
from amzsync.config.price_tables import PriceRuleTable, PriceTable
from amzsync.config.rule_tables import EVERY_PRODUCT, Tree
from amzsync.core.condition_names import condition_named, folded
from amzsync.core.model import Condition

Buffer = Annotated[str, BeforeValidator(buffer_text)]
Note = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
T = TypeVar("T", bound=BaseModel)


def _condition(value: object) -> object:
    """Return the condition's word of Amazon for any of its names."""
    if not isinstance(value, str):
        return value
    found = condition_named(value)
    if found is None:
        raise ValueError(
            f"{value!r} is no condition; use one of: {', '.join(each.value for each in Condition)}"
        )
    return found.value


ConditionName = Annotated[str, BeforeValidator(_condition)]


def _folded(values: Mapping[str, str]) -> dict[str, str]:
    """Return *values* by their folded texts, as they are compared with the attribute's."""
    if name := twice(map(folded, values)):
        raise ValueError(f"names {name!r} twice")
    return {folded(text): meaning for text, meaning in values.items()}


class BufferTable(BaseModel):
    """One of ``[[quantity.buffers]]``."""

    model_config = EXACT

    name: Text
    buffer: Buffer
    priority: Priority | None = None
    conditions: Tree = EVERY_PRODUCT


class QuantityTable(BaseModel):
    """``quantity``: how a listing's quantity comes about."""

    model_config = EXACT

    threshold: Whole = 0
    maximum: Annotated[Whole, Field(ge=1)] = 10_000
    unmanaged: Whole = 100
    buffer: Buffer = "0"
    buffers: list[BufferTable] = []
    backorders: Flag = False
    shared_stock: Literal["divided", "whole"] = "divided"
    reserve_pending: Flag = True

    @field_validator("buffers")
    @classmethod
    def _named_once(cls, value: list[BufferTable]) -> list[BufferTable]:
        if name := twice(one.name for one in value):
            raise ValueError(f"there are two called {name!r}")
        return value


class FulfillmentTable(BaseModel):
    """``fulfillment``: who ships new listings."""

    model_config = EXACT

    by: Literal["merchant", "amazon"] = "merchant"
    attribute: OptionalCode = None
    values: dict[str, Literal["merchant", "amazon"]] = {}

    @field_validator("values")
    @classmethod
    def _compared(cls, value: dict[str, str]) -> dict[str, str]:
        return _folded(value)


class ConditionTable(BaseModel):
    """``condition``: the condition of new listings, and what is said of it."""

    model_config = EXACT

    default: ConditionName | None = None
    attribute: OptionalCode = None
    values: dict[str, ConditionName] = {}
    notes: dict[str, Note] = {}

    @field_validator("values")
    @classmethod
    def _compared(cls, value: dict[str, str]) -> dict[str, str]:
        return _folded(value)

    @field_validator("notes")
    @classmethod
    def _of_conditions(cls, value: dict[str, str]) -> dict[str, str]:
        names = [str(_condition(name)) for name in value]
        if name := twice(names):
            raise ValueError(f"names {name} twice")
        if Condition.NEW in names:
            raise ValueError("Amazon shows no seller note where the condition is new")
        return dict(zip(names, value.values(), strict=True))


class SettingsTable(BaseModel):
    """The settings that a store has, or all stores."""

    model_config = EXACT

    read_only: Flag = True
    automatic_listing: Flag = False
    third_party: Flag = True
    handling_time: Annotated[Whole, Field(le=30)] = 2  # Amazon takes at most 30 days
    regional: Flag = True
    time_zone: str | None = None
    rules: Tree = EVERY_PRODUCT
    price: PriceTable = PriceTable()
    price_rules: list[PriceRuleTable] = []
    quantity: QuantityTable = QuantityTable()
    fulfillment: FulfillmentTable = FulfillmentTable()
    condition: ConditionTable = ConditionTable()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        try:
            if value is not None:
                ZoneInfo(value)
        except (LookupError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone such as Europe/Berlin") from None
        return value

    @field_validator("price_rules")
    @classmethod
    def _named_once(cls, value: list[PriceRuleTable]) -> list[PriceRuleTable]:
        if name := twice(one.name for one in value):
            raise ValueError(f"there are two called {name!r}")
        return value


def laid_over(base: BaseModel, table: T) -> T:
    """Return *table* with what it does not say taken from *base*, key by key in the tables within.

    Lists and condition trees of *table* replace those of *base*.
    """
    changes: dict[str, object] = {}
    for name in base.model_fields_set & type(table).model_fields.keys():
        below = getattr(base, name)
        if name not in table.model_fields_set:
            changes[name] = below
            continue
        above = getattr(table, name)
        if isinstance(below, BaseModel) and isinstance(above, BaseModel):
            changes[name] = laid_over(below, above)
        elif name in _MAPS and isinstance(above, dict):
            changes[name] = {**below, **above}
    return table.model_copy(update=changes)


_MAPS = frozenset(("values", "notes"))  # dicts that are no condition trees


def says(table: BaseModel, *path: str) -> bool:
    """Tell whether *table* itself says what stands at *path*."""
    for name in path[:-1]:
        if name not in table.model_fields_set:
            return False
        table = getattr(table, name)
    return path[-1] in table.model_fields_set
