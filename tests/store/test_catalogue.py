"""What Amazon's catalogue says: not asked, not found and found are three things."""

from __future__ import annotations

import sqlite3

import pytest

from amzsync.store import catalogue
from amzsync.store.catalogue import Found, Restriction

K1, K2, K3, K4 = (f"0952000000000{number}" for number in range(1, 5))


def day(number: int) -> str:
    return f"2026-11-{number:02d}T06:00:00Z"


def found(key: str, asin: str, *, parent: int = 0) -> Found:
    return Found(key, asin, f"Title of {asin}", None, parent)


class TestSearches:
    def test_tell_what_was_not_asked_from_what_was_not_found(self, db: sqlite3.Connection) -> None:
        one, other = found(K1, "B0TEST0002"), Found(K1, "B0TEST0001", None, "SHOES", 1)
        catalogue.record(db, "US", day(1), [K1, K2], [one, other])
        assert catalogue.of_keys(db, "US", [K1, K2, K3]) == {K1: [other, one], K2: []}

    def test_hold_for_one_marketplace(self, db: sqlite3.Connection) -> None:
        catalogue.record(db, "US", day(1), [K1], [found(K1, "B0TEST0001")])
        catalogue.record(db, "UK", day(1), [K1], [])
        assert catalogue.of_keys(db, "US", [K1]) == {K1: [found(K1, "B0TEST0001")]}
        assert catalogue.of_keys(db, "UK", [K1]) == {K1: []}

    def test_replace_what_an_older_search_found(self, db: sqlite3.Connection) -> None:
        first = [found(K1, "B0TEST0001"), found(K1, "B0TEST0002"), found(K2, "B0TEST0003")]
        catalogue.record(db, "US", day(1), [K1, K2], first)
        catalogue.record(db, "US", day(2), [K1], [found(K1, "B0TEST0002", parent=1)])
        assert catalogue.of_keys(db, "US", [K1, K2]) == {
            K1: [found(K1, "B0TEST0002", parent=1)],
            K2: [found(K2, "B0TEST0003")],
        }
        times = db.execute("SELECT key, asked_at FROM catalogue_searches ORDER BY key").fetchall()
        assert times == [(K1, day(2)), (K2, day(1))]

    def test_take_no_page_for_a_key_that_was_not_searched(self, db: sqlite3.Connection) -> None:
        told = [found(K1, "B0TEST0001"), found(K2, "B0TEST0001")]
        catalogue.record(db, "US", day(1), [K1], told)
        assert catalogue.of_keys(db, "US", [K1, K2]) == {K1: [found(K1, "B0TEST0001")]}
        assert db.execute("SELECT count(*) FROM catalogue_items").fetchone() == (1,)

    def test_count_a_page_once_that_came_twice(self, db: sqlite3.Connection) -> None:
        catalogue.record(db, "US", day(1), [K1, K1], [found(K1, "B0TEST0001")] * 2)
        assert catalogue.of_keys(db, "US", [K1, K1]) == {K1: [found(K1, "B0TEST0001")]}


def unlisted(
    db: sqlite3.Connection,
    product_id: int,
    *keys: tuple[str, str, int],
    store: int = 1,
    tab: str = "incomplete",
    asin: str | None = None,
) -> None:
    """Put a product in a tab of the store, with identifiers ``(kind, key, weak)``."""
    db.execute("INSERT INTO unlisted VALUES (?, ?, ?, ?, 1, 1)", (store, product_id, asin, tab))
    db.executemany(
        "INSERT INTO identifiers (kind, key, weak, product_id) VALUES (?, ?, ?, ?)",
        ((*key, product_id) for key in keys),
    )


def to_search(db: sqlite3.Connection, before: int = 9, limit: int = 99) -> list[tuple[str, str]]:
    return catalogue.to_search(db, 1, "US", before=day(before), limit=limit)


