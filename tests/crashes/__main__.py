"""Walk through all points: ``python -m tests.crashes``; the figures are for the README."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.crashes.matrix import EXCHANGES, SYSTEM_CALLS, Figures, Kind, Nursery, walk
from tests.crashes.scenarios import SCENARIOS, Scenario


def one(scenario: Scenario, kind: Kind, every: int) -> tuple[Scenario, Kind, Figures]:
    """Walk through the points of one kind in one scenario."""
    with Nursery() as nursery:
        return scenario, kind, walk(nursery, scenario, kind, every=every)


def main() -> None:
    """Print a line for each scenario and kind, what failed, and the sum."""
    parser = argparse.ArgumentParser(prog="python -m tests.crashes", description=__doc__)
    parser.add_argument("--kinds", default=",".join(Kind), help="kill,enospc,eio,before,after")
    parser.add_argument("--scenarios", default=",".join(each.name for each in SCENARIOS))
    parser.add_argument("--every", type=int, default=1, help="every n-th point only")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    kinds = [Kind(name) for name in args.kinds.split(",")]
    chosen = [each for each in SCENARIOS if each.name in args.scenarios.split(",")]
    total, points, failures = Counter[str](), 0, list[str]()
    with ProcessPoolExecutor(args.jobs) as pool:
        tasks = [pool.submit(one, each, kind, args.every) for each in chosen for kind in kinds]
        for task in tasks:
            scenario, kind, found = task.result()
            print(
                f"{scenario.name:<8} {kind:<7} {found.points:>5} points  {len(found.failures)} failures",
                flush=True,
            )
            total += found.found
            points += found.points
            failures += found.failures
    for line in failures:
        print(line)
    told = ", ".join(
        f"{what} {total[what]}"
        for what in ("torn", "lost", "twice", "overlaps", "harm", "ended", "open")
    )
    print(f"points {points}, kinds {len(kinds)}, failures {len(failures)}: {told}")
    assert {*SYSTEM_CALLS, *EXCHANGES} == set(Kind)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
