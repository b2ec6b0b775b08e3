"""What the user decides about a store's listings, as values: rules, prices, quantities, offers.

amzsync.toml gives each store its own, over ``[defaults]`` for all stores.  The settings are those of Adobe's
Amazon Sales Channel; two defaults differ on purpose: nothing is published by itself, and a store is read-only
until it is set live.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from amzsync.core.conditions import EVERYTHING, Group
from amzsync.core.model import Condition, Fulfillment

PRICE = "price"  # the attribute that every price source falls back to


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How much a price goes up or down: by a percentage of it, or by an amount."""

    up: bool
    percent: bool
    amount: Decimal  # never negative; 10 is 10 % or 10.00


@dataclass(frozen=True, slots=True)
class Bound:
    """A floor or ceiling: a price attribute, moved by a percentage or taken as it is (``None``)."""

    source: str
    adjustment: Adjustment | None = None


class OfferSource(StrEnum):
    """Whose price an intelligent rule looks at."""

    BUY_BOX = "buy-box"
    LOWEST = "lowest"


class Variance(StrEnum):
    """What an intelligent rule does with offers of another condition than ours."""

    ALL = "all"
    MATCHING = "matching"
    VARIANCE = "variance"


@dataclass(frozen=True, slots=True)
class Competition:
    """The intelligent part of a price rule."""

    source: OfferSource
    min_feedback: int = 0  # percent of positive feedback
    min_feedback_count: int = 0
    conditions: Variance = Variance.ALL
    variances: Mapping[Condition, Decimal] = field(default_factory=dict)  # percent; absent: 100
    adjustment: Adjustment | None = None  # None: match the competitor
    floor: Bound = Bound(PRICE)
    ceiling: Bound | None = None


@dataclass(frozen=True, slots=True)
class PriceRule:
    """A standard rule (it has an *adjustment*) or an intelligent one (it has a *competition*)."""

    name: str  # unique in its store
    active: bool = True
    first_day: date | None = None  # both days inclusive, in the store's time zone
    last_day: date | None = None
    priority: int | None = None  # 1 is the highest; without one a rule comes last, then by name
    stop: bool = False  # discard subsequent rules where this one applies
    conditions: Group = EVERYTHING
    adjustment: Adjustment | None = None
    competition: Competition | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """Business buyers who take at least *quantity* pay *percent* less than the list price."""

    quantity: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """How a listing's price comes about."""

    source: str = PRICE
    special_prices: bool = False  # Commerce's special price counts on its days, where it is lower
    views: tuple[str, ...] = ()  # store views whose own prices are tried, the most important first
    minimum: str | None = None  # MAP: the attribute below whose value no price goes
    list_price: str | None = None  # MSRP: the attribute that is sent as the list price
    vat: Decimal | None = None  # percent; None: not added
    tax_code: str | None = None  # product tax code for new listings (UK); None: not managed
    currency: str | None = None  # of Commerce's prices; None: as [commerce] says
    convert: bool = False  # into the marketplace's currency, by the dated rates of [commerce]
    business: bool = False
    tiers: tuple[Tier, ...] = ()
    rules: tuple[PriceRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Buffer:
    """What is held back of the stock: a number, or a percentage (rounded up)."""

    percent: bool
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BufferRule:
    """A buffer for some products; the first that applies, by priority and then name, replaces the general one."""

    name: str
    buffer: Buffer
    priority: int | None = None
    conditions: Group = EVERYTHING


class Sharing(StrEnum):
    """What listings that sell the same stock show of it."""

    DIVIDED = "divided"  # together no more than there is
    WHOLE = "whole"  # each of them all


@dataclass(frozen=True, slots=True)
class QuantitySettings:
    """How a listing's quantity comes about (merchant-fulfilled listings only)."""

    threshold: int = 0  # stock lower than this is not sold
    maximum: int = 10_000
    unmanaged: int = 100  # where Commerce does not manage the stock
    buffer: Buffer = Buffer(False, Decimal(0))
    buffers: tuple[BufferRule, ...] = ()
    backorders: bool = False  # a product that may be ordered beyond its stock shows *unmanaged*
    sharing: Sharing = Sharing.DIVIDED
    reserve_pending: bool = True  # pending Amazon orders are taken off


@dataclass(frozen=True, slots=True)
class FulfillmentSettings:
    """Who ships new listings: one for all, or by an attribute whose values are mapped."""

    default: Fulfillment = Fulfillment.MERCHANT
    attribute: str | None = None
    values: Mapping[str, Fulfillment] = field(default_factory=dict)  # folded text -> who


@dataclass(frozen=True, slots=True)
class ConditionSettings:
    """The condition of new listings: one for all, or by an attribute whose values are mapped."""

    default: Condition | None = Condition.NEW  # None: by the attribute only
    attribute: str | None = None
    values: Mapping[str, Condition] = field(default_factory=dict)  # folded text -> condition
    notes: Mapping[Condition, str] = field(default_factory=dict)  # seller notes, at most 1,000


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the user decides about one store."""

    read_only: bool = True  # until the user sets the store live
    automatic_listing: bool = False
    third_party: bool = True  # match listings that amzsync did not make; else only pinned ones
    handling_time: int = 2  # days, of new listings
    regional: bool = (
        True  # share quantity, eligibility, fulfilment, condition, handling time in the region
    )
    time_zone: str = "UTC"  # IANA name, by which rules and special prices begin and end
    rules: Group = EVERYTHING  # the listing rules
    price: PriceSettings = PriceSettings()
    quantity: QuantitySettings = QuantitySettings()
    fulfillment: FulfillmentSettings = FulfillmentSettings()
    condition: ConditionSettings = ConditionSettings()


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of *source* is worth *value* units of *target*, as known on *day*."""

    source: str
    target: str
    value: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class Money:
    """How amounts of Commerce become amounts of a marketplace."""

    currency: str | None = None  # of Commerce's prices; None: not told
    rates: tuple[Rate, ...] = ()
    rate_days: int = 7  # a rate that is older is stale, and refused
