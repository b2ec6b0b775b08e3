"""What becomes of a report that was asked for: done, cancelled, fatal, another one; and its document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.amazon.calls import Kind
from amzsync.core.report_life import FBA, SUPPRESSED
from amzsync.store import listings
from amzsync.workflows.asked_reports import report
from tests.asking import (
    DE,
    MAIN,
    PLANS,
    Desk,
    Told,
    document_body,
    failed,
    fetched,
    lost_on_the_way,
    open_desk,
    report_body,
)

HOUR = 3600.0
NOTHING: dict[str, object] = {"reports": []}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A store whose last all-listings report was taken two hours ago."""
    with open_desk(tmp_path) as made:
        yield made


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Desk]:
    """A store of which nothing is known."""
    with open_desk(tmp_path, first=True) as made:
        yield made


# -- what becomes of a report --------------------------------------------------------------------------


def polled(desk: Desk, status: str, **fields: object) -> tuple[str, dict[str, object]]:
    """Return the answer to a poll of report R1, which was asked for five minutes ago."""
    desk.wrote("waiting", 300.0, report_id="R1", checked_at=desk.ago(200.0))
    return "getReport", {**report_body("R1", status, at=desk.ago(300.0)), **fields}


def test_cancelled_without_another_and_without_a_listing_there_is_nothing_to_report(
    new: Desk,
) -> None:
    new.drive(
        report(new.place, MAIN, patient=True),
        polled(new, "CANCELLED"),
        ("getReports", NOTHING),
        ("searchListingsItems", {"numberOfResults": 0, "items": []}),
    )
    assert (new.states(), new.codes()) == (["nothing"], [])
    assert new.notes == ["Amazon has nothing for the all-listings report."]


@pytest.mark.parametrize("told", [{"numberOfResults": 7, "items": []}, failed()])
def test_cancelled_is_not_taken_for_nothing_unless_amazon_says_it_twice(
    new: Desk, told: Told
) -> None:
    new.drive(
        report(new.place, MAIN, patient=True),
        polled(new, "CANCELLED"),
        ("getReports", NOTHING),
        ("searchListingsItems", told),
    )
    assert (new.states(), new.codes()[-1]) == (["cancelled"], "CANCELLED")


def test_cancelled_soon_after_another_it_was_asked_for_too_often(desk: Desk) -> None:
    before = report_body("R0", at=desk.ago(900.0))
    desk.drive(
        report(desk.place, PLANS[FBA], patient=False),
        ("getReports", NOTHING),
        ("createReport", {"reportId": "R1"}),
    )
    desk.clock.advance(60.0)
    cancelled = report_body("R1", "CANCELLED", at=desk.ago(60.0), report_type=FBA)
    before = report_body("R0", at=desk.ago(900.0), report_type=FBA)
    steps = desk.drive(
        report(desk.place, PLANS[FBA], patient=False),
        ("getReport", cancelled),
        ("getReports", {"reports": [cancelled, before]}),
    )
    assert steps[-2:] == ["getReport", "getReports"]
    assert (desk.states(FBA), desk.codes()) == (["cancelled"], [])
    assert desk.notes[-1] == (
        "Amazon cancelled the fba-inventory report: it was asked for too often."
    )


def test_that_nothing_is_there_is_not_believed_where_listings_are_known(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "any_of", lambda _db, _store: True)
    told = polled(desk, "CANCELLED")
    desk.drive(report(desk.place, MAIN, patient=False), told, ("getReports", NOTHING))
    assert (desk.states(), desk.codes()) == (["cancelled", "taken"], ["CANCELLED"])
    assert "the last good state stays" in desk.messages()[0]


def test_cancelled_and_nobody_can_tell_why_is_not_taken_for_nothing(new: Desk) -> None:
    told = polled(new, "CANCELLED")
    new.drive(report(new.place, MAIN, patient=True), told, ("getReports", failed()))
    assert new.states() == ["cancelled"]
    assert new.codes() == ["Ill", "CANCELLED"]


def test_a_fatal_report_says_why(desk: Desk) -> None:
    told = polled(desk, "FATAL", reportDocumentId="D-WHY")
    said = fetched(desk, b"The date range\r\n is wrong.")
    desk.drive(
        report(desk.place, MAIN, patient=False),
        told,
        ("getReportDocument", document_body("D-WHY")),
        ("document", said),
    )
    assert (desk.states(), desk.codes()) == (["fatal", "taken"], ["FATAL"])
    assert desk.messages() == [
        "Amazon could not make the all-listings report: The date range is wrong.."
    ]
    assert not said.path.exists()


@pytest.mark.parametrize("why", ["without a document", "a document that cannot be had"])
def test_a_fatal_report_without_words_is_fatal_all_the_same(desk: Desk, why: str) -> None:
    if why == "without a document":
        desk.drive(report(desk.place, MAIN, patient=False), polled(desk, "FATAL"))
    else:
        desk.drive(
            report(desk.place, MAIN, patient=False),
            polled(desk, "FATAL", reportDocumentId="D-WHY"),
            ("getReportDocument", failed()),
        )
    assert (desk.states(), desk.codes()[-1]) == (["fatal", "taken"], "FATAL")
    assert "its status is FATAL" in desk.messages()[-1]


