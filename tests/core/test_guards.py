"""The brakes: exact at their limits, for nine listings as for a million, and with the figures."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amzsync.core.guards import (
    Limits,
    enough_priced,
    excluded,
    leaps,
    prices_changed,
    rejected,
    vanished,
)

LIMITS = Limits()
SHARE_CASES = [
    ("none of none", 0, 0, True),
    ("all of three", 3, 3, True),
    ("all of four", 4, 4, False),
    ("3 of 9", 9, 3, True),
    ("4 of 9", 9, 4, False),
    ("all of 9", 9, 9, False),
    ("4 of 20 are just 20 %", 20, 4, True),
    ("4 of 19 are 21 %", 19, 4, False),
    ("20 of 100", 100, 20, True),
    ("21 of 100", 100, 21, False),
    ("20 % of a million", 1_000_000, 200_000, True),
    ("one more than 20 % of a million", 1_000_000, 200_001, False),
    ("more than there were", 0, 4, False),
]
by_share = pytest.mark.parametrize(
    ("whole", "part", "passes"),
    [case[1:] for case in SHARE_CASES],
    ids=[case[0] for case in SHARE_CASES],
)


@by_share
def test_rows_may_vanish_up_to_the_number_or_the_share(whole: int, part: int, passes: bool) -> None:
    assert (vanished(LIMITS, "listings", before=whole, gone=part) is None) == passes


@by_share
def test_rows_may_be_unreadable_up_to_the_number_or_the_share(
    whole: int, part: int, passes: bool
) -> None:
    assert (rejected(LIMITS, "rows", read=whole, bad=part) is None) == passes


@by_share
def test_prices_may_leap_up_to_the_number_or_the_share(whole: int, part: int, passes: bool) -> None:
    assert (
        prices_changed(LIMITS, "listings", priced=whole, changed=0, leapt=part) is None
    ) == passes


PRICE_CASES = [
    ("none", 0, 0, True),
    ("all of three", 3, 3, True),
    ("4 of 8 are just half", 8, 4, True),
    ("4 of 7", 7, 4, False),
    ("half of nine is four", 9, 4, True),
    ("five of nine", 9, 5, False),
    ("half of a million", 1_000_000, 500_000, True),
    ("one more than half of a million", 1_000_000, 500_001, False),
]


@pytest.mark.parametrize(
    ("priced", "changed", "passes"),
    [case[1:] for case in PRICE_CASES],
    ids=[case[0] for case in PRICE_CASES],
)
def test_prices_may_change_up_to_the_number_or_half(
    priced: int, changed: int, passes: bool
) -> None:
    found = prices_changed(LIMITS, "listings", priced=priced, changed=changed, leapt=0)
    assert (found is None) == passes


@pytest.mark.parametrize(
    ("before", "barred", "passes"),
    [
        pytest.param(3, 3, True, id="all of three"),
        pytest.param(9, 4, False, id="4 of 9"),
        pytest.param(20, 6, True, id="6 of 20 are just 30 %"),
        pytest.param(19, 6, False, id="6 of 19"),
        pytest.param(0, 4, False, id="more than there were"),
    ],
)
def test_rules_may_exclude_up_to_the_number_or_the_share(
    before: int, barred: int, passes: bool
) -> None:
    assert (excluded(LIMITS, "listings", before=before, barred=barred) is None) == passes


MESSAGES = [
    (
        excluded(LIMITS, "listings of store us", before=139, barred=57),
        "57 of 139 listings of store us (41.01%) would become ineligible at once; the limit is 3 and 30%",
    ),
    (
        vanished(LIMITS, "listings of store us", before=1_200, gone=600),
        "600 of 1,200 listings of store us (50%) have vanished; the limit is 3 and 20%",
    ),
    (
        vanished(LIMITS, "listings", before=1_000, gone=201),
        "201 of 1,000 listings (20.1%) have vanished; the limit is 3 and 20%",
    ),
    (
        vanished(Limits(vanished_rows=0, vanished_share=0.125), "products", before=4, gone=1),
        "1 of 4 products (25%) have vanished; the limit is 0 and 12.5%",
    ),
    (
        vanished(LIMITS, "listings", before=0, gone=1_000_000),
        "1,000,000 of 0 listings (100%) have vanished; the limit is 3 and 20%",
    ),
    (
        prices_changed(LIMITS, "products", priced=10, changed=9, leapt=9),
        "9 of 10 products (90%) would change price at once; the limit is 3 and 50%",
    ),
    (
        prices_changed(LIMITS, "products", priced=10, changed=4, leapt=4),
        "4 of 10 products (40%) would change price by a factor of 3 or more; the limit is 3 and 20%",
    ),
    (
        prices_changed(Limits(price_factor=1.5), "products", priced=10, changed=4, leapt=4),
        "4 of 10 products (40%) would change price by a factor of 1.5 or more; the limit is 3 and 20%",
    ),
    (
        rejected(LIMITS, "rows of report.txt", read=5, bad=5),
        "5 of 5 rows of report.txt (100%) cannot be read; the limit is 3 and 20%",
    ),
]


@pytest.mark.parametrize(("found", "expected"), MESSAGES, ids=[case[1] for case in MESSAGES])
def test_a_refusal_holds_the_figures_and_the_limit(found: str | None, expected: str) -> None:
    assert found == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1000, 2999, False),
        (1000, 3000, True),
        (1000, 334, False),
        (999, 333, True),
        (1000, 100_000, True),
        (0, 1, True),
        (0, 0, False),
        (1, 1, False),
    ],
)
def test_a_leap_is_a_price_that_moves_by_the_factor(old: int, new: int, expected: bool) -> None:
    assert leaps(LIMITS, old, new) is expected
    assert leaps(LIMITS, new, old) is expected


prices = st.integers(0, 10**9)
rows = st.integers(0, 2_000_000)
limits = st.builds(
    Limits,
    vanished_rows=st.integers(0, 50),
    vanished_share=st.floats(0.01, 1),
    price_rows=st.integers(0, 50),
    price_share=st.floats(0.01, 1),
    price_factor_share=st.floats(0.01, 1),
)


@given(prices, prices, st.floats(1.01, 100))
def test_a_leap_up_is_a_leap_down(old: int, new: int, factor: float) -> None:
    limit = Limits(price_factor=factor)
    assert leaps(limit, old, new) == leaps(limit, new, old)


@given(limits, rows, rows)
def test_who_loses_more_rows_is_refused_before_who_loses_less(
    limit: Limits, before: int, gone: int
) -> None:
    assume(gone > 0)
    if vanished(limit, "rows", before=before, gone=gone) is None:
        assert vanished(limit, "rows", before=before, gone=gone - 1) is None
        assert vanished(limit, "rows", before=before + 1, gone=gone) is None


@given(limits, rows, rows)
def test_counting_priced_rows_may_stop_where_it_is_enough(
    limit: Limits, changed: int, leapt: int
) -> None:
    enough = enough_priced(limit, changed=changed, leapt=leapt)
    assert prices_changed(limit, "rows", priced=enough, changed=changed, leapt=leapt) is None
