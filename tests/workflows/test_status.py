"""Reading the tabs: every way to ask, and the same answer each time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amzsync.core.guards import Limits
from amzsync.core.overrides import Row
from amzsync.core.tabs import ASKED_AT, Tab
from amzsync.errors import ConfigError
from amzsync.results.tabs import Outstanding
from amzsync.store import browse, overrides, runs, state
from amzsync.store.browse import Shown
from amzsync.workflows import planning
from amzsync.workflows.status import Question, overview, rows, unplanned
from tests.factories import (
    EXPORT_COLUMNS,
    NOW,
    Folder,
    Shop,
    as_csv,
    asin,
    example_shop,
    listing,
    product,
    query,
)
from tests.sendings import sent


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


class TestWanted:
    @pytest.fixture
    def shop(self, tmp_path: Path) -> Shop:
        """Return a shop that was planned: A is to be repriced, B is as it should be, R is ready to list."""
        shop = Shop(tmp_path, products=[product("A"), product("B"), product("R")])
        shop.products[2]["additional_attributes"] = f"asin={asin(3)}"
        shop.us.listings = [listing("A"), listing("B", price="20.00"), listing("X")]
        shop.write()
        with (tmp_path / "amzsync.toml").open("a") as file:
            file.write("[defaults]\ncondition = { default = 'New' }\n")
        shop.import_files()
        with state.writing(shop.state, command="plan", now=NOW) as current:
            planning.bring_up_to_date(current, shop.config(), now=NOW)
        return shop

    def test_comes_with_every_row_that_was_planned(self, shop: Shop) -> None:
        found, _ = asked(shop, Question())
        assert [
            (row.seller_sku, row.sku, row.wanted_price_minor, row.wanted_quantity, row.actions)
            for row in found
        ] == [
            ("A", "A", 2000, 5, "revise-price"),
            ("B", "B", 2000, 5, ""),
            ("X", None, None, None, None),
            (None, "R", 2000, 5, ""),
        ]

    def test_is_not_known_where_nothing_was_planned(self, example: Folder) -> None:
        found, _ = asked(example, Question())
        told = {(row.wanted_price_minor, row.wanted_quantity, row.actions) for row in found}
        assert told == {(None, None, None)}

    def test_tells_what_is_held_back_and_what_was_sent(self, shop: Shop) -> None:
        with state.writing(shop.state, command="a test", now=NOW) as current:
            current.db.execute("UPDATE actions SET hold = 'price-move'")
            sent(current.db, "B")
        found, _ = asked(shop, Question())
        assert [(row.actions, row.sent) for row in found[:2]] == [
            ("revise-price!", None),
            ("", "revise-price"),
        ]

    def test_has_the_overrides_beside_it_but_not_those_taken_back(self, shop: Shop) -> None:
        with state.writing(shop.state, command="a test", now=NOW) as current:
            rows_ = [
                Row("price", "7.00"),
                Row("seller_notes", 'An "old" one'),
                Row("handling_time", None),
            ]
            overrides.put(current.db, 1, [(1, "A", row) for row in rows_])
        (row,), _ = asked(shop, Question(overridden=True))
        assert json.loads(row.overrides or "") == {"price": "7.00", "seller_notes": 'An "old" one'}

    def test_is_not_told_of_an_earlier_time_but_overrides_are(self, shop: Shop) -> None:
        long_ago = "2026-11-22T12:00:00Z"
        with state.writing(shop.state, command="a test", now=NOW) as current:
            current.db.execute("UPDATE runs SET finished_at = '2026-11-22T06:00:00Z'")
            overrides.put(current.db, 1, [(1, "A", Row("condition", "used_good"))])
            run_id = runs.begin(current.db, "override", "2026-11-23T06:00:00Z")
            history = "INSERT INTO changes VALUES (NULL, ?, 1, 'listing', 'A', ?, ?, ?, 1)"
            for field, old, new in (
                ("override_condition", None, "used_good"),
                ("override_price", "7.00 (until 2026-12-24T00:00:00Z)", None),
            ):
                current.db.execute(history, (run_id, field, old, new))
        found, _ = asked(shop, Question(as_of=long_ago))
        assert [(row.wanted_price_minor, row.actions) for row in found] == [(None, None)] * 4
        told = {row.seller_sku: row.overrides for row in found}
        assert told == {"A": '{"price": "7.00"}', "B": None, "X": None, None: None}

    def test_can_be_sorted_by(self, shop: Shop) -> None:
        found, _ = asked(shop, Question(sort=(("actions", True),), limit=1))
        assert [row.seller_sku for row in found] == ["A"]

    def test_is_counted_in_the_overview(self, shop: Shop) -> None:
        with state.reading(shop.state) as current:
            found = overview(current, ["us"], Limits())
        assert found.plans == {"us": Outstanding(1, 0, 0)}

    def test_is_out_of_date_after_a_change(self, shop: Shop) -> None:
        with state.reading(shop.state) as current:
            assert unplanned(current, NOW) == 0
        shop.products[0]["price"] = "30.000000"
        (shop.folder / "products.csv").write_bytes(as_csv(EXPORT_COLUMNS, shop.products))
        shop.import_files(now="2026-11-23T06:00:00Z")
        with state.reading(shop.state) as current:
            assert unplanned(current, NOW) == 1


class TestOverview:
    def test_tells_counts_and_the_age_of_every_document(self, example: Folder) -> None:
        with state.reading(example.state) as current:
            found = overview(current, ["us", "de"], Limits())
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
            kinds = [one.kind for one in overview(current, ["us"], Limits()).sources]
        assert kinds == ["products", "all-listings"]


def test_an_unknown_store_is_refused(example: Folder) -> None:
    with pytest.raises(ConfigError, match="There is no store fr"):
        asked(example, Question(store="fr"))
