"""Feeds are uploaded, run one after another, and tell what became of their messages."""

from __future__ import annotations

import contextlib
import gzip
from typing import Any

import httpx
import pytest

from tests.simulators import document_faults, faults, feed_faults
from tests.simulators.conftest import FEEDS, Caller, feed_content, message, offer, price, stock
from tests.simulators.feed_messages import MOST_BYTES, MOST_MESSAGES
from tests.simulators.schemas import (
    needs_schemas,
    problems_of_entries,
    problems_of_feed,
    problems_of_result,
)
from tests.simulators.seller import US

KIND = "JSON_LISTINGS_FEED"


def done(caller: Caller, feed_id: str) -> dict[str, Any]:
    caller.wait(600)
    return caller.feed(feed_id)


# -- uploads -----------------------------------------------------------------------------


def test_a_document_is_uploaded_by_a_signed_url_that_lives_five_minutes(caller: Caller) -> None:
    document = caller.feed_document()
    assert "canary-signature" in document["url"]
    caller.clock.advance(299)
    assert caller.upload(document, b"{}").status_code == 200
    caller.clock.advance(1)
    assert caller.upload(document, b"{}").status_code == 403


@pytest.mark.parametrize(
    ("change", "content_type"),
    [
        pytest.param(("", ""), "text/plain", id="another content type"),
        pytest.param(("canary-signature", "forged"), "application/json", id="another signature"),
    ],
)
def test_an_upload_that_was_not_signed_is_refused(
    caller: Caller, change: tuple[str, str], content_type: str
) -> None:
    document = caller.feed_document()
    changed = {**document, "url": document["url"].replace(*change)}
    assert caller.upload(changed, b"{}", content_type).status_code == 403
    assert caller.create_feed(document).status_code == 400  # nothing was uploaded


@pytest.mark.parametrize(
    ("fault", "uploaded"),
    [
        pytest.param(document_faults.url_expired(), False, id="403"),
        pytest.param(faults.empty(500), False, id="500"),
        pytest.param(faults.connection_reset(), False, id="reset"),
        pytest.param(faults.answer_lost(), True, id="answer lost"),
    ],
)
def test_an_upload_can_fail(caller: Caller, fault: faults.Fault, uploaded: bool) -> None:
    caller.simulator.script("upload", fault)
    document = caller.feed_document()
    with contextlib.suppress(httpx.TransportError):
        caller.upload(document, feed_content([message(1, "S01", stock(1))]))
    assert (caller.create_feed(document).status_code == 202) is uploaded


def test_a_document_serves_one_feed(caller: Caller) -> None:
    document = caller.feed_document()
    caller.upload(document, feed_content([message(1, "S01", stock(1))]))
    assert caller.create_feed(document, marketplaceIds=[]).status_code == 400
    assert caller.create_feed(document).status_code == 202
    assert caller.create_feed(document).status_code == 400
    assert caller.create_feed({"feedDocumentId": "NO"}).status_code == 400


# -- one after another -------------------------------------------------------------------


def test_a_feed_waits_runs_and_is_done(caller: Caller) -> None:
    caller.seller.feed_delay, caller.seller.feed_rate = 60.0, 0.1
    feed_id = caller.fed(message(1, "S01", stock(1)), message(2, "S02", stock(2)))
    found = []
    for _ in range(9):
        found.append(
            (caller.feed(feed_id)["processingStatus"], caller.seller.listings["S01"].quantity)
        )
        caller.clock.advance(10)
    assert found == [("IN_QUEUE", 5)] * 3 + [("IN_PROGRESS", 5)] * 5 + [("DONE", 1)]
    assert caller.seller.listings["S01"].last_updated == caller.clock.now() - 10


