"""A shop whose store asks a simulated Amazon: the folder, the account, the seller, and a clock that they share.

``LiveShop`` imports in this process, by a virtual clock, and remembers all that was said, so that it can be
seen at the end that no secret was among it.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from amzsync.amazon.lanes import Inline
from amzsync.clock import seconds_of, text_of
from amzsync.errors import AmzsyncError
from amzsync.render.imports import summary_lines, summary_record
from amzsync.render.sync import result_lines as sync_lines
from amzsync.render.sync import result_record as sync_record
from amzsync.results.imports import Asked, ImportResult, complaint
from amzsync.results.sync import SyncResult
from amzsync.workflows.import_listings import import_listings
from amzsync.workflows.sessions import Means
from amzsync.workflows.sync import sync
from tests import factories
from tests.factories import CANONICAL, EXPORT_COLUMNS, NOW, Cells, Dump, Folder, as_csv
from tests.live_goods import small_catalogue, small_seller
from tests.simulators import schemas
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.ledger import Entry
from tests.simulators.reports import Reports
from tests.simulators.seller import Seller
from tests.simulators.tokens import Credentials

SECRETS = (
    "canary-client-secret", "canary-refresh-token", "canary-access-token", "canary-signature",
)  # fmt: skip
"""The secrets of a simulated Amazon, as they begin."""

CANARIES = (
    *SECRETS, "X-Amz-Signature", "Atzr|", "Atza|",
)  # fmt: skip
"""What must never be seen; the secrets of further accounts begin with the same words."""

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0

_LIVE = {
    "issues": (
        "SELECT s.name, seller_sku, place, code, message, severity, attributes, categories, actions "
        "FROM issues JOIN stores s USING (store_id)"
    ),
    "catalogue_searches": "SELECT marketplace, key FROM catalogue_searches",
    "catalogue_items": "SELECT marketplace, key, asin, title, product_type, parent FROM catalogue_items",
    "restrictions": (
        "SELECT s.name, asin, condition, code, message, link FROM restrictions JOIN stores s USING (store_id)"
    ),
    "offers": (
        "SELECT s.name, asin, family, place, condition, price_minor, shipping_minor, fulfillment, feedback, "
        "feedback_count, ours, buy_box FROM offers JOIN stores s USING (store_id)"
    ),
    "offer_answers": (
        "SELECT s.name, asin, family, code, asked_at IS NULL FROM offer_answers JOIN stores s USING (store_id)"
    ),
}


@dataclass
class LiveStore:
    """The settings of a store."""

    marketplace: str = "US"
    seller_id: str = "A2EXAMPLE"
    account: str = "main"
    website: str = "base"
    read_only: bool = True


@dataclass
class LiveShop(Folder):
    """A shop that asks Amazon, in a folder of its own."""

    simulator: AmazonSimulator
    clock: VirtualClock
    products: list[Cells] = field(default_factory=list)
    stores: dict[str, LiveStore] = field(default_factory=lambda: {"us": LiveStore()})
    accounts: dict[str, Credentials] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)  # of accounts; "na" else
    environ: dict[str, str] = field(default_factory=dict)
    settings: str = ""  # more of amzsync.toml: whole tables, "[amazon]" among them
    said: list[str] = field(default_factory=list)  # all that a user would have seen
    records: list[logging.LogRecord] = field(default_factory=list)  # all that was logged

    def __post_init__(self) -> None:
        if not self.accounts:
            self.add_account("main", self.simulator.credentials)

    @property
    def seller(self) -> Seller:
        """Return the seller of the first account."""
        return self.simulator.seller

    @property
    def now(self) -> str:
        """Return the moment as UTC text."""
        return text_of(self.clock.now())

    # -- the folder --------------------------------------------------------------------------------

    def add_account(self, name: str, credentials: Credentials, region: str = "na") -> None:
        """Put an account into the configuration, and its credentials into the environment."""
        self.accounts[name] = credentials
        self.regions[name] = region
        prefix = name.upper()
        self.environ[f"{prefix}_ID"] = credentials.client_id
        self.environ[f"{prefix}_SECRET"] = credentials.client_secret
        self.environ[f"{prefix}_REFRESH"] = credentials.refresh_token

    def write(self) -> None:
        """Write the configuration and the products anew, as old as the clock says."""
        path = self.folder / "products.csv"
        path.write_bytes(as_csv(EXPORT_COLUMNS, self.products))
        os.utime(path, (self.clock.now(), self.clock.now()))
        (self.folder / "amzsync.toml").write_text(self.toml(), encoding="utf-8")

    def toml(self) -> str:
        """Return the configuration."""
        lines = ["[commerce]", 'products = "products.csv"', "[mapping]"]
        lines += ['asin = "asin"', 'ean = "ean"', 'upc = "upc"']
        for name, store in self.stores.items():
            lines += [f"[stores.{name}]"]
            lines += [f"{key} = {json.dumps(value)}" for key, value in vars(store).items()]
        for name in self.accounts:
            prefix = name.upper()
            lines += [
                f"[accounts.{name}]",
                f'region = "{self.regions[name]}"',
                f'client_id_env = "{prefix}_ID"',
                f'client_secret_env = "{prefix}_SECRET"',
                f'refresh_token_env = "{prefix}_REFRESH"',
                f'endpoint = "{self.simulator.url}"',
                f'token_url = "{self.simulator.token_url}"',
            ]
        return "\n".join(lines) + "\n" + self.settings

    # -- imports -----------------------------------------------------------------------------------

    def import_(
        self,
        *,
        store: str | None = None,
        dry_run: bool = False,
        force: bool = False,
        replay: int | None = None,
        live: bool = True,
    ) -> ImportResult:
        """Import in this process at the time of the clock, which moves on by what Amazon makes us wait."""
        try:
            result = import_listings(
                self.config(),
                "{}",
                now=self.now,
                store=store,
                dry_run=dry_run,
                force=force,
                replay=replay,
                means=Means(self.clock, self.environ, Inline) if live else None,
            )
        except AmzsyncError as error:
            self.said.append(str(error))
            raise
        self.said += summary_lines(result, now=self.now, seconds=0.0)
        self.said.append(json.dumps(summary_record(result, seconds=0.0)))
        self.said.append(str(complaint(result)))
        return result

    def sync(self, *, store: str | None = None) -> SyncResult:
        """Sync in this process at the time of the clock, which moves on by what Amazon makes us wait."""
        means = Means(self.clock, self.environ, Inline)
        result = sync(self.config(), "{}", means=means, now=self.now, store=store)
        self.said += sync_lines(result)
        self.said.append(json.dumps(sync_record(result)))
        self.said += [str(error) for error in result.complaints()]
        return result

    def syncs(self, times: int, *, every: float = 5 * MINUTE) -> list[SyncResult]:
        """Sync several times, as cron does: the next run begins *every* so many seconds."""
        found = []
        for _ in range(times):
            began = self.clock.now()
            found.append(self.sync())
            self.clock.advance(max(0.0, began + every - self.clock.now()))
        return found

    def imports(self, times: int, *, every: float = 5 * MINUTE) -> list[ImportResult]:
        """Import several times, as cron does: the next run begins *every* so many seconds."""
        found = []
        for _ in range(times):
            began = self.clock.now()
            found.append(self.import_())
            self.clock.advance(max(0.0, began + every - self.clock.now()))
        return found

    def settle(self, *, runs: int = 8) -> ImportResult:
        """Import until Amazon has told all that it has to tell; return the last result."""
        return self.imports(runs)[-1]

    # -- what came of it ---------------------------------------------------------------------------

    def tabs(self, store: str = "us") -> dict[str, list[str]]:
        """Return what is in each tab: the seller SKUs of listings, and the SKUs of products without one."""
        found: dict[str, list[str]] = {}
        for tab, key in self.query(
            "SELECT tab, seller_sku FROM listings JOIN stores USING (store_id) WHERE name = ?1 "
            "UNION ALL SELECT u.tab, sku FROM unlisted u JOIN products USING (product_id) "
            "JOIN stores s USING (store_id) WHERE s.name = ?1 ORDER BY 1, 2",
            store,
        ):
            found.setdefault(tab, []).append(key)
        return found

    def verdict(self, sku: str, store: str = "us") -> tuple[str, str, str]:
        """Return tab, status and reason of a listing, or of a product without one."""
        (row,) = self.query(
            "SELECT v.tab, v.status, v.reason FROM listings l JOIN verdicts v USING (verdict_id) "
            "JOIN stores s USING (store_id) WHERE l.seller_sku = ?1 AND s.name = ?2 "
            "UNION ALL SELECT v.tab, v.status, v.reason FROM unlisted u JOIN verdicts v USING (verdict_id) "
            "JOIN products USING (product_id) JOIN stores s USING (store_id) WHERE sku = ?1 AND s.name = ?2",
            sku,
            store,
        )
        return row[0], row[1], row[2]

    def errors(self, run_id: int | None = None) -> list[dict[str, Any]]:
        """Return the communication errors, of one run or all."""
        names = (
            "run_id",
            "account",
            "operation",
            "kind",
            "status",
            "code",
            "message",
            "request_id",
        )
        rows = self.query(
            f"SELECT {', '.join(names)} FROM communication_errors WHERE ?1 IS NULL OR run_id = ?1 "
            "ORDER BY error_id",
            run_id,
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def canonical(self) -> Dump:
        """Return what the state says now, without ids, runs and times."""
        return {
            name: sorted(self.query(sql), key=repr) for name, sql in {**CANONICAL, **_LIVE}.items()
        }

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of *sql*, read from the state."""
        return factories.query(self.state, sql, values)

    # -- secrets -----------------------------------------------------------------------------------

    def leaks(self) -> list[str]:
        """Return where a secret can be seen: in a file of the folder, in a log record, in what was said."""
        found = [
            f"{path.relative_to(self.folder)}: {canary}"
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
            for canary in _seen_in(_plain(path))
        ]
        found += [f"said: {canary}" for canary in _seen_in("\n".join(self.said).encode())]
        for record in self.records:
            text = f"{record.getMessage()} {record.args} {record.exc_info} {record.exc_text}"
            found += [f"log of {record.name}: {canary}" for canary in _seen_in(text.encode())]
        return found


