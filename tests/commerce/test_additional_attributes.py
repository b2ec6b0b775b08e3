from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.commerce.additional_attributes import detect_enclosed, is_enclosed, picker, unpack

CODES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
VALUES = st.text(alphabet=st.sampled_from('ab1 ,="|\\\n;é'), max_size=12)
CELLS = st.text(alphabet=st.sampled_from('eanupEA1_ ,="|\\\n'), max_size=40)
BEGINS_A_PAIR = re.compile(r",[A-Za-z0-9_]+=")


def packed_plain(attributes: dict[str, str]) -> str:
    return ",".join(f"{code}={value}" for code, value in attributes.items())


def packed_enclosed(attributes: dict[str, list[str]]) -> str:
    def quoted(option: str) -> str:
        return '"' + option.replace('"', '""') + '"'

    return ",".join(
        f"{code}={'|'.join(map(quoted, options))}" for code, options in attributes.items()
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("ean=4006381333931", {"ean": "4006381333931"}, id="one"),
        pytest.param("a=1,b=2", {"a": "1", "b": "2"}, id="two"),
        pytest.param("GTIN=4899888101772", {"gtin": "4899888101772"}, id="code in capitals"),
        pytest.param("size=S|M|L", {"size": "S|M|L"}, id="multiselect"),
        pytest.param(
            "note=red, blue,ean=1", {"note": "red, blue", "ean": "1"}, id="comma in value"
        ),
        pytest.param("note=a, b=2,ean=1", {"note": "a, b=2", "ean": "1"}, id="no code has a space"),
        pytest.param("url=http://x/?a=1&b=2,c=3", {"url": "http://x/?a=1&b=2", "c": "3"}, id="url"),
        pytest.param("note=x\ny,z\n,ean=1", {"note": "x\ny,z\n", "ean": "1"}, id="newlines"),
        pytest.param("note=,ean=", {"note": "", "ean": ""}, id="empty values"),
        pytest.param("note=a,,b", {"note": "a,,b"}, id="two commas"),
        pytest.param("ean=1,ean=2", {"ean": "2"}, id="the last of two counts"),
        pytest.param("ean=1,EAN=2,ean=3", {"ean": "3"}, id="the last of three spellings counts"),
        pytest.param("lost,ean=1", {"ean": "1"}, id="text before the first code is dropped"),
        pytest.param("note==1+1", {"note": "=1+1"}, id="value begins with equals"),
        pytest.param("3d_file=x,a=b", {"3d_file": "x", "a": "b"}, id="code begins with a digit"),
        pytest.param(
            "note=Cotton,weight=5kg", {"note": "Cotton", "weight": "5kg"}, id="bogus code"
        ),
    ],
)
def test_a_plain_cell_is_unpacked(cell: str, expected: dict[str, str]) -> None:
    assert unpack(cell, enclosed=False) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(
            "note=Cotton,weight=5kg,ean=1", {"note": "Cotton,weight=5kg", "ean": "1"}, id="no"
        ),
        pytest.param("first=1,ean=2", {"first": "1", "ean": "2"}, id="the first piece is believed"),
        pytest.param(
            "EAN=1,NOTE=2,X=3", {"ean": "1", "note": "2,X=3"}, id="capitals are known too"
        ),
    ],
)
def test_known_codes_keep_a_plain_value_whole(cell: str, expected: dict[str, str]) -> None:
    assert unpack(cell, enclosed=False, known={"note", "ean"}) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param('ean="4006381333931"', {"ean": "4006381333931"}, id="one"),
        pytest.param('size="S"|"M",a="1"', {"size": "S|M", "a": "1"}, id="multiselect"),
        pytest.param('note="7"" x 9"""', {"note": '7" x 9"'}, id="doubled quotes"),
        pytest.param('note="",ean="1"', {"note": "", "ean": "1"}, id="empty value"),
        pytest.param('note="""|""",a="1"', {"note": '"|"', "a": "1"}, id="quotes around a bar"),
        pytest.param('note="A"""|"""B"', {"note": 'A"|"B'}, id="options with quotes at their ends"),
        pytest.param('note="x,ean="","', {"note": 'x,ean=",'}, id="a value that looks like a pair"),
        pytest.param('NOTE="a, b=2\nc"', {"note": "a, b=2\nc"}, id="commas and newlines"),
        pytest.param('note="open', {}, id="an open quote gives nothing"),
        pytest.param("ean=1", {}, id="a plain pair is not enclosed"),
    ],
)
def test_an_enclosed_cell_is_unpacked(cell: str, expected: dict[str, str]) -> None:
    assert unpack(cell, enclosed=True) == expected


