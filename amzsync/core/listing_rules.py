"""Tell, for one store, whether products may be sold there: by what they are, their stock and the listing rules."""

from __future__ import annotations

from amzsync.core.condition_words import failing, worded
from amzsync.core.conditions import Group, Holds, compiled
from amzsync.core.eligibility import Ineligible, has_stock, ineligible
from amzsync.core.product_facts import ProductFacts
from amzsync.core.quantities import Quantities
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
        self._rules = rules
        self._holds = compiled(rules) if rules.parts else None
        self._lines = _lines(rules)

    @property
    def asks_all(self) -> bool:
        """Tell whether the whole ``ProductFacts`` are asked for, or its first fields are enough."""
        return self._holds is not None or self._short is not None

    def barred(self, product: ProductFacts, *, ours: bool = True) -> Ineligible | None:
        """Return why the product may not be sold on the store, or ``None`` if it may.

        *ours* is false for a listing that Amazon fulfils: stock in its warehouse is not ours, so ours does not
        decide about it.
        """
        found = self._own(product, ours=ours)
        if found is not None or self._holds is None or self._holds(product):
            return found
        broken = [words for holds, words in self._lines if not holds(product)]
        return Ineligible(f"the listing rules ask that {_joined(broken)}", _RULES_STEP)

    def explained(self, product: ProductFacts, *, ours: bool = True) -> str:
        """Return why the product may not be sold, with its values where the rules forbid it; "" if it may.

        Other than the reason of ``barred`` it changes with every value, so it is for the moment only.
        """
        found = self._own(product, ours=ours)
        return "; ".join(failing(self._rules, product)) if found is None else found.reason

    def _own(self, product: ProductFacts, *, ours: bool) -> Ineligible | None:
        """Return why the product may not be sold whatever the rules say."""
        backorders = product[8] if self._backorders else None
        stocked = has_stock(product[5], product[6], product[7], backorders) if ours else None
        found = ineligible(
            product[2], product[3], product[4], self._website, stocked, product[10] == 1
        )
        if found is not None:
            return found
        if ours and self._short is not None and (words := self._short(product)) is not None:
            return Ineligible(words, "Restock the product in Commerce, or lower the threshold.")
        return None


def _lines(rules: Group) -> list[tuple[Holds, str]]:
    """Return the parts of *rules* that must all hold, each with its words.

    There are no values of products in these: the reason is kept, and must not change with every price.
    """
    if not (rules.every and rules.expected):
        return [(compiled(rules), worded(rules))]
    trees = [part if isinstance(part, Group) else Group(parts=(part,)) for part in rules.parts]
    return [(compiled(tree), worded(tree)) for tree in trees]


def _joined(broken: list[str]) -> str:
    """Return what is asked for in one line; what has an *or* in it stands in brackets beside others."""
    if len(broken) == 1:
        return broken[0]
    return " and ".join(f"({words})" if " or " in words else words for words in broken)
