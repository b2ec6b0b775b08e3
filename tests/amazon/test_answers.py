"""Amazon's answers: what the official examples look like is read, what lacks a key is not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon import answers, submission_answers
from amzsync.amazon.answer_parts import Said, read
from amzsync.amazon.operations import OPERATIONS
from tests.simulators.seller import DE, US

SANDBOX = Path(__file__).resolve().parents[3] / "shared" / "samples" / "amazon" / "sandbox"
MODELS = Path(__file__).resolve().parents[3] / "shared" / "models" / "spapi"

LISTING = {
    "sku": "BRK-01",
    "summaries": [
        {
            "marketplaceId": US,
            "asin": "B0TEST0001",
            "productType": "LAMP",
            "conditionType": "new_new",
            "status": ["BUYABLE"],
            "createdDate": "2026-01-01T00:00:00Z",
            "lastUpdatedDate": "2026-02-01T10:00:00.500Z",
        }
    ],
    "issues": [
        {
            "code": "90220",
            "message": "'size' is required",
            "severity": "ERROR",
            "categories": ["MISSING_ATTRIBUTE"],
            "enforcements": {
                "actions": [{"action": "SEARCH_SUPPRESSED"}],
                "exemption": {"status": "NOT_EXEMPT"},
            },
        }
    ],
    "offers": [
        {
            "marketplaceId": US,
            "offerType": "B2C",
            "price": {"currencyCode": "USD", "amount": "19.90"},
        }
    ],
    "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 0}],
    "relationships": [
        {"marketplaceId": US, "relationships": [{"type": "VARIATION", "parentSkus": ["P"]}]}
    ],
    "productTypes": [{"marketplaceId": US, "productType": "LAMP"}],
}
REPORT = {
    "reportId": "1",
    "reportType": "GET_MERCHANT_LISTINGS_ALL_DATA",
    "createdTime": "2026-02-01T10:00:00+00:00",
    "processingStatus": "DONE",
    "marketplaceIds": [US],
}
WHOLE: dict[str, Any] = {
    "searchListingsItems": {"numberOfResults": 1, "items": [LISTING]},
    "getListingsItem": LISTING,
    "searchCatalogItems": {
        "numberOfResults": 1,
        "pagination": {"nextToken": "more"},
        "items": [
            {
                "asin": "B0TEST0001",
                "identifiers": [
                    {
                        "marketplaceId": US,
                        "identifiers": [{"identifierType": "EAN", "identifier": "09520000000017"}],
                    }
                ],
                "summaries": [{"marketplaceId": US, "itemName": "Lamp"}],
                "relationships": [{"marketplaceId": US, "relationships": [{"type": "VARIATION"}]}],
            }
        ],
    },
    "getListingsRestrictions": {
        "restrictions": [
            {
                "marketplaceId": US,
                "reasons": [
                    {
                        "message": "You need approval",
                        "reasonCode": "APPROVAL_REQUIRED",
                        "links": [{"resource": "https://sellercentral.example/a", "verb": "GET"}],
                    }
                ],
            }
        ]
    },
    "createReport": {"reportId": "1"},
    "getReport": REPORT,
    "getReports": {"reports": [REPORT]},
    "getReportDocument": {"reportDocumentId": "d", "url": "https://storage.example/x?sig=1"},
    "getMarketplaceParticipations": {
        "payload": [
            {
                "marketplace": {
                    "id": US,
                    "name": "Amazon.com",
                    "countryCode": "US",
                    "defaultCurrencyCode": "USD",
                    "defaultLanguageCode": "en_US",
                    "domainName": "www.amazon.com",
                },
                "participation": {"isParticipating": True, "hasSuspendedListings": False},
                "storeName": "Brackwater",
            }
        ]
    },
    "getInventorySummaries": {
        "payload": {
            "granularity": {"granularityType": "Marketplace", "granularityId": US},
            "inventorySummaries": [{"sellerSku": "BRK-01", "totalQuantity": 3}],
        }
    },
}
"""One answer of each operation with every required key of the schemas in it, and few others."""

OPTIONAL = {
    "summaries", "asin", "conditionType", "issues", "enforcements", "offers", "fulfillmentAvailability",
    "quantity", "relationships", "parentSkus", "productTypes", "pagination", "nextToken", "identifiers",
    "itemName", "reasons", "reasonCode", "links", "marketplaceIds", "granularityType", "granularityId",
    "sellerSku", "totalQuantity",
}  # fmt: skip
"""Keys of WHOLE that the schemas do not require where they stand there."""


def paths(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where every key of a JSON value is."""
    found: list[tuple[str | int, ...]] = []
    if isinstance(value, dict):
        for key, inside in value.items():
            found += [(*here, key), *paths(inside, (*here, key))]
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            found += paths(inside, (*here, place))
    return found


def without(value: Any, path: tuple[str | int, ...], instead: Any = ...) -> Any:
    """Return a copy that lacks the key at *path*, or has something else there."""
    changed = copy.deepcopy(value)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    if instead is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = instead
    return changed


