"""Send many changes at once, in feeds, and follow these to their end, in this run or a later one.

A feed is written down before its document is made, before Amazon is asked to process it, and when it has a
number.  One that was asked for and has none is looked for among Amazon's feeds, never asked for again.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

from amzsync.amazon import downloads, feed_documents, uploads
from amzsync.amazon.calls import Call, Failure, Kind
from amzsync.amazon.feed_documents import Fate, FeedResult
from amzsync.amazon.lanes import Lane, Pause, Sending, Step, Work
from amzsync.amazon.operations import (
    CANCEL_FEED,
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    GET_FEED,
    GET_FEED_DOCUMENT,
    GET_FEEDS,
)
from amzsync.amazon.submission_answers import (
    CreatedFeed,
    CreatedFeedDocument,
    Feed,
    FeedDocument,
    FeedsPage,
)
from amzsync.clock import seconds_of, text_of
from amzsync.core.messages import feed_message
from amzsync.core.sending import Progress, Way
from amzsync.store import feeds, outbox
from amzsync.store.feeds import Feed as Kept
from amzsync.store.outbox import Entry, Row
from amzsync.workflows import outgoing
from amzsync.workflows.asking import Place
from amzsync.workflows.outgoing import LOST_FOR, Piece

TYPE = "JSON_LISTINGS_FEED"
CONTENT = "application/json; charset=UTF-8"
REPORT_GIVEN_UP_AFTER = (
    2 * 3600.0
)  # seconds in which a report that cannot be had is asked for again
BETWEEN_WITHDRAWALS = 3600.0  # seconds
EVERY = 30.0  # seconds between two questions how a feed stands, within a run
OVERLAP = 120.0  # seconds by which Amazon's clock may be off when a lost feed is looked for
_WORDS = {"CANCELLED": "It was cancelled at Amazon.", "FATAL": "Amazon could not process it."}


def lanes(place: Place, pieces: Sequence[Piece]) -> Iterator[tuple[Place, Lane]]:
    """Yield the lanes that send *pieces* of one store, one for each feed that it takes."""
    told = [
        feed_message(
            piece.seller_sku, piece.body or {}, "PATCH" if piece.way is Way.PATCH else "UPDATE"
        )
        for piece in pieces
    ]
    done = 0
    for messages in feed_documents.cut(told):
        yield place, _lane(place, pieces[done : done + len(messages)], messages)
        done += len(messages)


def _lane(place: Place, pieces: Sequence[Piece], messages: Sequence[Mapping[str, Any]]) -> Lane:
    """Make one feed and follow it as long as the run lasts."""
    current, asking = place.asking.current, place.asking
    content = feed_documents.feed(place.store.seller_id, messages)
    with current.transaction():
        feed_no = feeds.begin(current.db, asking.run_id, place.store_id, asking.now)
        feeds.update(current.db, feed_no, messages=len(messages), size=len(content))
        outgoing.write(pieces, feed=(feed_no, 1))
    left = False
    try:
        document = yield from _uploaded(place, content)
        if document is not None:

            def leaving() -> None:
                nonlocal left
                left = True
                _leave(place, feed_no, document, pieces)

            body = {
                "feedType": TYPE,
                "marketplaceIds": [place.marketplace_id],
                "inputFeedDocumentId": document,
            }
            outcome = yield Sending(place.call(CREATE_FEED, body=body), leaving)
            answer = place.accepted(outcome)
            if answer is None:
                left = left and outcome.kind is Kind.UNKNOWN
            else:
                with current.transaction():
                    number = cast("CreatedFeed", answer.content).feed_id
                    feeds.update(current.db, feed_no, state=feeds.WAITING, feed_id=number)
                yield Pause(EVERY)
                yield from follow(place, feed_no, number)
    finally:
        if not left:
            give_up(place, feed_no, "It was not sent: Amazon did not take the feed.")


def _uploaded(place: Place, content: bytes) -> Generator[Step, Any, str | None]:
    """Put *content* where Amazon wants it; return the document's number, or None."""
    answer = place.accepted((yield place.call(CREATE_FEED_DOCUMENT, body={"contentType": CONTENT})))
    if answer is None:
        return None
    made = cast("CreatedFeedDocument", answer.content)
    clock = place.asking.clock
    send = partial(
        uploads.upload, made.url, content, content_type=CONTENT, clock=clock, trusted=place.trusted
    )
    outcome = yield Work(send)
    if isinstance(outcome, downloads.Failed):
        kind = Kind.TEMPORARY if outcome.temporary or outcome.expired else Kind.REFUSED
        call = Call(CREATE_FEED_DOCUMENT, marketplace_id=place.marketplace_id)
        place.fail(Failure(call, kind, None, outcome.code, outcome.message))
        return None
    return made.feed_document_id


