"""``amzsync import-listings``."""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, means, open_config
from amzsync.cli.options import ConfigOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import answer, answer_data
from amzsync.cli.times import now


@app.command("import-listings", cls=Command)
def import_listings(
    ctx: typer.Context,
    store: StoreOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be found; write nothing.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Import though a guard refuses.")] = False,
    replay: Annotated[
        int | None,
        typer.Option(
            "--replay",
            metavar="RUN",
            help="Take again what Amazon said in that run; ask nothing.",
            show_default=False,
        ),
    ] = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Read the Commerce export and Amazon's listings, match them, and sort every listing into a tab.

    A store that names report files reads these; any other asks Amazon through its account.

    Example: amzsync import-listings --store us --dry-run
    """
    from amzsync.render.imports import COUNT_FIELDS, count_records, summary_lines, summary_record
    from amzsync.render.records import to_json
    from amzsync.results.imports import complaint
    from amzsync.workflows.import_listings import import_listings as run

    gc.disable()  # rows come and go by the million, and none of them is part of a cycle
    settings, note = open_config(ctx, config)
    started = time.monotonic()
    ways = means(settings, store)
    with _progress(asks=ways is not None) as progress:
        result = run(
            settings,
            note,
            now=now(),
            store=store,
            dry_run=dry_run,
            force=force,
            replay=replay,
            means=ways,
            progress=progress,
        )
    seconds = time.monotonic() - started
    if output is Output.TABLE:
        answer(summary_lines(result, now=now(), seconds=seconds))
    elif output is Output.JSON:
        answer_data([to_json(summary_record(result, seconds=seconds))])
    else:
        answer_records(output, COUNT_FIELDS, count_records(result))
    if (trouble := complaint(result)) is not None:
        raise trouble


@contextmanager
def _progress(*, asks: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal; be silent in a pipe and under cron."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from amzsync.render.tables import console

    columns = (
        SpinnerColumn(),
        TextColumn(f"{'Asking Amazon, reading' if asks else 'Reading'} exports and reports"),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    # No thread of its own to redraw it: with one, documents could not be read ahead by child processes.
    made = Progress(*columns, console=console(stderr=True), transient=True, auto_refresh=False)
    with made as bar:
        task = bar.add_task("", total=None)

        def advance(size: int) -> None:
            bar.advance(task, size)
            bar.refresh()

        yield advance