def _plain(path: Path) -> bytes:
    content = path.read_bytes()
    return content + gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def _seen_in(content: bytes) -> list[str]:
    return [canary for canary in CANARIES if canary.encode() in content]


def asked(result: ImportResult, store: str = "us") -> Asked:
    """Return what asking Amazon came to for a store."""
    (found,) = (one.asked for one in result.stores if one.name == store)
    assert found is not None
    return found


def exit_code(result: ImportResult) -> int:
    """Return the exit code that the command ends with."""
    trouble = complaint(result)
    return 0 if trouble is None else trouble.exit_code


# -- a shop in a folder ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """A shop as it was at a moment, to go on from there time and again."""

    folder: Path
    at: float
    reports: Reports

    @classmethod
    def of(cls, shop: LiveShop) -> Kept:
        """Keep *shop*, whose seller is as ``small_seller`` made it."""
        return cls(shop.folder, shop.clock.now(), shop.simulator.reports)

    def put_into(self, shop: LiveShop) -> None:
        """Bring a new *shop* to where this one was."""
        shutil.copytree(self.folder, shop.folder, dirs_exist_ok=True)
        shop.clock.advance(self.at - shop.clock.now())
        shop.simulator.reports.reports.update(self.reports.reports)
        shop.simulator.reports.documents.update(self.reports.documents)
        shop.write()


