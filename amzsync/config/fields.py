"""What the tables of amzsync.toml have in common: unknown keys are refused, texts are not empty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
)

EXACT = ConfigDict(extra="forbid", str_strip_whitespace=False)

# The marks of Login with Amazon: client ids and secrets begin with amzn1., tokens with Atzr| and Atza|;
# an older secret is 64 hexadecimal digits.
_SECRET = re.compile(r"(amzn1\.|atz[a-z]\|)[^\s'\"]*|[0-9a-f]{32,}", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}").fullmatch


def is_secret(text: str) -> bool:
    """Tell whether *text* looks like a secret of Login with Amazon, or holds one."""
    return _SECRET.search(text) is not None


def without_secrets(text: str) -> str:
    """Return *text* with whatever looks like a secret taken out."""
    return _SECRET.sub("***", text)


def twice(names: Iterable[str]) -> str | None:
    """Return the first of *names* that is there more than once."""
    return next((name for name, count in Counter(names).items() if count > 1), None)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _currency(value: str) -> str:
    code = value.strip().upper()
    if not _CURRENCY(code):
        raise ValueError(f"{value!r} is no currency such as USD or EUR")
    return code


def _day(value: object) -> str:
    """Return a date of TOML, or one in ISO text, as ISO text; the time of day is dropped."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if isinstance(moment, datetime):
        return moment.date().isoformat()
    if isinstance(moment, date):
        return moment.isoformat()
    raise ValueError("is no date such as 2026-01-31")


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Text = Annotated[str, StringConstraints(min_length=1)]
Texts = Annotated[list[Text], BeforeValidator(_as_list)]
Code = Annotated[
    str,
    StringConstraints(to_lower=True, strip_whitespace=True, pattern=r"^[A-Za-z][A-Za-z0-9_]*$"),
]
Codes = Annotated[list[Code], BeforeValidator(_as_list)]
# Where the defaults name one, a store that wants none says "".
OptionalCode = Annotated[Code | None, BeforeValidator(_none_if_empty)]
Currency = Annotated[str, AfterValidator(_currency)]
Day = Annotated[str, PlainValidator(_day)]
Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Priority = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
