"""What became of sending, in words and as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
CSV_FIELDS = (
    "store", "planned", "sent", "accepted", "confirmed", "rejected", "unconfirmed", "abandoned", "open", "left",
)  # fmt: skip
EXAMPLES = 5


def result_lines(result: PushResult) -> Iterator[str]:
    """Yield what was done, store by store."""
    for store in result.stores:
        yield from _store_lines(store)


def _store_lines(store: StorePush) -> Iterator[str]:
    if store.sent:
        yield f"Store {store.name}: {counted(store.sent, 'change')} sent"
    elif store.steps or store.left:
        yield f"Store {store.name}: nothing was sent"
    elif not store.settled:
        yield f"Store {store.name}: nothing to send"
    for progress, number in _figures(store.steps):
        yield f"  {number:>9,}  {_WORDS[progress]}"
    if store.settled:
        yield f"Store {store.name}: of what was sent before"
        for progress, number in _figures(store.settled):
            yield f"  {number:>9,}  {_WORDS[progress]}"
    if store.left:
        yield f"  {store.left:>9,}  left for the next run"
    refused = [f"{one.seller_sku} was not sent: {one.reason}." for one in store.refused]
    yield from _listed(refused, "--output json tells all")
    yield from _listed(store.rejected, "amzsync log --errors tells all")
    for sku in store.returned:
        yield f"  {sku} had been ended, and Amazon sells it again."
    for note in store.notes:
        yield f"  {note}"


def _figures(found: Mapping[Progress, int]) -> list[tuple[Progress, int]]:
    return [(progress, found[progress]) for progress in _WORDS if found.get(progress)]


def _listed(lines: Sequence[str], where: str) -> Iterator[str]:
    for line in lines[:EXAMPLES]:
        yield f"  {line}"
    if len(lines) > EXAMPLES:
        yield f"  and {len(lines) - EXAMPLES:,} more; {where}"


def result_record(result: PushResult) -> dict[str, object]:
    """Return the whole result as one record: the run, and what became of each store's changes."""
    return {"run": result.run_id, "stores": store_records(result)}


def store_records(result: PushResult) -> list[dict[str, object]]:
    """Return what became of the changes, a record for each store."""
    return [_record(store) for store in result.stores]


def _record(store: StorePush) -> dict[str, object]:
    figures = {progress.value: store.steps.get(progress, 0) for progress in Progress}
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
