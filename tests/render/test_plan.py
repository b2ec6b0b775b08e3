"""Tests of how a plan is shown: what becomes what, why, and what is held back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from rich.console import Console

from amzsync.core.plan import NEVER_ALLOWED, Brake, Difference, Hold, Kind, Rank
from amzsync.render.plan import (
    ACTION_FIELDS,
    CSV_FIELDS,
    action_record,
    allowing,
    check_words,
    count_records,
    flat_record,
    head_record,
    held_lines,
    is_held_alone,
    row_tables,
    single_holds,
    summary_lines,
)
from amzsync.results.plan import Count, Judged, PlanAnswer, PlanRow, StorePlan

NOW = "2026-11-23T12:00:00Z"
MOVE = Hold(Brake.PRICE_MOVE, "the price would fall by 60%; the limit is 50%")
MASS = Hold(Brake.MASS_REPRICE, "38 of 40 listings (95%) would be repriced at once")
PRICED = Difference("price", 4549, 4094)


def row(**values: Any) -> PlanRow:
    told: dict[str, Any] = {
        "store": "us",
        "currency": "USD",
        "exponent": 2,
        "rank": Rank.PRICE,
        "kind": Kind.REVISE_PRICE,
        "seller_sku": "KIT-1003",
        "sku": "KIT-1003",
        "asin": "B0EXMP1003",
        "title": "Kettle",
        "tab": "active",
        "differences": (PRICED,),
        "observed_at": "2026-11-23T10:00:00Z",
        "why": ("Price 45.49; -10 % 'Summer' = 40.94",),
        "hold": None,
    }
    return PlanRow(**{**told, **values})


def zero(**values: Any) -> PlanRow:
    difference = (Difference("quantity", 7, 0),)
    return row(rank=Rank.ZERO, kind=Kind.REVISE_QUANTITY, differences=difference, **values)


def store(*counts: Count, **values: Any) -> StorePlan:
    told: dict[str, Any] = {
        "name": "us",
        "read_only": False,
        "listings": 40,
        "counts": counts,
        "mass": {},
        "doubt": None,
    }
    return StorePlan(**{**told, **values})


def shown(*rows: PlanRow, width: int = 80, several: bool = False) -> str:
    out = Console(width=width, markup=False, highlight=False, color_system=None)
    with out.capture() as taken:
        for part in row_tables(rows, width=width, several_stores=several, now=NOW):
            out.print(part)
    return taken.get()


def words(text: str) -> str:
    return " ".join(text.split())


def test_an_action_is_told_in_one_line_where_there_is_room() -> None:
    line = shown(row(), width=140).splitlines()[1]

    assert words(line) == (
        "revise price KIT-1003 45.49 -> 40.94 USD 2 h Price 45.49; -10 % 'Summer' = 40.94 Kettle"
    )


@pytest.mark.parametrize("width", [80, 100, 140])
def test_nothing_is_wider_than_the_terminal_and_no_seller_sku_is_cut(width: int) -> None:
    long = row(seller_sku="AMZ-BACKPACK-GREEN-45", why=("Price 45.49; " * 9,), hold=MOVE)
    text = shown(long, zero(), width=width)

    assert max(map(len, text.splitlines())) <= width
    assert "AMZ-BACKPACK-GREEN-45" in text


@pytest.mark.parametrize(
    ("action", "change"),
    [
        pytest.param(zero(), "set to 0 KIT-1003 7 -> 0", id="out of stock"),
        pytest.param(
            row(differences=(Difference("price", None, 4094),)),
            "revise price KIT-1003 not told -> 40.94 USD",
            id="a price that Amazon does not tell",
        ),
        pytest.param(
            row(currency="JPY", exponent=0, differences=(Difference("price", 4549, 4094),)),
            "4549 -> 4094 JPY",
            id="a currency without decimals",
        ),
        pytest.param(
            row(
                kind=Kind.REVISE_QUANTITY,
                rank=Rank.LESS,
                differences=(Difference("quantity", 7, 3),),
            ),
            "revise quantity KIT-1003 7 -> 3",
            id="less",
        ),
        pytest.param(
            row(
                kind=Kind.REVISE_OTHER,
                rank=Rank.OTHER,
                differences=(
                    Difference("handling_time", None, 2),
                    Difference("seller_notes", None, "x" * 200),
                ),
            ),
            "handling time not told -> 2; seller notes not told -> " + "x" * 59 + "…",
            id="handling time and notes",
        ),
        pytest.param(
            row(
                kind=Kind.RELIST,
                rank=Rank.RELIST,
                differences=(Difference("condition", "new_new", "used_like_new"), PRICED),
            ),
            "condition New -> Used, like new; price 45.49 -> 40.94 USD",
            id="made anew",
        ),
        pytest.param(
            row(
                kind=Kind.END,
                rank=Rank.END,
                differences=(Difference("listing", "on Amazon", None),),
            ),
            "end KIT-1003 on Amazon -> ended",
            id="ended",
        ),
        pytest.param(
            row(
                kind=Kind.PUBLISH,
                rank=Rank.PUBLISH,
                observed_at=None,
                differences=(
                    Difference("asin", None, "B0EXMP1003"),
                    Difference("price", None, 4094),
                    Difference("quantity", None, 7),
                    Difference("tax_code", None, "A_GEN_TAX"),
                ),
            ),
            "publish KIT-1003 ASIN B0EXMP1003, price 40.94 USD, quantity 7",
            id="new",
        ),
    ],
)
def test_what_becomes_what_is_told_as_people_say_it(action: PlanRow, change: str) -> None:
    assert change in words(shown(action, width=300))


def test_what_is_not_on_amazon_has_no_age() -> None:
    assert " h " not in shown(row(observed_at=None), width=300)


def test_what_is_held_back_for_itself_says_so_with_the_figures() -> None:
    text = words(shown(row(hold=MOVE), width=300))

    assert "revise price (held) KIT-1003" in text
    assert "Held back, the price would fall by 60%; the limit is 50%. Price 45.49;" in text


def test_what_is_held_back_with_all_of_its_kind_has_only_the_mark() -> None:
    text = shown(row(hold=MASS), width=300)

    assert "(held)" in text
    assert "38 of 40" not in text


def test_a_quantity_that_waits_for_its_held_price_says_so_in_its_row() -> None:
    waiting = row(kind=Kind.REVISE_QUANTITY, rank=Rank.QUANTITY, hold=MASS)

    assert is_held_alone(waiting)
    assert not is_held_alone(row(hold=MASS))
    assert "Held back, 38 of 40 listings (95%)" in shown(waiting, width=300)


def test_each_store_has_a_table_of_its_own_where_there_are_several() -> None:
    text = shown(zero(), row(), row(store="de"), several=True)

    assert [line for line in text.splitlines() if line.startswith("Store")] == [
        "Store us",
        "Store de",
    ]
    assert "Store" not in shown(zero(), row())


def test_a_long_plan_is_several_tables_with_every_row_once() -> None:
    text = shown(*(row(seller_sku=f"SKU-{number:04}") for number in range(1201)), width=300)

    assert text.count("Seller SKU") == 3
    assert [text.count(f"SKU-{number:04}") for number in (0, 500, 1200)] == [1, 1, 1]


def test_foreign_text_is_neither_markup_nor_escapes() -> None:
    text = shown(
        row(seller_sku="[red]\x1b[31m", title="\u202e[/]", why=("\x1b]0;x\x07",)), width=300
    )

    assert "[red]␛[31m" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


# -- the summary ----------------------------------------------------------------------------------------

ZERO = Count(Kind.REVISE_QUANTITY, Rank.ZERO, 2, 0)
LESS = Count(Kind.REVISE_QUANTITY, Rank.LESS, 5, 0)
MORE = Count(Kind.REVISE_QUANTITY, Rank.QUANTITY, 1000, 1)
PRICES = Count(Kind.REVISE_PRICE, Rank.PRICE, 0, 38)


def test_the_summary_counts_by_store_and_kind_free_and_held() -> None:
    lines = list(summary_lines([store(ZERO, LESS, PRICES, MORE)]))

    assert [words(line) for line in lines] == [
        "Store us: 1,046 actions, 39 of them held back; 40 listings kept as wanted",
        "set to 0 2",
        "revise quantity 1,006 (1 held back)",
        "revise price 38 (38 held back)",
    ]


def test_a_store_that_is_read_only_says_so() -> None:
    assert list(summary_lines([store(ZERO, read_only=True)]))[-1] == (
        "  Nothing is sent while read_only = true."
    )


@pytest.mark.parametrize(
    ("stores", "line"),
    [
        ([store(), store(name="de", listings=2)], "Nothing to do: all 42 listings are as wanted."),
        ([], "Nothing has been imported yet. Next: amzsync import-listings"),
    ],
)
def test_where_nothing_is_to_be_done_it_is_said(stores: Sequence[StorePlan], line: str) -> None:
    assert list(summary_lines(stores)) == [line]


def test_a_store_whose_prices_are_in_doubt_is_not_as_wanted() -> None:
    assert not any("as wanted." in line for line in summary_lines([store(doubt="No rate.")]))


def test_what_holds_back_is_told_with_its_figures_and_switch() -> None:
    us = store(PRICES, MORE, mass={Brake.MASS_REPRICE: MASS}, doubt="There is no rate.")

    assert list(held_lines([us], [row(hold=MOVE)])) == [
        "store us: There is no rate (--allow currency)",
        "store us: 38 of 40 listings (95%) would be repriced at once (--allow mass-reprice)",
        "KIT-1003 in store us: the price would fall by 60%; the limit is 50% (--allow price-move)",
    ]
    assert single_holds([us]) == 1


def test_how_many_more_are_held_back_is_told() -> None:
    lines = list(held_lines([store(PRICES)], [row(hold=MOVE)]))

    assert lines[1] == "37 more actions, each for what its row says (--limit 0 shows all)"


@pytest.mark.parametrize("brake", sorted(NEVER_ALLOWED))
def test_what_nothing_allows_names_no_switch(brake: Brake) -> None:
    assert allowing(brake) is None
    assert list(held_lines([], [row(hold=Hold(brake, "no"))])) == ["KIT-1003 in store us: no"]


# -- for programs ---------------------------------------------------------------------------------------


def test_an_action_has_its_fields_with_money_as_text_and_quantities_as_numbers() -> None:
    found = action_record(row(differences=(PRICED, Difference("quantity", None, 7)), hold=MOVE))

    assert tuple(found) == ACTION_FIELDS
    assert found["changes"] == [
        {"field": "price", "observed": "45.49", "wanted": "40.94"},
        {"field": "quantity", "observed": None, "wanted": 7},
    ]
    assert found["held"] == {
        "brake": "price-move",
        "reason": MOVE.words,
        "allow": "--allow price-move",
    }
    assert action_record(row())["held"] is None


def test_a_flat_action_has_a_column_for_every_side_of_every_field() -> None:
    fields = ("asin", "price", "quantity", "condition", "handling_time", "seller_notes")
    later = ("fulfillment", "list_price", "business_price", "business_tiers", "tax_code")
    told = tuple(Difference(name, None, 1) for name in (*fields, *later))
    found = flat_record(row(differences=told, kind=Kind.PUBLISH, hold=MOVE))

    assert {name for name in found if name.startswith("wanted_")} <= set(CSV_FIELDS)
    assert (found["wanted_price"], found["wanted_quantity"]) == ("0.01", 1)
    assert (found["held"], found["allow"]) == ("price-move", "--allow price-move")


def test_the_head_has_the_figures_of_each_store() -> None:
    us = store(ZERO, PRICES, mass={Brake.MASS_REPRICE: MASS}, doubt="No rate.", read_only=True)
    head = head_record(PlanAnswer(7, NOW, (us,), iter(())))

    assert head == {
        "serial": 7,
        "made_at": NOW,
        "stores": [
            {
                "name": "us",
                "read_only": True,
                "listings": 40,
                "free": 2,
                "held": 38,
                "counts": [
                    {"action": "revise-quantity", "what": "set to 0", "free": 2, "held": 0},
                    {"action": "revise-price", "what": "revise price", "free": 0, "held": 38},
                ],
                "held_back": [
                    {"brake": "currency", "reason": "No rate", "allow": "--allow currency"},
                    {
                        "brake": "mass-reprice",
                        "reason": MASS.words,
                        "allow": "--allow mass-reprice",
                    },
                ],
            }
        ],
    }
    assert [one["store"] for one in count_records([us])] == ["us", "us"]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Judged(2, False, False, 12, 12), "it is not as it was written"),
        (Judged(2, True, True, 12, 14), "the state has moved since: plan serial 12, state 14"),
        (Judged(1, True, False, 12, 12), "1 action, serial 12; whole"),
    ],
    ids=["tampered", "stale", "fine"],
)
def test_what_became_of_a_plan_is_told_in_words(found: Judged, said: str) -> None:
    assert said in check_words(found)
