"""Mistakes in sending, planted one by one: a story is found in which each does harm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from amzsync.clock import seconds_of, text_of
from amzsync.core.plan import Seen
from amzsync.core.sending import Observed, Progress
from amzsync.store import outbox, targets
from amzsync.workflows import planner
from tests.crashes import mistakes
from tests.workflows.test_sync_story import CALM, Story

HUNT = settings(CALM, max_examples=300, derandomize=True, database=None, phases=[Phase.generate])


def accepted_is_done(patch: pytest.MonkeyPatch) -> None:
    """What Amazon has accepted counts as confirmed."""

    def accept(db: Any, ids: Iterable[int], at: str, due_at: str | None, **told: Any) -> None:
        outbox.settle(db, ids, Progress.CONFIRMED, at)

    patch.setattr(outbox, "accept", accept)


def what_is_under_way_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The plan is made from what Amazon shows alone, and not from what it has accepted since."""
    patch.setattr(planner, "overlaid", lambda seen, sent: seen)


def an_old_report_is_believed(patch: pytest.MonkeyPatch) -> None:
    """What is known of a listing counts as what Amazon has just answered, even if it is out of an old report."""

    def answered(db: Any, store_id: int, skus: Sequence[str]) -> dict[str, Observed]:
        found = {}
        for sku in skus:
            for price, quantity, moment in db.execute(
                "SELECT price_minor, quantity, (SELECT max(started_at) FROM runs) FROM listings "
                "WHERE store_id = ? AND seller_sku = ?",
                (store_id, sku),
            ):
                at = text_of(seconds_of(moment) + 86_400.0)
                found[sku] = Observed(at, True, Seen(price, quantity))
        return found

    def all_open(db: Any, store_id: int) -> list[str]:
        open_ = "SELECT DISTINCT seller_sku FROM outbox WHERE progress IN ('sent', 'accepted')"
        return [row[0] for row in db.execute(open_)]

    patch.setattr(targets, "answered", answered)
    patch.setattr(targets, "answered_since", all_open)


MISTAKES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    **mistakes.MISTAKES,
    "accepted is done": accepted_is_done,
    "what is under way is forgotten": what_is_under_way_is_forgotten,
    "an old report is believed": an_old_report_is_believed,
}


@pytest.mark.skipif(
    not os.environ.get("AMZSYNC_ALL"), reason="it takes minutes to find them: set AMZSYNC_ALL=1"
)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_found(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MISTAKES[mistake](monkeypatch)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Story, settings=HUNT)
