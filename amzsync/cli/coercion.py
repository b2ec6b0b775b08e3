"""Turn the words of the command line into values without loading pydantic.

Typer does that through pydantic, which takes as long to load as all of ``amzsync status``.  The types that
our options have are few and plain, so they are coerced here; whatever is not plain is left to Typer.
"""

import inspect
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    """A command whose plain options are coerced here."""

    def get_params(self, ctx: Any) -> Any:
        """Return the parameters, the plain ones lightened."""
        return lighten(self, super().get_params(ctx))


def lighten(command: TyperCommand | TyperGroup, params: Any) -> Any:
    """Give every plain one of the *params* of *command* a light way to process its value."""
    callback = inspect.unwrap(command.callback) if command.callback else None
    hints = inspect.signature(callback).parameters if callback else {}
    for param in params:
        hint = hints.get(param.name or "")
        plain_flag = bool if getattr(param, "is_flag", False) else None  # --help and its like
        coerce = plain_flag if hint is None else _coercion(hint.annotation)
        if coerce is not None and param.nargs == 1:
            vars(param)["process_value"] = partial(_process, param, coerce)
    return params


def _process(param: Any, coerce: Callable[[Any], Any], ctx: Any, value: Any) -> Any:
    """Do what Typer's ``process_value`` does: coerce, see that it is there, call back."""
    if value is not None and value != ():
        try:
            value = [coerce(one) for one in value] if param.multiple else coerce(value)
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from None
        least = getattr(param, "min", None)
        if least is not None and isinstance(value, int) and value < least:
            raise typer.BadParameter(f"{value} is less than {least}.", ctx=ctx, param=param)
    elif param.multiple:
        value = None
    if param.required and value is None:
        return type(param).process_value(param, ctx, value)  # says what is missing
    return value if param.callback is None else param.callback(ctx, param, value)


def _coercion(annotation: Any) -> Callable[[Any], Any] | None:
    """Return the coercion for a plain annotation, ``None`` for any other."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is UnionType:
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        annotation = kinds[0] if len(kinds) == 1 else None
    if get_origin(annotation) is list:
        annotation = get_args(annotation)[0]
    if annotation is int:
        return _whole
    if annotation in {str, bool, Path}:
        return annotation  # type: ignore[no-any-return]
    if inspect.isclass(annotation) and issubclass(annotation, StrEnum):
        return partial(_choice, annotation)
    return None


def _whole(value: Any) -> int:
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a whole number.") from None


def _choice(choices: type[StrEnum], value: Any) -> StrEnum:
    """Return the choice; capitals, spaces and underscores do not matter."""
    word = str(value).strip().lower().replace(" ", "-").replace("_", "-")
    try:
        return choices(word)
    except ValueError:
        words = ", ".join(choice.value for choice in choices)
        raise ValueError(f"{value!r} is not one of {words}.") from None
