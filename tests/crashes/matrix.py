"""Kill a sending process at one point after the other, run again as cron does, and judge what has come of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import pytest

from amzsync.store import state
from amzsync.workflows import planning, plans
from amzsync.workflows.plans import Question
from tests import factories
from tests.commandline import PROJECT
from tests.crashes import mistakes
from tests.crashes.scenarios import Prepared, Scenario, by_hand
from tests.live import LiveShop
from tests.simulators.exchange import Reply, Request

STRACE = shutil.which("strace")
CALLS = "write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,unlink,rename,openat,mkdir"
RUNS = 24  # of cron, after which all must be done
PATIENCE = 60.0


class Kind(StrEnum):
    """What befalls the process."""

    KILL = "kill"  # SIGKILL when it makes the n-th system call
    ENOSPC = "enospc"  # the n-th system call fails: the disk is full
    EIO = "eio"  # it fails: the disk is broken
    BEFORE = "before"  # SIGKILL when the n-th question has come to Amazon, and before it is done
    AFTER = "after"  # SIGKILL when the n-th question has been done, and before it is answered


SYSTEM_CALLS = (Kind.KILL, Kind.ENOSPC, Kind.EIO)
EXCHANGES = (Kind.BEFORE, Kind.AFTER)


@dataclass(slots=True)
class Figures:
    """What a walk through the points of a scenario found."""

    points: int = 0
    failures: list[str] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)  # by what was wrong

    def add(self, point: str, wrong: dict[str, str]) -> None:
        """Count a point, and what was wrong after it."""
        self.points += 1
        self.found.update(wrong.keys())
        self.failures += [f"{point}: {what}: {words}" for what, words in wrong.items()]


class Nursery:
    """A process with everything loaded, which children are forked from."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.child"],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": "0"},
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()

    def start(self, **asked: Any) -> int:
        """Fork a child, which is stopped; return its pid."""
        return int(self._ask(asked))

    def wait(self, pid: int) -> int:
        """Return how the child ended, negative for a signal."""
        return int(self._ask({"wait": pid}))

    def _ask(self, asked: dict[str, Any]) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


