"""What is to be done about a listing: every action, its urgency, what holds it back, and the laws of all plans."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amzsync.core.guards import Limits
from amzsync.core.model import Condition, Fulfillment
from amzsync.core.plan import (
    MASS,
    NEVER_ALLOWED,
    Action,
    Brake,
    Difference,
    Hold,
    Kind,
    Rank,
    Seen,
    Value,
    Wanted,
    applied,
    held,
    is_managed,
    mass_holds,
    price_move,
    publish,
    rank_of,
    revise,
    value_text,
)
from amzsync.core.tabs import Tab

LIMITS = Limits()
FBM, FBA = Fulfillment.MERCHANT.value, Fulfillment.AMAZON.value
NEW, USED = Condition.NEW.value, Condition.USED_LIKE_NEW.value
SEEN = Seen(2000, 5, FBM, NEW, "B0OLD00000")
AS_SEEN = Wanted(2000, 5)
CLASH = Hold(
    Brake.FLOOR_ABOVE_CEILING, "the floor 30.00 is above the ceiling 20.00; the floor was taken"
)
NOT_ASKED = Hold(Brake.NOT_VALIDATED, "Amazon has not told yet whether B0NEW00000 may be sold")
NO_STOCK = Hold(Brake.NOT_KNOWN, "its stock is not known")


def short(actions: tuple[Action, ...]) -> list[tuple[str, dict[str, tuple[Value, Value]]]]:
    """Return kinds and differences, in order."""
    return [
        (one.kind.value, {d.field: (d.seen, d.wanted) for d in one.differences}) for one in actions
    ]


def kinds(actions: tuple[Action, ...]) -> list[tuple[Kind, Rank]]:
    return [(one.kind, one.rank) for one in actions]


# -- what is done -----------------------------------------------------------------------------------------

PRICE, QUANTITY, OTHER = "revise-price", "revise-quantity", "revise-other"
DONE = {
    "nothing where all is as wanted": (SEEN, AS_SEEN, []),
    "nothing where nothing is wanted": (SEEN, Wanted(None, None), []),
    "a price": (SEEN, AS_SEEN._replace(price_minor=1900), [(PRICE, {"price": (2000, 1900)})]),
    "a price that was not known": (
        SEEN._replace(price_minor=None),
        AS_SEEN,
        [(PRICE, {"price": (None, 2000)})],
    ),
    "a quantity": (SEEN, AS_SEEN._replace(quantity=7), [(QUANTITY, {"quantity": (5, 7)})]),
    "a quantity that was not known": (
        SEEN._replace(quantity=None),
        AS_SEEN,
        [(QUANTITY, {"quantity": (None, 5)})],
    ),
    "nought where the quantity was not known": (
        SEEN._replace(quantity=None),
        AS_SEEN._replace(quantity=0),
        [(QUANTITY, {"quantity": (None, 0)})],
    ),
    "no quantity where it stays as it is": (SEEN, Wanted(2000, None), []),
    "no quantity for what Amazon ships": (SEEN._replace(fulfillment=FBA), Wanted(2000, 9), []),
    "no nought for what Amazon ships": (SEEN._replace(fulfillment=FBA), Wanted(2000, 0), []),
    "the price of what Amazon ships": (
        SEEN._replace(fulfillment=FBA),
        Wanted(1900, None),
        [(PRICE, {"price": (2000, 1900)})],
    ),
    "handling time": (
        SEEN,
        AS_SEEN._replace(handling_time=1),
        [(OTHER, {"handling_time": (None, 1)})],
    ),
    "handling time and notes at once": (
        SEEN,
        AS_SEEN._replace(handling_time=1, notes="Fine"),
        [(OTHER, {"handling_time": (None, 1), "seller_notes": (None, "Fine")})],
    ),
    "nothing where handling time and notes are so already": (
        SEEN._replace(handling_time=1, notes="Fine"),
        AS_SEEN._replace(handling_time=1, notes="Fine"),
        [],
    ),
    "nothing where the condition is so already": (SEEN, AS_SEEN._replace(condition=NEW), []),
    "another condition, which makes it anew": (
        SEEN,
        AS_SEEN._replace(condition=USED),
        [("relist", {"condition": (NEW, USED)})],
    ),
    "another ASIN, which makes it anew": (
        SEEN,
        AS_SEEN._replace(asin="B0NEW00000"),
        [("relist", {"asin": ("B0OLD00000", "B0NEW00000")})],
    ),
    "making it anew, with all that differs, and nothing else": (
        SEEN,
        Wanted(1900, 7, 1, "Fine", USED, "B0NEW00000"),
        [
            (
                "relist",
                {
                    "asin": ("B0OLD00000", "B0NEW00000"),
                    "condition": (NEW, USED),
                    "price": (2000, 1900),
                    "quantity": (5, 7),
                    "handling_time": (None, 1),
                    "seller_notes": (None, "Fine"),
                },
            )
        ],
    ),
    "nothing anew of what is sold out, but that it is": (
        SEEN,
        AS_SEEN._replace(quantity=0, condition=USED),
        [(QUANTITY, {"quantity": (5, 0)})],
    ),
    "ending it, and nothing else": (
        SEEN,
        Wanted(1900, 7, 1, "Fine", USED, "B0NEW00000", end=True),
        [("end", {"listing": ("on Amazon", None)})],
    ),
}


@pytest.mark.parametrize(("seen", "wanted", "expected"), DONE.values(), ids=DONE)
def test_what_is_done(
    seen: Seen, wanted: Wanted, expected: list[tuple[str, dict[str, tuple[Value, Value]]]]
) -> None:
    assert short(revise(seen, wanted, LIMITS)) == expected


# -- what comes first -------------------------------------------------------------------------------------

ORDER = {
    "out of stock before its price": (
        SEEN,
        Wanted(1900, 0, 1),
        [Rank.ZERO, Rank.PRICE, Rank.OTHER],
    ),
    "fewer before the price": (SEEN, Wanted(1900, 3), [Rank.LESS, Rank.PRICE]),
    "the price before more": (SEEN, Wanted(1900, 9), [Rank.PRICE, Rank.QUANTITY]),
    "the price before a listing comes back": (
        SEEN._replace(quantity=0),
        Wanted(1900, 9, None, "Fine"),
        [Rank.PRICE, Rank.QUANTITY, Rank.OTHER],
    ),
    "the price before a quantity that was not known": (
        SEEN._replace(quantity=None),
        Wanted(1900, 9),
        [Rank.PRICE, Rank.QUANTITY],
    ),
}


@pytest.mark.parametrize(("seen", "wanted", "expected"), ORDER.values(), ids=ORDER)
def test_what_comes_first(seen: Seen, wanted: Wanted, expected: list[Rank]) -> None:
    assert [one.rank for one in revise(seen, wanted, LIMITS)] == expected


def test_over_all_listings_stock_goes_before_prices_and_new_listings_come_last() -> None:
    assert list(Rank) == sorted(Rank)
    assert [one.name for one in Rank] == [
        "ZERO", "LESS", "END", "PRICE", "QUANTITY", "OTHER", "RELIST", "PUBLISH", "ALIAS",
    ]  # fmt: skip


# -- what is held back ------------------------------------------------------------------------------------

MOVES = {
    "just as far up as it may": (2000, 3000, None),
    "a little farther up": (
        2000,
        3001,
        "the price would rise by 50.05%; the limit is 50%",
    ),
    "just as far down as it may": (2000, 1000, None),
    "a little farther down": (2000, 999, "the price would fall by 50.05%; the limit is 50%"),
    "from nought": (0, 3000, None),
    "from what is not known": (None, 3000, None),
    "not at all": (2000, 2000, None),
}


@pytest.mark.parametrize(("old", "new", "words"), MOVES.values(), ids=MOVES)
def test_a_price_may_move_no_farther_than_its_limit(
    old: int | None, new: int, words: str | None
) -> None:
    expected = None if words is None else Hold(Brake.PRICE_MOVE, words)
    assert price_move(LIMITS, old, new) == expected
    told = [one.hold for one in revise(SEEN._replace(price_minor=old), Wanted(new, None), LIMITS)]
    assert told == ([] if old == new else [expected])


def test_the_limit_of_a_price_is_the_users() -> None:
    assert price_move(replace(LIMITS, price_move=1.0), 2000, 4000) is None
    assert price_move(replace(LIMITS, price_move=0.0), 2000, 2001) is not None


def test_what_is_wrong_with_a_price_holds_it_back_before_how_far_it_moves() -> None:
    (price,) = revise(SEEN, Wanted(9000, None, hold=CLASH), LIMITS)
    assert price.hold == CLASH


def test_what_is_wrong_with_a_price_that_stays_holds_back_nothing() -> None:
    (quantity,) = revise(SEEN._replace(quantity=0), AS_SEEN._replace(hold=CLASH), LIMITS)
    assert (quantity.rank, quantity.hold) == (Rank.QUANTITY, None)


@pytest.mark.parametrize("old", [0, None], ids=["nought", "not known"])
def test_a_listing_comes_back_only_with_its_price(old: int | None) -> None:
    price, quantity = revise(SEEN._replace(quantity=old), Wanted(9000, 5), LIMITS)
    assert price.hold is not None
    assert quantity.hold == Hold(Brake.PRICE_MOVE, f"its price is held back: {price.hold.words}")


@pytest.mark.parametrize("quantity", [0, 3, 9], ids=["sold out", "fewer", "more"])
def test_a_held_price_holds_back_no_quantity_of_what_is_for_sale(quantity: int) -> None:
    actions = revise(SEEN, Wanted(9000, quantity), LIMITS)
    assert {one.kind: one.hold is not None for one in actions} == {
        Kind.REVISE_PRICE: True,
        Kind.REVISE_QUANTITY: False,
    }


HELD_ANEW = {
    "its ASIN is not validated": (Wanted(2000, 3, unvalidated=NOT_ASKED), Brake.NOT_VALIDATED),
    "its price moves too far": (Wanted(9000, 3), Brake.PRICE_MOVE),
    "its price is wrong": (Wanted(2100, 3, hold=CLASH), Brake.FLOOR_ABOVE_CEILING),
}


@pytest.mark.parametrize(("wanted", "brake"), HELD_ANEW.values(), ids=HELD_ANEW)
def test_a_listing_that_cannot_be_made_anew_yet_is_kept_right_until_then(
    wanted: Wanted, brake: Brake
) -> None:
    actions = revise(SEEN, wanted._replace(asin="B0NEW00000"), LIMITS)
    assert actions[:-1] == revise(SEEN, wanted, LIMITS)
    assert (Kind.REVISE_QUANTITY, Rank.LESS) in kinds(actions)
    relist = actions[-1]
    assert (relist.kind, relist.hold and relist.hold.brake) == (Kind.RELIST, brake)


NUMBER = {
    "three of three": (3, 3, False),
    "four of thirteen, more than 30 %": (4, 13, True),
    "four of fourteen, less than 30 %": (4, 14, False),
    "30 % exactly": (30, 100, False),
    "one more": (31, 100, True),
    "all of none": (4, 0, True),
    "nothing": (0, 0, False),
}
RANKS = {
    Brake.MASS_ZERO: (Rank.ZERO, "set to zero"),
    Brake.MASS_REPRICE: (Rank.PRICE, "repriced"),
    Brake.MASS_END: (Rank.END, "ended"),
}


@pytest.mark.parametrize("brake", RANKS)
@pytest.mark.parametrize(("rows", "listings", "stopped"), NUMBER.values(), ids=NUMBER)
def test_much_of_a_store_at_once_is_held_back(
    rows: int, listings: int, stopped: bool, brake: Brake
) -> None:
    rank, _ = RANKS[brake]
    assert list(mass_holds(LIMITS, listings, {rank: rows, Rank.OTHER: 999})) == (
        [brake] if stopped else []
    )


@pytest.mark.parametrize("brake", RANKS)
def test_a_mass_brake_says_the_figures(brake: Brake) -> None:
    rank, verb = RANKS[brake]
    found = mass_holds(replace(LIMITS, plan_rows=2, plan_share=0.3), 10_000, {rank: 3_001})
    assert found == {
        brake: Hold(
            brake,
            f"3,001 of 10,000 listings (30.01%) would be {verb} at once; the limit is 2 and 30%",
        )
    }


def test_to_end_and_to_make_anew_count_together() -> None:
    assert list(mass_holds(LIMITS, 10, {Rank.END: 2, Rank.RELIST: 2})) == [Brake.MASS_END]


@pytest.mark.parametrize("rank", [Rank.LESS, Rank.QUANTITY, Rank.OTHER, Rank.PUBLISH, Rank.ALIAS])
def test_no_mass_brake_stops_other_actions(rank: Rank) -> None:
    assert mass_holds(LIMITS, 10, {rank: 10}) == {}
    mass = {brake: Hold(brake, "many") for brake in MASS}
    assert held(Action(rank, Kind.REVISE_OTHER, ()), mass) is None


@pytest.mark.parametrize(("before", "stopped"), [(0, True), (None, True), (2, False)])
def test_what_comes_back_waits_for_its_price_which_a_mass_brake_stops(
    before: int | None, stopped: bool
) -> None:
    actions = revise(SEEN._replace(quantity=before), Wanted(2100, 5), LIMITS)
    assert [one.rank for one in actions] == [Rank.PRICE, Rank.QUANTITY]
    mass = {Brake.MASS_REPRICE: Hold(Brake.MASS_REPRICE, "many")}
    found = held(actions[1], mass, beside=actions)
    waits = Hold(Brake.MASS_REPRICE, "its price is held back: many")
    assert found == (waits if stopped else None)
    assert held(actions[1], mass, frozenset({Brake.MASS_REPRICE}), actions) is None


@pytest.mark.parametrize("brake", Brake)
def test_what_the_user_allows_goes_but_for_what_makes_no_sense(brake: Brake) -> None:
    hold = Hold(brake, "why")
    action = Action(Rank.OTHER, Kind.REVISE_OTHER, (), hold)
    assert held(action, {}) == hold
    assert held(action, {}, frozenset(Brake) - {brake}) == hold
    assert held(action, {}, frozenset(Brake)) == (hold if brake in NEVER_ALLOWED else None)


def test_what_is_never_allowed_is_what_is_refused_and_what_is_not_known() -> None:
    assert {Brake.REFUSED, Brake.NOT_KNOWN} == NEVER_ALLOWED


def test_an_action_that_is_allowed_is_still_under_the_brake_of_its_store() -> None:
    mass = {Brake.MASS_REPRICE: Hold(Brake.MASS_REPRICE, "many")}
    action = Action(Rank.PRICE, Kind.REVISE_PRICE, (), Hold(Brake.PRICE_MOVE, "far"))
    assert held(action, mass, frozenset({Brake.PRICE_MOVE})) == mass[Brake.MASS_REPRICE]
    assert held(action, mass, frozenset({Brake.PRICE_MOVE, Brake.MASS_REPRICE})) is None


# -- which listings are kept as wanted, and new ones ------------------------------------------------------


@pytest.mark.parametrize("tab", Tab)
@pytest.mark.parametrize("matched", [True, False])
@pytest.mark.parametrize("missing", [True, False])
def test_only_matched_listings_that_amazon_has_are_kept_as_wanted(
    tab: Tab, matched: bool, missing: bool
) -> None:
    ours = tab in {Tab.ACTIVE, Tab.INACTIVE, Tab.INELIGIBLE} and matched and not missing
    assert is_managed(tab.value, matched=matched, missing=missing) is ours


OFFERED = Wanted(2000, 5, 2, "Fine", USED, "B0NEW00000")
PUBLISHED = {
    Kind.PUBLISH: Rank.PUBLISH,
    Kind.RELIST: Rank.RELIST,
    Kind.CREATE_ALIAS: Rank.ALIAS,
}


@pytest.mark.parametrize(("kind", "rank"), PUBLISHED.items())
def test_a_new_listing_has_all_that_is_known_of_it(kind: Kind, rank: Rank) -> None:
    (action,) = publish(kind, OFFERED, [("fulfillment", FBM), ("tax_code", None)])
    assert action == Action(
        rank,
        kind,
        (
            Difference("asin", None, "B0NEW00000"),
            Difference("price", None, 2000),
            Difference("quantity", None, 5),
            Difference("condition", None, USED),
            Difference("handling_time", None, 2),
            Difference("seller_notes", None, "Fine"),
            Difference("fulfillment", None, FBM),
        ),
    )


NEW_ONES = {
    "without stock is none": (OFFERED._replace(quantity=0), None),
    "without stock is none, whatever else is wrong": (
        OFFERED._replace(quantity=0, price_minor=None, hold=NO_STOCK),
        None,
    ),
    "of which the stock is not known is held": (
        OFFERED._replace(quantity=None, hold=NO_STOCK),
        NO_STOCK,
    ),
    "of which the price is not known is held": (
        OFFERED._replace(price_minor=None, hold=NO_STOCK),
        NO_STOCK,
    ),
    "under an ASIN that is not validated is held": (
        OFFERED._replace(unvalidated=NOT_ASKED),
        NOT_ASKED,
    ),
    "with a wrong price is held for that": (
        OFFERED._replace(hold=CLASH, unvalidated=NOT_ASKED),
        CLASH,
    ),
}


@pytest.mark.parametrize(("wanted", "hold"), NEW_ONES.values(), ids=NEW_ONES)
def test_a_new_listing(wanted: Wanted, hold: Hold | None) -> None:
    assert [one.hold for one in publish(Kind.PUBLISH, wanted)] == ([] if hold is None else [hold])


# -- laws -------------------------------------------------------------------------------------------------

prices = st.none() | st.integers(1, 100_000)
quantities = st.none() | st.integers(0, 20)
days = st.none() | st.integers(0, 30)
notes = st.none() | st.sampled_from(["Fine", "Torn"])
conditions = st.none() | st.sampled_from([NEW, USED])
asins = st.none() | st.sampled_from(["B0OLD00000", "B0NEW00000"])
holds = st.none() | st.sampled_from([CLASH, NOT_ASKED, NO_STOCK])
seen_ones = st.builds(
    Seen, prices, quantities, st.sampled_from([FBM, FBA, None]), conditions, asins, days, notes
)
wanted_ones = st.builds(
    Wanted, prices, quantities, days, notes, conditions, asins, st.just(False), holds, holds
)


@given(seen_ones, wanted_ones)
@example(SEEN, Wanted(9000, 7, 1, "Fine", USED, "B0NEW00000", unvalidated=NOT_ASKED))
def test_what_was_done_need_not_be_done_again(seen: Seen, wanted: Wanted) -> None:
    assert revise(applied(seen, revise(seen, wanted, LIMITS)), wanted, LIMITS) == ()


@given(seen_ones, wanted_ones)
def test_what_was_done_is_as_wanted_and_the_rest_as_it_was(seen: Seen, wanted: Wanted) -> None:
    after = applied(seen, revise(seen, wanted, LIMITS))
    told = {name: getattr(wanted, name) for name in Seen._fields if name != "fulfillment"}
    if seen.fulfillment == FBA:
        told["quantity"] = None
    if wanted.quantity == 0:  # nothing is made anew that has no stock
        told |= {"asin": None, "condition": None}
    expected = {name: value for name, value in told.items() if value is not None}
    assert after == seen._replace(**expected)


@given(seen_ones)
def test_what_is_as_it_should_be_is_left_alone(seen: Seen) -> None:
    wanted = Wanted(
        seen.price_minor, seen.quantity, seen.handling_time, seen.notes, seen.condition, seen.asin
    )
    assert revise(seen, wanted, LIMITS) == ()
    assert revise(seen, wanted._replace(hold=CLASH, unvalidated=NOT_ASKED), LIMITS) == ()


@given(seen_ones, wanted_ones, st.booleans())
def test_actions_come_by_their_urgency_and_each_kind_once(
    seen: Seen, wanted: Wanted, end: bool
) -> None:
    actions = revise(seen, wanted._replace(end=end), LIMITS)
    ranks = [one.rank for one in actions]
    assert ranks == sorted(set(ranks))
    assert len({one.kind for one in actions}) == len(actions)
    assert all(one.differences for one in actions)


@given(seen_ones, wanted_ones)
def test_what_amazon_ships_never_gets_a_quantity(seen: Seen, wanted: Wanted) -> None:
    actions = revise(seen._replace(fulfillment=FBA), wanted, LIMITS)
    assert "quantity" not in {d.field for one in actions for d in one.differences}


@given(seen_ones, wanted_ones)
def test_nothing_holds_back_that_there_is_less(seen: Seen, wanted: Wanted) -> None:
    actions = revise(seen._replace(fulfillment=FBM, quantity=9), wanted, LIMITS)
    less = wanted.quantity is not None and wanted.quantity < 9
    free = [d.wanted for one in actions for d in one.differences
            if one.hold is None and d.field == "quantity"]  # fmt: skip
    assert (wanted.quantity in free) or not less


def test_what_is_ended_has_nothing_for_sale() -> None:
    assert applied(SEEN, revise(SEEN, AS_SEEN._replace(end=True), LIMITS)) == SEEN._replace(
        quantity=0
    )


# -- words ------------------------------------------------------------------------------------------------

TEXTS = {
    "a price": ("price", 4549, 2, "45.49"),
    "a price in yen": ("price", 4549, 0, "4549"),
    "a list price": ("list_price", 5, 2, "0.05"),
    "a business price": ("business_price", 100, 2, "1.00"),
    "a quantity": ("quantity", 100, 2, "100"),
    "no quantity": ("quantity", 0, 2, "0"),
    "a condition": ("condition", USED, 2, USED),
    "nothing": ("price", None, 2, None),
}


@pytest.mark.parametrize(("field", "value", "exponent", "text"), TEXTS.values(), ids=TEXTS)
def test_a_value_is_shown_as_it_is_and_money_with_its_decimals(
    field: str, value: Value, exponent: int, text: str | None
) -> None:
    assert value_text(field, value, exponent) == text


# -- how urgent a plan in a file is -----------------------------------------------------------------------

URGENCY: dict[str, tuple[Kind, tuple[Difference, ...], Rank]] = {
    "to zero": (Kind.REVISE_QUANTITY, (Difference("quantity", 5, 0),), Rank.ZERO),
    "to zero from who knows what": (Kind.REVISE_QUANTITY, (Difference("quantity", None, 0),), Rank.ZERO),
    "less": (Kind.REVISE_QUANTITY, (Difference("quantity", 5, 4),), Rank.LESS),
    "more": (Kind.REVISE_QUANTITY, (Difference("quantity", 5, 6),), Rank.QUANTITY),
    "some of who knows what": (Kind.REVISE_QUANTITY, (Difference("quantity", None, 4),), Rank.QUANTITY),
    "a price": (Kind.REVISE_PRICE, (Difference("price", 5, 0),), Rank.PRICE),
    "an end": (Kind.END, (Difference("listing", "on Amazon", None),), Rank.END),
    "a relist to zero": (Kind.RELIST, (Difference("quantity", 5, 0),), Rank.RELIST),
    "an alias": (Kind.CREATE_ALIAS, (), Rank.ALIAS),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "told", "rank"), URGENCY.values(), ids=URGENCY)
def test_how_urgent_an_action_is_follows_from_what_it_is(
    kind: Kind, told: tuple[Difference, ...], rank: Rank
) -> None:
    assert rank_of(kind, told) is rank


@given(seen_ones, wanted_ones)
def test_an_action_is_as_urgent_in_a_file_as_it_was_planned(seen: Seen, wanted: Wanted) -> None:
    for action in revise(seen, wanted, LIMITS):
        assert rank_of(action.kind, action.differences) is action.rank
