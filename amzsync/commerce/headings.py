"""The headings of Commerce's exports: one spelling of each, and what other files look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from amzsync.commerce.cell_values import shown
from amzsync.errors import InputError

# Attribute code -> name of its column in the export, which renames some attributes.
EXPORT_NAMES = {
    "status": "product_online",
    "type_id": "product_type",
    "tax_class_id": "tax_class_name",
    "meta_keyword": "meta_keywords",
    "msrp": "msrp_price",
    "minimal_price": "map_price",
    "special_from_date": "special_price_from_date",
    "special_to_date": "special_price_to_date",
    "news_from_date": "new_from_date",
    "news_to_date": "new_to_date",
    "options_container": "display_product_options_in",
    "image": "base_image",
    "min_qty": "out_of_stock_qty",
    "backorders": "allow_backorders",
    "min_sale_qty": "min_cart_qty",
    "max_sale_qty": "max_cart_qty",
    "notify_stock_qty": "notify_on_stock_below",
    "_category": "categories",
}


class FileKind(StrEnum):
    """What a file is by its first row; the value completes "It looks like ..."."""

    PRODUCTS = "a product export"
    STOCK_SOURCES = "a stock-sources export"
    PRICING = "an advanced-pricing export"
    AMAZON = "an Amazon report"
    PAGE = "a web page (HTML or XML)"
    JSON = "an answer in JSON"
    EMPTY = "an empty file"
    OTHER = "some other table"


_PRODUCT_MARKS = frozenset(
    [
        "store_view_code",
        "attribute_set_code",
        "product_type",
        "product_websites",
        "product_online",
        "visibility",
        "url_key",
        "additional_attributes",
        "qty",
        "categories",
        "price",
        "name",
    ]
)
# No attribute code holds a hyphen, so these cannot be columns of a product export.
_AMAZON_MARKS = frozenset(
    [
        "seller-sku",
        "item-name",
        "listing-id",
        "open-date",
        "item-condition",
        "product-id",
        "product-id-type",
        "fulfillment-channel",
        "fulfilment-channel",
        "afn-fulfillable-quantity",
        "afn-listing-exists",
        "mfn-listing-exists",
        "per-unit-volume",
        "order-id",
        "amazon-order-id",
    ]
)
_AMAZON_SETS = tuple(
    frozenset(names.split())
    for names in ("sku asin quantity", "sku asin product_name", "sku asin reason", "sku asin fnsku")
)
_NEXT_STEPS = {
    FileKind.STOCK_SOURCES: "Give it as `stock` of [commerce].",
    FileKind.PRODUCTS: "Give it as `products` of [commerce].",
    FileKind.AMAZON: "Give it as `listings` of its store.",
    FileKind.PAGE: "Sign in to Commerce and download the file again.",
    FileKind.JSON: "Sign in to Commerce and download the file again.",
    FileKind.EMPTY: "Wait until the export has been written, then download it again.",
}
_WITHOUT_HEADINGS = (FileKind.PAGE, FileKind.JSON, FileKind.EMPTY)
_ENTITY_TYPES = {
    FileKind.PRODUCTS: "entity type Products",
    FileKind.STOCK_SOURCES: "entity type Stock Sources",
}

_INVISIBLE = re.compile("[\ufeff\u200b\u200e\u200f\u2060]")
_SPACES = re.compile(r"\s+")


def tidied(heading: str) -> str:
    """Return *heading* in lower case, without marks, quotes and outer spaces, ``_`` for inner ones.

    A byte order mark before a quoted heading keeps a CSV reader from seeing the quotes.
    """
    text = _INVISIBLE.sub("", heading).strip().strip('"').strip()
    return _SPACES.sub("_", text.lower())


def export_name(name: str) -> str:
    """Return the export's name of the attribute or column *name*."""
    text = tidied(name)
    return EXPORT_NAMES.get(text, text)


def file_kind(names: Sequence[str]) -> FileKind:
    """Return what the file with the (tidied) headings *names* is."""
    first = next((name for name in names if name), "")
    present = frozenset(names)
    if not first:
        return FileKind.EMPTY
    if first.startswith("<"):
        return FileKind.PAGE
    if first.startswith(("{", "[")):
        return FileKind.JSON
    if {"source_code", "quantity"} <= present:
        return FileKind.STOCK_SOURCES
    if {"tier_price", "tier_price_qty"} <= present:
        return FileKind.PRICING
    if _looks_like_amazon(present):
        return FileKind.AMAZON
    return FileKind.PRODUCTS if "sku" in present else FileKind.OTHER


def _looks_like_amazon(present: frozenset[str]) -> bool:
    if present & _AMAZON_MARKS:
        return True
    if any(names <= present for names in _AMAZON_SETS):
        return not present & (_PRODUCT_MARKS - {"price"})
    return False


def require(wanted: FileKind, names: Sequence[str], *, file_name: str) -> None:
    """Raise ``InputError`` unless the (tidied) headings *names* are those of a *wanted* file.

    The error says what the file looks like and what to do with it.  A wanted file has exactly one
    ``sku`` column.
    """
    where = file_name or "The file"
    kind = file_kind(names)
    export = f"Export it in Commerce: System > Data Transfer > Export, {_ENTITY_TYPES[wanted]}."
    if kind is FileKind.OTHER:
        raise InputError(
            f'{where} has no column "sku"; its headings are {_listed(names)}.',
            next_step=f"{export} Leave the file as it comes.",
        )
    if kind is not wanted:
        told = "" if kind in _WITHOUT_HEADINGS else f"; its headings are {_listed(names)}"
        raise InputError(
            f"{where} looks like {kind}, not like {wanted}{told}.",
            next_step=_NEXT_STEPS.get(kind, export),
        )
    places = [str(at) for at, name in enumerate(names, start=1) if name == "sku"]
    if len(places) != 1:
        raise InputError(
            f'{where} must have one column "sku" and has {len(places)}'
            f"{' (columns ' + ' and '.join(places) + ')' if places else ''}.",
            next_step=f"{export} Leave the file as it comes.",
        )


def _listed(names: Sequence[str]) -> str:
    some = ", ".join(shown(name) for name in names[:5])
    return some + (f" and {len(names) - 5} more" if len(names) > 5 else "")
