"""``amzsync plan``: what would be changed at Amazon, and why."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, limited, open_config
from amzsync.cli.options import (
    ConfigOption,
    LimitOption,
    Output,
    OutputOption,
    StoreOption,
    TabChoice,
)
from amzsync.cli.talk import answer, answer_data, say, writing
from amzsync.cli.times import now
from amzsync.core.plan import Brake
from amzsync.core.tabs import Tab
from amzsync.errors import InputError, UnsafeInput, UsageError

if TYPE_CHECKING:
    from amzsync.config import Config
    from amzsync.results.plan import Judged, PlanAnswer, PlanRow
    from amzsync.store.state import State
    from amzsync.workflows.plans import Question

EXAMPLES = 5  # actions that are held back each for itself, told with their figures


class AllowChoice(StrEnum):
    """The brakes that may be overruled."""

    MASS_REPRICE = Brake.MASS_REPRICE.value
    MASS_ZERO = Brake.MASS_ZERO.value
    MASS_END = Brake.MASS_END.value
    PRICE_MOVE = Brake.PRICE_MOVE.value
    FLOOR_ABOVE_CEILING = Brake.FLOOR_ABOVE_CEILING.value
    CURRENCY = Brake.CURRENCY.value
    NOT_VALIDATED = Brake.NOT_VALIDATED.value
    REJECTED = Brake.REJECTED.value
    UNDONE = Brake.UNDONE.value
    COOL_DOWN = Brake.COOL_DOWN.value


@dataclass(frozen=True, slots=True)
class _Wish:
    """How the plan is to be shown."""

    output: Output
    limit: int | None
    summary: bool
    out: Path | None


class _Shown:
    """The rows that are shown, and what there was to see while they went by."""

    def __init__(self, rows: "Iterator[PlanRow]", limit: int | None) -> None:
        from amzsync.render.plan import is_held_alone

        self._is_example = is_held_alone
        self._rows, self._limit = rows, limit
        self.number = 0
        self.is_cut = False  # known once all have been shown
        self.held: list[PlanRow] = []  # examples of what is held back for itself

    def __iter__(self) -> "Iterator[PlanRow]":
        for row in islice(self._rows, self._limit):
            self.number += 1
            self._note(row)
            yield row
        for row in islice(self._rows, 1):
            self.is_cut = True
            self._note(row)

    def look_on(self) -> None:
        """Find an example in what is not shown, where none of the rows shown was one."""
        while not self.held and (row := next(self._rows, None)) is not None:
            self._note(row)

    def _note(self, row: "PlanRow") -> None:
        if len(self.held) < EXAMPLES and self._is_example(row):
            self.held.append(row)


@app.command(cls=Command)
def plan(
    ctx: typer.Context,
    store: StoreOption = None,
    sku: Annotated[
        list[str] | None,
        typer.Option("--sku", help="Only these seller SKUs or SKUs.", show_default=False),
    ] = None,
    tab: Annotated[
        TabChoice | None,
        typer.Option("--tab", "-t", help="Only rows of this tab.", case_sensitive=False),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="List those of --sku or --tab that are ready to list.")
    ] = False,
    relist: Annotated[
        bool, typer.Option("--relist", help="List those of --sku or --tab again that have ended.")
    ] = False,
    end: Annotated[bool, typer.Option("--end", help="End the listings of --sku or --tab.")] = False,
    allow: Annotated[
        list[AllowChoice] | None,
        typer.Option("--allow", help="Let go what this brake holds back.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let go all that may be allowed.")] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Only how many actions there are, by kind.")
    ] = False,
    limit: LimitOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write the whole plan to this file.", show_default=False),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", help="Tell whether the plan in this file still holds.", show_default=False
        ),
    ] = None,
    output: OutputOption = Output.TABLE,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help="Exit with 1 if there is anything to do.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Show what would be changed at Amazon, the most urgent first, with the reason for each; nothing is sent.

    Example: amzsync plan --store us --out plan.json
    """
    from amzsync.workflows.plans import Question

    brakes = (Brake(one.value) for one in (AllowChoice if force else allow or ()))
    chosen = None if tab in {None, TabChoice.ALL} else Tab(tab)
    asked = Question(store, tuple(sku or ()), chosen, publish, relist, end, frozenset(brakes))
    settings, _ = open_config(ctx, config)
    settings.chosen(store)  # a store that is not there is told at once
    if check is not None:
        _check(settings, check, output, alone=asked == Question() and out is None)
        return
    wish = _Wish(output, 0 if summary else limited(limit, output), summary, out)
    if _plan(settings, asked, wish) and fail_if_any:
        raise typer.Exit(1)


