"""A plan as one JSON document, an action a line, with a checksum over all that it says.

The checksum is that of the values and not of their spelling: a document that a program has laid out anew is
still whole.  When the plan was made does not count, so that the same plan has the same checksum.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

Record = dict[str, object]

MARK = "amzsync_plan"
FORMAT = 1
_BEGINNING = re.compile(rf'\s*{{\s*"{MARK}"\s*:')
_UNCOUNTED = frozenset({"made_at", "actions", "checksum"})
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_readable = json.JSONEncoder(ensure_ascii=False).encode
_ascii = json.JSONEncoder().encode


class NoPlanError(ValueError):
    """What was read is no plan, or one of a newer amzsync."""


class Checksum:
    """Sums up a plan as it goes by: its head first, then every action in order."""

    def __init__(self, head: Mapping[str, object]) -> None:
        self._hash = hashlib.sha256()
        self.add({name: value for name, value in head.items() if name not in _UNCOUNTED})

    def add(self, action: Mapping[str, object]) -> None:
        """Count an action in."""
        self._hash.update(_canonical(action).encode())
        self._hash.update(b"\n")

    def __str__(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"


class Document:
    """A plan on its way into a document; how much it was is known at the end."""

    def __init__(self, head: Mapping[str, object]) -> None:
        """*head* is all but the actions; it gets the mark of a plan put before it."""
        self._head: Record = {MARK: FORMAT, **head}
        self._checksum = Checksum(self._head)
        self.actions = 0

    @property
    def checksum(self) -> str:
        """Return the checksum of the head and of the actions so far."""
        return str(self._checksum)

    def lines(
        self,
        actions: Iterable[Mapping[str, object]],
        *,
        is_whole: Callable[[], bool] = lambda: True,
    ) -> Iterator[str]:
        """Yield the document line by line, with the checksum of what stands in it at the end.

        There is no checksum where *is_whole*, asked after the last action, says that not all are there.
        """
        yield f'{_line(self._head)[:-1]}, "actions": ['
        mark = ""
        for action in actions:
            self._checksum.add(action)
            self.actions += 1
            yield mark + _line(action)
            mark = ","
        yield f'], "checksum": {_ascii(self.checksum if is_whole() else None)}}}'


def actions(text: str) -> list[Record]:
    """Return the actions of a whole document; raises ``NoPlanError`` where it is none."""
    try:
        found = _checked(json.loads(text)).get("actions")
    except NoPlanError:
        raise
    except (ValueError, RecursionError) as error:
        raise NoPlanError("it is no JSON, or cut off") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise NoPlanError("it has no actions")
    return found


class Verified(NamedTuple):
    """What a document holds."""

    serial: int
    actions: int
    intact: bool


def is_begun(text: str) -> bool:
    """Tell whether a document that begins with *text* is a plan, however it is laid out."""
    return _BEGINNING.match(text) is not None


def verify(lines: Iterable[str]) -> Verified:
    """Read a document and tell whether it is as it was written; memory for one line is enough.

    One that is laid out in another way is read as a whole.  Raises ``NoPlanError`` where it is no plan at all.
    """
    rest = iter(lines)
    first = next(rest, "")
    try:
        head = _checked(json.loads(f"{first.rstrip()}]}}"))
    except NoPlanError:
        raise
    except ValueError:
        return _verify_whole(first, rest)
    checksum, actions = Checksum(head), 0
    serial, told = _serial(head), None
    try:
        for line in rest:
            if line.startswith("]"):
                told = json.loads("{" + line[1:].lstrip(", "))["checksum"]
                break
            checksum.add(json.loads(line.removeprefix(",")))
            actions += 1
    except (ValueError, KeyError, TypeError, RecursionError):
        return Verified(serial, actions, intact=False)
    complete = not any(line.strip() for line in rest)
    return Verified(serial, actions, intact=complete and told == str(checksum))


def _verify_whole(first: str, rest: Iterable[str]) -> Verified:
    if not first.lstrip().startswith("{"):
        raise NoPlanError("it is no plan")
    try:
        found = _checked(json.loads(first + "".join(rest)))
    except NoPlanError:
        raise
    except (ValueError, RecursionError) as error:
        raise NoPlanError("it is no JSON, or cut off") from error
    actions = found.get("actions")
    if not isinstance(actions, list):
        return Verified(_serial(found), 0, intact=False)
    checksum = Checksum(found)
    for action in actions:
        checksum.add(action)
    return Verified(_serial(found), len(actions), intact=found.get("checksum") == str(checksum))


def _checked(found: object) -> Record:
    if not isinstance(found, dict) or MARK not in found:
        raise NoPlanError("it is no plan")
    if found[MARK] != FORMAT or isinstance(found[MARK], bool):
        raise NoPlanError("it is a plan of another amzsync")
    return found


def _serial(head: Mapping[str, object]) -> int:
    serial = head.get("serial")
    return serial if isinstance(serial, int) else 0


def _line(record: Mapping[str, object]) -> str:
    """Return *record* as one line of JSON in which nothing can steer a terminal, nor fails to be UTF-8."""
    text = _readable(record)
    return text if text.isprintable() else _ascii(record)
