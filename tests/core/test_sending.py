"""What becomes of an action: its steps, what is refused before it is sent, and when it counts as done."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.clock import seconds_of
from amzsync.core.plan import Action, Brake, Difference, Hold, Kind, Rank, Seen, Value
from amzsync.core.sending import (
    IN_PLACE,
    LOOKS,
    OPEN,
    Observed,
    Progress,
    Step,
    Target,
    Trail,
    following,
    held_back,
    look_at,
    overlaid,
    refusal,
    shows,
    status_of,
    steps,
)

AT = "2026-01-31T12:00:00Z"
OURS = Target(exists=True, by_merchant=True, quantity=5)
SOLD_OUT = OURS._replace(quantity=0)
FBA = OURS._replace(by_merchant=False, quantity=None)
NOT_KNOWN = OURS._replace(by_merchant=None)
GONE = Target(exists=False, by_merchant=True, quantity=None)

STEPS: list[tuple[str, Kind, Target | None, tuple[Step, ...]]] = [
    ("a price", Kind.REVISE_PRICE, OURS, (Step.WHOLE,)),
    ("a price of nothing known", Kind.REVISE_PRICE, None, (Step.WHOLE,)),
    ("an end", Kind.END, OURS, (Step.ZERO, Step.DELETE)),
    ("an end of stock not known", Kind.END, OURS._replace(quantity=None), (Step.ZERO, Step.DELETE)),
    ("an end of what is sold out", Kind.END, SOLD_OUT, (Step.DELETE,)),
    ("an end of what Amazon ships", Kind.END, FBA, (Step.DELETE,)),
    ("an end of who knows whose", Kind.END, NOT_KNOWN, (Step.ZERO, Step.DELETE)),
    ("an end of what is gone", Kind.END, GONE, ()),
    ("an end of nothing known", Kind.END, None, ()),
    ("a relist", Kind.RELIST, OURS, (Step.ZERO, Step.DELETE, Step.PUT)),
    ("a relist of what is sold out", Kind.RELIST, SOLD_OUT, (Step.DELETE, Step.PUT)),
    ("a relist of what has ended", Kind.RELIST, GONE, (Step.PUT,)),
    ("a publication", Kind.PUBLISH, None, (Step.PUT,)),
    ("a publication of what is gone", Kind.PUBLISH, GONE, (Step.PUT,)),
    ("a publication of what there is ends nothing", Kind.PUBLISH, OURS, (Step.PUT,)),
    ("an alias", Kind.CREATE_ALIAS, None, (Step.PUT,)),
    ("an alias of a name that there is ends nothing", Kind.CREATE_ALIAS, OURS, (Step.PUT,)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "target", "found"), [case[1:] for case in STEPS], ids=[c[0] for c in STEPS])  # fmt: skip
def test_the_steps_of_an_action(kind: Kind, target: Target | None, found: tuple[Step, ...]) -> None:
    assert steps(kind, target) == found


targets = st.none() | st.builds(
    Target, st.booleans(), st.none() | st.booleans(), st.none() | st.integers(0, 9)
)


@given(st.sampled_from(Kind), targets)
def test_each_step_follows_the_one_before(kind: Kind, target: Target | None) -> None:
    found = steps(kind, target)
    for this, that in pairwise(found):
        assert following(kind, this) is that
    if found:
        assert following(kind, found[-1]) is None


@given(st.sampled_from([kind for kind in Kind if kind not in {Kind.END, Kind.RELIST}]), targets)
def test_nothing_is_ended_unasked(kind: Kind, target: Target | None) -> None:
    assert not {Step.ZERO, Step.DELETE} & set(steps(kind, target))


def test_what_is_open_is_not_over() -> None:
    assert set(Progress) - OPEN == {
        Progress.CONFIRMED,
        Progress.REJECTED,
        Progress.UNCONFIRMED,
        Progress.ABANDONED,
    }


# -- what is refused before it is sent -------------------------------------------------------------------

STOCK, PRICE, HANDLING = frozenset({"quantity"}), frozenset({"price"}), frozenset({"handling_time"})
REFUSALS: list[tuple[str, Kind, Step, frozenset[str], Target | None, str | None]] = [
    ("stock of ours", Kind.REVISE_QUANTITY, Step.WHOLE, STOCK, OURS, None),
    ("stock that Amazon keeps", Kind.REVISE_QUANTITY, Step.WHOLE, STOCK, FBA, "Amazon ships it"),
    ("stock of who knows whom", Kind.REVISE_QUANTITY, Step.WHOLE, STOCK, NOT_KNOWN, "not known who ships"),
    ("stock of what is gone", Kind.REVISE_QUANTITY, Step.WHOLE, STOCK, GONE, "no such listing"),
    ("stock of nothing known", Kind.REVISE_QUANTITY, Step.WHOLE, STOCK, None, "no such listing"),
    ("stock beside a price", Kind.REVISE_PRICE, Step.WHOLE, STOCK | PRICE, FBA, "Amazon ships it"),
    ("a handling time of Amazon's", Kind.REVISE_OTHER, Step.WHOLE, HANDLING, FBA, "Amazon ships it"),
    ("a price of what Amazon ships", Kind.REVISE_PRICE, Step.WHOLE, PRICE, FBA, None),
    ("a price of who knows whom", Kind.REVISE_PRICE, Step.WHOLE, PRICE, NOT_KNOWN, None),
    ("a price of what is gone", Kind.REVISE_PRICE, Step.WHOLE, PRICE, GONE, "no such listing"),
    ("an end", Kind.END, Step.ZERO, frozenset({"listing"}), OURS, None),
    ("a zero of what Amazon ships", Kind.END, Step.ZERO, frozenset({"listing"}), FBA, "Amazon ships it"),
    ("a zero of who knows whom", Kind.END, Step.ZERO, frozenset(), NOT_KNOWN, "not known who ships"),
    ("a deletion of what Amazon ships", Kind.END, Step.DELETE, frozenset({"listing"}), FBA, None),
    ("a deletion of what is gone", Kind.END, Step.DELETE, frozenset(), GONE, "no such listing"),
    ("a deletion before a relist", Kind.RELIST, Step.DELETE, STOCK | PRICE, FBA, None),
    ("a publication", Kind.PUBLISH, Step.PUT, STOCK | PRICE, None, None),
    ("a publication of what is gone", Kind.PUBLISH, Step.PUT, STOCK | PRICE, GONE, None),
    ("a publication of what there is", Kind.PUBLISH, Step.PUT, STOCK | PRICE, OURS, "already"),
    ("an alias", Kind.CREATE_ALIAS, Step.PUT, STOCK | PRICE, None, None),
    ("an alias of a name that there is", Kind.CREATE_ALIAS, Step.PUT, STOCK, OURS, "already"),
    ("a relist", Kind.RELIST, Step.PUT, STOCK | PRICE, GONE, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "step", "fields", "target", "said"), [c[1:] for c in REFUSALS], ids=[c[0] for c in REFUSALS]
)  # fmt: skip
def test_what_is_not_sent(
    kind: Kind, step: Step, fields: frozenset[str], target: Target | None, said: str | None
) -> None:
    found = refusal(kind, step, fields, target)
    assert (found is None) if said is None else (found is not None and said in found)


@given(st.sampled_from(sorted(IN_PLACE)), st.sets(st.sampled_from(["price", "quantity", "handling_time"])), targets)  # fmt: skip
def test_stock_goes_only_to_what_is_known_to_be_ours(
    kind: Kind, fields: set[str], target: Target | None
) -> None:
    if refusal(kind, Step.WHOLE, frozenset(fields), target) is None:
        assert target is not None
        assert target.exists
        assert target.by_merchant is True or not fields & {"quantity", "handling_time"}


# -- when it is looked at, and when it shows -------------------------------------------------------------


def test_a_listing_is_looked_at_later_and_later_and_then_no_more() -> None:
    found = [look_at(AT, looks) for looks in range(len(LOOKS))]
    assert found == [
        "2026-01-31T12:01:00Z",
        "2026-01-31T12:15:00Z",
        "2026-01-31T18:00:00Z",
        "2026-02-01T12:00:00Z",
    ]
    assert look_at(AT, len(LOOKS)) is None
    assert all(seconds_of(each) > seconds_of(AT) for each in found if each)


def change(field: str, before: Value, wanted: Value) -> list[Difference]:
    return [Difference(field, before, wanted)]


def has(
    price: int | None = 1999,
    quantity: int | None = 5,
    *,
    asin: str | None = None,
    handling_time: int | None = None,
    notes: str | None = None,
) -> Observed:
    seen = Seen(price, quantity, "merchant", None, asin, handling_time, notes)
    return Observed(AT, exists=True, seen=seen)


NO_LISTING = Observed(AT, exists=False, seen=Seen(None, None))
SHOWS: list[tuple[str, Step, list[Difference], Observed, bool]] = [
    ("the price", Step.WHOLE, change("price", 1500, 1999), has(), True),
    ("the old price", Step.WHOLE, change("price", 1999, 2500), has(), False),
    ("a third price", Step.WHOLE, change("price", 1500, 2500), has(), False),
    ("no price", Step.WHOLE, change("price", 1500, 1999), has(price=None), False),
    ("the quantity", Step.WHOLE, change("quantity", 9, 5), has(), True),
    ("the old quantity", Step.WHOLE, change("quantity", 5, 9), has(), False),
    ("less: lowered, and one sold", Step.WHOLE, change("quantity", 9, 5), has(quantity=4), True),
    ("less: lowered, and all sold", Step.WHOLE, change("quantity", 9, 5), has(quantity=0), True),
    ("lowered, not so low yet", Step.WHOLE, change("quantity", 9, 5), has(quantity=8), False),
    ("not at zero yet", Step.WHOLE, change("quantity", 9, 0), has(quantity=8), False),
    ("at zero", Step.WHOLE, change("quantity", 9, 0), has(quantity=0), True),
    ("raised, and one sold", Step.WHOLE, change("quantity", 2, 9), has(quantity=8), True),
    ("one of the old stock sold", Step.WHOLE, change("quantity", 2, 9), has(quantity=1), False),
    ("the last of the old stock sold", Step.WHOLE, change("quantity", 2, 9), has(quantity=0), False),
    ("both", Step.WHOLE, change("price", 1, 1999) + change("quantity", 9, 5), has(), True),
    ("one of both", Step.WHOLE, change("price", 1, 2000) + change("quantity", 9, 5), has(), False),
    ("the handling time", Step.WHOLE, change("handling_time", 1, 3), has(handling_time=3), True),
    ("the old handling time", Step.WHOLE, change("handling_time", 1, 3), has(handling_time=1), False),
    ("a handling time not told", Step.WHOLE, change("handling_time", 1, 3), has(), True),
    ("old notes", Step.WHOLE, change("seller_notes", "a", "b"), has(notes="a"), False),
    ("nothing any more", Step.WHOLE, change("price", 1500, 1999), NO_LISTING, False),
    ("at zero before its end", Step.ZERO, change("listing", "on Amazon", None), has(quantity=0), True),
    ("not at zero before its end", Step.ZERO, change("listing", "on Amazon", None), has(), False),
    ("gone before it was deleted", Step.ZERO, change("listing", "on Amazon", None), NO_LISTING, False),
    ("deleted", Step.DELETE, change("listing", "on Amazon", None), NO_LISTING, True),
    ("not deleted yet", Step.DELETE, change("listing", "on Amazon", None), has(quantity=0), False),
    ("made", Step.PUT, change("asin", None, "B0A") + change("price", None, 1999), has(asin="B0A"), True),
    ("made on a page not told", Step.PUT, change("asin", None, "B0A"), has(), True),
    ("made on another page", Step.PUT, change("asin", None, "B0A"), has(asin="B0B"), False),
    ("not made yet", Step.PUT, change("asin", None, "B0A"), NO_LISTING, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "differences", "observed", "so"), [case[1:] for case in SHOWS], ids=[c[0] for c in SHOWS]
)  # fmt: skip
def test_what_counts_as_shown(
    step: Step, differences: list[Difference], observed: Observed, so: bool
) -> None:
    assert shows(step, differences, observed) is so


@given(st.integers(0, 20), st.integers(0, 20))
def test_what_was_before_never_counts_as_shown(before: int, wanted: int) -> None:
    if before != wanted:
        assert not shows(Step.WHOLE, change("quantity", before, wanted), has(quantity=before))
        assert shows(Step.WHOLE, change("quantity", before, wanted), has(quantity=wanted))


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_more_for_sale_than_wanted_never_counts_as_shown(before: int, wanted: int, now: int) -> None:  # fmt: skip
    if now > wanted:
        assert not shows(Step.WHOLE, change("quantity", before, wanted), has(quantity=now))


# -- what was sent lately --------------------------------------------------------------------------------

SEEN = Seen(1500, 5, "merchant", "new_new", "B0A", 2, "old")


def test_what_amazon_has_taken_is_taken_for_seen() -> None:
    sent: dict[str, Value] = {
        "price": 1999, "quantity": 0, "handling_time": 3, "seller_notes": "new", "list_price": 5, "listing": None,
    }  # fmt: skip
    assert overlaid(SEEN, sent) == SEEN._replace(
        price_minor=1999, quantity=0, handling_time=3, notes="new"
    )


def test_where_nothing_was_sent_all_is_as_seen() -> None:
    assert overlaid(SEEN, {}) == SEEN


REJECTED = Hold(Brake.REJECTED, "Amazon refused it")
UNDONE = Hold(Brake.UNDONE, "it was taken back")
OWN = Hold(Brake.PRICE_MOVE, "the price would rise by 50%")
TO_1999 = Action(Rank.PRICE, Kind.REVISE_PRICE, (Difference("price", 1500, 1999),))
TO_ZERO = Action(Rank.ZERO, Kind.REVISE_QUANTITY, (Difference("quantity", 5, 0),))
TO_4 = Action(Rank.LESS, Kind.REVISE_QUANTITY, (Difference("quantity", 5, 4),))

HELD: list[tuple[str, Action, dict[str, tuple[Value, Hold]], Hold | None]] = [
    ("nothing refused", TO_1999, {}, None),
    ("the same price again", TO_1999, {"price": (1999, REJECTED)}, REJECTED),
    ("another price", TO_1999, {"price": (1998, REJECTED)}, None),
    ("another field", TO_1999, {"quantity": (1999, REJECTED)}, None),
    ("held already", TO_1999._replace(hold=OWN), {"price": (1999, REJECTED)}, OWN),
    ("a price taken back", TO_1999, {"price": (1999, UNDONE)}, UNDONE),
    ("a quantity taken back", TO_4, {"quantity": (4, UNDONE)}, UNDONE),
    ("a zero taken back goes all the same", TO_ZERO, {"quantity": (0, UNDONE)}, None),
    ("a zero that Amazon refused", TO_ZERO, {"quantity": (0, REJECTED)}, REJECTED),
]


@pytest.mark.parametrize(("action", "refused", "hold"), [case[1:] for case in HELD], ids=[c[0] for c in HELD])  # fmt: skip
def test_what_was_refused_is_not_sent_again(
    action: Action, refused: dict[str, tuple[Value, Hold]], hold: Hold | None
) -> None:
    assert held_back([action], Trail(refused=refused)) == (action._replace(hold=hold),)


def test_only_what_was_refused_is_held_back() -> None:
    found = held_back([TO_ZERO, TO_1999], Trail(refused={"price": (1999, REJECTED)}))
    assert found == (TO_ZERO, TO_1999._replace(hold=REJECTED))


# -- the status of a listing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ("", None),
        ("publish", "List in Progress"),
        ("create-alias", "List in Progress"),
        ("relist", "Relist in Progress"),
        ("revise-other", "Relist in Progress"),
        ("end", "Ending In Progress"),
        ("revise-price", None),
        ("revise-quantity,revise-price", None),
        ("revise-price,end", "Ending In Progress"),
    ],
)
def test_what_is_on_its_way_has_a_status(kinds: str, status: str | None) -> None:
    assert status_of(kinds) == status
