"""What a run has from Amazon for a store, before any of it is believed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from amzsync.archive import Archive
from amzsync.config import Config
from amzsync.store.archived import Kept

if TYPE_CHECKING:  # a run that only reads files does without what asking takes
    from amzsync.amazon.calls import Failure

ANSWERS = "answers"  # the kind under which the answers of a run are kept

CHANGES, STOCK = (
    "searchListingsItems",
    "getInventorySummaries",
)  # they tell what changed since a moment
CATALOGUE = "searchCatalogItems"
OVERLAP = 600.0  # seconds that are asked for again: a change may be told of a little late


def mark_of(operation: str, store: str) -> str:
    """Return the key of the note until when the changes of *store* are known that *operation* tells."""
    return f"{operation}:{store}"


class Received(NamedTuple):
    """A report that is here."""

    kind: str  # a ReportKind value
    digest: str  # of the unpacked bytes
    size: int  # of the unpacked bytes
    charset: str | None  # as Amazon named it
    created_at: str  # when Amazon was asked for it: what it tells is as old as that
    report_no: int | None = None  # in the journal


class Line(NamedTuple):
    """An answer that is kept as it came."""

    operation: str
    asked_at: str
    asked: tuple[
        str, ...
    ]  # seller SKUs, identifiers or ASINs that were asked for, if any were named
    text: str


@dataclass(slots=True)
class Gathered:
    """All of one store."""

    reports: list[Received] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)  # that are not in the state yet
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # sentences for the summary
    calls: Counter[str] = field(default_factory=Counter)  # by operation
    marks: dict[str, str] = field(
        default_factory=dict
    )  # until when the changes are known, by operation
    kept: list[Kept] = field(default_factory=list)  # what can be replayed


def packed(lines: Iterable[Line]) -> bytes:
    """Return *lines* as they are kept: one JSON array a line."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def unpacked(content: Iterable[bytes]) -> Iterator[Line]:
    """Yield the lines of a document that ``packed`` made."""
    for text in content:
        operation, asked_at, asked, body = json.loads(text)
        yield Line(operation, asked_at, tuple(asked), body)


@dataclass(frozen=True, slots=True)
class Given:
    """What an import works on."""

    config: Config
    names: list[str]  # of the stores
    now: str
    force: bool
    archive: Archive
    checked: str
    run_id: int | None = None  # of a run that was opened before it asked Amazon
    gathered: Mapping[str, Gathered] = field(default_factory=dict)  # by store
    replayed: Mapping[str, Gathered] | None = None  # by store, from the archive
    dry_run: bool = False  # nothing is to be written, to the archive neither
