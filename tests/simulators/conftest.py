"""A simulator and a client that has an access token, for the simulator's own tests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.report_texts import ALL
from tests.simulators.seller import US, Listing, Seller
from tests.simulators.tokens import Credentials

ITEMS = "/batches/products/pricing/v0/itemOffers"
FEEDS = "/feeds/2021-06-30"
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


def stock(
    quantity: Any, *, op: str = "merge", code: str = "DEFAULT", **more: Any
) -> dict[str, Any]:
    """Return a patch of the quantity."""
    entry = {"fulfillment_channel_code": code, "quantity": quantity, **more}
    return {"op": op, "path": "/attributes/fulfillment_availability", "value": [entry]}


def price(number: Any, *, op: str = "merge", **more: Any) -> dict[str, Any]:
    """Return a patch of the price; a key of *more* that is None is left out."""
    entry = {
        "marketplace_id": US,
        "currency": "USD",
        "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": number}]}],
        **more,
    }
    value = [{key: each for key, each in entry.items() if each is not None}]
    return {"op": op, "path": "/attributes/purchasable_offer", "value": value}


def offer(asin: str = "B0TEST0001", quantity: int = 3, number: Any = 12.5) -> dict[str, Any]:
    """Return the body of a put that offers something on a page."""
    return {
        "productType": "PRODUCT",
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": {
            "merchant_suggested_asin": [{"value": asin, "marketplace_id": US}],
            "condition_type": [{"value": "new_new", "marketplace_id": US}],
            "purchasable_offer": price(number)["value"],
            "fulfillment_availability": stock(quantity)["value"],
        },
    }


def message(number: int, sku: str, *patches: dict[str, Any]) -> dict[str, Any]:
    """Return a message of a feed."""
    return {
        "messageId": number,
        "sku": sku,
        "operationType": "PATCH",
        "productType": "PRODUCT",
        "patches": list(patches),
    }


def feed_content(messages: Sequence[dict[str, Any]], **header: Any) -> bytes:
    said = {"sellerId": "A2EXAMPLE", "version": "2.0", **header}
    return json.dumps({"header": said, "messages": list(messages)}).encode()


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

    def item(self, method: str, sku: str, body: Any = None, **params: Any) -> httpx.Response:
        """Patch, put, delete or get one listing."""
        path = f"/listings/2021-08-01/items/{self.seller.seller_id}/{quote(sku, safe='')}"
        params = {"marketplaceIds": US, **params}
        return self.http.request(method, path, params=params, json=body)

    def patch(self, sku: str, *patches: dict[str, Any], **params: Any) -> httpx.Response:
        return self.item("PATCH", sku, {"productType": "PRODUCT", "patches": patches}, **params)

    def attributes(self, sku: str) -> dict[str, Any]:
        told: dict[str, Any] = self.item("GET", sku, includedData="attributes").json()["attributes"]
        return told

    def feed_document(self, content_type: str = "application/json") -> dict[str, str]:
        asked = {"contentType": content_type}
        found: dict[str, str] = self.http.post(f"{FEEDS}/documents", json=asked).json()
        return found

    def upload(
        self, document: dict[str, str], content: bytes, content_type: str = "application/json"
    ) -> httpx.Response:
        headers = {"content-type": content_type}
        return self.http.put(document["url"], content=content, headers=headers)

    def create_feed(self, document: dict[str, str], **body: Any) -> httpx.Response:
        asked = {
            "feedType": "JSON_LISTINGS_FEED",
            "marketplaceIds": [US],
            "inputFeedDocumentId": document["feedDocumentId"],
            **body,
        }
        return self.http.post(f"{FEEDS}/feeds", json=asked)

    def fed(self, *messages: dict[str, Any], **header: Any) -> str:
        """Upload messages, create a feed of them, and return its id."""
        document = self.feed_document()
        self.upload(document, feed_content(messages, **header))
        feed_id: str = self.create_feed(document).json()["feedId"]
        return feed_id

    def feed(self, feed_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"{FEEDS}/feeds/{feed_id}").json()
        return found

    def result(self, feed_id: str) -> Any:
        """Return the result document of a feed, parsed."""
        document_id = self.feed(feed_id)["resultFeedDocumentId"]
        found = self.get(f"{FEEDS}/documents/{document_id}").json()
        content = self.http.get(found["url"]).content
        if found.get("compressionAlgorithm") == "GZIP":
            content = gzip.decompress(content)
        return json.loads(content)

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
