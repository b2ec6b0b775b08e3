"""The counts of all tabs, with the age of the data behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from amzsync.core.tabs import Tab
from amzsync.render.records import Record
from amzsync.render.text import age, counted, safe
from amzsync.results.tabs import Outstanding, Overview

MANY_STORES = 4  # beside each other; more stand below each other


def overview_lines(found: Overview, *, now: str) -> Iterator[str]:
    """Yield the counts as lines for people."""
    names = list(found.counts)
    if not names:
        yield "Nothing has been imported yet. Next: amzsync import-listings"
        return
    for start in range(0, len(names), MANY_STORES):
        yield from _block(found, names[start : start + MANY_STORES])
        yield ""
    for name in names:
        if not found.counts[name]:
            yield f"{name}: nothing is known yet; Amazon has not told (amzsync errors, amzsync check)"
    for source in found.sources:
        rejected = f", {counted(source.rejected, 'row')} rejected" if source.rejected else ""
        name = safe(PurePath(source.path).name)
        yield f"{source.store} {source.kind}: {name}, written {age(source.modified_at, now)}{rejected}"
    if found.rejected:
        yield f"{counted(found.rejected, 'row')} could not be read: amzsync rejects"
    if found.plans:
        yield "See what is to be done, and what is held back: amzsync plan"
    yield "See a tab with its reasons: amzsync status --tab inactive"


def _block(found: Overview, names: list[str]) -> Iterator[str]:
    width = max(len(tab.label) for tab in Tab)
    widths = [max(len(name), 9) for name in names]
    yield " " * width + "".join(
        f"  {name:>{size}}" for name, size in zip(names, widths, strict=True)
    )
    for tab in Tab:
        cells = [_count(found.counts[name], tab) for name in names]
        yield f"{tab.label:<{width}}" + "".join(
            f"  {c:>{size}}" for c, size in zip(cells, widths, strict=True)
        )
    for label, counts in _beside(found):
        if any(counts.values()):
            cells = [f"{counts.get(name, 0):,}" for name in names]
            yield f"{label:<{width}}" + "".join(
                f"  {c:>{size}}" for c, size in zip(cells, widths, strict=True)
            )


def _beside(found: Overview) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Yield what is counted besides the tabs, by store: in brackets, because these are no tabs."""
    yield "(Overrides)", found.overridden
    yield "(To do)", {name: one.to_do for name, one in found.plans.items()}
    yield "(Held back)", {name: one.held_back for name, one in found.plans.items()}
    yield "(In process)", {name: one.in_process for name, one in found.plans.items()}


def _count(counts: Mapping[str, int], tab: Tab) -> str:
    return f"{counts.get(tab.value, 0):,}" if counts else "-"


def overview_record(found: Overview) -> Record:
    """Return the counts with the fields that README documents."""
    return {
        "stores": [
            {
                "store": name,
                "tabs": tabs,
                "overrides": found.overridden.get(name, 0),
                **found.plans.get(name, Outstanding())._asdict(),
            }
            for name, tabs in found.counts.items()
        ],
        "sources": [source._asdict() for source in found.sources],
        "rejected": found.rejected,
    }