def _plan(settings: "Config", asked: "Question", wish: _Wish) -> bool:
    """Show the plan; tell whether there is anything to do.  Raises ``UnsafeInput`` where anything is held back."""
    from amzsync.render.plan import single_holds
    from amzsync.workflows import plans

    moment = now()
    if wish.out is not None:
        from amzsync.workflows.plan_files import refuse_other

        refuse_other(wish.out)
    with _planned(settings, moment) as current:
        if wish.out is not None:
            _keep(wish.out, plans.answer(current, settings, asked, now=moment))
        found = plans.answer(current, settings, asked, now=moment)
        shown = _Shown(found.rows, wish.limit)
        if wish.output is Output.TABLE:
            _table(found, shown, asked, wish, several_stores=len(found.stores) > 1)
        else:
            _data(found, shown, wish)
        if single_holds(found.stores):
            shown.look_on()
    _refuse_held(found, shown)
    return any(store.free for store in found.stores)


def _keep(path: Path, found: "PlanAnswer") -> None:
    """Write the whole plan into a file, and say so."""
    from amzsync.core.plan_document import Document
    from amzsync.render.plan import action_record, head_record
    from amzsync.workflows.plan_files import write

    document = Document(head_record(found))
    write(path, document.lines(map(action_record, found.rows)))
    said = "action" if document.actions == 1 else "actions"
    say(f"{path}: {document.actions:,} {said}, serial {found.serial}, {document.checksum}")


def _table(
    found: "PlanAnswer", shown: _Shown, asked: "Question", wish: _Wish, *, several_stores: bool
) -> None:
    from amzsync.render.plan import row_tables, summary_lines
    from amzsync.render.tables import console

    out = console()
    with writing():
        for part in row_tables(
            shown, width=out.width, several_stores=several_stores, now=found.made_at
        ):
            out.print(part)
    answer(summary_lines(found.stores))
    if wish.summary:
        return
    if (asked.skus or asked.tab) and not shown.number:
        say("There is nothing to do about these.")
    elif shown.is_cut:
        say(f"The first {shown.number:,} actions; --limit 0 shows all.")


def _data(found: "PlanAnswer", shown: _Shown, wish: _Wish) -> None:
    from amzsync.core.plan_document import Document
    from amzsync.render import plan as written

    if wish.output is Output.JSON:
        document = Document(written.head_record(found))
        records = map(written.action_record, shown)
        answer_data(document.lines(records, is_whole=lambda: not shown.is_cut))
    elif wish.summary:
        answer_records(wish.output, written.COUNT_FIELDS, written.count_records(found.stores))
    else:
        answer_records(wish.output, written.CSV_FIELDS, map(written.flat_record, shown))


def _refuse_held(found: "PlanAnswer", shown: _Shown) -> None:
    """Raise ``UnsafeInput`` with the figures and the switches where anything is held back."""
    from amzsync.render.plan import held_lines

    if found.is_held:
        told = "\n".join(f"  - {line}" for line in held_lines(found.stores, shown.held))
        raise UnsafeInput(f"Some of this is held back:\n{told}")


def _check(settings: "Config", path: Path, output: Output, *, alone: bool) -> None:
    """Tell whether a plan that was written to a file still holds; raises ``InputError`` where it does not."""
    from amzsync.render import plan as written
    from amzsync.workflows import plan_files, planning

    if not alone:
        raise UsageError(
            "--check looks at a plan that has been made, and makes none.",
            next_step="Leave out what says which plan to make.",
        )
    with _planned(settings, now()) as current:
        found = plan_files.judge(path, planning.serial(current))
    if output is not Output.TABLE:
        _data_of_check(output, found)
    if not found.intact or found.stale:
        raise InputError(f"{path}: {written.check_words(found)}.", next_step="Plan again.")
    if output is Output.TABLE:
        answer([f"{path}: {written.check_words(found)}."])


def _data_of_check(output: Output, found: "Judged") -> None:
    from amzsync.render.plan import CHECK_FIELDS, check_record
    from amzsync.render.records import to_json

    if output is Output.JSON:
        answer_data([to_json(check_record(found))])
    else:
        answer_records(output, CHECK_FIELDS, [check_record(found)])


@contextmanager
def _planned(settings: "Config", moment: str) -> "Iterator[State]":
    """Bring planning up to date, with a bar while that takes its time; yield the state at one moment."""
    from amzsync.workflows.planned import planned

    gc.disable()  # rows come and go by the million, and none of them is part of a cycle
    with ExitStack() as stack:
        with _progress() as progress:
            current = stack.enter_context(planned(settings, now=moment, progress=progress))
        yield current


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Show on a terminal how many listings have been planned; be silent in a pipe and under cron."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from amzsync.render.tables import console

    columns = (
        SpinnerColumn(),
        TextColumn("Planning listings"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    bar = Progress(*columns, console=console(stderr=True), transient=True, auto_refresh=False)
    task = bar.add_task("", total=None)

    def advance(listings: int) -> None:
        bar.start()  # only where there is something to plan
        bar.advance(task, listings)
        bar.refresh()

    try:
        yield advance
    finally:
        bar.stop()
