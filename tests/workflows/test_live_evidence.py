"""Reports and answers compete field by field, by the time that Amazon told them: the newest wins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import product
from tests.live import DAY, HOUR, MINUTE, LiveShop, live_shop
from tests.simulators import report_faults
from tests.simulators.report_texts import ALL
from tests.simulators.samples import asin, ean
from tests.simulators.seller import Listing

SKU = "SIM-000001"
NEW = Listing("NEW-1", asin(901), "A new one", product_id=ean(901))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A shop of which the first report has been taken, an hour and more ago."""
    with live_shop(tmp_path) as made:
        made.products.append(product("P-NEW", attributes={"asin": asin(901)}))
        made.write()
        made.import_()
        made.clock.advance(30 * MINUTE)
        yield made


def price(shop: LiveShop, sku: str = SKU) -> str:
    (row,) = shop.query("SELECT price_minor FROM listings WHERE seller_sku = ?1", sku)
    return f"{row[0] / 100:.2f}"


def report_again(shop: LiveShop, hours: float = 1.0) -> None:
    """Import until the next all-listings report has been taken."""
    taken = "SELECT count(*) FROM reports WHERE type LIKE '%ALL_DATA' AND state = 'taken'"
    before = shop.query(taken)
    shop.clock.advance(hours * HOUR)
    for _ in range(10):
        shop.import_()
        shop.clock.advance(5 * MINUTE)
        if shop.query(taken) != before:
            return
    raise AssertionError("no report was taken")


def quietly(shop: LiveShop, sku: str = SKU, **fields: Any) -> None:
    """Change a listing so that no search for changes tells of it: only the next report does."""
    shop.seller.change(sku, last_updated=shop.clock.now() - 30 * DAY, **fields)


def missing(shop: LiveShop, sku: str) -> bool:
    (row,) = shop.query("SELECT missing_run FROM listings WHERE seller_sku = ?1", sku)
    return row[0] is not None


def test_an_answer_that_is_newer_than_the_report_wins(shop: LiveShop) -> None:
    shop.seller.change(SKU, price="33.33")
    shop.import_()
    assert price(shop) == "33.33"


def test_a_report_that_is_newer_than_the_answer_wins(shop: LiveShop) -> None:
    shop.seller.change(SKU, price="33.33")
    shop.import_()
    quietly(shop, price="44.44")
    report_again(shop)
    assert price(shop) == "44.44"


def test_a_report_never_overwrites_an_answer_that_came_after_it_was_asked_for(
    shop: LiveShop,
) -> None:
    shop.seller.report_delay = 20 * MINUTE
    shop.clock.advance(40 * MINUTE)
    shop.import_()  # asks for the report, which is of now
    created = shop.simulator.ledger.calls("createReport")
    assert [entry.body["reportType"] for entry in created].count(ALL) == 2
    shop.clock.advance(5 * MINUTE)
    shop.seller.change(SKU, price="33.33")
    for _ in range(5):
        shop.clock.advance(5 * MINUTE)
        shop.import_()
        assert price(shop) == "33.33"
    assert [row[0] for row in shop.query("SELECT state FROM reports WHERE type LIKE '%ALL_DATA'")] == [
        "taken", "taken",
    ]  # fmt: skip


def test_nor_where_what_was_told_before_it_is_long_known(shop: LiveShop) -> None:
    """The field that the answer does not tell is the report's; the others are the answer's."""
    shop.seller.report_delay = 20 * MINUTE
    shop.clock.advance(40 * MINUTE)
    quietly(shop, "SIM-000002", price="22.22")
    shop.import_()
    shop.clock.advance(5 * MINUTE)
    shop.seller.change(SKU, price="33.33")
    for _ in range(5):
        shop.clock.advance(5 * MINUTE)
        shop.import_()
    assert (price(shop), price(shop, "SIM-000002")) == ("33.33", "22.22")


