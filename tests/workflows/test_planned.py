"""Tests of the state with a plan that is up to date: planned where needed, and the same while it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.errors import StoreBusy, StoreError
from amzsync.store import state
from amzsync.workflows import planning, plans
from amzsync.workflows.planned import planned
from tests.factories import NOW, Shop, StoreFiles, listing, product

LATER = "2026-12-01T12:00:00Z"


def shop(folder: Path) -> Shop:
    """Return a shop of a listing of which Amazon has more than there is, imported."""
    made = Shop(
        folder,
        products=[product("P1")],
        stores={"us": StoreFiles(listings=[listing("P1", quantity="9", price="20.00")])},
    )
    made.run()
    return made


def wanted(made: Shop, now: str = NOW) -> list[object]:
    config = made.config()
    with planned(config, now=now) as current:
        rows = plans.answer(current, config, plans.Question(), now=now).rows
        return [change.wanted for row in rows for change in row.differences]


def test_what_was_never_planned_is_planned(tmp_path: Path) -> None:
    told: list[int] = []
    config = shop(tmp_path).config()

    with planned(config, now=NOW, progress=told.append) as current:
        assert planning.is_up_to_date(current, config, NOW)
    assert sum(told) == 1


def test_what_is_up_to_date_is_not_planned_again(tmp_path: Path) -> None:
    made = shop(tmp_path)
    wanted(made)
    before = made.state.read_bytes()

    assert wanted(made) == [5]
    assert made.state.read_bytes() == before


def test_what_an_import_has_changed_is_planned_anew(tmp_path: Path) -> None:
    made = shop(tmp_path)
    assert wanted(made) == [5]
    made.products = [product("P1", qty="3.0000")]
    made.run(now=LATER)

    assert wanted(made, LATER) == [3]


def test_an_import_meanwhile_does_not_show_in_what_is_read(tmp_path: Path) -> None:
    made = shop(tmp_path)
    config = made.config()
    with planned(config, now=NOW) as current:
        made.products = [product("P1", qty="3.0000")]
        made.run(now=LATER)

        assert planning.is_up_to_date(current, config, NOW)
        rows = plans.answer(current, config, plans.Question(), now=NOW).rows
        assert [change.wanted for row in rows for change in row.differences] == [5]
    assert wanted(made, LATER) == [3]


def test_the_reader_leaves_no_transaction_behind_when_it_fails(tmp_path: Path) -> None:
    made = shop(tmp_path)
    config = made.config()

    with pytest.raises(RuntimeError), planned(config, now=NOW):
        raise RuntimeError
    assert wanted(made) == [5]


def test_without_an_import_there_is_nothing_to_plan(tmp_path: Path) -> None:
    made = Shop(tmp_path)
    made.write()

    with pytest.raises(StoreError, match="import-listings"), planned(made.config(), now=NOW):
        pass
    assert not made.state.exists()


def test_while_another_run_is_at_work_nothing_is_planned(tmp_path: Path) -> None:
    config = shop(tmp_path).config()

    with (
        state.writing(config.state, command="import-listings", now=NOW),
        pytest.raises(StoreBusy, match="import-listings"),
        planned(config, now=NOW),
    ):
        pass
