"""Which attributes of the products the configuration looks at: only those are kept in the state."""

from __future__ import annotations

from collections.abc import Iterator

from amzsync.config import Config
from amzsync.core import prices, quantities
from amzsync.core.conditions import COLUMNS, attributes_of
from amzsync.core.settings import Settings


def wanted_attributes(config: Config) -> tuple[str, ...]:
    """Return the codes that the state must keep of every product, sorted, each once, in lower case.

    What every product has anyway (name, price, categories ...) is not among them, nor is the condition's
    attribute where it is the one that ``[mapping]`` names: that has a place of its own.
    """
    mapped = (config.mapping.condition or "").strip().lower()
    codes = {code for store in config.stores for code in _of(store.settings, mapped)}
    codes.update(config.new_products.wanted)
    return tuple(sorted(codes - COLUMNS.keys()))


def _of(settings: Settings, mapped_condition: str) -> Iterator[str]:
    yield from attributes_of(settings.rules)
    yield from prices.attributes_of(settings)
    yield from quantities.attributes_of(settings.quantity)
    fulfillment, condition = settings.fulfillment.attribute, settings.condition.attribute
    if fulfillment is not None:
        yield fulfillment
    if condition is not None and condition != mapped_condition:
        yield condition
