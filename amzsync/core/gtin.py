"""Numbers of the GTIN family: check digits, the 14-digit key, and numbers that name no article.

UPC, EAN, ISBN-13 and GTIN-14 are one space of numbers (GS1 General Specifications, sections 1.4 and 7):
zeros put in front change neither the number nor its check digit, so all of them compare as 14 digits.

Rows come by the million and the sum of the digits is what costs, hence ``fits``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import mul

_UP = "1234567890" * 3
_DOWN = "9876543210" * 3

_ISBN_10 = re.compile(r"[0-9]{9}[0-9X]").fullmatch
_ISBN_10_WEIGHTS = range(10, 0, -1)

# GS1 prefixes (the first three of the 13 digits) that name no article: numbers used inside a store or
# a region (02, 04, 20-29) and coupons or refund receipts (05, 980-984, 99).
_CLOSED_PREFIXES = frozenset(
    f"{prefix:03d}"
    for span in ((20, 30), (40, 60), (200, 300), (980, 985), (990, 1000))
    for prefix in range(*span)
)
# "000" needs a second look: with two more zeros behind it the number is a GTIN-8.
_SUSPECT_PREFIXES = _CLOSED_PREFIXES | {"000"}


def fits(digits: str) -> bool:
    """Tell whether the GS1 check digit of *digits* (ASCII digits only, any length) is right.

    With A the sum of the last, third last, ... digits and B that of the others, A + 3B must end in 0.
    Read to the base 11, which is 10 + 1, a number leaves the remainder A + B; to the base 19, which is
    20 - 1, it leaves A - B; and A + 3B is 2(A + B) - (A - B).  Two conversions in C are twice as fast
    as a loop or a table in Python.
    """
    return (2 * int(digits, 11) - int(digits, 19)) % 10 == 0


def with_check_digit(body: str) -> str:
    """Give *body* (ASCII digits) with its GS1 check digit."""
    digits = body + "0"
    return body + str((int(digits, 19) - 2 * int(digits, 11)) % 10)


def is_restricted(key: str) -> bool:
    """Tell whether a 14-digit key is a number that is not unique in the world.

    A GTIN-8 has prefixes of its own, of which 0 and 2 are internal to a company (GS1 General
    Specifications, 1.4.3).  A pack built around a restricted number is as little unique as the number.
    """
    return key[1:4] in _CLOSED_PREFIXES or (key[1:6] == "00000" and key[6] in "02")


def _is_run(digits: str) -> bool:
    return digits in _UP or digits in _DOWN


def is_dummy(digits: str) -> bool:
    """Tell whether digits were typed to fill a field: 0000000000000, 11111111, 123456789012, 9781234567897.

    Leading zeros aside, all digits are the same, or they count up or down (0 follows 9).  From the
    thirteenth digit on a run need not go on, as that may be its check digit.  012345678905 is *not* one
    of them: 8-9-0-5 is no run, and the number is assigned.
    """
    body = digits.lstrip("0")
    if len(body) == 13 and body.startswith("978"):
        core = body[3:12]
        return core == core[0] * 9 or _is_run(core)
    return body == body[:1] * len(body) or (len(body) > 2 and _is_run(body[:12]))


def _dummy_keys() -> Iterator[str]:
    """All 14-digit keys for which ``is_dummy`` holds (and some whose check digit is wrong, which is harmless)."""
    for start in range(10):
        yield from ((str(start) * size).zfill(14) for size in range(15))
        yield with_check_digit(f"0978{str(start) * 9}")
        for line in (_UP, _DOWN):
            run = line[start : start + 12]
            yield with_check_digit(f"0978{run[:9]}")
            if run[0] != "0":  # the zero is no part of the number; what follows it is a run too
                yield from (run[:size].zfill(14) for size in range(3, 13))
                yield "0" + with_check_digit(run)
                yield from (with_check_digit(f"{run}{digit}") for digit in range(10))


_DUMMY_KEYS = frozenset(_dummy_keys())


def is_dummy_key(key: str) -> bool:
    """Tell whether a 14-digit key with the right check digit is one that ``is_dummy`` means."""
    return key in _DUMMY_KEYS


def gtin_key(text: str) -> str:
    """Give the 14-digit key of a clean GTIN-8, -12, -13 or -14; "" for anything that needs a closer look.

    "" says nothing about why: spaces, a wrong check digit, a restricted number and a dummy all end here.
    """
    if len(text) not in (8, 12, 13, 14) or not (text.isdigit() and text.isascii()):
        return ""
    if (2 * int(text, 11) - int(text, 19)) % 10:  # ``fits``, in place: the call costs a fifth of it
        return ""
    key = text.zfill(14)
    if (key[1:4] in _SUSPECT_PREFIXES and is_restricted(key)) or key in _DUMMY_KEYS:
        return ""
    return key


def isbn_10_key(text: str) -> str:
    """Give the 14-digit key of an ISBN-10 (ten digits, the last may be X); "" where it is none.

    The check digit makes the sum of the digits, weighted 10 to 1, a multiple of 11; the same book's
    ISBN-13 is 978, the first nine digits and a GS1 check digit (ISBN Users' Manual, sections 4 and 5).
    Restricted numbers and dummies are not looked for.
    """
    if not _ISBN_10(text):
        return ""
    # The code points count from 48, but 48 * 55 is a multiple of 11; X is 88 and has to stand for 58.
    total = sum(map(mul, _ISBN_10_WEIGHTS, text.encode())) - (30 if text[9] == "X" else 0)
    return with_check_digit(f"0978{text[:9]}") if total % 11 == 0 else ""


def upc_e_key(digits: str) -> str:
    """Give the 14-digit key of an eight-digit UPC-E, or "" where the check digit of its UPC-A is wrong.

    UPC-E leaves out zeros of a UPC-A that starts with 0 or 1; the seventh digit tells which
    (GS1 General Specifications, 5.2.2.4.2).
    """
    system, body, last, check = digits[0], digits[1:6], digits[6], digits[7]
    if system not in "01":
        return ""
    if last in "012":
        article = f"{body[:2]}{last}0000{body[2:]}"
    elif last == "3":
        article = f"{body[:3]}00000{body[3:]}"
    elif last == "4":
        article = f"{body[:4]}00000{body[4:]}"
    else:
        article = f"{body}0000{last}"
    key = f"00{system}{article}{check}"
    return key if fits(key) else ""
