"""``amzsync sync``: everything that cron has to do."""

import gc
import sys
from typing import TYPE_CHECKING

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, means, open_config
from amzsync.cli.options import ConfigOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import answer, answer_data, is_verbose
from amzsync.cli.times import now
from amzsync.errors import AmzsyncError, StoreBusy, UnsafeInput

if TYPE_CHECKING:
    from amzsync.config import Config
    from amzsync.results.sync import SyncResult

LONG = 900.0  # seconds after which another run that is still at work is worth a word


@app.command(cls=Command)
def sync(
    ctx: typer.Context,
    store: StoreOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Pull from Commerce and Amazon, plan, send, and look at what shows; made for cron.

    It says nothing while all is well; what it has to say, it says once, and again after a day.

    Example: amzsync sync --config /srv/shop/amzsync.toml
    """
    from amzsync.workflows.sync import sync as run

    gc.disable()  # rows come and go by the million, and none of them is part of a cycle
    settings, note = open_config(ctx, config)
    moment = now()
    try:
        result = run(settings, note, means=means(settings, store), now=moment, store=store)
    except StoreBusy as error:
        _pass_by(error, moment)
    _show(result, output)
    _complain(settings, result, moment)


def _show(result: "SyncResult", output: Output) -> None:
    """Show what was done to whoever looks on, and to a program that asks for it."""
    from amzsync.render.push import CSV_FIELDS, store_records
    from amzsync.render.records import to_json
    from amzsync.render.sync import result_lines, result_record

    if output is Output.JSON:
        answer_data([to_json(result_record(result))])
    elif output is Output.CSV:
        sent = [] if result.pushed is None else store_records(result.pushed)
        answer_records(output, CSV_FIELDS, sent)
    elif sys.stdout.isatty() or is_verbose():
        answer(result_lines(result))


def _pass_by(error: StoreBusy, moment: str) -> None:
    """Leave quietly where the run before this one is still at work, unless that takes too long."""
    from amzsync.clock import seconds_of

    if sys.stderr.isatty() or error.since is None:
        raise error
    if seconds_of(moment) - seconds_of(error.since) > LONG:
        raise error
    raise typer.Exit(StoreBusy.exit_code)


def _complain(settings: "Config", result: "SyncResult", moment: str) -> None:
    """Raise what the user must be told; what was told today already only decides the exit code."""
    from amzsync.render.plan import held_lines
    from amzsync.results.sync import gist
    from amzsync.workflows.sync import is_news

    found: list[AmzsyncError] = result.complaints()
    if result.is_held:
        told = "\n".join(f"  - {line}" for line in held_lines(result.plans, result.examples))
        found.append(UnsafeInput(f"Some of the plan is held back; amzsync plan shows it.\n{told}"))
    try:
        news = is_news(settings, gist(found), moment)
    except StoreBusy:
        news = True  # the next run has begun: better said twice than never
    if not found:
        return
    if not news and not sys.stderr.isatty():
        raise typer.Exit(found[0].exit_code)
    for error in found[1:]:
        from amzsync.cli.talk import ask

        for line in f"amzsync: {error}".split("\n"):
            ask(line)
    raise found[0]
