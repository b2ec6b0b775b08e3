"""Plans in files: written whole or not at all, and judged before they are believed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from amzsync import archive
from amzsync.core import plan_document
from amzsync.core.plan_document import NoPlanError
from amzsync.errors import InputError, MissingInput, OutputError
from amzsync.results.plan import Judged

_BEGINNING = 1000  # characters that are enough to know a plan by


def refuse_other(path: Path) -> None:
    """Refuse to put a plan where something stands that is no plan; an empty file is nothing to lose.

    Raises ``OutputError``.
    """
    try:
        if not path.exists():
            return
        if path.is_file():
            with path.open(encoding="utf-8", errors="replace") as file:
                beginning = file.read(_BEGINNING)
            if not beginning or plan_document.is_begun(beginning):
                return
    except OSError as error:
        raise archive.unwritable(path, error) from error
    raise OutputError(
        f"{path} is there already and is no plan of amzsync.", next_step="Name another file."
    )


def write(path: Path, lines: Iterable[str]) -> None:
    """Write the *lines* of a plan, readable for nobody else; *path* gets all of them or stays as it is.

    Raises ``OutputError`` where something else stands there, or the disk takes no more.
    """
    refuse_other(path)
    with archive.written(path) as file:
        file.writelines(f"{line}\n".encode() for line in lines)


def judge(path: Path, now_serial: int) -> Judged:
    """Tell whether the plan in *path* is as it was written, and made of the state as it is now.

    Raises ``MissingInput`` and ``InputError`` where there is no plan.
    """
    try:
        with path.open(encoding="utf-8") as file:
            found = plan_document.verify(file)
    except FileNotFoundError as error:
        raise MissingInput(
            f"No file {path}.", next_step="Write one with amzsync plan --out."
        ) from error
    except (NoPlanError, UnicodeDecodeError) as error:
        said = "it is not text" if isinstance(error, UnicodeDecodeError) else error
        raise InputError(
            f"{path} cannot be read as a plan: {said}.",
            next_step="Write one with amzsync plan --out.",
        ) from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.",
            next_step="Check the file and its permissions.",
        ) from error
    stale = found.serial != now_serial
    return Judged(found.actions, found.intact, stale, found.serial, now_serial)
