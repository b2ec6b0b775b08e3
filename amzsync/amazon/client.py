"""The Amazon client library, with all that it guesses, swallows and follows taken out.

Left of it are its way of asking and its place in the world: new headers or hosts come with its releases.
Replaced are where credentials and marketplace come from (only from us), the access token (its own cache,
one call for all threads, renewed on demand), the transport (limits, no redirects), and above all the reading
of answers: a reply reaches us as it came, whatever its status.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from amzsync import __version__, logs
from amzsync.amazon import replies, transport
from amzsync.amazon.calls import Call
from amzsync.amazon.credentials import Credentials
from amzsync.amazon.replies import NoReply, Reply
from amzsync.clock import Clock, text_of
from amzsync.config import Account

USER_AGENT = f"amzsync/{__version__} (Language=Python)"
_MEDDLERS = (
    "SP_API_DEFAULT_MARKETPLACE",  # beats the marketplace that is passed in
    "SP_API_AUTH_CACHE_SIZE",  # these are read, and fail, when the library is imported
    "SP_API_AUTH_CACHE_TTL",
    "AWS_ENV",
)
_environment = threading.RLock()


@contextmanager
def _unmeddled() -> Iterator[None]:
    """Keep the variables that the library obeys out of its sight."""
    with _environment:
        kept = {name: os.environ.pop(name) for name in _MEDDLERS if name in os.environ}
        try:
            yield
        finally:
            os.environ.update(kept)


with _unmeddled():
    from sp_api.auth import AccessTokenClient, AccessTokenResponse
    from sp_api.base._transport_httpx import HttpxTransport
    from sp_api.base.client import Client as LibraryClient
    from sp_api.base.credential_provider import FromCodeCredentialProvider

logs.hush()


class TokenRefused(Exception):
    """Login with Amazon does not accept the credentials."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class TokenMissing(Exception):
    """Login with Amazon gave no token, but may do so later."""

    def __init__(self, code: str, message: str, reply: Reply | None, *, again: bool) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reply = reply
        self.again = again


class Unaskable(Exception):
    """A value that no path can hold."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What the library takes for a marketplace."""

    endpoint: str
    marketplace_id: str
    region: str


class _Token(NamedTuple):
    text: str
    until: float


class Tokens(AccessTokenClient):
    """The access token of one account, for all of its threads."""

    MARGIN = 60.0  # seconds before its end that a token is used no more
    LONGEST_REST = 30.0  # seconds without asking after a failure; half a second after the first, doubled by each
    _BUSY = frozenset({"server_error", "temporarily_unavailable", "ServiceUnavailable"})

    def __init__(
        self, url: str, credentials: Credentials, clock: Clock, client: httpx.Client
    ) -> None:
        # Not the library's constructor: it would make a client of its own, with other timeouts.
        self._url = url
        self._credentials = credentials
        self._clock = clock
        self._client = client
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._refused: tuple[str, str, int] | None = None
        self._missing: TokenMissing | None = None  # what the last attempt came to
        self._failures = 0  # in a row
        self._rests_until = 0.0

    def get_auth(self) -> AccessTokenResponse:
        """Return the token in the form that the library reads."""
        return AccessTokenResponse(access_token=self.text())

    def text(self) -> str:
        """Return a token that is good for a minute at least.

        Raises ``TokenRefused`` (from then on without asking again) and ``TokenMissing``.
        """
        with self._lock:
            if self._refused is not None:
                raise TokenRefused(*self._refused)
            if self._token is None or self._clock.now() >= self._token.until:
                self._token = self._fetched()
            return self._token.text

    def renew(self, stale: str) -> None:
        """Forget the token *stale*; another that has come in the meantime stays."""
        with self._lock:
            if self._token is not None and self._token.text == stale:
                self._token = None

    def _fetched(self) -> _Token:
        """Return a new token; soon after a failure tell that one again, so that many threads ask like one."""
        missing = self._missing
        if missing is not None and self._clock.now() < self._rests_until:
            raise TokenMissing(missing.code, missing.message, missing.reply, again=missing.again)
        try:
            token = self._fetch()
        except TokenMissing as error:
            self._missing, self._failures = error, min(self._failures + 1, 10)
            rest = min(self.LONGEST_REST, 2.0 ** (self._failures - 2))
            self._rests_until = self._clock.now() + rest
            raise
        self._missing, self._failures = None, 0
        return token

    def _fetch(self) -> _Token:
        client_id, client_secret, refresh_token = self._credentials.secrets
        try:
            reply = transport.send(
                self._client,
                self._clock,
                "POST",
                self._url,
                data={
                    "grant_type": "refresh_token",
                    "refresh_token": refresh_token,
                    "client_id": client_id,
                    "client_secret": client_secret,
                },
                headers={"user-agent": USER_AGENT, "accept": "application/json"},
            )
        except NoReply as error:
            raise TokenMissing(error.code, error.message, None, again=not error.lasting) from None
        found = _object(reply)
        if reply.status == 200:
            return self._read(reply, found)
        code = found.get("error")
        said = found.get("error_description")
        message = replies.one_line(said) if isinstance(said, str) else replies.words(reply).message
        if isinstance(code, str) and reply.status in {400, 401, 403} and code not in self._BUSY:
            self._refused = (replies.one_line(code)[:80], message, reply.status)
            raise TokenRefused(*self._refused)
        again = reply.status == 429 or reply.status >= 500 or code in self._BUSY
        words = message or f"HTTP status {reply.status} without a word."
        raise TokenMissing(f"Http{reply.status}", words, reply, again=again)

    def _read(self, reply: Reply, found: Mapping[str, Any]) -> _Token:
        text, lasts = found.get("access_token"), found.get("expires_in", 3600)
        if not (isinstance(text, str) and _is_token(text) and isinstance(lasts, int) and lasts > 0):
            raise TokenMissing("BadAnswer", "there was no token in the answer.", reply, again=True)
        logs.conceal(text)
        return _Token(text, self._clock.now() + max(lasts - self.MARGIN, lasts / 2))


