"""The nouns that travel from the adapters through the decisions into the state file.

Rows of reports and exports come by the million, so they are ``NamedTuple`` (0.4 us each against 2.6 us
for a frozen dataclass).  In every row ``None`` means *the source does not tell*, which is neither 0 nor "".
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Fulfillment(StrEnum):
    """Who ships the order."""

    MERCHANT = "merchant"
    AMAZON = "amazon"


class ListingStatus(StrEnum):
    """What Amazon reports for a listing.  A word that is none of these is kept as it came."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    INCOMPLETE = "incomplete"
    DELETED = "deleted"


class Condition(StrEnum):
    """The conditions of an offer, in the words of the Listings Items API."""

    NEW = "new_new"
    REFURBISHED = "refurbished_refurbished"
    USED_LIKE_NEW = "used_like_new"
    USED_VERY_GOOD = "used_very_good"
    USED_GOOD = "used_good"
    USED_ACCEPTABLE = "used_acceptable"
    COLLECTIBLE_LIKE_NEW = "collectible_like_new"
    COLLECTIBLE_VERY_GOOD = "collectible_very_good"
    COLLECTIBLE_GOOD = "collectible_good"
    COLLECTIBLE_ACCEPTABLE = "collectible_acceptable"


class ReportKind(StrEnum):
    """The reports that are understood, most telling first: the first that has a listing describes it."""

    ALL = "all-listings"
    INACTIVE = "inactive-listings"
    ACTIVE = "active-listings"
    OPEN = "open-listings"
    CANCELLED = "cancelled-listings"
    SUPPRESSED = "suppressed-listings"
    STRANDED = "stranded-inventory"
    FBA = "fba-inventory"
    ANSWER = "listing-answer"  # what Amazon answered about this listing (Listings Items API)
    FBA_ANSWER = "fba-answer"  # about its stock in Amazon's warehouse (FBA Inventory API)


ANSWERS = frozenset({ReportKind.ANSWER, ReportKind.FBA_ANSWER})
"""What is asked of single listings: each has a time of its own, and none is ever the whole of a store."""


class ListingRow(NamedTuple):
    """One row of any listings report, in our words."""

    seller_sku: str  # byte for byte as Amazon has it
    asin: str | None = None
    title: str | None = None
    condition: str | None = None  # a Condition value, or Amazon's own text where it is unknown
    fulfillment: str | None = None  # a Fulfillment value; None where the channel is unknown
    price_minor: int | None = None  # in minor units of the marketplace's currency
    quantity: int | None = None  # None for stock that Amazon keeps (FBA)
    status: str | None = None  # a ListingStatus value, or Amazon's own text
    product_id: str | None = None  # as the report gives it; its type column is not to be trusted
    opened_at: str | None = None  # UTC, 2026-01-31T12:00:00Z
    reason: str | None = None  # why it does not sell, where the report says so


class ProductRow(NamedTuple):
    """One row of the product export: a product, or what one store view overrides of it."""

    sku: str
    view: str  # "" for the row that holds for all store views
    type: str | None = None
    name: str | None = None
    attribute_set: str | None = None
    categories: str | None = None
    websites: str | None = (
        None  # comma-joined codes, sorted, with a comma at both ends: ",base,de,"
    )
    enabled: int | None = None  # 1, 0
    visibility: str | None = None
    price_micros: int | None = None  # the export's six decimals kept exactly, in millionths
    special_price_micros: int | None = None
    special_from: str | None = None  # UTC date or the export's own text
    special_to: str | None = None
    stock_e4: int | None = None  # quantity in ten-thousandths (the export has four decimals)
    in_stock: int | None = None
    manage_stock: int | None = None  # None: not told; 0: stock is not managed
    backorders: int | None = None
    condition: str | None = None  # text of the mapped condition attribute
    identifiers: str = (
        ""  # lines "attribute=value" of the mapped attributes, in the mapping's order
    )
    attributes: str = ""  # the same of the attributes that rules, prices and offers name


class StockRow(NamedTuple):
    """One row of the stock-sources export."""

    source: str
    sku: str
    enabled: int
    stock_e4: int


class Rejected(NamedTuple):
    """A row that could not be read; it is kept, counted and shown, never guessed."""

    reason: str
    key: str = ""  # the row's SKU where that much could be read
