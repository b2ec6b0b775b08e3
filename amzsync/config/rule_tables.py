"""Condition trees in the tables of amzsync.toml, and the context in which the tables are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import PlainValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from amzsync.config.problems import BELOW
from amzsync.core.condition_trees import parse, to_plain
from amzsync.core.conditions import EVERYTHING, Type

if TYPE_CHECKING:
    from amzsync.config.commerce_table import CommerceTable
    from amzsync.config.settings_tables import SettingsTable


@dataclass(slots=True)
class Context:
    """What one table must know of another; ``None`` where that has problems of its own."""

    declared: Mapping[str, Type]  # the attributes of [commerce.attributes] whose types are known
    mapped_condition: bool  # [mapping] names an attribute for the condition
    defaults: SettingsTable | None
    commerce: CommerceTable | None = None


def declared_types(raw: Mapping[str, Any]) -> dict[str, Type]:
    """Return the declared types of attributes, from the file as it is written; what is wrong there is left out."""
    commerce = raw.get("commerce")
    table = commerce.get("attributes") if isinstance(commerce, dict) else None
    known = {each.value: each for each in Type}
    return {
        code.strip().lower(): known[word]
        for code, word in (table.items() if isinstance(table, dict) else ())
        if isinstance(word, str) and word in known
    }


_HERE = "@"  # stands for the key of the tree, which pydantic knows


def _tree(raw: object, info: ValidationInfo) -> object:
    """Return the plain form of a tree as it is written."""
    context = info.context
    assert isinstance(context, Context)
    tree, problems = parse(raw, context.declared, _HERE)
    if problems:
        below = [text.removeprefix(_HERE) for text in problems]
        raise PydanticCustomError(BELOW, "", {"problems": below})
    return to_plain(tree)


# The plain form: it is what check() returns anyway.
Tree = Annotated[Any, PlainValidator(_tree)]
EVERY_PRODUCT = to_plain(EVERYTHING)
