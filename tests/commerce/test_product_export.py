from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.commerce.cell_values import DateOrder
from amzsync.commerce.product_export import ExportLayout, recognise, row_parser
from amzsync.core.model import ProductRow, Rejected
from amzsync.errors import InputError

DATA = Path(__file__).parents[1] / "data" / "commerce"

COLUMNS = [
    "sku", "store_view_code", "attribute_set_code", "product_type", "categories",
    "product_websites", "name", "product_online", "visibility", "price", "special_price",
    "special_price_from_date", "special_price_to_date", "additional_attributes", "qty",
    "allow_backorders", "use_config_backorders", "is_in_stock", "manage_stock",
    "use_config_manage_stock", "ean",
]  # fmt: skip
CODES = ("amazon_asin", "upc", "ean", "barcode")


def parse(
    cells: dict[str, str],
    *,
    attributes: tuple[str, ...] = CODES,
    condition: str | None = None,
    enclosed: bool = False,
    dates: DateOrder = DateOrder.MONTH_FIRST,
) -> ProductRow | Rejected:
    layout = recognise(list(cells))
    parser = row_parser(
        layout, attributes=attributes, condition=condition, enclosed=enclosed, dates=dates
    )
    return parser(list(cells.values()))


def product(cells: dict[str, str], attributes: tuple[str, ...] = CODES) -> ProductRow:
    row = parse({"sku": "A", **cells}, attributes=attributes)
    assert isinstance(row, ProductRow)
    return row


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(["sku"], ("sku",), id="sku alone"),
        pytest.param(
            ["name", "\ufeffSKU ", "qty"], ("name", "sku", "qty"), id="any order and case"
        ),
        pytest.param(
            ["sku", "status", "type_id", "special_from_date", "msrp"],
            ("sku", "product_online", "product_type", "special_price_from_date", "msrp_price"),
            id="names of REST",
        ),
        pytest.param(
            ["sku", "status", "product_online"],
            ("sku", "status", "product_online"),
            id="the export's own name wins",
        ),
        pytest.param(["sku", "price", "price"], ("sku", "price", "price"), id="repeated heading"),
        pytest.param(["sku", "", "asin1"], ("sku", "", "asin1"), id="unknown and empty headings"),
    ],
)
def test_a_product_export_is_recognised(header: list[str], expected: tuple[str, ...]) -> None:
    assert recognise(header) == ExportLayout(expected)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        pytest.param(
            ["source_code", "sku", "status", "quantity"],
            "x.csv looks like a stock-sources export, not like a product export; its headings are "
            '"source_code", "sku", "status", "quantity". '
            "Give it as `stock` of [commerce].",
            id="stock sources",
        ),
        pytest.param(
            ["item-name", "listing-id", "seller-sku", "price", "quantity", "asin1", "status"],
            "x.csv looks like an Amazon report, not like a product export; its headings are "
            '"item-name", "listing-id", "seller-sku", "price", "quantity" and 2 more. '
            "Give it as `listings` of its store.",
            id="amazon report",
        ),
        pytest.param(
            ["<!DOCTYPE html>"],
            "x.csv looks like a web page (HTML or XML), not like a product export. "
            "Sign in to Commerce and download the file again.",
            id="web page",
        ),
        pytest.param(
            ["sku", "tier_price_website", "tier_price_qty", "tier_price"],
            "x.csv looks like an advanced-pricing export, not like a product export; its headings "
            'are "sku", "tier_price_website", "tier_price_qty", "tier_price". Export it in '
            "Commerce: System > Data Transfer > Export, entity type Products.",
            id="advanced pricing",
        ),
        pytest.param(
            ["email", "_website"],
            'x.csv has no column "sku"; its headings are "email", "_website". Export it in '
            "Commerce: System > Data Transfer > Export, entity type Products. "
            "Leave the file as it comes.",
            id="no sku",
        ),
        pytest.param(
            ["sku", "name", "SKU"],
            'x.csv must have one column "sku" and has 2 (columns 1 and 3). Export it in Commerce: '
            "System > Data Transfer > Export, entity type Products. Leave the file as it comes.",
            id="two skus",
        ),
    ],
)
def test_another_file_is_refused_with_what_it_is_and_what_to_do(
    header: list[str], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        recognise(header, file_name="x.csv")
    assert str(caught.value) == message


def test_a_refusal_without_a_file_name_speaks_of_the_file() -> None:
    with pytest.raises(InputError, match=r"^The file looks like an empty file"):
        recognise([])


def test_a_full_row_is_read() -> None:
    with (DATA / "small_export.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    parser = row_parser(recognise(header), attributes=CODES, condition="color")
    assert [parser(row) for row in rows] == [
        ProductRow(
            sku="LAMP-1",
            view="",
            type="simple",
            name="Desk Lamp",
            attribute_set="Home",
            categories="Root/Home,Root/Home/Light",
            websites=",base,",
            enabled=1,
            visibility="Catalog, Search",
            price_micros=34_000_000,
            special_price_micros=29_950_000,
            special_from="2016-10-21",
            special_to="2027-01-31",
            stock_e4=500_000,
            in_stock=1,
            manage_stock=None,
            backorders=None,
            condition="Black",
            identifiers="amazon_asin=B0TEST0001\nean=4006381333931",
        ),
        ProductRow(
            sku="LAMP-1", view="de", type="simple", name="Schreibtischlampe", attribute_set="Home"
        ),
        ProductRow(
            sku="-MINUS-1",
            view="",
            type="simple",
            name="=Formula name",
            attribute_set="Home",
            websites=",base,de,",
            enabled=0,
            visibility="Not Visible Individually",
            price_micros=5_000_000,
            stock_e4=-30_000,
            in_stock=1,
            manage_stock=0,
            backorders=1,
            identifiers="upc=012345678905",
        ),
        ProductRow(
            sku="LAMP",
            view="",
            type="configurable",
            name="Lamp",
            attribute_set="Home",
            categories="Root/Home",
            websites=",base,",
            enabled=1,
            visibility="Catalog, Search",
            price_micros=0,
            stock_e4=0,
            in_stock=1,
        ),
    ]


def test_a_file_of_skus_alone_tells_nothing_else() -> None:
    assert parse({"sku": "A"}) == ProductRow(sku="A", view="")


def test_blank_cells_tell_as_little_as_missing_columns() -> None:
    blank = dict.fromkeys(COLUMNS, "")
    assert parse({**blank, "sku": "A"}) == ProductRow(sku="A", view="")


@pytest.mark.parametrize(
    ("sku", "expected"),
    [
        ("24-MB01", "24-MB01"),
        (" -MINUS-1", "-MINUS-1"),
        (" =1", "=1"),
        ("  -x", "  -x"),
        (" x ", " x "),
        ("a\nb", "a\nb"),
        ("S" * 64, "S" * 64),
        (" -" + "S" * 63, "-" + "S" * 63),
        ('A/B, "C"+1', 'A/B, "C"+1'),
        ("０１", "０１"),
    ],
)
def test_a_sku_is_kept_as_it_is_without_its_guard(sku: str, expected: str) -> None:
    row = parse({"sku": sku})
    assert isinstance(row, ProductRow)
    assert row.sku == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"sku": ""}, Rejected("no SKU"), id="no sku"),
        pytest.param({"sku": " \n"}, Rejected("no SKU"), id="blank sku"),
        pytest.param({"sku": "\u00a0"}, Rejected("no SKU"), id="no-break space"),
        pytest.param(
            {"sku": "S" * 65},
            Rejected("SKU of 65 characters; Commerce allows 64", "S" * 64),
            id="long sku",
        ),
        pytest.param({"sku": "A\0"}, Rejected("a NUL character in the SKU", "A\0"), id="nul"),
        pytest.param(
            {"sku": "A", "price": "1,99"},
            Rejected('price "1,99" is not a number written like 34.000000 (SKU "A")', "A"),
            id="price",
        ),
        pytest.param(
            {"sku": "A", "special_price": "-1"},
            Rejected('special_price "-1" is below zero (SKU "A")', "A"),
            id="special price",
        ),
        pytest.param(
            {"sku": "A", "qty": "5 pcs"},
            Rejected('qty "5 pcs" is not a number written like 34.0000 (SKU "A")', "A"),
            id="quantity",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_the_reason(
    cells: dict[str, str], expected: Rejected
) -> None:
    assert parse(cells) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["x", "A"], Rejected("2 cells under 3 headings", "A")),
        (["x", " -A", "y", "z"], Rejected("4 cells under 3 headings", "-A")),
        (["x", "S" * 70], Rejected("2 cells under 3 headings", "S" * 64)),
        (["x"], Rejected("1 cells under 3 headings")),
        ([], Rejected("0 cells under 3 headings")),
    ],
)
def test_a_row_of_another_width_is_rejected_with_its_sku(
    row: list[str], expected: Rejected
) -> None:
    assert row_parser(recognise(["name", "sku", "qty"]), attributes=())(row) == expected


