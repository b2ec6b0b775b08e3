"""Imports from a simulated Amazon that works: what is asked, what is found, and what a quiet run costs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.operations import OPERATIONS
from tests import factories
from tests.factories import Dump, Folder, product
from tests.live import DAY, HOUR, MINUTE, Kept, LiveShop, asked, exit_code, live_shop
from tests.live_goods import small_seller
from tests.simulators.report_texts import ALL, report_text
from tests.simulators.samples import BAD_IMAGE, MISSING_BRAND, ODD_PRICE, asin
from tests.simulators.seller import US, Restriction, Seller

LIVE, OUT, HIDDEN = "SIM-000001", "SIM-000041", "SIM-000042"
COMMA = "SIM,000045"
WAREHOUSE, STRANDED = "SIM-000043", "SIM-000044"
# What a run writes though nothing has changed: itself, what it asked, and until when it knows.
EVER_NEW = ("runs", "rates", "documents", "meta")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    with live_shop(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A shop of which every report has been taken, to go on from."""
    with live_shop(tmp_path_factory.mktemp("settled")) as made:
        made.settle()
        return Kept.of(made)


@pytest.fixture
def known(tmp_path: Path, settled: Kept) -> Iterator[LiveShop]:
    """A shop of which every report has been taken."""
    with live_shop(tmp_path, kept=settled) as made:
        made.import_()  # with a new access token
        made.clock.advance(5 * MINUTE)
        made.simulator.ledger.clear()
        yield made


def offline(folder: Path, shop: LiveShop, report: bytes) -> Folder:
    """Return the same shop, imported from a report file."""
    folder.mkdir()
    lines = shop.toml().splitlines()
    kept = [line for line in lines if not line.startswith("account")]
    kept = kept[: kept.index("[accounts.main]")] if "[accounts.main]" in kept else kept
    at = kept.index("[stores.us]") + 1
    toml = "\n".join([*kept[:at], 'listings = "all.txt"', *kept[at:]])
    (folder / "amzsync.toml").write_text(toml + "\n", encoding="utf-8")
    (folder / "products.csv").write_bytes((shop.folder / "products.csv").read_bytes())
    (folder / "all.txt").write_bytes(report)
    twin = Folder(folder)
    twin.import_files(now=shop.now)
    return twin


def listing_rows(dump: Dump, without: set[str]) -> list[tuple[Any, ...]]:
    return [row for row in dump["listings"] if row[1] not in without]


# -- the first import ----------------------------------------------------------------------------------


def test_a_first_import_says_what_the_same_report_says_as_a_file(
    shop: LiveShop, tmp_path: Path
) -> None:
    report = (report_text(ALL, shop.seller, US) or "").encode("cp1252", "replace")
    shop.import_()
    twin = offline(tmp_path / "twin", shop, report)
    answered = {row[0] for row in shop.query("SELECT seller_sku FROM report_rows")}
    live, filed = shop.canonical(), factories.canonical(twin.state)
    assert listing_rows(live, answered) == listing_rows(filed, answered)
    assert len(listing_rows(live, answered)) > 30
    assert [row[:2] for row in live["listings"]] == [row[:2] for row in filed["listings"]]
    for table in ("products", "identifiers", "candidates", "stores"):
        assert live[table] == filed[table]


def test_without_anything_to_explain_the_states_are_the_same_to_the_last_row(
    tmp_path: Path,
) -> None:
    seller = Seller.sample(30, 3)
    for sku, listing in list(seller.listings.items()):
        if listing.issues or listing.quantity == 0 or listing.is_fba or listing.incomplete:
            seller.remove(sku)
    goods = [
        product(sku, attributes={"asin": one.asin or ""}) for sku, one in seller.listings.items()
    ]
    report = (report_text(ALL, seller, US) or "").encode("cp1252")
    (tmp_path / "live").mkdir()
    with live_shop(tmp_path / "live", seller=seller, products=goods[:-3]) as shop:
        shop.import_()
        twin = offline(tmp_path / "twin", shop, report)
        assert (
            factories.differing(factories.canonical(shop.state), factories.canonical(twin.state))
            == {}
        )


