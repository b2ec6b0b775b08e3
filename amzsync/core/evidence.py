"""Put together what the reports of one store, and Amazon's answers, say about one listing.

The all-listings report describes a listing; the other reports fill in what it leaves open (the stock in
Amazon's warehouse) and say why a listing does not sell.  Without an all-listings report, the most telling
of the others describes it.

An answer of Amazon's about this one listing competes with them field by field: what was told last wins.
That Amazon, asked for a listing, has no such listing is an answer without any field (see ``is_denial``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amzsync.core.model import ANSWERS, ListingRow, ListingStatus, ReportKind

_ORDER = {kind: place for place, kind in enumerate(ReportKind)}
_REASONS = (ReportKind.SUPPRESSED, ReportKind.STRANDED, ReportKind.CANCELLED)
_FIELDS = ListingRow._fields
# Places in a row: they come by the million, and getattr costs twice as much.  The reason is the last one.
_CHANNEL, _QUANTITY, _STATUS, _REASON = map(
    _FIELDS.index, ("fulfillment", "quantity", "status", "reason")
)
_FILLED = range(1, _REASON)  # all but the seller SKU and the reason
_ACTIVE = ListingStatus.ACTIVE.value
_row = tuple.__new__  # half the time of ListingRow(...), which does the same


class Side(NamedTuple):
    """A row of a source other than the one that describes the listing."""

    kind: ReportKind
    row: ListingRow
    at: str = (
        ""  # UTC text: of when the report is, or when Amazon answered; "" where it is not known
    )


class Merged(NamedTuple):
    """All sources together; ``reason`` of the row is the best that any of them gives."""

    row: ListingRow
    base: ReportKind
    filled: int  # a bit for each field that the base left open and another source filled


class Told(NamedTuple):
    """Which source told a field of a merged row, and when."""

    name: str
    kind: ReportKind
    at: str


class _Sources(NamedTuple):
    """Everything about one listing, weighed."""

    reports: list[Side]  # the base first, then the most telling
    answers: list[Side]  # the newest first
    first: Side  # the one that describes the listing
    lacked: str  # why it is not live unless a source says so; "" where it may be


def merge(
    base: ListingRow | None,
    sides: Sequence[Side],
    *,
    has_all: bool,
    missing: bool = False,
    base_at: str = "",
) -> Merged:
    """Return what *base* (the all-listings row, if any) and *sides* (one of each kind) say together.

    *has_all* tells that the store has an all-listings report, and *base_at* of when it is: a listing that it
    lacks is then not live, unless another report or a later answer says so.  *missing* tells that the base
    is of an older report, because the last one no longer had the listing: what another report says of its
    status is then newer; a listing that only an older answer tells of keeps its status, too.  A side of kind
    ALL is the base where none is given.

    Of two reports the more telling one counts; of two answers, or a report and an answer, the later one.
    What an answer takes from the base cannot be had back from the bits: keep the base as a side.
    """
    if base is not None and not sides:
        return Merged(base, ReportKind.ALL, 0)
    sources = _sources(base, sides, has_all=has_all, missing=missing, base_at=base_at)
    winners = _winners(sources, missing=missing)
    kind, row, _ = sources.first
    values: list[str | int | None] = [
        None if side is None else side[1][at] for at, side in enumerate(winners)
    ]
    values[0] = row[0]
    filled = 0
    for at in _FILLED:
        # A status that the base of an older report lacks is taken for good: as a filled one, it would be
        # lost with that report.
        if row[at] is None and values[at] is not None and not (missing and at == _STATUS):
            filled |= 1 << at - 1
    if sources.lacked and values[_STATUS] is None:
        values[_STATUS] = ListingStatus.INACTIVE.value
        values[_REASON] = values[_REASON] or sources.lacked
    return Merged(_row(ListingRow, values), kind, filled)


def sources_of(
    base: ListingRow | None,
    sides: Sequence[Side],
    *,
    has_all: bool,
    missing: bool = False,
    base_at: str = "",
) -> tuple[Told, ...]:
    """Return which source told each field of the row that ``merge`` makes of the same, in the order of the fields.

    A field that no source tells is left out, and so is the status of a listing that the all-listings report
    lacks.
    """
    if base is None and not sides:
        return ()
    sources = _sources(base, sides, has_all=has_all, missing=missing, base_at=base_at)
    winners = _winners(sources, missing=missing)
    return tuple(
        Told(name, side.kind, side.at)
        for name, side in zip(_FIELDS, winners, strict=True)
        if side is not None
    )


def is_denial(side: Side) -> bool:
    """Tell whether the side says that Amazon, asked for the listing itself, has no such listing."""
    return side.kind is ReportKind.ANSWER and all(value is None for value in side.row[1:])


def base_among(sides: Iterable[Side]) -> ListingRow | None:
    """Return the row of the all-listings report that is kept beside the answers, if there is one."""
    return next((side.row for side in sides if side.kind is ReportKind.ALL), None)


def unfilled(row: ListingRow, filled: int) -> ListingRow:
    """Return the all-listings row as it was before other sources filled it."""
    values = [None if filled >> at - 1 & 1 else row[at] for at in _FILLED]
    return ListingRow._make((row[0], *values, None))


def _place(side: Side) -> int:
    return _ORDER[side[0]]


def _moment(side: Side) -> str:
    return side[2]


def _sources(
    base: ListingRow | None, sides: Sequence[Side], *, has_all: bool, missing: bool, base_at: str
) -> _Sources:
    ordered = sorted(sides, key=_place) if len(sides) > 1 else list(sides)
    base = base_among(ordered) if base is None else base
    reports: list[Side] = []
    answers: list[Side] = []
    for side in ordered:
        if side[0] not in ANSWERS:
            if side[0] is not ReportKind.ALL:
                reports.append(side)
        elif not is_denial(side):
            answers.append(side)
    if len(answers) > 1:
        answers.sort(key=_moment, reverse=True)
    if base is not None:
        first = Side(ReportKind.ALL, base, base_at)
        return _Sources([first, *reports], answers, first, "")
    answer = _listing_answer(answers)
    if answer is not None and answer.at >= base_at:
        return _Sources(reports, answers, answer, "")
    if answer is not None and has_all and not missing and answer.row.status == _ACTIVE:
        # That it was live then is no longer so, as far as the later report goes.
        old = answer._replace(row=answer.row._replace(status=None, reason=None))
        answers = [old if side is answer else side for side in answers]
    return _Sources(reports, answers, ordered[0], _lacked(ordered, has_all=has_all))


def _lacked(ordered: list[Side], *, has_all: bool) -> str:
    """Say why a listing without a row of the all-listings report, or a later answer, is not live."""
    told = ", ".join(side.kind.value for side in ordered if not is_denial(side))
    denied_at = next((side.at for side in ordered if is_denial(side)), None)
    if denied_at is not None and not told:
        return f"Asked directly on {denied_at}, Amazon has no such listing."
    return f"Not in the all-listings report, only in: {told}." if has_all else ""


def _winners(sources: _Sources, *, missing: bool) -> list[Side | None]:
    """Return, for every field of a row, the source that counts; ``None`` for one that is not told."""
    reports, answers, first, _ = sources
    found: list[Side | None] = [None]
    found += [_winner(at, reports, answers) for at in _FILLED]
    if missing and first[0] is ReportKind.ALL:
        found[_STATUS] = _winner(_STATUS, [*reports[1:], first], answers)
    if answers:
        # Stock in the warehouse does not prove that Amazon ships the offer: of that, such an answer only
        # tells where nothing else does.
        listing = [side for side in answers if side[0] is ReportKind.ANSWER]
        channel = _winner(_CHANNEL, reports, listing) or _first(_CHANNEL, answers)
        found[_CHANNEL] = channel
        found[_QUANTITY] = _winner(_QUANTITY, *_of_channel(channel, reports, answers))
    found.append(_reason(reports, _listing_answer(answers), found[_STATUS]))
    return found


def _first(at: int, sides: Iterable[Side]) -> Side | None:
    for side in sides:
        if side[1][at] is not None:
            return side
    return None


def _winner(at: int, reports: Iterable[Side], answers: Sequence[Side]) -> Side | None:
    """Return the first report or the newest answer that tells the field, whichever is later."""
    report = _first(at, reports)
    answer = _first(at, answers) if answers else None
    if report is None or answer is None:
        return report or answer
    return answer if answer[2] >= report[2] else report


def _of_channel(
    channel: Side | None, reports: list[Side], answers: list[Side]
) -> tuple[list[Side], list[Side]]:
    """Leave out quantities of another channel than the one in force: they are not what can be bought.

    Reports are spared unless an answer says that the channel has changed.
    """
    if channel is None:
        return reports, answers
    fits = (None, channel.row.fulfillment)
    if channel.kind in ANSWERS:
        reports = [side for side in reports if side.row.fulfillment in fits]
    return reports, [side for side in answers if side.row.fulfillment in fits]


def _listing_answer(answers: Iterable[Side]) -> Side | None:
    return next((side for side in answers if side.kind is ReportKind.ANSWER), None)


def _reason(reports: Sequence[Side], answer: Side | None, status: Side | None) -> Side | None:
    """Return the source of the best reason: the answer, else a report since then, else one of stranded stock.

    An answer's reason does not hold for a listing that a later source has as active, unless it was active
    when the reason was given (it is hidden from the search, say, of which no status tells).  Where it holds,
    a later report tells the same in other words.  Of stranded stock no answer ever tells.
    """
    active = status is not None and status.row.status == _ACTIVE
    if answer is not None and answer.row.reason:
        sells_since = active and status is not None and status.at > answer.at
        if not sells_since or answer.row.status == _ACTIVE:
            return answer
    told = {side[0]: side for side in reports if side[1][_REASON]}
    for kind in _REASONS:
        side = told.get(kind)
        if side is not None:
            stands = kind is ReportKind.STRANDED and not active
            if answer is None or side[2] > answer[2] or stands:
                return side
    return None
