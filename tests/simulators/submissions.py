"""Listings Items 2021-08-01, the writing half: patch, put and delete one listing, or try it."""

from __future__ import annotations

import re
from typing import Any

from tests.simulators.exchange import Refusal, Reply, invalid, json_reply
from tests.simulators.listings import issue_entry
from tests.simulators.seller import Issue
from tests.simulators.validation import Submission, is_invalid, issues_of
from tests.simulators.visits import Visit
from tests.simulators.writes import Writes
from tests.simulators.writing import submission_id, submit

OPS = ("add", "replace", "merge", "delete")
PREVIEW = "VALIDATION_PREVIEW"
REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
TOP_LEVEL = re.compile(r"/attributes/[a-z0-9_]+")


class Submissions:
    """The operations that change one listing; what they accept goes to *writes*."""

    def __init__(self, writes: Writes) -> None:
        self._writes = writes

    def patch_listings_item(self, visit: Visit) -> Reply:
        places = self._places(visit)
        body = visit.body()
        if problem := wrong_patches(body):
            raise invalid(problem)
        return self._submitted(visit, "patch", _listed(visit, places), body)

    def put_listings_item(self, visit: Visit) -> Reply:
        places = self._places(visit, most=1)
        body = visit.body()
        if problem := wrong_product(body):
            raise invalid(problem)
        return self._submitted(visit, "put", places, body)

    def delete_listings_item(self, visit: Visit) -> Reply:
        places = self._places(visit, most=1)
        return self._submitted(visit, "delete", _listed(visit, places), {})

    def _places(self, visit: Visit, *, most: int | None = None) -> list[str]:
        visit.own_seller_id(visit.path["sellerId"])
        return visit.marketplaces(most=most)

    def _submitted(self, visit: Visit, way: str, places: list[str], body: dict[str, Any]) -> Reply:
        seller, sku = visit.seller, visit.path["sku"]
        parts = visit.params.many("includedData", words=("identifiers", "issues")) or ["issues"]
        preview = visit.params.choice("mode", (PREVIEW,)) is not None
        raw = visit.request.body()
        submission = Submission(seller, sku, way, tuple(places), body, visit.now, raw=raw)
        with seller.lock:
            issues = issues_of(submission) if preview else submit(submission, self._writes)
            status = "VALID" if preview else "ACCEPTED"
            answer: dict[str, Any] = {
                "sku": sku,
                "status": "INVALID" if is_invalid(issues) else status,
                "submissionId": submission_id(),
                "issues": [_issue(issue, places) for issue in issues],
            }
            if "identifiers" in parts:
                shelves = ((place, seller.shelf(place).get(sku)) for place in places)
                answer["identifiers"] = [
                    {"marketplaceId": place} | ({"asin": each.asin} if each and each.asin else {})
                    for place, each in shelves
                ]
        return json_reply(200, answer)


def _listed(visit: Visit, places: list[str]) -> list[str]:
    sku = visit.path["sku"]
    listed = [place for place in places if sku in visit.seller.shelf(place)]
    if not listed:
        where = ", ".join(places)
        raise Refusal(404, "NOT_FOUND", f"SKU '{sku}' not found in marketplace {where}")
    return listed


def _issue(issue: Issue, places: list[str]) -> dict[str, Any]:
    return {**issue_entry(issue, places[0]), "marketplaceIds": places}


def wrong_patches(body: dict[str, Any]) -> str:
    """Return what is wrong with the form of a patch; "" for nothing."""
    patches = body.get("patches")
    if not isinstance(body.get("productType"), str) or not body["productType"]:
        return "Missing required 'productType'."
    if not isinstance(patches, list) or not patches:
        return "Missing required 'patches'."
    for patch in patches:
        if not isinstance(patch, dict) or patch.get("op") not in OPS:
            return "Invalid 'op' of a patch."
        if TOP_LEVEL.fullmatch(str(patch.get("path"))) is None:
            return f"Invalid 'path' of a patch: {patch.get('path')}; only top-level attributes."
        value = patch.get("value", [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            return "Invalid 'value' of a patch: it is no list of objects."
    return ""


def wrong_product(body: dict[str, Any]) -> str:
    """Return what is wrong with the form of a put; "" for nothing."""
    if not isinstance(body.get("productType"), str) or not body["productType"]:
        return "Missing required 'productType'."
    if not isinstance(body.get("attributes"), dict):
        return "Missing required 'attributes'."
    if body.get("requirements", "LISTING") not in REQUIREMENTS:
        return "Invalid 'requirements'."
    return ""
