"""What an import found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # each command pays for the stores it reads only
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
    passed_over: tuple[str, ...] = ()  # report files that a newer one of their kind made needless


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What the import found."""

    run_id: int
    dry_run: bool
    products: int
    documents: tuple[Reading, ...]  # of Commerce
    stores: tuple[StoreResult, ...]
    changes: int
