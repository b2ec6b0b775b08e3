"""How the product export of Commerce is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from amzsync import documents
from amzsync.commerce import product_export
from amzsync.commerce.additional_attributes import detect_enclosed
from amzsync.commerce.cell_values import DateOrder
from amzsync.config import Commerce
from amzsync.core.keys import product_keys
from amzsync.core.mapping import Mapping
from amzsync.core.model import ProductRow
from amzsync.documents import Document
from amzsync.records import Walk
from amzsync.workflows.commerce_format import CommerceFormat
from amzsync.workflows.formats import Parser

_IDENTIFIERS = ProductRow._fields.index("identifiers")
SAMPLE = 500  # rows that tell whether the export was made with "Fields enclosure"


class ExportFormat(CommerceFormat):
    """How the product export is written."""

    kind = "products"
    ragged = False

    def __init__(
        self, document: Document, commerce: Commerce, mapping: Mapping, kept: Sequence[str]
    ) -> None:
        super().__init__(document, commerce)
        self.mapping = mapping
        self.kept = kept

    @property
    def settings(self) -> str:
        """Return all that decides how rows are read."""
        mapping = self.mapping
        return repr(
            (
                mapping.attributes,
                mapping.seller_sku,
                mapping.condition,
                mapping.order,
                self.commerce.date_order,
                tuple(self.kept),
            )
        )

    def parser(self, header: list[str]) -> Parser:
        """Return the parser for a document with this heading."""
        layout = product_export.recognise(header, file_name=self.document.name)
        return product_export.row_parser(
            layout,
            attributes=self.mapping.wanted,
            kept=self.kept,
            condition=self.mapping.condition,
            enclosed=self._is_enclosed(layout),
            dates=DateOrder(self.commerce.date_order),
        )

    def extra(self) -> Callable[[Any], Any] | None:
        """Return the function that gives a product's keys."""
        keys = product_keys(self.mapping)
        return lambda row: [tuple(key) for key in keys(row[0], row[_IDENTIFIERS])]

    def _is_enclosed(self, layout: product_export.ExportLayout) -> bool:
        if "additional_attributes" not in layout.columns:
            return False
        place = layout.columns.index("additional_attributes")
        return detect_enclosed(row[place] for row in self.head(SAMPLE)[1] if len(row) > place)

    def head(self, rows: int) -> tuple[list[str], list[list[str]]]:
        """Return the heading and the first *rows* rows, decoded well enough to be looked at."""
        with documents.opened(self.document.path) as stream:
            walk = Walk(
                stream,
                encoding="latin-1",
                delimiter=self.delimiter,
                quoted=True,
                repair=self.repair,
                ragged=True,
                name=self.document.name,
            )
            header, _ = walk.header()
            return header, [
                record.cells or [] for record, _ in zip(walk, range(rows), strict=False)
            ]
