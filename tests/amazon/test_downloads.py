"""Documents come whole or not at all: a real loopback server that does every wrong thing."""

from __future__ import annotations

import errno
import gzip
import io
import logging
import os
import random
import socket
import threading
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import xxhash

from amzsync.amazon.downloads import Failed, Fetched, codec_of, fetch
from amzsync.errors import OutputError

REPORT = b"seller-sku\tasin1\n" + b"".join(b"A%d\tB00%07d\n" % (n, n) for n in range(500))
PACKED = gzip.compress(REPORT)
SIGNED = (
    "/report.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260131%2Fus-east-1%2Fs3"
    "%2Faws4_request&X-Amz-Security-Token=a%2Bb/c%3D%3D&X-Amz-Signature=canary0123456789"
)
HANG = object()  # keeps the connection open until the other side lets go


class Steps:
    """A clock on which every look takes some seconds."""

    def __init__(self, step: float = 0.0) -> None:
        self._now = 1_790_000_000.0
        self._step = step

    def now(self) -> float:
        self._now += self._step
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


@dataclass
class Host:
    """A server on loopback that answers every request with the same bytes."""

    answer: Iterable[object]
    socket: socket.socket
    requests: list[bytes] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.name}{SIGNED}"

    def serve(self) -> None:
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer:
                request = peer.recv(65536)
                while request[:1].isalpha() and b"\r\n\r\n" not in request:  # HTTP, not TLS
                    more = peer.recv(65536)
                    if not more:
                        break
                    request += more
                self.requests.append(request)
                try:
                    for piece in self.answer:
                        if isinstance(piece, bytes | memoryview):
                            peer.sendall(piece)
                        else:
                            peer.recv(1)
                except OSError:  # the other side has heard enough
                    continue


@contextmanager
def host(*answer: object) -> Iterator[Host]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = Host(answer, listening)
        thread = threading.Thread(target=serving.serve)
        thread.start()
        try:
            yield serving
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def http(body: bytes, *headers: str, status: str = "200 OK", length: int | None = -1) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length < 0 else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return http(body + end, "Transfer-Encoding: chunked", length=None)


def get(
    serving: Host,
    target: Path,
    *,
    compression: str | None = None,
    clock: Steps | None = None,
    limit: int = 1 << 31,
    timeout: float = 5.0,
    within: float = 600.0,
    tabular: bool = True,
) -> Fetched | Failed:
    return fetch(
        serving.url,
        target,
        compression=compression,
        clock=clock or Steps(),
        timeout=timeout,
        within=within,
        limit=limit,
        trusted=(serving.name,),
        tabular=tabular,
    )


def xml(code: str, message: str) -> bytes:
    return f'<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'.encode()


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("report.txt", content)
    return out.getvalue()