class TestWhatIsSearchedFor:
    def test_are_the_identifiers_of_eligible_products_without_an_asin(
        self, db: sqlite3.Connection
    ) -> None:
        unlisted(db, 1, ("ean", K1, 0), ("upc", K2, 0), ("isbn", K3, 0))
        assert to_search(db) == [("ean", K1), ("upc", K2), ("isbn", K3)]

    @pytest.mark.parametrize(
        ("key", "store", "tab", "asin"),
        [
            (("ean", K1, 1), 1, "incomplete", None),
            (("asin", "B0TEST0001", 0), 1, "incomplete", None),
            (("gcid", "A1B2C3D4E5F6A7B8", 0), 1, "incomplete", None),
            (("seller_sku", "sku=A", 0), 1, "incomplete", None),
            (("ean", K1, 0), 2, "incomplete", None),
            (("ean", K1, 0), 1, "ready-to-list", None),
            (("ean", K1, 0), 1, "incomplete", "B0TEST0001"),
        ],
        ids=["a repaired one", "an ASIN", "a GCID", "a SKU", "of another store", "of another tab",
             "of a product with an ASIN"],
    )  # fmt: skip
    def test_are_no_others(
        self,
        db: sqlite3.Connection,
        key: tuple[str, str, int],
        store: int,
        tab: str,
        asin: str | None,
    ) -> None:
        unlisted(db, 1, key, store=store, tab=tab, asin=asin)
        db.execute("INSERT INTO identifiers VALUES (?, 2, 'ean', 0)", (K2,))  # it has a listing
        assert to_search(db) == []

    def test_are_searched_for_once_though_two_products_carry_them(
        self, db: sqlite3.Connection
    ) -> None:
        unlisted(db, 1, ("upc", K1, 0))
        unlisted(db, 2, ("ean", K1, 0))
        assert to_search(db) == [("ean", K1)]

    def test_begin_with_those_never_searched_for_then_the_oldest_search(
        self, db: sqlite3.Connection
    ) -> None:
        unlisted(db, 1, *(("ean", key, 0) for key in (K1, K2, K3, K4)))
        catalogue.record(db, "US", day(3), [K1], [])
        catalogue.record(db, "US", day(2), [K3], [found(K3, "B0TEST0001")])
        catalogue.record(db, "US", day(4), [K2], [])
        catalogue.record(db, "UK", day(8), [K4], [])
        assert [key for _, key in to_search(db)] == [K4, K3, K1, K2]
        assert [key for _, key in to_search(db, before=4)] == [K4, K3, K1]
        assert [key for _, key in to_search(db, limit=2)] == [K4, K3]


APPROVAL = Restriction("B0TEST0001", "new_new", "APPROVAL_REQUIRED", "Ask first.", "https://x/y")
NOTHING = Restriction("B0TEST0002", "new_new", "", "", "")


class TestRestrictions:
    def test_are_known_by_asin_and_condition(self, db: sqlite3.Connection) -> None:
        used = APPROVAL._replace(condition="used_good", code="NOT_ELIGIBLE")
        catalogue.record_restrictions(db, 1, day(1), [APPROVAL, NOTHING, used])
        asked = ["B0TEST0001", "B0TEST0002", "B0TEST0003"]
        assert catalogue.restrictions_of(db, 1, asked) == {
            ("B0TEST0001", "new_new"): APPROVAL,
            ("B0TEST0001", "used_good"): used,
            ("B0TEST0002", "new_new"): NOTHING,
        }
        assert catalogue.restrictions_of(db, 2, asked) == {}

    def test_are_replaced_by_a_newer_answer(self, db: sqlite3.Connection) -> None:
        lifted = NOTHING._replace(asin="B0TEST0001")
        catalogue.record_restrictions(db, 1, day(1), [APPROVAL])
        catalogue.record_restrictions(db, 1, day(2), [lifted])
        known = catalogue.restrictions_of(db, 1, ["B0TEST0001"])
        assert known == {("B0TEST0001", "new_new"): lifted}
        assert db.execute("SELECT asked_at FROM restrictions").fetchall() == [(day(2),)]

    def test_are_asked_for_what_is_ready_to_list(self, db: sqlite3.Connection) -> None:
        unlisted(db, 1, tab="ready-to-list", asin="B0TEST0001")
        unlisted(db, 2, tab="ready-to-list", asin="B0TEST0001")
        unlisted(db, 3, tab="incomplete", asin="B0TEST0003")
        unlisted(db, 4, tab="ready-to-list")
        unlisted(db, 5, tab="ready-to-list", asin="B0TEST0005", store=2)
        found = catalogue.to_check(db, 1, "new_new", before=day(9), limit=99)
        assert found == ["B0TEST0001"]

    def test_are_asked_for_the_never_asked_first_then_the_oldest_answer(
        self, db: sqlite3.Connection
    ) -> None:
        for number in range(1, 6):
            unlisted(db, number, tab="ready-to-list", asin=f"B0TEST000{number}")
        for number, on in ((1, 3), (2, 2), (3, 4)):
            row = NOTHING._replace(asin=f"B0TEST000{number}")
            catalogue.record_restrictions(db, 1, day(on), [row])
        other = NOTHING._replace(asin="B0TEST0005", condition="used_good")
        catalogue.record_restrictions(db, 1, day(8), [other])
        catalogue.record_restrictions(db, 2, day(8), [NOTHING._replace(asin="B0TEST0004")])

        def asked(before: int, limit: int) -> list[int]:
            found = catalogue.to_check(db, 1, "new_new", before=day(before), limit=limit)
            return [int(asin[-1]) for asin in found]

        assert asked(9, 99) == [4, 5, 2, 1, 3]
        assert asked(4, 99) == [4, 5, 2, 1]
        assert asked(9, 3) == [4, 5, 2]
