"""What becomes of a feed, by script: ``sim.script("createFeed", feed_faults.cancelled())``.

Documents of results go wrong by ``document_faults`` and ``faults``, for "document" and "getFeedDocument";
uploads by the same, for "upload".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tests.simulators.exchange import Reply
from tests.simulators.faults import Case, Fault
from tests.simulators.feeds import Feed
from tests.simulators.seller import Issue

REFUSED = Issue("99022", "The value is not valid.", "ERROR", ("purchasable_offer",))


def amended(name: str, change: Callable[[Feed], None]) -> Fault:
    """Return the fault that has the feed created, and changes what it comes to."""

    def answer(case: Case) -> Reply:
        feeds = case.simulator.feeds
        feeds.amend = change
        try:
            return case.perform()
        finally:
            feeds.amend = None

    return Fault(name, answer)


def late(seconds: float) -> Fault:
    """The feed takes so many seconds when its turn has come."""

    def change(feed: Feed) -> None:
        feed.wait, feed.work = seconds / 2, seconds

    return amended("late", change)


def in_queue() -> Fault:
    """The feed stays IN_QUEUE until ``feeds.release``, and all that come after it do."""

    def change(feed: Feed) -> None:
        feed.wait = feed.work = float("inf")

    return amended("in queue", change)


def in_progress() -> Fault:
    """The feed stays IN_PROGRESS until ``feeds.release``."""

    def change(feed: Feed) -> None:
        feed.wait, feed.work = 0.0, float("inf")

    return amended("in progress", change)


def cancelled() -> Fault:
    """The feed is cancelled, in the queue, when it would have been done."""

    def change(feed: Feed) -> None:
        feed.outcome, feed.wait = "CANCELLED", feed.work

    return amended("cancelled", change)


def fatal(*, share: float = 0.0, explained: bool = True) -> Fault:
    """The feed is FATAL, though a *share* (0 to 1) of its messages is applied; with a document, or none."""

    def change(feed: Feed) -> None:
        feed.outcome, feed.share, feed.explained = "FATAL", share, explained

    return amended("fatal", change)


def without_document() -> Fault:
    """The feed is DONE, and has no result document."""

    def change(feed: Feed) -> None:
        feed.explained = False

    return amended("without document", change)


def containing(content: str | bytes) -> Fault:
    """The feed is DONE, and its result document is *content*."""

    def change(feed: Feed) -> None:
        feed.content = content if isinstance(content, bytes) else content.encode()

    return amended("containing", change)


def concealing(message_ids: Iterable[int]) -> Fault:
    """The feed is DONE, and its result says nothing of some messages, which are not counted either."""
    hidden = frozenset(message_ids)

    def change(feed: Feed) -> None:
        feed.concealed = hidden

    return amended("concealing", change)


def refusing(refused: Mapping[str, tuple[Issue, ...]] | Iterable[str]) -> Fault:
    """The feed is DONE, and the messages of some seller SKUs are refused, with issues of one's own."""
    issues = dict(refused) if isinstance(refused, Mapping) else dict.fromkeys(refused, (REFUSED,))

    def change(feed: Feed) -> None:
        feed.refused = issues

    return amended("refusing", change)
