"""What an answer of Amazon's tells of one listing, put into the row that reports are put into.

The words of a status and the order of looking for a cause: Amazon's page "Understanding Amazon listing status",
and the guide of the Listings Items API (quantity, then the offer, then enforcements).
"""

from __future__ import annotations

from typing import NamedTuple

from amzsync.core.issues import Issue, misses_something, problem
from amzsync.core.model import Fulfillment, ListingRow, ListingStatus

BUYABLE, DISCOVERABLE = "BUYABLE", "DISCOVERABLE"

NO_OFFER = "It has no offer (no price) on Amazon."
ONLY_SHOWN = "Amazon shows it but does not let it be bought, and names no issue."
NEITHER = "Amazon neither shows it nor lets it be bought, and names no issue."
NOT_SHOWN = "Amazon does not show it in the search, and names no issue."


class ListingAnswer(NamedTuple):
    """One listing as the Listings Items API describes it; ``None`` means that the answer does not tell."""

    seller_sku: str
    asin: str | None = None
    title: str | None = None
    condition: str | None = None
    fulfillment: str | None = None  # a Fulfillment value
    price_minor: int | None = None
    quantity: int | None = None  # None for stock that Amazon keeps
    words: tuple[str, ...] | None = None  # of the status: BUYABLE, DISCOVERABLE; () where neither
    issues: tuple[Issue, ...] = ()
    has_offer: bool | None = None
    product_id: str | None = None
    opened_at: str | None = None
    updated_at: str | None = None


def row_of(answer: ListingAnswer, now: str) -> ListingRow:
    """Return the row that *answer* amounts to at *now* (UTC text), with the reason why it does not sell."""
    status = _status(answer)
    return ListingRow(
        answer.seller_sku,
        answer.asin,
        answer.title,
        answer.condition,
        answer.fulfillment,
        answer.price_minor,
        0 if _is_empty(answer, status) else answer.quantity,
        status,
        answer.product_id,
        answer.opened_at,
        _reason(answer, status, now),
    )


def _status(answer: ListingAnswer) -> str | None:
    if answer.words is None:
        return None
    if BUYABLE in answer.words:
        return ListingStatus.ACTIVE.value
    if answer.asin is None and misses_something(answer.issues):
        return ListingStatus.INCOMPLETE.value
    return ListingStatus.INACTIVE.value


def _is_empty(answer: ListingAnswer, status: str | None) -> bool:
    """Tell whether it is out of stock: of what a merchant ships, no quantity is no stock once it is not sold."""
    return (
        status == ListingStatus.INACTIVE
        and answer.fulfillment == Fulfillment.MERCHANT
        and not answer.quantity
    )


def _reason(answer: ListingAnswer, status: str | None, now: str) -> str | None:
    issues = answer.issues
    if status is None:
        return problem(issues, live=True, now=now)
    if status == ListingStatus.ACTIVE:
        hidden = DISCOVERABLE not in (answer.words or ())
        return problem(issues, live=True, now=now) or (NOT_SHOWN if hidden else None)
    if status == ListingStatus.INCOMPLETE:
        return problem(issues, live=False, now=now)
    if _is_empty(answer, status):
        return None  # the tabs have the words for it, because they know the stock in Commerce
    if answer.has_offer is False:
        return NO_OFFER
    # What is vague is said only where no other source can know better: of a warehouse of Amazon's, for one.
    is_whole = bool(answer.quantity and answer.price_minor)
    found = problem(issues, live=not is_whole, now=now)
    if found or not is_whole:
        return found
    return ONLY_SHOWN if DISCOVERABLE in (answer.words or ()) else NEITHER
