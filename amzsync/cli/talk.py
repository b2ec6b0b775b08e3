"""The answer on stdout, and what is said beside it on stderr, as much as the user wants to hear."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import typer

from amzsync.errors import OutputError

_loudness = ContextVar("_loudness", default=0)  # -1 quiet, 0, 1 verbose


def set_loudness(*, quiet: bool, verbose: bool) -> None:
    """Say only errors (*quiet*), or also what is being done (*verbose*)."""
    _loudness.set(-1 if quiet else int(verbose))


def is_verbose() -> bool:
    """Tell whether the user wants to know what is being done."""
    return _loudness.get() > 0


def say(line: str) -> None:
    """Write a remark to stderr, unless the user wants quiet."""
    if _loudness.get() >= 0:
        ask(line)


def tell(line: str) -> None:
    """Write what is being done to stderr, where the user wants to know."""
    if _loudness.get() > 0:
        ask(line)


def ask(line: str) -> None:
    """Write to stderr what belongs to a question: it is shown however quiet it should be."""
    from amzsync.render.text import safe

    typer.echo(safe(line), err=True)


def reply(question: str, default: str = "") -> str | None:
    """Ask on stderr and return the answer, *default* for an empty one, ``None`` where nobody answers.

    Typer's own prompt writes a blank to stdout, which belongs to the answer of the command.
    """
    from amzsync.render.text import safe

    typer.echo(safe(f"{question} ").replace("\n", " "), nl=False, err=True)
    line = sys.stdin.readline()
    if not line:
        typer.echo(err=True)
        return None
    return line.strip() or default


def answer(lines: Iterable[str], *, hang: int = 4) -> None:
    """Write *lines* for people to stdout, whatever its encoding can hold.

    On a terminal long lines wrap between words; what follows is indented by *hang* more than the line.
    """
    from amzsync.render.text import wrapped

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    with writing():
        for line in lines:
            for part in [line] if width is None else wrapped(line, width, hang=hang):
                _write(part)


def answer_data(lines: Iterable[str]) -> None:
    """Write *lines* of JSON or CSV to stdout: these are UTF-8, whatever the terminal's encoding is."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    with writing():
        for line in lines:
            sys.stdout.write(line + "\n")


@contextmanager
def writing() -> Iterator[None]:
    """Write to stdout; raises ``OutputError`` where it takes no more (a full disk)."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise  # whoever read has enough: no error
    except OSError as error:
        raise OutputError(
            f"The answer cannot be written: {error.strerror}.", next_step="Write it elsewhere."
        ) from error


def _write(line: str) -> None:
    out = sys.stdout
    try:
        out.write(line + "\n")
    except UnicodeEncodeError:
        encoding = out.encoding or "ascii"
        out.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
