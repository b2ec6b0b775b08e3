"""The layout: its views are a promise to users' own queries, and any program may read them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from amzsync.core.issues import Issue
from amzsync.core.offers import Offer
from amzsync.core.overrides import Row
from amzsync.store import (
    answers,
    catalogue,
    communication,
    feeds,
    journal,
    offers,
    overrides,
    schema,
    state,
    stores,
)
from amzsync.store.catalogue import Restriction
from amzsync.store.communication import Trouble
from amzsync.store.migrations import migrations
from amzsync.store.offers import Told
from amzsync.workflows import planning
from tests.factories import Folder, canonical, differing, example_shop, query, tables
from tests.sendings import sent

NEXT_DAY = "2026-11-23T06:00:00Z"

VIEWS = {
    "v_runs": "run_id command started_at finished_at outcome message",
    "v_products": "product_id sku type name attribute_set categories websites enabled visibility price "
    "special_price special_from special_to quantity in_stock manage_stock backorders condition identifiers "
    "first_seen_at missing_since attributes",
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
    "v_communication_errors": "error_id run_id account store operation kind status code message request_id "
    "seller_sku at",
    "v_reports": "report_no store type state report_id ours asked_at created_at checked_at digest message",
    "v_issues": "store seller_sku severity code message attributes categories actions exemption exempt_until "
    "asked_at",
    "v_catalogue": "marketplace key asked_at asin title product_type parent",
    "v_restrictions": "store asin condition code message link asked_at",
    "v_overrides": "store seller_sku field value expires_at set_at",
    "v_wanted": "store seller_sku price wanted_price currency quantity wanted_quantity holds_until",
    "v_actions": "store rank kind seller_sku sku hold",
    "v_in_process": "store_id store seller_sku kind sent_at",
    "v_outbox": (
        "outbox_id run_id store seller_sku sku kind step differences progress way payload feed_id written_at sent_at "
        "accepted_at settled_at due_at submission_id issues message"
    ),
    "v_feeds": "feed_no run_id store state messages size made_at asked_at feed_id checked_at message",
    "v_offers": "store asin family condition price shipping landed_price currency fulfillment feedback feedback_count "
    "ours buy_box code asked_at",
}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the state of the example shop, in which one product's name has changed."""
    shop = example_shop(tmp_path_factory.mktemp("example"))
    shop.import_files()
    export = next(shop.folder.glob("exports/catalog_product_*.csv"))
    changed = export.read_bytes().replace(b"Cornflower Blue", b"Bachelor's Button Blue")
    export.write_bytes(changed)
    shop.import_files(now=NEXT_DAY)
    with state.writing(shop.state, command="a test", now=NEXT_DAY) as current:
        ask_amazon(current.db)
        us = stores.known(current.db)["us"].store_id
        overrides.put(current.db, 1, [(us, "KIT-1001", Row("price", "19.99"))])
        planning.bring_up_to_date(current, shop.config(), now=NEXT_DAY)
    return shop.state


def ask_amazon(db: sqlite3.Connection) -> None:
    """Write down a little of what Amazon can be asked."""
    us, sku = stores.known(db)["us"].store_id, "KIT-1013"
    journal.begin(db, us, "GET_MERCHANT_LISTINGS_ALL_DATA", NEXT_DAY)
    issue = Issue("1", "m", "ERROR", ("brand",), (), (), "", None)
    answers.put_issues(db, us, {sku: [issue]}, {sku: NEXT_DAY})
    communication.record(
        db,
        1,
        [Trouble("main", None, "token", "refused", None, "NoAnswer", "m", "", None, NEXT_DAY)],
    )
    catalogue.record(db, "US", NEXT_DAY, ["09520000000001"], [])
    catalogue.record_restrictions(db, us, NEXT_DAY, [Restriction("B0X", "new_new", "", "", "")])
    sent(db, sku, store_id=us)
    feeds.begin(db, 1, us, NEXT_DAY)
    offers.put(db, us, [Told("B0X", "New", NEXT_DAY, (Offer("new_new", 1999),))])


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


class TestTheStateOfTheFirstLayout:
    """A file as amzsync made it before it could ask Amazon."""

    @pytest.fixture
    def shop(self, tmp_path: Path, example: Path) -> Folder:
        """Return the example shop with such a file, which holds all that the example's holds."""
        shop = example_shop(tmp_path)
        source = next(shop.folder.glob("exports/catalog_product_*.csv"))
        source.write_bytes(next(example.parent.glob("exports/catalog_product_*.csv")).read_bytes())
        with closing(sqlite3.connect(shop.state, isolation_level=None)) as db:
            migrations.apply(sqlite_utils.Database(db), stop_before="m0002_live")
            db.execute("PRAGMA user_version = 1")
            db.execute("ATTACH ? AS example", (str(example),))
            for table in tables(shop.state):
                names = ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})"))
                db.execute(f"INSERT INTO {table} SELECT {names} FROM example.{table}")
        return shop

    def test_is_brought_up_to_date_with_every_row_whole(self, shop: Folder) -> None:
        names = {
            table: [
                row[0]
                for row in query(shop.state, f"SELECT name FROM pragma_table_info('{table}')")
            ]
            for table in tables(shop.state)
        }
        selects = {
            table: f"SELECT {', '.join(columns)} FROM {table}"
            + (" WHERE key <> 'config'" if table == "meta" else "")
            for table, columns in names.items()
        }
        before = {table: query(shop.state, sql) for table, sql in selects.items()}
        with state.writing(shop.state, command="a test", now=NEXT_DAY):
            pass
        assert {table: query(shop.state, sql) for table, sql in selects.items()} == before
        assert all(before[name] for name in ("runs", "listings", "report_rows", "changes", "meta"))
        assert query(shop.state, "PRAGMA user_version") == [(schema.VERSION,)]
        assert query(shop.state, "PRAGMA integrity_check") == [("ok",)]
        assert query(shop.state, "SELECT count(asked_at) FROM report_rows") == [(0,)]

    def test_has_the_same_layout_then_as_a_new_one(self, shop: Folder, example: Path) -> None:
        with state.writing(shop.state, command="a test", now=NEXT_DAY):
            pass
        layout = (
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '!_%' ESCAPE '!' "
            "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
        )
        assert query(shop.state, layout) == query(example, layout)

    def test_forgets_that_the_configuration_was_checked_which_lacks_what_is_new(
        self, shop: Folder
    ) -> None:
        kept = "SELECT count(*) FROM meta WHERE key = 'config'"
        assert query(shop.state, kept) == [(1,)]
        with state.writing(shop.state, command="a test", now=NEXT_DAY):
            pass
        assert query(shop.state, kept) == [(0,)]

    def test_says_the_same_after_the_next_import(self, shop: Folder, example: Path) -> None:
        shop.import_files(now="2026-11-24T06:00:00Z")
        assert differing(canonical(shop.state), canonical(example)) == {}


BROKEN = {
    "a report in an unknown state": "UPDATE reports SET state = 'perhaps'",
    "a report that is neither ours nor not": "UPDATE reports SET ours = 2",
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
