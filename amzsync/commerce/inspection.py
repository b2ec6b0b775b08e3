"""What a product export holds, for ``amzsync init``: identifier attributes, websites, types."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from amzsync.commerce.additional_attributes import unpack
from amzsync.commerce.cell_values import code_list, lower_or_none, one_line, text_or_none, unguarded
from amzsync.commerce.product_export import ExportLayout
from amzsync.core.identifiers import Kind, Verdict, parse

# Names that people give to identifier attributes.  Those of the second list may hold any number of
# the GTIN family, so their values say which.
_NAMES = {
    Kind.ASIN: ("amazon_asin", "asin", "asin_code", "amazon_id"),
    Kind.UPC: ("upc", "amazon_upc", "upc_code", "upc12", "gtin12"),
    Kind.EAN: ("ean", "amazon_ean", "ean_code", "ean13", "ean8", "gtin13", "jan", "jan_code"),
    Kind.ISBN: ("isbn", "amazon_isbn", "isbn_code", "isbn10", "isbn13"),
    Kind.GCID: ("gcid", "amazon_gcid"),
}
_GTIN_NAMES = frozenset(
    [
        "gtin",
        "gtin14",
        "gtin_code",
        "product_gtin",
        "google_gtin",
        "barcode",
        "bar_code",
        "barcode_value",
    ]
)
_KIND_OF_NAME = {name: kind for kind, names in _NAMES.items() for name in names}

# An attribute whose name says nothing is suggested if its values do: one number in ten has a right
# check digit by chance.
_LEAST_SHARE = 0.8
_LEAST_VALID = 3

_MAY_BE_IDENTIFIER = re.compile(r"[0-9](?:[ -]?[0-9]){6}|B[0-9A-Z]{9}|[0-9A-Z]{16}", re.IGNORECASE)
_LONGEST_VALUE = 100


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An attribute that probably holds identifiers of *kind*.

    ``filled`` rows have a value, ``valid`` of them one that is right for the kind; ``example`` is
    the first of those.
    """

    kind: Kind
    attribute: str
    filled: int
    valid: int
    example: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen in ``rows`` rows; the lists are (text, number of rows), most frequent first."""

    rows: int
    suggestions: tuple[Suggestion, ...]
    websites: tuple[tuple[str, int], ...]
    views: tuple[tuple[str, int], ...]
    types: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Tally:
    """What the values of one attribute are."""

    filled: int = 0
    valid: Counter[Kind] = field(default_factory=Counter)
    apparent: Counter[Kind] = field(default_factory=Counter)  # each value counted once, by its look
    examples: dict[Kind, str] = field(default_factory=dict)

    def add(self, value: str) -> None:
        self.filled += 1
        if len(value) > _LONGEST_VALUE or _MAY_BE_IDENTIFIER.search(value) is None:
            return
        keys = {kind: key for kind in Kind if (key := _valid_key(kind, value))}
        for kind in keys:
            self.valid[kind] += 1
            self.examples.setdefault(kind, value)
        apparent = _apparent_kind(keys, value)
        if apparent is not None:
            self.apparent[apparent] += 1


def inspect_rows(rows: Iterable[list[str]], layout: ExportLayout, *, enclosed: bool) -> Inspection:
    """Return what *rows* (cells of a product export with *layout*, usually a sample) hold.

    Rows of another width are skipped.  *enclosed* says how additional attributes are written.
    """
    tallies: dict[str, _Tally] = {}
    websites: Counter[str] = Counter()
    views: Counter[str] = Counter()
    types: Counter[str] = Counter()
    websites_at, view_at = layout.index("product_websites"), layout.index("store_view_code")
    type_at, count = layout.index("product_type"), 0
    for row in rows:
        if len(row) != layout.width:
            continue
        count += 1
        websites.update(_websites(row, websites_at))
        views.update(_told(row, view_at))
        types.update(lower_or_none(text) or "" for text in _told(row, type_at))
        for name, value in _attributes(row, layout, enclosed=enclosed):
            tallies.setdefault(name, _Tally()).add(value)
    return Inspection(
        count, _suggestions(tallies), _listed(websites), _listed(views), _listed(types)
    )


def suggest(
    rows: Iterable[list[str]], layout: ExportLayout, *, enclosed: bool
) -> tuple[Suggestion, ...]:
    """Return the attributes of *rows* that probably hold identifiers: by kind, the best first.

    An attribute is suggested for one kind only: the one its name tells if it has valid values of
    that, else the one most of its values look like.
    """
    return inspect_rows(rows, layout, enclosed=enclosed).suggestions


def _attributes(
    row: list[str], layout: ExportLayout, *, enclosed: bool
) -> Iterator[tuple[str, str]]:
    """Yield every attribute of *row* that has a value, by its column or in the packed cell."""
    for name, cell in zip(layout.columns, row, strict=True):
        if name == "additional_attributes":
            pairs = unpack(cell, enclosed=enclosed)
            yield from ((code, one_line(text)) for code, text in pairs.items() if text.strip())
        elif name and cell.strip():
            yield name, one_line(unguarded(cell))


def _told(row: list[str], at: int | None) -> tuple[str, ...]:
    text = None if at is None else text_or_none(row[at])
    return () if text is None else (text,)


def _websites(row: list[str], at: int | None) -> list[str]:
    codes = None if at is None else code_list(row[at])
    return codes.strip(",").split(",") if codes else []


def _listed(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _valid_key(kind: Kind, value: str) -> str:
    found = (one.key for one in parse(kind, value) if one.verdict is Verdict.VALID)
    return next(found, "")


def _apparent_kind(keys: dict[Kind, str], value: str) -> Kind | None:
    """Return the kind that *value*, valid as each of *keys*, would be taken for at sight."""
    if Kind.ISBN in keys:
        return Kind.ISBN
    digits = sum(character.isdigit() for character in value)
    if Kind.UPC in keys and (digits == 12 or Kind.EAN not in keys):
        return Kind.UPC
    if Kind.EAN in keys:
        return Kind.EAN
    return Kind.ASIN if Kind.ASIN in keys else None


def _suggestions(tallies: dict[str, _Tally]) -> tuple[Suggestion, ...]:
    found: dict[Kind, list[Suggestion]] = {kind: [] for kind in Kind}
    for name, tally in tallies.items():
        kind = _kind_of(name, tally)
        if kind is not None:
            valid, example = tally.valid[kind], tally.examples[kind]
            found[kind].append(Suggestion(kind, name, tally.filled, valid, example))
    return tuple(one for kind in Kind for one in sorted(found[kind], key=_rank))


def _kind_of(name: str, tally: _Tally) -> Kind | None:
    """Return the kind that the attribute *name* is suggested for."""
    named = _KIND_OF_NAME.get(name)
    if named is not None and tally.valid[named]:
        return named
    if not tally.apparent:
        return None
    kind = max(tally.apparent, key=lambda kind: (tally.apparent[kind], kind))
    if named is not None or name in _GTIN_NAMES:
        return kind
    valid = tally.valid[kind]
    return kind if valid >= _LEAST_VALID and valid >= _LEAST_SHARE * tally.filled else None


def _rank(one: Suggestion) -> tuple[float, str]:
    """Sort by valid values, a telling name counting double."""
    if _KIND_OF_NAME.get(one.attribute) is one.kind:
        weight = 2.0
    else:
        weight = 1.5 if one.attribute in _GTIN_NAMES else 1.0
    return -weight * one.valid, one.attribute