# --- what comes whole ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "compression", "expected"),
    [
        pytest.param(http(REPORT), None, REPORT, id="plain"),
        pytest.param(http(PACKED), "GZIP", REPORT, id="gzip"),
        pytest.param(
            http(PACKED, "Content-Encoding: gzip"), None, REPORT, id="gzip, by its header"
        ),
        pytest.param(chunked(PACKED[:99], PACKED[99:]), "GZIP", REPORT, id="chunked"),
        pytest.param(http(PACKED * 2), "GZIP", REPORT * 2, id="D3 two members"),
        pytest.param(http(PACKED + b"\0" * 99), "GZIP", REPORT, id="D3 padding"),
        pytest.param(http(REPORT), "GZIP", REPORT, id="D3 gzip said but plain"),
        pytest.param(http(PACKED), None, REPORT, id="D3 plain said but gzip"),
        pytest.param(http(gzip.compress(PACKED)), "GZIP", REPORT, id="D3 gzip in gzip"),
        pytest.param(http(b""), None, b"", id="D7 empty"),
        pytest.param(http(gzip.compress(b"")), "GZIP", b"", id="D7 empty gzip"),
        pytest.param(http(b" \r\n"), None, b" \r\n", id="D7 blank"),
        pytest.param(http(REPORT[:17]), None, REPORT[:17], id="D7 heading only"),
        pytest.param(
            http(REPORT, 'Content-Disposition: attachment; filename="../../x"'),
            None,
            REPORT,
            id="D8 a name",
        ),
    ],
)
def test_a_document_comes_unpacked_private_and_with_its_digest(
    answer: bytes, compression: str | None, expected: bytes, tmp_path: Path
) -> None:
    target = tmp_path / "document"

    with host(answer) as serving:
        outcome = get(serving, target, compression=compression)

    digest = xxhash.xxh3_128_hexdigest(expected)
    assert outcome == Fetched(target, len(expected), digest, None)
    assert target.read_bytes() == expected
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_the_address_is_asked_for_exactly_as_amazon_gave_it_and_nothing_of_ours_goes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    with host(http(REPORT, "Set-Cookie: a=b")) as serving:
        get(serving, tmp_path / "document")
        get(serving, tmp_path / "document")

    assert len(serving.requests) == 2
    for request in serving.requests:
        assert request.startswith(f"GET {SIGNED} HTTP/1.1\r\n".encode())
        assert b"\r\naccept-encoding: identity\r\n" in request.lower()
        for header in (b"\r\nauthorization:", b"\r\ncookie:", b"\r\nx-amz-access-token:"):
            assert header not in request.lower()


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/plain;charset=Cp1252", "cp1252"),
        ('text/plain; charset="Windows-31J"', "windows-31j"),
        ("a", None),
    ],
)
def test_the_declared_charset_is_handed_on(
    header: str, charset: str | None, tmp_path: Path
) -> None:
    with host(http(REPORT, f"Content-Type: {header}")) as serving:
        outcome = get(serving, tmp_path / "document")

    assert isinstance(outcome, Fetched)
    assert outcome.charset == charset


def test_a_document_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "document"
    target.write_bytes(b"old")

    with host(http(PACKED)) as serving:
        get(serving, target)

    assert target.read_bytes() == REPORT


def test_a_reason_in_json_is_read_where_no_table_is_expected(tmp_path: Path) -> None:
    with host(http(gzip.compress(b'{"errorDetails":"x"}'))) as serving:
        outcome = get(serving, tmp_path / "document", compression="GZIP", tabular=False)

    assert isinstance(outcome, Fetched)


# --- what does not ---------------------------------------------------------------------------------

