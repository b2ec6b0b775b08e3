"""The preview of rules for people: figures that say what they mean, tables that fit, harmless text."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from amzsync.render.rules_preview import (
    PREVIEW_FIELDS,
    figure_lines,
    list_title,
    preview_record,
    preview_table,
    remark_lines,
)
from amzsync.results.rules_preview import PreviewRow, StorePreview, Which

LISTED = PreviewRow(
    "us", Which.INELIGIBLE, True, "A-SELLER-SKU-OF-20-CH", "A-SKU-OF-SIXTEEN", "B0TEST0001", "A kettle of a very long name " * 3,
    "simple", "Kitchen", "Catalog, Search", True, "price is 9.99, not greater than 10; color is \"Red\", not \"Blue\"",
    123499, 5, "USD", 2,
)  # fmt: skip
KEPT = LISTED._replace(change=False, seller_sku="B", quantity=None, price_minor=None, reason="")
NEW = LISTED._replace(which=Which.NEW, seller_sku=None, price_minor=None, quantity=None)
US = StorePreview(
    "us", "price is greater than 10", listings=140,
    rows=Counter({Which.INELIGIBLE: 1_012, Which.ELIGIBLE: 131, Which.NEW: 9}),
    changes=Counter({Which.INELIGIBLE: 4, Which.ELIGIBLE: 2, Which.NEW: 3}),
    kept_by_amazon=1, not_ready=2, no_longer_new=5, refused=14, excluded=30, strangers=1, gone=3,
)  # fmt: skip


def lines(which: Which, *rows: PreviewRow, width: int) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    console.print(preview_table(which, rows, width=width))
    return out.getvalue().splitlines()


def test_the_figures_say_what_becomes_of_them() -> None:
    stays = (
        "the quantity becomes 0, the listing stays (1 shipped by Amazon: it counts its own stock)"
    )
    apart = "14 refused, incomplete or inactive at Amazon, 30 neither on Amazon nor eligible"

    assert list(figure_lines(US)) == [
        "Store us, by the rules: price is greater than 10",
        f"  Ineligible  1,012   4 newly: {stays}",
        "  Eligible      131   2 eligible again",
        "  New             9   3 newly, 5 no longer: 7 ready to list, 2 lacking something",
        f"  In no list: {apart}, 1 without a product, 3 ended or not seen",
    ]


def test_a_store_that_lists_by_itself_says_so() -> None:
    assert "7 published by themselves" in list(figure_lines(replace(US, automatic=True)))[3]


def test_a_store_of_which_nothing_is_known_says_what_to_do() -> None:
    assert list(figure_lines(StorePreview("ca", "every product", known=False)))[1:] == [
        "  Nothing is known of it yet. Next: amzsync import-listings"
    ]


def test_nothing_is_nought() -> None:
    assert list(figure_lines(StorePreview("ca", "every product")))[1:] == [
        "  Ineligible  0   0 newly",
        "  Eligible    0   0 eligible again",
        "  New         0   0 newly",
        "  In no list: none",
    ]


def test_very_long_rules_are_cut_and_foreign_text_is_harmless() -> None:
    (first, *_) = figure_lines(replace(US, rules='name is "\x1b[2J"' + "x" * 1_000))

    assert "\x1b" not in first
    assert first.endswith("…")
    assert len(first) < 400


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("which", list(Which))
def test_every_line_fits_and_what_counts_is_whole(which: Which, width: int) -> None:
    row = NEW if which is Which.NEW else LISTED
    found = lines(which, row._replace(which=which), width=width)

    assert [line for line in found if cell_len(line) > width] == []
    words = " ".join(found)
    assert (row.seller_sku or row.sku) in words
    assert ("again" if which is Which.ELIGIBLE else "newly") in words


def test_at_80_columns_name_reason_and_quantity_have_room() -> None:
    short = LISTED._replace(seller_sku="KIT-1010", sku="KIT-1010")

    assert lines(Which.INELIGIBLE, short, width=80)[0].split() == [
        "Seller", "SKU", "Change", "Name", "Reason", "Qty",
    ]  # fmt: skip


def test_a_wide_table_has_the_columns_of_the_sales_channel() -> None:
    assert lines(Which.INELIGIBLE, LISTED, width=400)[0].split() == [
        "Seller", "SKU", "SKU", "Change", "Name", "ASIN", "Type", "Attribute", "set", "Visibility", "Enabled",
        "Reason", "Price", "Qty",
    ]  # fmt: skip
    assert "1234.99 USD" in lines(Which.INELIGIBLE, LISTED, width=400)[1]


def test_columns_that_say_nothing_are_left_out() -> None:
    heading = lines(Which.ELIGIBLE, KEPT._replace(which=Which.ELIGIBLE), width=400)[0]

    assert {"Change", "Qty", "Price", "Reason"}.isdisjoint(heading.split())


@pytest.mark.parametrize(("shown", "words"), [(5, "New: 5 of 1,234"), (1_234, "New: 1,234")])
def test_a_list_says_how_much_of_it_is_shown(shown: int, words: str) -> None:
    assert list_title(Which.NEW, shown=shown, total=1_234) == words


def test_a_record_has_all_fields_and_what_is_not_told_is_none() -> None:
    assert preview_record(LISTED) == {
        "store": "us", "list": "ineligible", "change": True, "seller_sku": LISTED.seller_sku, "sku": LISTED.sku,
        "asin": "B0TEST0001", "name": LISTED.name, "type": "simple", "attribute_set": "Kitchen",
        "visibility": "Catalog, Search", "enabled": True, "reason": LISTED.reason, "price": "1234.99",
        "currency": "USD", "quantity": 5,
    }  # fmt: skip
    new = preview_record(NEW)
    assert tuple(new) == PREVIEW_FIELDS
    assert (new["price"], new["quantity"], new["seller_sku"]) == (None, None, None)


def test_remarks_begin_with_the_warning() -> None:
    found = list(remark_lines([replace(US, warning="Too much")], ["color"]))

    assert found[0].startswith(
        "WARNING: Too much. Look at them, with --store us --list ineligible,"
    )
    assert "color" in found[1]
    assert found[2].startswith("Nothing was changed.")


def test_rules_that_change_nothing_say_so() -> None:
    still = StorePreview("us", "every product", rows=Counter({Which.NEW: 3}))

    assert list(remark_lines([still], ())) == ["These rules would change nothing."]
    assert list(remark_lines([replace(still, known=False)], ())) == []
