"""Fixtures for the tests of the door to Amazon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.amazon.door import SELLER, World
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.seller import Listing, Seller


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A simulator that throttles nobody unless told so."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # never used for what is on this machine
    seller = Seller(SELLER)
    seller.add(Listing("S-1", "B0TEST0001"), Listing("S/2 é+%", "B0TEST0002"))
    clock = VirtualClock()
    with AmazonSimulator(seller, clock=clock, plans=False) as simulator:
        made = World(simulator, clock)
        with made.session:
            yield made
