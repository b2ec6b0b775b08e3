"""Everything a simulator was asked, and what it said."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its answer."""

    at: float  # seconds since 1970, by the simulator's clock
    account: str  # the seller id; "" where the caller was not recognised
    operation: str  # Amazon's operationId, "token", "document", or "unknown"
    method: str
    path: str  # quoted, without the query
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]  # of the request, names in lower case
    body: Any  # of the request: parsed JSON, a form as a dict, or None
    status: int  # answered; 0 where the connection was reset or stayed silent
    answer: bytes  # the whole body that was meant to be sent
    answer_headers: Mapping[str, str]
    fault: str  # the name of the fault by script, or ""

    def param(self, name: str) -> str | None:
        return dict(self.query).get(name)


class Ledger:
    """The entries in the order of their answers; safe to be read while requests come in."""

    def __init__(self) -> None:
        self.keep_answers = True  # off, the bodies of answers are forgotten (long runs)
        self._entries: list[Entry] = []
        self._lock = threading.Lock()

    def write(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def calls(self, operation: str | None = None) -> list[Entry]:
        """Return the entries, of one operation or all."""
        with self._lock:
            entries = list(self._entries)
        return [entry for entry in entries if operation in (None, entry.operation)]

    def count(self, operation: str | None = None) -> int:
        return len(self.calls(operation))

    def last(self, operation: str) -> Entry | None:
        found = self.calls(operation)
        return found[-1] if found else None

    def operations(self) -> Counter[str]:
        return Counter(entry.operation for entry in self.calls())

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
