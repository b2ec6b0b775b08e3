"""Which file is read, and how its bytes come out of it: real files, packed, cut, damaged and foreign."""

from __future__ import annotations

import csv
import gzip
import io
import os
import random
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xxhash
from hypothesis import example, given
from hypothesis import strategies as st

from amzsync import documents
from amzsync.documents import (
    Document,
    Part,
    decide_encoding,
    first_line,
    halves,
    look,
    matching,
    newest,
    opened,
    opened_part,
)
from amzsync.errors import InputError, MissingInput

TEXT = "sku,name\nA,Größe\nB,漢字\n"


def write(path: Path, content: bytes, *, at: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def content(path: Path, size: int = -1) -> bytes:
    with opened(path) as stream:
        if size < 0:
            return stream.read()
        return b"".join(iter(lambda: stream.read(size), b""))


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return out.getvalue()


# --- which file ----------------------------------------------------------------------------------


def test_a_plain_name_is_that_file_relative_to_the_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "exports" / "a.csv", b"")

    assert newest("exports/a.csv", tmp_path) == path


def test_an_absolute_name_is_taken_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"")

    assert newest(str(path), Path("/nowhere")) == path
    assert newest(str(tmp_path / "*.csv"), Path("/nowhere")) == path


def test_of_several_matches_the_newest_is_read_and_of_one_age_the_last_by_name(
    tmp_path: Path,
) -> None:
    for name, at in (("b.csv", 2), ("z.csv", 1), ("c.csv", 2), ("a.csv", 2), ("d.txt", 3)):
        write(tmp_path / name, b"", at=at)

    assert [path.name for path in matching("*.csv", tmp_path)] == [
        "z.csv",
        "a.csv",
        "b.csv",
        "c.csv",
    ]
    assert newest("*.csv", tmp_path).name == "c.csv"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("in/**/*.csv", "in/2026/11/a.csv"),
        ("in/?.csv", "in/a.csv"),
        ("in/[ab].csv", "in/a.csv"),
        ("in/../in/*.csv", "in/a.csv"),
        ("in/report [1].csv", "in/report [1].csv"),
        ("in/what?.csv", "in/what?.csv"),
    ],
)
def test_globs_and_names_that_look_like_one(pattern: str, name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, b"")

    assert newest(pattern, tmp_path).resolve() == path


@pytest.mark.parametrize("folder", ["shop [old]", "a*b", "what?"])
def test_the_folder_of_the_configuration_is_no_pattern(folder: str, tmp_path: Path) -> None:
    path = write(tmp_path / folder / "exports" / "a.csv", b"")

    assert matching("exports/*.csv", tmp_path / folder) == [path]


@pytest.mark.parametrize(
    "pattern", ["none.csv", "*.csv", "folder", "fold*", "a**b/*.csv", "~nobody-of-this-name/a.csv"]
)
def test_a_file_that_is_missing_is_told_with_the_pattern(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(MissingInput, match=re.escape(pattern)) as caught:
        newest(pattern, tmp_path)
    assert caught.value.exit_code == 66
    assert caught.value.next_step


def test_a_file_is_looked_at_with_digest_size_and_time(tmp_path: Path) -> None:
    text = os.urandom(3 * documents.BLOCK + 1)
    path = write(tmp_path / "a.csv", text, at=1_700_000_000)

    assert look(path) == Document(
        path, xxhash.xxh3_128_hexdigest(text), len(text), "2023-11-14T22:13:20Z"
    )


def test_looking_at_a_file_that_has_gone_or_is_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingInput):
        look(tmp_path / "gone.csv")
    with pytest.raises(InputError, match="cannot be read"):
        look(tmp_path)


# --- packed --------------------------------------------------------------------------------------

