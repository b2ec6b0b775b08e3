"""What a document is, told by its heading line alone, whatever the order of the columns.

Amazon adds, drops, renames, repeats and translates the columns of its reports without notice
(amzn/selling-partner-api-models issues 4140, 5216, 4945; selling-partner-api-docs issue 580), so
columns are found by name, unknown ones are ignored, and only a missing seller SKU is beyond repair.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from amzsync.amazon.translations import HEADINGS, IGNORED_HEADINGS
from amzsync.core.model import ReportKind
from amzsync.core.titles import lossy_equal
from amzsync.errors import InputError

MAX_COLUMNS = 500  # the widest report known has 47
MAX_LINE = 50_000  # characters; its heading line has 900


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one report are to be read."""

    kind: ReportKind
    delimiter: str  # "\t", which knows no quoting, or "," which does
    columns: tuple[str, ...]  # our name of each column, in its place; "" for one to ignore
    missing: tuple[str, ...]  # columns that such a report has as a rule, and this one has not


def normalise(heading: str) -> str:
    """Return *heading* without BOM, blanks around it and case, and with "-" for blanks and "_"."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = unicodedata.normalize("NFKC", text).replace("\ufeff", "").strip()
    return _JOINTS.sub("-", text)


def canonical(heading: str) -> str:
    """Return our name of a column from its heading in any language; "" for a column to ignore."""
    name = normalise(heading)
    found = _known(name)
    if found is None and "?" in name:
        found = _lossy_canonical(name)
    return found or ""


def heads(heading: str, column: str) -> bool:
    """Tell, faster than ``canonical``, whether *heading* heads *column* and has lost no letter."""
    return _known(normalise(heading)) == column


def recognise(header_line: str, *, file_name: str = "") -> Layout:
    """Return the layout of the report that begins with *header_line*.

    *file_name* serves error messages, and decides where the headings of several reports are the
    same: the active, the inactive, and the all-listings report that lacks its status column.
    Raises InputError where the document is no listings report; it says what the document looks
    like.
    """
    subject = file_name or "The document"
    line = header_line.lstrip("\ufeff").rstrip("\r\n")
    _refuse_other_formats(line, subject)
    delimiter = _delimiter(line, subject)
    headings = _split(line, delimiter, subject)
    names = frozenset(normalise(heading) for heading in headings)
    _refuse_other_tables(names, subject)
    columns = tuple(canonical(heading) for heading in headings)
    if "seller-sku" not in columns:
        raise InputError(
            f"{subject} has no seller SKU column, so it is no listings report:"
            f" its first line is {_shown(line)}.",
            next_step=_WHICH_REPORTS,
        )
    kind = _kind(frozenset(columns), names, file_name)
    if kind is None:
        raise InputError(
            f"{subject} has a SKU column but not the columns of a listings report:"
            f" its first line is {_shown(line)}.",
            next_step=_WHICH_REPORTS,
        )
    missing = tuple(name for name in _EXPECTED[kind] if name not in columns)
    return Layout(kind, delimiter, columns, missing)


# --- names ----------------------------------------------------------------------------

_JOINTS = re.compile(r"[\s_-]+")

# Columns that Amazon has not been seen to translate; they are read or tell reports apart.
_ENGLISH_ONLY = """
    afn-fulfillable-quantity afn-listing-exists quantity-available warehouse-condition-code
    stranded-reason date-stranded error-message status-primary
    reason issue-description status-change-date alert-type alert-name field-name explanation
