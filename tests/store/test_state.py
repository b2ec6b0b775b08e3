"""The state file: private, one writer, readers never wait, nothing half-written, whatever happens."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from amzsync.errors import StoreBusy, StoreError
from amzsync.store import schema, state
from tests.factories import (
    NOW,
    Folder,
    Shop,
    canonical,
    differing,
    dump,
    example_shop,
    listing,
    product,
    query,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop of one listing, not imported yet."""
    shop = Shop(tmp_path, products=[product("A"), product("B")])
    shop.us.listings = [listing("A")]
    return shop


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start amzsync with *words* in a process of its own."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "amzsync", *words],
        cwd=folder,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finished(folder: Path, *words: str) -> tuple[int, str]:
    """Run amzsync with *words*; return its exit code and what it said on stderr."""
    process = started(folder, *words)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


class TestPrivacy:
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids=oct)
    def test_state_and_lock_are_the_owners_alone_whatever_the_umask(
        self, shop: Shop, umask: int
    ) -> None:
        before = os.umask(umask)
        try:
            shop.run()
            shop.run()
            with state.reading(shop.state) as current:
                current.get("config")
                modes = {
                    path.name: oct(stat.S_IMODE(path.stat().st_mode))
                    for path in shop.folder.glob("amzsync.db*")
                }
        finally:
            os.umask(before)
        assert {"amzsync.db", "amzsync.db.lock"} <= modes.keys()
        assert set(modes.values()) == {"0o600"}


class TestOneWriter:
    def test_a_second_one_is_told_who_is_at_work_and_since_when(self, shop: Shop) -> None:
        shop.run()
        with (
            state.writing(shop.state, command="import-listings", now=NOW),
            pytest.raises(StoreBusy) as caught,
        ):
            shop.run()
        assert f"amzsync import-listings, pid {os.getpid()} on " in caught.value.message
        assert f"since {NOW}" in caught.value.message
        assert caught.value.exit_code == 75

    def test_another_process_is_told_so_too_and_exits_75(self, shop: Shop) -> None:
        shop.run()
        with state.writing(shop.state, command="match", now=NOW):
            code, said = finished(shop.folder, "import-listings")
        assert (code, f"pid {os.getpid()}" in said, NOW in said) == (75, True, True)
        assert finished(shop.folder, "import-listings")[0] == 0

    def test_of_many_imports_at_once_each_works_or_is_busy_and_the_state_is_whole(
        self, tmp_path: Path
    ) -> None:
        folder = example_shop(tmp_path)
        processes = [started(tmp_path, "import-listings") for _ in range(6)]
        ends = []
        for process in processes:
            _, said = process.communicate(timeout=120)
            ends.append((process.returncode, "Another run is at work" in said))
        assert set(ends) <= {(0, False), (75, True)}
        assert (0, False) in ends
        done = query(folder.state, "SELECT count(*) FROM runs WHERE outcome = 'done'")
        assert done == [(ends.count((0, False)),)]
        assert query(folder.state, "PRAGMA integrity_check") == [("ok",)]

    def test_a_lock_left_behind_by_the_dead_locks_nobody_out(self, shop: Shop) -> None:
        shop.write()
        lock = shop.folder / "amzsync.db.lock"
        lock.write_text(json.dumps({"pid": 1, "host": "h", "command": "c", "since": NOW}))
        assert shop.run().run_id == 1

    def test_a_holder_whose_name_cannot_be_read_is_said_to_be_unknown(self, shop: Shop) -> None:
        shop.run()
        lock = shop.folder / "amzsync.db.lock"
        with state.writing(shop.state, command="match", now=NOW):
            lock.write_text("{")
            with pytest.raises(StoreBusy, match="its name is not known"):
                shop.run()

    def test_another_program_that_holds_the_transaction_makes_it_busy(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.run()
        connect = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k | {"timeout": 0}))
        with held(shop), pytest.raises(StoreBusy, match="in use by another program"):
            shop.run()


