"""The rows of a listings report, one by one: cells in, a row in our words or a reason out.

Nothing here raises for what a document contains.  Rows shorter than the heading are normal (UK
reports have 29 cells under 31 headings), and so are blank cells beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import TypeVar

from amzsync.amazon.cell_values import is_asin, shown
from amzsync.amazon.headings import Layout, canonical, heads
from amzsync.amazon.origin import Seen
from amzsync.amazon.row_forms import form_of
from amzsync.core.marketplaces import Marketplace
from amzsync.core.memo import Memo
from amzsync.core.model import ListingRow, Rejected

Cells = list[str]
V = TypeVar("V", str, int)

BLANK_LINE = Rejected("a blank line")
HEADING_AGAIN = Rejected("the heading again")


def row_parser(
    layout: Layout, marketplace: Marketplace, seen: Seen | None = None
) -> Callable[[Cells], ListingRow | Rejected]:
    r"""Return a function from the cells of one row to the row or the reason it cannot be read.

    The cells are what ``layout.delimiter`` parts, the last with or without the "\\r" of the line
    end; they are not changed.  What the rows betray of their marketplace is counted in *seen*
    (see ``origin``).  Several rows of one seller SKU are left to the caller (see ``merged``).
    """
    form = form_of(layout.kind, marketplace, Seen() if seen is None else seen)
    columns = layout.columns
    width = len(columns)
    places = [columns.index(name) if name in columns else width for name in form.columns]
    pick: Callable[[Cells], tuple[str, ...]] = itemgetter(*places)
    row_of = form.row
    sku_place = columns.index("seller-sku")
    straighten = _straightener(layout)
    is_crooked = width in places or any(columns.count(name) > 1 for name in form.columns)
    # The heading among the rows fails as a price or a quantity, where there is one.
    heading_fails = not {"price", "quantity", "quantity-available"}.isdisjoint(columns)

    def parse(cells: Cells) -> ListingRow | Rejected:
        if is_crooked or len(cells) != width:
            straight = straighten(cells)
            if isinstance(straight, Rejected):
                return straight
            cells = straight
        elif cells[-1][-1:] == "\r":
            cells = cells.copy()
            cells[-1] = cells[-1][:-1]
        row = row_of(pick(cells))
        may_be_heading = row.__class__ is Rejected or not heading_fails
        if may_be_heading and heads(cells[sku_place], "seller-sku") and _is_heading(cells, columns):
            return HEADING_AGAIN
        return row

    return parse


def merged(rows: Sequence[ListingRow]) -> ListingRow:
    """Return the rows that one report has of one seller SKU as one row, whatever their order.

    Suppressed listings have a row for each fault, FBA stock one for each condition and label of
    the units: reasons are joined and quantities added up.  Of other values that differ the least
    is kept.  In listings reports a second row of a SKU is a fault, and not for this function.
    """
    quantities = [row.quantity for row in rows if row.quantity is not None]
    reasons = sorted({row.reason for row in rows if row.reason is not None})
    return ListingRow(
        rows[0].seller_sku,
        asin=_least(row.asin for row in rows),
        title=_least(row.title for row in rows),
        condition=_least(row.condition for row in rows),
        fulfillment=_least(row.fulfillment for row in rows),
        price_minor=_least(row.price_minor for row in rows),
        quantity=sum(quantities) if quantities else None,
        status=_least(row.status for row in rows),
        product_id=_least(row.product_id for row in rows),
        opened_at=_least(row.opened_at for row in rows),
        reason="; ".join(reasons) or None,
    )


def _least(values: Iterable[V | None]) -> V | None:
    return min((value for value in values if value is not None), default=None)


def _is_heading(cells: Cells, columns: tuple[str, ...]) -> bool:
    return all(name == canonical(cell) for name, cell in zip(columns, cells, strict=False))


# --- rows that are not as wide as the heading ---------------------------------------------

# What stands in these columns is known so well that it shows whether a row of unusual width is
# shifted: a line break within a description leaves a second half with the price under seller-sku.
_SHAPES: dict[str, re.Pattern[str]] = {
    "item-is-marketplace": re.compile(r"\D*"),
    "product-id-type": re.compile(r"\s*\d{0,2}\s*|\D*"),
    "item-condition": re.compile(r"\s*\d{0,2}\s*|\D*"),
    "fulfillment-channel": re.compile(r"\D*"),
    "status": re.compile(r"\D*"),
}
_KEYS = ("asin1", "product-id", "listing-id")


def _straightener(layout: Layout) -> Callable[[Cells], Cells | Rejected]:
    """Return a function that gives a row one cell for each heading and, behind them, a blank one.

    Of columns with the same name the first gets the first cell that is not blank.
    """
    columns = layout.columns
    width = len(columns)
    repeated = [
        [place for place, each in enumerate(columns) if each == name]
        for name in dict.fromkeys(columns)
        if name and columns.count(name) > 1
    ]
    break_in = _break_finder(columns)

    def straighten(cells: Cells) -> Cells | Rejected:
        straight = [*cells, ""]
        if cells and cells[-1][-1:] == "\r":
            straight[-2] = cells[-1][:-1]
        if (count := len(cells)) != width:
            if not any(map(str.strip, cells)):
                return BLANK_LINE
            straight += [""] * (width - count)
            if (fault := break_in(straight)) is not None:
                return Rejected(f"{count} cells under {width} headings: {fault}")
            straight[width:] = [""]
        for first, *others in repeated:
            told = (straight[place] for place in (first, *others) if straight[place].strip())
            straight[first] = next(told, "")
        return straight

    return straighten


def _break_finder(columns: tuple[str, ...]) -> Callable[[Cells], str | None]:
    """Return a function that says why a row of unusual width seems to be broken, or None."""
    width = len(columns)
    shapes = [
        (columns.index(name), Memo(shape.fullmatch), name)
        for name, shape in _SHAPES.items()
        if name in columns
    ]
    keys = [columns.index(name) for name in _KEYS if name in columns]
    asin_place = columns.index("asin1") if "asin1" in columns else -1  # the blank cell at the end

    def break_in(cells: Cells) -> str | None:
        if len(cells) > width + 1 and any(map(str.strip, cells[width:])):
            return "a tab or line break within a cell broke the row"
        for place, shape, name in shapes:
            if shape[cells[place]] is None:
                return f"the row is broken, {shown(cells[place])} stands under {name}"
        asin = cells[asin_place]
        if is_asin(asin) or is_asin(tidy := asin.strip().upper()):
            return None
        if tidy:
            return f"the row is broken, {shown(asin)} stands under asin1"
        if keys and not any(cells[place].strip() for place in keys):
            return "the row is broken, no ASIN or product id is left of it"
        return None

    return break_in
