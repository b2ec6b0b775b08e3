"""``amzsync alias ...`` and ``amzsync asin``: other names under which a product is listed."""

from typing import Annotated

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, limited, open_config, reading
from amzsync.cli.options import ConfigOption, LimitOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import answer, say
from amzsync.cli.times import now
from amzsync.errors import UsageError

group = typer.Typer(
    help="List a product a second time, under another seller SKU.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(group, name="alias")

SellerSku = Annotated[str, typer.Argument(help="The listing that there is, exactly as on Amazon.")]


@group.command(cls=Command)
def add(
    ctx: typer.Context,
    seller_sku: SellerSku,
    new_seller_sku: Annotated[
        str, typer.Argument(help="The new seller SKU: at most 40 characters, used nowhere else.")
    ],
    asin: Annotated[
        str, typer.Option("--asin", help="Another ASIN; by default the listing's own.")
    ] = "",
    remove_existing: Annotated[
        bool,
        typer.Option("--remove-existing", help="End the listing once the new one is there."),
    ] = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Give the product of a listing a second seller SKU; the plan then lists it.

    Example: amzsync alias add KIT-1001 KIT-1001-US --store us
    """
    from amzsync.render.overrides import given_lines
    from amzsync.workflows import aliases

    settings, _ = open_config(ctx, config)
    found = aliases.add(
        settings,
        seller_sku,
        new_seller_sku,
        store=store,
        asin=asin or None,
        remove_existing=remove_existing,
        now=now(),
    )
    place = "takes the place of" if remove_existing else "is listed beside"
    words = f"{new_seller_sku} {place} {seller_sku} in store {found.store}, under ASIN {found.asin}"
    for line in given_lines(found, words):
        say(line)


@group.command(cls=Command)
def remove(
    ctx: typer.Context,
    new_seller_sku: Annotated[str, typer.Argument(help="The seller SKU that was given.")],
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Take back a second seller SKU that Amazon does not have yet.

    Example: amzsync alias remove KIT-1001-US --store us
    """
    from amzsync.render.overrides import given_lines
    from amzsync.workflows import aliases

    settings, _ = open_config(ctx, config)
    found = aliases.remove(settings, new_seller_sku, store=store, now=now())
    words = f"{new_seller_sku} is no alias of {found.seller_sku} in store {found.store} any more"
    for line in given_lines(found, words):
        say(line)


@group.command("list", cls=Command)
def list_(
    ctx: typer.Context,
    store: StoreOption = None,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the second seller SKUs, and whether Amazon has them.

    Example: amzsync alias list --output json
    """
    from amzsync.render.overrides import ALIAS_FIELDS, alias_lines
    from amzsync.workflows import aliases

    with reading(ctx, config) as (state, settings):
        found = aliases.listed(state, settings, store=store)
    shown = found[: limited(limit, output)]
    if output is not Output.TABLE:
        answer_records(output, ALIAS_FIELDS, (one._asdict() for one in shown))
        return
    answer(alias_lines(shown))
    if len(shown) < len(found):
        say(f"{len(shown):,} of {len(found):,} aliases; --limit 0 shows all.")
    elif not found:
        say("There are no aliases.")


@app.command(cls=Command)
def asin(
    ctx: typer.Context,
    seller_sku: SellerSku,
    new_asin: Annotated[
        str, typer.Argument(help="The ASIN that it is to have.", show_default=False)
    ] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back the ASIN that it was to have.")
    ] = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Edit the ASIN of a listing: the new one is validated first, the old listing is ended afterwards.

    Example: amzsync asin KIT-1001 B0EXMX0102 --store us
    """
    from amzsync.render.overrides import given_lines
    from amzsync.workflows import aliases

    if undo == bool(new_asin):
        raise UsageError(
            "Which ASIN is it to have?", next_step="Name the new ASIN, or take it back with --undo."
        )
    settings, _ = open_config(ctx, config)
    if undo:
        found = aliases.keep(settings, seller_sku, store=store, now=now())
        words = f"{seller_sku} in store {found.store} keeps its ASIN {found.asin}"
    else:
        found = aliases.reassign(settings, seller_sku, new_asin, store=store, now=now())
        words = f"{seller_sku} in store {found.store} is to have ASIN {found.asin} instead of {found.old_asin}"
    for line in given_lines(found, words):
        say(line)
