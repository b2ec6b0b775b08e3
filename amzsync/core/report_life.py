"""When a report is asked for, looked for, polled, fetched, or left alone.

Amazon makes the same all-listings report for hours, cancels FBA reports that are asked for too often, and
allows one request a minute (its pages "Report type values", "Reports API FAQ" and "Usage plans").  So a report
is looked for before it is asked for, a later run takes what an earlier one has asked for, and failures are
asked about ever less often.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple, Protocol

from amzsync.clock import seconds_of
from amzsync.core.model import ReportKind

ALL = "GET_MERCHANT_LISTINGS_ALL_DATA"
SUPPRESSED = "GET_MERCHANTS_LISTINGS_FYP_REPORT"
FBA = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
STRANDED = "GET_STRANDED_INVENTORY_UI_DATA"
KINDS = {
    ALL: ReportKind.ALL,
    SUPPRESSED: ReportKind.SUPPRESSED,
    FBA: ReportKind.FBA,
    STRANDED: ReportKind.STRANDED,
}
"""The report types that are asked for, and what their documents are to us."""

_HOUR = 3600.0
_DAY = 24 * _HOUR
_LOST = 4 * _HOUR  # a report that has not come after this long never will
_FIRST_POLL, _LAST_POLL = 5.0, 60.0
_FAILED = frozenset(
    {"cancelled", "fatal"}
)  # at Amazon; one that the import refused is no failure of theirs
_UNDER_WAY = frozenset({"IN_QUEUE", "IN_PROGRESS"})


class Plan(NamedTuple):
    """A report that a store needs."""

    type: str
    kind: ReportKind
    min_age: float  # seconds, before which it is not asked for anew
    label: str  # "all-listings", for messages
    main: bool = False  # describes the listings; the others add to it
    localised: bool = False  # takes an option for the language of its headings


class Step(StrEnum):
    """What to do next about a report."""

    ASK = "ask"
    LOOK = "look"  # whether somebody, or a run that was killed, has asked; then ask
    POLL = "poll"
    FETCH = "fetch"
    REST = "rest"


class Row(Protocol):
    """A report in the journal; times are UTC text."""

    @property
    def state(self) -> str:
        """Return asking, waiting, done, taken, refused, cancelled, nothing, fatal or lost."""

    @property
    def asked_at(self) -> str:
        """Return when it was asked for, by us or by somebody else; by our clock."""

    @property
    def digest(self) -> str | None:
        """Return the digest of its document once that is in the archive."""


class Seen(NamedTuple):
    """A report as Amazon lists it."""

    report_id: str
    type: str
    marketplace_ids: tuple[str, ...]
    status: str  # IN_QUEUE, IN_PROGRESS, DONE, CANCELLED, FATAL
    created_at: str


class Cancelled(StrEnum):
    """Why Amazon cancelled a report."""

    TOO_OFTEN = "too often"
    NO_DATA = "no data"


def plans(report_age: float, *, fba: bool) -> list[Plan]:
    """Return the reports that a store needs, the one that describes its listings first.

    *report_age* is the age in seconds after which the user wants a new one; *fba* tells whether Amazon keeps
    any of the store's stock.
    """
    found = [
        Plan(ALL, KINDS[ALL], max(report_age, _HOUR), KINDS[ALL].value, main=True, localised=True),
        Plan(SUPPRESSED, KINDS[SUPPRESSED], _DAY, KINDS[SUPPRESSED].value),
    ]
    if fba:
        found += [
            Plan(FBA, KINDS[FBA], 4 * _HOUR, KINDS[FBA].value),
            Plan(STRANDED, KINDS[STRANDED], _DAY, KINDS[STRANDED].value),
        ]
    return found


def next_step(asked: Sequence[Row], now: str, min_age: float) -> Step:
    """Return what to do about a report type, by the journal of it (the newest first).

    Only the newest row is followed.  One that is ``asking`` without an end was left by a run that was
    killed: Amazon may have the report all the same.  One whose document could not be fetched for hours is
    given up.  After n failures in a row nothing is asked for
    *min_age* (seconds) times 2 to the n - 1, at most a day.
    """
    if not asked:
        return Step.LOOK
    last = asked[0]
    if last.state == "asking":
        return Step.LOOK
    if last.state == "waiting":
        return Step.POLL if _age(last, now) < _LOST else Step.ASK
    if last.state == "done" and last.digest is None:
        return Step.FETCH if _age(last, now) < _LOST else Step.LOOK  # it cannot be fetched at all
    settled = [row for row in asked if row.state != "lost"]
    if not settled:
        return Step.LOOK
    failures = sum(1 for _ in takewhile(lambda row: row.state in _FAILED, settled))
    rest = min_age if failures < 2 else max(min_age, min(_DAY, min_age * 2 ** (failures - 1)))
    return Step.REST if _age(settled[0], now) < rest else Step.LOOK


def usable(
    reports: Iterable[Seen],
    type: str,  # noqa: A002
    marketplace_id: str,
    now: str,
    min_age: float,
    known: Collection[str],
) -> Seen | None:
    """Return the report at Amazon that makes asking needless: the newest that is done, else one under way.

    It is of *type* and of this marketplace alone (a report has but one, whatever was asked for), younger
    than *min_age* seconds, and its id is not *known* yet.
    """
    fitting = [
        one
        for one in reports
        if one.type == type
        and one.marketplace_ids == (marketplace_id,)
        and one.report_id not in known
    ]
    done = [
        one for one in fitting if one.status == "DONE" and _between(one.created_at, now) < min_age
    ]
    under_way = [
        one for one in fitting if one.status in _UNDER_WAY and _between(one.created_at, now) < _LOST
    ]
    return max(done or under_way, key=lambda one: (one.created_at, one.report_id), default=None)


def cancelled_because(
    created_at: str, others: Iterable[tuple[str, str]], min_age: float
) -> Cancelled:
    """Tell why a report was cancelled, by the *others* ``(status, created_at)`` of its type and marketplace.

    Amazon does not say: with a good one, or one under way, shortly before it, it came too soon; else there
    was nothing to report.
    """
    before = (
        seconds_of(created_at) - seconds_of(other)
        for status, other in others
        if status == "DONE" or status in _UNDER_WAY
    )
    return Cancelled.TOO_OFTEN if any(0 <= age < min_age for age in before) else Cancelled.NO_DATA


def wait_before_poll(asked_at: str, checked_at: str | None, now: str) -> float:
    """Return the seconds to wait before Amazon is asked again how far a report is.

    The waits grow from 5 to 60 seconds with the time that the report takes, a tenth of it: so nobody waits for
    much longer than Amazon needs, and Amazon is not asked for much more than it takes.
    """
    last = checked_at or asked_at
    taken = seconds_of(last) - seconds_of(asked_at)
    wait = min(_LAST_POLL, max(_FIRST_POLL, taken / 10))
    return min(wait, max(0.0, seconds_of(last) + wait - seconds_of(now)))


def _age(row: Row, now: str) -> float:
    """Return how old a report is by one and the same clock: Amazon's, of ``created_at``, may be another."""
    return _between(row.asked_at, now)


def _between(moment: str, now: str) -> float:
    """Return the seconds between two moments, whichever is first: a clock that was wrong must not stop anything."""
    return abs(seconds_of(now) - seconds_of(moment))
