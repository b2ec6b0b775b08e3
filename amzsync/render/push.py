"""What became of sending, in words and as records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from amzsync.core.sending import Progress
from amzsync.render.text import counted
from amzsync.results.push import PushResult, StorePush

_WORDS = {
    Progress.CONFIRMED: "confirmed: Amazon shows it",
    Progress.ACCEPTED: "accepted by Amazon, not shown yet",
    Progress.SENT: "sent, no answer yet",
    Progress.REJECTED: "refused by Amazon",
    Progress.UNCONFIRMED: "accepted, but never shown",
    Progress.ABANDONED: "not sent; planned anew",
    Progress.PLANNED: "waiting for their turn",
}
FIELDS = (
    "store", "sent", "accepted", "confirmed", "rejected", "unconfirmed", "abandoned", "open", "left",
    "refused", "returned", "notes", "calls",
)  # fmt: skip
EXAMPLES = 5


def result_lines(result: PushResult) -> Iterator[str]:
    """Yield what was done, store by store."""
    for store in result.stores:
        yield from _store_lines(store)
    for name, reason in result.silent.items():
        yield f"Store {name}: nothing is sent, for {reason}."


def _store_lines(store: StorePush) -> Iterator[str]:
    steps = sum(store.sent.values())
    if steps or not store.settled:
        yield (
            f"Store {store.name}: {counted(steps, 'change')} sent"
            if steps
            else f"Store {store.name}: nothing to send"
        )
    for progress, number in _figures(store.sent):
        yield f"  {number:>9,}  {_WORDS[progress]}"
    if store.settled:
        yield f"Store {store.name}: of what was sent before"
        for progress, number in _figures(store.settled):
            yield f"  {number:>9,}  {_WORDS[progress]}"
    if store.left:
        yield f"  {store.left:>9,}  left for the next run: there was no time for them"
    yield from _listed([f"{one.seller_sku} was not sent: {one.reason}." for one in store.refused])
    yield from _listed(store.rejected)
    for sku in store.returned:
        yield f"  {sku} had been ended, and Amazon sells it again."
    for note in store.notes:
        yield f"  {note}"


def _figures(found: Any) -> list[tuple[Progress, int]]:  # noqa: ANN401
    return [(progress, found[progress]) for progress in _WORDS if found.get(progress)]


def _listed(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:EXAMPLES]:
        yield f"  {line}"
    if len(lines) > EXAMPLES:
        yield f"  and {len(lines) - EXAMPLES:,} more; amzsync log --errors tells all"


def result_record(result: PushResult) -> dict[str, object]:
    """Return the whole result as one record: the run, and ``FIELDS`` for each store."""
    return {
        "run": result.run_id,
        "stores": [_record(store) for store in result.stores],
        "silent": [{"store": name, "reason": why} for name, why in result.silent.items()],
    }


def _record(store: StorePush) -> dict[str, object]:
    figures = {progress.value: store.sent.get(progress, 0) for progress in Progress}
    return {
        "store": store.name,
        **figures,
        "settled": {progress.value: number for progress, number in store.settled.items()},
        "open": store.open,
        "left": store.left,
        "refused": [{"seller_sku": one.seller_sku, "reason": one.reason} for one in store.refused],
        "returned": list(store.returned),
        "notes": list(store.notes),
        "calls": dict(store.calls),
    }
