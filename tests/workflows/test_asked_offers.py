"""Competitors' offers, asked by hand: in packs, and no answer about one ASIN spoils that about another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon.calls import Call, Kind
from amzsync.core.settings import Competition, OfferSource, PriceRule, PriceSettings, Settings
from amzsync.store.offers import Question
from amzsync.workflows.asked_offers import PACK, items, packs, summaries, told
from tests.asking import US, Desk, failed, open_desk

ITEMS, SUMMARY = "getItemOffersBatch", "getCompetitiveSummary"
LOWEST, BUY_BOX = OfferSource.LOWEST, OfferSource.BUY_BOX


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


def asin(number: int) -> str:
    return f"B0TEST{number:04d}"


def pack(count: int = 2, start: int = 1, family: str = "New") -> list[Question]:
    return [Question(asin(number), family) for number in range(start, start + count)]


def settings(*rules: PriceRule) -> Settings:
    return Settings(price=PriceSettings(rules=rules))


def rule(source: OfferSource, *, active: bool = True) -> PriceRule:
    return PriceRule(source.value, active=active, competition=Competition(source))


def answer(*wrong: tuple[str, int, str], currency: str = "USD") -> Callable[[Call], Any]:
    """Return what answers a batch: an offer for each ASIN, but for those that are *wrong*."""
    faults = {name: (status, code) for name, status, code in wrong}

    def part(request: dict[str, Any]) -> dict[str, Any]:
        name = request["uri"].split("/")[-2]
        asked = {"Asin": name, "MarketplaceId": US, "ItemCondition": request["ItemCondition"]}
        if name in faults:
            status, code = faults[name]
            body: dict[str, Any] = {"errors": [{"code": code, "message": "It says no."}]}
            return {"status": {"statusCode": status}, "body": body, "request": asked}
        amount = {"CurrencyCode": currency, "Amount": 9.5}
        offer = {
            "SubCondition": "new", "ListingPrice": amount, "Shipping": amount, "IsFulfilledByAmazon": False,
            "ShippingTime": {},
        }  # fmt: skip
        payload = {"marketplaceId": US, "status": "Success", "Summary": {}, "Offers": [offer]}
        return {"status": {"statusCode": 200}, "body": {"payload": payload}, "request": asked}

    return lambda call: {"responses": [part(each) for each in (call.body or {})["requests"]]}


def lines(desk: Desk) -> list[tuple[str, ...]]:
    return [line.asked for line in desk.place.gathered.lines]


# -- questions -----------------------------------------------------------------------------------------


def test_nothing_to_ask_is_no_call(desk: Desk) -> None:
    assert packs([], settings(rule(LOWEST))) == ([], [])
    assert desk.drive(items(desk.place, iter([]))) == []


@pytest.mark.parametrize(
    ("rules", "shares"),
    [
        ((LOWEST,), (5, 0)),
        ((BUY_BOX,), (4, 1)),
        ((BUY_BOX, LOWEST), (5, 0)),
    ],
    ids=["the lowest", "the Buy Box", "both"],
)
def test_a_summary_is_asked_for_only_where_rules_look_at_the_buy_box_alone(
    rules: tuple[OfferSource, ...], shares: tuple[int, int]
) -> None:
    made = packs(pack(100), settings(*map(rule, rules)))
    assert (len(made.items), len(made.summaries)) == shares


def test_a_rule_that_is_off_does_not_count() -> None:
    made = packs(pack(100), settings(rule(BUY_BOX), rule(LOWEST, active=False)))
    assert len(made.summaries) == 1


def test_a_call_asks_twenty_questions() -> None:
    made = packs(pack(45), settings(rule(LOWEST)))
    assert [len(each) for each in made.items] == [20, 20, 5]


@given(st.lists(st.sampled_from(["New", "Used"]), max_size=200), st.sampled_from([LOWEST, BUY_BOX]))
def test_every_question_is_in_one_pack_and_no_pack_is_too_large(
    families: list[str], source: OfferSource
) -> None:
    asked = [Question(asin(number), family) for number, family in enumerate(families)]
    made = packs(asked, settings(rule(source)))
    assert sorted(one for part in made for each in part for one in each) == sorted(asked)
    assert all(1 <= len(each) <= PACK for part in made for each in part)
    assert all(one.family == "New" for each in made.summaries for one in each)


# -- calls ---------------------------------------------------------------------------------------------


def test_item_offers_are_asked_for_by_asin_and_family(desk: Desk) -> None:
    asked = [Question("B0TEST0001", "New"), Question("B0TEST0001", "Used")]
    desk.drive(items(desk.place, iter([asked])), (ITEMS, answer()))
    (call,) = desk.calls
    assert call.body is not None
    assert call.body["requests"] == [
        {
            "uri": "/products/pricing/v0/items/B0TEST0001/offers", "method": "GET", "MarketplaceId": US,
            "ItemCondition": family, "CustomerType": "Consumer",
        }
        for family in ("New", "Used")
    ]  # fmt: skip
    assert lines(desk) == [("B0TEST0001 New", "B0TEST0001 Used")]


def test_a_summary_is_asked_for_by_asin(desk: Desk) -> None:
    body = {"asin": asin(1), "marketplaceId": US, "featuredBuyingOptions": []}
    said = {"responses": [{"status": {"statusCode": 200}, "body": body}]}
    desk.drive(summaries(desk.place, iter([pack(1)])), (SUMMARY, said))
    assert lines(desk) == [("B0TEST0001 New",)]
    assert (desk.codes(), desk.notes) == ([], [])


def test_lanes_go_on_from_pack_to_pack(desk: Desk) -> None:
    steps = desk.drive(
        items(desk.place, iter([pack(20), pack(5, 21)])), (ITEMS, answer()), (ITEMS, answer())
    )
    assert (steps, [len(line) for line in lines(desk)]) == ([ITEMS, ITEMS], [20, 5])


# -- failures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.TEMPORARY, Kind.THROTTLED, Kind.CREDENTIALS])
def test_a_call_that_fails_ends_the_lane(desk: Desk, kind: Kind) -> None:
    lane = items(desk.place, iter([pack(), pack(start=3)]))
    assert desk.drive(lane, (ITEMS, failed(kind))) == [ITEMS]
    assert (lines(desk), desk.codes()) == ([], ["Ill"])


def test_an_asin_that_is_throttled_in_a_batch_is_told_of_and_the_others_are_taken(
    desk: Desk,
) -> None:
    said = answer((asin(1), 429, "QuotaExceeded"))
    desk.drive(items(desk.place, iter([pack(), pack(start=3)])), (ITEMS, said), (ITEMS, answer()))
    assert len(lines(desk)) == 2
    (failure,) = desk.place.gathered.failures
    assert (failure.kind, failure.status, failure.code) == (Kind.THROTTLED, 429, "QuotaExceeded")
    assert failure.message == "No offers were told for B0TEST0001: It says no."


def test_what_is_wrong_in_the_same_way_is_told_once(desk: Desk) -> None:
    said = answer(*((asin(number), 500, "InternalFailure") for number in range(1, 6)))
    desk.drive(items(desk.place, iter([pack(7)])), (ITEMS, said))
    (failure,) = desk.place.gathered.failures
    assert (failure.kind, failure.message) == (
        Kind.TEMPORARY,
        "No offers were told for B0TEST0001, B0TEST0002, B0TEST0003 and 2 more: It says no.",
    )


def test_a_batch_of_which_nothing_is_told_ends_the_lane(desk: Desk) -> None:
    said = answer((asin(1), 429, "QuotaExceeded"), (asin(2), 429, "QuotaExceeded"))
    assert desk.drive(items(desk.place, iter([pack(), pack(start=3)])), (ITEMS, said)) == [ITEMS]


@pytest.mark.parametrize("status", [400, 404])
def test_an_asin_that_amazon_does_not_know_is_no_failure_of_the_run(
    desk: Desk, status: int
) -> None:
    said = answer((asin(1), status, "InvalidInput"))
    desk.drive(items(desk.place, iter([pack(1), pack(1, 2)])), (ITEMS, said), (ITEMS, answer()))
    assert desk.codes() == []
    assert desk.notes == ["Amazon tells no offers for B0TEST0001: It says no."]


def test_offers_in_another_currency_are_told_of(desk: Desk) -> None:
    desk.drive(items(desk.place, iter([pack(2)])), (ITEMS, answer(currency="EUR")))
    assert desk.notes == ["2 offers in another currency than USD were left out."]


def test_a_batch_that_is_refused_is_asked_in_halves_until_it_is_known_which_it_is(
    desk: Desk,
) -> None:
    odd = (ITEMS, failed(Kind.REFUSED, 400, "InvalidInput"))
    good = (ITEMS, answer())
    lane = items(desk.place, iter([pack(4), pack(1, 9)]))
    desk.drive(lane, odd, odd, odd, good, good, good)
    asked = [
        [each["uri"].split("/")[-2][-1] for each in (call.body or {})["requests"]]
        for call in desk.calls
    ]
    assert asked == [["1", "2", "3", "4"], ["1", "2"], ["1"], ["2"], ["3", "4"], ["9"]]
    assert desk.codes() == ["InvalidInput"]
    assert [(line.asked, bool(line.text)) for line in desk.place.gathered.lines] == [
        (("B0TEST0001 New",), False),  # so that it waits its turn
        (("B0TEST0002 New",), True),
        (("B0TEST0003 New", "B0TEST0004 New"), True),
        (("B0TEST0009 New",), True),
    ]


def test_an_answer_that_passes_over_a_question_leaves_it_untold(desk: Desk) -> None:
    said: dict[str, Any] = {"responses": []}
    desk.drive(items(desk.place, iter([pack(1)])), (ITEMS, said))
    assert desk.codes() == ["NoAnswer"]
    (found,) = told(None, ["B0TEST0001 New"], desk.place.store.marketplace, "A2EXAMPLE")
    assert (found.asin, found.family, found.offers) == ("B0TEST0001", "New", None)
