"""One question to Amazon, over real HTTP: what is sent, what is read, and what is said about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from amzsync import __version__
from amzsync.amazon.answers import ListingsItem
from amzsync.amazon.calls import Answer, Call, Kind
from amzsync.amazon.operations import (
    CREATE_REPORT,
    GET_PARTICIPATIONS,
    GET_REPORTS,
)
from amzsync.amazon.pace import Pace
from amzsync.clock import text_of
from amzsync.core.rates import Bucket
from tests.amazon.door import BUDGET, LISTING, REPORT, SEARCH, SELLER, World
from tests.simulators import faults
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.faults import Fault
from tests.simulators.schemas import needs_schemas, problems_of_entries
from tests.simulators.seller import US, Listing, Seller

# -- what goes well ------------------------------------------------------------------------


def test_an_answer_is_checked_and_tells_when_it_was_given(world: World) -> None:
    answer = world.answers()
    assert isinstance(answer.content, ListingsItem)
    assert answer.content.sku == "S-1"
    assert answer.asked_at == text_of(world.clock.now())
    entry = world.amazon.ledger.last("getListingsItem")
    assert entry is not None
    assert answer.request_id == entry.answer_headers["x-amzn-RequestId"]
    assert answer.text.encode() == entry.answer


def test_a_question_is_sent_as_written_and_nothing_is_added(world: World) -> None:
    world.answers(REPORT)
    world.answers(SEARCH)
    created = world.amazon.ledger.calls("createReport")[0]
    assert created.body == REPORT.body
    assert created.query == ()
    searched = world.amazon.ledger.calls("searchListingsItems")[0]
    assert searched.query == (("marketplaceIds", US),)
    assert searched.body is None
    world.answers(Call(GET_PARTICIPATIONS))
    assert world.amazon.ledger.calls("getMarketplaceParticipations")[0].query == ()
    assert searched.headers["user-agent"] == f"amzsync/{__version__} (Language=Python)"
    assert searched.headers["host"] == world.amazon.url.removeprefix("http://")


@needs_schemas
def test_every_question_keeps_to_amazons_schemas(world: World) -> None:
    for call in (LISTING, SEARCH, REPORT, Call(GET_PARTICIPATIONS)):
        world.answers(call)
    assert list(problems_of_entries(world.amazon.ledger.calls())) == []


@pytest.mark.parametrize("sku", ["S/2 é+%", "a,b", "?#&=", "...", "%2e%2e", "日本", "\t"])
def test_any_sku_can_be_asked_for(world: World, sku: str) -> None:
    world.amazon.seller.add(Listing(sku, "B0TEST0009"))
    call = dataclasses.replace(LISTING, path={"sellerId": SELLER, "sku": sku})
    assert world.answers(call).content.sku == sku


@pytest.mark.parametrize("sku", [".", "..", "", "\ud800"])
def test_a_sku_that_no_address_can_hold_is_refused_without_asking(world: World, sku: str) -> None:
    call = dataclasses.replace(LISTING, path={"sellerId": SELLER, "sku": sku})
    failure = world.fails(call)
    assert (failure.kind, failure.code, world.asked()) == (Kind.REFUSED, "Unaskable", 0)


def test_one_access_token_does_for_all_threads(world: World) -> None:
    with ThreadPoolExecutor(8) as executor:
        outcomes = list(executor.map(lambda _: world.ask(), range(24)))
    assert all(isinstance(outcome, Answer) for outcome in outcomes)
    assert world.amazon.ledger.operations() == {"token": 1, "getListingsItem": 24}


def test_an_access_token_is_renewed_before_it_ends(world: World) -> None:
    world.answers()
    world.clock.advance(3600 - 59)
    world.answers()
    assert world.amazon.ledger.operations() == {"token": 2, "getListingsItem": 2}


def test_a_token_that_expires_under_eight_threads_is_renewed_once(world: World) -> None:
    world.answers()
    world.amazon.expire_tokens()
    with ThreadPoolExecutor(8) as executor:
        outcomes = list(executor.map(lambda _: world.ask(), range(8)))
    assert all(isinstance(outcome, Answer) for outcome in outcomes)
    assert world.amazon.ledger.count("token") == 2


def test_credentials_that_are_good_are_found_so_without_asking_for_anything(world: World) -> None:
    assert world.session.check_token() is None
    assert world.amazon.ledger.operations() == {"token": 1}


@pytest.mark.parametrize("seconds", [-400.0, 0.0, 90.0])
def test_amazons_clock_is_what_counts(world: World, seconds: float) -> None:
    assert world.session.skew() is None
    world.amazon.script("getListingsItem", faults.clock_skew(seconds))
    answer = world.answers()
    assert world.session.skew() == seconds
    assert answer.asked_at == text_of(world.clock.now() + seconds)


# -- B10: what is said in other words


def with_summary(**changed: Any) -> Callable[[Any], Any]:
    def change(content: Any) -> Any:
        return {**content, "summaries": [{**content["summaries"][0], **changed}]}

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(with_summary(status=["HOVERING"]), id="new word"),
        pytest.param(with_summary(sponsored={"by": []}), id="new field"),
        pytest.param(with_summary(asin=None), id="optional field missing"),
        pytest.param(with_summary(createdDate="2026-01-01T00:00:00"), id="date without zone"),
        pytest.param(
            lambda c: {
                **c,
                "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": "7"}],
            },
            id="number as text",
        ),
    ],
)
def test_b10_other_words_do_not_cost_the_answer(world: World, change: Callable[[Any], Any]) -> None:
    world.amazon.script("getListingsItem", faults.edited(change))
    assert world.answers().content.sku == "S-1"
    assert world.asked() == 1


# -- the pace -----------------------------------------------------------------------------------------


def test_every_attempt_costs_a_token(world: World) -> None:
    world.amazon.script("getListingsItem", faults.html(503), faults.html(503))
    world.session.perform(LISTING, deadline=world.clock.now() + BUDGET)
    spent = world.pace.buckets()["getListingsItem"]
    assert spent.burst - spent.tokens == pytest.approx(1.0)  # two of three came back in 1.5 s


def test_an_attempt_that_gets_no_access_token_costs_nothing(world: World) -> None:
    world.amazon.script("token", faults.html(503), faults.html(503), faults.html(503))
    world.answers(REPORT)
    assert world.pace.buckets()["createReport"].tokens == pytest.approx(14.0, abs=0.1)


def test_the_first_attempt_may_have_been_paid_for(world: World) -> None:
    world.session.perform(LISTING, deadline=world.clock.now() + BUDGET, paid=True)
    assert "getListingsItem" not in world.pace.buckets()


def test_throttling_slows_down_all_who_share_the_bucket(world: World) -> None:
    world.amazon.script("createReport", faults.throttled("100"))
    assert world.fails(REPORT, budget=60.0).kind is Kind.THROTTLED
    assert world.pace.wait(CREATE_REPORT) == pytest.approx(100.0, abs=0.01)


def test_the_rate_header_corrects_the_usage_plan(world: World) -> None:
    fault = faults.afterwards(
        "slower", lambda reply: reply.with_headers(x_amzn_RateLimit_Limit="0.5")
    )
    world.amazon.script("getListingsItem", fault)
    world.answers()
    assert world.pace.buckets()["getListingsItem"].rate == 0.5


@pytest.mark.parametrize("header", ["", "abc", "nan", "-1", "1e9", "٣"])
def test_a_rate_header_that_is_nonsense_is_passed_over(world: World, header: str) -> None:
    fault = faults.answer(200, b'{"sku": "S-1"}')
    slower = Fault(
        "odd rate",
        lambda case: fault.answer(case).with_headers(
            x_amzn_RateLimit_Limit=header.encode().decode("latin-1")
        ),
    )
    world.amazon.script("getListingsItem", slower)
    world.answers()
    assert world.pace.buckets()["getListingsItem"].rate == 5.0


def test_amazon_never_has_to_throttle_us() -> None:
    clock = VirtualClock()
    seller = Seller(SELLER)
    seller.add(Listing("S-1", "B0TEST0001"))
    with AmazonSimulator(seller, clock=clock) as simulator:
        world = World(simulator, clock)
        with world.session:
            for _ in range(30):
                world.answers()
            for _ in range(12):
                world.answers(
                    Call(GET_REPORTS, params={"reportTypes": "GET_MERCHANT_LISTINGS_ALL_DATA"}),
                    budget=1e6,
                )
        assert {entry.status for entry in simulator.ledger.calls()} == {200}


def test_a_bucket_that_was_empty_makes_a_run_wait(world: World) -> None:
    world.pace = Pace({"getListingsItem": Bucket(5.0, 10, -4.0, world.clock.now())}, world.clock)
    start = world.clock.now()
    with world.new_session() as session:
        session.perform(LISTING, deadline=start + BUDGET)
    assert world.clock.now() - start == pytest.approx(1.2, abs=0.01)


# -- what is said about it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        pytest.param(
            faults.error(400, "InvalidInput", "Not like\nthis.", details="SKU"),
            "Not like this. (SKU)",
            id="Amazon's words",
        ),
        pytest.param(
            faults.html(
                400, "<html><head><title>Bad &amp; sad</title></head><body>x</body></html>"
            ),
            "Bad & sad",
            id="title",
        ),
        pytest.param(
            faults.html(400, "<style>a{}</style><h1>Bad\x1b[2J Request</h1><!-- x -->"),
            "Bad [2J Request",
            id="first words",
        ),
        pytest.param(faults.empty(400), "HTTP status 400 without a word.", id="nothing"),
        pytest.param(faults.error(400, "X", "w" * 5000), "w" * 299 + "…", id="long"),
        pytest.param(
            faults.error(400, "X", "Atza|canary-x and https://s3.example/a?X-Amz-Signature=canary"),
            "[hidden] and https://s3.example/a?[hidden]",
            id="secrets",
        ),
        pytest.param(
            faults.error(400, "X", "canary-client-secret jane@buyers.example"),
            "[hidden] [hidden]",
            id="ours and a buyer's",
        ),
    ],
)
def test_a_failure_is_told_in_one_line_without_secrets(
    world: World, fault: Fault, message: str
) -> None:
    world.amazon.script("getListingsItem", fault)
    assert world.fails().message == message


def test_what_is_cut_is_not_quoted(world: World) -> None:
    world.amazon.always("getListingsItem", faults.answer(200, b'{"sku": "canary'))
    assert "canary" not in world.fails().message


def test_amazons_words_in_an_answer_that_is_none_are_told(world: World) -> None:
    body = b'{"errors": [{"code": "Odd", "message": "Ask somebody else."}]}'
    world.amazon.always("getListingsItem", faults.answer(200, body))
    assert world.fails().message.endswith("It says: Ask somebody else.")


def test_the_request_id_of_a_failure_is_kept(world: World) -> None:
    world.amazon.script("getListingsItem", faults.error(400, "X", "No.", request_id="abc-1"))
    assert world.fails().request_id == "abc-1"
