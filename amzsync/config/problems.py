"""pydantic's findings in words a merchant understands: the key, what is wrong, what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from amzsync.config.accounts import VARIABLES
from amzsync.config.fields import without_secrets

SEVERAL = "several"  # the type of a finding that is several, each worded already, with its key
BELOW = "below"  # the same, where ".x: ..." and ": ..." follow the key of the finding itself
_NAMED = {"stores": "a store", "accounts": "an account"}


def told(problem: dict[str, Any], root: type[BaseModel]) -> Iterator[str]:
    """Yield one of pydantic's findings about a *root* in words, which never repeat what looks like a secret."""
    if problem["type"] == SEVERAL:
        texts = problem["ctx"]["problems"]
    elif problem["type"] == BELOW:
        key = ".".join(map(str, problem["loc"]))
        texts = [
            key + text if text[:1] in {".", ":"} else text for text in problem["ctx"]["problems"]
        ]
    else:
        texts = [_worded(problem, root)]
    yield from map(without_secrets, texts)


def _worded(problem: dict[str, Any], root: type[BaseModel]) -> str:
    place = [str(part) for part in problem["loc"] if part != "[key]"]
    key = ".".join(place) or "the file"
    kind = problem["type"]
    if kind == "extra_forbidden":
        return f"{key}: {_unknown(place, root)}"
    if kind == "missing":
        return f"{key}: is missing"
    if kind in {"model_type", "dict_type"}:
        return f"{key}: must be a table; write {_heading(place)}"
    if kind == "list_type" and _is_of_tables(place, root):
        return f"{key}: must be a list of tables; write [[{key}]]"
    if kind == "string_pattern_mismatch":
        if place[0] in _NAMED and len(place) == 2:
            return (
                f"{key}: is no name for {_NAMED[place[0]]}; use lower-case letters, digits, - and _"
            )
        return f"{key}: {problem['input']!r} is no attribute code; use letters, digits and _"
    text = str(problem["msg"])
    if kind == "value_error":  # our own words
        return f"{key}: {text.removeprefix('Value error, ')}"
    return f"{key}: {text[:1].lower()}{text[1:]}"


def _heading(place: list[str]) -> str:
    """Return the line that begins a table at *place*, which may be one of a list."""
    if place and place[-1].isdigit():
        return f"[[{'.'.join(place[:-1])}]]"
    return f"[{'.'.join(place) or 'the file'}]"


def _unknown(place: list[str], root: type[BaseModel]) -> str:
    name = place[-1]
    if place[0] == "accounts" and f"{name}_env" in VARIABLES:
        return (
            f"secrets have no place in this file; put it in an environment variable and name that in "
            f"{name}_env"
        )
    known = _known_keys(place[:-1], root)
    close = difflib.get_close_matches(name, known, n=1)
    return "unknown key" + (
        f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"
    )


def _known_keys(place: list[str], root: type[BaseModel]) -> list[str]:
    found = _type_at(place, root)
    model = found if isinstance(found, type) and issubclass(found, BaseModel) else root
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _is_of_tables(place: list[str], root: type[BaseModel]) -> bool:
    found = _type_at([*place, "0"], root)
    return isinstance(found, type) and issubclass(found, BaseModel)


def _type_at(place: list[str], root: type[BaseModel]) -> object:
    """Return the type of what stands at *place* in a *root*, without ``None``; ``None`` where there is nothing."""
    found: object = root
    for part in place:
        if isinstance(found, type) and issubclass(found, BaseModel):
            fields = {field.alias or name: field for name, field in found.model_fields.items()}
            found = _bare(fields[part].annotation) if part in fields else None
        elif get_origin(found) in (list, dict):
            found = _bare(get_args(found)[-1])
        else:
            return None
    return found


def _bare(annotation: object) -> object:
    """Return *annotation* without what is ``Annotated``, and without ``| None``."""
    if hasattr(annotation, "__metadata__"):
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, type(int | None)):
        return _bare(next(each for each in get_args(annotation) if each is not type(None)))
    return annotation
