"""Looking at a shop's files before there is a configuration."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from amzsync.errors import ConfigError, InputError
from amzsync.workflows import setup
from tests.factories import Folder, Shop, asin, ean, example_shop, listing, product


@pytest.fixture
def example(tmp_path: Path) -> Folder:
    return example_shop(tmp_path)


def test_the_export_tells_attributes_websites_and_views(example: Folder) -> None:
    export = setup.propose_export(example.folder)
    assert export is not None
    found = setup.inspect_export(export)
    assert {name for name, _ in found.websites} == {"base", "de"}
    assert {name for name, _ in found.views} >= {"de"}


def test_the_newest_export_is_proposed(example: Folder) -> None:
    newer = example.folder / "catalog_product_20991231_000000.csv"
    newer.write_text("sku\n", encoding="utf-8")
    assert setup.propose_export(example.folder) == newer
    assert setup.propose_export(example.folder / "reports") is None


def test_only_files_that_are_reports_are_proposed(example: Folder) -> None:
    (example.folder / "notes.txt").write_text("call the bank\n", encoding="utf-8")
    found = setup.propose_reports(example.folder)
    assert [path.name for path in found] == [
        "de_alle_angebote.txt",
        "us_all_listings.txt",
        "us_cancelled_listings.txt",
        "us_fba_inventory.txt",
        "us_suppressed_listings.txt",
    ]


def test_reports_are_named_by_their_headings(tmp_path: Path) -> None:
    shop = Shop(tmp_path, products=[product("A", attributes={"asin": asin(1), "ean": ean(1)})])
    shop.us.listings, shop.us.cancelled = [listing("A")], [listing("B")]
    shop.write()
    reports = sorted((tmp_path / "reports").iterdir())
    assert [kind for _, kind in setup.name_reports(reports)] == [
        "all-listings",
        "cancelled-listings",
    ]
    with pytest.raises(InputError):
        setup.name_reports([tmp_path / "products.csv"])


def test_a_configuration_is_overwritten_only_when_told_to(tmp_path: Path) -> None:
    path = tmp_path / "amzsync.toml"
    setup.write(path, "a = 1\n", overwrite=False)
    with pytest.raises(ConfigError, match="is already there"):
        setup.write(path, "b = 2\n", overwrite=False)
    assert path.read_text(encoding="utf-8") == "a = 1\n"
    setup.write(path, "b\n", overwrite=True)
    assert path.read_text(encoding="utf-8") == "b\n"
    assert stat.S_IMODE(path.stat().st_mode) & 0o022 == 0
