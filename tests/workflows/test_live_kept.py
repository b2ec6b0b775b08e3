"""What is kept of Amazon's answers: what is believed of little, what grows out of date, and whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amzsync.errors import AmzsyncError
from tests import factories
from tests.live import DAY, MINUTE, LiveShop, LiveStore, exit_code, live_shop
from tests.simulators import faults, report_faults
from tests.simulators.faults import Fault
from tests.simulators.samples import MISSING_BRAND, asin, ean
from tests.simulators.seller import CatalogueItem, Listing, Seller
from tests.simulators.tokens import Credentials

OUT, HIDDEN, COMMA = "SIM-000041", "SIM-000042", "SIM,000045"
SEARCH, ONE = "searchListingsItems", "getListingsItem"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A shop of which every report has been taken."""
    with live_shop(tmp_path) as made:
        made.settle()
        made.simulator.ledger.clear()
        yield made


# -- listings of which Amazon tells little -------------------------------------------------------------


def untold(**kept: Any) -> Fault:
    """Answers about some listings come without what is told of them, but for what is *kept*."""

    def change(content: Any) -> Any:
        items = content.get("items", [content] if "sku" in content else [])
        for item in items:
            if item["sku"] in {OUT, COMMA, "NEW-1"}:
                for part in set(item) - {"sku", "issues"}:
                    del item[part]
                item.update(kept)
        return content

    return faults.edited(change, "untold")


UNTOLD = {"absent": untold(), "empty": untold(summaries=[], offers=[], fulfillmentAvailability=[])}


@pytest.mark.parametrize("fault", UNTOLD.values(), ids=UNTOLD)
def test_a_listing_of_which_nothing_is_told_is_asked_about_once(
    fault: Fault, tmp_path: Path
) -> None:
    with live_shop(tmp_path) as shop:
        shop.seller.change(OUT, issues=(MISSING_BRAND,))
        shop.simulator.always(SEARCH, fault)
        shop.simulator.always(ONE, fault)
        assert exit_code(shop.import_()) == 0
        assert shop.simulator.ledger.count(ONE) == 1
        others = {row[0] for row in shop.query("SELECT DISTINCT seller_sku FROM issues")}
        assert {OUT, COMMA, HIDDEN} <= others
        assert (shop.verdict(OUT)[0], shop.verdict(COMMA)[0]) == ("inactive", "inactive")
        shop.settle()  # the other reports name more that do not sell
        shop.simulator.ledger.clear()
        for result in shop.imports(12):
            assert exit_code(result) == 0
        named = [entry.param("identifiers") or "" for entry in shop.simulator.ledger.calls(SEARCH)]
        assert (set(named), shop.simulator.ledger.count(ONE)) == ({""}, 0)
        shop.clock.advance(DAY)
        shop.imports(6)
        named = [entry.param("identifiers") or "" for entry in shop.simulator.ledger.calls(SEARCH)]
        again = [sku for text in named for sku in text.split(",") if sku]
        assert {OUT, HIDDEN} <= set(again)
        assert (len(again), shop.simulator.ledger.count(ONE)) == (len(set(again)), 1)


@pytest.mark.parametrize("fault", UNTOLD.values(), ids=UNTOLD)
def test_a_change_of_an_unknown_seller_sku_without_a_word_makes_no_listing(
    fault: Fault, shop: LiveShop
) -> None:
    shop.simulator.always(SEARCH, fault)
    shop.seller.add(Listing("NEW-1", asin(901), "A new one", product_id=ean(901)))
    shop.seller.change("NEW-1")
    assert exit_code(shop.import_()) == 0
    assert shop.query("SELECT * FROM listings WHERE seller_sku = 'NEW-1'") == []
    assert shop.query("SELECT * FROM report_rows WHERE seller_sku = 'NEW-1'") == []


# -- old runs do not come back -------------------------------------------------------------------------


def test_an_old_run_brings_back_no_restriction_search_or_issue_that_is_out_of_date(
    tmp_path: Path,
) -> None:
    with live_shop(tmp_path) as shop:
        shop.settings = "[amazon]\nkeep_days = 365\n"
        shop.write()
        first = shop.import_().run_id
        shop.seller.restrict(asin(102))
        shop.seller.know(CatalogueItem(asin(105), "New", identifiers=(("EAN", ean(105)),)))
        shop.seller.change(COMMA, issues=(), status=frozenset({"BUYABLE", "DISCOVERABLE"}))
        shop.clock.advance(40 * DAY)
        shop.settle(runs=12)
        expected = {
            "N-102": ("ready-to-list", "Ready to List"),
            "N-105": ("ready-to-list", "Ready to List"),
            COMMA: ("active", "Active"),
        }
        assert {sku: shop.verdict(sku)[:2] for sku in expected} == expected
        before = shop.canonical()
        shop.import_(replay=first)
        assert {sku: shop.verdict(sku)[:2] for sku in expected} == expected
        assert factories.differing(shop.canonical(), before) == {}


