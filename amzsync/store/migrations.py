"""The numbered steps from an empty state file to the present layout: append only, never edited.

Each step runs in a transaction together with its row in sqlite-utils' own table of migrations.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from amzsync.store import live_schema, offer_schema, outbox_schema, plan_schema, schema

migrations = Migrations("amzsync")


@migrations()
def m0001_listings(db: Database) -> None:
    """Products, listings, matches, tabs, changes, runs, sources; the views for users' own queries."""
    for script in (schema.TABLES, schema.VIEWS):
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)


@migrations()
def m0002_live(db: Database) -> None:
    """What asking Amazon itself needs: journal, documents, errors, rates, issues, catalogue, restrictions."""
    for script in (live_schema.TABLES, live_schema.VIEWS):
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)


@migrations()
def m0003_plan(db: Database) -> None:
    """What listings should be: attributes, overrides with an end, aliases, offers, what is wanted, actions."""
    for script in (plan_schema.TABLES, offer_schema.TABLES, plan_schema.VIEWS, offer_schema.VIEWS):
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)


@migrations()
def m0004_outbox(db: Database) -> None:
    """What is sent to Amazon: the outbox, the feeds, what was taken back, who ended a listing."""
    for script in (outbox_schema.TABLES, outbox_schema.VIEWS):
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)
