"""Amazon's official schemas (Swagger 2.0), where they lie beside the project: do calls keep to them?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

from tests.simulators import json_schemas
from tests.simulators.ledger import Entry

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "models" / "spapi"
FILES = (
    "reports_2021-06-30.json", "listingsItems_2021-08-01.json", "catalogItems_2022-04-01.json",
    "listingsRestrictions_2021-08-01.json", "sellers.json", "fbaInventory.json",
    "productPricingV0.json", "productPricing_2022-05-01.json", "feeds_2021-06-30.json",
    "definitionsProductTypes_2020-09-01.json",
)  # fmt: skip
needs_schemas = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="Amazon's schemas are not beside the project"
)
_OUTSIDE = frozenset(
    {"token", "document", "upload", "schema"}
)  # of Login with Amazon and the storage: no schemas
_UNDOCUMENTED = frozenset({("patchListingsItem", 404), ("deleteListingsItem", 404)})

Query = Sequence[tuple[str, str]]


class Operation(NamedTuple):
    method: str
    path: re.Pattern[str]
    spec: Mapping[str, Any]
    model: Mapping[str, Any]  # the whole file, to which references point


@cache
def operations() -> dict[str, Operation]:
    """Return every operation of the files by its operationId."""
    found = {}
    for name in FILES:
        model = json.loads((FOLDER / name).read_text(encoding="utf-8"))
        for path, methods in model["paths"].items():
            shared = methods.get("parameters", [])
            pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
            for method, spec in methods.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    whole = {**spec, "parameters": [*spec.get("parameters", []), *shared]}
                    found[spec["operationId"]] = Operation(method.upper(), pattern, whole, model)
    return found


def problems_of_answer(operation_id: str, status: int, body: Any) -> list[str]:
    """Return what is wrong with an answer; *body* is the JSON, as bytes or parsed."""
    operation = operations().get(operation_id)
    if operation is None:
        return [f"no operation is called {operation_id}"]
    if (operation_id, status) in _UNDOCUMENTED:
        status = 400  # the same form
    response = operation.spec["responses"].get(str(status))
    if response is None:
        return [f"{operation_id} does not answer {status}"]
    if isinstance(body, bytes):
        try:
            body = json.loads(body)
        except ValueError:
            return [f"{operation_id} {status}: no JSON"]
    schema = _resolved(response.get("schema", {}), operation.model)
    if status >= 400 and schema.get("type") == "array" and isinstance(body, dict):
        body = body.get("errors")  # some files tell of the list alone; Amazon sends the object
    return [
        f"{operation_id} {status}: {each}" for each in _wrong(body, schema, operation.model, "")
    ]


def problems_of_request(
    operation_id: str, method: str, path: str, query: Query | Mapping[str, str], body: Any
) -> list[str]:
    """Return what is wrong with a request; *path* is quoted, *body* is parsed or None."""
    operation = operations().get(operation_id)
    if operation is None:
        return [f"no operation is called {operation_id}"]
    found = operation.path.fullmatch(path)
    if method != operation.method or found is None:
        return [f"{operation_id} is not {method} {path}"]
    pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
    values = {name: unquote(text) for name, text in found.groupdict().items()}
    wrong = [
        *_wrong_parameters(operation, "path", list(values.items())),
        *_wrong_parameters(operation, "query", pairs),
        *_wrong_body(operation, body),
    ]
    return [f"{operation_id}: {each}" for each in wrong]


def problems_of_entry(entry: Entry) -> list[str]:
    """Return what is wrong with a request in a ledger, and with its answer unless by script."""
    if entry.operation in _OUTSIDE:
        return []
    said = problems_of_request(entry.operation, entry.method, entry.path, entry.query, entry.body)
    if not entry.fault and entry.answer:
        said += problems_of_answer(entry.operation, entry.status, entry.answer)
    return said


def problems_of_entries(entries: Iterable[Entry]) -> list[str]:
    """Return what is wrong with the calls in a ledger, each problem once."""
    return list(dict.fromkeys(said for entry in entries for said in problems_of_entry(entry)))


def problems_of_feed(content: bytes) -> list[str]:
    """Return what is wrong with the document of a listings feed."""
    return _problems_of_document("listings-feed-schema-v2.json", content)


def problems_of_result(content: bytes) -> list[str]:
    """Return what is wrong with the result document of a listings feed."""
    return _problems_of_document("listings-feed-processing-report-schema-v2.json", content)


def _problems_of_document(name: str, content: bytes) -> list[str]:
    schema = _document_schema(name)
    try:
        return [f"{name}: {each}" for each in json_schemas.problems(json.loads(content), schema)]
    except ValueError:
        return [f"{name}: no JSON"]


@cache
def _document_schema(name: str) -> Mapping[str, Any]:
    schema: dict[str, Any] = json.loads((FOLDER / "schemas" / name).read_text(encoding="utf-8"))
    return schema


# -- requests ----------------------------------------------------------------------------


def _parameters(operation: Operation, place: str) -> dict[str, Mapping[str, Any]]:
    resolved = (_resolved(each, operation.model) for each in operation.spec["parameters"])
    return {each["name"]: each for each in resolved if each["in"] == place}


def _wrong_parameters(operation: Operation, place: str, pairs: Query) -> Iterator[str]:
    known = _parameters(operation, place)
    names = [name for name, _ in pairs]
    for name, schema in known.items():
        if schema.get("required") and name not in names:
            yield f"{name} is missing"
    for name in dict.fromkeys(names):
        if name not in known:
            yield f"{name} is no {place} parameter"
        elif names.count(name) > 1 and known[name].get("collectionFormat") != "multi":
            yield f"{name} is repeated"
    for name, text in pairs:
        if name in known:
            schema = known[name]
            yield from _wrong(_typed(text, schema), schema, operation.model, name)


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    """Return the value that a query's text stands for; text where it stands for none."""
    kind = schema.get("type")
    if kind == "array":
        return [_typed(part, schema["items"]) for part in text.split(",")] if text else []
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer" and re.fullmatch(r"-?\d+", text, re.ASCII):
        return int(text)
    return text


