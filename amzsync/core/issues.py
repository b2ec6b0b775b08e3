"""The problems that Amazon attaches to a listing, and the one of them that is worth a sentence.

Meaning of severities, categories, enforcements and exemptions: the schema of the Listings Items API 2021-08-01
and Amazon's page "Manage listings issues".  An ERROR stopped a submission; whether the listing is down, only the
enforcements tell.  All words are open lists: one that is not known is never an error here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

ERROR, WARNING, INFO = "ERROR", "WARNING", "INFO"
_EXEMPT, _EXEMPT_UNTIL = "EXEMPT", "EXEMPT_UNTIL_EXPIRY_DATE"
_APPROVAL = "QUALIFICATION_REQUIRED"
_LONGEST = 300  # of Amazon's message in our sentence; the issue itself is kept whole

# What an enforcement in force does, the worst first; approval stands between the offer and the search.
_TAKEN = {
    "CATALOG_ITEM_REMOVED": (0, "Amazon has removed the catalogue page that it is sold on"),
    "LISTING_SUPPRESSED": (1, "Amazon has suppressed the listing"),
    "SEARCH_SUPPRESSED": (3, "Amazon hides it from the search"),
    "ATTRIBUTE_SUPPRESSED": (4, "Amazon does not show some of its values"),
}
_APPROVAL_WORDS = (2, "Amazon wants an approval before it can be sold")
_MEASURE = 5  # an action that is not known
_NAMED = {
    "MISSING_ATTRIBUTE": (6, "Amazon finds values missing"),
    "INVALID_ATTRIBUTE": (6, "Amazon rejects values"),
    "MISSING_PRICE": (6, "Amazon finds no price"),
    "INVALID_PRICE": (6, "Amazon rejects the price"),
    "MISSING_IMAGE": (6, "Amazon finds no image"),
    "INVALID_IMAGE": (6, "Amazon rejects the image"),
}
_OTHER = (7, "Amazon reports an error")
_WARNS = (8, "Amazon warns")

_Finding = tuple[int, str]  # place in the order, words


class Issue(NamedTuple):
    """One problem that Amazon attaches to a listing."""

    code: str
    message: str  # in the language that was asked for, or English
    severity: str  # "ERROR", "WARNING", "INFO"
    attributes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()  # "MISSING_ATTRIBUTE", "QUALIFICATION_REQUIRED", ...
    actions: tuple[str, ...] = ()  # enforcements: "LISTING_SUPPRESSED", ...
    exemption: str = ""  # "NOT_EXEMPT", "EXEMPT", "EXEMPT_UNTIL_EXPIRY_DATE"; "" where none is told
    exempt_until: str | None = None  # UTC text


def in_force(issue: Issue, now: str) -> bool:
    """Tell whether Amazon's enforcements against the listing bite at *now* (UTC text).

    They do unless the listing is exempt; an exemption that is not known, or has no date, protects from nothing.
    """
    if not issue.actions or issue.exemption == _EXEMPT:
        return False
    until = issue.exempt_until if issue.exemption == _EXEMPT_UNTIL else None
    return until is None or until < now


def restricted(issues: Iterable[Issue], now: str) -> bool:
    """Tell whether the listing needs an approval of Amazon's before it can be sold."""
    return any(_needs_approval(issue, now) for issue in issues)


def misses_something(issues: Iterable[Issue]) -> bool:
    """Tell whether an error says that something of the listing is missing: a value, a price, an image."""
    return any(
        issue.severity == ERROR and any(word.startswith("MISSING_") for word in issue.categories)
        for issue in issues
    )


def problem(issues: Sequence[Issue], *, live: bool, now: str) -> str | None:
    """Return the best sentence why the listing does not sell or is not found; ``None`` where no issue says so.

    It begins with "Amazon", so that it can follow "Live, but".  Warnings, and enforcements from which the
    listing is exempt, are told only where it is not *live* and nothing better is known.
    """
    found = [(*finding, issue) for issue in issues if (finding := _finding(issue, now)) is not None]
    if live:
        found = [one for one in found if one[0] < _WARNS[0]]
    if not found:
        return None
    place, words, issue = min(found, key=_rank)
    others = sum(one[0] < _WARNS[0] or place == _WARNS[0] for one in found) - 1
    named = f" ({', '.join(issue.attributes)})" if issue.attributes else ""
    more = f" (and {others} more issue{'s' if others > 1 else ''})" if others else ""
    return f"{words}{named}: {_message(issue)}{more}."


def _rank(one: tuple[int, str, Issue]) -> tuple[int, str, tuple[str | tuple[str, ...], ...], str]:
    place, words, issue = one
    return place, words, issue[:7], issue.exempt_until or ""


def _needs_approval(issue: Issue, now: str) -> bool:
    if _APPROVAL not in issue.categories:
        return False
    return in_force(issue, now) if issue.actions else issue.severity not in (WARNING, INFO)


def _finding(issue: Issue, now: str) -> _Finding | None:
    """Return where the issue stands in the order of what matters, and in which words."""
    biting = in_force(issue, now)
    found: list[_Finding] = []
    if biting:
        found += [
            _TAKEN.get(action, (_MEASURE, f"Amazon has taken the measure {action}"))
            for action in issue.actions
        ]
    if _needs_approval(issue, now):
        found.append(_APPROVAL_WORDS)
    if found:
        return min(found)
    if issue.severity == INFO:
        return None
    if issue.severity != ERROR or issue.actions:  # not applied, as the listing is exempt
        return _WARNS
    return min((_NAMED[word] for word in issue.categories if word in _NAMED), default=_OTHER)


def _message(issue: Issue) -> str:
    """Return Amazon's own words on one line, and its code."""
    text = " ".join(issue.message.split())
    text = text.rstrip(".") if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}..."
    return f"{text or 'no message'} (code {issue.code})"
