"""Fixtures for all tests: the command line in this process, in one of its own, and on a terminal."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commandline import Program
from tests.factories import example_shop
from tests.live import SECRETS, Kept, LiveShop, live_shop


class _Watchman(logging.Handler):
    """Remembers the log records that show a secret of the simulated Amazon."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.getMessage()} {record.exc_info}"
        self.seen += [f"{record.name}: {canary}" for canary in SECRETS if canary in text]


@pytest.fixture(scope="session", autouse=True)
def no_secret_in_any_log() -> Iterator[None]:
    """Listen to all that any test logs, down to the least."""
    watchman = _Watchman()
    logging.root.addHandler(watchman)
    logging.root.setLevel(logging.DEBUG)
    yield
    logging.root.removeHandler(watchman)
    assert watchman.seen == []


@pytest.fixture(scope="session")
def imported_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example shop after one import; only to be read and copied."""
    shop = example_shop(tmp_path_factory.mktemp("example"))
    Program(shop.folder).run("import-listings").fine()
    return shop.folder


@pytest.fixture
def example(tmp_path: Path, imported_example: Path, surroundings: None) -> Program:
    """The program in a copy of the example shop that has been imported."""
    example_shop(tmp_path)
    (tmp_path / "amzsync.db").write_bytes((imported_example / "amzsync.db").read_bytes())
    return Program(tmp_path)


@pytest.fixture
def program(tmp_path: Path, surroundings: None) -> Program:
    """The program in an empty folder."""
    return Program(tmp_path)


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the user's settings and terminal out of the test."""
    for name in ("XDG_CONFIG_HOME", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", os.fspath(tmp_path / "nowhere"))


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveShop]:
    """A shop that asks a simulated Amazon, not imported yet."""
    with live_shop(tmp_path) as shop:
        yield shop


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A live shop that has been imported until Amazon had told everything; to be copied only."""
    with live_shop(tmp_path_factory.mktemp("settled")) as shop:
        shop.settle(runs=9)
        return Kept.of(shop)
