"""Live shops that may send, each prepared once."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from tests.crashes.scenarios import Prepared, Scenario
from tests.live import LiveShop


@pytest.fixture(scope="session")
def in_step(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A shop that has nothing to send."""
    return Prepared(Scenario("in step", command="revise"), tmp_path_factory.mktemp("in-step") / "a")


@pytest.fixture(scope="session")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A shop of which much has changed in Commerce since."""
    return Prepared(Scenario("moved"), tmp_path_factory.mktemp("moved") / "a")


@pytest.fixture
def calm(in_step: Prepared, tmp_path: Path) -> Iterator[LiveShop]:
    with in_step.opened(tmp_path / "shop") as opened:
        opened.products = deepcopy(opened.products)
        yield opened


@pytest.fixture
def unsent(moved: Prepared, tmp_path: Path) -> Iterator[LiveShop]:
    with moved.opened(tmp_path / "shop") as opened:
        opened.products = deepcopy(opened.products)
        opened.import_()
        yield opened
