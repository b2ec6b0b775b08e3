"""Where Amazon is asked, and that secrets go nowhere else."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from amzsync.amazon.answers import ListingsPage
from amzsync.amazon.calls import Answer, Failure, Kind
from amzsync.errors import ConfigError
from tests.amazon.door import BUDGET, LISTING, REPORT, SEARCH, World
from tests.simulators.seller import US


@pytest.mark.parametrize("value", ["DE", "nonsense", ""])
def test_the_librarys_variable_does_not_move_us_elsewhere(
    world: World, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", value)
    with world.new_session() as session:
        outcome = session.perform(SEARCH, deadline=world.clock.now() + BUDGET)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.content, ListingsPage)
    entry = world.amazon.ledger.last("searchListingsItems")
    assert entry is not None
    assert entry.param("marketplaceIds") == US


def test_the_librarys_variables_do_not_stop_its_import_and_stay_as_they_are() -> None:
    names = (
        "SP_API_DEFAULT_MARKETPLACE",
        "SP_API_AUTH_CACHE_SIZE",
        "SP_API_AUTH_CACHE_TTL",
        "AWS_ENV",
    )
    source = f"import os, amzsync.amazon.session; print(*(os.environ[n] for n in {names!r}))"
    done = subprocess.run(
        ["/usr/bin/env", *(f"{name}=odd" for name in names), *python("-c", source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (["odd"] * 4, "")


def test_the_command_line_does_not_load_the_client() -> None:
    source = (
        "import sys, amzsync.cli, amzsync.cli.app;"
        "print([m for m in ('sp_api', 'httpx', 'tenacity') if m in sys.modules])"
    )
    done = subprocess.run(python("-c", source), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


@pytest.mark.parametrize(
    "address",
    [
        "http://amazon.example",
        "ftp://127.0.0.1/",
        "https://",
        "https://me@amazon.example",
        "https://[",
        "",
    ],
)
@pytest.mark.parametrize("key", ["endpoint", "token_url"])
def test_secrets_are_not_sent_in_the_open(world: World, key: str, address: str) -> None:
    with pytest.raises(ConfigError, match=rf"^accounts\.main\.{key} is not"):
        world.new_session(**{key: address})


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "127.8.9.1"])
def test_this_machine_may_be_asked_without_encryption(world: World, host: str) -> None:
    world.new_session(endpoint=f"http://{host}:1").close()


class Quiet(HTTPServer):
    """Does not tell of handshakes that fail."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[str]:
    """A server whose certificate nobody has signed but itself."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    try:
        subprocess.run(
            [*command, "-keyout", key, "-out", certificate], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl cannot make a certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_that_is_not_to_be_trusted_ends_it(world: World, impostor: str) -> None:
    with world.new_session(endpoint=impostor) as session:
        outcome = session.perform(LISTING, deadline=world.clock.now() + BUDGET)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == (Kind.TEMPORARY, "Certificate")


def test_an_endpoint_that_does_not_speak_tls_gets_nothing(world: World) -> None:
    endpoint = world.amazon.url.replace("http://127.0.0.1", "https://localhost")
    with world.new_session(endpoint=endpoint) as session:
        outcome = session.perform(REPORT, deadline=world.clock.now() + 3.0)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == (Kind.TEMPORARY, "NoAnswer")
    assert world.asked(REPORT) == 0
