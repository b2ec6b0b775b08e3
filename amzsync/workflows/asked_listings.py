"""Ask about single listings: what has changed since the last run, and why the inactive ones do not sell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from amzsync.amazon.answers import InventoryPage, ListingsPage
from amzsync.amazon.calls import Call, Failure, Kind
from amzsync.amazon.lanes import Lane
from amzsync.amazon.operations import GET_INVENTORY, GET_LISTING, SEARCH_LISTINGS
from amzsync.clock import seconds_of, text_of
from amzsync.workflows.asking import Place
from amzsync.workflows.gathered import CHANGES, OVERLAP, STOCK

INCLUDED = "summaries,issues,offers,fulfillmentAvailability,productTypes,relationships"
PAGE = 20  # listings in a page, and seller SKUs in a question
FORBIDDEN, NOT_FOUND = 403, 404
PAGED = 1000  # listings that can be paged through; what is beyond is asked for from there on


def changed(place: Place, since: str) -> Lane:
    """Ask for the listings that changed since a moment of Amazon's clock, oldest change first."""
    start, token, told, began = since, "", 0, ""
    seen: set[tuple[str, ...]] = set()
    while True:
        call = _search(place, start, token)
        answer = place.accepted((yield call))
        if answer is None:
            return
        page = cast("ListingsPage", answer.content)
        began = began or answer.asked_at
        if _repeats(place, call, page, seen):
            return
        place.keep(answer)
        told += len(page.items)
        last = max(_updated(page), default=start)
        token = page.next_token or ""
        if not token:
            place.gathered.marks[CHANGES] = _before(began)
            return
        place.gathered.marks[CHANGES] = _before(last)
        if told >= PAGED:  # Amazon pages no further, so the search begins anew where it ended
            if last <= start:
                place.fail(_stuck(call, f"more than {PAGED} listings changed at {last}"))
                return
            start, token, told = last, "", 0
            seen.clear()


def reread(place: Place, batches: Iterator[list[str]]) -> Lane:
    """Ask for the listings of each batch by their seller SKUs; several lanes may share the batches."""
    for skus in batches:
        params = {
            "marketplaceIds": place.marketplace_id,
            "includedData": INCLUDED,
            "identifiers": ",".join(skus),
            "identifiersType": "SKU",
            "pageSize": str(PAGE),
        }
        answer = place.accepted(
            (yield place.call(SEARCH_LISTINGS, params, path={"sellerId": place.store.seller_id}))
        )
        if answer is None:
            return
        place.keep(answer, skus)


def reread_singly(place: Place, skus: list[str]) -> Lane:
    """Ask for listings one by one: a seller SKU with a comma cannot be searched for."""
    for sku in skus:
        outcome = yield place.call(
            GET_LISTING,
            {"marketplaceIds": place.marketplace_id, "includedData": INCLUDED},
            path={"sellerId": place.store.seller_id, "sku": sku},
            seller_sku=sku,
        )
        if isinstance(outcome, Failure) and _denies(outcome):
            place.deny(outcome.call.operation, sku)
            continue
        answer = place.accepted(outcome)
        if answer is not None:
            place.keep(answer, [sku])
        elif outcome.kind is not Kind.REFUSED or outcome.status == FORBIDDEN:
            return


def _denies(failure: Failure) -> bool:
    """Tell whether Amazon itself, and no page of something in between, says that there is no such listing."""
    return failure.kind is Kind.REFUSED and failure.status == NOT_FOUND


def batches(skus: list[str]) -> tuple[list[list[str]], list[str]]:
    """Return *skus* in batches that can be searched for, and those that cannot be."""
    plain = [sku for sku in skus if "," not in sku]
    odd = [sku for sku in skus if "," in sku]
    return [plain[at : at + PAGE] for at in range(0, len(plain), PAGE)], odd


def stock(place: Place, since: str) -> Lane:
    """Ask for the stock in Amazon's warehouses that changed since a moment of Amazon's clock."""
    token, began = "", ""
    while True:
        params = {
            "granularityType": "Marketplace",
            "granularityId": place.marketplace_id,
            "marketplaceIds": place.marketplace_id,
            "details": "true",
            "startDateTime": since,
        }
        if token:
            params["nextToken"] = token
        answer = place.accepted((yield place.call(GET_INVENTORY, params)))
        if answer is None:
            return
        place.keep(answer)
        began = began or answer.asked_at
        before, token = token, cast("InventoryPage", answer.content).next_token or ""
        if not token:
            place.gathered.marks[STOCK] = _before(began)
            return
        if token == before:
            place.fail(_stuck(answer.call, "the same page came again"))
            return


def _search(place: Place, since: str, token: str) -> Call:
    params = {
        "marketplaceIds": place.marketplace_id,
        "includedData": INCLUDED,
        "lastUpdatedAfter": since,
        "sortBy": "lastUpdatedDate",
        "sortOrder": "ASC",
        "pageSize": str(PAGE),
    }
    if token:
        params["pageToken"] = token
    return place.call(SEARCH_LISTINGS, params, path={"sellerId": place.store.seller_id})


def _repeats(place: Place, call: Call, page: ListingsPage, seen: set[tuple[str, ...]]) -> bool:
    """Tell whether the same page came again: to go on would be to go on for ever."""
    skus = tuple(item.sku for item in page.items)
    if skus and skus in seen:
        place.fail(_stuck(call, "the same page came again"))
        return True
    seen.add(skus)
    return False


def _updated(page: ListingsPage) -> Iterator[str]:
    for item in page.items:
        for summary in item.summaries or ():
            yield summary.last_updated_date


def _before(moment: str) -> str:
    return text_of(seconds_of(moment) - OVERLAP)


def _stuck(call: Call, why: str) -> Failure:
    return Failure(call, Kind.TEMPORARY, None, "PageRepeated", f"Paging cannot go on: {why}.")
