"""Mistakes in sending, planted one by one: a story is found in which each does harm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from amzsync.core import sending
from amzsync.core.sending import Progress
from amzsync.store import outbox
from amzsync.workflows import planner
from tests.crashes import mistakes
from tests.workflows.test_sync_story import CALM, Story

HUNT = settings(
    CALM,
    max_examples=100,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
)


def accepted_is_done(patch: pytest.MonkeyPatch) -> None:
    """What Amazon has accepted counts as confirmed."""

    def accept(db: Any, ids: Iterable[int], at: str, due_at: str | None, **told: Any) -> None:
        outbox.settle(db, ids, Progress.CONFIRMED, at)

    patch.setattr(outbox, "accept", accept)


def what_is_under_way_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The plan is made from what Amazon shows alone, and not from what it has accepted since."""
    patch.setattr(planner, "overlaid", lambda seen, sent: seen)


def an_old_report_is_believed(patch: pytest.MonkeyPatch) -> None:
    """What a report says counts from the moment it is made, though Amazon makes it out of what it knew hours ago."""
    patch.setattr(sending, "REPORTS_LAG", 0.0)


class Mistake(NamedTuple):
    """A mistake, what is found in the stories that have it, and what happens in these."""

    plant: Callable[[pytest.MonkeyPatch], None]
    found: str  # a regular expression
    rules: tuple[str, ...]  # of Story
    rare: bool = False  # it takes minutes to find


CHANGES = ("sync", "price_changes", "stock_changes", "a_while_later")
SLOWLY = (*CHANGES, "amazon_takes_its_time")
MISTAKES = {
    "send before journal": Mistake(mistakes.send_before_journal, "sent twice|does not come to rest", (*SLOWLY, "dies"), rare=True),
    "guard off": Mistake(
        mistakes.guard_off, "harm", ("sync", "amazon_ships_it_while_the_user_thinks")
    ),
    "stock as delta": Mistake(
        mistakes.stock_as_delta, r"oversold|sent twice|to be sent|does not come to rest|has \d+, not \d+", CHANGES
    ),
    "sent again blindly": Mistake(
        mistakes.sent_again_blindly, "sent twice", (*SLOWLY, "sending_goes_wrong"), rare=True
    ),
    "accepted is done": Mistake(
        accepted_is_done, "never shown", (*SLOWLY, "amazon_refuses", "amazon_relents")
    ),
    "what is under way is forgotten": Mistake(
        what_is_under_way_is_forgotten, "sent twice", SLOWLY
    ),
    "an old report is believed": Mistake(
        an_old_report_is_believed, "sent twice|does not come to rest",
        (*CHANGES, "reports_are_old", "somebody_asks_for_a_report"), rare=True,
    ),
}  # fmt: skip


def stories_of(rules: Iterable[str]) -> type[Story]:
    """Return the machine in which nothing but *rules* happens: what they lead to is found sooner."""
    others = {
        name: None
        for name, rule in vars(Story).items()
        if hasattr(rule, "hypothesis_stateful_rule") and name not in set(rules)
    }
    return type("Story", (Story,), others)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_planted_mistake_is_found(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    if mistake.rare and not os.environ.get("AMZSYNC_ALL"):
        pytest.skip("it takes minutes to find: set AMZSYNC_ALL=1")
    mistake.plant(monkeypatch)

    with pytest.raises(AssertionError, match=mistake.found):
        run_state_machine_as_test(stories_of(mistake.rules), settings=HUNT)
