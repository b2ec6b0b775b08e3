"""Tests of aliases and of other ASINs, as they are kept."""

from __future__ import annotations

import sqlite3

import pytest

from amzsync.core.aliases import NOT_ASKED, Alias, PageFacts, Reassignment
from amzsync.store import aliases, catalogue, matching, stores
from amzsync.store.catalogue import Found, Restriction

NOW = "2026-11-22T06:00:00Z"
KEY = "09520000000011"
ALIAS = Alias("A-2", 7, "A-1", "B0TEST0002", remove_existing=True)


def product(db: sqlite3.Connection, product_id: int, sku: str) -> None:
    db.execute(
        "INSERT INTO products (product_id, sku, digest, first_run) VALUES (?, ?, 0, 1)",
        (product_id, sku),
    )


def listing(db: sqlite3.Connection, store_id: int, seller_sku: str, asin: str | None) -> None:
    db.execute(
        "INSERT INTO listings (store_id, seller_sku, asin, base, filled, outcome, matched_by, weak, tab, "
        "verdict_id, since_run, first_run) VALUES (?, ?, ?, '', 0, 'matched', '', 0, 'active', 1, 1, 1)",
        (store_id, seller_sku, asin),
    )


def test_an_alias_waits_until_amazon_has_the_listing(db: sqlite3.Connection) -> None:
    product(db, 7, "P")
    aliases.add(db, 1, 1, ALIAS)
    listing(db, 2, "A-2", None)  # another store's
    assert (aliases.waiting(db, 1), aliases.shown(db)[0].listed) == ([ALIAS], False)

    listing(db, 1, "A-2", "B0TEST0002")
    assert (aliases.waiting(db, 1), aliases.shown(db)[0].listed) == ([], True)
    assert aliases.of_store(db, 1) == [ALIAS]


def test_an_alias_counts_as_a_pin_which_the_users_own_overrules(db: sqlite3.Connection) -> None:
    product(db, 7, "P")
    aliases.add(db, 1, 1, ALIAS)
    aliases.add(db, 1, 1, ALIAS._replace(seller_sku="A-3"))
    matching.replace_decisions(db, 1, [("A-3", "Q", "pin"), ("A-4", "R", "pin")])

    assert matching.decisions(db, 1)[0] == {"A-2": "P", "A-3": "Q", "A-4": "R"}
    assert matching.decisions(db, 2)[0] == {}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("P", "a product of Commerce"),
        ("p", "a product of Commerce"),
        ("A-1", "a listing"),
        ("a-1", "a listing"),
        ("A-2", "an alias"),
        ("X-1", None),
        ("A-9", None),
    ],
)
def test_a_name_is_taken_within_an_account(
    db: sqlite3.Connection, name: str, what: str | None
) -> None:
    other = stores.add(
        db, name="other", marketplace="US", seller_id="A2OTHER", website="base", currency="USD",
        exponent=2, run_id=1,
    )  # fmt: skip
    product(db, 7, "P")
    aliases.add(db, 2, 1, ALIAS)  # in the account's other store
    listing(db, 2, "A-1", None)
    listing(db, other, "X-1", None)

    assert aliases.taken(db, "A2EXAMPLE", name) == what


def test_an_alias_that_is_removed_is_gone_from_its_store_only(db: sqlite3.Connection) -> None:
    aliases.add(db, 1, 1, ALIAS)
    aliases.add(db, 2, 1, ALIAS)
    aliases.remove(db, 1, "A-2")

    assert (aliases.of_store(db, 1), aliases.of_store(db, 2)) == ([], [ALIAS])


def test_another_asin_is_wanted_until_the_listing_has_it(db: sqlite3.Connection) -> None:
    one = Reassignment("A-1", "B0TEST0001", "B0TEST0002")
    listing(db, 1, "A-1", "B0TEST0001")
    aliases.reassign(db, 1, 1, one._replace(asin="B0TEST0009"))
    aliases.reassign(db, 1, 1, one)
    assert aliases.reassigned(db, 1) == {"A-1": one}

    db.execute("UPDATE listings SET asin = 'B0TEST0002'")
    assert aliases.reassigned(db, 1) == {}


def test_another_asin_can_be_taken_back(db: sqlite3.Connection) -> None:
    aliases.reassign(db, 1, 1, Reassignment("A-1", None, "B0TEST0002"))
    aliases.keep_asin(db, 2, "A-1")
    assert aliases.reassigned(db, 1) == {"A-1": Reassignment("A-1", None, "B0TEST0002")}
    aliases.keep_asin(db, 1, "A-1")
    assert aliases.reassigned(db, 1) == {}


def test_pages_tell_what_catalogue_and_restrictions_say(db: sqlite3.Connection) -> None:
    asins = [f"B0TEST000{number}" for number in range(1, 5)]
    catalogue.record(
        db, "US", NOW, [KEY], [Found(KEY, asins[0], None, None, 0), Found(KEY, asins[1], None, None, 1)]
    )  # fmt: skip
    rows = [
        Restriction(asins[0], "new_new", "", "", ""),
        Restriction(asins[2], "new_new", "", "", ""),
        Restriction(asins[2], "used_good", "NOT_ELIGIBLE", "No.", ""),
    ]
    catalogue.record_restrictions(db, 1, NOW, rows)

    assert aliases.pages(db, 1, "US", asins) == {
        asins[0]: PageFacts(True, False, ""),
        asins[1]: PageFacts(True, True, None),
        asins[2]: PageFacts(False, False, "NOT_ELIGIBLE"),
        asins[3]: NOT_ASKED,
    }
    assert aliases.pages(db, 2, "UK", asins[:1]) == {asins[0]: NOT_ASKED}


def test_what_amazon_was_never_asked_about_is_to_be_validated(db: sqlite3.Connection) -> None:
    product(db, 7, "P")
    listing(db, 1, "A-1", "B0TEST0001")
    aliases.add(db, 1, 1, ALIAS)
    aliases.add(db, 1, 1, ALIAS._replace(seller_sku="A-3", asin="B0TEST0001"))  # that of A-1
    aliases.reassign(db, 1, 1, Reassignment("A-1", "B0TEST0001", "B0TEST0003"))
    aliases.reassign(db, 2, 1, Reassignment("A-1", "B0TEST0001", "B0TEST0004"))
    assert aliases.to_validate(db, 1, limit=9) == ["B0TEST0002", "B0TEST0003"]
    assert aliases.to_validate(db, 1, limit=1) == ["B0TEST0002"]

    told = Restriction("B0TEST0002", "new_new", "", "", "")
    catalogue.record_restrictions(db, 1, NOW, [told])
    assert aliases.to_validate(db, 1, limit=9) == ["B0TEST0003"]
