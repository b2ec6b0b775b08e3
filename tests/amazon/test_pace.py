"""The pace of one account: shared by threads, kept between runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from amzsync.amazon.operations import CREATE_REPORT, GET_LISTING, OPERATIONS, SEARCH_CATALOG
from amzsync.amazon.pace import Pace
from amzsync.core.rates import Bucket
from tests.simulators.clocks import VirtualClock

LATER = 1e12


def test_a_first_run_may_use_the_burst_but_for_what_is_left_in_the_bucket() -> None:
    clock = VirtualClock()
    pace = Pace({}, clock)
    allowed = [pace.acquire(GET_LISTING, clock.now() + 0.1) for _ in range(10)]
    assert allowed == [True] * 9 + [False]


def test_a_token_is_waited_for_by_the_clock() -> None:
    clock = VirtualClock()
    start, pace = clock.now(), Pace({}, clock)
    for _ in range(12):
        assert pace.acquire(SEARCH_CATALOG, LATER)
    assert clock.now() - start == pytest.approx(5.5, abs=0.02)


def test_nothing_is_waited_for_beyond_the_deadline() -> None:
    clock = VirtualClock()
    pace = Pace({CREATE_REPORT.name: Bucket(0.0167, 15, 0.0, clock.now())}, clock)
    start = clock.now()
    assert not pace.acquire(CREATE_REPORT, start + 59.0)
    assert clock.now() == start


def test_a_run_goes_on_where_the_last_one_left_off() -> None:
    clock = VirtualClock()
    first = Pace({}, clock)
    for _ in range(10):
        first.take(GET_LISTING)
    assert Pace(first.changed(), clock).wait(GET_LISTING) == 0.4


def test_only_what_has_changed_is_to_be_kept() -> None:
    pace = Pace({GET_LISTING.name: Bucket(5.0, 10, 3.0, 1.0)}, VirtualClock(10.0))
    pace.take(SEARCH_CATALOG)
    assert pace.changed() == {SEARCH_CATALOG.name: Bucket(2.0, 2, 1.0, 10.0)}
    assert pace.changed() == {}
    assert set(pace.buckets()) == {GET_LISTING.name, SEARCH_CATALOG.name}


def test_throttling_empties_the_bucket_and_holds_it_as_long_as_amazon_asks() -> None:
    pace = Pace({}, VirtualClock())
    pace.throttled(GET_LISTING, None)
    assert pace.wait(GET_LISTING) == 0.4
    pace.throttled(GET_LISTING, 30.0)
    assert pace.wait(GET_LISTING) == pytest.approx(30.0, abs=0.002)


def test_no_word_of_amazon_stops_an_operation_for_more_than_an_hour() -> None:
    pace = Pace({}, VirtualClock())
    pace.throttled(GET_LISTING, 1e9)
    assert pace.wait(GET_LISTING) == pytest.approx(3600.0, abs=0.002)


def test_the_rate_that_amazon_names_is_kept() -> None:
    clock = VirtualClock()
    pace = Pace({}, clock)
    pace.learn(GET_LISTING, 0.5)
    assert pace.changed()[GET_LISTING.name].rate == 0.5
    pace.learn(GET_LISTING, 0.5)
    assert pace.changed() == {}


def test_a_published_burst_beats_the_one_that_was_kept() -> None:
    clock = VirtualClock()
    kept = {GET_LISTING.name: Bucket(0.0, 99, 99.0, clock.now())}
    pace = Pace(kept, clock)
    pace.take(GET_LISTING)
    assert pace.changed()[GET_LISTING.name] == Bucket(5.0, 10, 9.0, clock.now())


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_whoever_sleeps_as_long_as_told_may_call(name: str) -> None:
    clock = VirtualClock(1_795_000_000.123456)
    pace = Pace({}, clock)
    for _ in range(200):
        clock.sleep(pace.wait(OPERATIONS[name]))
        assert pace.wait(OPERATIONS[name]) == 0.0
        pace.take(OPERATIONS[name])


def test_a_clock_that_is_set_back_costs_no_more_than_the_tokens_of_a_call() -> None:
    clock = VirtualClock()
    pace = Pace({}, clock)
    for _ in range(10):
        pace.take(GET_LISTING)
    clock.advance(-3600.0)
    start = clock.now()
    assert pace.acquire(GET_LISTING, LATER)
    assert clock.now() - start == pytest.approx(0.4, abs=0.002)


def test_threads_share_the_tokens() -> None:
    clock = VirtualClock()
    start, pace = clock.now(), Pace({}, clock)
    with ThreadPoolExecutor(8) as executor:
        got = list(executor.map(lambda _: pace.acquire(GET_LISTING, LATER), range(60)))
    assert all(got)
    assert clock.now() - start >= 10.0 - 0.01
    assert pace.buckets()[GET_LISTING.name].tokens >= -1e-3
