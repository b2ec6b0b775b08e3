"""The layout: its views are a promise to users' own queries, and any program may read them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from amzsync.store import schema
from amzsync.store.migrations import migrations
from tests.factories import example_shop, query, tables

VIEWS = {
    "v_runs": "run_id command started_at finished_at outcome message",
    "v_products": "product_id sku type name attribute_set categories websites enabled visibility price "
    "special_price special_from special_to quantity in_stock manage_stock backorders condition identifiers "
    "first_seen_at missing_since",
    "v_listings": "store tab status reason next_step seller_sku asin sku match matched_by title condition "
    "fulfillment price currency quantity amazon_status commerce_price commerce_quantity opened_at since "
    "first_seen_at missing_since",
    "v_unlisted": "store tab status reason next_step asin sku title commerce_price commerce_quantity since",
    "v_identifiers": "sku kind key weak",
    "v_candidates": "store seller_sku match kind key sku name",
    "v_changes": "change_id run_id store subject seller_sku sku field old new valid_from valid_to",
    "v_sources": "source_id store kind run_id path digest encoding modified_at rows_read accepted rejected "
    "duplicates",
    "v_rejects": "store kind path line key reason raw",
    "v_tabs": "store tab rows",
}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the state of the example shop, in which one product's name has changed."""
    shop = example_shop(tmp_path_factory.mktemp("example"))
    shop.import_files()
    export = next(shop.folder.glob("exports/catalog_product_*.csv"))
    changed = export.read_bytes().replace(b"Cornflower Blue", b"Bachelor's Button Blue")
    export.write_bytes(changed)
    shop.import_files(now="2026-11-23T06:00:00Z")
    return shop.state


@pytest.mark.parametrize(("view", "columns"), VIEWS.items(), ids=VIEWS)
class TestViews:
    def test_keep_the_columns_that_were_promised(
        self, example: Path, view: str, columns: str
    ) -> None:
        found = [row[1] for row in query(example, f"SELECT * FROM pragma_table_xinfo('{view}')")]
        assert found == columns.split()

    def test_have_rows_for_the_example_shop(self, example: Path, view: str, columns: str) -> None:
        assert query(example, f"SELECT count(*) > 0 FROM {view}") == [(1,)]


def test_there_is_no_view_that_is_not_promised(example: Path) -> None:
    found = query(example, "SELECT name FROM sqlite_master WHERE type = 'view'")
    assert {row[0] for row in found} == VIEWS.keys()


def test_every_listing_is_in_its_view_once(example: Path) -> None:
    counts = query(example, "SELECT (SELECT count(*) FROM v_listings), count(*) FROM listings")
    assert counts[0][0] == counts[0][1]


def test_other_programs_can_read_it(example: Path) -> None:
    listing = "SELECT count(*) AS n FROM v_listings"
    done = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "query", str(example), listing],
        capture_output=True,
        text=True,
        timeout=60,
    )
    ((number,),) = query(example, listing)
    assert (done.returncode, done.stdout.strip()) == (0, f'[{{"n": {number}}}]')
    # As Datasette opens a file that is not its own to change.
    with closing(sqlite3.connect(f"{example.as_uri()}?mode=ro", uri=True)) as db:
        db.execute("PRAGMA query_only = 1")
        assert db.execute(listing).fetchone() == (number,)


REFERENCES = {
    "listings.product_id": "SELECT count(*) FROM listings WHERE product_id NOT IN (SELECT product_id FROM products)",
    "listings.verdict_id": "SELECT count(*) FROM listings WHERE verdict_id NOT IN (SELECT verdict_id FROM verdicts)",
    "candidates": "SELECT count(*) FROM candidates WHERE listing_id NOT IN (SELECT listing_id FROM listings)",
    "identifiers": "SELECT count(*) FROM identifiers WHERE product_id NOT IN (SELECT product_id FROM products)",
    "unlisted": "SELECT count(*) FROM unlisted WHERE product_id NOT IN (SELECT product_id FROM products)",
    "foreign keys": "SELECT count(*) FROM pragma_foreign_key_check",
}


@pytest.mark.parametrize("sql", REFERENCES.values(), ids=REFERENCES)
def test_nothing_points_to_what_is_not_there(example: Path, sql: str) -> None:
    assert query(example, sql) == [(0,)]


class TestMigrations:
    def test_make_the_layout_once_and_do_nothing_the_second_time(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as connection:
            db = sqlite_utils.Database(connection)
            migrations.apply(db)
            first = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
            migrations.apply(db)
            again = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        assert first == again

    def test_are_as_many_as_the_version_says(self) -> None:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            db = sqlite_utils.Database(connection)
            names = [migration.name for migration in migrations.pending(db)]
        assert len(names) == schema.VERSION
        assert [name[:5] for name in names] == [f"m{n:04d}" for n in range(1, len(names) + 1)]

    def test_leave_the_version_in_the_file(self, example: Path) -> None:
        assert query(example, "PRAGMA user_version") == [(schema.VERSION,)]
        assert "meta" in tables(example)


BROKEN = {
    "a source whose sums do not add up": "UPDATE sources SET accepted = accepted + 1",
    "an unknown outcome of a run": "UPDATE runs SET outcome = 'perhaps'",
    "fewer than no rows in a tab": "UPDATE tab_counts SET rows = -1",
    "an unknown subject of a change": "UPDATE changes SET subject = 'shop'",
    "a listing twice": "INSERT INTO listings SELECT listing_id + 100000, store_id, seller_sku, asin, title, "
    "condition, fulfillment, price_minor, quantity, status, product_ref, opened_at, problem, gtin, base, filled, "
    "digest, product_id, outcome, matched_by, weak, tab, verdict_id, since_run, first_run, missing_run FROM listings",
}


@pytest.mark.parametrize("sql", BROKEN.values(), ids=BROKEN)
def test_the_state_refuses_what_cannot_be(example: Path, sql: str) -> None:
    with (
        closing(sqlite3.connect(example, isolation_level=None)) as db,
        pytest.raises(sqlite3.IntegrityError),
    ):
        db.execute(sql)
