"""Put together what the reports of one store say about one listing.

The all-listings report describes a listing; the other reports fill in what it leaves open (the stock in
Amazon's warehouse) and say why a listing does not sell.  Without an all-listings report, the most telling
of the others describes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from amzsync.core.model import ListingRow, ListingStatus, ReportKind

_ORDER = {kind: place for place, kind in enumerate(ReportKind)}
_REASONS = (ReportKind.SUPPRESSED, ReportKind.STRANDED, ReportKind.CANCELLED)
_FILLED = tuple(name for name in ListingRow._fields if name not in {"seller_sku", "reason"})


class Side(NamedTuple):
    """A row of a report other than the one that describes the listing."""

    kind: ReportKind
    row: ListingRow


class Merged(NamedTuple):
    """All reports together; ``reason`` of the row is the best that any of them gives."""

    row: ListingRow
    base: ReportKind
    filled: int  # a bit for each field that the base left open and another report filled


def merge(
    base: ListingRow | None, sides: Sequence[Side], *, has_all: bool, missing: bool = False
) -> Merged:
    """Return what *base* (the all-listings row, if any) and *sides* say together.

    *has_all* tells that the store has an all-listings report: a listing that it lacks is then not live,
    unless another report says so.  *missing* tells that the base is of an older report, because the last
    one no longer had the listing: what another report says of its status is then newer.
    """
    if base is not None and not sides:
        return Merged(base, ReportKind.ALL, 0)
    ordered = sorted(sides, key=lambda side: _ORDER[side.kind])
    if base is not None:
        kind, row, rest = ReportKind.ALL, base, ordered
    else:
        kind, row, rest = ordered[0].kind, ordered[0].row, ordered[1:]
    filled, values = 0, row._asdict()
    if missing:  # for good: were it taken as filled, the status would be lost with that report
        values["status"] = next((told for side in rest if (told := side.row.status)), row.status)
    for bit, name in enumerate(_FILLED):
        if values[name] is None:
            for side in rest:
                if (value := getattr(side.row, name)) is not None:
                    values[name] = value
                    filled |= 1 << bit
                    break
    values["reason"] = _reason(ordered)
    if base is None and has_all and not values["status"]:
        values["status"] = ListingStatus.INACTIVE.value
        names = ", ".join(side.kind.value for side in ordered)
        values["reason"] = values["reason"] or f"Not in the all-listings report, only in: {names}."
    return Merged(ListingRow(**values), kind, filled)


def unfilled(row: ListingRow, filled: int) -> ListingRow:
    """Return the all-listings row as it was before other reports filled it."""
    values = row._asdict() | {name: None for bit, name in enumerate(_FILLED) if filled >> bit & 1}
    return ListingRow(**{**values, "reason": None})


def _reason(sides: Sequence[Side]) -> str | None:
    reasons = {side.kind: side.row.reason for side in sides if side.row.reason}
    return next((reasons[kind] for kind in _REASONS if kind in reasons), None)
