"""Send pieces one by one: what is most urgent first, each written down before it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from amzsync.amazon.lanes import WORKERS, Lane, Sending
from amzsync.workflows.asking import Place
from amzsync.workflows.outgoing import Piece, answered, leave, previewed


def lanes(pieces: list[Piece]) -> Iterator[tuple[Place, Lane]]:
    """Yield as many lanes as can be at work at once, which share *pieces* of one account, in their order."""
    shared = iter(pieces)
    for _ in range(min(WORKERS, len(pieces))):
        yield pieces[0].place, _lane(shared)


def _lane(pieces: Iterator[Piece]) -> Lane:
    for piece in pieces:
        if piece.preview:
            said = yield piece.preview_call()
            if not previewed(piece, said):
                piece.left = True  # it is settled, though nothing was sent
                continue
        outcome = yield Sending(piece.call(), partial(leave, piece))
        if not answered(piece, outcome):
            return
