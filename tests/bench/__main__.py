"""Measure an import against the yardstick: ``sqlite3``'s own ``.import`` of the same two files.

    python -m tests.bench 100000 [--rounds 3] [--folder DIR]

Everything is measured in one run, as ratios; each figure is the median of the rounds.  Needs the
``sqlite3`` program and about 3 KB of disk a listing.  Memory is the peak of all processes of an import
together (shared pages counted once), read from /proc.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.generate import write_export, write_report
from tests.bench.memory import Peak

CHANGED = 0.005
CONFIG = """
[state]
path = "{state}"
[commerce]
products = "catalog_product.csv"
[mapping]
asin = "amazon_asin"
ean = "ean"
[stores.us]
marketplace = "US"
seller_id = "A2EXAMPLE"
website = "base"
listings = "all-listings.txt"
"""
YARDSTICK = ".mode csv\n.import catalog_product.csv products\n.mode tabs\n.import all-listings.txt listings\n"
START_UP = "import typer, rich.table, sqlite3"


@dataclass(frozen=True, slots=True)
class Round:
    """The seconds of one round, and the peak memory of its first import in MB."""

    yardstick: float
    first: float
    changed: float
    unchanged: float
    start_up: float
    status: float
    memory: float


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the files here and use them again")
    args = parser.parse_args()
    if shutil.which("sqlite3") is None:
        sys.exit("The yardstick needs the sqlite3 program (Debian: apt-get install sqlite3).")
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        before, after = _files(folder, args.count)
        rounds = [_round(before, after, folder / "state.db") for _ in range(args.rounds)]
    _print(args.count, rounds)


def _files(folder: Path, count: int) -> tuple[Path, Path]:
    """Write the files before and after a change of 0.5 % of the rows, unless they are there."""
    folders = folder / f"{count}-before", folder / f"{count}-after"
    for place, changed in zip(folders, (0.0, CHANGED), strict=True):
        if not (place / "amzsync.toml").exists():
            place.mkdir(parents=True, exist_ok=True)
            write_export(place / "catalog_product.csv", count, changed=changed)
            write_report(place / "all-listings.txt", count, changed=changed)
            (place / "amzsync.toml").write_text(CONFIG.format(state=folder / "state.db"))
    return folders


def _round(before: Path, after: Path, state: Path) -> Round:
    for path in state.parent.glob("state.db*"):
        path.unlink()
    rival = before / "yardstick.db"
    rival.unlink(missing_ok=True)
    yardstick, _ = timed(["sqlite3", str(rival)], before, text=YARDSTICK)
    rival.unlink()
    first, memory = timed(_amzsync("import-listings"), before)
    unchanged, _ = timed(_amzsync("import-listings"), before)
    changed, _ = timed(_amzsync("import-listings"), after)
    start_up = median(timed([sys.executable, "-c", START_UP], before)[0] for _ in range(5))
    page = _amzsync("status", "--tab", "inactive")
    status = median(timed(page, after)[0] for _ in range(5))
    return Round(yardstick, first, changed, unchanged, start_up, status, memory)


def _amzsync(*words: str) -> list[str]:
    return [sys.executable, "-m", "amzsync", *words]


def timed(
    command: list[str], folder: Path, *, text: str = "", codes: tuple[int, ...] = (0,)
) -> tuple[float, float]:
    """Run *command*, which may end with one of *codes*; return its seconds, and the peak memory in MB."""
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        peak = Peak(process.pid)
        peak.start()
        process.communicate(text.encode())
        seconds = time.perf_counter() - start
        peak.stop()
    if process.returncode not in codes:
        sys.exit(f"{' '.join(command)} failed with {process.returncode}")
    return seconds, peak.megabytes


def _print(count: int, rounds: list[Round]) -> None:
    def ratio(name: str, unit: str = "yardstick") -> float:
        return float(median(getattr(one, name) / getattr(one, unit) for one in rounds))

    yardstick = median(one.yardstick for one in rounds)
    print(
        f"{count:,} listings and {count:,} products, {len(rounds)} rounds, yardstick {yardstick:.2f} s"
    )
    for words, value in (
        ("first import", f"{ratio('first'):.2f} of the yardstick"),
        ("0.5 % of the rows changed", f"{ratio('changed'):.2f} of the yardstick"),
        ("nothing changed", f"{ratio('unchanged'):.2f} of the yardstick"),
        ("status --tab inactive", f"{ratio('status', 'start_up'):.2f} of the bare start-up"),
        ("peak memory", f"{max(one.memory for one in rounds):.0f} MB"),
    ):
        print(f"  {words:<28}{value}")


if __name__ == "__main__":
    main()
