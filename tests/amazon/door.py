"""A simulated Amazon, and a session with it, for the tests of the door."""

from __future__ import annotations

import dataclasses
from typing import Any

from amzsync.amazon.calls import Answer, Call, Failure, Outcome
from amzsync.amazon.credentials import Credentials
from amzsync.amazon.operations import (
    CREATE_REPORT,
    GET_LISTING,
    SEARCH_LISTINGS,
)
from amzsync.amazon.pace import Pace
from amzsync.amazon.session import Session
from amzsync.config import Account
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.seller import US

SELLER = "A2EXAMPLE"
BUDGET = 240.0  # seconds that the calls here may take
LISTING = Call(
    GET_LISTING,
    {"sellerId": SELLER, "sku": "S-1"},
    {"marketplaceIds": US, "includedData": "summaries,offers,issues"},
    marketplace_id=US,
    seller_sku="S-1",
)
SEARCH = Call(SEARCH_LISTINGS, {"sellerId": SELLER}, {"marketplaceIds": US}, marketplace_id=US)
REPORT = Call(
    CREATE_REPORT,
    body={"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": [US]},
    marketplace_id=US,
)


class Half:
    """Chance without surprises."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def account_at(url: str, token_url: str | None = None) -> Account:
    return Account(
        name="main",
        region="na",
        client_id_env=None,
        client_secret_env=None,
        refresh_token_env=None,
        credentials_file=None,
        endpoint=url,
        token_url=token_url or f"{url}/auth/o2/token",
        secret_issued=None,
        authorized=None,
    )


class World:
    """A simulated Amazon, a clock, and a session with it."""

    def __init__(self, simulator: AmazonSimulator, clock: VirtualClock) -> None:
        self.amazon = simulator
        self.clock = clock
        self.pace = Pace({}, clock)
        self.session = self.new_session()

    def new_session(self, **changed: Any) -> Session:
        secrets = self.amazon.credentials
        account = account_at(self.amazon.url)
        return Session(
            dataclasses.replace(account, **changed),
            Credentials(secrets.client_id, secrets.client_secret, secrets.refresh_token),
            self.clock,
            self.pace,
            rng=Half(),
        )

    def ask(self, call: Call = LISTING, budget: float = BUDGET) -> Outcome:
        return self.session.perform(call, deadline=self.clock.now() + budget)

    def fails(self, call: Call = LISTING, budget: float = BUDGET) -> Failure:
        outcome = self.ask(call, budget)
        assert isinstance(outcome, Failure)
        return outcome

    def answers(self, call: Call = LISTING, budget: float = BUDGET) -> Answer[Any]:
        outcome = self.ask(call, budget)
        assert isinstance(outcome, Answer), outcome
        return outcome

    def asked(self, call: Call = LISTING) -> int:
        return self.amazon.ledger.count(call.operation.name)
