"""Whatever goes wrong between Amazon and us: no listing is lost, the failure is told, and the next runs make good."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live import HOUR, MINUTE, Kept, asked, differing, exit_code
from tests.live_faults import (
    DAILY,
    FIRST,
    HOURLY,
    POLLED,
    SOON,
    Occasion,
    bounded,
    harm,
    recover,
    sorted_,
    undisturbed,
    untold,
)
from tests.simulators import faults
from tests.simulators.faults import Fault

TEMPORARY, REFUSED, CREDENTIALS = 75, 69, 77


class Bad(NamedTuple):
    """A fault, and what it must come to."""

    fault: Fault
    kinds: set[str]
    exit: int = TEMPORARY
    codes: frozenset[str] = frozenset()  # empty: any
    rest: float = 0.0  # seconds for which amzsync then leaves Amazon alone


BUSY, DULL, CUT = {"temporary", "unknown"}, {"throttled"}, {"temporary", "unknown"}
BAD = frozenset({"BadAnswer"})
FAULTS = {
    # B1: too many calls
    "429": Bad(faults.throttled(), DULL, codes=frozenset({"QuotaExceeded"})),
    "429 Retry-After 5": Bad(faults.throttled("5"), DULL),
    "429 Retry-After a day": Bad(faults.throttled("86400"), DULL, rest=HOUR),
    "429 HTML": Bad(faults.throttled(form="html"), DULL),
    "429 empty": Bad(faults.throttled(form="empty"), DULL),
    # B2: Amazon's own troubles
    "500 HTML": Bad(faults.html(500), BUSY),
    "500 empty": Bad(faults.empty(500), BUSY),
    "500 []": Bad(faults.empty_list(500), BUSY),
    "500 null": Bad(faults.null(500), BUSY),
    "500 JSON": Bad(faults.internal_error(), BUSY, codes=frozenset({"InternalFailure"})),
    "502 HTML": Bad(faults.html(502), BUSY),
    "503 JSON": Bad(faults.unavailable("30"), BUSY, codes=frozenset({"ServiceUnavailable"})),
    "504 gateway": Bad(faults.gateway_timeout(), BUSY),
    # B3: an answer that is none
    "200 HTML": Bad(faults.captive_portal(), BUSY, codes=BAD),
    "200 empty": Bad(faults.empty(200), BUSY, codes=BAD),
    "200 []": Bad(faults.empty_list(), BUSY, codes=BAD),
    "200 null": Bad(faults.null(), BUSY, codes=BAD),
    "200 {}": Bad(faults.without_keys(), BUSY, codes=BAD),
    "200 invalid JSON": Bad(faults.invalid_json(), BUSY, codes=BAD),
    "204": Bad(faults.empty(204), BUSY, codes=BAD),
    "206 {}": Bad(faults.without_keys(206), BUSY, codes=BAD),
    "207 []": Bad(faults.empty_list(207), BUSY, codes=BAD),
    "302": Bad(faults.redirect(), BUSY, codes=frozenset({"Redirected"})),
    "403 HTML": Bad(faults.html(403), {"temporary"}, codes=BAD),
    "404 HTML": Bad(faults.html(404), {"temporary"}, codes=BAD),
    # B4, B5: who may ask
    "token ever too old": Bad(faults.token_expired(), {"credentials"}, CREDENTIALS),
    "role missing": Bad(faults.role_missing(), {"refused"}, REFUSED, rest=HOUR),
    "400": Bad(
        faults.error(400, "InvalidInput", "Invalid input.", request_id="r-4711"),
        {"refused"}, REFUSED, frozenset({"InvalidInput"}), HOUR,
    ),
    # B7: the connection
    "reset": Bad(faults.connection_reset(), CUT),
    "answer lost": Bad(faults.answer_lost(), CUT),
    "silence": Bad(faults.silence(0.001), CUT),
    "cut body": Bad(faults.cut_body(), CUT),
    "chunked ended early": Bad(faults.chunked_cut(), CUT),
}  # fmt: skip

WHERE = {
    "participations": (FIRST, "getMarketplaceParticipations"),
    "look": (FIRST, "getReports"),
    "ask": (FIRST, "createReport"),
    "poll": (FIRST, "getReport"),
    "address": (FIRST, "getReportDocument"),
    "why": (FIRST, "searchListingsItems"),
    "why of one": (FIRST, "getListingsItem"),
    "catalogue": (FIRST, "searchCatalogItems"),
    "restrictions": (FIRST, "getListingsRestrictions"),
    "later look": (HOURLY, "getReports"),
    "later ask": (HOURLY, "createReport"),
    "later poll": (POLLED, "getReport"),
    "later address": (POLLED, "getReportDocument"),
    "changes": (SOON, "searchListingsItems"),
    "stock": (SOON, "getInventorySummaries"),
    "later why": (DAILY, "searchListingsItems"),
    "later why of one": (DAILY, "getListingsItem"),
    "later catalogue": (DAILY, "searchCatalogItems"),
    "later restrictions": (DAILY, "getListingsRestrictions"),
}


# Every fault and every place, in CI not every pair of them: AMZSYNC_ALL=1 tries all.
PAIRS = [
    pytest.param(bad, where, id=f"{name}-{place}")
    for row, (name, bad) in enumerate(FAULTS.items())
    for column, (place, where) in enumerate(WHERE.items())
    if os.environ.get("AMZSYNC_ALL") or (row + column) % 3 == 0
]


@pytest.mark.parametrize(("bad", "where"), PAIRS)
def test_no_loss(bad: Bad, where: tuple[Occasion, str], tmp_path: Path, settled: Kept) -> None:
    occasion, operation = where
    course = undisturbed(occasion, settled)
    with occasion.shop(tmp_path, settled) as shop:
        before = {} if occasion.first else sorted_(shop)
        shop.simulator.always(operation, bad.fault)
        problems: list[str] = []
        for number in range(occasion.faulty):
            shop.simulator.ledger.clear()
            began = shop.clock.now()
            result = shop.import_()
            problems += harm(shop, before, course) + bounded(shop, operation, began)
            if number == occasion.faulty - 1:
                problems += untold(shop, result, operation, bad.kinds, set(bad.codes))
                if exit_code(result) != bad.exit:
                    problems.append(f"exit code {exit_code(result)}")
                if asked(result).waiting and sorted_(shop):
                    problems.append("something is sorted though Amazon has told nothing")
            shop.clock.advance(5 * MINUTE)
        assert problems == []
        assert recover(shop, occasion, after=bad.rest) == []
        assert differing(shop, course.state) == {}
