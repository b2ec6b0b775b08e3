"""The check against Amazon's schemas finds what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulators.schemas import needs_schemas, problems_of_answer, problems_of_request
from tests.simulators.seller import US

pytestmark = needs_schemas
SEARCH = "searchListingsItems"
PATH = "/listings/2021-08-01/items/A2EXAMPLE"
REPORTS = "/reports/2021-06-30/reports"


@pytest.mark.parametrize(
    ("operation", "path", "query", "body", "expected"),
    [
        pytest.param(SEARCH, PATH, {"marketplaceIds": US}, None, [], id="right"),
        pytest.param(SEARCH, PATH, {}, None, ["marketplaceIds is missing"], id="required"),
        pytest.param(
            SEARCH, PATH, {"marketplaceIds": US, "MarketplaceIds": US}, None,
            ["MarketplaceIds is no query parameter"], id="unknown",
        ),
        pytest.param(
            SEARCH, PATH, [("marketplaceIds", US), ("marketplaceIds", US)], None,
            ["marketplaceIds is repeated"], id="repeated",
        ),
        pytest.param(
            SEARCH, PATH, {"marketplaceIds": US, "pageSize": "21"}, None,
            ["pageSize is 21, out of its range"], id="maximum",
        ),
        pytest.param(
            SEARCH, PATH, {"marketplaceIds": US, "pageSize": "many"}, None,
            ["pageSize is no integer: 'many'"], id="type",
        ),
        pytest.param(
            SEARCH, PATH, {"marketplaceIds": US, "identifiers": ",".join("A" * 21)}, None,
            ["identifiers has 21 entries"], id="maxItems",
        ),
        pytest.param(
            SEARCH, PATH, {"marketplaceIds": US, "withStatus": "BUYABLE,ACTIVE"}, None,
            ["withStatus[1] is 'ACTIVE', none of BUYABLE, DISCOVERABLE"], id="enum",
        ),
        pytest.param(
            SEARCH, PATH, {"marketplaceIds": US, "lastUpdatedAfter": "2026-01-01T00:00:00"}, None,
            ["lastUpdatedAfter is '2026-01-01T00:00:00', without a time zone"], id="zone",
        ),
        pytest.param(
            SEARCH, PATH, {"marketplaceIds": US}, {"MarketplaceIds": [US]},
            ["a body where none is due"], id="body of a GET",
        ),
        pytest.param(
            "createReport", REPORTS, {}, {"reportType": "X", "marketplaceIds": [US]}, [], id="body",
        ),
        pytest.param(
            "createReport", REPORTS, {}, {"reportType": "X", "marketplaceIds": []},
            ["body.marketplaceIds has 0 entries"], id="minItems",
        ),
        pytest.param(
            "createReport", REPORTS, {}, {"marketplaceIds": [US], "x": 1},
            ["body.reportType is missing", "body.x is not in the schema"], id="body's keys",
        ),
        pytest.param(
            "createReport", REPORTS, {}, None, ["body is no object: 'None'"], id="no body",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_request(
    operation: str, path: str, query: Any, body: Any, expected: list[str]
) -> None:
    method = "POST" if operation == "createReport" else "GET"
    found = problems_of_request(operation, method, path, query, body)
    assert found == [f"{operation}: {each}" for each in expected]


def test_a_request_to_another_path_is_wrong() -> None:
    assert problems_of_request(SEARCH, "GET", "/listings", {}, None) == [
        "searchListingsItems is not GET /listings"
    ]


ITEM = {
    "marketplaceId": US,
    "productType": "X",
    "status": [],
    "createdDate": "2026-01-01T00:00:00Z",
    "lastUpdatedDate": "2026-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        pytest.param(200, {"sku": "A", "summaries": [ITEM]}, [], id="right"),
        pytest.param(200, {}, [".sku is missing"], id="required"),
        pytest.param(200, [], ["the body is no object: '[]'"], id="list"),
        pytest.param(200, {"sku": 1}, [".sku is no string: '1'"], id="type"),
        pytest.param(
            200,
            {"sku": "A", "summaries": [{**ITEM, "status": ["LIVE"]}]},
            [".summaries[0].status[0] is 'LIVE', none of BUYABLE, DISCOVERABLE"],
            id="enum",
        ),
        pytest.param(
            200,
            {"sku": "A", "fulfillmentAvailability": [{"fulfillmentChannelCode": "X", "quantity": -1}]},
            [".fulfillmentAvailability[0].quantity is -1, out of its range"],
            id="minimum",
        ),
        pytest.param(
            200,
            {"sku": "A", "fulfillmentAvailability": [{"fulfillmentChannelCode": "X", "quantity": True}]},
            [".fulfillmentAvailability[0].quantity is no integer: 'True'"],
            id="bool",
        ),
        pytest.param(
            200,
            {"sku": "A", "summaries": [{**ITEM, "createdDate": "soon"}]},
            [".summaries[0].createdDate is 'soon', no date-time"],
            id="date",
        ),
        pytest.param(404, {"errors": [{"code": "X", "message": "Y"}]}, [], id="error"),
        pytest.param(404, {"errors": [{"code": "X"}]}, [".errors[0].message is missing"], id="bare"),
        pytest.param(400, b"<html>", ["no JSON"], id="HTML"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_answer(status: int, answer: Any, expected: list[str]) -> None:
    found = problems_of_answer("getListingsItem", status, answer)
    assert found == [f"getListingsItem {status}: {each}" for each in expected]


def test_a_status_that_is_not_documented_is_wrong() -> None:
    assert problems_of_answer("getReport", 207, {}) == ["getReport does not answer 207"]