PACKED = {
    "plain": TEXT.encode(),
    "gzip": gzip.compress(TEXT.encode()),
    "several gzip members": b"".join(
        gzip.compress(line) for line in TEXT.encode().splitlines(True)
    ),
    "a gzip member without content": gzip.compress(b"") + gzip.compress(TEXT.encode()),
    "gzip padded with noughts": gzip.compress(TEXT.encode()) + bytes(512),
    "zip": zipped(("a.csv", TEXT.encode())),
    "zip with a folder": zipped(("exports/", b""), ("exports/a.csv", TEXT.encode())),
    "UTF-8 with byte order mark": TEXT.encode("utf-8-sig"),
    "UTF-16 little endian": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "UTF-16 big endian": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "gzip of UTF-16": gzip.compress(TEXT.encode("utf-16")),
    "zip of UTF-8 with byte order mark": zipped(("a.csv", TEXT.encode("utf-8-sig"))),
}


@pytest.mark.parametrize("name", ["report.csv", "report.gz", "report"])
@pytest.mark.parametrize("size", [-1, 1, 3, 5, 1 << 16])
@pytest.mark.parametrize("packed", PACKED)
def test_a_document_is_unpacked_by_what_it_is_not_by_its_name(
    packed: str, size: int, name: str, tmp_path: Path
) -> None:
    path = write(tmp_path / name, PACKED[packed])

    assert content(path, size) == TEXT.encode()
    assert first_line(path) == "sku,name"


@pytest.mark.parametrize("text", [b"", b"a", b"\xef\xbb", b"\xff", b"PK", b"\x1f"])
def test_a_document_shorter_than_any_mark_is_itself(text: bytes, tmp_path: Path) -> None:
    assert content(write(tmp_path / "a.csv", text), 16) == text


LARGE = "".join(f"{number},name {number * 7919 % 1000}\n" for number in range(60_000)).encode()


