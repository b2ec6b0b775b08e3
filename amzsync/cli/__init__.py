"""The command line: parse, call one workflow, render, exit.

Commands import what they need when they run, and only the module of the command that is asked for is
loaded, so that ``amzsync status`` starts at once.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

from amzsync.cli.app import app

MODULES = {
    "import-listings": "imports",
    "status": "status",
    "show": "show",
    "match": "match",
    "changes": "history",
    "rejects": "history",
    "runs": "history",
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
    load(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # cron has an ASCII terminal, titles have not
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="amzsync")
