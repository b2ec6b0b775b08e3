"""Every way in which a question to Amazon goes wrong, over real HTTP, and what comes of it."""

from __future__ import annotations

import dataclasses
import itertools
import socket

import httpx
import pytest

from amzsync.amazon import transport
from amzsync.amazon.answers import CreatedReport
from amzsync.amazon.calls import Answer, Call, Failure, Kind
from amzsync.amazon.credentials import Credentials
from amzsync.amazon.pace import Pace
from amzsync.amazon.session import Session
from tests.amazon.door import BUDGET, LISTING, REPORT, SELLER, Half, World, account_at
from tests.simulators import faults
from tests.simulators.clocks import VirtualClock
from tests.simulators.faults import Fault
from tests.simulators.seller import DE

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
