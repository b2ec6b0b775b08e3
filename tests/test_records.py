"""The walk over a document, by its laws: what is known is passed over, and nothing is lost on the way."""

from __future__ import annotations

import io
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amzsync import records
from amzsync.commerce.csv_records import repair
from amzsync.errors import InputError
from amzsync.records import Footprint, Record, Walk

WIDTH = 3
BLOCKS = st.sampled_from([1, 2, 3, 7, 16, 64, 1 << 20])


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the documents of a law are written."""

    delimiter: str
    quoted: bool
    end: str

    @property
    def header(self) -> bytes:
        return (self.delimiter.join(["sku", "name", "price"]) + self.end).encode()

    def record(self, cells: Sequence[str]) -> bytes:
        if self.quoted:
            cells = [_enclosed(cell, self.delimiter) for cell in cells]
        return (self.delimiter.join(cells) + self.end).encode()


def _enclosed(cell: str, delimiter: str) -> str:
    if any(mark in cell for mark in (delimiter, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


CSV = Dialect(",", True, "\n")
TSV = Dialect("\t", False, "\n")
DIALECTS = [
    Dialect(delimiter, quoted, end)
    for delimiter, quoted in ((",", True), (";", True), ("\t", True), ("\t", False))
    for end in ("\n", "\r\n")
]


@dataclass(frozen=True, slots=True)
class Walked:
    """What came of a walk in which every readable record was accepted."""

    yielded: list[Record]
    footprint: list[tuple[int, int]]
    known: Footprint
    gone: set[int]
    read: int
    mended: int
    undecodable: bool

    @property
    def readable(self) -> list[bytes]:
        return [record.raw for record in self.yielded if record.cells is not None]

    @property
    def rejected(self) -> list[bytes]:
        return [record.raw for record in self.yielded if record.cells is None]


def walked(
    document: bytes,
    dialect: Dialect,
    *,
    known: Footprint | None = None,
    reparse: bool = False,
    block: int = 1 << 20,
    encoding: str = "utf-8",
    mend: bool = True,
) -> Walked:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "BLOCK", block)
        walk = Walk(
            io.BytesIO(document),
            encoding=encoding,
            delimiter=dialect.delimiter,
            quoted=dialect.quoted,
            repair=partial(repair, delimiter=dialect.delimiter)
            if mend and dialect.quoted
            else None,
        )
        walk.header()
        walk.compare(known or Footprint(), reparse=reparse)
        yielded = []
        for record in walk:
            yielded.append(record)
            if record.cells is not None:
                walk.accept(len(record.raw), record.digest)
    return Walked(
        yielded,
        list(zip(walk.footprint.lengths, walk.footprint.digests, strict=True)),
        walk.footprint,
        walk.gone,
        walk.read,
        walk.mended,
        walk.undecodable,
    )


def nobody_knows() -> Footprint:
    """Return a footprint that nothing fits, with which every record is read with care."""
    return Footprint(array("I", [1]), array("q", [-1]))


# --- two versions of a document ------------------------------------------------------------------

QUOTED_CELL = st.text(alphabet=st.sampled_from('ab1 ,;\t"\n\r\\é漢'), max_size=6)
PLAIN_CELL = st.text(alphabet=st.sampled_from('ab1 ,;"\\é漢\x0b\x85\u2028'), max_size=6)


@dataclass(frozen=True, slots=True)
class Version:
    """A document and the records it was made of, blank lines among them."""

    document: bytes
    raws: list[bytes]  # without the blank lines
    lines: list[int]

    @classmethod
    def of(cls, dialect: Dialect, parts: Sequence[bytes], *, ended: bool) -> Version:
        parts = list(parts)
        if parts and not ended:
            parts[-1] = parts[-1].removesuffix(dialect.end.encode())
        lines, line = [], 2
        for part in parts:
            lines.append(line)
            line += part.count(b"\n")
        kept = [(raw, at) for raw, at in zip(parts, lines, strict=True) if raw.strip(b" \r\n")]
        return cls(
            dialect.header + b"".join(parts), [raw for raw, _ in kept], [at for _, at in kept]
        )


@st.composite
def versions(draw: st.DrawFn) -> tuple[Dialect, Version, Version]:
    """Return two versions: rows kept, replaced, inserted, removed, moved and repeated; blank lines, too."""
    dialect = draw(st.sampled_from(DIALECTS))
    cell = QUOTED_CELL if dialect.quoted else PLAIN_CELL
    row = st.lists(cell, min_size=WIDTH, max_size=WIDTH).map(dialect.record)
    pool = draw(st.lists(row, min_size=1, max_size=8, unique=True))
    some = st.lists(st.sampled_from([*pool, dialect.end.encode()]), max_size=14)
    first = draw(some)
    if draw(st.booleans()):
        second = draw(some)
    else:
        second = list(first)
        for _ in range(draw(st.integers(0, 4))):
            place = draw(st.integers(0, len(second)))
            stop = min(len(second), place + draw(st.integers(0, 3)))
            second[place:stop] = draw(st.lists(st.sampled_from(pool), max_size=2))
    return (
        dialect,
        Version.of(dialect, first, ended=draw(st.booleans())),
        Version.of(dialect, second, ended=draw(st.booleans())),
    )


Versions = tuple[Dialect, Version, Version]


@given(versions(), BLOCKS)
def test_a_first_walk_yields_every_record_with_its_line(versions: Versions, block: int) -> None:
    dialect, version, _ = versions

    found = walked(version.document, dialect, block=block)

    assert [record.raw for record in found.yielded] == version.raws
    assert [record.line for record in found.yielded] == version.lines
    assert all(len(record.cells or []) == WIDTH for record in found.yielded)
    assert found.read == len(version.raws)
    assert found.gone == set()


@given(versions(), BLOCKS)
def test_the_same_document_again_is_passed_over_whole(versions: Versions, block: int) -> None:
    dialect, version, _ = versions
    first = walked(version.document, dialect)

    again = walked(version.document, dialect, known=first.known, block=block)

    assert again.yielded == []
    assert again.read == len(version.raws)
    assert again.footprint == first.footprint
    assert again.gone == set()


@given(versions(), BLOCKS)
@example(  # a record that lacked its line end goes on in the next version
    (
        CSV,
        Version.of(CSV, [b"a,b,1\n", b"c,d,2\n"], ended=False),
        Version.of(CSV, [b"a,b,1\n", b"c,d,23\n"], ended=True),
    ),
    1 << 20,
)
@example(
    (
        TSV,
        Version.of(TSV, [b"a\tb\t1\n"], ended=False),
        Version.of(TSV, [b"a\tb\t1\n", b"c\td\t2\n"], ended=True),
    ),
    1,
)
def test_a_walk_yields_what_the_version_before_has_not(versions: Versions, block: int) -> None:
    dialect, old, new = versions
    before = walked(old.document, dialect)
    fresh = walked(new.document, dialect)

    found = walked(new.document, dialect, known=before.known, block=block)

    yielded = [record.raw for record in found.yielded]
    added = set(new.raws) - set(old.raws)
    assert {raw for raw in yielded if raw not in old.raws} == added
    # A record that was known comes only as the copy of one that stands more than once.
    assert all(new.raws.count(raw) > 1 for raw in yielded if raw in old.raws)
    lines = dict(zip(new.lines, new.raws, strict=True))
    assert all(lines[record.line] == record.raw for record in found.yielded)
    assert found.read == len(new.raws)
    assert found.footprint == fresh.footprint
    digests = {record.raw: record.digest for record in walked(old.document, dialect).yielded}
    assert found.gone == {digests[raw] for raw in set(old.raws) - set(new.raws)}


@given(versions(), BLOCKS)
def test_reparsing_yields_everything_and_still_knows_what_is_gone(
    versions: Versions, block: int
) -> None:
    dialect, old, new = versions
    before = walked(old.document, dialect)

    found = walked(new.document, dialect, known=before.known, reparse=True, block=block)

    assert [record.raw for record in found.yielded] == new.raws
    assert found.footprint == walked(new.document, dialect).footprint
    here = {digest for _, digest in found.footprint}
    assert found.gone == {digest for _, digest in before.footprint if digest not in here}


def _numbered(numbers: Sequence[int]) -> bytes:
    return TSV.header + b"".join(TSV.record([str(number), "name", "1"]) for number in numbers)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        pytest.param([*range(1, 5000)], [], id="the first is removed"),
        pytest.param([*range(4000)], [], id="the last thousand are removed"),
        pytest.param([*range(2000), *range(2400, 5000)], [], id="four hundred are removed"),
        pytest.param([*range(1, 5000), 0], [], id="the first moves to the end"),
        pytest.param([400, *range(400), *range(401, 5000)], [], id="one moves up"),
        pytest.param([-1, *range(5000)], [-1], id="one is put in front"),
        pytest.param([*range(5000), 6000, 6001], [6000, 6001], id="two are added"),
        pytest.param(
            [n if n % 100 else -n - 1 for n in range(5000)],
            [-n - 1 for n in range(0, 5000, 100)],
            id="every hundredth is replaced",
        ),
    ],
)
def test_in_a_long_document_only_what_changed_is_yielded(
    numbers: list[int], expected: list[int]
) -> None:
    known = walked(_numbered(range(5000)), TSV).known

    found = walked(_numbered(numbers), TSV, known=known)

    assert [int(record.raw.split(b"\t")[0]) for record in found.yielded] == expected
    assert found.read == len(numbers)
    assert len(found.gone) == len(set(range(5000)) - set(numbers))


# --- fast and careful ----------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        b"a", b"1", b",", b"\t", b'"', b'""', b"\\", b'\\"', b"\n", b"\r\n", b"\r", b" ", b"\x00", b"\xff",
        b"\xc3\xa9", b"\xc3", b"a,b,c\n", b'"x","y\n","z"\n', b"a\tb\tc\n", b"\x0c", b"\x85",
    ]
)  # fmt: skip
BYTES = st.lists(PIECES, max_size=40).map(b"".join)


@given(BYTES, st.sampled_from(DIALECTS), BLOCKS, st.booleans())
@example(b"\t\t\n", TSV, 16, True)
@example(b"a\tb\tc\n\t\t\na\tb\tc\n", TSV, 16, True)
@example(b"\t\n", CSV, 16, True)
@example(b" \t\n", TSV, 16, True)
def test_fast_and_careful_reading_give_the_same_records(
    body: bytes, dialect: Dialect, block: int, mend: bool
) -> None:
    document = dialect.header + body

    fast = walked(document, dialect, block=block, mend=mend)
    careful = walked(document, dialect, block=block, mend=mend, known=nobody_knows())

    assert fast.yielded == careful.yielded
    assert (fast.read, fast.mended, fast.undecodable, fast.footprint) == (
        careful.read,
        careful.mended,
        careful.undecodable,
        careful.footprint,
    )


@given(BYTES, st.sampled_from(DIALECTS), BLOCKS)
def test_every_byte_of_a_document_is_in_exactly_one_record_or_on_a_blank_line(
    body: bytes, dialect: Dialect, block: int
) -> None:
    found = walked(dialect.header + body, dialect, block=block)

    rest = body
    for record in found.yielded:
        blank, _, rest = rest.partition(record.raw)
        assert not blank.strip()
    assert not rest.strip()
    assert found.read == len(found.yielded)


@given(BYTES, st.sampled_from(DIALECTS))
def test_a_record_that_is_not_read_has_a_reason(body: bytes, dialect: Dialect) -> None:
    for mend in (True, False):
        for record in walked(dialect.header + body, dialect, mend=mend).yielded:
            assert (record.cells is None) == bool(record.reason)


@given(BYTES, st.sampled_from(DIALECTS), BLOCKS)
def test_any_document_is_the_same_when_it_comes_again(
    body: bytes, dialect: Dialect, block: int
) -> None:
    document = dialect.header + body
    first = walked(document, dialect)

    again = walked(document, dialect, known=first.known, block=block)

    assert Counter(again.rejected) == Counter(first.rejected)
    assert again.readable == []
    assert again.footprint == first.footprint
    assert again.read == first.read
    assert again.gone == set()


# --- damage --------------------------------------------------------------------------------------

GOOD = [
    b"A-1,plain,1.00\n",
    b'A-2,"two\nlines",2.00\n',
    b'A-3,"9"" tall, and a comma",3.00\n',
    b'"A-4","",""\n',
    "A-5,Größe,5.00\n".encode(),
]
REPAIRED = {
    "a quote after a backslash": (b'D-1,"{\\"a\\": 1}",1.00\n', ["D-1", '{\\"a\\": 1}', "1.00"]),
    "a stray quote": (b'D-2,"9" tall",1.00\n', ["D-2", '9 tall"', "1.00"]),
}
DAMAGED = {
    "a cell too few": b"D-3,short\n",
    "a cell too many": b"D-4,a,b,c\n",
    "an open quote at the end": b'D-5,name,"1.00\n',
    "an open quote in the middle": b'D-6,"name,1.00\n',
    "an open quote at the start": b'"D-7,name,1.00\n',
    "bytes that are not UTF-8": b"D-8,Gr\xf6\xdfe,1.00\n",
    "a cut letter": b"D-9,Gr\xc3,1.00\n",
    "not UTF-8 in a cell of two lines": b'D-10,"Gr\xf6\n\xdfe",1.00\n',
    "carriage returns within a line": b"D-11,a\rb,c\rd,1.00\n",
    "text after a quote and a cell too many": b'D-11,"a"b,c,1.00\n',
}
PATHS = {"fast": None, "careful": nobody_knows()}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("after", GOOD, ids=range(1, 6))
@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_record_is_one_rejected_record_between_good_neighbours(
    damage: str, after: bytes, path: str
) -> None:
    document = CSV.header + b"".join(GOOD) + DAMAGED[damage] + after + b"".join(GOOD)

    found = walked(document, CSV, known=PATHS[path])

    assert found.rejected == [DAMAGED[damage]]
    assert found.readable == [*GOOD, after, *GOOD]
    assert found.read == 2 * len(GOOD) + 2


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("damage", REPAIRED)
def test_a_record_that_another_writer_would_understand_is_read_as_it_would(
    damage: str, path: str
) -> None:
    raw, cells = REPAIRED[damage]

    found = walked(CSV.header + GOOD[0] + raw + b"".join(GOOD), CSV, known=PATHS[path])

    assert [record.cells for record in found.yielded if record.raw == raw] == [cells]
    assert found.readable == [GOOD[0], raw, *GOOD]
    assert found.mended == 1


@pytest.mark.parametrize("path", PATHS)
def test_a_record_that_is_repaired_does_not_pay_for_bytes_of_the_one_behind_it(path: str) -> None:
    mended, broken = REPAIRED["a quote after a backslash"][0], b'D-8,"Gr\xf6\xdfe",1.00\n'
    runaway = b'D-1,"say \\"",1.00\n'  # as PHP wrote it; by RFC 4180 it goes on into the next line
    for first in (mended, runaway):
        document = CSV.header + first + broken + GOOD[0]

        found = walked(document, CSV, known=PATHS[path])

        reasons = {record.raw: record.reason for record in found.yielded if record.reason}
        assert reasons == {broken: "it has bytes that are not utf-8"}
        assert found.readable == [first, GOOD[0]]


@pytest.mark.parametrize("path", PATHS)
def test_bytes_of_another_encoding_in_a_repaired_record_are_seen(path: str) -> None:
    raw = b'D-1,"{\\"a\\": 1,\nGr\xf6\xdfe}",1.00\n'

    found = walked(CSV.header + raw + GOOD[0], CSV, known=PATHS[path])

    assert found.rejected == [raw]
    assert found.undecodable


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(DAMAGED)), st.lists(st.sampled_from(GOOD), min_size=1)),
        max_size=6,
    ),
    BLOCKS,
    st.booleans(),
)
def test_damage_anywhere_rejects_as_many_records_as_are_damaged(
    parts: list[tuple[str, list[bytes]]], block: int, careful: bool
) -> None:
    raws = [raw for damage, good in parts for raw in (DAMAGED[damage], *good)]

    found = walked(
        CSV.header + b"".join(raws), CSV, block=block, known=nobody_knows() if careful else None
    )

    assert [record.raw for record in found.yielded] == raws
    assert found.rejected == [DAMAGED[damage] for damage, _ in parts]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "title",
    ['"unbalanced', 'un"balanced', '"', '""', '5" disk', "a\x0bb\x0cc\x85d\u2028e", "a\rb", "\\"],
)
def test_a_tab_separated_record_ends_at_its_line_feed_and_nowhere_else(
    title: str, path: str
) -> None:
    rows = [["A", title, "1"], ["B", "plain", "2"], ["C", title, "3"]]
    document = TSV.header + b"".join(map(TSV.record, rows))

    found = walked(document, TSV, known=PATHS[path])

    assert [record.cells for record in found.yielded] == rows


def test_a_cell_of_two_hundred_kilobytes_is_read() -> None:
    cells = ["A", "x" * 200_000 + '\n"' + "y" * 200_000, "1"]

    found = walked(CSV.header + CSV.record(cells) + GOOD[0], CSV)

    assert [record.cells for record in found.yielded] == [cells, ["A-1", "plain", "1.00"]]


def test_a_blank_line_is_no_record() -> None:
    document = TSV.header + b"\n \n\r\n" + TSV.record(["A", "b", "1"]) + b"\n\n"

    found = walked(document, TSV)

    assert [(record.line, record.cells) for record in found.yielded] == [(5, ["A", "b", "1"])]
    assert found.read == 1


def test_a_record_in_another_encoding_is_decoded_by_it() -> None:
    text = "sku,name,price\nA,テーブル表,1\nB,ソ能,2\n"  # some of whose trail bytes are backslashes
    document = text.encode("cp932")

    found = walked(document, CSV, encoding="cp932")

    assert [record.cells for record in found.yielded] == [
        ["A", "テーブル表", "1"],
        ["B", "ソ能", "2"],
    ]
    assert not found.undecodable


# --- heading, and beginning in the middle --------------------------------------------------------


def test_the_heading_is_given_as_cells_and_as_text() -> None:
    walk = Walk(io.BytesIO(b'sku,"na\nme",price\r\nA,b,1\r\n'), delimiter=",", quoted=True)

    assert walk.header() == (["sku", "na\nme", "price"], 'sku,"na\nme",price\r\n')
    assert [(record.line, record.cells) for record in walk] == [(3, ["A", "b", "1"])]


def test_an_empty_document_has_an_empty_heading_and_no_records() -> None:
    walk = Walk(io.BytesIO(b""), delimiter=",", quoted=True)

    assert walk.header() == ([], "")
    assert list(walk) == []


@pytest.mark.parametrize(
    "line", [b'sku,"name\n', b'sku,"name"x,price\n', b"sku,na\rme\n", b'"', b'sku\r"name\r']
)
def test_a_heading_with_broken_quotes_is_told_in_a_sentence(line: bytes) -> None:
    walk = Walk(io.BytesIO(line + b"A,b\n"), delimiter=",", quoted=True)

    with pytest.raises(InputError, match="first line has broken quotes"):
        walk.header()


def test_a_walk_that_begins_in_the_middle_counts_lines_from_there() -> None:
    walk = Walk(io.BytesIO(b"A,b,1\nC,d\nE,f,2\n"), delimiter=",", quoted=True, repair=repair)
    walk.resume(3, 100)

    found = [(record.line, record.cells) for record in walk]

    assert found == [(100, ["A", "b", "1"]), (101, None), (102, ["E", "f", "2"])]
