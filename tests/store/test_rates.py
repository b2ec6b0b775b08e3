"""Token buckets outlive the run that used them."""

from __future__ import annotations

import sqlite3

from amzsync.core.rates import Bucket
from amzsync.store import rates

REPORT = Bucket(0.0167, 15, 14.25, 1795327200.123456)
SEARCH = Bucket(5.0, 5, -0.5, 1795327201.0)


def test_an_account_has_none_before_it_was_used(db: sqlite3.Connection) -> None:
    assert rates.load(db, "main") == {}


def test_they_come_back_as_they_were_to_the_last_digit(db: sqlite3.Connection) -> None:
    rates.save(db, "main", {"createReport": REPORT, "searchListingsItems": SEARCH})
    assert rates.load(db, "main") == {"createReport": REPORT, "searchListingsItems": SEARCH}


def test_one_that_is_saved_again_replaces_its_own_and_no_other(db: sqlite3.Connection) -> None:
    rates.save(db, "main", {"createReport": REPORT, "searchListingsItems": SEARCH})
    rates.save(db, "main", {"createReport": SEARCH})
    assert rates.load(db, "main") == {"createReport": SEARCH, "searchListingsItems": SEARCH}


def test_each_account_has_its_own(db: sqlite3.Connection) -> None:
    rates.save(db, "main", {"createReport": REPORT})
    rates.save(db, "other", {"createReport": SEARCH})
    assert rates.load(db, "main") == {"createReport": REPORT}