EXPIRED = xml("AccessDenied", "Request has expired")
HTML = b"<html><head><title>Service Unavailable</title></head></html>"
FAULTS = [
    # answer, code, a part of the message, temporary, expired
    pytest.param([http(EXPIRED, status="403 Forbidden")], "AccessDenied", "Request has expired", True, True, id="D1 expired"),
    pytest.param([http(EXPIRED)], "Xml", "Request has expired", True, True, id="D1 expired, with status 200"),
    pytest.param([http(xml("ExpiredToken", "Old."), status="400 Bad Request")], "ExpiredToken", "Old.", True, True, id="D1 expired token"),
    pytest.param([http(xml("AccessDenied", "Access Denied"), status="403 Forbidden")], "AccessDenied", "403", False, False, id="D1 denied"),
    pytest.param([http(xml("NoSuchKey", "The specified key does not exist."), status="404 Not Found")], "NoSuchKey", "404", True, False, id="D1 404"),
    pytest.param([http(HTML, status="500 Oh")], "Status500", "Service Unavailable", True, False, id="D1 500 HTML"),
    pytest.param([http(b"", status="500 Oh")], "Status500", "status 500.", True, False, id="D1 500 empty"),
    pytest.param([http(xml("SlowDown", "Please reduce your request rate."), status="503 Slow Down")], "SlowDown", "reduce", True, False, id="D1 503"),
    pytest.param([http(b"half", status="503 Slow Down", length=99)], "Status503", "503", True, False, id="D1 503 that is cut"),
    pytest.param([http(b"", "Location: http://169.254.169.254/?X-Amz-Signature=canary", status="302 Found")], "Status302", "302", True, False, id="D1 elsewhere"),
    pytest.param([http(REPORT, "Content-Range: bytes 0-9/99", status="206 Partial")], "Status206", "206", True, False, id="D1 a part"),
    pytest.param([http(b"", status="204 No Content", length=None)], "Status204", "204", True, False, id="D1 nothing"),
    pytest.param([http(HTML)], "Html", "HTML page (Service Unavailable)", True, False, id="D1 200 HTML"),
    pytest.param([http(b'{"errors":[{"code":"InternalFailure","message":"Oh"}]}')], "Json", "InternalFailure: Oh", True, False, id="D1 200 JSON"),
    pytest.param([http(PACKED[:-1])], "CutOff", "cut off", True, False, id="D2 cut gzip of the right length"),
    pytest.param([http(PACKED + PACKED[:20])], "CutOff", "cut off", True, False, id="D2 second member cut"),
    pytest.param([http(PACKED, length=len(PACKED) + 1)], "CutOff", "broke", True, False, id="D2 shorter than said, gzip"),
    pytest.param([http(REPORT, length=len(REPORT) + 1)], "CutOff", "broke", True, False, id="D2 shorter than said, plain"),
    pytest.param([http(PACKED, length=len(PACKED) - 1)], "CutOff", "cut off", True, False, id="D2 longer than said, gzip"),
    pytest.param([http(REPORT, "Content-Length: 5")], "CutOff", "broke", True, False, id="D2 two lengths"),
    pytest.param([http(REPORT, "Content-Length: " + "9" * 5000, length=None)], "CutOff", "broke", True, False, id="D2 absurd length"),
    pytest.param([http(REPORT, length=None)], "NoLength", "how long", True, False, id="D2 no length"),
    pytest.param([chunked(REPORT, end=b"")], "CutOff", "broke", True, False, id="D2 chunks without an end"),
    pytest.param([chunked(REPORT, end=b"zz\r\n")], "CutOff", "broke", True, False, id="D2 chunks that are none"),
    pytest.param([b"HTTP/1.1 200 OK\r\nContent-Le"], "CutOff", "broke", True, False, id="D2 cut in the headers"),
    pytest.param([b""], "CutOff", "broke", True, False, id="D2 no answer"),
    pytest.param([b"\x15\x03\x01\x00\x02\x02\x28"], "CutOff", "broke", True, False, id="D2 not HTTP"),
    pytest.param([http(PACKED[:-8] + b"\0" * 8)], "Damaged", "damaged", True, False, id="D2 wrong checksum"),
    pytest.param([http(PACKED + b"junk")], "Damaged", "something else", True, False, id="D3 trailing garbage"),
    pytest.param([http(zipped(REPORT))], "Zip", "zip archive", False, False, id="D3 zip"),
    pytest.param([http(REPORT, "Content-Encoding: br")], "BadEncoding", "(br)", True, False, id="D3 brotli"),
    pytest.param([http(gzip.compress(bytes(100 << 20)))], "Bomb", "500 times", False, False, id="D4 bomb"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "code", "words", "temporary", "expired"), FAULTS)
@pytest.mark.parametrize("said", ["GZIP", None])
def test_a_fault_is_told_and_leaves_nothing(
    answer: list[object],
    code: str,
    words: str,
    temporary: bool,
    expired: bool,
    said: str | None,
    tmp_path: Path,
) -> None:
    with host(*answer) as serving:
        outcome = get(serving, tmp_path / "document", compression=said)

    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.temporary, outcome.expired) == (code, temporary, expired)
    assert words in outcome.message
    assert "canary" not in outcome.message
    assert list(tmp_path.iterdir()) == []


def test_a_fault_leaves_what_was_there_before(tmp_path: Path) -> None:
    target = tmp_path / "document"
    target.write_bytes(b"old")

    with host(http(PACKED[:-1])) as serving:
        get(serving, target)

    assert target.read_bytes() == b"old"


