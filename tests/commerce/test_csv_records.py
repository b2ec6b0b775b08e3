from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.commerce.csv_records import LINES_AHEAD, read_record, repair, sniff_delimiter

DATA = Path(__file__).parents[1] / "data" / "commerce"

CELL = st.text(alphabet=st.sampled_from('ab, ;\\"\n\r\t'), max_size=8)
SAFE_CELL = st.text(alphabet="abc \\", max_size=5)


def php_line(cells: list[str]) -> str:
    """What fputcsv writes with its backslash escape."""
    return ",".join(map(_php_cell, cells)) + "\n"


def _php_cell(cell: str) -> str:
    if not any(character in cell for character in ',"\\\n\r\t '):
        return cell
    written, escaped = "", False
    for character in cell:
        if character == "\\":
            escaped = True
        elif not escaped and character == '"':
            written += '"'
        else:
            escaped = False
        written += character
    return f'"{written}"'


def rfc_line(cells: list[str]) -> str:
    # csv.writer leaves a lone carriage return unquoted, so that it does not come back.
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


def walk(text: str, width: int) -> tuple[list[list[str]], list[str]]:
    """Read *text* as a reader with the repair path does: good rows, and texts of the bad ones."""
    good: list[list[str]] = []
    bad: list[str] = []
    at = 0
    while at < len(text):
        cells, end = repair(text, at, width)
        assert end > at
        if cells is None:
            bad.append(text[at:end])
        else:
            good.append(cells)
        at = end
    return good, bad


@pytest.mark.parametrize(
    ("text", "backslash", "expected"),
    [
        pytest.param("a,b\nc", False, (["a", "b"], 4), id="bare"),
        pytest.param("a,b\r\nc", False, (["a", "b"], 5), id="crlf"),
        pytest.param("a,b\rc", False, (["a", "b"], 4), id="cr"),
        pytest.param("a,", False, (["a", ""], 2), id="the last cell is empty"),
        pytest.param("\na", False, ([], 1), id="blank line"),
        pytest.param("", False, ([], 0), id="end of text"),
        pytest.param('"a,\n""b""",c\n', False, (['a,\n"b"', "c"], 13), id="quoted"),
        pytest.param('"a"x"y",b\n', False, (['ax"y"', "b"], 10), id="text after the quotes"),
        pytest.param('a"b,c\n', False, (['a"b', "c"], 6), id="quote in a bare field"),
        pytest.param('"a,b\n', False, None, id="open quotes"),
        pytest.param('"5\\" pipe, long",b\n', True, (['5\\" pipe, long', "b"], 19), id="php"),
        pytest.param(
            '"5\\" pipe, long",b\n', False, (["5\\ pipe", ' long"', "b"], 19), id="php as rfc"
        ),
        pytest.param(
            '"a\\\\"", b"\n', True, (['a\\\\"', ' b"'], 11), id="two backslashes escape too"
        ),
        pytest.param('"a\\n""b",c', True, (['a\\n"b', "c"], 10), id="backslash before a letter"),
        pytest.param('a\\"b,c\n', True, (['a\\"b', "c"], 7), id="no escape outside quotes"),
        pytest.param('"a\\",b\n', True, None, id="php open quotes"),
    ],
)
def test_one_record_is_read(
    text: str, backslash: bool, expected: tuple[list[str], int] | None
) -> None:
    assert read_record(text, 0, backslash=backslash) == expected


def test_a_record_is_read_from_any_offset_with_any_delimiter() -> None:
    assert read_record('a;b\n"c;d";e\n', 4, backslash=False, delimiter=";") == (["c;d", "e"], 12)


@given(st.text(alphabet=st.sampled_from('ab,"\n\r\\'), max_size=30))
def test_rfc_records_are_those_of_the_csv_module(text: str) -> None:
    for expected in csv.reader(io.StringIO(text, newline="")):
        record = read_record(text, 0, backslash=False)
        if record is None:  # the csv module gives what it has when the text ends inside quotes
            break
        assert record[0] == expected
        text = text[record[1] :]


