"""Feeds are cut and written within Amazon's limits; of a processing report only what it tells is believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon.feed_documents import Fate, TooLarge, cut, encoded, feed, results
from amzsync.core.issues import Issue

SHARED = Path(__file__).resolve().parents[3] / "shared"
REPORT = SHARED / "samples" / "amazon" / "models__JSON_LISTINGS_FEED.processing-report.example.json"
SCHEMA = SHARED / "models" / "spapi" / "schemas" / "listings-feed-schema-v2.json"


def patch(sku: str, quantity: object = 3) -> dict[str, Any]:
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity}]
    one = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": value}
    return {"sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": [one]}


# -- feeds


def test_a_feed_is_compact_json_in_utf8_with_its_header() -> None:
    document = feed("A2", [{"messageId": 1, "sku": "é日", "operationType": "DELETE"}])
    assert document.decode() == (
        '{"header":{"sellerId":"A2","version":"2.0","issueLocale":"en_US"},'
        '"messages":[{"messageId":1,"sku":"é日","operationType":"DELETE"}]}'
    )


@pytest.mark.skipif(not SCHEMA.is_file(), reason="Amazon's schemas are not beside the project")
def test_a_feed_keeps_to_amazons_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for part in cut([patch("A"), patch("B", 0), {"sku": "C", "operationType": "DELETE"}]):
        jsonschema.Draft7Validator(schema).validate(json.loads(feed("A2", part)))


@pytest.mark.parametrize(
    ("value", "text"),
    [("19.99", "19.99"), ("20.00", "20"), ("0.1", "0.1"), ("1E+3", "1000"), ("12345678.90", "12345678.9")],
)  # fmt: skip
def test_an_amount_keeps_its_digits(value: str, text: str) -> None:
    assert encoded({"v": Decimal(value)}) == f'{{"v":{text}}}'.encode()


@pytest.mark.parametrize(
    "value", [float("nan"), Decimal("NaN"), Decimal("Infinity"), "\ud800", {1, 2}]
)
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        feed("A2", [patch("A", value)])


MESSAGES = st.lists(
    st.builds(patch, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)),
    max_size=40,
)


@given(messages=MESSAGES, most=st.integers(1, 12), room=st.integers(1_600, 4_000))
def test_cut_feeds_keep_to_both_limits_and_lose_nothing(
    messages: list[dict[str, Any]], most: int, room: int
) -> None:
    parts = list(cut(messages, most=most, bytes=room))
    for part in parts:
        assert 1 <= len(part) <= most
        assert len(feed("A2EXAMPLE12345", part)) <= room
        assert [one["messageId"] for one in part] == list(range(1, len(part) + 1))
    bare = [{k: v for k, v in one.items() if k != "messageId"} for part in parts for one in part]
    assert bare == messages


@given(messages=MESSAGES, room=st.integers(1_600, 4_000))
def test_a_feed_is_only_cut_where_the_next_message_would_not_have_fitted(
    messages: list[dict[str, Any]], room: int
) -> None:
    parts = list(cut(messages, bytes=room))
    for part, following in pairwise(parts):
        assert len(feed("A2", [*part, following[0]])) > room - 1_000


def test_the_limits_are_amazons() -> None:
    many = (patch(f"S{number}") for number in range(25_001))
    assert [len(part) for part in cut(many)] == [25_000, 1]
    long = (patch("S" * 1_000) for _ in range(10_000))
    assert all(len(feed("A2", part)) <= 9_500_000 for part in cut(long))


def test_messages_that_were_numbered_are_numbered_anew_and_left_as_they_were() -> None:
    given_ones: list[Mapping[str, Any]] = [{"messageId": 9, **patch("A")}, patch("B")]
    (part,) = cut(given_ones)
    assert [one["messageId"] for one in part] == [1, 2]
    assert given_ones[0]["messageId"] == 9
    assert "messageId" not in given_ones[1]


def test_a_message_that_no_feed_can_hold_is_told_after_what_came_before() -> None:
    parts = cut([patch("A"), patch("B" * 2_000), patch("C")], bytes=2_000)
    assert [one["sku"] for one in next(parts)] == ["A"]
    with pytest.raises(TooLarge) as told:
        next(parts)
    assert told.value.seller_sku == "B" * 2_000
    assert told.value.size == len(encoded({"messageId": 1, **patch("B" * 2_000)}))


def test_no_messages_make_no_feed() -> None:
    assert list(cut([])) == []


# -- processing reports


def report(
    processed: int, accepted: int, invalid: int, *issues: Mapping[str, Any], **changed: Any
) -> bytes:
    summary = {
        "errors": len(issues),
        "warnings": 0,
        "messagesProcessed": processed,
        "messagesAccepted": accepted,
        "messagesInvalid": invalid,
    }
    header = {"sellerId": "A2", "version": "2.0", "feedId": "7"}
    return json.dumps({"header": header, "issues": issues, "summary": summary, **changed}).encode()


def wrong(message_id: object = 2, severity: str = "ERROR", **more: Any) -> dict[str, Any]:
    told = {"severity": severity, "message": "No.", "code": "1", "sku": f"S{message_id}", **more}
    return told if message_id is None else {"messageId": message_id, **told}


@pytest.mark.skipif(not REPORT.is_file(), reason="Amazon's examples are not beside the project")
def test_amazons_own_report_is_read() -> None:
    result = results(REPORT, sent=4, feed_id="1234567890")
    assert (result.processed, result.accepted, result.invalid) == (4, 2, 2)
    assert result.complete
    assert len(result.of(4, "My-SKU-B")) == 2
    assert result.of(5, "x")[0].attributes == ("purchasable_offer.our_price",)
    fates = [result.fate(number, "x") for number in (1, 4, 5)]
    assert fates == [Fate.ACCEPTED, Fate.REJECTED, Fate.REJECTED]


A, R, U = Fate.ACCEPTED, Fate.REJECTED, Fate.UNKNOWN
FATES = [
    pytest.param(report(3, 3, 0), True, [A, A, A], id="all well"),
    pytest.param(report(3, 2, 1, wrong()), True, [A, R, A], id="one wrong"),
    pytest.param(report(3, 3, 0, wrong(severity="WARNING")), True, [A, A, A], id="a warning"),
    pytest.param(report(3, 2, 1, wrong(), wrong(severity="INFO")), True, [A, R, A], id="info too"),
    pytest.param(report(3, 2, 1, wrong(), wrong()), True, [A, R, A], id="two of one"),
    pytest.param(report(3, 2, 1, wrong("2")), True, [A, R, A], id="number as text"),
    pytest.param(report(3, 2, 1, wrong(None, sku="S2")), True, [A, R, A], id="by SKU"),
    pytest.param(report(2, 1, 1, wrong()), False, [U, R, U], id="one was not processed"),
    pytest.param(report(3, 1, 1, wrong()), False, [U, R, U], id="sums that do not agree"),
    pytest.param(report(3, 1, 2, wrong()), False, [U, R, U], id="one wrong without a word"),
    pytest.param(report(3, 0, 3), False, [R, R, R], id="none accepted, without a word"),
    pytest.param(report(0, 0, 0, wrong(None, sku=None)), False, [R, R, R], id="no feed at all"),
    pytest.param(report(3, 3, 0, wrong()), True, [A, R, A], id="wrong, and accepted"),
]


@pytest.mark.parametrize(("document", "complete", "fates"), FATES)
def test_what_became_of_each_message_is_what_the_report_tells(
    document: bytes, complete: bool, fates: list[Fate]
) -> None:
    result = results(document, sent=3, feed_id="7")
    assert result.complete is complete
    assert [result.fate(number, f"S{number}") for number in (1, 2, 3)] == fates


def test_an_issue_keeps_what_amazon_says() -> None:
    one = wrong(attributeNames=["size", "colour"], categories=["MISSING_ATTRIBUTE"])
    general = {"severity": "WARNING", "message": "Slow."}
    result = results(report(3, 2, 1, one, general), sent=3)
    assert result.of(2, "S2") == (
        Issue("1", "No.", "ERROR", ("size", "colour"), ("MISSING_ATTRIBUTE",)),
    )
    assert result.general() == (Issue("", "Slow.", "WARNING"),)


def test_a_report_is_read_from_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"\xef\xbb\xbf" + report(1, 1, 0))
    assert results(path, sent=1).complete


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param(b"<html><title>canary</title></html>", "it is not JSON", id="page"),
        pytest.param(report(3, 3, 0)[:-5], "it is not JSON", id="cut"),
        pytest.param(b"", "it is not JSON", id="empty"),
        pytest.param(b"[]", "it is no JSON object", id="list"),
        pytest.param(b"{}", "header: Field required", id="no report"),
        pytest.param(b"\xff\xfe{}", "it is not UTF-8", id="encoding"),
        pytest.param(feed("canary", [patch("A")]), "header.feedId: Field required", id="a feed"),
        pytest.param(report(3, 3, 0, summary={}), "summary.errors: Field required", id="no sums"),
        pytest.param(
            report(3, 3, 0, header={"sellerId": "A2", "version": "2.0", "feedId": "8"}),
            "it is the report of another feed", id="another feed",
        ),
        pytest.param(
            report(3, 3, 0, header={"sellerId": "A2", "version": "3.0", "feedId": "7"}),
            "it is of a version that is not known", id="version",
        ),
        pytest.param(report(4, 4, 0), "it tells of more messages than were sent", id="too many"),
        pytest.param(
            report(3, 2, 1, {"message": "canary"}), "issues.0.severity: Field required", id="issue"
        ),
        pytest.param(
            report(3, 4, -1), "summary.messagesInvalid: Input should be greater", id="below zero"
        ),
    ],
)  # fmt: skip
def test_what_is_no_report_of_this_feed_is_refused_without_quoting_it(
    document: bytes, words: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{words}") as refused:
        results(document, sent=3, feed_id="7")
    assert "canary" not in str(refused.value)