def test_words_that_were_said_to_be_gzip_are_refused(tmp_path: Path) -> None:
    with host(http(b"no data\n")) as serving:
        outcome = get(serving, tmp_path / "document", compression="GZIP")

    assert isinstance(outcome, Failed)
    assert outcome.code == "NotGzip"


@pytest.mark.parametrize(
    "begun",
    [b"", b"HTTP/1.1 200 OK\r\n", http(REPORT, length=99_999)],
    ids=["none", "headers", "body"],
)
def test_silence_ends_in_time(begun: bytes, tmp_path: Path) -> None:
    with host(begun, HANG) as serving:
        outcome = get(serving, tmp_path / "document", timeout=0.05)

    assert outcome == Failed("TimedOut", "No byte of the document came for 0.05 s.", True, False)
    assert list(tmp_path.iterdir()) == []


def test_a_drip_ends_when_its_time_is_up(tmp_path: Path) -> None:
    with host(http(REPORT[:20], length=len(REPORT)), HANG) as serving:
        outcome = get(serving, tmp_path / "document", clock=Steps(61), within=60)

    assert outcome == Failed("TimedOut", "The document came too slowly.", True, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "answer",
    [http(REPORT), chunked(REPORT), http(gzip.compress(b"sku\ta\n" * 200))],
    ids=["said", "came", "unpacked"],
)
def test_more_than_the_limit_is_refused(answer: bytes, tmp_path: Path) -> None:
    with host(answer) as serving:
        outcome = get(serving, tmp_path / "document", limit=1000)

    assert outcome == Failed("TooLarge", "The document has more than 1,000 bytes.", False, False)
    assert list(tmp_path.iterdir()) == []


def test_where_nobody_listens_there_is_no_answer(tmp_path: Path) -> None:
    with host() as serving:
        url, name = serving.url, serving.name

    outcome = fetch(url, tmp_path / "d", compression=None, clock=Steps(), trusted=(name,))

    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.temporary) == ("NoAnswer", True)


def test_a_foreign_certificate_is_no_answer(tmp_path: Path) -> None:
    with host(b"no TLS here") as serving:
        url, name = serving.url.replace("http:", "https:"), serving.name
        outcome = fetch(
            url, tmp_path / "d", compression=None, clock=Steps(), trusted=(name,), timeout=5
        )

    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.temporary) == ("NoAnswer", True)


# --- whom we ask -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "BadAddress"),
        ("ftp://tortuga.s3.amazonaws.com/a", "BadAddress"),
        ("http://tortuga.s3.amazonaws.com/a", "BadAddress"),
        ("//tortuga.s3.amazonaws.com/a", "BadAddress"),
        ("/a", "BadAddress"),
        ("", "BadAddress"),
        ("https://", "ForeignHost"),
        ("https://[", "ForeignHost"),
        ("https://a:b/", "BadAddress"),
        ("https://a\x00b/", "BadAddress"),
        ("https://me:pass@tortuga.s3.amazonaws.com/a", "BadAddress"),
        ("https://s3.amazonaws.com@evil.example/a", "BadAddress"),
        ("https://evil.example/s3.amazonaws.com", "ForeignHost"),
        ("https://evil-amazonaws.com/a", "ForeignHost"),
        ("https://amazonaws.com.evil.example/a", "ForeignHost"),
        ("https://tortuga.s3.amazonaws.com:22/a", "ForeignHost"),
        ("https://169.254.169.254/latest/meta-data", "ForeignHost"),
        ("http://169.254.169.254/latest/meta-data", "BadAddress"),
        ("https://10.0.0.1/a", "ForeignHost"),
        ("https://2130706433/a", "ForeignHost"),
        ("https://[::1]/a", "ForeignHost"),
        ("https://[fd00:ec2::254]/a", "ForeignHost"),
        ("http://127.0.0.1:9/a", "ForeignHost"),
        ("http://localhost/a", "ForeignHost"),
    ],
)
def test_nobody_but_amazon_is_asked(url: str, code: str, tmp_path: Path) -> None:
    outcome = fetch(url, tmp_path / "d", compression=None, clock=Steps(), trusted=("127.0.0.1:8",))

    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.temporary, outcome.expired) == (code, False, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["tortuga-prod-na.s3.amazonaws.com", "m.media-amazon.com", "s3.cn-north-1.amazonaws.com.cn"],
)
def test_amazons_hosts_are_asked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with host(b"HTTP/1.1 418 No\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.name}")
        outcome = fetch(f"https://{name}/a?canary", tmp_path / "d", compression=None, clock=Steps())

    assert proxy.requests[0].startswith(f"CONNECT {name}:443 ".encode())
    assert b"canary" not in proxy.requests[0]
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.temporary) == ("NoAnswer", True)


