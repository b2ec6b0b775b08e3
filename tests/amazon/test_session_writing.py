"""What changes something at Amazon: sent exactly as written, never twice, and believed only where Amazon says so."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from amzsync.amazon.calls import Answer, Call, Failure, Kind, Operation, Outcome
from amzsync.amazon.operations import (
    CANCEL_FEED,
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    DELETE_LISTING,
    GET_FEED,
    GET_PRODUCT_TYPE,
    PATCH_LISTING,
    PREVIEW_PATCH,
    PREVIEW_PUT,
    PUT_LISTING,
)
from amzsync.amazon.submission_answers import Nothing, Submission
from tests.amazon.door import BUDGET, SELLER, World
from tests.simulators.exchange import Reply, Request, Way, error_reply, json_reply, page_reply
from tests.simulators.seller import DE, US
from tests.simulators.serving import Server

SKU = "S/1 50%,é+?#&"
PATH = "/listings/2021-08-01/items/A2EXAMPLE/S%2F1%2050%25%2C%C3%A9%2B%3F%23%26"
WHERE = {"sellerId": SELLER, "sku": SKU}
QUERY = {"marketplaceIds": US, "issueLocale": "en_US", "includedData": "issues"}
STOCK = {
    "productType": "PRODUCT",
    "patches": [
        {
            "op": "merge",
            "path": "/attributes/fulfillment_availability",
            "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}],
        },
        {
            "op": "merge",
            "path": "/attributes/condition_note",
            "value": [{"value": "“Très” 日本", "marketplace_id": US}],
        },
    ],
}
OFFER = {
    "productType": "PRODUCT",
    "requirements": "LISTING_OFFER_ONLY",
    "attributes": {"purchasable_offer": [{"our_price": [{"schedule": [{"value_with_tax": 1.1}]}]}]},
}
YES = json_reply(200, {"sku": SKU, "status": "ACCEPTED", "submissionId": "f1", "issues": []})


def about(operation: Operation, body: dict[str, Any] | None = None) -> Call:
    return Call(operation, WHERE, QUERY, body, marketplace_id=US, seller_sku=SKU)


PATCH = about(PATCH_LISTING, STOCK)
PUT = about(PUT_LISTING, OFFER)
DELETE = about(DELETE_LISTING)
FEED = Call(
    CREATE_FEED,
    body={
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": [US],
        "inputFeedDocumentId": "d",
    },
    marketplace_id=US,
)
WRITES = [
    pytest.param(PATCH, id="patch"),
    pytest.param(PUT, id="put"),
    pytest.param(DELETE, id="delete"),
    pytest.param(FEED, id="feed"),
]


@dataclass
class Storefront:
    """An endpoint of Amazon's that answers what it is told to, the last of it for ever."""

    world: World
    replies: list[Reply] = field(default_factory=lambda: [YES])
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def ask(self, call: Call, *replies: Reply) -> Outcome:
        self.replies = list(replies) or self.replies
        with self.world.new_session(endpoint=self.url) as session:
            return session.perform(call, deadline=self.world.clock.now() + BUDGET)

    def fails(self, call: Call, *replies: Reply) -> Failure:
        outcome = self.ask(call, *replies)
        assert isinstance(outcome, Failure), outcome
        return outcome


@contextmanager
def open_storefront(world: World) -> Iterator[Storefront]:
    found = Storefront(world)
    server = Server(found.answer, world.clock.now)
    found.url = server.url
    server.start()
    try:
        yield found
    finally:
        server.close()
    assert server.bugs == []


@pytest.fixture
def amazon(world: World) -> Iterator[Storefront]:
    with open_storefront(world) as found:
        yield found


# -- what is sent


