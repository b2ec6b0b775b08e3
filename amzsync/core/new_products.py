"""Tell Amazon of a product that it has no page for: the body of the call, what is missing, and what to do.

A listing of a new product is told whole (``requirements`` LISTING of putListingsItem, Listings Items API
2021-08-01): what the product is, from Commerce by ``[mapping.attributes]``, and how it is offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from amzsync.core.issues import Issue
from amzsync.core.messages import Body
from amzsync.core.product_attributes import EXEMPTION, IDENTIFIER, USUAL, Assembled
from amzsync.core.product_mapping import ProductMapping
from amzsync.core.product_schemas import Schema


class Fault(NamedTuple):
    """Something in which attributes do not fit the schema."""

    path: str  # "item_dimensions.length"; of what is missing, what it should be called
    words: str  # what is wrong, a sentence without a full stop
    missing: bool = False


class Finding(NamedTuple):
    """What keeps a product from being told to Amazon, and what to do about it."""

    attribute: str  # Amazon's, or the path within it; "" where it is about the product as a whole
    title: str  # what Amazon calls it, "" where that is not known
    missing: bool
    words: str
    next_step: str


class Ready(NamedTuple):
    """All is there, and fits the schema; *previewed*: Amazon has looked at it and would take it."""

    body: Body
    previewed: bool = False
    warnings: tuple[Issue, ...] = ()


class Missing(NamedTuple):
    """Something is missing, or does not fit the schema."""

    findings: tuple[Finding, ...]


class Invalid(NamedTuple):
    """Amazon, asked for a preview, would not take it."""

    issues: tuple[Issue, ...]


class Unprepared(NamedTuple):
    """It cannot be told yet what is missing."""

    reason: str
    next_step: str


Outcome = Ready | Missing | Invalid | Unprepared


def body_of(product_type: str, attributes: Mapping[str, Any]) -> Body:
    """Return the body of the ``putListingsItem`` call that makes a product with its offer."""
    return {
        "productType": product_type,
        "requirements": "LISTING",
        "attributes": dict(attributes),
    }


def findings(
    faults: Sequence[Fault], made: Assembled, schema: Schema, mapping: ProductMapping, sku: str
) -> Iterator[Finding]:
    """Yield what is missing and what is wrong, each once, with what to do about it."""
    seen = set()
    for fault in faults:
        if (fault.path, fault.words) not in seen:
            seen.add((fault.path, fault.words))
            step = _advice(fault, made, mapping, sku)
            yield Finding(fault.path, schema.title(fault.path), fault.missing, fault.words, step)


# -- advice ------------------------------------------------------------------------------------------------

_OFFER = {
    "purchasable_offer": "Give it a price: amzsync show and the price settings of the store say where it comes from.",
    "fulfillment_availability": "Give it a stock in Commerce.",
    "condition_type": "Give the store a condition: [stores.NAME.condition] in amzsync.toml.",
    "condition_note": "Give the store notes for the condition: [stores.NAME.condition] in amzsync.toml.",
    "list_price": "Set list_price in the price settings of the store, and fill it in.",
    "product_tax_code": "Set tax_code in the price settings of the store.",
}


def _advice(fault: Fault, made: Assembled, mapping: ProductMapping, sku: str) -> str:
    name = fault.path.partition(".")[0]
    if name in _OFFER:
        return _OFFER[name]
    blank = [code for path, code in made.blank.items() if _concerns(path, fault.path) and code]
    if blank:
        return f"Fill in {', '.join(dict.fromkeys(blank))} of {sku} in Commerce."
    mapped = [
        one.attribute
        for path, fillings in {**USUAL, **mapping.attributes}.items()
        for one in fillings
        if _concerns(path, fault.path) and one.attribute is not None
    ]
    if name == IDENTIFIER and not mapped:
        return (
            f"Fill in the UPC or EAN of {sku} in Commerce; if Amazon has exempted you, say "
            f"{EXEMPTION} = {{ value = true }} in [mapping.attributes]."
        )
    if mapped and not fault.missing:
        return f"Correct {', '.join(dict.fromkeys(mapped))} of {sku} in Commerce, or its mapping."
    if not fault.path:
        return "Look at [mapping.attributes] in amzsync.toml."
    if not fault.missing and name in made.attributes:
        return f"Correct {_key(name)} in [mapping.attributes]."
    return f'Map it in [mapping.attributes]: {_key(fault.path)} = "..." (an attribute of Commerce), or {{ value = "..." }} for all.'


def _concerns(path: str, asked: str) -> bool:
    """Tell whether what fills *path* may fill what is *asked* for, or is part of it."""
    return path == asked or asked.startswith(f"{path}.") or path.startswith(f"{asked}.")


def _key(path: str) -> str:
    return f'"{path}"' if "." in path else path
