"""The part of a check that is about an account at Amazon: its secrets, its marketplaces, its roles.

Amazon is asked as few questions as will do, at most ``CALLS`` besides the token, each within the usage plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from amzsync.clock import Clock, text_of
from amzsync.config import Account, Store
from amzsync.core import health, report_life
from amzsync.core.health import Level, Verdict
from amzsync.core.rates import Bucket
from amzsync.errors import CredentialsError
from amzsync.results.checks import Finding, failures, of
from amzsync.store import checkup

if TYPE_CHECKING:  # the client of Amazon's API is loaded where Amazon is asked
    from amzsync.amazon.answers import Participations
    from amzsync.amazon.calls import Call, Failure
    from amzsync.amazon.session import Session

CALLS = 4
PATIENCE = 30.0  # seconds that one account may take
EXAMPLE_EAN = "9506000134352"  # GS1's own example: whether it is found does not matter
# Amazon's page "Role mappings": one of them is enough (developer-docs.amazon.com/sp-api/docs/role-mappings).
ROLES = {
    "getMarketplaceParticipations": "Product Listing or Selling Partner Insights",
    "searchListingsItems": "Product Listing",
    "searchCatalogItems": "Product Listing",
    "getReports": "Inventory and Order Tracking",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An account that is looked at, and the stores that ask through it."""

    account: Account
    stores: tuple[Store, ...]
    buckets: Mapping[str, Bucket]  # by operation, as the last run left them

    @property
    def subject(self) -> str:
        """Return what findings about it are about."""
        return f"account {self.account.name}"


def look(asked: Asked, *, environ: Mapping[str, str], now: float) -> Iterator[Finding]:
    """Look at what can be known of the account without asking Amazon."""
    from amzsync.amazon import credentials

    account, subject = asked.account, asked.subject
    try:
        credentials.load(account, environ)
    except CredentialsError as error:
        yield from failures(subject, error)
    else:
        names = (account.client_id_env, account.client_secret_env, account.refresh_token_env)
        where = account.credentials_file or ", ".join(name for name in names if name)
        yield Finding(subject, Level.OK, f"The credentials are there ({where}).")
    if not asked.stores:
        told = "No store asks Amazon through this account."
        fix = f'Write account = "{account.name}" under the store that does, or remove the account.'
        yield Finding(subject, Level.WARN, told, fix)
    today = text_of(now)
    yield of(subject, health.secret_age(account.secret_issued, today))
    yield of(subject, health.authorization_age(account.authorized, today))
    yield of(subject, health.call_budget(asked.buckets, now))


def ask(
    asked: Asked, *, environ: Mapping[str, str], clock: Clock, keep: Path | None
) -> Iterator[Finding]:
    """Ask Amazon, and leave in the state at *keep* what remains of the usage plans (``None``: nowhere).

    Says nothing where there are no credentials to ask with: ``look`` has said so.
    """
    from amzsync.amazon import credentials
    from amzsync.amazon.pace import Pace
    from amzsync.amazon.session import Session

    try:
        secrets = credentials.load(asked.account, environ)
    except CredentialsError:
        return
    pace = Pace(asked.buckets, clock)
    try:
        with Session(asked.account, secrets, clock, pace) as session:
            yield from _questions(session, asked, clock.now() + PATIENCE)
            skew = session.skew()
            if skew is not None:
                yield of("clock", health.clock_skew(skew))
    finally:
        used = pace.changed()
        if keep is not None and used:
            now = clock.now()
            checkup.keep_rates(keep, asked.account.name, used, now=text_of(now), at=now)


