"""Tests of overrides and aliases as lines, tables and records."""

from __future__ import annotations

import io

from rich.console import Console

from amzsync.render.overrides import (
    alias_lines,
    beside_lines,
    change_lines,
    override_record,
    override_table,
    proposal_lines,
)
from amzsync.render.text import local
from amzsync.results.overrides import LeftOut, OverrideChange, OverrideRow, Proposal
from amzsync.store.aliases import AliasShown

SOON, LATER = "2026-12-24T22:59:59Z", "2027-01-31T22:59:59Z"


def change(name: str = "A-1", *, regional: bool = False) -> OverrideChange:
    return OverrideChange("us", name, "price", None, "19.99", None, None, regional)


def row(**values: object) -> OverrideRow:
    usual = OverrideRow(
        "us",
        "active",
        "A-1",
        "B0TEST0001",
        "P-1",
        "A lamp",
        None,
        None,
        None,
        "19.99",
        "USD",
        {},
        (),
    )
    return usual._replace(**values)  # type: ignore[arg-type]


def shown(*rows: OverrideRow) -> str:
    out = Console(file=io.StringIO(), width=200)
    out.print(override_table(rows, width=200, several_stores=False))
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_a_change_tells_old_and_new_in_words() -> None:
    changes = [
        change(),
        OverrideChange("us", "A-1", "handling_time", "1", None, SOON, None, False),
        OverrideChange("us", "A-1", "condition", None, "used_like_new", None, LATER, False),
        OverrideChange("us", "A\x1b", "seller_notes", None, "n" * 41, None, None, False),
    ]

    assert list(change_lines(changes)) == [
        "us  A-1  price: (none) -> 19.99",
        f"us  A-1  handling time: 1 day until {local(SOON)} -> (none)",
        f"us  A-1  condition: (none) -> Used, like new until {local(LATER)}",
        f"us  A␛  seller notes: (none) -> {'n' * 40}…",
    ]


def test_a_proposal_shows_the_first_changes_and_counts_the_rest() -> None:
    found = Proposal(tuple(change(f"A-{n}") for n in range(3)), (), (), 5)

    assert list(proposal_lines(found, limit=2)) == [
        "3 listings of 5 would change:",
        "us  A-0  price: (none) -> 19.99",
        "us  A-1  price: (none) -> 19.99",
        "    and 1 change more",
    ]


def test_what_is_reached_and_what_is_left_out_is_said() -> None:
    reached = tuple(change(f"A-{n}", regional=True) for n in range(3))
    found = Proposal(reached, (LeftOut("has no product", 1),), ("Mind the gap.",), 1)

    first, *others = beside_lines(found, limit=2)
    assert first.endswith("so this reaches A-0 in store us, A-1 in store us and 1 more as well.")
    assert others == ["Left out: 1 listing; each has no product.", "Mind the gap."]


def test_the_table_says_until_when_and_what_has_run_out() -> None:
    assert f"{local(SOON)}  " in shown(row(expires={"price": SOON}))
    assert f"expired {local(SOON)}" in shown(row(expires={"price": SOON}, expired=("price",)))
    several = row(handling_time=1, seller_notes="Fine", expires={"price": SOON})
    assert f"price: {local(SOON)}" in shown(several)
    assert "1 day" in shown(several)


def test_a_record_for_csv_has_the_ends_as_a_list() -> None:
    one = row(expires={"price": SOON}, expired=("price",))

    assert override_record(one, flat=False)["expires"] == {"price": SOON}
    assert override_record(one, flat=True)["expires"] == [f"price {SOON}"]
    assert override_record(one, flat=True)["expired"] == ["price"]


def test_an_alias_tells_whether_amazon_has_it() -> None:
    one = AliasShown("us", "A-2", "A-1", "P-1", "B0TEST0001", True, False)

    assert list(alias_lines([one, one._replace(remove_existing=False, listed=True)])) == [
        "us  A-2  alias of A-1 in its place (product P-1, ASIN B0TEST0001): waits for Amazon",
        "us  A-2  alias of A-1 (product P-1, ASIN B0TEST0001): listed",
    ]
