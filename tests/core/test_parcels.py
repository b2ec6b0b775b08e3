"""What goes in one piece: nothing that lowers stock hangs on anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.parcels import URGENT, Parcel, packed, parcels, together
from amzsync.core.plan import Action, Difference, Kind, Rank
from amzsync.core.sending import IN_PLACE

DIFFERENCE = (Difference("quantity", 1, 2),)
ZERO = Action(Rank.ZERO, Kind.REVISE_QUANTITY, DIFFERENCE)
LESS = Action(Rank.LESS, Kind.REVISE_QUANTITY, DIFFERENCE)
END = Action(Rank.END, Kind.END, DIFFERENCE)
PRICE = Action(Rank.PRICE, Kind.REVISE_PRICE, DIFFERENCE)
MORE = Action(Rank.QUANTITY, Kind.REVISE_QUANTITY, DIFFERENCE)
OTHER = Action(Rank.OTHER, Kind.REVISE_OTHER, DIFFERENCE)
RELIST = Action(Rank.RELIST, Kind.RELIST, DIFFERENCE)
PUBLISH = Action(Rank.PUBLISH, Kind.PUBLISH, DIFFERENCE)
ALIAS = Action(Rank.ALIAS, Kind.CREATE_ALIAS, DIFFERENCE)
EVERY = (ZERO, LESS, END, PRICE, MORE, OTHER, RELIST, PUBLISH, ALIAS)

CASES: list[tuple[str, list[Action], list[tuple[Action, ...]]]] = [
    ("nothing", [], []),
    ("sold out", [ZERO], [(ZERO,)]),
    ("a price does not hold up a zero", [PRICE, ZERO], [(ZERO,), (PRICE,)]),
    ("nor less stock", [LESS, PRICE, OTHER], [(LESS,), (PRICE, OTHER)]),
    ("price and more stock go together", [MORE, PRICE], [(PRICE, MORE)]),
    ("all in place together", [OTHER, MORE, PRICE], [(PRICE, MORE, OTHER)]),
    ("an end alone", [END], [(END,)]),
    ("a new listing after what is in place", [RELIST, PRICE], [(PRICE,), (RELIST,)]),
    ("a publication", [PUBLISH], [(PUBLISH,)]),
    ("an alias", [ALIAS], [(ALIAS,)]),
]


@pytest.mark.parametrize(("actions", "pieces"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])  # fmt: skip
def test_the_pieces_of_a_listing(actions: list[Action], pieces: list[tuple[Action, ...]]) -> None:
    assert parcels(actions) == pieces


@given(st.lists(st.sampled_from(EVERY), unique=True))
def test_every_action_goes_once_and_the_urgent_alone_and_first(actions: list[Action]) -> None:
    pieces = parcels(actions)
    assert sorted(one for piece in pieces for one in piece) == sorted(actions)
    assert all(
        len(piece) == 1 or all(one.kind in IN_PLACE and one.rank not in URGENT for one in piece)
        for piece in pieces
    )
    ranks = [piece[0].rank for piece in pieces]
    assert ranks == sorted(ranks)
    assert sum(len(piece) > 1 for piece in pieces) <= 1


def test_a_parcel_is_as_urgent_as_its_first_action() -> None:
    assert packed("SKU-1", [PRICE, MORE, LESS]) == [
        Parcel("SKU-1", Rank.LESS, (LESS,)),
        Parcel("SKU-1", Rank.PRICE, (PRICE, MORE)),
    ]
    assert [parcel.urgent for parcel in packed("SKU-1", [PRICE, MORE, LESS])] == [True, False]


def test_a_feed_has_one_message_of_all_that_is_in_place() -> None:
    assert together([OTHER, PRICE, ZERO]) == (ZERO, PRICE, OTHER)


def test_a_feed_has_an_offer_by_itself() -> None:
    assert together([PUBLISH]) == (PUBLISH,)
    with pytest.raises(ValueError, match="revise-price, relist"):
        together([PRICE, RELIST])
