"""The simulator as a program, for trying the live path without Amazon."""

from __future__ import annotations

import signal
import sys
import time

from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import iso
from tests.simulators.ledger import Entry
from tests.simulators.seller import Seller, marketplace


def serve(port: int, listings: int, seed: int, report_delay: float) -> None:
    """Serve a seller of so many *listings* until Ctrl-C; one line per request on stderr."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job would not hear it
    seller = Seller.sample(listings, seed, report_delay=report_delay)
    simulator = AmazonSimulator(seller, port=port)
    simulator.ledger.keep_answers = False
    simulator.on_entry = _write
    with simulator:
        sys.stdout.write(introduction(simulator))
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            sys.stderr.write(f"\n{simulator.ledger.count()} requests\n")


def introduction(simulator: AmazonSimulator) -> str:
    """Return how to point amzsync to *simulator*."""
    credentials, seller = simulator.credentials, simulator.seller
    place = marketplace(seller.home)
    return f"""\
Amazon, simulated: {len(seller.listings)} listings of {seller.seller_id} in {place.code}
  endpoint   {simulator.url}
  token_url  {simulator.token_url}

In the shell:
  export LWA_APP_ID='{credentials.client_id}'
  export LWA_CLIENT_SECRET='{credentials.client_secret}'
  export SP_API_REFRESH_TOKEN='{credentials.refresh_token}'

In amzsync.toml:
  [stores.{place.code.lower()}]
  marketplace = "{place.code}"
  seller_id = "{seller.seller_id}"
  website = "base"
  account = "main"

  [accounts.main]
  region = "{place.region}"
  client_id_env = "LWA_APP_ID"
  client_secret_env = "LWA_CLIENT_SECRET"
  refresh_token_env = "SP_API_REFRESH_TOKEN"
  endpoint = "{simulator.url}"
  token_url = "{simulator.token_url}"

Reports are done after {seller.report_delay:g} seconds. Ctrl-C ends it.
"""


def _write(entry: Entry) -> None:
    query = "&".join(f"{name}={text}" for name, text in entry.query if "Signature" not in name)
    where = f"{entry.path}?{query}" if query else entry.path
    sys.stderr.write(f"{iso(entry.at)} {entry.status} {entry.operation} {entry.method} {where}\n")
