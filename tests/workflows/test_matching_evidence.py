"""What an import makes of weak, contradicting and vanished evidence about one listing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import Cells, Shop, asin, in_warehouse, listing, product, query, suppressed

UPC = "036000291452"
CUT_UPC = UPC[1:]  # as a spreadsheet leaves it
CARRIER = product("UPC-1", attributes={"upc": UPC})
CUT_CARRIER = product("UPC-1", attributes={"upc": CUT_UPC})
FOUND = (
    "SELECT outcome, p.sku, matched_by, weak FROM listings LEFT JOIN products p USING (product_id)"
)
VERDICT = "SELECT v.tab, v.status, v.reason FROM listings JOIN verdicts v USING (verdict_id)"


@pytest.mark.parametrize(
    ("products", "listed", "expected"),
    [
        ([CARRIER], listing("X", product_id=UPC), ("matched", "UPC-1", "upc", 0)),
        ([CUT_CARRIER], listing("X", product_id=UPC), ("matched", "UPC-1", "upc", 1)),
        ([CARRIER], listing("X", product_id=CUT_UPC), ("matched", "UPC-1", "upc", 1)),
        ([CUT_CARRIER], listing("X", product_id=CUT_UPC), ("matched", "UPC-1", "upc", 1)),
        (
            [CARRIER, product("X")],
            listing("X", product_id=CUT_UPC),
            ("matched", "X", "seller_sku", 0),
        ),
        (
            [CARRIER, product("ASIN-1", attributes={"asin": asin(1)})],
            listing("X", asin1=asin(1), product_id=CUT_UPC),
            ("matched", "ASIN-1", "asin", 0),
        ),
        ([CARRIER, product("X")], listing("X", product_id=UPC), ("conflict", None, "", 0)),
    ],
    ids=[
        "both in full", "the product's is cut", "the listing's is cut", "both are cut",
        "the SKU beats a number that is cut", "the ASIN beats a number that is cut",
        "a number in full is not beaten",
    ],
)  # fmt: skip
def test_a_number_that_lost_its_zero_is_weak_on_either_side(
    tmp_path: Path,
    products: list[Cells],
    listed: Cells,
    expected: tuple[str, str | None, str, int],
) -> None:
    shop = Shop(tmp_path, products)
    shop.us.listings = [listed]
    shop.run()
    assert query(shop.state, FOUND) == [expected]


@pytest.mark.parametrize("back", [False, True], ids=["as they come", "the last first"])
def test_candidates_are_named_in_the_same_order_whatever_the_order_of_the_products(
    tmp_path: Path, back: bool
) -> None:
    products = [product(f"TEA-{number}", attributes={"asin": asin(1)}) for number in range(6)]
    shop = Shop(tmp_path, products[::-1] if back else products)
    shop.us.listings = [listing("X", asin1=asin(1))]
    shop.run()
    reason = (
        "Several products carry its identifiers: TEA-0 (asin), TEA-1 (asin), TEA-2 (asin), TEA-3 (asin) "
        "and 2 more."
    )
    assert query(shop.state, VERDICT) == [("new-third-party", "Multiple Matches Found", reason)]


def test_only_configurable_products_are_named_as_such(tmp_path: Path) -> None:
    parent = product("X", product_type="configurable")
    shop = Shop(tmp_path, [parent, CUT_CARRIER])
    shop.us.listings = [listing("X", product_id=UPC)]
    shop.run()
    reason = "It matches a configurable product only: X (seller sku)."
    assert query(shop.state, VERDICT) == [("new-third-party", "Has Variants", reason)]


def test_a_listing_that_only_the_warehouse_knows_is_inactive_and_says_so(tmp_path: Path) -> None:
    shop = Shop(tmp_path, [product("X"), product("Y")])
    shop.us.listings = [listing("Y")]
    shop.us.fba = [in_warehouse("X", 5)]
    shop.run()
    assert query(shop.state, VERDICT + " WHERE seller_sku = 'X'") == [
        ("inactive", "Inactive", "Not in the all-listings report, only in: fba-inventory.")
    ]


def test_a_suppressed_report_alone_does_not_call_a_listing_live(tmp_path: Path) -> None:
    shop = Shop(tmp_path, [product("X")])
    shop.us.listings, shop.us.suppressed = None, [suppressed("X")]
    shop.run()
    tab, status, reason = query(shop.state, VERDICT)[0]
    assert (tab, status) == ("active", "Unknown")
    assert reason.startswith("Taken as live, but Search Suppressed")
