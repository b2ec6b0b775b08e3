"""Token buckets: how fast an operation may be called, by Amazon's published usage plans.

A bucket holds at most ``burst`` tokens and gains ``rate`` of them a second; a call costs one.  Source:
Amazon's page "Usage plans and rate limits" (developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits).

Amazon counts calls when they arrive, so one that travels faster than the one before it would come before its
token does.  Therefore a little is always left in the bucket: what it gains in ``JITTER`` seconds, at most a token.
"""

from __future__ import annotations

from typing import NamedTuple

JITTER = 0.5  # seconds by which one call may travel faster than another


class Bucket(NamedTuple):
    """What may be called when."""

    rate: float  # tokens a second
    burst: int
    tokens: float
    at: float  # seconds since 1970, when there were so many tokens


def full(rate: float, burst: int, at: float) -> Bucket:
    """Return the bucket of an operation that has not been called for long."""
    return Bucket(rate, burst, float(burst), at)


def refilled(bucket: Bucket, now: float) -> Bucket:
    """Return the bucket as it is at *now*; a clock that was set back brings no tokens."""
    gained = max(0.0, now - bucket.at) * bucket.rate
    return bucket._replace(tokens=min(float(bucket.burst), bucket.tokens + gained), at=now)


def wait(bucket: Bucket, now: float) -> float:
    """Return the seconds until a call is allowed; 0 where it is now.

    It holds for a *bucket* of the past; one of the future (the clock was set back) is to be ``refilled`` first.
    """
    missing = _needed(bucket) - refilled(bucket, now).tokens
    return 0.0 if missing <= 1e-9 else missing / bucket.rate


def spare(bucket: Bucket) -> float:
    """Return how many calls the bucket has tokens for, less what is always left in it."""
    return bucket.tokens - _needed(bucket) + 1.0


def taken(bucket: Bucket, now: float) -> Bucket:
    """Return the bucket after one call, which may leave it below nought."""
    here = refilled(bucket, now)
    return here._replace(tokens=here.tokens - 1.0)


def emptied(bucket: Bucket, now: float) -> Bucket:
    """Return the bucket after Amazon said that there were too many calls, whoever made them."""
    here = refilled(bucket, now)
    return here._replace(tokens=min(here.tokens, 0.0))


def held(bucket: Bucket, seconds: float, now: float) -> Bucket:
    """Return the bucket after Amazon asked to be left alone for *seconds*."""
    here = refilled(bucket, now)
    return here._replace(tokens=min(here.tokens, _needed(here) - seconds * here.rate))


def corrected(bucket: Bucket, rate: float, now: float) -> Bucket:
    """Return the bucket with the *rate* that Amazon's answer names; nonsense changes nothing."""
    if not 0.0 < rate < 1_000_000.0:
        return bucket
    return refilled(bucket, now)._replace(rate=rate)


def least_time(calls: int, rate: float, burst: int) -> float:
    """Return the seconds that *calls* take at least, beginning with a full bucket and leaving nothing in it."""
    return max(0.0, (calls - burst) / rate)


def _needed(bucket: Bucket) -> float:
    """Return how many tokens there must be for a call: its own, and what is left in the bucket."""
    return 1.0 + min(1.0, bucket.burst - 1.0, bucket.rate * JITTER)