def _questions(session: Session, asked: Asked, deadline: float) -> Iterator[Finding]:
    from amzsync.amazon.calls import Failure, Kind

    failure = session.check_token()
    if failure is not None:
        yield of(asked.subject, _refusal(failure, asked))
        return
    yield Finding(asked.subject, Level.OK, "Amazon takes the credentials.")
    fine = True
    for call in _calls(asked):
        outcome = session.perform(call, deadline=deadline)
        if isinstance(outcome, Failure):
            fine = False
            yield of(asked.subject, _refusal(outcome, asked))
            if outcome.kind is Kind.CREDENTIALS:
                return
        elif call.operation.name == "getMarketplaceParticipations":
            yield from _participations(cast("Participations", outcome.content), asked.stores)
    if fine and asked.stores:
        told = "Amazon answers about listings, reports and catalogue: no role is missing."
        yield Finding(asked.subject, Level.OK, told)


def _calls(asked: Asked) -> Iterator[Call]:
    """Yield one cheap question for each API that an import asks."""
    from amzsync.amazon import operations
    from amzsync.amazon.calls import Call

    yield Call(operations.GET_PARTICIPATIONS)
    if not asked.stores:
        return
    store = asked.stores[0]
    place = store.marketplace.marketplace_id
    yield Call(
        operations.SEARCH_LISTINGS,
        path={"sellerId": store.seller_id},
        params={"marketplaceIds": place, "pageSize": "1", "includedData": "summaries"},
        marketplace_id=place,
    )
    yield Call(
        operations.GET_REPORTS,
        params={"reportTypes": report_life.ALL, "marketplaceIds": place, "pageSize": "10"},
    )
    yield Call(
        operations.SEARCH_CATALOG,
        params={
            "marketplaceIds": place,
            "identifiers": EXAMPLE_EAN,
            "identifiersType": "EAN",
            "pageSize": "1",
        },
        marketplace_id=place,
    )


def _participations(told: Participations, stores: tuple[Store, ...]) -> Iterator[Finding]:
    by_place = {each.marketplace.id: each.participation for each in told.payload}
    for store in stores:
        here = by_place.get(store.marketplace.marketplace_id)
        verdict = health.participation(
            store.marketplace.name,
            known=here is not None,
            participates=here is not None and here.is_participating,
            suspended=here is not None and here.has_suspended_listings,
        )
        yield of(f"store {store.name}", verdict)


def _refusal(failure: Failure, asked: Asked) -> Verdict:
    """Return what it means that a question was not answered, and what to do about it."""
    from amzsync.amazon.calls import Kind

    name = asked.account.name
    operation = failure.call.operation.name
    operation = "Login with Amazon" if operation == "token" else operation
    said = f"{failure.code}: {failure.message}" if failure.message else failure.code
    match failure.kind:
        case Kind.CREDENTIALS:
            return Verdict(
                Level.FAIL,
                f"Amazon does not take the credentials ({said}).",
                f"Compare the three of [accounts.{name}] with Seller Central > Apps and Services > "
                "Develop Apps; where the authorisation was revoked, authorize the app again.",
            )
        case Kind.THROTTLED:
            return Verdict(
                Level.WARN,
                f"Amazon allows no call of {operation} at the moment ({said}).",
                "Check again in some minutes.",
            )
        case Kind.REFUSED if failure.status == 403:
            return _forbidden(operation, said, asked)
        case Kind.REFUSED:
            return Verdict(
                Level.FAIL,
                f"Amazon refuses {operation} ({said}).",
                "Compare seller_id, marketplace and account in amzsync.toml with Seller Central.",
            )
        case Kind.TEMPORARY | Kind.UNKNOWN:
            return Verdict(
                Level.FAIL,
                f"{operation} is not answered ({said}).",
                "Check network, proxy and endpoint, or check again in some minutes.",
            )


def _forbidden(operation: str, said: str, asked: Asked) -> Verdict:
    role = ROLES.get(operation, "Product Listing")
    fix = (
        f"Add the role {role} in the developer profile and to the app (Seller Central > Apps and Services > "
        "Develop Apps > Edit App), authorize the app again, and use the new refresh token."
    )
    if operation == "searchListingsItems":
        store = asked.stores[0]
        fix += f" Or seller_id of store {store.name} is that of another account."
    return Verdict(Level.FAIL, f"Amazon does not let the app use {operation} ({said}).", fix)
