"""``amzsync rules ...``: which products may be sold on Amazon."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli import times
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import TABLE_ROWS, answer_records, open_config
from amzsync.cli.options import ConfigOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import answer, say, writing
from amzsync.results.rules_preview import Which

if TYPE_CHECKING:
    from amzsync.results.rules_preview import Preview, PreviewRow

GLANCE = 5  # rows of each list, where all three are shown

group = typer.Typer(
    help="Look at the listing rules, which decide what may be sold on Amazon.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(group, name="rules")


@group.command(cls=Command)
def preview(
    ctx: typer.Context,
    rules: Annotated[
        Path | None,
        typer.Option(
            "--rules",
            help="A TOML file with other rules than those in amzsync.toml: all = [...] or any = [...].",
            show_default=False,
        ),
    ] = None,
    store: StoreOption = None,
    which: Annotated[
        Which | None,
        typer.Option("--list", help="Only this list.", case_sensitive=False, show_default=False),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            "-n",
            min=0,
            help="At most so many rows of each list, what changes first; 0 for all.",
            show_default=False,
        ),
    ] = None,
    output: OutputOption = Output.TABLE,
    fail_if_any: Annotated[
        bool,
        typer.Option("--fail-if-any", help="Exit with 1 if any listing would become ineligible."),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Show what listing rules would do before they take effect: what becomes ineligible, stays, and is new.

    Example: amzsync rules preview --rules strict.toml --list ineligible
    """
    from amzsync.render.rules_preview import PREVIEW_FIELDS, preview_record, remark_lines
    from amzsync.workflows import rules_preview

    settings, _ = open_config(ctx, config)
    tree = None
    if rules is not None:
        from amzsync.config.rules_file import read_rules

        tree = read_rules(rules, settings.commerce.attributes)
    asked = rules_preview.Question(tree, store, which, _limited(limit, which, output))
    with ExitStack() as stack:
        found = stack.enter_context(rules_preview.preview(settings, asked, now=times.now()))
        if output is Output.TABLE:
            _tables(found)
        else:
            answer_records(output, PREVIEW_FIELDS, map(preview_record, found.rows))
    for line in remark_lines(found.stores, found.read_again):
        say(line)
    if fail_if_any and any(one.changes[Which.INELIGIBLE] for one in found.stores):
        raise typer.Exit(1)


def _limited(limit: int | None, which: Which | None, output: Output) -> int | None:
    """Return how many rows of each list are wanted: all for programs, few where three lists are shown."""
    if limit is not None:
        return limit or None
    if output is not Output.TABLE:
        return None
    return TABLE_ROWS if which else GLANCE


def _tables(found: "Preview") -> None:
    from amzsync.render.rules_preview import figure_lines, list_title, preview_table
    from amzsync.render.tables import console

    rows: dict[tuple[str, Which], list[PreviewRow]] = {}
    for row in found.rows:
        rows.setdefault((row.store, row.which), []).append(row)
    out = console()
    for place, one in enumerate(found.stores):
        answer(["", *figure_lines(one)] if place else figure_lines(one))
        for which in Which:
            shown = _changed_first(rows.get((one.store, which), ()))
            if shown:
                answer(["", list_title(which, shown=len(shown), total=one.rows[which])])
                with writing():
                    out.print(preview_table(which, shown, width=out.width))


def _changed_first(rows: "Sequence[PreviewRow]") -> "list[PreviewRow]":
    return sorted(rows, key=lambda row: not row.change)
