"""One listing or product in full, and lists of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amzsync.core.plan import Kind

if TYPE_CHECKING:  # each command pays for the stores it reads only
    from amzsync.store.browse import Shown
    from amzsync.store.history import ChangeRow


@dataclass(frozen=True, slots=True)
class JudgedIdentifier:
    """An identifier as it was found, and what was made of it."""

    source: str  # the attribute, or the report's column
    raw: str
    kind: str
    verdict: str
    key: str
    words: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something to do about a listing."""

    kind: Kind
    changes: tuple[dict[str, str | None], ...]  # field, seen, wanted; money in decimals
    held: str | None  # what holds it back


@dataclass(frozen=True, slots=True)
class WantedDetail:
    """What a listing should be, decided at this moment, and why; ``None``: it is left as it is."""

    unread: tuple[str, ...] = ()  # attributes that the state does not have yet: nothing can be told
    currency: str = ""
    observed_at: str | None = None  # when Amazon told what it has; None: it is not there
    price: str | None = None
    quantity: int | None = None
    handling_time: int | None = None  # days
    condition: str | None = None
    seller_notes: str | None = None
    price_steps: str = ""
    quantity_steps: str = ""
    overridden: Mapping[str, bool] = field(default_factory=dict)  # field -> whether it still holds
    barred: str | None = None  # why it may not be sold
    doubt: str | None = None  # what is wrong with the price
    in_process: bool = False  # something was sent that Amazon has not answered for
    actions: tuple[ToDo, ...] = ()


@dataclass(frozen=True, slots=True)
class ListingDetail:
    """A listing: its row, what told it, and what was weighed."""

    row: Shown
    told_by: dict[str, Any]  # the document that describes it: kind, path, modified_at
    others: tuple[dict[str, Any], ...]  # what other reports add
    identifiers: tuple[JudgedIdentifier, ...]
    candidates: tuple[dict[str, Any], ...]
    decisions: tuple[dict[str, Any], ...]
    overrides: tuple[dict[str, Any], ...]
    first_seen_at: str
    missing_since: str | None
    opened_at: str | None
    evidence: tuple[dict[str, Any], ...] = ()  # which source told each field, and when
    issues: tuple[dict[str, Any], ...] = ()  # Amazon's
    errors: tuple[dict[str, Any], ...] = ()  # questions about it that Amazon did not answer
    wanted: WantedDetail | None = None  # None: there is no product to go by


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A product: its values, identifiers, and where it stands in stores without a listing."""

    values: dict[str, Any]
    told_by: dict[str, Any]
    identifiers: tuple[JudgedIdentifier, ...]
    views: tuple[dict[str, Any], ...]
    stock: tuple[dict[str, Any], ...]
    unlisted: tuple[Shown, ...]
    pages: tuple[dict[str, Any], ...] = ()  # of Amazon's catalogue, that carry its identifiers
    wanted: tuple[WantedDetail | None, ...] = ()  # of each of unlisted


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is known under one name."""

    name: str
    listings: tuple[ListingDetail, ...]
    product: ProductDetail | None
    history: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Changes, newest first; ``more`` tells that a limit cut the list."""

    rows: tuple[ChangeRow, ...]
    more: bool
