"""JSON Schema, as much of it as Amazon's documents use: an oracle of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,), "null": (type(None),),
}  # fmt: skip

Schema = Mapping[str, Any] | bool


def problems(value: Any, schema: Schema, root: Schema | None = None, at: str = "") -> Iterator[str]:
    """Yield what is wrong with a value, each with its place ("brand[0].value is missing")."""
    root = schema if root is None else root
    if isinstance(schema, bool):
        if not schema:
            yield f"{at} must not be there"
        return
    if "$ref" in schema:
        yield from problems(value, _referred(schema["$ref"], root), root, at)
    if "type" in schema and not _is_of(value, schema["type"]):
        yield f"{at} is no {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is none of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, dict):
        yield from _of_object(value, schema, root, at)
    elif isinstance(value, list):
        yield from _of_list(value, schema, root, at)
    else:
        yield from _of_scalar(value, schema, at)
    yield from _of_parts(value, schema, root, at)


def _of_scalar(value: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{at} has {len(value)} characters"
        if "pattern" in schema and re.search(schema["pattern"], value) is None:
            yield f"{at} is not like {schema['pattern']}"
    elif isinstance(value, int | float) and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        yield f"{at} is out of its range"


def _referred(ref: str, root: Schema) -> Schema:
    here: Any = root
    for step in ref.removeprefix("#/").split("/"):
        here = here[step]
    found: Schema = here
    return found


def holds(value: Any, schema: Schema, root: Schema) -> bool:
    return next(problems(value, schema, root), None) is None


def _is_of(value: Any, kind: str | list[str]) -> bool:
    kinds = [kind] if isinstance(kind, str) else kind
    return any(
        isinstance(value, _TYPES[each]) and (each == "boolean" or not isinstance(value, bool))
        for each in kinds
    )


def _of_object(
    value: dict[str, Any], schema: Mapping[str, Any], root: Schema, at: str
) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}.{name} is missing".lstrip(".")
    if len(value) < schema.get("minProperties", 0):
        yield f"{at} has {len(value)} entries"
    for name, content in value.items():
        here = f"{at}.{name}".lstrip(".")
        rule = known.get(name, schema.get("additionalProperties", True))
        yield from problems(content, rule, root, here)


def _of_list(value: list[Any], schema: Mapping[str, Any], root: Schema, at: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{at} has {len(value)} entries"
    if len(value) > schema.get("maxUniqueItems", len(value)):
        yield f"{at} has {len(value)} entries"
    if "contains" in schema and not any(holds(each, schema["contains"], root) for each in value):
        yield f"{at} has none of what it must have"
    for place, content in enumerate(value):
        yield from problems(content, schema.get("items", True), root, f"{at}[{place}]")


def _of_parts(value: Any, schema: Mapping[str, Any], root: Schema, at: str) -> Iterator[str]:
    for part in schema.get("allOf", ()):
        yield from problems(value, part, root, at)
    if "anyOf" in schema and not any(holds(value, part, root) for part in schema["anyOf"]):
        yield f"{at} fits none of what is allowed"
    if "oneOf" in schema and sum(holds(value, part, root) for part in schema["oneOf"]) != 1:
        yield f"{at} does not fit exactly one of what is allowed"
    if "not" in schema and holds(value, schema["not"], root):
        yield f"{at} is what it must not be"
    if "if" in schema:
        branch = "then" if holds(value, schema["if"], root) else "else"
        yield from problems(value, schema.get(branch, True), root, at)
