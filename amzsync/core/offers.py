"""Offers of competitors for an ASIN, and which of them our price is compared with.

As in Adobe's Amazon Sales Channel: an offer of our condition comes first; then the lowest of the same family
(new, refurbished, used, collectible); then the next condition from New downwards, collectible ones last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from amzsync.core.model import Condition
from amzsync.core.settings import Competition, OfferSource

_RANKS: dict[str, int] = {condition.value: rank for rank, condition in enumerate(Condition)}
_FAMILIES: dict[str, str] = {each.value: each.value.partition("_")[0] for each in Condition}


class Offer(NamedTuple):
    """One offer for an ASIN in a marketplace, in minor units of its currency."""

    condition: str  # a Condition value; offers of any other are not compared with
    price_minor: int
    shipping_minor: int = 0
    fulfillment: str | None = None  # a Fulfillment value
    feedback: int | None = None  # percent of the seller's feedback that is positive
    feedback_count: int | None = None
    ours: bool = False
    buy_box: bool = False

    @property
    def landed_minor(self) -> int:
        """What the buyer pays: the price and its shipping."""
        return self.price_minor + self.shipping_minor


def rivals(offers: Iterable[Offer], competition: Competition) -> list[Offer]:
    """Return the offers of others that a rule looks at: the Buy Box, or all with feedback enough.

    Feedback that is not known is not enough, where the rule asks for any.
    """
    if competition.source is OfferSource.BUY_BOX:
        return [offer for offer in offers if offer.buy_box and not offer.ours]
    least, count = competition.min_feedback, competition.min_feedback_count
    return [
        offer
        for offer in offers
        if not offer.ours
        and (not least or (offer.feedback is not None and offer.feedback >= least))
        and (not count or (offer.feedback_count is not None and offer.feedback_count >= count))
    ]


def chosen(offers: Iterable[Offer], condition: str, *, matching: bool) -> Offer | None:
    """Return the offer to compare ours in *condition* with; *matching*: only one in that condition."""
    places = _places(condition, matching)
    best, least = None, (0, 0, 0)
    for offer in offers:
        place = places.get(offer.condition)
        if place is not None:
            cost = (place, offer.price_minor + offer.shipping_minor, _RANKS[offer.condition])
            if best is None or cost < least:
                best, least = offer, cost
    return best


@lru_cache(maxsize=32)
def _places(ours: str, matching: bool) -> Mapping[str, int]:
    """Return how near each usable condition is to *ours*: 0 the same, 1 its family, then from New downwards."""
    if ours not in _RANKS:
        return {}
    if matching:
        return {ours: 0}
    family = {each: 1 for each in _RANKS if _FAMILIES[each] == _FAMILIES[ours]}
    return {each: rank + 2 for each, rank in _RANKS.items()} | family | {ours: 0}


def own(offers: Sequence[Offer], condition: str | None) -> Offer | None:
    """Return our own offer, the one in *condition* rather than any other; the cheapest of several."""
    return min(
        (offer for offer in offers if offer.ours),
        key=lambda offer: (offer.condition != condition, offer.landed_minor, offer.shipping_minor),
        default=None,
    )


def held_buy_box(offers: Iterable[Offer], condition: str | None) -> Offer | None:
    """Return our own offer where it holds the Buy Box of its condition (any, where ours is not known)."""
    for offer in offers:
        if offer.ours and offer.buy_box and condition in {None, offer.condition}:
            return offer
    return None


def condition_text(condition: str) -> str:
    """Return a condition in plain words: "new", "used, very good"."""
    family, _, grade = condition.partition("_")
    return family if grade in {"", family} else f"{family}, {grade.replace('_', ' ')}"
