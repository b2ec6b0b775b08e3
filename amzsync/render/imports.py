"""What an import found, as words and as a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from amzsync.core.tabs import Tab
from amzsync.render import words
from amzsync.render.records import Record
from amzsync.render.text import age, counted, safe
from amzsync.results.imports import Asked, ImportResult, Reading, StoreResult

UNMATCHED = frozenset({"stranger", "ambiguous", "conflict", "variation-parent"})
COUNT_FIELDS = ("store", "tab", "rows", "before")


def summary_lines(result: ImportResult, *, now: str, seconds: float) -> Iterator[str]:
    """Yield the summary that a person reads at the end of an import."""
    yield (
        "Dry run: nothing was written."
        if result.dry_run
        else f"Run {result.run_id}, {seconds:.1f} s."
    )
    yield ""
    yield f"Commerce: {result.products:,} product rows"
    for document in result.documents:
        yield "  " + _document(document, now)
    for store in result.stores:
        yield ""
        yield from _store_lines(store, now)
    rejected = sum(one.source.rejected for one in _documents(result))
    yield ""
    if rejected:
        yield f"{counted(rejected, 'row')} could not be read: amzsync rejects"
    if result.changes:
        yield f"{counted(result.changes, 'change')} since the last import: amzsync changes --since last-run"
    yield "Next: amzsync status --tab inactive"


def _store_lines(store: StoreResult, now: str) -> Iterator[str]:
    total = sum(store.tabs.values())
    known = f"{total:,} listings and products in the tabs" if store.tabs else "nothing is known yet"
    yield f"Store {store.name}: {known}"
    for document in store.documents:
        yield "  " + _document(document, now)
    if store.passed_over:
        names = ", ".join(map(safe, store.passed_over))
        yield f"  not read, because a newer report of the same kind was: {names}"
    if store.asked is not None:
        yield from _asked_lines(store.asked)
        if store.asked.waiting:
            return
    width = max(len(tab.label) for tab in Tab)
    for tab in Tab:
        number = store.tabs.get(tab.value, 0)
        yield f"  {tab.label:<{width}}  {number:>9,}{_delta(number, store.before.get(tab.value))}"
    found = _sorted(store.matches)
    ways = "; ".join(f"{_by(way)} {number:,}" for way, number in found if way not in UNMATCHED)
    open_ = "; ".join(
        f"{words.outcome(way)} {number:,}" for way, number in found if way in UNMATCHED
    )
    yield f"  Matched by: {ways or 'nothing'}"
    if open_:
        yield f"  Not matched: {open_}"


def _asked_lines(asked: Asked) -> Iterator[str]:
    """Say what asking Amazon came to."""
    if asked.calls:
        each = ", ".join(f"{name} {number:,}" for name, number in sorted(asked.calls.items()))
        yield f"  Asked Amazon: {counted(sum(asked.calls.values()), 'call')} ({each})"
    for note in asked.notes:
        yield f"  {safe(note)}"
    missed = Counter((one.operation, safe(one.message)) for one in asked.missed)
    for (operation, message), number in missed.items():
        times = f", {number:,} times" if number > 1 else ""
        yield f"  Not answered ({operation}{times}): {message}"
    if asked.refused:
        yield f"  Not believed: {safe(asked.refused)}"
    if asked.waiting:
        yield "  Nothing is known of its listings yet: a later run takes Amazon's first report."


def _delta(number: int, before: int | None) -> str:
    if before is None or before == number:
        return ""
    return f"  ({number - before:+,})"


def _by(way: str) -> str:
    name, _, weak = way.partition(" ")
    return words.matched_by(name, weak=bool(weak))


def _sorted(matches: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(matches.items(), key=lambda one: (-one[1], one[0]))


def _document(document: Reading, now: str) -> str:
    source = document.source
    parts = [f"{counted(source.rows_read, 'row')} read"]
    if source.rejected:
        parts.append(f"{source.rejected:,} rejected")
    if source.duplicates:
        parts.append(f"{source.duplicates:,} duplicate")
    if source.encoding != "utf-8":
        parts.append(source.encoding)
    if not document.changed:
        parts = ["unchanged"]
    name = safe(PurePath(source.path).name)
    return f"{source.kind}: {name}, {', '.join(parts)}, written {age(source.modified_at, now)}"


def summary_record(result: ImportResult, *, seconds: float) -> Record:
    """Return the summary with the fields that README documents."""
    return {
        "run_id": result.run_id,
        "dry_run": result.dry_run,
        "seconds": round(seconds, 3),
        "changes": result.changes,
        "documents": [_document_record("commerce", one) for one in result.documents]
        + [_document_record(store.name, one) for store in result.stores for one in store.documents],
        "stores": [
            {
                "store": store.name,
                "tabs": store.tabs,
                "before": store.before,
                "matches": store.matches,
                "asked": None if store.asked is None else _asked_record(store.asked),
            }
            for store in result.stores
        ],
    }


def _asked_record(asked: Asked) -> Record:
    return {
        "calls": asked.calls,
        "notes": list(asked.notes),
        "errors": [
            {
                "operation": one.operation,
                "kind": one.kind,
                "code": one.code,
                "message": one.message,
            }
            for one in asked.missed
        ],
        "refused": asked.refused,
        "waiting": asked.waiting,
    }


def count_records(result: ImportResult) -> Iterator[Record]:
    """Yield the count of each tab of each store, for CSV."""
    for store in result.stores:
        for tab in Tab:
            yield {
                "store": store.name,
                "tab": tab.value,
                "rows": store.tabs.get(tab.value, 0),
                "before": store.before.get(tab.value),
            }


def _document_record(store: str, document: Reading) -> Record:
    source = document.source
    return {
        "store": store,
        "kind": source.kind,
        "path": source.path,
        "changed": document.changed,
        "encoding": source.encoding,
        "modified_at": source.modified_at,
        "rows_read": source.rows_read,
        "accepted": source.accepted,
        "rejected": source.rejected,
        "duplicates": source.duplicates,
    }


def _documents(result: ImportResult) -> Iterator[Reading]:
    yield from result.documents
    for store in result.stores:
        yield from store.documents
