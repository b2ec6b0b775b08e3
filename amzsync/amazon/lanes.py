"""Ask many things at once without ever asking too fast.

What is to be asked is written as *lanes*: generators that yield a step and are sent what came of it.  They
never touch the network, the clock or a thread, so they can be driven by hand in tests; here they are run
side by side, each call as soon as the usage plan of its operation allows.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Any, Protocol

from amzsync.amazon.calls import Call, Operation, Outcome
from amzsync.amazon.pace import Pace
from amzsync.clock import Clock

WORKERS = 4  # an answer takes Amazon about half a second, so that one at a time would be too slow


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing to do for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Something that takes its time and touches nothing that others do, such as fetching a document."""

    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Sending:
    """A call that changes something, and must be known to have left before it does.

    *leaving* is called in the thread of the lanes, when the call is sent for certain; what it raises ends the run,
    and the call is not sent.  A lane that is closed while it waits, and whose *leaving* was not called, knows
    that nothing was sent.
    """

    call: Call
    leaving: Callable[[], None]


Step = Call | Sending | Pause | Work
Lane = Generator[Step, Any, None]


class Asked(Protocol):
    """Who asks: the session of an account."""

    pace: Pace

    def perform(self, call: Call, *, deadline: float, paid: bool = False) -> Outcome:
        """Ask, and return what came of it."""
        ...


class Inline(Executor):
    """Does the work at once, in the thread that hands it over."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Do it, and return its outcome as a future that is done."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is raised where the outcome is asked for
            done.set_exception(error)
        return done


@dataclass(slots=True)
class _Place:
    """A lane at the step that it waits to be done."""

    session: Asked
    lane: Lane
    step: Step
    ready_at: float  # of a pause


class Lanes:
    """Lanes that run side by side, until all are done or the *deadline* (seconds since 1970) has come.

    *spent* is called in this thread after every call, so that what is left of the usage plans can be kept.
    """

    def __init__(
        self,
        lanes: Iterable[tuple[Asked, Lane]],
        *,
        clock: Clock,
        deadline: float,
        executor: Executor,
        spent: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._deadline = deadline
        self._executor = executor
        self._spent = spent
        self._queue: list[_Place] = []
        self._running: dict[Future[Any], _Place] = {}
        self.left: list[tuple[Lane, Operation]] = []  # what there was no time to ask
        for session, lane in lanes:
            self._advance(session, lane, None)

    def run(self) -> bool:
        """Run them; tell whether all came to their end."""
        try:
            while (self._queue or self._running) and (self._start() or self._collect()):
                pass
            return not self._queue and not self._running
        finally:
            for place in [*self._queue, *self._running.values()]:
                call = _call_of(place.step)
                if call is not None:
                    self.left.append((place.lane, call.operation))
                place.lane.close()  # it has kept what it has so far

    def _advance(self, session: Asked, lane: Lane, outcome: object) -> None:
        try:
            step = lane.send(outcome)
        except StopIteration:
            return
        pause = step.seconds if isinstance(step, Pause) else 0.0
        self._queue.append(_Place(session, lane, step, self._clock.now() + pause))

    def _start(self) -> bool:
        """Start all that may be started now; tell whether anything moved."""
        moved, due = False, deque(self._queue)
        self._queue = []
        try:
            while due and (now := self._clock.now()) < self._deadline:
                place = due[0]
                if self._wait_of(place, now) > 0 or (
                    not isinstance(place.step, Pause) and len(self._running) >= WORKERS
                ):
                    self._queue.append(due.popleft())
                    continue
                moved = True
                if isinstance(place.step, Pause):
                    self._advance(place.session, due.popleft().lane, None)
                else:
                    future = self._submit(place)
                    self._running[future] = due.popleft()
        finally:  # whatever went wrong, each lane is in its place to be closed
            self._queue.extend(due)
        return moved

    def _wait_of(self, place: _Place, now: float) -> float:
        call = _call_of(place.step)
        return place.ready_at - now if call is None else place.session.pace.wait(call.operation)

    def _submit(self, place: _Place) -> Future[Any]:
        step, session = place.step, place.session
        call = _call_of(step)
        if call is None:
            assert isinstance(step, Work)
            return self._executor.submit(step.do)
        session.pace.take(call.operation)
        self._spent()
        if isinstance(step, Sending):
            step.leaving()
        return self._executor.submit(session.perform, call, deadline=self._deadline, paid=True)

    def _collect(self) -> bool:
        """Wait until something is done or may be started; tell whether that can be before the deadline."""
        now = self._clock.now()
        nap = self._nap(now)
        if not self._running:
            if now + nap >= self._deadline:
                return False
            self._clock.sleep(nap)
            return True
        # What is under way when the time is up is waited for all the same: its answer has been paid for.
        timeout = nap if nap < self._deadline - now else None
        for future in wait(self._running, timeout=timeout, return_when=FIRST_COMPLETED).done:
            place = self._running[future]
            self._spent()
            outcome = future.result()
            del self._running[future]
            self._advance(place.session, place.lane, outcome)
        return True

    def _nap(self, now: float) -> float:
        """Return the seconds until the first of those that wait may be started; a pause takes no worker."""
        full = len(self._running) >= WORKERS
        waits = (
            max(0.0, self._wait_of(place, now))
            for place in self._queue
            if isinstance(place.step, Pause) or not full
        )
        return min(waits, default=math.inf)


def _call_of(step: Step) -> Call | None:
    """Return what *step* asks of Amazon; ``None`` where it asks nothing."""
    if isinstance(step, Sending):
        return step.call
    return step if isinstance(step, Call) else None
