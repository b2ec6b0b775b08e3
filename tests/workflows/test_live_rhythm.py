"""What a run asks of Amazon, however far apart cron makes the runs: enough, and no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from amzsync.clock import seconds_of
from amzsync.core.model import ReportKind
from amzsync.workflows import live
from tests.factories import product
from tests.live import DAY, HOUR, MINUTE, LiveShop, asked, exit_code, live_shop
from tests.simulators.report_texts import ALL, FBA, STRANDED, SUPPRESSED
from tests.simulators.samples import MISSING_BRAND, asin, ean
from tests.simulators.seller import CatalogueItem, Listing, Restriction, Seller

WAREHOUSE = "SIM-000043"
TOLD = ReportKind.ANSWER.value
MOST_CALLS = 5
OUT, ODD = 110, 12  # listings that do not sell; of which so many have a comma in their seller SKU
PAGES, APPROVALS = (
    60,
    30,
)  # products to be searched for; and those to be asked whether they may be sold
AGES = {ALL: HOUR, FBA: 4 * HOUR, STRANDED: DAY, SUPPRESSED: DAY}


# -- runs that are far apart ---------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [10, 15, 30, 40, 60])
def test_every_report_and_the_stock_are_fetched_anew_at_any_interval(
    minutes: int, tmp_path: Path
) -> None:
    with live_shop(tmp_path) as shop:
        every = minutes * MINUTE
        time = 3 * DAY if minutes >= 30 else 30 * HOUR
        results = shop.imports(round(time / every), every=every)
        assert {exit_code(result) for result in results[1:]} == {0}
        late = {
            kind: longest_gap(shop, kind)
            for kind, age in AGES.items()
            if longest_gap(shop, kind) > age + 4 * every + 30 * MINUTE
        }
        assert late == {}
        asked_for_stock = shop.simulator.ledger.count("getInventorySummaries")
        assert asked_for_stock >= (len(results) / 4 if minutes < 30 else len(results) - 4)


def longest_gap(shop: LiveShop, report_type: str) -> float:
    """Return the longest time without a new report of a type, from the first run until now."""
    rows = shop.query(
        "SELECT asked_at FROM reports WHERE type = ?1 AND state = 'taken' ORDER BY asked_at",
        report_type,
    )
    (start,) = shop.query("SELECT min(started_at) FROM runs")
    moments = [seconds_of(start[0]), *(seconds_of(row[0]) for row in rows), shop.clock.now()]
    return max(later - earlier for earlier, later in pairwise(moments))


@pytest.mark.parametrize("minutes", [30, 40, 60])
def test_stock_at_amazon_is_known_by_the_next_run(minutes: int, tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        shop.imports(6, every=minutes * MINUTE)
        for left in (4, 3, 2, 1):
            shop.seller.change(WAREHOUSE, quantity=left)
            shop.imports(1, every=minutes * MINUTE)
            rows = shop.query("SELECT quantity FROM listings WHERE seller_sku = ?1", WAREHOUSE)
            assert rows == [(left,)]


# -- runs that are close together ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    """A shop in which much grows old in the same minute, after its first runs."""
    seller = Seller.sample(20, 3)
    seller.add(*(_out_of_stock(number) for number in range(1000, 1000 + OUT)))
    for number in range(2000, 2000 + APPROVALS):
        seller.know(CatalogueItem(asin(number), "Page", identifiers=(("EAN", ean(number)),)))
        seller.restrict(asin(number), Restriction("APPROVAL_REQUIRED", "Ask first."))
    products = [
        product(f"N-{number}", attributes={"ean": ean(number)})
        for number in range(2000, 2000 + PAGES)
    ]
    with live_shop(tmp_path_factory.mktemp("large"), seller=seller, products=products) as shop:
        shop.imports(12)
        yield shop


def _out_of_stock(number: int) -> Listing:
    comma = "," if number < 1000 + ODD else "-"
    return Listing(
        f"OUT{comma}{number}",
        asin(number),
        f"Out {number}",
        status=frozenset({"DISCOVERABLE"}),
        quantity=0,
        issues=(MISSING_BRAND,),
    )


def quiet_across(shop: LiveShop, moment: float, runs: int) -> int:
    """Import every five minutes before and after a moment; return the calls for what had grown old."""
    shop.clock.advance(moment - 30 * MINUTE - shop.clock.now())
    shop.imports(6)  # the first of them is late, and does what there is to do
    asked_again = 0
    for _ in range(runs):
        shop.simulator.ledger.clear()
        result = shop.imports(1)[0]
        calls = shop.simulator.ledger.operations()
        assert (exit_code(result), result.changes) == (0, 0)
        assert calls.total() <= MOST_CALLS, calls
        asked_again += sum(
            1
            for entry in shop.simulator.ledger.calls()
            if entry.operation
            in {"getListingsItem", "searchCatalogItems", "getListingsRestrictions"}
            or entry.param("identifiers")
        )
    return asked_again


def stale(shop: LiveShop, table: str, where: str, age: float) -> int:
    """Return how many rows of a table Amazon told longer ago than *age*."""
    rows = shop.query(f"SELECT asked_at FROM {table} WHERE {where}")
    return sum(shop.clock.now() - seconds_of(row[0]) > age for row in rows)


def test_what_grows_old_is_asked_about_little_by_little(large: LiveShop) -> None:
    """One after the other, because days must pass: listings, what may be sold, and the catalogue."""
    first = seconds_of(large.query("SELECT min(asked_at) FROM restrictions")[0][0])
    assert large.query("SELECT count(*) FROM restrictions WHERE code <> ''") == [(APPROVALS,)]

    assert quiet_across(large, first + DAY, 40) >= OUT / 20
    troubled = f"kind = '{TOLD}' AND seller_sku LIKE 'OUT%'"
    assert stale(large, "report_rows", troubled, DAY + HOUR) == 0

    assert quiet_across(large, first + 7 * DAY, 40) >= APPROVALS
    assert stale(large, "restrictions", "1", 7 * DAY + HOUR) == 0

    quiet_across(large, first + 8 * DAY, 12)
    assert quiet_across(large, first + 30 * DAY, 40) >= (PAGES - APPROVALS) / 20
    nothing = "key NOT IN (SELECT key FROM catalogue_items)"
    assert stale(large, "catalogue_searches", nothing, 30 * DAY + HOUR) == 0


# -- a first import ------------------------------------------------------------------------------------


def test_all_that_does_not_sell_is_asked_about_in_one_run_round_by_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round leaves nothing in memory: what it brought is in the state and the archive."""
    monkeypatch.setattr(live, "LISTINGS", 100)
    explain, held = live.Live.explain, list[int]()

    def explained(asking: live.Live) -> bool:
        held.extend(len(place.gathered.lines) for place in asking.places)
        return explain(asking)

    monkeypatch.setattr(live.Live, "explain", explained)
    seller = Seller.sample(1, 3)
    seller.add(*(_out_of_stock(number) for number in range(1000, 1300)))
    with live_shop(tmp_path, seller=seller, products=[product("X")]) as shop:
        result = shop.import_()
        told = shop.query("SELECT count(*) FROM report_rows WHERE kind = ?1", TOLD)
        assert (exit_code(result), told) == (0, [(300,)])
        documents = shop.query("SELECT count(*) FROM documents WHERE kind = 'answers'")
        assert documents == [(3,)]
        assert held == [0, 0, 0, 0]


# -- a seller who has nothing --------------------------------------------------------------------------


def test_a_seller_without_any_listing_is_asked_once_an_hour(tmp_path: Path) -> None:
    seller = Seller()
    seller.know(CatalogueItem(asin(1), "A page", identifiers=(("EAN", ean(1)),)))
    seller.know(CatalogueItem(asin(2), "Another"))
    products = [
        product("P-1", attributes={"ean": ean(1)}),
        product("P-2", attributes={"asin": asin(2)}),
    ]
    with live_shop(tmp_path, seller=seller, products=products) as shop:
        for _ in range(5 * 12):
            result = shop.import_()
            assert (exit_code(result), asked(result).waiting, asked(result).missed) == (
                0,
                False,
                (),
            )
            assert shop.tabs() == {"ready-to-list": ["P-1", "P-2"]}
            shop.clock.advance(5 * MINUTE)
        created = shop.simulator.ledger.calls("createReport")
        by_type = [entry.at for entry in created if entry.body["reportType"] == ALL]
        gaps = [later - at for at, later in pairwise(by_type)]
        assert 4 <= len(by_type) <= 6
        assert min(gaps) >= HOUR
