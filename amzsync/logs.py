"""Where words other than the answer go: stderr, and a crash log beside the state file."""

from __future__ import annotations

import logging
import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path

from amzsync import __version__


def configure(*, quiet: bool, verbose: bool) -> None:
    """Send log records to stderr: errors only, warnings, or everything."""
    level = logging.ERROR if quiet else logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(
        stream=sys.stderr, level=level, format="amzsync: %(levelname)s %(name)s: %(message)s"
    )


def crash(error: BaseException) -> Path:
    """Write what a bug report needs to a private file of its own and return its path."""
    descriptor, name = tempfile.mkstemp(prefix="amzsync-crash-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{versions()}\n\n")
        file.writelines(traceback.format_exception(error))
    return Path(name)


def versions() -> str:
    """Return what runs: amzsync, Python, system."""
    return (
        f"amzsync {__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.release()}"
    )
