"""The section of ``show`` that sets what is on Amazon beside what is wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amzsync.core.plan import Kind
from amzsync.render.text import local
from amzsync.render.wanted import wanted_lines, wanted_record
from amzsync.results.details import ToDo, WantedDetail
from tests.render.test_records import ROW

NOW = "2026-11-23T12:00:00Z"
SEEN_AT = "2026-11-23T09:00:00Z"
ROW_ = ROW._replace(seller_sku="KIT-1", price_minor=4549, quantity=5)
CHANGE: tuple[dict[str, str | None], ...] = (
    {"field": "price", "seen": "45.49", "wanted": "40.94"},
)
WANTED = WantedDetail(
    currency="USD", observed_at=SEEN_AT, price="40.94", quantity=0,
    price_steps="Price 45.49; -10 % 'Summer' = 40.94", quantity_steps="None left = 0",
    actions=(ToDo(Kind.REVISE_PRICE, CHANGE, None),),
)  # fmt: skip


def facts(one: WantedDetail, *, listed: bool = True) -> dict[str, list[str]]:
    """Return the cells of each line by its label."""
    row = ROW_ if listed else ROW_._replace(seller_sku=None, sku="KIT-1")
    lines = list(wanted_lines(one, row, now=NOW))[1:]
    return {
        line[2:20].strip(): [cell.strip() for cell in line[20:].split("  ") if cell]
        for line in lines
    }


def test_amazon_wanted_and_why_stand_beside_each_other_with_the_age_of_what_is_known() -> None:
    assert list(wanted_lines(WANTED, ROW_, now=NOW)) == [
        "Amazon and wanted: KIT-1 in store us",
        f"  Amazon as of      {local(SEEN_AT)} (3 h ago)",
        "                    On Amazon       Wanted          Why",
        "  Price             45.49 USD       40.94 USD       Price 45.49; -10 % 'Summer' = 40.94",
        "  Quantity          5               0               None left = 0",
        "  Handling time     not known       as it is",
        "  Condition         New             as it is",
        "  Seller notes      not known       as it is",
        "  To do             revise price",
    ]


def test_what_is_overridden_says_so_and_what_was_says_what_follows() -> None:
    one = replace(
        WANTED, handling_time=1, condition="used_good", overridden={"handling_time": False, "condition": True}
    )  # fmt: skip
    found = facts(one)

    ended = "its override has ended: the default is to be sent"
    assert found["Handling time"] == ["not known", "1 day", ended]
    assert found["Condition"] == ["New", "Used, good", "overridden by you"]


def test_what_is_not_on_amazon_has_no_side_of_amazon() -> None:
    found = facts(replace(WANTED, observed_at=None, handling_time=2, actions=()), listed=False)

    assert found["Handling time"] == ["2 days", "from the settings"]
    assert found["Seller notes"] == ["none"]
    assert found["To do"] == ["nothing"]
    assert "Amazon as of" not in found


def test_what_holds_an_action_back_is_told_in_words() -> None:
    held = replace(WANTED.actions[0], held="the price would fall by 60%; the limit is 50%")
    found = facts(replace(WANTED, actions=(held,)))

    assert found["Held back"] == ["revise price: the price would fall by 60%; the limit is 50%"]
    assert "To do" not in found


def test_what_was_sent_is_waited_for() -> None:
    found = facts(replace(WANTED, in_process=True, actions=()))

    assert found["In process"][0].startswith("Amazon has not answered")
    assert "To do" not in found


def test_why_no_price_can_be_told_stands_where_the_steps_would() -> None:
    found = facts(replace(WANTED, price=None, price_steps="", doubt="there is no rate"))

    assert found["Price"] == [
        "45.49 USD",
        "as it is",
        "there is no rate",
    ]


def test_what_no_import_has_read_is_named_with_the_command_that_reads_it() -> None:
    lines = list(wanted_lines(WantedDetail(unread=("color", "size")), ROW_, now=NOW))

    assert len(lines) == 2
    assert "(color, size); amzsync import-listings reads them" in lines[1]


def test_where_there_is_no_product_to_go_by_there_is_no_section() -> None:
    assert list(wanted_lines(None, ROW_, now=NOW)) == []
    assert wanted_record(None) is None


@pytest.mark.parametrize("name", ["\x1b[31mred", "KIT\n-1"])
def test_a_name_cannot_steer_the_terminal(name: str) -> None:
    row = ROW_._replace(seller_sku=name)

    assert all(line.isprintable() for line in wanted_lines(WANTED, row, now=NOW))


def test_the_record_has_the_fields_of_the_contract() -> None:
    assert wanted_record(WANTED) == {
        "price": "40.94", "quantity": 0, "handling_time": None, "condition": None, "seller_notes": None,
        "price_steps": "Price 45.49; -10 % 'Summer' = 40.94", "quantity_steps": "None left = 0",
        "barred": None, "doubt": None, "observed_at": SEEN_AT, "in_process": False, "unread": [],
        "actions": [{"action": "revise-price", "changes": list(CHANGE), "held": None}],
    }  # fmt: skip
