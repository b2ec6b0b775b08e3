"""Single listings, asked for by hand: what has changed, what does not sell, and stock in the warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.calls import Call, Kind
from amzsync.clock import seconds_of, text_of
from amzsync.workflows.asked_listings import (
    INCLUDED,
    batches,
    changed,
    reread,
    reread_singly,
    stock,
)
from amzsync.workflows.gathered import CHANGES, OVERLAP, STOCK
from tests.asking import US, Desk, failed, open_desk

SINCE = "2026-11-22T05:00:00Z"
SEARCH, ONE, INVENTORY = "searchListingsItems", "getListingsItem", "getInventorySummaries"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


def item(sku: str, updated: str = SINCE, marketplace_id: str = US) -> dict[str, Any]:
    """Return a listing as Amazon tells of it."""
    summary = {
        "marketplaceId": marketplace_id,
        "productType": "FLASK",
        "status": ["BUYABLE"],
        "createdDate": SINCE,
        "lastUpdatedDate": updated,
    }
    return {"sku": sku, "summaries": [summary]}


def page(*items: dict[str, Any], token: str | None = None, total: int | None = None) -> Any:
    found: dict[str, Any] = {
        "numberOfResults": len(items) if total is None else total,
        "items": list(items),
    }
    return found if token is None else {**found, "pagination": {"nextToken": token}}


class Shelf:
    """Listings that Amazon pages through by the time of their last update: 20 a page, and 1,000 at most."""

    def __init__(self, updates: dict[str, float]) -> None:
        self.updates = sorted((at, sku) for sku, at in updates.items())

    def __call__(self, call: Call) -> Any:
        since = seconds_of(call.params["lastUpdatedAfter"])
        found = [(at, sku) for at, sku in self.updates if at >= since]
        start = int(call.params.get("pageToken", "0"))
        shown = found[start : min(start + 20, 1000)]
        more = start + 20 < min(len(found), 1000)
        token = str(start + 20) if more else None
        return page(*(item(sku, text_of(at)) for at, sku in shown), token=token, total=len(found))


def shelf(count: int, *, apart: float = 1.0) -> Shelf:
    first = seconds_of(SINCE)
    return Shelf({f"S{n:05d}": first + n * apart for n in range(count)})


def run_changed(desk: Desk, told: Shelf, since: str = SINCE) -> set[str]:
    """Ask for all changes; return the seller SKUs that were told of."""
    lane, outcome = changed(desk.place, since), None
    while True:
        try:
            call = lane.send(outcome)
        except StopIteration:
            break
        assert isinstance(call, Call)
        outcome = desk._said(call, told)
    lines = desk.place.gathered.lines
    return {each["sku"] for line in lines for each in json.loads(line.text)["items"]}


# -- changes -------------------------------------------------------------------------------------------


def test_that_nothing_has_changed_costs_one_call(desk: Desk) -> None:
    assert desk.drive(changed(desk.place, SINCE), (SEARCH, page())) == [SEARCH]
    assert desk.calls[0].params == {
        "marketplaceIds": US, "includedData": INCLUDED, "lastUpdatedAfter": SINCE,
        "sortBy": "lastUpdatedDate", "sortOrder": "ASC", "pageSize": "20",
    }  # fmt: skip
    assert desk.place.gathered.marks == {CHANGES: desk.ago(OVERLAP)}


def test_until_when_the_changes_are_known_is_told_by_the_first_answer(desk: Desk) -> None:
    began = desk.ago(OVERLAP)
    lane = changed(desk.place, SINCE)
    told = page(item("S1"), token="T2")

    def later(_: Call) -> Any:
        desk.clock.advance(100.0)
        return page(item("S2"))

    desk.drive(lane, (SEARCH, told), (SEARCH, later))
    assert desk.calls[1].params["pageToken"] == "T2"
    assert desk.place.gathered.marks == {CHANGES: began}


@pytest.mark.parametrize("count", [0, 1, 20, 21, 999, 1000, 1001, 1999, 2000, 2500, 3333])
def test_every_change_is_told_however_many_there_are(desk: Desk, count: int) -> None:
    found = run_changed(desk, shelf(count))
    assert (len(found), desk.codes()) == (count, [])
    assert desk.place.gathered.marks == {CHANGES: desk.ago(OVERLAP)}


def test_a_search_that_reaches_its_end_begins_anew_at_the_last_change(desk: Desk) -> None:
    assert len(run_changed(desk, shelf(1500))) == 1500
    starts = [call.params["lastUpdatedAfter"] for call in desk.calls]
    assert sorted(set(starts)) == [SINCE, text_of(seconds_of(SINCE) + 999)]
    assert len(starts) == 50 + 26


def test_more_changes_in_one_second_than_can_be_told_are_said_not_to_be_known(desk: Desk) -> None:
    run_changed(desk, shelf(1200, apart=0.0))
    assert desk.codes() == ["PageRepeated"]
    assert "more than 1000 listings changed" in desk.messages()[0]
    assert len(desk.calls) == 50
    assert desk.place.gathered.marks == {CHANGES: SINCE}


def test_a_search_that_breaks_off_is_known_as_far_as_it_went(desk: Desk) -> None:
    last = "2026-11-22T05:30:00Z"
    told = page(*(item(f"S{n}", last) for n in range(20)), token="T2")
    desk.drive(changed(desk.place, SINCE), (SEARCH, told), (SEARCH, failed()))
    assert len(desk.place.gathered.lines) == 1
    assert desk.place.gathered.marks == {CHANGES: last}
    assert desk.codes() == ["Ill"]


def test_a_search_of_which_the_last_pages_do_not_come_is_known_as_far_as_it_went(
    desk: Desk,
) -> None:
    last = "2026-11-22T05:30:00Z"
    told = page(*(item(f"S{n}", last) for n in range(20)), total=60)
    desk.drive(changed(desk.place, SINCE), (SEARCH, told))
    assert desk.codes() == ["PageRepeated"]
    assert "only 20 of 60" in desk.messages()[0]
    assert desk.place.gathered.marks == {CHANGES: last}


@pytest.mark.parametrize("rest", [0, 20])
def test_what_a_page_lacks_may_be_older_than_what_is_on_it(desk: Desk, rest: int) -> None:
    """So nothing of such a search is known for certain, whether it comes to its end or breaks off."""
    last = "2026-11-22T05:30:00Z"
    items = [item(f"S{n}", last) for n in range(15)]
    if rest:
        told = page(*items, total=35, token="T2")
        desk.drive(changed(desk.place, SINCE), (SEARCH, told), (SEARCH, failed()))
    else:
        desk.drive(changed(desk.place, SINCE), (SEARCH, page(*items, total=20)))
        assert "only 15 of 20" in desk.messages()[0]
    assert desk.place.gathered.marks == {}
    assert len(desk.place.gathered.lines) == 1


def test_without_an_answer_no_more_is_known_than_before(desk: Desk) -> None:
    desk.drive(changed(desk.place, SINCE), (SEARCH, failed()))
    assert (desk.place.gathered.marks, desk.place.gathered.lines) == ({}, [])


def test_a_page_that_comes_again_and_again_ends_the_search(desk: Desk) -> None:
    told = (SEARCH, page(item("S1"), token="T2"))
    desk.drive(changed(desk.place, SINCE), told, told, told)
    assert desk.codes() == ["PageRepeated"]
    assert desk.place.gathered.marks == {}


def test_pages_that_take_turns_end_the_search_too(desk: Desk) -> None:
    one, two = (SEARCH, page(item("S1"), token="A")), (SEARCH, page(item("S2"), token="B"))
    desk.drive(changed(desk.place, SINCE), one, two, one, two)
    assert desk.codes() == ["PageRepeated"]


def test_an_empty_page_that_is_not_the_last_ends_the_search(desk: Desk) -> None:
    desk.drive(changed(desk.place, SINCE), (SEARCH, page(token="T2", total=40)))
    assert (desk.codes(), desk.place.gathered.marks) == (["PageRepeated"], {})


# -- listings that do not sell -------------------------------------------------------------------------


def test_seller_skus_are_asked_for_by_the_score() -> None:
    skus = [f"S{n}" for n in range(45)]
    packs, odd = batches(skus)
    assert ([len(pack) for pack in packs], [sku for pack in packs for sku in pack], odd) == (
        [20, 20, 5],
        skus,
        [],
    )


def test_only_what_cannot_be_searched_for_is_asked_for_singly() -> None:
    skus = ["a,b", "plain", ".", "..", "with space", "100%", "a/b", "?", ",", "ünï"]
    packs, odd = batches(skus)
    assert packs == [["plain", ".", "..", "with space", "100%", "a/b", "?", "ünï"]]
    assert odd == ["a,b", ","]


def test_nothing_to_ask_makes_no_batch() -> None:
    assert batches([]) == ([], [])


def test_a_batch_is_one_call_and_what_was_asked_is_kept_with_the_answer(desk: Desk) -> None:
    lane = reread(desk.place, iter([["S1", "S2"], ["."]]))
    desk.drive(lane, (SEARCH, page(item("S1"))), (SEARCH, page(item("."))))
    assert [call.params["identifiers"] for call in desk.calls] == ["S1,S2", "."]
    assert [call.params["identifiersType"] for call in desk.calls] == ["SKU", "SKU"]
    assert [line.asked for line in desk.place.gathered.lines] == [("S1", "S2"), (".",)]


def test_lanes_share_the_batches(desk: Desk) -> None:
    shared = iter([["S1"], ["S2"], ["S3"]])
    one, two = reread(desk.place, shared), reread(desk.place, shared)
    first, second = next(one), next(two)
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.params["identifiers"], second.params["identifiers"]) == ("S1", "S2")
    one.close()
    two.close()


def test_a_batch_that_fails_ends_its_lane_and_what_was_told_before_is_kept(desk: Desk) -> None:
    lane = reread(desk.place, iter([["S1"], ["S2"], ["S3"]]))
    assert desk.drive(lane, (SEARCH, page(item("S1"))), (SEARCH, failed())) == [SEARCH, SEARCH]
    assert [line.asked for line in desk.place.gathered.lines] == [("S1",)]


@pytest.mark.parametrize("status", [400, 404])
def test_a_batch_that_is_refused_for_what_is_in_it_does_not_stop_the_others(
    desk: Desk, status: int
) -> None:
    refused = (SEARCH, failed(Kind.REFUSED, status, "InvalidInput"))
    desk.drive(reread(desk.place, iter([["S1"], ["S2"]])), refused, (SEARCH, page(item("S2"))))
    assert [line.asked for line in desk.place.gathered.lines] == [("S2",)]
    assert desk.codes() == ["InvalidInput"]


def test_a_batch_that_is_refused_for_who_asks_ends_its_lane(desk: Desk) -> None:
    refused = (SEARCH, failed(Kind.REFUSED, 403, "Unauthorized"))
    assert desk.drive(reread(desk.place, iter([["S1"], ["S2"]])), refused) == [SEARCH]


def test_a_seller_sku_with_a_comma_is_asked_for_by_its_path(desk: Desk) -> None:
    desk.drive(reread_singly(desk.place, ["a,b"]), (ONE, item("a,b")))
    (call,) = desk.calls
    assert (dict(call.path), call.seller_sku) == ({"sellerId": "A2EXAMPLE", "sku": "a,b"}, "a,b")
    assert desk.place.gathered.lines[0].asked == ("a,b",)


def test_that_amazon_has_no_such_listing_is_an_answer(desk: Desk) -> None:
    gone = (ONE, failed(Kind.REFUSED, 404, "NOT_FOUND"))
    desk.drive(reread_singly(desk.place, ["a,b", "c,d"]), gone, (ONE, item("c,d")))
    lines = desk.place.gathered.lines
    assert [(line.asked, line.text == "") for line in lines] == [
        (("a,b",), True),
        (("c,d",), False),
    ]
    assert desk.codes() == []


def test_one_listing_that_is_refused_does_not_stop_the_others(desk: Desk) -> None:
    refused = (ONE, failed(Kind.REFUSED, 400, "InvalidInput"))
    desk.drive(reread_singly(desk.place, ["a,b", "c,d"]), refused, (ONE, item("c,d")))
    assert [line.asked for line in desk.place.gathered.lines] == [("c,d",)]
    row = desk.db.execute("SELECT code, seller_sku FROM communication_errors").fetchall()
    assert row == [("InvalidInput", "a,b")]


@pytest.mark.parametrize("kind", [Kind.TEMPORARY, Kind.THROTTLED, Kind.CREDENTIALS])
def test_what_concerns_all_listings_ends_the_lane(desk: Desk, kind: Kind) -> None:
    steps = desk.drive(reread_singly(desk.place, ["a,b", "c,d"]), (ONE, failed(kind)))
    assert (steps, desk.place.gathered.lines) == ([ONE], [])


# -- stock ---------------------------------------------------------------------------------------------


def stock_page(*quantities: tuple[str, int], token: str | None = None) -> Any:
    summaries = [
        {"sellerSku": sku, "inventoryDetails": {"fulfillableQuantity": quantity}}
        for sku, quantity in quantities
    ]
    granularity = {"granularityType": "Marketplace", "granularityId": US}
    found: dict[str, Any] = {
        "payload": {"granularity": granularity, "inventorySummaries": summaries}
    }
    return found if token is None else {**found, "pagination": {"nextToken": token}}


def test_stock_is_asked_for_page_by_page_with_the_same_question(desk: Desk) -> None:
    lane = stock(desk.place, SINCE)
    first = stock_page(("F1", 3), token="T2")
    desk.drive(lane, (INVENTORY, first), (INVENTORY, stock_page(("F2", 0))))
    one, two = desk.calls
    assert {**one.params, "nextToken": "T2"} == dict(two.params)
    assert one.params["startDateTime"] == SINCE
    assert len(desk.place.gathered.lines) == 2
    assert desk.place.gathered.marks == {STOCK: desk.ago(OVERLAP)}


def test_the_same_page_of_stock_for_ever_ends_the_search(desk: Desk) -> None:
    told = stock_page(("F1", 3), token="T2")
    desk.drive(stock(desk.place, SINCE), (INVENTORY, told), (INVENTORY, told))
    assert (desk.codes(), desk.place.gathered.marks) == (["PageRepeated"], {})


def test_stock_that_breaks_off_is_asked_for_from_the_same_moment_again(desk: Desk) -> None:
    told = stock_page(("F1", 3), token="T2")
    desk.drive(stock(desk.place, SINCE), (INVENTORY, told), (INVENTORY, failed()))
    assert (len(desk.place.gathered.lines), desk.place.gathered.marks) == (1, {})


def test_pages_of_stock_that_take_turns_end_the_search(desk: Desk) -> None:
    one, two = stock_page(("F1", 3), token="A"), stock_page(("F2", 3), token="B")
    told = [(INVENTORY, page) for page in (one, two, one)]
    desk.drive(stock(desk.place, SINCE), *told)
    assert (desk.codes(), desk.place.gathered.marks) == (["PageRepeated"], {})


def test_pages_of_stock_without_anything_on_them_end_the_search(desk: Desk) -> None:
    told = [(INVENTORY, stock_page(token=f"T{n}")) for n in range(4)]
    desk.drive(stock(desk.place, SINCE), *told)
    assert (desk.codes(), desk.place.gathered.marks) == (["PageRepeated"], {})


def test_a_page_of_stock_may_be_empty_though_others_follow(desk: Desk) -> None:
    empty, full = stock_page(token="A"), stock_page(("F1", 3), token="D")
    told = [empty, stock_page(token="B"), stock_page(token="C"), full, stock_page()]
    desk.drive(stock(desk.place, SINCE), *((INVENTORY, page) for page in told))
    assert (desk.codes(), desk.place.gathered.marks) == ([], {STOCK: desk.ago(OVERLAP)})
    assert len(desk.place.gathered.lines) == 1
