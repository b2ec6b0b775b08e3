"""``amzsync report ...``: how the stores stand among others."""

import typer

from amzsync.cli import times
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, limited, reading
from amzsync.cli.options import ConfigOption, LimitOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import say, writing

group = typer.Typer(
    help="Reports on how the stores stand among others.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(group, name="report")


@group.command(cls=Command)
def prices(
    ctx: typer.Context,
    store: StoreOption = None,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Show your landed prices beside the lowest of others and the Buy Box, and whether you hold it.

    Example: amzsync report prices --store us
    """
    from amzsync.render.price_report import PRICE_FIELDS, price_record, price_table
    from amzsync.render.tables import console
    from amzsync.workflows.price_report import prices as gather

    with reading(ctx, config) as (state, settings):
        found = gather(state, settings, store=store, limit=limited(limit, output))
        several = len(settings.chosen(store)) > 1
    if output is not Output.TABLE:
        answer_records(output, PRICE_FIELDS, map(price_record, found.rows))
        return
    if found.rows:
        out = console()
        with writing():
            out.print(
                price_table(found.rows, width=out.width, several_stores=several, now=times.now())
            )
    if found.more:
        say(f"The first {len(found.rows)} listings; --limit 0 shows all.")
    elif not found.rows and not found.compares:
        say("No price rule looks at competitors, so Amazon is not asked what they want.")
    elif not found.rows:
        say("There is no such listing.")
