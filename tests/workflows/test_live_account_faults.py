"""Whatever is wrong with an account or with Login with Amazon: its stores stay as they are, the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live import MINUTE, Kept, LiveShop, LiveStore, asked, differing, exit_code, live_shop
from tests.live_faults import FIRST, HOURLY, Occasion, bounded, harm, recover, sorted_, undisturbed
from tests.simulators import faults
from tests.simulators.faults import Fault
from tests.simulators.seller import Seller
from tests.simulators.tokens import Credentials

LOGINS = 13
"""Attempts that fit into a run's four minutes, with rests of 0.5 s, 1 s, 2 s, ... and 30 s at most between them."""

OTHER = Credentials(
    "amzn1.application-oa2-client.OTHER", "canary-client-secret-2", "Atzr|canary-refresh-token-2"
)


class Bad(NamedTuple):
    """A fault of the token endpoint, and what it must come to."""

    fault: Fault
    exit: int
    kinds: frozenset[str] = frozenset({"temporary"})


LOGIN = {
    "revoked": Bad(faults.refresh_token_revoked(), 77, frozenset({"credentials"})),
    "secret rotated": Bad(
        faults.answer(401, b'{"error":"invalid_client","error_description":"Client authentication failed"}'),
        77, frozenset({"credentials"}),
    ),
    "HTML 503": Bad(faults.html(503), 75),
    "HTML 400": Bad(faults.html(400), 75),
    "empty 500": Bad(faults.empty(500), 75),
    "429": Bad(faults.throttled(), 75, frozenset({"throttled"})),
    "200 HTML": Bad(faults.captive_portal(), 75),
    "200 []": Bad(faults.empty_list(), 75),
    "200 null": Bad(faults.null(), 75),
    "200 {}": Bad(faults.without_keys(), 75),
    "no token": Bad(faults.answer(200, b'{"access_token":"","expires_in":3600}'), 75),
    "a token that is none": Bad(faults.answer(200, b'{"access_token":{"a":1},"expires_in":3600}'), 75),
    "302": Bad(faults.redirect(), 75),
    "reset": Bad(faults.connection_reset(), 75),
    "cut": Bad(faults.cut_body(), 75),
    "answer lost": Bad(faults.answer_lost(), 75),
}  # fmt: skip


@pytest.mark.parametrize("occasion", [FIRST, HOURLY], ids=["first", "later"])
@pytest.mark.parametrize("bad", LOGIN.values(), ids=LOGIN)
def test_no_access_token(bad: Bad, occasion: Occasion, tmp_path: Path, settled: Kept) -> None:
    course = undisturbed(occasion, settled)
    with occasion.shop(tmp_path, settled) as shop:
        before = {} if occasion.first else sorted_(shop)
        shop.simulator.always("token", bad.fault)
        began = shop.clock.now()
        result = shop.import_()
        assert exit_code(result) == bad.exit
        assert {one.kind for one in asked(result).missed} == bad.kinds
        assert {row["account"] for row in shop.errors(result.run_id)} == {"main"}
        assert harm(shop, before, course) + bounded(shop, "token", began) == []
        assert shop.simulator.ledger.count("token") <= LOGINS
        assert sorted_(shop) == before
        assert {entry.operation for entry in shop.simulator.ledger.calls()} == {"token"}
        assert recover(shop, occasion, after=5 * MINUTE) == []
        assert differing(shop, course.state) == {}


@pytest.mark.parametrize("occasion", [FIRST, HOURLY], ids=["first", "later"])
@pytest.mark.parametrize("name", ["MAIN_ID", "MAIN_SECRET", "MAIN_REFRESH"])
def test_missing_credentials(name: str, occasion: Occasion, tmp_path: Path, settled: Kept) -> None:
    course = undisturbed(occasion, settled)
    with occasion.shop(tmp_path, settled) as shop:
        before = {} if occasion.first else sorted_(shop)
        kept = shop.environ.pop(name)
        result = shop.import_()
        assert (exit_code(result), [one.kind for one in asked(result).missed]) == (
            77,
            ["credentials"],
        )
        assert name in asked(result).missed[0].message
        assert sorted_(shop) == before
        assert shop.simulator.ledger.count() == 0
        shop.environ[name] = kept
        assert recover(shop, occasion, after=5 * MINUTE) == []
        assert differing(shop, course.state) == {}


