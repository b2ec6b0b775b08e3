"""Titles as reports carry them: with characters lost on the way.

Amazon writes some reports in cp1252 after it has replaced what it could not encode by ``?``
(amzn/selling-partner-api-models issues 2748 and 4888), so such a title is not a source of truth.
"""

from __future__ import annotations

import re

# What may have been lost, or what stands in its place: everything beyond ASCII, and the "?" itself.
_LOSSY_RUN = re.compile(r"[^\x00-\x3e\x40-\x7f]+")
_MARKS = re.compile(r"\?+")


def lossy_equal(a: str, b: str) -> bool:
    """Tell whether two titles differ at most by lost characters.

    A run of ``?`` in either stands for one or more characters beyond ASCII (or real question marks)
    of the other: "Pi?a" is "Piña", "??? Tea" is "宇治抹茶 Tea".  ASCII is never lost, so "Caf?" is
    not "Cafe".
    """
    if a == b:
        return True
    if "?" not in a and "?" not in b:
        return False
    if _LOSSY_RUN.split(a) != _LOSSY_RUN.split(b):
        return False
    pairs = zip(_LOSSY_RUN.findall(a), _LOSSY_RUN.findall(b), strict=True)
    return all(x == y or _stands_for(x, y) or _stands_for(y, x) for x, y in pairs)


def _stands_for(lossy: str, whole: str) -> bool:
    """Tell whether *whole* becomes *lossy* when some of its stretches become runs of ``?``."""
    if "?" not in lossy:
        return False
    first, *middle, last = _MARKS.split(lossy)
    if not whole.startswith(first):
        return False
    at = len(first)
    for piece in middle:  # leftmost fit first: it leaves the most to the marks that follow
        found = whole.find(piece, at + 1)
        if found < 0:
            return False
        at = found + len(piece)
    return len(whole) - len(last) > at and whole.endswith(last)
