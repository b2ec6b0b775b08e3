"""``amzsync import-listings`` as a process that asks a simulated Amazon, by the clock on the wall."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.clock import text_of
from tests.commandline import Program, Result
from tests.live import CANARIES, HOUR, LiveShop, wrong_requests
from tests.live_goods import small_catalogue, small_seller
from tests.simulators import faults
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.report_texts import ALL

ASKED_FIELDS = {"calls", "notes", "errors", "refused", "waiting"}
STORE_FIELDS = {"store", "tabs", "before", "matches", "asked"}
ERROR_FIELDS = {"operation", "kind", "code", "message"}


class Office:
    """The program in a shop's folder, with the shop's credentials in its environment."""

    def __init__(self, shop: LiveShop) -> None:
        self.shop = shop
        self.program = Program(shop.folder)

    @property
    def simulator(self) -> AmazonSimulator:
        return self.shop.simulator

    def run(self, *words: str, **environ: str) -> Result:
        """Import in a process of its own; what it says is remembered."""
        env = {**self.shop.environ, **environ}
        done = self.program.process(*words, env=env)
        self.shop.said += [done.out, done.err]
        return done

    def imported(self, *words: str) -> Result:
        return self.run("import-listings", *words)

    def report_is_there(self) -> None:
        """Have somebody else ask for a report, so that nobody waits for one here."""
        self.simulator.ask_report(ALL)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A shop that has imported nothing yet, and a report that the seller has asked for already."""
    seller = small_seller(report_delay=0.0)
    with AmazonSimulator(seller) as simulator:
        shop = LiveShop(tmp_path, simulator, VirtualClock(time.time()), small_catalogue(seller))
        shop.write()
        made = Office(shop)
        made.report_is_there()
        yield made
        assert shop.leaks() == []
        assert wrong_requests(simulator.ledger.calls()) == []


def facts(text: str) -> list[str]:
    """Return the words of a summary, without what differs from run to run."""
    return [" ".join(line.split()) for line in text.splitlines() if "Run " not in line]


# -- what is said --------------------------------------------------------------------------------------


def test_a_first_import_tells_what_was_asked_and_what_was_found(office: Office) -> None:
    done = office.imported().fine()
    lines = [line.strip() for line in done.out.splitlines()]
    assert lines[0].startswith("Run 1, ")
    assert "Store us: 48 listings and products in the tabs" in lines
    asked = next(line for line in lines if line.startswith("Asked Amazon: "))
    assert "getMarketplaceParticipations 1" in asked
    assert "searchListingsItems 2" in asked
    assert [line.split()[-1] for line in lines if line.startswith("Active")] == ["30"]
    assert lines[-1] == "Next: amzsync status --tab inactive"
    assert done.err == ""


def test_on_a_terminal_of_eighty_columns_it_says_the_same(office: Office) -> None:
    done = office.program.terminal(
        "import-listings", width=80, env={**office.shop.environ, "NO_COLOR": "1"}
    )
    office.shop.said.append(done.out)
    assert done.code == 0, done.out
    seen = " ".join(done.out.split())
    assert "Store us: 48 listings and products in the tabs" in seen
    assert "Asked Amazon:" in seen
    assert "Inactive 5" in seen
    assert "Traceback" not in seen


def test_json_has_the_documented_fields(office: Office) -> None:
    found = office.imported("--output", "json").fine().json()
    (store,) = found["stores"]
    assert store.keys() == STORE_FIELDS
    assert store["asked"].keys() == ASKED_FIELDS
    assert store["asked"]["calls"]["searchListingsItems"] == 2
    assert (store["asked"]["errors"], store["asked"]["waiting"]) == ([], False)
    assert [one["kind"] for one in found["documents"]] == ["products", "all-listings"]


def test_csv_has_the_counts(office: Office) -> None:
    rows = office.imported("--output", "csv").fine().csv()
    assert {row["tab"]: row["rows"] for row in rows}["active"] == "30"


def test_quiet_runs_ask_little_and_find_nothing(office: Office) -> None:
    office.imported().fine()
    for _ in range(2):  # the other reports are asked for, and come in the next run
        office.imported().fine()
    for _ in range(6):
        office.simulator.ledger.clear()
        found = office.imported("--output", "json").fine().json()
        calls = office.simulator.ledger.operations()
        assert calls.total() <= 5, calls
    assert found["changes"] == 0
    assert {entry.status for entry in office.simulator.ledger.calls()} <= {200, 202}


