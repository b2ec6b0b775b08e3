"""Amazon on loopback: tokens, usage plans, reports, listings, catalogue, feeds, and a ledger of it all.

By hand: ``python -m tests.simulators.amazon`` prints how to point amzsync to it, and serves.
"""

from __future__ import annotations

import argparse
import re
import threading
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import unquote

from tests.simulators import catalogue, listings, pricing, stock
from tests.simulators.clocks import RealClock, Ticking, http_date
from tests.simulators.exchange import Refusal, Reply, Request, Way
from tests.simulators.faults import Case, Fault
from tests.simulators.feeds import UPLOAD_PATH, Feed, Feeds
from tests.simulators.ledger import Entry, Ledger
from tests.simulators.parameters import Parameters
from tests.simulators.product_types import SCHEMA_PATH, ProductTypes
from tests.simulators.reports import Report, Reports
from tests.simulators.seller import Seller
from tests.simulators.serving import Server
from tests.simulators.submissions import PREVIEW, Submissions
from tests.simulators.tokens import Credentials, Tokens
from tests.simulators.usage_plans import UsagePlans
from tests.simulators.visits import Visit
from tests.simulators.writes import Writes

EVERY = "*"  # operation of ``script`` and ``always``: each of them, tokens and documents too
TOKEN_PATH = "/auth/o2/token"
_STORAGE = {"document": "/tortuga-prod/", "upload": UPLOAD_PATH, "schema": SCHEMA_PATH}
_LIMIT_STATUSES = frozenset({200, 201, 202, 204, 400, 404})


class Route(NamedTuple):
    operation: str
    method: str
    path: re.Pattern[str]
    answer: Callable[[Visit], Reply]


