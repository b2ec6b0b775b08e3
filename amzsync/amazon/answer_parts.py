"""What all answers of Amazon are made of: reading them strictly, and what their parts have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from amzsync.clock import text_of

Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], text: str) -> Model:
    """Return the JSON object in *text* as a *model*; raises ``ValueError`` that names the first key that is wrong.

    The message holds names of keys only, never values: those may be anybody's.
    """
    try:
        found = json.loads(text, parse_float=str, parse_constant=_no_number)
        if "\\ud" in text.lower():  # half a surrogate pair is no character, and cannot be stored
            whole = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
            found = json.loads(whole)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - one kind of error for all that is wrong
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"])
        raise ValueError(f"{place}: {first['msg']}") from None


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _moment(text: str) -> str:
    """Return a date-time of Amazon's as UTC text; one without a zone is UTC, as all of them are."""
    moment = datetime.fromisoformat(text)
    return text_of((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


Key = Annotated[str, Field(min_length=1)]
Moment = Annotated[str, AfterValidator(_moment)]
Count = Annotated[int, Field(ge=0)]


class Part(BaseModel):
    """A piece of an answer."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )


class MarketplacePart(Part):
    """A piece of an answer that holds for one marketplace."""

    marketplace_id: Key


class Said(Part):
    """A whole answer."""

    def marketplaces(self) -> frozenset[str]:
        """Return the ids of the marketplaces that the data in it are of; empty where it does not tell."""
        return frozenset()

    def foreign(self, marketplace_id: str) -> frozenset[str]:
        """Return the marketplaces in it that an answer about *marketplace_id* alone cannot speak of."""
        return self.marketplaces() - {marketplace_id}


class Pagination(Part):
    """How to ask for the pages before and after."""

    next_token: str | None = None
    previous_token: str | None = None


def next_of(pagination: Pagination | None) -> str | None:
    """Return the token of the next page; ``None`` on the last one."""
    return (pagination.next_token if pagination else None) or None


def places_of(*parts: Iterable[MarketplacePart] | None) -> frozenset[str]:
    """Return the marketplaces that the *parts* hold for."""
    return frozenset(each.marketplace_id for part in parts for each in part or ())
