"""Sort every listing and every unlisted product into exactly one tab, with the reason and the next step.

The tabs are those of Adobe's Amazon Sales Channel.  A tab is never stored as a fact of its own: it follows
from the facts, so the reason shown is the rule that put the listing there.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from amzsync.core.eligibility import Ineligible
from amzsync.core.match import Outcome
from amzsync.core.model import Fulfillment, ListingStatus

# Stands in a stored reason for the time of the report, so that a new report does not rewrite every row.
ASKED_AT = "{asked_at}"


class Tab(StrEnum):
    """The lifecycle tabs in the order they are shown; Overrides is a filter across them."""

    INCOMPLETE = "incomplete"
    NEW_THIRD_PARTY = "new-third-party"
    READY_TO_LIST = "ready-to-list"
    INACTIVE = "inactive"
    ACTIVE = "active"
    INELIGIBLE = "ineligible"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """Return the tab's name as it is written on the screen."""
        return {"new-third-party": "New Third Party", "ready-to-list": "Ready to List"}.get(
            self.value, self.value.capitalize()
        )


class Verdict(NamedTuple):
    """Where a row stands, why, and what to do about it."""

    tab: Tab
    status: str
    reason: str
    next_step: str


class ListingFacts(NamedTuple):
    """All that decides the tab of a listing."""

    outcome: Outcome
    status: str | None  # a ListingStatus value, Amazon's own word, or None where no report told
    quantity: int | None
    price_minor: int | None
    fulfillment: str | None
    problem: str | None = None  # the reason a suppressed, stranded or cancelled report gives
    ineligible: Ineligible | None = None
    candidates: str = ""  # the candidate products, worded, where the outcome is not a match
    missing_since: str | None = None  # since when Amazon's reports no longer have it
    ended_at: str | None = None  # when the user ended it
    asked_at: str = ""  # the time of the report that was asked
    denied_at: str | None = None  # when Amazon, asked for the listing itself, had none


