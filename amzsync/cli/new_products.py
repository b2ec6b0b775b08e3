"""``amzsync new-products``: products that Amazon has no page for, and what they lack."""

from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, limited, means, open_config
from amzsync.cli.options import ConfigOption, LimitOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import answer, say
from amzsync.cli.times import now

if TYPE_CHECKING:
    from amzsync.config import Config
    from amzsync.results.new_products import NewProducts
    from amzsync.workflows.previews import Question


@app.command("new-products", cls=Command)
def new_products(
    ctx: typer.Context,
    store: StoreOption = None,
    sku: Annotated[
        list[str] | None,
        typer.Option("--sku", help="Only these SKUs of Commerce.", show_default=False),
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only products of which something is missing.")
    ] = False,
    preview: Annotated[
        bool,
        typer.Option(
            "--preview",
            help="Fetch Amazon's schemas, and ask Amazon whether it would take what is complete.",
        ),
    ] = False,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List products that Amazon has no page for, and what is missing before they can be made there.

    Nothing is changed at Amazon, not even with --preview.

    Example: amzsync new-products --store us --missing
    """
    from amzsync.render.new_products import FIELDS, product_lines, product_records, summary_line
    from amzsync.results.new_products import complaint
    from amzsync.workflows.previews import Question

    settings, _ = open_config(ctx, config)
    question = Question(store, tuple(dict.fromkeys(sku or ())), missing)
    found = _asked(settings, question) if preview else _known(settings, question)
    shown = found.products[: limited(limit, output)]
    if output is not Output.TABLE:
        answer_records(output, FIELDS, product_records(shown))
    else:
        answer(product_lines(shown), hang=6)
        if len(shown) < len(found.products):
            say(f"The first {len(shown):,}; --limit 0 shows all.")
        if found.products:
            say(summary_line(found.products))
        elif not question.skus:
            say("There are no such products.")
    for name in found.unknown:
        say(f"{name} is no product without a listing; amzsync show {name} tells where it stands.")
    for note in found.notes:
        say(note)
    if (trouble := complaint(found)) is not None:
        raise trouble


def _known(settings: "Config", question: "Question") -> "NewProducts":
    """Return what can be told offline, by the plan of this moment."""
    from amzsync.workflows.planned import planned
    from amzsync.workflows.previews import prepare

    moment = now()
    with planned(settings, now=moment) as current:
        return prepare(current, settings, question, now=moment)


def _asked(settings: "Config", question: "Question") -> "NewProducts":
    from amzsync.workflows import previews

    ways = means(settings, question.store)
    if ways is None:
        raise previews.unaskable(settings, question)
    return previews.preview(settings, question, ways, now=now())