@given(st.lists(CELL.filter(lambda cell: not cell.endswith("\\")), min_size=1, max_size=5))
def test_what_php_writes_is_read_back(cells: list[str]) -> None:
    line = php_line(cells)
    assert read_record(line + "next,row\n", 0, backslash=True) == (
        [] if cells == [""] else cells,
        len(line),
    )


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        pytest.param('A,"5\\" pipe, long"\nB,b\n', 2, (["A", '5\\" pipe, long'], 19), id="php row"),
        pytest.param(
            'A,"5\\""\nB,"3\\""\nC,c\n', 2, (["A", '5\\"'], 8), id="rfc would swallow the neighbour"
        ),
        pytest.param('"a\\""",b\n",c\n', 2, (['a\\"', "b"], 9), id="rfc before php"),
        pytest.param('A,"open\nB,"5\\" x, y"\n', 2, (None, 8), id="a php row is good as well"),
        pytest.param('A,"p\nr,s"t\nB,b\n', 2, (None, 11), id="a line with stray quotes is not"),
        pytest.param('A,"a\\"\nB,b\n', 2, (["A", "a\\"], 7), id="a value that ends in a backslash"),
        pytest.param('A,"5" pipe"\nB,b\n', 2, (["A", '5 pipe"'], 12), id="stray quote in one line"),
        pytest.param("A,a,x\nB,b\n", 2, (None, 6), id="too many cells"),
        pytest.param("A\nB,b\n", 2, (None, 2), id="too few cells"),
        pytest.param("A\nB\nC,c\n", 2, (None, 2), id="each short row is its own"),
        pytest.param('A,"x\ny,z\n",x\nB,b\n', 2, (None, 13), id="a text is not taken for rows"),
        pytest.param("\nB,b\n", 2, (None, 1), id="blank line"),
        pytest.param('A,"open\nB,b\nC,"c"\n', 2, (None, 8), id="an open quote swallows nothing"),
        pytest.param('A,"open\nx\ny, z,\nB,b\n', 2, (None, 16), id="on at the first good line"),
        pytest.param('A,"open\nx\n', 2, (None, 10), id="nothing good to the end"),
        pytest.param('A,"open', 2, (None, 7), id="cut file"),
        pytest.param('A,"x"y"\nz,w"\nB', 2, (["A", 'xy"'], 8), id="stray quotes keep to the line"),
        pytest.param('A,"x\n"y\nq\n', 2, (None, 8), id="nor does one that spans lines"),
    ],
)
def test_a_record_of_the_wrong_width_is_repaired_or_skipped(
    text: str, width: int, expected: tuple[list[str] | None, int]
) -> None:
    assert repair(text, 0, width) == expected


def test_the_search_for_a_good_row_is_bounded_and_skips_nothing_unseen() -> None:
    lines = 'A,"open\n' + "x\n" * (LINES_AHEAD + 500) + "B,b\n"
    cells, end = repair(lines, 0, 2)
    assert (cells, end) == (None, len('A,"open\n') + 2 * (LINES_AHEAD - 1))


def test_other_delimiters_are_repaired_too() -> None:
    text = 'A\t"5\\" \tpipe"\nB\tb\n'
    assert repair(text, 0, 2, delimiter="\t") == (["A", '5\\" \tpipe'], 14)


def test_an_export_written_by_php_is_read_whole() -> None:
    text = (DATA / "backslash_export.csv").read_text(encoding="utf-8")
    rows, bad = walk(text, 6)
    assert [row[0] for row in rows] == ["sku", *(f"PIPE-{number}" for number in range(1, 6))]
    assert rows[2][2:5] == [
        'Pipe 3/4\\" x 2 m',
        'Size {\\"inch\\": \\"3/4\\", \\"m\\": 2}, copper\nsecond line',
        'note=5\\" wide, 2\\" deep,ean=4006381333948',
    ]
    assert bad == []


def test_the_same_export_falls_apart_in_a_plain_reader() -> None:
    text = (DATA / "backslash_export.csv").read_text(encoding="utf-8")
    plain = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in plain] != [6] * 6


ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5)


@given(ROWS)
def test_rows_written_by_the_rules_come_back_one_by_one(rows: list[list[str]]) -> None:
    assert walk("".join(map(rfc_line, rows)), 3) == (rows, [])


@given(st.lists(st.lists(SAFE_CELL, min_size=3, max_size=3), max_size=4), st.data())
def test_a_bad_line_takes_no_good_row_with_it(rows: list[list[str]], data: st.DataObject) -> None:
    junk = data.draw(st.text(alphabet='ab,"\\', min_size=1, max_size=10))
    at = data.draw(st.integers(0, len(rows)))
    lines = [",".join(row) + "\n" for row in rows]
    text = "".join([*lines[:at], junk + "\n", *lines[at:]])
    good, _ = walk(text, 3)
    if len(good) == len(rows) + 1:  # the junk happens to be a row
        good.pop(at)
    assert good == rows


@given(st.text(alphabet='ab,"\\\n\r', max_size=60), st.integers(1, 4))
def test_any_text_is_walked_through_without_loss(text: str, width: int) -> None:
    good, bad = walk(text, width)
    assert all(len(row) == width for row in good)
    assert bool(good or bad) is bool(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sku,name,price", ","),
        ("sku;name;price", ";"),
        ("sku\tname\tprice", "\t"),
        ('sku;"a, b, c";price', ";"),
        ('sku,"say ""a;b;c;d""",price', ","),
        ("sku", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_told_from_the_headings(line: str, expected: str) -> None:
    assert sniff_delimiter(line) == expected
