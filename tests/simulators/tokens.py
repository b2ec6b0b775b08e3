"""Login with Amazon: a refresh token and an application's secret in, an access token out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.simulators.exchange import Refusal, Reply, Request, denied, json_reply
from tests.simulators.seller import Seller

TOKEN_SECONDS = 3600
REVOKED = (
    "The request has an invalid grant parameter : refresh_token."
    " User may have revoked or didn't grant the permission."
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an application shows; nothing of it may ever be seen in a log."""

    client_id: str = "amzn1.application-oa2-client.SIMULATED"
    client_secret: str = "canary-client-secret"
    refresh_token: str = "Atzr|canary-refresh-token"


class Grant(NamedTuple):
    seller: Seller
    expires: float


@dataclass
class Tokens:
    """Who may call, and with what."""

    accounts: list[tuple[Credentials, Seller]] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)  # by access token
    dead: set[str] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def answer(self, request: Request) -> Reply:
        """Answer as the token endpoint does."""
        form = request.body()
        if request.method != "POST" or not isinstance(form, dict):
            return _refused(400, "invalid_request", "The request is missing a required parameter")
        if form.get("grant_type") != "refresh_token":
            return _refused(400, "unsupported_grant_type", "The grant type is not supported")
        client = form.get("client_id"), form.get("client_secret")
        own = [(c, s) for c, s in self.accounts if (c.client_id, c.client_secret) == client]
        if not own:
            return _refused(401, "invalid_client", "Client authentication failed")
        token = str(form.get("refresh_token", ""))
        seller = next((seller for known, seller in own if known.refresh_token == token), None)
        if seller is None:
            return _refused(400, "invalid_grant", REVOKED)
        access = f"Atza|canary-access-token-{next(self._numbers)}"
        self.grants[access] = Grant(seller, request.at + TOKEN_SECONDS)
        answer = {
            "access_token": access,
            "refresh_token": token,
            "token_type": "bearer",
            "expires_in": TOKEN_SECONDS,
        }
        return json_reply(200, answer)

    def seller_of(self, request: Request) -> Seller | None:
        """Return whose access token a request has, be it valid or expired; None for no such."""
        grant = self.grants.get(request.headers.get("x-amz-access-token", ""))
        return None if grant is None else grant.seller

    def asking(self, request: Request) -> Seller | None:
        """Return whose refresh token a request for an access token has; None for no such."""
        form = request.body()
        token = form.get("refresh_token") if isinstance(form, dict) else None
        return next((s for c, s in self.accounts if c.refresh_token == token), None)

    def check(self, request: Request) -> Seller:
        """Return the seller whose access token the request has, or raise what Amazon answers."""
        token = request.headers.get("x-amz-access-token", "")
        if not token:
            raise denied("Access token is missing in the request header.")
        grant = self.grants.get(token)
        if grant is None:
            raise denied("The access token you provided is revoked, malformed or invalid.")
        if token in self.dead or request.at >= grant.expires:
            raise expired()
        return grant.seller

    def expire(self, token: str | None = None) -> None:
        """Let an access token, or all that were given so far, expire now."""
        self.dead.update(self.grants if token is None else [token])


def expired() -> Refusal:
    return denied("The access token you provided has expired.")


def revoked() -> Reply:
    return _refused(400, "invalid_grant", REVOKED)


def _refused(status: int, error: str, description: str) -> Reply:
    return json_reply(status, {"error": error, "error_description": description})
