"""Answers by text, remembered: a column of a million cells holds a few thousand different ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V")


class Memo(dict[str, V]):
    """A pure function of a text that remembers its answers: ``memo[text]``.  Its size is bounded.

    Long texts are not remembered, so that a hostile file cannot fill the memory with them.
    """

    def __init__(
        self, answer: Callable[[str], V], *, entries: int = 32_768, length: int = 64
    ) -> None:
        super().__init__()
        self._answer, self._entries, self._length = answer, entries, length

    def __missing__(self, text: str) -> V:
        value = self._answer(text)
        if len(text) <= self._length:
            if len(self) >= self._entries:
                self.clear()
            self[text] = value
        return value