def walk(
    nursery: Nursery,
    scenario: Scenario,
    kind: Kind,
    *,
    every: int = 1,
    mistake: str = "",
    told: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Let a process die at every *every*-th point of *kind*, until one goes through unhurt."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as place:
        ready = Prepared(scenario, Path(place) / "prepared")
        number = 1
        while True:
            folder = Path(place) / f"point-{number}"
            with ready.opened(folder) as shop:
                unhurt = befall(nursery, scenario, shop, kind, number, mistake)
                if unhurt and number > 1:
                    return figures
                point = f"{scenario.name} {kind} {number}"
                with pytest.MonkeyPatch.context() as patch:
                    mistakes.plant(mistake, patch)
                    figures.add(point, judged(scenario, shop))
                told(point)
            shutil.rmtree(folder)
            number += every


def befall(
    nursery: Nursery, scenario: Scenario, shop: LiveShop, kind: Kind, number: int, mistake: str = ""
) -> bool:
    """Run a process that *kind* befalls at its *number*-th point; tell whether it went through unhurt."""
    pid = nursery.start(
        folder=str(shop.folder),
        now=shop.clock.now(),
        environ=shop.environ,
        command="sync" if scenario.before else scenario.command,
        skus=list(scenario.skus),
        settings=scenario.settings,
        mistake=mistake,
    )
    _await_stopped(pid)
    if kind in EXCHANGES:
        killer = _Killer(shop, pid, number, before=kind is Kind.BEFORE)
        with killer:
            os.kill(pid, signal.SIGCONT)
            nursery.wait(pid)
        return not killer.killed
    with _traced(pid, kind, number, shop) as log:
        os.kill(pid, signal.SIGCONT)
        nursery.wait(pid)
    return "INJECTED" not in log.text() and "killed by" not in log.text()


# -- judging -----------------------------------------------------------------------------------------------


def judged(scenario: Scenario, shop: LiveShop) -> dict[str, str]:
    """Go on as cron does, and return what is wrong in the end; nothing where all is well."""
    if scenario.command != "sync" and not _is_sent(shop):
        by_hand(shop, scenario.command, scenario.skus)  # the user sees that it did not work
    for _ in range(RUNS):
        shop.clock.advance(300.0)
        pushed = shop.sync().pushed
        quiet = pushed is not None and not any(store.sent for store in pushed.stores)
        if quiet and not _open(shop):
            break
    writes = shop.simulator.writes
    found = {
        "torn": _torn(shop.state),
        "lost": _lost(scenario, shop),
        "open": _open(shop),
        "twice": ", ".join(str(one) for one in writes.twice()),
        "overlaps": ", ".join(str(one) for one in writes.overlaps()),
        "harm": ", ".join(str(one) for one in writes.harm()),
        "ended": ", ".join(sorted(set(writes.ended()) - set(scenario.gone))),
    }
    return {what: words for what, words in found.items() if words}


def _is_sent(shop: LiveShop) -> bool:
    never = "progress = 'abandoned' OR (progress = 'planned' AND after IS NULL)"
    return bool(
        shop.query(f"SELECT 1 FROM outbox WHERE kind IN ('end', 'publish') AND NOT ({never})")
    )


def _torn(path: Path) -> str:
    for pragma in ("integrity_check", "foreign_key_check"):
        rows = factories.query(path, f"PRAGMA {pragma}", ())
        if rows not in ([("ok",)], []):
            return f"{pragma}: {rows}"
    return ""


def _open(shop: LiveShop) -> str:
    sql = "SELECT seller_sku, kind, step, progress FROM outbox WHERE progress IN ('planned', 'sent', 'accepted')"
    return ", ".join(map(str, shop.query(sql)))


def _lost(scenario: Scenario, shop: LiveShop) -> str:
    """Return what should be at Amazon and is not, or is to be sent still."""
    config = shop.config()
    with state.writing(shop.state, command="a test", now=shop.now) as current:
        planning.bring_up_to_date(current, config, now=shop.now)
        rows = list(plans.answer(current, config, Question(), now=shop.now).rows)
    names = set(shop.seller.listings)
    wrong = [f"{row.kind} {row.seller_sku}" for row in rows if row.kind != "publish"]
    wrong += [f"{sku} is still there" for sku in sorted(names & set(scenario.gone))]
    wrong += [f"{sku} is not there" for sku in sorted(set(scenario.listed) - names)]
    wanted = shop.query(
        "SELECT seller_sku, w.price_minor, w.quantity FROM wanted w JOIN listings USING (listing_id) "
        "WHERE tab <> 'ended'"
    )
    for sku, price, quantity in wanted:
        there = shop.seller.listings.get(sku)
        if there is None:
            wrong.append(f"{sku} has vanished")
        elif f"{price / 100:.2f}" != there.price or quantity not in {None, there.quantity}:
            wrong.append(f"{sku} is {there.price} and {there.quantity}, not {price} and {quantity}")
    return ", ".join(wrong)


# -- dying -------------------------------------------------------------------------------------------------


def _await_stopped(pid: int) -> None:
    """Wait until the child has stopped itself."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        if status in "Tt":
            return
        time.sleep(0.002)
    raise TimeoutError(f"process {pid} has not stopped")


class _Killer:
    """Kills the child at its n-th exchange with the simulator."""

    def __init__(self, shop: LiveShop, pid: int, number: int, *, before: bool) -> None:
        self._simulator, self._pid, self._left, self._before = shop.simulator, pid, number, before
        self._real = shop.simulator._answer
        self._lock = threading.Lock()
        self.killed = False

    def __enter__(self) -> Self:
        self._simulator.__dict__["_answer"] = self._answer
        return self

    def __exit__(self, *_: object) -> None:
        del self._simulator.__dict__["_answer"]

    def _answer(self, request: Request) -> Reply:
        with self._lock:
            self._left -= 1
            now = self._left == 0
        if now and self._before:
            self._kill()
            return Reply(500)
        reply = self._real(request)
        if now:
            self._kill()
        return reply

    def _kill(self) -> None:
        self.killed = True
        os.kill(self._pid, signal.SIGKILL)


class _Log:
    def __init__(self, path: Path) -> None:
        self._path = path

    def text(self) -> str:
        return self._path.read_text(encoding="utf-8", errors="replace")


class _traced:  # noqa: N801 - it reads as what it does
    """A child under strace, which counts its writing calls on the files of the state and the archive."""

    def __init__(self, pid: int, kind: Kind, number: int, shop: LiveShop) -> None:
        assert STRACE is not None
        what = "signal=KILL" if kind is Kind.KILL else f"error={kind.upper()}"
        files = [f"{shop.state}{end}" for end in ("", "-wal", "-journal", "-shm", ".lock")]
        folders = [f"{shop.state}.documents"]
        self._log = _Log(shop.folder / "strace.txt")
        paths = [word for path in [*files, *folders] for word in ("-P", path)]
        self._words = [
            STRACE, "-f", "-p", str(pid), "-e", f"trace={CALLS}", "-e",
            f"inject={CALLS}:{what}:when={number}", *paths, "-o", str(shop.folder / "strace.txt"),
        ]  # fmt: skip

    def __enter__(self) -> _Log:
        self._process = subprocess.Popen(self._words, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        line = self._process.stderr.readline()
        assert "attached" in line, line
        return self._log

    def __exit__(self, *_: object) -> None:
        assert self._process.stderr is not None
        self._process.wait(PATIENCE)
        self._process.stderr.close()
