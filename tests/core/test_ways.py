"""By patch or by feed: what must be soon is soon, nothing is lost or sent twice, and all is there near the bound."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.ways import (
    FEED_BURST,
    FEED_FROM,
    FEED_MESSAGES,
    FEED_RATE,
    WAIT_FOR_PATCH,
    Load,
    Pace,
    Ways,
    choose,
    lower_bound,
    shared,
)

RUN = Pace(5.0, 5.0, 240.0, 5)  # 1,205 patches
CASES = [
    ("nothing", Load(0, 0), RUN, Ways(0, 0, 0)),
    ("a few", Load(3, 7), RUN, Ways(10, 0, 0)),
    ("all that fits", Load(200, 1005), RUN, Ways(1205, 0, 0)),
    ("a few too many wait", Load(0, 1504), RUN, Ways(1205, 0, 299)),
    ("enough for a feed", Load(0, 1505), RUN, Ways(1205, 300, 0)),
    ("the urgent by patch, the rest by feed", Load(1205, 5000), RUN, Ways(1205, 5000, 0)),
    ("some urgent wait, the rest goes by feed", Load(1300, 5000), RUN, Ways(1205, 5000, 95)),
    ("a mass of urgent ones", Load(100_000, 0), RUN, Ways(1205, 98_795, 0)),
    ("what five feeds hold", Load(0, 200_000), RUN, Ways(1205, 125_000, 73_795)),
    ("no feed allowed", Load(0, 50_000), RUN._replace(feeds=0), Ways(1205, 0, 48_795)),
    ("no time left", Load(5, 5), RUN._replace(seconds=0.0), Ways(0, 0, 10)),
    ("no time left for many", Load(5, 500), RUN._replace(seconds=0.0), Ways(0, 500, 5)),
    ("no limit of time", Load(5, 50_000), RUN._replace(seconds=math.inf), Ways(50_005, 0, 0)),
    ("tokens are owed", Load(5, 0), Pace(-3.0, 5.0, 0.5, 5), Ways(2, 0, 3)),
]  # fmt: skip

loads = st.builds(Load, st.integers(0, 5000), st.integers(0, 200_000))
paces = st.builds(
    Pace, st.floats(0, 10), st.floats(0, 20), st.floats(-10, 600), st.integers(0, FEED_BURST)
)


@pytest.mark.parametrize(("load", "pace", "ways"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])  # fmt: skip
def test_the_ways_of_a_load(load: Load, pace: Pace, ways: Ways) -> None:
    assert choose(load, pace) == ways


@given(loads, paces)
def test_the_numbers_add_up(load: Load, pace: Pace) -> None:
    ways = choose(load, pace)
    assert sum(ways) == sum(load)
    assert min(ways) >= 0


@given(loads, paces)
def test_nothing_is_beyond_amazons_limits(load: Load, pace: Pace) -> None:
    ways = choose(load, pace)
    assert ways.patches <= pace.tokens + pace.rate * max(0.0, pace.seconds)
    assert ways.feed <= pace.feeds * FEED_MESSAGES
    assert ways.feed == 0 or ways.feed >= FEED_FROM


@given(st.integers(0, 4000), st.integers(0, 4000), paces)
def test_every_parcel_has_one_way(urgent: int, rest: int, pace: Pace) -> None:
    load = Load(urgent, rest)
    parcels = range(urgent + rest)
    parts = shared(parcels, load, choose(load, pace))
    assert tuple(map(len, parts)) == choose(load, pace)
    assert sorted(one for part in parts for one in part) == list(parcels)


@given(st.integers(0, 4000), st.integers(0, 4000), paces)
def test_the_urgent_are_never_behind_the_rest(urgent: int, rest: int, pace: Pace) -> None:
    load = Load(urgent, rest)
    patched, fed, left = shared(range(urgent + rest), load, choose(load, pace))
    waiting = sum(one < urgent for one in left)
    if waiting:
        assert all(one < urgent for one in patched)
    if waiting > WAIT_FOR_PATCH:  # only where there is no feed for them
        assert not fed
    assert list(patched) == sorted(patched)
    assert list(fed) == sorted(fed)


@given(loads, paces, st.integers(0, 3000), st.integers(0, 3000))
def test_a_greater_load_takes_nothing_off_any_way(
    load: Load, pace: Pace, urgent: int, rest: int
) -> None:
    small, great = choose(load, pace), choose(Load(load.urgent + urgent, load.rest + rest), pace)
    assert great.patches >= small.patches
    assert great.feed >= small.feed


@given(loads, paces, st.floats(0, 300), st.floats(0, 10))
def test_more_time_is_more_patches(load: Load, pace: Pace, seconds: float, tokens: float) -> None:
    more = pace._replace(tokens=pace.tokens + tokens, seconds=pace.seconds + seconds)
    assert choose(load, more).patches >= choose(load, pace).patches
    assert choose(load, more).feed <= choose(load, pace).feed


@given(loads, paces)
def test_more_feeds_leave_less(load: Load, pace: Pace) -> None:
    assert choose(load, pace._replace(feeds=pace.feeds + 1)).left <= choose(load, pace).left


# -- how long all of it takes ----------------------------------------------------------------------------

BOUNDS = [
    ("none", 0, 0.0), ("a burst", 5, 0.0), ("ten", 10, 1.0), ("a thousand", 1000, 199.0),
    ("as long as a feed", 3005, 600.0), ("a feed", 4000, 600.0), ("a feed, and the rest by patch", 28_005, 600.0),
    ("four feeds", 100_000, 600.0), ("six feeds", 150_000, 660.0),
]  # fmt: skip


@pytest.mark.parametrize(("n", "seconds"), [case[1:] for case in BOUNDS], ids=[c[0] for c in BOUNDS])  # fmt: skip
def test_the_bound_by_hand(n: int, seconds: float) -> None:
    assert lower_bound(n, 5.0, 5, 600.0) == pytest.approx(seconds)


@given(st.integers(0, 300_000), st.integers(0, 300_000), st.floats(1, 10_000))
def test_more_changes_never_take_less(n: int, more: int, feed_seconds: float) -> None:
    assert lower_bound(n, 5.0, 5, feed_seconds) <= lower_bound(n + more, 5.0, 5, feed_seconds)


def makespan(n: int, urgent: int, feed_seconds: float) -> float:
    """Return the seconds until *n* changes are at Amazon: a run of four minutes every five, its feeds sent first."""
    now, done, load, feeds = 0.0, 0.0, Load(urgent, n - urgent), float(FEED_BURST)
    while sum(load):
        ways = choose(load, Pace(5.0, 5.0, 240.0, int(feeds)))
        parts = shared(range(sum(load)), load, ways)
        if ways.patches:
            done = max(done, now + max(0, ways.patches - 5) / 5.0)
        if ways.feed:
            done = max(done, now + feed_seconds)
            feeds -= math.ceil(ways.feed / FEED_MESSAGES)
        left = sum(one < load.urgent for one in parts[2])
        load = Load(left, ways.left - left)
        now += 300.0
        feeds = min(float(FEED_BURST), feeds + 300.0 * FEED_RATE)
    return done


@pytest.mark.parametrize("feed_seconds", [600.0, 1800.0, 7200.0])
@pytest.mark.parametrize("urgent_share", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("n", [10, 1000, 100_000])
def test_all_is_there_near_the_bound(n: int, urgent_share: float, feed_seconds: float) -> None:
    bound = lower_bound(n, 5.0, 5, feed_seconds)
    urgent = int(n * urgent_share)
    assert bound <= makespan(n, urgent, feed_seconds) <= bound * 1.2
