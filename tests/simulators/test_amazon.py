"""The simulator answers each operation as Amazon documents it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.simulators.byhand import introduction
from tests.simulators.clocks import VirtualClock
from tests.simulators.conftest import (
    FEEDS,
    ITEMS,
    SUMMARIES,
    Caller,
    client_of,
    item,
    message,
    offer,
    price,
    stock,
    summary,
)
from tests.simulators.samples import ean
from tests.simulators.schemas import needs_schemas, problems_of_entries
from tests.simulators.seller import DE, US, Listing, Restriction, Seller
from tests.simulators.tokens import Credentials
from tests.simulators.usage_plans import PLANS


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


# -- who may call ------------------------------------------------------------------------


def test_a_refresh_token_brings_an_access_token(caller: Caller) -> None:
    answer = caller.token()
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "access_token": "Atza|canary-access-token-2",
            "refresh_token": "Atzr|canary-refresh-token",
            "token_type": "bearer",
            "expires_in": 3600,
        },
    )


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        pytest.param({"client_secret": "old"}, 401, "invalid_client", id="secret"),
        pytest.param({"client_id": "other"}, 401, "invalid_client", id="client"),
        pytest.param({"refresh_token": "Atzr|other"}, 400, "invalid_grant", id="refresh token"),
        pytest.param({"grant_type": "password"}, 400, "unsupported_grant_type", id="grant"),
    ],
)
def test_wrong_credentials_are_refused(
    caller: Caller, changed: dict[str, str], status: int, error: str
) -> None:
    answer = caller.token(None, **changed)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("token", "seconds", "details"),
    [
        pytest.param(None, 0, "Access token is missing in the request header.", id="missing"),
        pytest.param(
            "Atza|x", 0, "The access token you provided is revoked, malformed or invalid.", id="odd"
        ),
        pytest.param(
            "Atza|canary-access-token-1",
            3600,
            "The access token you provided has expired.",
            id="old",
        ),
    ],
)
def test_without_a_good_access_token_nothing_is_told(
    caller: Caller, token: str | None, seconds: float, details: str
) -> None:
    caller.clock.advance(seconds)
    del caller.http.headers["x-amz-access-token"]
    if token is not None:
        caller.http.headers["x-amz-access-token"] = token
    answer = caller.search()
    assert code(answer) == (403, "Unauthorized")
    assert answer.json()["errors"][0]["details"] == details


def test_an_access_token_works_until_the_hour_is_over(caller: Caller) -> None:
    caller.clock.advance(3599)
    assert caller.search().status_code == 200


def test_each_account_sees_its_own_seller(caller: Caller) -> None:
    other = Seller(seller_id="A3OTHER")
    other.add(Listing("THEIRS"))
    credentials = Credentials(refresh_token="Atzr|canary-refresh-token-2")
    caller.simulator.add_account(other, credentials)
    caller.log_in(credentials)
    theirs = caller.get("/listings/2021-08-01/items/A3OTHER", marketplaceIds=US)
    assert (theirs.json()["items"][0]["sku"], code(caller.search())) == (
        "THEIRS",
        (403, "Unauthorized"),
    )


# -- usage plans -------------------------------------------------------------------------


CALLS: dict[str, Callable[[Caller], httpx.Response]] = {
    "createReport": lambda c: c.create(),
    "getReport": lambda c: c.get("/reports/2021-06-30/reports/1"),
    "getReports": lambda c: c.get("/reports/2021-06-30/reports", reportTypes="X"),
    "getReportDocument": lambda c: c.get("/reports/2021-06-30/documents/1"),
    "searchListingsItems": lambda c: c.search(),
    "getListingsItem": lambda c: c.get(
        "/listings/2021-08-01/items/A2EXAMPLE/S01", marketplaceIds=US
    ),
    "searchCatalogItems": lambda c: c.catalogue(keywords="x"),
    "getListingsRestrictions": lambda c: c.restrictions("B0TEST0001"),
    "getMarketplaceParticipations": lambda c: c.get("/sellers/v1/marketplaceParticipations"),
    "getInventorySummaries": lambda c: c.inventory(),
    "getItemOffersBatch": lambda c: c.http.post(ITEMS, json={"requests": [item()]}),
    "getCompetitiveSummary": lambda c: c.http.post(SUMMARIES, json={"requests": [summary()]}),
    "patchListingsItem": lambda c: c.patch("S01", stock(1)),
    "putListingsItem": lambda c: c.item("PUT", "S02", offer("B0TEST0002")),
    "deleteListingsItem": lambda c: c.item("DELETE", "S03", marketplaceIds="US"),
    "patchListingsItem preview": lambda c: c.patch("S01", stock(1), mode="VALIDATION_PREVIEW"),
    "putListingsItem preview": lambda c: c.item("PUT", "S04", offer(), mode="VALIDATION_PREVIEW"),
    "getDefinitionsProductType": lambda c: c.get(
        "/definitions/2020-09-01/productTypes/PRODUCT", marketplaceIds=US
    ),
    "createFeedDocument": lambda c: c.http.post(
        f"{FEEDS}/documents", json={"contentType": "text/plain"}
    ),
    "createFeed": lambda c: c.create_feed({"feedDocumentId": "1"}),
    "getFeed": lambda c: c.get(f"{FEEDS}/feeds/1"),
    "getFeeds": lambda c: c.get(f"{FEEDS}/feeds", feedTypes="X"),
    "getFeedDocument": lambda c: c.get(f"{FEEDS}/documents/1"),
    "cancelFeed": lambda c: c.http.delete(f"{FEEDS}/feeds/1"),
}


@pytest.mark.parametrize("operation", PLANS)
def test_an_operation_may_be_called_as_often_as_its_usage_plan_says(
    throttled: Caller, operation: str
) -> None:
    plan, call = PLANS[operation], CALLS[operation]
    answers = [call(throttled) for _ in range(plan.burst)]
    assert {answer.headers["x-amzn-ratelimit-limit"] for answer in answers} == {f"{plan.rate:g}"}
    assert 429 not in {answer.status_code for answer in answers}

    refused = call(throttled)
    assert code(refused) == (429, "QuotaExceeded")
    assert "x-amzn-ratelimit-limit" not in refused.headers

    throttled.clock.advance(1 / plan.rate)
    assert [call(throttled).status_code == 429 for _ in range(2)] == [False, True]
    assert throttled.simulator.ledger.count(operation.removesuffix(" preview")) == plan.burst + 3


def test_operations_do_not_share_their_tokens(throttled: Caller) -> None:
    while throttled.search().status_code == 200:
        continue
    assert throttled.inventory().status_code == 200


# -- every answer ------------------------------------------------------------------------


def test_every_answer_tells_its_time_and_its_request(caller: Caller) -> None:
    answer = caller.search()
    assert answer.headers["date"] == "Wed, 18 Nov 2026 11:06:40 GMT"
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.headers["x-amzn-requestid"]) == 36


def test_an_unknown_path_is_not_found(caller: Caller) -> None:
    assert code(caller.get("/listings/2020-09-01/items")) == (404, "NotFound")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param(lambda c: c.search(marketplaceIds=""), (400, "InvalidInput"), id="none"),
        pytest.param(lambda c: c.search(marketplaceIds="US"), (400, "InvalidInput"), id="code"),
        pytest.param(lambda c: c.search(marketplaceIds=DE), (403, "Unauthorized"), id="foreign"),
        pytest.param(lambda c: c.search(pageSize=21), (400, "InvalidInput"), id="page size"),
        pytest.param(lambda c: c.search(identifiers="S01"), (400, "InvalidInput"), id="no type"),
        pytest.param(
            lambda c: c.search(identifiers=",".join("S" * 21), identifiersType="SKU"),
            (400, "InvalidInput"),
            id="21 identifiers",
        ),
        pytest.param(lambda c: c.search(includedData="price"), (400, "InvalidInput"), id="part"),
        pytest.param(lambda c: c.search(withStatus="ACTIVE"), (400, "InvalidInput"), id="status"),
        pytest.param(lambda c: c.search(pageToken="x"), (400, "InvalidInput"), id="token"),
        pytest.param(
            lambda c: c.search(lastUpdatedAfter="2026-01-01"), (400, "InvalidInput"), id="no zone"
        ),
        pytest.param(
            lambda c: c.search(withStatus=["BUYABLE", "DISCOVERABLE"]),
            (400, "InvalidInput"),
            id="repeated",
        ),
        pytest.param(lambda c: c.catalogue(), (400, "InvalidInput"), id="nothing searched"),
        pytest.param(
            lambda c: c.catalogue(keywords="x", marketplaceIds=f"{US},{DE}"),
            (400, "InvalidInput"),
            id="two marketplaces",
        ),
        pytest.param(lambda c: c.restrictions("short"), (400, "InvalidInput"), id="ASIN"),
        pytest.param(lambda c: c.inventory(granularityId=DE), (400, "InvalidInput"), id="other"),
        pytest.param(
            lambda c: c.inventory(granularityType="Sku"), (400, "InvalidInput"), id="granularity"
        ),
        pytest.param(
            lambda c: c.inventory(startDateTime="2020-01-01T00:00:00Z"),
            (400, "InvalidInput"),
            id="long ago",
        ),
        pytest.param(lambda c: c.create("GET_NOTHING"), (400, "InvalidInput"), id="report type"),
        pytest.param(lambda c: c.create(marketplaceIds=[]), (400, "InvalidInput"), id="nowhere"),
        pytest.param(lambda c: c.create(marketplaceIds=[DE]), (403, "Unauthorized"), id="abroad"),
        pytest.param(
            lambda c: c.get("/reports/2021-06-30/reports"), (400, "InvalidInput"), id="no types"
        ),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused(
    caller: Caller, call: Callable[[Caller], httpx.Response], expected: tuple[int, str]
) -> None:
    assert code(call(caller)) == expected


# -- the ledger --------------------------------------------------------------------------


def test_the_ledger_has_every_request(caller: Caller) -> None:
    ledger = caller.simulator.ledger
    ledger.clear()
    caller.token()
    caller.create(reportOptions={"preferredReportDocumentLocale": "en_US"})
    answer = caller.search(pageSize=3)
    assert dict(ledger.operations()) == {"token": 1, "createReport": 1, "searchListingsItems": 1}
    token, create, search = ledger.calls()
    assert token.body["grant_type"] == "refresh_token"
    assert create.body["reportOptions"] == {"preferredReportDocumentLocale": "en_US"}
    assert (search.account, search.param("pageSize"), search.status) == ("A2EXAMPLE", "3", 200)
    assert (search.answer, search.at) == (answer.content, caller.clock.now())
    assert ledger.count("token") == 1


def test_the_ledger_knows_the_account_of_every_request(caller: Caller) -> None:
    caller.simulator.ledger.clear()
    caller.token()
    caller.token(refresh_token="Atzr|other")
    caller.download(caller.made())
    seen = [(entry.operation, entry.account) for entry in caller.simulator.ledger.calls()]
    assert seen == [
        ("token", "A2EXAMPLE"),
        ("token", ""),
        ("createReport", "A2EXAMPLE"),
        ("getReport", "A2EXAMPLE"),
        ("getReportDocument", "A2EXAMPLE"),
        ("document", "A2EXAMPLE"),
    ]


def test_requests_of_many_threads_are_all_counted(caller: Caller) -> None:
    def ask() -> None:
        with client_of(caller.simulator) as http:
            for _ in range(10):
                http.get("/nothing")

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert caller.simulator.ledger.count("unknown") == 50


@needs_schemas
def test_every_answer_keeps_to_the_schemas() -> None:
    from tests.simulators.amazon import AmazonSimulator

    seller, clock = Seller.sample(300, report_delay=0), VirtualClock()
    seller.restrict(
        "B000000001", Restriction("NOT_ELIGIBLE", "No.", "new_new", "https://x.example/a")
    )
    seller.change("SIM-000001", parent="SIM-000002", business_price="9.00")
    simulator = AmazonSimulator(seller, clock=clock, plans=False)
    with simulator, client_of(simulator) as http:
        caller = Caller(simulator, clock, http)
        caller.log_in()
        _ask_everything(caller)
        _write_everything(caller)
    kinds = {(entry.operation, entry.status) for entry in simulator.ledger.calls()}
    plain = {operation.removesuffix(" preview") for operation in PLANS}
    assert {operation for operation, status in kinds if status < 300} >= plain
    assert {status for _, status in kinds} == {200, 201, 202, 400, 403, 404}
    assert problems_of_entries(simulator.ledger.calls()) == []


def _ask_everything(caller: Caller) -> None:
    everything: dict[str, Any] = {"pageSize": 20, "sortBy": "sku", "sortOrder": "ASC"}
    parts = "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,relationships,productTypes"
    token = ""
    for _ in range(15):
        page = caller.search(
            **everything, includedData=parts, **({"pageToken": token} if token else {})
        )
        token = page.json().get("pagination", {}).get("nextToken", "")
    report = caller.made()
    caller.download(report)
    caller.get("/reports/2021-06-30/reports", reportTypes=report["reportType"], pageSize=1)
    caller.get("/listings/2021-08-01/items/A2EXAMPLE/SIM-000001", marketplaceIds=US)
    caller.get("/listings/2021-08-01/items/A2EXAMPLE/NOPE", marketplaceIds=US)
    caller.catalogue(
        identifiers=f"{ean(1)},{ean(2)}",
        identifiersType="EAN",
        includedData="identifiers,summaries,productTypes,relationships",
    )
    caller.restrictions("B000000001", conditionType="new_new")
    caller.restrictions("B0NOWHERE0")
    caller.restrictions("B000000001", marketplaceIds="AXXXXXXXXXX")
    caller.get("/sellers/v1/marketplaceParticipations")
    caller.inventory(details="true")
    caller.inventory(nextToken="x")
    caller.http.post(ITEMS, json={"requests": [item("B000000001")]})
    caller.http.post(SUMMARIES, json={"requests": [summary("B000000001")]})
    caller.clock.advance(3600)
    caller.get("/sellers/v1/marketplaceParticipations")


def _write_everything(caller: Caller) -> None:
    caller.log_in()
    parts = "identifiers,issues"
    caller.patch("SIM-000001", stock(3), price(7.5), includedData=parts)
    caller.patch("SIM-000001", price(-1), mode="VALIDATION_PREVIEW", includedData=parts)
    caller.patch("NOPE", stock(3))
    caller.item("PUT", "NEW/1", offer("B000000001"), includedData=parts)
    caller.item("DELETE", "SIM-000002")
    caller.get("/definitions/2020-09-01/productTypes/PRODUCT", marketplaceIds=US)
    caller.get("/definitions/2020-09-01/productTypes/NOPE", marketplaceIds=US)
    feed_id = caller.fed(message(1, "SIM-000003", stock(4)), message(2, "NOPE", stock(4)))
    caller.http.delete(f"{FEEDS}/feeds/{caller.fed(message(1, 'SIM-000004', stock(4)))}")
    caller.wait(600)
    caller.result(feed_id)
    caller.http.delete(f"{FEEDS}/feeds/{feed_id}")
    caller.get(f"{FEEDS}/feeds", feedTypes="JSON_LISTINGS_FEED", pageSize=1)


def test_the_introduction_names_what_is_to_be_exported(caller: Caller) -> None:
    said = introduction(caller.simulator)
    for text in (
        "LWA_APP_ID",
        "Atzr|canary-refresh-token",
        "[accounts.main]",
        caller.simulator.token_url,
    ):
        assert text in said
