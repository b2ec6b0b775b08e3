"""Which stores look at what competitors ask."""

from __future__ import annotations

from decimal import Decimal

import pytest

from amzsync.core.competition import compares, needs_all
from amzsync.core.settings import (
    Adjustment,
    Competition,
    OfferSource,
    PriceRule,
    PriceSettings,
    Settings,
)

STANDARD = PriceRule("Ten", adjustment=Adjustment(False, True, Decimal(10)))
LOWEST = PriceRule("Lowest", competition=Competition(OfferSource.LOWEST))
BUY_BOX = PriceRule("Buy Box", competition=Competition(OfferSource.BUY_BOX))
OFF = PriceRule("Off", active=False, competition=Competition(OfferSource.LOWEST))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), (False, False)),
        ((STANDARD,), (False, False)),
        ((OFF,), (False, False)),
        ((STANDARD, BUY_BOX), (True, False)),
        ((BUY_BOX, OFF), (True, False)),
        ((LOWEST,), (True, True)),
        ((BUY_BOX, LOWEST), (True, True)),
    ],
    ids=["none", "standard", "off", "Buy Box", "Buy Box and off", "lowest", "both"],
)
def test_a_store_looks_at_competitors_where_an_active_rule_does(
    rules: tuple[PriceRule, ...], expected: tuple[bool, bool]
) -> None:
    settings = Settings(price=PriceSettings(rules=rules))
    assert (compares(settings), needs_all(settings)) == expected
