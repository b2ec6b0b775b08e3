"""What Amazon's answer to a parcel means for each of its rows.

Amazon takes or refuses a parcel as a whole, and names the attributes that it does not like (schema of the Listings
Items API 2021-08-01).  Only what it names is not sent again; what went along with it has done nothing wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amzsync.core.issues import ERROR, Issue
from amzsync.core.messages import ATTRIBUTES
from amzsync.core.sending import Progress

TAKEN = frozenset({"ACCEPTED", "VALID"})  # VALID: of a preview
_INVALID = "INVALID"
_NESTED = re.compile(r"[.#/\[]")  # what follows the attribute where Amazon names a part of it
_PARTS = {
    **dict.fromkeys(("our_price", "audience", "quantity_discount_plan"), "purchasable_offer"),
    **dict.fromkeys(
        ("quantity", "lead_time_to_ship_max_days", "fulfillment_channel_code"),
        "fulfillment_availability",
    ),
}
"""Attribute by a part of it that an issue may name by itself."""

_LONGEST = 300  # characters of Amazon's message


class Asked(NamedTuple):
    """A row of a parcel."""

    fields: frozenset[
        str
    ]  # of its differences; "quantity" alone where it sets an ending listing to zero
    lowers: bool = False  # it lowers stock or sets it to zero


def verdicts(status: str, rows: Sequence[Asked], issues: Iterable[Issue]) -> list[Progress]:
    """Return for each of *rows* whether it is accepted, rejected, or abandoned, that is, planned anew.

    *status* is Amazon's word; one that is not known is a refusal where an issue is an error.  What lowers stock is
    rejected only where it went alone: else it is sent again by itself before anything is held against it.
    """
    errors = [issue for issue in issues if issue.severity == ERROR]
    if status in TAKEN or (status != _INVALID and not errors):
        return [Progress.ACCEPTED] * len(rows)
    if len(rows) == 1:
        return [Progress.REJECTED]
    named = {_attribute(name) for issue in errors for name in issue.attributes}
    blamed = [any(ATTRIBUTES.get(field) in named for field in row.fields) for row in rows]
    if not any(blamed):
        blamed = [True] * len(rows)
    return [
        Progress.REJECTED if guilty and not row.lowers else Progress.ABANDONED
        for row, guilty in zip(rows, blamed, strict=True)
    ]


def words(issues: Sequence[Issue]) -> str:
    """Return Amazon's first error, or its first issue, in one line, and how many more there are; "" for none."""
    if not issues:
        return ""
    first = next((issue for issue in issues if issue.severity == ERROR), issues[0])
    text = " ".join(first.message.split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}..."
    text = f"{text or 'no message'} (code {first.code})"
    others = len(issues) - 1
    return f"{text}, and {others} more" if others else text


def _attribute(name: str) -> str:
    first = _NESTED.split(name)[0]
    return _PARTS.get(first, first)
