"""Several stores and accounts in one run: what befalls one is none of the others' business."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.errors import UnsafeInput
from amzsync.results.imports import complaint
from tests import factories
from tests.factories import product
from tests.live import HOUR, MINUTE, LiveShop, LiveStore, asked, exit_code, live_shop
from tests.simulators.seller import DE, US, Listing, Seller
from tests.simulators.tokens import Credentials

CA = "A2EUQ1WTGCTBG2"
EUROPE = Credentials(
    "amzn1.application-oa2-client.EUROPE", "canary-client-secret-eu", "Atzr|canary-refresh-token-eu"
)
LOST = 20  # listings: enough for a guard


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """Three stores: one seller's in the US and in Canada, and another account's in Germany."""
    with live_shop(tmp_path) as made:
        made.seller.marketplaces = {US: True, CA: True}
        made.seller.add(*(_listing(n, "CA") for n in range(12)), marketplace_id=CA)
        european = Seller.sample(30, 4, seller_id="A3EUROPE", marketplace_id=DE)
        made.simulator.add_account(european, EUROPE)
        made.add_account("europe", EUROPE, "eu")
        made.stores["ca"] = LiveStore("CA", made.seller.seller_id)
        made.stores["de"] = LiveStore("DE", "A3EUROPE", "europe")
        made.products += [product(f"CA-{n}") for n in range(12)]
        made.write()
        yield made


def _listing(number: int, prefix: str) -> Listing:
    return Listing(f"{prefix}-{number}", f"B0CANADA{number:02d}", f"Canadian {number}")


def german(shop: LiveShop) -> Seller:
    return next(s for _, s in shop.simulator.tokens.accounts if s.seller_id == "A3EUROPE")


def listings(shop: LiveShop) -> dict[str, int]:
    rows = shop.query(
        "SELECT name, count(*) FROM listings JOIN stores USING (store_id) GROUP BY name"
    )
    return {str(name): int(number) for name, number in rows}


def test_every_store_is_imported_by_its_own_account(shop: LiveShop) -> None:
    result = shop.import_()
    assert exit_code(result) == 0
    assert listings(shop) == {"us": 41, "ca": 12, "de": 30}
    assert [one.name for one in result.stores] == ["us", "ca", "de"]
    accounts = {(entry.account, entry.operation) for entry in shop.simulator.ledger.calls()}
    assert {("A2EXAMPLE", "token"), ("A3EUROPE", "token")} <= accounts
    created = shop.simulator.ledger.calls("createReport")
    assert sorted(tuple(entry.body["marketplaceIds"]) for entry in created) == sorted(
        [(US,), (CA,), (DE,)]
    )
    assert shop.tabs("ca")["active"] == sorted(f"CA-{n}" for n in range(12))


def test_they_are_asked_side_by_side(shop: LiveShop) -> None:
    start = shop.clock.now()
    shop.import_()
    assert shop.clock.now() - start < 2 * shop.seller.report_delay


def test_a_quiet_run_of_all_asks_each_little(shop: LiveShop) -> None:
    shop.settle(runs=10)
    before = shop.canonical()
    result = shop.import_()
    assert (result.changes, factories.differing(shop.canonical(), before)) == (0, {})
    assert all(sum(asked(result, name).calls.values()) <= 4 for name in shop.stores)


def test_one_store_can_be_imported_alone(shop: LiveShop) -> None:
    result = shop.import_(store="de")
    assert listings(shop) == {"de": 30}
    assert {entry.account for entry in shop.simulator.ledger.calls()} == {"A3EUROPE"}
    assert [one.name for one in result.stores] == ["de"]
    shop.import_()
    assert listings(shop) == {"us": 41, "ca": 12, "de": 30}


def test_stores_of_one_account_share_its_usage_plan(shop: LiveShop) -> None:
    shop.imports(12, every=0.0)
    assert {entry.status for entry in shop.simulator.ledger.calls()} <= {200, 202}


def test_a_store_with_a_file_and_one_that_asks_go_together(tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        (tmp_path / "uk.txt").write_bytes(
            factories.as_tsv(
                factories.REPORT_COLUMNS,
                [factories.listing("UK-1", open_date="2025-03-04 05:06:07 GMT")],
            )
        )
        shop.settings = '[stores.uk]\nmarketplace = "UK"\nseller_id = "A9"\nwebsite = "base"\nlistings = "uk.txt"\n'
        shop.write()
        result = shop.import_()
        assert [(one.name, one.asked is None) for one in result.stores] == [
            ("us", False),
            ("uk", True),
        ]
        assert listings(shop) == {"us": 41, "uk": 1}


# -- a report that a guard refuses ---------------------------------------------------------------------


def until_the_next_report(shop: LiveShop) -> None:
    """Let so much time pass that new reports are asked for, and have them made."""
    shop.clock.advance(HOUR + MINUTE)
    shop.import_()
    shop.clock.advance(5 * MINUTE)


@pytest.fixture
def poorer(shop: LiveShop) -> LiveShop:
    """The shop as the US store's next report comes, which has lost half of the listings; Germany has a change."""
    shop.settle(runs=10)
    for sku in [*shop.seller.listings][:LOST]:
        shop.seller.remove(sku)
    europe = german(shop)
    changed = next(sku for sku, one in europe.listings.items() if one.price)
    europe.change(changed, price="88.88", last_updated=shop.clock.now() - 1e6)
    shop.clock.advance(HOUR + MINUTE)
    shop.import_()
    shop.clock.advance(5 * MINUTE)
    return shop


