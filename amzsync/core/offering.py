"""How a new listing is offered: who ships it, in what condition, with which notes.

Each comes from one setting for all, or from an attribute of the product whose values are mapped, as in Adobe's
Amazon Sales Channel.  A value that nothing maps is never guessed to be a condition: a product that is offered
as new and is not, is returned.
"""

from __future__ import annotations

from amzsync.core.condition_names import condition_named, folded
from amzsync.core.conditions import COLUMNS, attribute_code, attribute_values
from amzsync.core.model import Condition, Fulfillment
from amzsync.core.product_facts import ProductFacts
from amzsync.core.settings import ConditionSettings, FulfillmentSettings

_SHIPPERS = {
    **dict.fromkeys(("merchant", "fbm", "mfn"), Fulfillment.MERCHANT),
    **dict.fromkeys(("amazon", "fba", "afn"), Fulfillment.AMAZON),
}
_SHOWN = 40
_TEXTS = frozenset({"type", "attribute_set", "visibility", "sku", "name"})


def fulfillment_of(settings: FulfillmentSettings, facts: ProductFacts) -> Fulfillment:
    """Return who is to ship the product; the default where its attribute says nothing that is known.

    Besides the mapped values the plain words merchant, FBM, amazon and FBA are known.
    """
    return _shipper(settings, facts) or settings.default


def fulfillment_problem(settings: FulfillmentSettings, facts: ProductFacts) -> str | None:
    """Return, in words, which value of the product nothing maps, so that the default holds; else ``None``."""
    text = _value(settings.attribute, facts)
    if text is None or _shipper(settings, facts) is not None:
        return None
    return _unmapped(settings.attribute, text)


def condition_of(
    settings: ConditionSettings, facts: ProductFacts, *, mapped: str | None
) -> Condition | None:
    """Return the condition that the product is to be offered in; ``None`` where that is not known.

    *mapped* is the attribute that the mapping names for the condition, which products keep by themselves.  A
    product without a value has the default, if there is one; one with a value that nothing maps has none.
    Besides the mapped values the names of Amazon's own conditions are known.
    """
    text = _value(settings.attribute, facts, mapped)
    if text is None:
        return settings.default
    return settings.values.get(folded(text)) or condition_named(text)


def condition_problem(
    settings: ConditionSettings, facts: ProductFacts, *, mapped: str | None
) -> str | None:
    """Return, in words, why ``condition_of`` knows no condition, or ``None`` where it does."""
    if condition_of(settings, facts, mapped=mapped) is not None:
        return None
    text = _value(settings.attribute, facts, mapped)
    if text is not None:
        return _unmapped(settings.attribute, text)
    if settings.attribute is not None:
        return f"the product has no {settings.attribute}, and no setting gives a condition for all"
    return "no setting gives a condition"


def notes_of(settings: ConditionSettings, condition: Condition | None) -> str | None:
    """Return the seller notes for listings in this *condition*; new ones have none."""
    if condition is None or condition is Condition.NEW:
        return None
    return settings.notes.get(condition)


def _shipper(settings: FulfillmentSettings, facts: ProductFacts) -> Fulfillment | None:
    text = _value(settings.attribute, facts)
    if text is None:
        return None
    word = folded(text)
    return settings.values.get(word) or _SHIPPERS.get(word)


def _value(attribute: str | None, facts: ProductFacts, mapped: str | None = None) -> str | None:
    """Return the product's text of *attribute*, the store view's first; ``None`` for a blank one."""
    if attribute is None:
        return None
    code = attribute.strip().lower()
    text: str | None
    if mapped is not None and code == mapped.strip().lower():
        text = facts.condition
    else:
        text = attribute_values(facts.attributes, facts.view_attributes).get(code)
        if text is None and (name := attribute_code(code)) in _TEXTS:
            text = getattr(facts, COLUMNS[name].field)
    return text if text and not text.isspace() else None


def _unmapped(attribute: str | None, text: str) -> str:
    told = " ".join(text.split())
    told = told if len(told) <= _SHOWN else told[: _SHOWN - 3] + "..."
    return f"the product's {attribute} is '{told}', which no setting maps"
