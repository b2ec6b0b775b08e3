"""The ``additional_attributes`` cell: every attribute of a product that has no column of its own.

The export writes it in one of two ways, the same for all rows of a file:

* plain: ``code=value,code2=A|B``.  Nothing is escaped, so a comma in a value stays a comma; as
  Commerce's own importer does, a piece that does not begin with ``code=`` belongs to the value
  before it.  (The importer cuts at any piece that holds ``=``; a code is letters, digits and ``_``
  only, so ``note=a, b=2`` is kept whole here.)
* enclosed ("Fields enclosure" ticked): ``code="value",code2="A"|"B"``, quotes in a value doubled.

Codes are compared in lower case, and of a repeated code the last value counts, as in the importer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

Picker = Callable[[str], dict[str, str]]

_CODE = r"[A-Za-z0-9_]++"
_PLAIN_VALUE = rf"([^,]*+(?:,(?!{_CODE}=)[^,]*+)*+)"
# In an enclosed value a quote is either doubled or one of the three characters "|" between options.
_ENCLOSED_VALUE = r'"([^"]*+(?:"(?:"|\|")[^"]*+)*+)"'
_ENCLOSED_PAIR = rf"{_CODE}={_ENCLOSED_VALUE}"

_WHOLE_CODE = re.compile(_CODE)
_PIECE = re.compile(rf"({_CODE})=(.*)", re.DOTALL)
# The lookbehind changes no result; without it a long word is tried again from each of its letters.
_PAIR_OF_ENCLOSED = re.compile(rf"(?<![A-Za-z0-9_])({_CODE})={_ENCLOSED_VALUE}")
_ENCLOSED_CELL = re.compile(rf"{_ENCLOSED_PAIR}(?:,{_ENCLOSED_PAIR})*+")
_INNER_QUOTES = re.compile(r'""|"\|"')


def is_enclosed(cell: str) -> bool:
    """Tell whether *cell* is, from start to end, what the export writes with "Fields enclosure"."""
    return _ENCLOSED_CELL.fullmatch(cell) is not None


def detect_enclosed(cells: Iterable[str]) -> bool:
    """Tell whether the file that *cells* come from was exported with "Fields enclosure".

    The question is one of the file, not of the cell: a single plain value may look enclosed.  True
    if there is a cell that is not blank and every such cell is enclosed.
    """
    seen = False
    for cell in cells:
        if not cell or cell.isspace():
            continue
        if not is_enclosed(cell):
            return False
        seen = True
    return seen


def unpack(cell: str, *, enclosed: bool, known: Collection[str] | None = None) -> dict[str, str]:
    """Return every attribute of *cell*: lower-case code -> value, several options joined by ``|``.

    *known* (lower-case codes of all attributes there are) settles what the plain mode cannot tell:
    with it, ``x=`` begins a new attribute only if ``x`` is known; the first piece is taken at its
    word.  Never raises; text before the first code is dropped.
    """
    if enclosed:
        return {code.lower(): _unquoted(value) for code, value in _PAIR_OF_ENCLOSED.findall(cell)}
    pieces: dict[str, list[str]] = {}
    current = ""
    for piece in cell.split(","):
        found = _PIECE.fullmatch(piece)
        code = found.group(1).lower() if found else ""
        if found and (known is None or code in known or not current):
            current = code
            pieces[code] = [found.group(2)]
        elif current:
            pieces[current].append(piece)
    return {code: ",".join(parts) for code, parts in pieces.items()}


def picker(codes: Iterable[str], *, enclosed: bool) -> Picker:
    """Return the fast way to a few attributes of a cell: ``picker(codes, ...)(cell)``.

    The result equals ``unpack(cell, enclosed=enclosed)`` cut down to *codes*, keys in lower case.
    """
    wanted = frozenset(code.lower() for code in codes if _WHOLE_CODE.fullmatch(code))
    if not wanted:
        return lambda _cell: {}
    return _enclosed_picker(wanted) if enclosed else _plain_picker(wanted)


def _plain_picker(wanted: frozenset[str]) -> Picker:
    # A literal comma first lets the regex engine jump from comma to comma: 1.0 us instead of 2.7.
    names = "|".join(re.escape(code) for code in sorted(wanted))
    pairs = re.compile(rf",({names})={_PLAIN_VALUE}", re.ASCII | re.IGNORECASE).findall

    def pick(cell: str) -> dict[str, str]:
        found = pairs("," + cell)
        values: dict[str, str] = dict(found)
        if wanted.issuperset(values):
            return values
        return {code.lower(): value for code, value in found}  # a code in capitals: seldom

    return pick


def _enclosed_picker(wanted: frozenset[str]) -> Picker:
    # All pairs are walked through: a value may hold what looks like the beginning of another pair.
    pairs = _PAIR_OF_ENCLOSED.findall

    def pick(cell: str) -> dict[str, str]:
        return {
            code: _unquoted(value)
            for name, value in pairs(cell)
            if (code := name.lower()) in wanted
        }

    return pick


def _unquoted(value: str) -> str:
    if '"' not in value:
        return value
    return _INNER_QUOTES.sub(lambda found: '"' if found.group() == '""' else "|", value)
