"""Tell, for one store, whether products may be sold there: by what they are, their stock and the listing rules."""

from __future__ import annotations

from amzsync.core.conditions import Group, compiled
from amzsync.core.eligibility import Ineligible, has_stock, ineligible
from amzsync.core.product_facts import ProductFacts
from amzsync.core.quantities import Quantities
from amzsync.core.condition_words import worded
from amzsync.core.settings import QuantitySettings

_RULES_STEP = (
    "Change the product in Commerce, or the store's listing rules (amzsync rules preview)."
)


class Eligibility:
    """Judges the products of one store."""

    def __init__(self, website: str, rules: Group, quantity: QuantitySettings) -> None:
        self._website = website
        self._backorders = quantity.backorders
        self._short = Quantities(quantity).short if quantity != QuantitySettings() else None
        self._holds = compiled(rules) if rules.parts else None
        # The reason has no values in it: it is kept, and must not change with every price.
        lines = rules.parts if rules.every and rules.expected else (rules,)
        trees = [Group(parts=(line,)) for line in lines]
        self._lines = [(compiled(tree), worded(tree)) for tree in trees]

    @property
    def asks_all(self) -> bool:
        """Tell whether the whole ``ProductFacts`` are asked for, or its first fields are enough."""
        return self._holds is not None or self._short is not None

    def barred(self, product: ProductFacts, *, ours: bool = True) -> Ineligible | None:
        """Return why the product may not be sold on the store, or ``None`` if it may.

        *ours* is false for a listing that Amazon fulfils: stock in its warehouse is not ours, so ours does not
        decide about it.
        """
        backorders = product[8] if self._backorders else None
        stocked = has_stock(product[5], product[6], product[7], backorders) if ours else None
        found = ineligible(
            product[2], product[3], product[4], self._website, stocked, product[10] == 1
        )
        if found is not None:
            return found
        if ours and self._short is not None and (words := self._short(product)) is not None:
            return Ineligible(words, "Restock the product in Commerce, or lower the threshold.")
        if self._holds is None or self._holds(product):
            return None
        broken = " and ".join(words for holds, words in self._lines if not holds(product))
        return Ineligible(f"the listing rules ask that {broken}", _RULES_STEP)
