"""Taking the cell of an identifier attribute apart."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amzsync.core import cells

EAN, OTHER = "4006381333931", "4006381333948"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", ()),
        ("   ", ()),
        ("\u00a0\u200b\ufeff", ()),
        ("''", ()),
        ('=""', ()),
        (EAN, (EAN,)),
        (f"  {EAN}\u00a0", (EAN,)),
        (f"\ufeff{EAN}\u200b", (EAN,)),
        ("４００６３８１３３３９３１", (EAN,)),
        (f"'{EAN}", (EAN,)),
        (f'="{EAN}"', (EAN,)),
        (f"„{EAN}“", (EAN,)),
        (f"EAN: {EAN}", (EAN,)),
        (f"EAN-{EAN}", (EAN,)),
        (f"ean{EAN}", (EAN,)),
        (f"EAN-13 {EAN}", (EAN,)),
        (f"EAN13: {EAN}", (EAN,)),
        (f"EAN-Nr. {EAN}", (EAN,)),
        (f"GTIN#{EAN}", (EAN,)),
        ("EAN-8 96385074", ("96385074",)),
        ("EAN8: 9638-5074", ("9638-5074",)),
        ("EAN-8 712345 678906", ("8 712345 678906",)),
        ("EAN 8 712345 678906", ("8 712345 678906",)),
        ("UPC-A 012345678905", ("012345678905",)),
        ("UPC 0 12345 67890 5", ("0 12345 67890 5",)),
        ("ISBN-10: 0-306-40615-2", ("0-306-40615-2",)),
        ("ISBN 978-0-306-40615-7", ("978-0-306-40615-7",)),
        ("ISBN9780306406157", ("9780306406157",)),
        ("ASIN: B07RFSSYBH", ("B07RFSSYBH",)),
        ("BEAN1234567", ("BEAN1234567",)),
        (f"UPC/EAN: {EAN}", (EAN,)),
        ("978‐0–306−40615—7", ("978-0-306-40615-7",)),
        (f"{EAN}.0", (EAN,)),
        (f"{EAN}.000000", (EAN,)),
        (f"{EAN},00", (EAN,)),
        (f"{EAN}.5", (f"{EAN}.5",)),
        (f"{EAN};{OTHER}", (EAN, OTHER)),
        (f"{EAN}|{OTHER}", (EAN, OTHER)),
        (f"{EAN}, {OTHER}", (EAN, OTHER)),
        (f"{EAN} / {OTHER}", (EAN, OTHER)),
        (f"{EAN}\r\n{OTHER}\n", (EAN, OTHER)),
        (f"{EAN}\t{OTHER}", (EAN, OTHER)),
        (f"{EAN}\u2028{OTHER}", (EAN, OTHER)),
        (f"{EAN} {OTHER}", (EAN, OTHER)),
        (f"{EAN}.0;{OTHER}.0", (EAN, OTHER)),
        (f"'{EAN}';'{OTHER}'", (EAN, OTHER)),
        (f";;{EAN};", (EAN,)),
        ("978-0-306-40615-7 978-3-16-148410-0", ("978-0-306-40615-7", "978-3-16-148410-0")),
        ("B07RFSSYBH B000052XHI", ("B07RFSSYBH", "B000052XHI")),
        (f"EAN: {EAN} UPC: 012345678905", (EAN, "012345678905")),
        ("4 006381 333931", ("4 006381 333931",)),
        ("12345670 123", ("12345670 123",)),
        ("n/a", ("n/a",)),
        (f"n/a; {EAN}", ("n/a", EAN)),
        ("no UPC", ("no UPC",)),
        ("7,12E+11", ("7,12E+11",)),
        ("UPC:", ("UPC:",)),
        ("EAN-13 / UPC-A", ("EAN-13 / UPC-A",)),
        ("https://shop.example/dp/B07RFSSYBH", ("https://shop.example/dp/B07RFSSYBH",)),
    ],
    ids=ascii,
)
def test_a_cell_is_taken_apart_into_its_values(cell: str, expected: tuple[str, ...]) -> None:
    assert cells.values(cell) == expected


@given(st.text())
@example("\x1f|0")
@example("\u1680;\u2028")
def test_values_are_never_blank(cell: str) -> None:
    assert all(value.strip() for value in cells.values(cell))


@pytest.mark.parametrize(
    "value",
    [
        "N/A", "n.a.", "#N/A", "na", "None", "NULL", "NaN", "x", "XXX", "-", "---", "?", "########", "TBD",
        "Does not apply", "DOES NOT APPLY", "doesn’t apply", "Not Applicable", "no barcode", "exempt",
        "GTIN-exempt", "EAN", "upc:", "#REF!", "Nicht zutreffend", "nicht verfügbar", "k. A.", "Entfällt",
        "keine EAN", "Ne s'applique pas", "ne s’applique pas", "Sans objet", "s/o", "non renseigné",
        "NON RENSEIGNE", "Non applicabile", "nessuno", "n.d.", "No aplica", "No aplicable", "sin código",
        "Sin Codigo", "niet van toepassing", "não se aplica", "nie dotyczy", "該当なし",
    ],
)  # fmt: skip
def test_words_and_signs_that_stand_for_nothing(value: str) -> None:
    assert cells.is_nothing(value)


@pytest.mark.parametrize(
    "value", ["4006381333931", "B07RFSSYBH", "abc", "0", "Schraube", "商品", "on demand"]
)
def test_words_and_digits_that_stand_for_something(value: str) -> None:
    assert not cells.is_nothing(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7.12E+11", True),
        ("7,12E+11", True),
        ("9.78e+12", True),
        ("4E+12", True),
        ("400638E7", True),
        ("7.12345678904E+11", True),
        ("7.12", False),
        ("E+12", False),
        ("7.12E+11x", False),
        ("B00E12", False),
    ],
)
def test_a_spreadsheets_notation_is_recognised(value: str, expected: bool) -> None:
    assert cells.is_scientific(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("978-0-306-40615-7", "9780306406157"),
        ("4 006381 333931", "4006381333931"),
        ("0-8044-2957-x", "080442957X"),
        ("X", ""),
        ("", ""),
        ("4006381x33931", ""),
        ("4006381.333931", ""),
        ("٤٠٠٦٣٨١", ""),
    ],
)
def test_digits_are_freed_of_spaces_and_hyphens_only(value: str, expected: str) -> None:
    assert cells.digits_of(value) == expected
