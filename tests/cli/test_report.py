"""Tests of ``amzsync report prices``: our landed prices beside those of others."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from amzsync.core.offers import Offer
from amzsync.store import offers
from amzsync.store.offers import Told
from tests.commandline import Program

FIELDS = [
    "store", "seller_sku", "asin", "name", "condition", "currency", "landed_price", "lowest_landed_price",
    "lowest_condition", "buy_box_landed_price", "buy_box_condition", "holds_buy_box", "known_at",
]  # fmt: skip
AT = "2026-11-23T12:00:00Z"
RULE = '[[stores.us.price_rules]]\nname = "Rivals"\ncompetitor = { source = "lowest" }\n'
OURS = Offer("new_new", 2000, 499, "merchant", 99, 10, ours=True)
RIVAL = Offer("new_new", 1900, 300, "merchant", 95, 1000)
OTHER = Offer("used_good", 1000, 0, "amazon", 91, 20)


def asins(program: Program) -> dict[str, str]:
    """Return the ASIN of each active listing of the store us, by seller SKU."""
    with closing(sqlite3.connect(program.folder / "amzsync.db")) as db:
        rows = db.execute(
            "SELECT seller_sku, min(asin) FROM v_listings WHERE store = 'us' AND tab = 'active' AND sku IS NOT NULL "
            "AND asin IS NOT NULL GROUP BY asin HAVING count(*) = 1 ORDER BY seller_sku"
        )
        return dict(rows.fetchall())


def tell(program: Program, *told: tuple[str, tuple[Offer, ...]], store: str = "us") -> None:
    """Put offers by seller SKU into the state, as new ones."""
    known = asins(program)
    with closing(sqlite3.connect(program.folder / "amzsync.db")) as db, db:
        (store_id,) = db.execute("SELECT store_id FROM stores WHERE name = ?", (store,)).fetchone()
        offers.put(db, store_id, [Told(known[sku], "New", AT, each) for sku, each in told])


def only(program: Program, *words: str) -> dict[str, object]:
    (row,) = program.run("report", "prices", *words, "-o", "json").fine().json()
    found: dict[str, object] = row
    return found


def test_a_listing_stands_with_our_price_the_lowest_and_the_buy_box(example: Program) -> None:
    tell(example, ("APR-5300-BRI", (OURS, RIVAL._replace(buy_box=True), OTHER)))
    row = only(example)
    assert list(row) == FIELDS
    assert row.pop("name")
    assert row == {
        "store": "us", "seller_sku": "APR-5300-BRI", "asin": asins(example)["APR-5300-BRI"], "condition": "new_new",
        "currency": "USD", "landed_price": "24.99", "lowest_landed_price": "10.00",
        "lowest_condition": "used_good", "buy_box_landed_price": "22.00", "buy_box_condition": "new_new",
        "holds_buy_box": "no", "known_at": AT,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "box", "holds"),
    [
        ((OURS._replace(buy_box=True), RIVAL), "24.99", "yes"),
        ((OURS, RIVAL._replace(buy_box=True)), "22.00", "no"),
        ((OURS, RIVAL), None, "NA"),
        ((), None, "NA"),
        ((RIVAL._replace(buy_box=True), OURS._replace(buy_box=True)), "24.99", "yes"),
        ((OTHER._replace(buy_box=True), RIVAL._replace(buy_box=True)), "22.00", "no"),
        ((OTHER._replace(buy_box=True),), "10.00", "no"),
    ],
    ids=["we", "another", "nobody", "no offers", "both, we among them", "our condition first", "other condition"],
)  # fmt: skip
def test_whether_we_hold_the_buy_box(
    example: Program, told: tuple[Offer, ...], box: str | None, holds: str
) -> None:
    tell(example, ("APR-5300-BRI", told))
    row = only(example)
    assert (row["buy_box_landed_price"], row["holds_buy_box"]) == (box, holds)


def test_without_our_own_offer_the_price_of_the_listing_stands_there(example: Program) -> None:
    tell(example, ("APR-5300-BRI", (RIVAL,)))
    with closing(sqlite3.connect(example.folder / "amzsync.db")) as db:
        (minor,) = db.execute(
            "SELECT price_minor FROM listings WHERE seller_sku = 'APR-5300-BRI' AND store_id = 1"
        ).fetchone()
    assert only(example)["landed_price"] == f"{minor / 100:.2f}"


def test_our_own_offers_are_nobodys_competitors(example: Program) -> None:
    tell(example, ("APR-5300-BRI", (OURS,)))
    assert only(example)["lowest_landed_price"] is None


def test_a_store_whose_rules_compare_has_all_its_listings_there(example: Program) -> None:
    config = example.folder / "amzsync.toml"
    config.write_text(config.read_text() + RULE)
    tell(example, ("APR-5300-BRI", (OURS, RIVAL)))
    rows = example.run("report", "prices", "-o", "csv").fine().csv()
    assert list(rows[0]) == FIELDS
    assert {row["store"] for row in rows} == {"us"}
    assert len(rows) > 100
    known = [row["seller_sku"] for row in rows if row["known_at"]]
    assert known == ["APR-5300-BRI"]
    assert [row["seller_sku"] for row in rows] == sorted(row["seller_sku"] for row in rows)


def test_a_store_is_chosen(example: Program) -> None:
    tell(example, ("APR-5300-BRI", (RIVAL,)))
    assert example.run("report", "prices", "--store", "de", "-o", "json").fine().json() == []


def test_where_nobody_compares_it_says_so(example: Program) -> None:
    done = example.run("report", "prices").fine()
    assert (done.out, done.err) == (
        "",
        "No price rule looks at competitors, so Amazon is not asked what they want.\n",
    )


def test_the_rest_is_told_of(example: Program) -> None:
    some = list(asins(example))[:3]
    tell(example, *((sku, (OURS, RIVAL)) for sku in some))
    done = example.run("report", "prices", "--limit", "2").fine()
    assert len(done.out.splitlines()) == 3
    assert done.err == "The first 2 listings; --limit 0 shows all.\n"
    assert example.run("report", "prices", "--limit", "0").fine().err == ""


def test_it_fits_a_terminal_of_80_columns(example: Program) -> None:
    tell(example, ("APR-5300-BRI", (OURS, RIVAL._replace(buy_box=True))), ("APR-5300-FLA", ()))
    seen = example.terminal("report", "prices", "--store", "us", width=80).out
    seen = re.sub(r"\x1b\[\d*m", "", seen)
    lines = [line.rstrip() for line in seen.splitlines() if "APR-5300" in line]
    assert max(map(len, seen.splitlines())) <= 80
    assert [line.split()[0] for line in lines] == ["APR-5300-BRI", "APR-5300-FLA"]
    assert "24.99 USD" in lines[0]
    assert [word for word in lines[0].split() if word in {"22.00", "no", "new"}][:3] == ["22.00", "new", "22.00"]  # fmt: skip
    assert "NA" in lines[1]