CASES = [
    pytest.param(name, path, id=f"{name} {'.'.join(map(str, path))}")
    for name, whole in WHOLE.items()
    for path in paths(whole)
]


def is_required(name: str, path: tuple[str | int, ...]) -> bool:
    if name == "searchCatalogItems" and path[-1] == "asin":
        return True
    nested = path[-1] in {"relationships", "identifiers"} and path[-1] in path[:-1]
    return path[-1] not in OPTIONAL or nested


BATCHES = {"getItemOffersBatch", "getCompetitiveSummary"}
"""Their parts are read one by one: see test_offer_answers."""
WRITING = {
    name
    for name, each in OPERATIONS.items()
    if each.model.__module__ == submission_answers.__name__
}
"""See test_submission_answers."""


def examples() -> list[Any]:
    """Return the answers with status 2xx that Amazon's models give as examples, by operation."""
    found = []
    for file in sorted(SANDBOX.glob("*.json")) if SANDBOX.is_dir() else []:
        sample = json.loads(file.read_text(encoding="utf-8"))
        if sample["operationId"] in OPERATIONS.keys() - WRITING:
            pairs = [p for p in sample["static_pairs"] if p["status"].startswith("2")]
            for number, pair in enumerate(pairs):
                name = sample["operationId"]
                found.append(pytest.param(sample, pair["response"], id=f"{name} {number}"))
    return found


needs_samples = pytest.mark.skipif(
    not SANDBOX.is_dir(), reason="Amazon's examples are not beside the project"
)


def test_every_operation_has_an_answer_here() -> None:
    assert set(WHOLE) == set(OPERATIONS) - BATCHES - WRITING


@needs_samples
@pytest.mark.parametrize(("sample", "answer"), examples() or [pytest.param({}, {}, id="none")])
def test_amazons_own_examples_are_read(sample: dict[str, Any], answer: dict[str, Any]) -> None:
    operation = OPERATIONS[sample["operationId"]]
    assert (operation.method, operation.path) == (sample["method"], sample["path"])
    content = read(operation.model, json.dumps(answer))
    shown = content.model_dump(by_alias=True, exclude_unset=True)
    assert set(shown) <= set(answer)
    assert shown


@needs_samples
def test_all_operations_but_the_stock_one_have_an_official_example() -> None:
    named = {case.values[0]["operationId"] for case in examples()}
    assert set(OPERATIONS) - WRITING - named == {"getInventorySummaries"}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_whole_answer_is_read(name: str) -> None:
    content = read(OPERATIONS[name].model, json.dumps(WHOLE[name]))
    assert isinstance(content, Said)


@pytest.mark.parametrize(("name", "path"), CASES)
def test_an_answer_without_a_required_key_is_none(name: str, path: tuple[str | int, ...]) -> None:
    text = json.dumps(without(WHOLE[name], path))
    if is_required(name, path):
        place = ".".join(map(str, path))
        with pytest.raises(ValueError, match=rf"^{place}: Field required$"):
            read(OPERATIONS[name].model, text)
    else:
        read(OPERATIONS[name].model, text)


@pytest.mark.parametrize(("name", "path"), CASES)
def test_null_is_no_value_of_a_required_key(name: str, path: tuple[str | int, ...]) -> None:
    text = json.dumps(without(WHOLE[name], path, None))
    if is_required(name, path):
        with pytest.raises(ValueError, match="Input should be"):
            read(OPERATIONS[name].model, text)
    else:
        read(OPERATIONS[name].model, text)


@pytest.mark.skipif(not MODELS.is_dir(), reason="Amazon's schemas are not beside the project")
@pytest.mark.parametrize("name", sorted(set(WHOLE) - {"getInventorySummaries"}))
def test_the_answers_here_keep_to_amazons_schemas(name: str) -> None:
    from tests.simulators.schemas import problems_of_answer

    status = 202 if name == "createReport" else 200
    assert problems_of_answer(name, status, WHOLE[name]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "5",
        '"x"',
        "{",
        "<html>",
        "{}{}",
        '{"items": NaN}',
        "[" * 100_000,
        "\ufeff",
    ],
    ids=["empty", "null", "list", "number", "text", "cut", "html", "twice", "nan", "deep", "bom"],
)
@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_is_no_object_is_no_answer(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="it is no"):
        read(OPERATIONS[name].model, text)


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
def test_no_text_breaks_the_reading(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(answers.ListingsPage, text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["items", "sku", "numberOfResults"]), inner)
        ),
        max_leaves=8,
    )
)
def test_no_json_is_taken_for_a_page_unless_it_is_one(value: Any) -> None:
    try:
        page = read(answers.ListingsPage, json.dumps(value))
    except ValueError:
        return
    assert isinstance(value["items"], list)
    assert len(page.items) == len(value["items"])
    assert page.number_of_results >= 0


