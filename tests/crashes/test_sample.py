"""A sample of the points at which sending may die; ``python -m tests.crashes`` walks through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from amzsync.amazon.lanes import Inline
from amzsync.core.plan import Difference, Rank
from amzsync.core.plan import Kind as Kinds
from amzsync.results.plan import PlanRow
from amzsync.workflows import push, senders
from amzsync.workflows.sessions import Means
from tests.crashes import mistakes
from tests.crashes.matrix import EXCHANGES, STRACE, SYSTEM_CALLS, Figures, Kind, Nursery, walk
from tests.crashes.scenarios import SCENARIOS, Prepared, Scenario

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
FEWER = {Kind.KILL: 97, Kind.ENOSPC: 197, Kind.EIO: 211}  # every so many points only
needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed")


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as made:
        yield made


def failures(figures: Figures) -> list[str]:
    assert figures.points  # something has died
    return figures.failures


@needs_strace
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
@pytest.mark.parametrize("kind", SYSTEM_CALLS)
def test_nothing_is_lost_or_sent_twice_wherever_a_system_call_fails(
    nursery: Nursery, scenario: Scenario, kind: Kind
) -> None:
    assert failures(walk(nursery, scenario, kind, every=FEWER[kind])) == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
@pytest.mark.parametrize("kind", EXCHANGES)
def test_nothing_is_lost_or_sent_twice_whichever_question_is_the_last(
    nursery: Nursery, scenario: Scenario, kind: Kind
) -> None:
    assert failures(walk(nursery, scenario, kind, every=7)) == []


@pytest.mark.parametrize(
    ("mistake", "scenario", "found"),
    [
        pytest.param("send before journal", "patches", "twice", id="written down after it is sent"),
        pytest.param("sent again blindly", "patches", "twice", id="no answer taken for not sent"),
        pytest.param("stock as delta", "patches", "lost", id="one less instead of five"),
    ],
)
def test_a_planted_mistake_is_found(
    nursery: Nursery, mistake: str, scenario: str, found: str
) -> None:
    figures = walk(nursery, BY_NAME[scenario], Kind.AFTER, mistake=mistake)

    assert figures.found[found] > 0


def test_without_the_guard_stock_would_go_to_a_listing_that_amazon_ships(tmp_path: Path) -> None:
    with Prepared(BY_NAME["patches"], tmp_path / "a").opened(tmp_path / "b") as shop:
        config, means = shop.config(), Means(shop.clock, shop.environ, Inline)
        wrong = PlanRow(
            "us", "USD", 2, Rank.QUANTITY, Kinds.REVISE_QUANTITY, "FBA", None, None, None, None,
            (Difference("quantity", None, 9),), None, (), None,
        )  # fmt: skip
        rows = [wrong]
        send = partial(push.send, config, senders.chosen(config, None), rows, means)
        (store,) = send(now=shop.now).stores
        assert [one.seller_sku for one in store.refused] == ["FBA"]
        assert shop.simulator.writes.harm() == []
        with pytest.MonkeyPatch.context() as patch:
            mistakes.plant("guard off", patch)
            send(now=shop.now)
        assert shop.simulator.writes.harm() != []
