"""Take the rows of the product export into the state, noting every difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from amzsync.core import guards
from amzsync.core.changes import differences
from amzsync.core.eligibility import PARENT_TYPES
from amzsync.core.keys import product_keys
from amzsync.core.model import ProductRow
from amzsync.core.money import micros_text, quantity_text
from amzsync.store import changes as history
from amzsync.store import matching, products, runs
from amzsync.store.changes import Change
from amzsync.store.runs import COMMERCE
from amzsync.workflows.formats import Batch, Row
from amzsync.workflows.refusals import refuse
from amzsync.workflows.sorting import Run

_TRACKED = (
    "name", "type", "websites", "enabled", "price", "special_price", "special_from", "special_to", "quantity",
    "in_stock", "manage_stock", "backorders", "condition", "identifiers",
    "attributes",
)  # fmt: skip
_PLACE = {name: place for place, name in enumerate(products.FIELDS)}


class ProductIntake:
    """Take the rows of the export into the state."""

    def __init__(self, run: Run, *, first: bool, reparse: bool) -> None:
        self._run = run
        self._reparse = reparse
        self._keys = product_keys(run.config.mapping)
        self._next_id = products.next_id(run.db)
        self._fresh = first and self._next_id == 1
        last = runs.source(run.db, COMMERCE, "products")
        self._rows = last.accepted if last is not None else 0
        self._views = products.any_views(run.db)
        self._prices_changed = 0
        self._price_leaps = 0
        self.replaced: list[tuple[int, str, int]] = []
        if reparse:
            products.clear_keys(run.db)

    def take(self, batch: Batch) -> None:
        """Take changed rows; those of store views are kept apart."""
        if self._fresh and not any(row[1] for row in batch.rows):
            again = self._insert(batch)
        else:
            again = list(zip(batch.rows, batch.digests, batch.lines, strict=True))
        rows = [(ProductRow._make(row), digest, line) for row, digest, line in again]
        views = [found for found in rows if found[0].view]
        if views:
            self._take_views(views)
            rows = [found for found in rows if not found[0].view]
        if rows:
            self._take(rows)

    def _insert(self, batch: Batch) -> list[tuple[Row, int, int]]:
        """Add products to an empty state; return those whose SKU came before."""
        run, first_id = self._run, self._next_id
        ids = range(first_id, first_id + len(batch.rows))
        self._next_id = ids.stop
        added = products.insert(
            run.db,
            (
                (i, row[0], digest, run.run_id, *row[2:])
                for i, row, digest in zip(ids, batch.rows, batch.digests, strict=True)
            ),
        )
        self._rows += added
        if added == len(ids):
            pairs = zip(ids, batch.extras, strict=True)
            products.add_keys(
                run.db, [(k, i, kind, weak) for i, keys in pairs for k, kind, weak in keys]
            )
            return []
        known = products.existing(run.db, [row[0] for row in batch.rows])
        again = []
        for i, row, digest, line, keys in zip(ids, *batch[:4], strict=True):
            if known[row[0]][0] != i:
                again.append((row, digest, line))
            else:
                products.add_keys(run.db, [(k, i, kind, weak) for k, kind, weak in keys])
        return again

    def _take(self, batch: Sequence[tuple[ProductRow, int, int]]) -> None:
        """Add or overwrite products, noting every difference."""
        run = self._run
        known = products.existing(run.db, [row.sku for row, _, _ in batch])
        noted: list[Change] = []
        touched: list[int] = []
        for row, digest, line in batch:
            old = known.get(row.sku)
            if old is None:
                self._add(row, digest)
                known[row.sku] = (self._next_id - 1, digest, None, run.run_id, *row[2:])
                continue
            product_id, old_digest, missing = int(old[0] or 0), int(old[1] or 0), old[2]
            if old_digest != digest:
                self.replaced.append((old_digest, row.sku, line))
            elif missing is None and not self._reparse:
                continue
            if missing is not None or old_digest < 0:
                self._rows += digest >= 0
            elif digest < 0:  # a store view's row stands in for a row that is gone
                self._rows -= 1
            noted += self._differences(row, old)
            products.update(run.db, [(digest, *row[2:], product_id)])
            self._rekey(product_id, row, str(old[4 + _PLACE["identifiers"]]))
            if missing is not None or _is_parent(row.type) != _is_parent(old[4 + _PLACE["type"]]):
                self._touch_all_keys(row)
            touched.append(product_id)
            known[row.sku] = (product_id, digest, None, old[3], *row[2:])
        history.record(run.db, run.run_id, noted)
        matching.touch_products(run.db, touched)

    def _add(self, row: ProductRow, digest: int) -> None:
        run, product_id = self._run, self._next_id
        self._next_id += 1
        self._rows += digest >= 0
        products.insert(run.db, [(product_id, row.sku, digest, run.run_id, *row[2:])])
        keys = self._keys(row.sku, row.identifiers)
        products.replace_keys(run.db, product_id, (), keys)
        matching.touch_products(run.db, [product_id])
        self._touch_all_keys(row)

    def _touch_all_keys(self, row: ProductRow) -> None:
        """Note that the product counts for more than it did, for whatever carries one of its keys."""
        keys = self._keys(row.sku, row.identifiers)
        matching.touch_keys(self._run.db, [row.sku, *(key.key for key in keys)])
        matching.touch_skus(self._run.db, [row.sku])

    def _rekey(self, product_id: int, row: ProductRow, old_lines: str) -> None:
        new = self._keys(row.sku, row.identifiers)
        old = [] if self._reparse else self._keys(row.sku, old_lines)
        if old != new:
            products.replace_keys(self._run.db, product_id, old, new)
            matching.touch_keys(self._run.db, {key.key for key in set(old) ^ set(new)})

    def _differences(self, row: ProductRow, old: Sequence[products.Value]) -> list[Change]:
        before = _shown(old[4:])
        if old[2] is not None:
            before = (*before[:-1], "no")
        after = _shown(row[2:])
        place = 4 + _PLACE["price_micros"]
        was, now = cast("int | None", old[place]), row.price_micros
        if was is not None and now is not None and was != now:
            self._prices_changed += 1
            self._price_leaps += guards.leaps(self._run.config.limits, was, now)
        names = (*_TRACKED, "seen")
        return [
            Change(COMMERCE, "product", row.sku, name, a, b, int(old[3] or 0))
            for name, a, b in differences(names, before, after)
            if not (name == "attributes" and self._reparse)  # it is the settings that name others
        ]

    def _take_views(self, batch: Sequence[tuple[ProductRow, int, int]]) -> None:
        self._views = True
        known = products.existing_views(self._run.db, [row.sku for row, _, _ in batch])
        changed: list[tuple[ProductRow, int]] = []
        for row, digest, line in batch:
            old = known.get((row.sku, row.view))
            self._rows += old is None
            if old is not None and old != digest:
                self.replaced.append((old, f"{row.sku} (store view {row.view})", line))
            if old != digest or self._reparse:
                changed.append((row, digest))
                known[row.sku, row.view] = digest
        products.put_views(self._run.db, changed)
        self._touch_skus([row.sku for row, _ in changed])

    def _touch_skus(self, skus: Sequence[str]) -> None:
        known = products.existing(self._run.db, skus)
        matching.touch_products(self._run.db, [int(row[0] or 0) for row in known.values()])

    def close(self, gone: set[int]) -> None:
        """Mark what the export no longer has, promote lone store views, and apply the brakes."""
        run = self._run
        views = products.forget_views(run.db, gone) if self._views else []
        self._rows -= len(views)
        self._touch_skus(views)
        promoted = [] if not self._views else list(products.orphan_views(run.db, gone))
        for row, digest in promoted:
            self._take([(row._replace(view=""), -digest - 1, 0)])
        self.replaced = [found for found in self.replaced if found[0] >= 0]
        missing = self._mark_missing(gone.difference(digest for digest, _, _ in self.replaced))
        if self._reparse:
            self._restore_keys()
        if not run.force:
            self._brake(missing)

    def _mark_missing(self, gone: set[int]) -> int:
        """Mark the products that stood in rows of *gone* as missing; return how many they are."""
        if not gone:
            return 0
        run = self._run
        lone = [-digest - 1 for digest in gone] if self._views else []
        missing = products.mark_missing(run.db, run.run_id, [*gone, *lone])
        history.record(
            run.db,
            run.run_id,
            [
                Change(COMMERCE, "product", sku, "seen", "yes", "no", first)
                for _, sku, first, _ in missing
            ],
        )
        matching.touch_products(run.db, [product_id for product_id, *_ in missing])
        self._rows -= sum(digest >= 0 for *_, digest in missing)
        return len(missing)

    def _restore_keys(self) -> None:
        """Give the products that the export no longer has their identifiers back, as last known."""
        for product_id, sku, lines in products.missing(self._run.db):
            products.replace_keys(self._run.db, product_id, (), self._keys(sku, lines))

    def _brake(self, gone: int) -> None:
        limits, db = self._run.config.limits, self._run.db
        changed, leapt = self._prices_changed, self._price_leaps
        enough = guards.enough_priced(limits, changed=changed, leapt=leapt)
        before = products.count(db) + gone if gone else 0
        refusal = guards.vanished(
            limits, "products", before=before, gone=gone
        ) or guards.prices_changed(
            limits,
            "products",
            priced=products.priced(db, at_most=enough) if changed else 0,
            changed=changed,
            leapt=leapt,
        )
        refuse(refusal, "export")

    def stored(self) -> int:
        """Return how many different rows the export has in the state."""
        return self._rows


def _is_parent(product_type: object) -> bool:
    return product_type in PARENT_TYPES


def _shown(values: Sequence[products.Value]) -> tuple[products.Value, ...]:
    """Return the tracked values of a product (in the order of ``products.FIELDS``) as they are shown."""
    found = dict(zip(products.FIELDS, values, strict=True))
    shown: list[products.Value] = []
    for name in _TRACKED:
        if name in {"price", "special_price"}:
            micros = cast("int | None", found[name + "_micros"])
            shown.append(None if micros is None else micros_text(micros))
        elif name == "quantity":
            shown.append(
                None if (e4 := cast("int | None", found["stock_e4"])) is None else quantity_text(e4)
            )
        else:
            shown.append(found[name])
    return (*shown, "yes")