@contextmanager
def held(shop: Folder) -> Iterator[sqlite3.Connection]:
    """Hold a write transaction as another program would."""
    with closing(sqlite3.connect(shop.state, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM listings")
        yield db
        db.execute("ROLLBACK")


class TestReaders:
    def test_see_the_last_state_while_a_writer_holds_the_transaction(self, shop: Shop) -> None:
        shop.run()
        with held(shop), state.reading(shop.state) as current:
            found = current.db.execute("SELECT seller_sku FROM listings").fetchall()
        assert found == [("A",)]

    def test_cannot_write(self, shop: Shop) -> None:
        shop.run()
        with (
            pytest.raises(StoreError, match="readonly"),
            state.reading(shop.state) as current,
        ):
            current.db.execute("DELETE FROM listings")

    def test_are_told_what_to_do_where_there_is_no_state_and_make_none(self, shop: Shop) -> None:
        with pytest.raises(StoreError) as caught, state.reading(shop.state):
            pass
        assert caught.value.next_step == "Run amzsync import-listings first."
        assert not shop.state.exists()

    def test_read_a_state_in_a_folder_with_odd_letters(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path / "50% off? #1 ü", products=[product("A")])
        shop.us.listings = [listing("A")]
        shop.run()
        with state.reading(shop.state) as current:
            assert current.db.execute("SELECT count(*) FROM listings").fetchone() == (1,)

    def test_read_from_a_folder_that_cannot_be_written(self, shop: Shop) -> None:
        shop.run()
        shop.state.chmod(0o400)
        with state.reading(shop.state) as current:
            assert current.db.execute("SELECT count(*) FROM listings").fetchone() == (1,)


class TestUnusableState:
    def test_of_a_newer_layout_is_refused_by_readers_and_writers(self, shop: Shop) -> None:
        shop.run()
        with closing(sqlite3.connect(shop.state)) as db:
            db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        before = shop.state.read_bytes()
        with pytest.raises(StoreError, match="newer amzsync") as caught:
            shop.run()
        assert (caught.value.exit_code, "Upgrade" in caught.value.next_step) == (74, True)
        with pytest.raises(StoreError, match="newer amzsync"), state.reading(shop.state):
            pass
        assert shop.state.read_bytes() == before

    def test_of_an_older_layout_is_not_read_before_it_is_brought_up_to_date(
        self, shop: Shop
    ) -> None:
        shop.run()
        with closing(sqlite3.connect(shop.state)) as db:
            db.execute("PRAGMA user_version = 0")
        with pytest.raises(StoreError, match="older amzsync"), state.reading(shop.state):
            pass
        shop.run()
        with state.reading(shop.state) as current:
            assert current.db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)

    @pytest.mark.parametrize("size", [100, 2000, 20_000])
    def test_that_is_damaged_is_refused_with_the_next_step(self, shop: Shop, size: int) -> None:
        shop.run()
        shop.run()
        content = bytearray(shop.state.read_bytes())
        content[:size] = bytes(x ^ 0xA5 for x in content[:size])
        shop.state.write_bytes(content)
        with pytest.raises(StoreError) as caught:
            shop.run()
        assert (caught.value.exit_code, "damaged" in caught.value.message) == (74, True)
        assert (
            caught.value.next_step == "Restore it from a backup, or move it away and import again."
        )
        assert shop.state.read_bytes() == bytes(content)

    def test_that_is_no_database_is_refused_and_left_alone(self, shop: Shop) -> None:
        shop.write()
        shop.state.write_text("a shopping list\n" * 100)
        with pytest.raises(StoreError, match="damaged or is no state file"):
            shop.run()
        assert shop.state.read_text().startswith("a shopping list")

    def test_of_a_run_that_never_got_to_make_its_tables_is_made_good(self, shop: Shop) -> None:
        shop.write()
        shop.state.touch(mode=0o600)
        assert shop.run().run_id == 1


class TestTransaction:
    def test_keeps_all_or_nothing(self, shop: Shop) -> None:
        shop.run()
        with state.writing(shop.state, command="c", now=NOW) as current:
            with pytest.raises(KeyboardInterrupt):
                interrupted(current)
            with current.transaction(dry_run=True):
                current.db.execute("DELETE FROM products")
            assert not current.db.in_transaction
        assert query(shop.state, "SELECT count(*) FROM listings") == [(1,)]
        assert query(shop.state, "SELECT count(*) FROM products") == [(2,)]

    def test_notes_are_kept_under_their_keys(self, shop: Shop) -> None:
        shop.run()
        with state.writing(shop.state, command="c", now=NOW) as current:
            with current.transaction():
                current.put("a", "1")
                current.put("a", "2")
            assert (current.get("a"), current.get("b")) == ("2", None)


def interrupted(current: state.State) -> None:
    with current.transaction():
        current.db.execute("DELETE FROM listings")
        raise KeyboardInterrupt


KILLED_AT = """
import os, signal, sqlite3, sys
from pathlib import Path
from tests.factories import Folder

connect, left = sqlite3.connect, int(sys.argv[2])

def step(_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def traced(*args, **settings):
    db = connect(*args, **settings)
    db.set_trace_callback(step)
    return db

sqlite3.connect = traced
Folder(Path(sys.argv[1])).import_files(now="2026-11-23T06:00:00Z", force=True)
print(-left)
"""


def killed_at(shop: Folder, statement: int) -> tuple[int, str]:
    """Import in a process that dies before its *statement*-th statement; return its exit code and answer."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT, str(shop.folder), str(statement)],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=60,
    )
    return done.returncode, done.stdout


class TestKilled:
    @pytest.mark.parametrize("first", [True, False], ids=["the first import", "a later import"])
    def test_at_any_moment_the_next_run_ends_as_if_nothing_had_happened(
        self, tmp_path: Path, first: bool
    ) -> None:
        undisturbed, killed = (prepared(tmp_path / name, first=first) for name in "ab")
        code, statements = killed_at(undisturbed, 0)
        assert code == 0
        before = None if first else dump(killed.state)
        for moment in sorted(random.Random(first).sample(range(1, int(statements)), 10)):
            assert killed_at(killed, moment)[0] == -signal.SIGKILL
            if not first:
                assert dump(killed.state) == before
            assert query(killed.state, "PRAGMA integrity_check") == [("ok",)]
        assert killed_at(killed, 0)[0] == 0
        assert differing(canonical(killed.state), canonical(undisturbed.state)) == {}


def prepared(folder: Path, *, first: bool) -> Folder:
    """Return the example shop in *folder*, before its first import or before a later one."""
    shop = example_shop(folder)
    if not first:
        shop.import_files()
        edit(shop)
    return shop


def edit(shop: Folder) -> None:
    """Change every document of the example shop a little."""
    report = shop.folder / "reports" / "us_all_listings.txt"
    lines = report.read_bytes().split(b"\r\n")
    report.write_bytes(b"\r\n".join([*lines[:20], *lines[25:60], *reversed(lines[60:-1]), b""]))
    (shop.folder / "reports" / "us_suppressed_listings.txt").unlink()
    config = shop.folder / "amzsync.toml"
    text = config.read_text(encoding="utf-8")
    named = '    "reports/us_suppressed_listings.txt",\n'
    config.write_text(text.replace(named, ""), encoding="utf-8")
