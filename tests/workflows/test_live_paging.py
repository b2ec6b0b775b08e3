"""Changes come in pages: what is cut short goes on in the next run, and what is lost on the way is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from amzsync.workflows.gathered import CHANGES, mark_of
from tests.factories import product
from tests.live import MINUTE, LiveShop, asked, exit_code, live_shop
from tests.simulators import faults
from tests.simulators.exchange import Reply, invalid
from tests.simulators.faults import Case, Fault
from tests.simulators.seller import Seller

COUNT, PAGE = 300, 20
SEARCH = "searchListingsItems"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A shop with many listings, whose reports are not asked for anew for the rest of the day."""
    seller = Seller.sample(COUNT, 5)
    with live_shop(tmp_path, seller=seller, products=[product("X")]) as made:
        made.settings = "[amazon]\nreport_age = 1440\ntime_budget = 10\n"
        made.write()
        made.seller.report_delay = 0.0
        made.settle()
        made.simulator.ledger.clear()
        yield made


def change(shop: LiveShop, count: int) -> None:
    """Change as many listings, one a second."""
    for number, sku in enumerate(list(shop.seller.listings)[:count]):
        shop.seller.change(sku, title=f"Anew {number}")
        shop.clock.advance(1.0)


def known(shop: LiveShop) -> int:
    return int(shop.query("SELECT count(*) FROM listings WHERE title LIKE 'Anew %'")[0][0])


def mark(shop: LiveShop) -> str:
    (row,) = shop.query("SELECT value FROM meta WHERE key = ?1", mark_of(CHANGES, "us"))
    return str(row[0])


def slow(shop: LiveShop) -> Fault:
    """Answers take three seconds each, by the clock."""

    def answer(case: Case) -> Reply:
        shop.clock.advance(3.0)
        return case.perform()

    return Fault("slow", answer)


# -- more than there is time for -----------------------------------------------------------------------


def test_a_run_goes_on_where_the_last_one_had_to_stop(shop: LiveShop) -> None:
    change(shop, COUNT)
    shop.simulator.always(SEARCH, slow(shop))
    counts, marks = [0], [mark(shop)]
    for _ in range(10):
        shop.import_()
        counts.append(known(shop))
        marks.append(mark(shop))
        shop.clock.advance(MINUTE)
        if counts[-1] == COUNT:
            break
    gains = [later - earlier for earlier, later in pairwise(counts)]
    assert counts[-1] == COUNT
    assert 4 <= len(gains) <= 8  # so that a run reads but a few of the fifteen pages
    assert min(gains) > 0
    assert marks == sorted(marks)
    starts = [
        entry.param("lastUpdatedAfter") or "" for entry in shop.simulator.ledger.calls(SEARCH)
    ]
    assert starts == sorted(starts)
    pages = shop.simulator.ledger.count(SEARCH)
    assert pages <= COUNT / PAGE + 2 * len(gains)


def test_what_changes_meanwhile_is_known_too(shop: LiveShop) -> None:
    change(shop, COUNT)
    shop.simulator.always(SEARCH, slow(shop))
    for number in range(12):
        shop.import_()
        if number < 4:
            shop.seller.change(f"SIM-{number + 1:06d}", title=f"Later {number}")
        shop.clock.advance(MINUTE)
    later = shop.query("SELECT count(*) FROM listings WHERE title LIKE 'Later %'")
    assert (later, known(shop)) == ([(4,)], COUNT - 4)


def test_runs_that_have_read_to_the_end_never_go_back(shop: LiveShop) -> None:
    marks = []
    for _ in range(20):
        change(shop, 2)
        shop.import_()
        marks.append(mark(shop))
        shop.clock.advance(MINUTE)
    assert marks == sorted(marks)
    assert len(set(marks)) == len(marks)


# -- what does not come --------------------------------------------------------------------------------


def without_token(content: Any) -> Any:
    return {key: value for key, value in content.items() if key != "pagination"}


def without_first(content: Any) -> Any:
    return {**content, "items": content["items"][5:]}


def without_any(content: Any) -> Any:
    return {**without_token(content), "items": []}


def without_first_and_token(content: Any) -> Any:
    return without_token(without_first(content))


# What is lost, how many listings have changed, and whether some of what has come is known for certain.
LOSSES: dict[str, tuple[Callable[[Any], Any], int, bool]] = {
    "the pages after the first": (without_token, 60, True),
    "the first rows of each page": (without_first, 60, False),
    "the first rows of the only page": (without_first, 12, False),
    "the first rows of the only page that comes": (without_first_and_token, 60, False),
    "all rows": (without_any, 60, False),
    "all rows of the only page": (without_any, 12, False),
}


