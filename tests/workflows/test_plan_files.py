"""Tests of plans in files: private, whole or not there, in nobody's way, and judged before they are believed."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.core.plan_document import Document
from amzsync.errors import InputError, MissingInput, OutputError
from amzsync.results.plan import Judged
from amzsync.workflows import plan_files

HEAD = {"serial": 7, "made_at": "2026-11-23T12:00:00Z", "stores": []}


def lines(*skus: str) -> Iterator[str]:
    return Document(HEAD).lines({"seller_sku": sku} for sku in skus)


def test_a_plan_that_was_written_is_judged_fine_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    plan_files.write(path, lines("KIT-1", "Kännchen \u202e \ud800"))

    assert plan_files.judge(path, 7) == Judged(2, intact=True, stale=False, serial=7, now_serial=7)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("serial", [6, 8], ids=["of another state", "the state has moved"])
def test_another_serial_is_stale(tmp_path: Path, serial: int) -> None:
    path = tmp_path / "plan.json"
    plan_files.write(path, lines("KIT-1"))

    found = plan_files.judge(path, serial)
    assert (found.intact, found.stale, found.now_serial) == (True, True, serial)


def test_a_plan_that_was_tampered_with_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    plan_files.write(path, lines("KIT-1", "KIT-2"))
    path.write_text(path.read_text().replace("KIT-2", "KIT-3"))

    assert not plan_files.judge(path, 7).intact


def test_an_older_plan_gives_way_to_a_newer_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    plan_files.write(path, lines("KIT-1"))
    plan_files.write(path, lines())

    assert plan_files.judge(path, 7).actions == 0


@pytest.mark.parametrize("before", [b"[state]\n", b'{"serial": 7}', b"\xff\xfe\x00", b" "], ids=str)
def test_what_is_no_plan_is_not_overwritten(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / "amzsync.toml"
    path.write_bytes(before)

    with pytest.raises(OutputError, match=r"is no plan of amzsync\. Name another file\."):
        plan_files.write(path, lines())
    assert path.read_bytes() == before


def test_a_folder_is_no_place_for_a_plan(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is no plan"):
        plan_files.write(tmp_path, lines())


def test_an_empty_file_is_nothing_to_lose(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.touch()
    plan_files.write(path, lines())

    assert plan_files.judge(path, 7).intact


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        plan_files.write(tmp_path / "nowhere" / "plan.json", lines())


def test_where_planning_fails_half_way_the_old_plan_stays(tmp_path: Path) -> None:
    def broken() -> Iterator[str]:
        yield from lines("KIT-1", "KIT-2")
        raise InputError("No more.")

    path = tmp_path / "plan.json"
    plan_files.write(path, lines("KIT-0"))
    before = path.read_bytes()

    with pytest.raises(InputError):
        plan_files.write(path, broken())
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["plan.json"]


def test_a_plan_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match=r"Write one with amzsync plan --out\."):
        plan_files.judge(tmp_path / "plan.json", 7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"seller_sku,price\n", "it is no plan"),
        (b"", "it is no plan"),
        (b"\xff\xfe", "it is not text"),
        (b'{"amzsync_plan": 1,\n', "no JSON, or cut off"),
        (b'{"amzsync_plan": 99, "actions": [\n]}', "another amzsync"),
    ],
)
def test_what_is_no_plan_cannot_be_judged(tmp_path: Path, text: bytes, said: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(text)

    with pytest.raises(InputError, match=said):
        plan_files.judge(path, 7)


def test_a_folder_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        plan_files.judge(tmp_path, 7)
