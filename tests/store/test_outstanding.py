"""What is outstanding: sent and not answered for, and changed since it was last planned."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.store import outstanding, state
from tests.factories import NOW, Shop, asin, listing, product
from tests.sendings import sent

LATER = "2026-12-24T00:00:00Z"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Return a state with two listings of product A, a stranger, and a product B that is ready to list."""
    shop = Shop(tmp_path, products=[product(sku, attributes={"asin": asin(1)}) for sku in "AB"])
    shop.products[1]["additional_attributes"] = f"asin={asin(2)}"
    shop.us.listings = [listing("A"), listing("A-2", asin1=asin(1)), listing("X")]
    shop.run()
    with (
        state.writing(shop.state, command="a test", now=NOW) as current,
        current.transaction() as _,
    ):
        current.db.execute("DELETE FROM unplanned_listings")
        current.db.execute("DELETE FROM unplanned_products")
        yield current.db


def plan(db: sqlite3.Connection, *, until: str | None = None) -> None:
    db.execute("INSERT INTO wanted SELECT listing_id, 1, 1, ? FROM listings", (until,))


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        pytest.param("SELECT 1", 0, id="nothing"),
        pytest.param(
            "INSERT INTO unplanned_products SELECT product_id FROM products WHERE sku = 'A'",
            2,
            id="a product counts with all its listings",
        ),
        pytest.param(
            "INSERT INTO unplanned_products SELECT product_id FROM products WHERE sku = 'B'",
            1,
            id="a product that is ready to list counts itself",
        ),
        pytest.param(
            "INSERT INTO unplanned_listings SELECT listing_id FROM listings WHERE seller_sku <> 'A-2'",
            1,
            id="a listing without a product has no plan",
        ),
        pytest.param(
            "INSERT INTO unplanned_listings SELECT listing_id FROM listings",
            2,
            id="each once",
        ),
    ],
)
def test_what_changed_since_it_was_planned_is_counted(
    db: sqlite3.Connection, change: str, rows: int
) -> None:
    plan(db)
    db.execute(change)

    assert outstanding.unplanned(db, NOW) == rows


def test_what_holds_until_a_day_is_counted_from_that_day_on(db: sqlite3.Connection) -> None:
    plan(db, until="2026-12-01T08:00:00Z")

    assert outstanding.unplanned(db, NOW) == 0
    assert outstanding.unplanned(db, LATER) == 3


def test_where_nothing_was_ever_planned_nothing_is_out_of_date(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO unplanned_products SELECT product_id FROM products")

    assert outstanding.unplanned(db, LATER) == 0


def test_what_was_sent_is_counted_by_store(db: sqlite3.Connection) -> None:
    assert outstanding.sent(db) == {}

    for name in ("A", "A-2"):
        sent(db, name)

    assert outstanding.sent(db) == {"us": 2}
