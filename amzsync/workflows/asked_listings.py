"""Ask about single listings: what has changed since the last run, and why the inactive ones do not sell."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, cast

from amzsync.amazon.answers import InventoryPage, ListingsPage
from amzsync.amazon.calls import Call, Failure, Kind
from amzsync.amazon.lanes import Lane
from amzsync.amazon.operations import GET_INVENTORY, GET_LISTING, SEARCH_LISTINGS
from amzsync.clock import seconds_of, text_of
from amzsync.workflows.asking import Place, is_odd_one, repeated
from amzsync.workflows.gathered import CHANGES, OVERLAP, STOCK

INCLUDED = "summaries,issues,offers,fulfillmentAvailability,productTypes,relationships"
PAGE = 20  # listings in a page, and seller SKUs in a question
FORBIDDEN, NOT_FOUND = 403, 404
EMPTY = 3  # pages of stock in a row with nothing on them: Amazon may look for changes where there are none
PAGED = 1000  # listings that can be paged through; what is beyond is asked for from there on


def changed(place: Place, since: str) -> Lane:
    """Ask for the listings that changed since a moment of Amazon's clock, oldest change first.

    What has been read is known, so a run that cannot read to the end leaves the rest to the next one.  That holds
    as far as the pages are full: what a page lacks may be older than what is on it.
    """
    start, began, complete = since, "", False
    while not complete:
        token, told, expected, tokens = "", 0, 0, set[str]()
        last, whole = start, True
        while True:
            call = _search(place, start, token)
            answer = place.accepted((yield call))
            if answer is None:
                return
            page = cast("ListingsPage", answer.content)
            began, expected = began or answer.asked_at, page.number_of_results
            if token in tokens or (page.next_token and not page.items):
                place.fail(repeated(call))
                return
            tokens.add(token)
            if page.items:
                place.keep(answer)
            told += len(page.items)
            last = max([last, *_updated(page)])
            whole = whole and len(page.items) == PAGE
            if whole:
                place.gathered.marks[CHANGES] = last
            token = page.next_token or ""
            if not token or told >= PAGED:
                break
        if told < min(expected, PAGED):
            place.fail(repeated(call, f"only {told} of {expected} changed listings came"))
            return
        complete = told < PAGED
        if not complete and last <= start:
            place.fail(repeated(call, f"more than {PAGED} listings changed at {last}"))
            return
        start = last  # Amazon pages no further than that, so the search begins anew there
    place.gathered.marks[CHANGES] = max(since, _before(began))


def any_there(place: Place) -> Generator[Any, Any, bool | None]:
    """Ask whether the store has any listing at all; ``None`` where Amazon does not answer."""
    params = {"marketplaceIds": place.marketplace_id, "pageSize": "1"}
    call = place.call(SEARCH_LISTINGS, params, path={"sellerId": place.store.seller_id})
    answer = place.accepted((yield call))
    if answer is None:
        return None
    page = cast("ListingsPage", answer.content)
    return bool(page.number_of_results or page.items)


def reread(place: Place, batches: Iterator[list[str]], *, included: str = INCLUDED) -> Lane:
    """Ask for the listings of each batch by their seller SKUs; several lanes may share the batches."""
    for skus in batches:
        params = {
            "marketplaceIds": place.marketplace_id,
            "includedData": included,
            "identifiers": ",".join(skus),
            "identifiersType": "SKU",
            "pageSize": str(PAGE),
        }
        seller = {"sellerId": place.store.seller_id}
        outcome = yield place.call(SEARCH_LISTINGS, params, path=seller)
        answer = place.accepted(outcome)
        if answer is not None:
            place.keep(answer, skus)
        elif not is_odd_one(outcome):
            return
        elif len(skus) > 1:  # one of them is the matter: the others are asked for by themselves
            yield from reread_singly(place, skus, included=included)


def reread_singly(place: Place, skus: list[str], *, included: str = INCLUDED) -> Lane:
    """Ask for listings one by one: a seller SKU with a comma cannot be searched for."""
    for sku in skus:
        outcome = yield place.call(
            GET_LISTING,
            {"marketplaceIds": place.marketplace_id, "includedData": included},
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
    token, began, tokens, empty = "", "", set[str](), 0
    params = {
        "granularityType": "Marketplace",
        "granularityId": place.marketplace_id,
        "marketplaceIds": place.marketplace_id,
        "details": "true",
        "startDateTime": since,
    }
    while True:
        answer = place.accepted((yield place.call(GET_INVENTORY, dict(params))))
        if answer is None:
            return
        page = cast("InventoryPage", answer.content)
        if page.payload.inventory_summaries:
            place.keep(answer)
            empty = 0
        else:
            empty += 1
        began, token = began or answer.asked_at, page.next_token or ""
        if not token:
            place.gathered.marks[STOCK] = max(since, _before(began))
            return
        if token in tokens or empty > EMPTY:
            place.fail(repeated(answer.call))
            return
        tokens.add(token)
        params["nextToken"] = token


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


def _updated(page: ListingsPage) -> Iterator[str]:
    for item in page.items:
        for summary in item.summaries or ():
            yield summary.last_updated_date


def _before(moment: str) -> str:
    return text_of(seconds_of(moment) - OVERLAP)
