"""Check the tables of amzsync.toml about live Amazon: ``[accounts.NAME]`` and ``[amazon]``.

Addresses: Amazon's pages "SP-API endpoints" and "Connecting to the SP-API" (developer-docs.amazon.com/sp-api/docs/
sp-api-endpoints, .../connecting-to-the-selling-partner-api).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    field_validator,
    model_validator,
)

from amzsync.config.fields import EXACT, Day, Text, is_secret
from amzsync.core.marketplaces import Marketplace

_TOKEN_URL = "https://api.amazon.com/auth/o2/token"  # noqa: S105 - an address
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
VARIABLES = {
    "client_id_env": "LWA_APP_ID",
    "client_secret_env": "LWA_CLIENT_SECRET",
    "refresh_token_env": "SP_API_REFRESH_TOKEN",
}


def _variable(value: object) -> object:
    """Refuse what is no name of a variable, without repeating it: it may be the secret itself."""
    if isinstance(value, str) and value:
        if is_secret(value):
            raise ValueError(
                "holds what looks like a secret; write the name of the environment variable that holds it"
            )
        if not _VARIABLE(value):
            raise ValueError(
                "is no name of an environment variable (letters, digits and _; no digit first)"
            )
    return value


def _address(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not value.isascii() or re.search(r"[\s\\]", value):
        raise ValueError("is no address such as https://sellingpartnerapi-eu.amazon.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be a plain address, without a password, ? or #")
    if not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))):
        raise ValueError("must begin with https:// (http:// only for this machine: 127.0.0.1)")
    return value.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Variable = Annotated[Text, BeforeValidator(_variable)]
Address = Annotated[Text, BeforeValidator(_address)]


class AccountTable(BaseModel):
    """``[accounts.NAME]``: where the credentials are, never the credentials."""

    model_config = EXACT

    region: Literal["na", "eu", "fe"]
    client_id_env: Variable | None = None
    client_secret_env: Variable | None = None
    refresh_token_env: Variable | None = None
    credentials_file: Text | None = None
    endpoint: Address | None = None
    token_url: Address = _TOKEN_URL
    secret_issued: Day | None = None
    authorized: Day | None = None

    @field_validator("credentials_file")
    @classmethod
    def _a_path(cls, value: str | None) -> str | None:
        if value is not None and is_secret(value):
            raise ValueError("holds what looks like a secret; write the path of the file with it")
        return value

    @model_validator(mode="after")
    def _one_place(self) -> AccountTable:
        """Take the credentials from one place: the file, or the variables, by default the usual ones."""
        given = [name for name in VARIABLES if getattr(self, name) is not None]
        if self.credentials_file is not None:
            if given:
                raise ValueError(f"keep either credentials_file or {', '.join(given)}")
        else:
            for name, usual in VARIABLES.items():
                setattr(self, name, getattr(self, name) or usual)
        if self.endpoint is None:
            self.endpoint = f"https://sellingpartnerapi-{self.region}.amazon.com"
        return self


class AmazonTable(BaseModel):
    """``[amazon]``: how Amazon is asked."""

    model_config = EXACT

    time_budget: Annotated[int, Field(ge=10, le=3600)] = 240
    report_age: Annotated[int, Field(ge=30)] = 60
    offers_age: Annotated[int, Field(ge=1, le=10_080)] = 60
    archive: Text | None = None
    keep_days: Annotated[int, Field(ge=1, le=36_500)] = 30


def account_problem(
    account: str | None,
    *,
    needed: bool,
    place: Marketplace,
    accounts: Mapping[str, AccountTable],
) -> tuple[str | None, str | None]:
    """Return the account of a store in the marketplace *place*, and what is wrong with it, if anything.

    *account* is the one it names; where it names none, the only one is taken if one is *needed*.
    """
    names = ", ".join(sorted(accounts))
    if account is None:
        if not needed or not accounts:
            return None, None
        if len(accounts) > 1:
            return None, f"is missing, and there is no listings file; choose one of: {names}"
        (account,) = accounts
    if account not in accounts:
        known = f"the accounts are: {names}" if accounts else "add that table"
        return None, f"there is no [accounts.{account}]; {known}"
    region = accounts[account].region
    if region != place.region:
        return (
            None,
            f"{account} is of region {region}, but {place.code} is of region {place.region}",
        )
    return account, None


def clashes(asked: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Yield what is wrong where two stores *asked* ``(account, marketplace)`` are the same."""
    first: dict[tuple[str, str], str] = {}
    for name, key in asked.items():
        other = first.setdefault(key, name)
        if other != name:
            yield f"{other} and {name} are the same account in the same marketplace"
