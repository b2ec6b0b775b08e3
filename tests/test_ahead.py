"""Reading ahead in child processes, with real ones: in order, whole, and never a silent end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from amzsync.ahead import ahead, alternately, can_fork
from amzsync.errors import AmzsyncError, ConfigError, InputError, UnsafeInput

LARGER_THAN_A_PIPE = 1 << 18
Make = Callable[[], Iterator[Any]]


def counting(*numbers: int) -> Make:
    return lambda: iter(numbers)


def endless() -> Iterator[bytes]:
    while True:
        yield b"x" * LARGER_THAN_A_PIPE


STRANGERS: set[int] = set()  # children of this process that other tests' fixtures have started


def children() -> set[int]:
    """Return the children of this process, running or dead, that it has not waited for."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # one that has just ended
            pid, rest = stat.parent.name, stat.read_text().rpartition(")")[2].split()
            if int(rest[1]) == os.getpid():
                found.add(int(pid))
    return found


def has_children() -> bool:
    """Tell whether this test has left a child."""
    return bool(children() - STRANGERS)


@pytest.fixture(autouse=True)
def no_child_is_left_over() -> Iterator[None]:
    STRANGERS.clear()
    STRANGERS.update(children())
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(60)  # a test that hangs ends
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
    assert not has_children()


def test_items_arrive_in_order() -> None:
    assert list(ahead(counting(*range(10_000)))) == list(range(10_000))


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(b"", id="no bytes"),
        pytest.param(b"\x00.ie" * LARGER_THAN_A_PIPE, id="more than a pipe holds"),
        pytest.param(("a", 1, None, 1.5, [b"b", {"c": (2,)}]), id="nested"),
        pytest.param("漢字 \U0001f600 \udcff", id="any text"),
        pytest.param(1 << 200, id="a large number"),
        pytest.param(None, id="None"),
        pytest.param((), id="an empty tuple"),
    ],
)
def test_an_item_comes_as_it_was_sent(item: object) -> None:
    assert list(ahead(lambda: iter([item, item]))) == [item, item]


def test_a_generator_without_items_is_empty() -> None:
    assert list(ahead(counting())) == []


def test_the_work_is_done_in_another_process() -> None:
    assert list(ahead(lambda: iter([os.getpid()]))) != [os.getpid()]


@pytest.mark.parametrize(
    "error",
    [
        AmzsyncError("It went wrong."),
        InputError("It is cut off.", next_step="Download it again."),
        UnsafeInput("Refused.", next_step="Use --force."),
        ConfigError("Two problems:", problems=("a", "b"), next_step="Correct them."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_for_the_user_is_raised_as_it_was_there(error: AmzsyncError) -> None:
    def make() -> Iterator[int]:
        yield 1
        raise error

    items = ahead(make)

    assert next(items) == 1
    with pytest.raises(type(error)) as caught:
        next(items)
    assert type(caught.value) is type(error)
    assert (str(caught.value), caught.value.next_step) == (str(error), error.next_step)
    assert caught.value.exit_code == error.exit_code


def test_a_bug_in_the_child_comes_as_an_error_that_says_where_it_was() -> None:
    def make() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("the bug")

    with pytest.raises(RuntimeError, match="ZeroDivisionError: the bug"):
        list(ahead(make))


def test_an_item_that_cannot_be_sent_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="unmarshallable"):
        list(ahead(lambda: iter([object()])))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("sent", [0, 1, 5000])
def test_a_child_that_is_killed_is_an_error_and_never_an_end(number: int, sent: int) -> None:
    def make() -> Iterator[int]:
        yield from range(sent)
        os.kill(os.getpid(), number)

    with pytest.raises(AmzsyncError, match="has died"):
        list(ahead(make))


def test_a_child_that_leaves_without_a_word_is_an_error() -> None:
    def make() -> Iterator[int]:
        yield 1
        os._exit(0)

    with pytest.raises(AmzsyncError, match="has died"):
        list(ahead(make))


def test_a_child_that_is_killed_within_an_item_is_an_error() -> None:
    def make() -> Iterator[bytes]:
        pid = os.getpid()
        threading.Timer(0.3, lambda: os.kill(pid, signal.SIGKILL)).start()
        while True:
            yield b"x" * (1 << 24)

    with pytest.raises(AmzsyncError, match="has died"):
        deque(ahead(make), maxlen=0)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_closing_early_ends_every_child(number: int) -> None:
    items = alternately([endless] * number)

    assert len(list(islice(items, number))) == number

    del items
    assert not has_children()


def test_an_error_where_items_are_used_ends_every_child() -> None:
    with pytest.raises(ZeroDivisionError):
        deque((len(item) / 0 for item in alternately([endless, endless])), maxlen=0)


def test_an_error_of_one_child_ends_the_others() -> None:
    def failing() -> Iterator[int]:
        raise InputError("Cut off.")
        yield

    with pytest.raises(InputError):
        list(alternately([endless, failing, endless]))


def test_nothing_is_started_before_the_first_item_is_wanted() -> None:
    items = alternately([endless])

    assert not has_children()
    assert len(next(items)) == LARGER_THAN_A_PIPE
    assert has_children()
    del items


@pytest.mark.parametrize(
    "lengths", [(), (0,), (3,), (0, 3), (3, 0), (5, 5), (1, 500), (500, 1), (7, 0, 40)]
)
def test_all_children_are_drained_each_in_its_order(lengths: tuple[int, ...]) -> None:
    makes = [
        counting(*range(place * 1000, place * 1000 + length))
        for place, length in enumerate(lengths)
    ]

    found = list(alternately(makes))

    for place, length in enumerate(lengths):
        mine = [number for number in found if number // 1000 == place]
        assert mine == list(range(place * 1000, place * 1000 + length))
    assert len(found) == sum(lengths)


def test_children_take_turns() -> None:
    assert list(alternately([counting(1, 3, 5), counting(2, 4)])) == [1, 2, 3, 4, 5]


def test_an_open_file_of_the_parent_is_neither_flushed_nor_closed_by_the_child(
    tmp_path: object,
) -> None:
    program = (
        "import sys\n"
        "from amzsync.ahead import ahead\n"
        "import atexit; atexit.register(print, 'bye')\n"
        "print('once', end=' ')\n"
        "print(list(ahead(lambda: iter([1]))))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout == "once [1]\nbye\n"
    assert done.stderr == ""


def test_no_process_is_forked_where_there_are_threads() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert not can_fork()
    finally:
        stop.set()
        thread.join()


def test_the_child_ends_when_its_parent_is_killed() -> None:
    program = (
        "import os, signal\n"
        "from amzsync.ahead import alternately\n"
        "def endless():\n"
        "    while True: yield (os.getpid(), b'x' * 100_000)\n"
        "items = alternately([endless, endless])\n"
        "print(next(items)[0], next(items)[0], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The pipe of stdout is held by the children, too: it ends when the last of them has.
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )

    assert done.returncode == -signal.SIGKILL
    assert len(done.stdout.split()) == 2
