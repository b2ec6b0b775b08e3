"""The README's table of views is true."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from amzsync.store.migrations import migrations

README = Path(__file__).parents[1] / "README.md"


def views_of_the_state() -> dict[str, list[str]]:
    db = sqlite3.connect(":memory:")
    migrations.apply(Database(db))
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    found = {name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")] for name in names}
    db.close()
    return found


def views_of_the_readme() -> dict[str, list[str]]:
    rows = re.findall(r"^\| `(v_\w+)` \| [^|]+ \| (.+) \|$", README.read_text(), re.MULTILINE)
    return {name: re.findall(r"`(\w+)`", columns) for name, columns in rows}


def test_the_readme_names_every_view_with_all_its_columns() -> None:
    assert views_of_the_readme() == views_of_the_state()
