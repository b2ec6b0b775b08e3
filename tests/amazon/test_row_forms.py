"""What the cells of each form of report tell: statuses by nature, reasons, origins."""

from __future__ import annotations

import pytest

from amzsync.amazon.headings import Layout, recognise
from amzsync.amazon.listings_report import HEADING_AGAIN, row_parser
from amzsync.amazon.origin import MAX_WORDS, Seen, foreign
from amzsync.amazon.row_forms import BLOCKED
from amzsync.core.marketplaces import Marketplace, by_code
from amzsync.core.model import ListingRow, Rejected, ReportKind


def a_marketplace(code: str) -> Marketplace:
    found = by_code(code)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        (ReportKind.INACTIVE, "inactive", None),
        (ReportKind.CANCELLED, "inactive", BLOCKED),
        (ReportKind.ACTIVE, None, None),
        (ReportKind.OPEN, None, None),
        (ReportKind.ALL, None, None),
    ],
)
def test_a_report_tells_a_status_only_where_its_nature_does(
    kind: ReportKind, status: str | None, reason: str | None
) -> None:
    layout = Layout(kind, "\t", ("seller-sku", "price"), ())
    row = row_parser(layout, a_marketplace("US"))(["A", "5"])
    assert row == ListingRow("A", price_minor=500, status=status, reason=reason)


def test_a_status_in_the_row_is_stronger_than_the_nature_of_the_report() -> None:
    layout = Layout(ReportKind.INACTIVE, "\t", ("seller-sku", "price", "status"), ())
    parse_row = row_parser(layout, a_marketplace("US"))
    statuses = [parse_row(["A", "5", word]) for word in ("Incomplete", "")]
    assert [row.status for row in statuses if isinstance(row, ListingRow)] == [
        "incomplete", "inactive",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        (
            ("SKU", "ASIN", "Reason", "Issue Description", "Status"),
            ["", "", "a", "b", "c"],
            Rejected("no seller SKU"),
        ),
        (
            ("sku", "stranded-reason", "your-price", "error-message"),
            ["A", "X", "9.99.9", ""],
            Rejected("price '9.99.9' is not an amount such as 1299.00", "A"),
        ),
        (
            ("sku", "stranded-reason", "your-price", "error-message"),
            [" ", "X", "9.99", ""],
            Rejected("no seller SKU", " "),
        ),
        (
            ("sku", "stranded-reason", "your-price", "error-message"),
            ["A", "", "", " \n "],
            ListingRow("A", reason="Stranded"),
        ),
        (
            ("sku", "afn-fulfillable-quantity", "your-price"),
            ["A", "1,5", "1"],
            Rejected("quantity '1,5' is not a whole number of units", "A"),
        ),
        (
            ("sku", "afn-fulfillable-quantity", "your-price"),
            ["A", "1", "£1"],
            Rejected("price '£1' is not an amount such as 1299.00", "A"),
        ),
        (
            ("sku", "afn-fulfillable-quantity", "your-price"),
            ["", "1", "1"],
            Rejected("no seller SKU"),
        ),
        (
            ("sku", "afn-fulfillable-quantity", "your-price"),
            ["sku", "afn-fulfillable-quantity", "your-price"],
            HEADING_AGAIN,
        ),
    ],
)
def test_rows_of_the_other_reports_are_rejected_with_a_reason_too(
    headings: tuple[str, ...], cells: list[str], expected: ListingRow | Rejected
) -> None:
    parse_row = row_parser(recognise("\t".join(headings)), a_marketplace("US"))
    assert parse_row(cells) == expected


def test_what_betrays_the_marketplace_is_counted_for_rejected_rows_too() -> None:
    seen = Seen()
    headings = "seller-sku\tprice\tquantity\tasin1\tfulfillment-channel\topen-date"
    parse_row = row_parser(recognise(headings), a_marketplace("JP"), seen)
    for i in range(MAX_WORDS + 9):
        parse_row([f"A{i}", "19.99", "1", "", "AMAZON_NA", f"2022-03-15 02:26:37 PDT{i or ''}"])
    parse_row(["A", "1,99", "1", "", "", "2022-03-15 02:26:37 PDT1"])
    assert seen.channels == {"AMAZON_NA": MAX_WORDS + 9, "": 1}
    assert seen.zones["PDT"] == 1
    assert seen.zones["PDT1"] == 2
    assert len(seen.zones) == MAX_WORDS
    assert seen.decimals == MAX_WORDS + 9
    assert foreign(seen, a_marketplace("JP")) == (
        "The rows are not of amazon.co.jp (JP): 73 of 74 rows are fulfilled through AMAZON_NA, "
        "73 of 74 prices have more decimals than JPY has."
    )


def test_rows_of_stranded_stock_betray_the_marketplace() -> None:
    seen = Seen()
    layout = recognise("sku\tstranded-reason\tfulfilled-by")
    row_parser(layout, a_marketplace("US"), seen)(["A", "X", "AMAZON_EU"])
    assert seen.channels == {"AMAZON_EU": 1}