@pytest.mark.parametrize(
    ("call", "method", "path", "query", "body"),
    [
        pytest.param(PATCH, "PATCH", PATH, QUERY, STOCK, id="patch"),
        pytest.param(PUT, "PUT", PATH, QUERY, OFFER, id="put"),
        pytest.param(DELETE, "DELETE", PATH, QUERY, None, id="delete"),
        pytest.param(
            about(PREVIEW_PATCH, STOCK), "PATCH", PATH,
            {**QUERY, "mode": "VALIDATION_PREVIEW"}, STOCK, id="preview of a patch",
        ),
        pytest.param(
            about(PREVIEW_PUT, OFFER), "PUT", PATH,
            {**QUERY, "mode": "VALIDATION_PREVIEW"}, OFFER, id="preview of a put",
        ),
        pytest.param(
            dataclasses.replace(about(PREVIEW_PUT, OFFER), params={"mode": "x"}), "PUT", PATH,
            {"mode": "VALIDATION_PREVIEW"}, OFFER, id="preview, whatever the call says",
        ),
        pytest.param(FEED, "POST", "/feeds/2021-06-30/feeds", {}, FEED.body, id="feed"),
        pytest.param(
            Call(CREATE_FEED_DOCUMENT, body={"contentType": "application/json; charset=UTF-8"}),
            "POST", "/feeds/2021-06-30/documents", {},
            {"contentType": "application/json; charset=UTF-8"}, id="document",
        ),
        pytest.param(
            Call(CANCEL_FEED, {"feedId": "7"}), "DELETE", "/feeds/2021-06-30/feeds/7", {}, None,
            id="cancel",
        ),
        pytest.param(
            Call(GET_PRODUCT_TYPE, {"productType": "LAMP"}, {"marketplaceIds": US}),
            "GET", "/definitions/2020-09-01/productTypes/LAMP", {"marketplaceIds": US}, None,
            id="product type",
        ),
    ],
)  # fmt: skip
def test_what_is_sent_is_what_was_written(
    amazon: Storefront,
    call: Call,
    method: str,
    path: str,
    query: dict[str, str],
    body: object,
) -> None:
    amazon.ask(call, error_reply(400, "InvalidInput", "Not today."))
    (request,) = amazon.requests
    assert (request.method, request.path) == (method, path)
    assert (dict(request.query), len(request.query)) == (query, len(query))
    assert request.body() == body
    said = request.headers.get("content-type")
    assert said == (None if body is None else "application/json")
    assert request.headers["x-amz-access-token"]


def test_a_call_is_as_it_was_after_it_was_sent(amazon: Storefront) -> None:
    before = json.dumps([PATCH.path, PATCH.params, PATCH.body])
    amazon.ask(PATCH)
    assert json.dumps([PATCH.path, PATCH.params, PATCH.body]) == before


# -- what is believed


@pytest.mark.parametrize("status", ["ACCEPTED", "INVALID", "HOVERING"])
@pytest.mark.parametrize("call", [PATCH, PUT, DELETE], ids=["patch", "put", "delete"])
def test_a_submission_is_answered_by_its_status_whatever_http_says(
    amazon: Storefront, call: Call, status: str
) -> None:
    outcome = amazon.ask(call, json_reply(200, {**YES.json(), "status": status}))
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.content, Submission)
    assert (outcome.content.status, outcome.content.submission_id) == (status, "f1")


UNCERTAIN = [
    pytest.param(json_reply(200, {"sku": SKU, "status": "ACCEPTED"}), "BadAnswer", id="no id"),
    pytest.param(json_reply(200, {"sku": SKU, "submissionId": "f"}), "BadAnswer", id="no status"),
    pytest.param(json_reply(200, {}), "BadAnswer", id="empty object"),
    pytest.param(Reply(200), "BadAnswer", id="nothing"),
    pytest.param(Reply(204), "BadAnswer", id="204"),
    pytest.param(page_reply(200, "<title>Log in</title>"), "BadAnswer", id="portal"),
    pytest.param(json_reply(500, {}), "Http500", id="500"),
    pytest.param(page_reply(503, "<h1>Away</h1>"), "Http503", id="503"),
    pytest.param(json_reply(504, {"message": "timed out"}), "Http504", id="504"),
    pytest.param(Reply(307, headers={"Location": "/x"}), "Redirected", id="redirect"),
    pytest.param(dataclasses.replace(YES, way=Way.RESET), "NoAnswer", id="reset"),
    pytest.param(dataclasses.replace(YES, way=Way.CUT, size=20), "NoAnswer", id="cut"),
]


