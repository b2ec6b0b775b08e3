r"""Records of a CSV text that a plain reader gets wrong, read again by the rules of their writer.

Commerce before 2.4 (seen on 2.2.5 and 2.3.4) writes with PHP's ``fputcsv`` and its backslash
escape: a quote after a backslash is not doubled.  A value such as ``{\"a\": 1}`` then ends its
field early in every RFC 4180 reader, and one row becomes two wrong ones or swallows its neighbour.
This is the repair path for such records; the ordinary ones never come here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

DELIMITERS = (",", ";", "\t")
LINES_AHEAD = 2000  # how far the search for the next good record goes
LONGEST_RECORD = 262_144  # characters; the search for the next good record reads no further in one

_RFC_BODY = re.compile(r'[^"]*+(?:""[^"]*+)*+')
# fputcsv leaves a quote undoubled after any number of backslashes.
_PHP_BODY = re.compile(r'[^"\\]*+(?:(?:""|\\"?)[^"\\]*+)*+')
_PHP_QUOTES = re.compile(r'(\\"?)|""')
_LINE_END = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')


class _Record(NamedTuple):
    cells: list[str]
    end: int  # offset after the line end
    well_formed: bool  # no text after a closing quote, no quote in an unquoted field
    open_ended: bool  # the text ends inside a quoted field


def sniff_delimiter(header_line: str) -> str:
    """Return which of ``,``, ``;`` and tab separates the headings; ``,`` where none of them occurs.

    Spreadsheets save CSV with a semicolon or a tab in many locales; what stands between quotes does
    not count.
    """
    bare = _QUOTED.sub("", header_line)
    return max(DELIMITERS, key=bare.count)


def read_record(
    text: str, start: int, *, backslash: bool, delimiter: str = ","
) -> tuple[list[str], int] | None:
    """Return the cells of the record at ``text[start:]`` and the offset after its line end.

    With *backslash* False the rules are those of RFC 4180, as lenient as ``csv.reader``: text after
    a closing quote belongs to the field, a blank line is a record without cells.  With *backslash*
    True they are those of PHP's ``fputcsv``: inside quotes, a quote after a backslash is literal
    and both characters are kept.  ``None`` if the text ends inside a quoted field.
    """
    record = _read(text, start, len(text), backslash=backslash, delimiter=delimiter)
    return None if record.open_ended else (record.cells, record.end)


def repair(
    text: str, start: int, width: int, *, delimiter: str = ","
) -> tuple[list[str] | None, int]:
    """Return the record at *start* that has exactly *width* cells, and the offset after it.

    Readings are tried in this order: well formed by RFC 4180, well formed by PHP's rules, and the
    lenient RFC reading if it keeps within one line (a value with a stray quote in it).  If none has
    *width* cells the result is ``(None, offset)``, where reading goes on at *offset*: after the
    record if it is well formed but of another width, else at the next line from which a good record
    can be read, so that no good row is lost with the bad one.  *offset* is always after *start*.
    """
    rfc = _read(text, start, len(text), backslash=False, delimiter=delimiter)
    php = _read(text, start, len(text), backslash=True, delimiter=delimiter)
    for record in (rfc, php):
        if record.well_formed and len(record.cells) == width:
            return record.cells, record.end
    if len(rfc.cells) == width and not rfc.open_ended and _line_end(text, start) == rfc.end:
        return rfc.cells, rfc.end
    return None, _next_start(text, start, width, delimiter, rfc, php)


def _next_start(
    text: str, start: int, width: int, delimiter: str, rfc: _Record, php: _Record
) -> int:
    """Return where to go on after a record at *start* that cannot be read."""
    if rfc.well_formed:  # what looks like rows inside of it are the lines of a text
        return rfc.end
    good, looked_to = _next_good_line(text, start, width, delimiter)
    if good:
        return looked_to
    # What was looked through holds no good row; beyond it nobody knows, so nothing is skipped.
    ends = [record.end for record in (rfc, php) if not record.open_ended]
    return min([looked_to, *ends])


def _next_good_line(text: str, start: int, width: int, delimiter: str) -> tuple[bool, int]:
    """Return if a line after *start* begins *width* well-formed cells, and how far was looked."""
    line = start
    for _ in range(LINES_AHEAD):
        line = _line_end(text, line)
        if line >= len(text):
            break
        stop = min(len(text), line + LONGEST_RECORD)
        for backslash in (False, True):
            record = _read(text, line, stop, backslash=backslash, delimiter=delimiter)
            if record.well_formed and len(record.cells) == width:
                return True, line
            if text.find("\\", line, record.end) < 0:
                break  # without a backslash both readings are one
    return False, line


def _line_end(text: str, start: int) -> int:
    found = _LINE_END.search(text, start)
    return found.end() if found else len(text)


def _read(text: str, start: int, stop: int, *, backslash: bool, delimiter: str) -> _Record:
    """Read one record of ``text[start:stop]``."""
    bare = _bare_field(delimiter)
    cells: list[str] = []
    well_formed, at = True, start
    if at < stop and _LINE_END.match(text, at, stop) is None:
        while True:
            cell, at, whole, closed = _field(text, at, stop, bare, backslash=backslash)
            cells.append(cell)
            if not closed:
                return _Record(cells, stop, well_formed=False, open_ended=True)
            well_formed = well_formed and whole
            if at >= stop or text[at] != delimiter:
                break
            at += 1
    found = _LINE_END.match(text, at, stop)
    end = found.end() if found else at
    return _Record(cells, end, well_formed=well_formed, open_ended=False)


def _field(
    text: str, at: int, stop: int, bare: re.Pattern[str], *, backslash: bool
) -> tuple[str, int, bool, bool]:
    """Return one field's value, the offset after it, if it is well formed and if it is closed."""
    if at >= stop or text[at] != '"':
        end = _end_of(bare, text, at, stop)
        value = text[at:end]
        return value, end, '"' not in value, True
    end = _end_of(_PHP_BODY if backslash else _RFC_BODY, text, at + 1, stop)
    body = text[at + 1 : end]
    if end >= stop:
        return body, stop, False, False
    value = _PHP_QUOTES.sub(_keep_escape, body) if backslash else body.replace('""', '"')
    rest = _end_of(bare, text, end + 1, stop)
    return value + text[end + 1 : rest], rest, rest == end + 1, True


def _keep_escape(found: re.Match[str]) -> str:
    return found.group(1) or '"'


def _end_of(pattern: re.Pattern[str], text: str, at: int, stop: int) -> int:
    found = pattern.match(text, at, stop)
    return found.end() if found else at


@lru_cache(maxsize=8)
def _bare_field(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")
