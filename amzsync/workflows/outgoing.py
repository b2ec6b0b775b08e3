"""What goes to Amazon about one listing, from the moment it is written down to Amazon's answer.

Every step is committed before the next is taken: written, leaving, answered.  A run that dies between two of
them leaves behind what it was about to do, and the next one reads what became of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from amzsync.amazon.calls import Call, Failure, Outcome
from amzsync.amazon.calls import Kind as Fault
from amzsync.amazon.facts import submission_issues
from amzsync.amazon.operations import DELETE_LISTING, PATCH_LISTING, PREVIEW_PUT, PUT_LISTING
from amzsync.amazon.submission_answers import Submission
from amzsync.clock import text_of
from amzsync.core.issues import Issue
from amzsync.core.messages import Terms, terms_of
from amzsync.core.plan import Kind, Rank
from amzsync.core.sending import Progress, Step, Way, look_at
from amzsync.core.verdicts import Asked, verdicts, words
from amzsync.store import ended, outbox, planning_marks, undone
from amzsync.store.outbox import Entry, Row
from amzsync.workflows.asking import Place

OPERATIONS = {Way.PATCH: PATCH_LISTING, Way.PUT: PUT_LISTING, Way.DELETE: DELETE_LISTING}
LOST_FOR = (
    60.0  # seconds after which it is looked at what became of something that was not answered
)
NO_TIME = "There was no time left for it in that run."


@dataclass(slots=True, eq=False)
class Piece:
    """What is said to Amazon at once about one seller SKU."""

    place: Place
    seller_sku: str
    rank: int
    entries: tuple[Entry, ...]
    way: Way
    body: Mapping[str, Any] | None  # None: of a deletion
    ids: list[int] = field(default_factory=list)  # its rows in the outbox, once it is written down
    left: bool = False  # it has been sent, or may have been
    preview: bool = False  # Amazon is asked first what it would say of it

    @property
    def lowers(self) -> bool:
        """Tell whether it takes stock off sale."""
        return self.rank in {Rank.ZERO, Rank.LESS}

    def preview_call(self) -> Call:
        """Return the call that asks Amazon what it would say of it, and changes nothing."""
        return replace(self.call(), operation=PREVIEW_PUT)

    def call(self) -> Call:
        """Return the call that sends it by itself."""
        place, params = self.place, {"marketplaceIds": self.place.marketplace_id}
        if self.way is not Way.DELETE:
            params["includedData"] = "issues"
        return place.call(
            OPERATIONS[self.way],
            params,
            path={"sellerId": place.store.seller_id, "sku": self.seller_sku},
            body=self.body,
            seller_sku=self.seller_sku,
        )


def terms(place: Place) -> Terms:
    """Return how the store's marketplace wants things to be said."""
    return terms_of(place.store.marketplace)


def write(pieces: Iterable[Piece], *, feed: tuple[int, int] | None = None) -> None:
    """Write *pieces* down; call it inside a transaction.  *feed*: the numbers of the feed and of the first message."""
    for number, piece in enumerate(pieces):
        asking = piece.place.asking
        piece.ids = outbox.write(
            asking.current.db,
            asking.run_id,
            piece.entries,
            way=Way.FEED if feed else piece.way,
            payload=json.dumps(piece.body, ensure_ascii=False) if piece.body else "",
            now=asking.now,
            feed=None if feed is None else (feed[0], feed[1] + number),
        )


def leave(piece: Piece) -> None:
    """Note, before it is sent, that *piece* is being sent."""
    current, now = piece.place.asking.current, piece.place.asking.clock.now()
    with current.transaction():
        outbox.leave(current.db, piece.ids, text_of(now), text_of(now + LOST_FOR))
        for entry in piece.entries:
            _begin(piece.place, entry)
    piece.left = True


def answered(piece: Piece, outcome: Outcome) -> bool:
    """Note what Amazon said of *piece*; tell whether others may follow it."""
    if isinstance(outcome, Failure):
        return _failed(piece, outcome)
    content = outcome.content
    assert isinstance(content, Submission)
    issues = submission_issues(content)
    with piece.place.asking.current.transaction():
        judge(piece.place, piece, content.status, issues, outcome.asked_at, content.submission_id)
    return True


def previewed(piece: Piece, outcome: Outcome) -> bool:
    """Tell whether Amazon would take the piece; note what it said where it would not, and that nothing was sent."""
    if isinstance(outcome, Failure):
        answered(piece, outcome)
        return False
    content = outcome.content
    assert isinstance(content, Submission)
    issues = submission_issues(content)
    if content.status == "VALID" and not any(issue.severity == "ERROR" for issue in issues):
        return True
    with piece.place.asking.current.transaction():
        judge(piece.place, piece, "INVALID", issues, outcome.asked_at)
    return False


