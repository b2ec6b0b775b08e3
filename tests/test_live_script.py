"""The lines of CONTRIBUTING that try the live path: a first and a quiet import from an empty directory."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest

from tests.commandline import PATIENCE, PROJECT

BLOCK = re.compile(
    r"^## Try the live path without Amazon$.*?^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
TABS = (
    "Incomplete", "New Third Party", "Ready to List", "Inactive", "Active", "Ineligible", "Ended",
)  # fmt: skip


def script() -> str:
    """Return the lines, for the Python that runs the tests."""
    found = BLOCK.search((PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert found is not None
    python = shlex.quote(sys.executable)
    lines = found[1].replace(".venv/bin/amzsync", f"{python} -m amzsync")
    return lines.replace(".venv/bin/python", python)


def number(pattern: str, text: str) -> int:
    found = re.search(pattern, text, re.MULTILINE)
    assert found is not None, pattern
    return int(found[1])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The lines, run from the checkout as they stand."""
    folder = tmp_path_factory.mktemp("script")
    environ = {"PATH": "/usr/bin:/bin", "TMPDIR": os.fspath(folder), "HOME": os.fspath(folder)}
    return subprocess.run(
        ["/bin/bash", "-c", f"set -e\ntrap 'kill $(jobs -p) 2>/dev/null' ERR\n{script()}"],
        cwd=PROJECT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )


def test_the_lines_end_well_and_give_no_secret_away(
    ran: subprocess.CompletedProcess[str],
) -> None:
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "canary" not in ran.stdout


def test_every_tab_of_the_live_store_fills(ran: subprocess.CompletedProcess[str]) -> None:
    first = ran.stdout.partition("Store us:")[2].partition("Store de:")[0]
    counts = {name: number(rf"^  {name} +(\d+)$", first) for name in TABS}
    assert [name for name, count in counts.items() if not count] == []


def test_the_catalogue_has_told_of_one_several_and_a_parent(
    ran: subprocess.CompletedProcess[str],
) -> None:
    for words in ("Multiple Matches Found", "Has Variants", "Unable to Assign"):
        assert words in " ".join(ran.stdout.split())


def test_the_second_import_is_quiet(ran: subprocess.CompletedProcess[str]) -> None:
    _, first, second = ran.stdout.split("Store us:")[:3]
    calls = [number(r"Asked Amazon: (\d+) calls", text) for text in (first, second)]
    assert calls[1] <= 4 < calls[0]  # the token is not counted there
    assert "changes since" not in second
