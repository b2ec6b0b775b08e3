"""Reading the tabs: every way to ask, and the same answer each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amzsync.core.tabs import ASKED_AT, Tab
from amzsync.errors import ConfigError
from amzsync.store import browse, state
from amzsync.store.browse import Shown
from amzsync.workflows.status import Question, overview, rows
from tests.factories import Folder, Shop, asin, example_shop, listing, product, query


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    shop = example_shop(tmp_path_factory.mktemp("example"))
    shop.import_files()
    return shop


def asked(shop: Folder, question: Question) -> tuple[list[Shown], int | None]:
    with state.reading(shop.state) as current:
        answer = rows(current, shop.config(), question)
    return list(answer.rows), answer.total


def keys(found: list[Shown]) -> list[tuple[str, str | None, str | None]]:
    return [(row.store, row.seller_sku, row.sku) for row in found]


class TestRows:
    @pytest.mark.parametrize("tab", Tab, ids=lambda tab: tab.value)
    @pytest.mark.parametrize("store", ["us", "de"])
    def test_of_a_tab_are_as_many_as_its_count(self, example: Folder, tab: Tab, store: str) -> None:
        found, total = asked(example, Question(tab=tab, store=store))
        assert {(row.store, row.tab) for row in found} <= {(store, tab.value)}
        kept = query(
            example.state, "SELECT rows FROM v_tabs WHERE store = ? AND tab = ?", (store, tab)
        )
        assert [(len(found),)] == kept == [(total,)]

    def test_of_all_tabs_are_every_listing_and_every_unlisted_product(
        self, example: Folder
    ) -> None:
        found, _ = asked(example, Question())
        sql = "SELECT (SELECT count(*) FROM listings) + (SELECT count(*) FROM unlisted)"
        assert [(len(found),)] == query(example.state, sql)
        assert len(set(keys(found))) == len(found)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        limit=st.integers(1, 30),
        tab=st.sampled_from([None, *Tab]),
        column=st.sampled_from([None, *browse.SORTABLE]),
        down=st.booleans(),
    )
    def test_with_a_limit_are_the_first_of_all_and_the_total_stays(
        self, example: Folder, limit: int, tab: Tab | None, column: str | None, down: bool
    ) -> None:
        sort = ((column, down),) if column else ()
        whole, count = asked(example, Question(tab=tab, sort=sort))
        part, total = asked(example, Question(tab=tab, sort=sort, limit=limit))
        assert keys(part) == keys(whole)[:limit]
        assert total == count == len(whole)

    @pytest.mark.parametrize("tab", [None, *Tab])
    def test_as_of_now_are_those_of_now(self, example: Folder, tab: Tab | None) -> None:
        now, _ = asked(example, Question(tab=tab))
        then, _ = asked(example, Question(tab=tab, as_of="2026-12-31T00:00:00Z"))
        assert sorted(map(repr, then)) == sorted(map(repr, now))

    def test_never_show_the_mark_that_stands_for_the_time_of_a_report(
        self, example: Folder
    ) -> None:
        found, _ = asked(example, Question())
        told = [row.reason for row in found if "asked at" in row.reason]
        assert told
        assert [reason for reason in told if ASKED_AT in reason or "unknown" in reason] == []


class TestSearch:
    def make(self, folder: Path) -> Shop:
        shop = Shop(folder, products=[product("A_1"), product("AB1"), product("100%", name="Öl")])
        shop.us.listings = [listing(sku, asin1=asin(7)) for sku in ("A_1", "AB1", "100%", "Zed")]
        shop.run()
        return shop

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("A_1", ["A_1"]),
            ("%", ["100%"]),
            ("!", []),
            ("zed", ["Zed"]),
            ("b0test0007", ["100%", "AB1", "A_1", "Zed"]),
            ("No product in Commerce", ["Zed"]),
        ],
    )
    def test_takes_every_letter_as_it_is(
        self, tmp_path: Path, text: str, expected: list[str]
    ) -> None:
        found, total = asked(self.make(tmp_path), Question(search=text))
        assert [row.seller_sku for row in found] == expected
        assert total == len(expected)

    def test_by_sku_finds_the_listing_and_what_is_matched_to_the_product(
        self, tmp_path: Path
    ) -> None:
        shop = Shop(tmp_path, products=[product("A", attributes={"asin": asin(1)})])
        shop.us.listings = [listing("A"), listing("A-FBA", asin1=asin(1)), listing("B")]
        shop.run()
        assert [row.seller_sku for row in asked(shop, Question(sku="A"))[0]] == ["A", "A-FBA"]
        assert [row.seller_sku for row in asked(shop, Question(sku="A-FBA"))[0]] == ["A-FBA"]


class TestChangedSince:
    def test_finds_what_differs_and_what_is_new(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path, products=[product(sku) for sku in "ABC"])
        shop.us.listings = [listing("A"), listing("B")]
        shop.run(now="2026-11-01T06:00:00Z")
        assert asked(shop, Question(changed_since="2026-11-01T06:00:00Z"))[0] == []
        shop.us.listings = [listing("A", price="21.00"), listing("B"), listing("C")]
        shop.run(now="2026-11-02T06:00:00Z")
        for since in ("last-run", "2026-11-01T06:00:00Z"):
            found, _ = asked(shop, Question(changed_since=since))
            assert [row.seller_sku for row in found] == ["A", "C"]
        assert asked(shop, Question(changed_since="2026-11-02T06:00:00Z"))[0] == []


class TestOverview:
    def test_tells_counts_and_the_age_of_every_document(self, example: Folder) -> None:
        with state.reading(example.state) as current:
            found = overview(current, ["us", "de"])
        assert {store: sum(tabs.values()) for store, tabs in found.counts.items()} == dict(
            query(example.state, "SELECT store, sum(rows) FROM v_tabs GROUP BY store")
        )
        assert sorted((one.store, one.kind) for one in found.sources) == [
            ("commerce", "products"),
            ("commerce", "stock"),
            ("de", "all-listings"),
            ("us", "all-listings"),
            ("us", "cancelled-listings"),
            ("us", "fba-inventory"),
            ("us", "suppressed-listings"),
        ]
        assert (found.rejected,) in query(example.state, "SELECT count(*) FROM v_rejects")

    def test_forgets_a_report_that_the_store_names_no_more(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path, products=[product("A")])
        shop.us.listings, shop.us.cancelled = [listing("A")], [listing("B")]
        shop.run()
        shop.us.cancelled = None
        shop.run()
        with state.reading(shop.state) as current:
            kinds = [one.kind for one in overview(current, ["us"]).sources]
        assert kinds == ["products", "all-listings"]


def test_an_unknown_store_is_refused(example: Folder) -> None:
    with pytest.raises(ConfigError, match="There is no store fr"):
        asked(example, Question(store="fr"))
