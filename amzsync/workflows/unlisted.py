"""Sort products that have no listing on a store: ready to list, incomplete, or in no tab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amzsync.core.eligibility import PARENT_TYPES
from amzsync.core.identifiers import Kind, keys
from amzsync.core.listing_rules import Eligibility
from amzsync.core.model import Fulfillment
from amzsync.core.offering import condition_problem, fulfillment_of
from amzsync.core.product_facts import ProductFacts
from amzsync.core.tabs import AsinResult, Verdict, classify_unlisted
from amzsync.store import catalogue as stored
from amzsync.store import changes as history
from amzsync.store import matching, tabs
from amzsync.store.changes import Change
from amzsync.store.matching import Lookup
from amzsync.store.tabs import Verdicts
from amzsync.workflows.found_pages import Pages, pages_of
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.places import asks
from amzsync.workflows.sorting import Place, Run

Row = tuple[tabs.Value, ...]


class Judged(NamedTuple):
    """A product that has no listing on the store."""

    product: ProductFacts
    asin: str | None  # the one it would be listed under
    verdict: Verdict | None  # None: it belongs in no tab


def bring_up_to_date(run: Run, place: Place, *, everything: bool) -> None:
    """Sort the store's unlisted products: *everything*, or only what this run touched."""
    db, store_id = run.db, place.store_id
    if not everything:
        matching.touch_carriers(db)
    before = tabs.unlisted(db, store_id, touched_only=not everything)
    verdicts, eligibility = Verdicts(db), eligibility_of(place)
    kept: set[int] = set()
    moved: list[tuple[int, Row, Row | None]] = []
    for batch in batched(tabs.unlisted_products(db, store_id, touched_only=not everything)):
        changed: list[Row] = []
        for one in judged(run, place, eligibility, batch):
            if one.verdict is None:
                continue
            product_id = one.product.product_id
            old = before.get(product_id)
            row = _row(run, one.asin, one.verdict, verdicts, old)
            if old is not None:
                kept.add(product_id)
                if old[1] != row[1]:
                    moved.append((product_id, old, row))
            if old != row:
                changed.append((product_id, *row))
                place.moves.tabs[str(row[1])] += 1
                if old is not None:
                    place.moves.tabs[str(old[1])] -= 1
        tabs.put_unlisted(db, store_id, changed)
    gone = before.keys() - kept
    tabs.remove_unlisted(db, store_id, gone)
    place.moves.tabs.subtract(str(before[product_id][1]) for product_id in gone)
    _record(run, place, moved + [(product_id, before[product_id], None) for product_id in gone])


def _row(run: Run, asin: str | None, verdict: Verdict, verdicts: Verdicts, old: Row | None) -> Row:
    """Return what is kept of a product; *old* is what was."""
    tab = verdict.tab.value
    since = old[3] if old is not None and old[1] == tab else run.run_id
    return (asin, tab, verdicts.id_of(verdict), since)


def _record(run: Run, place: Place, moved: list[tuple[int, Row, Row | None]]) -> None:
    """Note which products moved to another tab, or out of all."""
    ids = [product_id for product_id, _, _ in moved]
    names = Lookup(run.db, None, by_sources=False).by_id(ids)
    history.record(
        run.db,
        run.run_id,
        (
            _change(place, names[i].sku, old, new)
            for i, old, new in sorted(moved, key=lambda m: m[0])
        ),
    )


def eligibility_of(place: Place) -> Eligibility:
    """Return what tells which products may be sold on the store."""
    settings = place.store.settings
    return Eligibility(place.store.website, settings.rules, settings.quantity)


def judged(
    run: Run, place: Place, eligibility: Eligibility, batch: list[tuple[int, str, str]]
) -> Iterator[Judged]:
    """Judge the products of *batch* (``(product_id, sku, identifiers)``), in its order; nothing is written."""
    config, store = run.config, place.store
    settings, mapped = store.settings, config.mapping.condition
    lookup = Lookup(run.db, store.view, by_sources=config.commerce.stock is not None, whole=True)
    ids = [product_id for product_id, _, _ in batch]
    facts = lookup.by_id(ids)
    attributes = frozenset(config.mapping.attributes.get(Kind.ASIN, ()))
    named = {product_id: _asins(lines, attributes) for product_id, _, lines in batch}
    carriers = lookup.by_key([asin for found in named.values() for asin in found])
    told = _searched(run, place, [i for i in ids if not named[i]])
    barred = _restrictions(run, place, named, told)
    for product_id in ids:
        product = facts[product_id]
        pages = told.get(product_id)
        found = named[product_id] or (pages.asins if pages else [])
        parent = pages.parent if pages else False
        parent = parent or any(
            other.type in PARENT_TYPES for asin in found for _, _, other in carriers.get(asin, ())
        )
        verdict = classify_unlisted(
            _result(found, parent=parent),
            ", ".join(found),
            condition_problem=condition_problem(settings.condition, product, mapped=mapped),
            ineligible=eligibility.barred(
                product,
                ours=fulfillment_of(settings.fulfillment, product) is Fulfillment.MERCHANT,
            ),
            automatic=settings.automatic_listing,
            searched=pages.searched if pages else None,
            by=pages.by if pages else "",
            found=pages.words if pages else "",
            restriction=barred.get(found[0]) if len(found) == 1 else None,
            checked=not asks(store) or len(found) != 1 or found[0] in barred,
        )
        yield Judged(product, found[0] if len(found) == 1 and not parent else None, verdict)


def _searched(run: Run, place: Place, ids: Sequence[int]) -> dict[int, Pages]:
    """Return what Amazon's catalogue has for the products *ids*, where the store can ask for it."""
    if not asks(place.store) or not ids:
        return {}
    gtins = matching.gtins_of(run.db, ids)
    keys = [key for found in gtins.values() for _, key in found]
    known = stored.of_keys(run.db, place.store.marketplace.code, keys)
    return {product_id: pages_of(found, known) for product_id, found in gtins.items()}


def _restrictions(
    run: Run, place: Place, named: dict[int, list[str]], told: dict[int, Pages]
) -> dict[str, tuple[str, str, str]]:
    """Return ``(code, message, link)`` of what stands against selling an ASIN, by ASIN."""
    if not asks(place.store):
        return {}
    asins = [asin for found in named.values() for asin in found]
    asins += [asin for pages in told.values() for asin in pages.asins]
    known = stored.restrictions_of(run.db, place.store_id, asins)
    return {asin: (one.code, one.message, one.link) for (asin, _), one in known.items()}


def _asins(lines: str, attributes: frozenset[str]) -> list[str]:
    """Return the different ASINs that a product's ``attribute=value`` lines hold, in their order."""
    found: dict[str, None] = {}
    for line in lines.split("\n"):
        name, _, value = line.partition("=")
        if name in attributes:
            found |= dict.fromkeys(key for key, _ in keys(Kind.ASIN, value))
    return list(found)


def _result(asins: list[str], *, parent: bool) -> AsinResult:
    if not asins:
        return AsinResult.NONE
    if len(asins) > 1:
        return AsinResult.SEVERAL
    return AsinResult.PARENT if parent else AsinResult.ONE


def _change(place: Place, sku: str, old: Row, new: Row | None) -> Change:
    since = int(old[3] or 0)
    return Change(
        place.store_id, "unlisted", sku, "tab", old[1], None if new is None else new[1], since
    )
