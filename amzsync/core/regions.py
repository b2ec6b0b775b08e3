"""What stores of one seller share: Amazon keeps some attributes of a seller SKU once for a whole region.

Quantity, eligibility, fulfilment, condition and handling time are shared, prices are not (Adobe's Amazon Sales
Channel); the oldest store of the region that has the seller SKU gives the settings.  Europe with the United
Kingdom is one region, as in Amazon's Selling Partner API.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from amzsync.core.model import Fulfillment

V = TypeVar("V")
Pool = tuple[str, str, str]  # seller id, region, seller SKU

_AMAZON = Fulfillment.AMAZON.value
_ALONE = (1, 0)


class Member(NamedTuple):
    """A store as regions see it; of two stores the one with the lower id is the older."""

    store_id: int
    seller_id: str
    region: str  # Marketplace.region: "na", "eu", "fe"
    regional: bool = True  # false: the user has detached it from its region

    @property
    def group(self) -> tuple[str, str]:
        """Return seller and region; a store that is detached is a region of its own."""
        return self.seller_id, self.region if self.regional else f"{self.region} {self.store_id}"


class Selling(NamedTuple):
    """A listing that sells some product; *region* is the second part of its store's ``Member.group``."""

    seller_id: str
    region: str
    seller_sku: str
    fulfillment: str | None


class Regions:
    """The stores of a configuration, by the regions that they share."""

    def __init__(self, stores: Iterable[Member]) -> None:
        self._groups: dict[tuple[str, str], list[int]] = {}
        self._of: dict[int, tuple[str, str]] = {}
        for store in sorted(stores):
            self._of[store.store_id] = store.group
            self._groups.setdefault(store.group, []).append(store.store_id)

    def group(self, store_id: int) -> tuple[str, str]:
        """Return seller and region of a store, as ``Selling`` wants them."""
        return self._of[store_id]

    def stores(self, store_id: int) -> tuple[int, ...]:
        """Return the stores of the store's group, itself among them, the oldest first."""
        return tuple(self._groups[self._of[store_id]])

    def elders(self, store_id: int) -> tuple[int, ...]:
        """Return the stores whose settings come before the store's own, the oldest first; mostly none."""
        return tuple(one for one in self.stores(store_id) if one < store_id)


def leaders(
    elders: Sequence[int], seller_skus: Iterable[str], having: Mapping[int, Collection[str]]
) -> dict[str, int]:
    """Return, of a batch of one store's seller SKUs, those that an older store leads, with its id.

    *having* tells by store id which of them the *elders* have (sets, for speed).  For a seller SKU that is not
    in the answer the store's own settings hold.
    """
    found: dict[str, int] = {}
    theirs = [(one, having[one]) for one in elders if having.get(one)]
    if theirs:
        for sku in seller_skus:
            for one, skus in theirs:
                if sku in skus:
                    found[sku] = one
                    break
    return found


def regional_override(
    stores: Sequence[int], values: Mapping[int, V | None]
) -> tuple[int, V | None] | None:
    """Return the store and the value of the override that holds for a seller SKU in all *stores* of a group.

    *stores* come oldest first, *values* by the stores that have an override; ``None`` is one that was taken
    back, and holds only where no store has another.  Two stores that differ would make Amazon go back and
    forth for ever, so the oldest is right.  ``None``: there is no override.
    """
    taken_back: int | None = None
    for one in stores:
        if one in values:
            value = values[one]
            if value is not None:
                return one, value
            if taken_back is None:
                taken_back = one
    return None if taken_back is None else (taken_back, None)


def pools(listings: Iterable[Selling]) -> dict[Pool, tuple[int, int]]:
    """Return the pools that share one product's stock: number of shares, and place of each (from 0).

    A pool is a seller SKU of a seller in a region, however many marketplaces show it, because Amazon keeps one
    quantity for it.  What Amazon ships has its own stock and is in no pool.  The order is that of the keys.
    """
    keys = {one[:3] for one in listings if one[3] != _AMAZON}
    if len(keys) == 1:  # as nearly always
        return dict.fromkeys(keys, _ALONE)
    return {key: (len(keys), place) for place, key in enumerate(sorted(keys))}