def _leave(place: Place, feed_no: int, document: str, pieces: Sequence[Piece]) -> None:
    """Note, before Amazon is asked to process it, that the feed is being sent."""
    current, now = place.asking.current, place.asking.now
    with current.transaction():
        feeds.update(
            current.db,
            feed_no,
            state=feeds.ASKING,
            document_id=document,
            asked_at=now,
            checked_at=now,
        )
        outbox.leave(current.db, [number for piece in pieces for number in piece.ids], now, None)


# -- what became of them -----------------------------------------------------------------------------------


def unfinished(place: Place) -> Iterator[tuple[Place, Lane]]:
    """Yield the lanes that ask what became of the feeds of earlier runs."""
    current = place.asking.current
    for feed in feeds.unfinished(current.db, place.store_id):
        if feed.state == feeds.MAKING:
            give_up(place, feed.feed_no, "It was not sent: the run ended before the feed was made.")
        elif feed.state == feeds.ASKING:
            yield place, _find(place, feed)
        else:
            yield place, follow(place, feed.feed_no, str(feed.feed_id), patient=False)


def withdrawn(place: Place) -> Iterator[tuple[Place, Lane]]:
    """Yield the lanes that take back feeds which Amazon has not begun and which stand in the way of zeros.

    A listing in a feed must not be changed beside it, and what is sold out cannot wait for hours.  Once in an
    hour at most: else a feed would never have its turn.
    """
    current, asking = place.asking.current, place.asking
    found = feeds.holding_zeros(current.db, place.store_id)
    key, now = f"withdrew:{place.store.name}", asking.clock.now()
    before = current.get(key)
    if not found or (before is not None and now - seconds_of(before) < BETWEEN_WITHDRAWALS):
        return
    with current.transaction():
        current.put(key, asking.now)
    for feed in found:
        yield place, _withdraw(place, feed.feed_no, str(feed.feed_id))


def _withdraw(place: Place, feed_no: int, feed_id: str) -> Lane:
    answer = place.accepted((yield place.call(GET_FEED, path={"feedId": feed_id})))
    if answer is None or cast("Feed", answer.content).processing_status != "IN_QUEUE":
        return  # what Amazon has begun it ends soon
    yield place.call(CANCEL_FEED, path={"feedId": feed_id})
    yield from follow(place, feed_no, feed_id, patient=False)


def follow(place: Place, feed_no: int, feed_id: str, *, patient: bool = True) -> Lane:
    """Ask how a feed stands until it is over, or once where nobody is *patient*."""
    current = place.asking.current
    while True:
        outcome = yield place.call(GET_FEED, path={"feedId": feed_id})
        if isinstance(outcome, Failure) and outcome.status == 404:
            _lose(place, feed_no, "Amazon does not know the feed any more.")
            return
        answer = place.accepted(outcome)
        if answer is None:
            return
        found = cast("Feed", answer.content)
        with current.transaction():
            feeds.update(current.db, feed_no, checked_at=answer.asked_at)
        if found.processing_status == "CANCELLED":
            give_up(place, feed_no, _WORDS["CANCELLED"], state="cancelled")
            return
        if found.processing_status == "FATAL":
            # Some, none or all of it may have been done (model of the Feeds API 2021-06-30).
            _lose(place, feed_no, _WORDS["FATAL"], state="fatal")
            return
        if found.processing_status == "DONE":
            if found.result_feed_document_id is None:
                _lose(place, feed_no, "Amazon gave no report on the feed.", state="done")
            else:
                yield from _settle(place, feed_no, feed_id, found.result_feed_document_id)
            return
        if not patient:
            return
        yield Pause(EVERY)


def _find(place: Place, feed: Kept) -> Lane:
    """Look for a feed that was asked for, and of which Amazon gave no number."""
    asking, asked = place.asking, seconds_of(str(feed.asked_at))
    if (wait := asked + LOST_FOR - asking.clock.now()) > 0:
        yield Pause(wait)  # what is on its way may still arrive
    params = {
        "feedTypes": TYPE,
        "createdSince": text_of(asked - OVERLAP),
        "pageSize": "100",
        "marketplaceIds": place.marketplace_id,
    }
    answer = place.accepted((yield place.call(GET_FEEDS, params)))
    if answer is None:
        return
    current = asking.current
    page = cast("FeedsPage", answer.content)
    strange = [
        one.feed_id
        for one in page.feeds
        if not feeds.knows(current.db, one.feed_id)
        and seconds_of(one.created_time) >= asked - OVERLAP
    ]
    if len(strange) == 1:
        with current.transaction():
            feeds.update(current.db, feed.feed_no, state=feeds.WAITING, feed_id=strange[0])
        yield from follow(place, feed.feed_no, strange[0], patient=False)
    elif strange or page.next_token:  # another tool sends feeds, too: nobody knows which is ours
        _lose(place, feed.feed_no, "It is not known which of Amazon's feeds it became.")
    else:
        give_up(place, feed.feed_no, "Amazon never got the feed.")


