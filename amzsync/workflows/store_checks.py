"""The part of a check that is about one store: its reports, and what went wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from amzsync import documents
from amzsync.clock import seconds_of
from amzsync.config import Config, Store
from amzsync.core import health
from amzsync.core.health import Level
from amzsync.core.model import ReportKind
from amzsync.errors import AmzsyncError
from amzsync.results.checks import Finding, failures, of
from amzsync.workflows.local_checks import Known, readable, written_at


def look(config: Config, store: Store, known: Known, now: float) -> Iterator[Finding]:
    """Look at where the store's listings come from, and how the last imports of them went."""
    subject = f"store {store.name}"
    if store.listings:
        yield from _files(config, store, subject, now)
    elif store.account is None:
        told = "It names no listings file and no account."
        fix = f"Add listings or account under [stores.{store.name}]."
        yield Finding(subject, Level.FAIL, told, fix)
    imported = known.sources.get((store.name, ReportKind.ALL.value))
    age = None if imported is None else now - imported
    yield of(subject, health.report_age(age, by_hand=bool(store.listings)))
    if store.account is not None:
        errors = Counter(
            (one.operation, one.code)
            for one in known.errors
            if one.store == store.name or (one.store is None and one.account == store.account)
        )
        yield of(subject, health.communication_errors(errors))
        ages: dict[str, float] = {}
        for one in known.waiting:
            if one.store == store.name:
                ages.setdefault(one.type, now - seconds_of(one.asked_at))  # the oldest comes first
        yield of(subject, health.waiting_reports(ages))


def _files(config: Config, store: Store, subject: str, now: float) -> Iterator[Finding]:
    """Look at the report files that the store names."""
    youngest = None
    number = 0
    for pattern in store.listings:
        try:
            paths = documents.matching(pattern, config.folder)
        except (AmzsyncError, OSError) as error:
            yield from failures(subject, error)
            continue
        for path in paths:
            unreadable = readable(path)
            if unreadable is not None:
                yield of(subject, unreadable)
                continue
            number += 1
            age = now - written_at(path)
            youngest = age if youngest is None else min(youngest, age)
    if youngest is not None:
        told = (
            f"{number:,} report file{'' if number == 1 else 's'}; the newest is "
            f"{health.span(youngest)} old."
        )
        yield Finding(subject, Level.OK, told)
