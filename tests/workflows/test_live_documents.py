"""Documents that cannot be fetched, are gone, damaged or empty: what is known stays, and the next one is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from amzsync.archive import Archive
from amzsync.core.model import ReportKind
from amzsync.workflows import intake
from tests import factories
from tests.live import DAY, HOUR, MINUTE, LiveShop, exit_code, live_shop
from tests.simulators import document_faults, faults, report_faults
from tests.simulators.faults import Fault
from tests.simulators.report_texts import ALL, FBA, STRANDED, SUPPRESSED

OUT, HIDDEN = "SIM-000041", "SIM-000042"
HIDDEN_BEFORE = "Amazon has suppressed the listing"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A shop of which every report has been taken."""
    with live_shop(tmp_path) as made:
        made.settle()
        made.simulator.ledger.clear()
        yield made


def created(shop: LiveShop, report_type: str) -> int:
    calls = shop.simulator.ledger.calls("createReport")
    return sum(entry.body["reportType"] == report_type for entry in calls)


def states(shop: LiveShop, report_type: str = ALL) -> list[str]:
    rows = shop.query("SELECT state FROM reports WHERE type = ?1 ORDER BY report_no", report_type)
    return [row[0] for row in rows]


def document_of(shop: LiveShop, report_type: str) -> Path:
    """Return the file of the newest report of a type."""
    (row, *_) = shop.query(
        "SELECT digest FROM reports WHERE type = ?1 AND digest IS NOT NULL ORDER BY report_no DESC",
        report_type,
    )
    return Archive(shop.config().amazon.archive).path_of(str(row[0]))


def side_rows(shop: LiveShop, kind: ReportKind) -> list[str]:
    rows = shop.query("SELECT seller_sku FROM report_rows WHERE kind = ?1 ORDER BY 1", kind.value)
    return [row[0] for row in rows]


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


# -- documents that cannot be fetched ------------------------------------------------------------------


