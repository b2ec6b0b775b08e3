"""What becomes of a report, by script: ``sim.script("createReport", report_faults.cancelled())``."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulators.exchange import Reply
from tests.simulators.faults import Case, Fault
from tests.simulators.report_texts import SUPPRESSED, report_text
from tests.simulators.reports import Report, charset_of
from tests.simulators.seller import DE, Seller

Change = Callable[[Case, Report, Seller], None]


def amended(name: str, change: Change) -> Fault:
    """Return the fault that has the report made, and changes what it comes to."""

    def answer(case: Case) -> Reply:
        reply = case.perform()
        if reply.status == 202:
            report = case.simulator.reports.reports[reply.json()["reportId"]]
            seller = next(
                seller
                for _, seller in case.simulator.tokens.accounts
                if seller.seller_id == report.seller_id
            )
            change(case, report, seller)
        return reply

    return Fault(name, answer)


def in_queue() -> Fault:
    """The report stays IN_QUEUE for ever."""
    return late(float("inf"))


def late(seconds: float) -> Fault:
    """The report is done after so many seconds."""

    def change(case: Case, report: Report, seller: Seller) -> None:
        report.done_at = report.created + seconds

    return amended("late", change)


def in_progress() -> Fault:
    """The report stays IN_PROGRESS for ever."""

    def change(case: Case, report: Report, seller: Seller) -> None:
        report.done_at, report.begun = float("inf"), report.created

    return amended("in progress", change)


def cancelled() -> Fault:
    def change(case: Case, report: Report, seller: Seller) -> None:
        report.outcome, report.document = "CANCELLED", None

    return amended("cancelled", change)


def fatal(explanation: str | None = "The request could not be processed: internal error.") -> Fault:
    """The report is FATAL; its document, if there is one, explains why."""

    def change(case: Case, report: Report, seller: Seller) -> None:
        report.outcome, report.document = "FATAL", None
        if explanation is not None:
            _write(case, report, seller, explanation.encode())

    return amended("fatal", change)


def without_document() -> Fault:
    """The report is DONE, and has no document."""

    def change(case: Case, report: Report, seller: Seller) -> None:
        report.outcome, report.document = "DONE", None

    return amended("without document", change)


def containing(content: str | bytes) -> Fault:
    """The report is DONE, and its document is *content*."""

    def change(case: Case, report: Report, seller: Seller) -> None:
        report.outcome = "DONE"
        _write(case, report, seller, content if isinstance(content, bytes) else content.encode())

    return amended("containing", change)


def empty() -> Fault:
    """The report is DONE with a document without a byte."""
    return containing(b"")


def heading_only() -> Fault:
    """The report is DONE with a heading line and no rows."""
    return _made("heading only", lambda report, seller, text: text.partition("\r\n")[0] + "\r\n")


def rows_lost(share: float) -> Fault:
    """The report has only the first rows, though it is whole: a *share* of them (0 to 1) is lost."""

    def cut(report: Report, seller: Seller, text: str) -> str:
        lines = text.split("\r\n")[:-1]
        kept = 1 + round((len(lines) - 1) * (1 - share))
        return "".join(line + "\r\n" for line in lines[:kept])

    return _made("rows lost", cut)


def of_type(report_type: str = SUPPRESSED) -> Fault:
    """The document is a report of another type."""

    def other(report: Report, seller: Seller, text: str) -> str:
        return report_text(report_type, seller, report.marketplace_ids[0]) or ""

    return _made("of another type", other)


def said_to_be(report_type: str = SUPPRESSED) -> Fault:
    """getReport says another type than was asked for."""

    def change(case: Case, report: Report, seller: Seller) -> None:
        report.shown_type = report_type

    return amended("said to be of another type", change)


def of_marketplace(marketplace_id: str = DE) -> Fault:
    """The document is what another marketplace would write of the same listings."""

    def other(report: Report, seller: Seller, text: str) -> str:
        home = report.marketplace_ids[0]
        return report_text(report.report_type, seller, marketplace_id, shelf=home) or ""

    return _made("of another marketplace", other)


def _made(name: str, make: Callable[[Report, Seller, str], str]) -> Fault:
    def change(case: Case, report: Report, seller: Seller) -> None:
        place = report.marketplace_ids[0]
        text = report_text(report.report_type, seller, place) or ""
        codec = seller.codec or charset_of(seller, place).replace("Shift_JIS", "cp932")
        content = make(report, seller, text).encode(codec, "replace")
        report.outcome = "DONE"
        _write(case, report, seller, content)

    return amended(name, change)


def _write(case: Case, report: Report, seller: Seller, content: bytes) -> None:
    place = report.marketplace_ids[0]
    report.document = case.simulator.reports.new_document(seller, content, place)
