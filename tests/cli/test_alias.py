"""Tests of ``amzsync alias ...`` and ``amzsync asin``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commandline import Program
from tests.factories import example_shop


def test_an_alias_is_added_listed_and_taken_back(example: Program) -> None:
    added = example.run("alias", "add", "KIT-1001", "KIT-1001-US", "--store", "us").fine()
    rows = example.run("alias", "list", "-o", "json").fine().json()
    lines = example.run("alias", "list").fine().out
    gone = example.run("alias", "remove", "KIT-1001-US").fine()

    assert added.err == (
        "KIT-1001-US is listed beside KIT-1001 in store us, under ASIN B0EXMP1001.\n"
    )
    assert rows == [
        {
            "store": "us", "seller_sku": "KIT-1001-US", "of_sku": "KIT-1001", "sku": "KIT-1001",
            "asin": "B0EXMP1001", "remove_existing": False, "listed": False,
        }
    ]  # fmt: skip
    assert lines.startswith("us  KIT-1001-US  alias of KIT-1001 (product KIT-1001")
    assert gone.err == "KIT-1001-US is no alias of KIT-1001 in store us any more.\n"
    assert example.run("alias", "list").fine().err == "There are no aliases.\n"


def test_an_alias_may_take_the_place_of_its_listing_under_another_asin(example: Program) -> None:
    words = ("alias", "add", "KIT-1001", "NEW-1", "--asin", "B0EXMX0102", "--remove-existing")
    done = example.run(*words).fine()

    said, remark = done.err.splitlines()
    assert said == "NEW-1 takes the place of KIT-1001 in store us, under ASIN B0EXMX0102."
    assert remark.startswith("B0EXMX0102 is not validated: store us reads files")


def test_a_limit_cuts_the_list_and_says_so(example: Program) -> None:
    for number in range(3):
        example.run("alias", "add", "KIT-1001", f"NEW-{number}").fine()

    done = example.run("alias", "list", "-n", "2").fine()
    assert (len(done.out.splitlines()), done.err) == (2, "2 of 3 aliases; --limit 0 shows all.\n")


def test_an_asin_is_edited_and_that_is_taken_back(example: Program) -> None:
    edited = example.run("asin", "KIT-1001", "b0exmx0102").fine().err
    history = example.run("changes", "--sku", "KIT-1001").fine().out
    undone = example.run("asin", "KIT-1001", "--undo").fine().err

    assert edited.startswith(
        "KIT-1001 in store us is to have ASIN B0EXMX0102 instead of B0EXMP1001."
    )
    assert "new_asin nothing -> B0EXMX0102" in history
    assert undone == "KIT-1001 in store us keeps its ASIN B0EXMP1001.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("asin", "KIT-1001"), "Which ASIN is it to have?"),
        (("asin", "KIT-1001", "B0EXMX0102", "--undo"), "Which ASIN is it to have?"),
        (("asin", "KIT-1001", "--undo"), "is not to have another ASIN"),
        (("asin", "KIT-1001", "B0EXMP1001"), "has the ASIN B0EXMP1001 already"),
        (("asin", "KIT-1003", "B0EXMX0102"), "several stores: us, de"),
        (("alias", "add", "KIT-1003", "N"), "several stores: us, de"),
        (("alias", "add", "KIT-1001", "KIT-1002"), "the name of a product of Commerce already"),
        (("alias", "add", "MUG-MYSTERY", "N"), "has no product"),
        (("alias", "add", "KIT-1001", "N", "--asin", "X"), "X is no ASIN"),
        (("alias", "remove", "N"), "There is no alias N."),
    ],
)
def test_what_cannot_be_is_refused(example: Program, words: tuple[str, ...], said: str) -> None:
    assert said in example.run(*words).refused(2)


@pytest.mark.parametrize(
    "words",
    [("alias", "add", "A", "A-2"), ("alias", "remove", "A-2"), ("asin", "A", "B000000000")],
    ids=" ".join,
)
def test_where_nothing_was_imported_no_state_is_made(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    shop = Program(example_shop(tmp_path).folder)
    done = shop.run(*words)
    assert done.code == 74
    assert "Run amzsync import-listings first." in done.err
    assert not (shop.folder / "amzsync.db").exists()
