"""What is sent in feeds, and whatever becomes of these."""

from __future__ import annotations

from typing import Any

import pytest

from amzsync.core.sending import Progress
from amzsync.errors import RemoteRefused
from amzsync.results.push import complaint
from tests.crashes.scenarios import FEED, WANTED
from tests.live import DAY, MINUTE, LiveShop
from tests.pushing import (
    as_wanted,
    has,
    is_well,
    open_rows,
    result_of,
    rows_of,
    sent,
    writes,
)
from tests.simulators import faults, feed_faults
from tests.simulators.faults import Case, Fault

# -- feeds ---------------------------------------------------------------------------------------------


@pytest.fixture
def feeding(unsent: LiveShop, monkeypatch: pytest.MonkeyPatch) -> LiveShop:
    """A shop that makes a feed of a handful of changes."""
    for name, value in FEED.items():
        monkeypatch.setattr(name, value)
    return unsent


def fed(shop: LiveShop) -> set[str]:
    """Return the seller SKUs that went into feeds of ours."""
    return {
        str(message["sku"])
        for feed in shop.simulator.feeds.feeds.values()
        for message in feed.messages
        if feed.ours
    }


def feed_states(shop: LiveShop) -> list[str]:
    return [str(found[0]) for found in shop.query("SELECT state FROM feeds ORDER BY feed_no")]


def test_what_is_too_much_for_calls_goes_in_a_feed_and_the_urgent_by_calls(
    feeding: LiveShop,
) -> None:
    sent(feeding, rows_of(feeding))
    assert fed(feeding) == {"PRICE", "MORE"}
    by_call = [one for one in writes(feeding) if one[1] == "patch"]
    assert by_call[0] == ("ZERO", "patch", {"quantity": 0})
    assert feed_states(feeding) == ["done"]
    feeding.syncs(12)
    assert as_wanted(feeding) == set(WANTED)
    assert is_well(feeding)


OUTCOMES: dict[str, tuple[Fault, str]] = {
    "FATAL, nothing done": (feed_faults.fatal(), "fatal"),
    "FATAL, half of it done": (feed_faults.fatal(share=0.5), "fatal"),
    "FATAL, all of it done": (feed_faults.fatal(share=1.0), "fatal"),
    "FATAL without a word": (feed_faults.fatal(explained=False), "fatal"),
    "CANCELLED": (feed_faults.cancelled(), "cancelled"),
    "DONE without a report": (feed_faults.without_document(), "done"),
    "DONE, and the report is no JSON": (feed_faults.containing("Sorry."), "done"),
    "DONE, and the report is another": (feed_faults.containing("{}"), "done"),
    "DONE, and the report is empty": (feed_faults.containing(""), "done"),
    "DONE, and a message is missing": (feed_faults.concealing([1]), "done"),
    "DONE, and all are missing": (feed_faults.concealing([1, 2]), "done"),
    "late": (feed_faults.late(40 * MINUTE), "done"),
}


@pytest.mark.parametrize(("fault", "comes_to"), OUTCOMES.values(), ids=OUTCOMES)
def test_whatever_becomes_of_a_feed_all_is_done_in_the_end_and_nothing_twice(
    feeding: LiveShop, fault: Fault, comes_to: str
) -> None:
    feeding.simulator.script("createFeed", fault)
    sent(feeding, rows_of(feeding))
    feeding.syncs(30)
    assert feed_states(feeding)[0] == comes_to
    assert as_wanted(feeding) == set(WANTED)
    assert open_rows(feeding) == []
    assert is_well(feeding)


def test_what_a_feed_refuses_is_kept_with_amazons_words_and_not_sent_again(
    feeding: LiveShop,
) -> None:
    feeding.simulator.script("createFeed", feed_faults.refusing(["MORE"]))
    found = sent(feeding, rows_of(feeding))
    assert found.rejected == ("MORE: The value is not valid. (code 99022)",)
    feeding.syncs(12)
    assert as_wanted(feeding) == set(WANTED) - {"MORE"}
    (held,) = rows_of(feeding, "MORE")
    assert held.hold is not None
    assert "The value is not valid." in held.hold.words
    feeding.clock.advance(DAY)
    feeding.syncs(12)
    assert as_wanted(feeding) == set(WANTED)  # a day later it is tried once more
    assert is_well(feeding)


