"""What bytes are packed in: any gzip comes out whole or is refused, and no page passes for a document."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon.packing import Gauge, Refused, one_line, page_of, unpacked

HEADING = b"seller-sku\tasin1\n"
EXPIRED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    b"<Message>Request has expired</Message><X-Amz-Expires>300</X-Amz-Expires></Error>"
)


def read(
    *blocks: bytes, said_gzip: bool = False, tabular: bool = True, limit: int = 1 << 31
) -> bytes:
    gauge = Gauge(limit)

    def arriving() -> Iterator[bytes]:
        for block in blocks:
            gauge.received += len(block)
            yield block

    return b"".join(unpacked(arriving(), gauge, said_gzip=said_gzip, tabular=tabular))


def refusal(*blocks: bytes, said_gzip: bool = False, tabular: bool = True) -> Refused:
    with pytest.raises(Refused) as caught:
        read(*blocks, said_gzip=said_gzip, tabular=tabular)
    return caught.value


def pieces(data: bytes, places: list[int]) -> list[bytes]:
    cuts = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:stop] for start, stop in pairwise(cuts)]


# --- laws ------------------------------------------------------------------------------------------


@given(
    parts=st.lists(st.binary(max_size=200), max_size=5),
    places=st.lists(st.integers(0, 10_000), max_size=8),
    padding=st.text("\0 \n", max_size=9),
    said=st.booleans(),
)
def test_any_bytes_in_any_number_of_members_come_back_whole_however_they_arrive(
    parts: list[bytes], places: list[int], padding: str, said: bool
) -> None:
    packed = b"".join(gzip.compress(part) for part in (HEADING, *parts)) + padding.encode()

    assert read(*pieces(packed, places), said_gzip=said) == HEADING + b"".join(parts)


@given(data=st.data(), body=st.binary(max_size=300), twice=st.booleans())
def test_any_cut_of_a_gzip_is_refused(data: st.DataObject, body: bytes, twice: bool) -> None:
    packed = gzip.compress(HEADING + body)
    packed = gzip.compress(packed) if twice else packed
    cut = data.draw(st.integers(2, len(packed) - 1))

    assert refusal(packed[:cut]).code == "CutOff"


@given(data=st.data(), parts=st.lists(st.binary(max_size=50), min_size=1, max_size=3))
def test_a_cut_within_a_later_member_is_refused(data: st.DataObject, parts: list[bytes]) -> None:
    first = gzip.compress(HEADING)
    last = gzip.compress(parts[-1])
    whole = first + b"".join(map(gzip.compress, parts[:-1]))
    cut = data.draw(st.integers(1, len(last) - 1))

    assert refusal(whole + last[:cut]).code == "CutOff"


@given(data=st.data(), body=st.binary(min_size=1, max_size=300))
def test_no_bit_of_the_content_can_turn_over_unseen(data: st.DataObject, body: bytes) -> None:
    packed = bytearray(gzip.compress(HEADING + body, mtime=0))
    place = data.draw(
        st.integers(10, len(packed) - 1)
    )  # behind the header, which says nothing of use
    packed[place] ^= 1 << data.draw(st.integers(0, 7))

    try:
        came = read(bytes(packed))
    except Refused:
        return
    assert came == HEADING + body


@given(body=st.binary(max_size=300), places=st.lists(st.integers(0, 10_000), max_size=8))
def test_plain_bytes_are_handed_on_as_they_are(body: bytes, places: list[int]) -> None:
    assert read(*pieces(HEADING + body, places)) == HEADING + body


@given(text=st.text(), secret=st.text("abcdef0123456789%", min_size=1))
def test_foreign_text_is_one_short_printable_line_without_addresses(text: str, secret: str) -> None:
    line = one_line(f"{text} https://x.example/?X-Amz-Signature={secret}Q {text}")

    assert line.isprintable()
    assert len(line) <= 200
    assert f"{secret}Q" not in line


# --- cases -----------------------------------------------------------------------------------------


def test_what_unpacks_to_more_than_a_block_comes_whole() -> None:
    body = HEADING + b"A\tB\n" * 1_500_000

    assert read(gzip.compress(body)) == body


def test_what_was_packed_twice_is_unpacked_twice() -> None:
    assert read(gzip.compress(gzip.compress(HEADING)), said_gzip=True) == HEADING


@pytest.mark.parametrize(
    ("body", "said", "code", "words"),
    [
        pytest.param(
            gzip.compress(HEADING) + b"junk", True, "Damaged", "something else", id="trailing"
        ),
        pytest.param(
            gzip.compress(HEADING) + b"\x1f", True, "CutOff", "cut off", id="a member's first byte"
        ),
        pytest.param(
            gzip.compress(gzip.compress(gzip.compress(HEADING))),
            True,
            "Packed",
            "2 times",
            id="thrice",
        ),
        pytest.param(b"", True, "NotGzip", "neither gzip", id="nothing, said to be gzip"),
        pytest.param(b"no data\n", True, "NotGzip", "neither gzip", id="words, said to be gzip"),
        pytest.param(
            b"<!DOCTYPE html><title>Sign in</title>", True, "Html", "HTML page (Sign in)", id="HTML"
        ),
        pytest.param(
            gzip.compress(b"\n <HTML><body>x"), True, "Html", "an HTML page", id="packed HTML"
        ),
        pytest.param(b"\xef\xbb\xbf<html>", False, "Html", "an HTML page", id="HTML after a BOM"),
        pytest.param("<html>".encode("utf-16"), False, "Html", "an HTML page", id="HTML in UTF-16"),
        pytest.param(b"<Envelope><a/></Envelope>", False, "Xml", "XML <Envelope>", id="XML"),
        pytest.param(b"<", False, "Xml", "markup", id="a bracket"),
        pytest.param(b'{"a": 1', False, "Json", "came JSON.", id="JSON that is cut"),
        pytest.param(b"[" * 16_000, False, "Json", "came JSON.", id="deep JSON"),
        pytest.param(b"[]", False, "Json", "came JSON.", id="an empty array"),
        pytest.param(
            b'{"errors":[{"code":"Unauthorized","message":"Access denied."}]}',
            False,
            "Json",
            "JSON (Unauthorized: Access denied.)",
            id="Amazon's errors",
        ),
    ],
)
def test_what_is_no_document_is_refused_with_what_was_found(
    body: bytes, said: bool, code: str, words: str
) -> None:
    refused = refusal(body, said_gzip=said)

    assert refused.code == code
    assert words in refused.message


def test_a_zip_is_refused_for_good() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("report.txt", HEADING)

    refused = refusal(out.getvalue())

    assert (refused.code, refused.temporary) == ("Zip", False)


def test_an_expired_address_is_told_as_such_and_in_amazons_words() -> None:
    refused = refusal(EXPIRED)

    assert refused.expired
    assert "AccessDenied: Request has expired" in refused.message


@pytest.mark.parametrize(
    ("code", "expired"), [("ExpiredToken", True), ("SlowDown", False), ("NoSuchKey", False)]
)
def test_whether_a_new_address_helps_goes_by_the_code_too(code: str, expired: bool) -> None:
    page = page_of(f"<Error><Code>{code}</Code><Message>x</Message></Error>".encode())

    assert page is not None
    assert page.expired is expired


def test_json_is_a_document_where_no_table_is_expected_but_markup_never_is() -> None:
    body = gzip.compress(b'{"errorDetails": "No data."}')

    assert read(body, tabular=False) == b'{"errorDetails": "No data."}'
    assert refusal(b"<html>", tabular=False).code == "Html"


@pytest.mark.parametrize(
    "body",
    [HEADING, b"a,b\n", b"a;b\n", "sku\tähm\n".encode("utf-16")],
    ids=["tab", ",", ";", "UTF-16"],
)
def test_a_plain_report_that_was_said_to_be_gzip_is_taken(body: bytes) -> None:
    assert read(body, said_gzip=True) == body


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"no data\n", HEADING], ids=["empty", "blank", "words", "heading"]
)
def test_whether_a_short_document_means_no_listings_is_not_decided_here(body: bytes) -> None:
    assert read(body) == body


def test_a_bomb_is_refused_long_before_it_has_gone_off() -> None:
    bomb = gzip.compress(HEADING + bytes(200 << 20), compresslevel=9)

    refused = refusal(bomb)

    assert (refused.code, refused.temporary) == ("Bomb", False)


def test_a_bomb_within_a_gzip_is_measured_by_what_came() -> None:
    bomb = gzip.compress(gzip.compress(HEADING + bytes(200 << 20)))

    assert refusal(bomb).code == "Bomb"


def test_more_than_the_limit_is_refused_packed_or_not() -> None:
    with pytest.raises(Refused, match="more than 1,000 bytes"):
        read(gzip.compress(HEADING * 100), limit=1000)
