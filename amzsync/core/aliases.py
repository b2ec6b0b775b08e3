"""A second seller SKU for a product that is listed already, and another ASIN for a listing.

Both are those of Adobe's Amazon Sales Channel, with one difference on purpose: there the old listing is ended
before Amazon has been asked whether the new one can be; here the new one is validated first.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from amzsync.core.identifiers import Kind, keys

LONGEST_SELLER_SKU = 40  # characters; Amazon's own limit
_SELLER_SKU = re.compile(r"[!-~](?:[ -~]*[!-~])?")


class Alias(NamedTuple):
    """A listing that is to be made beside another one, or in its place."""

    seller_sku: str  # the new one
    product_id: int
    of_sku: str  # the seller SKU of the listing that there is
    asin: str
    remove_existing: bool  # end that listing, once the new one is there


class Reassignment(NamedTuple):
    """Another ASIN for a listing: validated first, then the new one is made and the old one ended."""

    seller_sku: str
    old_asin: str | None
    asin: str


class Page(StrEnum):
    """What is known of an ASIN that somebody typed."""

    KNOWN = "known"  # Amazon has it, and nothing stands against selling under it
    UNKNOWN = "unknown"  # Amazon has not been asked
    PARENT = "parent"  # nothing can be sold under it, but under its variants
    BARRED = "barred"  # Amazon does not let the seller


class PageFacts(NamedTuple):
    """What the state has of an ASIN in one store."""

    found: bool  # in answers of Amazon's catalogue
    parent: bool
    restriction: str | None  # Amazon's code; "": nothing stands against it; None: not asked


NOT_ASKED = PageFacts(False, False, None)


def seller_sku_fault(text: str) -> str | None:
    """Return why *text* can be no new seller SKU (the end of a sentence), or ``None``."""
    if not text:
        return "is empty"
    if len(text) > LONGEST_SELLER_SKU:
        return f"has {len(text)} characters; a seller SKU has at most {LONGEST_SELLER_SKU}"
    if _SELLER_SKU.fullmatch(text) is None:
        return "must be made of plain letters, digits and signs, without a blank at either end"
    return None


def asin_of(text: str) -> str | None:
    """Return the ASIN that *text* is, or ``None``: ten characters, or a book's ISBN-10."""
    found = keys(Kind.ASIN, text.strip())
    return found[0][0] if len(found) == 1 and not found[0][1] else None


def judge(facts: PageFacts) -> Page:
    """Return whether a listing may be made under an ASIN, as far as Amazon has told."""
    if facts.restriction:
        return Page.BARRED
    if facts.parent:
        return Page.PARENT
    return Page.KNOWN if facts.found or facts.restriction == "" else Page.UNKNOWN
