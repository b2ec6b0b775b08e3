"""Where a state file belongs: a copy of it sends nothing."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest

from amzsync.store import home, state
from amzsync.store.home import Home
from tests.store.conftest import NOW

HERE = Home("shop 0a1b2c3d", "/srv/shop/amzsync.db", "1000")


def recorded(tmp_path: Path) -> Path:
    path = tmp_path / "amzsync.db"
    with state.writing(path, command="a test", now=NOW):
        return path


def told(path: Path, at: Path | None = None) -> list[str]:
    """Return how the state in *path* seems to be a copy where it is at *at*."""
    with state.reading(path) as current:
        return home.differences(current.db, home.here(at or path))


def test_a_new_state_belongs_where_it_was_made(tmp_path: Path) -> None:
    assert told(recorded(tmp_path)) == []


def test_a_copy_beside_it_belongs_elsewhere(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    copy = tmp_path / "copy.db"
    shutil.copy(path, copy)
    (found,) = told(copy)
    assert (
        found == f"it belongs to the folder or name {path.resolve()}, and this is {copy.resolve()}"
    )


def test_another_way_to_the_same_file_is_no_copy(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    assert told(path, tmp_path / "link" / "amzsync.db") == []
    assert told(path, tmp_path / "link" / ".." / tmp_path.name / "amzsync.db") == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"host": "copy"}, ["machine shop 0a1b2c3d, and this is copy"], id="host"),
        pytest.param({"path": "/tmp/a.db"}, ["name /srv/shop/amzsync.db, and"], id="path"),
        pytest.param({"user": "0"}, ["user 1000, and this is 0"], id="user"),
        pytest.param({"host": "b", "user": "0"}, ["the machine shop", "the user 1000"], id="two"),
    ],
)
def test_what_differs_is_said(
    db: sqlite3.Connection, changed: dict[str, str], said: list[str]
) -> None:
    home.record(db, HERE)
    found = home.differences(db, HERE._replace(**changed))
    assert len(found) == len(said)
    assert all(words in line for words, line in zip(said, found, strict=True))


def test_a_state_that_does_not_say_where_it_belongs_is_taken_for_a_copy(
    db: sqlite3.Connection,
) -> None:
    db.execute("DELETE FROM meta WHERE key = ?", (home.KEY,))
    assert home.differences(db, HERE) == ["it does not say where it belongs"]
    home.record(db, HERE)
    assert home.differences(db, HERE) == []


def test_the_last_place_is_where_it_belongs(db: sqlite3.Connection) -> None:
    home.record(db, HERE)
    home.record(db, HERE._replace(path="/srv/new/amzsync.db"))
    assert home.differences(db, HERE._replace(path="/srv/new/amzsync.db")) == []
    assert len(home.differences(db, HERE)) == 1


def test_a_container_has_the_name_that_it_is_given(tmp_path: Path) -> None:
    found = home.here(tmp_path / "a.db", {home.HOST: "shop"})
    assert found == Home("shop", os.fspath((tmp_path / "a.db").resolve()), str(os.getuid()))


def test_a_machine_is_known_by_its_name_and_more(tmp_path: Path) -> None:
    found = home.here(tmp_path / "a.db", {home.HOST: ""})
    assert found.host.startswith(socket.gethostname())


def test_a_machine_without_a_number_is_known_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "_MACHINE", tmp_path / "nothing")
    assert home.here(tmp_path / "a.db", {}).host == socket.gethostname()
