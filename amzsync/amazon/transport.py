"""HTTP as it is done here: read to the end within limits, nothing followed, no fault of a library's own kind."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from amzsync.amazon.replies import NoReply, Reply, one_line
from amzsync.clock import Clock
from amzsync.errors import ConfigError

TIMEOUT = httpx.Timeout(30.0, connect=10.0)  # seconds for each piece
LONGEST = 120.0  # seconds for a whole answer, however steadily it drips
LARGEST = 64 * 1024 * 1024  # bytes of an answer, unpacked


def is_loopback(url: str) -> bool:
    """Tell whether *url* is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_address(url: str, key: str) -> None:
    """Raise ``ConfigError`` unless secrets may be sent to *url*, which stands at *key* of amzsync.toml."""
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.scheme not in {"https", "http"}:
        raise ConfigError(f"{key} is not an address of the form https://host.")
    if parts.scheme == "http" and not is_loopback(url):
        raise ConfigError(
            f"{key} is not encrypted.",
            next_step="Write https://; http:// is for a simulator on this machine.",
        )


def trust(*urls: str) -> ssl.SSLContext:
    """Return what certificates are checked against; nothing is trusted where all *urls* are of the plain kind."""
    if any(url.startswith("https") for url in urls):
        return httpx.create_ssl_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the real one takes 30 ms to load


def connect(url: str, context: ssl.SSLContext) -> httpx.Client:
    """Return a client for the host of *url*; what is on this machine is never asked through a proxy."""
    return httpx.Client(
        verify=context,
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=not is_loopback(url),
    )


def send(
    client: httpx.Client,
    clock: Clock,
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    content: str | None = None,
    data: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return the whole answer to one question, whatever its status; raises ``NoReply``."""
    until = clock.now() + LONGEST
    body = bytearray()
    try:
        with client.stream(
            method, url, params=params, content=content, data=data, headers=headers
        ) as response:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LARGEST:
                    raise NoReply("TooLarge", f"The answer is larger than {LARGEST} bytes.")
                if clock.now() > until:
                    raise NoReply(
                        "TooSlow", f"The answer did not end within {LONGEST:.0f} seconds."
                    )
            return Reply(response.status_code, dict(response.headers), bytes(body))
    except httpx.HTTPError as error:
        raise _fault(error) from None  # the cause holds the request, and that the token


def _fault(error: httpx.HTTPError) -> NoReply:
    """Return what *error* means: whether anything was sent, and in words without an address."""
    before = isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
    )
    if isinstance(error, httpx.TimeoutException):
        where = "connection" if before else "answer"
        return NoReply("NoAnswer", f"There was no {where} in time.", sent=not before)
    if _is_untrusted(error):
        return NoReply(
            "Certificate",
            "The host's certificate is not to be trusted: something stands between, or the clock is wrong.",
            sent=False,
            lasting=True,
        )
    what = "There is no connection" if before else "The connection broke"
    why = one_line(str(error))
    return NoReply("NoAnswer", f"{what}: {why}." if why else f"{what}.", sent=not before)


def _is_untrusted(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
