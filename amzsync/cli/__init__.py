"""The command line: parse, call one workflow, render, exit.

Commands import what they need when they run, and only the module of the command that is asked for is
loaded, so that ``amzsync status`` starts at once.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from amzsync.cli.app import INTERRUPTED, app

__all__ = ["MODULES", "app", "load", "main"]
MODULES = {
    "import-listings": "imports",
    "status": "status",
    "show": "show",
    "match": "match",
    "rules": "rules",
    "override": "override",
    "alias": "alias",
    "asin": "alias",
    "changes": "history",
    "rejects": "history",
    "errors": "history",
    "runs": "history",
    "report": "report",
    "log": "log",
    "undo": "undo",
    "plan": "plan",
    "push": "push",
    "publish": "push",
    "end": "push",
    "relist": "push",
    "revise": "push",
    "adopt": "push",
    "new-products": "new_products",
    "sync": "sync",
    "check": "check",
    "cron": "cron",
    "init": "setup",
    "config": "setup",
}


def load(words: Sequence[str] = ()) -> None:
    """Load the module of the command among *words*, or of all commands where there is none."""
    named = [
        word for before, word in zip(["", *words], words, strict=False) if before != "--config"
    ]
    asked = next((MODULES[word] for word in named if word in MODULES), None)
    helped = asked is None or any(word.startswith("-") and "completion" in word for word in words)
    for name in dict.fromkeys(MODULES.values()) if helped else [asked]:
        import_module(f"amzsync.cli.{name}")


def main() -> None:
    """Run amzsync."""
    try:
        _open_closed_streams()
        load(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # cron has an ASCII terminal, titles have not
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="amzsync")


def _open_closed_streams() -> None:
    """Give Python the streams that were closed before it began (``>&-``); without, it has ``None``.

    The numbers are taken as well, so that no file that is opened later gets what is written to a stream.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
