"""JSON_LISTINGS_FEED, version 2: what is in a feed's document, and the report on its processing."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from tests.simulators.seller import Issue, Seller
from tests.simulators.submissions import wrong_patches, wrong_product
from tests.simulators.validation import Submission, wrong

if TYPE_CHECKING:
    from tests.simulators.feeds import Feed

MOST_MESSAGES = 25_000
MOST_BYTES = 10 * 1024 * 1024
VERSION = "2.0"
KEYS = {
    "UPDATE": {"productType", "requirements", "attributes"},
    "PARTIAL_UPDATE": {"productType", "attributes"},
    "PATCH": {"productType", "patches"},
    "DELETE": set[str](),
}
ALWAYS = {"messageId", "sku", "operationType"}

Said = tuple[dict[str, Any], Issue]


def contents_of(content: bytes, seller: Seller) -> tuple[str, list[dict[str, Any]]]:
    """Return why nothing can be made of a document ("" where something can), and its messages."""
    if len(content) > MOST_BYTES:
        return "The feed is larger than 10 MiB.", []
    try:
        feed = json.loads(content)
        header, messages = feed["header"], feed["messages"]
        seller_id, version = header["sellerId"], header["version"]
    except (ValueError, KeyError, TypeError):
        return "The feed is no JSON of the right form.", []
    if seller_id != seller.seller_id:
        return "The sellerId is not that of the seller.", []
    if version != VERSION:
        return f"The version {version} is not supported.", []
    if not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        return f"A feed has 1 to {MOST_MESSAGES} messages.", []
    if not all(isinstance(message, dict) for message in messages):
        return "A message is no object.", []
    ids = [message.get("messageId") for message in messages]
    if not all(type(number) is int and number >= 1 for number in ids):
        return "A message has no messageId.", []
    if len(set(ids)) < len(ids):
        return "The messageIds are not unique.", []
    return "", messages


def submission_of(message: dict[str, Any], feed: Feed) -> Submission | Issue:
    """Return what a message asks for, or why it cannot be understood."""
    kind, sku = message.get("operationType"), message.get("sku")
    if not isinstance(sku, str) or not sku:
        return wrong("sku", "'sku' is required but not supplied.", "MISSING_ATTRIBUTE")
    if not isinstance(kind, str) or kind not in KEYS:
        return wrong("operationType", "The operation type is not known.")
    if strange := set(message) - ALWAYS - KEYS[kind]:
        return wrong(min(strange), f"'{min(strange)}' does not go with {kind}.")
    body, way, problem = dict(message), "delete", ""
    if kind == "UPDATE":
        way, problem = "put", wrong_product(body)
    elif kind in ("PARTIAL_UPDATE", "PATCH"):
        way = "patch"
        if kind == "PARTIAL_UPDATE" and not (problem := wrong_product(body)):
            body["patches"] = [
                {"op": "replace", "path": f"/attributes/{name}", "value": value}
                for name, value in body["attributes"].items()
            ]
        problem = problem or wrong_patches(body)
    if problem:
        return wrong(kind, problem)
    return Submission(
        feed.seller, sku, way, tuple(feed.marketplace_ids), body, feed.done_at, feed.feed_id,
        message, feed.ours,
    )  # fmt: skip


def processing_report(
    seller_id: str,
    feed_id: str,
    messages: Sequence[dict[str, Any]],
    said: Sequence[Said],
    trouble: str,
    concealed: Collection[int],
) -> dict[str, Any]:
    """Return the result document; *trouble* is why nothing was processed, or ""."""
    messages = [each for each in messages if each["messageId"] not in concealed]
    said = [(each, issue) for each, issue in said if each["messageId"] not in concealed]
    issues = [_entry(message, issue) for message, issue in said]
    if trouble:
        issues = [{"code": "4000001", "severity": "ERROR", "message": trouble}]
        messages = []
    severities = [each["severity"] for each in issues]
    invalid = {each["messageId"] for each, issue in said if issue.severity == "ERROR"}
    return {
        "header": {"sellerId": seller_id, "version": VERSION, "feedId": feed_id},
        "issues": issues,
        "summary": {
            "errors": severities.count("ERROR"),
            "warnings": severities.count("WARNING"),
            "messagesProcessed": len(messages),
            "messagesAccepted": len(messages) - len(invalid),
            "messagesInvalid": len(invalid),
        },
    }


def _entry(message: dict[str, Any], issue: Issue) -> dict[str, Any]:
    said = {
        "messageId": message["messageId"],
        "code": issue.code,
        "severity": issue.severity,
        "message": issue.message,
    }
    if isinstance(message.get("sku"), str) and message["sku"]:
        said["sku"] = message["sku"]
    return said | ({"attributeName": issue.attributes[0]} if issue.attributes else {})
