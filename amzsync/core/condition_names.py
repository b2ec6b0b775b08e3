"""The conditions of an offer by the names that people give them, and how texts of attributes are compared."""

from __future__ import annotations

import unicodedata

from amzsync.core.model import Condition


def folded(text: str) -> str:
    """Return *text* as values of attributes are compared: without case, width and the number of blanks."""
    once = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", once).split())


def condition_named(text: str) -> Condition | None:
    """Return the condition that *text* names, or None.

    Amazon's own words ("used_like_new", "UsedLikeNew", "new_new"), those of Seller Central ("Used - Like New")
    and of Adobe's Amazon Sales Channel ("Used; Like New") are known, in either order of the two words.  A bare
    "Used" or "Good" is none: it could be several.
    """
    letters = "".join(filter(str.isalnum, folded(text)))
    return _NAMES.get(letters.removesuffix("item"))


def _names() -> dict[str, Condition]:
    names = {
        "new": Condition.NEW,
        "refurbished": Condition.REFURBISHED,
        "renewed": Condition.REFURBISHED,  # Amazon's programme for refurbished goods
        "certifiedrefurbished": Condition.REFURBISHED,
    }
    for each in Condition:
        family, *grade = each.value.split("_")
        names["".join((family, *grade))] = each
        names["".join((*grade, family))] = each
    return names


_NAMES = _names()