def test_what_a_first_import_asks(shop: LiveShop) -> None:
    result = shop.import_()
    calls = dict(shop.simulator.ledger.operations())
    assert calls.pop("getReport") >= 1
    assert calls == {
        "token": 1, "getMarketplaceParticipations": 1, "getReports": 1, "createReport": 1,
        "getReportDocument": 1, "document": 1, "searchListingsItems": 2, "getListingsItem": 1,
        "searchCatalogItems": 2, "getListingsRestrictions": 4,
    }  # fmt: skip
    told = asked(result)
    assert sum(told.calls.values()) + 1 == shop.simulator.ledger.count()
    assert (told.missed, told.refused, told.waiting, exit_code(result)) == ((), "", False, 0)


def test_every_listing_is_in_a_tab_and_every_eligible_product_too(shop: LiveShop) -> None:
    shop.import_()
    found = [key for keys in shop.tabs().values() for key in keys]
    assert sorted(found) == sorted([*shop.seller.listings, *(f"N-{n}" for n in range(100, 107))])
    assert factories.recount(shop.state) == factories.counted(shop.state)


CAUSES = {
    "N-100": ("ready-to-list", "Ready to List", "its ASIN is known"),
    "N-101": ("ready-to-list", "Ready to List", "its ASIN was found by EAN 9520000001018"),
    "N-102": ("ineligible", "Approval Required", "You need approval to list this product."),
    "N-103": ("incomplete", "Multiple Matches Found", "B000000103 (Page 103), B000000203 (Twin"),
    "N-104": ("incomplete", "Has Variants", "only a variation parent"),
    "N-105": ("incomplete", "Unable to Assign to Amazon Listing", "has no page for its EAN"),
    "N-106": ("ready-to-list", "Ready to List", "its ASIN was found by UPC"),
}


@pytest.mark.parametrize("sku", CAUSES)
def test_a_product_without_a_listing_is_searched_for(shop: LiveShop, sku: str) -> None:
    shop.import_()
    tab, status, reason = shop.verdict(sku)
    assert (tab, status) == CAUSES[sku][:2]
    assert CAUSES[sku][2] in reason


def test_the_candidates_are_kept_and_the_link_for_the_approval_is_told(shop: LiveShop) -> None:
    shop.import_()
    pages = shop.query("SELECT DISTINCT asin FROM catalogue_items ORDER BY asin")
    assert [row[0] for row in pages] == [asin(n) for n in (101, 102, 103, 104, 106, 203)]
    (step,) = shop.query("SELECT next_step FROM verdicts WHERE status = 'Approval Required'")
    assert "https://sellercentral.amazon.com/hz/approvalrequest" in step[0]


def test_inactive_listings_say_why(shop: LiveShop) -> None:
    shop.import_()
    assert shop.verdict(OUT)[2].startswith("Quantity 0 on Amazon")
    assert shop.verdict(HIDDEN) == (
        "inactive", "Inactive",
        "Amazon has suppressed the listing: The main image has text or a logo on it (code 18027).",
    )  # fmt: skip
    assert "'brand' is required but not supplied" in shop.verdict(COMMA)[2]
    kept = "SELECT code, message, severity FROM issues WHERE seller_sku = ?1"
    assert shop.query(kept, HIDDEN) == [(BAD_IMAGE.code, BAD_IMAGE.message, "ERROR")]
    assert shop.query(kept, COMMA) == [(MISSING_BRAND.code, MISSING_BRAND.message, "ERROR")]


# -- a quiet run ---------------------------------------------------------------------------------------


def test_a_quiet_run_asks_little_finds_nothing_and_changes_nothing(known: LiveShop) -> None:
    before = factories.dump(known.state, without=EVER_NEW)
    result = known.import_()
    assert known.simulator.ledger.operations() == {
        "token": 1, "searchListingsItems": 1, "getInventorySummaries": 1
    }  # fmt: skip
    assert (result.changes, exit_code(result)) == (0, 0)
    after = factories.dump(known.state, without=EVER_NEW)
    assert factories.differing(after, before) == {}


