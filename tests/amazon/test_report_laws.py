"""Laws that hold for any report: no cells make the parser fail, and no order changes the rows."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon.headings import Layout, recognise
from amzsync.amazon.listings_report import merged, row_parser
from amzsync.core.marketplaces import Marketplace, by_code
from amzsync.core.model import ListingRow

HEADINGS = (
    "seller-sku",
    "item-name",
    "price",
    "quantity",
    "asin1",
    "fulfillment-channel",
    "status",
)


NEW, AMAZON = "new_new", "amazon"


def a_marketplace(code: str) -> Marketplace:
    found = by_code(code)
    assert found is not None
    return found


LAYOUTS = [
    recognise(line)
    for line in (
        "\t".join(HEADINGS),
        "\t".join(("item-condition", "product-id", "open-date", *HEADINGS)),
        "sku\tasin\tprice\tquantity",
        "Status\tReason\tSKU\tASIN\tProduct name\tCondition\tStatus Change Date\tIssue Description",
        "sku\tasin\tstranded-reason\terror-message\tyour-price\tfulfilled-by",
        "seller-sku\tasin\tcondition-type\tWarehouse-Condition-code\tQuantity Available",
        "seller-sku\titem-condition\topen-date\tprice\tprice\titem-is-marketplace\tproduct-id",
    )
]
HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("\ud800\x00\r\t0123456789.-")), max_size=12
)
WORDS = st.sampled_from(
    ["5.00", "1,99", "12", "", " ", "\r", "AMAZON_NA", "DEFAULT", "Active", "11", "B0EXAMPLE1",
     "SKU", "sku", "2022-03-15 02:26:37 PDT", "price", "seller-sku"]
)  # fmt: skip


@given(st.sampled_from(LAYOUTS), st.lists(st.lists(st.one_of(HOSTILE, WORDS), max_size=12)))
def test_no_cells_make_the_parser_fail(layout: Layout, rows: list[list[str]]) -> None:
    parse_row = row_parser(layout, a_marketplace("UK"))
    for cells in rows:
        told = parse_row(cells)
        if isinstance(told, ListingRow):
            assert told.seller_sku.strip()
            assert told.price_minor is None or told.price_minor >= 0
            assert told.quantity is None or told.quantity >= 0
        else:
            assert told.reason


NAMES = (
    "seller-sku", "item-name", "price", "quantity", "asin1", "fulfillment-channel", "status",
    "open-date", "item-condition", "product-id",
)  # fmt: skip
CELLS = st.tuples(*[st.one_of(WORDS.filter(lambda word: word != "\r"), HOSTILE)] * len(NAMES))


@given(
    st.lists(CELLS, min_size=1, max_size=4),
    st.lists(st.sampled_from(["x-new", "Deprecated column", "", "Sell remainder"]), max_size=4),
    st.randoms(use_true_random=False),
)
def test_neither_the_order_of_columns_nor_unknown_ones_change_a_row(
    rows: list[tuple[str, ...]], unknown: list[str], rng: random.Random
) -> None:
    table = [(*row, *("junk" for _ in unknown), "end") for row in rows]
    names = (*NAMES, *unknown, "end")  # the last cell stays: of it a CR would be the line's end
    order = [*range(len(names) - 1)]
    rng.shuffle(order)
    order.append(len(names) - 1)
    straight = row_parser(recognise("\t".join(names)), a_marketplace("US"))
    shuffled = row_parser(recognise("\t".join(names[i] for i in order)), a_marketplace("US"))
    assert [shuffled([row[i] for i in order]) for row in table] == [
        straight([*row]) for row in table
    ]


@given(st.lists(CELLS, min_size=2, max_size=6))
def test_a_row_means_the_same_whatever_was_read_before(rows: list[tuple[str, ...]]) -> None:
    layout = recognise("\t".join(NAMES))
    parse_row = row_parser(layout, a_marketplace("US"))
    for cells in rows:
        parse_row([*cells])
    alone = [row_parser(layout, a_marketplace("US"))([*cells]) for cells in rows]
    assert [parse_row([*cells]) for cells in rows] == alone


@given(st.lists(st.builds(
    ListingRow, st.just("A"), *[st.none() | st.sampled_from(["x", "y"])] * 4,
    *[st.none() | st.integers(0, 9)] * 2, reason=st.none() | st.sampled_from(["p", "q"]),
), min_size=1), st.randoms(use_true_random=False))  # fmt: skip
def test_merging_does_not_depend_on_the_order_of_rows(
    rows: list[ListingRow], rng: random.Random
) -> None:
    shuffled = rng.sample(rows, len(rows))
    assert merged(shuffled) == merged(rows)


def test_rows_of_one_sku_are_merged_whatever_their_order() -> None:
    rows = [
        ListingRow("A", "B0EXAMPLE1", None, NEW, AMAZON, None, 8),
        ListingRow("A", "B0EXAMPLE1", "Tea", NEW, AMAZON, 500, None, reason="b"),
        ListingRow("A", None, "Tee", None, AMAZON, 600, 2, reason="a"),
        ListingRow("A", reason="b"),
    ]
    expected = ListingRow("A", "B0EXAMPLE1", "Tea", NEW, AMAZON, 500, 10, reason="a; b")
    assert merged(rows) == merged(rows[::-1]) == expected


def test_unsellable_units_alone_tell_no_quantity() -> None:
    assert merged([ListingRow("A", quantity=None)] * 2) == ListingRow("A")
    assert merged([ListingRow("A", quantity=0), ListingRow("A")]) == ListingRow("A", quantity=0)
