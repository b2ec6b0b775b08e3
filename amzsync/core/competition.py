"""Which stores look at what competitors ask."""

from __future__ import annotations

from amzsync.core.settings import Competition, OfferSource, Settings


def competitions(settings: Settings) -> list[Competition]:
    """Return the intelligent parts of the active price rules."""
    rules = settings.price.rules
    return [rule.competition for rule in rules if rule.active and rule.competition is not None]


def compares(settings: Settings) -> bool:
    """Tell whether a store with *settings* has a price rule that looks at competitors."""
    return bool(competitions(settings))


def needs_all(settings: Settings) -> bool:
    """Tell whether any of its rules looks at others than who has the Buy Box."""
    return any(one.source is not OfferSource.BUY_BOX for one in competitions(settings))
