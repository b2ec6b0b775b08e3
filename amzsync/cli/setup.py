"""``amzsync init`` and ``amzsync config ...``."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amzsync import config as configuration
from amzsync.cli.app import app
from amzsync.cli.coercion import Command
from amzsync.cli.options import ConfigOption
from amzsync.cli.talk import answer, answer_data, reply, say
from amzsync.errors import UsageError

if TYPE_CHECKING:
    from amzsync.commerce.inspection import Inspection

group = typer.Typer(
    help="Check and show the configuration.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(group, name="config")


@group.command(cls=Command)
def check(ctx: typer.Context, config: ConfigOption = None) -> None:
    """Check amzsync.toml and the mapping file; tell all problems at once.

    Example: amzsync config check
    """
    from amzsync.config.schema import check as checked
    from amzsync.render.text import counted
    from amzsync.workflows.decisions import load

    raw = configuration.read(_path(ctx, config))
    settings = configuration.build(raw.path, checked(raw))
    pairs = load(settings)
    stores = ", ".join(
        f"store {store.name} ({store.marketplace.code})" for store in settings.stores
    )
    answer(
        [
            f"{settings.path} is fine: {stores}; {counted(len(pairs), 'decision')} in the mapping file."
        ]
    )


@group.command(cls=Command)
def show(ctx: typer.Context, config: ConfigOption = None) -> None:
    """Show the configuration with every default filled in, as JSON.

    Example: amzsync config show
    """
    from amzsync.config.schema import check as checked
    from amzsync.render.records import to_json

    raw = configuration.read(_path(ctx, config))
    answer_data([to_json({"path": str(raw.path), **checked(raw)})])


@group.command(cls=Command)
def path(ctx: typer.Context, config: ConfigOption = None) -> None:
    """Print the path of the configuration file that is used.

    Example: amzsync config path
    """
    answer([str(_path(ctx, config))])


@app.command(cls=Command)
def init(
    ctx: typer.Context,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="The Commerce product export.", show_default=False),
    ] = None,
    listings: Annotated[
        list[Path] | None,
        typer.Option(
            "--listings",
            help="A report file of Amazon; may be given several times.",
            show_default=False,
        ),
    ] = None,
    account: Annotated[
        str,
        typer.Option(
            "--account",
            help="Ask Amazon itself through an account of this name, such as main; no report files.",
            show_default=False,
        ),
    ] = "",
    store: Annotated[
        str,
        typer.Option("--store", help="A short name for the store, such as us.", show_default=False),
    ] = "",
    marketplace: Annotated[
        str, typer.Option("--marketplace", help="US, UK, DE, JP, ...", show_default=False)
    ] = "",
    seller_id: Annotated[
        str,
        typer.Option("--seller-id", help="The seller's id (merchant token).", show_default=False),
    ] = "",
    website: Annotated[
        str, typer.Option("--website", help="The code of the Commerce website.", show_default=False)
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite amzsync.toml.")] = False,
    config: ConfigOption = None,
) -> None:
    """Make amzsync.toml: look at an export for identifiers, ask a few questions, write it with comments.

    Example: amzsync init --export exports/catalog_product.csv --listings reports/all-listings.txt
    """
    from amzsync.config.schema import check as checked
    from amzsync.render.config_file import Answers, config_text
    from amzsync.workflows import setup

    target = config or ctx.find_root().params.get("config_path") or Path(configuration.NAME)
    folder = target.resolve().parent
    if target.exists() and not force:
        raise UsageError(f"{target} is already there.", next_step="Overwrite it with --force.")
    export = export or _file("Commerce product export", setup.propose_export(folder), "--export")
    found = setup.inspect_export(export)
    if account and listings:
        raise UsageError(
            "A store reads report files or asks Amazon, not both.",
            next_step="Leave --listings or --account out.",
        )
    reports = [] if account else _reports(listings, folder)
    _tell(found)
    place = _ask("Marketplace", marketplace, "US", "--marketplace")
    answers = Answers(
        products=_relative(export, folder),
        mapping=_mapping(found),
        store=_ask("Name of the store", store, place.lower(), "--store"),
        marketplace=place,
        seller_id=_ask(
            "Seller id (Seller Central > Account Info > Merchant Token)",
            seller_id,
            "",
            "--seller-id",
        ),
        website=_ask(
            "Commerce website",
            website,
            found.websites[0][0] if found.websites else "base",
            "--website",
        ),
        listings=[_relative(report, folder) for report in reports],
        account=account,
    )
    text = config_text(answers)
    checked(configuration.parse(target.resolve(), text.encode()))  # nothing faulty is written
    setup.write(target, text, overwrite=force)
    first = "amzsync check, which asks Amazon, then " if account else ""
    say(f"{target} is written. Next: {first}amzsync import-listings")


def _reports(given: list[Path] | None, folder: Path) -> list[Path]:
    """Return the report files that were given or are there, or ask for one; tell which kinds they are."""
    from amzsync.workflows import setup

    reports = given or setup.propose_reports(folder)
    if not reports:
        say("Without a report file, amzsync asks Amazon itself: amzsync init --account main.")
        reports = [_file("All Listings report of Amazon", None, "--listings")]
    for report, kind in setup.name_reports(reports):
        say(f"{report}: {kind}")
    return reports


def _path(ctx: typer.Context, given: Path | None) -> Path:
    return configuration.find(given or ctx.find_root().params.get("config_path"), start=Path.cwd())


def _ask(question: str, given: str, proposed: str, option: str) -> str:
    """Return what was given, or ask; where nobody can answer, take the proposal."""
    if given:
        return given
    if not sys.stdin.isatty():
        if not proposed:
            raise UsageError(
                f"{question}: nobody is there to answer.", next_step=f"Give it with {option}."
            )
        return proposed
    while True:
        answered = reply(f"{question} [{proposed}]:" if proposed else f"{question}:", proposed)
        if answered is None:
            raise KeyboardInterrupt
        if answered:
            return answered


def _file(what: str, proposed: Path | None, option: str) -> Path:
    return Path(
        _ask(f"Path of the {what}", "", "" if proposed is None else str(proposed), option)
    ).expanduser()


def _relative(path: Path, folder: Path) -> str:
    return os.path.relpath(path.resolve(), folder)


def _mapping(found: "Inspection") -> dict[str, list[tuple[str, str]]]:
    mapping: dict[str, list[tuple[str, str]]] = {}
    for one in found.suggestions:
        why = f"{one.attribute}: {one.valid:,} of {one.filled:,} values fit, such as {one.example}"
        mapping.setdefault(one.kind.value, []).append((one.attribute, why))
    mapping.get("upc", [])[:] = [pair for pair in mapping.get("upc", []) if pair[0] != "sku"]
    return mapping


def _tell(found: "Inspection") -> None:
    say(f"{found.rows:,} rows of the export were looked at.")
    for one in found.suggestions:
        say(
            f"  {one.kind.value}: attribute {one.attribute} ({one.valid:,} of {one.filled:,} values fit, such as {one.example})"
        )
    if not found.suggestions:
        say(
            "  No attribute looks like an identifier; listings are matched by SKU only until you map one."
        )