# -- two accounts ------------------------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[LiveShop]:
    """A shop with two stores, each of an account and a seller of its own."""
    with live_shop(tmp_path) as shop:
        other = Seller.sample(12, 5, seller_id="A3OTHER")
        shop.simulator.add_account(other, OTHER)
        shop.add_account("other", OTHER)
        shop.stores["second"] = LiveStore(seller_id="A3OTHER", account="other")
        shop.write()
        yield shop


def count(shop: LiveShop) -> dict[str, int]:
    """Return how many listings each store has."""
    return dict(
        shop.query("SELECT name, count(*) FROM listings JOIN stores USING (store_id) GROUP BY 1")
    )


@pytest.mark.parametrize("failing", ["us", "second"])
def test_of_two_accounts_one_fails_and_the_other_is_imported(failing: str, pair: LiveShop) -> None:
    working = "second" if failing == "us" else "us"
    prefix = "MAIN" if failing == "us" else "OTHER"
    kept = pair.environ[f"{prefix}_REFRESH"]
    pair.environ[f"{prefix}_REFRESH"] = "Atzr|canary-refresh-token-revoked"
    result = pair.import_()
    assert exit_code(result) == 77
    assert (asked(result, failing).waiting, asked(result, working).missed) == (True, ())
    assert count(pair).keys() == {working}
    pair.environ[f"{prefix}_REFRESH"] = kept
    pair.clock.advance(5 * MINUTE)
    assert exit_code(pair.import_()) == 0
    assert count(pair) == {"us": 41, "second": 12}


def test_of_two_known_stores_one_fails_and_stays_as_it_is(pair: LiveShop) -> None:
    pair.imports(3)
    before = pair.tabs("second")
    pair.environ.pop("OTHER_SECRET")
    pair.seller.change("SIM-000001", price="1234.50")
    pair.clock.advance(MINUTE)
    result = pair.import_()
    assert (exit_code(result), asked(result, "us").missed) == (77, ())
    assert pair.tabs("second") == before
    assert pair.query(
        "SELECT price_minor FROM listings WHERE seller_sku = 'SIM-000001' AND store_id = 1"
    ) == [(123_450,)]


def test_a_store_whose_seller_does_not_sell_there_is_told_apart(live: LiveShop) -> None:
    live.seller.marketplaces = {"A2EUQ1WTGCTBG2": True}
    result = live.import_()
    assert (exit_code(result), asked(result).waiting) == (69, True)
    assert "does not sell" in asked(result).missed[0].message
    assert sorted_(live) == {}


# -- that the tests of secrets can fail -----------------------------------------------------------------------


@pytest.mark.parametrize("where", ["file", "archive", "said", "log"])
def test_a_secret_that_is_seen_anywhere_is_found(where: str, live: LiveShop) -> None:
    import gzip
    import logging

    secret = live.simulator.credentials.client_secret
    assert live.leaks() == []
    if where == "file":
        (live.folder / "crash.log").write_text(f"x{secret}x")
    elif where == "archive":
        (live.folder / "x.gz").write_bytes(gzip.compress(b"?X-Amz-Signature=1"))
    elif where == "said":
        live.said.append(live.simulator.credentials.refresh_token)
    else:
        logging.getLogger("httpx").debug("%s", "Atza|secret")
        logging.getLogger("amzsync.x").debug("%s", "Atza|secret")
    assert live.leaks()
    for path in ("crash.log", "x.gz"):
        (live.folder / path).unlink(missing_ok=True)
    live.said.clear()
    live.records.clear()
