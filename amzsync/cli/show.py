"""``amzsync show``."""

from typing import Annotated

import typer

from amzsync.cli import times
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import reading
from amzsync.cli.options import ConfigOption, Output, OutputOption
from amzsync.cli.talk import answer, answer_data


def _complete(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer SKUs of the state file to the shell."""
    from amzsync.store.browse import names_after

    try:
        with reading(ctx, None) as (state, _):
            return names_after(state.db, incomplete)
    except Exception:  # noqa: BLE001 - completion must never disturb the command line
        return []


@app.command(cls=Command)
def show(
    ctx: typer.Context,
    sku: Annotated[
        str, typer.Argument(help="A seller SKU or a product's SKU.", autocompletion=_complete)
    ],
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Show everything known of one listing or product: where it stands, why, and what to do.

    Example: amzsync show KIT-1037
    """
    from amzsync.render.records import csv_lines, to_json
    from amzsync.render.show import HANG, detail_lines, detail_record, fact_records
    from amzsync.workflows.show import show as gather

    with reading(ctx, config) as (state, settings):
        now = times.now()
        found = gather(state, settings, sku, now)
    if output is Output.TABLE:
        answer(detail_lines(found, now=now), hang=HANG)
    elif output is Output.JSON:
        answer_data([to_json(detail_record(found))])
    else:
        answer_data(csv_lines(("subject", "field", "value"), fact_records(found)))