def test_a_report_that_a_guard_refuses_changes_nothing_of_its_store(poorer: LiveShop) -> None:
    before = [row for row in poorer.canonical()["listings"] if row[0] == "us"]
    result = poorer.import_()
    assert "20 of 41 listings of store us" in asked(result).refused
    trouble = complaint(result)
    assert isinstance(trouble, UnsafeInput)
    assert (trouble.exit_code, str(trouble).startswith("Store us: ")) == (65, True)
    assert [row for row in poorer.canonical()["listings"] if row[0] == "us"] == before
    assert poorer.query("SELECT state FROM reports WHERE state = 'refused'") == [("refused",)]


def test_the_other_stores_go_on(poorer: LiveShop) -> None:
    result = poorer.import_()
    prices = [row[0] for row in poorer.query("SELECT price_minor FROM listings")]
    assert 8888 in prices
    assert [asked(result, name).refused for name in ("ca", "de")] == ["", ""]


def test_that_it_was_refused_is_told_until_a_better_one_comes(poorer: LiveShop) -> None:
    gone = Seller.sample(36, 7).listings
    for _ in range(3):
        result = poorer.import_()
        assert (exit_code(result), listings(poorer)["us"]) == (65, 41)
        poorer.clock.advance(5 * MINUTE)
    poorer.seller.add(*(one for sku, one in gone.items() if sku not in poorer.seller.listings))
    poorer.clock.advance(HOUR)
    result = poorer.settle(runs=3)
    assert (exit_code(result), asked(result).refused) == (0, "")
    assert poorer.query("SELECT * FROM listings WHERE missing_run IS NOT NULL") == []


def test_force_takes_a_refused_report(poorer: LiveShop) -> None:
    poorer.import_()
    poorer.clock.advance(5 * MINUTE)
    result = poorer.import_(force=True)
    assert (exit_code(result), asked(result).refused) == (0, "")
    (gone,) = poorer.query(
        "SELECT count(*) FROM listings JOIN stores USING (store_id) WHERE name = 'us' "
        "AND missing_run IS NOT NULL"
    )
    assert (gone[0], listings(poorer)["us"]) == (LOST, 41)
    assert "ended" not in poorer.tabs()


def test_force_takes_it_at_once_too(poorer: LiveShop) -> None:
    result = poorer.import_(force=True)
    assert exit_code(result) == 0
    assert poorer.query("SELECT * FROM listings WHERE missing_run IS NOT NULL") != []
