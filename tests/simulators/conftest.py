"""A simulator and a client that has an access token, for the simulator's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.report_texts import ALL
from tests.simulators.seller import US, Listing, Seller
from tests.simulators.tokens import Credentials

ITEMS = "/batches/products/pricing/v0/itemOffers"
SUMMARIES = "/batches/products/pricing/2022-05-01/items/competitiveSummary"


def item(asin: str = "B0TEST0001", family: str = "New", place: str = US) -> dict[str, Any]:
    """Return a part of a batch of item offers."""
    return {
        "uri": f"/products/pricing/v0/items/{asin}/offers",
        "method": "GET",
        "MarketplaceId": place,
        "ItemCondition": family,
    }


def summary(asin: str = "B0TEST0001") -> dict[str, Any]:
    """Return a part of a batch of competitive summaries."""
    return {
        "asin": asin,
        "marketplaceId": US,
        "includedData": ["featuredBuyingOptions", "lowestPricedOffers"],
        "lowestPricedOffersInputs": [{"itemCondition": "New", "offerType": "Consumer"}],
        "uri": "/products/pricing/2022-05-01/items/competitiveSummary",
        "method": "GET",
    }


@dataclass
class Caller:
    """Asks a simulator without any cleverness."""

    simulator: AmazonSimulator
    clock: VirtualClock
    http: httpx.Client

    @property
    def seller(self) -> Seller:
        return self.simulator.seller

    def token(self, credentials: Credentials | None = None, **changed: str) -> httpx.Response:
        own = credentials or self.simulator.credentials
        form = {
            "grant_type": "refresh_token",
            "client_id": own.client_id,
            "client_secret": own.client_secret,
            "refresh_token": own.refresh_token,
        }
        return self.http.post("/auth/o2/token", data=form | changed)

    def log_in(self, credentials: Credentials | None = None) -> None:
        token = self.token(credentials).json()["access_token"]
        self.http.headers["x-amz-access-token"] = token

    def wait(self, seconds: float) -> None:
        """Let so much time pass that the access token may have to be another."""
        self.clock.advance(seconds)
        self.log_in()

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(path, params=params)

    def search(self, **params: Any) -> httpx.Response:
        path = f"/listings/2021-08-01/items/{self.seller.seller_id}"
        return self.get(path, **{"marketplaceIds": US, **params})

    def catalogue(self, **params: Any) -> httpx.Response:
        return self.get("/catalog/2022-04-01/items", **{"marketplaceIds": US, **params})

    def restrictions(self, asin: str, **params: Any) -> httpx.Response:
        usual = {"marketplaceIds": US, "sellerId": self.seller.seller_id, "asin": asin}
        return self.get("/listings/2021-08-01/restrictions", **{**usual, **params})

    def inventory(self, **params: Any) -> httpx.Response:
        usual = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}
        return self.get("/fba/inventory/v1/summaries", **{**usual, **params})

    def create(self, report_type: str = ALL, **body: Any) -> httpx.Response:
        asked = {"reportType": report_type, "marketplaceIds": [US], **body}
        return self.http.post("/reports/2021-06-30/reports", json=asked)

    def report(self, report_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/reports/2021-06-30/reports/{report_id}").json()
        return found

    def made(self, report_type: str = ALL) -> dict[str, Any]:
        """Ask for a report, wait until it is ended, and return it."""
        report_id = self.create(report_type).json()["reportId"]
        self.clock.advance(self.seller.report_delay)
        return self.report(report_id)

    def document(self, report: dict[str, Any]) -> dict[str, Any]:
        path = f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
        found: dict[str, Any] = self.get(path).json()
        return found

    def download(self, report: dict[str, Any]) -> httpx.Response:
        return self.http.get(self.document(report)["url"])


def client_of(simulator: AmazonSimulator) -> httpx.Client:
    # Reading the system's certificates takes longer than most of the tests.
    return httpx.Client(base_url=simulator.url, verify=False, trust_env=False)


def small_seller() -> Seller:
    seller = Seller()
    seller.add(
        *(Listing(f"S{n:02d}", f"B0TEST{n:04d}", last_updated=1_000_000.0 + n) for n in range(25))
    )
    return seller


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A client that is logged in, at a simulator of 25 listings that throttles nobody."""
    clock = VirtualClock()
    simulator = AmazonSimulator(small_seller(), clock=clock, plans=False)
    with simulator, client_of(simulator) as http:
        made = Caller(simulator, clock, http)
        made.log_in()
        yield made


@pytest.fixture
def throttled() -> Iterator[Caller]:
    """The same with Amazon's usage plans."""
    clock = VirtualClock()
    simulator = AmazonSimulator(small_seller(), clock=clock)
    with simulator, client_of(simulator) as http:
        made = Caller(simulator, clock, http)
        made.log_in()
        yield made
