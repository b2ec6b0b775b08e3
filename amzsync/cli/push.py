"""``push``, ``publish``, ``end``, ``relist``, ``revise`` and ``adopt``: what is sent to Amazon by hand."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import TABLE_ROWS, answer_records, means, open_config
from amzsync.cli.options import ConfigOption, Output, OutputOption, StoreOption, TabChoice
from amzsync.cli.plan import EXAMPLES, AllowChoice
from amzsync.cli.talk import answer, answer_data, reply, say
from amzsync.cli.times import now
from amzsync.core.plan import Brake
from amzsync.core.tabs import Tab
from amzsync.errors import InputError, UnsafeInput, UsageError

if TYPE_CHECKING:
    from amzsync.config import Config, Store
    from amzsync.results.plan import PlanRow, StorePlan
    from amzsync.results.push import PushResult
    from amzsync.workflows.plans import Question

SkuOption = Annotated[
    list[str] | None,
    typer.Option("--sku", help="Only these seller SKUs or SKUs.", show_default=False),
]
TabOption = Annotated[
    TabChoice | None,
    typer.Option("--tab", "-t", help="Only rows of this tab.", case_sensitive=False),
]
AllowOption = Annotated[
    list[AllowChoice] | None,
    typer.Option("--allow", help="Let go what this brake holds back.", show_default=False),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Let go all that may be allowed.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.")]
PlanArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[PLAN]", help="A plan that was written with plan --out.", show_default=False
    ),
]


@app.command(cls=Command)
def push(
    ctx: typer.Context,
    plan: PlanArgument = None,
    store: StoreOption = None,
    sku: SkuOption = None,
    tab: TabOption = None,
    allow: AllowOption = None,
    force: ForceOption = False,
    yes: YesOption = False,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Send the plan to Amazon, and follow what was sent before; with PLAN exactly what that file says.

    Example: amzsync push plan.json
    """
    settings, _ = open_config(ctx, config)
    if plan is not None:
        if sku or tab or allow or force or store:
            raise UsageError(
                "A plan in a file is sent as it is.",
                next_step="Leave out what says which part of it to send.",
            )
        _send_file(settings, plan, output)
        return
    _by_hand("push", settings, _question(store, sku, tab, allow, force), yes, output)


