"""How changes go to Amazon so that all are there soonest: by single patches, or by the thousand in feeds.

A patch takes effect in minutes and is limited by Amazon's usage plan; a feed takes 25,000 changes at once, and
minutes to hours.  So patches carry what they can, the most urgent first, and feeds what is too much for them.
Limits: Amazon's usage plan of ``patchListingsItem`` and its notice "Update: feed size and rate limit changes for
the JSON_LISTINGS_FEED".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

_T = TypeVar("_T")

FEED_MESSAGES = 25_000  # Amazon's limit of a JSON_LISTINGS_FEED
FEED_BURST, FEED_RATE = (
    5,
    5 / 300,
)  # Amazon's limit of such feeds, for a region: five in five minutes
FEED_FROM = 300
"""What is too much for the patches of a run must be so much to be worth a feed: a minute of the next run's."""

WAIT_FOR_PATCH = 1500
"""So many urgent changes wait for the next runs' patches rather than go into a feed; more would take longer."""


class Load(NamedTuple):
    """How much is to be sent: parcels."""

    urgent: int  # those that lower stock or set it to zero
    rest: int


class Pace(NamedTuple):
    """How fast it may go."""

    tokens: float  # patches that are allowed at once
    rate: float  # further patches a second
    seconds: float  # left of this run
    feeds: int  # feeds that are allowed now


class Ways(NamedTuple):
    """How many parcels go in which way; which ones, ``shared`` tells."""

    patches: int
    feed: int
    left: int  # for a later run


def choose(load: Load, pace: Pace) -> Ways:
    """Return how many parcels go by patch, how many by feed, and how many wait for a later run."""
    total = load.urgent + load.rest
    patches = _fitting(total, pace)
    waiting = max(0, load.urgent - patches)
    if waiting > WAIT_FOR_PATCH:
        waiting = 0  # by patch these would take long: they are the first of the feed
    beyond = total - patches - waiting
    feed = min(beyond, max(0, pace.feeds) * FEED_MESSAGES) if beyond >= FEED_FROM else 0
    return Ways(patches, feed, total - patches - feed)


def shared(
    parcels: Sequence[_T], load: Load, ways: Ways
) -> tuple[Sequence[_T], Sequence[_T], Sequence[_T]]:
    """Return which *parcels*, the urgent ones first, go by patch, by feed, and in a later run."""
    first = ways.patches
    waiting = max(0, load.urgent - first)
    if waiting > WAIT_FOR_PATCH or not ways.feed:
        waiting = 0
    begin = first + waiting
    end = begin + ways.feed
    return parcels[:first], parcels[begin:end], [*parcels[first:begin], *parcels[end:]]


def lower_bound(n: int, rate: float, burst: int, feed_seconds: float) -> float:
    """Return the seconds below which no sender gets *n* changes to Amazon within the published limits.

    Patches go at *rate* a second after a *burst*, beside as many feeds as help, each done *feed_seconds* after it
    was sent, however many there are.
    """
    best = max(0.0, (n - burst) / rate)
    for feeds in range(1, -(-n // FEED_MESSAGES) + 1):
        patched = max(0.0, (n - feeds * FEED_MESSAGES - burst) / rate)
        sent = max(0.0, (feeds - FEED_BURST) / FEED_RATE)
        best = min(best, max(patched, sent + feed_seconds))
    return best


def _fitting(parcels: int, pace: Pace) -> int:
    if pace.seconds <= 0:
        return 0
    allowed = max(0.0, pace.tokens) + pace.rate * pace.seconds
    return parcels if allowed >= parcels else int(allowed)