def test_done_without_a_document_is_a_failure(desk: Desk) -> None:
    told = polled(desk, "DONE")
    del told[1]["reportDocumentId"]
    desk.drive(report(desk.place, MAIN, patient=False), told)
    assert (desk.states(), desk.codes()) == (["fatal", "taken"], ["NoDocument"])


@pytest.mark.parametrize(
    "other", [{"reportType": SUPPRESSED}, {"marketplaceIds": [DE]}], ids=["type", "marketplace"]
)
def test_another_report_than_was_asked_for_is_not_taken(
    desk: Desk, other: dict[str, object]
) -> None:
    desk.drive(report(desk.place, MAIN, patient=False), polled(desk, "DONE", **other))
    assert (desk.states(), desk.codes()) == (["lost", "taken"], ["WrongReport"])


def test_a_status_that_is_not_known_is_a_failure_with_its_name(desk: Desk) -> None:
    desk.drive(report(desk.place, MAIN, patient=False), polled(desk, "EXPLODED"))
    assert (desk.states(), desk.codes()) == (["fatal", "taken"], ["EXPLODED"])


@pytest.mark.parametrize("kind", list(Kind))
def test_a_poll_that_failed_is_made_again_by_the_next_run(desk: Desk, kind: Kind) -> None:
    desk.wrote("waiting", 300.0, report_id="R1", checked_at=desk.ago(200.0))
    desk.drive(report(desk.place, MAIN, patient=False), ("getReport", failed(kind)))
    assert desk.states() == ["waiting", "taken"]


# -- documents -----------------------------------------------------------------------------------------


def ready(desk: Desk) -> None:
    desk.wrote("done", 300.0, report_id="R1", document_id="D-R1", created_at=desk.ago(300.0))


def test_an_address_that_has_expired_is_asked_for_once_more(desk: Desk) -> None:
    ready(desk)
    desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReportDocument", document_body("D-R1")),
        ("document", lost_on_the_way("AccessDenied", expired=True)),
        ("getReportDocument", document_body("D-R1")),
        ("document", fetched(desk)),
    )
    assert (desk.states(), desk.codes()) == (["done", "taken"], [])
    assert desk.rows()[0].digest is not None


def test_but_not_for_ever(desk: Desk) -> None:
    ready(desk)
    expired = ("document", lost_on_the_way("AccessDenied", expired=True))
    address = ("getReportDocument", document_body("D-R1"))
    desk.drive(report(desk.place, MAIN, patient=False), address, expired, address, expired)
    assert (desk.states(), desk.codes()) == (["done", "taken"], ["AccessDenied"])


def test_a_document_that_broke_off_is_fetched_again_by_the_next_run(desk: Desk) -> None:
    ready(desk)
    address = ("getReportDocument", document_body("D-R1"))
    lane = report(desk.place, MAIN, patient=False)
    desk.drive(lane, address, ("document", lost_on_the_way()))
    assert (desk.states(), desk.codes(), desk.rows()[0].digest) == (
        ["done", "taken"],
        ["Cut"],
        None,
    )
    lane = report(desk.place, MAIN, patient=False)
    desk.drive(lane, address, ("document", fetched(desk)))
    assert desk.rows()[0].digest is not None


def test_a_document_that_can_never_be_read_is_given_up(desk: Desk) -> None:
    ready(desk)
    address = ("getReportDocument", document_body("D-R1"))
    gone = ("document", lost_on_the_way("Html", temporary=False))
    desk.drive(report(desk.place, MAIN, patient=False), address, gone)
    assert (desk.states(), desk.codes()) == (["fatal", "taken"], ["Html"])


def test_a_document_that_amazon_refuses_does_not_stand_in_the_way_for_ever(desk: Desk) -> None:
    ready(desk)
    gone = ("getReportDocument", failed(Kind.REFUSED, 404, "NotFound"))
    desk.drive(report(desk.place, MAIN, patient=False), gone)
    assert (desk.states(), desk.codes()) == (["fatal", "taken"], ["NotFound"])
    desk.clock.advance(HOUR)
    desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", NOTHING),
        ("createReport", {"reportId": "R2"}),
    )


def test_an_address_that_could_not_be_had_is_asked_for_by_the_next_run(desk: Desk) -> None:
    ready(desk)
    desk.drive(report(desk.place, MAIN, patient=False), ("getReportDocument", failed()))
    assert desk.states() == ["done", "taken"]


def test_every_failure_is_written_down(desk: Desk) -> None:
    ready(desk)
    desk.drive(report(desk.place, MAIN, patient=False), ("getReportDocument", failed()))
    assert desk.db.execute(
        "SELECT run_id, account, operation, kind, status, code, request_id FROM communication_errors"
    ).fetchall() == [(1, "main", "getReportDocument", "temporary", 503, "Ill", "REQ-1")]


def test_no_address_of_a_document_is_ever_kept(desk: Desk) -> None:
    ready(desk)
    desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReportDocument", document_body("D-R1")),
        ("document", fetched(desk)),
    )
    folder = desk.place.asking.config.state.parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path.name for path in files if b"canary-signature" in path.read_bytes()]
