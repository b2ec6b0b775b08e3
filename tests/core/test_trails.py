"""What the steps of a listing leave to be known: sent and not seen, refused, just ended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.clock import seconds_of, text_of
from amzsync.core.plan import Action, Brake, Difference, Hold, Kind, Rank, Seen, Value
from amzsync.core.sending import (
    NO_TRAIL,
    OPEN,
    Observed,
    Progress,
    Step,
    Told,
    Trail,
    held_back,
    trail,
)

AT = "2026-01-31T12:00:00Z"
TO_1999 = Action(Rank.PRICE, Kind.REVISE_PRICE, (Difference("price", 1500, 1999),))
LONG_AGO, SIX_HOURS_LATER = "2026-01-30T12:00:00Z", "2026-01-31T18:00:00Z"
AN_HOUR_LATER, A_DAY_LATER = "2026-01-31T13:00:00Z", "2026-02-01T12:00:00Z"


def step(
    come: Progress, field: str = "price", wanted: Value = 1999, *, at: str | None = AT,
    kind: Kind = Kind.REVISE_PRICE, part: Step = Step.WHOLE, message: str = "", further: bool = False,
) -> Told:  # fmt: skip
    """Return a step of a listing's actions that has come so far."""
    over = at if come not in OPEN else None
    told = (Difference(field, None, wanted),)
    return Told(
        "A", kind.value, part.value, come.value, "patch", told, over, "[]", message, further
    )


def answer(
    at: str, *, exists: bool = True, price_minor: int | None = None, quantity: int | None = None
) -> Observed:
    return Observed(at, exists, Seen(price_minor, quantity))


