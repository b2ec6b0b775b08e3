"""Whatever becomes of a report or of its document at Amazon: what is known stays, and it is told."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from amzsync.results.imports import ImportResult
from tests.factories import Cells, product
from tests.live import DAY, HOUR, MINUTE, Kept, LiveShop, asked, differing, exit_code, live_shop
from tests.live_faults import FIRST, POLLED, Occasion, harm, recover, sorted_, undisturbed
from tests.simulators import document_faults as documents
from tests.simulators import faults, report_faults
from tests.simulators.faults import Fault
from tests.simulators.report_texts import FBA, SUPPRESSED
from tests.simulators.seller import CatalogueItem, Listing, Seller

OCCASIONS = {"first": FIRST, "later": POLLED}


class Bad(NamedTuple):
    """A fault, and what it must come to."""

    operation: str  # that it befalls
    fault: Fault
    told: str  # the code of the communication error; a word of what was not believed; "" for a note alone
    exit: int
    rest: float = HOUR  # seconds after which a report is asked for anew


PAGE = "<!DOCTYPE html><html><body>Service Unavailable</body></html>"
REPORTS = {
    # C2 to C5: how a report ends
    "cancelled": Bad("createReport", report_faults.cancelled(), "CANCELLED", 75),
    "fatal": Bad("createReport", report_faults.fatal(), "FATAL", 75),
    "fatal without a word": Bad("createReport", report_faults.fatal(None), "FATAL", 75),
    "done without document": Bad("createReport", report_faults.without_document(), "NoDocument", 75),
    "another report": Bad("createReport", report_faults.said_to_be(), "WrongReport", 75),
    # C5, D7, E: a whole document of something else
    "not a byte": Bad("createReport", report_faults.empty(), "empty", 65),
    "blanks": Bad("createReport", report_faults.containing("\r\n \r\n"), "", 65),
    "heading only": Bad("createReport", report_faults.heading_only(), "no rows", 65),
    "no data": Bad("createReport", report_faults.containing("No data available\r\n"), "", 65),
    "a page": Bad("createReport", report_faults.containing(PAGE), "Html", 75, 4 * HOUR),
    "JSON": Bad("createReport", report_faults.containing('{"errors": []}'), "Json", 75, 4 * HOUR),
    "suppressed listings": Bad("createReport", report_faults.of_type(SUPPRESSED), "", 65),
    "warehouse stock": Bad("createReport", report_faults.of_type(FBA), "", 65),
    "another marketplace": Bad("createReport", report_faults.of_marketplace(), "", 65),
}  # fmt: skip
FETCH = "getReportDocument"
DOCUMENTS = {
    # D1: no document
    "404": Bad("document", documents.not_found(), "NoSuchKey", 75),
    "500 HTML": Bad("document", documents.storage_html(), "Status500", 75),
    "503": Bad("document", documents.slow_down(), "SlowDown", 75),
    "expired": Bad("document", documents.url_expired(), "AccessDenied", 75),
    "200 HTML": Bad("document", documents.html_page(), "Html", 75),
    "200 error": Bad("document", documents.storage_error_with_200(), "Xml", 75),
    "redirect": Bad("document", faults.redirect(), "Status302", 75),
    "reset": Bad("document", faults.connection_reset(), "CutOff", 75),
    # D2: less than all of it
    "cut": Bad("document", faults.cut_body(), "CutOff", 75),
    "chunks cut": Bad("document", faults.chunked_cut(), "CutOff", 75),
    "cut gzip": Bad("document", documents.cut_gzip(), "CutOff", 75),
    "checksum": Bad("document", documents.broken_checksum(), "Damaged", 75),
    "second member cut": Bad("document", documents.second_member_cut(), "CutOff", 75),
    # D3: not what was said
    "garbage after it": Bad("document", documents.trailing_garbage(), "Damaged", 75),
    "zip": Bad("document", documents.zip_archive(), "Zip", 69),
    "bomb": Bad("document", documents.bomb(), "headings", 65),
    # the address
    "foreign host": Bad(FETCH, documents.another_host(), "ForeignHost", 69),
    "file": Bad(FETCH, documents.file_url(), "BadAddress", 69),
    "no address": Bad(FETCH, documents.without_url(), "BadAnswer", 75),
    "address of another": Bad(FETCH, documents.id_of_another(), "WrongDocument", 75),
}  # fmt: skip


def told(shop: LiveShop, result: ImportResult) -> tuple[set[str], str]:
    """Return the codes of the run's errors, and what was not believed."""
    return {row["code"] for row in shop.errors(result.run_id)}, asked(result).refused


