"""Overrides that are there, and what a command about them would change or has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from amzsync.core.overrides import Field
from amzsync.core.tabs import Tab


@dataclass(frozen=True, slots=True)
class Listings:
    """Which listings a command is about: those named, or all that a filter selects."""

    seller_skus: tuple[str, ...] = ()
    store: str | None = None
    tab: Tab | None = None
    search: str = ""
    sku: str = ""
    overridden: bool = False
    changed_since: str | None = None  # UTC text, or "last-run"

    @property
    def filtered(self) -> bool:
        """Tell whether a filter selects them."""
        return bool(
            self.tab or self.search or self.sku or self.overridden or self.changed_since is not None
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of their overrides: *texts*, as the user wrote them; ``None`` takes one back."""

    texts: dict[Field, str | None]
    expires_at: str | None = None  # UTC text


class OverrideChange(NamedTuple):
    """One field of one listing: what is to be, or was, overridden, and by what."""

    store: str
    seller_sku: str
    field: str  # a core.overrides.Field value
    old: str | None
    new: str | None  # None: taken back
    old_expires_at: str | None
    expires_at: str | None
    regional: bool  # reached through a listing of another store, with which Amazon shares the value


class LeftOut(NamedTuple):
    """Listings that a filter selects and that cannot be overridden."""

    reason: str  # the end of a sentence that begins with their number
    listings: int


class Proposal(NamedTuple):
    """What a command would change; nothing is written yet."""

    changes: tuple[OverrideChange, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[str, ...]
    selected: int  # listings, without those that are left out or only reached through the region


class OverrideRow(NamedTuple):
    """The overrides of one listing; the columns are those of the Sales Channel's Overrides tab."""

    store: str
    tab: str
    seller_sku: str
    asin: str | None
    sku: str | None
    title: str | None
    condition: str | None
    seller_notes: str | None
    handling_time: int | None  # days
    price: str | None
    currency: str
    expires: dict[str, str]  # by field: UTC text
    expired: tuple[str, ...]  # fields whose override has run out