@pytest.mark.parametrize(("loss", "count", "certain"), LOSSES.values(), ids=LOSSES)
def test_what_was_lost_is_told_and_known_by_the_next_run(
    loss: Callable[[Any], Any], count: int, certain: bool, shop: LiveShop
) -> None:
    change(shop, count)
    before = mark(shop)
    shop.simulator.always(SEARCH, faults.edited(loss))
    for _ in range(3):
        shop.simulator.ledger.clear()
        result = shop.import_()
        missed = {(one.operation, one.code) for one in asked(result).missed}
        assert (exit_code(result), missed) == (75, {(SEARCH, "PageRepeated")})
        assert shop.simulator.ledger.count(SEARCH) <= 4
        shop.clock.advance(5 * MINUTE)
        if certain:
            break
    assert known(shop) < count
    assert (mark(shop) > before) == certain
    shop.simulator.heal()
    assert exit_code(shop.import_()) == 0
    assert known(shop) == count


def test_rows_that_are_lost_where_the_time_runs_out_are_known_later(shop: LiveShop) -> None:
    """A run that comes to no end cannot count the rows: so it takes nothing after the gap for known."""
    change(shop, 200)

    def gap(case: Case) -> Reply:
        reply = slow(shop).answer(case)
        return reply.with_json(without_first(reply.json()))

    shop.simulator.script(SEARCH, slow(shop), Fault("a gap", gap), slow(shop), slow(shop))
    shop.import_()
    assert 0 < known(shop) < 100
    shop.simulator.heal()
    shop.clock.advance(MINUTE)
    shop.import_()
    assert known(shop) == 200


# -- pages for ever ------------------------------------------------------------------------------------


def endless(key: str, *, empty: bool, inside: str = "") -> Fault:
    """The same page under another token each time, or pages without anything on them."""
    given = iter(range(10_000))
    whole: list[Reply] = []

    def answer(case: Case) -> Reply:
        if not whole:
            whole.append(case.perform())
        content = whole[0].json()
        place = content[inside] if inside else content
        if empty:
            place[key] = []
        token = f"T{next(given) if empty else next(given) % 2}"
        content["pagination"] = {"nextToken": token}
        return whole[0].with_json(content)

    return Fault("endless", answer)


ENDLESS = {
    SEARCH: ("items", ""),
    "getInventorySummaries": ("inventorySummaries", "payload"),
    "searchCatalogItems": ("items", ""),
}


@pytest.mark.parametrize("empty", [True, False], ids=["empty pages", "tokens that take turns"])
@pytest.mark.parametrize("operation", ENDLESS)
def test_pages_without_an_end_are_a_communication_error_after_few_calls(
    operation: str, empty: bool, tmp_path: Path
) -> None:
    with live_shop(tmp_path) as shop:
        if operation != "searchCatalogItems":
            shop.settle()
            shop.seller.change("SIM-000001", price="33.33")
            shop.seller.change("SIM-000043", quantity=3)
        shop.simulator.ledger.clear()
        key, inside = ENDLESS[operation]
        shop.simulator.always(operation, endless(key, empty=empty, inside=inside))
        result = shop.import_()
        missed = {(one.operation, one.code) for one in asked(result).missed}
        assert (exit_code(result), missed) == (75, {(operation, "PageRepeated")})
        assert shop.simulator.ledger.count(operation) <= 8
        shop.simulator.heal()
        shop.clock.advance(5 * MINUTE)
        assert exit_code(shop.imports(3)[-1]) == 0


# -- one that spoils the others ------------------------------------------------------------------------


def test_one_bad_seller_sku_keeps_nobody_else_from_being_asked_about(tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        bad = "SIM-000041"

        def refuse(case: Case) -> Reply:
            named = dict(case.request.query).get("identifiers", "") + case.request.segments[-1]
            return invalid("Invalid 'identifiers'.").reply if bad in named else case.perform()

        shop.simulator.always(SEARCH, Fault("a bad one", refuse))
        shop.simulator.always("getListingsItem", Fault("a bad one", refuse))
        result = shop.import_()
        told = {row[0] for row in shop.query("SELECT seller_sku FROM report_rows")}
        silent = {
            sku
            for sku, one in shop.seller.listings.items()
            if one.report_status != "Active" and sku not in told
        }
        assert (silent, exit_code(result)) == ({bad}, 69)
        assert {one["code"] for one in shop.errors()} == {"InvalidInput"}
