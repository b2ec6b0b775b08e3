"""Where a state file belongs: a copy of it, on another machine or in another folder, must not send anything."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

KEY = "home"
HOST = "AMZSYNC_HOST"
"""The environment variable that names the machine where its own name changes, as in containers."""
_MACHINE = Path("/etc/machine-id")


class Home(NamedTuple):
    """A place where a state file can be."""

    host: str
    path: str
    user: str


def here(path: Path, environ: Mapping[str, str] = os.environ) -> Home:
    """Return the place where the state file at *path* is now."""
    return Home(_host(environ), str(path.resolve()), str(os.getuid()))


def record(db: sqlite3.Connection, home: Home) -> None:
    """Note that the state belongs to *home*."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (KEY, json.dumps(home)))


def differences(db: sqlite3.Connection, home: Home) -> list[str]:
    """Return, in words, how *home* is not where the state belongs; empty where it is."""
    found = db.execute("SELECT value FROM meta WHERE key = ?", (KEY,)).fetchone()
    if found is None:
        return ["it does not say where it belongs"]
    old = Home(*json.loads(found[0]))
    said = {"host": "machine", "path": "folder or name", "user": "user"}
    return [
        f"it belongs to the {said[name]} {before}, and this is {after}"
        for name, before, after in zip(Home._fields, old, home, strict=True)
        if before != after
    ]


def _host(environ: Mapping[str, str]) -> str:
    if name := environ.get(HOST):
        return name
    try:
        machine = _MACHINE.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        machine = ""
    return f"{socket.gethostname()} {machine[:8]}".strip()
