"""One question to Amazon, over real HTTP: every way in which it goes wrong, and what comes of it."""

from __future__ import annotations

import dataclasses
import itertools
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from amzsync import __version__
from amzsync.amazon import transport
from amzsync.amazon.answers import CreatedReport, ListingsItem, ListingsPage
from amzsync.amazon.calls import Answer, Call, Failure, Kind, Outcome
from amzsync.amazon.credentials import Credentials
from amzsync.amazon.operations import (
    CREATE_REPORT,
    GET_LISTING,
    GET_PARTICIPATIONS,
    GET_REPORTS,
    SEARCH_LISTINGS,
)
from amzsync.amazon.pace import Pace
from amzsync.amazon.session import Session
from amzsync.clock import text_of
from amzsync.config import Account
from amzsync.core.rates import Bucket
from amzsync.errors import ConfigError
from tests.simulators import faults
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.faults import Fault
from tests.simulators.schemas import needs_schemas, problems_of_entries
from tests.simulators.seller import DE, US, Listing, Seller

SELLER = "A2EXAMPLE"
BUDGET = 240.0  # seconds that the calls here may take
LISTING = Call(
    GET_LISTING,
    {"sellerId": SELLER, "sku": "S-1"},
    {"marketplaceIds": US, "includedData": "summaries,offers,issues"},
    marketplace_id=US,
    seller_sku="S-1",
)
SEARCH = Call(SEARCH_LISTINGS, {"sellerId": SELLER}, {"marketplaceIds": US}, marketplace_id=US)
REPORT = Call(
    CREATE_REPORT,
    body={"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": [US]},
    marketplace_id=US,
)