class AsinResult(StrEnum):
    """What is known of the ASIN of a product that has no listing."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"
    PARENT = "parent"


_CHECK_REPORT = "Nothing to do yet: the next report tells whether the listing is back."
_CHECK_LISTING = "If you have removed it, add it to the store's list of ended listings; if not, look for it in Seller Central."
_CORRECT = (
    "Correct what Amazon names in Seller Central; the next import tells whether it was enough."
)
_CORRECT_LIVE = (
    "Correct what Amazon names in Seller Central, or buyers may not find or see all of it; "
    "the next import tells whether it was enough."
)
_LIVE = Verdict(Tab.ACTIVE, "Active", "Live on Amazon and matched to a product.", "Nothing to do.")
_UNTOLD = Verdict(
    Tab.ACTIVE,
    "Unknown",
    "Amazon's report has no status for this listing, so it is taken as live.",
    "Request a new All Listings report, or look the listing up in Seller Central.",
)
_READY = Verdict(
    Tab.READY_TO_LIST,
    "Ready to List",
    "Eligible, its ASIN is known, and it is not on Amazon yet.",
    "Publish it when you want to sell it on Amazon.",
)
_TO_BE_LISTED = _READY._replace(
    status="To Be Listed",
    next_step="Nothing to do: the store lists by itself (amzsync plan shows what and at which price).",
)
_UNCHECKED = Verdict(
    Tab.READY_TO_LIST,
    "Not Checked",
    "Its ASIN is known and it is not on Amazon yet; whether Amazon lets it be sold is not known yet.",
    "Nothing to do yet: the next imports ask Amazon.",
)


def classify_listing(facts: ListingFacts) -> Verdict:
    """Return the one tab of a listing; the first rule that holds wins."""
    if facts.ended_at is not None:
        return _ended(facts)
    if facts.outcome is not Outcome.MATCHED:
        return _third_party(facts)
    if facts.status == ListingStatus.DELETED:
        return _ended(facts)
    if facts.status == ListingStatus.INCOMPLETE:
        return _incomplete_listing(facts)
    if facts.status == ListingStatus.INACTIVE:
        return _inactive(facts)
    return _live(facts)


def classify_unlisted(
    asin: AsinResult,
    asins: str,
    *,
    condition_problem: str | None,
    ineligible: Ineligible | None,
    automatic: bool = False,
    searched: bool | None = None,
    by: str = "",
    found: str = "",
    restriction: tuple[str, str, str] | None = None,
    checked: bool = True,
) -> Verdict | None:
    """Return the tab of a product that has no listing; ``None`` where it belongs in no tab.

    *asins* are the ASINs found, comma-joined.  When several things are missing the ASIN is named first,
    because nothing else can be checked without it.  *condition_problem* says why the condition of the offer
    is not known, *automatic* that the store publishes by itself.

    *searched* tells whether the ASINs come from a search of Amazon's catalogue *by* the product's identifiers
    ("EAN 4006381333931"): ``False`` where it can be searched but has not been yet, ``None`` where it cannot be
    or the product names its ASIN itself.  *found* are the pages found, with their titles.  *restriction* is
    what Amazon has against selling the ASIN (code, message, link), if anything; *checked* is false where Amazon
    can be asked about that and has not answered yet.
    """
    if ineligible is not None:
        return None
    if asin is not AsinResult.ONE:
        if searched:
            return _catalogue_verdict(asin, by, found or asins)
        return _asin_verdict(asin, asins, searchable=searched is False)
    if condition_problem is not None:
        return Verdict(
            Tab.INCOMPLETE,
            "Missing Condition",
            f"Its condition on Amazon is not known: {condition_problem}.",
            "Fill in the condition attribute in Commerce, or map its value in amzsync.toml.",
        )
    if restriction is not None and restriction[0]:
        return _restricted(*restriction, asins)
    if not checked:
        return _UNCHECKED
    ready = _TO_BE_LISTED if automatic else _READY
    if searched:
        reason = f"Eligible, its ASIN was found by {by}, and it is not on Amazon yet."
        return ready._replace(reason=reason)
    return ready


def _asin_verdict(asin: AsinResult, asins: str, *, searchable: bool) -> Verdict:
    """Say what is wrong with the ASINs that a product names itself."""
    if asin is AsinResult.SEVERAL:
        return Verdict(
            Tab.INCOMPLETE,
            "Multiple Matches Found",
            f"The product names several ASINs: {asins}.",
            "Keep the right one in the product's ASIN attribute.",
        )
    if asin is AsinResult.PARENT:
        return Verdict(
            Tab.INCOMPLETE,
            "Has Variants",
            f"{asins} is a variation parent, which cannot be sold itself.",
            "Enter the ASIN of the variant in the product's ASIN attribute.",
        )
    if searchable:
        return Verdict(
            Tab.INCOMPLETE,
            "Unable to Assign to Amazon Listing",
            "No ASIN is known for this product; Amazon's catalogue has not been searched for it yet.",
            "Nothing to do yet: the next imports search for it.",
        )
    return Verdict(
        Tab.INCOMPLETE,
        "Unable to Assign to Amazon Listing",
        "No ASIN is known for this product.",
        "Fill in the product's ASIN attribute in Commerce, or look it up on Amazon by its UPC or EAN.",
    )


def _catalogue_verdict(asin: AsinResult, by: str, found: str) -> Verdict:
    """Say what a search of Amazon's catalogue came to that did not find the one page of a product."""
    if asin is AsinResult.SEVERAL:
        return Verdict(
            Tab.INCOMPLETE,
            "Multiple Matches Found",
            f"Amazon's catalogue has several pages for its {by}: {found}.",
            "Enter the right ASIN in the product's ASIN attribute in Commerce.",
        )
    if asin is AsinResult.PARENT:
        return Verdict(
            Tab.INCOMPLETE,
            "Has Variants",
            f"Amazon's catalogue has only a variation parent for its {by}: {found}, which cannot be sold itself.",
            "Enter the ASIN of the variant in the product's ASIN attribute in Commerce.",
        )
    return Verdict(
        Tab.INCOMPLETE,
        "Unable to Assign to Amazon Listing",
        f"Amazon's catalogue has no page for its {by}.",
        "Check the identifier, or fill in the product's ASIN attribute in Commerce; "
        "a product that is new to Amazon is created in Seller Central.",
    )