@pytest.mark.parametrize(
    ("cells", "field", "expected"),
    [
        ({"product_online": "1"}, "enabled", 1),
        ({"product_online": "2"}, "enabled", 0),
        ({"product_online": "0"}, "enabled", None),
        ({"product_online": "Enabled"}, "enabled", None),
        ({"status": "2"}, "enabled", 0),
        ({"is_in_stock": "0"}, "in_stock", 0),
        ({"is_in_stock": "Yes"}, "in_stock", None),
        ({"product_type": " Simple"}, "type", "simple"),
        ({"type_id": "bundle"}, "type", "bundle"),
        ({"name": " =1+1"}, "name", "=1+1"),
        ({"name": " padded"}, "name", " padded"),
        ({"name": " "}, "name", None),
        ({"name": "!"}, "name", "!"),
        ({"categories": "Root/A, B,Root/C\\/D"}, "categories", "Root/A, B,Root/C\\/D"),
        ({"product_websites": "us,base"}, "websites", ",base,us,"),
        ({"store_view_code": "de"}, "view", "de"),
        ({"store_view_code": " "}, "view", ""),
        ({"manage_stock": "0", "use_config_manage_stock": "0"}, "manage_stock", 0),
        ({"manage_stock": "1", "use_config_manage_stock": "0"}, "manage_stock", 1),
        ({"manage_stock": "1", "use_config_manage_stock": "1"}, "manage_stock", None),
        ({"manage_stock": "1", "use_config_manage_stock": ""}, "manage_stock", None),
        ({"manage_stock": "0"}, "manage_stock", 0),
        ({"use_config_manage_stock": "0"}, "manage_stock", None),
        ({"allow_backorders": "2", "use_config_backorders": "0"}, "backorders", 2),
        ({"allow_backorders": "1", "use_config_backorders": "1"}, "backorders", None),
        ({"backorders": "1"}, "backorders", 1),
        ({"special_price_from_date": "soon"}, "special_from", "soon"),
        ({"qty": " -3.0000"}, "stock_e4", -30_000),
        ({"price": "1.00", "special_price": "0.5"}, "special_price_micros", 500_000),
    ],
)
def test_a_cell_is_read(cells: dict[str, str], field: str, expected: object) -> None:
    assert product(cells)._asdict()[field] == expected


