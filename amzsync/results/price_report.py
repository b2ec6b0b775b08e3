"""How our prices stand beside those of competitors, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Holds(StrEnum):
    """Whether we have the Buy Box."""

    YES = "yes"
    NO = "no"
    NOBODY = "NA"  # there is none, or it is not known


class PriceRow(NamedTuple):
    """A listing; amounts are landed prices (with shipping) in minor units, ``None`` is not known or not there."""

    store: str
    seller_sku: str
    asin: str
    name: str | None
    condition: str | None  # a Condition value, as the others
    currency: str
    exponent: int
    landed_minor: int | None  # ours
    lowest_minor: int | None  # of all others
    lowest_condition: str | None
    buy_box_minor: int | None
    buy_box_condition: str | None
    holds: Holds
    known_at: str | None  # UTC text; None: Amazon has not told yet


@dataclass(frozen=True, slots=True)
class PriceReport:
    """Rows, whether there are more, and whether any store asks for offers at all."""

    rows: tuple[PriceRow, ...]
    more: bool
    compares: bool
