"""Answers to what changes something: Amazon's own examples are read, what lacks a key is none."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.answer_parts import Said, read
from amzsync.amazon.operations import (
    CREATE_FEED,
    DELETE_LISTING,
    OPERATIONS,
    PATCH_LISTING,
    PREVIEW_PATCH,
    PREVIEW_PUT,
    PUT_LISTING,
)
from amzsync.amazon.submission_answers import Feed, Submission
from tests.simulators.seller import DE, US

SHARED = Path(__file__).resolve().parents[3] / "shared"
SANDBOX = SHARED / "samples" / "amazon" / "sandbox"
MODELS = SHARED / "models" / "spapi"

SUBMISSION = {"sku": "BRK-01", "status": "ACCEPTED", "submissionId": "f1", "issues": []}
FEED = {
    "feedId": "7",
    "feedType": "JSON_LISTINGS_FEED",
    "marketplaceIds": [US],
    "createdTime": "2026-01-01T00:00:00Z",
    "processingStatus": "DONE",
    "resultFeedDocumentId": "amzn1.doc.7",
}
LINK = {"link": {"resource": "https://schemas.example/x?sig=1", "verb": "GET"}, "checksum": "a=="}
WHOLE: dict[str, dict[str, Any]] = {
    "patchListingsItem": SUBMISSION,
    "putListingsItem": {
        **SUBMISSION,
        "status": "INVALID",
        "issues": [
            {
                "code": "90220",
                "message": "'size' is required",
                "severity": "ERROR",
                "categories": ["MISSING_ATTRIBUTE"],
                "attributeNames": ["size"],
            }
        ],
    },
    "deleteListingsItem": SUBMISSION,
    "patchListingsItem preview": {
        **SUBMISSION,
        "status": "VALID",
        "identifiers": [{"marketplaceId": US, "asin": "B0TEST0001"}],
    },
    "putListingsItem preview": {**SUBMISSION, "status": "VALID"},
    "createFeedDocument": {"feedDocumentId": "d", "url": "https://storage.example/x?sig=1"},
    "createFeed": {"feedId": "7"},
    "getFeed": FEED,
    "getFeeds": {"feeds": [FEED], "nextToken": "more"},
    "cancelFeed": {},
    "getFeedDocument": {
        "feedDocumentId": "d",
        "url": "https://storage.example/x?sig=1",
        "compressionAlgorithm": "GZIP",
    },
    "getDefinitionsProductType": {
        "schema": LINK,
        "metaSchema": LINK,
        "requirements": "LISTING",
        "requirementsEnforced": "ENFORCED",
        "propertyGroups": {"offer": {"title": "Offer", "propertyNames": ["list_price"]}},
        "locale": "en_US",
        "marketplaceIds": [US],
        "productType": "LAMP",
        "displayName": "Lamp",
        "productTypeVersion": {"version": "U=", "latest": True},
    },
}
REQUIRED = {
    "Submission": {"sku", "status", "submissionId"},
    "CreatedFeedDocument": {"feedDocumentId", "url"},
    "CreatedFeed": {"feedId"},
    "Feed": {"feedId", "feedType", "createdTime", "processingStatus"},
    "FeedsPage": {"feeds"},
    "FeedDocument": {"feedDocumentId", "url"},
    "Nothing": set(),
    "ProductTypeDefinition": {
        "schema",
        "requirements",
        "requirementsEnforced",
        "propertyGroups",
        "locale",
        "marketplaceIds",
        "productType",
        "displayName",
        "productTypeVersion",
    },
}
CASES = [
    pytest.param(name, key, id=f"{name} {key}") for name, whole in WHOLE.items() for key in whole
]


def required(name: str) -> set[str]:
    return REQUIRED[OPERATIONS[name].model.__name__]


def examples() -> list[Any]:
    """Return the answers with status 2xx that Amazon's models give as examples."""
    found = []
    for name in sorted(WHOLE):
        for file in SANDBOX.glob(f"*__{name}.json"):
            sample = json.loads(file.read_text(encoding="utf-8"))
            pairs = [pair for pair in sample["static_pairs"] if pair["status"].startswith("2")]
            for number, pair in enumerate(pairs):
                if pair["response"] is not None:
                    found.append(pytest.param(sample, pair["response"], id=f"{name} {number}"))
    return found


@pytest.mark.skipif(not SANDBOX.is_dir(), reason="Amazon's examples are not beside the project")
@pytest.mark.parametrize(("sample", "answer"), examples() or [pytest.param({}, {}, id="none")])
def test_amazons_own_examples_are_read(sample: dict[str, Any], answer: dict[str, Any]) -> None:
    operation = OPERATIONS[sample["operationId"]]
    assert (operation.method, operation.path) == (sample["method"], sample["path"])
    shown = read(operation.model, json.dumps(answer)).model_dump(by_alias=True, exclude_unset=True)
    assert shown.keys() == answer.keys()


