"""Tables for people: they fit the terminal, cut no SKU, and never tell by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from amzsync.core.tabs import Tab
from amzsync.render.text import safe

GAP = 2  # blanks between columns
PIPE_WIDTH = 10_000  # nobody looks at a pipe: nothing is cut there
MARKS = {
    Tab.INCOMPLETE: ("▲", "!", "yellow"),
    Tab.NEW_THIRD_PARTY: ("?", "?", "magenta"),
    Tab.READY_TO_LIST: ("◆", "+", "blue"),
    Tab.INACTIVE: ("○", "o", "bright_red"),
    Tab.ACTIVE: ("●", "*", "cyan"),
    Tab.INELIGIBLE: ("✕", "x", "bright_black"),
    Tab.ENDED: ("■", "#", "bright_black"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: str
    right: bool = False
    whole: bool = False  # never cut, never wrapped
    wraps: bool = False  # wraps instead of being cut
    least: int = 6  # the narrowest it may become, in terminal cells
    rank: int = 0  # the columns of the highest rank go first where there is no room


def console(*, stderr: bool = False) -> Console:
    """Return the console; in a pipe it is wide enough for everything."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    return made if made.is_terminal else Console(
        stderr=stderr, highlight=False, markup=False, emoji=False, width=PIPE_WIDTH
    )  # fmt: skip


def table(columns: Sequence[Column], rows: Sequence[Sequence[str | Text]], width: int) -> Table:
    """Return a table of *rows* that fits *width*, leaving out columns of high rank where it must."""
    kept = _fitting(columns, rows, width)
    widths = _widths(columns, rows, kept, width)
    made = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for place in kept:
        column = columns[place]
        made.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold" if column.whole or column.wraps else "ellipsis",
            width=widths[place],
        )
    for row in rows:
        made.add_row(*(_cell(row[place]) for place in kept))
    return made


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[str | Text]], kept: list[int], width: int
) -> dict[int, int]:
    """Share the width out: each column gets the least it can do with, and a part of what is then left."""
    natural = {place: _natural(columns[place], rows, place) for place in kept}
    given = {place: _least(columns[place], natural[place]) for place in kept}
    room = width - GAP * (len(kept) - 1) - sum(given.values())
    open_ = sorted(
        (p for p in kept if given[p] < natural[p]), key=lambda p: (natural[p] - given[p], p)
    )
    for done, place in enumerate(open_):
        weights = [2 if columns[p].wraps else 1 for p in open_[done:]]
        more = min(natural[place] - given[place], max(room, 0) * weights[0] // sum(weights))
        given[place] += more
        room -= more
    return given


def _least(column: Column, natural: int) -> int:
    return natural if column.whole else min(natural, max(column.least, len(column.title)))


def mark(tab: Tab, *, ascii_only: bool = False) -> Text:
    """Return the tab's name with its sign and colour."""
    sign, plain, colour = MARKS[tab]
    return Text(f"{plain if ascii_only else sign} {tab.label}", style=colour)


def _cell(value: str | Text) -> Text:
    return value if isinstance(value, Text) else Text(safe(value))


def _natural(column: Column, rows: Sequence[Sequence[str | Text]], place: int) -> int:
    widest = max((_cell(row[place]).cell_len for row in rows), default=0)
    return max(widest, len(column.title))


def _fitting(
    columns: Sequence[Column], rows: Sequence[Sequence[str | Text]], width: int
) -> list[int]:
    """Return the places of the columns that have room, dropping those of the highest rank first."""
    least = [_least(column, _natural(column, rows, place)) for place, column in enumerate(columns)]
    kept = list(range(len(columns)))
    while len(kept) > 1 and sum(least[place] + GAP for place in kept) - GAP > width:
        worst = max(kept, key=lambda place: (columns[place].rank, place))
        if columns[worst].rank == 0:
            break
        kept.remove(worst)
    return kept
