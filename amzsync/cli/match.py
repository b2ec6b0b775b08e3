"""``amzsync match ...``: the matches that need a person."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.context import answer_records, limited, open_config, reading
from amzsync.cli.options import ConfigOption, LimitOption, Output, OutputOption, StoreOption
from amzsync.cli.talk import answer, answer_data, ask, reply, say
from amzsync.cli.times import now
from amzsync.core.match import Outcome
from amzsync.errors import UsageError

if TYPE_CHECKING:
    from amzsync.config import Config
    from amzsync.store.open_matches import OpenMatch
    from amzsync.workflows.decisions import Pair

group = typer.Typer(
    help="Find, make and keep the matches that need a person.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(group, name="match")

SellerSku = Annotated[str, typer.Argument(help="The listing's seller SKU, exactly as on Amazon.")]
Sku = Annotated[str, typer.Argument(help="The product's SKU, exactly as in Commerce.")]


class Kind(StrEnum):
    """Which listings without a product."""

    ALL = "all"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    CONFLICT = "conflict"
    PARENT = "variation-parent"


_OUTCOMES = {
    Kind.ALL: (Outcome.STRANGER, Outcome.AMBIGUOUS, Outcome.CONFLICT, Outcome.PARENT),
    Kind.UNMATCHED: (Outcome.STRANGER,),
    Kind.AMBIGUOUS: (Outcome.AMBIGUOUS,),
    Kind.CONFLICT: (Outcome.CONFLICT,),
    Kind.PARENT: (Outcome.PARENT,),
}
FIELDS = ("store", "seller_sku", "asin", "title", "outcome", "reason", "candidates")


@group.command("list", cls=Command)
def list_(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Option("--kind", help="Which of them.")] = Kind.ALL,
    store: StoreOption = None,
    limit: LimitOption = None,
    output: OutputOption = Output.TABLE,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help="Exit with 1 if there is any.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """List the listings without a product, with the candidates.

    Example: amzsync match list --kind conflict
    """
    from amzsync.render.lists import match_lines
    from amzsync.render.text import counted
    from amzsync.workflows.matches import undecided

    with reading(ctx, config) as (state, settings):
        found = undecided(state, settings, store=store, outcomes=_OUTCOMES[kind])
    shown = found[: limited(limit, output)]
    if output is Output.TABLE:
        answer(match_lines(shown))
        say(
            f"{len(shown):,} of {counted(len(found), 'listing')} without a product."
            if found
            else "There is no such listing."
        )
    else:
        answer_records(output, FIELDS, (_record(one, output) for one in shown))
    if fail_if_any and found:
        raise typer.Exit(1)


@group.command(cls=Command)
def pin(
    ctx: typer.Context,
    seller_sku: SellerSku,
    sku: Sku,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Join a listing with a product for good, whatever their identifiers say.

    Example: amzsync match pin 7Q-XK2L-09ZV KIT-1005 --store us
    """
    _decide(ctx, config, store, seller_sku, sku, "pin")