def test_no_run_of_hours_without_a_change_makes_more_than_five_calls(known: LiveShop) -> None:
    state = known.canonical()
    for _ in range(5 * 12):
        known.simulator.ledger.clear()
        result = known.import_()
        assert (result.changes, exit_code(result)) == (0, 0)
        calls = known.simulator.ledger.operations()
        assert calls.total() <= 5, calls
        known.clock.advance(5 * MINUTE)
    assert factories.differing(known.canonical(), state) == {}
    taken = known.query("SELECT count(*) FROM reports WHERE type = ?1 AND state = 'taken'", ALL)
    assert taken[0][0] >= 5


def test_twenty_runs_in_a_row_are_never_too_fast(shop: LiveShop) -> None:
    start = shop.clock.now()
    shop.imports(20, every=0.0)
    statuses = {entry.status for entry in shop.simulator.ledger.calls()}
    assert statuses <= {200, 202}
    assert shop.clock.now() - start < HOUR
    kept = {row[0] for row in shop.query("SELECT operation FROM rates WHERE account = 'main'")}
    assert {"searchListingsItems", "createReport"} <= kept <= OPERATIONS.keys()


def test_a_run_that_forgot_what_the_last_one_spent_would_be_too_fast(shop: LiveShop) -> None:
    """The test above can fail: Amazon does throttle whoever does not remember."""
    import sqlite3

    throttled = 0
    for _ in range(20):
        shop.import_()
        with sqlite3.connect(shop.state) as db:
            db.execute("DELETE FROM rates")
        db.close()
        throttled += sum(entry.status == 429 for entry in shop.simulator.ledger.calls())
        shop.simulator.ledger.clear()
    assert throttled > 0


# -- what changes at Amazon ----------------------------------------------------------------------------

