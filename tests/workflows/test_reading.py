"""Reading a document into the state: only what changed, in whatever pieces, and every row accounted for."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from amzsync import records
from amzsync.ahead import alternately, can_fork
from amzsync.core.model import ReportKind
from amzsync.documents import halves, look
from amzsync.errors import AmzsyncError, InputError, UnsafeInput
from amzsync.workflows import formats, reading
from tests.factories import (
    EXPORT_COLUMNS,
    REPORT_COLUMNS,
    STOCK_COLUMNS,
    Cells,
    Dump,
    Shop,
    as_csv,
    as_tsv,
    asin,
    canonical,
    counted,
    differing,
    dump,
    ean,
    in_source,
    listing,
    product,
    query,
    recount,
    view_row,
)

LOOSE = "vanished_share = 1\nprice_share = 1\nprice_factor_share = 1\nrejected_share = 1\nrejected_rows = 1000000\n"


class Documents(Shop):
    """A shop whose documents can be written byte by byte."""

    def put(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)


ALL = ReportKind.ALL.value
EXPORT, REPORT, STOCK = "products.csv", "reports/us-all.txt", "stock.csv"
NUMBERS = range(1, 31)


def description(number: int) -> str:
    return (
        f'Product {number}, "{number}"" tall\nand "wide" – größer' if number % 3 else f"P {number}"
    )


def shop_in(folder: Path) -> Documents:
    """Return a shop of thirty products and as many listings, its files written but not imported."""
    folder.mkdir(parents=True, exist_ok=True)
    shop = Documents(folder, guards=LOOSE)
    shop.products = [
        product(
            f"P{n}",
            name=description(n),
            price=f"{n}.000000",
            attributes={"asin": asin(n), "ean": ean(n)},
        )
        for n in NUMBERS
    ]
    shop.us.listings = [
        listing(
            f"P{n}" if n % 2 else f"L{n}", asin1=asin(n), item_name=f"Größe {n}", price=f"{n}.00"
        )
        for n in NUMBERS
    ]
    shop.stock = [in_source(f"P{n}", "default", n) for n in NUMBERS]
    shop.write()
    return shop


@pytest.fixture
def shop(tmp_path: Path) -> Documents:
    return shop_in(tmp_path / "shop")


def fresh(shop: Documents, folder: Path) -> Dump:
    """Return what the state says after the files of *shop* were imported into an empty one."""
    folder.mkdir()
    for path in shop.folder.rglob("*"):
        if path.is_file() and not path.name.startswith("amzsync.db"):
            copy = folder / path.relative_to(shop.folder)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
    new = Documents(folder)
    new.import_files()
    return canonical(new.state)


def sources(shop: Documents) -> dict[str, tuple[Any, ...]]:
    """Return encoding and counts of the last reading of each kind of document."""
    rows = query(
        shop.state,
        "SELECT kind, encoding, rows_read, accepted, rejected, duplicates FROM sources ORDER BY source_id",
    )
    return {row[0]: row[1:] for row in rows}


def export(rows: Sequence[Cells], columns: Sequence[str] = EXPORT_COLUMNS) -> bytes:
    return as_csv(columns, rows)


def report(rows: Sequence[Cells] | None, columns: Sequence[str] = REPORT_COLUMNS) -> bytes:
    return as_tsv(columns, rows or [])


# --- what is read again --------------------------------------------------------------------------


def test_a_document_that_is_as_it_was_is_not_opened_for_reading(
    shop: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.import_files()
    before = dump(shop.state, without=["runs", "meta"])
    for path in shop.folder.rglob("*.*"):
        os.utime(path)

    def forbidden(*_: object, **__: object) -> Iterator[None]:
        raise AssertionError("it was opened")

    monkeypatch.setattr(reading, "walking", forbidden)
    result = shop.import_files()

    assert [one.changed for one in (*result.documents, *result.stores[0].documents)] == [False] * 3
    assert differing(dump(shop.state, without=["runs", "meta"]), before) == {}


def test_only_records_that_changed_are_parsed(
    shop: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.import_files()
    shop.products[4]["price"] = "4.500000"
    shop.products.insert(9, product("NEW"))
    del shop.products[20]
    shop.put(EXPORT, export(shop.products))
    parsed: list[str] = []
    monkeypatch.setattr(formats, "_batches", _noting(parsed, formats._batches))

    shop.import_files()

    assert parsed == ["P5", "NEW"]
    assert sources(shop)["products"] == ("utf-8", 30, 30, 0, 0)


def _noting(parsed: list[str], batches: Callable[..., Any]) -> Callable[..., Any]:
    """Return *batches* with a parser that notes the first cell of what it is given."""

    def noting(walk: Any, parse: Callable[[list[str]], Any], *rest: Any) -> Any:
        def noted(cells: list[str]) -> Any:
            parsed.append(cells[0])
            return parse(cells)

        return batches(walk, noted, *rest)

    return noting


# --- every row is accounted for ------------------------------------------------------------------

GOOD, MORE = product("A"), product("B")
LINE = export([product("C")]).split(b"\n", 1)[1]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([], (2, 2, 0, 0), id="good rows"),
        pytest.param([LINE], (3, 3, 0, 0), id="one more"),
        pytest.param([LINE, LINE, LINE], (5, 3, 0, 2), id="a row three times"),
        pytest.param([b"C,short\n"], (3, 2, 1, 0), id="too few cells"),
        pytest.param([b"C,short\n"] * 3, (5, 2, 3, 0), id="the same bad row three times"),
        pytest.param([LINE[:-1]], (3, 3, 0, 0), id="no line end"),
        pytest.param([b"\n\n", LINE, b"\n  \n"], (3, 3, 0, 0), id="blank lines"),
        pytest.param([LINE.replace(b"C", b"", 1)], (3, 2, 1, 0), id="no SKU"),
        pytest.param([LINE.replace(b"20.0", b"2x.0")], (3, 2, 1, 0), id="no price"),
        pytest.param([LINE.replace(b"Product", b'Pro"duct')], (3, 3, 0, 0), id="a quote within"),
        pytest.param([LINE.replace(b"Product C", b'"Pro\\"duct"')], (3, 3, 0, 0), id="a backslash"),
        pytest.param([LINE.replace(b"Product", b'"Product')], (3, 2, 1, 0), id="an open quote"),
        pytest.param([b'"' + LINE, LINE], (4, 3, 1, 0), id="an open quote and a good row"),
        pytest.param([LINE.replace(b"Pro", b"Pr\rod")], (3, 2, 1, 0), id="a carriage return"),
        pytest.param(["é\n".encode() * 9, b"\xff\n", LINE], (13, 3, 10, 0), id="undecodable"),
    ],
)
@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_rows_read_are_accepted_rejected_or_repeated(
    rows: list[bytes], expected: tuple[int, ...], again: bool, shop: Documents
) -> None:
    if again:
        shop.put(EXPORT, export([MORE, product("X"), GOOD]))
        shop.import_files()
    shop.put(EXPORT, export([GOOD, MORE]) + b"".join(rows))

    shop.import_files()

    assert sources(shop)["products"] == ("utf-8", *expected)
    kept = query(shop.state, "SELECT line, reason, raw FROM rejects")
    assert len(kept) == expected[2]
    assert all(reason and raw for _, reason, raw in kept)


@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_rows_of_a_report_are_accounted_for(again: bool, shop: Documents) -> None:
    rows = [listing("A"), listing("B"), listing("C")]
    lines = report(rows).splitlines(keepends=True)
    if again:
        shop.import_files()
    shop.put(
        REPORT,
        b"".join([*lines, lines[1], b"\r\n", b"A\tbroken\r\n", b"\t" * 11 + b"\r\n", lines[2]])
        + lines[0],
    )

    shop.import_files()

    assert sources(shop)[ALL] == ("utf-8", 8, 3, 3, 2)
    kept = query(shop.state, "SELECT line, reason FROM rejects ORDER BY line")
    assert [line for line, _ in kept] == [7, 8, 10]
    assert kept[-1][1] == "the heading again"


@pytest.mark.parametrize(
    ("name", "document"),
    [
        pytest.param(EXPORT, export([GOOD, MORE]), id="export"),
        pytest.param(STOCK, as_csv(STOCK_COLUMNS, [in_source("A", "x", 1)]), id="stock"),
        pytest.param(REPORT, as_csv(REPORT_COLUMNS, [listing("A"), listing("B")]), id="report"),
    ],
)
def test_an_open_quote_costs_its_own_row_and_no_other(
    name: str, document: bytes, shop: Documents
) -> None:
    heading, row, *_ = document.splitlines(keepends=True)
    others = [re.sub(rb"\bA\b", b"N%d" % n, row) for n in range(5)]
    shop.put(name, b"".join([heading, b'"' + row, *others]))

    result = shop.import_files()

    found = [one.source for one in (*result.documents, *result.stores[0].documents)]
    (source,) = [one for one in found if one.path.endswith(name)]
    assert (source.rows_read, source.accepted, source.rejected) == (6, 5, 1)


@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
@pytest.mark.parametrize("lost", [15, 40, 60], ids=["a cell", "half", "most"])
def test_a_report_that_ends_within_a_row_is_refused(
    lost: int, again: bool, shop: Documents
) -> None:
    whole = report(shop.us.listings)
    if again:
        shop.import_files()
    shop.put(REPORT, whole[:-lost])

    with pytest.raises(UnsafeInput, match=r"us-all\.txt ends in the middle of a row \(line 31\)"):
        shop.import_files()


@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_a_report_whose_rows_are_all_shorter_than_the_heading_need_not_end_its_last_line(
    again: bool, shop: Documents
) -> None:
    heading, *rows = report(shop.us.listings).split(b"\r\n")
    if again:
        shop.put(REPORT, b"\r\n".join([heading + b"\tnote", *rows]))
        shop.import_files()
        rows[-2] = rows[-2].replace(b"Active", b"Inactive")
    shop.put(REPORT, b"\r\n".join([heading + b"\tnote", *rows]).rstrip())

    shop.import_files()

    assert sources(shop)[ALL] == ("utf-8", 30, 30, 0, 0)


# --- encodings, headings, settings ---------------------------------------------------------------


@pytest.mark.parametrize("batch", [3, 4000])
def test_the_encoding_may_change_between_runs_and_back(
    batch: int, shop: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "BATCH", batch)
    rows = [*(shop.us.listings or []), listing("ASCII", item_name="plain")]
    for number, row in enumerate(rows[:15]):
        row["item-name"] = f"plain {number}"  # it takes some batches to notice
    text = report(rows).decode()
    shop.import_files()
    for number, encoding in enumerate(["utf-8", "cp1252", "utf-8", "cp1252"]):
        shop.put(REPORT, text.encode(encoding))

        shop.import_files()

        assert sources(shop)[ALL] == (encoding, 31, 31, 0, 0)
        expected = fresh(shop, tmp_path / f"fresh{number}")
        assert differing(canonical(shop.state), expected) == {}
        assert counted(shop.state) == {
            k: [r for r in v if r[2]] for k, v in recount(shop.state).items()
        }


def test_a_first_report_in_another_encoding_leaves_nothing_of_the_first_attempt(
    shop: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "BATCH", 4)
    rows = [listing(f"S{n}", status=("Active", "Inactive")[n % 2]) for n in range(40)]
    rows[-1]["item-name"] = "Größe"
    shop.put(REPORT, report(rows).decode().encode("cp1252"))

    shop.import_files()

    assert sources(shop)[ALL][0] == "cp1252"
    assert len(canonical(shop.state)["listings"]) == 40
    assert differing(counted(shop.state), recount(shop.state)) == {}


def test_a_utf16_export_is_read_as_the_same_in_utf8(shop: Documents, tmp_path: Path) -> None:
    shop.import_files()
    before = canonical(shop.state)
    shop.put(EXPORT, export(shop.products).decode().encode("utf-16"))

    shop.import_files()

    assert differing(canonical(shop.state), before) == {}
    assert sources(shop)["products"][1:] == (30, 30, 0, 0)


def reordered(columns: Sequence[str]) -> list[str]:
    return [*columns[3:], *reversed(columns[:3])]


HEADINGS = {
    "columns of the export reordered": lambda shop: shop.put(
        EXPORT, export(shop.products, reordered(EXPORT_COLUMNS))
    ),
    "a column of the export dropped": lambda shop: shop.put(
        EXPORT, export(shop.products, [c for c in EXPORT_COLUMNS if c != "name"])
    ),
    "a column added to the export": lambda shop: shop.put(
        EXPORT, export(shop.products, [*EXPORT_COLUMNS, "upc"])
    ),
    "two headings of the export swapped": lambda shop: shop.put(
        EXPORT, export(shop.products).replace(b"price,qty", b"qty,price", 1)
    ),
    "columns of the report reordered": lambda shop: shop.put(
        REPORT, report(shop.us.listings, reordered(REPORT_COLUMNS))
    ),
    "two headings of the report swapped": lambda shop: shop.put(
        REPORT, report(shop.us.listings).replace(b"price\tquantity", b"quantity\tprice", 1)
    ),
    "a column of the report dropped": lambda shop: shop.put(
        REPORT, report(shop.us.listings, [c for c in REPORT_COLUMNS if c != "open-date"])
    ),
    "line ends changed": lambda shop: shop.put(
        REPORT, report(shop.us.listings).replace(b"\r\n", b"\n")
    ),
    "columns of the stock reordered": lambda shop: shop.put(
        STOCK, as_csv(reordered(STOCK_COLUMNS), shop.stock)
    ),
}


@pytest.mark.parametrize("change", HEADINGS)
def test_under_another_heading_everything_is_read_anew(
    change: str, shop: Documents, tmp_path: Path
) -> None:
    for row in shop.us.listings or []:
        row["price"] = row["price"].removesuffix(".00")  # a price that may be a quantity
    shop.put(REPORT, report(shop.us.listings))
    shop.import_files()

    HEADINGS[change](shop)
    shop.import_files()

    assert differing(canonical(shop.state), fresh(shop, tmp_path / "fresh")) == {}


@pytest.mark.parametrize(
    "mapping",
    ['asin = "asin"\n', 'ean = "ean"\n', 'upc = "ean"\nasin = "name"\n', 'isbn = "sku"\n', ""],
)
def test_under_another_mapping_the_state_is_that_of_a_first_import(
    mapping: str, shop: Documents, tmp_path: Path
) -> None:
    shop.import_files()

    shop.mapping = mapping
    shop.run()

    assert differing(canonical(shop.state), fresh(shop, tmp_path / "fresh")) == {}


# --- what is no export or report -----------------------------------------------------------------

FOREIGN = {
    "empty": b"",
    "blank": b"\n\n",
    "a web page": b"<!DOCTYPE html>\n<html><head><title>403</title></head></html>\n",
    "an XML error": b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>\n',
    "a JSON error": b'{"errors": [{"code": "QuotaExceeded"}]}\n',
    "a JSON array": b'[{"sku": 1}]\n',
    "another table": b"id,colour\n1,red\n",
    "another report": b"amazon-order-id\tsku\tquantity\n1\tA\t1\n",
    "binary": bytes(range(256)) * 20,
    "noughts": bytes(5000),
    "a heading with an open quote": b'sku,"name\nA,b\nC,d\n',
    "only quotes": b'"' * 999,
    "a cut archive": b"\x1f\x8b\x08\x00\x00",
    "an archive of nothing": b"PK\x05\x06" + bytes(18),
    "one long line": b"x" * 300_000,
    "lone carriage returns": b"sku,name\rA,b\rC,d\r",
}


@pytest.mark.parametrize("name", [EXPORT, REPORT, STOCK])
@pytest.mark.parametrize("document", [*FOREIGN, "only its heading", "one of the others"])
def test_what_is_not_the_document_is_refused_in_a_sentence_and_changes_nothing(
    document: str, name: str, shop: Documents
) -> None:
    shop.import_files()
    before = dump(shop.state, without=["runs"])
    others = {EXPORT: STOCK, STOCK: REPORT, REPORT: EXPORT}
    if document == "only its heading":
        content = (shop.folder / name).read_bytes().split(b"\n", 1)[0] + b"\n"
    elif document == "one of the others":
        content = (shop.folder / others[name]).read_bytes()
    else:
        content = FOREIGN[document]
    shop.put(name, content)

    with pytest.raises(InputError) as caught:
        shop.import_files()

    message = caught.value.message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 400
    assert message.isprintable()
    assert caught.value.next_step
    assert Path(name).name in message
    assert differing(dump(shop.state, without=["runs"]), before) == {}


# --- keys that come twice ------------------------------------------------------------------------


@pytest.mark.parametrize("known", ["neither", "the first", "the second", "both as one"])
def test_a_key_with_two_values_is_refused_with_both_lines(known: str, shop: Documents) -> None:
    one, two = product("A", price="1.000000"), product("A", price="2.000000")
    several = product("M", name="of\nthree\nlines")
    before = {"neither": [], "the first": [one], "the second": [two], "both as one": [one, one]}
    if known != "neither":
        shop.put(EXPORT, export([several, MORE, *before[known]]))
        shop.import_files()
    shop.put(EXPORT, export([several, one, MORE, two]))

    with pytest.raises(UnsafeInput, match="A twice with different values, on lines 5 and 7;"):
        shop.import_files()


def test_a_seller_sku_with_two_values_is_refused_with_both_lines(shop: Documents) -> None:
    rows = [listing("X"), listing("Y"), listing("X", price="1.00"), listing("Y", price="2.00")]
    shop.put(REPORT, report(rows))

    with pytest.raises(UnsafeInput, match=r"X twice .* on lines 2 and 4 \(and 1 more such rows\)"):
        shop.import_files()


def test_with_force_the_later_of_two_rows_is_taken(shop: Documents) -> None:
    shop.put(EXPORT, export([product("A", price="1.000000"), MORE, product("A", price="2.000000")]))

    shop.import_files(force=True)

    assert query(shop.state, "SELECT sku, price_micros FROM products ORDER BY sku") == [
        ("A", 2_000_000),
        ("B", 20_000_000),
    ]
    assert sources(shop)["products"] == ("utf-8", 3, 2, 0, 1)


def test_a_row_that_stands_twice_is_one_row(shop: Documents) -> None:
    seen = "SELECT sku FROM products WHERE missing_run IS NULL ORDER BY sku"
    for rows in ([GOOD, MORE, GOOD], [GOOD, GOOD, MORE, MORE], [MORE, GOOD], [GOOD, MORE, GOOD]):
        shop.put(EXPORT, export(rows))
        shop.import_files()

        assert sources(shop)["products"] == ("utf-8", len(rows), 2, 0, len(rows) - 2)
        assert query(shop.state, seen) == [("A",), ("B",)]


def test_a_row_that_replaces_a_known_one_is_no_contradiction(shop: Documents) -> None:
    old, new = product("A", price="1.000000"), product("A", price="2.000000")
    for rows in ([old, MORE], [MORE, new], [new, MORE], [old, MORE], [old, old]):
        shop.put(EXPORT, export(rows))
        shop.import_files()

    assert query(
        shop.state, "SELECT sku, price_micros FROM products WHERE missing_run IS NULL"
    ) == [("A", 1_000_000)]


def test_of_a_product_whose_own_row_is_gone_a_store_view_tells_as_at_first(
    shop: Documents, tmp_path: Path
) -> None:
    of_view = product("P4", store_view_code="de", name="Ding", price="9.000000")
    known = {row["sku"]: row for row in shop.products}
    for number, row in enumerate((of_view, known["P4"], of_view, of_view | {"name": "Dinge"})):
        shop.put(EXPORT, export([*(known | {"P4": row}).values()]))

        shop.import_files()

        assert sources(shop)["products"] == ("utf-8", 30, 30, 0, 0)
        expected = fresh(shop, tmp_path / f"fresh{number}")
        assert differing(canonical(shop.state), expected) == {}


# --- in pieces, and in other processes -----------------------------------------------------------

needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork") or (os.cpu_count() or 1) < 2, reason="needs fork and two cores"
)


def views(rows: list[Cells]) -> list[Cells]:
    return [
        each
        for n, row in enumerate(rows)
        for each in (row, view_row(row["sku"], "de", name=f"Ding {n}"))
    ]


def damaged(rows: list[Cells]) -> bytes:
    heading, *lines = export(rows).split(b"\nP")
    lines[3] = lines[3].replace(b"simple", b'sim"ple')  # the quotes are odd from here on
    lines[7] = b'7,"open' + lines[7][1:]
    return b"\nP".join([heading, *lines])


EXPORTS: dict[str, Callable[[Documents], bytes]] = {
    "plain": lambda shop: export(shop.products),
    "with store views": lambda shop: export(views(shop.products)),
    "with lone store views": lambda shop: export(views(shop.products)[:0:-1]),
    "with repeated rows": lambda shop: export([*shop.products, *shop.products]),
    "with rejected rows": lambda shop: export(
        [*shop.products[:9], product("", name="two\nlines"), *shop.products[9:], product("")]
    ),
    "with a byte order mark": lambda shop: b"\xef\xbb\xbf" + export(shop.products),
    "with line ends of Windows": lambda shop: export(shop.products).replace(b"\n", b"\r\n"),
    "damaged": lambda shop: damaged(shop.products),
    "with bytes that are not UTF-8": lambda shop: export(shop.products).replace(
        "größer".encode(), b"gr\xf6\xdfer", 1
    ),
}


def without_ids(shop: Documents) -> Dump:
    """Return the state without ids: the halves of an export are taken in turns."""
    found = canonical(shop.state)
    found["sources"] = query(
        shop.state,
        "SELECT kind, digest, signature, encoding, rows_read, accepted, rejected, duplicates FROM sources",
    )
    found["rejects"] = query(shop.state, "SELECT line, key, reason, raw FROM rejects ORDER BY 1")
    found["footprints"] = query(shop.state, "SELECT * FROM footprints ORDER BY 1, 2")
    found["changes"] = query(shop.state, "SELECT subject, key, field, old, new FROM changes")
    found["digests"] = query(shop.state, "SELECT sku, digest FROM products ORDER BY 1")
    return found


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note, for each time that children were made, how many."""
    numbers: list[int] = []

    def noting(makes: Sequence[Callable[[], Iterator[Any]]]) -> Iterator[Any]:
        numbers.append(len(makes))
        return alternately(makes)

    monkeypatch.setattr(reading, "alternately", noting)
    return numbers


