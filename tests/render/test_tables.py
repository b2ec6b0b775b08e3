"""Tests of tables that fit: which columns stay, how wide they are, what is never cut."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from amzsync.core.tabs import Tab
from amzsync.render.tables import Column, mark, table

COLUMNS = (
    Column("Store", rank=6, whole=True),
    Column("SKU", whole=True),
    Column("Title", rank=2, least=8),
    Column("Qty", right=True, rank=1, whole=True),
    Column("Reason", wraps=True, least=12),
)
CELLS = st.text("abc日本é -", max_size=40)
SKUS = st.text("ABC-019", min_size=1, max_size=14)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["us", "de"]), SKUS, CELLS, st.sampled_from(["", "0", "1234"]), CELLS
    ),
    max_size=6,
)


def lines(rows: list[tuple[str, ...]], width: int) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    console.print(table(COLUMNS, rows, width))
    return out.getvalue().splitlines()


@given(ROWS, st.integers(40, 160))
def test_every_line_fits_and_no_key_is_cut(rows: list[tuple[str, ...]], width: int) -> None:
    shown = lines(rows, width)

    assert [line for line in shown if cell_len(line) > width] == []
    assert {row[1] for row in rows} <= set(" ".join(shown).split())


@given(ROWS)
def test_where_there_is_room_nothing_is_left_out(rows: list[tuple[str, ...]]) -> None:
    shown = lines(rows, 400)

    assert len(shown) == 1 + len(rows)
    assert shown[0].split() == [column.title for column in COLUMNS]
    assert "…" not in "".join(shown)


@pytest.mark.parametrize(
    ("width", "left"),
    [
        (60, ["Store", "SKU", "Title", "Qty", "Reason"]),
        (40, ["SKU", "Title", "Qty", "Reason"]),
        (32, ["SKU", "Qty", "Reason"]),
        (26, ["SKU", "Reason"]),
    ],
)
def test_the_columns_of_the_highest_rank_go_first(width: int, left: list[str]) -> None:
    row = ("us", "KIT-1001", "A title of some length", "12", "A reason of some length too")

    assert lines([row], width)[0].split() == left


@pytest.mark.parametrize("ascii_only", [False, True])
def test_every_tab_has_a_sign_of_its_own_beside_its_name(ascii_only: bool) -> None:
    marks = [str(mark(tab, ascii_only=ascii_only)) for tab in Tab]

    assert [text[2:] for text in marks] == [tab.label for tab in Tab]
    assert len({text[0] for text in marks}) == len(Tab)
    assert all(text.isascii() for text in marks) is ascii_only
