"""``amzsync log``: what was sent, seen and not answered."""

from itertools import islice
from typing import Annotated

import typer

from amzsync.cli import times
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, limited, reading
from amzsync.cli.options import ConfigOption, LimitOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import answer, say


@app.command(cls=Command)
def log(
    ctx: typer.Context,
    errors: Annotated[bool, typer.Option("--errors", help="Only what went wrong.")] = False,
    sku: Annotated[
        list[str] | None,
        typer.Option("--sku", help="Only these seller SKUs or SKUs.", show_default=False),
    ] = None,
    since: Annotated[
        str,
        typer.Option("--since", help=f"Only since: {times.HELP}, last-run.", show_default=False),
    ] = "",
    run: Annotated[
        int | None, typer.Option("--run", help="Only of this run.", show_default=False)
    ] = None,
    store: StoreOption = None,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List what was sent to Amazon, what was seen to change there, and what it did not answer, newest first.

    Example: amzsync log --errors --since 24h
    """
    from amzsync.render.log import LOG_FIELDS, flat_record, log_lines, log_record
    from amzsync.workflows.log import lines

    moment, wanted = times.since(since) if since else None, limited(limit, output)
    with reading(ctx, config) as (state, settings):
        found = lines(
            state, settings, skus=tuple(sku or ()), store=store, since=moment, run_id=run, errors=errors,
            limit=None if wanted is None else wanted + 1,
        )  # fmt: skip
        if output is not Output.TABLE:
            record = log_record if output is Output.JSON else flat_record
            answer_records(output, LOG_FIELDS, map(record, islice(found, wanted)))
            return
        rows = list(found)
    answer(log_lines(rows[:wanted]))
    if not rows:
        say("There is nothing of that in the log.")
    elif wanted is not None and len(rows) > wanted:
        say(f"The newest {wanted}; --limit 0 shows all.")
