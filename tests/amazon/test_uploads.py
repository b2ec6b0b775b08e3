"""Documents go to Amazon's storage and nowhere else, and are there only where it says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from amzsync.amazon.downloads import Failed
from amzsync.amazon.uploads import Uploaded, upload
from tests.amazon.test_downloads import SIGNED, Steps
from tests.simulators.clocks import VirtualClock
from tests.simulators.exchange import HTML, XML, Reply, Request, Way, page_reply
from tests.simulators.serving import Server

FEED = '{"sku":"é/日本"}'.encode() * 30_000
S3_EXPIRED = (
    "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
    "<HostId>canary</HostId></Error>"
)
S3_WRONG = (
    "<?xml version='1.0'?><Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message></Error>"
)


@dataclass
class Storage:
    reply: Reply
    requests: list[Request] = field(default_factory=list)
    name: str = ""

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.reply

    @property
    def url(self) -> str:
        return f"http://{self.name}{SIGNED}"


@contextmanager
def storage(reply: Reply) -> Iterator[Storage]:
    found = Storage(reply)
    server = Server(found.answer, VirtualClock().now)
    found.name = server.url.removeprefix("http://")
    server.start()
    try:
        yield found
    finally:
        server.close()


def put(
    place: Storage, content: bytes = FEED, *, step: float = 0.0, timeout: float = 5.0
) -> Uploaded | Failed:
    return upload(
        place.url, content, clock=Steps(step), trusted=(place.name,), timeout=timeout, within=60.0
    )


@pytest.mark.parametrize("content", [FEED, b"", b"x"], ids=["long", "empty", "short"])
def test_a_document_arrives_as_it_is(content: bytes) -> None:
    with storage(Reply(200)) as place:
        assert put(place, content) == Uploaded(len(content))
    (request,) = place.requests
    assert request.method == "PUT"
    assert request.content == content
    assert request.headers["content-type"] == "application/json; charset=UTF-8"
    assert request.headers["content-length"] == str(len(content))
    assert "transfer-encoding" not in request.headers
    assert "x-amz-access-token" not in request.headers
    assert SIGNED.startswith(request.path)
    assert dict(request.query)["X-Amz-Signature"] == "canary0123456789"


def test_another_kind_of_content_is_said_to_be_so() -> None:
    with storage(Reply(200)) as place:
        upload(place.url, b"a", content_type="text/csv", clock=Steps(), trusted=(place.name,))
    assert place.requests[0].headers["content-type"] == "text/csv"


FAULTS = [
    pytest.param(page_reply(403, S3_EXPIRED, XML), "AccessDenied", True, True, id="expired"),
    pytest.param(page_reply(403, S3_WRONG, XML), "SignatureDoesNotMatch", False, False, id="type"),
    pytest.param(Reply(403), "Status403", False, False, id="403"),
    pytest.param(Reply(500), "Status500", True, False, id="500"),
    pytest.param(page_reply(503, "<html>Slow down</html>", HTML), "Status503", True, False, id="503"),
    pytest.param(
        Reply(307, headers={"Location": f"http://127.0.0.1:1{SIGNED}"}), "Status307", True, False,
        id="redirect",
    ),
    pytest.param(Reply(204), "Status204", True, False, id="204"),
    pytest.param(page_reply(200, "<html>Log in</html>", HTML), "Html", True, False, id="portal"),
    pytest.param(Reply(200, way=Way.RESET), "CutOff", True, False, id="reset"),
    pytest.param(
        Reply(200, b"x" * 99, way=Way.CUT, size=9), "CutOff", True, False, id="cut answer"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "code", "temporary", "expired"), FAULTS)
def test_what_the_storage_does_not_say_yes_to_is_not_there(
    reply: Reply, code: str, temporary: bool, expired: bool
) -> None:
    with storage(reply) as place:
        outcome = put(place)
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.temporary, outcome.expired) == (code, temporary, expired)
    assert len(place.requests) == 1
    assert "canary" not in outcome.message
    assert "X-Amz" not in outcome.message


def test_silence_ends_in_time() -> None:
    with storage(Reply(200, way=Way.SILENCE, pause=60.0)) as place:
        outcome = put(place, b"x", timeout=0.05)
    assert outcome == Failed("TimedOut", "Nothing moved for 0.05 s.", True, False)


def test_an_upload_that_takes_too_long_ends() -> None:
    with storage(Reply(200)) as place:
        outcome = put(place, step=30.0)
    assert outcome == Failed("TimedOut", "The document went too slowly.", True, False)


def test_where_nobody_listens_there_is_no_answer() -> None:
    with storage(Reply(200)) as place:
        pass
    outcome = put(place)
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.temporary) == ("NoAnswer", True)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "BadAddress"),
        ("http://tortuga.s3.amazonaws.com/a", "BadAddress"),
        ("https://me:pass@tortuga.s3.amazonaws.com/a", "BadAddress"),
        ("https://evil-amazonaws.com/a", "ForeignHost"),
        ("https://169.254.169.254/latest/meta-data", "ForeignHost"),
        ("http://127.0.0.1:9/a", "ForeignHost"),
        ("https://tortuga.s3.amazonaws.com:22/a", "ForeignHost"),
        ("", "BadAddress"),
    ],
)
def test_nobody_but_amazon_is_given_anything(url: str, code: str) -> None:
    outcome = upload(url, FEED, clock=Steps(), trusted=("127.0.0.1:8",))
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.temporary, outcome.expired) == (code, False, False)


@pytest.mark.parametrize("reply", [Reply(200), Reply(403), Reply(200, way=Way.RESET)])
def test_no_log_at_any_level_tells_the_address(
    reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)
    with storage(reply) as place:
        put(place)
    assert "canary" not in caplog.text
    assert "X-Amz" not in caplog.text
