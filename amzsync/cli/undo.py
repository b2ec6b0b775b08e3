"""``amzsync undo``: take back what a run has sent."""

from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import TABLE_ROWS, means, open_config
from amzsync.cli.options import ConfigOption, Output, OutputOption, StoreOption
from amzsync.cli.push import confirm, show_result
from amzsync.cli.talk import say
from amzsync.cli.times import now

if TYPE_CHECKING:
    from amzsync.config import Config
    from amzsync.workflows.undo import UndoAnswer


@app.command(cls=Command)
def undo(
    ctx: typer.Context,
    run: Annotated[int, typer.Argument(help="The run that is taken back (amzsync runs).")],
    store: StoreOption = None,
    sku: Annotated[
        list[str] | None,
        typer.Option("--sku", help="Only these seller SKUs or SKUs.", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent; send nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.")] = False,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Take back the prices and quantities that a run has sent, where nothing has moved since.

    They are not sent again until something else is wanted.

    Example: amzsync undo 812 --sku KIT-1001
    """
    from amzsync.workflows import senders
    from amzsync.workflows import undo as workflow

    settings, _ = open_config(ctx, config)
    chosen = senders.chosen(settings, store)
    found = _reverse(settings, store, run, tuple(sku or ()))
    _show(found)
    if dry_run or not found.rows:
        return
    confirm(len(found.rows), yes)
    ways = means(settings, None)
    assert ways is not None  # a store that may send asks Amazon
    show_result(workflow.send(settings, chosen, found, ways, now=now()), output)


def _reverse(
    settings: "Config", store: str | None, run: int, skus: tuple[str, ...]
) -> "UndoAnswer":
    from amzsync.workflows import senders
    from amzsync.workflows import undo as workflow
    from amzsync.workflows.planned import planned

    moment, chosen = now(), senders.chosen(settings, store)
    with planned(settings, now=moment) as current:
        return workflow.reverse(current, settings, chosen, run, skus, now=moment)


def _show(found: "UndoAnswer") -> None:
    """Show what is taken back, and what is not, with the reasons."""
    from amzsync.render.plan import row_tables
    from amzsync.render.tables import console

    out = console(stderr=True)
    several = len({row.store for row in found.rows}) > 1
    for part in row_tables(
        found.rows[:TABLE_ROWS], width=out.width, several_stores=several, now=now()
    ):
        out.print(part)
    if len(found.rows) > TABLE_ROWS:
        say(f"The first {TABLE_ROWS} of {len(found.rows):,}.")
    for one in found.left[:TABLE_ROWS]:
        say(f"{one.seller_sku} in store {one.store}: {one.field} stays as it is, for {one.reason}.")
    if len(found.left) > TABLE_ROWS:
        say(f"{len(found.left) - TABLE_ROWS:,} more stay as they are.")
    if not found.rows:
        say(f"Nothing of run {found.run_id} can be taken back.")
