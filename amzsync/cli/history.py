"""``amzsync changes``, ``rejects``, ``errors`` and ``runs``."""

from typing import Annotated

import typer

from amzsync.cli import times
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, limited, reading
from amzsync.cli.options import ConfigOption, LimitOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import answer, say

CHANGE_FIELDS = (
    "at",
    "run_id",
    "store",
    "subject",
    "seller_sku",
    "sku",
    "field",
    "old",
    "new",
    "valid_from",
)
ERROR_FIELDS = (
    "at",
    "run_id",
    "store",
    "account",
    "operation",
    "kind",
    "status",
    "code",
    "message",
    "request_id",
    "seller_sku",
)


@app.command(cls=Command)
def changes(
    ctx: typer.Context,
    since: Annotated[
        str,
        typer.Option(
            "--since", help=f"Only changes since: {times.HELP}, last-run.", show_default=False
        ),
    ] = "",
    sku: Annotated[str, typer.Option("--sku", help="Only this seller SKU or SKU.")] = "",
    store: StoreOption = None,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List what changed from import to import, newest first.

    Example: amzsync changes --since 24h --sku KIT-1001
    """
    from amzsync.render.show import change_record, change_words
    from amzsync.workflows.history import changes as gather

    with reading(ctx, config) as (state, settings):
        found = gather(
            state,
            settings,
            since=times.since(since) if since else None,
            sku=sku,
            store=store,
            limit=limited(limit, output),
        )
    if output is not Output.TABLE:
        answer_records(output, CHANGE_FIELDS, map(change_record, found.rows))
        return
    answer(change_words(change) for change in found.rows)
    _rest(len(found.rows), found.more, "changes")


@app.command(cls=Command)
def rejects(
    ctx: typer.Context,
    store: StoreOption = None,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help="Exit with 1 if there is any.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """List the rows of exports and reports that could not be read, with file, line and reason.

    Example: amzsync rejects --output csv
    """
    from amzsync.render.lists import reject_lines
    from amzsync.store import ledger

    with reading(ctx, config) as (state, settings):
        name = (
            None
            if store is None
            else "commerce"
            if store == "commerce"
            else settings.chosen(store)[0].name
        )
        total = ledger.count_rejects(state.db, name)
        found = ledger.rejects(state.db, name, limited(limit, output))
    if output is Output.TABLE:
        answer(reject_lines(found))
        _rest(len(found), len(found) < total, "rejected rows")
    else:
        answer_records(output, ledger.Reject._fields, (one._asdict() for one in found))
    if fail_if_any and total:
        raise typer.Exit(1)


@app.command(cls=Command)
def errors(
    ctx: typer.Context,
    store: StoreOption = None,
    since: Annotated[
        str,
        typer.Option(
            "--since", help=f"Only errors since: {times.HELP}, last-run.", show_default=False
        ),
    ] = "",
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the communication errors: what Amazon was asked and did not answer, newest first.

    Example: amzsync errors --since 24h
    """
    from amzsync.render.lists import error_lines
    from amzsync.workflows.history import communication_errors

    wanted = limited(limit, output)
    with reading(ctx, config) as (state, settings):
        found = communication_errors(
            state,
            settings,
            since=times.since(since) if since else None,
            store=store,
            limit=None if wanted is None else wanted + 1,
        )
    shown = found if wanted is None else found[:wanted]
    if output is Output.TABLE:
        answer(error_lines(shown))
        _rest(len(shown), len(shown) < len(found), "communication errors")
    else:
        answer_records(output, ERROR_FIELDS, (one._asdict() for one in shown))


@app.command(cls=Command)
def runs(
    ctx: typer.Context,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the runs, newest first: what ran when, what came of it, and how much changed.

    Example: amzsync runs --limit 5
    """
    from amzsync.render.lists import run_lines
    from amzsync.store import ledger

    wanted = limited(limit, output)
    with reading(ctx, config) as (state, _):
        found = ledger.runs(state.db, None if wanted is None else wanted + 1)
    shown = found if wanted is None else found[:wanted]
    if output is Output.TABLE:
        answer(run_lines(shown))
        _rest(len(shown), len(shown) < len(found), "runs")
    else:
        answer_records(output, ledger.RunRow._fields, (one._asdict() for one in shown))


def _rest(shown: int, more: bool, what: str) -> None:
    if more:
        say(f"The first {shown} {what}; --limit 0 shows all.")
    elif not shown:
        say(f"There are no {what}.")
