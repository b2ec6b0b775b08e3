"""The command line: parse, call one workflow, render, exit.

Commands import what they need when they run, so that ``amzsync status`` starts at once.
"""

from __future__ import annotations

import sys

from amzsync.cli import history, imports, match, setup, show, status
from amzsync.cli.app import app

__all__ = ["app", "history", "imports", "main", "match", "setup", "show", "status"]


def main() -> None:
    """Run amzsync."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # cron has an ASCII terminal, titles have not
            stream.reconfigure(errors="backslashreplace")
    app()
