"""Tests of ``amzsync show``: everything known of one listing or product."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.cli.test_status import FIELDS
from tests.commandline import Program


def facts(program: Program, sku: str) -> dict[str, str]:
    """Return the facts of the first part of the answer by their labels."""
    part = program.run("show", sku).fine().out.split("\n\n")[0]
    return {line[2:20].strip(): line[20:] for line in part.splitlines()[1:]}


def test_a_listing_tells_tab_reason_next_step_and_who_told(example: Program) -> None:
    found = facts(example, "OUT-2006")

    assert found["Tab"].startswith("Inactive (since ")
    assert found["Why"] == "Quantity 0 on Amazon: the product is out of stock in Commerce."
    assert found["Next step"] == "Restock the product in Commerce."
    assert found["Product"] == "OUT-2006 (matched by seller SKU)"
    assert (found["Price"], found["Quantity"]) == ("64.50 USD", "0")
    assert (found["Condition"], found["Fulfilled by"]) == ("New", "Merchant")
    assert found["Told by"].startswith("all-listings: us_all_listings.txt, written ")


@pytest.mark.parametrize(
    ("sku", "product"),
    [
        ("7Q-XK2L-09ZV", "KIT-1005 (pinned by you)"),
        ("kit-1012", "KIT-1012 (matched by seller SKU, trimmed or other case)"),
        ("WM-88213", "OUT-2021 (matched by UPC)"),
        ("ZR-0001", "KIT-1023 (matched by UPC, repaired)"),
        ("GARAGE-CLOCK", "none (no product)"),
        ("KIT-1037", "none (contradicting identifiers)"),
        ("MUG-MYSTERY", "none (several products)"),
        ("TEE-5000", "none (variation parent only)"),
    ],
)
def test_the_product_is_told_with_what_joined_them(
    example: Program, sku: str, product: str
) -> None:
    assert facts(example, sku)["Product"] == product


def test_candidates_are_told_with_what_they_share(example: Program) -> None:
    lines = example.run("show", "MUG-MYSTERY").fine().out.splitlines()

    assert [line.split()[1:2] + line.split()[-2:] for line in lines if "Candidate" in line] == [
        ["KIT-1030", "EAN", "09524170010306"],
        ["KIT-1031", "EAN", "09524170010306"],
    ]


def test_what_other_reports_add_is_told_with_its_time(example: Program) -> None:
    also = facts(example, "KIT-1013")
    out = example.run("show", "KIT-1013").out

    assert "Also" in out
    assert "suppressed-listings (" in out
    assert also["Tab"]


def test_a_product_tells_its_stock_by_source_and_identifiers_with_verdicts(
    example: Program,
) -> None:
    out = example.run("show", "KIT-1019").fine().out

    assert "Product KIT-1019 in Commerce" in out
    assert "  Enabled           yes" in out
    assert "  Stock in berlin   4" in out
    assert "  ean               9524170010191 (EAN, valid, compared as 09524170010191)" in out
    assert "  Store us          Ready to List" in out


def test_a_decision_and_an_override_are_told(example: Program) -> None:
    with closing(sqlite3.connect(example.folder / "amzsync.db")) as db, db:
        db.execute(
            "INSERT INTO overrides SELECT store_id, '7Q-XK2L-09ZV', 'price', '12.00', NULL, 1 FROM stores "
            "WHERE name = 'us'"
        )

    out = example.run("show", "7Q-XK2L-09ZV").fine().out

    assert "  You decided       pin KIT-1005" in out
    assert "  Override          price 12.00" in out


def test_what_is_on_amazon_stands_beside_what_is_wanted_and_why(example: Program) -> None:
    parts = example.run("show", "KIT-1006").fine().out.split("\n\n")
    (part,) = [one for one in parts if one.startswith("Amazon and wanted: KIT-1006 in store us")]

    assert part.splitlines()[2:5] == [
        "                    On Amazon       Wanted          Why",
        "  Price             38.00 USD       38.00 USD       Price 38.00",
        "  Quantity          0               18              Stock 36; 18 of 36 for this listing (stock shared by 2)",
    ]
    assert part.splitlines()[-1] == "  To do             revise quantity"


def test_what_a_product_would_be_listed_at_is_told(example: Program) -> None:
    out = example.run("show", "KIT-1019", "-o", "json").fine().json()
    wanted = [one["wanted"] for one in out["product"]["unlisted"] if one["store"] == "us"]

    assert [(one["price"], one["condition"], one["handling_time"]) for one in wanted] == [
        ("29.00", "new_new", 2)
    ]
    assert "Wanted: KIT-1019 in store us, if it were listed" in example.run("show", "KIT-1019").out


def test_json_has_the_row_of_status_and_all_that_was_weighed(example: Program) -> None:
    found = example.run("show", "MUG-MYSTERY", "-o", "json").fine().json()

    assert found.keys() == {"name", "listings", "product", "history"}
    (listing,) = found["listings"]
    assert tuple(listing)[: len(FIELDS)] == FIELDS
    assert [one["sku"] for one in listing["candidates"]] == ["KIT-1030", "KIT-1031"]
    assert (listing["match"], found["product"]) == ("ambiguous", None)
    assert listing["wanted"] is None


def test_csv_has_a_row_for_each_fact(example: Program) -> None:
    rows = example.run("show", "OUT-2006", "-o", "csv").fine().csv()

    assert {row["subject"] for row in rows} == {"listing us/OUT-2006", "product OUT-2006"}
    assert [row["value"] for row in rows if row["field"] == "price"] == ["64.50", "64.50"]
    assert not [row for row in rows if row["value"].startswith("{'")]


def test_an_unknown_sku_proposes_those_like_it(example: Program) -> None:
    assert "Did you mean KIT-1001," in example.run("show", "kit-10").refused(2)


def test_nothing_like_it_proposes_the_search(example: Program) -> None:
    assert "amzsync status --search" in example.run("show", "NOSUCH").refused(2)


def test_the_price_before_a_change_stands_in_the_history(example: Program) -> None:
    report = example.folder / "reports" / "us_all_listings.txt"
    report.write_bytes(report.read_bytes().replace(b"\t36.90\t", b"\t39.90\t"))
    example.run("import-listings").fine()

    out = example.run("show", "KIT-1013").fine().out

    assert [line for line in out.splitlines() if line.endswith("KIT-1013: price 36.90 -> 39.90")]
