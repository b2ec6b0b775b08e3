"""The program itself: its global options, and what becomes of errors."""

import os
import sys
from contextlib import suppress
from io import UnsupportedOperation
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from amzsync import __version__
from amzsync.cli.coercion import lighten
from amzsync.cli.talk import set_loudness
from amzsync.errors import AmzsyncError, OutputError

BUG = 70
INTERRUPTED = 130


class Group(TyperGroup):
    """The place where every error becomes a sentence on stderr and an exit code."""

    def get_params(self, ctx: Any) -> Any:
        """Return the parameters, the plain ones lightened."""
        return lighten(self, super().get_params(ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AmzsyncError as error:
            if isinstance(error, OutputError):
                _discard_stdout()
            _complain(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            _complain("Interrupted; nothing was left half done.")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            _discard_stdout()
            raise typer.Exit(0) from None
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if isinstance(error, OSError) and _stdout_is_full():
                raise  # a command's help could not be written: see main
            if error.__class__.__module__.startswith(("typer", "click")):
                raise
            from amzsync.logs import crash

            _complain(
                f"That was a bug in amzsync ({type(error).__name__}). Please report it with {crash(error)}."
            )
            raise typer.Exit(BUG) from None

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the program; help and version are written without a command, so they may fail here."""
        try:
            return super().main(*args, **extra)
        except OSError as error:
            _discard_stdout()
            _complain(f"The answer cannot be written: {error.strerror}. Write it elsewhere.")
            raise SystemExit(OutputError.exit_code) from None


def _stdout_is_full() -> bool:
    """Tell whether stdout still cannot take what it was given."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return False


def _discard_stdout() -> None:
    """Let what is still to be written go nowhere, so that Python does not fail once more when it ends."""
    with suppress(UnsupportedOperation):  # a stdout that is no file keeps what it has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(words: str) -> None:
    from amzsync.render.text import safe

    for line in f"amzsync: {words}".split("\n"):
        typer.echo(safe(line), err=True)


app = typer.Typer(
    cls=Group,
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Keep Amazon listings and Adobe Commerce products in step, with the reason for every state.",
    epilog="Example: amzsync import-listings, then amzsync status --tab inactive",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"amzsync {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config_path: Annotated[
        Path | None,
        typer.Option(
            "--config",
            help="The configuration file (default: amzsync.toml here or above).",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only the answer and errors.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell what is being done.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Show how things stand (the same as ``status``) when no command is given."""
    del version
    if quiet or verbose:
        from amzsync.logs import configure

        configure(quiet=quiet, verbose=verbose)
    set_loudness(quiet=quiet, verbose=verbose)
    if ctx.invoked_subcommand is None:
        from amzsync.cli.status import overview

        overview(ctx, config_path)