def test_the_order_of_dates_is_a_setting() -> None:
    cells = {"sku": "A", "special_price_to_date": "3/4/26"}
    rows = [parse(cells, dates=order) for order in DateOrder]
    assert [row.special_to for row in rows if isinstance(row, ProductRow)] == [
        "2026-03-04",
        "2026-04-03",
        "3/4/26",
    ]


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "0", "1", "2", " -3.0000", "34.000000", "10/21/16", "ean=1,upc=2"]),
)


@given(st.lists(CELL, max_size=len(COLUMNS) + 2), st.booleans())
def test_no_cells_of_any_width_raise(row: list[str], enclosed: bool) -> None:
    parser = row_parser(recognise(COLUMNS), attributes=CODES, condition="qty", enclosed=enclosed)
    assert isinstance(parser(row), ProductRow | Rejected)
    padded = (row + [""] * len(COLUMNS))[: len(COLUMNS)]
    assert isinstance(parser(padded), ProductRow | Rejected)


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), st.data())
def test_unknown_columns_and_the_order_of_columns_do_not_matter(
    cells: dict[str, str], data: st.DataObject
) -> None:
    extra = data.draw(st.dictionaries(st.sampled_from(["approval", "x_1", "btech_badges"]), CELL))
    names = data.draw(st.permutations([*cells, *extra]))
    shuffled = {name: {**extra, **cells}[name] for name in names}
    assert parse(shuffled) == parse(cells)


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), st.data())
def test_a_missing_column_tells_as_much_as_a_blank_one(
    cells: dict[str, str], data: st.DataObject
) -> None:
    settings = {"sku", "use_config_manage_stock", "use_config_backorders"}
    dropped = data.draw(st.sets(st.sampled_from(sorted(set(COLUMNS) - settings))))
    blank = {name: "" if name in dropped else cell for name, cell in cells.items()}
    kept = {name: cell for name, cell in cells.items() if name not in dropped}
    assert parse(kept) == parse(blank)


def test_a_parser_gives_the_same_whatever_it_has_read_before() -> None:
    layout = recognise(COLUMNS)
    row = ["A", *(["1"] * (len(COLUMNS) - 1))]
    bad = ["A", *(["x"] * (len(COLUMNS) - 1))]
    parser = row_parser(layout, attributes=CODES)
    first = parser(row)
    assert [parser(bad), parser(row), parser(bad)] == [parser(bad), first, parser(bad)]
