"""Stock by source: the optional second export of Commerce, which then gives the stock."""

from __future__ import annotations

from amzsync.commerce import stock_sources
from amzsync.core import guards
from amzsync.core.model import StockRow
from amzsync.core.money import quantity_text
from amzsync.store import changes as history
from amzsync.store import matching, products
from amzsync.store.changes import Change
from amzsync.store.runs import COMMERCE
from amzsync.workflows.commerce_format import CommerceFormat
from amzsync.workflows.formats import Batch, Parser
from amzsync.workflows.refusals import refuse
from amzsync.workflows.sorting import Run


class StockFormat(CommerceFormat):
    """How the stock-sources export is written."""

    kind = "stock"
    ragged = True  # the parser says how many cells a row has too many or too few

    @property
    def settings(self) -> str:
        """Return all that decides how rows are read and, so that another choice counts at once, added up."""
        return repr(self.commerce.stock_sources)

    def parser(self, header: list[str]) -> Parser:
        """Return the parser for a document with this heading."""
        return stock_sources.row_parser(
            stock_sources.recognise(header, file_name=self.document.name)
        )


class StockIntake:
    """Take the rows of the stock-sources export into the state."""

    def __init__(self, run: Run, *, reparse: bool) -> None:
        self._run = run
        self._reparse = reparse
        self._before = products.count_stock(run.db)
        self.replaced: list[tuple[int, str, int]] = []

    def take(self, batch: Batch) -> None:
        """Take changed rows."""
        rows = [StockRow._make(row) for row in batch.rows]
        known = products.existing_stock(self._run.db, [row.sku for row in rows])
        changed: list[tuple[StockRow, int]] = []
        for row, digest, line in zip(rows, batch.digests, batch.lines, strict=True):
            old = known.get((row.sku, row.source))
            if old is not None and old != digest:
                self.replaced.append((old, f"{row.sku} in source {row.source}", line))
            if old != digest or self._reparse:
                changed.append((row, digest))
                known[row.sku, row.source] = digest
        products.put_stock(self._run.db, changed)

    def close(self, gone: set[int]) -> None:
        """Forget the rows that are gone, unless they are too many."""
        lost = products.forget_stock(self._run.db, gone)
        refusal = guards.vanished(
            self._run.config.limits, "stock rows", before=self._before, gone=len(lost)
        )
        if not self._run.force:
            refuse(refusal, "stock-sources export")

    def stored(self) -> int:
        """Return how many different rows the export has in the state."""
        return products.count_stock(self._run.db)


def add_up(run: Run) -> None:
    """Add up the chosen sources' stock for each product; touch and note what differs."""
    noted = [
        (product_id, sku, old, new)
        for product_id, sku, old, new in products.stock_differences(
            run.db, run.config.commerce.stock_sources
        )
    ]
    products.put_sums(run.db, [(new, product_id) for product_id, _, _, new in noted])
    matching.touch_products(run.db, [found[0] for found in noted])
    history.record(
        run.db,
        run.run_id,
        [
            Change(COMMERCE, "product", sku, "source_quantity", _quantity(old), _quantity(new), 1)
            for _, sku, old, new in noted
            if old is not None
        ],
    )


def _quantity(e4: int | None) -> str | None:
    return None if e4 is None else quantity_text(e4)
