"""Identifiers of products and listings, parsed to one comparable form, each with a verdict.

UPC, EAN and ISBN are one family and compare as GTIN-14, an ASIN by its 10 characters, a GCID by its 16:
keys of different families cannot meet.  A check digit is never repaired and nothing is guessed; what
cannot be read keeps its verdict.

A clean value takes a path of about one microsecond, as they come by the million; whatever that path does
not recognise is taken apart and judged at leisure, and what is judged often (``N/A``) is remembered.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, assert_never

from amzsync.core.cells import digits_of, is_nothing, is_scientific, values
from amzsync.core.gtin import (
    fits,
    gtin_key,
    is_dummy,
    is_dummy_key,
    is_restricted,
    isbn_10_key,
    upc_e_key,
)


class Kind(StrEnum):
    """What an attribute is mapped to."""

    ASIN = "asin"
    UPC = "upc"
    EAN = "ean"
    ISBN = "isbn"
    GCID = "gcid"


class Verdict(StrEnum):
    """What a value is worth; only the first two have a key."""

    VALID = "valid"
    REPAIRED = "repaired"  # not of full length, but only one number fits: weaker evidence
    MISSING = "missing"
    PLACEHOLDER = "placeholder"
    CHECK_DIGIT = "check-digit"
    RESTRICTED = "restricted"
    SPREADSHEET = "spreadsheet"
    SHAPE = "shape"
    AMBIGUOUS_REPAIR = "ambiguous-repair"  # two numbers fit


class Identifier(NamedTuple):
    """One value: ``key`` is its comparable form, "" where the verdict is neither VALID nor REPAIRED.

    ``raw`` is the cell as it stood or, of a cell with several values, this one's part.
    """

    kind: Kind
    key: str
    verdict: Verdict
    raw: str

    @property
    def is_weak(self) -> bool:
        """Tell whether this is weaker evidence, never to be set over an exact match."""
        return self.verdict is Verdict.REPAIRED


# ``NamedTuple`` calls are twice as slow as this, which is what they end in.
_new = tuple.__new__

# Module names, because looking a member up in its class costs as much as the rest of the test.
_ASIN, _UPC, _EAN, _ISBN = Kind.ASIN, Kind.UPC, Kind.EAN, Kind.ISBN
_VALID, _REPAIRED = Verdict.VALID, Verdict.REPAIRED
_PLACEHOLDER, _SHAPE = Verdict.PLACEHOLDER, Verdict.SHAPE

_ASIN_SHAPE = re.compile(r"B[0-9A-Z]{9}|[0-9]{9}[0-9X]").fullmatch
_GCID_SHAPE = re.compile(r"[0-9A-Z]{16}").fullmatch
_DUMMY_ASINS = frozenset(
    {f"B{'0' * zeros}{'X' * (9 - zeros)}" for zeros in range(10)}
    | {f"B{str(digit) * 9}" for digit in range(10)}
    | {"B123456789", "B012345678"}
)

# A cell longer than this is a text and no list of identifiers; it is not searched for any.
_LONGEST_CELL = 1000

_Finding = tuple[str, Verdict]  # key, verdict


def _is_asin(text: str) -> bool:
    """Tell whether *text* has the shape of an ASIN, which has no check digit.

    Amazon makes them of B and nine more characters, some of them digits ("BASKETBALL" is none), and
    takes the ISBN-10 for a book.
    """
    if not _ASIN_SHAPE(text):
        return False
    if text[0] == "B":
        return not text.isalpha() and text not in _DUMMY_ASINS
    return not is_dummy(text.rstrip("X"))


def _book_key(text: str) -> str:
    """Give the GTIN-14 key of an ISBN-10; "" where *text* is none, or a dummy."""
    key = isbn_10_key(text)
    return "" if is_dummy_key(key) else key


def _choose(readings: list[str], verdict: Verdict, otherwise: Verdict) -> _Finding:
    """Take the only key among the *readings* of a value ("" for one that failed), if there is but one."""
    keys = [key for key in readings if key]
    usable = [key for key in keys if not (is_dummy_key(key) or is_restricted(key))]
    if len(usable) == 1:
        return usable[0], verdict
    if usable:
        return "", Verdict.AMBIGUOUS_REPAIR
    if keys:
        return "", _PLACEHOLDER if is_dummy_key(keys[0]) else Verdict.RESTRICTED
    return "", otherwise


def _judge_gtin(kind: Kind, number: str) -> _Finding:
    """Judge the digits in a UPC or EAN attribute; either may hold any number of the GTIN family.

    Lengths 9 to 11 are those of a number that lost its zeros to a spreadsheet (which takes all of them,
    so a number that still begins with one did not), 9 and 10 also those of an ISBN-10, which the
    attribute did not promise.  Eight digits in a UPC attribute are a UPC-E or a GTIN-8, seven a UPC-E
    without its zero; seven elsewhere are nothing, as no GTIN-8 of a trade item begins with 0.
    """
    size, whole = len(number), number.isdigit()
    if size in (8, 12, 13, 14):
        readings = [number.zfill(14)] if whole and fits(number) else []
        if size == 8 and whole and kind is _UPC:
            readings.append(upc_e_key(number))
        return _choose(readings, _VALID, Verdict.CHECK_DIGIT if whole else _SHAPE)
    if size == 7 and whole and kind is _UPC:
        return _choose([upc_e_key("0" + number)], _REPAIRED, _SHAPE)
    readings = []
    if size in (9, 10):
        readings.append(isbn_10_key(number.zfill(10)))
    if size in (9, 10, 11) and whole and number[0] != "0" and fits(number):
        readings.append(number.zfill(14))
    return _choose(readings, _REPAIRED, _SHAPE)


def _judge_isbn(number: str) -> _Finding:
    """Judge the digits in an ISBN attribute: ISBN-13 (978, 979), ISBN-10, or one that lost its zeros."""
    size = len(number)
    if size in (13, 14):
        key = number.zfill(14)
        if key[:4] not in ("0978", "0979") or not key.isdigit():
            return "", _SHAPE
        return _choose([key] if fits(key) else [], _VALID, Verdict.CHECK_DIGIT)
    if size == 10:
        return _choose([isbn_10_key(number)], _VALID, Verdict.CHECK_DIGIT)
    if size in (7, 8, 9) and number[0] != "0":
        return _choose([isbn_10_key(number.zfill(10))], _REPAIRED, _SHAPE)
    return "", _SHAPE


def _judge_asin(value: str, number: str) -> _Finding:
    """Judge an ASIN; that of a book may have hyphens, or have lost the zeros of its ISBN-10."""
    asin = number or value.upper()
    if _is_asin(asin):
        return asin, _VALID
    if asin in _DUMMY_ASINS:
        return "", _PLACEHOLDER
    if 7 <= len(number) <= 9 and number[0] != "0" and isbn_10_key(number.zfill(10)):
        return number.zfill(10), _REPAIRED
    return "", _SHAPE


def _judge_gcid(value: str) -> _Finding:
    """Judge a GCID: 16 letters and digits that Amazon gives a brand's product; it has no check digit."""
    gcid = value.upper()
    if not _GCID_SHAPE(gcid) or gcid.isalpha():
        return "", _SHAPE
    return gcid, _VALID


