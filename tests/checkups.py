"""A shop whose store has an account at a simulated Amazon, to be looked at by ``amzsync check``."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from amzsync.clock import seconds_of, text_of
from amzsync.results.checks import Finding, Level
from amzsync.store import communication
from amzsync.store.communication import Trouble
from amzsync.workflows.check import check
from tests.commandline import PROJECT
from tests.factories import NOW, Shop, listing, product
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.seller import US, Listing, Seller
from tests.simulators.tokens import Credentials

CANARIES = ("canary-client-secret", "canary-refresh-token", "canary-access-token", "Atzr|", "Atza|")
LATER = seconds_of(NOW) + 3600.0  # an hour after the import


@dataclass
class Checkup:
    """A folder with a shop, its account, and the time at which it is looked at."""

    folder: Path
    simulator: AmazonSimulator
    clock: VirtualClock
    account: dict[str, str] = field(
        default_factory=lambda: {"secret_issued": "2026-11-01", "authorized": "2026-11-01"}
    )
    environ: dict[str, str] = field(default_factory=dict)
    files: bool = True  # the store names report files as well

    @property
    def state(self) -> Path:
        return self.folder / "amzsync.db"

    @property
    def shop(self) -> Shop:
        made = Shop(self.folder, products=[product("A")])
        made.us.listings = [listing("A")]
        return made

    def write(self) -> None:
        """Write the configuration and the files of a shop, all as old as ``NOW``."""
        shop = self.shop
        shop.write()
        lines = [
            'account = "main"',
            "[accounts.main]",
            'region = "na"',
            f'endpoint = "{self.simulator.url}"',
            f'token_url = "{self.simulator.token_url}"',
            *(f"{key} = {json.dumps(value)}" for key, value in self.account.items()),
        ]
        text = shop.toml() + "\n".join(lines) + "\n"
        if not self.files:
            text = text.replace('listings = "reports/us-*.txt"\n', "")
        (self.folder / "amzsync.toml").write_text(text, encoding="utf-8")
        for path in self.folder.rglob("*.*"):
            if path.suffix in {".csv", ".txt"}:
                os.utime(path, (seconds_of(NOW), seconds_of(NOW)))

    def imported(self) -> None:
        """Write the shop, and import it at ``NOW``."""
        self.write()
        self.shop.import_files(now=NOW)

    def look(self, *, offline: bool = False, store: str | None = None) -> list[Finding]:
        return check(
            None,
            start=self.folder,
            environ=self.environ,
            clock=self.clock,
            offline=offline,
            store=store,
        )

    def bad(self, *, offline: bool = False) -> list[tuple[str, str, str]]:
        """Return level, subject and message of all that is not fine, but for this machine's disk."""
        return [
            (one.level.value, one.subject, one.message)
            for one in self.look(offline=offline)
            if one.level is not Level.OK and one.subject != "disk"
        ]

    def trouble(self, *, hours_ago: float, code: str = "InternalFailure", times: int = 1) -> None:
        """Write communication errors of the past into the state."""
        row = Trouble(
            account="main",
            store_id=1,
            operation="getReport",
            kind="temporary",
            status=500,
            code=code,
            message="We encountered an internal error. Please try again.",
            request_id="7f2a-request",
            seller_sku=None,
            at=text_of(self.clock.now() - hours_ago * 3600),
        )
        with closing(sqlite3.connect(self.state)) as db, db:
            communication.record(db, 1, [row] * times)

    def sql(self, statement: str, *values: object) -> None:
        """Change the state by hand."""
        with closing(sqlite3.connect(self.state)) as db, db:
            db.execute(statement, values)

    def bytes(self) -> dict[str, bytes]:
        """Return the content of every file in the folder, but for those that SQLite makes for readers."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        }


@contextmanager
def checkup(folder: Path) -> Iterator[Checkup]:
    """Yield a shop in *folder*, imported an hour ago, with credentials that Amazon takes."""
    clock = VirtualClock(LATER)
    seller = Seller(marketplaces={US: True})
    seller.add(Listing("A", asin="B0OTHER000"))
    secrets = Credentials()
    with AmazonSimulator(seller, clock=clock) as simulator:
        made = Checkup(folder, simulator, clock)
        made.environ = {
            "LWA_APP_ID": secrets.client_id,
            "LWA_CLIENT_SECRET": secrets.client_secret,
            "SP_API_REFRESH_TOKEN": secrets.refresh_token,
            "PYTHONPATH": os.fspath(PROJECT),
        }
        made.imported()
        yield made
