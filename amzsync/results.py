"""What the workflows find, as values: the only thing that workflows and render share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amzsync.store.browse import Shown, SourceAge
from amzsync.store.history import ChangeRow
from amzsync.store.runs import Source


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a document came to."""

    source: Source
    changed: bool
    first: bool  # no document of this kind was read before


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What the import found for one store."""

    name: str
    tabs: dict[str, int]
    before: dict[str, int]  # the counts of the run before; empty on the first
    matches: dict[str, int]
    documents: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What the import found."""

    run_id: int
    dry_run: bool
    products: int
    documents: tuple[Reading, ...]  # of Commerce
    stores: tuple[StoreResult, ...]
    changes: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The counts of all tabs, and how old the data behind them is."""

    counts: dict[str, dict[str, int]]  # store -> tab -> rows
    overridden: dict[str, int]
    sources: tuple[SourceAge, ...]
    rejected: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows asked for; ``total`` counts them without the limit, where that is known."""

    rows: tuple[Shown, ...]
    total: int | None
    as_of: str | None = None  # when the run was that the rows are of


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


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A product: its values, identifiers, and where it stands in stores without a listing."""

    values: dict[str, Any]
    told_by: dict[str, Any]
    identifiers: tuple[JudgedIdentifier, ...]
    views: tuple[dict[str, Any], ...]
    stock: tuple[dict[str, Any], ...]
    unlisted: tuple[Shown, ...]


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
