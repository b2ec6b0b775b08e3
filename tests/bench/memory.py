"""How much memory a process and its children take together, shared pages counted once (Linux)."""

from __future__ import annotations

import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path


class Peak(threading.Thread):
    """Look at the memory of process *pid* and its children ten times a second, until ``stop``.

    Children among *without* are none of its.
    """

    def __init__(self, pid: int, without: Collection[int] = ()) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._without = frozenset(without)
        self._done = threading.Event()
        self.megabytes = 0.0

    def run(self) -> None:
        """Look until told to stop."""
        waiting = True
        while waiting:
            found = {self._pid, *_children(self._pid)} - self._without
            self.megabytes = max(self.megabytes, sum(map(_pss, found)) / 1024)
            waiting = not self._done.wait(0.1)

    def stop(self) -> None:
        """Look no longer."""
        self._done.set()
        self.join()


def _children(pid: int) -> list[int]:
    """Return the children that any thread of *pid* has started."""
    found: list[int] = []
    with suppress(OSError):
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(word) for word in path.read_text().split()]
    return found


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
