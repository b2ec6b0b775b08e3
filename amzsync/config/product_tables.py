"""Check what ``[mapping]`` says of products that are new to Amazon.

The names are those of Amazon's product type definitions; which of them a product type has, only its schema
tells, so here a name is only held against the form of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from amzsync.config.fields import EXACT, Code, Text, twice
from amzsync.config.problems import BELOW
from amzsync.core.condition_names import folded
from amzsync.core.product_mapping import BY_ITSELF, DECIDED

_PATH = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*").fullmatch


def _literal(value: object) -> object:
    """Return a text, number or yes/no of TOML as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, int) else value


Literal = Annotated[Text, BeforeValidator(_literal)]
ProductType = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
]


class FillingTable(BaseModel):
    """``{ attribute = "weight", unit = "grams" }`` or ``{ value = "CN" }``."""

    model_config = EXACT

    attribute: Code | None = None
    value: Literal | None = None
    unit: Text | None = None
    prefix: str = ""
    values: dict[str, Literal] = {}

    @model_validator(mode="after")
    def _one_source(self) -> FillingTable:
        if (self.attribute is None) == (self.value is None):
            raise ValueError("says either attribute or value")
        if self.value is not None and (self.prefix or self.values):
            raise ValueError("prefix and values go with an attribute, not with a value for all")
        if name := twice(map(folded, self.values)):
            raise ValueError(f"values: names {name!r} twice")
        return self


def _as_tables(value: object) -> object:
    """Return what stands at a key as a list of tables: a text is the code of an attribute."""
    several = value if isinstance(value, list) else [value]
    return [{"attribute": one} if isinstance(one, str) else _plain(one) for one in several]


def _plain(one: object) -> object:
    """Refuse a table that is a path written without quotes, which TOML takes for tables in tables."""
    if isinstance(one, dict) and not one.keys() & FillingTable.model_fields.keys():
        raise ValueError(
            'a path within an attribute stands in quotes, such as "item_dimensions.length"; else say '
            "attribute or value"
        )
    return one


Fillings = Annotated[list[FillingTable], BeforeValidator(_as_tables), Field(min_length=1)]


def _known_forms(value: object) -> object:
    """Refuse names that are none, and those of what the settings of a store decide."""
    problems = [f".{name}: {why}" for name in _names(value) if (why := _wrong(name)) is not None]
    if problems:
        raise PydanticCustomError(BELOW, "", {"problems": problems})
    return value


def _names(value: object) -> Iterable[str]:
    return map(str, value) if isinstance(value, dict) else ()


def _wrong(path: str) -> str | None:
    """Return why an attribute of Amazon cannot be mapped under this name."""
    if not _PATH(path):
        return "is no attribute of Amazon; use lower-case letters, digits, _ and . within one"
    name, _, rest = path.partition(".")
    if name in DECIDED:
        return f"cannot be mapped: {DECIDED[name]}"
    if rest.rpartition(".")[2] in BY_ITSELF:
        return "cannot be mapped: it follows from the store"
    return None


Attributes = Annotated[dict[str, Fillings], BeforeValidator(_known_forms)]


def _once(value: object) -> object:
    if isinstance(value, dict) and (name := twice(folded(str(key)) for key in value)):
        raise ValueError(f"names {name!r} twice")
    return value


ProductTypes = Annotated[dict[str, ProductType], BeforeValidator(_once)]
