"""The numbered steps from an empty state file to the present layout: append only, never edited.

Each step runs in a transaction together with its row in sqlite-utils' own table of migrations.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from amzsync.store import schema

migrations = Migrations("amzsync")


@migrations()
def m0001_listings(db: Database) -> None:
    """Products, listings, matches, tabs, changes, runs, sources; the views for users' own queries."""
    for script in (schema.TABLES, schema.VIEWS):
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)
