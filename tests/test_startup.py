"""What is loaded when amzsync starts: Amazon's client takes a quarter of a second, and few commands need it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import PATIENCE, Program
from tests.factories import Shop, listing, product

ASKING = ("httpx", "sp_api", "tenacity")  # what only asking Amazon needs
ACCOUNT = "[accounts.main]\nregion = 'na'\n[stores.live]\nmarketplace = 'CA'\nseller_id = 'A2EXAMPLE'\nwebsite = 'base'\n"
SOURCE = f"""
import json, sys
from amzsync.cli import main
try:
    main()
except SystemExit as end:
    code = end.code or 0
found = [name for name in {ASKING!r} if name in sys.modules]
print(json.dumps([code, found]), file=sys.stderr)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop of two stores, of which one asks Amazon, in which the other has been imported."""
    shop = Shop(tmp_path, products=[product("A")])
    shop.us.listings = [listing("A")]
    shop.run()
    config = tmp_path / "amzsync.toml"
    config.write_text(config.read_text() + ACCOUNT)
    return tmp_path


def ended(folder: Path, *words: str) -> tuple[int, list[str]]:
    """Run amzsync; return its exit code, and what it loaded of what only asking Amazon needs."""
    done = subprocess.run(
        [sys.executable, "-c", SOURCE, *words],
        cwd=folder,
        env=Program(folder).environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    code, found = json.loads(done.stderr.splitlines()[-1])
    return code, found


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--help",), id="help"),
        pytest.param(("status",), id="status"),
        pytest.param(("status", "--tab", "all"), id="a tab"),
        pytest.param(("show", "A"), id="show"),
        pytest.param(("errors",), id="errors"),
        pytest.param(("check", "--help"), id="help of check"),
        pytest.param(("import-listings", "--help"), id="help of import-listings"),
        pytest.param(("import-listings", "--store", "us"), id="import of files"),
    ],
)
def test_a_command_that_asks_nobody_does_not_load_amazons_client(
    folder: Path, words: tuple[str, ...]
) -> None:
    assert ended(folder, *words) == (0, [])


def test_asking_amazon_loads_it(folder: Path) -> None:
    code, found = ended(folder, "import-listings", "--store", "live")
    assert (code, found) == (77, [*ASKING])