def _judge(kind: Kind, value: str) -> _Finding:
    """Judge one value of a cell that was taken apart."""
    number = digits_of(value)
    if is_dummy(number.rstrip("X")) if number else is_nothing(value):
        return "", _PLACEHOLDER
    if is_scientific(value) and not _GCID_SHAPE(value.upper()):
        return "", Verdict.SPREADSHEET
    match kind:
        case Kind.UPC | Kind.EAN:
            return _judge_gtin(kind, number) if number else ("", _SHAPE)
        case Kind.ISBN:
            return _judge_isbn(number)
        case Kind.ASIN:
            return _judge_asin(value, number)
        case Kind.GCID:
            return _judge_gcid(value)
        case _:
            assert_never(kind)


def _judge_unknown(value: str) -> list[tuple[Kind, str, Verdict]]:
    """Judge one value that may be an ASIN or any number of the GTIN family."""
    asin = digits_of(value) or value.upper()
    if _is_asin(asin):
        isbn = _book_key(asin)
        return [(_ASIN, asin, _VALID)] + ([(_ISBN, isbn, _VALID)] if isbn else [])
    if asin in _DUMMY_ASINS:
        return [(_ASIN, "", _PLACEHOLDER)]
    key, verdict = _judge(_EAN, value)
    return [(_kind_of(key), key, verdict)]


