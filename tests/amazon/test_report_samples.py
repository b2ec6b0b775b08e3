"""Genuine reports, where they are at hand: all of them are recognised and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.amazon.headings import recognise
from amzsync.amazon.listings_report import row_parser
from amzsync.amazon.origin import Seen, foreign
from amzsync.core.marketplaces import by_code
from amzsync.core.model import ListingRow, ReportKind
from amzsync.errors import InputError

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "amazon"
# file -> kind, rows, notable columns that it lacks
EXPECTED: dict[str, tuple[ReportKind, int, tuple[str, ...]]] = {
    "us_airbyte__GET_MERCHANT_LISTINGS_ALL_DATA.tsv": (ReportKind.ALL, 8, ()),
    "us_airbyte__GET_MERCHANT_LISTINGS_DATA.tsv": (ReportKind.ACTIVE, 2, ()),
    "us_airbyte__GET_MERCHANT_LISTINGS_INACTIVE_DATA.tsv": (ReportKind.INACTIVE, 7, ()),
    "us_airbyte__GET_FLAT_FILE_OPEN_LISTINGS_DATA.tsv": (ReportKind.OPEN, 2, ()),
    "us_airbyte__GET_MERCHANTS_LISTINGS_FYP_REPORT.tsv": (ReportKind.SUPPRESSED, 2, ()),
    "amzn_sandbox__GET_AFN_INVENTORY_DATA.tsv": (ReportKind.FBA, 3, ()),
    "amzn_sandbox__GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA.tsv": (ReportKind.FBA, 3, ()),
    "amzn_sandbox__GET_STRANDED_INVENTORY_UI_DATA.tsv": (ReportKind.STRANDED, 1, ()),
    "headers__GET_MERCHANT_CANCELLED_LISTINGS_DATA.tsv": (ReportKind.CANCELLED, 0, ()),
    "headers__de_2024_GET_MERCHANT_LISTINGS_ALL_DATA.tsv": (ReportKind.ALL, 0, ()),
    "headers__jp_custom_GET_MERCHANT_LISTINGS_ALL_DATA.cp932.tsv": (ReportKind.ALL, 0, ()),
    "headers__jp_standard_listings.cp932.tsv": (ReportKind.ALL, 0, ("status",)),
}
REFUSED = {
    "headers__GET_REFERRAL_FEE_PREVIEW_REPORT.tsv": "has a SKU column but not the columns",
    "us_airbyte__GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL.tsv": "an orders report",
}

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the genuine samples are not beside this checkout"
)


def lines_of(name: str) -> list[str]:
    encoding = "cp932" if "cp932" in name else "utf-8"
    text = (SAMPLES / name).read_bytes().decode(encoding)
    return text.removesuffix("\n").split("\n")


def rows_of(name: str, seen: Seen | None = None) -> dict[str, ListingRow]:
    heading, *lines = lines_of(name)
    marketplace = by_code("US")
    assert marketplace is not None
    parse = row_parser(recognise(heading, file_name=name), marketplace, seen)
    rows = [parse(line.split("\t")) for line in lines]
    assert [row for row in rows if not isinstance(row, ListingRow)] == []
    return {row.seller_sku: row for row in rows if isinstance(row, ListingRow)}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_genuine_report_is_recognised_and_read_whole(name: str) -> None:
    kind, count, missing = EXPECTED[name]
    layout = recognise(lines_of(name)[0], file_name=name)
    assert (layout.kind, layout.delimiter, layout.missing) == (kind, "\t", missing)
    seen = Seen()
    assert len(rows_of(name, seen)) == count
    marketplace = by_code("US")
    assert marketplace is not None
    assert foreign(seen, marketplace) is None


@pytest.mark.parametrize("name", REFUSED)
def test_a_genuine_report_of_another_sort_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=REFUSED[name]):
        recognise(lines_of(name)[0], file_name=name)


def test_no_sample_is_left_out() -> None:
    names = {path.name for path in SAMPLES.glob("*.tsv")}
    assert names == {*EXPECTED, *REFUSED}


def test_one_account_of_one_day_says_what_it_says() -> None:
    rows = rows_of("us_airbyte__GET_MERCHANT_LISTINGS_ALL_DATA.tsv")
    assert rows["I0-RALD-N1UR"] == ListingRow(
        "I0-RALD-N1UR",
        asin="B0B68NBQ1Y",
        title="GiftBox",
        condition="new_new",
        fulfillment="merchant",
        price_minor=500,
        quantity=1000,
        status="active",
        product_id="B0B68NBQ1Y",
        opened_at="2022-07-11T08:34:18Z",
    )
    assert [row.quantity for row in rows.values() if row.fulfillment == "amazon"] == [None, None]
    suppressed = rows_of("us_airbyte__GET_MERCHANTS_LISTINGS_FYP_REPORT.tsv")
    assert suppressed["I0-RALD-N1UR"].reason == (
        "Search Suppressed: Missing info - '[brand]' is required but not supplied."
    )
    # The same SKU stands in the active and in the inactive report of that day.
    active = rows_of("us_airbyte__GET_MERCHANT_LISTINGS_DATA.tsv")
    inactive = rows_of("us_airbyte__GET_MERCHANT_LISTINGS_INACTIVE_DATA.tsv")
    assert (active["IA-VREM-8L92"].status, inactive["IA-VREM-8L92"].status) == (None, "inactive")
