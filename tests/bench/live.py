"""Count what a live import asks of Amazon, on a simulated one, and how long it takes under the usage plans.

    python -m tests.bench.live 100000 [--folder DIR]

Time is virtual: the simulator and the import share a clock that stands still until somebody sleeps by it, so
the makespan has nothing of this machine in it.  The last part, by the real clock, has the threads of a real run
and answers that take 0.3 s.  Each figure that was asked for is followed by whether it was met.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.live_shop import Elsewhere, LiveShop, Plan, Ran, Virtual
from tests.factories import Folder
from tests.simulators.clocks import RealClock

MOST_CALLS = 5  # of a run in which nothing changed
MOST_TIME = 1.1  # of the lower bound
CHANGED = 0.005
FEW = 10_000  # listings of the part by the real clock
LATENCY = 0.3  # seconds
SETTLED = 24  # five-minute runs, in which all kinds of reports are asked for and come
KINDS = {
    "createReport": "a report is due",
    "document": "that report is there",
    "getReport": "a report is not ready",
}


class Marks:
    """Prints figures, and remembers whether they were what was asked for."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def line(self, words: str, figure: str, *, met: bool | None = None) -> None:
        """Print a figure; *met* tells whether it is what was asked for, if anything was."""
        verdict = "" if met is None else "  met" if met else "  MISSED"
        print(f"  {words:<44}{figure}{verdict}")
        if met is False:
            self.missed.append(words)


def kind(ran: Ran) -> str:
    """Return what there was to do for a run."""
    return next((words for name, words in KINDS.items() if ran.calls[name]), "no report is due")


def quiet(runs: Iterable[Ran]) -> dict[str, list[Ran]]:
    """Return the *runs* in which nothing changed, by what there was to do."""
    found: dict[str, list[Ran]] = {}
    for ran in runs:
        if not ran.result.changes and not ran.calls["getListingsRestrictions"]:
            found.setdefault(kind(ran), []).append(ran)
    return found


def main() -> None:
    """Measure and print; exit with 1 where a figure is not what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--folder", type=Path, help="keep the files here")
    args = parser.parse_args()
    marks = Marks()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        _whole(Plan(args.count, folder / "whole"), marks)
        _in_parts(Plan(args.count, folder / "parts", time_budget=240), marks)
        _real(Plan(FEW, folder / "real", report_delay=5.0, latency=LATENCY), marks)
    if marks.missed:
        sys.exit(f"Missed: {', '.join(marks.missed)}")


def _whole(plan: Plan, marks: Marks) -> None:
    """Measure a first import in one run, runs in which nothing changed, and one after a change."""
    with Virtual(plan, apart=True) as shop:
        before = shop.memory()
        first = shop.run()
        print(f"{plan.count:,} listings, first import in one run")
        _makespan(first, plan, marks)
        marks.line("real seconds, answers without delay", f"{first.real_seconds:.1f}")
        marks.line("peak memory, and before it", f"{shop.memory():.0f} MB, {before:.0f} MB")
        runs = shop.cron(lambda _: False, most=SETTLED)
        changed = shop.amazon.change(CHANGED)
        after = shop.run()
        later = _a_day_later(shop)
    print("a run every five minutes, nothing changed (the most calls of such a run)")
    for words, found in quiet(runs).items():
        _most(words, found, marks)
    marks.line("429 in these runs", str(_throttled(runs)), met=not _throttled(runs))
    print(f"a run after {changed:,} listings ({CHANGED:.1%}) changed")
    _calls(after)
    marks.line("changes seen", f"{after.result.changes:,}")
    print("a day later: what does not sell is asked about again, by and by")
    _most("nothing changed", later, None)
    marks.line("429 in all of it", str(_throttled([after, *later])), met=not _throttled(later))


def _a_day_later(shop: LiveShop) -> Sequence[Ran]:
    shop.clock.sleep(24 * 3600.0)
    return shop.cron(lambda _: False, most=3)


def _in_parts(plan: Plan, marks: Marks) -> None:
    """Measure a first import that cron begins anew every five minutes."""
    with Virtual(plan, apart=True) as shop:
        start = shop.clock.now() + 300.0  # when cron begins
        runs = shop.cron(lambda ran: ran.seconds < 0.9 * plan.time_budget)
        seconds = shop.clock.now() - start
    print(
        f"{plan.count:,} listings, first import by cron every five minutes, {plan.time_budget} s each"
    )
    marks.line("runs, virtual seconds", f"{len(runs)}, {seconds:.0f}")
    marks.line("calls", f"{sum(ran.total for ran in runs):,}")
    marks.line("429", str(_throttled(runs)), met=not _throttled(runs))


def _real(plan: Plan, marks: Marks) -> None:
    """Measure a first import with real threads, and answers that take their time."""
    with ExitStack() as stack:
        amazon = Elsewhere(plan, None)
        stack.callback(amazon.close)
        first = LiveShop(Folder(plan.folder), amazon, RealClock(), None).run()
    print(f"{plan.count:,} listings by the real clock, {plan.latency} s an answer, four workers")
    _makespan(first, plan, marks)


def _makespan(ran: Ran, plan: Plan, marks: Marks) -> None:
    _calls(ran)
    least = ran.least(plan.report_delay)
    marks.line("seconds, and at least", f"{ran.seconds:.1f}, {least:.1f}")
    ratio = ran.seconds / least
    marks.line(f"of the least (at most {MOST_TIME})", f"{ratio:.2f}", met=ratio <= MOST_TIME)
    marks.line("429", str(ran.throttled), met=not ran.throttled)


def _calls(ran: Ran) -> None:
    for name, number in sorted(ran.calls.items()):
        print(f"    {name:<42}{number:>6,}")
    print(f"    {'all calls':<42}{ran.total:>6,}")


def _most(words: str, runs: Sequence[Ran], marks: Marks | None) -> None:
    worst = max(runs, key=lambda ran: ran.total)
    names = ", ".join(f"{name} {number}" for name, number in sorted(worst.calls.items()))
    (marks or Marks()).line(
        f"{words} ({len(runs)} runs)",
        f"{worst.total} ({names})",
        met=None if marks is None else worst.total <= MOST_CALLS,
    )


def _throttled(runs: Iterable[Ran]) -> int:
    return sum(ran.throttled for ran in runs)


if __name__ == "__main__":
    main()
