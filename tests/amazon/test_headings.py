"""What a document is, by its heading line: every report in every variant, and what is refused."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon.headings import MAX_COLUMNS, Layout, canonical, recognise
from amzsync.amazon.translations import HEADINGS, IGNORED_HEADINGS
from amzsync.core.model import ReportKind
from amzsync.errors import InputError

BASE = [
    "item-name", "item-description", "listing-id", "seller-sku", "price", "quantity", "open-date",
    "image-url", "item-is-marketplace", "product-id-type", "zshop-shipping-fee", "item-note",
    "item-condition", "zshop-category1", "zshop-browse-path", "zshop-storefront-feature", "asin1",
    "asin2", "asin3", "will-ship-internationally", "expedited-shipping", "zshop-boldface",
    "product-id", "bid-for-featured-placement", "add-delete", "pending-quantity",
    "fulfillment-channel",
]  # fmt: skip
ALL = [*BASE, "merchant-shipping-group", "status"]
INACTIVE = [*BASE, "merchant-shipping-group"]
ACTIVE = [*BASE, "Business Price", "Quantity Price Type", "merchant-shipping-group"]
CANCELLED = [
    name
    for name in INACTIVE
    if name not in ("listing-id", "open-date", "pending-quantity", "fulfillment-channel")
]
FYP = [
    "Status", "Reason", "SKU", "ASIN", "Product name", "Condition", "Status Change Date",
    "Issue Description",
]  # fmt: skip
QUALITY = [
    "sku", "product-name", "asin", "field-name", "alert-type", "current-value", "last-updated",
    "alert-name", "status", "explanation",
]  # fmt: skip
MYI = [
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "afn-listing-exists",
    "afn-fulfillable-quantity",
]  # fmt: skip
AFN = [
    "seller-sku", "fulfillment-channel-sku", "asin", "condition-type", "Warehouse-Condition-code",
    "Quantity Available",
]  # fmt: skip
STRANDED = [
    "primary-action", "date-stranded", "status-primary", "error-message", "stranded-reason", "asin",
    "sku", "fnsku", "product-name", "condition", "fulfilled-by", "fulfillable-qty", "your-price",
]  # fmt: skip
OPEN = ["sku", "asin", "price", "quantity", "Business Price"]

KINDS = [
    ("all", ALL, ReportKind.ALL),
    ("inactive looks like all without status", INACTIVE, ReportKind.ALL),
    ("active with business prices", ACTIVE, ReportKind.ACTIVE),
    ("all with business prices", [*ACTIVE, "status"], ReportKind.ALL),
    ("cancelled", CANCELLED, ReportKind.CANCELLED),
    ("suppressed", FYP, ReportKind.SUPPRESSED),
    ("listing quality", QUALITY, ReportKind.SUPPRESSED),
    ("FBA, manage your inventory", MYI, ReportKind.FBA),
    ("FBA, by condition", AFN, ReportKind.FBA),
    ("stranded", STRANDED, ReportKind.STRANDED),
    ("open", OPEN, ReportKind.OPEN),
    ("open, lite", ["seller-sku", "quantity", "price", "product-id"], ReportKind.OPEN),
    ("open, liter", ["seller-sku", "quantity"], ReportKind.OPEN),
    (
        "two columns tell the family",
        ["seller-sku", "price", "listing-id", "open-date"],
        ReportKind.ALL,
    ),
    ("a few columns kept", ["seller-sku", "asin1", "price", "status"], ReportKind.ALL),
]


def line(headings: list[str], delimiter: str = "\t") -> str:
    return delimiter.join(headings) + "\r\n"


@pytest.mark.parametrize(
    ("headings", "kind"), [case[1:] for case in KINDS], ids=[case[0] for case in KINDS]
)
@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_a_report_is_recognised_whatever_the_order_of_its_columns(
    headings: list[str], kind: ReportKind, delimiter: str
) -> None:
    shuffled = random.Random(1).sample(headings, len(headings))
    layouts = [recognise(line(order, delimiter)) for order in (headings, shuffled)]
    assert [layout.kind for layout in layouts] == [kind, kind]
    assert [layout.delimiter for layout in layouts] == [delimiter, delimiter]
    assert sorted(layouts[0].columns) == sorted(layouts[1].columns)
    assert layouts[0].missing == layouts[1].missing


@pytest.mark.parametrize(
    ("file_name", "kind"),
    [
        ("GET_MERCHANT_LISTINGS_ALL_DATA.tsv", ReportKind.ALL),
        ("GET_MERCHANT_LISTINGS_INACTIVE_DATA.tsv", ReportKind.INACTIVE),
        ("GET_MERCHANT_LISTINGS_DATA.tsv", ReportKind.ACTIVE),
        ("GET_MERCHANT_CANCELLED_LISTINGS_DATA.tsv", ReportKind.CANCELLED),
        ("reports/Inactive+Listings+Report+11-23-2026.txt", ReportKind.INACTIVE),
        ("Active Listings Report.txt", ReportKind.ACTIVE),
        ("Open+Listings+Report.txt", ReportKind.OPEN),
        ("Canceled listings.txt", ReportKind.CANCELLED),
        ("All+Listings+Report.txt", ReportKind.ALL),
        ("C:\\inactive\\report.txt", ReportKind.ALL),
        ("interactive.txt", ReportKind.ALL),
        ("", ReportKind.ALL),
    ],
)
def test_the_name_of_the_file_decides_between_reports_with_the_same_headings(
    file_name: str, kind: ReportKind
) -> None:
    assert recognise(line(INACTIVE), file_name=file_name).kind is kind


@pytest.mark.parametrize(
    ("headings", "file_name", "kind"),
    [
        (ACTIVE, "all-listings.txt", ReportKind.ALL),
        (ALL, "inactive.txt", ReportKind.ALL),
        (FYP, "active.txt", ReportKind.SUPPRESSED),
        (OPEN, "all.txt", ReportKind.OPEN),
    ],
)
def test_the_name_of_the_file_counts_only_where_headings_do_not_decide(
    headings: list[str], file_name: str, kind: ReportKind
) -> None:
    assert recognise(line(headings), file_name=file_name).kind is kind


@pytest.mark.parametrize(
    ("headings", "missing"),
    [
        (ALL, ()),
        (INACTIVE, ("status",)),
        ([name for name in ALL if name not in ("asin1", "price")], ("asin1", "price")),
        (CANCELLED, ()),
        (["seller-sku", "quantity"], ("asin1", "price")),
    ],
)
def test_columns_that_should_be_there_are_named(
    headings: list[str], missing: tuple[str, ...]
) -> None:
    assert recognise(line(headings)).missing == missing


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("\ufeffseller-sku", "seller-sku"),
        ("  Seller SKU ", "seller-sku"),
        ("SELLER_SKU", "seller-sku"),
        ("Händler-SKU", "seller-sku"),
        ("Ha\u0308ndler-SKU", "seller-sku"),
        ("出品者ＳＫＵ", "seller-sku"),
        ("ﾌﾙﾌｨﾙﾒﾝﾄ･ﾁｬﾝﾈﾙ", "fulfillment-channel"),
        ("fulfilment-channel", "fulfillment-channel"),
        ("price (fiyat)", "price"),
        ("Deprecated column", ""),
        ("Something New", ""),
        ("", ""),
        ("?", ""),
        ("??", ""),
        ("quantit?", "quantity"),
        ("H?ndler-SKU", "seller-sku"),
        ("ilo??", "quantity"),
        ("?????", ""),
        ("???SKU", "seller-sku"),
        ("在庫数", "pending-quantity"),
        ("数量", "quantity"),
        ("Estado del producto", "item-condition"),
        ("estado", "status"),
    ],
)
def test_a_heading_is_read_in_any_spelling(heading: str, expected: str) -> None:
    assert canonical(heading) == expected


def test_no_two_columns_are_called_the_same() -> None:
    spellings = [name for names in HEADINGS.values() for name in names] + list(IGNORED_HEADINGS)
    assert len(set(spellings)) == len(spellings)
    for name, others in HEADINGS.items():
        assert {canonical(other) for other in (name, *others)} == {name}


def test_repeated_and_empty_headings_are_kept_in_their_places() -> None:
    layout = recognise(
        "seller-sku\tDeprecated column\tprice\t\tDeprecated column\tasin1\tprice\tquantity\t"
    )
    assert layout == Layout(
        ReportKind.OPEN,
        "\t",
        ("seller-sku", "", "price", "", "", "asin1", "price", "quantity", ""),
        (),
    )


def test_a_quoted_heading_line_of_a_csv_is_unquoted() -> None:
    layout = recognise('\ufeff"seller-sku","asin1","price","quantity","Note, long"\r\n')
    assert (layout.delimiter, layout.columns) == (
        ",",
        ("seller-sku", "asin1", "price", "quantity", ""),
    )


REFUSED = [
    ("empty", "", "is empty"),
    ("an empty line", "\ufeff \r\n", "is empty"),
    ("HTML", "<!DOCTYPE html><html><head>", "a web page (HTML)"),
    ("HTML in capitals", "  <HTML lang=en>", "a web page (HTML)"),
    ("XML", '<?xml version="1.0"?>', "an XML document"),
    ("an S3 error", "<Error><Code>AccessDenied</Code>", "an XML document"),
    ("JSON", '{"errors": [{"code": "Unauthorized"}]}', "a JSON document"),
    ("a JSON array", '[{"sku": 1}]', "a JSON document"),
    ("a JSON array over lines", "[", "a JSON document"),
    ("Commerce", "sku,store_view_code,attribute_set_code,product_type,name,price,qty", "Commerce"),
    ("Commerce stock", "source_code,sku,status,quantity", "Commerce"),
    ("orders", "amazon-order-id\tsku\tasin\tquantity\titem-price", "an orders report"),
    ("returns", "return-date\torder-id\tsku\tasin\tfnsku", "an orders report"),
    ("semicolons", "seller-sku;price;quantity", "separated by semicolons"),
    ("no SKU", "item-name\tprice\tquantity\tasin1", "no seller SKU column"),
    ("one word", "hello", "no seller SKU column"),
    ("a row, the heading is gone", "Tea\t\t0101\tTEA-1\t5", "no seller SKU column"),
    ("fees", "seller-sku\tasin\titem-name\tprice\testimated-referral-fee-per-item", "has a SKU"),
    ("FBA planning", "sku\tfnsku\tasin\tproduct-name\tcondition\tavailable", "has a SKU"),
    ("only SKUs", "sku", "has a SKU"),
    ("one column does not tell", "seller-sku\tprice\topen-date", "has a SKU"),
    ("someone's list", "sku,name,price,qty", "has a SKU"),
    ("too wide", "\t".join(["seller-sku"] * (MAX_COLUMNS + 1)), "cannot be headings"),
    ("lines that end in a lone CR", "seller-sku,asin,price,quantity\rA,B,1,2\rC", "cannot be head"),
    ("an endless CSV heading", "a" * 200_000 + ",b", "cannot be headings"),
]


@pytest.mark.parametrize(
    ("text", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_no_listings_report_is_refused_with_a_sentence_and_a_next_step(
    text: str, said: str
) -> None:
    with pytest.raises(InputError) as refusal:
        recognise(text, file_name="report.txt")
    assert refusal.value.message.startswith("report.txt ")
    assert said in refusal.value.message
    assert refusal.value.next_step.endswith(".")
    assert len(str(refusal.value)) < 400


def test_foreign_text_in_a_message_cannot_steer_a_terminal() -> None:
    with pytest.raises(InputError) as refusal:
        recognise("\x1b[2J\u202eevil\x9b" + "x" * 5_000)
    assert refusal.value.message.isprintable()
    assert "evil" in refusal.value.message


@given(st.text())
def test_any_first_line_is_either_recognised_or_refused(text: str) -> None:
    try:
        layout = recognise(text)
    except InputError:
        return
    assert "seller-sku" in layout.columns


@given(
    st.sampled_from(KINDS),
    st.lists(st.text(string.ascii_letters + " -", min_size=1), max_size=5),
    st.randoms(use_true_random=False),
)
def test_unknown_columns_do_not_change_what_a_report_is(
    case: tuple[str, list[str], ReportKind], unknown: list[str], rng: random.Random
) -> None:
    _, headings, kind = case
    if "liter" in case[0] or any(canonical(name) for name in unknown):
        return
    mixed = [*headings, *(f"x-{name}" for name in unknown)]
    rng.shuffle(mixed)
    assert recognise(line(mixed)).kind is kind