def test_a_report_that_amazon_hands_out_once_more_is_no_newer(tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        shop.seller.report_cache = 6 * HOUR
        shop.import_()
        shop.clock.advance(20 * MINUTE)
        shop.seller.change(SKU, price="33.33")
        shop.import_()
        report_again(shop)
        digests = "SELECT DISTINCT digest FROM reports WHERE type LIKE '%ALL_DATA'"
        assert (len(shop.query(digests)), price(shop)) == (1, "33.33")
        report_again(shop, hours=6.0)
        assert (len(shop.query(digests)), price(shop)) == (2, "33.33")


def test_a_new_listing_is_known_before_any_report_has_it(shop: LiveShop) -> None:
    shop.seller.add(NEW)
    shop.seller.change("NEW-1")
    shop.import_()
    assert shop.verdict("NEW-1")[:2] == ("active", "Active")
    assert not missing(shop, "NEW-1")
    assert "ready-to-list" not in [tab for tab, keys in shop.tabs().items() if "P-NEW" in keys]
    report_again(shop)
    assert shop.verdict("NEW-1")[:2] == ("active", "Active")
    assert shop.query("SELECT base FROM listings WHERE seller_sku = 'NEW-1'") == [("all-listings",)]
    assert shop.query("SELECT * FROM changes WHERE key = 'NEW-1'") == []


def test_a_report_that_was_asked_for_before_does_not_make_a_new_listing_vanish(
    shop: LiveShop,
) -> None:
    shop.seller.report_delay = 20 * MINUTE
    shop.clock.advance(40 * MINUTE)
    shop.import_()
    shop.clock.advance(MINUTE)
    shop.seller.add(NEW)
    shop.seller.change("NEW-1")
    for _ in range(6):
        shop.clock.advance(5 * MINUTE)
        shop.import_()
        assert (shop.verdict("NEW-1")[0], missing(shop, "NEW-1")) == ("active", False)


def test_a_listing_that_is_gone_is_asked_for_directly_and_never_ended(shop: LiveShop) -> None:
    shop.seller.remove(SKU)
    report_again(shop)
    tab, status, reason = shop.verdict(SKU)
    assert (tab, status) == ("active", "Not Seen")
    assert "asked directly on" in reason
    assert "Amazon has no such listing" in reason
    assert missing(shop, SKU)
    assert "ended" not in shop.tabs()


def test_a_listing_that_is_gone_from_the_report_only_is_seen(shop: LiveShop) -> None:

    last = list(shop.seller.listings)[-1]
    shop.simulator.script("createReport", report_faults.rows_lost(0.02))
    report_again(shop)
    assert not missing(shop, last)
    assert shop.verdict(last)[2].startswith("Amazon")


def test_a_listing_that_comes_back_is_what_it_was(shop: LiveShop) -> None:
    before = shop.verdict(SKU)
    gone = shop.seller.listings[SKU]
    shop.seller.remove(SKU)
    report_again(shop)
    shop.seller.add(gone)
    report_again(shop)
    assert (shop.verdict(SKU), missing(shop, SKU)) == (before, False)


def test_so_is_one_that_an_answer_brings_back(shop: LiveShop) -> None:
    gone = shop.seller.listings[SKU]
    shop.seller.remove(SKU)
    report_again(shop)
    shop.seller.add(gone)
    shop.seller.change(SKU)
    shop.import_()
    assert (shop.verdict(SKU)[:2], missing(shop, SKU)) == (("active", "Active"), False)


def test_one_field_is_the_answers_and_another_the_reports(shop: LiveShop) -> None:
    """The answer tells no listing date of the offer; what it does not tell stays."""
    kept = "SELECT product_ref, opened_at, title FROM listings WHERE seller_sku = ?1"
    (before,) = shop.query(kept, SKU)
    shop.seller.change(SKU, title="Another title")
    shop.import_()
    (after,) = shop.query(kept, SKU)
    assert after == (*before[:2], "Another title")


def test_answers_in_any_order_say_the_same(shop: LiveShop) -> None:
    shop.seller.change(SKU, price="33.33")
    shop.import_()
    state = shop.canonical()
    shop.clock.advance(MINUTE)
    shop.import_()  # the last ten minutes are told of once more
    assert shop.canonical() == state
