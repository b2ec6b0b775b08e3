"""One listing or product in full: facts by line, so that nothing depends on the width of the screen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from amzsync.render import words
from amzsync.render.records import Record, status_record
from amzsync.render.text import local, safe, with_local_times
from amzsync.render.wanted import wanted_lines, wanted_record
from amzsync.results.details import Detail, JudgedIdentifier, ListingDetail, ProductDetail
from amzsync.store.history import ChangeRow

LABEL = 18
HANG = LABEL  # where a fact goes on that is longer than the line
_YES_NO = frozenset({"enabled", "in_stock", "manage_stock", "backorders"})
_FIELDS = {"price_minor": "price", "opened_at": "opened", "product_id": "product id"}
_SAID = {
    "source_quantity": "Stock for sale",  # of the sources that the configuration names
    "quantity": "Stock",
    "enabled": "Enabled",
}
_PRODUCT = (
    "name", "type", "attribute_set", "categories", "websites", "enabled", "visibility", "price", "special_price",
    "special_from", "special_to", "quantity", "source_quantity", "in_stock", "manage_stock", "backorders",
    "condition",
)  # fmt: skip


def detail_lines(found: Detail, *, now: str) -> Iterator[str]:
    """Yield what is known, for people, at *now* (UTC text)."""
    for listing in found.listings:
        yield from _listing(listing)
        yield ""
        yield from _part(wanted_lines(listing.wanted, listing.row, now=now))
    if found.product is not None:
        yield from _product(found.product)
        yield ""
        for row, wanted in zip(found.product.unlisted, found.product.wanted, strict=True):
            yield from _part(wanted_lines(wanted, row, now=now))
    if found.history:
        yield "History (newest first)"
        for change in found.history:
            yield "  " + change_words(change)


def _part(lines: Iterable[str]) -> Iterator[str]:
    """Yield *lines* with a blank one behind them, where there are any."""
    lines = list(lines)
    yield from lines
    if lines:
        yield ""


def change_words(change: ChangeRow) -> str:
    """Return a change as one line."""
    if change.field == "listing":
        return f"{local(change.at)}  {safe(change.key)}: new on Amazon"
    old, new = (with_local_times(_value(value)) for value in (change.old, change.new))
    return f"{local(change.at)}  {safe(change.key)}: {change.field} {old} -> {new}"


def _listing(one: ListingDetail) -> Iterator[str]:
    row = one.row
    yield f"Listing {safe(row.seller_sku or '')} in store {row.store}"
    record = status_record(row)
    facts = {
        "Tab": f"{words.tab(row.tab, row.status)} (since {local(row.since)})",
        "Why": with_local_times(row.reason),
        "Next step": row.next_step,
        "Title": row.title,
        "ASIN": row.asin,
        "Product": f"{row.sku} ({_by(row.matched_by, weak=bool(row.weak))})"
        if row.sku and row.matched_by
        else f"none ({words.outcome(row.match)})",
        "Price": f"{record['price']} {row.currency}" if row.price_minor is not None else "not told",
        "Quantity": row.quantity if row.quantity is not None else "not told",
        "Condition": words.condition(row.condition),
        "Fulfilled by": row.fulfillment and row.fulfillment.capitalize(),
        "Amazon's status": row.amazon_status if row.amazon_status is not None else "not told",
        "Opened": None if one.opened_at is None else local(one.opened_at),
        "First seen": local(one.first_seen_at),
        "Not seen since": None if one.missing_since is None else local(one.missing_since),
        "Told by": _source(one.told_by),
    }
    yield from _facts(facts.items())
    for other in one.others:
        said = ", ".join(
            f"{name} {other[name]}"
            for name in ("status", "quantity", "problem")
            if other[name] is not None
        )
        yield from _facts(
            [("Also", f"{other['kind']} ({_time(other['modified_at'])}): {said or 'nothing new'}")]
        )
    yield from _amazon(one)
    yield from _identifiers(_in_report(one.identifiers))
    for candidate in one.candidates:
        key = f"{words.kind(candidate['kind'])} {candidate['key']}"
        yield from _facts([("Candidate", f"{candidate['sku']} ({candidate['name']}) has {key}")])
    for decision in one.decisions:
        yield from _facts([("You decided", f"{decision['verdict']} {decision['sku']}")])
    for override in one.overrides:
        until = f" until {local(override['expires_at'])}" if override["expires_at"] else ""
        until += " (expired)" if override["expired"] else ""
        yield from _facts([("Override", f"{override['field']} {override['value']}{until}")])


def _amazon(one: ListingDetail) -> Iterator[str]:
    """Yield what Amazon itself says of the listing, and which source is believed in what."""
    for issue in one.issues:
        about = f" ({', '.join(issue['attributes'])})" if issue["attributes"] else ""
        done = f"; {', '.join(issue['actions'])}" if issue["actions"] else ""
        words_ = f"{issue['severity']} {issue['code']}: {issue['message']}{about}{done}"
        yield from _facts([("Issue", words_)])
    believed: dict[str, list[str]] = {}
    for told in one.evidence:
        source = f"{told['kind']} ({_time(told['at'])})"
        believed.setdefault(source, []).append(_FIELDS.get(told["field"], told["field"]))
    for source, fields in believed.items():
        yield from _facts([("Believed", f"{source}: {', '.join(fields)}")])
    for error in one.errors:
        words_ = f"{local(error['at'])} {error['operation']}: {error['message']}"
        yield from _facts([("Not answered", words_)])


def _product(one: ProductDetail) -> Iterator[str]:
    yield f"Product {safe(one.values['sku'])} in Commerce"
    yield from _facts(
        (_SAID.get(name, name.replace("_", " ").capitalize()), _product_value(name, one.values))
        for name in _PRODUCT
    )
    yield from _facts(
        [("Not seen since", one.values.get("missing_since")), ("Told by", _source(one.told_by))]
    )
    yield from _identifiers(one.identifiers)
    for view in one.views:
        said = ", ".join(
            f"{name} {value}"
            for name, value in view.items()
            if name != "view" and value is not None
        )
        yield from _facts([(f"Store view {view['view']}", said)])
    for stock in one.stock:
        state = "" if stock["enabled"] else " (switched off)"
        yield from _facts([(f"Stock in {stock['source']}", f"{stock['quantity']}{state}")])
    for page in one.pages:
        parent = ", a variation parent" if page["parent"] else ""
        by = f"{words.kind(page['kind'])} {page['key']}"
        title = f"{page['title']}, " if page["title"] else ""
        said = f"{page['asin']} ({title}by {by}{parent})"
        yield from _facts([(f"Amazon {page['marketplace']}", said)])
    for row in one.unlisted:
        yield from _facts(
            [
                (f"Store {row.store}", words.tab(row.tab, row.status)),
                ("Why", with_local_times(row.reason)),
                ("Next step", row.next_step),
            ]
        )


def _identifiers(found: Iterable[JudgedIdentifier]) -> Iterator[str]:
    for one in found:
        key = f", compared as {one.key}" if one.key and one.key != one.raw else ""
        why = "" if one.verdict == "valid" else f": {one.words}"
        verdict = f"{words.kind(one.kind)}, {one.verdict}{key}"
        yield from _facts([(one.source, f"{one.raw} ({verdict}){why}")])


def _in_report(found: Iterable[JudgedIdentifier]) -> Iterator[JudgedIdentifier]:
    """Yield what the report's columns hold; the product id only where it is not the ASIN once more."""
    asins = set()
    for one in found:
        if one.source == "asin":
            asins.add(one.key)
            yield replace(one, source="ASIN in report")
        elif one.key not in asins:
            yield replace(one, source="Product id")