def _kind_of(key: str) -> Kind:
    """Name the kind of a GTIN-14 key by its digits: ISBN by its prefix, UPC by its zeros, else EAN."""
    if key[:4] in ("0978", "0979"):
        return _ISBN
    return _UPC if key[:2] == "00" and key[:6] != "000000" else _EAN


def _once(found: list[Identifier]) -> tuple[Identifier, ...]:
    """Drop repetitions, a repaired one in favour of a valid one."""
    best: dict[str, Identifier] = {}
    for identifier in found:
        name = identifier.key or identifier.raw
        if name not in best or best[name].is_weak:
            best[name] = identifier
    return tuple(best.values())


@lru_cache(maxsize=4096)
def _take_apart(kind: Kind | None, text: str) -> tuple[Identifier, ...]:
    """Read a cell that is not clean; *kind* None is that of Amazon's product-id."""
    found = (text,) if text.isdigit() and text.isascii() else values(text)
    if not found:
        return (Identifier(kind or _EAN, "", Verdict.MISSING, text),)
    result = []
    for value in found:
        raw = value if len(found) > 1 else text
        judged = _judge_unknown(value) if kind is None else [(kind, *_judge(kind, value))]
        result += [Identifier(*finding, raw) for finding in judged]
    return _once(result) if len(result) > 1 else tuple(result)


def _read(kind: Kind | None, text: str) -> tuple[Identifier, ...]:
    if len(text) > _LONGEST_CELL:
        return (Identifier(kind or _EAN, "", _SHAPE, text),)
    return _take_apart(kind, text)


def _clean_isbn_key(text: str) -> str:
    if len(text) not in (10, 13):  # 978-0-306-40615-7 is how books print it, and just as clear
        text = text.replace("-", "").replace(" ", "")
    if len(text) == 13:
        return gtin_key(text) if text[:3] in ("978", "979") else ""
    return _book_key(text)


def _clean_key(kind: Kind, text: str) -> str:
    """Give the key of a VALID value; "" for anything that needs a closer look."""
    if kind is _EAN or (kind is _UPC and len(text) != 8):
        return gtin_key(text)
    if kind is _ASIN:
        return text if _is_asin(text) else ""
    if kind is _ISBN:
        return _clean_isbn_key(text)
    return ""


def parse(kind: Kind, text: str) -> tuple[Identifier, ...]:
    """Read one cell of a product attribute that is mapped to *kind*; at least one result, never an error.

    A UPC or EAN attribute may hold any number of the GTIN family, also an ISBN; an ISBN attribute only
    ISBNs; an ASIN in either, or a GTIN in an ASIN attribute, is SHAPE, as the mapping says otherwise.
    An ISBN-10 in a UPC or EAN attribute is REPAIRED: one number in eleven looks like one.
    A GTIN-14 with an indicator from 1 to 9 is a pack: VALID, but another key than the article in it.
    """
    key = _clean_key(kind, text)
    if key:
        return (_new(Identifier, (kind, key, _VALID, text)),)
    return _read(kind, text)


