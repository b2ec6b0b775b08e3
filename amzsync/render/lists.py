"""Rejected rows, communication errors, runs and open matches as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from amzsync.core.tabs import Tab
from amzsync.render import words
from amzsync.render.text import counted, local, safe
from amzsync.store.communication import CommunicationError
from amzsync.store.ledger import Reject, RunRow
from amzsync.store.open_matches import OpenMatch

SHOWN = 60  # of a rejected row's own text


def reject_lines(found: Iterable[Reject]) -> Iterator[str]:
    """Yield file, line, key and reason of each rejected row, and the beginning of the row."""
    for one in found:
        key = f" {one.key}" if one.key else ""
        yield f"{safe(PurePath(one.path).name)}, line {one.line}:{safe(key)} {safe(one.reason)}"
        raw = safe(one.raw[: SHOWN + 1])
        yield f"    {raw[:SHOWN]}{'…' if len(raw) > SHOWN else ''}"


def error_lines(found: Iterable[CommunicationError]) -> Iterator[str]:
    """Yield when, where and what Amazon did not answer, and below it what it said."""
    for one in found:
        place = f"store {one.store}" if one.store else f"account {one.account}"
        about = f" about {one.seller_sku}" if one.seller_sku else ""
        yield safe(
            f"{local(one.at)}  {place}  {one.operation}{about}: {one.code} (run {one.run_id})"
        )
        status = f"HTTP {one.status}" if one.status is not None else "no answer"
        request = f", request {one.request_id}" if one.request_id else ""
        yield safe(f"    {one.message or '(no message)'} ({status}{request})")


def run_lines(found: Iterable[RunRow]) -> Iterator[str]:
    """Yield a line for each run."""
    for one in found:
        said = f": {safe(one.message)}" if one.message else f", {counted(one.changes, 'change')}"
        yield f"{one.run_id:>6}  {local(one.started_at)}  {one.command}  {one.outcome}{said}"


def match_lines(found: Iterable[OpenMatch]) -> Iterator[str]:
    """Yield each open match with its candidates."""
    for one in found:
        yield from open_match_lines(one)
        yield ""


def open_match_lines(one: OpenMatch) -> Iterator[str]:
    """Yield one open match with its candidates."""
    yield f"{one.store}  {safe(one.seller_sku)}  {words.outcome(one.outcome)}"
    yield f"    {safe(one.title or '(no title)')}  {one.asin or ''}".rstrip()
    if not one.candidates:
        yield f"    {safe(one.reason)}"
    for place, candidate in enumerate(one.candidates, start=1):
        kind = f", {candidate.type}" if candidate.type not in {None, "simple"} else ""
        yield f"    {place}. {safe(candidate.sku)}  {safe(candidate.name or '')}{kind}  ({_carried(candidate.carries)})"


def decided_words(store: str, seller_sku: str, outcome: str, tab: str) -> str:
    """Return what became of a listing after a decision about it."""
    place = f", in tab {Tab(tab).label}" if tab else ""
    return safe(f"{seller_sku} in store {store}: {words.outcome(outcome)}{place}.")


def _carried(text: str) -> str:
    """Return ``ean 095..., seller_sku KIT-1`` with the kinds of identifiers in words."""
    pairs = (one.partition(" ") for one in text.split(", "))
    return safe(", ".join(f"{words.kind(kind)} {key}" for kind, _, key in pairs))
