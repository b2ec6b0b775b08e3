"""Sort products that have no listing on a store: ready to list, incomplete, or in no tab."""

from __future__ import annotations

from collections.abc import Iterable

from amzsync.core.eligibility import PARENT_TYPES, has_stock, ineligible
from amzsync.core.identifiers import Kind, keys
from amzsync.core.tabs import AsinResult, classify_unlisted
from amzsync.store import changes as history
from amzsync.store import matching, tabs
from amzsync.store.changes import Change
from amzsync.store.matching import Lookup, ProductFacts
from amzsync.store.tabs import Verdicts
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.sorting import Place, Run

Row = tuple[tabs.Value, ...]


def bring_up_to_date(run: Run, place: Place, *, everything: bool) -> None:
    """Sort the store's unlisted products: *everything*, or only what this run touched."""
    db, store_id = run.db, place.store_id
    if not everything:
        matching.touch_carriers(db)
    before = tabs.unlisted(db, store_id, touched_only=not everything)
    verdicts = Verdicts(db)
    kept: set[int] = set()
    moved: list[tuple[int, Row, Row | None]] = []
    for batch in batched(tabs.unlisted_products(db, store_id, touched_only=not everything)):
        changed: list[Row] = []
        for product_id, row in _sorted(run, place, verdicts, batch, before):
            old = before.get(product_id)
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


def _sorted(
    run: Run,
    place: Place,
    verdicts: Verdicts,
    batch: list[tuple[int, str, str]],
    before: dict[int, Row],
) -> Iterable[tuple[int, Row]]:
    """Yield ``(product_id, row)`` of those of *batch* that belong in a tab."""
    config, store = run.config, place.store
    lookup = Lookup(run.db, store.view, by_sources=config.commerce.stock is not None)
    facts = lookup.by_id([product_id for product_id, _, _ in batch])
    attributes = frozenset(config.mapping.attributes.get(Kind.ASIN, ()))
    asins = {product_id: _asins(lines, attributes) for product_id, _, lines in batch}
    carriers = lookup.by_key([asin for found in asins.values() for asin in found])
    for product_id, _, _ in batch:
        product = facts[product_id]
        found = asins[product_id]
        parent = any(
            other.type in PARENT_TYPES for asin in found for _, _, other in carriers.get(asin, ())
        )
        verdict = classify_unlisted(
            _result(found, parent=parent),
            ", ".join(found),
            condition_known=config.mapping.condition is None or product.condition is not None,
            ineligible=ineligible(
                *product[2:5], store.website, _stocked(product), product.missing == 1
            ),
        )
        if verdict is not None:
            old = before.get(product_id)
            tab = verdict.tab.value
            since = old[3] if old is not None and old[1] == tab else run.run_id
            asin = found[0] if len(found) == 1 else None
            yield product_id, (asin, tab, verdicts.id_of(verdict), since)


def _stocked(product: ProductFacts) -> bool | None:
    return has_stock(*product[5:9])


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