@pytest.mark.parametrize(("reply", "code"), UNCERTAIN)
@pytest.mark.parametrize("call", WRITES)
def test_an_answer_that_does_not_tell_leaves_it_unknown_and_is_not_asked_for_again(
    amazon: Storefront, call: Call, reply: Reply, code: str
) -> None:
    failure = amazon.fails(call, reply)
    assert (failure.kind, failure.code) == (Kind.UNKNOWN, code)
    assert len(amazon.requests) == 1


def test_what_was_taken_for_another_marketplace_is_unknown_too(amazon: Storefront) -> None:
    foreign = {**YES.json(), "identifiers": [{"marketplaceId": DE, "asin": "B0TEST0001"}]}
    failure = amazon.fails(PATCH, json_reply(200, foreign))
    assert (failure.kind, failure.code) == (Kind.UNKNOWN, "WrongMarketplace")


@pytest.mark.parametrize("status", [400, 403, 404, 413, 415, 422])
@pytest.mark.parametrize("call", WRITES)
def test_what_amazon_refuses_is_refused(amazon: Storefront, call: Call, status: int) -> None:
    failure = amazon.fails(call, error_reply(status, "NOT_FOUND", "There is no such listing."))
    assert (failure.kind, failure.status, failure.code) == (Kind.REFUSED, status, "NOT_FOUND")
    assert len(amazon.requests) == 1


@pytest.mark.parametrize("call", WRITES)
def test_what_was_turned_away_for_its_pace_is_sent_again(amazon: Storefront, call: Call) -> None:
    done = json_reply(202, {"feedId": "7"}) if call is FEED else YES
    outcome = amazon.ask(call, error_reply(429, "QuotaExceeded", "Too many."), done)
    assert isinstance(outcome, Answer)
    assert len(amazon.requests) == 2


@pytest.mark.parametrize("call", WRITES)
def test_where_there_is_no_connection_nothing_was_done(world: World, call: Call) -> None:
    with open_storefront(world) as gone:
        pass
    failure = gone.fails(call)
    assert (failure.kind, failure.code) == (Kind.TEMPORARY, "NoAnswer")


@pytest.mark.parametrize(
    "call",
    [
        about(PREVIEW_PATCH, STOCK),
        Call(CREATE_FEED_DOCUMENT, body={"contentType": "application/json"}),
        Call(GET_FEED, {"feedId": "7"}),
        Call(CANCEL_FEED, {"feedId": "7"}),
    ],
    ids=["preview", "document", "feed", "cancel"],
)
def test_what_does_no_harm_twice_is_asked_again(amazon: Storefront, call: Call) -> None:
    failure = amazon.fails(call, json_reply(503, {}), error_reply(400, "InvalidInput", "No."))
    assert (failure.kind, len(amazon.requests)) == (Kind.REFUSED, 2)


# -- the answer that is empty


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200),
        Reply(204),
        Reply(200, b" \n", {"Content-Type": "text/plain"}),
        json_reply(200, {}),
    ],
    ids=["200", "204", "blank", "object"],
)
def test_a_feed_is_cancelled_without_a_word(amazon: Storefront, reply: Reply) -> None:
    outcome = amazon.ask(Call(CANCEL_FEED, {"feedId": "7"}), reply)
    assert isinstance(outcome, Answer)
    assert (outcome.content, outcome.text) == (Nothing(), "{}")
    assert len(amazon.requests) == 1


def test_a_page_in_place_of_the_empty_answer_is_none(amazon: Storefront) -> None:
    failure = amazon.fails(Call(CANCEL_FEED, {"feedId": "7"}), page_reply(200, "<h1>Hi</h1>"))
    assert (failure.kind, failure.code) == (Kind.TEMPORARY, "BadAnswer")
