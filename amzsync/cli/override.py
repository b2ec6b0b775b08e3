"""``amzsync override ...``: exceptions for single listings that beat every setting and rule."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli import times
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import TABLE_ROWS, answer_records, limited, reading
from amzsync.cli.options import (
    ConfigOption,
    LimitOption,
    Output,
    OutputOption,
    StoreOption,
    TabChoice,
)
from amzsync.cli.talk import answer, ask, reply, say, writing
from amzsync.core.tabs import Tab
from amzsync.errors import UsageError

if TYPE_CHECKING:
    from amzsync.results.overrides import Listings, Proposal, Wish

group = typer.Typer(
    help="Make, change and take back overrides: they beat every setting and rule.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(group, name="override")

SellerSkus = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SELLER_SKU]...", help="The listings, exactly as on Amazon.", show_default=False
    ),
]
TabOption = Annotated[
    TabChoice | None,
    typer.Option("--tab", "-t", help="All listings of this tab.", case_sensitive=False),
]
SearchOption = Annotated[
    str,
    typer.Option("--search", help="All listings with this text in SKU, ASIN, title or reason."),
]
SkuOption = Annotated[str, typer.Option("--sku", help="All listings of this SKU of Commerce.")]
OverriddenOption = Annotated[
    bool, typer.Option("--overrides", help="All listings that have overrides.")
]
ChangedOption = Annotated[
    str | None,
    typer.Option(
        "--changed-since",
        help=f"All listings that changed since: {times.HELP}, last-run.",
        show_default=False,
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


@group.command("set", cls=Command)
def set_(
    ctx: typer.Context,
    seller_skus: SellerSkus = None,
    store: StoreOption = None,
    price: Annotated[
        str | None, typer.Option("--price", help="The price, in the store's currency: 19.99.")
    ] = None,
    handling_time: Annotated[
        str | None, typer.Option("--handling-time", help="Days until it is shipped: 0 to 30.")
    ] = None,
    condition: Annotated[
        str | None, typer.Option("--condition", help='One of the ten, like "Used; Like New".')
    ] = None,
    notes: Annotated[
        str | None, typer.Option("--notes", help="Seller notes: at most 1,000 characters.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", help=f"How long it holds: {times.AHEAD}. Without it, until you take it back."
        ),
    ] = None,
    tab: TabOption = None,
    search: SearchOption = "",
    sku: SkuOption = "",
    overrides: OverriddenOption = False,
    changed_since: ChangedOption = None,
    yes: YesOption = False,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Override price, handling time, condition or seller notes of listings, whatever settings and rules say.

    What is not named stays as it is. Several listings at once are shown first, and asked about on a terminal.

    Example: amzsync override set KIT-1001 --store us --price 19.99 --until 2030-12-24
    """
    from amzsync.core.overrides import Field
    from amzsync.results.overrides import Wish

    given = {
        Field.PRICE: price,
        Field.HANDLING_TIME: handling_time,
        Field.CONDITION: condition,
        Field.NOTES: notes,
    }
    texts: dict[Field, str | None] = {
        field: text for field, text in given.items() if text is not None
    }
    wish = Wish(texts, None if until is None else times.ahead(until))
    asked = _listings(seller_skus, store, tab, search, sku, overrides, changed_since)
    _change(ctx, config, asked, wish, yes=yes, output=output)


