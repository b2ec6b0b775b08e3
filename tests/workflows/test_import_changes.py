"""An import of changed files leads where an import of everything leads; the same files change nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories, worlds
from tests.factories import (
    Dump,
    Shop,
    asin,
    canonical,
    counted,
    differing,
    dump,
    ean,
    example_shop,
    in_warehouse,
    listing,
    product,
    query,
    recount,
    suppressed,
)
from tests.worlds import Edit, World

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
TIMES = [f"2026-11-{day:02d}T06:00:00Z" for day in range(1, 29)]


@contextmanager
def imported(
    moments: list[World], *, with_stock: bool = False, reverse: bool = False
) -> Iterator[Shop]:
    """Import one world after the other into one state, all at the same time."""
    with TemporaryDirectory() as folder:
        for world in moments:
            shop = world.shop(Path(folder), with_stock=with_stock, reverse=reverse)
            shop.run(force=True)
        yield shop


def path_of(steps: list[list[Edit]]) -> list[World]:
    """Return the world before the first edit, and as it is after each of *steps*."""
    found = [worlds.start()]
    for todo in steps:
        found.append(worlds.after(found[-1], todo))
    return found


# What was once wrong: products and listings that were not looked at again though something about them changed.
ONCE_WRONG: dict[str, list[list[Edit]]] = {
    "a report returns that described a listing alone": [
        [("no side", "S1", "cancelled")],
        [("product", "P7", "product_online", "2")],
        [("side", "S1", "cancelled")],
    ],
    "a new listing takes its product from the unlisted": [[("add listing", "P2", asin(9))]],
    "a listing is pinned to a product that comes later": [
        [("decide", "L4", "P6", "pin")],
        [("add product", "P6", asin(2))],
    ],
    "a product returns that makes a match ambiguous": [
        [("product", "P7", "asin", asin(1))],
        [("drop product", "P7")],
        [("decide", "L4", "NOWHERE", "never")],
        [("add product", "P7", asin(1))],
    ],
    "a configurable product becomes a simple one": [
        [("product", "P7", "asin", asin(1)), ("product", "P7", "product_type", "configurable")],
        [("product", "P7", "product_type", "simple")],
    ],
    "an identifier that was repaired is written in full": [
        [("product", "P8", "upc", worlds.UPC), ("product", "P7", "upc", worlds.UPC_CUT)],
        [("product", "P7", "upc", worlds.UPC)],
    ],
    "a product that has the ASIN of an unlisted one becomes its parent": [
        [("product", "P7", "asin", asin(3)), ("product", "P2", "asin", asin(3))],
        [("product", "P7", "product_type", "configurable")],
    ],
    "a parent gives up the ASIN of an unlisted product": [
        [
            ("product", "P7", "asin", asin(3)),
            ("product", "P7", "product_type", "configurable"),
            ("product", "P2", "asin", asin(3)),
        ],
        [("product", "P7", "asin", "")],
    ],
    "a listing is no longer ended that no report ever had": [
        [("ended", "GONE-1", "yes")],
        [("ended", "GONE-1", "")],
    ],
}


class TestWhatChangedIsAllThatMatters:
    @SLOW
    @given(steps=worlds.steps, with_stock=st.booleans())
    def test_many_imports_end_where_the_shortest_way_ends(
        self, steps: list[list[Edit]], with_stock: bool
    ) -> None:
        assert detour(steps, with_stock=with_stock) == {}

    @pytest.mark.parametrize("steps", ONCE_WRONG.values(), ids=ONCE_WRONG)
    def test_what_was_once_wrong_stays_right(self, steps: list[list[Edit]]) -> None:
        assert detour(steps, with_stock=False) == {}

    @SLOW
    @given(steps=worlds.steps, with_stock=st.booleans())
    def test_where_nothing_has_vanished_it_is_as_if_all_were_imported_afresh(
        self, steps: list[list[Edit]], with_stock: bool
    ) -> None:
        kept = [[edit for edit in todo if edit[0] not in VANISHING] for todo in steps]
        path = path_of(kept)
        with (
            imported(path, with_stock=with_stock) as actual,
            imported(path[-1:], with_stock=with_stock, reverse=True) as expected,
        ):
            assert differing(canonical(actual.state), canonical(expected.state)) == {}

    @SLOW
    @given(steps=worlds.steps)
    def test_the_counts_are_always_those_of_the_rows(self, steps: list[list[Edit]]) -> None:
        with TemporaryDirectory() as folder:
            for world in path_of(steps):
                shop = world.shop(Path(folder), with_stock=False)
                result = shop.run(force=True).stores[0]
                assert counted(shop.state) == recount(shop.state)
                kept = [(f"{tab}", rows) for tab, rows in result.tabs.items() if rows]
                assert sorted(kept) == [
                    row[1:] for row in sorted(recount(shop.state)["tab_counts"])
                ]
                rows = query(
                    shop.state, "SELECT rows_read - accepted - rejected - duplicates FROM sources"
                )
                assert set(rows) == {(0,)}


VANISHING = {"drop product", "drop listing", "no side", "ended"}


def detour(steps: list[list[Edit]], *, with_stock: bool) -> dict[str, Any]:
    """Return by what the state after *steps* differs from that after the shortest way, or is miscounted."""
    path = path_of(steps)
    with (
        imported(path, with_stock=with_stock) as actual,
        imported([worlds.once(path), path[-1]], with_stock=with_stock, reverse=True) as expected,
    ):
        found = differing(canonical(actual.state), canonical(expected.state))
        return found | differing(counted(actual.state), recount(actual.state))


# -- the same again, and in another order ---------------------------------------------------------------


def small(folder: Path) -> Shop:
    """Return a shop with a little of everything."""
    shop = Shop(folder)
    shop.products = [
        product("A", attributes={"asin": asin(1)}),
        product("B", attributes={"ean": ean(2)}),
        product("C", attributes={"ean": ean(3)}),
        product("D", attributes={"ean": ean(3)}),
        *(product(f"N{number}", attributes={"asin": asin(50 + number)}) for number in range(10)),
    ]
    shop.us.listings = [
        listing("A", price="20.00"),
        listing("X-1", asin1=asin(1)),
        listing("X-2", product_id=ean(2)),
        listing("X-3", product_id=ean(3)),
        listing("X-4", fulfillment_channel="AMAZON_NA", quantity=""),
        *(listing(f"N{number}") for number in range(10)),
    ]
    shop.us.suppressed = [suppressed("A")]
    shop.us.fba = [in_warehouse("X-4", 7)]
    return shop


class TestTheSameAgain:
    def test_writes_nothing_but_the_run(self, tmp_path: Path) -> None:
        shop = small(tmp_path)
        shop.run(now=TIMES[0])
        before = dump(shop.state, without={"runs"})
        result = shop.run(now=TIMES[1])
        assert differing(dump(shop.state, without={"runs"}), before) == {}
        assert query(shop.state, "SELECT count(*) FROM runs") == [(2,)]
        assert result.changes == 0

    def test_writes_nothing_but_the_run_for_the_example_shop(self, tmp_path: Path) -> None:
        shop = example_shop(tmp_path)
        shop.import_files(now=TIMES[26])
        before = dump(shop.state, without={"runs"})
        shop.import_files(now=TIMES[27])
        assert differing(dump(shop.state, without={"runs"}), before) == {}

    def test_touches_no_more_than_a_few_pages_of_the_file(self, tmp_path: Path) -> None:
        shop = small(tmp_path)
        shop.products += [product(f"M{number}") for number in range(2000)]
        shop.run(now=TIMES[0])
        shop.run(now=TIMES[1])
        before = shop.state.read_bytes()
        shop.run(now=TIMES[2])
        after = shop.state.read_bytes()
        assert len(after) == len(before)
        pages = range(0, len(before), 4096)
        assert sum(before[at : at + 4096] != after[at : at + 4096] for at in pages) <= 3

    def test_says_so_of_each_document(self, tmp_path: Path) -> None:
        shop = small(tmp_path)
        shop.run()
        again = shop.run()
        read = [*again.documents, *again.stores[0].documents]
        assert [reading.changed for reading in read] == [False] * 4


class TestOrder:
    @SLOW
    @given(seed=st.integers(0, 10**6))
    def test_of_rows_does_not_matter(self, seed: int) -> None:
        straight = state_of(lambda shop: None)

        def shuffle(shop: Shop) -> None:
            chance = random.Random(seed)
            for rows in (shop.products, shop.us.listings, shop.us.suppressed, shop.us.fba):
                chance.shuffle(rows or [])

        assert differing(state_of(shuffle), straight) == {}

    def test_of_columns_does_not_matter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        straight = state_of(lambda shop: None)
        for name in ("EXPORT_COLUMNS", "REPORT_COLUMNS", "FBA_COLUMNS", "SUPPRESSED_COLUMNS"):
            columns = getattr(factories, name)
            monkeypatch.setattr(factories, name, tuple(reversed(columns)))
        assert differing(state_of(lambda shop: None), straight) == {}

    def test_of_columns_may_change_from_one_import_to_the_next(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop = small(tmp_path)
        shop.run()
        before = canonical(shop.state)
        for name in ("EXPORT_COLUMNS", "REPORT_COLUMNS", "FBA_COLUMNS", "SUPPRESSED_COLUMNS"):
            columns = getattr(factories, name)
            monkeypatch.setattr(factories, name, tuple(reversed(columns)))
        assert shop.run().changes == 0
        assert differing(canonical(shop.state), before) == {}

    def test_of_report_files_does_not_matter(self, tmp_path: Path) -> None:
        found = []
        for names in ("abc", "cba"):
            shop = small(tmp_path / names)
            shop.write()
            reports = shop.folder / "reports"
            for name, word in zip(names, ("all", "fba", "suppressed"), strict=True):
                (reports / f"us-{word}.txt").rename(reports / f"us-{name}.txt")
            found.append(canonical_after(shop))
        assert differing(*found) == {}


def state_of(change: Any) -> Dump:
    """Return what the state says of the small shop after *change*."""
    with TemporaryDirectory() as folder:
        shop = small(Path(folder))
        change(shop)
        shop.run()
        return canonical(shop.state)


def canonical_after(shop: Shop) -> Dump:
    """Import the files of *shop* as they lie there; return what the state says."""
    shop.import_files()
    return canonical(shop.state)
