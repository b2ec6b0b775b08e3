"""Bring a store's reports here without waiting for them: each step is journalled, and any run goes on.

A report is looked for before it is asked for, because the seller or another tool may have asked as well, and
because a run that was killed may have asked and not learnt of it.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Any, cast

from amzsync.amazon import downloads
from amzsync.amazon.answers import CreatedReport, Report, ReportDocument, ReportsPage
from amzsync.amazon.calls import Answer, Call, Failure, Kind, Operation, Outcome
from amzsync.amazon.downloads import Failed, Fetched
from amzsync.amazon.lanes import Lane, Pause, Work
from amzsync.amazon.operations import CREATE_REPORT, GET_DOCUMENT, GET_REPORT, GET_REPORTS
from amzsync.clock import seconds_of, text_of
from amzsync.core import report_life
from amzsync.core.report_life import Cancelled, Plan, Step
from amzsync.store import journal, listings
from amzsync.store.journal import Asked
from amzsync.workflows import asked_listings
from amzsync.workflows.asking import Place

Way = Generator[Any, Any, bool]  # a part of a lane: tells whether the lane goes on
SHOWN = 300  # characters of a document that explains a failure
LOOK_BACK = 24 * 3600.0  # seconds by which clocks may differ: it is one question either way


def report(place: Place, plan: Plan, *, patient: bool) -> Lane:
    """Bring the report of *plan* nearer; wait for it only where *patient*."""
    polled = asked = False
    while True:
        rows = journal.recent(_db(place), place.store_id, plan.type, 8)
        step = report_life.next_step(rows, place.asking.now, plan.min_age)
        if step is Step.REST or (asked and step in _ASKS):  # a run asks for a report once
            return
        if step is Step.POLL and (asked or polled):
            if not patient:
                how = "is not ready yet" if polled else "was asked for"
                place.note(f"The {plan.label} report {how}; a later run takes it.")
                return
            now = place.asking.now
            yield Pause(report_life.wait_before_poll(rows[0].asked_at, rows[0].checked_at, now))
        polled = polled or step is Step.POLL
        asked = asked or step in _ASKS
        if not (yield from _WAYS[step](place, plan, rows)):
            return


def _look(place: Place, plan: Plan, rows: list[Asked]) -> Way:
    """Take a report that somebody has asked for already; ask for one where there is none."""
    db, store_id = _db(place), place.store_id
    lost = rows[0] if rows and rows[0].state == "asking" else None
    since = seconds_of(lost.asked_at) if lost else place.asking.clock.now() - plan.min_age
    answer = yield from _reports(place, plan, since - LOOK_BACK)
    if answer is None:
        return False
    page = answer.content
    found = report_life.usable(
        [_seen(one) for one in page.reports],
        plan.type,
        place.marketplace_id,
        answer.asked_at,
        plan.min_age,
        {one.report_id for one in page.reports if journal.knows(db, store_id, one.report_id)},
    )
    if found is None:
        if lost:
            journal.update(db, lost.report_no, state="lost")
        return (yield from _ask(place, plan, rows))
    chosen = next(one for one in page.reports if one.report_id == found.report_id)
    if lost:
        number = lost.report_no
        journal.update(db, number, report_id=chosen.report_id, state="waiting")
    else:
        age = seconds_of(answer.asked_at) - seconds_of(chosen.created_time)
        asked_at = text_of(place.asking.clock.now() - max(0.0, age))
        number = journal.adopt(
            db, store_id, plan.type, chosen.report_id, asked_at, chosen.created_time
        )
    return (yield from _settle(place, plan, number, chosen))


def _ask(place: Place, plan: Plan, rows: list[Asked]) -> Way:
    """Ask for a report: written down first, so that no run asks twice."""
    db = _db(place)
    for row in rows:
        if row.state == "waiting" or (row.state == "done" and row.digest is None):
            journal.update(db, row.report_no, state="lost", message="it never came")
    number = journal.begin(db, place.store_id, plan.type, place.asking.now)
    body: dict[str, object] = {"reportType": plan.type, "marketplaceIds": [place.marketplace_id]}
    if plan.localised:
        body["reportOptions"] = {"preferredReportDocumentLocale": "en_US"}
    outcome = yield place.call(CREATE_REPORT, body=body)
    answer = place.accepted(outcome)
    if answer is None:
        if outcome.kind is not Kind.UNKNOWN:  # else the next run looks for it
            state = "fatal" if outcome.kind is Kind.REFUSED else "lost"
            journal.update(db, number, state=state, message=outcome.message)
        return False
    journal.update(
        db,
        number,
        state="waiting",
        report_id=cast("CreatedReport", answer.content).report_id,
        created_at=answer.asked_at,
        checked_at=place.asking.now,
    )
    return True


def _poll(place: Place, plan: Plan, rows: list[Asked]) -> Way:
    """Ask how far a report is."""
    row = rows[0]
    answer = place.accepted((yield place.call(GET_REPORT, path={"reportId": str(row.report_id)})))
    if answer is None:
        return False
    report = cast("Report", answer.content)
    if report.report_id != row.report_id:
        words = f"The answer tells of report {report.report_id}, not of {row.report_id}."
        place.fail(_failure(place, "WrongReport", words))
        return False
    return (yield from _settle(place, plan, row.report_no, report))


def _settle(place: Place, plan: Plan, number: int, report: Report) -> Way:
    """Write down how far a report is."""
    status = report.processing_status
    if report.report_type != plan.type or place.marketplace_id not in (
        report.marketplace_ids or [place.marketplace_id]
    ):
        _mark(place, number, report, "lost", "it is another report")
        words = f"Report {report.report_id} is {report.report_type}"
        place.fail(_failure(place, "WrongReport", f"{words}, which was not asked for."))
        return False
    if status == "DONE" and report.report_document_id:
        _mark(place, number, report, "done")
        return True
    if status in {"IN_QUEUE", "IN_PROGRESS"}:
        _mark(place, number, report, "waiting")
        return True
    if status == "CANCELLED":
        yield from _cancelled(place, plan, number, report)
        return False
    reason = "it is done but has no document"
    if status != "DONE":
        reason = yield from _explained(place, report)
    _mark(place, number, report, "fatal", reason)
    words = f"Amazon could not make the {plan.label} report: {reason}."
    place.fail(_failure(place, "NoDocument" if status == "DONE" else status, words))
    return False


def _mark(place: Place, number: int, report: Report, state: str, message: str = "") -> None:
    """Write down what Amazon told of a report."""
    journal.update(
        _db(place),
        number,
        state=state,
        checked_at=place.asking.now,
        created_at=report.created_time,
        document_id=report.report_document_id,
        message=message,
    )


def _cancelled(place: Place, plan: Plan, number: int, report: Report) -> Generator[Any, Any, None]:
    """Tell whether there is nothing to report, or the report was asked for too often."""
    created = seconds_of(report.created_time)
    answer = yield from _reports(place, plan, created - plan.min_age)
    others = [
        (one.processing_status, one.created_time)
        for one in (answer.content.reports if answer else [])
        if one.report_id != report.report_id
    ]
    why = report_life.cancelled_because(report.created_time, others, plan.min_age)
    known = plan.main and listings.any_of(_db(place), place.store_id)
    there: bool | None = False
    if why is Cancelled.NO_DATA and answer is not None and not known:
        if plan.main:  # no listing at all: that is not believed on the word of one cancelled report
            there = yield from asked_listings.any_there(place)
        if there is False:
            _mark(place, number, report, "nothing", why.value)
            place.note(f"Amazon has nothing for the {plan.label} report.")
            return
    _mark(place, number, report, "cancelled", why.value)
    if why is Cancelled.TOO_OFTEN:
        place.note(f"Amazon cancelled the {plan.label} report: it was asked for too often.")
        return
    words = f"Amazon says that there is nothing for the {plan.label} report"
    if known:
        words += ", though listings are known; the last good state stays."
    elif there:
        words += ", though it has listings; a later run asks for it again."
    place.fail(_failure(place, "CANCELLED", words.rstrip(".") + "."))


def _explained(place: Place, report: Report) -> Generator[Any, Any, str]:
    """Return what the document of a failed report says."""
    if not report.report_document_id:
        return f"its status is {report.processing_status} and it has no explanation"
    fetched = yield from _document(place, report.report_document_id)
    if not isinstance(fetched, Fetched):
        return f"its status is {report.processing_status}"
    text = fetched.path.read_bytes()[:SHOWN].decode("utf-8", "backslashreplace")
    fetched.path.unlink()
    return " ".join(text.split()) or "its explanation is empty"


def _fetch(place: Place, plan: Plan, rows: list[Asked]) -> Way:
    """Fetch the document of a report that is done into the archive."""
    row = rows[0]
    fetched = yield from _document(place, str(row.document_id))
    if isinstance(fetched, Fetched):
        place.asking.archive.put(fetched.path, fetched.digest)
        journal.update(
            _db(place),
            row.report_no,
            digest=fetched.digest,
            size=fetched.size,
            charset=downloads.codec_of(fetched.charset),
        )
    elif isinstance(fetched, Failed):
        words = f"The document of the {plan.label} report cannot be fetched: {fetched.message}"
        kind = Kind.TEMPORARY if fetched.temporary else Kind.REFUSED
        place.fail(_failure(place, fetched.code, words, kind, GET_DOCUMENT))
        state = "done" if fetched.temporary else "fatal"
        now = place.asking.now
        journal.update(_db(place), row.report_no, state=state, checked_at=now, message=words)
    elif fetched.kind is Kind.REFUSED:  # it will be refused again, and must not stand in the way
        journal.update(_db(place), row.report_no, state="fatal", message=fetched.message)
    return False


def _document(place: Place, document_id: str) -> Generator[Any, Any, Fetched | Failed | Failure]:
    """Fetch a document; its address lives five minutes, so one that has expired is asked for once more.

    A failure is that of asking for the address, and noted already.
    """
    asking, renewed = place.asking, False
    while True:
        outcome: Outcome = yield place.call(GET_DOCUMENT, path={"reportDocumentId": document_id})
        if isinstance(outcome, Failure):
            place.fail(outcome)
            return outcome
        document = cast("ReportDocument", outcome.content)
        if document.report_document_id != document_id:
            words = "The answer tells of another document than was asked for"
            outcome = _failure(place, "WrongDocument", f"{words}.", Kind.TEMPORARY, GET_DOCUMENT)
            place.fail(outcome)
            return outcome
        place.gathered.calls["document"] += 1
        fetched: Fetched | Failed = yield Work(
            partial(
                downloads.fetch,
                document.url,
                asking.archive.temporary(),
                compression=document.compression_algorithm,
                clock=asking.clock,
                trusted=place.trusted,
            )
        )
        if renewed or not (isinstance(fetched, Failed) and fetched.expired):
            return fetched
        renewed = True


def _reports(
    place: Place, plan: Plan, since: float
) -> Generator[Any, Any, Answer[ReportsPage] | None]:
    params = {
        "reportTypes": plan.type,
        "marketplaceIds": place.marketplace_id,
        "createdSince": text_of(since),
        "pageSize": "100",
    }
    answer = place.accepted((yield place.call(GET_REPORTS, params)))
    return cast("Answer[ReportsPage] | None", answer)


def _seen(one: Report) -> report_life.Seen:
    return report_life.Seen(
        one.report_id,
        one.report_type,
        tuple(one.marketplace_ids or ()),
        one.processing_status,
        one.created_time,
    )


def _failure(
    place: Place,
    code: str,
    message: str,
    kind: Kind = Kind.TEMPORARY,
    operation: Operation = GET_REPORT,
) -> Failure:
    return Failure(Call(operation, marketplace_id=place.marketplace_id), kind, None, code, message)


def _db(place: Place) -> Any:  # noqa: ANN401
    return place.asking.current.db


_ASKS = frozenset({Step.LOOK, Step.ASK})
_WAYS = {Step.LOOK: _look, Step.ASK: _ask, Step.POLL: _poll, Step.FETCH: _fetch}
