"""What people type into the cell of an identifier attribute, taken apart into values.

Nothing is judged here but the words that mean "there is none" and the traces of a spreadsheet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ZERO_WIDTH = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff" + "".join(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
_DASHES = "\u058a\u05be\u2010\u2012\u2013\u2014\u2015\u2043\u2212"
_TYPOGRAPHY = str.maketrans(_DASHES, "-" * len(_DASHES), _ZERO_WIDTH)

# Quotes of all sorts, and the = of ="0123", by which a spreadsheet is told to keep a zero.
_EDGES = (
    " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029"
    "='\"`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2032\u2033"
)

# A label ends where a sign or a digit follows.  Its size may be taken for digits of the number ("EAN 8
# 712345 678906"), so a size must hang on the name, and an 8 must be followed by just eight digits.
_LABEL = re.compile(
    r"(?<![A-Z0-9])(?:UPC|EAN|GTIN|ISBN|JAN|IAN|ASIN|GCID)"
    r"(?:-?1[0234](?![A-Z0-9])|-?8(?=[\s:.#=-]+\d{4}[ -]?\d{4}\s*(?:$|[;|,/]))|[ -]?[AE](?![A-Z0-9]))?"
    r"(?:[ -]?(?:CODE|NUMBER|NO|NR)(?![A-Z]))?"
    r"(?:[\s.:#=/-]+|(?=[\d;|,])|$)",
    re.IGNORECASE,
)
_HARD_BREAK = re.compile(r"[;|\t\r\n\v\f\x85\u2028\u2029]")
_SOFT_BREAK = re.compile(r"[,/]")
_FULL_SIZES = frozenset((8, 10, 12, 13, 14, 16))
_ZERO_FRACTION = re.compile(r"([0-9]+)[.,]0+").fullmatch
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]*)?E[+-]?[0-9]{1,3}", re.IGNORECASE).fullmatch
_NUMBER = re.compile(r"[0-9]+X?").fullmatch
_GAPS = re.compile(r"[\s-]+")


def _bare(text: str) -> str:
    """Letters and digits only, without case and accents."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text.casefold())))


# "" stands for a cell of nothing but signs: "-", "???", "########".
_NOTHING = frozenset(
    map(
        _bare,
        (
            "", "n/a", "#n/a", "n.a.", "na", "nan", "nil", "none", "null", "undefined", "x", "xx", "xxx",
            "#name?", "#null!", "#ref!", "#value!", "blank", "dummy", "empty", "false", "missing", "no",
            "pending", "placeholder", "tba", "tbc", "tbd", "test", "unassigned", "unknown",
            "does not apply", "doesn't apply", "not applicable", "not assigned", "not available",
            "not provided", "not set", "no value", "no code", "no barcode", "no asin", "no ean", "no gtin",
            "no isbn", "no upc", "exempt", "gtin exempt", "gtin exemption", "upc exempt", "upc exemption",
            "asin", "barcode", "ean", "gcid", "gtin", "isbn", "upc",  # a heading, come down into the rows
            "nicht zutreffend", "trifft nicht zu", "nicht anwendbar", "nicht vorhanden", "nicht verfügbar",
            "nicht verfuegbar", "n.v.", "n.z.", "k.A.", "keine Angabe", "kein", "keine", "keine EAN",
            "kein Barcode", "entfällt", "entfaellt", "ohne", "ohne EAN", "unbekannt", "leer",
            "ne s'applique pas", "non applicable", "sans objet", "s/o", "aucun", "aucune", "non renseigné",
            "non disponible", "indisponible", "pas de code", "sans code-barres", "inconnu", "vide",
            "non applicabile", "non si applica", "non disponibile", "non presente", "nessuno", "nessuna",
            "n.d.", "sconosciuto", "senza codice",
            "no aplica", "no aplicable", "no se aplica", "no procede", "no corresponde", "no disponible",
            "ninguno", "ninguna", "sin código", "sin EAN", "desconocido",
            "não se aplica", "não aplicável", "niet van toepassing", "n.v.t.", "geen", "nie dotyczy",
            "brak", "ej tillämpligt", "該当なし", "なし",
        ),
    )
)  # fmt: skip


def is_nothing(value: str) -> bool:
    """Tell whether the value is a word or sign that stands for "there is no such identifier"."""
    return _bare(value) in _NOTHING


def is_scientific(value: str) -> bool:
    """Tell whether a spreadsheet has turned the number into 7.12E+11."""
    return _SCIENTIFIC(value) is not None


def digits_of(value: str) -> str:
    """The digits (and final X) of a value without spaces and hyphens; "" where there is anything else."""
    bare = _GAPS.sub("", value).upper()
    return bare if _NUMBER(bare) else ""


def _trimmed(text: str) -> str:
    text = text.strip(_EDGES)
    whole = _ZERO_FRACTION(text)  # 4006381333931.0 comes from a column of floating point numbers
    return whole[1] if whole else text


def _are_full_length(words: list[str]) -> bool:
    return all(
        len(word.replace("-", "")) in _FULL_SIZES and not word.isalpha() and word.isascii()
        for word in words
    )


def _split(part: str) -> Iterator[str]:
    """Values of a part in which only commas, slashes and spaces may still part them."""
    part = _trimmed(part)
    if is_nothing(part) or is_scientific(part) or "://" in part:  # n/a, 7,12E+11, a web address
        yield part
        return
    for piece in map(_trimmed, _SOFT_BREAK.split(part)):
        words = piece.split()
        # Two codes of full length have more digits than any one code: the space cannot be formatting.
        if len(words) > 1 and _are_full_length(words):
            yield from map(_trimmed, words)
        else:
            yield piece


def values(cell: str) -> tuple[str, ...]:
    """Take a cell apart: its values, trimmed, without labels; () where it is blank.

    Unicode is normalised (NFKC), invisible characters go, dashes become "-".  Values are parted by
    ; | / , a line break, a tab, a label ("EAN: ... UPC: ..."), or by a space between two codes of full
    length.  Spaces and hyphens within a value are left to ``digits_of``.
    """
    text = unicodedata.normalize("NFKC", cell).translate(_TYPOGRAPHY).strip(_EDGES)
    if not text:
        return ()
    if is_nothing(text):  # before the labels go: "no UPC"
        return (text,)
    parts = _HARD_BREAK.split(_LABEL.sub(";", text))
    return tuple(value for part in parts for value in _split(part) if value) or (text,)
