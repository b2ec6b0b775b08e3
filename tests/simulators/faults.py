"""What goes wrong with an answer, by script: ``sim.script("getReport", faults.empty(500))``.

A fault gets the way to the true answer and may take it, change what comes back, or leave it.  Faults
of reports, of feeds and of documents are in modules of their own: ``report_faults``, ``feed_faults``,
``document_faults``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.simulators.clocks import http_date
from tests.simulators.exchange import (
    HTML,
    JSON,
    Reply,
    Request,
    Way,
    denied,
    error_reply,
    page_reply,
)
from tests.simulators.seller import DE
from tests.simulators.tokens import expired, revoked

if TYPE_CHECKING:
    from tests.simulators.amazon import AmazonSimulator


@dataclass(slots=True)
class Case:
    """The call that a fault befalls."""

    simulator: AmazonSimulator
    operation: str
    request: Request
    perform: Callable[[], Reply]  # does what was asked for, and returns the true answer
    previous: Reply | None  # what this operation answered the last time


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    answer: Callable[[Case], Reply]


def instead(name: str, reply: Reply) -> Fault:
    """Return the fault that answers *reply*, and does nothing of what was asked for."""
    return Fault(name, lambda case: reply)


def afterwards(name: str, change: Callable[[Reply], Reply]) -> Fault:
    """Return the fault that does what was asked for, and changes the answer."""
    return Fault(name, lambda case: change(case.perform()))


def edited(change: Callable[[Any], Any], name: str = "edited") -> Fault:
    """Return the fault that answers what *change* makes of the true JSON."""
    return afterwards(name, lambda reply: reply.with_json(change(reply.json())))


# -- status and body ---------------------------------------------------------------------


def answer(status: int, body: bytes = b"", content_type: str = JSON) -> Fault:
    """Any status with any body."""
    headers = {"Content-Type": content_type} if content_type else {}
    return instead(f"answer {status}", Reply(status, body, headers))


def html(
    status: int, text: str = "<html><body><h1>Service Unavailable</h1></body></html>"
) -> Fault:
    return instead(f"HTML {status}", page_reply(status, text))


def empty(status: int = 500) -> Fault:
    return instead(f"empty {status}", Reply(status))


def empty_list(status: int = 200) -> Fault:
    return answer(status, b"[]")


def null(status: int = 200) -> Fault:
    return answer(status, b"null")


def without_keys(status: int = 200) -> Fault:
    return answer(status, b"{}")


def captive_portal() -> Fault:
    """The page of a hotel's network, with status 200."""
    page = "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Log in.</body></html>"
    return instead("captive portal", page_reply(200, page))


def gateway_timeout() -> Fault:
    """What the gateway says, without ``errors``."""
    return answer(504, b'{"message":"Endpoint request timed out"}')


def throttled(retry_after: str | None = None, *, form: str = "json") -> Fault:
    """Too many calls: *form* is "json", "html" or "empty"; *retry_after* the header, if any."""
    reply = {
        "json": error_reply(
            429, "QuotaExceeded", "You exceeded your quota for the requested resource."
        ),
        "html": page_reply(429, "<html><body>Too Many Requests</body></html>", HTML),
        "empty": Reply(429),
    }[form]
    if retry_after is not None:
        reply = reply.with_headers(Retry_After=retry_after)
    return instead(f"throttled ({form})", reply)


def unavailable(retry_after: str | None = None) -> Fault:
    message = "Service is temporarily unavailable. Please try again later."
    reply = error_reply(503, "ServiceUnavailable", message)
    if retry_after is not None:
        reply = reply.with_headers(Retry_After=retry_after)
    return instead("unavailable", reply)


def internal_error() -> Fault:
    return error(500, "InternalFailure", "We encountered an internal error. Please try again.")


def error(
    status: int, code: str, message: str, *, details: str = "", request_id: str | None = None
) -> Fault:
    """An error in Amazon's form, with a request id to be quoted."""
    reply = error_reply(status, code, message, details)
    if request_id is not None:
        reply = reply.with_headers(x_amzn_RequestId=request_id)
    return instead(f"error {status}", reply)