def _restricted(code: str, message: str, link: str, asin: str) -> Verdict:
    """Say what Amazon has against selling an ASIN that would else be ready to list."""
    said = " ".join(message.split()).rstrip(".")
    words = f": {said}" if said else ""
    at = f" ({link})" if link else ""
    if code == "ASIN_NOT_FOUND":
        return Verdict(
            Tab.INCOMPLETE,
            "Unable to Assign to Amazon Listing",
            f"Amazon has no page {asin} in this marketplace{words}.",
            "Correct the product's ASIN attribute in Commerce.",
        )
    if code == "APPROVAL_REQUIRED":
        return Verdict(
            Tab.INELIGIBLE,
            "Approval Required",
            f"Amazon wants an approval before {asin} can be sold{words}.",
            f"Ask Amazon for the approval in Seller Central{at}.",
        )
    return Verdict(
        Tab.INELIGIBLE,
        "Not Eligible",
        f"Amazon does not let this account sell {asin}{words}.",
        f"Nothing can be done about it here; Seller Central may tell more{at}.",
    )


def _third_party(facts: ListingFacts) -> Verdict:
    status, since = "Awaiting Product Assignment", facts.missing_since
    if facts.outcome is Outcome.STRANGER:
        reason = (
            facts.candidates
            or "No product in Commerce has this listing's SKU, ASIN or identifiers."
        )
        step = "Pin it to a product (amzsync match pin), or add the product or its identifiers in Commerce."
    elif facts.outcome is Outcome.AMBIGUOUS:
        status, reason = (
            "Multiple Matches Found",
            f"Several products carry its identifiers: {facts.candidates}.",
        )
        step = "Choose one with amzsync match review, or make the identifier unique in Commerce."
    elif facts.outcome is Outcome.CONFLICT:
        status, reason = (
            "Multiple Matches Found",
            f"Its identifiers point to different products: {facts.candidates}.",
        )
        step = "Choose one with amzsync match review, or correct the identifiers in Commerce."
    else:
        status, reason = (
            "Has Variants",
            f"It matches a configurable product only: {facts.candidates}.",
        )
        step = "Pin it to the variant that is sold (amzsync match pin)."
    if since is not None:
        reason = f"{reason} {_not_seen(facts)}."
    return Verdict(Tab.NEW_THIRD_PARTY, status, reason, step)


def _ended(facts: ListingFacts) -> Verdict:
    if facts.ended_at is None:
        return Verdict(
            Tab.ENDED,
            "Ended",
            "Amazon reports the listing as deleted.",
            "Publish it again when you want to sell it.",
        )
    there = facts.missing_since is None and facts.denied_at is None
    if facts.status == ListingStatus.ACTIVE and there:
        return Verdict(
            Tab.ENDED,
            "Ending In Progress",
            f"Ended by hand on {facts.ended_at}, but Amazon's report still shows it active.",
            "If it stays active for a day, end it once more (amzsync end, or in Seller Central).",
        )
    return Verdict(
        Tab.ENDED,
        "Manually Ended",
        f"Ended by hand on {facts.ended_at}.",
        "Publish it again when you want to sell it.",
    )


def _incomplete_listing(facts: ListingFacts) -> Verdict:
    reason = (
        facts.problem
        or f"Amazon has it as incomplete and gave no reason; asked at {facts.asked_at}."
    )
    return Verdict(
        Tab.INCOMPLETE,
        "Incomplete",
        reason,
        "Complete the listing in Seller Central (Manage All Inventory, filter Incomplete).",
    )