CHANGES: dict[str, tuple[dict[str, Any], tuple[str, str], set[tuple[str, object]]]] = {
    "price": (
        {"price": "77.70"}, ("active", "Live on Amazon"), {("price", "77.70")},
    ),
    "stock": ({"quantity": 3}, ("active", "Live on Amazon"), {("quantity", 3)}),
    "out of stock": (
        {"quantity": 0, "status": frozenset({"DISCOVERABLE"})},
        ("inactive", "Quantity 0 on Amazon"),
        {("quantity", 0), ("amazon_status", "inactive"), ("tab", "inactive")},
    ),
    "suppressed": (
        {"status": frozenset(), "issues": (BAD_IMAGE,)},
        ("inactive", "Amazon has suppressed the listing: The main image"),
        {("amazon_status", "inactive"), ("tab", "inactive")},
    ),
    "an issue of a live one": (
        {"issues": (MISSING_BRAND,), "status": frozenset({"BUYABLE"})},
        ("active", "Live, but Amazon hides it from the search (brand)"), set(),
    ),
    "a warning only": ({"issues": (ODD_PRICE,)}, ("active", "Live on Amazon"), set()),
    "title": ({"title": "Another"}, ("active", "Live on Amazon"), {("title", "Another")}),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_at_amazon_is_seen_by_the_next_run(known: LiveShop, what: str) -> None:
    fields, (tab, reason), expected = CHANGES[what]
    known.seller.change(LIVE, **fields)
    known.clock.advance(5 * MINUTE)
    result = known.import_()
    assert known.verdict(LIVE)[0] == tab
    assert known.verdict(LIVE)[2].startswith(reason)
    rows = known.query("SELECT key, field, new FROM changes WHERE run_id = ?1", result.run_id)
    assert {row[0] for row in rows} <= {LIVE}
    assert expected <= {(row[1], row[2]) for row in rows}
    known.simulator.ledger.clear()
    known.clock.advance(5 * MINUTE)
    assert known.import_().changes == 0


def test_a_listing_that_sells_again_is_active_again(known: LiveShop) -> None:
    known.seller.change(OUT, quantity=9, status=frozenset({"BUYABLE", "DISCOVERABLE"}))
    known.import_()
    assert known.verdict(OUT)[:2] == ("active", "Active")
    known.seller.change(COMMA, issues=(), status=frozenset({"BUYABLE", "DISCOVERABLE"}))
    known.import_()
    assert known.verdict(COMMA)[:2] == ("active", "Active")
    assert known.query("SELECT * FROM issues WHERE seller_sku = ?1", COMMA) == []


def test_more_changes_than_amazon_pages_through_are_all_seen(tmp_path: Path) -> None:
    seller = Seller.sample(1200, 5)
    with live_shop(tmp_path, seller=seller, products=[product("X")]) as shop:
        shop.import_()
        shop.clock.advance(5 * MINUTE)
        for number, sku in enumerate(seller.listings):
            at = shop.clock.now() - 200.0 + number / 10.0
            seller.change(sku, title=f"Anew {number}", last_updated=at)
        shop.import_()
        assert shop.query("SELECT count(*) FROM listings WHERE title LIKE 'Anew %'") == [(1200,)]


def test_what_does_not_sell_is_asked_about_again_after_a_day(known: LiveShop) -> None:
    def identified() -> list[str]:
        calls = known.simulator.ledger.calls("searchListingsItems")
        return [
            one for call in calls for one in (call.param("identifiers") or "").split(",") if one
        ]

    known.clock.advance(20 * HOUR)
    known.import_()
    assert identified() == []
    known.clock.advance(4 * HOUR)
    known.settle(runs=12)
    assert {OUT, HIDDEN, STRANDED} <= set(identified())
    assert len(identified()) == len(set(identified()))
    assert known.simulator.ledger.count("getListingsItem") == 1  # the one with a comma


# -- stock at Amazon -----------------------------------------------------------------------------------


def quantity(shop: LiveShop, sku: str) -> int | None:
    (row,) = shop.query("SELECT quantity FROM listings WHERE seller_sku = ?1", sku)
    return None if row[0] is None else int(row[0])


def test_stock_in_the_warehouse_comes_by_report_and_then_by_its_changes(shop: LiveShop) -> None:
    shop.import_()
    assert quantity(shop, WAREHOUSE) is None
    shop.settle()
    assert quantity(shop, WAREHOUSE) == 5
    shop.seller.change(WAREHOUSE, quantity=2)
    shop.simulator.ledger.clear()
    shop.import_()
    assert quantity(shop, WAREHOUSE) == 2
    assert shop.simulator.ledger.count("getInventorySummaries") == 1


def test_stranded_stock_says_why(known: LiveShop) -> None:
    assert known.verdict(STRANDED) == ("inactive", "Inactive", "Stranded: LISTING_CLOSED")


# -- what is found out later ---------------------------------------------------------------------------


def test_whether_an_asin_may_be_sold_is_asked_again_after_a_week(known: LiveShop) -> None:
    known.seller.restrict(asin(102))
    known.clock.advance(6 * DAY)
    known.settle(runs=20)
    assert known.verdict("N-102")[:2] == ("ineligible", "Approval Required")
    known.clock.advance(1.1 * DAY)
    known.settle(runs=20)
    assert known.verdict("N-102")[:2] == ("ready-to-list", "Ready to List")


def test_a_restriction_that_comes_later_is_seen_too(known: LiveShop) -> None:
    known.seller.restrict(asin(101), Restriction("NOT_ELIGIBLE", "Not for you."))
    known.clock.advance(8 * DAY)
    known.settle(runs=20)
    tab, status, reason = known.verdict("N-101")
    assert (tab, status) == ("ineligible", "Not Eligible")
    assert "Not for you." in reason


def test_a_restriction_of_used_goods_does_not_concern_new_ones(shop: LiveShop) -> None:
    used = Restriction("APPROVAL_REQUIRED", "Not used.", condition="used_good")
    shop.seller.restrict(asin(101), used)
    shop.import_()
    assert shop.verdict("N-101")[1] == "Ready to List"


def test_a_new_product_is_searched_for_in_the_run_that_finds_it(known: LiveShop) -> None:
    page = dataclasses.replace(known.seller.catalogue[asin(101)], asin=asin(150))
    known.seller.know(dataclasses.replace(page, identifiers=(("EAN", "9520000001506"),)))
    known.products.append(product("N-150", attributes={"ean": "9520000001506"}))
    known.write()
    known.import_()
    assert known.verdict("N-150")[1] == "Ready to List"
    assert known.simulator.ledger.count("searchCatalogItems") == 1


def test_small_seller_is_what_these_tests_take_it_for() -> None:
    assert {LIVE, OUT, HIDDEN, WAREHOUSE, STRANDED} <= small_seller().listings.keys()
