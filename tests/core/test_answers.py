"""What an answer about one listing amounts to: its status, and the reason why it does not sell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.answers import NEITHER, NO_OFFER, NOT_SHOWN, ONLY_SHOWN, ListingAnswer, row_of
from amzsync.core.issues import Issue
from amzsync.core.model import Fulfillment, ListingRow

NOW = "2026-11-23T12:00:00Z"
MERCHANT, AMAZON = Fulfillment.MERCHANT.value, Fulfillment.AMAZON.value
BOTH = ("BUYABLE", "DISCOVERABLE")
WHOLE = ListingAnswer(
    "TEA-1", "B0TESTTEA1", "Tea", "new_new", MERCHANT, 1999, 5, BOTH, (), True, "4006381333931",
    "2026-01-01T00:00:00Z", "2026-11-20T00:00:00Z",
)  # fmt: skip
MISSING = Issue("1", "'size' is required", "ERROR", ("size",), ("MISSING_ATTRIBUTE",))
MISSING_WORDS = "Amazon finds values missing (size): 'size' is required (code 1)."
HIDDEN = Issue("2", "No image", "ERROR", actions=("SEARCH_SUPPRESSED",), exemption="NOT_EXEMPT")
HIDDEN_WORDS = "Amazon hides it from the search: No image (code 2)."
WARNING = Issue("3", "Look", "WARNING")
WARNING_WORDS = "Amazon warns: Look (code 3)."


def test_an_answer_tells_the_fields_of_a_row() -> None:
    assert row_of(WHOLE, NOW) == ListingRow(
        "TEA-1", "B0TESTTEA1", "Tea", "new_new", MERCHANT, 1999, 5, "active", "4006381333931",
        "2026-01-01T00:00:00Z", None,
    )  # fmt: skip


def test_what_is_not_told_stays_open() -> None:
    assert row_of(ListingAnswer("TEA-1"), NOW) == ListingRow("TEA-1")


CASES: list[tuple[str, dict[str, Any], str | None, str | None]] = [
    ("live", {}, "active", None),
    ("live, in words that nobody knows", {"words": ("BUYABLE", "NEW", "DISCOVERABLE")},
     "active", None),
    ("live with a warning", {"issues": (WARNING,)}, "active", None),
    ("live and out of stock", {"quantity": 0}, "active", None),
    ("live without an ASIN", {"asin": None, "issues": (MISSING,)}, "active", MISSING_WORDS),
    ("live and hidden", {"issues": (HIDDEN,)}, "active", HIDDEN_WORDS),
    ("live and not shown", {"words": ("BUYABLE",)}, "active", NOT_SHOWN),
    ("live and not shown for a reason", {"words": ("BUYABLE",), "issues": (HIDDEN,)},
     "active", HIDDEN_WORDS),
    ("no status told", {"words": None}, None, None),
    ("no status told, but an issue", {"words": None, "issues": (HIDDEN, WARNING)}, None,
     HIDDEN_WORDS),
    ("no status told, and a warning", {"words": None, "issues": (WARNING,)}, None, None),
    ("no ASIN and a value missing", {"words": (), "asin": None, "issues": (MISSING,)},
     "incomplete", MISSING_WORDS),
    ("no ASIN, and nothing said to be missing", {"words": (), "asin": None, "issues": (HIDDEN,)},
     "inactive", HIDDEN_WORDS),
    ("an ASIN and a value missing", {"words": (), "issues": (MISSING,)}, "inactive",
     MISSING_WORDS),
    ("out of stock, whatever else", {"words": (), "quantity": 0, "has_offer": False,
     "issues": (HIDDEN,)}, "inactive", None),
    ("no offer, whatever issues", {"words": (), "has_offer": False, "price_minor": None,
     "issues": (HIDDEN,)}, "inactive", NO_OFFER),
    ("an issue", {"words": ("DISCOVERABLE",), "issues": (WARNING, HIDDEN)}, "inactive",
     HIDDEN_WORDS),
    ("a warning, for want of better", {"words": (), "issues": (WARNING,)}, "inactive",
     WARNING_WORDS),
    ("only shown", {"words": ("DISCOVERABLE",)}, "inactive", ONLY_SHOWN),
    ("neither", {"words": ()}, "inactive", NEITHER),
    ("neither, in words that nobody knows", {"words": ("ODD",)}, "inactive", NEITHER),
    # Whether Amazon's warehouse is empty, another source tells.
    ("in Amazon's warehouse", {"words": (), "fulfillment": AMAZON, "quantity": None,
     "issues": (WARNING,)}, "inactive", None),
    ("in Amazon's warehouse, with an issue", {"words": (), "fulfillment": AMAZON,
     "quantity": None, "issues": (WARNING, HIDDEN)}, "inactive", HIDDEN_WORDS),
    ("by an unknown channel", {"words": (), "fulfillment": None, "quantity": None}, "inactive",
     None),
    ("with an offer in another currency", {"words": (), "price_minor": None}, "inactive", None),
    ("offers not asked for", {"words": (), "has_offer": None}, "inactive", NEITHER),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "status", "reason"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_first_cause_that_holds_is_the_reason(
    told: dict[str, Any], status: str | None, reason: str | None
) -> None:
    found = row_of(WHOLE._replace(**told), NOW)
    assert (found.status, found.reason) == (status, reason)


@pytest.mark.parametrize(
    ("words", "fulfillment", "quantity", "expected"),
    [
        ((), MERCHANT, None, 0),
        ((), MERCHANT, 0, 0),
        ((), MERCHANT, 5, 5),
        ((), AMAZON, None, None),
        ((), None, None, None),
        (BOTH, MERCHANT, None, None),
        (None, MERCHANT, None, None),
    ],
)
def test_no_quantity_is_nought_only_for_a_merchants_listing_that_does_not_sell(
    words: tuple[str, ...] | None,
    fulfillment: str | None,
    quantity: int | None,
    expected: int | None,
) -> None:
    answer = WHOLE._replace(words=words, fulfillment=fulfillment, quantity=quantity)
    assert row_of(answer, NOW).quantity == expected


@given(
    st.none() | st.lists(st.sampled_from(["BUYABLE", "DISCOVERABLE", "ODD"])).map(tuple),
    st.lists(st.sampled_from([MISSING, HIDDEN, WARNING])).map(tuple),
    st.sampled_from([None, "B0TESTTEA1"]),
    st.sampled_from([None, MERCHANT, AMAZON]),
    st.sampled_from([None, 0, 5]),
)
def test_a_listing_is_active_exactly_where_amazon_says_that_it_can_be_bought(
    words: tuple[str, ...] | None,
    issues: tuple[Issue, ...],
    asin: str | None,
    fulfillment: str | None,
    quantity: int | None,
) -> None:
    answer = WHOLE._replace(
        words=words, issues=issues, asin=asin, fulfillment=fulfillment, quantity=quantity
    )
    found = row_of(answer, NOW)
    assert (found.status == "active") == ("BUYABLE" in (words or ()))
    assert (found.status is None) == (words is None)
    assert found.reason is None or found.reason.endswith(".")
