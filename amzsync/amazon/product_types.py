"""The schemas of Amazon's product types: whether one came whole, and in what attributes do not fit it.

Amazon writes them in JSON Schema of the draft 2019-09, with words of its own (page "Product Type Definitions
Meta-Schema (v1)" of the Selling Partner API).  Those that restrict are minUniqueItems, maxUniqueItems (of items
that are alike in their *selectors*), minUtf8ByteLength and maxUtf8ByteLength; the others (editable, hidden,
enumNames, replaceWith ...) only inform.  Nothing is ever fetched here: what refers to another place is a fault.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from amzsync.core.new_products import Fault

_SHOWN = 8  # of the values that may be chosen from
_LONGEST = 60  # of a value that is told
_TYPES = {
    "string": "text", "number": "a number", "integer": "a whole number", "boolean": "yes or no",
    "array": "a list", "object": "an object", "null": "nothing",
}  # fmt: skip
Words = Callable[[Any, Any], str]


class _Error(Protocol):
    """What the library tells of a place that does not fit."""

    message: str
    validator: str  # the keyword: "maxLength"
    validator_value: Any  # what stands beside it in the schema
    schema: Any
    instance: Any
    absolute_path: Sequence[str | int]
    relative_schema_path: Sequence[str | int]
    context: Sequence[_Error]  # of several ways that are open, what is wrong with each


class _Validator(Protocol):
    def iter_errors(self, instance: object) -> Iterator[_Error]: ...


def is_intact(content: bytes, checksum: str) -> bool:
    """Tell whether *content* is what Amazon's *checksum* (MD5 in Base64) is of."""
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode() == checksum


