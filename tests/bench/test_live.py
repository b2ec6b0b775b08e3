"""What a live import asks of Amazon, counted on a virtual clock."""

from __future__ import annotations

import pytest

from tests.bench.live import MOST_CALLS, MOST_TIME, quiet
from tests.bench.live_shop import Plan, Ran, Virtual

COUNT = 300
RUNS = 26  # every five minutes: two all-listings reports, and one of each other kind


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, list[Ran], Ran]:
    """A first import, the runs of the next two hours, and one after two listings have changed."""
    plan = Plan(COUNT, tmp_path_factory.mktemp("live"))
    with Virtual(plan) as shop:
        runs = [shop.run(), *shop.cron(lambda _: False, most=RUNS)]
        assert shop.amazon.change(2 / COUNT) == 2
        return plan, runs, shop.run()


def test_a_first_import_takes_little_longer_than_it_must(
    measured: tuple[Plan, list[Ran], Ran],
) -> None:
    plan, (first, *_), _ = measured
    assert sum(first.result.stores[0].tabs.values()) > COUNT
    assert first.calls["searchListingsItems"] > 1  # what does not sell has been explained
    assert first.calls["searchCatalogItems"] >= 1
    assert first.seconds <= MOST_TIME * first.least(plan.report_delay)


def test_nothing_is_ever_asked_too_often(measured: tuple[Plan, list[Ran], Ran]) -> None:
    _, runs, after = measured
    assert sum(ran.throttled for ran in [*runs, after]) == 0


def test_a_run_in_which_nothing_changed_asks_little_whatever_report_is_due(
    measured: tuple[Plan, list[Ran], Ran],
) -> None:
    _, (_, *runs), _ = measured
    found = quiet(runs)
    assert set(found) == {"no report is due", "a report is due", "that report is there"}
    for words, kind in found.items():
        assert max(ran.total for ran in kind) <= MOST_CALLS, words


def test_a_run_after_a_change_asks_for_what_changed(
    measured: tuple[Plan, list[Ran], Ran],
) -> None:
    *_, after = measured
    assert after.calls["searchListingsItems"] == 1
    assert after.result.changes >= 2
