"""Our clock and Amazon's differ by minutes or hours: nothing is asked more often for it, and nothing waits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.live import HOUR, MINUTE, LiveShop, asked, exit_code, live_shop
from tests.simulators import faults
from tests.simulators.clocks import VirtualClock
from tests.simulators.report_texts import ALL

HOURS = [-5.0, -2.0, -0.5, 0.5, 2.0, 5.0]
RUNS = 3 * 12  # every five minutes


class OffClock(VirtualClock):
    """A clock that goes as fast as another, and is ahead of it by so many seconds."""

    def __init__(self, true: VirtualClock, ahead: float) -> None:
        super().__init__()
        self._true = true
        self.ahead = ahead

    def now(self) -> float:
        return self._true.now() + self.ahead

    def sleep(self, seconds: float) -> None:
        self._true.sleep(seconds)

    def advance(self, seconds: float) -> None:
        self._true.advance(seconds)


def put_off(shop: LiveShop, ahead: float) -> OffClock:
    """Let our clock be *ahead* of Amazon's from now on."""
    shop.clock = OffClock(shop.clock, ahead)
    shop.write()
    return shop.clock


def created(shop: LiveShop, report_type: str | None = None) -> Counter[str]:
    """Return how often each type of report was asked for."""
    calls = shop.simulator.ledger.calls("createReport")
    return Counter(
        call.body["reportType"] for call in calls if report_type in (None, call.body["reportType"])
    )


def listings(shop: LiveShop) -> int:
    return int(shop.query("SELECT count(*) FROM listings")[0][0])


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """How often each type is asked for in three hours by right clocks."""
    with live_shop(tmp_path_factory.mktemp("usual")) as shop:
        shop.imports(RUNS)
        return created(shop)


@pytest.mark.parametrize("hours", HOURS)
def test_a_first_import_comes_to_its_end_and_asks_once(hours: float, tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        put_off(shop, hours * HOUR)
        began = shop.clock.now()
        result = shop.import_()
        assert (exit_code(result), asked(result).waiting, listings(shop)) == (0, False, 41)
        assert created(shop) == {ALL: 1}
        assert shop.clock.now() - began < 240.0


@pytest.mark.parametrize("hours", HOURS)
def test_later_runs_ask_no_more_often_and_no_less(
    hours: float, tmp_path: Path, usual: Counter[str]
) -> None:
    with live_shop(tmp_path) as shop:
        put_off(shop, hours * HOUR)
        results = shop.imports(RUNS)
        assert {exit_code(result) for result in results} == {0}
        assert created(shop) == usual
        assert {entry.status for entry in shop.simulator.ledger.calls()} <= {200, 202}


@pytest.mark.parametrize("hours", HOURS)
def test_a_change_is_known_by_the_next_run(hours: float, tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        put_off(shop, hours * HOUR)
        shop.imports(4)
        shop.seller.change("SIM-000001", price="33.33")
        shop.clock.advance(MINUTE)
        shop.import_()
        rows = shop.query("SELECT price_minor FROM listings WHERE seller_sku = 'SIM-000001'")
        assert rows == [(3333,)]


@pytest.mark.parametrize("hours", HOURS)
def test_a_clock_that_is_put_right_does_no_harm(hours: float, tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        clock = put_off(shop, hours * HOUR)
        shop.imports(6)
        clock.ahead = 0.0
        shop.simulator.ledger.clear()
        results = shop.imports(RUNS)
        assert {exit_code(result) for result in results} == {0}
        assert 2 <= created(shop)[ALL] <= 4
        assert listings(shop) == 41


@pytest.mark.parametrize("minutes", [-5.0, 5.0])
def test_a_report_of_which_the_answer_was_lost_is_found_and_not_asked_for_twice(
    minutes: float, tmp_path: Path
) -> None:
    with live_shop(tmp_path) as shop:
        put_off(shop, minutes * MINUTE)
        shop.simulator.script("createReport", faults.answer_lost())
        assert exit_code(shop.import_()) == 75
        assert (created(shop), listings(shop)) == ({ALL: 1}, 0)
        shop.clock.advance(5 * MINUTE)
        assert exit_code(shop.import_()) == 0
        assert (created(shop), listings(shop)) == ({ALL: 1}, 41)