def test_a_document_that_can_never_be_fetched_is_given_up_after_hours(tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        shop.simulator.always("document", document_faults.not_found())
        results = shop.imports(3 * 12)
        assert {exit_code(result) for result in results} <= {69, 75}
        assert shop.tabs() == {}
        shop.imports(2 * 12)
        assert created(shop, ALL) >= 2
        shop.simulator.heal()
        shop.imports(2 * 12)
        assert exit_code(shop.import_()) == 0
        assert shop.query("SELECT count(*) FROM listings") == [(41,)]


def test_so_is_one_whose_storage_fails_each_time(shop: LiveShop) -> None:
    """What is known meanwhile stays; every run tells of it."""
    before = shop.canonical()["listings"]
    shop.clock.advance(HOUR)
    shop.simulator.always("document", document_faults.slow_down())
    results = shop.imports(5 * 12)
    assert 75 in {exit_code(result) for result in results}
    assert 2 <= created(shop, ALL) <= 3
    assert shop.canonical()["listings"] == before
    shop.simulator.heal()
    shop.imports(2 * 12)
    assert exit_code(shop.import_()) == 0
    assert states(shop)[-1] == "taken"


# -- documents that are gone ---------------------------------------------------------------------------


@pytest.mark.parametrize("harm", [Path.unlink, truncated, emptied], ids=lambda each: each.__name__)
@pytest.mark.parametrize("report_type", [ALL, SUPPRESSED, FBA, STRANDED])
def test_a_document_that_has_been_taken_is_needed_no_more(
    report_type: str, harm: Callable[[Path], object], shop: LiveShop
) -> None:
    before, path = shop.canonical(), document_of(shop, report_type)
    whole = path.read_bytes()
    harm(path)
    for result in shop.imports(3):
        assert (exit_code(result), result.changes) == (0, 0)
    assert factories.differing(shop.canonical(), before) == {}
    shop.clock.advance(DAY)
    results = shop.imports(12)
    assert {exit_code(result) for result in results} == {0}
    assert factories.differing(shop.canonical(), before) == {}
    path.write_bytes(whole)  # so that it can be seen that no secret is in it


@pytest.mark.parametrize("report_type", [ALL, SUPPRESSED])
def test_what_changes_while_the_document_is_gone_is_known_all_the_same(
    report_type: str, shop: LiveShop
) -> None:
    document_of(shop, report_type).unlink()
    shop.seller.change(OUT, quantity=9, status=frozenset({"BUYABLE", "DISCOVERABLE"}))
    shop.clock.advance(MINUTE)
    assert exit_code(shop.import_()) == 0
    assert shop.verdict(OUT)[:2] == ("active", "Active")
    assert shop.verdict(HIDDEN)[2].startswith(HIDDEN_BEFORE)


def fetch_only(shop: LiveShop, report_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs die before they believe anything, until a report has been fetched."""
    fetched = (
        "SELECT count(*) FROM reports WHERE type = ?1 AND state = 'done' AND digest IS NOT NULL"
    )

    def died(*_: object) -> None:
        raise KeyboardInterrupt

    for _ in range(8):
        with monkeypatch.context() as patch:
            patch.setattr(intake, "_take", died)
            with pytest.raises(KeyboardInterrupt):
                shop.import_()
        shop.clock.advance(5 * MINUTE)
        if shop.query(fetched, report_type) == [(1,)]:
            return
    raise AssertionError("no report was fetched")


@pytest.mark.parametrize("report_type", [ALL, SUPPRESSED])
def test_a_document_that_is_gone_before_it_was_taken_is_asked_for_anew(
    report_type: str, shop: LiveShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run dies after it has fetched the report, and the file is lost before the next one."""
    shop.clock.advance(DAY + HOUR)
    fetch_only(shop, report_type, monkeypatch)
    before = shop.canonical()
    document_of(shop, report_type).unlink()
    shop.simulator.ledger.clear()
    for result in shop.imports(10):  # what was taken before it holds meanwhile
        assert (exit_code(result), result.changes) == (0, 0)
        assert factories.differing(shop.canonical(), before) == {}
    assert created(shop, report_type) == 1
    assert states(shop, report_type)[-2:] == ["lost", "taken"]


@pytest.mark.parametrize("harm", [truncated, emptied], ids=lambda each: each.__name__)
def test_one_that_is_damaged_before_it_was_taken_is_mended_by_the_next(
    harm: Callable[[Path], object], shop: LiveShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the next report is the same to the last byte, and so has the same file."""
    shop.seller.change("SIM-000002", title="Another", last_updated=shop.clock.now() - 30 * DAY)
    shop.clock.advance(HOUR)
    before = shop.canonical()
    fetch_only(shop, ALL, monkeypatch)
    harm(document_of(shop, ALL))
    for _ in range(3):
        assert exit_code(shop.import_()) == 65
        assert factories.differing(shop.canonical(), before) == {}
        shop.clock.advance(5 * MINUTE)
    shop.clock.advance(HOUR)
    assert exit_code(shop.imports(4)[-1]) == 0
    assert states(shop)[-2:] == ["refused", "taken"]
    titles = shop.query("SELECT title FROM listings WHERE seller_sku = 'SIM-000002'")
    assert titles == [("Another",)]


# -- reports with nothing in them ----------------------------------------------------------------------


def next_report(shop: LiveShop, report_type: str, fault: Fault) -> list[int]:
    """Let the next report of a type meet a fault; return the exit codes of the runs that follow."""

    def answer(case: Any) -> Any:
        wanted = case.request.body()["reportType"] == report_type
        return fault.answer(case) if wanted else case.perform()

    shop.simulator.always("createReport", Fault(fault.name, answer))
    shop.clock.advance(DAY + HOUR)
    return [exit_code(result) for result in shop.imports(12)]


@pytest.mark.parametrize(
    "fault", [report_faults.heading_only(), report_faults.cancelled()], ids=lambda each: each.name
)
@pytest.mark.parametrize(
    ("report_type", "kind"),
    [(SUPPRESSED, ReportKind.SUPPRESSED), (STRANDED, ReportKind.STRANDED)],
    ids=["suppressed", "stranded"],
)
def test_a_side_report_with_nothing_to_report_takes_its_old_rows_away(
    report_type: str, kind: ReportKind, fault: Fault, shop: LiveShop
) -> None:
    assert side_rows(shop, kind) != []
    assert set(next_report(shop, report_type, fault)) == {0}
    assert side_rows(shop, kind) == []
    assert shop.query("SELECT count(*) FROM listings WHERE missing_run IS NULL") == [(41,)]


def test_an_all_listings_report_with_a_heading_only_is_refused(shop: LiveShop) -> None:
    before = shop.canonical()["listings"]
    codes = next_report(shop, ALL, report_faults.heading_only())
    assert (codes[-1], set(codes)) == (65, {0, 65})
    assert shop.canonical()["listings"] == before
    assert states(shop)[-1] == "refused"


def test_so_is_the_first_one(tmp_path: Path) -> None:
    with live_shop(tmp_path) as shop:
        shop.simulator.script("createReport", report_faults.heading_only())
        for result in shop.imports(3):
            assert (exit_code(result), shop.tabs()) == (65, {})


# -- that something is wrong is told every time --------------------------------------------------------


def test_a_missing_role_is_told_by_every_run(shop: LiveShop) -> None:
    """While Amazon is left alone in between."""
    shop.clock.advance(HOUR)
    shop.simulator.always("createReport", faults.role_missing())
    results = shop.imports(2 * 12)
    codes = [exit_code(result) for result in results]
    assert set(codes[codes.index(69) :]) == {69}
    assert 1 <= shop.simulator.ledger.count("createReport") <= 4
    shop.simulator.heal()
    shop.clock.advance(DAY)
    assert {exit_code(result) for result in shop.imports(6)[3:]} == {0}


# -- what somebody else asked before ------------------------------------------------------------------------


def test_stock_that_was_sold_after_the_report_was_made_is_known_by_the_next_run(
    tmp_path: Path,
) -> None:
    """Amazon hands out what it had made for another tool, ninety minutes before the first import."""
    with live_shop(tmp_path) as shop:
        shop.seller.report_cache = 6 * HOUR
        shop.simulator.ask_report(ALL)
        shop.clock.advance(30 * MINUTE)
        shop.seller.change("SIM-000001", quantity=0, status=frozenset({"DISCOVERABLE"}))
        shop.clock.advance(60 * MINUTE)
        shop.import_()
        shop.clock.advance(5 * MINUTE)
        assert exit_code(shop.import_()) == 0
        assert shop.verdict("SIM-000001")[0] == "inactive"
        rows = shop.query("SELECT quantity FROM listings WHERE seller_sku = 'SIM-000001'")
        assert rows == [(0,)]


# -- a refused run again ------------------------------------------------------------------------------


def test_a_run_that_was_refused_can_be_done_again(shop: LiveShop) -> None:
    gone = [sku for sku in shop.seller.listings if sku.startswith("SIM-0000")][:20]
    shop.seller.remove(*gone)
    shop.clock.advance(HOUR)
    codes = [exit_code(result) for result in shop.imports(3)]
    assert (codes[-1], states(shop)[-1]) == (65, "refused")
    missing = "SELECT count(*) FROM listings WHERE missing_run IS NOT NULL"
    assert shop.query(missing) == [(0,)]
    ((run_id,),) = shop.query(
        "SELECT min(run_id) FROM documents d JOIN reports r USING (digest) WHERE r.state = 'refused'"
    )
    assert run_id is not None
    shop.simulator.ledger.clear()
    shop.import_(replay=run_id, force=True)
    assert shop.simulator.ledger.count() == 0
    assert shop.query(missing) == [(len(gone),)]
