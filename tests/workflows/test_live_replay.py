"""A run is done again from the documents that it had: with Amazon gone, and as long as they are kept."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from amzsync.errors import AmzsyncError, MissingInput, UsageError
from tests import factories
from tests.live import DAY, HOUR, MINUTE, LiveShop, asked, live_shop
from tests.simulators import faults

SKU = "SIM-000001"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A shop after its first import, which was run 1."""
    with live_shop(tmp_path) as made:
        made.import_()
        made.clock.advance(5 * MINUTE)
        yield made


def gone(shop: LiveShop) -> None:
    """Have Amazon answer nobody any more."""

    shop.simulator.always("*", faults.connection_reset())
    shop.simulator.ledger.clear()


def price(shop: LiveShop) -> int:
    (row,) = shop.query("SELECT price_minor FROM listings WHERE seller_sku = ?1", SKU)
    return int(row[0])


def archived(shop: LiveShop) -> list[Path]:
    return sorted(path for path in shop.config().amazon.archive.rglob("*") if path.is_file())


def twin(shop: LiveShop, folder: Path, run_id: int) -> LiveShop:
    """Return a shop that has the documents and notes of another, but knows nothing of its listings."""
    other = LiveShop(
        folder, shop.simulator, shop.clock, shop.products, dict(shop.stores), dict(shop.accounts),
        dict(shop.regions), dict(shop.environ),
    )  # fmt: skip
    shutil.copytree(shop.folder, folder, dirs_exist_ok=True)
    with closing(sqlite3.connect(other.state)) as db, db:
        for table in (
            "listings", "report_rows", "issues", "unlisted", "candidates", "tab_counts", "match_counts",
            "sources", "footprints", "catalogue_searches", "catalogue_items", "restrictions", "products",
            "identifiers", "product_views", "reports", "changes",
        ):  # fmt: skip
            db.execute(f"DELETE FROM {table}")
        db.execute("DELETE FROM meta WHERE key LIKE 'rules:%'")
        assert db.execute("SELECT 1 FROM documents WHERE run_id = ?", (run_id,)).fetchall() != []
    return other


# -- the same again ------------------------------------------------------------------------------------


def test_the_last_run_done_again_changes_nothing(shop: LiveShop) -> None:
    before = shop.canonical()
    gone(shop)
    result = shop.import_(replay=1)
    assert result.changes == 0
    assert factories.differing(shop.canonical(), before) == {}
    assert shop.simulator.ledger.count() == 0