def test_feeds_of_a_seller_run_one_after_another(caller: Caller) -> None:
    caller.seller.feed_delay, caller.seller.feed_rate = 100.0, 1e9
    first = caller.fed(message(1, "S01", stock(1)))
    second = caller.fed(message(1, "S01", stock(2)))
    caller.clock.advance(101)
    states = [caller.feed(each)["processingStatus"] for each in (first, second)]
    assert states == ["DONE", "IN_QUEUE"]
    assert caller.seller.listings["S01"].quantity == 1
    caller.clock.advance(100)
    assert caller.seller.listings["S01"].quantity == 2


def test_a_stuck_feed_holds_up_those_behind_it_until_it_is_released(caller: Caller) -> None:
    caller.simulator.script("createFeed", feed_faults.in_queue())
    stuck = caller.fed(message(1, "S01", stock(1)))
    behind = caller.fed(message(1, "S02", stock(2)))
    caller.wait(86_400)
    assert (
        caller.feed(stuck)["processingStatus"]
        == caller.feed(behind)["processingStatus"]
        == "IN_QUEUE"
    )
    feeds = caller.simulator.feeds
    feeds.release(feeds.feeds[stuck])
    assert caller.feed(stuck)["processingStatus"] == "DONE"
    assert done(caller, behind)["processingStatus"] == "DONE"


def test_only_a_feed_in_the_queue_can_be_cancelled(caller: Caller) -> None:
    first, second = (caller.fed(message(1, f"S0{n}", stock(1))) for n in (1, 2))
    assert caller.http.delete(f"{FEEDS}/feeds/{first}").status_code == 200
    assert caller.feed(first)["processingStatus"] == "CANCELLED"
    assert caller.http.delete(f"{FEEDS}/feeds/{first}").status_code == 400
    assert done(caller, second)["processingStatus"] == "DONE"
    assert caller.http.delete(f"{FEEDS}/feeds/{second}").status_code == 400
    assert caller.http.delete(f"{FEEDS}/feeds/1").status_code == 404
    assert [caller.seller.listings[sku].quantity for sku in ("S01", "S02")] == [5, 1]


# -- messages ----------------------------------------------------------------------------


def test_each_message_is_applied_or_has_its_issues(caller: Caller) -> None:
    put = {"messageId": 5, "sku": "N1", "operationType": "UPDATE", **offer()}
    partial = {
        "messageId": 6, "sku": "S06", "operationType": "PARTIAL_UPDATE", "productType": "PRODUCT",
        "attributes": {"fulfillment_availability": stock(6)["value"]},
    }  # fmt: skip
    feed_id = caller.fed(
        message(1, "S01", stock(1), price(8)),
        message(2, "NO", stock(1)),
        message(3, "S03", stock(-1)),
        {"messageId": 4, "sku": "S04", "operationType": "DELETE"},
        put,
        partial,
        {"messageId": 7, "sku": "S07", "operationType": "DELETE", "productType": "PRODUCT"},
    )
    assert done(caller, feed_id)["processingStatus"] == "DONE"
    listings = caller.seller.listings
    assert (listings["S01"].quantity, listings["S01"].price) == (1, "8.00")
    assert (listings["S03"].quantity, listings["S06"].quantity) == (5, 6)
    assert ("S04" in listings, "N1" in listings, "S07" in listings) == (False, True, True)
    result = caller.result(feed_id)
    assert [(each["messageId"], each["sku"]) for each in result["issues"]] == [
        (2, "NO"), (3, "S03"), (7, "S07"),
    ]  # fmt: skip
    assert result["summary"] == {
        "errors": 3, "warnings": 0, "messagesProcessed": 7, "messagesAccepted": 4,
        "messagesInvalid": 3,
    }  # fmt: skip
    assert {each.way for each in caller.simulator.writes.all()} == {"feed"}
    assert {each.feed_id for each in caller.simulator.writes.all()} == {feed_id}


