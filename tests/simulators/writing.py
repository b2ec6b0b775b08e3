"""How a submission that Amazon accepts changes a seller's listings, at once or after its delay."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tests.simulators.attributes import (
    absorbed,
    attribute_of,
    of_place,
    offered_price,
    patched,
    price_text,
)
from tests.simulators.samples import asin as made_up_asin
from tests.simulators.seller import LIVE, CatalogueItem, Issue, Listing, Seller
from tests.simulators.validation import Submission, harms_of, is_invalid, issues_of, text_of
from tests.simulators.writes import Write, Writes

NEW_PAGES = 80_000_000  # numbers of the ASINs that new products get begin with this one
SELLING = frozenset({"fulfillment_availability", "purchasable_offer"})
_numbers = itertools.count(1)


def submission_id() -> str:
    return hashlib.sha256(b"submission %d" % next(_numbers)).hexdigest()[:32]


def submit(submission: Submission, writes: Writes) -> tuple[Issue, ...]:
    """Accept a submission, or refuse it; return the issues, of which errors say that it was refused."""
    issues = issues_of(submission)
    seller = submission.seller
    for place in submission.places:
        if submission.way != "put" and submission.sku not in seller.shelf(place):
            continue
        write = Write(
            submission.at,
            seller.seller_id,
            submission.sku,
            place,
            "feed" if submission.feed_id else submission.way,
            submission.feed_id,
            values_of(submission, place),
            submission.raw,
            () if is_invalid(issues) else harms_of(submission, place),
            submission.ours,
        )
        if is_invalid(issues):
            writes.refuse(write)
        else:
            writes.write(write)
            _schedule(submission, place, writes)
    return issues


def values_of(submission: Submission, place: str) -> dict[str, Any]:
    """Return what a submission says, in short: ``{"quantity": 5, "price": "19.99"}``."""
    if submission.way == "delete":
        return {"deleted": True}
    if submission.way == "put":
        attributes = submission.body["attributes"]
        asin = text_of(attributes, "merchant_suggested_asin")
        said: dict[str, Any] = {"listed": asin or submission.body["productType"]}
        for name, entries in attributes.items():
            said |= _values(name, entries, place)
        return said
    said = {}
    for patch in submission.body["patches"]:
        said |= _values(attribute_of(patch), patch.get("value"), place)
        if patch["op"] == "delete":
            said[attribute_of(patch)] = None
    return said


def _values(name: str, value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return {name: value}
    said: dict[str, Any] = {}
    for entry in of_place(value, place) or ():
        if name == "fulfillment_availability":
            code = entry.get("fulfillment_channel_code")
            said |= {
                word if code == "DEFAULT" else f"{word} {code}": entry[key]
                for key, word in (
                    ("quantity", "quantity"),
                    ("lead_time_to_ship_max_days", "handling_time"),
                )
                if key in entry
            }
        elif name == "purchasable_offer":
            word = "price" if entry.get("audience", "ALL") == "ALL" else "business_price"
            number = offered_price(entry)
            said[word] = price_text(number, place) if isinstance(number, int | float) else number
            said |= {
                f"{word} {key}": entry[key]
                for key in sorted(entry)
                if key not in ("our_price", "marketplace_id", "currency", "audience")
            }
        else:
            said.setdefault(name, []).append(entry)
    return said


def _schedule(submission: Submission, place: str, writes: Writes) -> None:
    seller, sku = submission.seller, submission.sku

    def show(at: float) -> None:
        if (issues := seller.fails_later.get(sku)) is not None:
            _fail(submission, place, issues, at)
            writes.foreign(seller.seller_id, place, sku)
        elif submission.way == "patch":
            _patch(submission, place, at)
        elif submission.way == "put":
            _put(submission, place, at)
        else:
            _delete(submission, place, writes)

    seller.later(submission.at + seller.submission_delay, show)
    seller.settle()


def _fail(submission: Submission, place: str, issues: Iterable[Issue], at: float) -> None:
    """Attach the issues; of a listing that there was not, an incomplete one comes to be."""
    seller, sku = submission.seller, submission.sku
    listing = seller.shelf(place).get(sku)
    if listing is None:
        if submission.way != "put":
            return
        kind = str(submission.body["productType"])
        listing = Listing(
            sku, None, None, price=None, quantity=None, status=frozenset(), product_type=kind,
            created=at, incomplete=True,
        )  # fmt: skip
    said = tuple(issues)
    kept = tuple(issue for issue in listing.issues if issue not in said)
    seller.store(place, sku, replace(listing, issues=kept + said, last_updated=at))


def _patch(submission: Submission, place: str, at: float) -> None:
    seller, sku = submission.seller, submission.sku
    listing = seller.shelf(place).get(sku)
    if listing is None:
        return  # it was deleted in the meantime
    mine = replace(listing, last_updated=at)
    after, names = patched(mine, submission.body["patches"], place)
    if names & SELLING and not after.is_fba:
        after = _with_status(after)
    seller.store(place, sku, after)


def _with_status(listing: Listing) -> Listing:
    """Return the listing with the status that its stock, price and issues give it."""
    blocked = listing.incomplete or any(
        issue.actions and issue.exemption == "NOT_EXEMPT" for issue in listing.issues
    )
    sells = bool(listing.quantity) and listing.price is not None and not blocked
    was = "BUYABLE" in listing.status
    if sells:
        return listing if was else replace(listing, status=LIVE)
    # What is only search suppressed may go on selling.
    keeps = was and blocked and bool(listing.quantity) and listing.price is not None
    return listing if keeps else replace(listing, status=listing.status - {"BUYABLE"})


def _put(submission: Submission, place: str, at: float) -> None:
    seller, sku = submission.seller, submission.sku
    attributes: Mapping[str, Any] = submission.body["attributes"]
    old = seller.shelf(place).get(sku)
    asin = text_of(attributes, "merchant_suggested_asin") or (old.asin if old else None)
    asin = asin or _page_by_code(seller, attributes)
    page = seller.catalogue.get(asin or "")
    availability = of_place(attributes.get("fulfillment_availability"), place) or [{}]
    listing = Listing(
        sku,
        asin,
        page.title if page else None,
        price=None,
        quantity=None,
        channel=availability[0].get("fulfillment_channel_code", "DEFAULT"),
        status=frozenset({"DISCOVERABLE"}),
        product_type=str(submission.body["productType"]),
        created=old.created if old else at,
        last_updated=at,
        fnsku=old.fnsku if old else None,
        product_id=old.product_id if old else None,
    )
    if page and listing.product_type == "PRODUCT":
        listing = replace(listing, product_type=page.product_type)
    for name, value in attributes.items():
        entries = of_place(value, place)
        if entries and name != "merchant_suggested_asin":
            listing = absorbed(listing, name, entries, place)
    if asin is None:
        listing = replace(listing, incomplete=True, status=frozenset())
        seller.later(at + seller.asin_delay, lambda when: _identify(seller, place, sku, when))
    seller.store(place, sku, _with_status(listing))


def _page_by_code(seller: Seller, attributes: Mapping[str, Any]) -> str | None:
    """Return the ASIN of the page that has the product's identifier, where there is one."""
    for entry in attributes.get("externally_assigned_product_identifier") or ():
        for page in seller.pages_of(str(entry.get("type", "")).upper(), str(entry.get("value"))):
            return page.asin
    return None


def _identify(seller: Seller, place: str, sku: str, at: float) -> None:
    """Give a new product its page."""
    listing = seller.shelf(place).get(sku)
    if listing is None or listing.asin is not None:
        return
    number = NEW_PAGES + len(seller.catalogue)
    page = CatalogueItem(made_up_asin(number), listing.title or "", listing.product_type)
    seller.know(page)
    complete = replace(
        listing,
        asin=page.asin,
        incomplete=False,
        last_updated=at,
        status=frozenset({"DISCOVERABLE"}),
    )
    seller.store(place, sku, _with_status(complete))


def _delete(submission: Submission, place: str, writes: Writes) -> None:
    seller, sku = submission.seller, submission.sku
    gone = seller.shelf(place).get(sku)
    if gone is None:
        return
    seller.store(place, sku, None)
    if (seconds := seller.returns.get(sku)) is None:
        return

    def return_(at: float) -> None:
        if sku not in seller.shelf(place):
            seller.store(place, sku, replace(gone, last_updated=at))
            writes.foreign(seller.seller_id, place, sku)

    seller.later(submission.at + seller.submission_delay + seconds, return_)