def keys(kind: Kind, text: str) -> tuple[tuple[str, bool], ...]:
    """Give what ``parse`` finds as pairs of key and whether it is weak; values without a key are left out."""
    key = _clean_key(kind, text)
    if key:
        return ((key, False),)
    if not text:
        return ()
    return tuple((found.key, found.is_weak) for found in _read(kind, text) if found.key)


def parse_unknown(text: str) -> tuple[Identifier, ...]:
    """Read Amazon's product-id, whose type column is not to be trusted (it calls ASINs ISBN, for one).

    What has the shape of an ASIN is one, and if it is an ISBN-10 too, its ISBN comes second.  The rest is
    judged as a number of the GTIN family, and its kind is told from its digits; EAN where there is no key.
    """
    key = gtin_key(text)
    if key:
        return (_new(Identifier, (_kind_of(key), key, _VALID, text)),)
    return _read(None, text)


def asin_keys(asin: str) -> tuple[str, ...]:
    """Give the keys of a listing's ASIN: itself and, where it is a book's ISBN-10, the GTIN-14 of that book.

    () for "", a placeholder or anything that is no ASIN.
    """
    if not _is_asin(asin):
        asin = asin.strip().upper()
        if not _is_asin(asin):
            return ()
    if asin[0] == "B":
        return (asin,)
    isbn = _book_key(asin)
    return (asin, isbn) if isbn else (asin,)


def fold_sku(sku: str) -> str:
    """Give the form in which SKUs compare when they do not compare exactly: trimmed, without case.

    A no-break space is a blank; blanks within the SKU count.  To compare with only: a seller SKU is
    stored and sent as Amazon has it.
    """
    return sku.replace("\xa0", " ").strip().casefold().upper()


def _why_shape(kind: Kind, value: str) -> str:
    digits = digits_of(value)
    if kind is not _ASIN and _is_asin(value):
        return f"{value} looks like an ASIN; map the attribute that holds it as asin."
    if kind in (_ASIN, _ISBN) and gtin_key(digits):
        return f"{value} is no {kind.upper()} but a GTIN; map the attribute that holds it as ean."
    if digits and kind is not Kind.GCID:
        length = f"{len(digits)} character{'s' if len(digits) > 1 else ''}"
        return f"{value} has {length}, which is no {kind.upper()}; enter it in full in Commerce."
    return f"{value} is not written like any {kind.upper()}; correct it in Commerce."


def explain(identifier: Identifier) -> str:
    """Say in one plain sentence, for a merchant, what the verdict means and what to do about it."""
    kind, key, verdict, raw = identifier
    value = raw.strip() if len(raw) <= 60 else f"{raw[:57].strip()}..."
    name = kind.upper()
    match verdict:
        case Verdict.VALID:
            is_pack = len(key) == 14 and key[0] != "0"
            return f"{value} is a valid {'GTIN-14 of a pack' if is_pack else name}."
        case Verdict.REPAIRED:
            return (
                f"{value} is not in full, but only {key} fits its check digit; "
                "it counts as weaker evidence until it is entered in full in Commerce."
            )
        case Verdict.MISSING:
            return f"There is no {name}; enter it in Commerce if the product has one."
        case Verdict.PLACEHOLDER:
            return f"{value} only fills the field; enter the {name} in Commerce or leave it empty."
        case Verdict.CHECK_DIGIT:
            return (
                f"The check digit does not fit: {value}; compare it with the number that is "
                "printed on the product and correct it in Commerce."
            )
        case Verdict.RESTRICTED:
            return (
                f"{value} is a number for use within a store or a coupon, which says nothing "
                f"outside of it; enter the manufacturer's {name} in Commerce."
            )
        case Verdict.SPREADSHEET:
            return (
                f"A spreadsheet has destroyed digits of {value}; enter the {name} again in "
                "Commerce, and format such columns as text before saving them."
            )
        case Verdict.SHAPE:
            return _why_shape(kind, value)
        case Verdict.AMBIGUOUS_REPAIR:
            return f"{value} could be two different numbers; enter the {name} in full in Commerce."
        case _:
            assert_never(verdict)