@contextmanager
def live_shop(
    folder: Path,
    *,
    seller: Seller | None = None,
    products: list[Cells] | None = None,
    at: str = NOW,
    plans: bool = True,
    kept: Kept | None = None,
) -> Iterator[LiveShop]:
    """Yield a shop in *folder*, with a simulator that is served until the end; not imported, unless *kept*.

    At the end it is seen to that no secret has come anywhere, and that all that was asked keeps to Amazon's
    schemas (where these are at hand).
    """
    clock = VirtualClock(seconds_of(at))
    owner = small_seller() if seller is None else seller
    with AmazonSimulator(owner, clock=clock, plans=plans) as simulator, _recorded() as records:
        goods = small_catalogue(owner) if products is None else products
        shop = LiveShop(folder, simulator, clock, goods, records=records)
        shop.stores["us"].seller_id = owner.seller_id
        shop.write()
        if kept is not None:
            kept.put_into(shop)
        requests: list[Entry] = []
        simulator.on_entry = requests.append
        yield shop
        assert shop.leaks() == []
        assert wrong_requests(requests) == []


def wrong_requests(entries: Iterable[Entry]) -> list[str]:
    """Return what is wrong with requests by Amazon's schemas; nothing where these are not at hand."""
    if not schemas.FOLDER.is_dir():
        return []
    return schemas.problems_of_entries(replace(entry, answer=b"") for entry in entries)


@contextmanager
def _recorded() -> Iterator[list[logging.LogRecord]]:
    """Yield a list that all log records go to, down to the least."""
    records: list[logging.LogRecord] = []

    class Recorder(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    recorder, before = Recorder(), logging.root.level
    logging.root.addHandler(recorder)
    logging.root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        logging.root.setLevel(before)
        logging.root.removeHandler(recorder)


def differing(shop: LiveShop, expected: Mapping[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """Return by table how what the state of *shop* says differs from what is *expected*."""
    return factories.differing(shop.canonical(), dict(expected))
