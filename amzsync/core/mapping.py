"""Which Commerce attribute holds which identifier, and in which order they are asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from amzsync.core.match import DEFAULT_ORDER, SELLER_SKU

SKU = "sku"  # the attribute that is the product's own key


@dataclass(frozen=True, slots=True)
class Mapping:
    """The user's mapping; attribute codes are lower-case."""

    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # kind -> attributes
    seller_sku: tuple[str, ...] = (SKU,)
    order: tuple[str, ...] = DEFAULT_ORDER
    condition: str | None = None

    @property
    def rank(self) -> dict[str, int]:
        """Return the place of each kind in the order of matching."""
        return {kind: place for place, kind in enumerate(self.order)}

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return every attribute to be read from the export, each once, in a stable order."""
        names = [name for kind in sorted(self.attributes) for name in self.attributes[kind]]
        return tuple(dict.fromkeys([*names, *(name for name in self.seller_sku if name != SKU)]))

    @property
    def by_sku(self) -> bool:
        """Tell whether a listing's seller SKU is looked up among the products' own SKUs."""
        return SELLER_SKU in self.order and SKU in self.seller_sku
