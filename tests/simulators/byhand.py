"""The simulator as a program, for trying the live path without Amazon."""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from textwrap import indent

from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import iso
from tests.simulators.from_files import seller_from
from tests.simulators.ledger import Entry
from tests.simulators.seller import Seller, marketplace

VARIABLES = """\
client_id_env = "LWA_APP_ID"
client_secret_env = "LWA_CLIENT_SECRET"
refresh_token_env = "SP_API_REFRESH_TOKEN\""""
FILE = 'credentials_file = "credentials.json"'


def seller_of(args: argparse.Namespace) -> Seller:
    """Return the seller that the command line asks for."""
    if args.report is None:
        return Seller.sample(args.listings, args.seed)
    return seller_from(args.report, args.products)


def serve(seller: Seller, port: int, into: Path | None = None) -> None:
    """Serve *seller* until Ctrl-C, one line per request on stderr; write a configuration *into* a folder."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job would not hear it
    simulator = AmazonSimulator(seller, port=port)
    simulator.ledger.keep_answers = False
    simulator.on_entry = _write
    with simulator:
        sys.stdout.write(introduction(simulator))
        sys.stdout.flush()
        if into is not None:
            configure(simulator, into)
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
{indent(tables(simulator, VARIABLES), "  ")}
Reports are done after {seller.report_delay:g} seconds. Ctrl-C ends it.
"""


def tables(simulator: AmazonSimulator, credentials: str) -> str:
    """Return the tables of amzsync.toml for a store that asks *simulator*."""
    seller = simulator.seller
    place = marketplace(seller.home)
    return f"""\
[stores.{place.code.lower()}]
marketplace = "{place.code}"
seller_id = "{seller.seller_id}"
website = "base"
account = "main"

[accounts.main]
region = "{place.region}"
{credentials}
endpoint = "{simulator.url}"
token_url = "{simulator.token_url}"
"""


def configure(simulator: AmazonSimulator, folder: Path) -> None:
    """Let the store of amzsync.toml in *folder* ask *simulator* instead of reading its reports."""
    path = folder / "amzsync.toml"
    text, new = path.read_text(encoding="utf-8"), tables(simulator, FILE)
    heading = new.partition("\n")[0]
    old = re.search(re.escape(heading) + r".*?(?=\n\[|\Z)", text, re.DOTALL)
    assert old is not None, f"{path} has no {heading}"
    ended = re.search(r"^ended = .*\n", old[0], re.MULTILINE)  # what no report of Amazon tells
    new = new.replace("\n\n", f"\n{ended[0] if ended else ''}\n", 1)
    path.write_text(text[: old.start()] + new + text[old.end() :], encoding="utf-8")
    fresh = folder / "credentials.new"
    fresh.touch(0o600)
    fresh.write_text(json.dumps(asdict(simulator.credentials)), encoding="utf-8")
    fresh.replace(folder / "credentials.json")  # whoever waits for the server waits for this file


def _write(entry: Entry) -> None:
    query = "&".join(f"{name}={text}" for name, text in entry.query if "Signature" not in name)
    where = f"{entry.path}?{query}" if query else entry.path
    sys.stderr.write(f"{iso(entry.at)} {entry.status} {entry.operation} {entry.method} {where}\n")