def schema_in(content: bytes) -> dict[str, Any]:
    """Return the schema that a document is; raises ``ValueError`` where it is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the document is no JSON ({_short(error)})") from error
    properties = found.get("properties") if isinstance(found, dict) else None
    if isinstance(found, dict) and isinstance(properties, dict):
        return found
    raise ValueError("the document is no schema of a product type")


def faults(schema: Mapping[str, Any], attributes: Mapping[str, Any]) -> list[Fault]:
    """Return in what *attributes* do not fit *schema*, in the order of their names; nothing where they do."""
    from jsonschema.exceptions import SchemaError, UnknownType
    from referencing.exceptions import Unresolvable

    try:
        found = [
            fault for error in _validator(schema).iter_errors(attributes) for fault in _told(error)
        ]
    except Unresolvable as error:
        return [
            Fault("", f"Amazon's schema refers to something that is not in it ({_short(error)})")
        ]
    except (SchemaError, UnknownType, RecursionError, TypeError, AttributeError) as error:
        return [
            Fault(
                "",
                f"Amazon's schema cannot be understood ({type(error).__name__}: {_short(error)})",
            )
        ]
    return sorted(set(found))


def _validator(schema: Mapping[str, Any]) -> _Validator:
    from referencing import Registry

    # Amazon's own dialect is told by "$schema", which no library knows; a registry of ours fetches nothing.
    plain = {name: value for name, value in schema.items() if name != "$schema"}
    validator: _Validator = _dialect()(plain, registry=Registry())
    return validator


@cache
def _dialect() -> Callable[..., Any]:
    """Return the library's validators with Amazon's own words."""
    from jsonschema import Draft201909Validator
    from jsonschema.validators import extend

    made: Callable[..., Any] = extend(Draft201909Validator, _KEYWORDS)
    return made


# -- Amazon's own words ------------------------------------------------------------------------------------

Found = Iterator[_Error]


def _error(message: str) -> _Error:
    from jsonschema.exceptions import ValidationError

    made: _Error = ValidationError(message)
    return made


def _most_alike(_: object, most: Any, instance: Any, schema: Mapping[str, Any]) -> Found:  # noqa: ANN401
    if any(number > most for number in _alike(instance, schema)):
        yield _error(f"has more than {_times(most, 'value')}")


def _least_alike(_: object, least: Any, instance: Any, schema: Mapping[str, Any]) -> Found:  # noqa: ANN401
    if any(number < least for number in _alike(instance, schema)):
        yield _error(f"has fewer than {_times(least, 'value')}")


def _alike(instance: object, schema: Mapping[str, Any]) -> list[int]:
    """Return how many items there are of each kind: those alike in all *selectors*."""
    if not isinstance(instance, list):
        return []
    names = schema.get("selectors") or ()
    keys = [
        json.dumps([item.get(name) if isinstance(item, dict) else None for name in names])
        for item in instance
    ]
    return list(Counter(keys).values())


def _most_bytes(_: object, most: Any, instance: Any, _schema: object) -> Found:  # noqa: ANN401
    if isinstance(instance, str) and (size := _size(instance)) > most:
        yield _error(f"takes {size:,} bytes; Amazon takes at most {most:,}")


def _least_bytes(_: object, least: Any, instance: Any, _schema: object) -> Found:  # noqa: ANN401
    if isinstance(instance, str) and (size := _size(instance)) < least:
        yield _error(f"takes {size:,} bytes; Amazon wants at least {least:,}")


def _form(_: object, pattern: Any, instance: Any, _schema: object) -> Found:  # noqa: ANN401
    try:
        fits = not isinstance(instance, str) or re.search(pattern, instance) is not None
    except re.error:  # written for another engine: Amazon's preview tells
        return
    if not fits:
        yield _error("")


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


_KEYWORDS = {
    "maxUniqueItems": _most_alike, "minUniqueItems": _least_alike, "maxUtf8ByteLength": _most_bytes,
    "minUtf8ByteLength": _least_bytes, "pattern": _form,
}  # fmt: skip


# -- in plain words ----------------------------------------------------------------------------------------


def _told(error: _Error) -> Iterator[Fault]:
    """Yield an error as faults: of several ways that are open, what is wrong with the nearest."""
    where = _named(error.absolute_path)
    keyword, told = str(error.validator), error.validator_value
    if keyword in {"anyOf", "oneOf"} and error.context:
        yield from _nearest(error)
    elif keyword == "required":
        # One error for each name: the library tells it in the message alone.
        name = next(name for name in told if repr(name) in error.message)
        yield Fault(f"{where}.{name}" if where else name, "is missing", missing=True)
    elif keyword in {"additionalProperties", "unevaluatedProperties"}:
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        for name in [name for name in error.instance if name not in known]:
            yield Fault(f"{where}.{name}" if where else name, "is not known for this product type")
    else:
        yield Fault(where, _words(keyword, told, error))


def _nearest(error: _Error) -> Iterator[Fault]:
    """Yield what is wrong with that one of several ways which asks for the fewest corrections."""
    ways: dict[Any, list[_Error]] = {}
    for one in error.context or ():
        ways.setdefault(one.relative_schema_path[0], []).append(one)
    # A value of another type is farther away than one that is only too long, or not in a list.
    best = min(
        ways.values(), key=lambda found: (any(o.validator == "type" for o in found), len(found))
    )
    for one in best:
        yield from _told(one)


def _words(keyword: str, told: Any, error: _Error) -> str:  # noqa: ANN401
    instance = error.instance
    if keyword in _SENTENCES:
        return _SENTENCES[keyword](told, instance)
    if keyword in _KEYWORDS:
        return error.message
    return f"does not fit: {_short(error.message)}"


def _enum(told: Sequence[object], instance: object) -> str:
    names = ", ".join(map(str, told[:_SHOWN]))
    more = f" and {len(told) - _SHOWN:,} more" if len(told) > _SHOWN else ""
    return (
        f"is {_short(repr(instance))}, which is none of the values that Amazon takes: {names}{more}"
    )


def _type(told: Any, instance: object) -> str:  # noqa: ANN401
    wanted = [told] if isinstance(told, str) else list(told)
    return f"is {_short(repr(instance))}, where Amazon wants {' or '.join(_TYPES.get(one, one) for one in wanted)}"


def _times(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


_SENTENCES: dict[str, Words] = {
    "enum": _enum,
    "type": _type,
    "const": lambda told, value: (
        f"is {_short(repr(value))}, where Amazon wants {_short(repr(told))}"
    ),
    "maxLength": lambda told, value: (
        f"has {len(value):,} characters; Amazon takes at most {told:,}"
    ),
    "minLength": lambda told, value: (
        f"has {_times(len(value), 'character')}; Amazon wants at least {told:,}"
    ),
    "pattern": lambda _, value: (
        f"is {_short(repr(value))}, which has not the form that Amazon wants"
    ),
    "minimum": lambda told, value: f"is {value}; Amazon wants at least {told}",
    "maximum": lambda told, value: f"is {value}; Amazon takes at most {told}",
    "exclusiveMinimum": lambda told, value: f"is {value}; Amazon wants more than {told}",
    "exclusiveMaximum": lambda told, value: f"is {value}; Amazon wants less than {told}",
    "multipleOf": lambda told, value: f"is {value}; Amazon wants a multiple of {told}",
    "minItems": lambda told, value: (
        f"has {_times(len(value), 'value')}; Amazon wants at least {told}"
    ),
    "maxItems": lambda told, value: (
        f"has {_times(len(value), 'value')}; Amazon takes at most {told}"
    ),
    "uniqueItems": lambda *_: "has the same value twice",
    "not": lambda *_: "must not be told together with what else is there",
    "contains": lambda *_: "lacks a value that Amazon wants among others",
}


def _named(path: Sequence[str | int]) -> str:
    """Return a place as users write it: without the numbers of lists, and without the key of the one value."""
    names = [step for step in path if isinstance(step, str)]
    return ".".join(names[:-1] if len(names) > 1 and names[-1] == "value" else names)


def _short(what: object) -> str:
    """Return text on one line that is not too long."""
    text = " ".join(str(what).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
