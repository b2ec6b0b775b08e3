"""Bring the products up to date with the Commerce export, and their stock with the stock-sources export."""

from __future__ import annotations

from collections.abc import Callable

from amzsync import documents
from amzsync.config.wanted import wanted_attributes
from amzsync.results.imports import Reading
from amzsync.store.runs import COMMERCE
from amzsync.workflows import stock
from amzsync.workflows.export_format import ExportFormat
from amzsync.workflows.product_intake import ProductIntake
from amzsync.workflows.reading import read
from amzsync.workflows.sorting import Run
from amzsync.workflows.stock import StockFormat, StockIntake


def bring_up_to_date(run: Run, progress: Callable[[int], None]) -> list[Reading]:
    """Read the Commerce documents that changed; touch the products that differ."""
    commerce, folder, mapping = run.config.commerce, run.config.folder, run.config.mapping
    export = documents.look(documents.newest(commerce.products, folder))
    outcomes = [
        read(
            run.db,
            run.run_id,
            COMMERCE,
            export,
            ExportFormat(export, commerce, mapping, wanted_attributes(run.config)),
            lambda first, reparse: ProductIntake(run, first=first, reparse=reparse),
            progress,
            limits=run.limits,
        )
    ]
    if commerce.stock is not None:
        sources = documents.look(documents.newest(commerce.stock, folder))
        outcomes.append(
            read(
                run.db,
                run.run_id,
                COMMERCE,
                sources,
                StockFormat(sources, commerce),
                lambda _first, reparse: StockIntake(run, reparse=reparse),
                progress,
                limits=run.limits,
            )
        )
        if any(outcome.changed for outcome in outcomes):
            stock.add_up(run)
    return outcomes
