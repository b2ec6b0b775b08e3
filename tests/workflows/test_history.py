"""What was: changes chain without gaps, and an earlier time shows what was shown then."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from amzsync.errors import UsageError
from amzsync.store import state
from amzsync.workflows import history
from amzsync.workflows.status import Question, rows
from tests import worlds
from tests.factories import Folder, Shop, listing, product, query
from tests.worlds import Edit

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
TIMES = [f"2026-11-{day:02d}T06:00:00Z" for day in range(1, 29)]
SHOWN = (
    "store", "tab", "status", "reason", "seller_sku", "asin", "sku", "match", "title", "condition",
    "fulfillment", "price_minor", "quantity", "amazon_status",
)  # fmt: skip


def shown(shop: Folder, *, as_of: str | None = None) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return what status says of each listing, now or at an earlier time."""
    with state.reading(shop.state) as current:
        answer = rows(current, shop.config(), Question(as_of=as_of))
    return {
        (row.store, row.seller_sku): tuple(getattr(row, name) for name in SHOWN)
        for row in answer.rows
        if row.seller_sku is not None
    }


def unlisted(shop: Folder, *, as_of: str | None = None) -> set[tuple[str, str | None, str]]:
    """Return in which tabs products without a listing stand, now or at an earlier time."""
    with state.reading(shop.state) as current:
        answer = rows(current, shop.config(), Question(as_of=as_of))
    return {(row.store, row.sku, row.tab) for row in answer.rows if row.seller_sku is None}


def lossless(found: dict[Any, tuple[Any, ...]]) -> dict[Any, tuple[Any, ...]]:
    """Return rows without titles, whose lost letters are no change, and without the times of reports."""
    title, reason = SHOWN.index("title"), SHOWN.index("reason")
    return {
        key: tuple(
            str(value).partition("asked at")[0] if place == reason else value
            for place, value in enumerate(row)
            if place != title
        )
        for key, row in found.items()
    }


class TestAsOf:
    @SLOW
    @given(steps=worlds.steps)
    def test_every_earlier_run_is_shown_as_it_was_shown_then(self, steps: list[list[Edit]]) -> None:
        then: dict[str, Any] = {}
        with TemporaryDirectory() as folder:
            world = worlds.start()
            for time, todo in zip(TIMES, [[], *steps], strict=False):
                world = worlds.after(world, todo)
                shop = world.shop(Path(folder), with_stock=False)
                shop.run(now=time, force=True)
                then[time] = lossless(shown(shop)), unlisted(shop)
            for time, (listed, others) in then.items():
                assert lossless(shown(shop, as_of=time)) == listed
                assert unlisted(shop, as_of=time) == others

    def test_a_time_between_two_runs_is_that_of_the_first(self, tmp_path: Path) -> None:
        shop = changed_price(tmp_path)
        prices = [
            [row[SHOWN.index("price_minor")] for row in shown(shop, as_of=time).values()]
            for time in (TIMES[0], "2026-11-01T23:00:00Z", TIMES[1])
        ]
        assert prices == [[1990], [1990], [2500]]

    def test_a_time_before_the_first_run_is_refused_with_its_time(self, tmp_path: Path) -> None:
        shop = changed_price(tmp_path)
        with pytest.raises(UsageError) as caught:
            shown(shop, as_of="2026-10-01T00:00:00Z")
        assert TIMES[0] in caught.value.next_step


def changed_price(folder: Path) -> Shop:
    shop = Shop(folder, products=[product("A")])
    shop.us.listings = [listing("A")]
    shop.run(now=TIMES[0])
    shop.us.listings = [listing("A", price="25.00")]
    shop.run(now=TIMES[1])
    return shop


class TestChanges:
    @SLOW
    @given(steps=worlds.steps)
    def test_of_a_field_chain_without_a_gap(self, steps: list[list[Edit]]) -> None:
        with TemporaryDirectory() as folder:
            world = worlds.start()
            for time, todo in zip(TIMES, [[], *steps], strict=False):
                world = worlds.after(world, todo)
                shop = world.shop(Path(folder), with_stock=False)
                shop.run(now=time, force=True)
            found = query(
                shop.state,
                "SELECT store_id, subject, key, field, from_run, run_id, old, new FROM changes "
                "ORDER BY change_id",
            )
        last: dict[tuple[Any, ...], tuple[int, Any]] = {}
        for *which, since, until, old, new in found:
            key = tuple(which)
            assert since < until
            assert old != new
            if key in last and which[1] != "unlisted":  # which may be in no tab for a while
                assert (since, old) == last[key]
            last[key] = (until, new)

    def test_say_from_when_until_when_a_value_held(self, tmp_path: Path) -> None:
        shop = changed_price(tmp_path)
        shop.us.listings = [listing("A", price="30.00")]
        shop.run(now=TIMES[4])
        found = query(
            shop.state, "SELECT seller_sku, field, old, new, valid_from, valid_to FROM v_changes"
        )
        assert found == [
            ("A", "price", "19.90", "25.00", TIMES[0], TIMES[1]),
            ("A", "price", "25.00", "30.00", TIMES[1], TIMES[4]),
        ]

    def test_since_the_last_run_leave_out_what_came_before(self, tmp_path: Path) -> None:
        shop = changed_price(tmp_path)
        shop.products[0]["price"] = "21.000000"
        shop.run(now=TIMES[2])
        assert listed(shop, since="last-run") == [("product", "A", "price", "20.00", "21.00")]
        assert listed(shop, since=TIMES[0]) == [
            ("product", "A", "price", "20.00", "21.00"),
            ("listing", "A", "price", "19.90", "25.00"),
        ]
        assert listed(shop, since=None, limit=1) == listed(shop, since="last-run")

    def test_a_listing_that_is_new_after_the_first_run_is_told_of(self, tmp_path: Path) -> None:
        shop = changed_price(tmp_path)
        shop.us.listings = [*(shop.us.listings or []), listing("B")]
        shop.run(now=TIMES[2])
        assert listed(shop, since="last-run") == [("listing", "B", "listing", None, "new")]


def listed(shop: Shop, *, since: str | None, limit: int | None = None) -> list[tuple[Any, ...]]:
    with state.reading(shop.state) as current:
        found = history.changes(
            current, shop.config(), since=since, sku="", store=None, limit=limit
        )
    return [(row.subject, row.key, row.field, row.old, row.new) for row in found.rows]