def test_words_that_amazon_may_add_stay_as_they_come() -> None:
    text = json.dumps(LISTING).replace("BUYABLE", "TELEPORTABLE").replace("ERROR", "FATAL")
    item = read(answers.ListingsItem, text)
    assert item.summaries is not None
    assert item.summaries[0].status == ("TELEPORTABLE",)
    assert item.issues is not None
    assert item.issues[0].severity == "FATAL"


def test_keys_that_amazon_may_add_are_passed_over() -> None:
    assert read(answers.CreatedReport, '{"reportId": "1", "x": {"y": []}}').report_id == "1"


def test_absent_empty_and_nought_are_three_things() -> None:
    nothing = read(answers.ListingsItem, '{"sku": "A"}')
    empty = read(answers.ListingsItem, '{"sku": "A", "issues": [], "summaries": []}')
    listing = read(answers.ListingsItem, json.dumps(LISTING))
    assert (nothing.issues, nothing.summaries) == (None, None)
    assert (empty.issues, empty.summaries) == ((), ())
    assert listing.fulfillment_availability is not None
    assert listing.fulfillment_availability[0].quantity == 0


@pytest.mark.parametrize(
    ("written", "amount"), [('"19.90"', "19.90"), ("19.90", "19.90"), ("20", "20"), ("1e2", "1e2")]
)
def test_an_amount_is_the_text_that_amazon_wrote(written: str, amount: str) -> None:
    text = '{"currencyCode": "USD", "amount": AMOUNT}'.replace("AMOUNT", written)
    assert read(answers.Money, text).amount == amount


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z"),
        ("2026-02-01T10:00:00.999Z", "2026-02-01T10:00:00Z"),
        ("2026-02-01T11:00:00+01:00", "2026-02-01T10:00:00Z"),
        ("2026-02-01T10:00:00", "2026-02-01T10:00:00Z"),
    ],
)
def test_moments_are_utc_text_of_fixed_width(written: str, moment: str) -> None:
    report = read(answers.Report, json.dumps({**REPORT, "createdTime": written}))
    assert report.created_time == moment


def test_a_moment_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="createdTime"):
        read(answers.Report, json.dumps({**REPORT, "createdTime": "yesterday"}))


def test_an_identifier_is_never_a_number() -> None:
    with pytest.raises(ValueError, match="sku: Input should be a valid string"):
        read(answers.ListingsItem, '{"sku": 123}')


def test_half_a_character_does_not_cost_the_page() -> None:
    text = '{"numberOfResults": 1, "items": [{"sku": "A\\ud83d"}, {"sku": "\\ud83d\\ude00"}]}'
    page = read(answers.ListingsPage, text)
    assert [item.sku for item in page.items] == ["A?", "😀"]


def test_the_reason_names_keys_and_no_values() -> None:
    text = json.dumps(without(LISTING, ("offers", 0, "price"), "canary"))
    with pytest.raises(ValueError, match=r"^offers\.0\.price: ") as caught:
        read(answers.ListingsItem, text)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "foreign"),
    [
        ("searchListingsItems", {US}),
        ("getListingsItem", {US}),
        ("searchCatalogItems", {US}),
        ("getListingsRestrictions", {US}),
        ("createReport", set()),
        ("getReport", {US}),
        ("getReports", {US}),
        ("getReportDocument", set()),
        ("getMarketplaceParticipations", set()),
        ("getInventorySummaries", {US}),
    ],
)
def test_an_answer_of_another_marketplace_is_recognised(name: str, foreign: set[str]) -> None:
    content = read(OPERATIONS[name].model, json.dumps(WHOLE[name]))
    assert isinstance(content, Said)
    assert (content.foreign(US), content.foreign(DE)) == (frozenset(), frozenset(foreign))


def test_a_report_of_several_marketplaces_is_of_each() -> None:
    report = read(answers.Report, json.dumps({**REPORT, "marketplaceIds": [US, DE]}))
    assert report.foreign(DE) == frozenset()


def test_an_issue_holds_where_it_says_or_everywhere() -> None:
    issue = {"code": "1", "message": "", "severity": "ERROR", "categories": []}
    everywhere = read(answers.Issue, json.dumps(issue))
    german = read(answers.Issue, json.dumps({**issue, "marketplaceIds": [DE]}))
    assert [everywhere.concerns(US), german.concerns(US), german.concerns(DE)] == [
        True, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pagination", "token"),
    [({"nextToken": "more"}, "more"), ({"nextToken": ""}, None), ({}, None), (None, None)],
)
def test_an_empty_token_is_the_end(pagination: Any, token: str | None) -> None:
    page = read(
        answers.ListingsPage,
        json.dumps({"numberOfResults": 0, "items": [], "pagination": pagination}),
    )
    assert page.next_token == token


def test_the_address_of_a_document_does_not_show_itself() -> None:
    document = read(answers.ReportDocument, json.dumps(WHOLE["getReportDocument"]))
    assert "storage" not in repr(document)
    assert document.url == "https://storage.example/x?sig=1"


def test_answers_cannot_be_changed() -> None:
    item = read(answers.ListingsItem, '{"sku": "A"}')
    with pytest.raises(ValueError, match="frozen"):
        item.sku = "B"
