"""Pins and never pairs: what the user decides holds, in the state and in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.core.match import Outcome
from amzsync.errors import ConfigError, InputError, UsageError
from amzsync.store import state
from amzsync.workflows import decisions, matches
from amzsync.workflows.decisions import Pair
from tests.factories import NOW, Shop, canonical, differing, ean, listing, product, query, recount

TWIN = ean(1)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop with an ambiguous listing, a matched one and a stranger."""
    shop = Shop(tmp_path)
    shop.products = [product(sku, attributes={"ean": TWIN}) for sku in ("A", "B")]
    shop.products.append(product("C"))
    shop.us.listings = [listing("X", product_id=TWIN), listing("C"), listing("S")]
    shop.run()
    return shop


def match_of(shop: Shop, seller_sku: str) -> tuple[str | None, str, str]:
    """Return product, outcome and tab of a listing."""
    sql = "SELECT sku, match, tab FROM v_listings WHERE seller_sku = ?"
    (row,) = query(shop.state, sql, (seller_sku,))
    return row[0], row[1], row[2]


def pair(seller_sku: str, sku: str, verdict: str = "pin") -> Pair:
    return Pair("us", seller_sku, sku, verdict)


def lines(shop: Shop) -> list[str]:
    return (shop.folder / "mapping.csv").read_text(encoding="utf-8").splitlines()[1:]


UNKNOWN = {
    "a listing": (pair("NONE", "A"), "no listing NONE"),
    "a product": (pair("X", "NONE"), "no product NONE"),
}


class TestDecide:
    def test_a_pin_joins_a_listing_with_a_product_at_once(self, shop: Shop) -> None:
        (decided,) = matches.decide(shop.config(), [pair("X", "B")], now=NOW)
        assert (decided.outcome, decided.tab) == ("matched", "active")
        assert match_of(shop, "X") == ("B", "matched", "active")
        assert lines(shop) == ["us,X,B,pin"]

    def test_what_was_ruled_out_leaves_the_other(self, shop: Shop) -> None:
        matches.decide(shop.config(), [pair("X", "A", "never")], now=NOW)
        assert match_of(shop, "X") == ("B", "matched", "active")

    def test_where_all_were_ruled_out_nothing_is_guessed(self, shop: Shop) -> None:
        matches.decide(shop.config(), [pair("C", "C", "never")], now=NOW)
        assert match_of(shop, "C") == (None, "stranger", "new-third-party")

    def test_a_new_pin_replaces_the_old_one(self, shop: Shop) -> None:
        for sku in ("A", "B"):
            matches.decide(shop.config(), [pair("X", sku)], now=NOW)
        assert lines(shop) == ["us,X,B,pin"]

    def test_what_is_pinned_is_ruled_out_no_more(self, shop: Shop) -> None:
        matches.decide(shop.config(), [pair("X", "A", "never")], now=NOW)
        matches.decide(shop.config(), [pair("X", "A")], now=NOW)
        assert (lines(shop), match_of(shop, "X")[0]) == (["us,X,A,pin"], "A")

    def test_what_is_unpinned_is_as_before(self, shop: Shop) -> None:
        before = canonical(shop.state)
        matches.decide(shop.config(), [pair("X", "A")], now=NOW)
        matches.decide(shop.config(), [Pair("us", "X", "", "pin")], now=NOW, remove=True)
        assert differing(canonical(shop.state), before) == {}
        assert lines(shop) == []

    def test_the_next_import_finds_all_as_it_is(self, shop: Shop) -> None:
        matches.decide(shop.config(), [pair("X", "B"), pair("S", "A")], now=NOW)
        before = canonical(shop.state)
        assert shop.import_files().changes == 0
        assert differing(canonical(shop.state), before) == {}
        assert [row for row in before["tab_counts"] if row[2]] == recount(shop.state)["tab_counts"]

    def test_pins_win_over_every_identifier(self, shop: Shop) -> None:
        matches.decide(shop.config(), [pair("C", "A")], now=NOW)
        assert match_of(shop, "C")[0] == "A"

    @pytest.mark.parametrize(("given", "words"), UNKNOWN.values(), ids=UNKNOWN)
    def test_what_is_unknown_is_refused_and_the_file_stays(
        self, shop: Shop, given: Pair, words: str
    ) -> None:
        with pytest.raises(UsageError, match=words):
            matches.decide(shop.config(), [given], now=NOW)
        assert lines(shop) == []

    def test_nothing_can_be_taken_back_that_was_not_decided(self, shop: Shop) -> None:
        with pytest.raises(UsageError, match="neither pinned nor ruled out"):
            matches.decide(shop.config(), [pair("X", "A")], now=NOW, remove=True)


class TestUndecided:
    @pytest.mark.parametrize(
        ("outcomes", "expected"),
        [
            ([Outcome.AMBIGUOUS], [("X", ["A", "B"])]),
            ([Outcome.STRANGER], [("S", [])]),
            (list(Outcome), [("S", []), ("X", ["A", "B"])]),
        ],
        ids=["ambiguous", "strangers", "all"],
    )
    def test_are_listed_with_their_candidates(
        self, shop: Shop, outcomes: list[Outcome], expected: list[tuple[str, list[str]]]
    ) -> None:
        with state.reading(shop.state) as current:
            found = matches.undecided(current, shop.config(), store=None, outcomes=outcomes)
        actual = [(one.seller_sku, [c.sku for c in one.candidates]) for one in found]
        assert actual == expected


FAULTS = {
    "an unknown store": ("fr,X,A,pin", "line 2: there is no store 'fr'"),
    "a blank SKU": ("us,X,,pin", "line 2: seller_sku and sku must both be filled in"),
    "an unknown verdict": ("us,X,A,maybe", "line 2: the verdict is 'maybe'"),
    "two pins": ("us,X,A,pin\nus,X,B,pin", "line 3: X is pinned twice (also on line 2)"),
}


class TestFile:
    @pytest.mark.parametrize(("text", "problem"), FAULTS.values(), ids=FAULTS)
    def test_with_faulty_lines_stops_the_import(self, shop: Shop, text: str, problem: str) -> None:
        path = shop.folder / "mapping.csv"
        path.write_text(f"store,seller_sku,sku,verdict\n{text}\n", encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            shop.import_files()
        assert caught.value.exit_code == 78
        assert [found for found in caught.value.problems if found.startswith(problem)]

    def test_without_its_columns_is_refused(self, shop: Shop) -> None:
        (shop.folder / "mapping.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        with pytest.raises(InputError, match="no column"):
            shop.import_files()

    def test_that_is_not_there_decides_nothing(self, shop: Shop) -> None:
        (shop.folder / "mapping.csv").unlink()
        assert decisions.load(shop.config()) == []

    def test_is_written_in_a_stable_order_each_pair_once(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.csv"
        pairs = [pair("b", 'say "B", please'), pair("a", "A"), pair("b", 'say "B", please')]
        decisions.save(path, pairs)
        assert path.read_text(encoding="utf-8").splitlines() == [
            "store,seller_sku,sku,verdict",
            "us,a,A,pin",
            'us,b,"say ""B"", please",pin',
        ]

    def test_may_leave_out_the_verdict_which_is_then_pin(self, shop: Shop) -> None:
        path = shop.folder / "mapping.csv"
        path.write_text("store,seller_sku,sku\nus,S,C\n", encoding="utf-8")
        assert decisions.load(shop.config()) == [pair("S", "C")]
