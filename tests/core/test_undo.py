"""What takes back a run: only what has not moved since, and never more stock than there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.plan import Difference, Kind
from amzsync.core.sending import Progress
from amzsync.core.undo import Now, Reverse, Sent, Skipped, reversed_

PRICE = Difference("price", 2190, 1990)
FEWER, MORE = Difference("quantity", 9, 4), Difference("quantity", 4, 9)
AS_SENT = Now(1990, 4, 20)


def taken(
    difference: Difference,
    now: Now | None = AS_SENT,
    *,
    kind: Kind = Kind.REVISE_PRICE,
    progress: Progress = Progress.CONFIRMED,
) -> list[Reverse | Skipped]:
    return list(reversed_([Sent(kind, progress, (difference,))], now))


def test_a_price_goes_back_to_what_it_was() -> None:
    assert taken(PRICE) == [Reverse(Difference("price", 1990, 2190))]


def test_stock_goes_down_whatever_can_be_sold() -> None:
    assert taken(MORE, Now(1990, 9, None)) == [Reverse(Difference("quantity", 9, 4))]


def test_stock_goes_down_no_less_than_to_what_can_be_sold() -> None:
    assert taken(MORE, Now(1990, 9, 3)) == [Skipped("quantity", "only 3 can be sold now")]


@pytest.mark.parametrize(
    ("difference", "now", "reason"),
    [
        pytest.param(PRICE, None, "it is not on Amazon any more", id="gone"),
        pytest.param(PRICE, Now(2050, 4, 20), "it has moved since", id="another price since"),
        pytest.param(PRICE, Now(None, 4, 20), "it has moved since", id="no price is told now"),
        pytest.param(
            Difference("price", None, 1990), AS_SENT, "it is not known what it was before", id="unknown before",
        ),
        pytest.param(
            PRICE, AS_SENT._replace(blocked=True),
            "Amazon has not answered for what was sent; wait for that", id="in flight",
        ),
        pytest.param(FEWER, Now(1990, 4, 8), "only 8 can be sold now", id="more than there is"),
        pytest.param(
            FEWER, Now(1990, 4, None), "it is not known how many can be sold now", id="stock is not known",
        ),
        pytest.param(
            Difference("handling_time", 1, 3), AS_SENT, "only prices and quantities are taken back", id="other fields",
        ),
    ],
)  # fmt: skip
def test_is_left_as_it_is(difference: Difference, now: Now | None, reason: str) -> None:
    assert taken(difference, now) == [Skipped(difference.field, reason)]


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        pytest.param(Kind.PUBLISH, "amzsync end", id="listed"),
        pytest.param(Kind.CREATE_ALIAS, "amzsync end", id="an alias"),
        pytest.param(Kind.RELIST, "amzsync end", id="listed again"),
        pytest.param(Kind.END, "amzsync relist", id="ended"),
    ],
)
def test_what_is_no_change_in_place_names_the_command_instead(kind: Kind, step: str) -> None:
    (one,) = taken(PRICE, kind=kind)

    assert isinstance(one, Skipped)
    assert step in one.reason


@pytest.mark.parametrize("progress", [Progress.REJECTED, Progress.ABANDONED, Progress.PLANNED])
def test_what_never_came_to_pass_is_not_taken_back(progress: Progress) -> None:
    assert taken(PRICE, progress=progress) == []


def test_what_was_sent_without_an_answer_is_waited_for() -> None:
    (one,) = taken(PRICE, progress=Progress.SENT)

    assert isinstance(one, Skipped)


amounts = st.integers(0, 50)


@given(before=amounts, after=amounts, shown=amounts, sellable=st.none() | amounts)
def test_taking_back_gives_what_was_before_and_never_oversells(
    before: int, after: int, shown: int, sellable: int | None
) -> None:
    (one,) = taken(Difference("quantity", before, after), Now(100, shown, sellable))
    if isinstance(one, Reverse):
        assert (one.difference.seen, one.difference.wanted) == (shown, before)
        assert (sellable is None and before <= after) or (
            sellable is not None and before <= sellable
        )
    else:
        assert shown != after or (before > after if sellable is None else before > sellable)