@app.command(cls=Command)
def publish(
    ctx: typer.Context,
    store: StoreOption = None,
    sku: SkuOption = None,
    tab: TabOption = None,
    allow: AllowOption = None,
    force: ForceOption = False,
    yes: YesOption = False,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List products that are ready to list on Amazon.

    Example: amzsync publish --sku 24-MB01
    """
    settings, _ = open_config(ctx, config)
    _by_hand("publish", settings, _question(store, sku, tab, allow, force), yes, output)


@app.command(cls=Command)
def end(
    ctx: typer.Context,
    store: StoreOption = None,
    sku: SkuOption = None,
    tab: TabOption = None,
    allow: AllowOption = None,
    force: ForceOption = False,
    yes: YesOption = False,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """End listings: their stock goes to 0, and once Amazon shows that, they are deleted there.

    Example: amzsync end --sku 24-MB01 --store us
    """
    settings, _ = open_config(ctx, config)
    _by_hand("end", settings, _question(store, sku, tab, allow, force), yes, output)


@app.command(cls=Command)
def relist(
    ctx: typer.Context,
    store: StoreOption = None,
    sku: SkuOption = None,
    tab: TabOption = None,
    allow: AllowOption = None,
    force: ForceOption = False,
    yes: YesOption = False,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List again what has ended.

    Example: amzsync relist --sku 24-MB01
    """
    settings, _ = open_config(ctx, config)
    _by_hand("relist", settings, _question(store, sku, tab, allow, force), yes, output)


@app.command(cls=Command)
def revise(
    ctx: typer.Context,
    store: StoreOption = None,
    sku: SkuOption = None,
    tab: TabOption = None,
    allow: AllowOption = None,
    force: ForceOption = False,
    yes: YesOption = False,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Send what the plan says of these listings: prices, quantities, handling times, notes.

    Example: amzsync revise --sku 24-MB01 --yes
    """
    settings, _ = open_config(ctx, config)
    _by_hand("revise", settings, _question(store, sku, tab, allow, force), yes, output)


@app.command(cls=Command)
def adopt(ctx: typer.Context, config: ConfigOption = None) -> None:
    """Say that the state file belongs here now: one that was copied or moved sends nothing until then.

    Example: amzsync adopt
    """
    from amzsync.workflows.sync import adopt as run

    settings, _ = open_config(ctx, config)
    found = run(settings, now=now())
    for line in found:
        say(f"{line[:1].upper()}{line[1:]}.")
    answer(["It belongs here from now on." if found else "It belongs here already."])


def _question(
    store: str | None,
    sku: list[str] | None,
    tab: TabChoice | None,
    allow: list[AllowChoice] | None,
    force: bool,
) -> "Question":
    from amzsync.workflows.plans import Question

    brakes = (Brake(one.value) for one in (AllowChoice if force else allow or ()))
    chosen = None if tab in {None, TabChoice.ALL} else Tab(tab)
    return Question(store, tuple(sku or ()), chosen, allowed=frozenset(brakes))


def _by_hand(
    command: str, settings: "Config", question: "Question", yes: bool, output: Output
) -> None:
    """Make the plan that *command* sends, show it, ask, and send it."""
    from dataclasses import replace

    from amzsync.workflows import senders

    stores = senders.chosen(settings, question.store)
    _tell_silent(settings.chosen(question.store))
    if command != "push" and not (question.skus or question.tab):
        raise UsageError(
            f"{command} needs to know for which listings.", next_step="Add --sku or --tab."
        )
    question = replace(
        question,
        publish=command == "publish",
        relist=command in {"publish", "relist"},  # what has ended is published anew
        end=command == "end",
    )
    rows, held = _planned(command, settings, question, stores, quiet=output is not Output.TABLE)
    if rows:
        confirm(len(rows), yes)
    elif not held and command != "push":
        more = "; amzsync new-products tells what others lack" if command == "publish" else ""
        say(f"There is nothing to send for these{more}.")
    show_result(_send(settings, stores, rows, command), output)
    _refuse_held(held)


def _planned(
    command: str,
    settings: "Config",
    question: "Question",
    stores: "Sequence[Store]",
    *,
    quiet: bool,
) -> "tuple[list[PlanRow], list[str]]":
    """Return what is to be sent of the plan, having shown it, and what is held back in words."""
    from amzsync.render.plan import held_lines, row_tables, summary_lines
    from amzsync.render.tables import console
    from amzsync.workflows import plans
    from amzsync.workflows.planned import planned
    from amzsync.workflows.push import SENT_BY_HAND

    moment, names = now(), {store.name for store in stores}
    with ExitStack() as stack:
        current = stack.enter_context(planned(settings, now=moment))
        found = plans.answer(current, settings, question, now=moment)
        kinds = SENT_BY_HAND[command]
        all_rows = [row for row in found.rows if row.kind in kinds and row.store in names]
    figures: list[StorePlan] = [one for one in found.stores if one.name in names]
    rows = [row for row in all_rows if row.hold is None]
    stopped = [row for row in all_rows if row.hold is not None]
    if not quiet:
        out = console(stderr=True)
        for part in row_tables(
            rows[:TABLE_ROWS], width=out.width, several_stores=len(names) > 1, now=moment
        ):
            out.print(part)
        if len(rows) > TABLE_ROWS:
            say(f"The first {TABLE_ROWS} of {len(rows):,} actions; amzsync plan shows all.")
        if command == "push":
            for line in summary_lines(figures):
                say(line)
    return rows, list(held_lines(figures, stopped[:EXAMPLES])) if stopped else []


def _tell_silent(stores: "Iterable[Store]") -> None:
    """Say which of *stores* send nothing, and why."""
    from amzsync.workflows.senders import silence

    for store in stores:
        if (reason := silence(store)) is not None:
            say(f"Store {store.name} sends nothing, for {reason}.")


def _refuse_held(lines: "Sequence[str]") -> None:
    """Raise ``UnsafeInput`` where anything is held back."""
    if lines:
        told = "\n".join(f"  - {line}" for line in lines)
        raise UnsafeInput(f"Some of this is held back, and was not sent:\n{told}")


def confirm(number: int, yes: bool) -> None:
    """Ask whether to send; raises ``UsageError`` where there is nobody to ask."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "Nobody is there to be asked whether to send it.",
            next_step="Add --yes, or use amzsync sync.",
        )
    what = "this change" if number == 1 else f"these {number:,} changes"
    said = reply(f"Send {what} to Amazon? (y, n):", "n")
    if said is None or said.lower() not in {"y", "yes"}:
        say("Nothing was sent.")
        raise typer.Exit(1)


def _send_file(settings: "Config", path: Path, output: Output) -> None:
    """Send what the plan in a file says, if it still holds."""
    from amzsync.render.plan import check_words, held_lines
    from amzsync.workflows import plan_files, planning, senders
    from amzsync.workflows.planned import planned

    stores = senders.chosen(settings, None)
    with planned(settings, now=now()) as current:
        found = plan_files.judge(path, planning.serial(current))
    if not found.intact or found.stale:
        raise InputError(
            f"{path}: {check_words(found)}; nothing was sent.", next_step="Plan again."
        )
    rows = plan_files.read(path, settings)
    names = {store.name for store in stores}
    _tell_silent(one for one in settings.stores if any(row.store == one.name for row in rows))
    wanted = [row for row in rows if row.hold is None and row.store in names]
    show_result(_send(settings, stores, wanted, "push"), output)
    _refuse_held(list(held_lines((), [row for row in rows if row.hold is not None])))


def _send(
    settings: "Config", stores: "Sequence[Store]", rows: "Sequence[PlanRow]", command: str
) -> "PushResult":
    from amzsync.workflows import push as workflow

    ways = means(settings, None)
    assert ways is not None  # a store that may send asks Amazon
    return workflow.send(settings, stores, rows, ways, now=now(), command=command)


def show_result(result: "PushResult", output: Output) -> None:
    """Show what became of it; raises what a script must be told."""
    from amzsync.render.push import CSV_FIELDS, result_lines, result_record, store_records
    from amzsync.render.records import to_json
    from amzsync.results.push import complaint

    if output is Output.TABLE:
        answer(result_lines(result))
    elif output is Output.JSON:
        answer_data([to_json(result_record(result))])
    else:
        answer_records(output, CSV_FIELDS, store_records(result))
    if (trouble := complaint(result)) is not None:
        raise trouble
