"""Offers for ASINs are told as at Amazon's: in batches, each part with a status of its own."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.simulators.conftest import ITEMS, SUMMARIES, Caller, item, summary
from tests.simulators.schemas import (
    needs_schemas,
    problems_of_answer,
    problems_of_entries,
)
from tests.simulators.seller import DE, OfferFault, Rival

ASIN = "B0TEST0001"


def asked(caller: Caller, path: str, *requests: Any) -> httpx.Response:
    return caller.http.post(path, json={"requests": list(requests)})


def offers(caller: Caller, *requests: Any) -> list[list[tuple[str, float, bool]]]:
    """Return who offers at which price, and whether in the Buy Box, for each of *requests*."""
    return [
        [
            (one["SellerId"], one["ListingPrice"].get("Amount"), one["IsBuyBoxWinner"])
            for one in each["body"]["payload"]["Offers"]
        ]
        for each in asked(caller, ITEMS, *requests).json()["responses"]
    ]


def statuses(answer: httpx.Response) -> list[int]:
    return [each["status"]["statusCode"] for each in answer.json()["responses"]]


def test_offers_are_told_by_family_the_lowest_first_with_our_own(caller: Caller) -> None:
    caller.seller.compete(
        ASIN,
        Rival("A1", "25.00"),
        Rival("A2", "15.00", "3.00"),
        Rival("A3", "9.00", family="Used", grade="Good"),
    )
    assert offers(caller, item(), item(family="Used"), item(family="Refurbished")) == [
        [("A2", 15.0, True), ("A2EXAMPLE", 19.9, False), ("A1", 25.0, False)],
        [("A3", 9.0, True)],
        [],
    ]


def test_a_rival_may_be_said_to_have_the_buy_box_or_nobody_has_it(caller: Caller) -> None:
    caller.seller.compete(ASIN, Rival("A1", "25.00", featured=True), Rival("A2", "15.00"))
    caller.seller.compete("B0OTHER001", Rival("A1", "25.00", featured=False))
    assert [[one[2] for one in each] for each in offers(caller, item(), item("B0OTHER001"))] == [
        [False, False, True],
        [False],
    ]


def test_what_others_offer_follows_from_the_asin_unless_it_is_said(caller: Caller) -> None:
    first, again = offers(caller, item()), offers(caller, item())
    assert first == again
    assert len(first[0]) == 3


def test_each_part_of_a_batch_has_a_status_of_its_own(caller: Caller) -> None:
    caller.seller.offer_faults["B0TEST0002"] = OfferFault(429, "QuotaExceeded")
    parts = [item(), item("B0TEST0002"), item("nonsense"), item("B0UNKNOWN1"), item(place=DE)]
    answer = asked(caller, ITEMS, *parts)
    assert (answer.status_code, statuses(answer)) == (200, [200, 429, 400, 400, 403])
    found = asked(caller, SUMMARIES, *map(summary, (ASIN, "B0TEST0002", "nonsense")))
    assert (found.status_code, statuses(found)) == (200, [200, 429, 400])


@pytest.mark.parametrize("path", [ITEMS, SUMMARIES])
@pytest.mark.parametrize("count", [0, 21])
def test_a_batch_has_one_to_twenty_requests(caller: Caller, path: str, count: int) -> None:
    one = item() if path == ITEMS else summary()
    assert asked(caller, path, *[one] * count).status_code == 400


def test_a_summary_tells_who_is_featured_and_the_lowest(caller: Caller) -> None:
    caller.seller.compete(ASIN, Rival("A1", "25.00"), Rival("A2", "15.00", "3.00"))
    (told,) = asked(caller, SUMMARIES, summary()).json()["responses"]
    (featured,) = told["body"]["featuredBuyingOptions"]
    (lowest,) = told["body"]["lowestPricedOffers"]
    assert [one["sellerId"] for one in featured["segmentedFeaturedOffers"]] == ["A2"]
    assert [one["sellerId"] for one in lowest["offers"]] == ["A2", "A2EXAMPLE", "A1"]


@needs_schemas
def test_calls_and_answers_keep_to_the_schemas(caller: Caller) -> None:
    caller.simulator.ledger.keep_answers = True
    caller.seller.compete(ASIN, Rival("A1", None), Rival("A2", "9.00", rating=None, currency="EUR"))
    caller.seller.compete("B0TEST0003", Rival("A1", featured=False))
    caller.seller.offer_faults["B0TEST0002"] = OfferFault(429, "QuotaExceeded")
    for family in ("New", "Used", "Collectible", "Refurbished"):
        asked(caller, ITEMS, *(item(f"B0TEST000{n}", family) for n in range(4)), item("nonsense"))
    asked(caller, SUMMARIES, *(summary(f"B0TEST000{n}") for n in range(4)), summary("nonsense"))
    assert problems_of_entries(caller.simulator.ledger.calls()) == []


@needs_schemas
def test_the_check_finds_what_is_wrong_in_a_schema_of_several(caller: Caller) -> None:
    whole = asked(caller, ITEMS, item()).json()
    del whole["responses"][0]["request"]
    whole["responses"][0]["extra"] = 1
    assert problems_of_answer("getItemOffersBatch", 200, whole) == [
        "getItemOffersBatch 200: .responses[0].request is missing",
        "getItemOffersBatch 200: .responses[0].extra is not in the schema",
    ]
