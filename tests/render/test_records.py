"""Tests of JSON and CSV: what is written can be read, and money stays exact."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import example, given
from hypothesis import strategies as st

from amzsync.render.records import STATUS_FIELDS, csv_lines, json_lines, status_record, to_json
from amzsync.store.browse import Shown

ROW = Shown(
    store_id=1, store="us", tab="active", status="Active", reason="Live.", next_step="Nothing to do.",
    seller_sku="007", asin="B000000001", sku=None, match="matched", matched_by="", weak=0, title=None,
    condition="new_new", fulfillment=None, price_minor=1990, currency="USD", exponent=2, quantity=0,
    commerce_price_micros=20_500_000, commerce_stock_e4=-30_000, problem="No image.", amazon_status=None,
    since_run=1, since="2026-11-22T06:00:00Z", first_run=1,
)  # fmt: skip
TEXT = st.text(st.characters(codec="utf-8"))


def test_a_row_of_status_has_the_fields_of_the_contract() -> None:
    record = status_record(ROW)

    assert tuple(record) == STATUS_FIELDS
    assert (record["price"], record["commerce_price"], record["commerce_quantity"]) == (
        "19.90",
        "20.50",
        "-3",
    )
    assert (record["quantity"], record["issues"], record["seller_sku"]) == (0, ["No image."], "007")
    assert (record["title"], record["matched_by"]) == (None, None)


def test_yen_have_no_decimals() -> None:
    assert status_record(ROW._replace(exponent=0, currency="JPY"))["price"] == "1990"


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.none() | TEXT | st.integers())))
def test_json_is_an_array_of_the_records(records: list[dict[str, object]]) -> None:
    assert json.loads("\n".join(json_lines(records))) == records


@given(st.dictionaries(TEXT, TEXT | st.integers() | st.none()))
def test_a_json_object_is_what_went_in(record: dict[str, object]) -> None:
    assert json.loads(to_json(record)) == record


@given(st.lists(st.tuples(TEXT, st.integers(), TEXT)))
@example([("a\rb", 0, "c\nd"), ("\r\n", 1, '"')])
def test_csv_has_as_many_rows_and_cells_as_went_in(rows: list[tuple[object, ...]]) -> None:
    names = ("title", "quantity", "reason")
    text = "\n".join(csv_lines(names, (dict(zip(names, row, strict=True)) for row in rows)))

    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == list(names)
    assert [len(row) for row in read] == [3] * (1 + len(rows))
    assert [row[1] for row in read[1:]] == [str(row[1]) for row in rows]


def test_csv_guards_text_but_not_numbers() -> None:
    rows = [{"title": "-1+2", "quantity": -3, "commerce_quantity": "-3", "price": "19.90"}]

    assert list(csv_lines(("title", "quantity", "commerce_quantity", "price"), rows)) == [
        "title,quantity,commerce_quantity,price",
        "'-1+2,-3,-3,19.90",
    ]


def test_what_is_absent_is_an_empty_cell() -> None:
    assert list(csv_lines(("a", "b"), [{"a": None, "b": 0}])) == ["a,b", ",0"]
