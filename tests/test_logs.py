"""No secret, signed address or buyer's address is ever written down, whatever the level."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync import logs
from amzsync.amazon.calls import Call
from amzsync.amazon.credentials import Credentials
from amzsync.amazon.operations import GET_PARTICIPATIONS
from amzsync.amazon.pace import Pace
from amzsync.amazon.session import Session
from tests.amazon.door import account_at
from tests.simulators import faults
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.seller import Seller

CANARIES = [
    pytest.param("token Atza|canary-token.", id="access token"),
    pytest.param("Atzr|canary%2Btoken", id="refresh token"),
    pytest.param("amzn1.oa2-cs.v1.canary", id="client secret"),
    pytest.param("Authorization: Bearer canary", id="bearer"),
    pytest.param("https://s3.example/a?X-Amz-Signature=canary&X-Amz-Date=1", id="signed address"),
    pytest.param("X-Amz-Signature=canary", id="signature"),
    pytest.param('{"access_token": "canary", "b": 1}', id="JSON"),
    pytest.param("{'x-amz-access-token': 'canary'}", id="headers"),
    pytest.param("client_secret=canary&grant_type=x", id="form"),
    pytest.param("bought by canary.jane+1@buyers.example.com", id="e-mail address"),
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler like ours writes at the lowest level."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Redacting("%(levelname)s %(name)s: %(message)s"))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logs.hush()
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("text", CANARIES)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    assert "canary" not in logs.redact(text)
    assert logs.HIDDEN in logs.redact(text)


@pytest.mark.parametrize(
    "text",
    ["BRK-01: 3 listings", "https://docs.example/a/b", "2026-11-01T00:00:00Z", "a|b @ c", ""],
)
def test_other_text_stays(text: str) -> None:
    assert logs.redact(text) == text


def test_what_is_named_as_a_secret_is_hidden_wherever_it_comes_up() -> None:
    logs.conceal("sesame-canary", "sesame-canary-and-more", "", "a")
    assert logs.redact("a sesame-canary-and-more, sesame-canary") == "a [hidden], [hidden]"


def test_arguments_and_tracebacks_are_hidden_too(written: io.StringIO) -> None:
    try:
        int("Atza|canary")
    except ValueError:
        logging.getLogger("amzsync.test").exception("with %s", "Atzr|canary")
    assert "literal for int() with base 10: '[hidden]'" in written.getvalue()
    assert "with [hidden]" in written.getvalue()
    assert "canary" not in written.getvalue()


def test_a_crash_log_holds_no_secret() -> None:
    path = logs.crash(ValueError("Atza|canary"))
    try:
        assert "ValueError: [hidden]" in path.read_text(encoding="utf-8")
    finally:
        path.unlink()


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "sp_api.base.client", "sp_api"])
def test_the_libraries_say_nothing_below_a_warning(written: io.StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    logs.hush()
    logger.info("canary")
    logger.warning("Beware of Atza|canary")
    assert written.getvalue() == f"WARNING {name}: Beware of [hidden]\n"


def test_a_session_writes_nothing_secret_down(
    written: io.StringIO, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    clock = VirtualClock()
    with AmazonSimulator(Seller(), clock=clock, plans=False) as amazon:
        secrets = amazon.credentials
        credentials = Credentials(secrets.client_id, secrets.client_secret, secrets.refresh_token)
        amazon.script(
            "getMarketplaceParticipations",
            faults.html(503),
            faults.connection_reset(),
            faults.token_expired(),
        )
        with Session(account_at(amazon.url), credentials, clock, Pace({}, clock)) as session:
            outcome = session.perform(Call(GET_PARTICIPATIONS), deadline=clock.now() + 1e4)
        assert amazon.ledger.count("getMarketplaceParticipations") == 4
    for text in (written.getvalue(), caplog.text, repr(outcome), repr(session), repr(credentials)):
        assert "canary" not in text