# -- who may sell what ---------------------------------------------------------------------------------


def test_a_restriction_without_a_reason_is_one(tmp_path: Path) -> None:
    without: tuple[list[Any] | None, ...] = ([], None)
    for number, reasons in enumerate(without):
        folder = tmp_path / str(number)
        folder.mkdir()
        with live_shop(folder) as shop:

            def bare(content: Any, reasons: Any = reasons) -> Any:
                for one in content["restrictions"]:
                    del one["reasons"]
                    if reasons is not None:
                        one["reasons"] = reasons
                return content

            shop.simulator.always("getListingsRestrictions", faults.edited(bare))
            assert exit_code(shop.import_()) == 0
            assert shop.verdict("N-102")[:2] == ("ineligible", "Not Eligible")
            assert shop.verdict("N-101")[:2] == ("ready-to-list", "Ready to List")


# -- two accounts --------------------------------------------------------------------------------------

TWIN = Credentials(
    "amzn1.application-oa2-client.TWIN",
    "canary-client-secret-twin",
    "Atzr|canary-refresh-token-twin",
)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[LiveShop]:
    """Two accounts that sell in one marketplace."""
    with live_shop(tmp_path) as made:
        twin = Seller.sample(30, 11, seller_id="A4TWIN")
        for item in twin.catalogue.values():
            made.seller.know(item)
        twin.catalogue = made.seller.catalogue
        twin.touched()
        made.simulator.add_account(twin, TWIN)
        made.add_account("twin", TWIN)
        made.stores["twin"] = LiveStore("US", "A4TWIN", "twin")
        made.write()
        yield made


def test_what_the_catalogue_tells_one_store_sorts_the_others_products(pair: LiveShop) -> None:
    pair.imports(8)
    before = {store: pair.verdict("N-105", store) for store in pair.stores}
    assert {verdict[0] for verdict in before.values()} == {"incomplete"}
    pair.seller.know(CatalogueItem(asin(105), "New", identifiers=(("EAN", ean(105)),)))
    for _, seller in pair.simulator.tokens.accounts:
        seller.touched()
    pair.clock.advance(31 * DAY)
    for _ in range(8):
        pair.import_(store="us")
        pair.clock.advance(5 * MINUTE)
    assert pair.verdict("N-105", "us")[:2] == ("ready-to-list", "Ready to List")
    pair.simulator.ledger.clear()
    pair.imports(2)
    assert pair.verdict("N-105", "twin")[:2] == ("ready-to-list", "Ready to List")
    searches = pair.simulator.ledger.calls("searchCatalogItems")
    assert not any(ean(105) in (entry.param("identifiers") or "") for entry in searches)


def test_two_stores_that_are_sent_the_same_report_are_refused(pair: LiveShop) -> None:
    text = "seller-sku\tasin1\titem-name\tstatus\tprice\tquantity\n"
    text += "A-1\tB000000001\tOne\tActive\t1.00\t1\n"
    pair.simulator.always("createReport", report_faults.containing(text))
    result = pair.import_()
    told = {one.name: one.asked.refused for one in result.stores if one.asked}
    assert (exit_code(result), told["us"]) == (65, "")
    assert "the very report that store us has" in told["twin"]
    assert pair.tabs("twin") == {}


# -- what is wrong here is told before Amazon is asked -------------------------------------------------


@pytest.mark.parametrize("known", [False, True], ids=["first", "later"])
def test_a_broken_list_of_decisions_is_told_before_anything_is_asked(
    known: bool, tmp_path: Path
) -> None:
    with live_shop(tmp_path) as shop:
        if known:
            shop.import_()
            shop.simulator.ledger.clear()
        named = shop.toml().replace("[mapping]", '[mapping]\npins = "mapping.csv"')
        (tmp_path / "amzsync.toml").write_text(named, encoding="utf-8")
        (tmp_path / "mapping.csv").write_text('store,what\n"us,', encoding="utf-8")
        with pytest.raises(AmzsyncError, match=r"mapping\.csv"):
            shop.import_()
        assert shop.simulator.ledger.count() == 0