def test_a_run_done_again_from_nothing_but_its_documents_comes_to_the_same(
    shop: LiveShop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = twin(shop, tmp_path_factory.mktemp("twin"), 1)
    assert other.canonical()["listings"] == []
    gone(shop)
    other.import_(replay=1)
    assert factories.differing(other.canonical(), shop.canonical()) == {}
    assert other.leaks() == []


def test_a_later_run_done_again_brings_back_what_it_brought(
    shop: LiveShop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shop.seller.change(SKU, price="33.33")
    shop.import_()
    other = twin(shop, tmp_path_factory.mktemp("twin"), 2)
    gone(shop)
    other.import_(replay=1)
    assert price(other) != 3333
    other.import_(replay=2)
    assert price(other) == 3333
    assert other.canonical()["listings"] == shop.canonical()["listings"]


def test_a_replay_asks_nothing_and_needs_no_credentials(shop: LiveShop) -> None:
    gone(shop)
    shop.environ.clear()
    shop.import_(replay=1)
    shop.import_(replay=1, live=False)
    assert shop.simulator.ledger.count() == 0


def test_products_that_have_changed_meanwhile_are_sorted_by_what_they_are_now(
    shop: LiveShop,
) -> None:
    gone(shop)
    shop.products = [row for row in shop.products if row["sku"] != "N-100"]
    shop.write()
    shop.import_(replay=1, force=True)
    assert "N-100" not in [key for keys in shop.tabs().values() for key in keys]


# -- an older run --------------------------------------------------------------------------------------


@pytest.fixture
def newer(shop: LiveShop) -> LiveShop:
    """The shop after another report, in which a price has changed that no answer tells of."""
    shop.seller.change(SKU, price="44.44", last_updated=shop.clock.now() - DAY)
    shop.clock.advance(HOUR)
    for _ in range(3):
        shop.import_()
        shop.clock.advance(5 * MINUTE)
    assert price(shop) == 4444
    return shop


def test_an_older_report_is_passed_over(newer: LiveShop) -> None:
    before = newer.canonical()
    gone(newer)
    result = newer.import_(replay=1)
    assert [one.passed_over for one in result.stores] == [("all-listings of 2026-11-22T06:00:00Z",)]
    assert (price(newer), factories.differing(newer.canonical(), before)) == (4444, {})


def test_unless_it_is_forced(newer: LiveShop) -> None:
    gone(newer)
    result = newer.import_(replay=1, force=True)
    assert [one.passed_over for one in result.stores] == [()]
    assert price(newer) != 4444


def test_a_live_run_after_a_forced_replay_is_right_again(newer: LiveShop) -> None:
    newer.settle()
    before = newer.canonical()
    newer.import_(replay=1, force=True)
    newer.clock.advance(HOUR)
    newer.settle()
    assert price(newer) == 4444
    assert newer.canonical()["listings"] == before["listings"]


# -- nothing is written --------------------------------------------------------------------------------


def test_a_dry_run_asks_nothing_and_writes_nothing(tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        result = shop.import_(dry_run=True)
        assert asked(result).waiting
        assert shop.simulator.ledger.count() == 0
        assert sorted(path.name for path in tmp_path.iterdir()) == ["amzsync.toml", "products.csv"]


def test_a_dry_run_later_shows_what_is_here(shop: LiveShop) -> None:
    before, files = factories.dump(shop.state), archived(shop)
    shop.simulator.ledger.clear()
    result = shop.import_(dry_run=True)
    (store,) = result.stores
    assert (store.tabs["inactive"], asked(result).waiting) == (len(shop.tabs()["inactive"]), False)
    assert (factories.dump(shop.state), archived(shop)) == (before, files)
    assert shop.simulator.ledger.count() == 0


def test_a_dry_replay_writes_nothing(newer: LiveShop) -> None:
    before, files = factories.dump(newer.state), archived(newer)
    gone(newer)
    result = newer.import_(replay=1, dry_run=True, force=True)
    assert (result.dry_run, result.changes > 0) == (True, True)
    assert (factories.dump(newer.state), archived(newer)) == (before, files)


# -- what cannot be done again -------------------------------------------------------------------------


def test_a_run_that_never_was_is_told(shop: LiveShop) -> None:
    with pytest.raises(UsageError, match=r"Run 99 asked Amazon for nothing"):
        shop.import_(replay=99)


def test_a_run_whose_document_is_gone_is_told(shop: LiveShop) -> None:
    before = shop.canonical()
    archived(shop)[0].unlink()
    with pytest.raises(MissingInput, match=r"of run 1 is no longer in"):
        shop.import_(replay=1)
    assert shop.canonical() == before


def test_a_document_that_is_damaged_is_not_believed(shop: LiveShop) -> None:
    before = shop.canonical()
    whole = {path: path.read_bytes() for path in archived(shop)}
    for path, content in whole.items():
        path.write_bytes(content[:-9])
    with pytest.raises(AmzsyncError, match=r"damaged|cut|broken|whole"):
        shop.import_(replay=1)
    assert shop.canonical() == before
    for path, content in whole.items():
        path.write_bytes(content)


# -- how long documents are kept -----------------------------------------------------------------------


def test_documents_go_when_they_are_older_than_wanted_but_what_is_needed_stays(
    tmp_path: Path,
) -> None:
    with live_shop(tmp_path) as shop:
        shop.settings = "[amazon]\nkeep_days = 2\n"
        shop.write()
        counts = []
        for number in range(6 * 12):
            shop.seller.change("SIM-000002", title=f"Title {number}", last_updated=1_790_000_000.0)
            shop.import_()
            shop.clock.advance(2 * HOUR)
            if number % 12 == 11:
                counts.append(len(archived(shop)))
        assert counts[-1] <= max(counts[:4])
        with pytest.raises(UsageError):
            shop.import_(replay=1)
        last = shop.query("SELECT max(run_id) FROM documents")[0][0]
        before = shop.canonical()
        shop.import_(replay=last)
        assert factories.differing(shop.canonical(), before) == {}
        needed = {
            row[0] for row in shop.query("SELECT digest FROM documents WHERE run_id = ?1", last)
        }
        assert {path.name.split(".")[0] for path in archived(shop)} >= needed


def test_nothing_is_kept_of_a_run_but_what_it_used(shop: LiveShop) -> None:
    kept = {row[0] for row in shop.query("SELECT digest FROM documents")}
    assert {path.name.split(".")[0] for path in archived(shop)} == kept