def one(number: int = 1) -> dict[str, Any]:
    return message(number, "S01", stock(1))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"header": {', id="broken JSON"),
        pytest.param(b"[]", id="list"),
        pytest.param(feed_content([one()], sellerId="ASOMEBODY"), id="another seller"),
        pytest.param(feed_content([one()], version="1.0"), id="another version"),
        pytest.param(feed_content([]), id="no messages"),
        pytest.param(feed_content([one(), one()]), id="the same id twice"),
        pytest.param(feed_content([one()]) + b" " * MOST_BYTES, id="too large"),
        pytest.param(
            feed_content([{"messageId": n, "sku": "S01"} for n in range(1, MOST_MESSAGES + 2)]),
            id="too many messages",
        ),
    ],
)
def test_a_feed_that_cannot_be_read_is_fatal(caller: Caller, content: bytes) -> None:
    document = caller.feed_document()
    caller.upload(document, content)
    feed_id = caller.create_feed(document).json()["feedId"]
    caller.wait(3600)
    assert caller.feed(feed_id)["processingStatus"] == "FATAL"
    assert caller.result(feed_id)["issues"][0]["severity"] == "ERROR"
    assert caller.simulator.writes.count() == 0


def test_another_type_of_feed_is_fatal(caller: Caller) -> None:
    document = caller.feed_document()
    caller.upload(document, feed_content([one()]))
    feed_id = caller.create_feed(document, feedType="POST_PRODUCT_DATA").json()["feedId"]
    assert done(caller, feed_id)["processingStatus"] == "FATAL"


# -- lists -------------------------------------------------------------------------------


def test_feeds_are_listed_by_what_they_are(caller: Caller) -> None:
    made = []
    for number in range(3):
        made.append(caller.fed(message(1, f"S0{number}", stock(1))))
        caller.clock.advance(1000)
    caller.log_in()

    def listed(**params: Any) -> list[str]:
        answer = caller.get(f"{FEEDS}/feeds", **params).json()
        return [feed["feedId"] for feed in answer["feeds"]]

    made.reverse()
    assert listed(feedTypes=KIND) == made
    assert listed(feedTypes=KIND, createdSince="2026-11-18T11:20:00Z") == made[:2]
    assert listed(feedTypes=KIND, processingStatuses="IN_QUEUE,IN_PROGRESS") == []
    assert listed(feedTypes="OTHER") == []
    assert listed(feedTypes=KIND, marketplaceIds=US) == made
    first = caller.get(f"{FEEDS}/feeds", feedTypes=KIND, pageSize=2).json()
    assert [feed["feedId"] for feed in first["feeds"]] == made[:2]
    assert listed(nextToken=first["nextToken"]) == made[2:]
    both = caller.get(f"{FEEDS}/feeds", feedTypes=KIND, nextToken=first["nextToken"])
    assert both.status_code == 400


# -- what becomes of it, by script -------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "explained", "quantities"),
    [
        pytest.param(feed_faults.late(9999), "IN_QUEUE", False, [5, 5], id="late"),
        pytest.param(feed_faults.in_queue(), "IN_QUEUE", False, [5, 5], id="in queue"),
        pytest.param(feed_faults.in_progress(), "IN_PROGRESS", False, [5, 5], id="in progress"),
        pytest.param(feed_faults.cancelled(), "CANCELLED", False, [5, 5], id="cancelled"),
        pytest.param(feed_faults.fatal(), "FATAL", True, [5, 5], id="fatal"),
        pytest.param(
            feed_faults.fatal(share=0.5, explained=False), "FATAL", False, [1, 5], id="half fatal"
        ),
        pytest.param(feed_faults.without_document(), "DONE", False, [1, 2], id="no document"),
        pytest.param(feed_faults.containing(b"<html>"), "DONE", True, [1, 2], id="HTML"),
    ],
)
def test_a_feed_can_end_otherwise(
    caller: Caller, fault: faults.Fault, status: str, explained: bool, quantities: list[int]
) -> None:
    caller.simulator.script("createFeed", fault)
    feed_id = caller.fed(message(1, "S01", stock(1)), message(2, "S02", stock(2)))
    feed = done(caller, feed_id)
    assert feed["processingStatus"] == status
    assert ("resultFeedDocumentId" in feed) is explained
    assert [caller.seller.listings[sku].quantity for sku in ("S01", "S02")] == quantities