REFUSED = (1999, Hold(Brake.REJECTED, "Amazon refused it: No."))
DELETED = step(Progress.CONFIRMED, "listing", None, kind=Kind.END, part=Step.DELETE)
TRAILS: list[tuple[str, list[Told], str, Observed | None, Trail]] = [
    ("nothing", [], AT, None, NO_TRAIL),
    ("accepted: taken for seen", [step(Progress.ACCEPTED)], AT, None, Trail(sent={"price": 1999})),
    ("accepted, however long ago", [step(Progress.ACCEPTED)], A_DAY_LATER, None, Trail(sent={"price": 1999})),
    ("the newer of two", [step(Progress.ACCEPTED), step(Progress.ACCEPTED, wanted=2100)], AT, None,
     Trail(sent={"price": 2100})),
    ("sent: nothing else goes", [step(Progress.SENT)], AT, None, Trail(blocked=True)),
    ("written down by a run that died", [step(Progress.PLANNED)], AT, None, NO_TRAIL),
    ("a further step that waits", [step(Progress.PLANNED, further=True, kind=Kind.END, part=Step.DELETE)], AT, None,
     Trail(blocked=True)),
    ("a publication that was accepted", [step(Progress.ACCEPTED, kind=Kind.PUBLISH, part=Step.PUT)], AT, None,
     Trail(blocked=True, sent={"price": 1999})),
    ("abandoned", [step(Progress.ABANDONED)], AT, None, NO_TRAIL),
    ("unconfirmed", [step(Progress.UNCONFIRMED)], AT, None, NO_TRAIL),
    ("confirmed: for six hours no report is as new", [step(Progress.CONFIRMED)], AN_HOUR_LATER, None,
     Trail(sent={"price": 1999}, until=SIX_HOURS_LATER)),
    ("confirmed six hours ago", [step(Progress.CONFIRMED)], SIX_HOURS_LATER, None, NO_TRAIL),
    ("confirmed, and told otherwise since", [step(Progress.CONFIRMED)], AN_HOUR_LATER, answer(AN_HOUR_LATER, price_minor=2500),
     Trail(sent={"price": 2500}, until=SIX_HOURS_LATER)),
    ("confirmed, and told otherwise before", [step(Progress.CONFIRMED)], AN_HOUR_LATER, answer(LONG_AGO, price_minor=2500),
     Trail(sent={"price": 1999}, until=SIX_HOURS_LATER)),
    ("confirmed, and told of something else", [step(Progress.CONFIRMED)], AN_HOUR_LATER, answer(AN_HOUR_LATER, quantity=3),
     Trail(sent={"price": 1999}, until=SIX_HOURS_LATER)),
    ("confirmed stock, sold since", [step(Progress.CONFIRMED, "quantity", 5, kind=Kind.REVISE_QUANTITY)], AN_HOUR_LATER,
     answer(AN_HOUR_LATER, quantity=4), Trail(sent={"quantity": 4}, until=SIX_HOURS_LATER)),
    ("confirmed notes: nothing else tells them", [step(Progress.CONFIRMED, "seller_notes", "b", kind=Kind.REVISE_OTHER)],
     A_DAY_LATER, None, Trail(sent={"seller_notes": "b"})),
    ("confirmed handling time", [step(Progress.CONFIRMED, "handling_time", 3, kind=Kind.REVISE_OTHER)], A_DAY_LATER, None,
     Trail(sent={"handling_time": 3})),
    ("refused: not again for a day", [step(Progress.REJECTED, message="No.")], AN_HOUR_LATER, None,
     Trail(refused={"price": REFUSED}, until=A_DAY_LATER)),
    ("refused a day ago", [step(Progress.REJECTED, message="No.")], A_DAY_LATER, None, NO_TRAIL),
    ("refused without a word", [step(Progress.REJECTED)], AT, None,
     Trail(refused={"price": (1999, Hold(Brake.REJECTED, "Amazon refused it"))}, until=A_DAY_LATER)),
    ("a refused zero is tried every hour", [step(Progress.REJECTED, "quantity", 0, kind=Kind.REVISE_QUANTITY)], AT, None,
     Trail(refused={"quantity": (0, Hold(Brake.REJECTED, "Amazon refused it"))}, until=AN_HOUR_LATER)),
    ("a refused zero, an hour later", [step(Progress.REJECTED, "quantity", 0, kind=Kind.REVISE_QUANTITY)], AN_HOUR_LATER,
     None, NO_TRAIL),
    ("refused, and another value taken since", [step(Progress.REJECTED), step(Progress.ACCEPTED, wanted=2100)], AT, None,
     Trail(sent={"price": 2100})),
    ("taken, and another value refused since", [step(Progress.ACCEPTED, wanted=2100), step(Progress.REJECTED, message="No.")],
     AT, None, Trail(sent={"price": 2100}, refused={"price": REFUSED}, until=A_DAY_LATER)),
    ("it has just ended", [DELETED], AN_HOUR_LATER, None, Trail(until=A_DAY_LATER, rests_until=A_DAY_LATER)),
    ("it ended a day ago", [DELETED], A_DAY_LATER, None, NO_TRAIL),
    ("its end does not show yet", [step(Progress.ACCEPTED, "listing", None, kind=Kind.END, part=Step.DELETE)], AT, None,
     Trail(blocked=True, sent={"listing": None})),
    ("ended, and made anew since", [DELETED, step(Progress.CONFIRMED, "asin", "B0A", kind=Kind.RELIST, part=Step.PUT)],
     AN_HOUR_LATER, None, NO_TRAIL),
    ("ended, and refused anew since", [DELETED, step(Progress.REJECTED, "asin", "B0A", kind=Kind.RELIST, part=Step.PUT)],
     AN_HOUR_LATER, None, Trail(refused={"asin": ("B0A", Hold(Brake.REJECTED, "Amazon refused it"))}, until=A_DAY_LATER,
                                rests_until=A_DAY_LATER)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "now", "answered", "found"), [case[1:] for case in TRAILS], ids=[c[0] for c in TRAILS]
)  # fmt: skip
def test_what_the_steps_of_a_listing_leave_to_be_known(
    told: list[Told], now: str, answered: Observed | None, found: Trail
) -> None:
    assert trail(told, {}, now, answered) == found


def test_what_the_user_took_back_is_not_sent_again_until_forgotten() -> None:
    found = trail([], {"price": (1999, 7)}, A_DAY_LATER)
    hold = Hold(Brake.UNDONE, "you took it back in run 7")
    assert found == Trail(refused={"price": (1999, hold)})


def test_what_amazon_refused_is_said_before_what_was_taken_back() -> None:
    found = trail([step(Progress.REJECTED, message="No.")], {"price": (1999, 7)}, AT)
    assert found.refused["price"] == REFUSED


def test_a_listing_that_rests_is_not_made_anew_and_all_else_goes() -> None:
    resting = Trail(rests_until=A_DAY_LATER)
    anew = Action(Rank.PUBLISH, Kind.PUBLISH, (Difference("price", None, 1999),))
    found, price = held_back([anew, TO_1999], resting)
    assert found.hold is not None
    assert (found.hold.brake, A_DAY_LATER in found.hold.words) == (Brake.COOL_DOWN, True)
    assert price == TO_1999


@given(st.lists(st.builds(step, st.sampled_from(Progress), st.sampled_from(["price", "quantity"]), st.integers(0, 3))))  # fmt: skip
def test_a_trail_ends_when_it_says(told: list[Told]) -> None:
    """Until then it is the same: nobody needs to look at it sooner."""
    found = trail(told, {}, AT)
    if found.until is not None:
        assert found.until > AT
        assert trail(told, {}, found.until) != found
        assert trail(told, {}, text_of(seconds_of(found.until) - 1)) == found
