"""Prepare products that Amazon has no page for: what is told of each, what is missing, what Amazon would say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from amzsync.amazon import product_types
from amzsync.archive import Archive
from amzsync.config import Config, Store
from amzsync.core import messages, new_products, plan
from amzsync.core.new_products import Finding, Missing, Outcome, Ready, Unprepared
from amzsync.core.plan import Brake, Difference, Kind
from amzsync.core.product_attributes import assembled, product_type_of
from amzsync.core.product_schemas import Schema
from amzsync.core.tabs import Tab
from amzsync.results.new_products import NewProduct
from amzsync.store import catalogue, matching
from amzsync.store.new_products import Unassigned, without_listing
from amzsync.store.planning import Unlisted
from amzsync.store.state import State
from amzsync.workflows import planning, product_schemas
from amzsync.workflows.found_pages import pages_of
from amzsync.workflows.listing_intake import batched
from amzsync.workflows.places import asks
from amzsync.workflows.planner import Planned

UNASSIGNED = "Unable to Assign to Amazon Listing"
"""The status of products of which no ASIN is known."""

# What speaks against sending at this moment, and not against what would be sent.
_PASSING = frozenset({Brake.REJECTED, Brake.UNDONE, Brake.COOL_DOWN})


class Preparer:
    """Prepares the products of one store, at one moment, offline."""

    def __init__(
        self,
        current: State,
        config: Config,
        store: Store,
        store_id: int,
        now: str,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        """*refused* are the product types whose schemas Amazon did not give, with its words."""
        self._current, self._config, self._store, self._store_id = current, config, store, store_id
        self._archive = Archive(config.amazon.archive)
        self._refused = refused or {}
        self._mapping = config.new_products
        self._terms = messages.terms_of(store.marketplace)
        self._planner = planning.planner_of(current, config, store, now)
        self._rows = planning.rows_of(current, config, store, store_id)
        self._schemas: dict[str, Schema | None] = {}

    def products(self, skus: Sequence[str] = ()) -> Iterator[NewProduct]:
        """Yield the products called *skus* that have no listing, or without any all that have no ASIN."""
        found = without_listing(self._current.db, self._store_id, status=UNASSIGNED, skus=skus)
        for batch in batched(found):
            yield from self._batch(batch)

    def product_types(self, skus: Sequence[str] = ()) -> list[str]:
        """Return the product types of these products, sorted."""
        found = without_listing(self._current.db, self._store_id, status=UNASSIGNED, skus=skus)
        names: set[str] = set()
        for batch in batched(found):
            for row in self._rows.unlisted([one.sku for one in batch if _is_new(one)]):
                name = product_type_of(self._mapping, row.product)
                names.update([name] if name else ())
        return sorted(names)

    def planned(self, skus: Sequence[str]) -> list[Planned]:
        """Return what is to be sold, for how much, of products that are new to Amazon: actions without an ASIN."""
        rows = [row for row in self._rows.unlisted(skus) if row.asin is None]
        ready = [row._replace(tab=Tab.READY_TO_LIST.value) for row in rows]
        return self._planner.unlisted(ready, publish=True)

    def _batch(self, batch: Sequence[Unassigned]) -> Iterator[NewProduct]:
        skus = [one.sku for one in batch]
        rows = {row.product.sku: row for row in self._rows.unlisted(skus)}
        ids = [row.product.product_id for row in rows.values()]
        gtins = matching.gtins_of(self._current.db, ids)
        unsearched = self._unsearched(gtins)
        planned = {one.seller_sku: one for one in self.planned(skus)}
        trails = self._planner.trails(skus)
        for one in batch:
            row = rows[one.sku]
            product_id = row.product.product_id
            kind = product_type_of(self._mapping, row.product)
            reason: Unprepared | None = None
            if not _is_new(one):
                reason = _other(one)
            elif product_id in unsearched:
                reason = Unprepared(
                    "Amazon's catalogue has not been searched for it yet: it may have a page.",
                    "Nothing to do yet: the next imports search for it.",
                )
            elif trails[one.sku].blocked:
                reason = Unprepared("It is on its way to Amazon.", "amzsync log tells how far.")
            passed: tuple[str, ...] = ()
            outcome: Outcome
            if reason is not None:
                outcome = reason
            else:
                outcome, passed = self._judged(
                    row, kind, planned[one.sku], gtins.get(product_id, ())
                )
            yield NewProduct(self._store.name, one.sku, row.product.name, kind, outcome, passed)

    def _unsearched(self, gtins: Mapping[int, Sequence[tuple[str, str]]]) -> set[int]:
        """Return the products that Amazon may have a page for: it can be asked, and was not."""
        if not asks(self._store):
            return set()
        keys = [key for found in gtins.values() for _, key in found]
        known = catalogue.of_keys(self._current.db, self._store.marketplace.code, keys)
        return {
            product_id
            for product_id, found in gtins.items()
            if found and not pages_of(found, known).searched
        }

    def _judged(
        self,
        row: Unlisted,
        product_type: str | None,
        planned: Planned,
        gtins: Sequence[tuple[str, str]],
    ) -> tuple[Outcome, tuple[str, ...]]:
        facts = row.product
        if product_type is None:
            return Missing((_untyped(facts.attribute_set),)), ()
        schema = self._schema(product_type)
        if schema is None:
            return self._without_schema(product_type), ()
        made = assembled(
            self._mapping, facts, schema, self._terms, offer=self._offer(planned), gtins=gtins
        )
        faults = product_types.faults(schema.root, made.attributes)
        found = [
            *_held(planned),
            *new_products.findings(faults, made, schema, self._mapping, facts.sku),
        ]
        passed = tuple(made.passed_over)
        if found:
            return Missing(tuple(found)), passed
        return Ready(new_products.body_of(product_type, made.attributes)), passed

    def _schema(self, product_type: str) -> Schema | None:
        if product_type not in self._schemas:
            found = product_schemas.load(self._current, self._archive, self._store, product_type)
            self._schemas[product_type] = None if found is None else Schema(found)
        return self._schemas[product_type]

    def _without_schema(self, product_type: str) -> Unprepared:
        if (words := self._refused.get(product_type)) is not None:
            return Unprepared(
                f"Amazon gave no schema of the product type {product_type}: {words}",
                "Check the product type in Commerce or in [mapping.product_types].",
            )
        if not asks(self._store):
            return Unprepared(
                f"The schema of the product type {product_type} is not known.",
                f"Name the account of [stores.{self._store.name}], so that Amazon can be asked for it.",
            )
        return Unprepared(
            f"The schema of the product type {product_type} has not been fetched yet.",
            "amzsync new-products --preview fetches it.",
        )

    def _offer(self, planned: Planned) -> Mapping[str, Any]:
        """Return the attributes of the offer; where it has no stock, as they would be with some."""
        differences: Sequence[Difference] = ()
        if planned.actions:
            differences = planned.actions[0].differences
        else:
            extras = [
                ("list_price", planned.priced.list_minor),
                ("tax_code", self._store.settings.price.tax_code),
            ]
            wanted = planned.wanted._replace(quantity=1)
            differences = plan.publish(Kind.PUBLISH, wanted, extras)[0].differences
        offer: Mapping[str, Any] = messages.offer_body(differences, self._terms)["attributes"]
        return offer


def _is_new(one: Unassigned) -> bool:
    return one.asin is None and one.status == UNASSIGNED


def _other(one: Unassigned) -> Unprepared:
    """Say why a product that was asked for is not new to Amazon."""
    if one.asin is not None:
        return Unprepared(f"Amazon has a page for it, {one.asin}. {one.reason}", one.next_step)
    return Unprepared(one.reason, one.next_step)


def _untyped(attribute_set: str | None) -> Finding:
    named = f' "{attribute_set}"' if attribute_set else ""
    return Finding(
        "product_type", "Product Type", True, "its product type at Amazon is not known",
        f"Map its attribute set{named} in [mapping.product_types], or name the attribute that holds it in "
        "product_type of [mapping].",
    )  # fmt: skip


def _held(planned: Planned) -> Iterator[Finding]:
    """Yield what the settings of the store have against listing it."""
    if not planned.actions:
        yield Finding(
            "fulfillment_availability", "", False, "it has no stock to be listed with",
            "Nothing to do: it can be listed once it has some.",
        )  # fmt: skip
    for action in planned.actions:
        if action.hold is not None and action.hold.brake not in _PASSING:
            step = "Look at it with amzsync show, and at the settings of the store."
            yield Finding("", "", False, action.hold.words, step)