@pytest.mark.parametrize(
    ("variable", "value"), [("HTTPS_PROXY", "nonsense://x"), ("SSL_CERT_FILE", "/nowhere/ca.pem")]
)
def test_surroundings_that_cannot_be_used_are_told(
    variable: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    outcome = fetch("https://a.amazonaws.com/", tmp_path / "d", compression=None, clock=Steps())

    assert isinstance(outcome, Failed)
    assert outcome.code == "BadSurroundings"


@pytest.mark.parametrize("trusted", ["127.0.0.1", "127.0.0.1:{port}"])
def test_a_loopback_host_is_asked_where_the_account_names_it(trusted: str, tmp_path: Path) -> None:
    with host(http(REPORT)) as serving:
        port = serving.name.rpartition(":")[2]
        outcome = fetch(
            serving.url,
            tmp_path / "d",
            compression=None,
            clock=Steps(),
            trusted=(trusted.format(port=port),),
        )

    assert isinstance(outcome, Fetched)


@pytest.mark.parametrize(
    "answer", [http(REPORT), http(b"", f"Location: {SIGNED}", status="302 Found"), b"x"]
)
def test_no_log_at_any_level_tells_the_address(
    answer: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)

    with host(answer) as serving:
        get(serving, tmp_path / "document")

    assert "canary" not in caplog.text
    assert "X-Amz" not in caplog.text


# --- memory and disk -------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_memory_stays_flat_however_long_the_document_is(packed: bool, tmp_path: Path) -> None:
    part = random.Random(3).randbytes(1 << 20).hex().encode()
    body = b"sku\tasin\n" + part * 32  # 64 MiB; gzip's window is too small to see the repetition
    sent = gzip.compress(body, compresslevel=1) if packed else body
    size, digest = len(body), xxhash.xxh3_128_hexdigest(body)
    answer = (http(b"", length=len(sent)), memoryview(sent))
    with host(*answer) as serving:
        tracemalloc.start()
        try:
            outcome = get(serving, tmp_path / "document")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert outcome == Fetched(tmp_path / "document", size, digest, None)
    assert peak < 16 << 20


def test_a_full_disk_ends_the_run_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    with host(http(REPORT)) as serving, pytest.raises(OutputError, match="disk is full"):
        get(serving, tmp_path / "document")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with host(http(REPORT)) as serving, pytest.raises(OutputError, match="cannot be written"):
        get(serving, tmp_path / "nowhere" / "document")


# --- declared charsets -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("Cp1252", "cp1252"),
        ("windows-1252", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("Shift_JIS", "cp932"),
        ("Windows-31J", "cp932"),
        ("MS932", "cp932"),
        ("ISO-8859-15", "iso8859-15"),
        ("windows-1254", "cp1254"),
        ("EUC-JP", "euc_jp"),
        ("GBK", "gb18030"),
        ("UTF-8", None),
        ("utf8", None),
        ("UTF-16", None),
        ("US-ASCII", None),
        ("rot13", None),
        ("../../x", None),
        ("", None),
        (None, None),
    ],
)
def test_a_declared_charset_is_an_encoding_to_try(charset: str | None, codec: str | None) -> None:
    assert codec_of(charset) == codec
    if codec is not None:
        assert "sku\t".encode(codec) == b"sku\t"