def flipped(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 0x55
    return bytes(changed)


def _encrypted() -> bytes:
    data = bytearray(zipped(("a.csv", LARGE)))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    return bytes(data)


def _packed_by(method: int) -> bytes:
    data = bytearray(zipped(("a.csv", LARGE)))
    central = data.index(b"PK\x01\x02")
    data[8] = data[central + 10] = method
    return bytes(data)


PACKED_LARGE, ZIPPED_LARGE = gzip.compress(LARGE), zipped(("a.csv", LARGE))
DAMAGED = {
    "gzip cut in half": PACKED_LARGE[: len(PACKED_LARGE) // 2],
    "gzip cut in its last byte": PACKED_LARGE[:-1],
    "gzip cut before its checksum": PACKED_LARGE[:-8],
    "gzip cut in its second member": PACKED_LARGE * 2 + PACKED_LARGE[:50],
    "gzip cut in its heading": PACKED_LARGE[:7],
    "gzip with a wrong checksum": flipped(PACKED_LARGE, len(PACKED_LARGE) - 6),
    "gzip with a wrong length": flipped(PACKED_LARGE, len(PACKED_LARGE) - 2),
    "gzip with wrong bytes": flipped(PACKED_LARGE, len(PACKED_LARGE) // 2),
    "gzip with garbage behind": PACKED_LARGE + b"<html>",
    "zip cut in half": ZIPPED_LARGE[: len(ZIPPED_LARGE) // 2],
    "zip with wrong bytes": flipped(ZIPPED_LARGE, len(ZIPPED_LARGE) // 2),
    "zip of two files": zipped(("a.csv", b"a"), ("b.csv", b"b")),
    "zip of folders": zipped(("a/", b"")),
    "zip with a password": _encrypted(),
    "zip packed by a method of Windows": _packed_by(9),
    "zip packed by an unknown method": _packed_by(99),
    "zip said to be packed with bzip2": _packed_by(12),
    "zip said to be packed with LZMA": _packed_by(14),
    "UTF-16 with an odd byte": TEXT.encode("utf-16")[:-1],
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_archive_is_refused_in_a_sentence(damage: str, tmp_path: Path) -> None:
    path = write(tmp_path / "report.gz", DAMAGED[damage])

    with pytest.raises(InputError, match=r"report\.gz") as caught:
        content(path, 1 << 16)
    assert caught.value.next_step
    assert caught.value.exit_code == 65


def test_whatever_byte_of_an_archive_is_flipped_nothing_but_the_text_comes_out(
    tmp_path: Path,
) -> None:
    chance = random.Random(2)
    text = LARGE[:5000]
    for packed in (gzip.compress(text, mtime=0), zipped(("a.csv", text))):
        for _ in range(400):
            path = write(tmp_path / "a", flipped(packed, chance.randrange(4, len(packed) - 1)))
            with suppress(InputError):
                assert content(path, 1 << 16) == text


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(gzip.compress(bytes(80 << 20)), id="gzip"),
        pytest.param(zipped(("a", bytes(80 << 20))), id="zip"),
        pytest.param(gzip.compress(bytes(20 << 20)) * 4, id="several members"),
    ],
)
def test_a_bomb_is_not_unpacked_to_its_end(bomb: bytes, tmp_path: Path) -> None:
    path = write(tmp_path / "bomb.gz", bomb)
    sizes: list[int] = []

    with pytest.raises(InputError, match="500 times its size"), opened(path) as stream:
        sizes.extend(iter(lambda: len(stream.read(1 << 20)), 0))
    assert sum(sizes) <= 64 << 20


def test_a_document_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    text = b"A,1\n" * 4_000_000
    path = write(tmp_path / "a.gz", gzip.compress(text))

    assert content(path, 1 << 20) == text


def test_a_lone_surrogate_in_utf16_spoils_nothing_but_itself(tmp_path: Path) -> None:
    lines = [f"A-{number},漢字\r\n".encode("utf-16-le") for number in range(1000)]
    lines[500] = b"A\x00,\x00\x3d\xd8\r\x00\n\x00"  # half a smiley, as a title cut by a spreadsheet
    path = write(tmp_path / "a.csv", b"\xff\xfe" + b"".join(lines))

    found = content(path, 1 << 10).split(b"\r\n")

    assert len(found) == 1001
    assert [number for number, line in enumerate(found) if not _is_utf8(line)] == [500]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# --- the first line ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encodings", "expected"),
    [
        (b"sku,name\r\nA,b\r\n", (), "sku,name"),
        (b"sku,name", (), "sku,name"),
        (b"", (), ""),
        (b"\n", (), ""),
        ("Händler-SKU\tName\n".encode(), ("cp1252",), "Händler-SKU\tName"),
        ("Händler-SKU\tName\n".encode("cp1252"), ("cp1252",), "Händler-SKU\tName"),
        ("出品者SKU\tName\n".encode("cp932"), ("cp932", "latin-1"), "出品者SKU\tName"),
        ("Händler\n".encode("cp1252"), (), "Händler"),
        (b"Preis \x80\x81\n", ("cp1252",), "Preis \x80\x81"),
    ],
)
def test_the_first_line_is_decoded_by_the_first_encoding_that_fits(
    text: bytes, encodings: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    assert first_line(write(tmp_path / "a.csv", text), encodings) == expected


# --- the encoding --------------------------------------------------------------------------------

WESTERN, JAPANESE = ("cp1252", "latin-1"), ("cp932", "cp1252", "latin-1")
GOOD, BAD = "Größe\n".encode(), "Größe\n".encode("cp1252")


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("text", "fallbacks", "expected"),
    [
        pytest.param(b"", WESTERN, "utf-8", id="empty"),
        pytest.param(b"plain\n" * 9, WESTERN, "utf-8", id="ASCII"),
        pytest.param("漢字 Größe\n".encode() * 9, WESTERN, "utf-8", id="UTF-8"),
        pytest.param("漢字".encode(), WESTERN, "utf-8", id="UTF-8 without a line end"),
        pytest.param(BAD * 9, WESTERN, "cp1252", id="cp1252"),
        pytest.param(b"ascii\n" * 9 + BAD, WESTERN, "cp1252", id="one letter of cp1252"),
        pytest.param(b"\x81\x8d\n" * 3, WESTERN, "latin-1", id="latin-1, no cp1252"),
        pytest.param("漢字テーブル\n".encode("cp932"), JAPANESE, "cp932", id="cp932"),
        pytest.param("ソ\n".encode("cp932") * 5, JAPANESE, "cp932", id="cp932 and a backslash"),
        pytest.param(b"caf\xe9\n" * 3, JAPANESE, "cp1252", id="not cp932"),
        pytest.param(GOOD * 9 + BAD, WESTERN, "utf-8", id="one line of ten is bad"),
        pytest.param(GOOD * 8 + BAD, WESTERN, "cp1252", id="one line of nine is bad"),
        pytest.param(BAD + b"ascii\n" * 50 + GOOD * 9, WESTERN, "utf-8", id="the first is bad"),
        pytest.param(GOOD * 9 + BAD, (), "utf-8", id="nothing to fall back on, few are bad"),
    ],
)
def test_the_encoding_is_decided_for_the_whole_document(
    text: bytes, fallbacks: tuple[str, ...], expected: str, block: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "BLOCK", block)
        found = decide_encoding(io.BytesIO(text), "a.txt", fallbacks=fallbacks)

    assert found == expected


@pytest.mark.parametrize("fallbacks", [(), ("cp932",)])
def test_a_document_that_fits_no_encoding_is_refused(fallbacks: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=r"a\.txt is not UTF-8 text \(2 lines") as caught:
        decide_encoding(io.BytesIO(b"caf\xe9\nascii\n\xe9\n"), "a.txt", fallbacks=fallbacks)
    assert "encoding" in caught.value.next_step


@given(
    st.lists(st.sampled_from([GOOD, BAD, b"ascii\n", b"\n", "漢\n".encode()]), max_size=60),
    st.integers(1, 40),
)
def test_the_encoding_does_not_depend_on_where_blocks_end(lines: list[bytes], block: int) -> None:
    good = sum(line in (GOOD, "漢\n".encode()) for line in lines)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "BLOCK", block)
        found = decide_encoding(io.BytesIO(b"".join(lines)), "a.txt", fallbacks=("latin-1",))

    assert found == ("utf-8" if lines.count(BAD) * 9 <= good else "latin-1")


# --- halves --------------------------------------------------------------------------------------

CELL = st.text(alphabet=st.sampled_from('ab,"\n\r é'), max_size=12)


def as_csv(rows: list[list[str]], end: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


def rows_of(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode(), newline=""), strict=True))


@given(
    st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from([1, 5, 1 << 20]),
)
@example([["a", "b\n" * 50], ["c", "d"]], "\n", False, 5)
def test_a_document_is_cut_between_two_records(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    end: str,
    marked: bool,
    block: int,
) -> None:
    text = as_csv(rows, end)
    path = write(
        tmp_path_factory.getbasetemp() / "halves.csv", (b"\xef\xbb\xbf" if marked else b"") + text
    )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "BLOCK", block)
        parts = halves(look(path))

    if parts is None:
        return
    first, second = parts
    assert (first.start, first.line) == (0, 1)
    assert (first.stop, second.stop) == (second.start, path.stat().st_size)
    with opened_part(path, first) as one, opened_part(path, second) as two:
        found = one.read(), two.read()
    assert b"".join(found) == text
    assert rows_of(found[0]) + rows_of(found[1]) == rows
    assert second.line == 1 + found[0].count(b"\n")
    assert found[0]
    assert found[1]


