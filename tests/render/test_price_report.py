"""The table of prices: it fits, cuts no SKU or price, and says what is not known."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from amzsync.render.price_report import PRICE_FIELDS, price_record, price_table
from amzsync.results.price_report import Holds, PriceRow

NOW = "2026-11-23T12:00:00Z"
ROW = PriceRow(
    "us", "A-SELLER-SKU-OF-20-CH", "B0TEST0001", "A kettle of a very long name " * 3, "used_very_good", "USD", 2,
    123499, 122000, "used_very_good", 121000, "new_new", Holds.NO, "2026-11-23T11:15:00Z",
)  # fmt: skip
UNKNOWN = ROW._replace(
    landed_minor=None, lowest_minor=None, lowest_condition=None, buy_box_minor=None, buy_box_condition=None,
    holds=Holds.NOBODY, known_at=None,
)  # fmt: skip


def lines(*rows: PriceRow, width: int, several: bool = False) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    console.print(price_table(rows, width=width, several_stores=several, now=NOW))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("several", [False, True])
def test_every_line_fits_and_no_price_is_cut(width: int, several: bool) -> None:
    shown = lines(ROW, UNKNOWN, width=width, several=several)
    assert [line for line in shown if cell_len(line) > width] == []
    words = " ".join(shown).split()
    assert {ROW.seller_sku, "1234.99", "1220.00", "1210.00", "no", "NA"} <= set(words)


def test_at_80_columns_there_is_room_for_the_age() -> None:
    shown = lines(ROW, UNKNOWN, width=80)
    assert "45 min ago" in shown[1]
    assert "not yet" in shown[2]


def test_a_wide_table_shows_everything() -> None:
    assert lines(ROW, width=250, several=True)[0].split() == [
        "Store", "Seller", "SKU", "ASIN", "Name", "Yours", "Lowest", "Condition", "Buy", "Box", "Held",
        "Box", "condition", "Known",
    ]  # fmt: skip


def test_a_record_has_the_promised_fields_and_text_for_money() -> None:
    record = price_record(ROW)
    assert tuple(record) == PRICE_FIELDS
    assert (record["landed_price"], record["holds_buy_box"]) == ("1234.99", "no")
    assert price_record(UNKNOWN)["lowest_landed_price"] is None


def test_yen_have_no_decimals() -> None:
    assert price_record(ROW._replace(exponent=0, landed_minor=1980))["landed_price"] == "1980"