@pytest.mark.skipif(not MODELS.is_dir(), reason="Amazon's schemas are not beside the project")
def test_what_is_required_here_is_what_amazons_schemas_require() -> None:
    models: dict[str, Any] = {}
    for file in MODELS.glob("*_20*.json"):
        models |= json.loads(file.read_text(encoding="utf-8"))["definitions"]
    names = {
        "Submission": "ListingsItemSubmissionResponse",
        "CreatedFeedDocument": "CreateFeedDocumentResponse",
        "CreatedFeed": "CreateFeedResponse",
        "FeedsPage": "GetFeedsResponse",
    }
    for ours, keys in REQUIRED.items():
        if ours != "Nothing":
            assert set(models[names.get(ours, ours)]["required"]) == keys, ours


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_whole_answer_is_read(name: str) -> None:
    assert isinstance(read(OPERATIONS[name].model, json.dumps(WHOLE[name])), Said)


@pytest.mark.parametrize("instead", ["left out", "null"])
@pytest.mark.parametrize(("name", "key"), CASES)
def test_an_answer_without_a_required_key_is_none(name: str, key: str, instead: str) -> None:
    changed = copy.deepcopy(WHOLE[name])
    if instead == "null":
        changed[key] = None
    else:
        del changed[key]
    if key in required(name):
        with pytest.raises(ValueError, match=rf"^{key}: "):
            read(OPERATIONS[name].model, json.dumps(changed))
    else:
        read(OPERATIONS[name].model, json.dumps(changed))


@pytest.mark.parametrize("key", ["sku", "status", "submissionId"])
def test_an_empty_word_is_no_word_of_a_submission(key: str) -> None:
    with pytest.raises(ValueError, match=rf"^{key}: "):
        read(Submission, json.dumps({**SUBMISSION, key: ""}))


def test_a_status_that_is_not_known_is_kept() -> None:
    assert read(Submission, json.dumps({**SUBMISSION, "status": "PENDING"})).status == "PENDING"
    assert read(Feed, json.dumps({**FEED, "processingStatus": "HELD"})).processing_status == "HELD"


def test_issues_that_are_not_told_are_not_no_issues() -> None:
    bare = {key: SUBMISSION[key] for key in ("sku", "status", "submissionId")}
    assert read(Submission, json.dumps(bare)).issues is None
    assert read(Submission, json.dumps(SUBMISSION)).issues == ()


@pytest.mark.parametrize(
    ("name", "foreign"),
    [
        ("patchListingsItem", set()),
        ("patchListingsItem preview", {US}),
        ("createFeed", set()),
        ("getFeed", {US}),
        ("getFeeds", {US}),
        ("getFeedDocument", set()),
        ("getDefinitionsProductType", {US}),
    ],
)
def test_an_answer_of_another_marketplace_is_recognised(name: str, foreign: set[str]) -> None:
    content = read(OPERATIONS[name].model, json.dumps(WHOLE[name]))
    assert isinstance(content, Said)
    assert (content.foreign(US), content.foreign(DE)) == (frozenset(), frozenset(foreign))


def test_a_feed_for_several_marketplaces_is_for_each() -> None:
    assert read(Feed, json.dumps({**FEED, "marketplaceIds": [US, DE]})).foreign(DE) == frozenset()


@pytest.mark.parametrize(
    "name", ["createFeedDocument", "getFeedDocument", "getDefinitionsProductType"]
)
def test_signed_addresses_do_not_show_themselves(name: str) -> None:
    assert "sig=1" not in repr(read(OPERATIONS[name].model, json.dumps(WHOLE[name])))


def test_what_changes_something_is_never_asked_twice() -> None:
    never = {PATCH_LISTING, PUT_LISTING, DELETE_LISTING, CREATE_FEED}
    assert {OPERATIONS[name] for name in WHOLE if not OPERATIONS[name].repeatable} == never


def test_previews_have_a_pace_of_their_own_and_cannot_be_the_real_thing() -> None:
    for preview, real in ((PREVIEW_PATCH, PATCH_LISTING), (PREVIEW_PUT, PUT_LISTING)):
        assert (preview.method, preview.path) == (real.method, real.path)
        assert preview.name != real.name
        assert (preview.rate, preview.burst) == (1.0, 1)
        assert dict(preview.fixed) == {"mode": "VALIDATION_PREVIEW"}
