"""Tests of ``amzsync override ...``: make, take back, list; what is asked and what is refused."""

from __future__ import annotations

import pytest

from amzsync.cli import times
from tests.commandline import Program

SET = ("override", "set")
# In both stores of the example, but no region is both: KIT-1003.  Eight listings of us are ineligible.


def overrides(program: Program) -> list[dict[str, object]]:
    found = program.run("override", "list", "-o", "json").fine().json()
    assert isinstance(found, list)
    return found


def test_a_listing_that_is_named_is_overridden_without_asking(example: Program) -> None:
    done = example.run(*SET, "KIT-1001", "--price", "19.99", "--until", "2030-12-24").fine()

    (one,) = overrides(example)
    until = times.moment("2030-12-24")
    assert done.out.startswith("us  KIT-1001  price: (none) -> 19.99 until 2030-12-2")
    assert (one["store"], one["price"], one["currency"]) == ("us", "19.99", "USD")
    assert (one["expires"], one["expired"], one["handling_time"]) == ({"price": until}, [], None)


def test_it_stands_in_status_and_show_until_it_is_taken_back(example: Program) -> None:
    words = ("--price", "55", "--handling-time", "1", "--condition", "Used; Like New")
    example.run(*SET, "KIT-1001", *words, "--notes", "=1+1").fine()
    (row,) = example.run("status", "--overrides", "-o", "json").fine().json()
    shown = example.run("show", "KIT-1001").fine().out
    (kept,) = example.run("override", "list", "-o", "csv").fine().csv()

    assert row["seller_sku"] == "KIT-1001"
    assert "handling_time 1" in shown
    assert (kept["condition"], kept["seller_notes"]) == ("used_like_new", "'=1+1")

    example.run("override", "remove", "KIT-1001").fine()
    assert example.run("override", "list").fine().err == "There are no overrides.\n"
    assert example.run("status", "--overrides", "-o", "json").fine().json() == []
    assert "Override " not in example.run("show", "KIT-1001").fine().out
    assert "Overrides" not in example.run("status").fine().out


def test_a_change_is_told_in_json(example: Program) -> None:
    (one,) = example.run(*SET, "KIT-1001", "--price", "20", "-o", "json").fine().json()

    assert one == {
        "store": "us", "seller_sku": "KIT-1001", "field": "price", "old": None, "new": "20.00",
        "old_expires_at": None, "expires_at": None, "regional": False,
    }  # fmt: skip


def test_the_same_again_says_that_nothing_is_to_be_changed(example: Program) -> None:
    example.run(*SET, "KIT-1001", "--price", "20").fine()

    assert (
        example.run(*SET, "KIT-1001", "--price", "20").fine().err == "Nothing is to be changed.\n"
    )


def test_only_what_is_named_is_taken_back(example: Program) -> None:
    example.run(*SET, "KIT-1001", "--price", "20", "--notes", "Fine").fine()
    done = example.run("override", "remove", "KIT-1001", "--price").fine()

    assert done.out == "us  KIT-1001  price: 20.00 -> (none)\n"
    assert overrides(example)[0]["seller_notes"] == "Fine"


def test_the_table_names_the_store_where_there_are_several(example: Program) -> None:
    example.run(*SET, "KIT-1003", "-s", "de", "--price", "20").fine()
    heading, row = example.run("override", "list").fine().out.splitlines()

    assert heading.split()[:3] == ["Store", "Seller", "SKU"]
    assert row.split()[:2] == ["de", "KIT-1003"]
    assert "20.00 EUR" in row
    assert example.run("override", "list", "-s", "us").fine().out == ""


def test_a_limit_cuts_the_list_and_says_so(example: Program) -> None:
    example.run(*SET, "--tab", "ineligible", "-s", "us", "--notes", "Fine", "--yes").fine()

    assert example.run("override", "list", "-n", "2").fine().err == (
        "2 of 8 listings; --limit 0 shows all.\n"
    )


# -- filters -----------------------------------------------------------------------------------------------


def test_a_filter_with_nobody_to_ask_needs_yes(example: Program) -> None:
    words = (*SET, "--tab", "ineligible", "-s", "us", "--price", "20")

    assert "A filter selects 8 listings" in example.run(*words).refused(2)
    assert overrides(example) == []
    assert len(example.run(*words, "--yes").fine().out.splitlines()) == 8
    assert len(overrides(example)) == 8


def test_on_a_terminal_it_is_shown_and_asked(example: Program) -> None:
    words = (*SET, "--tab", "ineligible", "-s", "us", "--price", "20")
    refused = example.terminal(*words, answers=["n\n"], width=200).fine()
    assert "8 listings of 8 would change:" in refused.out
    assert "us  SET-7001  price: (none) -> 20.00" in refused.out
    assert (refused.out.endswith("Nothing was changed.\n"), overrides(example)) == (True, [])

    example.terminal(*words, answers=["y\n"], width=200).fine()
    assert len(overrides(example)) == 8


def test_on_a_terminal_several_that_are_named_are_asked_about_and_one_is_not(
    example: Program,
) -> None:
    example.terminal(*SET, "KIT-1001", "--price", "20").fine()
    done = example.terminal(*SET, "KIT-1001", "KIT-1001-FBA", "--price", "21", answers=["n\n"])

    assert "2 listings of 2 would change:" in done.fine().out
    assert [one["price"] for one in overrides(example)] == ["20.00"]


def test_what_a_filter_selects_and_nobody_manages_is_left_out(example: Program) -> None:
    words = ("--search", "MUG", "-s", "us", "--price", "20", "--yes")
    done = example.run(*SET, *words).fine()

    assert "Left out: 1 listing; each has no product" in done.err
    assert "MUG-MYSTERY" not in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("set", "KIT-1001"), "What is to be overridden?", id="nothing"),
        pytest.param(("set", "--price", "1"), "Which listings?", id="nobody"),
        pytest.param(
            ("set", "NOSUCH", "--price", "1"), "There is no listing NOSUCH.", id="unknown"
        ),
        pytest.param(("set", "KIT-1003", "--price", "1"), "several stores: us, de", id="two"),
        pytest.param(("set", "KIT-1001", "--price", "1,5"), "1,5 is no price", id="a comma"),
        pytest.param(("set", "--tab", "all", "--price", "1", "--yes"), "too many", id="all"),
        pytest.param(
            ("set", "KIT-1001", "--tab", "active", "--price", "1"), "two ways", id="both ways"
        ),
        pytest.param(
            ("set", "KIT-1001", "--price", "1", "--until", "2020-01-01"), "is over", id="past"
        ),
        pytest.param(
            ("set", "KIT-1001", "--price", "1", "--until", "soon"), "is no time", id="no time"
        ),
        pytest.param(
            ("set", "KIT-1001", "--price", "1", "--until", "99999999d"), "too far", id="too far"
        ),
        pytest.param(("remove", "KIT-1001"), "has no override", id="nothing to take back"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    example: Program, words: tuple[str, ...], said: str
) -> None:
    assert said in example.run("override", *words).refused(2)
    assert overrides(example) == []
