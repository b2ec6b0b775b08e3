"""What the exports of Commerce have in common: CSV, of which the delimiter is found out."""

from __future__ import annotations

from functools import partial

from amzsync import documents
from amzsync.commerce.csv_records import repair, sniff_delimiter
from amzsync.config import Commerce
from amzsync.documents import Document
from amzsync.records import Repair
from amzsync.workflows.formats import Unmarked


class CommerceFormat(Unmarked):
    """How an export of Commerce is written."""

    quoted = True

    def __init__(self, document: Document, commerce: Commerce) -> None:
        self.document = document
        self.commerce = commerce
        self.delimiter = sniff_delimiter(documents.first_line(document.path, self.encodings))
        self.repair: Repair | None = partial(repair, delimiter=self.delimiter)

    @property
    def encodings(self) -> tuple[str, ...]:
        """Return the encodings to fall back on."""
        return (self.commerce.encoding,) if self.commerce.encoding else ()
