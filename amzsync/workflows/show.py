"""Tell everything known of one listing or product: where it stands, why, and where each fact comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from amzsync.config import Config
from amzsync.core import evidence, identifiers
from amzsync.core.identifiers import Identifier, Kind
from amzsync.core.model import ReportKind
from amzsync.core.money import micros_text, quantity_text
from amzsync.errors import UsageError
from amzsync.results.details import Detail, JudgedIdentifier, ListingDetail, ProductDetail
from amzsync.store import answers, communication, detail, history, listings, runs
from amzsync.store.browse import Shown
from amzsync.store.runs import COMMERCE
from amzsync.store.state import State
from amzsync.workflows.status import Question, rows
from amzsync.workflows.wanted import Deciding

HISTORY = 50
ERRORS = 5


def show(state: State, config: Config, name: str, now: str) -> Detail:
    """Return what is known of the seller SKU or SKU *name*, and what is wanted of it at *now* (UTC text).

    Raises ``UsageError`` where nothing is known.
    """
    deciding = Deciding(state, config, now)
    shown = rows(state, config, Question(sku=name)).rows
    by_key = {(row.store_id, row.seller_sku): row for row in shown if row.seller_sku is not None}
    found = tuple(
        _listing(state, by_key[fields["store_id"], fields["seller_sku"]], fields, deciding)
        for fields in detail.listings(state.db, name)
        if (fields["store_id"], fields["seller_sku"]) in by_key
    )
    skus = sorted({one.row.sku for one in found if one.row.sku} | {name})
    product = next(
        (p for sku in skus if (p := _product(state, config, sku, shown, deciding)) is not None),
        None,
    )
    if not found and product is None:
        near = detail.similar(state.db, name)
        raise UsageError(
            f"Nothing is known of {name}.",
            next_step=f"Did you mean {', '.join(near)}?"
            if near
            else "Search for it with amzsync status --search.",
        )
    changes = history.changes(state.db, since_run=0, sku=name, store=None, limit=HISTORY)
    return Detail(name, found, product, tuple(changes))


def _listing(state: State, row: Shown, fields: dict[str, Any], deciding: Deciding) -> ListingDetail:
    db, store_id, seller_sku = state.db, fields["store_id"], fields["seller_sku"]
    found: list[JudgedIdentifier] = []
    for column, text in (("asin", row.asin), ("product-id", fields["product_ref"])):
        if text:
            found += [_worded(column, one) for one in identifiers.parse_unknown(text)]
    source = detail.source(db, store_id, fields["base"]) or {}
    return ListingDetail(
        row=row,
        told_by={"kind": fields["base"], **source},
        others=tuple(detail.report_rows(db, store_id, seller_sku)),
        identifiers=tuple(dict.fromkeys(found)),
        candidates=tuple(detail.candidates(db, fields["listing_id"])),
        decisions=tuple(detail.decisions(db, store_id, seller_sku)),
        overrides=tuple(
            {**one, "expired": one["expires_at"] is not None and one["expires_at"] <= deciding.now}
            for one in detail.overrides(db, store_id, seller_sku)
        ),
        first_seen_at=fields["first_seen_at"],
        missing_since=fields["missing_since"],
        opened_at=fields["opened_at"],
        evidence=tuple(_evidence(state, store_id, seller_sku)),
        issues=tuple(
            {**one._asdict()}
            for one in answers.issues_of(db, store_id, [seller_sku]).get(seller_sku, [])
        ),
        errors=tuple(
            one._asdict() for one in communication.of_listing(db, store_id, seller_sku, ERRORS)
        ),
        wanted=deciding.listing(row.store, seller_sku),
    )


def _evidence(state: State, store_id: int, seller_sku: str) -> Iterator[dict[str, Any]]:
    """Yield which source told each field of a listing, and when; one that has a single source needs none."""
    db = state.db
    old = listings.existing(db, store_id, [seller_sku])[seller_sku]
    times = runs.times(db, store_id)
    sides = [
        side if side.at else side._replace(at=times.get(side.kind.value, ""))
        for side in listings.sides(db, store_id, [seller_sku]).get(seller_sku, [])
    ]
    if not sides:
        return
    base = evidence.base_among(sides)
    if base is None and old.base == ReportKind.ALL:
        base = evidence.unfilled(old.row, old.filled)
    has_all = ReportKind.ALL.value in times
    for told in evidence.sources_of(
        base,
        [side for side in sides if side.kind is not ReportKind.ALL],
        has_all=has_all,
        missing=old.missing_run is not None,
        base_at=times.get(ReportKind.ALL.value, ""),
    ):
        if told.name != "seller_sku":
            yield {"field": told.name, "kind": told.kind.value, "at": told.at or None}


def _product(
    state: State, config: Config, sku: str, shown: tuple[Shown, ...], deciding: Deciding
) -> ProductDetail | None:
    fields = detail.product(state.db, sku)
    if fields is None:
        return None
    unlisted = tuple(row for row in shown if row.seller_sku is None)
    return ProductDetail(
        values=_values(fields),
        told_by={"kind": "products", **(detail.source(state.db, COMMERCE, "products") or {})},
        identifiers=tuple(_identifiers(config, fields["identifiers"])),
        views=tuple(_values(view) for view in detail.views(state.db, sku)),
        stock=tuple(_values(row) for row in detail.stock(state.db, sku)),
        unlisted=unlisted,
        pages=tuple(detail.pages(state.db, sku)),
        wanted=tuple(deciding.unlisted(row.store, row.sku or sku) for row in unlisted),
    )


def _values(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a row's values under the names and in the units that people use."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name.endswith("_micros"):
            values[name.removesuffix("_micros")] = None if value is None else micros_text(value)
        elif name.endswith("_e4"):
            short = {"stock_e4": "quantity", "sources_e4": "source_quantity"}[name]
            values[short] = None if value is None else quantity_text(value)
        elif name == "websites":
            values[name] = None if value is None else value.strip(",")
        elif name not in {"product_id", "digest", "first_run", "missing_run", "identifiers"}:
            values[name] = value
    return values


def _identifiers(config: Config, lines: str) -> Iterator[JudgedIdentifier]:
    kinds: dict[str, list[Kind]] = {}
    for kind, names in config.mapping.attributes.items():
        for name in names:
            kinds.setdefault(name, []).append(Kind(kind))
    for line in lines.split("\n") if lines else ():
        name, _, value = line.partition("=")
        for kind in kinds.get(name, ()):
            for one in identifiers.parse(kind, value):
                yield _worded(name, one)


def _worded(source: str, one: Identifier) -> JudgedIdentifier:
    return JudgedIdentifier(
        source, one.raw, one.kind.value, one.verdict.value, one.key, identifiers.explain(one)
    )
