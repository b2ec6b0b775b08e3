"""How fast one account may ask: its token buckets, shared by all threads of a run."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping

from amzsync.amazon.calls import Operation
from amzsync.clock import Clock
from amzsync.core import rates
from amzsync.core.rates import Bucket

LONGEST_HOLD = (
    3600.0  # seconds; whatever Amazon says, the bucket of the next hour's runs is not blocked
)


class Pace:
    """The *buckets* of one account by operation; an operation without one may be called at its full burst."""

    def __init__(self, buckets: Mapping[str, Bucket], clock: Clock) -> None:
        self._buckets = dict(buckets)
        self._clock = clock
        self._changed: set[str] = set()
        self._lock = threading.Lock()

    def wait(self, operation: Operation) -> float:
        """Return the seconds, in whole milliseconds, until a call is allowed; 0 where it is now."""
        with self._lock:
            return self._wait(operation, self._clock.now())

    def spare(self, operation: Operation) -> tuple[float, float]:
        """Return how many calls are allowed at once, and how many more a second from then on."""
        with self._lock:
            now = self._clock.now()
            bucket = rates.refilled(self._bucket(operation, now), now)
            return max(0.0, rates.spare(bucket)), bucket.rate

    def take(self, operation: Operation) -> None:
        """Take the token of one call, there or not."""
        with self._lock:
            now = self._clock.now()
            self._put(operation, rates.taken(self._bucket(operation, now), now))

    def acquire(self, operation: Operation, deadline: float) -> bool:
        """Wait for the token of one call and take it; ``False`` at once where that would pass the *deadline*."""
        while True:
            with self._lock:
                now = self._clock.now()
                nap = self._wait(operation, now)
                if now + nap >= deadline:
                    return False
                if not nap:
                    self._put(operation, rates.taken(self._bucket(operation, now), now))
                    return True
            self._clock.sleep(nap)

    def throttled(self, operation: Operation, retry_after: float | None) -> None:
        """Note that Amazon said there were too many calls, and for how many seconds it wants none."""
        with self._lock:
            now = self._clock.now()
            bucket = rates.emptied(self._bucket(operation, now), now)
            if retry_after is not None:
                bucket = rates.held(bucket, min(max(0.0, retry_after), LONGEST_HOLD), now)
            self._put(operation, bucket)

    def learn(self, operation: Operation, rate: float) -> None:
        """Note the *rate*, calls a second, that Amazon's answer named."""
        with self._lock:
            now = self._clock.now()
            bucket = self._bucket(operation, now)
            if rate != bucket.rate:
                self._put(operation, rates.corrected(bucket, rate, now))

    def changed(self) -> dict[str, Bucket]:
        """Return the buckets that have changed since this was last asked."""
        with self._lock:
            names, self._changed = self._changed, set()
            return {name: self._buckets[name] for name in sorted(names)}

    def buckets(self) -> dict[str, Bucket]:
        """Return all buckets that have been used, now or by an earlier run."""
        with self._lock:
            return dict(self._buckets)

    def _bucket(self, operation: Operation, now: float) -> Bucket:
        """Return the operation's bucket; what an older amzsync kept gives way to the published burst."""
        kept = self._buckets.get(operation.name)
        if kept is None:
            return rates.full(operation.rate, operation.burst, now)
        rate = kept.rate if kept.rate > 0.0 else operation.rate
        bucket = kept._replace(rate=rate, burst=operation.burst)
        if bucket.at > now:  # the clock was set back: from here on time counts again
            bucket = rates.refilled(bucket, now)
            self._put(operation, bucket)
        return bucket

    def _wait(self, operation: Operation, now: float) -> float:
        # Rounded up: so near to today's date a float cannot tell moments apart that are less than 0.0000002 s apart,
        # and a clock that is asked to sleep for less would never arrive.
        return math.ceil(rates.wait(self._bucket(operation, now), now) * 1000.0) / 1000.0

    def _put(self, operation: Operation, bucket: Bucket) -> None:
        self._buckets[operation.name] = bucket
        self._changed.add(operation.name)