def _by(way: str, *, weak: bool) -> str:
    return "pinned by you" if way == "pin" else f"matched by {words.matched_by(way, weak=weak)}"


def _product_value(name: str, values: dict[str, Any]) -> object:
    value = values.get(name)
    return words.yes_no(value) if name in _YES_NO else value


def _facts(facts: Iterable[tuple[str, object]]) -> Iterator[str]:
    for label, value in facts:
        if value is not None and value != "":
            yield f"  {safe(label):<{LABEL - 1}} {safe(str(value))}"


def _source(source: dict[str, Any]) -> str | None:
    if "path" not in source:
        return str(source.get("kind") or "") or None
    return (
        f"{source['kind']}: {PurePath(source['path']).name}, written {_time(source['modified_at'])}"
    )


def _time(time: str | None) -> str:
    return "at an unknown time" if time is None else local(time)


def _value(value: object) -> str:
    return "nothing" if value is None else safe(str(value))


def detail_record(found: Detail) -> Record:
    """Return what is known with the fields that README documents."""
    return {
        "name": found.name,
        "listings": [_listing_record(one) for one in found.listings],
        "product": None if found.product is None else _product_record(found.product),
        "history": [change_record(change) for change in found.history],
    }


def change_record(change: ChangeRow) -> Record:
    """Return a change with the fields that README documents."""
    is_listing = change.subject == "listing"
    return {
        "at": change.at,
        "run_id": change.run_id,
        "store": change.store,
        "subject": change.subject,
        "seller_sku": change.key if is_listing else None,
        "sku": None if is_listing else change.key,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "valid_from": change.valid_from,
    }


def _listing_record(one: ListingDetail) -> Record:
    return {
        **status_record(one.row),
        "match": one.row.match,
        "weak": bool(one.row.weak),
        "amazon_status": one.row.amazon_status,
        "opened_at": one.opened_at,
        "first_seen_at": one.first_seen_at,
        "missing_since": one.missing_since,
        "told_by": one.told_by,
        "other_reports": list(one.others),
        "identifiers": [_judged(identifier) for identifier in one.identifiers],
        "candidates": list(one.candidates),
        "decisions": list(one.decisions),
        "overrides": list(one.overrides),
        "evidence": list(one.evidence),
        "amazon_issues": list(one.issues),
        "errors": list(one.errors),
        "wanted": wanted_record(one.wanted),
    }


def _product_record(one: ProductDetail) -> Record:
    return {
        **one.values,
        "told_by": one.told_by,
        "identifiers": [_judged(identifier) for identifier in one.identifiers],
        "views": list(one.views),
        "stock": list(one.stock),
        "unlisted": [
            {**status_record(row), "wanted": wanted_record(wanted)}
            for row, wanted in zip(one.unlisted, one.wanted, strict=True)
        ],
        "pages": list(one.pages),
    }


def _judged(one: JudgedIdentifier) -> Record:
    return {
        "source": one.source,
        "raw": one.raw,
        "kind": one.kind,
        "verdict": one.verdict,
        "key": one.key or None,
    }


def fact_records(found: Detail) -> Iterator[Record]:
    """Yield one record for each fact, for CSV."""
    for listing in found.listings:
        for field, value in _listing_record(listing).items():
            yield {
                "subject": f"listing {listing.row.store}/{listing.row.seller_sku}",
                "field": field,
                "value": _flat(value),
            }
    if found.product is not None:
        for field, value in _product_record(found.product).items():
            yield {
                "subject": f"product {found.product.values['sku']}",
                "field": field,
                "value": _flat(value),
            }


def _flat(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(str(_flat(one)) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
