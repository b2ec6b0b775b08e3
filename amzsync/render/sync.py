"""What a run of sync came to, in words and as a record."""

from __future__ import annotations

from collections.abc import Iterator

from amzsync.render import push
from amzsync.render.push import result_lines as push_lines
from amzsync.render.text import counted
from amzsync.results.sync import SyncResult


def result_lines(result: SyncResult) -> Iterator[str]:
    """Yield what was pulled and what was sent, in short."""
    for one in result.pulled:
        for store in one.stores:
            found = ", ".join(f"{number:,} {tab}" for tab, number in store.tabs.items() if number)
            yield f"Store {store.name}: {found or 'nothing known yet'}"
        yield f"{counted(one.changes, 'change')} seen"
    if result.pushed is not None:
        yield from push_lines(result.pushed)
    held = sum(store.held for store in result.plans)
    if held:
        yield f"Held back: {counted(held, 'action')}; amzsync plan shows more"


def result_record(result: SyncResult) -> dict[str, object]:
    """Return what was pulled, sent, held back and complained of, as one record."""
    return {
        "pulled": [
            {
                "run": one.run_id,
                "changes": one.changes,
                "stores": {store.name: dict(store.tabs) for store in one.stores},
            }
            for one in result.pulled
        ],
        "pushed": None if result.pushed is None else push.result_record(result.pushed),
        "held": {store.name: store.held for store in result.plans},
        "complaints": [
            {"exit_code": error.exit_code, "message": str(error)} for error in result.complaints()
        ],
    }
