"""Check ``[commerce]`` of amzsync.toml: the catalogue's files, its attributes, its money."""

from __future__ import annotations

import codecs
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, field_validator

from amzsync.config.fields import EXACT, Code, Currency, Text, Texts
from amzsync.config.price_tables import RateTable
from amzsync.core.conditions import BUILT_IN, Type


def _encoding(value: str) -> str:
    try:
        marks = codecs.lookup(value).encode('"\t\n,')[0]
        plain = marks.removeprefix(codecs.BOM_UTF8) == b'"\t\n,'
    except (LookupError, ValueError):
        raise ValueError(f"{value!r} is no encoding that Python knows") from None
    except (TypeError, AttributeError):  # a codec for other things than text, as "base64" is
        plain = False
    if not plain:
        raise ValueError(f"documents in {value} cannot be read; save them as UTF-8")
    return value


Encoding = Annotated[Text, AfterValidator(_encoding)]


class CommerceTable(BaseModel):
    """``[commerce]``."""

    model_config = EXACT

    products: Text
    stock: Text | None = None
    stock_sources: Texts = []
    encoding: Encoding | None = None
    date_order: Literal["mdy", "dmy", "ymd"] = "mdy"
    attributes: dict[Code, Type] = {}
    currency: Currency | None = None
    rates: list[RateTable] = []
    rate_days: Annotated[int, Field(strict=True, ge=1, le=3650)] = 7

    @field_validator("attributes")
    @classmethod
    def _not_built_in(cls, value: dict[str, Type]) -> dict[str, Type]:
        for code, told in value.items():
            if BUILT_IN.get(code, told) is not told:
                raise ValueError(f"{code} is known to be of type {BUILT_IN[code]}; leave it out")
        return value

    @field_validator("rates")
    @classmethod
    def _each_day_once(cls, value: list[RateTable]) -> list[RateTable]:
        seen: set[tuple[str, str, str]] = set()
        for one in value:
            key = (one.source, one.target, one.date)
            if key in seen:
                raise ValueError(f"there are two from {one.source} to {one.target} of {one.date}")
            seen.add(key)
        return value

    def converts(self, source: str, target: str) -> bool:
        """Tell whether there is a rate from the currency *source* to *target*, of whatever day."""
        return any((one.source, one.target) == (source, target) for one in self.rates)