@given(st.dictionaries(CODES, VALUES, max_size=6))
def test_plain_packing_comes_back_unless_a_value_holds_what_looks_like_a_pair(
    attributes: dict[str, str],
) -> None:
    kept = {code: value for code, value in attributes.items() if not BEGINS_A_PAIR.search(value)}
    assert unpack(packed_plain(kept), enclosed=False) == kept


@given(st.dictionaries(CODES, VALUES, max_size=6))
def test_plain_packing_comes_back_where_the_codes_are_known(attributes: dict[str, str]) -> None:
    known = {code + "_" for code in attributes}  # no value holds an underscore
    renamed = {code + "_": value for code, value in attributes.items()}
    assert unpack(packed_plain(renamed), enclosed=False, known=known) == renamed


@given(st.dictionaries(CODES, st.lists(VALUES, min_size=1, max_size=3), max_size=6))
def test_enclosed_packing_comes_back(attributes: dict[str, list[str]]) -> None:
    expected = {code: "|".join(options) for code, options in attributes.items()}
    cell = packed_enclosed(attributes)
    assert unpack(cell, enclosed=True) == expected
    assert is_enclosed(cell) is bool(attributes)


@given(CELLS, st.booleans(), st.sets(st.sampled_from(["ean", "upc", "e", "a1", "_"])))
def test_the_picker_gives_what_unpacking_gives(cell: str, enclosed: bool, codes: set[str]) -> None:
    everything = unpack(cell, enclosed=enclosed)
    expected = {code: value for code, value in everything.items() if code in codes}
    assert picker(codes, enclosed=enclosed)(cell) == expected


@given(st.dictionaries(CODES, st.lists(VALUES, min_size=1, max_size=3), max_size=6), st.data())
def test_the_picker_finds_its_attributes_in_any_enclosed_cell(
    attributes: dict[str, list[str]], data: st.DataObject
) -> None:
    codes = data.draw(st.sets(st.sampled_from(sorted(attributes) or ["ean"])))
    expected = {code: "|".join(attributes[code]) for code in codes if code in attributes}
    assert picker(codes, enclosed=True)(packed_enclosed(attributes)) == expected


def test_the_picker_takes_codes_in_any_case_and_ignores_what_is_no_code() -> None:
    pick = picker(["EAN", "no code", "", "a.c"], enclosed=False)
    assert pick("Ean=1,no code=2,abc=3") == {"ean": "1,no code=2"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param([], False, id="no cells"),
        pytest.param(["", "  ", "\n"], False, id="blank cells tell nothing"),
        pytest.param(["", 'a="1"', 'b="2"|"3",c=""'], True, id="all are enclosed"),
        pytest.param(['a="1"', "b=2"], False, id="one is plain"),
        pytest.param(['a="1",b=2'], False, id="half a cell"),
        pytest.param(['a="1" '], False, id="text after the end"),
        pytest.param(['a="1""'], False, id="an open quote"),
        pytest.param(['"1"'], False, id="no code"),
    ],
)
def test_the_way_of_writing_is_one_for_the_whole_file(cells: list[str], expected: bool) -> None:
    assert detect_enclosed(cells) is expected