class AmazonSimulator:
    """A server with one seller or several, in a ``with`` block.

    *clock* tells the time of everything that it says or measures. Without *plans* nothing is ever
    throttled. Every answer takes *latency* real seconds.
    """

    def __init__(
        self,
        seller: Seller,
        *,
        clock: Ticking | None = None,
        plans: bool = True,
        credentials: Credentials | None = None,
        port: int = 0,
        latency: float = 0.0,
    ) -> None:
        self.seller = seller
        self.credentials = credentials or Credentials()
        self.clock: Ticking = clock or RealClock()
        self.ledger = Ledger()
        self.tokens = Tokens()
        self.plans = UsagePlans() if plans else UsagePlans(plans={})
        self.on_entry: Callable[[Entry], None] | None = None
        self.latency = latency
        self._server = Server(self._answer_in_time, self.clock.now, port)
        self.reports = Reports(self.url)
        self.writes = Writes()
        self.feeds = Feeds(self.reports, self.writes)
        self.product_types = ProductTypes(self.url)
        self.lock = threading.RLock()
        self._scripts: dict[str, deque[Fault]] = {}
        self._standing: dict[str, Fault] = {}
        self._previous: dict[str, Reply] = {}
        self._routes = _routes(self.reports, self.feeds, self.product_types, self.writes)
        self.add_account(seller, self.credentials)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def token_url(self) -> str:
        return self.url + TOKEN_PATH

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        if self._server.bugs and error is None:
            raise self._server.bugs[0]

    # -- for tests -----------------------------------------------------------------------

    def add_account(self, seller: Seller, credentials: Credentials) -> None:
        """Serve another seller, too, to whoever shows *credentials*."""
        seller.clock = self.clock
        seller.on_change = partial(self.writes.foreign, seller.seller_id)
        self.tokens.accounts.append((credentials, seller))

    def script(self, operation: str, *faults: Fault) -> None:
        """Let the next calls of *operation* meet *faults*, one each; later ones go well again."""
        with self.lock:
            self._scripts.setdefault(operation, deque()).extend(faults)

    def always(self, operation: str, fault: Fault) -> None:
        """Let every call of *operation* meet *fault*, until ``heal``."""
        with self.lock:
            self._standing[operation] = fault

    def heal(self) -> None:
        """Forget all faults that have not come yet."""
        with self.lock:
            self._scripts.clear()
            self._standing.clear()

    def expire_tokens(self, token: str | None = None) -> None:
        """Let an access token, or all that were given, expire."""
        self.tokens.expire(token)

    def ask_report(
        self, report_type: str, marketplace_id: str | None = None, seller: Seller | None = None
    ) -> Report:
        """Ask for a report as another tool of the seller would, past all limits."""
        owner = seller or self.seller
        places = [marketplace_id or owner.home]
        with self.lock:
            return self.reports.ask(owner, report_type, places, self.clock.now())

    def submit_feed(
        self,
        messages: Sequence[dict[str, Any]],
        marketplace_id: str | None = None,
        seller: Seller | None = None,
    ) -> Feed:
        """Submit a feed as another tool of the seller would, past all limits."""
        owner = seller or self.seller
        places = [marketplace_id or owner.home]
        with self.lock:
            return self.feeds.submit_foreign(owner, messages, places, self.clock.now())

    def all_marketplaces(self) -> set[str]:
        return {place for _, seller in self.tokens.accounts for place in seller.marketplaces}

    # -- one request ---------------------------------------------------------------------

    def _answer_in_time(self, request: Request) -> Reply:
        reply = self._answer(request)
        if self.latency:
            self._server.closing.wait(self.latency)
        return reply

    def _answer(self, request: Request) -> Reply:
        with self.lock:
            operation, values, route = self._find(request)
            account = self._account(operation, request)
            fault = self._fault(operation, request)

            def perform() -> Reply:
                return self._perform(operation, route, values, request)

            if fault is None:
                reply = perform()
            else:
                reply = self._befall(fault, operation, request, perform, account)
            self._previous[operation] = reply
            reply = self._finished(reply, operation, request)
        self._record(request, operation, account, reply, "" if fault is None else fault.name)
        return reply

    def _find(self, request: Request) -> tuple[str, dict[str, str], Route | None]:
        if request.path == TOKEN_PATH:
            return "token", {}, None
        for operation, start in _STORAGE.items():
            if request.path.startswith(start):
                return operation, {}, None
        for route in self._routes:
            if route.method == request.method and (found := route.path.fullmatch(request.path)):
                values = {name: unquote(text) for name, text in found.groupdict().items()}
                return route.operation, values, route
        return "unknown", {}, None

    def _account(self, operation: str, request: Request) -> str:
        """Return the id of the seller whom a request concerns; "" where that cannot be told."""
        if operation in _STORAGE:
            document_id = request.segments[-1]
            return self.reports.owner(document_id) or self.feeds.owner(document_id)
        is_login = operation == "token"
        seller = self.tokens.asking(request) if is_login else self.tokens.seller_of(request)
        return "" if seller is None else seller.seller_id

    def _fault(self, operation: str, request: Request) -> Fault | None:
        names = dict.fromkeys((_plan_of(operation, request), operation, EVERY))
        for name in names:
            waiting = self._scripts.get(name)
            if waiting:
                return waiting.popleft()
        return next((self._standing[name] for name in names if name in self._standing), None)

    def _befall(
        self,
        fault: Fault,
        operation: str,
        request: Request,
        perform: Callable[[], Reply],
        account: str,
    ) -> Reply:
        performed = False

        def performing() -> Reply:
            nonlocal performed
            performed = True
            return perform()

        previous = self._previous.get(operation)
        reply = fault.answer(Case(self, operation, request, performing, previous))
        if not performed:  # a call that fails has been made all the same
            self.plans.take(account, _plan_of(operation, request), request.at)
        return reply

    def _perform(
        self, operation: str, route: Route | None, values: dict[str, str], request: Request
    ) -> Reply:
        if operation == "token":
            return self.tokens.answer(request)
        if operation in _STORAGE:
            return {
                "document": self.reports.download,
                "upload": self.feeds.upload,
                "schema": self.product_types.download,
            }[operation](request)
        try:
            return self._operated(operation, route, values, request)
        except Refusal as refusal:
            return refusal.reply

    def _operated(
        self, operation: str, route: Route | None, values: dict[str, str], request: Request
    ) -> Reply:
        seller = self.tokens.check(request)
        if route is None:
            raise Refusal(404, "NotFound", "The requested resource was not found.")
        if not self.plans.take(seller.seller_id, _plan_of(operation, request), request.at):
            message = "You exceeded your quota for the requested resource."
            raise Refusal(429, "QuotaExceeded", message)
        return route.answer(Visit(seller, request, Parameters(request.query), values))

    def _finished(self, reply: Reply, operation: str, request: Request) -> Reply:
        """Return the reply with the headers that every answer of Amazon has."""
        headers = {"Date": http_date(request.at)}
        if operation in _STORAGE:
            headers["x-amz-request-id"] = uuid.uuid4().hex[:16].upper()
        else:
            headers["x-amzn-RequestId"] = str(uuid.uuid4())
        limit = self.plans.header(_plan_of(operation, request))
        if limit is not None and reply.status in _LIMIT_STATUSES:
            headers["x-amzn-RateLimit-Limit"] = limit
        return replace(reply, headers={**headers, **reply.headers})

    def _record(
        self, request: Request, operation: str, account: str, reply: Reply, fault: str
    ) -> None:
        is_mute = reply.way in (Way.RESET, Way.SILENCE)
        entry = Entry(
            request.at,
            account,
            operation,
            request.method,
            request.path,
            request.query,
            request.headers,
            None if operation == "upload" else request.body(),
            0 if is_mute else reply.status,
            reply.content if self.ledger.keep_answers else b"",
            reply.headers,
            fault,
        )
        self.ledger.write(entry)
        if self.on_entry is not None:
            self.on_entry(entry)