@group.command(cls=Command)
def never(
    ctx: typer.Context,
    seller_sku: SellerSku,
    sku: Sku,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Never match a listing with a product, whatever their identifiers say.

    Example: amzsync match never KIT-1010-2PACK KIT-1010 --store us
    """
    _decide(ctx, config, store, seller_sku, sku, "never")


@group.command(cls=Command)
def unpin(
    ctx: typer.Context,
    seller_sku: SellerSku,
    sku: Annotated[
        str, typer.Argument(help="Only the decision about this product.", show_default=False)
    ] = "",
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Take back what was decided about a listing: its pin, or what it may never be.

    Example: amzsync match unpin KIT-1010-2PACK --store us
    """
    _decide(ctx, config, store, seller_sku, sku, "pin", remove=True)


@group.command(cls=Command)
def review(ctx: typer.Context, store: StoreOption = None, config: ConfigOption = None) -> None:
    """Walk through what could not be decided: pick a product, rule them out, or skip.

    What is answered is kept at once, so that you can stop at any time and go on later.

    Example: amzsync match review --store us
    """
    from amzsync.render.lists import open_match_lines
    from amzsync.render.text import counted
    from amzsync.workflows.matches import UNDECIDED, undecided

    settings, _ = open_config(ctx, config)
    with reading(ctx, config) as (state, _settings):
        found = undecided(state, settings, store=store, outcomes=UNDECIDED)
    skipped = 0
    for number, one in enumerate(found, start=1):
        ask("")
        for line in open_match_lines(one):
            ask(line)
        word = _ask(settings, one, f"[{number}/{len(found)}]")
        if word == "q":
            say("Stopped; go on any time with amzsync match review.")
            return
        skipped += word == "s"
    if not found:
        say("There is nothing to review.")
    else:
        say(f"{counted(skipped, 'listing')} skipped." if skipped else "Nothing is left to decide.")


@group.command(cls=Command)
def export(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Where to; stdout if left out.", show_default=False)
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write all decisions as CSV: store,seller_sku,sku,verdict.

    Example: amzsync match export decisions.csv
    """
    from amzsync.render.records import csv_lines
    from amzsync.render.text import counted
    from amzsync.workflows import decisions, matches

    settings, _ = open_config(ctx, config)
    pairs = list(matches.export(settings))
    if file is None:
        answer_data(csv_lines(decisions.HEADER, (pair._asdict() for pair in pairs)))
    else:
        decisions.save(file, pairs)
        say(f"{counted(len(pairs), 'decision')} written to {file}.")


@group.command("import", cls=Command)
def import_(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="A CSV file with the columns store,seller_sku,sku,verdict.")
    ],
    config: ConfigOption = None,
) -> None:
    """Take over decisions from a CSV file; those that are there already stay.

    Example: amzsync match import decisions.csv
    """
    from amzsync.render.text import counted
    from amzsync.workflows import matches

    settings, _ = open_config(ctx, config)
    decided = matches.decide(settings, matches.load(settings, file), now=now())
    say(f"{counted(len(decided), 'decision')} taken over.")


def _decide(
    ctx: typer.Context,
    given: Path | None,
    store: str | None,
    seller_sku: str,
    sku: str,
    verdict: str,
    *,
    remove: bool = False,
) -> None:
    from amzsync.workflows.decisions import Pair

    settings, _ = open_config(ctx, given)
    _apply(settings, Pair(_store(settings, store), seller_sku, sku, verdict), remove=remove)


def _apply(settings: "Config", pair: "Pair", *, remove: bool = False) -> None:
    from amzsync.render.lists import decided_words
    from amzsync.workflows.matches import decide

    for one in decide(settings, [pair], now=now(), remove=remove):
        say(decided_words(pair.store, pair.seller_sku, one.outcome, one.tab))


def _store(settings: "Config", name: str | None) -> str:
    if name is not None:
        return settings.chosen(name)[0].name
    if len(settings.stores) > 1:
        names = ", ".join(store.name for store in settings.stores)
        raise UsageError("Which store?", next_step=f"Add --store; the stores are {names}.")
    return settings.stores[0].name


def _ask(settings: "Config", one: "OpenMatch", place: str) -> str:
    """Ask about one listing and keep the answer; return it: a number, n, s (skip) or q (stop)."""
    from amzsync.workflows.decisions import Pair

    numbers = [str(n) for n in range(1, len(one.candidates) + 1)]
    choice = f"number {numbers[0]}-{numbers[-1]}" if len(numbers) > 1 else "y"
    prompt = f"{place} Which product is it? ({choice}, n: none of them, s: skip, q: stop):"
    while True:
        word = (reply(prompt, "s") or "q").lower()  # nobody there: stop
        if word == "y" and len(numbers) == 1:
            word = "1"
        if word in numbers:
            sku = one.candidates[int(word) - 1].sku
            _apply(settings, Pair(one.store, one.seller_sku, sku, "pin"))
            return word
        if word == "n":
            for candidate in one.candidates:
                _apply(settings, Pair(one.store, one.seller_sku, candidate.sku, "never"))
            return word
        if word in {"s", "q"}:
            return word


def _record(one: "OpenMatch", output: Output) -> dict[str, object]:
    record: dict[str, object] = dict(one._asdict())
    record["candidates"] = [
        candidate._asdict() if output is Output.JSON else candidate.sku
        for candidate in one.candidates
    ]
    return record
