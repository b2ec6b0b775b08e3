"""What others ask: not asked, not told, nobody and somebody are four things; what is asked next is the oldest."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from amzsync.core.offers import Offer
from amzsync.store import offers
from amzsync.store.offers import Question, Told

A1, A2, A3 = "B0TEST0001", "B0TEST0002", "B0TEST0003"
NEW = Offer("new_new", 1990, 399, "merchant", 98, 1200, ours=False, buy_box=True)
OURS = Offer("new_new", 2500, 0, "amazon", None, None, ours=True, buy_box=False)
USED = Offer("used_good", 900)


def day(number: int) -> str:
    return f"2026-11-{number:02d}T06:00:00Z"


def lists(db: sqlite3.Connection, sku: str, asin: str | None, **fields: Any) -> None:
    """Put a listing of store 1 into the state; it is active and has a product unless *fields* say otherwise."""
    usual = {
        "store_id": 1, "seller_sku": sku, "asin": asin, "condition": "new_new", "base": "all-listings",
        "filled": 0, "product_id": 1, "outcome": "matched", "matched_by": "asin", "weak": 0, "tab": "active",
        "verdict_id": 1, "since_run": 1, "first_run": 1,
    }  # fmt: skip
    row = {**usual, **fields}
    names = ", ".join(row)
    db.execute(
        f"INSERT INTO listings ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()]
    )


def ask(db: sqlite3.Connection, before: str = "2027", limit: int | None = None) -> list[str]:
    return [f"{one.asin[-1]} {one.family}" for one in offers.due(db, 1, before=before, limit=limit)]


class TestWhatIsAsked:
    @pytest.mark.parametrize(
        ("condition", "families"),
        [
            ("new_new", ["New"]),
            (None, ["New"]),
            ("used_very_good", ["New", "Used"]),
            ("collectible_good", ["Collectible", "New"]),
            ("refurbished_refurbished", ["New", "Refurbished"]),
        ],
    )
    def test_are_new_offers_and_those_of_our_own_family(
        self, db: sqlite3.Connection, condition: str | None, families: list[str]
    ) -> None:
        lists(db, "S", A1, condition=condition)
        assert offers.due(db, 1, before="2027") == [Question(A1, family) for family in families]

    @pytest.mark.parametrize(
        ("fields", "asked"),
        [
            ({}, 1),
            ({"tab": "inactive"}, 1),
            ({"tab": "ended"}, 0),
            ({"tab": "new-third-party", "product_id": None}, 0),
            ({"tab": "ineligible"}, 0),
            ({"asin": None}, 0),
            ({"store_id": 2}, 0),
        ],
        ids=["active", "inactive", "ended", "no product", "ineligible", "no ASIN", "other store"],
    )
    def test_are_asins_of_listings_whose_price_can_matter(
        self, db: sqlite3.Connection, fields: dict[str, Any], asked: int
    ) -> None:
        lists(db, "S", **{"asin": A1, **fields})
        assert len(ask(db)) == asked

    def test_are_asked_once_for_several_listings(self, db: sqlite3.Connection) -> None:
        lists(db, "S1", A1)
        lists(db, "S2", A1)
        assert ask(db) == ["1 New"]

    def test_begins_with_what_was_never_asked_then_the_oldest(self, db: sqlite3.Connection) -> None:
        for number, asin in enumerate((A1, A2, A3)):
            lists(db, f"S{number}", asin)
        offers.put(db, 1, [Told(A1, "New", day(3), ()), Told(A2, "New", day(2), None, "Ill")])
        assert ask(db) == ["3 New", "2 New", "1 New"]
        assert ask(db, limit=2) == ["3 New", "2 New"]
        assert ask(db, before=day(2)) == ["3 New", "2 New"]
        assert ask(db, before=day(1)) == ["3 New"]


class TestWhatIsKept:
    def test_tells_what_was_not_told_from_what_nobody_offers(self, db: sqlite3.Connection) -> None:
        told = [
            Told(A1, "New", day(1), (NEW, OURS)),
            Told(A2, "New", day(1), ()),
            Told(A3, "New", day(1), None, "QuotaExceeded"),
        ]
        assert offers.put(db, 1, told) == {A1}
        assert offers.of_asins(db, 1, [A1, A2, A3]) == {A1: [NEW, OURS], A2: []}
        assert offers.ages(db, 1, [A1, A2, A3]) == {A1: day(1), A2: day(1)}

    def test_is_of_all_families_and_as_old_as_the_oldest(self, db: sqlite3.Connection) -> None:
        offers.put(db, 1, [Told(A1, "Used", day(2), (USED,)), Told(A1, "New", day(1), (NEW,))])
        assert offers.of_asins(db, 1, [A1]) == {A1: [NEW, USED]}
        assert offers.ages(db, 1, [A1]) == {A1: day(1)}

    def test_is_of_one_store(self, db: sqlite3.Connection) -> None:
        offers.put(db, 2, [Told(A1, "New", day(1), (NEW,))])
        assert offers.of_asins(db, 1, [A1]) == {}

    def test_has_changed_only_where_an_offer_has(self, db: sqlite3.Connection) -> None:
        assert offers.put(db, 1, [Told(A1, "New", day(1), (NEW,))]) == {A1}
        assert offers.put(db, 1, [Told(A1, "New", day(2), (NEW,))]) == set()
        assert offers.put(db, 1, [Told(A1, "New", day(3), (NEW._replace(buy_box=False),))]) == {A1}
        assert offers.put(db, 1, [Told(A1, "New", day(4), ())]) == {A1}
        assert offers.ages(db, 1, [A1]) == {A1: day(4)}

    def test_stays_where_amazon_does_not_tell(self, db: sqlite3.Connection) -> None:
        offers.put(db, 1, [Told(A1, "New", day(1), (NEW,))])
        assert offers.put(db, 1, [Told(A1, "New", day(2), None, "Ill")]) == set()
        assert offers.of_asins(db, 1, [A1]) == {A1: [NEW]}
        assert offers.ages(db, 1, [A1]) == {A1: day(1)}

    def test_is_not_replaced_by_what_is_older(self, db: sqlite3.Connection) -> None:
        offers.put(db, 1, [Told(A1, "New", day(2), (NEW,))])
        assert offers.put(db, 1, [Told(A1, "New", day(1), (OURS,))]) == set()
        assert offers.of_asins(db, 1, [A1]) == {A1: [NEW]}

    def test_stands_in_a_view(self, db: sqlite3.Connection) -> None:
        offers.put(db, 1, [Told(A1, "New", day(1), (NEW,)), Told(A2, "New", day(1), ())])
        assert db.execute(
            "SELECT store, asin, condition, price, shipping, landed_price, currency, buy_box, asked_at "
            "FROM v_offers ORDER BY asin"
        ).fetchall() == [
            ("us", A1, "new_new", 19.9, 3.99, 23.89, "USD", 1, day(1)),
            ("us", A2, None, None, None, None, "USD", None, day(1)),
        ]
