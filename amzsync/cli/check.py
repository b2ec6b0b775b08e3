"""``amzsync check``."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli import times
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records
from amzsync.cli.options import ConfigOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import say, writing

if TYPE_CHECKING:
    from amzsync.results.checks import Finding


@app.command(cls=Command)
def check(
    ctx: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Look at this machine only; do not ask Amazon.")
    ] = False,
    store: StoreOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Check everything that a run needs: configuration, files, state, credentials, roles, age of reports.

    Each line begins with ok, warn or fail; exits with 1 where anything fails.

    Example: amzsync check --offline
    """
    from amzsync.render.checks import FIELDS, finding_record
    from amzsync.results.checks import Level
    from amzsync.workflows.check import check as look

    found = look(
        config or ctx.find_root().params.get("config_path"),
        start=Path.cwd(),
        environ=os.environ,
        clock=times.SystemClock(),
        offline=offline,
        store=store,
    )
    if output is Output.TABLE:
        _lines(found)
    else:
        answer_records(output, FIELDS, map(finding_record, found))
    if any(one.level is Level.FAIL for one in found):
        raise typer.Exit(1)


def _lines(found: "list[Finding]") -> None:
    from amzsync.render.checks import finding_lines
    from amzsync.render.tables import console
    from amzsync.results.checks import Level

    out = console()
    with writing():
        for line in finding_lines(found, width=out.width if out.is_terminal else None):
            out.print(line, soft_wrap=True)
    warned = sum(one.level is Level.WARN for one in found)
    failed = sum(one.level is Level.FAIL for one in found)
    say(f"{len(found)} checks: {failed} failed, {warned} warned of.")
