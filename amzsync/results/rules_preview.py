"""What listing rules would do to the listings and products of the stores, before they take effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Which(StrEnum):
    """The lists of the preview, in the order they are shown: those of Adobe's Amazon Sales Channel."""

    INELIGIBLE = (
        "ineligible"  # on Amazon, and may not be sold: its quantity becomes 0, it stays there
    )
    ELIGIBLE = "eligible"  # on Amazon, and may be sold
    NEW = "new"  # not on Amazon, and may be sold


class PreviewRow(NamedTuple):
    """A listing, or a product without one (``seller_sku``, price and quantity are then ``None``)."""

    store: str
    which: Which
    change: bool  # it is not in this list now
    seller_sku: str | None
    sku: str
    asin: str | None
    name: str | None
    type: str | None
    attribute_set: str | None
    visibility: str | None
    enabled: bool | None  # None: Commerce does not tell
    reason: str  # why it may not be sold, or what a new one lacks to be ready to list; "": nothing
    price_minor: int | None  # on Amazon
    quantity: int | None  # on Amazon
    currency: str
    exponent: int


@dataclass(slots=True)
class StorePreview:
    """The figures of one store; they grow while its rows are read."""

    store: str
    rules: str  # what they ask for, in words
    known: bool = True  # false: the store has not been imported yet
    automatic: bool = False  # what is ready to list is published without being asked
    listings: int = 0  # that are managed: of these the brakes take their share
    rows: Counter[Which] = field(default_factory=Counter)
    changes: Counter[Which] = field(
        default_factory=Counter
    )  # of these, those that are not there now
    kept_by_amazon: int = 0  # newly ineligible, but Amazon ships them and counts their stock
    not_ready: int = 0  # of the new ones, those that lack something
    no_longer_new: int = 0  # products that could be listed now, and could not be any more
    refused: int = 0  # in no list: Amazon refuses them or has them inactive or incomplete
    excluded: int = 0  # in no list: not on Amazon, and may not be sold
    strangers: int = 0  # in no list: listings without a product
    gone: int = 0  # in no list: listings that have ended or are not seen any more
    warning: str | None = None  # the rules exclude so much at once that it may be a mistake

    @property
    def any_change(self) -> bool:
        """Tell whether the rules change anything."""
        return self.changes.total() > 0 or self.no_longer_new > 0


@dataclass(frozen=True, slots=True)
class Preview:
    """The answer: its rows come as they are decided; once they have been read, the figures are whole."""

    stores: tuple[StorePreview, ...]
    rows: Iterator[PreviewRow]
    read_again: tuple[str, ...] = ()  # attributes for which the export was read again