def _plan_of(operation: str, request: Request) -> str:
    """Return the name of the usage plan, and of scripts, for a call: trials have their own."""
    return f"{operation} preview" if ("mode", PREVIEW) in request.query else operation


def _routes(
    reports: Reports, feeds: Feeds, product_types: ProductTypes, writes: Writes
) -> list[Route]:
    submissions = Submissions(writes)
    item = "/listings/2021-08-01/items/{sellerId}/{sku}"
    table: list[tuple[str, str, str, Callable[[Visit], Reply]]] = [
        ("createReport", "POST", "/reports/2021-06-30/reports", reports.create_report),
        ("getReports", "GET", "/reports/2021-06-30/reports", reports.get_reports),
        ("getReport", "GET", "/reports/2021-06-30/reports/{reportId}", reports.get_report),
        ("getReportDocument", "GET", "/reports/2021-06-30/documents/{reportDocumentId}",
         reports.get_report_document),
        ("searchListingsItems", "GET", "/listings/2021-08-01/items/{sellerId}",
         listings.search_listings_items),
        ("getListingsItem", "GET", item, listings.get_listings_item),
        ("patchListingsItem", "PATCH", item, submissions.patch_listings_item),
        ("putListingsItem", "PUT", item, submissions.put_listings_item),
        ("deleteListingsItem", "DELETE", item, submissions.delete_listings_item),
        ("getDefinitionsProductType", "GET",
         "/definitions/2020-09-01/productTypes/{productType}",
         product_types.get_definitions_product_type),
        ("createFeedDocument", "POST", "/feeds/2021-06-30/documents", feeds.create_feed_document),
        ("getFeedDocument", "GET", "/feeds/2021-06-30/documents/{feedDocumentId}",
         feeds.get_feed_document),
        ("createFeed", "POST", "/feeds/2021-06-30/feeds", feeds.create_feed),
        ("getFeeds", "GET", "/feeds/2021-06-30/feeds", feeds.get_feeds),
        ("getFeed", "GET", "/feeds/2021-06-30/feeds/{feedId}", feeds.get_feed),
        ("cancelFeed", "DELETE", "/feeds/2021-06-30/feeds/{feedId}", feeds.cancel_feed),
        ("searchCatalogItems", "GET", "/catalog/2022-04-01/items",
         catalogue.search_catalog_items),
        ("getListingsRestrictions", "GET", "/listings/2021-08-01/restrictions",
         catalogue.get_listings_restrictions),
        ("getMarketplaceParticipations", "GET", "/sellers/v1/marketplaceParticipations",
         stock.get_marketplace_participations),
        ("getInventorySummaries", "GET", "/fba/inventory/v1/summaries",
         stock.get_inventory_summaries),
        ("getItemOffersBatch", "POST", "/batches/products/pricing/v0/itemOffers",
         pricing.get_item_offers_batch),
        ("getCompetitiveSummary", "POST",
         "/batches/products/pricing/2022-05-01/items/competitiveSummary",
         pricing.get_competitive_summary),
    ]  # fmt: skip
    return [
        Route(operation, method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), answer)
        for operation, method, path, answer in table
    ]


def main() -> None:
    """Serve a made-up seller, or one made from files, until Ctrl-C."""
    from tests.simulators.byhand import seller_of, serve  # it needs this module's class

    parser = argparse.ArgumentParser(prog="python -m tests.simulators.amazon", description=__doc__)
    parser.add_argument("--port", type=int, default=4140)
    parser.add_argument("--listings", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report-delay", type=float, default=20.0, metavar="SECONDS")
    parser.add_argument("--report", type=Path, nargs="+", help="sell what these reports tell of")
    parser.add_argument("--products", type=Path, help="know the products of this export")
    parser.add_argument("--into", type=Path, help="point the amzsync.toml there to this server")
    args = parser.parse_args()
    seller = seller_of(args)
    seller.report_delay = args.report_delay
    serve(seller, args.port, args.into)


if __name__ == "__main__":
    main()