def test_the_halves_of_a_long_document_are_about_as_long(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", LARGE)

    parts = halves(look(path))

    assert parts is not None
    assert abs(parts[0].stop - len(LARGE) // 2) < 100


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"a,b\n", id="one line"),
        pytest.param(b"a,b", id="no line end"),
        pytest.param(b'a,"b\nc\nd\ne"\n', id="one record of several lines"),
        pytest.param(gzip.compress(LARGE), id="gzip"),
        pytest.param(zipped(("a", LARGE)), id="zip"),
        pytest.param(TEXT.encode("utf-16"), id="UTF-16"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="UTF-16 big endian"),
    ],
)
def test_what_cannot_be_cut_is_left_whole(text: bytes, tmp_path: Path) -> None:
    assert halves(look(write(tmp_path / "a.csv", text))) is None


@pytest.mark.parametrize("size", [-1, 1, 4, 1 << 16])
def test_a_part_ends_where_it_is_said_to(size: int, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"\xef\xbb\xbf0123456789")

    for part, expected in (
        (Part(0, 8, 1), b"01234"),
        (Part(8, 13, 2), b"56789"),
        (Part(8, 8, 2), b""),
    ):
        with opened_part(path, part) as stream:
            found = [stream.read()] if size < 0 else iter(lambda: stream.read(size), b"")
            assert b"".join(found) == expected
