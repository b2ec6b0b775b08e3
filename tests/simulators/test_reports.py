"""Reports are asked for, waited for, cached, cancelled and downloaded as at Amazon's."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import pytest

from amzsync.amazon.headings import recognise
from amzsync.amazon.listings_report import row_parser
from amzsync.amazon.origin import Seen, foreign
from amzsync.core.model import ListingRow, ReportKind
from tests.simulators import report_faults
from tests.simulators.clocks import iso
from tests.simulators.conftest import Caller
from tests.simulators.faults import Fault
from tests.simulators.report_texts import ALL, FBA, REPORT_TYPES, STRANDED, SUPPRESSED, report_text
from tests.simulators.seller import DE, JP, US, Listing, Seller, marketplace

UK = "A1F83G8C2ARO7P"


def text_of(answer: httpx.Response, codec: str = "cp1252") -> str:
    return gzip.decompress(answer.content).decode(codec)


def test_a_report_is_queued_then_in_progress_then_done(caller: Caller) -> None:
    report_id = caller.create().json()["reportId"]
    seen = []
    for seconds in (0, 44, 1, 44, 1):
        caller.clock.advance(seconds)
        seen.append(caller.report(report_id)["processingStatus"])
    assert seen == ["IN_QUEUE", "IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "DONE"]


def test_a_report_that_is_done_tells_its_times_and_its_document(caller: Caller) -> None:
    asked = caller.clock.now()
    report = caller.made()
    document_id = report.pop("reportDocumentId")
    assert report == {
        "reportType": ALL,
        "processingStatus": "DONE",
        "marketplaceIds": [US],
        "reportId": "50000000001",
        "dataStartTime": iso(asked),
        "dataEndTime": iso(asked),
        "createdTime": iso(asked),
        "processingStartTime": iso(asked + 45),
        "processingEndTime": iso(asked + 90),
    }
    document = caller.document({"reportDocumentId": document_id})
    assert (document["reportDocumentId"], document["compressionAlgorithm"]) == (document_id, "GZIP")
    assert document["url"].startswith(caller.simulator.url)
    assert "X-Amz-Signature=canary-signature" in document["url"]


def test_a_report_is_of_one_marketplace(caller: Caller) -> None:
    caller.seller.marketplaces[DE] = True
    report_id = caller.create(marketplaceIds=[DE, US]).json()["reportId"]
    assert caller.report(report_id)["marketplaceIds"] == [DE]


def test_the_document_has_every_listing(caller: Caller) -> None:
    answer = caller.download(caller.made())
    assert answer.headers["content-type"] == "text/plain;charset=Cp1252"
    lines = text_of(answer).split("\r\n")
    assert lines[1].split("\t") == [
        "Listing", "", "0101Z0000001", "S00", "19.90", "5", "2026-03-05 06:13:20 PST", "", "y", "1", "", "", "11",
        "", "", "", "B0TEST0000", "", "", "", "", "", "B0TEST0000", "", "", "0", "DEFAULT", "Migrated Template",
        "Active",
    ]  # fmt: skip
    assert (len(lines), lines[-1]) == (27, "")


def test_a_url_works_for_five_minutes(caller: Caller) -> None:
    url = caller.document(caller.made())["url"]
    caller.clock.advance(299)
    early = caller.http.get(url)
    caller.clock.advance(1)
    late = caller.http.get(url)
    assert (early.status_code, late.status_code) == (200, 403)
    assert late.headers["content-type"] == "application/xml"
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in late.text


def test_a_url_without_its_signature_is_refused(caller: Caller) -> None:
    url = caller.document(caller.made())["url"]
    assert caller.http.get(url.replace("canary-signature", "other")).status_code == 403
    assert caller.http.get(url.partition("?")[0]).status_code == 403


@pytest.mark.parametrize(
    ("seconds", "price"),
    [pytest.param(3599, "19.90", id="within the hour"), pytest.param(3600, "7.00", id="after it")],
)
def test_a_report_that_is_asked_for_again_soon_has_the_same_data(
    caller: Caller, seconds: float, price: str
) -> None:
    caller.create()
    caller.seller.change("S00", price="7.00")
    caller.wait(seconds)
    assert text_of(caller.download(caller.made())).split("\r\n")[1].split("\t")[4] == price


@pytest.mark.parametrize("report_type", sorted(REPORT_TYPES))
def test_a_report_of_nothing_is_cancelled(caller: Caller, report_type: str) -> None:
    caller.seller.remove(*list(caller.seller.listings))
    report = caller.made(report_type)
    assert (report["processingStatus"], "reportDocumentId" in report) == ("CANCELLED", False)


def test_an_fba_report_is_cancelled_when_it_is_asked_for_too_often(caller: Caller) -> None:
    caller.seller.add(Listing("F1", channel="AMAZON_NA", stranded="LISTING_CLOSED"))
    seen = []
    for wait in (0, 1000, 1000):
        caller.clock.advance(wait)
        seen.append(caller.made(FBA)["processingStatus"])
    assert seen == ["DONE", "CANCELLED", "DONE"]


def test_reports_are_listed_the_youngest_first(caller: Caller) -> None:
    caller.create()
    caller.clock.advance(60)
    caller.simulator.ask_report(ALL)
    caller.create(FBA)
    since = {"reportTypes": ALL, "marketplaceIds": US}
    path = "/reports/2021-06-30/reports"

    def ids(**params: Any) -> list[str]:
        return [
            each["reportId"] for each in caller.get(path, **{**since, **params}).json()["reports"]
        ]

    assert ids() == ["50000000002", "50000000001"]
    assert ids(reportTypes=f"{ALL},{FBA}") == ["50000000003", "50000000002", "50000000001"]
    assert ids(createdSince=iso(caller.clock.now())) == ["50000000002"]
    assert ids(createdUntil=iso(caller.clock.now() - 1)) == ["50000000001"]
    assert ids(processingStatuses="IN_PROGRESS") == ["50000000001"]
    assert ids(marketplaceIds=DE) == []
    caller.wait(90 * 86_400 - 30)
    assert ids() == ["50000000002"]


def test_more_reports_come_by_a_token_alone(caller: Caller) -> None:
    for _ in range(11):
        caller.create()
    path = "/reports/2021-06-30/reports"
    first = caller.get(path, reportTypes=ALL).json()
    second = caller.get(path, nextToken=first["nextToken"]).json()
    with_more = caller.get(path, nextToken=first["nextToken"], reportTypes=ALL)
    assert (len(first["reports"]), len(second["reports"]), "nextToken" in second) == (10, 1, False)
    assert with_more.status_code == 400


def test_what_there_is_not_is_not_found(caller: Caller) -> None:
    for path in ("reports/1", "documents/amzn1.spdoc.1"):
        assert caller.get(f"/reports/2021-06-30/{path}").status_code == 404


@pytest.mark.parametrize(
    ("charset", "codec", "said"),
    [
        pytest.param(None, "cp1252", "Cp1252", id="usual"),
        pytest.param("UTF-8", "utf-8", "UTF-8", id="UTF-8"),
        pytest.param("Shift_JIS", "cp932", "Shift_JIS", id="Japan"),
    ],
)
def test_a_document_has_the_charset_that_is_set(
    caller: Caller, charset: str | None, codec: str, said: str
) -> None:
    caller.seller.charset = charset
    caller.seller.change("S00", title="Crème 茶")
    answer = caller.download(caller.made())
    shown = {"cp1252": "Crème ?", "utf-8": "Crème 茶", "cp932": "Cr?me 茶"}[codec]
    assert answer.headers["content-type"] == f"text/plain;charset={said}"
    assert text_of(answer, codec).split("\r\n")[1].split("\t")[0] == shown


def test_a_document_may_come_uncompressed(caller: Caller) -> None:
    caller.seller.compress = False
    report = caller.made()
    assert "compressionAlgorithm" not in caller.document(report)
    assert caller.download(report).content.startswith(b"item-name\t")


# -- what comes of it by script ----------------------------------------------------------


def test_by_script_a_report_waits_for_ever(caller: Caller) -> None:
    script = caller.simulator.script
    script("createReport", report_faults.in_queue(), report_faults.in_progress())
    reports = [caller.create().json()["reportId"] for _ in range(2)]
    caller.wait(7 * 86_400)
    seen = [caller.report(report_id)["processingStatus"] for report_id in reports]
    assert seen == ["IN_QUEUE", "IN_PROGRESS"]


def test_by_script_a_report_is_late(caller: Caller) -> None:
    caller.simulator.script("createReport", report_faults.late(7200))
    late, other = caller.made(), caller.made()
    assert (late["processingStatus"], other["processingStatus"]) == ("IN_QUEUE", "DONE")
    caller.wait(7200)
    assert caller.report(late["reportId"])["processingStatus"] == "DONE"


@pytest.mark.parametrize(
    ("fault", "status", "content"),
    [
        pytest.param(report_faults.cancelled(), "CANCELLED", None, id="cancelled"),
        pytest.param(report_faults.fatal("Why"), "FATAL", "Why", id="fatal"),
        pytest.param(report_faults.fatal(None), "FATAL", None, id="fatal, unexplained"),
        pytest.param(report_faults.without_document(), "DONE", None, id="without document"),
        pytest.param(report_faults.empty(), "DONE", "", id="empty"),
        pytest.param(report_faults.containing("a\tb"), "DONE", "a\tb", id="containing"),
    ],
)
def test_by_script_a_report_ends_otherwise(
    caller: Caller, fault: Fault, status: str, content: str | None
) -> None:
    caller.simulator.script("createReport", fault)
    report = caller.made()
    assert report["processingStatus"] == status
    if content is None:
        assert "reportDocumentId" not in report
    else:
        assert text_of(caller.download(report)) == content


def test_by_script_a_report_has_other_contents(caller: Caller) -> None:
    caller.seller.change("S00", suppressed="No brand.")
    whole = report_text(ALL, caller.seller, US) or ""
    expected = {
        report_faults.heading_only(): whole.partition("\n")[0] + "\n",
        report_faults.rows_lost(0.4): "".join(line + "\n" for line in whole.split("\n")[:16]),
        report_faults.of_type(SUPPRESSED): report_text(SUPPRESSED, caller.seller, US),
        report_faults.of_marketplace(DE): report_text(ALL, caller.seller, DE, shelf=US),
    }
    caller.simulator.script("createReport", *expected)
    assert [text_of(caller.download(caller.made())) for _ in expected] == list(expected.values())


def test_by_script_a_report_is_said_to_be_another(caller: Caller) -> None:
    caller.simulator.script("createReport", report_faults.said_to_be(SUPPRESSED))
    assert caller.made()["reportType"] == SUPPRESSED


# -- amzsync reads them ------------------------------------------------------------------


KINDS = {
    ALL: ReportKind.ALL,
    SUPPRESSED: ReportKind.SUPPRESSED,
    FBA: ReportKind.FBA,
    STRANDED: ReportKind.STRANDED,
}


@pytest.mark.parametrize("place", [US, DE, UK, JP])
@pytest.mark.parametrize("report_type", sorted(KINDS))
def test_amzsync_reads_every_row_of_every_report(report_type: str, place: str) -> None:
    seller = Seller.sample(400, marketplace_id=place)
    heading, *lines = (report_text(report_type, seller, place) or "").split("\n")
    layout, seen = recognise(heading), Seen()
    assert (layout.kind, layout.missing) == (KINDS[report_type], ())
    parse = row_parser(layout, marketplace(place), seen)
    rows = [parse(line.split("\t")) for line in lines if line]
    assert [row for row in rows if not isinstance(row, ListingRow)] == []
    assert foreign(seen, marketplace(place)) is None
    assert len(rows) == {
        ALL: 400,
        SUPPRESSED: sum(each.suppressed is not None for each in seller.listings.values()),
        FBA: sum(each.is_fba for each in seller.listings.values()),
        STRANDED: sum(each.stranded is not None for each in seller.listings.values()),
    }[report_type]  # fmt: skip
    assert rows


def test_amzsync_reads_what_the_listing_is() -> None:
    seller = Seller()
    seller.add(Listing("K-1", "B0TEST0001", "Kettle", price="5", quantity=0, status=frozenset()))
    heading, line, _ = (report_text(ALL, seller, US) or "").split("\n")
    assert row_parser(recognise(heading), marketplace(US))(line.split("\t")) == ListingRow(
        "K-1",
        asin="B0TEST0001",
        title="Kettle",
        condition="new_new",
        fulfillment="merchant",
        price_minor=500,
        quantity=0,
        status="inactive",
        product_id="B0TEST0001",
        opened_at="2026-03-05T14:13:20Z",
    )


def test_a_sample_is_the_same_for_a_seed() -> None:
    assert Seller.sample(300, 2).listings == Seller.sample(300, 2).listings
    assert Seller.sample(300, 2).listings != Seller.sample(300, 3).listings