def test_a_result_can_refuse_some_messages_and_conceal_others(caller: Caller) -> None:
    caller.simulator.script("createFeed", feed_faults.refusing(["S01"]))
    feed_id = caller.fed(message(1, "S01", stock(1)), message(2, "S02", stock(2)))
    done(caller, feed_id)
    assert [each["sku"] for each in caller.result(feed_id)["issues"]] == ["S01"]
    assert [caller.seller.listings[sku].quantity for sku in ("S01", "S02")] == [5, 2]

    caller.simulator.script("createFeed", feed_faults.concealing([1]))
    feed_id = caller.fed(message(1, "S01", stock(-1)), message(2, "S02", stock(3)))
    done(caller, feed_id)
    result = caller.result(feed_id)
    assert (result["issues"], result["summary"]["messagesProcessed"]) == ([], 1)


def test_a_feed_whose_answer_is_lost_runs_all_the_same(caller: Caller) -> None:
    caller.simulator.script("createFeed", faults.answer_lost())
    with pytest.raises(httpx.TransportError):
        caller.fed(message(1, "S01", stock(1)))
    caller.wait(600)
    feeds = caller.get(f"{FEEDS}/feeds", feedTypes=KIND).json()["feeds"]
    assert [feed["processingStatus"] for feed in feeds] == ["DONE"]
    assert caller.seller.listings["S01"].quantity == 1


# -- the judge ---------------------------------------------------------------------------


def test_a_sku_that_is_sent_while_in_an_unfinished_feed_overlaps(caller: Caller) -> None:
    feed_id = caller.fed(message(1, "S01", stock(1)), message(2, "S02", stock(2)))
    caller.patch("S03", stock(0))
    caller.patch("S01", stock(0))
    caller.fed(message(1, "S02", stock(3)))
    found = caller.simulator.writes.overlaps()
    assert [(each.sku, each.way, each.feed_id) for each in found] == [
        ("S01", "patch", feed_id), ("S02", "feed", feed_id),
    ]  # fmt: skip
    caller.wait(600)
    caller.patch("S01", stock(4))
    assert len(caller.simulator.writes.overlaps()) == 2


def test_a_feed_of_another_tool_is_no_mistake_of_ours(caller: Caller) -> None:
    caller.patch("S01", stock(1))
    feed = caller.simulator.submit_feed([message(1, "S01", stock(9, op="replace"))])
    caller.patch("S02", stock(1))
    assert done(caller, feed.feed_id)["processingStatus"] == "DONE"
    assert caller.seller.listings["S01"].quantity == 9
    caller.patch("S01", stock(1))
    writes = caller.simulator.writes
    assert (writes.twice(), writes.overlaps(), writes.harm()) == ([], [], [])
    assert writes.count() == 3


def test_what_a_feed_said_again_is_twice(caller: Caller) -> None:
    caller.patch("S01", stock(1))
    done(caller, caller.fed(message(1, "S01", stock(1))))
    assert [each.sku for each in caller.simulator.writes.twice()] == ["S01"]


# -- schemas -----------------------------------------------------------------------------


@needs_schemas
def test_feeds_keep_to_the_schemas(caller: Caller) -> None:
    made = message(1, "S01", stock(1))
    assert problems_of_feed(feed_content([made])) == []
    assert problems_of_feed(feed_content([{**made, "attributes": {"a": []}}])) != []
    feed_id = caller.fed(made, message(2, "S02", price(-1)))
    caller.wait(600)
    caller.get(f"{FEEDS}/feeds", feedTypes=KIND, pageSize=1)
    result = caller.result(feed_id)
    assert result["summary"]["messagesInvalid"] == 1
    document_id = caller.feed(feed_id)["resultFeedDocumentId"]
    document = caller.simulator.reports.documents[document_id]
    assert problems_of_result(gzip.decompress(document.content)) == []
    assert problems_of_result(b'{"header": {}}') != []
    assert problems_of_entries(caller.simulator.ledger.calls()) == []
