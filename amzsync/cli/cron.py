"""``amzsync cron ...``: have cron run the sync."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, open_config
from amzsync.cli.options import ConfigOption, Output, OutputOption
from amzsync.cli.talk import answer, answer_data, say
from amzsync.cli.times import now
from amzsync.core.crontab_lines import INTERVALS
from amzsync.errors import UsageError

if TYPE_CHECKING:
    from amzsync.crontab import Crontab

group = typer.Typer(
    help="Have cron run the sync: edit your crontab.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(group, name="cron")


@group.command(cls=Command)
def install(
    ctx: typer.Context,
    every: Annotated[
        int, typer.Option("--every", metavar="MINUTES", help="Minutes between two runs.")
    ] = 5,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            help="Append what is said to this file (default: cron mails it).",
            show_default=False,
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Install though it would not work under cron as it is.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Have cron run the sync every five minutes: one entry in your crontab for each configuration file.

    Every other line of the crontab stays as it is; an entry that is there already is brought up to date.

    Example: amzsync cron install --every 10
    """
    from amzsync.render.cron import installed_lines
    from amzsync.workflows import cron

    if every not in INTERVALS:
        raise UsageError(
            f"Cron cannot run it every {every} minutes all through the hour.",
            next_step=f"Choose one of {', '.join(map(str, INTERVALS))}.",
        )
    settings, _ = open_config(ctx, config)
    done = cron.install(
        _crontab(),
        settings,
        python=str(Path(sys.executable).absolute()),  # not resolved: a link leads to its venv
        every=every,
        log=log and Path(os.path.abspath(log.expanduser())),  # noqa: PTH100 - without .. in it
        anyway=anyway,
        dry_run=dry_run,
    )
    answer(installed_lines(done, dry_run=dry_run))
    for remark in done.remarks:
        say(remark)


@group.command(cls=Command)
def show(
    ctx: typer.Context,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Show the entry in your crontab, when it runs next, and when the sync last ran.

    Example: amzsync cron show --output json
    """
    from amzsync.render.cron import CRON_FIELDS, view_lines, view_record
    from amzsync.render.records import to_json
    from amzsync.workflows import cron

    settings, _ = open_config(ctx, config)
    moment = now()
    view = cron.view(_crontab(), settings, datetime.fromisoformat(moment).astimezone())
    if output is Output.TABLE:
        answer(view_lines(view, moment), hang=15)
    elif output is Output.JSON:
        answer_data([to_json(view_record(view))])
    else:
        answer_records(output, CRON_FIELDS, [view_record(view)])


@group.command(cls=Command)
def remove(
    ctx: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="The entries of all configuration files.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Take the entry of this configuration file out of your crontab; nothing else in it changes.

    The file itself need not be there any more, where it is named.

    Example: amzsync cron remove --all
    """
    from amzsync.workflows import cron

    path = None if everything else _path(config or ctx.find_root().params.get("config_path"))
    removed = cron.remove(_crontab(), path)
    for one in removed:
        say(f"The entry of {one} is removed from your crontab.")
    if not removed:
        say(f"Your crontab has no entry of {'amzsync' if path is None else path}.")


def _path(given: Path | None) -> str:
    """Return the absolute path of the configuration; one that is named may be gone, or be broken."""
    from amzsync.config import find

    if given is not None:
        return str(given.resolve())
    return str(find(None, start=Path.cwd()))


def _crontab() -> "Crontab":
    from amzsync.crontab import find

    return find(os.environ)
