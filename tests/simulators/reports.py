"""Reports 2021-06-30: asked for, waited for, cached, cancelled, and downloaded by a signed URL."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tests.simulators.clocks import http_date, iso
from tests.simulators.exchange import (
    XML,
    Refusal,
    Reply,
    Request,
    invalid,
    json_reply,
    page_reply,
)
from tests.simulators.parameters import Parameters, content_of, moment_of, token_of
from tests.simulators.report_texts import FBA_TYPES, REPORT_TYPES, report_text
from tests.simulators.seller import Seller, marketplace
from tests.simulators.visits import Visit

STATUSES = ("CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE")
URL_SECONDS = 300
KEPT_SECONDS = 90 * 86_400
FBA_SECONDS = 30 * 60
SIGNATURE = "canary-signature"
_SIGNED_AT = "%Y%m%dT%H%M%SZ"


@dataclass(slots=True)
class Document:
    document_id: str
    content: bytes  # as it goes over the wire
    compressed: bool  # as getReportDocument says
    content_type: str


@dataclass(slots=True)
class Report:
    """One report; what it comes to is settled when it is asked for, and shows when it is time."""

    seller_id: str
    report_id: str
    report_type: str
    marketplace_ids: list[str]
    created: float
    done_at: float
    outcome: str = "DONE"
    document: Document | None = None
    shown_type: str | None = None  # by script: another type than was asked for
    begun: float | None = None  # by script: when it is IN_PROGRESS; None: halfway

    def status(self, now: float) -> str:
        if now >= self.done_at:
            return self.outcome
        return "IN_QUEUE" if now < self.begun_at else "IN_PROGRESS"

    @property
    def begun_at(self) -> float:
        return (
            self.created + (self.done_at - self.created) / 2 if self.begun is None else self.begun
        )

    def shown(self, now: float) -> dict[str, Any]:
        status = self.status(now)
        shown = {
            "reportType": self.shown_type or self.report_type,
            "processingStatus": status,
            "marketplaceIds": self.marketplace_ids,
            "reportId": self.report_id,
            "dataStartTime": iso(self.created),
            "dataEndTime": iso(self.created),
            "createdTime": iso(self.created),
        }
        if status != "IN_QUEUE":
            shown["processingStartTime"] = iso(self.begun_at)
        if status in ("DONE", "FATAL", "CANCELLED"):
            shown["processingEndTime"] = iso(self.done_at)
            if self.document is not None:
                shown["reportDocumentId"] = self.document.document_id
        return shown


@dataclass
class Reports:
    """All reports of all sellers."""

    url: str  # of the simulator
    reports: dict[str, Report] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    _texts: dict[tuple[str, str, str], tuple[float, bytes | None]] = field(default_factory=dict)

    def ask(
        self, seller: Seller, report_type: str, marketplace_ids: list[str], now: float
    ) -> Report:
        """Ask for a report, as createReport does; further marketplaces are ignored."""
        number = len(self.reports) + 1
        report = Report(
            seller.seller_id,
            f"{50_000_000_000 + number}",
            report_type,
            marketplace_ids[:1],
            now,
            now + seller.report_delay,
        )
        content = self._content(seller, report_type, marketplace_ids[0], now)
        too_often = report_type in FBA_TYPES and self._is_recent(report)
        if content is None or too_often:
            report.outcome = "CANCELLED"
        else:
            report.document = self.new_document(seller, content, marketplace_ids[0])
        self.reports[report.report_id] = report
        return report

    def new_document(self, seller: Seller, content: bytes, marketplace_id: str) -> Document:
        """Keep *content*, which is encoded but not yet compressed, as a document."""
        return self.keep(
            seller, content, f"text/plain;charset={charset_of(seller, marketplace_id)}"
        )

    def keep(self, seller: Seller, content: bytes, content_type: str) -> Document:
        """Keep *content*, not yet compressed, as a document of that type."""
        number = len(self.documents) + 1
        document_id = f"amzn1.spdoc.1.4.na.{hashlib.sha256(b'%d' % number).hexdigest()[:32]}"
        packed = gzip.compress(content, 1, mtime=0) if seller.compress else content
        document = Document(document_id, packed, seller.compress, content_type)
        self.documents[document_id] = document
        return document

    def _content(self, seller: Seller, kind: str, place: str, now: float) -> bytes | None:
        key = seller.seller_id, kind, place
        at, content = self._texts.get(key, (float("-inf"), None))
        if content is None or now - at >= seller.report_cache or kind in FBA_TYPES:
            text = report_text(kind, seller, place)
            codec = seller.codec or charset_of(seller, place).replace("Shift_JIS", "cp932")
            # What the charset cannot say becomes a question mark, at Amazon's too.
            content = None if text is None else text.encode(codec, "replace")
            self._texts[key] = now, content
        return content

    def _is_recent(self, report: Report) -> bool:
        return any(
            (each.seller_id, each.report_type, each.marketplace_ids)
            == (report.seller_id, report.report_type, report.marketplace_ids)
            and each.outcome != "CANCELLED"
            and report.created - each.created < FBA_SECONDS
            for each in self.reports.values()
        )

    # -- operations ----------------------------------------------------------------------

    def create_report(self, visit: Visit) -> Reply:
        body = visit.body()
        report_type, marketplace_ids = body.get("reportType"), body.get("marketplaceIds")
        if not isinstance(report_type, str) or report_type not in REPORT_TYPES:
            raise invalid("Invalid Report Type", f"{report_type} is not allowed.")
        if not isinstance(marketplace_ids, list) or not 1 <= len(marketplace_ids) <= 25:
            raise invalid("Invalid 'marketplaceIds' provided.")
        options = body.get("reportOptions", {})
        if not isinstance(options, dict) or not all(isinstance(v, str) for v in options.values()):
            raise invalid("Invalid 'reportOptions' provided.")
        for name in ("dataStartTime", "dataEndTime"):
            if name in body:
                moment_of(name, str(body[name]))
        visit.own([str(each) for each in marketplace_ids])
        report = self.ask(visit.seller, report_type, marketplace_ids, visit.now)
        return json_reply(202, {"reportId": report.report_id})

    def get_report(self, visit: Visit) -> Reply:
        report = self.reports.get(visit.path["reportId"])
        if report is None or report.seller_id != visit.seller.seller_id:
            raise Refusal(404, "NotFound", "The report does not exist.")
        return json_reply(200, report.shown(visit.now))

    def get_reports(self, visit: Visit) -> Reply:
        params, now = visit.params, visit.now
        token = params.text("nextToken")
        if token is not None:
            if params.names() != {"nextToken"}:
                raise invalid("Invalid input", "nextToken goes with no other parameter.")
            query, start = content_of("nextToken", token)
            params = Parameters([(str(name), str(text)) for name, text in query])
        else:
            start = 0
        found = self._found(visit, params, now)
        size = params.whole("pageSize", 10, most=100)
        answer: dict[str, Any] = {
            "reports": [each.shown(now) for each in found[start : start + size]]
        }
        if start + size < len(found):
            answer["nextToken"] = token_of([params.fingerprint(without=()), start + size])
        return json_reply(200, answer)

    def _found(self, visit: Visit, params: Parameters, now: float) -> list[Report]:
        """Return the reports that are asked for, the youngest first."""
        params.required("reportTypes")
        types = params.many("reportTypes", at_most=10)
        statuses = params.many("processingStatuses", words=STATUSES)
        places = params.many("marketplaceIds", at_most=10)
        since = params.moment("createdSince")
        until = params.moment("createdUntil")
        oldest = now - KEPT_SECONDS
        found = [
            each
            for each in self.reports.values()
            if each.seller_id == visit.seller.seller_id
            and each.report_type in (types or ())
            and (statuses is None or each.status(now) in statuses)
            and (places is None or not set(places).isdisjoint(each.marketplace_ids))
            and max(oldest, oldest if since is None else since) <= each.created
            and each.created <= (now if until is None else until)
        ]
        return sorted(found, key=lambda each: (each.created, each.report_id), reverse=True)

    def get_report_document(self, visit: Visit) -> Reply:
        document = self.documents.get(visit.path["reportDocumentId"])
        if document is None or visit.seller.seller_id != self.owner(document.document_id):
            raise Refusal(404, "NotFound", "The report document does not exist.")
        url = self.signed_url(document.document_id, visit.now)
        answer = {"reportDocumentId": document.document_id, "url": url}
        if document.compressed:
            answer["compressionAlgorithm"] = "GZIP"
        return json_reply(200, answer)

    def owner(self, document_id: str) -> str:
        """Return the id of the seller whose document it is; "" for no such."""
        for report in self.reports.values():
            if report.document is not None and report.document.document_id == document_id:
                return report.seller_id
        return ""

    def signed_url(self, document_id: str, now: float) -> str:
        return f"{self.url}/tortuga-prod/{document_id}?{urlencode(signature(now))}"

    def download(self, request: Request) -> Reply:
        """Answer as the storage behind a signed URL does."""
        document = self.documents.get(request.segments[-1])
        if problem := problem_of_url(request):
            return problem
        if document is None:
            return storage_error(404, "NoSuchKey", "The specified key does not exist.")
        digest = hashlib.md5(document.content, usedforsecurity=False).hexdigest()
        headers = {
            "Content-Type": document.content_type,
            "Last-Modified": http_date(request.at),
            "ETag": f'"{digest}"',
            "Accept-Ranges": "bytes",
            "Server": "AmazonS3",
        }
        return Reply(200, document.content, headers)


def signature(now: float, seconds: int = URL_SECONDS) -> dict[str, str]:
    """Return the query of a signed URL."""
    return {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": datetime.fromtimestamp(now, UTC).strftime(_SIGNED_AT),
        "X-Amz-Expires": str(seconds),
        "X-Amz-Signature": SIGNATURE,
    }


def problem_of_url(request: Request) -> Reply | None:
    """Return how the storage refuses a URL that was signed wrongly, or too long ago."""
    query = dict(request.query)
    try:
        signed = datetime.strptime(query["X-Amz-Date"], _SIGNED_AT).replace(tzinfo=UTC)
        expires = signed.timestamp() + float(query["X-Amz-Expires"])
    except (KeyError, ValueError):
        expires = float("-inf")
    if query.get("X-Amz-Signature") != SIGNATURE:
        return storage_error(403, "SignatureDoesNotMatch", "The signature does not match.")
    if request.at >= expires:
        return storage_error(403, "AccessDenied", "Request has expired")
    return None


def charset_of(seller: Seller, marketplace_id: str) -> str:
    """Return the charset that Amazon says a document has."""
    if seller.charset is not None:
        return seller.charset
    return "Shift_JIS" if marketplace(marketplace_id).code == "JP" else "Cp1252"


def storage_error(status: int, code: str, message: str) -> Reply:
    """Return an error page of the storage, which speaks XML."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message>"
        "<RequestId>SIMULATED0000000</RequestId></Error>"
    )
    return replace(
        page_reply(status, text, XML), headers={"Content-Type": XML, "Server": "AmazonS3"}
    )
