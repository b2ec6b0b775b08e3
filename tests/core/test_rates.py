"""Token buckets: never faster than the usage plan, whatever the clock does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core import rates
from amzsync.core.rates import Bucket

NOW = 1_795_000_000.0
PLANS = [(5.0, 5), (5.0, 10), (2.0, 2), (0.0167, 15), (0.0222, 10)]


def test_a_full_bucket_allows_its_burst_at_once_but_for_the_token_that_is_left_in_it() -> None:
    bucket = rates.full(2.0, 3, NOW)
    waits = []
    for _ in range(4):
        waits.append(rates.wait(bucket, NOW))
        bucket = rates.taken(bucket, NOW)
    assert waits == [0.0, 0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("rate", "burst", "seconds"),
    [
        pytest.param(5.0, 5, 0.2, id="a token"),
        pytest.param(0.02, 15, 0.5, id="half a second's share"),
        pytest.param(5.0, 1, 0.0, id="nothing where one token is all"),
    ],
)
def test_what_is_left_in_the_bucket(rate: float, burst: int, seconds: float) -> None:
    assert rates.wait(Bucket(rate, burst, 1.0, NOW), NOW) == pytest.approx(seconds)


@given(st.sampled_from(PLANS), st.lists(st.floats(0.0, 0.19), min_size=2, max_size=60))
def test_calls_that_travel_at_different_speeds_come_before_none_of_their_tokens(
    plan: tuple[float, int], delays: list[float]
) -> None:
    rate, burst = plan
    bucket, now, arrivals = rates.full(rate, burst, NOW), NOW, []
    for delay in delays:
        now += rates.wait(bucket, now)
        bucket = rates.taken(bucket, now)
        arrivals.append(now + delay)
    amazon = rates.full(rate, burst, NOW)
    for arrival in sorted(arrivals):
        amazon = rates.taken(amazon, arrival)
        assert amazon.tokens >= -1e-3


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    assert rates.refilled(rates.full(2.0, 3, NOW), NOW + 1e6) == Bucket(2.0, 3, 3.0, NOW + 1e6)


def test_a_clock_that_was_set_back_brings_no_tokens() -> None:
    empty = Bucket(2.0, 3, 0.0, NOW)
    back = rates.refilled(empty, NOW - 3600)
    assert back == Bucket(2.0, 3, 0.0, NOW - 3600)
    assert rates.wait(back, NOW - 3600) == 1.0


def test_too_many_calls_empty_the_bucket_but_never_fill_it() -> None:
    assert rates.emptied(rates.full(2.0, 3, NOW), NOW).tokens == 0.0
    assert rates.emptied(Bucket(2.0, 3, -4.0, NOW), NOW).tokens == -4.0


@pytest.mark.parametrize(("rate", "burst"), PLANS)
@pytest.mark.parametrize("seconds", [0.5, 30.0, 900.0])
def test_a_bucket_that_is_held_waits_at_least_so_long(
    rate: float, burst: int, seconds: float
) -> None:
    held = rates.held(rates.full(rate, burst, NOW), seconds, NOW)
    assert rates.wait(held, NOW) == pytest.approx(seconds)


def test_the_rate_of_an_answer_replaces_the_published_one() -> None:
    assert rates.corrected(Bucket(5.0, 5, 0.0, NOW), 0.5, NOW) == Bucket(0.5, 5, 0.0, NOW)


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf"), 1e9])
def test_a_rate_that_is_nonsense_changes_nothing(rate: float) -> None:
    assert rates.corrected(Bucket(5.0, 5, 1.0, NOW), rate, NOW) == Bucket(5.0, 5, 1.0, NOW)


def test_the_least_time_leaves_out_the_burst() -> None:
    assert [rates.least_time(calls, 2.0, 10) for calls in (0, 10, 30)] == [0.0, 0.0, 10.0]


@given(
    st.sampled_from(PLANS),
    st.lists(st.floats(0.0, 400.0), min_size=2, max_size=60),
)
def test_no_window_ever_holds_more_calls_than_burst_and_rate_allow(
    plan: tuple[float, int], gaps: list[float]
) -> None:
    rate, burst = plan
    bucket, now, calls = rates.full(rate, burst, NOW), NOW, []
    for gap in gaps:
        now += gap
        if rates.wait(bucket, now) == 0.0:
            bucket = rates.taken(bucket, now)
            calls.append(now)
    for first, last in itertools.combinations(range(len(calls)), 2):
        count = last - first + 1
        assert count <= burst + rate * (calls[last] - calls[first]) + 1e-3


@given(st.sampled_from(PLANS), st.lists(st.floats(-4000.0, 400.0), min_size=1, max_size=40))
def test_whatever_the_clock_does_a_call_is_allowed_within_the_time_of_its_debt(
    plan: tuple[float, int], jumps: list[float]
) -> None:
    rate, burst = plan
    bucket, now = rates.full(rate, burst, NOW), NOW
    for jump in jumps:
        now += jump
        bucket = rates.refilled(bucket, now)
        nap = rates.wait(bucket, now)
        assert 0.0 <= nap <= 1.0 / rate + rates.JITTER + 1e-6
        now += nap
        bucket = rates.taken(bucket, now)
        assert -1e-3 <= bucket.tokens <= burst