class Half:
    """Chance without surprises."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def account_at(url: str, token_url: str | None = None) -> Account:
    return Account(
        name="main",
        region="na",
        client_id_env=None,
        client_secret_env=None,
        refresh_token_env=None,
        credentials_file=None,
        endpoint=url,
        token_url=token_url or f"{url}/auth/o2/token",
        secret_issued=None,
        authorized=None,
    )


class World:
    """A simulated Amazon, a clock, and a session with it."""

    def __init__(self, simulator: AmazonSimulator, clock: VirtualClock) -> None:
        self.amazon = simulator
        self.clock = clock
        self.pace = Pace({}, clock)
        self.session = self.new_session()

    def new_session(self, **changed: Any) -> Session:
        secrets = self.amazon.credentials
        account = account_at(self.amazon.url)
        return Session(
            dataclasses.replace(account, **changed),
            Credentials(secrets.client_id, secrets.client_secret, secrets.refresh_token),
            self.clock,
            self.pace,
            rng=Half(),
        )

    def ask(self, call: Call = LISTING, budget: float = BUDGET) -> Outcome:
        return self.session.perform(call, deadline=self.clock.now() + budget)

    def fails(self, call: Call = LISTING, budget: float = BUDGET) -> Failure:
        outcome = self.ask(call, budget)
        assert isinstance(outcome, Failure)
        return outcome

    def answers(self, call: Call = LISTING, budget: float = BUDGET) -> Answer[Any]:
        outcome = self.ask(call, budget)
        assert isinstance(outcome, Answer), outcome
        return outcome

    def asked(self, call: Call = LISTING) -> int:
        return self.amazon.ledger.count(call.operation.name)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A simulator that throttles nobody unless told so."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # never used for what is on this machine
    seller = Seller(SELLER)
    seller.add(Listing("S-1", "B0TEST0001"), Listing("S/2 é+%", "B0TEST0002"))
    clock = VirtualClock()
    with AmazonSimulator(seller, clock=clock, plans=False) as simulator:
        made = World(simulator, clock)
        with made.session:
            yield made


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


# -- what goes wrong once, and is asked again -----------------------------------------------


BODY = b'{"sku": "S-1"}'
ONCE = {
    # B1: too many calls
    "B1 throttled": faults.throttled(),
    "B1 throttled for a while": faults.throttled("30"),
    "B1 throttled until a moment": faults.throttled("Wed, 18 Nov 2026 11:07:20 GMT"),
    "B1 throttled with a page": faults.throttled(form="html"),
    "B1 throttled without a word": faults.throttled(form="empty"),
    # B2: Amazon's troubles
    **{f"B2 page with {n}": faults.html(n) for n in (500, 502, 503, 504)},
    **{f"B2 nothing with {n}": faults.empty(n) for n in (500, 502, 503, 504)},
    "B2 null with 500": faults.null(500),
    "B2 list with 502": faults.empty_list(502),
    "B2 object with 503": faults.without_keys(503),
    "B2 gateway": faults.gateway_timeout(),
    "B2 unavailable": faults.unavailable("5"),
    "B2 internal error": faults.internal_error(),
    # B3: answers that are none
    "B3 captive portal": faults.captive_portal(),
    "B3 object without keys": faults.without_keys(),
    "B3 list": faults.empty_list(),
    "B3 null": faults.null(),
    "B3 nothing": faults.empty(200),
    "B3 no content": faults.empty(204),
    "B3 part": faults.answer(206, BODY),
    "B3 multi-status": faults.answer(207, BODY),
    "B3 said to be a page": faults.answer(200, BODY, "text/html"),
    "B3 not UTF-8": faults.answer(200, b'{"sku": "\xe9"}'),
    # B7: the connection
    "B7 reset": faults.connection_reset(),
    "B7 answer lost": faults.answer_lost(),
    "B7 silence": faults.silence(0.01),
    "B7 cut": faults.cut_body(),
    "B7 cut at once": faults.cut_body(0),
    "B7 chunks cut": faults.chunked_cut(),
    "B7 cut JSON": faults.invalid_json(),
}


@pytest.mark.parametrize("fault", ONCE.values(), ids=ONCE)
def test_what_is_temporary_is_asked_again(world: World, fault: Fault) -> None:
    world.amazon.script("getListingsItem", fault)
    answer = world.answers()
    assert (answer.content.sku, world.asked()) == ("S-1", 2)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        pytest.param(faults.throttled(), 0.5, id="none named: the backoff"),
        pytest.param(faults.throttled("30"), 30.0, id="seconds"),
        pytest.param(faults.throttled("soon"), 0.5, id="nonsense"),
        pytest.param(faults.throttled("-5"), 0.5, id="negative"),
        pytest.param(faults.unavailable("20"), 20.0, id="with 503"),
    ],
)
def test_amazon_is_left_alone_for_as_long_as_it_asks(
    world: World, fault: Fault, seconds: float
) -> None:
    world.amazon.script("getListingsItem", fault)
    start = world.clock.now()
    world.answers()
    assert world.clock.now() - start == pytest.approx(seconds, abs=0.01)


def test_a_moment_to_come_back_is_counted_by_amazons_clock(world: World) -> None:
    world.clock.advance(1000.0)  # ours goes wrong; what the simulator says is scripted
    moment = "Thu, 01 Jan 2026 00:00:40 GMT"
    fault = faults.afterwards(
        "throttled until a moment",
        lambda reply: dataclasses.replace(reply, status=429).with_headers(
            Retry_After=moment, Date="Thu, 01 Jan 2026 00:00:00 GMT"
        ),
    )
    world.amazon.script("getListingsItem", fault)
    start = world.clock.now()
    world.answers()
    assert world.clock.now() - start == pytest.approx(40.0, abs=0.01)


def test_the_pauses_grow_and_have_an_end(world: World) -> None:
    world.amazon.always("getListingsItem", faults.html(503))
    start = world.clock.now()
    world.fails(budget=400.0)
    moments = [entry.at for entry in world.amazon.ledger.calls("getListingsItem")]
    pauses = [round(b - a, 3) for a, b in itertools.pairwise(moments)]
    assert pauses[:8] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert world.clock.now() < start + 400.0


def test_chance_decides_how_long_a_pause_is(world: World) -> None:
    class Longest(Half):
        def uniform(self, a: float, b: float) -> float:
            return b

    session = Session(
        account_at(world.amazon.url),
        Credentials(
            world.amazon.credentials.client_id,
            world.amazon.credentials.client_secret,
            world.amazon.credentials.refresh_token,
        ),
        world.clock,
        world.pace,
        rng=Longest(),
    )
    world.amazon.script("getListingsItem", faults.html(503), faults.html(503))
    start = world.clock.now()
    with session:
        assert isinstance(session.perform(LISTING, deadline=start + BUDGET), Answer)
    assert world.clock.now() - start == pytest.approx(3.0, abs=0.01)


def test_an_answer_that_drips_is_read_to_its_end(world: World) -> None:
    world.amazon.script("getListingsItem", faults.drip(50, 0.0))
    assert world.answers().content.sku == "S-1"
    assert world.asked() == 1


# -- what stays, and how the run is told -----------------------------------------------------


LASTING = {
    # B1, B2: the time is up
    "B1 throttled for longer than there is time": (
        faults.throttled("600"), Kind.THROTTLED, 429, "QuotaExceeded", 1,
    ),
    "B2 page": (faults.html(503), Kind.TEMPORARY, 503, "Http503", 13),
    "B2 error": (faults.internal_error(), Kind.TEMPORARY, 500, "InternalFailure", 13),
    # B3: three answers that are none are enough
    "B3 captive portal": (faults.captive_portal(), Kind.TEMPORARY, 200, "BadAnswer", 3),
    "B3 object without keys": (faults.without_keys(), Kind.TEMPORARY, 200, "BadAnswer", 3),
    "B3 list": (faults.empty_list(), Kind.TEMPORARY, 200, "BadAnswer", 3),
    "B3 no content": (faults.empty(204), Kind.TEMPORARY, 204, "BadAnswer", 3),
    "B3 redirect": (faults.redirect(), Kind.TEMPORARY, 302, "Redirected", 1),
    # B4: an access token that is not taken even when it is new
    "B4 expired": (faults.token_expired(), Kind.CREDENTIALS, 403, "Unauthorized", 2),
    # B5: a role is missing
    "B5 role": (faults.role_missing(), Kind.REFUSED, 403, "Unauthorized", 1),
    # B7
    "B7 reset": (faults.connection_reset(), Kind.TEMPORARY, None, "NoAnswer", 13),
    "B7 cut": (faults.cut_body(), Kind.TEMPORARY, None, "NoAnswer", 13),
    # B9
    "B9 other marketplace": (
        faults.wrong_marketplace(DE), Kind.REFUSED, 200, "WrongMarketplace", 1,
    ),
    # B10
    "B10 no SKU": (
        faults.wrong_type("sku", None), Kind.TEMPORARY, 200, "BadAnswer", 3,
    ),
    # refused for good
    **{
        f"refused with {status}": (
            faults.error(status, "InvalidInput", "No."), Kind.REFUSED, status, "InvalidInput", 1,
        )
        for status in (400, 401, 403, 404, 413, 415)
    },
    "refused with a page": (faults.html(400), Kind.REFUSED, 400, "Http400", 1),
    "gateway's 403": (
        faults.answer(403, b'{"message":"Forbidden"}'), Kind.REFUSED, 403, "Http403", 1,
    ),
    # a page with 404 is not Amazon saying that there is no such listing
    "page with 404": (faults.html(404), Kind.TEMPORARY, 404, "BadAnswer", 1),
    "page with 403": (faults.html(403), Kind.TEMPORARY, 403, "BadAnswer", 1),
    "nothing with 404": (faults.empty(404), Kind.TEMPORARY, 404, "BadAnswer", 1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "kind", "status", "code", "requests"), LASTING.values(), ids=LASTING
)
def test_what_lasts_is_told_for_what_it_is(
    world: World, fault: Fault, kind: Kind, status: int | None, code: str, requests: int
) -> None:
    world.amazon.always("getListingsItem", fault)
    start = world.clock.now()
    failure = world.fails()
    assert (failure.kind, failure.status, failure.code) == (kind, status, code)
    assert world.asked() == requests
    assert world.clock.now() < start + BUDGET
    assert failure.message
    assert failure.call is LISTING


def test_a_listing_that_amazon_does_not_know_is_refused_in_its_words(world: World) -> None:
    failure = world.fails(dataclasses.replace(LISTING, path={"sellerId": SELLER, "sku": "none"}))
    assert (failure.kind, failure.status, world.asked()) == (Kind.REFUSED, 404, 1)
    assert failure.code in {"NotFound", "NOT_FOUND"}
    assert failure.request_id


def test_throttling_without_end_ends_with_the_time(world: World) -> None:
    world.amazon.always("getListingsItem", faults.throttled("10"))
    start = world.clock.now()
    failure = world.fails(budget=95.0)
    assert failure.kind is Kind.THROTTLED
    assert world.asked() == 7  # 10 seconds apart, until the backoff is longer
    assert world.clock.now() < start + 95.0


def test_nothing_is_asked_when_the_time_is_up(world: World) -> None:
    for paid in (False, True):
        outcome = world.session.perform(LISTING, deadline=world.clock.now(), paid=paid)
        assert isinstance(outcome, Failure)
        assert (outcome.kind, outcome.code) == (Kind.THROTTLED, "OutOfTime")
    assert world.amazon.ledger.count() == 0


def test_a_clock_that_runs_ends_an_answer_that_never_does(world: World) -> None:
    class Running(VirtualClock):
        def now(self) -> float:
            self.advance(50.0)
            return super().now()

    clock = Running(world.clock.now())
    world.amazon.always("getListingsItem", faults.drip(30, 0.003))
    secrets = world.amazon.credentials
    credentials = Credentials(secrets.client_id, secrets.client_secret, secrets.refresh_token)
    with Session(account_at(world.amazon.url), credentials, clock, Pace({}, clock)) as session:
        outcome = session.perform(LISTING, deadline=clock.now() + 3000.0)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == (Kind.TEMPORARY, "TooSlow")


def test_a_server_that_says_nothing_is_given_up_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert httpx.Timeout(30.0, connect=10.0) == transport.TIMEOUT
    monkeypatch.setattr(transport, "TIMEOUT", httpx.Timeout(0.02))
    world.amazon.script("getListingsItem", faults.silence(0.05))
    with world.new_session() as session:
        outcome = session.perform(LISTING, deadline=world.clock.now() + 0.4)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.message) == (Kind.TEMPORARY, "There was no answer in time.")


def test_an_answer_that_has_no_end_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert transport.LARGEST == 64 * 1024 * 1024
    monkeypatch.setattr(transport, "LARGEST", 1000)
    world.amazon.always("getListingsItem", faults.answer(200, b" " * 2000 + BODY))
    failure = world.fails(budget=1.0)
    assert (failure.kind, failure.code) == (Kind.TEMPORARY, "TooLarge")


# -- what changes something is never asked twice ----------------------------------------------


NOT_TWICE = {
    "answer lost": (faults.answer_lost(), Kind.UNKNOWN, 1),
    "reset": (faults.connection_reset(), Kind.UNKNOWN, 1),
    "cut": (faults.cut_body(), Kind.UNKNOWN, 1),
    "page with 503": (faults.html(503), Kind.UNKNOWN, 1),
    "nothing with 500": (faults.empty(500), Kind.UNKNOWN, 1),
    "captive portal": (faults.captive_portal(), Kind.UNKNOWN, 1),
    "object without keys": (faults.without_keys(202), Kind.UNKNOWN, 1),
    "no content": (faults.empty(204), Kind.UNKNOWN, 1),
    "redirect": (faults.redirect(status=307), Kind.UNKNOWN, 1),
    "refused": (faults.error(400, "InvalidInput", "No."), Kind.REFUSED, 1),
    "throttled": (faults.throttled(), None, 2),
    "expired": (faults.token_expired(), None, 2),
}


@pytest.mark.parametrize(("fault", "kind", "requests"), NOT_TWICE.values(), ids=NOT_TWICE)
def test_a_report_is_not_asked_for_twice(
    world: World, fault: Fault, kind: Kind | None, requests: int
) -> None:
    world.amazon.script("createReport", fault)
    outcome = world.ask(REPORT)
    assert (outcome.kind if isinstance(outcome, Failure) else None) is kind
    assert world.asked(REPORT) == requests
    assert isinstance(outcome, Failure) or isinstance(outcome.content, CreatedReport)


def test_a_report_is_asked_for_again_where_nobody_heard(world: World) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with world.new_session(endpoint=endpoint) as session:
            outcome = session.perform(REPORT, deadline=world.clock.now() + 30.0)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == (Kind.TEMPORARY, "NoAnswer")
    assert outcome.message.startswith("There is no connection")


# -- Login with Amazon -------------------------------------------------------------------------


TOKEN_ONCE = {
    "B6 page with 502": faults.html(502),
    "B6 nothing with 500": faults.empty(500),
    "B6 captive portal": faults.captive_portal(),
    "B6 object without keys": faults.without_keys(),
    "B6 list": faults.empty_list(),
    "B6 reset": faults.connection_reset(),
    "B6 cut": faults.cut_body(),
    "B6 throttled": faults.throttled("3"),
    "B6 token that would break the header": faults.answer(200, b'{"access_token": "a\\r\\nb"}'),
    "B6 busy": faults.answer(400, b'{"error": "temporarily_unavailable"}'),
}


@pytest.mark.parametrize("fault", TOKEN_ONCE.values(), ids=TOKEN_ONCE)
@pytest.mark.parametrize("call", [LISTING, REPORT], ids=["read", "report"])
def test_a_token_that_does_not_come_is_asked_for_again(
    world: World, fault: Fault, call: Call
) -> None:
    world.amazon.script("token", fault)
    world.answers(call)
    assert (world.amazon.ledger.count("token"), world.asked(call)) == (2, 1)


@pytest.mark.parametrize("fault", [faults.html(503), faults.captive_portal(), faults.empty(404)])
def test_without_a_token_amazon_is_not_asked(world: World, fault: Fault) -> None:
    world.amazon.always("token", fault)
    failure = world.fails()
    assert (failure.kind, world.asked()) == (Kind.TEMPORARY, 0)
    assert failure.message.startswith("Login with Amazon: ")


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        pytest.param({"refresh_token": "Atzr|withdrawn"}, "invalid_grant", 400, id="authorisation"),
        pytest.param({"client_secret": "rotated-secret"}, "invalid_client", 401, id="secret"),
    ],
)
def test_credentials_that_are_refused_are_shown_once_and_no_more(
    world: World, changed: dict[str, str], code: str, status: int
) -> None:
    world.amazon.credentials = dataclasses.replace(world.amazon.credentials, **changed)
    with world.new_session() as session:
        deadline = world.clock.now() + BUDGET
        outcomes = [session.perform(LISTING, deadline=deadline) for _ in range(5)]
        outcomes.append(session.check_token() or pytest.fail("it was taken"))
    told = {(o.kind, o.code, o.status) for o in outcomes if isinstance(o, Failure)}
    assert told == {(Kind.CREDENTIALS, code, status)}
    assert world.amazon.ledger.operations() == {"token": 1}


def test_an_authorisation_that_is_withdrawn_meanwhile_is_told(world: World) -> None:
    world.answers()
    world.amazon.expire_tokens()
    world.amazon.script("token", faults.refresh_token_revoked())
    failure = world.fails()
    assert (failure.kind, failure.code) == (Kind.CREDENTIALS, "invalid_grant")
    assert world.asked() == 2


# -- where it is asked ---------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["DE", "nonsense", ""])
def test_the_librarys_variable_does_not_move_us_elsewhere(
    world: World, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", value)
    with world.new_session() as session:
        outcome = session.perform(SEARCH, deadline=world.clock.now() + BUDGET)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.content, ListingsPage)
    entry = world.amazon.ledger.last("searchListingsItems")
    assert entry is not None
    assert entry.param("marketplaceIds") == US


def test_the_librarys_variables_do_not_stop_its_import_and_stay_as_they_are() -> None:
    names = (
        "SP_API_DEFAULT_MARKETPLACE",
        "SP_API_AUTH_CACHE_SIZE",
        "SP_API_AUTH_CACHE_TTL",
        "AWS_ENV",
    )
    source = f"import os, amzsync.amazon.session; print(*(os.environ[n] for n in {names!r}))"
    done = subprocess.run(
        ["/usr/bin/env", *(f"{name}=odd" for name in names), *python("-c", source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (["odd"] * 4, "")


def test_the_command_line_does_not_load_the_client() -> None:
    source = (
        "import sys, amzsync.cli, amzsync.cli.app;"
        "print([m for m in ('sp_api', 'httpx', 'tenacity') if m in sys.modules])"
    )
    done = subprocess.run(python("-c", source), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def python(*arguments: str) -> list[str]:
    import sys

    return [sys.executable, *arguments]


@pytest.mark.parametrize(
    "address",
    [
        "http://amazon.example",
        "ftp://127.0.0.1/",
        "https://",
        "https://me@amazon.example",
        "https://[",
        "",
    ],
)
@pytest.mark.parametrize("key", ["endpoint", "token_url"])
def test_secrets_are_not_sent_in_the_open(world: World, key: str, address: str) -> None:
    with pytest.raises(ConfigError, match=rf"^accounts\.main\.{key} is not"):
        world.new_session(**{key: address})


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "127.8.9.1"])
def test_this_machine_may_be_asked_without_encryption(world: World, host: str) -> None:
    world.new_session(endpoint=f"http://{host}:1").close()


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[str]:
    """A server whose certificate nobody has signed but itself."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    try:
        subprocess.run(
            [*command, "-keyout", key, "-out", certificate], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl cannot make a certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_that_is_not_to_be_trusted_ends_it(world: World, impostor: str) -> None:
    with world.new_session(endpoint=impostor) as session:
        outcome = session.perform(LISTING, deadline=world.clock.now() + BUDGET)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == (Kind.TEMPORARY, "Certificate")


def test_an_endpoint_that_does_not_speak_tls_gets_nothing(world: World) -> None:
    endpoint = world.amazon.url.replace("http://127.0.0.1", "https://localhost")
    with world.new_session(endpoint=endpoint) as session:
        outcome = session.perform(REPORT, deadline=world.clock.now() + 3.0)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == (Kind.TEMPORARY, "NoAnswer")
    assert world.asked(REPORT) == 0


# -- B10: what is said in other words ---------------------------------------------------------------


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
    fault = faults.answer(200, BODY)
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
