"""A state file with two stores in it and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.store import state, stores

NOW = "2026-11-22T06:00:00Z"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The connection of the one writer; the stores us (1) and uk (2) are of different marketplaces."""
    with state.writing(tmp_path / "amzsync.db", command="a test", now=NOW) as current:
        for name, marketplace, currency in (("us", "US", "USD"), ("uk", "UK", "GBP")):
            stores.add(
                current.db,
                name=name,
                marketplace=marketplace,
                seller_id="A2EXAMPLE",
                website="base",
                currency=currency,
                exponent=2,
                run_id=1,
            )
        yield current.db