def redirect(url: str = "https://elsewhere.example/", status: int = 302) -> Fault:
    return instead("redirect", Reply(status, b"", {"Location": url}))


# -- the connection ----------------------------------------------------------------------


def connection_reset() -> Fault:
    """The connection is reset, and nothing was done."""
    return instead("connection reset", Reply(0, way=Way.RESET))


def answer_lost() -> Fault:
    """What was asked for is done, and the connection reset before the answer."""
    return afterwards("answer lost", lambda reply: replace(reply, way=Way.RESET))


def failed_afterwards(status: int = 503) -> Fault:
    """What was asked for is done, and the answer says that it failed."""
    failure = error_reply(status, "InternalFailure", "We encountered an internal error.")
    return afterwards("failed afterwards", lambda reply: failure)


def silence(seconds: float) -> Fault:
    """Nothing is done or said for so many real seconds; then the connection is closed."""
    return instead("silence", Reply(0, way=Way.SILENCE, pause=seconds))


def cut_body(size: int | None = None) -> Fault:
    """Only *size* bytes come (half of them), fewer than Content-Length says."""
    return afterwards("cut body", lambda reply: _sent_in_part(reply, Way.CUT, size))


def chunked_cut(size: int | None = None) -> Fault:
    """The body comes in chunks, and the connection ends before the last."""
    return afterwards("chunked ended early", lambda r: _sent_in_part(r, Way.CHUNKED_CUT, size))


def _sent_in_part(reply: Reply, way: Way, size: int | None) -> Reply:
    return replace(reply, way=way, size=len(reply.content) // 2 if size is None else size)


def drip(size: int = 7, pause: float = 0.001) -> Fault:
    """The true answer, *size* bytes at a time with *pause* real seconds between."""
    return afterwards("drip", lambda reply: replace(reply, way=Way.DRIP, size=size, pause=pause))


# -- who may call ------------------------------------------------------------------------


def token_expired() -> Fault:
    """The access token of this call has expired: only a new one works."""

    def expire(case: Case) -> Reply:
        token = case.request.headers.get("x-amz-access-token", "")
        case.simulator.expire_tokens(token)
        return expired().reply

    return Fault("token expired", expire)


def role_missing() -> Fault:
    """The application has not the role that the operation needs."""
    return instead("role missing", denied().reply)


def refresh_token_revoked() -> Fault:
    """For "token": the seller has withdrawn the authorisation, or it has run out."""
    return instead("refresh token revoked", revoked())


# -- what is said ------------------------------------------------------------------------


def wrong_marketplace(marketplace_id: str = DE) -> Fault:
    """The true answer, but as if it were of *marketplace_id*."""

    def swap(case: Case) -> Reply:
        reply = case.perform()
        content = reply.content
        for place in case.simulator.all_marketplaces():
            content = content.replace(place.encode(), marketplace_id.encode())
        return replace(reply, content=content)

    return Fault("wrong marketplace", swap)


def same_page_again() -> Fault:
    """The last answer of the operation once more, with its token; ``always`` makes it endless."""
    return Fault("same page again", lambda case: case.previous or case.perform())


def rows_missing(count: int = 1, key: str = "items") -> Fault:
    """The page lacks its first *count* rows, and does not say so."""
    return edited(lambda content: {**content, key: content[key][count:]}, "rows missing")


def clock_skew(seconds: float) -> Fault:
    """The true answer, with a Date header that is off by so many seconds."""

    def shift(case: Case) -> Reply:
        return case.perform().with_headers(Date=http_date(case.request.at + seconds))

    return Fault("clock skew", shift)


def invalid_json() -> Fault:
    """JSON that ends too early, though the length is right."""
    return afterwards("invalid JSON", lambda reply: replace(reply, content=reply.content[:-2]))


def wrong_type(path: str, value: Any) -> Fault:
    """The true answer with *value* at *path* ("items.0.summaries.0.status")."""

    def change(content: Any) -> Any:
        copied = json.loads(json.dumps(content))
        *way, last = path.split(".")
        here = copied
        for step in way:
            here = here[int(step) if isinstance(here, list) else step]
        here[int(last) if isinstance(here, list) else last] = value
        return copied

    return edited(change, f"wrong type at {path}")
