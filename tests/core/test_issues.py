"""Issues: which of them bite, and the one sentence that is told."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.issues import Issue, in_force, misses_something, problem, restricted

NOW = "2026-11-23T12:00:00Z"
BEFORE, AFTER = "2026-11-23T11:59:59Z", "2026-11-23T12:00:01Z"
TAKEN = {"actions": ("SEARCH_SUPPRESSED",), "exemption": "NOT_EXEMPT"}


def issue(severity: str = "ERROR", **told: Any) -> Issue:
    return Issue("100", "Something is wrong.", severity, **told)


def taken(action: str, *, exemption: str = "NOT_EXEMPT", **told: Any) -> Issue:
    return issue(actions=(action,), exemption=exemption, **told)


@pytest.mark.parametrize(
    ("actions", "exemption", "until", "expected"),
    [
        (("LISTING_SUPPRESSED",), "NOT_EXEMPT", None, True),
        (("LISTING_SUPPRESSED",), "NOT_EXEMPT", AFTER, True),
        (("LISTING_SUPPRESSED",), "EXEMPT", None, False),
        (("LISTING_SUPPRESSED",), "EXEMPT_UNTIL_EXPIRY_DATE", BEFORE, True),
        (("LISTING_SUPPRESSED",), "EXEMPT_UNTIL_EXPIRY_DATE", NOW, False),
        (("LISTING_SUPPRESSED",), "EXEMPT_UNTIL_EXPIRY_DATE", AFTER, False),
        (("LISTING_SUPPRESSED",), "EXEMPT_UNTIL_EXPIRY_DATE", None, True),
        (("LISTING_SUPPRESSED",), "HALF_EXEMPT", AFTER, True),
        (("LISTING_SUPPRESSED",), "", None, True),
        ((), "NOT_EXEMPT", None, False),
    ],
)
def test_an_enforcement_bites_unless_the_listing_is_exempt(
    actions: tuple[str, ...], exemption: str, until: str | None, *, expected: bool
) -> None:
    one = issue(actions=actions, exemption=exemption, exempt_until=until)
    assert in_force(one, NOW) is expected


WORDS = [
    ("page removed", taken("CATALOG_ITEM_REMOVED"),
     "Amazon has removed the catalogue page that it is sold on: "),
    ("suppressed", taken("LISTING_SUPPRESSED"), "Amazon has suppressed the listing: "),
    ("approval", issue(categories=("QUALIFICATION_REQUIRED",)),
     "Amazon wants an approval before it can be sold: "),
    ("hidden", taken("SEARCH_SUPPRESSED"), "Amazon hides it from the search: "),
    ("values", taken("ATTRIBUTE_SUPPRESSED", attributes=("brand", "size")),
     "Amazon does not show some of its values (brand, size): "),
    ("a measure that nobody knows", taken("PAUSED"), "Amazon has taken the measure PAUSED: "),
    ("missing value", issue(categories=("MISSING_ATTRIBUTE",), attributes=("size",)),
     "Amazon finds values missing (size): "),
    ("wrong value", issue(categories=("OTHER", "INVALID_ATTRIBUTE")), "Amazon rejects values: "),
    ("no price", issue(categories=("MISSING_PRICE",)), "Amazon finds no price: "),
    ("wrong price", issue(categories=("INVALID_PRICE",)), "Amazon rejects the price: "),
    ("no image", issue(categories=("MISSING_IMAGE",)), "Amazon finds no image: "),
    ("wrong image", issue(categories=("INVALID_IMAGE",)), "Amazon rejects the image: "),
    ("another error", issue(categories=("DUPLICATE",)), "Amazon reports an error: "),
    ("a warning", issue("WARNING", categories=("INVALID_PRICE",)), "Amazon warns: "),
    ("an enforcement not applied", taken("LISTING_SUPPRESSED", exemption="EXEMPT"),
     "Amazon warns: "),
    ("a severity that nobody knows", issue("FATAL"), "Amazon warns: "),
    ("information", issue("INFO"), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "words"), [case[1:] for case in WORDS], ids=[case[0] for case in WORDS]
)
def test_a_problem_is_told_with_amazons_own_message_and_code(one: Issue, words: str | None) -> None:
    expected = None if words is None else f"{words}Something is wrong (code 100)."
    assert problem([one], live=False, now=NOW) == expected
    warns = words is not None and words.startswith("Amazon warns")
    assert problem([one], live=True, now=NOW) == (None if warns else expected)


RANKS = (0, 1, 2, 3, 4, 5, 6, 12, 13)  # one of WORDS for each rank


@pytest.mark.parametrize(("better", "worse"), list(pairwise(RANKS)))
def test_the_problem_that_weighs_most_is_told(better: int, worse: int) -> None:
    a, b = WORDS[better][1], WORDS[worse][1]
    expected = WORDS[better][2]
    for order in permutations([a, b]):
        found = problem(order, live=False, now=NOW)
        assert found is not None
        assert expected is not None
        assert found.startswith(expected)


def test_the_other_problems_are_counted_and_warnings_are_not() -> None:
    several = [taken("LISTING_SUPPRESSED"), issue(), issue(), issue("WARNING"), issue("INFO")]
    start = "Amazon has suppressed the listing: Something is wrong (code 100)"
    assert problem(several, live=False, now=NOW) == f"{start} (and 2 more issues)."
    assert problem(several[:2], live=False, now=NOW) == f"{start} (and 1 more issue)."
    assert problem(several[:1], live=False, now=NOW) == f"{start}."
    warnings = [issue("WARNING"), issue("WARNING")]
    expected = "Amazon warns: Something is wrong (code 100) (and 1 more issue)."
    assert problem(warnings, live=False, now=NOW) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("  A line\n\tand another. ", "A line and another"),
        ("Really?", "Really?"),
        ("", "no message"),
        ("...", "no message"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 300 + "..."),
    ],
)
def test_a_message_is_one_line_that_is_not_too_long(message: str, expected: str) -> None:
    one = Issue("7", message, "ERROR")
    found = problem([one], live=True, now=NOW)
    assert found == f"Amazon reports an error: {expected} (code 7)."


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (issue(categories=("QUALIFICATION_REQUIRED",)), True),
        (issue("WARNING", categories=("QUALIFICATION_REQUIRED",)), False),
        (issue("INFO", categories=("QUALIFICATION_REQUIRED",)), False),
        (issue("WARNING", categories=("QUALIFICATION_REQUIRED",), **TAKEN), True),
        (taken("LISTING_SUPPRESSED", exemption="EXEMPT", categories=("QUALIFICATION_REQUIRED",)),
         False),
        (issue(categories=("DUPLICATE",)), False),
    ],
)  # fmt: skip
def test_an_approval_is_needed_unless_amazon_only_mentions_it(
    one: Issue, *, expected: bool
) -> None:
    assert restricted([issue("INFO"), one], NOW) is expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (issue(categories=("MISSING_ATTRIBUTE",)), True),
        (issue(categories=("DUPLICATE", "MISSING_IMAGE")), True),
        (issue("WARNING", categories=("MISSING_PRICE",)), False),
        (issue(categories=("INVALID_PRICE",)), False),
    ],
)
def test_only_an_error_says_that_something_is_missing(one: Issue, *, expected: bool) -> None:
    assert misses_something([one]) is expected
    assert misses_something([]) is False


# -- laws ----------------------------------------------------------------------------------------------

words = st.lists(
    st.sampled_from(["QUALIFICATION_REQUIRED", "MISSING_PRICE", "INVALID_IMAGE", "ODD"]), max_size=2
)
actions = st.lists(
    st.sampled_from(["CATALOG_ITEM_REMOVED", "LISTING_SUPPRESSED", "SEARCH_SUPPRESSED", "ODD"]),
    max_size=2,
)
issues = st.builds(
    Issue,
    code=st.sampled_from("12"),
    message=st.sampled_from(["", "a", "b. "]),
    severity=st.sampled_from(["ERROR", "WARNING", "INFO", "ODD"]),
    attributes=st.lists(st.sampled_from("ab"), max_size=2).map(tuple),
    categories=words.map(tuple),
    actions=actions.map(tuple),
    exemption=st.sampled_from(["", "EXEMPT", "NOT_EXEMPT", "EXEMPT_UNTIL_EXPIRY_DATE", "ODD"]),
    exempt_until=st.sampled_from([None, BEFORE, AFTER]),
)


@given(st.lists(issues, max_size=4), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_issues_does_not_matter(
    several: list[Issue], live: bool, chance: Any
) -> None:
    shuffled = several.copy()
    chance.shuffle(shuffled)
    assert problem(several, live=live, now=NOW) == problem(shuffled, live=live, now=NOW)


@given(st.lists(issues, max_size=4))
def test_a_problem_is_a_sentence_of_amazons_and_what_is_told_of_a_live_listing_is_told_of_any(
    several: list[Issue],
) -> None:
    live, other = (problem(several, live=flag, now=NOW) for flag in (True, False))
    assert live in {None, other}
    for sentence in (live, other):
        assert sentence is None or (sentence.startswith("Amazon ") and sentence.endswith("."))
    if restricted(several, NOW):
        assert live is not None
