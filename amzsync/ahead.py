"""Do the work of a generator in a process of its own, while this one makes use of what came out before.

Reading an export is half of an import's work and writing it down the other half; on two cores they go on
side by side.  The child shares nothing but a pipe, so it can neither touch the state file nor outlive us.
"""

from __future__ import annotations

import gc
import marshal
import os
import pickle
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from amzsync.errors import AmzsyncError

_ITEM, _ERROR, _END = b"i", b"e", b"."
_SIZE = 8
_DONE = object()


def can_fork() -> bool:
    """Tell whether a child process can be made safely: where there is ``fork``, and no other thread."""
    return hasattr(os, "fork") and threading.active_count() == 1 and (os.cpu_count() or 1) > 1


def ahead(make: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Yield what the generator that *make* returns yields, made in a child process.

    Items must be plain values (what ``marshal`` takes).  An ``AmzsyncError`` is raised here as it was there.
    """
    return alternately([make])


def alternately(makes: Sequence[Callable[[], Iterator[Any]]]) -> Iterator[Any]:
    """Yield the items of several generators in turn, each made in a child process of its own."""
    children: list[tuple[int, BinaryIO]] = []
    try:
        for make in makes:
            children.append(_start(make, [pipe for _, pipe in children]))
        running = [_items(pipe) for _, pipe in children]
        while running:
            for one in list(running):
                item = next(one, _DONE)
                if item is _DONE:
                    running.remove(one)
                else:
                    yield item
    finally:
        for _, pipe in children:
            pipe.close()  # all of them before the first wait: a child ends when it cannot write
        for child, _ in children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _start(make: Callable[[], Iterator[Any]], others: Sequence[BinaryIO]) -> tuple[int, BinaryIO]:
    """Fork a child that does the work of *make*; it lets go of the pipes of the *others* before it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        for inherited in (reader, *(pipe.fileno() for pipe in others)):
            os.close(inherited)
        _work(make, writer)
    os.close(writer)
    return child, os.fdopen(reader, "rb", buffering=1 << 20)


def _items(pipe: BinaryIO) -> Iterator[Any]:
    while True:
        mark = pipe.read(1)
        if mark == _END:
            return
        size = int.from_bytes(pipe.read(_SIZE), "big")
        body = pipe.read(size)
        if len(body) < size or not mark:
            raise AmzsyncError(
                "The process that was reading ahead has died.",
                next_step="Run again; if it happens again, check the machine's memory.",
            )
        if mark == _ERROR:
            raise pickle.loads(body)  # noqa: S301 - our own child's
        yield marshal.loads(body)  # noqa: S302


def _work(make: Callable[[], Iterator[Any]], writer: int) -> None:
    """Be the child: send every item, then leave without running anything of the parent's."""
    gc.disable()  # rows come and go by the million, and none of them is part of a cycle
    code = 1
    try:
        with os.fdopen(writer, "wb", buffering=1 << 20) as pipe:
            try:
                for item in make():
                    _send(pipe, _ITEM, marshal.dumps(item))
                pipe.write(_END)
            except AmzsyncError as error:
                _send(pipe, _ERROR, pickle.dumps(error))
            except Exception:  # noqa: BLE001 - a bug, told where bugs are told
                _send(pipe, _ERROR, pickle.dumps(RuntimeError(traceback.format_exc())))
        code = 0
    finally:
        os._exit(code)


def _send(pipe: BinaryIO, mark: bytes, body: bytes) -> None:
    pipe.write(mark + len(body).to_bytes(_SIZE, "big"))
    pipe.write(body)
