"""Feeds 2021-06-30: documents that are uploaded, feeds of them that run one after another, and results."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from tests.simulators.clocks import iso
from tests.simulators.exchange import Refusal, Reply, Request, invalid, json_reply
from tests.simulators.feed_messages import contents_of, processing_report, submission_of
from tests.simulators.parameters import Parameters, content_of, moment_of, token_of
from tests.simulators.reports import (
    KEPT_SECONDS,
    STATUSES,
    Document,
    Reports,
    problem_of_url,
    signature,
    storage_error,
)
from tests.simulators.seller import Issue, Seller
from tests.simulators.validation import wrong
from tests.simulators.visits import Visit
from tests.simulators.writes import Spot, Writes
from tests.simulators.writing import submit

LISTINGS_FEED = "JSON_LISTINGS_FEED"
UPLOAD_PATH = "/feed-uploads/"
MOST_BYTES = (
    5 * 10_485_760
)  # of any upload: the storage itself takes more than a listings feed may be


@dataclass(slots=True)
class Upload:
    """A document that a feed can be made of."""

    seller_id: str
    document_id: str
    content_type: str
    content: bytes | None = None  # None: not uploaded yet
    used: bool = False


@dataclass(slots=True)
class Feed:
    """One feed; when it is begun and done follows from those before it."""

    seller: Seller
    feed_id: str
    feed_type: str
    marketplace_ids: list[str]
    document_id: str
    created: float
    work: float  # seconds that it takes when its turn has come
    wait: float  # of these, still in the queue
    messages: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""  # why the whole feed is FATAL
    ours: bool = True
    begun_at: float = float("inf")
    done_at: float = float("inf")
    ended: bool = False
    outcome: str = "DONE"  # by script "FATAL" or "CANCELLED": nothing or a part is applied then
    share: float = 1.0  # of the messages that are applied
    explained: bool = True  # there is a result document
    refused: dict[str, tuple[Issue, ...]] = field(default_factory=dict)  # by seller SKU, by script
    concealed: frozenset[int] = frozenset()  # messageIds of which the result says nothing
    content: bytes | None = None  # of the result, by script
    result: Document | None = None

    @property
    def seller_id(self) -> str:
        return self.seller.seller_id

    @property
    def spots(self) -> list[Spot]:
        return [
            (self.seller_id, place, str(message.get("sku")))
            for message in self.messages
            for place in self.marketplace_ids
        ]

    def status(self, now: float) -> str:
        if self.ended:
            return self.outcome
        return "IN_QUEUE" if now < self.begun_at else "IN_PROGRESS"

    def shown(self, now: float) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "feedId": self.feed_id,
            "feedType": self.feed_type,
            "marketplaceIds": self.marketplace_ids,
            "createdTime": iso(self.created),
            "processingStatus": self.status(now),
        }
        if now >= self.begun_at:
            shown["processingStartTime"] = iso(self.begun_at)
        if self.ended:
            shown["processingEndTime"] = iso(self.done_at)
            if self.result is not None:
                shown["resultFeedDocumentId"] = self.result.document_id
        return shown


@dataclass
class Feeds:
    """All feeds of all sellers; their result documents lie with those of *reports*."""

    reports: Reports
    writes: Writes
    feeds: dict[str, Feed] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    amend: Callable[[Feed], None] | None = None  # by script: what becomes of the next feed
    _owners: dict[str, str] = field(default_factory=dict)  # of result documents
    _free: dict[str, float] = field(
        default_factory=dict
    )  # seller id -> when the queue was last empty

    # -- documents -----------------------------------------------------------------------

    def create_feed_document(self, visit: Visit) -> Reply:
        content_type = visit.body().get("contentType")
        if not isinstance(content_type, str) or "/" not in content_type:
            raise invalid("Invalid 'contentType' provided.")
        upload = self._new_upload(visit.seller, content_type)
        url = (
            f"{self.reports.url}{UPLOAD_PATH}{upload.document_id}?{urlencode(signature(visit.now))}"
        )
        return json_reply(201, {"feedDocumentId": upload.document_id, "url": url})

    def _new_upload(self, seller: Seller, content_type: str) -> Upload:
        document_id = f"amzn1.tortuga.4.na.{uuid.uuid4()}.T1SIMULATED{len(self.uploads) + 1}"
        upload = Upload(seller.seller_id, document_id, content_type)
        self.uploads[document_id] = upload
        return upload

    def upload(self, request: Request) -> Reply:
        """Take a document, as the storage behind a signed URL does."""
        if problem := problem_of_url(request):
            return problem
        upload = self.uploads.get(request.segments[-1])
        if upload is None:
            return storage_error(404, "NoSuchKey", "The specified key does not exist.")
        if request.method != "PUT":
            return storage_error(405, "MethodNotAllowed", "The method is not allowed.")
        if request.headers.get("content-type") != upload.content_type:
            return storage_error(403, "SignatureDoesNotMatch", "The signature does not match.")
        if len(request.content) > MOST_BYTES:
            return storage_error(400, "EntityTooLarge", "Your upload is too large.")
        upload.content = request.content
        return Reply(200, b"", {"Server": "AmazonS3", "ETag": '"simulated"'})

    def owner(self, document_id: str) -> str:
        """Return the id of the seller whose document it is; "" for no such."""
        upload = self.uploads.get(document_id)
        return upload.seller_id if upload else self._owners.get(document_id, "")

    def get_feed_document(self, visit: Visit) -> Reply:
        visit.seller.settle()
        document_id = visit.path["feedDocumentId"]
        if self.owner(document_id) != visit.seller.seller_id:
            raise Refusal(404, "NotFound", "The feed document does not exist.")
        upload = self.uploads.get(document_id)
        if upload is not None:
            document = Document(document_id, upload.content or b"", False, upload.content_type)
            self.reports.documents[document_id] = document
        answer = {
            "feedDocumentId": document_id,
            "url": self.reports.signed_url(document_id, visit.now),
        }
        if self.reports.documents[document_id].compressed:
            answer["compressionAlgorithm"] = "GZIP"
        return json_reply(200, answer)

    # -- feeds ---------------------------------------------------------------------------

    def create_feed(self, visit: Visit) -> Reply:
        body = visit.body()
        feed_type, places = body.get("feedType"), body.get("marketplaceIds")
        if not isinstance(feed_type, str) or not feed_type:
            raise invalid("Invalid 'feedType' provided.")
        if not isinstance(places, list) or not 1 <= len(places) <= 25:
            raise invalid("Invalid 'marketplaceIds' provided.")
        visit.own([str(place) for place in places])
        upload = self.uploads.get(str(body.get("inputFeedDocumentId")))
        if upload is None or upload.seller_id != visit.seller.seller_id or upload.used:
            raise invalid("Invalid 'inputFeedDocumentId' provided.", "It is unknown or was used.")
        if upload.content is None:
            raise invalid("Invalid 'inputFeedDocumentId' provided.", "Nothing was uploaded.")
        with visit.seller.lock:
            feed = self.submit(visit.seller, upload, feed_type, places, visit.now)
        return json_reply(202, {"feedId": feed.feed_id})

    def submit(
        self,
        seller: Seller,
        upload: Upload,
        feed_type: str,
        places: list[str],
        now: float,
        *,
        ours: bool = True,
    ) -> Feed:
        """Put a feed into the queue of its seller."""
        upload.used = True
        trouble, messages = contents_of(upload.content or b"", seller)
        if feed_type != LISTINGS_FEED:
            trouble, messages = f"The feed type {feed_type} is not supported.", []
        feed = Feed(
            seller, f"{60_000_000_000 + len(self.feeds) + 1}", feed_type, places,
            upload.document_id, now, seller.feed_delay + len(messages) / seller.feed_rate,
            seller.feed_delay / 2, messages, trouble, ours,
            outcome="FATAL" if trouble else "DONE",
        )  # fmt: skip
        if self.amend is not None and ours:
            self.amend(feed)
        seller.settle()
        self.feeds[feed.feed_id] = feed
        self.writes.fly(feed.feed_id, now, feed.spots, ours=ours)
        self.arrange(seller)
        return feed

    def submit_foreign(
        self, seller: Seller, messages: Sequence[dict[str, Any]], places: list[str], now: float
    ) -> Feed:
        """Submit a feed as another tool of the seller would."""
        upload = self._new_upload(seller, "application/json")
        header = {"sellerId": seller.seller_id, "version": "2.0"}
        upload.content = json.dumps({"header": header, "messages": list(messages)}).encode()
        with seller.lock:
            return self.submit(seller, upload, LISTINGS_FEED, places, now, ours=False)

    def arrange(self, seller: Seller) -> None:
        """Find out anew when the unfinished feeds of a seller are begun and done, and let it happen."""
        free = self._free.get(seller.seller_id, float("-inf"))
        for feed in self._waiting(seller):
            start = max(feed.created, free)
            feed.begun_at, feed.done_at = start + feed.wait, start + feed.work
            free = feed.done_at
            if feed.done_at != float("inf"):
                seller.later(feed.done_at, partial(self._finish, seller))
        seller.settle()

    def release(self, feed: Feed, seconds: float = 0.0) -> None:
        """Let a feed that is stuck be done in so many seconds."""
        now = feed.seller.clock.now()
        start = max(feed.created, self._free.get(feed.seller_id, float("-inf")))
        feed.wait = now - start
        feed.work = feed.wait + seconds
        self.arrange(feed.seller)

    def _waiting(self, seller: Seller) -> list[Feed]:
        return [f for f in self.feeds.values() if f.seller is seller and not f.ended]

    def _finish(self, seller: Seller, at: float) -> None:
        """Finish what is done by a moment; nothing is, where the feeds have been arranged anew."""
        for feed in self._waiting(seller):
            if feed.done_at > at:
                break
            self._free[seller.seller_id] = feed.done_at
            self._process(feed)

    def _process(self, feed: Feed) -> None:
        if feed.outcome == "DONE":
            feed.share = 1.0
        elif feed.outcome == "CANCELLED" or feed.trouble:
            feed.share = 0.0
        feed.ended = True
        self.writes.land(feed.feed_id, feed.spots)
        issues = []
        for message in feed.messages[: round(len(feed.messages) * feed.share)]:
            issues += [(message, issue) for issue in self._applied(feed, message)]
        if feed.outcome != "CANCELLED" and feed.explained:
            report = processing_report(
                feed.seller_id, feed.feed_id, feed.messages, issues, feed.trouble, feed.concealed
            )
            content = json.dumps(report).encode() if feed.content is None else feed.content
            feed.result = self.reports.keep(feed.seller, content, "application/json; charset=UTF-8")
            self._owners[feed.result.document_id] = feed.seller_id

    def _applied(self, feed: Feed, message: dict[str, Any]) -> Sequence[Issue]:
        made = submission_of(message, feed)
        if isinstance(made, Issue):
            return [made]
        if (said := feed.refused.get(made.sku)) is not None:
            return said
        if made.way == "put" and len(made.places) > 1:
            return [wrong("marketplaceIds", "One marketplace only.")]
        if made.way != "put" and not any(
            made.sku in feed.seller.shelf(place) for place in made.places
        ):
            return [wrong("sku", f"SKU '{made.sku}' not found.", code="13013")]
        issues = submit(made, self.writes)
        return [issue for issue in issues if issue.severity != "INFO"]

    # -- reading and cancelling ----------------------------------------------------------

    def _own(self, visit: Visit) -> Feed:
        visit.seller.settle()
        feed = self.feeds.get(visit.path["feedId"])
        if feed is None or feed.seller is not visit.seller:
            raise Refusal(404, "NotFound", "The feed does not exist.")
        return feed

    def get_feed(self, visit: Visit) -> Reply:
        return json_reply(200, self._own(visit).shown(visit.now))

    def cancel_feed(self, visit: Visit) -> Reply:
        feed = self._own(visit)
        if feed.status(visit.now) != "IN_QUEUE":
            raise invalid("The feed cannot be cancelled.", f"It is {feed.status(visit.now)}.")
        self.cancel(feed, visit.now)
        return json_reply(200, {})

    def cancel(self, feed: Feed, now: float) -> None:
        """Cancel a feed, as the seller can by hand, too."""
        with feed.seller.lock:
            feed.ended, feed.outcome, feed.done_at = True, "CANCELLED", now
            if feed.begun_at > now:
                feed.begun_at = now
            self.writes.land(feed.feed_id, feed.spots)
            free = self._free.get(feed.seller_id, float("-inf"))
            self._free[feed.seller_id] = max(free, now)
            self.arrange(feed.seller)

    def get_feeds(self, visit: Visit) -> Reply:
        visit.seller.settle()
        params, start = visit.params, 0
        token = params.text("nextToken")
        if token is not None:
            if params.names() != {"nextToken"}:
                raise invalid("Invalid input", "nextToken goes with no other parameter.")
            query, start = content_of("nextToken", token)
            params = Parameters([(str(name), str(text)) for name, text in query])
        found = sorted(
            self._found(visit, params), key=lambda each: (each.created, each.feed_id), reverse=True
        )
        size = params.whole("pageSize", 10, most=100)
        answer: dict[str, Any] = {
            "feeds": [each.shown(visit.now) for each in found[start : start + size]]
        }
        if start + size < len(found):
            answer["nextToken"] = token_of([params.fingerprint(without=()), start + size])
        return json_reply(200, answer)

    def _found(self, visit: Visit, params: Parameters) -> Iterator[Feed]:
        params.required("feedTypes")
        types = params.many("feedTypes", at_most=10) or []
        statuses = params.many("processingStatuses", words=STATUSES)
        places = params.many("marketplaceIds", at_most=10)
        since, until = (
            None if (text := params.text(name)) is None else moment_of(name, text)
            for name in ("createdSince", "createdUntil")
        )
        oldest = visit.now - KEPT_SECONDS
        for each in self.feeds.values():
            if (
                each.seller is visit.seller
                and each.feed_type in types
                and (statuses is None or each.status(visit.now) in statuses)
                and (places is None or not set(places).isdisjoint(each.marketplace_ids))
                and max(oldest, oldest if since is None else since) <= each.created
                and each.created <= (visit.now if until is None else until)
            ):
                yield each