def _inactive(facts: ListingFacts) -> Verdict:
    """Say the best reason known: Amazon's own words, then quantity, price, and that there is none."""
    if _is_denied(facts):  # later than any problem that it had
        reason, step = f"{_not_seen(facts)}.", _CHECK_LISTING
    elif facts.problem:
        reason, step = facts.problem, _CORRECT
    elif facts.missing_since is not None:
        reason, step = f"{_not_seen(facts)}.", _CHECK_REPORT
    elif facts.quantity == 0:
        reason, step = _out_of_stock(facts)
    elif not facts.price_minor:
        known = "The price on Amazon is 0."
        reason = "Amazon shows no price for it." if facts.price_minor is None else known
        step = "Give the listing a price."
    elif facts.fulfillment == Fulfillment.AMAZON and facts.quantity is None:
        reason = f"Fulfilled by Amazon and Amazon gave no reason; asked at {facts.asked_at}."
        step = (
            "The FBA inventory tells whether the warehouse is empty: import its report as well, "
            "or look the listing up in Seller Central."
        )
    else:
        reason = f"Amazon gave no reason; asked at {facts.asked_at}."
        step = "Import a suppressed-listings report as well, or open the listing in Seller Central."
    return Verdict(Tab.INACTIVE, "Inactive", reason, step)


def _is_denied(facts: ListingFacts) -> bool:
    return facts.missing_since is not None and facts.denied_at is not None


def _not_seen(facts: ListingFacts) -> str:
    """Say that the listing is missing; it is for the user to say that it has ended."""
    known = f"Not in Amazon's reports since {facts.missing_since}"
    if _is_denied(facts):
        return f"{known}; asked directly on {facts.denied_at}, Amazon has no such listing"
    return known


def _whereabouts(facts: ListingFacts) -> str:
    """Say no more of a listing that is taken as live than is known."""
    if facts.missing_since is not None:
        return _not_seen(facts)
    return "Live on Amazon" if facts.status == ListingStatus.ACTIVE else "Taken as live on Amazon"


def _out_of_stock(facts: ListingFacts) -> tuple[str, str]:
    if facts.fulfillment == Fulfillment.AMAZON:
        return (
            "Out of stock in Amazon's warehouse.",
            "Send stock to Amazon, or sell it from your own warehouse.",
        )
    if facts.ineligible is None:
        # Not "has stock": the export may not tell, and unmanaged stock has no quantity.
        return (
            "Quantity 0 on Amazon, though nothing in Commerce keeps it from being sold.",
            "Raise the quantity on Amazon.",
        )
    return f"Quantity 0 on Amazon: {facts.ineligible.reason}.", facts.ineligible.next_step


def _live(facts: ListingFacts) -> Verdict:
    """Sort a listing that sells, or of which no report says that it does not."""
    if facts.ineligible is not None:
        return Verdict(
            Tab.INELIGIBLE,
            "Ineligible",
            f"{_whereabouts(facts)}, but {facts.ineligible.reason}.",
            facts.ineligible.next_step,
        )
    if facts.missing_since is not None:
        return Verdict(
            Tab.ACTIVE,
            "Not Seen",
            f"{_not_seen(facts)}.",
            _CHECK_LISTING if _is_denied(facts) else _CHECK_REPORT,
        )
    known_live = facts.status == ListingStatus.ACTIVE
    if facts.problem:
        return Verdict(
            Tab.ACTIVE,
            "Active" if known_live else facts.status or "Unknown",
            f"{'Live' if known_live else 'Taken as live'}, but {facts.problem}",
            _CORRECT_LIVE,
        )
    if known_live:
        return _LIVE
    if not facts.status:
        return _UNTOLD
    return Verdict(
        Tab.ACTIVE,
        facts.status,
        f"Amazon reports the status {facts.status}, which amzsync does not know; it is taken as live.",
        "Look the listing up in Seller Central.",
    )