"""


def _spellings() -> Iterator[tuple[str, str]]:
    for name, others in HEADINGS.items():
        yield from ((normalise(spelling), name) for spelling in (name, *others))
    yield from ((name, name) for name in _ENGLISH_ONLY.split())
    yield from ((normalise(heading), "") for heading in IGNORED_HEADINGS)


_CANONICAL: dict[str, str] = dict(_spellings())


def _known(name: str) -> str | None:
    plain = name.partition("-(")[0]  # Turkish: "price (fiyat)"
    return _CANONICAL.get(name, _CANONICAL.get(plain))


def _lossy_canonical(name: str) -> str:
    """Return the one column whose heading becomes *name* by loss of characters ("quantit?")."""
    if sum(letter.isalpha() for letter in name) < 3:
        return ""
    found = {meaning for spelling, meaning in _CANONICAL.items() if lossy_equal(name, spelling)}
    return found.pop() if len(found) == 1 else ""


# --- what it is -----------------------------------------------------------------------

_FAMILY = HEADINGS.keys() - {
    "seller-sku", "asin1", "item-name", "price", "quantity", "product-id", "status",
    "business-price",
}  # fmt: skip
_NOT_IN_CANCELLED = frozenset(
    {"listing-id", "open-date", "fulfillment-channel", "pending-quantity"}
)
_QUALITY = frozenset({"alert-type", "alert-name", "field-name", "explanation"})
_OPEN_ONLY = frozenset({"seller-sku", "asin", "asin1", "product-id", "price", "quantity"})

_LISTINGS = (
    "asin1", "item-name", "item-condition", "fulfillment-channel", "price", "quantity", "open-date",
)  # fmt: skip
_EXPECTED: dict[ReportKind, tuple[str, ...]] = {
    ReportKind.ALL: ("status", *_LISTINGS),
    ReportKind.INACTIVE: _LISTINGS,
    ReportKind.ACTIVE: _LISTINGS,
    ReportKind.OPEN: ("asin1", "price", "quantity"),
    ReportKind.CANCELLED: ("asin1", "item-name", "item-condition", "price"),
    ReportKind.SUPPRESSED: ("asin1", "item-name"),
    ReportKind.STRANDED: ("asin1", "item-name", "stranded-reason"),
    ReportKind.FBA: ("asin1",),
}


def _kind(columns: frozenset[str], names: frozenset[str], file_name: str) -> ReportKind | None:
    """Return the kind of report that has these *columns*; *names* are the headings as they came."""
    if columns & {"stranded-reason", "date-stranded"}:
        return ReportKind.STRANDED
    if columns & {"issue-description", "status-change-date"} or len(columns & _QUALITY) >= 2:
        return ReportKind.SUPPRESSED
    if columns & {"afn-fulfillable-quantity", "quantity-available"}:
        return ReportKind.FBA
    if "fnsku" in names or any(name.startswith("estimated-") for name in names):
        return None  # stock planning and fee previews have SKUs and prices, too
    keyed = bool(columns & {"asin1", "product-id", "listing-id"})
    if "status" in columns and keyed and columns & {"item-name", "price", "quantity"}:
        return ReportKind.ALL
    if len(columns & _FAMILY) >= 2:
        return _kind_of_family(columns, file_name)
    if (columns >= {"price", "quantity"} and keyed) or (
        "quantity" in columns and names <= _OPEN_ONLY
    ):
        return ReportKind.OPEN
    return None


def _kind_of_family(columns: frozenset[str], file_name: str) -> ReportKind:
    """Tell the reports without a status column apart, by the name of the file where it says so."""
    if (said := _kind_said(file_name)) is not None:
        return said
    if "business-price" in columns:
        return ReportKind.ACTIVE
    if not columns & _NOT_IN_CANCELLED:
        return ReportKind.CANCELLED
    return ReportKind.ALL


def _kind_said(file_name: str) -> ReportKind | None:
    """Return the kind that *file_name* names in Seller Central's words or as a report type."""
    words = re.findall(r"[a-z]+", re.split(r"[\\/]", file_name)[-1].casefold())
    for kind, stem in (
        (ReportKind.CANCELLED, "cancel"),
        (ReportKind.INACTIVE, "inactive"),
        (ReportKind.ACTIVE, "active"),
        (ReportKind.OPEN, "open"),
    ):
        if any(word.startswith(stem) for word in words):
            return kind
    if not {"all", "alllistings"}.isdisjoint(words):
        return ReportKind.ALL
    if {"merchant", "listings", "data"} <= set(words):  # GET_MERCHANT_LISTINGS_DATA
        return ReportKind.ACTIVE
    return None


# --- what it is not -------------------------------------------------------------------

_WHICH_REPORTS = (
    "Export one of Seller Central's listings reports (all, active, inactive, cancelled, "
    "suppressed, open) or an FBA inventory report, and keep its heading line."
)
_ORDERS = frozenset({"amazon-order-id", "order-id", "order-item-id"})
_COMMERCE = frozenset({
    "attribute-set-code", "additional-attributes", "store-view-code", "product-websites",
    "source-code",
})  # fmt: skip


def _refuse_other_formats(line: str, subject: str) -> None:
    start = line.strip().casefold()
    if not start:
        raise InputError(
            f"{subject} is empty or begins with an empty line.",
            next_step="Ask Amazon for the report again; an empty one changes nothing.",
        )
    looks = ""
    if re.match(r"<(!doctype\s+html|html|head|body)\b", start):
        looks = "a web page (HTML)"
    elif start.startswith("<"):
        looks = "an XML document"
    elif start.startswith("{") or re.match(r'\[\s*([\[{"\]]|$)', start):
        looks = "a JSON document"
    if looks:
        raise InputError(
            f"{subject} looks like {looks}, not like an Amazon report:"
            f" its first line is {_shown(line)}.",
            next_step="It is probably an error page in the report's place; download it again.",
        )


def _refuse_other_tables(names: frozenset[str], subject: str) -> None:
    if names & _COMMERCE:
        raise InputError(
            f"{subject} looks like an export of Adobe Commerce, not like an Amazon report.",
            next_step="Name it under [commerce], and a report in the store's listings.",
        )
    if names & _ORDERS:
        raise InputError(
            f"{subject} looks like an orders report, not a listings report.",
            next_step=_WHICH_REPORTS,
        )


def _delimiter(line: str, subject: str) -> str:
    if "\t" in line:
        return "\t"
    if ";" in line and "," not in line:
        raise InputError(
            f"{subject} is separated by semicolons, as spreadsheets do it, not by tabs or commas.",
            next_step="Use the file as Amazon gave it, or save it as tab-separated text.",
        )
    return ","


def _split(line: str, delimiter: str, subject: str) -> list[str]:
    headings: list[str] = []
    if len(line) <= MAX_LINE and "\r" not in line and "\n" not in line:
        headings = line.split("\t") if delimiter == "\t" else next(csv.reader([line]))
    if not 0 < len(headings) <= MAX_COLUMNS:
        raise InputError(
            f"{subject} begins with a line that cannot be headings: {_shown(line)}.",
            next_step=_WHICH_REPORTS,
        )
    return headings


def _shown(line: str, width: int = 60) -> str:
    """Return the beginning of foreign text, quoted, without what a terminal would obey."""
    text = "".join(letter if letter.isprintable() else " " for letter in line[:width]).rstrip()
    return f'"{text}..."' if len(line) > width else f'"{text}"'