@needs_fork
@pytest.mark.parametrize("batch", [1, 4, 4000])
@pytest.mark.parametrize("kind", EXPORTS)
def test_an_export_read_in_halves_gives_the_same_state(
    kind: str,
    batch: int,
    tmp_path: Path,
    started: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert can_fork()
    monkeypatch.setattr(formats, "BATCH", batch)
    found = {}
    for way, size in (("in one", 1 << 40), ("in halves", 1)):
        monkeypatch.setattr(reading, "LARGE", size)
        monkeypatch.setattr(reading, "HALVED", size)
        one = shop_in(tmp_path / way)
        one.put(EXPORT, EXPORTS[kind](one))
        one.import_files()
        found[way] = without_ids(one)

    assert started[0] == 2
    assert differing(found["in halves"], found["in one"]) == {}


@needs_fork
def test_a_damaged_record_has_the_halves_read_again_in_one_piece(
    shop: Documents, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGE", 1)
    monkeypatch.setattr(reading, "HALVED", 1)
    shop.stock = None
    shop.write()
    shop.put(EXPORT, damaged(shop.products))

    shop.import_files()

    assert started == [2, 1, 1]  # the export in halves, then in one, then the report
    assert sources(shop)["products"] == ("utf-8", 30, 29, 1, 0)


@needs_fork
def test_halves_cut_within_a_record_are_noticed(
    shop: Documents, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGE", 1 << 40)
    monkeypatch.setattr(reading, "HALVED", 1)
    rows = [product(f"P{n}", name="x,\n" * 40) for n in range(40)]
    # One stray quote that every reader takes as it is, and all behind it counts as the other side.
    rows_text = export(rows).replace(b"simple", b'sim"ple', 1)
    shop.put(EXPORT, rows_text)
    parts = halves(look(shop.folder / EXPORT))
    assert parts is not None
    assert rows_text[: parts[0].stop].endswith(b"x,\n")

    shop.import_files()

    assert sources(shop)["products"] == ("utf-8", 40, 40, 0, 0)
    assert started[0] == 2


@needs_fork
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_report_read_in_another_process_gives_the_same_rows_in_every_table(
    encoding: str, tmp_path: Path, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    monkeypatch.setattr(formats, "BATCH", 4)
    for way, size in (("in one", 1 << 40), ("ahead", 1)):
        monkeypatch.setattr(reading, "LARGE", size)
        one = shop_in(tmp_path / way)
        one.put(REPORT, report(one.us.listings).decode().encode(encoding) + b"broken\r\n")
        one.import_files()
        found[way] = dump(one.state)
        found[way]["sources"] = [
            tuple(value for value in row if str(one.folder) not in str(value))
            for row in found[way]["sources"]
        ]

    assert started
    for name in ("sources", "meta", "runs"):
        found["ahead"][name] = found["in one"][name] = _timeless(found["ahead"][name])
    assert differing(found["ahead"], found["in one"]) == {}


def _timeless(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(value for value in row if not str(value).endswith("Z")) for row in rows]


@needs_fork
@pytest.mark.parametrize(
    ("name", "content"),
    [
        (EXPORT, export([product("A", price="1.000000"), MORE, product("A", price="2.000000")])),
        (EXPORT, export([GOOD] * 9) + b"\x80\x81\xfe\n" * 9),
        (EXPORT, b'sku,"name\n' + b"A,b\n" * 99),
        (REPORT, report([listing("X"), listing("X", price="1.00")])),
    ],
    ids=["contradiction", "undecodable", "heading", "contradiction in a report"],
)
def test_what_is_refused_in_one_is_refused_in_pieces_with_the_same_words(
    name: str, content: bytes, shop: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put(name, content)
    told = set()
    for size in (1 << 40, 1):
        monkeypatch.setattr(reading, "LARGE", size)
        monkeypatch.setattr(reading, "HALVED", size)
        with pytest.raises(InputError) as caught:
            shop.import_files()
        told.add(str(caught.value))

    assert len(told) == 1


# --- hostile bytes -------------------------------------------------------------------------------

SPECIAL = [
    b'"',
    b"\n",
    b"\r",
    b"\t",
    b",",
    b"\x00",
    b"\xff",
    b"\\",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"",
]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return *content* with one to three accidents: bytes flipped, cut off, doubled, lost, put in."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.randrange(len(content) or 1)
        stop = min(len(content), place + chance.choice((1, 3, 50, 400)))
        accident = chance.randrange(6)
        if accident == 0:
            changed = bytearray(content or b"x")
            changed[place] ^= 1 << chance.randrange(8)
            content = bytes(changed)
        elif accident == 1:
            content = content[:place]
        elif accident == 2:
            content = content[:stop] + content[place:stop] + content[stop:]
        elif accident == 3:
            content = content[:place] + content[stop:]
        elif accident == 4:
            content = (
                content[:place]
                + chance.choice(SPECIAL) * chance.choice((1, 2, 5))
                + content[place:]
            )
        else:
            lines = content.split(b"\n")
            chance.shuffle(lines[1:])
            lines.insert(chance.randrange(len(lines)), lines.pop())
            content = b"\n".join(lines)
    return content


@cache
def _original(name: str) -> bytes:
    if name == EXPORT:
        return export(
            [
                product(f"P{n}", name=description(n), attributes={"asin": asin(n), "ean": ean(n)})
                for n in range(1, 8)
            ]
        )
    return report([listing(f"P{n}", asin1=asin(n), item_name=f"Größe {n}") for n in range(1, 8)])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", [EXPORT, REPORT])
def test_whatever_happens_to_a_document_it_is_read_row_by_row_or_refused(
    name: str, seed: int, shop: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "BLOCK", 700)
    monkeypatch.setattr(formats, "BATCH", 3)
    chance = random.Random(f"{name} {seed}")
    for each in (EXPORT, REPORT):
        shop.put(each, _original(each))
    shop.stock = None
    (shop.folder / "amzsync.toml").write_text(shop.toml())
    shop.import_files()
    read, codes = 0, set()

    for _ in range(250):
        content = mutated(_original(name), chance)
        shop.put(name, content)
        try:
            result = shop.import_files(dry_run=True, force=chance.random() < 0.8)
        except AmzsyncError as error:
            codes.add(error.exit_code)
            continue
        for one in (*result.documents, *result.stores[0].documents):
            source = one.source
            assert source.rows_read == source.accepted + source.rejected + source.duplicates
            assert min(source.accepted, source.rejected, source.duplicates) >= 0
        read += 1

    assert read > 100
    assert codes <= {65}


def live(shop: Documents, name: str) -> Dump:
    """Return what the state says of the rows that the last document called *name* has."""
    found = {
        "products": query(
            shop.state,
            "SELECT sku, type, name, price_micros, identifiers FROM products WHERE missing_run IS NULL ORDER BY 1",
        ),
        "identifiers": query(
            shop.state,
            "SELECT p.sku, i.key, i.kind, i.weak FROM identifiers i JOIN products p USING (product_id) "
            "WHERE p.missing_run IS NULL ORDER BY 1, 2, 3",
        ),
        "listings": query(
            shop.state,
            "SELECT seller_sku, asin, title, price_minor, quantity, l.status, l.tab, outcome, v.reason "
            "FROM listings l JOIN verdicts v USING (verdict_id) WHERE missing_run IS NULL ORDER BY 1",
        ),
        "sources": [(kind, *found) for kind, found in sorted(sources(shop).items())],
        "rejects": query(shop.state, "SELECT line, key, reason, raw FROM rejects ORDER BY 1"),
    }
    if name == EXPORT:  # of a product that is gone its listings know still
        del found["listings"]
    return found


@pytest.mark.parametrize("name", [EXPORT, REPORT])
def test_a_document_that_changed_leads_where_it_would_have_led_at_first(
    name: str, tmp_path: Path
) -> None:
    chance = random.Random(name)
    outcomes = set()
    shop = shop_in(tmp_path / "shop")
    shop.stock = None
    shop.write()
    for each in (EXPORT, REPORT):
        shop.put(each, _original(each))
    shop.import_files()
    base = shop.state.read_bytes()
    for _ in range(60):
        shop.put(name, mutated(_original(name), chance))
        found = []
        for state in (base, None):
            for old in shop.folder.glob("amzsync.db*"):
                old.unlink()
            if state is not None:
                shop.state.write_bytes(state)
            try:
                shop.import_files()
                found.append(live(shop, name))
            except InputError as error:
                # Of three different rows any two may be named.
                found.append({"refused": [(re.sub(r", on lines .*;", ";", error.message),)]})
        assert differing(found[0], found[1]) == {}
        outcomes.add("refused" in found[0])

    assert outcomes == {True, False}
