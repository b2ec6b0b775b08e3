"""Sort products that have no listing on a store: ready to list, incomplete, or in no tab."""

from __future__ import annotations

from collections.abc import Iterable

from amzsync.core.eligibility import PARENT_TYPES, has_stock, ineligible
from amzsync.core.identifiers import Kind, keys
from amzsync.core.tabs import AsinResult, classify_unlisted
from amzsync.store import changes as history
from amzsync.store import tabs
from amzsync.store.changes import Change
from amzsync.store.matching import Lookup, ProductFacts
from amzsync.store.tabs import Verdicts
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.sorting import Place, Run

Row = tuple[tabs.Value, ...]


def bring_up_to_date(run: Run, place: Place, *, everything: bool) -> None:
    """Sort the store's unlisted products: *everything*, or only what this run touched."""
    db, store_id = run.db, place.store_id
    touched = not everything
    before = tabs.unlisted(db, store_id, touched_only=touched)
    verdicts = Verdicts(db)
    after: dict[int, Row] = {}
    names: dict[int, str] = {}
    for batch in batched(tabs.unlisted_products(db, store_id, touched_only=touched)):
        for product_id, sku, row in _sorted(run, place, verdicts, batch, before):
            after[product_id], names[product_id] = row, sku
    gone = before.keys() - after.keys()
    tabs.remove_unlisted(db, store_id, gone)
    tabs.put_unlisted(db, store_id, ((i, *row) for i, row in after.items() if row != before.get(i)))
    moved = [i for i in before if i not in after or after[i][1] != before[i][1]]
    names |= {i: facts.sku for i, facts in Lookup(db, None, by_sources=False).by_id(moved).items()}
    history.record(
        db,
        run.run_id,
        (_change(place, names[i], before[i], after.get(i)) for i in sorted(moved)),
    )


def recount(run: Run, place: Place) -> None:
    """Count the store's tabs anew."""
    tabs.count(run.db, place.store_id)


def _sorted(
    run: Run,
    place: Place,
    verdicts: Verdicts,
    batch: list[tuple[int, str, str]],
    before: dict[int, Row],
) -> Iterable[tuple[int, str, Row]]:
    """Yield ``(product_id, sku, row)`` of those of *batch* that belong in a tab."""
    config, store = run.config, place.store
    lookup = Lookup(run.db, store.view, by_sources=config.commerce.stock is not None)
    facts = lookup.by_id([product_id for product_id, _, _ in batch])
    attributes = frozenset(config.mapping.attributes.get(Kind.ASIN, ()))
    asins = {product_id: _asins(lines, attributes) for product_id, _, lines in batch}
    carriers = lookup.by_key([asin for found in asins.values() for asin in found])
    for product_id, sku, _ in batch:
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
            yield product_id, sku, (asin, tab, verdicts.id_of(verdict), since)


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