@group.command(cls=Command)
def remove(
    ctx: typer.Context,
    seller_skus: SellerSkus = None,
    store: StoreOption = None,
    price: Annotated[bool, typer.Option("--price", help="The price.")] = False,
    handling_time: Annotated[
        bool, typer.Option("--handling-time", help="The handling time; the default is then sent.")
    ] = False,
    condition: Annotated[bool, typer.Option("--condition", help="The condition.")] = False,
    notes: Annotated[bool, typer.Option("--notes", help="The seller notes.")] = False,
    tab: TabOption = None,
    search: SearchOption = "",
    sku: SkuOption = "",
    overrides: OverriddenOption = False,
    changed_since: ChangedOption = None,
    yes: YesOption = False,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """Take overrides back, all of a listing or those named: settings and rules hold again.

    Example: amzsync override remove KIT-1001 --store us --handling-time
    """
    from amzsync.core.overrides import Field
    from amzsync.results.overrides import Wish

    given = {
        Field.PRICE: price,
        Field.HANDLING_TIME: handling_time,
        Field.CONDITION: condition,
        Field.NOTES: notes,
    }
    named = [field for field, wanted in given.items() if wanted]
    wish = Wish(dict.fromkeys(named or Field))
    asked = _listings(seller_skus, store, tab, search, sku, overrides, changed_since)
    _change(ctx, config, asked, wish, yes=yes, output=output)


@group.command("list", cls=Command)
def list_(
    ctx: typer.Context,
    store: StoreOption = None,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the overrides, a row for each listing, with those that have run out.

    Example: amzsync override list --store us
    """
    from amzsync.render.overrides import LIST_FIELDS, override_record
    from amzsync.render.text import counted
    from amzsync.workflows.overrides import listed

    with reading(ctx, config) as (state, settings):
        found = listed(state, settings, store=store, now=times.now())
    shown = found[: limited(limit, output)]
    if output is not Output.TABLE:
        flat = output is Output.CSV
        answer_records(output, LIST_FIELDS, (override_record(one, flat=flat) for one in shown))
        return
    if shown:
        from amzsync.render.overrides import override_table
        from amzsync.render.tables import console

        out = console()
        several = store is None and len(settings.stores) > 1
        with writing():
            out.print(override_table(shown, width=out.width, several_stores=several))
    if len(shown) < len(found):
        say(f"{len(shown):,} of {counted(len(found), 'listing')}; --limit 0 shows all.")
    elif not found:
        say("There are no overrides.")


def _listings(
    seller_skus: list[str] | None,
    store: str | None,
    tab: TabChoice | None,
    search: str,
    sku: str,
    overrides: bool,
    changed_since: str | None,
) -> "Listings":
    """Return which listings the options mean; refuse names together with a filter."""
    from amzsync.results.overrides import Listings

    if tab is TabChoice.ALL and not (search or sku or overrides or changed_since):
        raise UsageError(
            "All listings of all tabs are too many to override at once.",
            next_step="Select them with --tab, --search, --sku, --overrides or --changed-since.",
        )
    asked = Listings(
        seller_skus=tuple(dict.fromkeys(seller_skus or ())),
        store=store,
        tab=None if tab in {None, TabChoice.ALL} else Tab(str(tab)),
        search=search,
        sku=sku,
        overridden=overrides,
        changed_since=None if changed_since is None else times.since(changed_since),
    )
    if asked.seller_skus and asked.filtered:
        raise UsageError(
            "Seller SKUs and a filter are two ways to say which listings.",
            next_step="Name the listings, or select them with the filter.",
        )
    return asked


def _change(
    ctx: typer.Context,
    given: Path | None,
    asked: "Listings",
    wish: "Wish",
    *,
    yes: bool,
    output: Output,
) -> None:
    """Show what would change, ask where that is due, change it, and answer what was changed."""
    from amzsync.workflows.overrides import apply, propose

    with reading(ctx, given) as (state, settings):
        found = propose(state, settings, asked, wish)
    if not found.changes:
        _answer(found, output)
        say("Nothing is to be changed.")
        return
    if not yes and not _agreed(found, asked):
        say("Nothing was changed.")
        return
    _answer(apply(settings, asked, wish, now=times.now(), shown=found), output)


def _agreed(found: "Proposal", asked: "Listings") -> bool:
    """Ask whether *found* is to be done; a single listing that is named need not be asked about."""
    from amzsync.render.overrides import proposal_lines

    if not asked.filtered and (len(found.changes) == 1 or not sys.stdin.isatty()):
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            f"A filter selects {found.selected:,} listings, and nobody is there to be asked.",
            next_step="Look at them with amzsync status and the same filter, then add --yes.",
        )
    for line in proposal_lines(found, limit=TABLE_ROWS):
        ask(line)
    return (reply("Shall it be done? (y, n):", "n") or "n").lower() in {"y", "yes"}


def _answer(found: "Proposal", output: Output) -> None:
    from amzsync.render.overrides import CHANGE_FIELDS, beside_lines, change_lines, change_record

    if output is not Output.TABLE:
        answer_records(output, CHANGE_FIELDS, map(change_record, found.changes))
        return
    answer(change_lines(found.changes[:TABLE_ROWS]))
    if len(found.changes) > TABLE_ROWS:
        say(f"{TABLE_ROWS} of {len(found.changes):,} changes; amzsync changes shows all.")
    for line in beside_lines(found, limit=TABLE_ROWS):
        say(line)
