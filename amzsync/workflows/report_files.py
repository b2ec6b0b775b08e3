"""Which report files a store has, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from amzsync import documents
from amzsync.amazon.headings import Layout, recognise
from amzsync.amazon.listings_report import row_parser
from amzsync.amazon.origin import Seen
from amzsync.archive import Archive
from amzsync.commerce.csv_records import repair
from amzsync.config import Store
from amzsync.core.keys import gtin_of
from amzsync.core.model import ReportKind
from amzsync.documents import Document
from amzsync.errors import ConfigError, InputError
from amzsync.records import Repair
from amzsync.store import runs
from amzsync.workflows.formats import Parser
from amzsync.workflows.gathered import Received
from amzsync.workflows.sorting import Place, Run


@dataclass(slots=True)
class ReportFormat:
    """How a listings report is written; that is looked at only where the report has to be read."""

    document: Document
    store: Store
    kind: str
    known: Layout | None = None
    origin: Seen = field(default_factory=Seen)
    ragged: bool = True
    charset: str | None = None  # what Amazon said that it is written in
    sparse: bool = False

    @property
    def layout(self) -> Layout:
        """Return its layout; raises ``InputError`` where it is another report than it should be."""
        if self.known is None:
            line = documents.first_line(self.document.path, self.encodings)
            found = recognise(line, file_name=self.document.name)
            if found.kind.value != self.kind:
                raise InputError(
                    f"The {self.document.name} is a report of another kind ({found.kind.value}).",
                    next_step="A later run asks Amazon for a new one.",
                )
            self.known = found
        return self.known

    @property
    def repair(self) -> Repair | None:
        """Return what reads a record with broken quotes, where the report knows quotes."""
        return partial(repair, delimiter=self.delimiter) if self.quoted else None

    @property
    def delimiter(self) -> str:
        """Return what stands between two cells."""
        return self.layout.delimiter

    @property
    def quoted(self) -> bool:
        """Tell whether cells may be quoted: never in Amazon's own tab-separated reports."""
        return self.layout.delimiter != "\t"

    @property
    def encodings(self) -> tuple[str, ...]:
        """Return the encodings to fall back on where the report is not UTF-8."""
        named = () if self.charset is None or self.store.encoding else (self.charset,)
        if self.charset == "cp932" and self.store.marketplace.code != "JP":
            named = ()  # nearly any bytes are something in Japanese: of another store that is not believed
        return tuple(dict.fromkeys((*named, *fallbacks(self.store))))

    @property
    def settings(self) -> str:
        """Return all that decides how rows are read."""
        return f"{self.store.marketplace.code}|{self.kind}"

    def parser(self, header: list[str]) -> Parser:
        """Return the parser for a document with this heading."""
        del header  # the layout was recognised when the file was found
        self.origin = Seen()
        return row_parser(self.layout, self.store.marketplace, self.origin)

    def extra(self) -> Callable[[Any], Any] | None:
        """Return the function that gives the GTIN that a listing names."""
        return lambda row: gtin_of(row[1], row[8])

    def seen(self) -> Any:  # noqa: ANN401
        """Return what the rows betrayed of their marketplace."""
        return self.origin.channels, self.origin.zones, self.origin.decimals

    def learn(self, seen: list[Any]) -> None:
        """Take over what the rows betrayed in the processes that read them."""
        self.origin = Seen()
        for channels, zones, decimals in seen:
            for words, told in ((self.origin.channels, channels), (self.origin.zones, zones)):
                for word, number in told.items():
                    words[word] = words.get(word, 0) + number
            self.origin.decimals += decimals


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of a store: the newest of each kind, the all-listings report last."""

    forms: list[ReportFormat]
    passed_over: list[str]  # files named one by one that are older than another of their kind
    standing: frozenset[str] = frozenset()  # kinds that hold though their documents are gone


def find(run: Run, place: Place) -> Reports:
    """Look for the reports that the store names."""
    store = place.store
    if not store.listings:
        raise ConfigError(
            f"Store {store.name} names no listings file and no account.",
            next_step=f'Add listings = "reports/all-listings.txt" under [stores.{store.name}], or an '
            "account that asks Amazon (see [accounts] in the README).",
        )
    paths: dict[Path, None] = {}
    for pattern in store.listings:
        paths |= dict.fromkeys(documents.matching(pattern, run.config.folder))
    newest: dict[ReportKind, Path] = {}
    layouts: dict[Path, Layout] = {}
    for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name)):
        line = documents.first_line(path, fallbacks(store))
        layouts[path] = recognise(line, file_name=path.name)
        newest[layouts[path].kind] = path
    kinds = sorted(newest, key=lambda kind: kind is ReportKind.ALL)
    named = {run.config.folder / pattern for pattern in store.listings}
    return Reports(
        [
            ReportFormat(documents.look(newest[kind]), store, kind.value, layouts[newest[kind]])
            for kind in kinds
        ],
        sorted(path.name for path in named & layouts.keys() - set(newest.values())),
    )


def received(run: Run, place: Place, here: Sequence[Received], archive: Archive) -> Reports:
    """Return the reports that Amazon sent, from the archive.

    One that has been read and is no longer in the archive *stands*: what it told is in the state.
    """
    forms = []
    for one in here:
        title = f"{one.kind} report of {one.created_at}"
        document = Document(
            archive.path_of(one.digest), one.digest, one.size, one.created_at, title
        )
        forms.append(
            ReportFormat(
                document,
                place.store,
                one.kind,
                charset=one.charset,
                sparse=one.kind != ReportKind.ALL,
            )
        )
    gone = {
        form.kind
        for form in forms
        if not archive.has(form.document.digest) and _is_read(run, place, form)
    }
    left = [form for form in forms if form.kind not in gone]
    ordered = sorted(left, key=lambda form: form.kind == ReportKind.ALL)
    return Reports(ordered, [], frozenset(gone))


def _is_read(run: Run, place: Place, form: ReportFormat) -> bool:
    last = runs.source(run.db, place.store_id, form.kind)
    return last is not None and last.digest == form.document.digest


def fallbacks(store: Store) -> tuple[str, ...]:
    """Return the encodings that the store's reports may have besides UTF-8, the likeliest first."""
    if store.encoding:
        return (store.encoding,)
    if store.marketplace.code == "JP":
        return ("cp932", "cp1252", "latin-1")
    return ("cp1252", "latin-1")
