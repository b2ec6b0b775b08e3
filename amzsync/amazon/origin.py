"""Whether the rows of a report prove that it is of another marketplace.

No report says which marketplace it is of, but its rows betray it: by the word for Amazon's
fulfilment (AMAZON_EU), by the zones of their dates (BST), by prices that the currency cannot have
(19.99 JPY).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amzsync.core.marketplaces import MARKETPLACES, Marketplace

MAX_WORDS = 64  # distinct texts that are counted; a report has three or four

_ALL_CHANNELS = frozenset(word for each in MARKETPLACES for word in each.channels)
_ALL_ZONES = frozenset(word for each in MARKETPLACES for word in each.zones)
_NO_PROOF = frozenset({"GMT"})  # what a program falls back to where it knows no zone
_LEAST_ROWS = 3
_CLEAR = 4  # so many rows against each that says otherwise


@dataclass(slots=True)
class Seen:
    """What stood in the cells that betray a marketplace: text -> rows that had it."""

    channels: dict[str, int] = field(default_factory=dict)  # "" too: together they are all rows
    zones: dict[str, int] = field(default_factory=dict)
    decimals: int = 0  # rows whose price has more decimals than the currency


def count(words: dict[str, int], word: str) -> None:
    """Count one row for *word*, unless too many different words have come already."""
    if word in words or len(words) < MAX_WORDS:
        words[word] = words.get(word, 0) + 1


def foreign(seen: Seen, marketplace: Marketplace) -> str | None:
    """Return a sentence if the rows prove another marketplace than *marketplace*, else None.

    A proof is more than four rows against each that speaks for *marketplace*, and at least three
    rows or all there are.  In doubt it is None: where channels and zones contradict each other,
    and where the words are unknown.
    """
    rows = sum(seen.channels.values())
    least = min(_LEAST_ROWS, rows)
    proofs = []
    for words, known, ours, what in (
        (seen.channels, _ALL_CHANNELS, marketplace.channels, "fulfilled through"),
        (seen.zones, _ALL_ZONES, marketplace.zones, "dated in"),
    ):
        for_us = _total(words, ours - _NO_PROOF)
        theirs = known - ours - _NO_PROOF
        against = _total(words, theirs)
        if for_us > against:
            return None
        if against >= least and against > _CLEAR * for_us:
            names = " and ".join(sorted({_word(text) for text in words} & theirs))
            proofs.append(f"{against:,} of {rows:,} rows are {what} {names}")
    if seen.decimals >= least and 2 * seen.decimals > rows:
        limit = f"more decimals than {marketplace.currency} has"
        proofs.append(f"{seen.decimals:,} of {rows:,} prices have {limit}")
    if not rows or not proofs:
        return None
    return f"The rows are not of {marketplace.name} ({marketplace.code}): {', '.join(proofs)}."


def _word(text: str) -> str:
    return text.strip().upper()


def _total(words: Mapping[str, int], among: frozenset[str]) -> int:
    return sum(rows for text, rows in words.items() if _word(text) in among)