def judge(
    place: Place,
    piece: Piece,
    status: str,
    issues: Sequence[Issue],
    at: str,
    submission_id: str = "",
) -> None:
    """Note what Amazon makes of a piece; call it inside a transaction."""
    db = place.asking.current.db
    rows = [Asked(_fields(entry), _lowers(entry)) for entry in piece.entries]
    told = packed(issues)
    for number, entry, progress in zip(
        piece.ids, piece.entries, verdicts(status, rows, issues), strict=True
    ):
        if progress is Progress.ACCEPTED:
            outbox.accept(
                db, [number], at, look_at(at, 0), submission_id=submission_id, issues=told
            )
            undone.forget(db, place.asking.run_id, place.store_id, entry.seller_sku, _fields(entry))
            outbox.supersede(db, [number], at)
            if entry.step is Step.PUT:
                ended.unend(db, place.store_id, entry.seller_sku)
        else:
            message = words(issues) or f"Amazon said {status}."
            outbox.settle(
                db,
                [number],
                progress,
                at,
                message=message,
                issues=told,
                submission_id=submission_id,
            )
            undo_begin(place, entry)
    mark(place, [piece.seller_sku])


def accept(place: Place, rows: Sequence[Row], at: str) -> None:
    """Note that Amazon has taken *rows*, changes in place, and has nothing to say; call it inside a transaction."""
    db, run_id = place.asking.current.db, place.asking.run_id
    numbers = [row.outbox_id for row in rows]
    outbox.accept(db, numbers, at, look_at(at, 0))
    outbox.supersede(db, numbers, at)
    for row in rows:
        fields = frozenset(one.field for one in row.differences)
        undone.forget(db, run_id, place.store_id, row.seller_sku, fields)
    mark(place, [row.seller_sku for row in rows])


def abandon(pieces: Iterable[Piece], why: str) -> None:
    """Note that *pieces* were not sent, and are planned anew where they are still wanted."""
    for piece in pieces:
        current, asking = piece.place.asking.current, piece.place.asking
        with current.transaction():
            if any(entry.after is not None for entry in piece.entries):
                continue  # a further step stays to be done
            outbox.settle(current.db, piece.ids, Progress.ABANDONED, asking.now, message=why)
            for entry in piece.entries:
                undo_begin(piece.place, entry)
            mark(piece.place, [piece.seller_sku])


def mark(place: Place, seller_skus: Sequence[str]) -> None:
    """Have listings, and products that are to be listings, planned anew."""
    db = place.asking.current.db
    planning_marks.mark_listings(db, place.store_id, seller_skus)
    planning_marks.mark_names(db, seller_skus)


def packed(issues: Iterable[Issue]) -> str:
    """Return Amazon's issues as they are kept."""
    return json.dumps([issue._asdict() for issue in issues], ensure_ascii=False)


def undo_begin(place: Place, entry: Entry) -> None:
    """Take a listing whose end came to nothing off those that have ended."""
    if entry.kind is Kind.END:
        ended.unend(place.asking.current.db, place.store_id, entry.seller_sku)


def _begin(place: Place, entry: Entry) -> None:
    """A listing that is being ended stands among the ended ones at once."""
    db, asking = place.asking.current.db, place.asking
    if entry.kind is Kind.END:
        ended.end(db, asking.run_id, place.store_id, entry.seller_sku, asking.now)


def _failed(piece: Piece, failure: Failure) -> bool:
    """Note that there was no answer, or none that is one; tell whether it makes sense to go on."""
    place = piece.place
    place.fail(failure)
    if failure.kind is Fault.UNKNOWN:
        return True  # it may have been done: it is looked at soon
    progress = Progress.REJECTED if _is_about_it(failure) else Progress.ABANDONED
    current = place.asking.current
    with current.transaction():
        asking = place.asking
        if progress is Progress.ABANDONED and any(e.after is not None for e in piece.entries):
            outbox.postpone(current.db, piece.ids, text_of(asking.clock.now() + LOST_FOR))
            return failure.kind is Fault.TEMPORARY
        outbox.settle(current.db, piece.ids, progress, asking.now, message=failure.message)
        for entry in piece.entries:
            undo_begin(place, entry)
        mark(place, [piece.seller_sku])
    return failure.kind is Fault.TEMPORARY or progress is Progress.REJECTED


def _is_about_it(failure: Failure) -> bool:
    """Tell whether Amazon refused this one piece, and not whatever the account asks."""
    return failure.kind is Fault.REFUSED and failure.status not in {None, 401, 403}


def _fields(entry: Entry) -> frozenset[str]:
    if entry.step is Step.ZERO:
        return frozenset({"quantity"})
    return frozenset(one.field for one in entry.differences)


def _lowers(entry: Entry) -> bool:
    return entry.step is Step.ZERO or (
        entry.step is Step.WHOLE and entry.rank in {Rank.ZERO, Rank.LESS}
    )
