"""Each fault does what its name says, once, and then all is well."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.simulators import document_faults, faults
from tests.simulators.amazon import EVERY
from tests.simulators.conftest import Caller
from tests.simulators.faults import Fault
from tests.simulators.report_texts import ALL, report_text
from tests.simulators.seller import DE, US

SEARCH = "searchListingsItems"


def test_faults_come_in_their_order_and_then_no_more(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.empty(500), faults.html(503))
    assert [caller.search().status_code for _ in range(3)] == [500, 503, 200]


def test_a_standing_fault_stays_until_it_is_healed(caller: Caller) -> None:
    caller.simulator.always(SEARCH, faults.empty(500))
    caller.simulator.script(SEARCH, faults.empty(502))
    seen = [caller.search().status_code for _ in range(3)]
    caller.simulator.heal()
    assert [*seen, caller.search().status_code] == [502, 500, 500, 200]


def test_a_fault_befalls_its_operation_alone(caller: Caller) -> None:
    caller.simulator.always(SEARCH, faults.empty(500))
    assert caller.inventory().status_code == 200


def test_a_fault_of_every_operation_befalls_tokens_too(caller: Caller) -> None:
    caller.simulator.always(EVERY, faults.empty(500))
    assert [caller.token().status_code, caller.search().status_code] == [500, 500]


def test_the_ledger_names_the_fault(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.html(503), faults.connection_reset())
    caller.search()
    with pytest.raises(httpx.TransportError):
        caller.search()
    seen = [(entry.status, entry.fault) for entry in caller.simulator.ledger.calls(SEARCH)]
    assert seen == [(503, "HTML 503"), (0, "connection reset")]


def test_a_call_that_fails_takes_its_token(throttled: Caller) -> None:
    throttled.simulator.script(SEARCH, *[faults.empty(500)] * 5)
    assert [throttled.search().status_code for _ in range(6)] == [500] * 5 + [429]


JSON = "application/json"
HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "start"),
    [
        pytest.param(faults.answer(418, b"x", "text/plain"), 418, "text/plain", b"x", id="any"),
        pytest.param(faults.html(400), 400, HTML, b"<html>", id="HTML"),
        pytest.param(faults.empty(), 500, None, b"", id="empty"),
        pytest.param(faults.empty_list(), 200, JSON, b"[]", id="list"),
        pytest.param(faults.null(503), 503, JSON, b"null", id="null"),
        pytest.param(faults.without_keys(), 200, JSON, b"{}", id="without keys"),
        pytest.param(faults.captive_portal(), 200, HTML, b"<!DOCTYPE html>", id="portal"),
        pytest.param(faults.gateway_timeout(), 504, JSON, b'{"message"', id="gateway"),
        pytest.param(faults.throttled(), 429, JSON, b'{"errors":[{"code":"QuotaExceeded"', id="429"),
        pytest.param(faults.throttled(form="html"), 429, HTML, b"<html>", id="429 HTML"),
        pytest.param(faults.throttled(form="empty"), 429, None, b"", id="429 empty"),
        pytest.param(faults.unavailable(), 503, JSON, b'{"errors"', id="503"),
        pytest.param(faults.internal_error(), 500, JSON, b'{"errors"', id="500"),
        pytest.param(faults.role_missing(), 403, JSON, b'{"errors":[{"code":"Unauthorized"', id="role"),
        pytest.param(faults.redirect(), 302, None, b"", id="redirect"),
        pytest.param(faults.invalid_json(), 200, JSON, b'{"numberOfResults":25,', id="JSON cut"),
    ],
)  # fmt: skip
def test_an_answer_is_another(
    caller: Caller, fault: Fault, status: int, content_type: str | None, start: bytes
) -> None:
    caller.simulator.script(SEARCH, fault)
    answer = caller.search()
    assert (answer.status_code, answer.headers.get("content-type")) == (status, content_type)
    assert answer.content.startswith(start)
    assert bool(answer.content) == bool(start)
    assert "x-amzn-requestid" in answer.headers


def test_an_answer_may_say_when_to_come_again(caller: Caller) -> None:
    caller.simulator.script(
        SEARCH, faults.throttled("7"), faults.throttled(), faults.unavailable("3")
    )
    seen = [caller.search().headers.get("retry-after") for _ in range(3)]
    assert seen == ["7", None, "3"]


def test_an_error_has_the_request_id_that_is_wanted(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.error(400, "InvalidInput", "No.", request_id="r-1"))
    answer = caller.search()
    assert (answer.headers["x-amzn-requestid"], answer.json()) == (
        "r-1",
        {"errors": [{"code": "InvalidInput", "message": "No.", "details": ""}]},
    )


def test_a_redirect_leads_elsewhere(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.redirect("https://elsewhere.example/x", 307))
    answer = caller.search()
    assert (answer.status_code, answer.headers["location"]) == (307, "https://elsewhere.example/x")


# -- the connection ----------------------------------------------------------------------


def test_a_connection_is_reset_before_anything_is_done(caller: Caller) -> None:
    caller.simulator.script("createReport", faults.connection_reset())
    with pytest.raises(httpx.ReadError):
        caller.create()
    assert caller.simulator.reports.reports == {}


def test_an_answer_is_lost_after_all_is_done(caller: Caller) -> None:
    caller.simulator.script("createReport", faults.answer_lost())
    with pytest.raises(httpx.ReadError):
        caller.create()
    assert len(caller.simulator.reports.reports) == 1


def test_silence_outlasts_the_client(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.silence(30))
    with pytest.raises(httpx.ReadTimeout):
        caller.http.get("/listings/2021-08-01/items/A2EXAMPLE", timeout=0.05)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(faults.cut_body(), "peer closed connection", id="cut"),
        pytest.param(faults.cut_body(0), "peer closed connection", id="cut at once"),
        pytest.param(faults.chunked_cut(), "incomplete chunked read", id="chunked"),
        pytest.param(faults.chunked_cut(0), "incomplete chunked read", id="chunked, nothing"),
    ],
)
def test_a_body_that_is_cut_is_noticed(caller: Caller, fault: Fault, said: str) -> None:
    caller.simulator.script(SEARCH, fault)
    with pytest.raises(httpx.RemoteProtocolError, match=said):
        caller.search()
    assert caller.search().status_code == 200


def test_a_slow_answer_is_whole(caller: Caller) -> None:
    whole = caller.search()
    caller.simulator.script(SEARCH, faults.drip(100, 0.0005))
    path = f"/listings/2021-08-01/items/A2EXAMPLE?marketplaceIds={US}"
    with caller.http.stream("GET", path) as answer:
        pieces = list(answer.iter_raw())
    assert b"".join(pieces) == whole.content
    assert len(pieces) > 1


# -- who may call ------------------------------------------------------------------------


def test_an_expired_token_stays_expired_and_a_new_one_works(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.token_expired())
    seen = [caller.search(), caller.search()]
    caller.log_in()
    assert [answer.status_code for answer in seen] == [403, 403]
    assert "has expired" in seen[0].json()["errors"][0]["details"]
    assert caller.search().status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        pytest.param(faults.refresh_token_revoked(), 400, '{"error":"invalid_grant"', id="revoked"),
        pytest.param(faults.html(502), 502, "<html>", id="HTML"),
        pytest.param(faults.empty(503), 503, "", id="empty"),
        pytest.param(faults.without_keys(), 200, "{}", id="without keys"),
    ],
)
def test_no_token_comes(caller: Caller, fault: Fault, status: int, start: str) -> None:
    caller.simulator.script("token", fault)
    answer = caller.token()
    assert (answer.status_code, answer.text[: len(start)]) == (status, start)
    assert caller.token().status_code == 200


# -- what is said ------------------------------------------------------------------------


def test_an_answer_is_of_another_marketplace(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.wrong_marketplace(DE))
    item = caller.search().json()["items"][0]
    assert item["summaries"][0]["marketplaceId"] == DE


def test_a_page_comes_again(caller: Caller) -> None:
    first = caller.search()
    caller.simulator.script(SEARCH, faults.same_page_again())
    token = first.json()["pagination"]["nextToken"]
    second, third = caller.search(pageToken=token), caller.search(pageToken=token)
    assert second.content == first.content
    assert third.content != first.content
    assert second.headers["x-amzn-requestid"] != first.headers["x-amzn-requestid"]


def test_rows_are_missing_from_a_page(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.rows_missing(3))
    page = caller.search().json()
    assert (len(page["items"]), page["numberOfResults"]) == (7, 25)


def test_the_clock_of_amazon_is_off(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.clock_skew(600))
    date = parsedate_to_datetime(caller.search().headers["date"])
    assert date.timestamp() == caller.clock.now() + 600


def test_a_value_has_the_wrong_type(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.wrong_type("items.1.summaries.0.status", "BUYABLE"))
    items = caller.search().json()["items"]
    assert [item["summaries"][0]["status"] for item in items[:2]] == [
        ["BUYABLE", "DISCOVERABLE"],
        "BUYABLE",
    ]


def test_an_answer_is_edited(caller: Caller) -> None:
    caller.simulator.script(SEARCH, faults.edited(lambda content: {**content, "new": 1}))
    assert caller.search().json()["new"] == 1


# -- documents ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        pytest.param(document_faults.url_expired(), 403, b"Request has expired", id="expired"),
        pytest.param(document_faults.not_found(), 404, b"NoSuchKey", id="not found"),
        pytest.param(document_faults.storage_html(), 500, b"<html>", id="HTML"),
        pytest.param(document_faults.slow_down(), 503, b"SlowDown", id="slow down"),
        pytest.param(document_faults.html_page(), 200, b"<!DOCTYPE html>", id="HTML 200"),
        pytest.param(document_faults.storage_error_with_200(), 200, b"<?xml", id="XML 200"),
        pytest.param(document_faults.empty_body(), 200, b"", id="empty"),
        pytest.param(document_faults.plain_body(), 200, b"item-name\t", id="plain"),
        pytest.param(document_faults.zip_archive(), 200, b"PK\x03\x04", id="zip"),
    ],
)
def test_a_download_brings_something_else(
    caller: Caller, fault: Fault, status: int, said: bytes
) -> None:
    report = caller.made()
    caller.simulator.script("document", fault)
    answer = caller.download(report)
    assert answer.status_code == status
    assert said in answer.content[:200]
    assert answer.content[:2] != b"\x1f\x8b"
    assert caller.download(report).content[:2] == b"\x1f\x8b"


def whole_text(caller: Caller) -> bytes:
    return (report_text(ALL, caller.seller, US) or "").encode("cp1252")


@pytest.mark.parametrize(
    ("fault", "unpack"),
    [
        pytest.param(document_faults.two_gzip_members(), gzip.decompress, id="two members"),
        pytest.param(
            document_faults.double_gzip(), lambda c: gzip.decompress(gzip.decompress(c)), id="double"
        ),
        pytest.param(
            document_faults.zip_archive(),
            lambda c: zipfile.ZipFile(io.BytesIO(c)).read("report.txt"),
            id="zip",
        ),
        pytest.param(document_faults.reencoded("cp1252", "utf-16"),
                     lambda c: gzip.decompress(c).decode("utf-16").encode("cp1252"), id="UTF-16"),
        pytest.param(faults.drip(500, 0.0005), gzip.decompress, id="drip"),
    ],
)  # fmt: skip
def test_a_document_is_whole_in_another_wrapping(
    caller: Caller, fault: Fault, unpack: Callable[[bytes], bytes]
) -> None:
    report = caller.made()
    caller.simulator.script("document", fault)
    assert unpack(caller.download(report).content) == whole_text(caller)


def test_two_members_are_two(caller: Caller) -> None:
    report = caller.made()
    caller.simulator.script("document", document_faults.two_gzip_members())
    first = zlib.decompressobj(wbits=31)
    half = first.decompress(caller.download(report).content)
    assert (first.eof, first.unused_data[:2], half) == (
        True,
        b"\x1f\x8b",
        whole_text(caller)[: len(whole_text(caller)) // 2],
    )


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(document_faults.cut_gzip(), EOFError, id="cut"),
        pytest.param(document_faults.second_member_cut(), EOFError, id="second member cut"),
        pytest.param(document_faults.broken_checksum(), gzip.BadGzipFile, id="checksum"),
        pytest.param(document_faults.trailing_garbage(b"garbage"), gzip.BadGzipFile, id="garbage"),
    ],
)
def test_a_gzip_of_the_right_length_is_broken(
    caller: Caller, fault: Fault, error: type[Exception]
) -> None:
    report = caller.made()
    caller.simulator.script("document", fault)
    answer = caller.download(report)
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(error):
        gzip.decompress(answer.content)


def test_a_document_is_cut_on_its_way(caller: Caller) -> None:
    url = caller.document(caller.made())["url"]
    caller.simulator.script("document", faults.cut_body(), faults.connection_reset())
    with pytest.raises(httpx.RemoteProtocolError):
        caller.http.get(url)
    with pytest.raises(httpx.ReadError):
        caller.http.get(url)
    assert caller.http.get(url).status_code == 200


def test_a_plain_document_comes_as_gzip(caller: Caller) -> None:
    caller.seller.compress = False
    report = caller.made()
    caller.simulator.script("document", document_faults.gzip_body())
    assert gzip.decompress(caller.download(report).content) == whole_text(caller)


@pytest.mark.parametrize("charset", ["UTF-16", None])
def test_another_charset_is_said(caller: Caller, charset: str | None) -> None:
    report = caller.made()
    caller.simulator.script("document", document_faults.charset_said(charset))
    said = "text/plain" if charset is None else f"text/plain;charset={charset}"
    assert caller.download(report).headers["content-type"] == said


def test_a_bomb_is_small_on_the_wire(caller: Caller) -> None:
    report = caller.made()
    caller.simulator.script("document", document_faults.bomb(1_000_000))
    content = caller.download(report).content
    assert (len(content) < 10_000, len(gzip.decompress(content))) == (True, 1_000_000)


@pytest.mark.parametrize(
    ("fault", "key", "value"),
    [
        pytest.param(document_faults.file_url("/x"), "url", "file:///x", id="file"),
        pytest.param(
            document_faults.url_to("https://elsewhere.example/r"),
            "url",
            "https://elsewhere.example/r",
            id="elsewhere",
        ),
        pytest.param(document_faults.without_url(), "url", None, id="without URL"),
        pytest.param(document_faults.said_plain(), "compressionAlgorithm", None, id="said plain"),
        pytest.param(document_faults.said_gzip(), "compressionAlgorithm", "GZIP", id="said gzip"),
        pytest.param(
            document_faults.id_of_another(),
            "reportDocumentId",
            "amzn1.spdoc.1.4.na.ffffffffffffffffffffffffffffffff",
            id="another document",
        ),
    ],
)
def test_something_else_is_said_of_a_document(
    caller: Caller, fault: Fault, key: str, value: str | None
) -> None:
    report = caller.made()
    caller.simulator.script("getReportDocument", fault)
    said = caller.document(report)
    assert said.get(key) == value
    assert set(said) >= {"url", "reportDocumentId"} - {key}


def test_the_document_of_another_host_is_elsewhere(caller: Caller) -> None:
    report = caller.made()
    caller.simulator.script("getReportDocument", document_faults.another_host())
    assert httpx.URL(caller.document(report)["url"]).host == "elsewhere.example"