def _settle(place: Place, feed_no: int, feed_id: str, document: str) -> Lane:
    """Read the report on a feed and note what it says of each message."""
    answer = place.accepted(
        (yield place.call(GET_FEED_DOCUMENT, path={"feedDocumentId": document}))
    )
    if answer is None:
        return
    link = cast("FeedDocument", answer.content)
    target = place.asking.archive.temporary()
    fetch = partial(
        downloads.fetch,
        link.url,
        target,
        compression=link.compression_algorithm,
        clock=place.asking.clock,
        trusted=place.trusted,
        tabular=False,
    )
    outcome = yield Work(fetch)
    if isinstance(outcome, downloads.Failed):
        kind = Kind.TEMPORARY if outcome.temporary or outcome.expired else Kind.REFUSED
        place.fail(Failure(answer.call, kind, None, outcome.code, outcome.message))
        given_up = text_of(place.asking.clock.now() - REPORT_GIVEN_UP_AFTER)
        if kind is Kind.REFUSED or feeds.asked_before(place.asking.current.db, feed_no, given_up):
            _lose(place, feed_no, "Amazon's report on the feed cannot be read.", state="done")
        return
    try:
        sent = outbox.messages(place.asking.current.db, feed_no)
        result = feed_documents.results(outcome.path, sent=sent, feed_id=feed_id)
    except ValueError as error:
        _lose(place, feed_no, f"Amazon's report on the feed cannot be read: {error}.", state="done")
        return
    finally:
        target.unlink(missing_ok=True)
    _judge(place, feed_no, result, answer.asked_at)


def _judge(place: Place, feed_no: int, result: FeedResult, at: str) -> None:
    """Note what the report on a feed says of each of its messages."""
    current = place.asking.current
    plain: list[Row] = []  # nearly all: what Amazon has taken without a word
    with current.transaction():
        for rows in _by_message(outbox.of_feed(current.db, feed_no)):
            number, name = rows[0].message_id or 0, rows[0].seller_sku
            fate = result.fate(number, name)
            if fate is Fate.UNKNOWN:
                outbox.look_soon(current.db, [row.outbox_id for row in rows], at)
                continue
            status = "ACCEPTED" if fate is Fate.ACCEPTED else "INVALID"
            issues = result.of(number, name) or result.general()
            if fate is Fate.ACCEPTED and not issues:
                plain += rows
            else:
                outgoing.judge(place, _piece(place, rows), status, issues, at)
        outgoing.accept(place, plain, at)
        feeds.update(current.db, feed_no, state="done")


def _lose(place: Place, feed_no: int, why: str, state: str = "lost") -> None:
    """Note that nobody knows what of a feed was done: the listings themselves are looked at."""
    current, asking = place.asking.current, place.asking
    with current.transaction():
        feeds.update(current.db, feed_no, state=state, message=why)
        rows = [
            row.outbox_id for row in outbox.of_feed(current.db, feed_no) if row.settled_at is None
        ]
        outbox.look_soon(current.db, rows, asking.now)
    place.note(
        f"Feed {feed_no} of store {place.store.name}: {why} Its listings are looked at one by one."
    )


def give_up(place: Place, feed_no: int, why: str, state: str = "lost") -> None:
    """Note that nothing of a feed was done: it is planned anew where it is still wanted."""
    current, asking = place.asking.current, place.asking
    with current.transaction():
        feeds.update(current.db, feed_no, state=state, message=why)
        rows = [row for row in outbox.of_feed(current.db, feed_no) if row.settled_at is None]
        ids = [row.outbox_id for row in rows]
        outbox.settle(current.db, ids, Progress.ABANDONED, asking.now, message=why)
        outgoing.mark(place, sorted({row.seller_sku for row in rows}))


def _by_message(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield the rows that have one message, message by message."""
    found: dict[int | None, list[Row]] = {}
    for row in rows:
        if row.settled_at is None and row.progress is Progress.SENT:
            found.setdefault(row.message_id, []).append(row)
    yield from found.values()


def _piece(place: Place, rows: Sequence[Row]) -> Piece:
    """Return the piece that was written down as *rows*."""
    entries = tuple(
        Entry(
            row.store_id,
            row.seller_sku,
            row.sku,
            row.kind,
            row.step,
            row.rank,
            row.differences,
            row.after,
        )
        for row in rows
    )
    ids = [row.outbox_id for row in rows]
    return Piece(place, rows[0].seller_sku, rows[0].rank, entries, rows[0].way, None, ids)