class Client(LibraryClient):
    """Asks one account's endpoint; safe to be used by several threads."""

    _transport: HttpxTransport

    def __init__(self, account: Account, credentials: Credentials, clock: Clock) -> None:
        key = f"accounts.{account.name}"
        transport.check_address(account.endpoint, f"{key}.endpoint")
        transport.check_address(account.token_url, f"{key}.token_url")
        logs.conceal(credentials.client_secret, credentials.refresh_token)
        context = transport.trust(account.endpoint, account.token_url)
        self._clock = clock
        self._http = transport.connect(account.endpoint, context)
        self._login = transport.connect(account.token_url, context)
        self.tokens = Tokens(account.token_url, credentials, clock, self._login)
        place = _Place(account.endpoint.rstrip("/"), "", account.region)
        with _unmeddled():
            super().__init__(
                marketplace=place,
                account=account.name,
                credentials={
                    "lwa_app_id": credentials.client_id,
                    "lwa_client_secret": credentials.client_secret,
                    "refresh_token": credentials.refresh_token,
                },
                refresh_token=credentials.refresh_token,
                credential_providers=(FromCodeCredentialProvider,),
                auth_token_client_class=lambda **_: self.tokens,
                verify=context,
                timeout=transport.TIMEOUT,
            )
        assert self.endpoint == place.endpoint
        self._transport.close()
        self._transport = _Transport(self._http, clock)
        logs.hush()

    def ask(self, call: Call, token: str) -> Reply:
        """Return what came back, whatever it is; raises ``NoReply`` and ``Unaskable``."""
        operation = call.operation
        # The library takes the method out again.
        params = {**call.params, **dict(operation.fixed), "method": operation.method}
        try:
            path = operation.path.format_map({k: quoted(v) for k, v in call.path.items()})
            reply = self._request(
                path,
                params=params,
                data=dict(call.body or {}),
                headers=self._headers(token, body=call.body is not None),
                add_marketplace=False,
            )
        except (UnicodeError, httpx.InvalidURL) as error:
            raise Unaskable(f"{type(error).__name__} in what is asked") from None
        assert isinstance(reply, Reply)
        return reply

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of a question; the Host header is left to who knows the host."""
        return self._headers(self.tokens.text(), body=True)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()
        self._login.close()

    def _headers(self, token: str, *, body: bool) -> dict[str, str]:
        stamp = text_of(self._clock.now()).replace("-", "").replace(":", "")
        headers = {
            "user-agent": USER_AGENT,
            "accept": "application/json",
            "x-amz-access-token": token,
            "x-amz-date": stamp,
        }
        return headers | {"content-type": "application/json"} if body else headers

    def _check_response(self, res: Reply, *_: object, **__: object) -> Reply:
        """Return the reply as it came; the library would take most failures for empty answers."""
        return res


class _Transport(HttpxTransport):
    """The library's transport, asking as ``transport`` does."""

    def __init__(self, client: httpx.Client, clock: Clock) -> None:
        super().__init__(client=client)
        self._clock = clock

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        content: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Return the whole answer; raises ``NoReply``."""
        return transport.send(
            self._client,
            self._clock,
            method,
            url,
            params=params,
            data=data,
            content=content,
            headers=headers,
        )


def quoted(value: str) -> str:
    """Return *value* as one segment of a path; raises ``Unaskable`` for one that is taken for a folder."""
    if value in {"", ".", ".."}:
        raise Unaskable(f"{value!r} cannot stand in an address")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise Unaskable("it holds half a character") from None


def _is_token(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def _object(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
