"""Mistakes of sending, planted to see that they are found: each changes one thing that keeps it safe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from amzsync.amazon.lanes import Lane
from amzsync.core import messages
from amzsync.core.plan import Difference
from amzsync.workflows import looking, outgoing, pieces, sent_calls
from amzsync.workflows.outgoing import Piece


def plant(name: str, patch: pytest.MonkeyPatch) -> None:
    """Plant the mistake called *name*, if there is a name."""
    if name:
        MISTAKES[name](patch)


def send_before_journal(patch: pytest.MonkeyPatch) -> None:
    """What is sent is written down when Amazon has answered, not before."""
    write = outgoing.write

    def lane(waiting: Iterator[Piece]) -> Lane:
        for piece in waiting:
            outcome = yield piece.call()
            with piece.place.asking.current.transaction():
                write([piece])
            outgoing.leave(piece)
            outgoing.answered(piece, outcome)

    def unwritten(found: Iterable[Piece], **how: Any) -> None:
        if how:
            write(found, **how)

    patch.setattr(sent_calls, "_lane", lane)
    patch.setattr(outgoing, "write", unwritten)


def guard_off(patch: pytest.MonkeyPatch) -> None:
    """Stock is sent to whatever listing the plan names."""
    patch.setattr(pieces, "refusal", lambda *_: None)


def stock_as_delta(patch: pytest.MonkeyPatch) -> None:
    """The difference is sent, and not the quantity."""
    whole = messages.patch_body

    def body(product_type: str, differences: Iterable[Difference], *rest: Any, **more: Any) -> Any:
        told = [
            one._replace(wanted=abs(int(one.wanted or 0) - int(one.seen or 0)))
            if one.field == "quantity"
            else one
            for one in differences
        ]
        return whole(product_type, told, *rest, **more)

    patch.setattr(messages, "patch_body", body)


def sent_again_blindly(patch: pytest.MonkeyPatch) -> None:
    """What was not answered counts as never sent as soon as it is looked at."""
    patch.setattr(looking, "GIVEN_UP_AFTER", 0.0)
    patch.setattr(looking, "URGENT_GIVEN_UP_AFTER", 0.0)


MISTAKES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "send before journal": send_before_journal,
    "guard off": guard_off,
    "stock as delta": stock_as_delta,
    "sent again blindly": sent_again_blindly,
}
