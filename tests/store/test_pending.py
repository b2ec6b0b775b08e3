"""Units in pending orders, in the state."""

from __future__ import annotations

import sqlite3

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amzsync.store import pending
from amzsync.store.pending import PendingOrder

US, UK = 1, 2
FIRST = PendingOrder("1", "a", 2, "2026-11-22T08:00:00Z")
SECOND = PendingOrder("2", "a", 1)
OTHER = PendingOrder("2", "b", 5)


def test_what_is_put_is_there_for_its_store_alone(db: sqlite3.Connection) -> None:
    assert pending.replace(db, US, [OTHER, SECOND, FIRST]) == {"a", "b"}
    assert pending.of_store(db, US) == [FIRST, SECOND, OTHER]
    assert pending.of_store(db, UK) == []
    assert pending.sums(db, US, ["a", "c"]) == {"a": 3}
    assert pending.sums(db, UK, ["a"]) == {}


def test_lines_of_one_order_and_seller_sku_are_added_up(db: sqlite3.Connection) -> None:
    pending.replace(db, US, [FIRST, FIRST])
    assert pending.of_store(db, US) == [FIRST._replace(quantity=4)]


def test_only_seller_skus_whose_sum_changed_are_told(db: sqlite3.Connection) -> None:
    pending.replace(db, US, [FIRST, SECOND, OTHER])
    moved = [FIRST._replace(quantity=1), SECOND._replace(quantity=2), OTHER._replace(quantity=4)]
    assert pending.replace(db, US, moved) == {"b"}
    assert pending.replace(db, US, moved) == set()
    assert pending.replace(db, US, []) == {"a", "b"}
    assert pending.of_store(db, US) == []


def test_other_stores_keep_what_they_have(db: sqlite3.Connection) -> None:
    pending.replace(db, US, [FIRST])
    assert pending.replace(db, UK, [FIRST]) == {"a"}
    assert pending.replace(db, UK, []) == {"a"}
    assert pending.of_store(db, US) == [FIRST]


orders = st.lists(
    st.builds(PendingOrder, st.sampled_from("123"), st.sampled_from("abc"), st.integers(1, 9)),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=orders, after=orders)
def test_law_what_changed_is_the_difference_of_the_sums(
    db: sqlite3.Connection, before: list[PendingOrder], after: list[PendingOrder]
) -> None:
    pending.replace(db, US, before)
    old = pending.sums(db, US, ["a", "b", "c"])
    changed = pending.replace(db, US, after)
    new = pending.sums(db, US, ["a", "b", "c"])
    assert new == {
        sku: sum(one.quantity for one in after if one.seller_sku == sku)
        for sku in {one.seller_sku for one in after}
    }
    assert changed == {sku for sku in "abc" if old.get(sku) != new.get(sku)}
