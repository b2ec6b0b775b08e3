"""Take Amazon's answers into the state, from the network or from the archive: the same lines either way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from amzsync.amazon.answer_parts import read
from amzsync.amazon.answers import (
    CatalogPage,
    InventoryPage,
    ListingsItem,
    ListingsPage,
    Restrictions,
)
from amzsync.amazon.facts import catalogue_found, fba_row, listing_answer
from amzsync.amazon.operations import (
    GET_INVENTORY,
    GET_ITEM_OFFERS,
    GET_LISTING,
    GET_RESTRICTIONS,
    GET_SUMMARIES,
    OPERATIONS,
    SEARCH_CATALOG,
    SEARCH_LISTINGS,
)
from amzsync.core.answers import row_of
from amzsync.core.issues import Issue
from amzsync.core.model import Condition, ListingRow, ReportKind
from amzsync.store import answers, catalogue, listings, matching, offers, planning_marks
from amzsync.store.catalogue import Found, Restriction
from amzsync.workflows import asked_offers
from amzsync.workflows.gathered import Line
from amzsync.workflows.listing_intake import batched, sides_of
from amzsync.workflows.observations import base_of
from amzsync.workflows.sorting import Place, Run

EVERY_CONDITION, NOT_ELIGIBLE = "", "NOT_ELIGIBLE"


def take(run: Run, place: Place, lines: Sequence[Line]) -> set[str]:
    """Take *lines* into the state; return the seller SKUs of which they tell.

    Products that the catalogue's answers concern are noted as touched.
    """
    rows: list[tuple[ReportKind, ListingRow, str]] = []
    issues: dict[str, list[Issue]] = {}
    times: dict[str, str] = {}
    searched: dict[tuple[str, ...], tuple[str, list[Found]]] = {}
    news: set[str] = set()  # ASINs of which more is known now
    for line in lines:
        if line.operation in {SEARCH_LISTINGS.name, GET_LISTING.name}:
            for row, found in _listings(place, line):
                rows.append((ReportKind.ANSWER, row, line.asked_at))
                issues[row.seller_sku], times[row.seller_sku] = found, line.asked_at
        elif line.operation == GET_INVENTORY.name:
            page = read(InventoryPage, line.text)
            told = [fba_row(each) for each in page.payload.inventory_summaries]
            rows += [(ReportKind.FBA_ANSWER, row, line.asked_at) for row in told if row is not None]
        elif line.operation == SEARCH_CATALOG.name:
            catalog = read(CatalogPage, line.text)
            known = searched.get(line.asked, ("", []))[1]  # a search may have several pages
            pages = [Found(*found) for found in catalogue_found(catalog, line.asked)]
            searched[line.asked] = line.asked_at, known + pages
        elif line.operation == GET_RESTRICTIONS.name:
            _restrict(run, place, line)
            news.add(line.asked[0])
        elif line.operation in {GET_ITEM_OFFERS.name, GET_SUMMARIES.name}:
            news |= _offer(run, place, line)
    _put(run, place, rows)
    answers.put_issues(run.db, place.store_id, issues, times)
    _search(run, place, searched)
    if news:
        planning_marks.mark_asins(run.db, place.store_id, news)  # once: it looks at every listing
    return {row.seller_sku for _, row, _ in rows}


def _listings(place: Place, line: Line) -> Iterable[tuple[ListingRow, list[Issue]]]:
    """Yield the listings of an answer, and those that were asked for and are not in it."""
    market = place.store.marketplace
    found: tuple[ListingsItem, ...] = ()
    whole = True
    if line.text:
        content = read(OPERATIONS[line.operation].model, line.text)
        if isinstance(content, ListingsPage):
            found = content.items
            whole = content.next_token is None and content.number_of_results <= len(found)
        else:
            found = (cast("ListingsItem", content),)
    for item in found:
        # Without a summary it may be of another marketplace: it counts only where it was asked for.
        here = any(each.marketplace_id == market.marketplace_id for each in item.summaries or ())
        if here or item.sku in line.asked:
            answer = listing_answer(item, market)
            row = row_of(answer, line.asked_at)
            if not any(row[1:]) and row.quantity is None:
                row = row._replace(reason="")  # there is one, of which nothing is told
            yield row, list(answer.issues)
    if not whole:  # what is not on this page may well be there
        return
    for sku in sorted(set(line.asked) - {item.sku for item in found}):
        yield ListingRow(sku), []


def _put(run: Run, place: Place, rows: Sequence[tuple[ReportKind, ListingRow, str]]) -> None:
    """Keep the answers, and beside each what the all-listings report says, which they may overrule."""
    db, store_id = run.db, place.store_id
    skus = sorted({row.seller_sku for _, row, _ in rows})
    strange: set[str] = set()  # of which nothing was known
    for batch in batched(skus):
        kept = sides_of(run, place, batch)
        known = listings.existing(db, store_id, batch)
        strange |= {sku for sku in batch if sku not in known and sku not in kept}
        bases = []
        for sku, old in known.items():
            base = base_of(old, kept.get(sku, ()))
            if base is not None and old.digest is not None:
                bases.append((base, old.digest))
        answers.put_base(db, store_id, bases)
    for kind in (ReportKind.ANSWER, ReportKind.FBA_ANSWER):
        told = (
            (row, at)
            for which, row, at in rows
            if which is kind and (any(row[1:]) or row.seller_sku not in strange)
        )  # that there is no such listing is no news of one that never was
        answers.put(db, store_id, kind.value, told)


def _search(
    run: Run, place: Place, searched: dict[tuple[str, ...], tuple[str, list[Found]]]
) -> None:
    market = place.store.marketplace.code
    for keys, (asked_at, found) in searched.items():
        catalogue.record(run.db, market, asked_at, keys, found)
        matching.touch_carriers_of(run.db, keys)


def _restrict(run: Run, place: Place, line: Line) -> None:
    """Keep what stands against selling an ASIN as new; other conditions do not concern us."""
    code, message, link = "", "", ""
    for one in read(Restrictions, line.text).restrictions:
        if one.condition_type in {None, Condition.NEW.value} and not code:
            code = NOT_ELIGIBLE
            for reason in (one.reasons or ())[:1]:
                code, message = reason.reason_code or NOT_ELIGIBLE, reason.message
                link = next((each.resource for each in reason.links or ()), "")
    asin = line.asked[0]
    row = Restriction(asin, EVERY_CONDITION, code, message, link)
    catalogue.record_restrictions(run.db, place.store_id, line.asked_at, [row])
    matching.touch_unlisted(run.db, place.store_id, asin)


def _offer(run: Run, place: Place, line: Line) -> set[str]:
    """Keep what others ask; return the ASINs for which that has changed."""
    store = place.store
    content = read(OPERATIONS[line.operation].model, line.text) if line.text else None
    found = asked_offers.told(content, line.asked, store.marketplace, store.seller_id)
    told = [offers.Told(one.asin, one.family, line.asked_at, one.offers, one.code) for one in found]
    return offers.put(run.db, place.store_id, told)