def _wrong_body(operation: Operation, body: Any) -> Iterator[str]:
    known = list(_parameters(operation, "body").values())
    if known:
        yield from _wrong(body, known[0]["schema"], operation.model, "body")
    elif body is not None:
        yield "a body where none is due"


# -- values ------------------------------------------------------------------------------

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,),
}  # fmt: skip


def _resolved(schema: Mapping[str, Any], model: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        here: Any = model
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            here = here[step]
        schema = here
    return _merged(schema, model) if "allOf" in schema else schema


def _merged(schema: Mapping[str, Any], model: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an object's schema with those that it is all of: each knows some of its keys only."""
    parts = [_resolved(part, model) for part in schema["allOf"]]
    parts.append({name: content for name, content in schema.items() if name != "allOf"})
    return {
        **{name: content for part in parts for name, content in part.items()},
        "properties": {
            key: value for part in parts for key, value in part.get("properties", {}).items()
        },
        "required": [name for part in parts for name in part.get("required", ())],
    }


def _wrong(
    value: Any, schema: Mapping[str, Any], model: Mapping[str, Any], at: str
) -> Iterator[str]:
    schema = _resolved(schema, model)
    kind = schema.get("type")
    if kind is not None and (
        not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")
    ):
        yield f"{at or 'the body'} is no {kind}: {str(value)[:60]!r}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}, none of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, dict):
        yield from _wrong_object(value, schema, model, at)
    elif isinstance(value, list):
        yield from _wrong_list(value, schema, model, at)
    elif isinstance(value, str):
        yield from _wrong_text(value, schema, at)
    elif isinstance(value, int | float) and (
        value < schema.get("minimum", value) or value > schema.get("maximum", value)
    ):
        yield f"{at} is {value}, out of its range"


def _wrong_object(
    value: dict[str, Any], schema: Mapping[str, Any], model: Mapping[str, Any], at: str
) -> Iterator[str]:
    properties = schema.get("properties", {})
    more = schema.get("additionalProperties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}.{name} is missing"
    for name, content in value.items():
        here = f"{at}.{name}"
        if name in properties:
            yield from _wrong(content, properties[name], model, here)
        elif isinstance(more, dict) and more:
            yield from _wrong(content, more, model, here)
        elif properties and more is not True:
            yield f"{here} is not in the schema"


def _wrong_list(
    value: list[Any], schema: Mapping[str, Any], model: Mapping[str, Any], at: str
) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{at} has {len(value)} entries"
    for place, content in enumerate(value):
        yield from _wrong(content, schema.get("items", {}), model, f"{at}[{place}]")


def _wrong_text(value: str, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{at} has {len(value)} characters"
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        yield f"{at} is {value!r}, not like {schema['pattern']}"
    try:
        if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
            yield f"{at} is {value!r}, without a time zone"
        elif schema.get("format") == "date":
            date.fromisoformat(value)
    except ValueError:
        yield f"{at} is {value!r}, no {schema['format']}"
