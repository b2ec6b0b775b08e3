"""What is asked of Amazon, and what comes of it: an answer that has been checked, or a failure.

A failure is a value, so that one listing that cannot be asked does not end a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

Content = TypeVar("Content", bound=BaseModel, covariant=True)


class Operation(NamedTuple):
    """An operation of the Selling Partner API, with its documented usage plan."""

    name: str  # as Amazon calls it: "searchListingsItems"
    method: str
    path: str  # with {placeholders}
    rate: float  # calls a second
    burst: int
    model: type[BaseModel]
    repeatable: bool = True  # asking twice does no more than asking once
    mute: bool = False  # an empty body is its answer
    fixed: tuple[
        tuple[str, str], ...
    ] = ()  # parameters without which it would be another operation


@dataclass(frozen=True, slots=True)
class Call:
    """One question."""

    operation: Operation
    path: Mapping[str, str] = field(
        default_factory=dict
    )  # values of the placeholders, not yet quoted
    params: Mapping[str, str] = field(default_factory=dict)  # lists are joined by commas already
    body: Mapping[str, Any] | None = None
    marketplace_id: str | None = None  # the one that everything in the answer must be of
    seller_sku: str | None = None  # of the one listing that it is about


@dataclass(frozen=True, slots=True)
class Answer(Generic[Content]):
    """What Amazon said, checked: status 2xx, JSON, every required key, the right marketplace."""

    call: Call
    content: Content
    text: str  # the body as it came
    asked_at: str  # UTC text, by Amazon's clock
    request_id: str


class Kind(StrEnum):
    """What a failure means for the run."""

    TEMPORARY = "temporary"  # Amazon or the network is ill; the next run asks again
    THROTTLED = "throttled"  # too many calls; the next run asks again
    UNKNOWN = "unknown"  # a call that changes something was sent, and no answer came
    REFUSED = "refused"  # Amazon will say the same again
    CREDENTIALS = "credentials"  # the account's secrets or authorisation; nothing of it will work


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a question that was not answered."""

    call: Call
    kind: Kind
    status: int | None  # of HTTP; None where there was no answer
    code: str  # Amazon's, or one of ours: "NoAnswer", "BadAnswer", "WrongMarketplace", ...
    message: str  # without secrets, one line
    request_id: str = ""


Outcome = Answer[BaseModel] | Failure
