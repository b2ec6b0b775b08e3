"""Tabs: one row for each rule, the ladder of reasons, and the laws over all combinations of facts."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from amzsync.core.eligibility import Ineligible, ineligible
from amzsync.core.match import Outcome
from amzsync.core.model import Fulfillment, ListingStatus
from amzsync.core.tabs import (
    ASKED_AT,
    AsinResult,
    ListingFacts,
    Tab,
    Verdict,
    classify_listing,
    classify_unlisted,
)

SINCE = "2026-11-20T06:00:00Z"
ENDED = "2026-10-01"
DENIED = "2026-11-21T09:00:00Z"
GONE = (
    f"Not in Amazon's reports since {SINCE}; asked directly on {DENIED}, Amazon has no such listing"
)
PROBLEM = "Search Suppressed: Missing info - The brand is required"
APPROVAL = "Amazon wants an approval before it can be sold: Ask for it (code 9)."
BARRED = ineligible("simple", 0, ",base,", "base", True, False)
SOLD_OUT = ineligible("simple", 1, ",base,", "base", False, False)
OUTCOMES = [outcome for outcome in Outcome if outcome is not Outcome.MATCHED]
ACTIVE, INACTIVE = ListingStatus.ACTIVE, ListingStatus.INACTIVE
UNKNOWN = "Zurückgestellt"
# Words that come near to the end of a listing, and are not ListingStatus.DELETED.
NEAR_WORDS = ["Deleted", "ended", "removed", "cancelled", "closed", UNKNOWN, "", " deleted"]


def facts(**changes: Any) -> ListingFacts:
    """A matched listing that is live: five pieces at 19.99, fulfilled by the merchant."""
    plain = ListingFacts(
        Outcome.MATCHED, ACTIVE, 5, 1999, Fulfillment.MERCHANT, asked_at="2026-11-22T06:00:00Z"
    )
    return plain._replace(**changes)


def placed(**changes: Any) -> tuple[Tab, str, str]:
    return classify_listing(facts(**changes))[:3]


RULES: list[tuple[str, dict[str, Any], Tab, str, str]] = [
    ("live and matched", {}, Tab.ACTIVE, "Active", "Live on Amazon and matched to a product."),
    ("live with quantity 0", {"quantity": 0}, Tab.ACTIVE, "Active",
     "Live on Amazon and matched to a product."),
    ("live with a problem", {"problem": PROBLEM}, Tab.ACTIVE, "Active", f"Live, but {PROBLEM}"),
    ("a problem, but no status", {"problem": PROBLEM, "status": None}, Tab.ACTIVE, "Unknown",
     f"Taken as live, but {PROBLEM}"),
    ("a problem, and a status that nobody knows", {"problem": PROBLEM, "status": UNKNOWN},
     Tab.ACTIVE, UNKNOWN, f"Taken as live, but {PROBLEM}"),
    ("a blank status", {"status": ""}, Tab.ACTIVE, "Unknown",
     "Amazon's report has no status for this listing, so it is taken as live."),
    ("not seen", {"missing_since": SINCE}, Tab.ACTIVE, "Not Seen",
     f"Not in Amazon's reports since {SINCE}."),
    ("no report tells a status", {"status": None}, Tab.ACTIVE, "Unknown",
     "Amazon's report has no status for this listing, so it is taken as live."),
    ("a status that nobody knows", {"status": UNKNOWN}, Tab.ACTIVE, UNKNOWN,
     f"Amazon reports the status {UNKNOWN}, which amzsync does not know; it is taken as live."),
    ("live, but not eligible", {"ineligible": BARRED}, Tab.INELIGIBLE, "Ineligible",
     "Live on Amazon, but the product is disabled in Commerce."),
    ("out of stock in Commerce", {"ineligible": SOLD_OUT}, Tab.INELIGIBLE, "Ineligible",
     "Live on Amazon, but the product is out of stock in Commerce."),
    ("not eligible and not seen", {"ineligible": BARRED, "missing_since": SINCE}, Tab.INELIGIBLE,
     "Ineligible", f"Not in Amazon's reports since {SINCE}, but the product is disabled in Commerce."),
    ("not eligible, status unknown", {"ineligible": BARRED, "status": None}, Tab.INELIGIBLE,
     "Ineligible", "Taken as live on Amazon, but the product is disabled in Commerce."),
    ("inactive comes before ineligible", {"ineligible": BARRED, "status": INACTIVE}, Tab.INACTIVE,
     "Inactive", "Amazon gave no reason; asked at 2026-11-22T06:00:00Z."),
    ("incomplete with a reason", {"status": ListingStatus.INCOMPLETE, "problem": PROBLEM},
     Tab.INCOMPLETE, "Incomplete", PROBLEM),
    ("incomplete without one", {"status": ListingStatus.INCOMPLETE}, Tab.INCOMPLETE, "Incomplete",
     "Amazon has it as incomplete and gave no reason; asked at 2026-11-22T06:00:00Z."),
    ("deleted at Amazon", {"status": ListingStatus.DELETED}, Tab.ENDED, "Ended",
     "Amazon reports the listing as deleted."),
    ("deleted, whatever else holds",
     {"status": ListingStatus.DELETED, "ineligible": BARRED, "missing_since": SINCE,
      "problem": PROBLEM}, Tab.ENDED, "Ended", "Amazon reports the listing as deleted."),
    ("ended by hand, still live", {"ended_at": ENDED}, Tab.ENDED, "Ending In Progress",
     f"Ended by hand on {ENDED}, but Amazon's report still shows it active."),
    ("ended by hand, no longer live", {"ended_at": ENDED, "status": INACTIVE}, Tab.ENDED,
     "Manually Ended", f"Ended by hand on {ENDED}."),
    ("ended by hand, no longer in the reports", {"ended_at": ENDED, "missing_since": SINCE},
     Tab.ENDED, "Manually Ended", f"Ended by hand on {ENDED}."),
    ("ended by hand without a product", {"ended_at": ENDED, "outcome": Outcome.STRANGER},
     Tab.ENDED, "Ending In Progress",
     f"Ended by hand on {ENDED}, but Amazon's report still shows it active."),
    ("a stranger", {"outcome": Outcome.STRANGER}, Tab.NEW_THIRD_PARTY,
     "Awaiting Product Assignment",
     "No product in Commerce has this listing's SKU, ASIN or identifiers."),
    ("a stranger by decision", {"outcome": Outcome.STRANGER, "candidates": "You ruled it out."},
     Tab.NEW_THIRD_PARTY, "Awaiting Product Assignment", "You ruled it out."),
    ("a stranger that Amazon no longer has",
     {"outcome": Outcome.STRANGER, "missing_since": SINCE}, Tab.NEW_THIRD_PARTY,
     "Awaiting Product Assignment",
     f"No product in Commerce has this listing's SKU, ASIN or identifiers. Not in Amazon's reports since {SINCE}."),
    ("gone, as Amazon says", {"missing_since": SINCE, "denied_at": DENIED}, Tab.ACTIVE,
     "Not Seen", f"{GONE}."),
    ("inactive and gone, whatever problem it had",
     {"missing_since": SINCE, "denied_at": DENIED, "status": INACTIVE, "problem": PROBLEM},
     Tab.INACTIVE, "Inactive", f"{GONE}."),
    ("not eligible and gone",
     {"missing_since": SINCE, "denied_at": DENIED, "ineligible": BARRED}, Tab.INELIGIBLE,
     "Ineligible", f"{GONE}, but the product is disabled in Commerce."),
    ("a stranger that is gone",
     {"missing_since": SINCE, "denied_at": DENIED, "outcome": Outcome.STRANGER},
     Tab.NEW_THIRD_PARTY, "Awaiting Product Assignment",
     f"No product in Commerce has this listing's SKU, ASIN or identifiers. {GONE}."),
    ("denied before a report had it", {"denied_at": DENIED}, Tab.ACTIVE, "Active",
     "Live on Amazon and matched to a product."),
    ("an approval is needed", {"status": INACTIVE, "problem": APPROVAL}, Tab.INACTIVE, "Inactive",
     APPROVAL),
    ("ambiguous", {"outcome": Outcome.AMBIGUOUS, "candidates": "A (asin), B (asin)"},
     Tab.NEW_THIRD_PARTY, "Multiple Matches Found",
     "Several products carry its identifiers: A (asin), B (asin)."),
    ("a conflict", {"outcome": Outcome.CONFLICT, "candidates": "A (asin), B (ean)"},
     Tab.NEW_THIRD_PARTY, "Multiple Matches Found",
     "Its identifiers point to different products: A (asin), B (ean)."),
    ("a variation parent", {"outcome": Outcome.PARENT, "candidates": "A (seller sku)"},
     Tab.NEW_THIRD_PARTY, "Has Variants",
     "It matches a configurable product only: A (seller sku)."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "tab", "status", "reason"),
    [row[1:] for row in RULES],
    ids=[row[0] for row in RULES],
)
def test_the_first_rule_that_holds_places_a_listing(
    changes: dict[str, Any], tab: Tab, status: str, reason: str
) -> None:
    assert placed(**changes) == (tab, status, reason)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("status", [*ListingStatus, None, UNKNOWN])
def test_an_unmatched_listing_is_new_third_party_whatever_amazon_says(
    outcome: Outcome, status: str | None
) -> None:
    found = classify_listing(facts(outcome=outcome, status=status, problem=PROBLEM))
    assert found.tab is Tab.NEW_THIRD_PARTY


@pytest.mark.parametrize("word", NEAR_WORDS)
def test_a_word_that_is_not_known_never_ends_a_listing(word: str) -> None:
    assert classify_listing(facts(status=word)).tab is Tab.ACTIVE
    assert classify_listing(facts(status=word, ineligible=BARRED)).tab is Tab.INELIGIBLE


# -- the reasons of an inactive listing ------------------------------------------------------------------

# Each rung takes away the reason of the rung before, which had come first.
LADDER: list[tuple[str, dict[str, Any], str]] = [
    ("Amazon's own words", {}, PROBLEM),
    ("not seen", {"problem": None}, f"Not in Amazon's reports since {SINCE}."),
    ("out of stock", {"missing_since": None},
     "Quantity 0 on Amazon: the product is out of stock in Commerce."),
    ("out of stock for no reason", {"ineligible": None},
     "Quantity 0 on Amazon, though nothing in Commerce keeps it from being sold."),
    ("priced at nought", {"quantity": 5}, "The price on Amazon is 0."),
    ("no price", {"price_minor": None}, "Amazon shows no price for it."),
    ("no reason", {"price_minor": 1999},
     "Amazon gave no reason; asked at 2026-11-22T06:00:00Z."),
]  # fmt: skip


def test_the_best_reason_for_an_inactive_listing_comes_first() -> None:
    rung = facts(
        status=INACTIVE, problem=PROBLEM, missing_since=SINCE, quantity=0, price_minor=0,
        ineligible=SOLD_OUT,
    )  # fmt: skip
    found: list[tuple[str, str]] = []
    for name, changes, _ in LADDER:
        rung = rung._replace(**changes)
        verdict = classify_listing(rung)
        assert verdict[:2] == (Tab.INACTIVE, "Inactive")
        found.append((name, verdict.reason))
    assert found == [(name, reason) for name, _, reason in LADDER]


NO_REASON = "Amazon gave no reason; asked at 2026-11-22T06:00:00Z."
AMAZON_NO_REASON = "Fulfilled by Amazon and Amazon gave no reason; asked at 2026-11-22T06:00:00Z."
NO_PRICE, NOUGHT = "Amazon shows no price for it.", "The price on Amazon is 0."
EMPTY = "Out of stock in Amazon's warehouse."
SOLD = "Quantity 0 on Amazon, though nothing in Commerce keeps it from being sold."
MERCHANT, AMAZON = Fulfillment.MERCHANT, Fulfillment.AMAZON


@pytest.mark.parametrize(
    ("fulfillment", "quantity", "price_minor", "expected"),
    [
        (MERCHANT, None, 1999, NO_REASON),
        (MERCHANT, 0, 1999, SOLD),
        (MERCHANT, 5, 1999, NO_REASON),
        (MERCHANT, None, None, NO_PRICE),
        (MERCHANT, 5, 0, NOUGHT),
        (MERCHANT, 0, None, SOLD),
        (None, None, 1999, NO_REASON),
        (None, 0, 1999, SOLD),
        (None, 5, None, NO_PRICE),
        (AMAZON, None, 1999, AMAZON_NO_REASON),
        (AMAZON, 0, 1999, EMPTY),
        (AMAZON, 5, 1999, NO_REASON),
        (AMAZON, None, None, NO_PRICE),
        (AMAZON, 0, 0, EMPTY),
    ],
)
def test_a_quantity_or_price_that_is_not_told_is_not_nought(
    fulfillment: Fulfillment | None, quantity: int | None, price_minor: int | None, expected: str
) -> None:
    told = facts(
        status=INACTIVE, fulfillment=fulfillment, quantity=quantity, price_minor=price_minor
    )
    assert classify_listing(told).reason == expected


@pytest.mark.parametrize("barred", [None, BARRED, SOLD_OUT])
@pytest.mark.parametrize("quantity", [None, 0, 5])
def test_what_amazon_fulfils_is_never_out_of_stock_by_our_stock(
    barred: Ineligible | None, quantity: int | None
) -> None:
    found = classify_listing(
        facts(status=INACTIVE, fulfillment=AMAZON, quantity=quantity, ineligible=barred)
    )
    assert "Commerce" not in found.reason + found.next_step
    assert (found.reason == EMPTY) == (quantity == 0)


def test_the_next_step_is_that_of_what_is_in_the_way() -> None:
    assert SOLD_OUT is not None
    live = classify_listing(facts(ineligible=SOLD_OUT))
    inactive = classify_listing(facts(status=INACTIVE, quantity=0, ineligible=SOLD_OUT))
    assert live.next_step == inactive.next_step == SOLD_OUT.next_step


def test_the_time_of_the_report_stands_in_the_reason_as_it_was_given() -> None:
    found = classify_listing(facts(status=INACTIVE, asked_at=ASKED_AT))
    assert found.reason == "Amazon gave no reason; asked at {asked_at}."


# -- laws ----------------------------------------------------------------------------------------------

EVERYTHING = [
    ListingFacts._make((*combination[:-1], "2026-11-22T06:00:00Z", combination[-1]))
    for combination in product(
        Outcome,
        [*ListingStatus, None, UNKNOWN],
        (None, 0, 5),
        (None, 0, 1999),
        (None, *Fulfillment),
        (None, PROBLEM),
        (None, BARRED, SOLD_OUT),
        ("", "A (asin), B (asin)"),
        (None, SINCE),
        (None, ENDED),
        (None, DENIED),
    )
]


def test_every_listing_has_one_tab_a_status_a_reason_and_a_next_step() -> None:
    verdicts = {classify_listing(one) for one in EVERYTHING}
    tabs = set(Tab) - {Tab.READY_TO_LIST}  # that is for products without a listing
    assert {verdict.tab for verdict in verdicts} == tabs
    faulty = [
        verdict
        for verdict in verdicts
        if not (verdict.status and verdict.reason.strip() and verdict.next_step.endswith("."))
    ]
    assert faulty == []


def test_no_reason_shows_a_value_that_is_not_there() -> None:
    verdicts = {classify_listing(one) for one in EVERYTHING}
    assert [v for v in verdicts if "None" in v.reason + v.next_step or ".." in v.reason] == []


def test_only_amazons_word_for_deleted_or_the_user_ends_a_listing() -> None:
    ended = [one for one in EVERYTHING if classify_listing(one).tab is Tab.ENDED]
    expected = [
        one
        for one in EVERYTHING
        if one.ended_at or (one.outcome is Outcome.MATCHED and one.status == ListingStatus.DELETED)
    ]
    assert ended == expected


def test_live_is_said_only_of_what_amazon_reports_as_active_now() -> None:
    said = [one for one in EVERYTHING if classify_listing(one).reason.startswith("Live")]
    assert {(one.status, one.missing_since) for one in said} == {(ACTIVE, None)}


# -- products without a listing ----------------------------------------------------------------------------

UNLISTED = [
    ("complete", AsinResult.ONE, True, Tab.READY_TO_LIST, "Ready to List"),
    ("no condition", AsinResult.ONE, False, Tab.INCOMPLETE, "Missing Condition"),
    ("no ASIN", AsinResult.NONE, True, Tab.INCOMPLETE, "Unable to Assign to Amazon Listing"),
    ("neither", AsinResult.NONE, False, Tab.INCOMPLETE, "Unable to Assign to Amazon Listing"),
    ("several ASINs", AsinResult.SEVERAL, True, Tab.INCOMPLETE, "Multiple Matches Found"),
    ("several and no condition", AsinResult.SEVERAL, False, Tab.INCOMPLETE,
     "Multiple Matches Found"),
    ("the ASIN of a parent", AsinResult.PARENT, True, Tab.INCOMPLETE, "Has Variants"),
    ("of a parent, no condition", AsinResult.PARENT, False, Tab.INCOMPLETE, "Has Variants"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asin", "condition_known", "tab", "status"),
    [row[1:] for row in UNLISTED],
    ids=[row[0] for row in UNLISTED],
)
def test_an_unlisted_product_is_ready_or_says_the_first_thing_it_lacks(
    asin: AsinResult, condition_known: bool, tab: Tab, status: str
) -> None:
    found = classify_unlisted(
        asin, "B0A", condition_problem=None if condition_known else "no value", ineligible=None
    )
    assert found is not None
    assert found[:2] == (tab, status)
    assert found.reason.endswith(".")
    assert found.next_step.endswith(".")


@pytest.mark.parametrize("asin", AsinResult)
@pytest.mark.parametrize("condition_known", [True, False])
def test_an_unlisted_product_that_may_not_be_sold_is_in_no_tab(
    asin: AsinResult, condition_known: bool
) -> None:
    assert (
        classify_unlisted(
            asin,
            "B0A",
            condition_problem=None if condition_known else "no value",
            ineligible=BARRED,
        )
        is None
    )


def test_the_asins_found_are_named() -> None:
    def reason(asin: AsinResult, asins: str) -> str:
        found = classify_unlisted(asin, asins, condition_problem=None, ineligible=None)
        return found.reason if found else ""

    assert reason(AsinResult.SEVERAL, "B0A, B0B") == "The product names several ASINs: B0A, B0B."
    assert reason(AsinResult.PARENT, "B0A") == (
        "B0A is a variation parent, which cannot be sold itself."
    )


SEARCHED: list[tuple[str, AsinResult, dict[str, Any], Tab, str, str]] = [
    ("not searched yet", AsinResult.NONE, {"searched": False}, Tab.INCOMPLETE,
     "Unable to Assign to Amazon Listing",
     "No ASIN is known for this product; Amazon's catalogue has not been searched for it yet."),
    ("no page", AsinResult.NONE, {"searched": True, "by": "UPC 012345678905"}, Tab.INCOMPLETE,
     "Unable to Assign to Amazon Listing",
     "Amazon's catalogue has no page for its UPC 012345678905."),
    ("one page", AsinResult.ONE, {"searched": True, "by": "EAN 4006381333931"},
     Tab.READY_TO_LIST, "Ready to List",
     "Eligible, its ASIN was found by EAN 4006381333931, and it is not on Amazon yet."),
    ("several pages", AsinResult.SEVERAL, {"searched": True, "by": "EAN 4006381333931"},
     Tab.INCOMPLETE, "Multiple Matches Found",
     "Amazon's catalogue has several pages for its EAN 4006381333931: B0A."),
    ("several pages with titles", AsinResult.SEVERAL,
     {"searched": True, "by": "EAN 4006381333931", "found": "B0A (Tea), B0B (More tea)"},
     Tab.INCOMPLETE, "Multiple Matches Found",
     "Amazon's catalogue has several pages for its EAN 4006381333931: B0A (Tea), B0B (More tea)."),
    ("a parent", AsinResult.PARENT, {"searched": True, "by": "EAN 4006381333931"}, Tab.INCOMPLETE,
     "Has Variants",
     "Amazon's catalogue has only a variation parent for its EAN 4006381333931: B0A, which cannot be sold itself."),
    ("the product names a parent", AsinResult.PARENT, {"searched": False}, Tab.INCOMPLETE,
     "Has Variants", "B0A is a variation parent, which cannot be sold itself."),
    ("an approval", AsinResult.ONE,
     {"restriction": ("APPROVAL_REQUIRED", "You need approval\n to list.", "https://a.example/x")},
     Tab.INELIGIBLE, "Approval Required",
     "Amazon wants an approval before B0A can be sold: You need approval to list."),
    ("barred", AsinResult.ONE, {"restriction": ("NOT_ELIGIBLE", "", ""), "searched": True},
     Tab.INELIGIBLE, "Not Eligible", "Amazon does not let this account sell B0A."),
    ("barred in words that nobody knows", AsinResult.ONE, {"restriction": ("ODD", "No.", "")},
     Tab.INELIGIBLE, "Not Eligible", "Amazon does not let this account sell B0A: No."),
    ("no such page", AsinResult.ONE, {"restriction": ("ASIN_NOT_FOUND", "Not found.", "")},
     Tab.INCOMPLETE, "Unable to Assign to Amazon Listing",
     "Amazon has no page B0A in this marketplace: Not found."),
    ("nothing stands against it", AsinResult.ONE, {"restriction": ("", "", "")},
     Tab.READY_TO_LIST, "Ready to List",
     "Eligible, its ASIN is known, and it is not on Amazon yet."),
    ("several pages, one barred", AsinResult.SEVERAL, {"restriction": ("NOT_ELIGIBLE", "", "")},
     Tab.INCOMPLETE, "Multiple Matches Found", "The product names several ASINs: B0A."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asin", "told", "tab", "status", "reason"),
    [row[1:] for row in SEARCHED],
    ids=[row[0] for row in SEARCHED],
)
def test_what_amazon_says_of_an_unlisted_product_is_its_reason(
    asin: AsinResult, told: dict[str, Any], tab: Tab, status: str, reason: str
) -> None:
    found = classify_unlisted(asin, "B0A", condition_problem=None, ineligible=None, **told)
    assert found is not None
    assert found[:3] == (tab, status, reason)
    assert found.next_step.endswith(".")
    assert classify_unlisted(asin, "B0A", condition_problem=None, ineligible=BARRED, **told) is None


def test_the_next_step_of_a_restriction_names_where_to_go() -> None:
    def step(code: str, link: str) -> str:
        found = classify_unlisted(
            AsinResult.ONE, "B0A", condition_problem=None, ineligible=None,
            restriction=(code, "", link),
        )  # fmt: skip
        return found.next_step if found else ""

    link = "https://sellercentral.example/approve?asin=B0A"
    assert step("APPROVAL_REQUIRED", link) == (
        f"Ask Amazon for the approval in Seller Central ({link})."
    )
    assert link in step("NOT_ELIGIBLE", link)
    assert "()" not in step("APPROVAL_REQUIRED", "") + step("NOT_ELIGIBLE", "")


def test_a_condition_that_is_not_known_comes_before_a_restriction() -> None:
    found = classify_unlisted(
        AsinResult.ONE, "B0A", condition_problem="it has no value", ineligible=None,
        restriction=("APPROVAL_REQUIRED", "", ""),
    )  # fmt: skip
    assert found is not None
    assert found.status == "Missing Condition"


# -- the tabs themselves -----------------------------------------------------------------------------------


def test_the_tabs_stand_in_the_order_of_the_screen_under_their_names() -> None:
    assert [(tab.value, tab.label) for tab in Tab] == [
        ("incomplete", "Incomplete"),
        ("new-third-party", "New Third Party"),
        ("ready-to-list", "Ready to List"),
        ("inactive", "Inactive"),
        ("active", "Active"),
        ("ineligible", "Ineligible"),
        ("ended", "Ended"),
    ]


def test_a_verdict_is_four_texts() -> None:
    assert Verdict._fields == ("tab", "status", "reason", "next_step")


def test_a_product_of_which_amazon_has_not_said_whether_it_may_be_sold_is_not_called_eligible() -> (
    None
):
    verdict = classify_unlisted(
        AsinResult.ONE, "B000000001", condition_problem=None, ineligible=None, checked=False
    )

    assert verdict is not None
    assert (verdict.tab, verdict.status) == (Tab.READY_TO_LIST, "Not Checked")
    assert "Eligible" not in verdict.reason
    assert "Publish" not in verdict.next_step
