"""``amzsync status``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli import times
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, limited, reading
from amzsync.cli.options import (
    ConfigOption,
    LimitOption,
    Output,
    OutputOption,
    StoreOption,
    TabChoice,
)
from amzsync.cli.talk import answer, answer_data, say, writing
from amzsync.core.tabs import Tab
from amzsync.errors import UsageError

if TYPE_CHECKING:
    from amzsync.results.tabs import Answer
    from amzsync.workflows.status import Question


@app.command(cls=Command)
def status(
    ctx: typer.Context,
    tab: Annotated[
        TabChoice | None,
        typer.Option("--tab", "-t", help="The rows of this tab.", case_sensitive=False),
    ] = None,
    store: StoreOption = None,
    search: Annotated[
        str,
        typer.Option("--search", help="Only rows with this text in SKU, ASIN, title or reason."),
    ] = "",
    sku: Annotated[str, typer.Option("--sku", help="Only this seller SKU or SKU.")] = "",
    overrides: Annotated[
        bool, typer.Option("--overrides", help="Only listings that have overrides.")
    ] = False,
    changed_since: Annotated[
        str | None,
        typer.Option(
            "--changed-since",
            help=f"Only what changed since: {times.HELP}, last-run.",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help=f"As it was then: {times.HELP}.", show_default=False),
    ] = None,
    sort: Annotated[
        str,
        typer.Option(
            "--sort", help="Columns to sort by, e.g. quantity,-price (minus: descending)."
        ),
    ] = "",
    limit: LimitOption = None,
    columns: Annotated[
        str, typer.Option("--columns", help="The columns to show, comma-separated.")
    ] = "",
    output: OutputOption = Output.TABLE,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help="Exit with 1 if there is any such row.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Show how many listings stand in each tab, or the rows of one tab with the reason for each.

    Example: amzsync status --tab inactive --search lamp
    """
    filtered = search or sku or overrides or changed_since or as_of
    if tab is None and fail_if_any and not filtered:
        raise UsageError(
            "--fail-if-any must know which rows you do not want.", next_step="Add --tab inactive."
        )
    if tab is None and not (filtered or sort or columns or limit is not None):
        overview(ctx, config, store=store, output=output)
        return
    _show_rows(
        ctx, config, tab or TabChoice.ALL, columns, output, fail_if_any=fail_if_any,
        store=store, search=search, sku=sku, overridden=overrides, limit=limited(limit, output),
        changed_since=None if changed_since is None else times.since(changed_since),
        as_of=None if as_of is None else times.moment(as_of), sort=_sort(sort),
    )  # fmt: skip


def overview(
    ctx: typer.Context,
    config: Path | None,
    *,
    store: str | None = None,
    output: Output = Output.TABLE,
) -> None:
    """Show the counts of all tabs with the age of the data."""
    from amzsync.render.overview import overview_lines, overview_record
    from amzsync.render.records import to_json
    from amzsync.workflows.status import overview as gather
    from amzsync.workflows.status import unplanned

    with reading(ctx, config) as (state, settings):
        found = gather(state, [one.name for one in settings.chosen(store)], settings.limits)
        changed = unplanned(state, times.now())
    if output is Output.TABLE:
        answer(overview_lines(found, now=times.now()))
        _say_unplanned(changed)
    elif output is Output.JSON:
        answer_data([to_json(overview_record(found))])
    else:
        rows = [
            {"store": name, "tab": tab, "rows": n}
            for name, tabs in found.counts.items()
            for tab, n in tabs.items()
        ]
        answer_records(output, ("store", "tab", "rows"), rows)


def _show_rows(
    ctx: typer.Context,
    config: Path | None,
    tab: TabChoice,
    columns: str,
    output: Output,
    *,
    fail_if_any: bool,
    **question: object,
) -> None:
    from amzsync.render.records import STATUS_FIELDS, status_record
    from amzsync.workflows.status import Question, rows, unplanned

    names = _columns(columns)
    asked = Question(tab=None if tab is TabChoice.ALL else Tab(tab.value), **question)  # type: ignore[arg-type]
    with reading(ctx, config) as (state, settings):
        found = rows(state, settings, asked)
        changed = 0 if asked.as_of else unplanned(state, times.now())
    if output is Output.TABLE:
        several = asked.store is None and len(settings.stores) > 1
        _table(found, asked, names, several_stores=several)
        _say_unplanned(changed)
    else:
        answer_records(output, names or STATUS_FIELDS, map(status_record, found.rows))
    if fail_if_any and found.rows:
        raise typer.Exit(1)


def _table(
    found: "Answer", asked: "Question", names: tuple[str, ...], *, several_stores: bool
) -> None:
    from amzsync.render.status import row_table
    from amzsync.render.tables import console
    from amzsync.render.text import local

    out = console()
    shown = row_table(
        found.rows,
        asked.tab,
        names,
        width=out.width,
        ascii_only=not _draws(out.encoding),
        several_stores=several_stores,
        overridden=asked.overridden,
    )
    with writing():
        out.print(shown)
    if found.as_of is not None:
        say(f"As of {local(found.as_of)}.")
    if found.total is not None and len(found.rows) < found.total:
        say(
            f"{len(found.rows):,} of {found.total:,} rows; --limit 0 shows all, --output json is for programs."
        )
    elif not found.rows:
        say("There are no such rows.")
    if found.rows and not any(column.header == "Next step" for column in shown.columns):
        say("Everything known of one of them, and what to do about it: amzsync show SKU")


def _say_unplanned(rows: int) -> None:
    """Say that what is wanted is not what it would be if it were planned now."""
    if rows:
        from amzsync.render.text import counted

        have = "has" if rows == 1 else "have"
        say(
            f"{counted(rows, 'row')} {have} changed since last planned: amzsync plan brings that up to date."
        )


def _draws(encoding: str) -> bool:
    return encoding.lower().replace("-", "") in {"utf8", "utf16"}


def _sort(text: str) -> tuple[tuple[str, bool], ...]:
    from amzsync.store.browse import SORTABLE

    keys = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [key for key in keys if key.lstrip("-") not in SORTABLE]
    if unknown:
        raise typer.BadParameter(f"cannot sort by {', '.join(unknown)}; use {', '.join(SORTABLE)}")
    return tuple((key.lstrip("-"), key.startswith("-")) for key in keys)


def _columns(text: str) -> tuple[str, ...]:
    from amzsync.render.records import STATUS_FIELDS

    names = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [name for name in names if name not in STATUS_FIELDS]
    if unknown:
        raise typer.BadParameter(f"no column {', '.join(unknown)}; use {', '.join(STATUS_FIELDS)}")
    return names
