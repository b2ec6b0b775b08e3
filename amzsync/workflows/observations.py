"""What all reports and answers together say of a listing that is to be sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from amzsync.core import evidence
from amzsync.core.evidence import Side
from amzsync.core.keys import gtin_of
from amzsync.core.model import ListingRow, ReportKind
from amzsync.store.listings import Stored

_ALL = ReportKind.ALL.value


class Observed(NamedTuple):
    """A listing to be sorted: what all reports together say of it."""

    row: ListingRow
    base: str  # the kind of report that describes it
    filled: int
    digest: int | None
    gtin: str | None
    missing_run: int | None = None
    missing_since: str | None = None
    denied_at: str | None = None  # when Amazon, asked for the listing itself, had none


def observed(
    base: ListingRow | None,
    sides: Sequence[Side],
    gtin: str | None = None,
    *,
    digest: int | None,
    has_all: bool,
    missing: tuple[int, str] | None = None,
    base_at: str = "",
) -> Observed:
    """Return what all reports and answers say of one listing.

    *base* is its row of the all-listings report, *gtin* what that row names, *sides* the other reports'
    rows and the answers; *missing* tells since which run, and when that was, no report has it; *base_at*
    how old the all-listings report is.
    """
    if base is not None and not sides:
        return Observed(base, _ALL, 0, digest, gtin, *(missing or (None, None)))
    if missing is not None and answered_since(sides, base_at):
        missing, digest = (
            None,
            None,
        )  # without a digest: the report does not have it, an answer does
    merged = evidence.merge(
        base, sides, has_all=has_all, missing=missing is not None, base_at=base_at
    )
    row = merged.row
    gtin = gtin_of(row.asin, row.product_id)
    denied_at = _denied_at(sides)
    if missing is None:
        denied_at = denied_at if denied_at is not None and denied_at >= base_at else None
        return Observed(row, merged.base.value, merged.filled, digest, gtin, None, None, denied_at)
    return Observed(row, merged.base.value, merged.filled, digest, gtin, *missing, denied_at)


def answered_since(sides: Sequence[Side], moment: str) -> bool:
    """Tell whether Amazon has answered since *moment*, asked for the listing itself, that there is one."""
    return any(
        side.kind is ReportKind.ANSWER and side.at >= moment and not evidence.is_denial(side)
        for side in sides
    )


def _denied_at(sides: Sequence[Side]) -> str | None:
    return next(
        (side.at for side in sides if side.kind is ReportKind.ANSWER and not any(side.row[1:])),
        None,
    )


def base_of(old: Stored, sides: Sequence[Side] = ()) -> ListingRow | None:
    """Return the row of the all-listings report that *old* was made from, if it was."""
    if old.base != ReportKind.ALL:
        return None
    return evidence.base_among(sides) or evidence.unfilled(old.row, old.filled)