@pytest.mark.parametrize("loud", ["--verbose", "--quiet"])
def test_no_secret_is_ever_said(office: Office, loud: str) -> None:
    done = office.run(loud, "import-listings").fine()
    office.simulator.script("searchListingsItems", *[faults.role_missing()] * 9)
    refused = office.run(loud, "import-listings")
    said = done.out + done.err + refused.out + refused.err
    assert [canary for canary in CANARIES if canary in said] == []
    for secret in (*office.shop.environ.values(), "tortuga-prod"):
        assert secret not in said


# -- exit codes ----------------------------------------------------------------------------------------


def test_wrong_credentials_end_with_77(office: Office) -> None:
    done = office.run("import-listings", MAIN_SECRET="canary-client-secret-of-old")
    assert (done.code, "Traceback" in done.err) == (77, False)
    assert "Nothing is known of its listings yet" in done.out


def test_missing_credentials_end_with_77(office: Office) -> None:
    del office.shop.environ["MAIN_REFRESH"]
    done = office.imported()
    assert done.code == 77
    assert "MAIN_REFRESH" in done.err
    assert office.simulator.ledger.count() == 0


def test_what_amazon_refuses_ends_with_69(office: Office) -> None:
    office.imported().fine()
    office.simulator.always("searchListingsItems", faults.role_missing())
    done = office.imported("--output", "json")
    assert done.code == 69
    (error,) = done.json()["stores"][0]["asked"]["errors"]
    assert error.keys() == ERROR_FIELDS
    assert (error["operation"], error["kind"]) == ("searchListingsItems", "refused")
    assert error["message"].rstrip(".") in done.err


def test_a_report_that_has_not_come_ends_with_75(office: Office) -> None:
    office.simulator.reports.reports.clear()
    office.simulator.script("createReport", faults.unavailable())
    done = office.imported()
    assert done.code == 75
    assert "Nothing is known of its listings yet" in done.out
    assert "Ready to List" not in done.out
    errors = office.run("errors", "--output", "json").fine().json()
    assert [row["operation"] for row in errors] == ["createReport"]


def test_a_report_that_is_not_believed_ends_with_65_and_force_takes_it(office: Office) -> None:
    office.imported().fine()
    states = office.shop.canonical()["listings"]
    with office.simulator.lock:
        for sku in list(office.shop.seller.listings)[:20]:
            office.shop.seller.remove(sku)
    office.shop.seller.report_cache = 0.0
    _an_hour_passes(office)
    office.simulator.ask_report(ALL)
    done = office.imported()
    assert done.code == 65
    assert "20 of 41 listings of store us" in done.err
    assert "Not believed: " in done.out
    assert office.shop.canonical()["listings"] == states
    forced = office.imported("--force").fine()
    assert "Not believed" not in forced.out
    assert office.shop.query("SELECT count(*) FROM listings WHERE missing_run IS NOT NULL") == [
        (20,)
    ]


def _an_hour_passes(office: Office) -> None:
    """Make the last report older, here and at Amazon: the clock on the wall cannot be moved."""

    with sqlite3.connect(office.shop.state) as db:
        then = text_of(time.time() - 2 * HOUR)
        db.execute("UPDATE reports SET asked_at = ?, created_at = ?, checked_at = ?", (then,) * 3)
        db.execute("UPDATE sources SET modified_at = ? WHERE kind = 'all-listings'", (then,))
    db.close()


# -- without Amazon ------------------------------------------------------------------------------------


def test_a_dry_run_asks_nothing(office: Office) -> None:
    done = office.imported("--dry-run")
    assert done.out.startswith("Dry run: nothing was written.")
    assert office.simulator.ledger.count() == 0
    assert not office.shop.state.exists()


def test_a_run_is_done_again_without_amazon(office: Office) -> None:
    first = office.imported().fine()
    office.simulator.always("*", faults.connection_reset())
    office.simulator.ledger.clear()
    again = office.imported("--replay", "1").fine()
    assert office.simulator.ledger.count() == 0
    tabs = [line for line in facts(first.out) if line.split()[0:1] == ["Active"]]
    assert tabs[0] in facts(again.out)


def test_a_run_that_cannot_be_done_again_says_so(office: Office) -> None:
    office.imported().fine()
    words = office.imported("--replay", "77").refused(2)
    assert "Run 77 asked Amazon for nothing that could be replayed." in words
    for path in office.shop.config().amazon.archive.rglob("*.gz"):
        path.unlink()
    assert "no longer in" in office.imported("--replay", "1").refused(66)
