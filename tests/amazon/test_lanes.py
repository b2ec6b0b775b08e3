"""Lanes side by side: each call as soon as its usage plan allows, and none sooner."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from amzsync.amazon.calls import Answer, Call, Operation, Outcome
from amzsync.amazon.lanes import WORKERS, Inline, Lane, Lanes, Pause, Sending, Work
from amzsync.amazon.pace import Pace
from amzsync.clock import Clock
from amzsync.core import rates
from tests.simulators.clocks import RealClock, VirtualClock


class Nothing(BaseModel):
    """What these operations answer."""


SLOW = Operation("slow", "GET", "/slow", rate=0.5, burst=2, model=Nothing)
FAST = Operation("fast", "GET", "/fast", rate=5.0, burst=10, model=Nothing)
ONE = Operation("one", "GET", "/one", rate=1.0, burst=1, model=Nothing)
OPERATIONS = (SLOW, FAST, ONE)
LATER = 1e9  # seconds: no deadline of these tests

Made = tuple[str, str, float]  # operation, mark of the call, when it was made


class Amazon:
    """An account whose every call takes *latency* seconds, and is written down."""

    def __init__(self, clock: Clock, *, latency: float = 0.0) -> None:
        self.pace = Pace({}, clock)
        self.made: list[Made] = []
        self.deadlines: set[float] = set()
        self.most = 0  # calls under way at once
        self._under_way = 0
        self._clock = clock
        self._latency = latency
        self._lock = threading.Lock()

    def perform(self, call: Call, *, deadline: float, paid: bool = False) -> Outcome:
        assert paid, "the lanes have paid with a token already"
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            self.deadlines.add(deadline)
            self.made.append((call.operation.name, call.params["mark"], self._clock.now()))
        if self._latency:
            self._clock.sleep(self._latency)
        with self._lock:
            self._under_way -= 1
        return Answer(call, Nothing(), call.params["mark"], "", "")

    def marks(self) -> list[str]:
        return [mark for _, mark, _ in self.made]

    def times(self, operation: Operation, start: float) -> list[float]:
        """Return when *operation* was called, in seconds from *start*."""
        return [at - start for name, _, at in self.made if name == operation.name]


def ask(operation: Operation, mark: object = "") -> Call:
    return Call(operation, params={"mark": str(mark)})


def asking(operation: Operation, marks: Iterable[object], told: list[str] | None = None) -> Lane:
    """Call *operation* for each mark; put the texts of the answers into *told*."""
    for mark in marks:
        answer = yield ask(operation, mark)
        if told is not None:
            told.append(answer.text)


def run(
    amazon: Amazon | list[Amazon],
    lanes: Iterable[Lane],
    clock: Clock,
    *,
    within: float = LATER,
    executor: Executor | None = None,
    spent: Callable[[], None] = lambda: None,
) -> bool:
    """Run the lanes, of one account or one of each."""
    every = list(lanes)
    accounts = amazon if isinstance(amazon, list) else [amazon] * len(every)
    with executor or Inline() as workers:
        return Lanes(
            list(zip(accounts, every, strict=True)),
            clock=clock,
            deadline=clock.now() + within,
            executor=workers,
            spent=spent,
        ).run()


# -- order and answers ---------------------------------------------------------------------------------


def test_a_lane_asks_one_thing_after_the_other_and_is_sent_the_answers() -> None:
    clock, told = VirtualClock(), list[str]()
    amazon = Amazon(clock)
    assert run(amazon, [asking(FAST, "abc", told)], clock)
    assert (amazon.marks(), told) == (["a", "b", "c"], ["a", "b", "c"])


def test_lanes_take_turns() -> None:
    clock = VirtualClock()
    amazon = Amazon(clock)
    assert run(amazon, [asking(FAST, "ab"), asking(FAST, "xy")], clock)
    assert sorted(amazon.marks()[:2]) == ["a", "x"]
    assert sorted(amazon.marks()[2:]) == ["b", "y"]


def test_several_lanes_share_what_there_is_to_ask_and_nothing_is_asked_twice() -> None:
    clock = VirtualClock()
    amazon, shared = Amazon(clock), iter(range(50))
    assert run(amazon, [asking(FAST, shared) for _ in range(WORKERS)], clock)
    assert sorted(map(int, amazon.marks())) == list(range(50))


def test_a_lane_without_a_step_costs_nothing() -> None:
    clock = VirtualClock()
    amazon, start = Amazon(clock), clock.now()
    assert run(amazon, [asking(FAST, ()), asking(FAST, ())], clock)
    assert (amazon.made, clock.now()) == ([], start)


def test_no_lanes_are_done_at_once() -> None:
    clock = VirtualClock()
    assert run(Amazon(clock), [], clock)


# -- time ----------------------------------------------------------------------------------------------


def test_a_pause_lasts_as_long_as_it_says_while_others_go_on() -> None:
    clock = VirtualClock()
    amazon, start = Amazon(clock), clock.now()

    def pausing() -> Lane:
        yield ask(FAST, "before")
        assert (yield Pause(30.0)) is None
        yield ask(FAST, "after")

    assert run(amazon, [pausing(), asking(SLOW, range(5))], clock)
    assert amazon.times(FAST, start) == pytest.approx([0.0, 30.0])
    assert amazon.times(SLOW, start) == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0], abs=2.1)


def test_a_call_waits_for_its_token_and_holds_up_no_other_operation() -> None:
    clock = VirtualClock()
    amazon, start = Amazon(clock), clock.now()
    assert run(amazon, [asking(ONE, range(4)), asking(FAST, range(9))], clock)
    assert amazon.times(ONE, start) == pytest.approx([0.0, 1.0, 2.0, 3.0], abs=0.01)
    assert amazon.times(FAST, start) == pytest.approx([0.0] * 9, abs=0.01)


def test_accounts_have_plans_of_their_own() -> None:
    clock = VirtualClock()
    both, start = [Amazon(clock), Amazon(clock)], clock.now()
    assert run(both, [asking(ONE, range(3)), asking(ONE, range(3))], clock)
    assert [each.times(ONE, start) for each in both] == [pytest.approx([0, 1, 2], abs=0.01)] * 2


def test_what_another_call_learns_of_the_plan_is_heeded() -> None:
    clock = VirtualClock()
    amazon, start = Amazon(clock), clock.now()

    def throttled() -> Lane:
        yield ask(ONE, "first")
        amazon.pace.throttled(FAST, 60.0)
        yield ask(FAST, "second")

    assert run(amazon, [throttled()], clock)
    assert amazon.times(FAST, start) == pytest.approx([60.0], abs=0.01)


def test_nothing_is_begun_after_the_deadline_and_the_lanes_are_closed() -> None:
    clock, closed = VirtualClock(), list[str]()
    amazon, start = Amazon(clock), clock.now()

    def endless(name: str) -> Lane:
        try:
            while True:
                yield ask(ONE, name)
        finally:
            closed.append(name)

    assert not run(amazon, [endless("a"), endless("b")], clock, within=10.0)
    assert amazon.times(ONE, start) == pytest.approx(range(10), abs=0.02)
    assert sorted(closed) == ["a", "b"]
    assert clock.now() < start + 10.0
    assert amazon.deadlines == {start + 10.0}


def test_a_pause_beyond_the_deadline_is_not_slept_through() -> None:
    clock = VirtualClock()
    start = clock.now()

    def pausing() -> Lane:
        yield Pause(60.0)

    assert not run(Amazon(clock), [pausing()], clock, within=59.0)
    assert clock.now() == start


def test_a_pause_that_ends_while_a_call_outlasts_the_deadline_does_not_hang_the_run() -> None:
    clock = VirtualClock()
    amazon = Amazon(clock, latency=100.0)
    begun = list[str]()

    def pausing() -> Lane:
        yield Pause(5.0)
        begun.append("too late")
        yield ask(FAST, "never")

    assert not run(amazon, [pausing(), asking(FAST, "a")], clock, within=10.0)
    assert (begun, amazon.marks()) == ([], ["a"])


def test_an_answer_that_comes_after_the_deadline_is_given_to_its_lane() -> None:
    clock, told = VirtualClock(), list[str]()
    amazon = Amazon(clock, latency=100.0)
    assert run(amazon, [asking(FAST, "a", told)], clock, within=10.0)
    assert told == ["a"]


def test_without_any_time_nothing_is_asked() -> None:
    clock = VirtualClock()
    amazon = Amazon(clock)
    assert not run(amazon, [asking(FAST, "a")], clock, within=0.0)
    assert amazon.made == []


# -- work, and what goes wrong -------------------------------------------------------------------------


def test_work_is_done_and_its_outcome_sent_without_a_token() -> None:
    clock, got = VirtualClock(), list[object]()
    amazon = Amazon(clock)

    def working() -> Lane:
        got.append((yield Work(lambda: 42)))

    assert run(amazon, [working()], clock)
    assert (got, amazon.pace.buckets()) == ([42], {})


@pytest.mark.parametrize("pool", [Inline, lambda: ThreadPoolExecutor(2)], ids=["inline", "threads"])
def test_a_bug_in_work_ends_the_run_and_closes_the_other_lanes(
    pool: Callable[[], Executor],
) -> None:
    clock, closed = VirtualClock(), list[str]()

    def other() -> Lane:
        try:
            yield Pause(1000.0)
        finally:
            closed.append("other")

    def failing() -> Lane:
        yield Work(lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        run(Amazon(clock), [other(), failing()], clock, executor=pool())
    assert closed == ["other"]


def test_a_bug_in_a_lane_ends_the_run() -> None:
    clock = VirtualClock()

    def wrong() -> Lane:
        yield ask(FAST, "a")
        raise LookupError("a bug")

    with pytest.raises(LookupError):
        run(Amazon(clock), [wrong()], clock)


def test_what_is_spent_can_be_kept_before_a_call_is_made_and_after() -> None:
    clock, kept = VirtualClock(), list[tuple[int, float]]()
    amazon = Amazon(clock)

    def keep() -> None:
        for bucket in amazon.pace.changed().values():
            kept.append((len(amazon.made), bucket.tokens))

    assert run(amazon, [asking(SLOW, "ab")], clock, spent=keep)
    assert kept[0] == (0, 1.0)
    assert len(kept) >= 2


# -- what must be known to have left -------------------------------------------------------------------


@pytest.mark.parametrize("pool", [Inline, lambda: ThreadPoolExecutor(2)], ids=["inline", "threads"])
def test_leaving_is_called_once_in_this_thread_before_the_call_is_made(
    pool: Callable[[], Executor],
) -> None:
    clock, told = VirtualClock(), list[str]()
    amazon = Amazon(clock)
    left: list[tuple[int, int]] = []

    def sending() -> Lane:
        for mark in "ab":
            answer = yield Sending(
                ask(FAST, mark), lambda: left.append((threading.get_ident(), len(amazon.made)))
            )
            told.append(answer.text)

    assert run(amazon, [sending()], clock, executor=pool())
    assert (amazon.marks(), told) == (["a", "b"], ["a", "b"])
    assert left == [(threading.get_ident(), 0), (threading.get_ident(), 1)]


def test_a_sending_waits_for_its_token_like_any_call_and_leaves_when_it_has_it() -> None:
    clock = VirtualClock()
    amazon, start, left = Amazon(clock), clock.now(), list[float]()

    def sending(mark: int) -> Lane:
        yield Sending(ask(ONE, mark), lambda: left.append(clock.now() - start))

    assert run(amazon, [asking(ONE, "a"), *map(sending, range(3))], clock)
    assert amazon.times(ONE, start) == pytest.approx([0, 1, 2, 3], abs=0.01)
    assert left == amazon.times(ONE, start)[1:]


def test_a_sending_that_the_time_is_up_for_never_leaves_and_its_lane_is_closed() -> None:
    clock, left, closed = VirtualClock(), list[int](), list[int]()
    amazon = Amazon(clock)

    def sending(mark: int) -> Lane:
        try:
            yield Sending(ask(ONE, mark), lambda: left.append(mark))
        except GeneratorExit:
            closed.append(mark)
            raise

    with Inline() as executor:
        lanes = Lanes(
            [(amazon, sending(mark)) for mark in range(5)],
            clock=clock,
            deadline=clock.now() + 1.5,
            executor=executor,
            spent=lambda: None,
        )
        assert not lanes.run()
    assert left == [0, 1] == [int(mark) for mark in amazon.marks()]
    assert closed == [2, 3, 4]
    assert [operation for _, operation in lanes.left] == [ONE] * 3


def test_a_sending_does_not_leave_once_the_calls_before_it_have_used_up_the_time() -> None:
    clock, left = VirtualClock(), list[int]()
    amazon = Amazon(clock, latency=7.0)

    def sending(mark: int) -> Lane:
        yield Sending(ask(FAST, mark), lambda: left.append(mark))

    assert not run(amazon, map(sending, range(4)), clock, within=10.0)
    assert left == [0, 1] == [int(mark) for mark in amazon.marks()]


def test_what_cannot_be_written_down_is_not_sent_and_every_lane_is_closed() -> None:
    clock, closed = VirtualClock(), list[str]()
    amazon = Amazon(clock)

    def full() -> None:
        raise OSError("the disk is full")

    def sending(name: str, leaving: Callable[[], None]) -> Lane:
        try:
            yield Sending(ask(FAST, name), leaving)
        finally:
            closed.append(name)

    lanes = [sending("a", lambda: None), sending("b", full), sending("c", lambda: None)]
    with pytest.raises(OSError, match="full"):
        run(amazon, lanes, clock, executor=ThreadPoolExecutor(1))
    assert amazon.marks() == ["a"]
    assert sorted(closed) == ["a", "b", "c"]


def test_a_bug_in_keeping_what_is_spent_closes_the_lane_whose_answer_has_come() -> None:
    clock, closed = VirtualClock(), list[str]()
    amazon = Amazon(clock)

    def spent() -> None:
        if amazon.made:
            raise OSError("the disk is full")

    def sending() -> Lane:
        try:
            yield Sending(ask(FAST, "a"), lambda: closed.append("left"))
        except GeneratorExit:
            closed.append("closed")
            raise

    with pytest.raises(OSError, match="full"):
        run(amazon, [sending()], clock, spent=spent)
    assert closed == ["left", "closed"]


# -- threads -------------------------------------------------------------------------------------------


def test_calls_overlap_as_far_as_there_are_workers() -> None:
    clock = RealClock()
    amazon = Amazon(clock, latency=0.02)
    many = Operation("many", "GET", "/many", rate=1000.0, burst=100, model=Nothing)
    lanes = [asking(many, [name]) for name in "abcdefgh"]
    assert run(amazon, lanes, clock, executor=ThreadPoolExecutor(WORKERS))
    assert sorted(amazon.marks()) == list("abcdefgh")
    assert 2 <= amazon.most <= WORKERS


def test_with_threads_and_a_real_clock_the_plan_is_kept_too() -> None:
    clock = RealClock()
    quick = Operation("quick", "GET", "/quick", rate=200.0, burst=3, model=Nothing)
    amazon, start = Amazon(clock, latency=0.001), clock.now()
    shared = iter(range(12))
    lanes = [asking(quick, shared) for _ in range(WORKERS)]
    assert run(amazon, lanes, clock, executor=ThreadPoolExecutor(WORKERS))
    times = amazon.times(quick, start)
    assert len(times) == 12
    # A thread may begin late, so only the whole can be measured: it is never too fast.
    assert max(times) >= rates.least_time(12, quick.rate, quick.burst)


def test_a_long_download_holds_up_no_call_that_may_be_made() -> None:
    clock = RealClock()
    amazon, gate = Amazon(clock), threading.Event()
    quick = Operation("quick", "GET", "/quick", rate=200.0, burst=2, model=Nothing)

    def waiting() -> Lane:
        assert (yield Work(lambda: gate.wait(10.0))) is True

    def others() -> Lane:
        yield from asking(quick, range(10))
        gate.set()

    assert run(amazon, [waiting(), others()], clock, executor=ThreadPoolExecutor(WORKERS))
    assert len(amazon.made) == 10


def test_with_threads_the_deadline_ends_the_run_and_what_is_under_way_is_waited_for() -> None:
    clock, told = RealClock(), list[str]()
    amazon = Amazon(clock, latency=0.03)
    lanes = [asking(ONE, range(1000), told)]
    assert not run(amazon, lanes, clock, within=0.02, executor=ThreadPoolExecutor(2))
    assert told == ["0"]


# -- law -----------------------------------------------------------------------------------------------

PLANS = st.lists(
    st.tuples(st.floats(0.02, 20.0), st.integers(1, 20), st.integers(0, 60), st.integers(1, 5)),
    min_size=1,
    max_size=5,
)


@given(plans=PLANS, start=st.floats(1_000_000_000.0, 2_000_000_000.0))
def test_all_is_asked_as_fast_as_the_plans_allow_and_no_faster(
    plans: list[tuple[float, int, int, int]], start: float
) -> None:
    """Each of *plans* is an operation's rate and burst, its calls, and the lanes that share them."""
    clock = VirtualClock(start)
    amazon = Amazon(clock)
    lanes: list[Lane] = []
    operations = {}
    for number, (rate, burst, calls, sharing) in enumerate(plans):
        each = Operation(str(number), "GET", "/", rate=rate, burst=burst, model=Nothing)
        operations[each] = calls
        shared: Iterator[Any] = iter(range(calls))
        lanes += [asking(each, shared) for _ in range(sharing)]
    assert run(amazon, lanes, clock)
    for operation, calls in operations.items():
        times = amazon.times(operation, start)
        assert len(times) == calls
        for first in range(len(times)):
            for last in range(first + operation.burst, len(times)):
                allowed = operation.burst + operation.rate * (times[last] - times[first])
                assert last - first + 1 <= allowed + 1e-3
    bounds = [rates.least_time(calls, one.rate, one.burst) for one, calls in operations.items()]
    token = max(1.0 / one.rate for one in operations)
    rounded = 0.001 * max(operations.values())  # a wait is told in whole milliseconds
    assert max(bounds) - 1e-3 <= clock.now() - start <= max(bounds) + token + rounded + 0.001
