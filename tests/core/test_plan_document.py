"""Tests of the document of a plan: one line an action, and a checksum that nothing gets past."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.plan_document import Document, NoPlanError, Verified, actions, is_begun, verify

HEAD = {"serial": 7, "made_at": "2026-11-23T12:00:00Z", "stores": [{"name": "us"}]}
ACTIONS = [
    {"seller_sku": "KIT-1", "changes": [{"field": "quantity", "observed": 7, "wanted": 0}]},
    {"seller_sku": "KIT-2", "changes": [{"field": "price", "observed": None, "wanted": "9.90"}]},
]
values = st.none() | st.booleans() | st.integers() | st.text()
records = st.dictionaries(st.text(), values | st.lists(values), max_size=4)


def written(actions: list[dict[str, Any]] = ACTIONS, **head: object) -> list[str]:
    return [f"{line}\n" for line in Document({**HEAD, **head}).lines(actions)]


def checksum(**head: object) -> str:
    return str(json.loads("".join(written(ACTIONS, **head)))["checksum"])


def test_it_is_one_json_document_with_its_mark_first() -> None:
    found = json.loads("".join(written()))

    assert list(found) == ["amzsync_plan", "serial", "made_at", "stores", "actions", "checksum"]
    assert (found["amzsync_plan"], found["serial"], found["actions"]) == (1, 7, ACTIONS)
    assert found["checksum"].startswith("sha256:")


def test_it_is_a_line_for_the_head_each_action_and_the_checksum() -> None:
    document = Document(HEAD)

    assert len(list(document.lines(ACTIONS))) == 4
    assert (document.actions, len(document.checksum)) == (2, len("sha256:") + 64)


def test_without_any_action_it_is_whole_too() -> None:
    lines = written([])

    assert json.loads("".join(lines))["actions"] == []
    assert verify(lines) == Verified(7, 0, intact=True)


def test_when_it_was_made_does_not_count() -> None:
    assert checksum() == checksum(made_at="2026-11-24T12:00:00Z")
    assert checksum() != checksum(serial=8)
    assert checksum() != checksum(stores=[])


def test_one_that_was_cut_short_says_so_by_having_no_checksum() -> None:
    lines = list(Document(HEAD).lines(ACTIONS, is_whole=lambda: False))

    assert json.loads("".join(lines))["checksum"] is None
    assert verify(lines) == Verified(7, 2, intact=False)


@given(st.lists(records, max_size=5))
def test_what_was_written_is_whole(actions: list[dict[str, Any]]) -> None:
    assert verify(written(actions)) == Verified(7, len(actions), intact=True)


@given(st.lists(records, max_size=5))
def test_no_text_steers_a_terminal_and_all_of_it_comes_back(actions: list[dict[str, Any]]) -> None:
    lines = [line.removesuffix("\n") for line in written(actions)]

    assert all(line.isprintable() for line in lines)
    assert json.loads("\n".join(lines).encode())["actions"] == actions


@pytest.mark.parametrize("indent", [None, 2], ids=["one line", "indented"])
def test_one_that_was_laid_out_anew_is_still_whole(indent: int | None) -> None:
    text = json.dumps(json.loads("".join(written())), indent=indent, ensure_ascii=False)

    assert verify(text.splitlines(keepends=True)) == Verified(7, 2, intact=True)
    assert verify([text.replace("9.90", "9.91")]) == Verified(7, 2, intact=False)


@given(st.lists(records, min_size=2, max_size=5, unique_by=repr), st.randoms())
def test_actions_that_are_missing_or_in_another_order_are_found_out(
    actions: list[dict[str, Any]], chance: Any
) -> None:
    head, *rows, end = written(actions)
    lost = [head, *rows[:-1], end]
    turned = [head, *(row.removeprefix(",") for row in reversed(rows)), end]

    assert not verify(lost).intact
    assert not verify(turned).intact


def _swapped(lines: list[str]) -> list[str]:
    return [line.replace('"9.90"', '"9.09"') for line in lines]


def _renumbered(lines: list[str]) -> list[str]:
    return [line.replace('"serial": 7', '"serial": 8') for line in lines]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_swapped, id="a price"),
        pytest.param(_renumbered, id="the serial"),
        pytest.param(lambda lines: lines[:-1], id="cut off before the checksum"),
        pytest.param(lambda lines: [*lines[:-1], lines[-1][:20]], id="cut off within the checksum"),
        pytest.param(lambda lines: [lines[0], lines[1][:30]], id="cut off within an action"),
        pytest.param(lambda lines: lines[:1], id="cut off after the head"),
        pytest.param(lambda lines: [*lines, "{}\n"], id="something behind it"),
        pytest.param(lambda lines: [lines[0], '"text"\n', lines[-1]], id="no action"),
        pytest.param(lambda lines: [*lines[:-1], "]\n"], id="no checksum"),
        pytest.param(lambda lines: [*lines[:-1], '], "checksum": 5}\n'], id="a number for one"),
        pytest.param(lambda lines: [lines[0], "[" * 100_000 + "\n"], id="a deep hole"),
    ],
)
def test_what_was_changed_is_not_whole(change: Callable[[list[str]], list[str]]) -> None:
    assert not verify(change(written())).intact


@pytest.mark.parametrize(
    "text",
    ["", "\n", "{}", "[]", '{"serial": 7}', "a,b\n1,2", '{"amzsync_plan": 2, "actions": [\n]}', "{",
     '{"amzsync_plan": true, "actions": [], "checksum": ""}', "12"],
)  # fmt: skip
def test_what_is_no_plan_is_told_apart(text: str) -> None:
    with pytest.raises(NoPlanError):
        verify(text.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        (written()[0][:40], True),
        ('{\n  "amzsync_plan" : 1,', True),
        ('{"name": "amzsync_plan"', False),
        ("[state]\npath = 1", False),
        ("", False),
    ],
)
def test_a_plan_is_known_by_its_beginning(text: str, begun: bool) -> None:
    assert is_begun(text) is begun


def test_lines_are_taken_one_by_one() -> None:
    taken = []

    def actions() -> Any:
        for number in range(3):
            taken.append(number)
            yield {"n": number}

    lines = Document(HEAD).lines(actions())
    next(lines)
    next(lines)
    assert taken == [0]


# -- its actions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [None, 2], ids=["one line", "indented"])
def test_the_actions_are_read_however_it_is_laid_out(indent: int | None) -> None:
    text = json.dumps(json.loads("".join(written())), indent=indent)
    assert actions(text) == ACTIONS
    assert actions("".join(written([]))) == []


@given(st.lists(records, max_size=5))
def test_the_actions_come_back_as_they_were(told: list[dict[str, Any]]) -> None:
    assert actions("".join(written(told))) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON, or cut off"),
        ("[]", "it is no plan"),
        ('{"actions": []}', "it is no plan"),
        ('{"amzsync_plan": 2, "actions": []}', "another amzsync"),
        ('{"amzsync_plan": true, "actions": []}', "another amzsync"),
        ('{"amzsync_plan": 1}', "it has no actions"),
        ('{"amzsync_plan": 1, "actions": {}}', "it has no actions"),
        ('{"amzsync_plan": 1, "actions": [1]}', "it has no actions"),
        ("[" * 100_000, "no JSON, or cut off"),
    ],
)
def test_what_has_no_actions_is_told(text: str, said: str) -> None:
    with pytest.raises(NoPlanError, match=said):
        actions(text)
