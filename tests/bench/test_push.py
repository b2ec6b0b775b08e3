"""How soon changes are at Amazon, and what it asks, on a virtual clock."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bench.push import (
    LATE,
    LATE_SOON,
    MOST_TIME,
    QUIET,
    Case,
    Measured,
    fastest,
    measure,
    shop_of,
)

COUNT = 60
JOURNAL = frozenset({"runs", "documents", "rates", "meta"})
MOMENTS = ("asked:", "swept_on", "searchListingsItems:", "getInventorySummaries:")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A shop of which sixty listings have changed, until all is confirmed."""
    return measure(Case(COUNT, tmp_path_factory.mktemp("push")))


def test_changes_are_at_amazon_as_soon_as_they_can_be(measured: Measured) -> None:
    assert measured.makespan <= MOST_TIME * measured.least
    assert len(measured.applied) == COUNT + LATE
    assert set(measured.faults.values()) == {0}


def test_what_is_sold_out_goes_first(measured: Measured) -> None:
    first = [each.sku for each in sorted(measured.applied)[:1]]
    assert [each.sku for each in measured.applied if each.zero][:1] == first
    assert measured.last_zero <= 1.0
    assert measured.late_zero <= LATE_SOON


def test_nothing_is_asked_too_often(measured: Measured) -> None:
    assert sum(each.throttled for each in measured.runs) == 0
    assert measured.calls["patchListingsItem"] == COUNT + LATE


def test_a_feed_and_patches_beside_it_take_as_long_as_the_bound(tmp_path: Path) -> None:
    """As soon as there is more than the patches of a run can carry, the rest goes at once."""
    found = measure(Case(1600, tmp_path, feed_delay=300.0))
    assert found.calls["createFeed"] == 1
    assert found.makespan <= MOST_TIME * found.least
    assert set(found.faults.values()) == {0}


@pytest.mark.parametrize(
    ("count", "feeds", "seconds"),
    [
        (5, 0, 0.0),
        (1005, 0, 200.0),
        (100_000, 4, (4 * 300 + 999.95) / 1.05),
        (100_000, 1, 14_999.0),
    ],
    ids=["burst", "patches", "four feeds", "too few feeds"],
)
def test_least_time(count: int, feeds: int, seconds: float) -> None:
    assert fastest(Case(count, Path()), feeds) == pytest.approx(seconds)


def test_a_run_with_nothing_to_do_leaves_the_state_as_it_was(tmp_path: Path) -> None:
    with shop_of(Case(10, tmp_path)) as shop:
        for _ in range(QUIET):
            shop.run()
        before = _tables(tmp_path)
        calls = shop.run().calls
        after = _tables(tmp_path)
    assert {name for name in after if after[name] != before[name]} <= JOURNAL
    moved = [key for key, _ in set(after["meta"]) ^ set(before["meta"])]
    assert [key for key in moved if not str(key).startswith(MOMENTS)] == []
    assert calls.total() - calls["token"] <= 5
    assert not any(name.startswith(("patch", "put", "delete", "createFeed")) for name in calls)


def _tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder / "amzsync.db")) as db:
        names = [
            row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}
