"""Reports, asked for by hand: looked for first, never asked for twice, followed by whichever run comes next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.amazon.calls import Kind
from amzsync.core.report_life import ALL, SUPPRESSED
from amzsync.workflows.asked_reports import LOOK_BACK, report
from tests.asking import (
    DE,
    MAIN,
    PLANS,
    Desk,
    document_body,
    failed,
    fetched,
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


# -- looking, asking ---------------------------------------------------------------------------------


def test_a_report_is_looked_for_then_asked_for_and_left_to_a_later_run(desk: Desk) -> None:
    steps = desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", NOTHING),
        ("createReport", {"reportId": "R1"}),
    )
    assert steps == ["getReports", "createReport"]
    looked, asked = desk.calls
    assert looked.params["createdSince"] == desk.ago(HOUR + LOOK_BACK)
    assert asked.body == {
        "reportType": ALL,
        "marketplaceIds": [desk.place.marketplace_id],
        "reportOptions": {"preferredReportDocumentLocale": "en_US"},
    }
    row = desk.rows()[0]
    assert (row.state, row.report_id, row.ours) == ("waiting", "R1", 1)
    assert desk.notes == ["The all-listings report was asked for; a later run takes it."]


def test_only_the_all_listings_report_is_asked_for_in_english(desk: Desk) -> None:
    desk.drive(
        report(desk.place, PLANS[SUPPRESSED], patient=False),
        ("getReports", NOTHING),
        ("createReport", {"reportId": "R1"}),
    )
    assert desk.calls[1].body is not None
    assert "reportOptions" not in desk.calls[1].body


def test_the_first_report_is_waited_for(new: Desk) -> None:
    def poll(status: str) -> dict[str, object]:
        return report_body("R1", status, at=new.ago(0))

    steps = new.drive(
        report(new.place, MAIN, patient=True),
        ("getReports", NOTHING),
        ("createReport", {"reportId": "R1"}),
        ("getReport", lambda _: poll("IN_QUEUE")),
        ("getReport", lambda _: poll("IN_PROGRESS")),
        ("getReport", lambda _: poll("DONE")),
        ("getReportDocument", document_body("D-R1")),
        ("document", fetched(new)),
    )
    assert steps == [
        "getReports", "createReport", "pause", "getReport", "pause", "getReport", "pause", "getReport",
        "getReportDocument", "document",
    ]  # fmt: skip
    assert new.pauses == [new.pauses[0]] * 3
    assert 0.0 < new.pauses[0] <= 15.0
    row = new.rows()[0]
    assert (row.state, row.document_id, row.size, row.charset) == ("done", "D-R1", 10, "cp1252")
    assert new.place.asking.archive.has(str(row.digest))
    assert new.place.gathered.calls == {
        "getReports": 1, "createReport": 1, "getReport": 3, "getReportDocument": 1, "document": 1,
    }  # fmt: skip


def test_the_pauses_grow_to_a_minute(new: Desk) -> None:
    waiting = [("getReport", lambda _: report_body("R1", "IN_QUEUE", at=new.ago(9)))] * 60
    lane = report(new.place, MAIN, patient=True)
    with pytest.raises(AssertionError, match="nothing to say"):
        new.drive(lane, ("getReports", NOTHING), ("createReport", {"reportId": "R1"}), *waiting)
    assert new.pauses == sorted(new.pauses)
    assert 0.0 < new.pauses[0] < new.pauses[-1] == 60.0


def test_a_report_that_is_not_ready_is_polled_once_and_left_to_the_next_run(desk: Desk) -> None:
    desk.wrote("waiting", 300.0, report_id="R1", checked_at=desk.ago(200.0))
    steps = desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReport", report_body("R1", "IN_PROGRESS", at=desk.ago(300.0))),
    )
    assert steps == ["getReport"]
    (note,) = desk.notes
    assert note.startswith("The all-listings report is not ready yet; ")
    assert desk.rows()[0].checked_at == desk.ago(0)


def test_a_report_that_is_ready_is_fetched_with_three_requests(desk: Desk) -> None:
    desk.wrote("waiting", 300.0, report_id="R1", checked_at=desk.ago(200.0))
    steps = desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReport", report_body("R1", at=desk.ago(300.0))),
        ("getReportDocument", document_body("D-R1")),
        ("document", fetched(desk)),
    )
    assert steps == ["getReport", "getReportDocument", "document"]
    assert desk.states() == ["done", "taken"]


def test_a_report_of_which_everything_is_here_is_left_alone(desk: Desk) -> None:
    desk.wrote("done", 300.0, digest="1" * 32)
    assert desk.drive(report(desk.place, MAIN, patient=False)) == []


@pytest.mark.parametrize("state", ["taken", "refused", "nothing", "cancelled", "fatal"])
def test_what_is_younger_than_the_minimum_age_rests(desk: Desk, state: str) -> None:
    desk.wrote(state, HOUR - 1.0)
    assert desk.drive(report(desk.place, MAIN, patient=False)) == []


def test_a_failure_is_asked_about_ever_less_often(desk: Desk) -> None:
    for age in (9.0, 7.0, 3.9):
        desk.wrote("fatal", age * HOUR)
    assert desk.drive(report(desk.place, MAIN, patient=False)) == []
    desk.clock.advance(0.2 * HOUR)
    desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", NOTHING),
        ("createReport", {"reportId": "R9"}),
    )


def test_a_report_that_has_not_come_after_hours_is_given_up(desk: Desk) -> None:
    desk.wrote("waiting", 4 * HOUR, report_id="R1")
    steps = desk.drive(
        report(desk.place, MAIN, patient=False), ("createReport", {"reportId": "R2"})
    )
    assert steps == ["createReport"]
    assert [row.report_id for row in desk.rows()] == ["R2", "R1", "OLD"]


# -- what others asked for, and what a killed run did --------------------------------------------------


def test_a_report_that_somebody_else_asked_for_is_taken(desk: Desk) -> None:
    at = desk.ago(1800.0)
    steps = desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", {"reports": [report_body("R7", at=at)]}),
        ("getReportDocument", document_body("D-R7")),
        ("document", fetched(desk)),
    )
    assert steps == ["getReports", "getReportDocument", "document"]
    row = desk.rows()[0]
    assert (row.state, row.report_id, row.ours, row.created_at) == ("done", "R7", 0, at)


def test_one_that_is_under_way_is_followed(desk: Desk) -> None:
    steps = desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", {"reports": [report_body("R7", "IN_QUEUE", at=desk.ago(60.0))]}),
    )
    assert steps == ["getReports"]
    assert desk.states() == ["waiting", "taken"]
    assert desk.notes == ["The all-listings report was asked for; a later run takes it."]


OTHERS = {
    "too old": {"at": HOUR + 60},
    "of several marketplaces": {"several": True},
    "failed": {"status": "FATAL"},
    "cancelled": {"status": "CANCELLED"},
    "known already": {"report_id": "OLD"},
}


@pytest.mark.parametrize("how", OTHERS.values(), ids=OTHERS)
def test_a_report_of_no_use_is_passed_over(desk: Desk, how: dict[str, object]) -> None:
    at = desk.ago(float(str(how.get("at", 60.0))))
    body = report_body(str(how.get("report_id", "R7")), str(how.get("status", "DONE")), at=at)
    if "several" in how:
        body["marketplaceIds"] = [desk.place.marketplace_id, DE]
    desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", {"reports": [body]}),
        ("createReport", {"reportId": "R8"}),
    )
    assert desk.rows()[0].report_id == "R8"


def test_the_report_of_a_run_that_was_killed_is_found_again(desk: Desk) -> None:
    number = desk.wrote("asking", 20.0)
    steps = desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", {"reports": [report_body("R3", "IN_QUEUE", at=desk.ago(19.0))]}),
    )
    assert steps == ["getReports"]
    row = desk.rows()[0]
    assert (row.report_no, row.state, row.report_id, row.ours) == (number, "waiting", "R3", 1)


def test_what_a_killed_run_never_asked_for_is_asked_for(desk: Desk) -> None:
    desk.wrote("asking", 20.0)
    desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", NOTHING),
        ("createReport", {"reportId": "R4"}),
    )
    assert desk.states() == ["waiting", "lost", "taken"]
    assert desk.calls[0].params["createdSince"] == desk.ago(20.0 + LOOK_BACK)


def test_a_run_that_is_killed_between_two_steps_leaves_them_to_the_next(desk: Desk) -> None:
    lane = report(desk.place, MAIN, patient=False)
    next(lane)  # it looks
    lane.close()
    assert desk.states() == ["taken"]
    lane = report(desk.place, MAIN, patient=False)
    desk.drive(lane, ("getReports", NOTHING), ("createReport", {"reportId": "R1"}))
    assert desk.states() == ["waiting", "taken"]


def test_an_answer_that_never_came_is_looked_for_by_the_next_run(desk: Desk) -> None:
    told = failed(Kind.UNKNOWN, None, "NoAnswer")
    lane = report(desk.place, MAIN, patient=False)
    desk.drive(lane, ("getReports", NOTHING), ("createReport", told))
    assert (desk.states(), desk.codes()) == (["asking", "taken"], ["NoAnswer"])
    desk.drive(
        report(desk.place, MAIN, patient=False),
        ("getReports", {"reports": [report_body("R5", "IN_QUEUE", at=desk.ago(0))]}),
    )
    assert desk.rows()[0].report_id == "R5"


@pytest.mark.parametrize(
    ("kind", "state"),
    [(Kind.REFUSED, "fatal"), (Kind.THROTTLED, "lost"), (Kind.TEMPORARY, "lost")],
)
def test_a_report_that_could_not_be_asked_for_is_none(desk: Desk, kind: Kind, state: str) -> None:
    lane = report(desk.place, MAIN, patient=False)
    desk.drive(lane, ("getReports", NOTHING), ("createReport", failed(kind)))
    assert desk.states() == [state, "taken"]


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_asked_for_that_could_not_be_looked_for(desk: Desk, kind: Kind) -> None:
    steps = desk.drive(report(desk.place, MAIN, patient=False), ("getReports", failed(kind)))
    assert (steps, desk.states()) == (["getReports"], ["taken"])