@pytest.mark.parametrize("occasion", OCCASIONS.values(), ids=OCCASIONS)
@pytest.mark.parametrize(
    "bad", [*REPORTS.values(), *DOCUMENTS.values()], ids=[*REPORTS, *DOCUMENTS]
)
def test_no_loss(bad: Bad, occasion: Occasion, tmp_path: Path, settled: Kept) -> None:
    course = undisturbed(occasion, settled)
    with occasion.shop(tmp_path, settled) as shop:
        before = {} if occasion.first else sorted_(shop)
        shop.simulator.always(bad.operation, bad.fault)
        for _ in range(occasion.faulty):
            result = shop.import_()
            assert harm(shop, before, course) == []
            shop.clock.advance(5 * MINUTE)
        codes, refused = told(shop, result)
        assert exit_code(result) == bad.exit
        assert bad.told in codes or (bad.told in refused and refused)
        if occasion.first:
            assert (asked(result).waiting or bool(refused), sorted_(shop)) == (True, {})
        again = recover(shop, occasion, after=bad.rest)
        # What was not believed is told until there is a better report, which a later import does not wait for.
        assert again[1 if bad.exit == 65 and not occasion.first else 0 :] == []
        # After four hours the stock is told by a report of its own, no more by single answers.
        mended = differing(shop, course.state)
        assert [name for name in mended if bad.rest <= HOUR or name != "report_rows"] == []


# -- reports that take their time, and what is not believed --------------------------------------------


@pytest.mark.parametrize("fault", [report_faults.in_queue(), report_faults.in_progress()])
def test_a_report_that_never_comes_is_followed_for_hours_then_asked_for_anew(
    fault: Fault, live: LiveShop
) -> None:
    live.simulator.script("createReport", fault)
    results = live.imports(20, every=10 * MINUTE)
    assert {(exit_code(one), asked(one).waiting) for one in results} == {(75, True)}
    assert live.simulator.ledger.count("createReport") == 1
    assert sorted_(live) == {}
    live.clock.advance(HOUR)
    assert exit_code(live.import_()) == 0
    assert live.simulator.ledger.count("createReport") == 2


def test_a_later_report_that_never_comes_leaves_everything_as_it_was(
    tmp_path: Path, settled: Kept
) -> None:
    with live_shop(tmp_path, kept=settled) as shop:
        before = sorted_(shop)
        shop.clock.advance(2 * HOUR)
        shop.simulator.script("createReport", report_faults.in_queue())
        results = shop.imports(12, every=15 * MINUTE)
        assert {exit_code(one) for one in results} == {0}
        asked_for = [
            str(call.body["reportType"])
            for call in shop.simulator.ledger.calls("createReport")
            if isinstance(call.body, dict)
        ]
        assert len(asked_for) == len(set(asked_for))  # each of them once
        assert "not ready yet" in asked(results[-1]).notes[0]
        assert sorted_(shop) == before
        shop.clock.advance(HOUR)
        shop.imports(2)
        assert shop.query(
            "SELECT count(*) FROM reports WHERE state = 'taken' AND type LIKE '%ALL%'"
        ) == [(2,)]


def test_a_slow_first_report_is_taken_by_the_run_after(live: LiveShop) -> None:
    live.simulator.script("createReport", report_faults.late(8 * MINUTE))
    first, second = live.imports(2)
    assert (exit_code(first), exit_code(second)) == (75, 0)
    assert live.simulator.ledger.count("createReport") == 1


def test_a_report_that_lost_half_its_rows_is_not_believed(tmp_path: Path, settled: Kept) -> None:
    with POLLED.shop(tmp_path, settled) as shop:
        before = set(sorted_(shop))
        shop.simulator.script("createReport", report_faults.rows_lost(0.5))
        _, result = shop.imports(2)
        assert exit_code(result) == 65
        assert "vanished" in asked(result).refused or "rows" in asked(result).refused
        assert before <= set(sorted_(shop))
        assert shop.query("SELECT count(*) FROM listings WHERE missing_run IS NOT NULL") == [(0,)]
        assert recover(shop, POLLED, after=HOUR)[1:] == []
        assert differing(shop, undisturbed(POLLED, settled).state) == {}


def test_cancelled_again_and_again_is_asked_for_ever_less_often(live: LiveShop) -> None:
    live.simulator.always("createReport", report_faults.cancelled())
    live.imports(24, every=HOUR)
    assert 3 <= live.simulator.ledger.count("createReport") <= 6
    assert sorted_(live) == {}
    live.simulator.heal()
    live.clock.advance(DAY)
    assert exit_code(live.import_()) == 0
    assert sorted_(live)


def test_a_seller_without_listings_is_known_to_have_none(tmp_path: Path) -> None:
    with live_shop(tmp_path, seller=Seller(), products=[]) as shop:
        shop.seller.know(CatalogueItem("B000000001", "A page"))
        shop.products.append(_product())
        shop.write()
        result = shop.import_()
        assert (exit_code(result), asked(result).waiting) == (0, False)
        assert shop.tabs() == {"ready-to-list": ["A"]}
        shop.seller.add(Listing("A", "B000000001", last_updated=shop.clock.now()))
        shop.clock.advance(2 * HOUR)
        assert exit_code(shop.imports(2)[-1]) == 0
        assert shop.tabs() == {"active": ["A"]}


@pytest.mark.parametrize(
    "fault", [faults.empty(503), faults.captive_portal(), faults.without_keys()]
)
def test_that_there_is_nothing_is_not_believed_unless_amazon_answers_when_asked_for_listings(
    fault: Fault, tmp_path: Path
) -> None:
    with live_shop(tmp_path, seller=Seller(), products=[_product()]) as shop:
        shop.simulator.always("searchListingsItems", fault)
        result = shop.import_()
        assert (exit_code(result), asked(result).waiting, sorted_(shop)) == (75, True, {})


def _product() -> Cells:
    return product("A", attributes={"asin": "B000000001"})