def test_what_a_feed_of_an_earlier_run_refuses_is_said_too(feeding: LiveShop) -> None:
    """The feed outlives the run that made it, and the run that reads its report tells of it."""
    late = feed_faults.late(10 * MINUTE)

    def change(case: Case) -> Any:
        reply = late.answer(case)
        newest = list(case.simulator.feeds.feeds.values())[-1]
        newest.refused = {"MORE": (feed_faults.REFUSED,)}
        return reply

    feeding.simulator.script("createFeed", Fault("late and refused", change))
    assert sent(feeding, rows_of(feeding)).rejected == ()
    feeding.clock.advance(15 * MINUTE)
    found = sent(feeding, [])
    assert found.settled[Progress.REJECTED] == 1
    assert found.rejected == ("MORE: The value is not valid. (code 99022)",)
    assert isinstance(complaint(result_of(found)), RemoteRefused)


def test_while_a_feed_is_stuck_nothing_else_goes_to_its_listings(feeding: LiveShop) -> None:
    feeding.simulator.script("createFeed", feed_faults.in_progress())
    sent(feeding, rows_of(feeding))
    for number, one in enumerate(feeding.products):
        if one["sku"] in {"PRICE", "MORE"}:
            feeding.products[number]["price"] = "23.000000"
    feeding.write()
    feeding.syncs(6)
    assert [one for one in writes(feeding) if one[0] in {"PRICE", "MORE"}] == []
    assert feed_states(feeding) == ["waiting"]
    (feed,) = feeding.simulator.feeds.feeds.values()
    feeding.simulator.feeds.release(feed)
    feeding.syncs(12)
    assert has(feeding, "PRICE")[0] == 23.0
    assert has(feeding, "MORE") == (23.0, 9)
    assert is_well(feeding)


def test_a_feed_that_is_not_begun_gives_way_to_what_is_sold_out(feeding: LiveShop) -> None:
    feeding.simulator.script("createFeed", feed_faults.in_queue())
    sent(feeding, rows_of(feeding))
    for one in feeding.products:
        if one["sku"] == "MORE":
            one["qty"] = "0.0000"
    feeding.write()
    feeding.syncs(3)
    assert feed_states(feeding)[0] == "cancelled"
    assert has(feeding, "MORE")[1] == 0
    feeding.syncs(9)
    assert has(feeding, "PRICE")[0] == 22.0
    assert is_well(feeding)


# -- an answer that is lost ----------------------------------------------------------------------------


def test_a_feed_whose_number_was_lost_is_found_and_not_made_again(feeding: LiveShop) -> None:
    feeding.simulator.script("createFeed", faults.answer_lost())
    sent(feeding, rows_of(feeding))
    feeding.syncs(12)
    assert feed_states(feeding) == ["done"]
    assert feeding.simulator.ledger.count("createFeed") == 1
    assert len(feeding.simulator.feeds.feeds) == 1
    assert as_wanted(feeding) == set(WANTED)
    assert is_well(feeding)


def test_a_feed_that_amazon_never_got_is_made_anew(feeding: LiveShop) -> None:
    feeding.simulator.script("createFeed", faults.connection_reset())
    sent(feeding, rows_of(feeding))
    feeding.syncs(12)
    assert feed_states(feeding)[0] == "lost"
    assert as_wanted(feeding) == set(WANTED)
    assert is_well(feeding)


def test_a_feed_lost_among_those_of_another_tool_is_not_taken_for_one_of_them(
    feeding: LiveShop,
) -> None:
    feeding.simulator.script("createFeed", faults.answer_lost())
    sent(feeding, rows_of(feeding))
    feeding.simulator.submit_feed([_patch("SAME", 4)])
    feeding.syncs(30)
    ours = [feed for feed in feeding.simulator.feeds.feeds.values() if feed.ours]
    assert len(ours) == 1  # its listings were looked at one by one
    assert as_wanted(feeding) == set(WANTED)
    assert open_rows(feeding) == []
    assert is_well(feeding)


def test_the_feed_of_another_tool_is_not_ours_to_follow(feeding: LiveShop) -> None:
    foreign = feeding.simulator.submit_feed([_patch("SAME", 4)])
    sent(feeding, rows_of(feeding))
    feeding.syncs(12)
    known = [found[0] for found in feeding.query("SELECT feed_id FROM feeds")]
    assert foreign.feed_id not in known
    assert as_wanted(feeding) == set(WANTED)  # what the other tool did is put right
    assert is_well(feeding)


def _patch(sku: str, quantity: int) -> dict[str, Any]:
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity}]
    patch = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": value}
    return {"messageId": 1, "sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": [patch]}  # fmt: skip
