"""Cells of what is on Amazon beside what is wanted, and the tables that they stand in."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from amzsync.core.plan import Kind
from amzsync.core.tabs import Tab
from amzsync.render import words
from amzsync.render.side_by_side import override, to_do
from amzsync.render.status import row_table
from amzsync.store.browse import Shown
from tests.render.test_records import ROW

LISTING = ROW._replace(seller_sku="KIT-1", tab="active", price_minor=4549, quantity=5)
PRODUCT = LISTING._replace(
    seller_sku=None, sku="KIT-9", tab="ready-to-list", price_minor=None, quantity=None
)
WANTED: dict[str, Any] = {
    "wanted_price_minor": 4094,
    "wanted_quantity": 3,
    "actions": "revise-price",
}


def cells(
    row: Shown,
    tab: Tab | None = None,
    *names: str,
    width: int = 400,
    ascii_only: bool = False,
    overridden: bool = False,
) -> dict[str, str]:
    """Return the cells of a table of one row by the titles of their columns."""
    shown = row_table(
        [row], tab, names, width=width, ascii_only=ascii_only, several_stores=False, overridden=overridden
    )  # fmt: skip
    return {
        str(column.header): "".join(getattr(cell, "plain", str(cell)) for cell in column.cells)
        for column in shown.columns
    }


@pytest.mark.parametrize(
    ("row", "price", "quantity"),
    [
        pytest.param(LISTING, "45.49 USD", "5", id="never planned"),
        pytest.param(
            LISTING._replace(wanted_price_minor=4549, wanted_quantity=5), "45.49 USD", "5", id="as wanted"
        ),
        pytest.param(LISTING._replace(**WANTED), "45.49 → 40.94 USD", "5 → 3", id="not as wanted"),
        pytest.param(
            LISTING._replace(quantity=0, wanted_quantity=3), "45.49 USD", "0 → 3", id="nought is a number"
        ),
        pytest.param(
            LISTING._replace(wanted_quantity=0), "45.49 USD", "5 → 0", id="so is a wanted nought"
        ),
        pytest.param(
            LISTING._replace(**WANTED, price_minor=None), "? → 40.94 USD", "5 → 3", id="Amazon does not tell"
        ),
        pytest.param(
            PRODUCT._replace(**WANTED), "→ 40.94 USD", "→ 3", id="not on Amazon yet"
        ),
        pytest.param(
            LISTING._replace(**WANTED, tab="ended"), "45.49 USD", "5", id="ended ones are left alone"
        ),
        pytest.param(
            LISTING._replace(**WANTED, exponent=0, currency="JPY"), "4549 → 4094 JPY", "5 → 3", id="yen"
        ),
    ],
)  # fmt: skip
def test_price_and_quantity_stand_side_by_side_where_they_differ(
    row: Shown, price: str, quantity: str
) -> None:
    found = cells(row)

    assert (found["Price"], found["Qty"]) == (price, quantity)


def test_an_arrow_is_drawn_with_what_the_terminal_has() -> None:
    assert cells(LISTING._replace(**WANTED), ascii_only=True)["Price"] == "45.49 -> 40.94 USD"


def test_columns_that_were_asked_for_have_what_their_names_say() -> None:
    row = LISTING._replace(**WANTED)

    assert cells(row, None, "price", "wanted_price") == {
        "Price": "45.49 USD",
        "Wanted price": "40.94 USD",
    }


@pytest.mark.parametrize("tab", [Tab.ACTIVE, Tab.INACTIVE, Tab.INELIGIBLE, Tab.READY_TO_LIST, None])
def test_a_table_in_which_nothing_was_planned_has_no_columns_for_it(tab: Tab | None) -> None:
    assert not {"To do", "Wanted price", "Wanted qty"} & cells(LISTING, tab).keys()
    assert "To do" in cells(LISTING._replace(**WANTED), tab)


def test_what_is_ready_to_list_shows_what_it_would_be_listed_at() -> None:
    found = cells(PRODUCT._replace(**WANTED), Tab.READY_TO_LIST)

    assert (found["Commerce price"], found["Wanted price"]) == ("20.50", "40.94 USD")
    assert found["Wanted qty"] == "3"


@pytest.mark.parametrize("tab", [Tab.ACTIVE, Tab.INACTIVE, Tab.INELIGIBLE, Tab.READY_TO_LIST, None])
def test_a_table_of_what_is_to_be_done_fits_eighty_columns(tab: Tab | None) -> None:
    row = LISTING._replace(**WANTED, sku="KIT-1", title="A very long title of a listing" * 3)
    console = Console(width=80, record=True, file=io.StringIO())
    shown = row_table([row], tab, (), width=80, ascii_only=False, several_stores=True)
    console.print(shown)

    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= 80
    assert "40.94 USD" in lines[1]


@pytest.mark.parametrize(
    ("actions", "sent", "text"),
    [
        (None, None, ""),
        ("", None, ""),
        ("revise-quantity,revise-price!", None, "quantity, price (held)"),
        ("", "revise-price,revise-other", "price (sent), other (sent)"),
        ("publish", None, "publish"),
    ],
)
def test_what_is_to_be_done_is_told_in_few_words(
    actions: str | None, sent: str | None, text: str
) -> None:
    assert to_do(LISTING._replace(actions=actions, sent=sent)) == text


def test_every_kind_of_action_has_a_word() -> None:
    assert [words.to_do(kind) for kind in Kind] == [
        "publish", "price", "quantity", "other", "relist", "end", "alias",
    ]  # fmt: skip


def test_overrides_are_shown_as_in_the_overrides_tab_of_the_sales_channel() -> None:
    said = {
        "condition": "used_like_new",
        "handling_time": "1",
        "price": "9.00",
        "seller_notes": "N.",
    }
    row = LISTING._replace(overrides=json.dumps(said))
    found = cells(row, overridden=True)

    assert [found[f"{one} override"] for one in ("Condition", "Notes", "Handling", "Price")] == [
        "Used, like new",
        "N.",
        "1 day",
        "9.00 USD",
    ]
    assert override("price_override", LISTING) == ""
