"""What is found about a listing's price, as values and in words."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, assert_never

from amzsync.core.money import minor_text
from amzsync.core.price_steps import Step


class Problem(StrEnum):
    """Why a price cannot be told, or should not be sent as it is."""

    NO_PRICE = "no-price"
    NOT_ABOVE_ZERO = "not-above-zero"
    TOO_LARGE = "too-large"
    FLOOR_ABOVE_CEILING = "floor-above-ceiling"
    CURRENCY = "currency"  # the store's: prices are in another currency than the marketplace's
    NO_RATE = "no-rate"
    STALE_RATE = "stale-rate"  # the store's


class StoreProblem(NamedTuple):
    """What makes all prices of a store doubtful."""

    kind: Problem
    text: str  # a sentence and the next step


class Priced(NamedTuple):
    """The price of a listing and what is derived from it, in minor units of the marketplace's currency."""

    minor: int | None  # above 0; None: no price can be told
    list_minor: int | None = None  # the list price (MSRP) that is sent
    business_minor: int | None = None
    tiers: tuple[tuple[int, int], ...] = ()  # business buyers: quantity, price
    steps: tuple[Step, ...] = ()
    problem: Problem | None = None  # of this listing; a store's is in Pricing.problem
    floor_minor: int | None = None  # where the floor is above the ceiling: both
    ceiling_minor: int | None = None
    holds_until: str | None = None  # the first day after today on which it may differ


def problem_text(priced: Priced, exponent: int) -> str:
    """Return in words why a price cannot be told or should not be sent; "" where all is well."""
    match priced.problem:
        case None:
            return ""
        case Problem.NO_PRICE:
            return "The product has no price in Commerce."
        case Problem.NOT_ABOVE_ZERO:
            return "The price would not be above 0."
        case Problem.TOO_LARGE:
            return "The price would be too large to be meant."
        case Problem.NO_RATE:
            return "There is no exchange rate for the price."
        case Problem.FLOOR_ABOVE_CEILING:
            floor, ceiling = (
                minor_text(minor or 0, exponent)
                for minor in (priced.floor_minor, priced.ceiling_minor)
            )
            return f"The floor {floor} is above the ceiling {ceiling}; the floor was taken."
        case Problem.CURRENCY | Problem.STALE_RATE:
            return "The store's prices are in doubt."
        case _:
            assert_never(priced.problem)
