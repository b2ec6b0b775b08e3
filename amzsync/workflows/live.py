"""Ask Amazon for everything that a run needs, store by store, side by side, within the time it has.

What comes is kept and written down at once; nothing of it is believed here.  Two rounds: what is needed to
know the listings, and, once they have been sorted, what is needed to explain them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self, cast

from amzsync.amazon import credentials
from amzsync.amazon.answers import Participations
from amzsync.amazon.calls import Call, Failure, Kind
from amzsync.amazon.lanes import WORKERS, Lane, Lanes
from amzsync.amazon.operations import GET_PARTICIPATIONS
from amzsync.amazon.pace import Pace
from amzsync.amazon.session import TOKEN, Session
from amzsync.clock import Clock, text_of
from amzsync.config import Account
from amzsync.core import report_life
from amzsync.core.report_life import Plan, Step
from amzsync.errors import CredentialsError
from amzsync.store import answers, catalogue, journal, listings, rates
from amzsync.workflows import asked_catalogue, asked_listings, asked_reports
from amzsync.workflows.answer_intake import EVERY_CONDITION
from amzsync.workflows.asking import Place
from amzsync.workflows.gathered import CHANGES, STOCK

REREAD_AFTER = 24 * 3600.0  # seconds after which a listing that does not sell is asked about again
SEARCH_AFTER = 30 * 24 * 3600.0  # after which the catalogue is searched again
CHECK_AFTER = 7 * 24 * 3600.0  # after which it is asked again whether an ASIN may be sold
FEW = 200  # listings that a later run asks about again: the rest is the next run's
MANY = 100_000


@dataclass(frozen=True, slots=True)
class Means:
    """What asking takes: who tells the time, where secrets are, and who does the work."""

    clock: Clock
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    executor: Callable[[], Executor] = lambda: ThreadPoolExecutor(WORKERS)


class Live:
    """The sessions of a run with Amazon; use it as a context manager."""

    def __init__(self, places: Sequence[Place], means: Means) -> None:
        self.places = places
        self._asking = asking = places[0].asking
        self._means = means
        self._deadline = asking.clock.now() + asking.config.amazon.time_budget
        self._sessions: dict[str, Session] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Find the credentials of every account; what is missing is a failure of its stores."""
        self._asking.archive.sweep()
        for place in self.places:
            account = place.account
            if account.name not in self._sessions:
                try:
                    self._sessions[account.name] = self._session(account)
                except CredentialsError as error:
                    place.fail(_missing(error))
        return self

    def __exit__(self, *_: object) -> None:
        """End the sessions, keeping what is left of the usage plans."""
        self._save()
        self._open.close()

    def learn(self) -> None:
        """The first round: reports, and what has changed since."""
        self._run((place, lane) for place in self._ready() for lane in _first_round(place))

    def explain(self) -> bool:
        """The second round: why listings do not sell, and where products belong; tell whether anything came."""
        before = sum(len(place.gathered.lines) for place in self.places)
        known = [place for place in self._ready() if place.reported]
        self._run((place, lane) for place in known for lane in _second_round(place))
        return sum(len(place.gathered.lines) for place in self.places) > before

    def _ready(self) -> Iterator[Place]:
        return (place for place in self.places if place.account.name in self._sessions)

    def _run(self, lanes: Iterable[tuple[Place, Lane]]) -> None:
        owners = {lane: place for place, lane in lanes}
        executor = self._means.executor()
        try:
            running = Lanes(
                [(self._sessions[place.account.name], lane) for lane, place in owners.items()],
                clock=self._asking.clock,
                deadline=self._deadline,
                executor=executor,
                spent=self._save,
            )
            running.run()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)
        for place, name in dict.fromkeys((owners[lane], one.name) for lane, one in running.left):
            place.note(f"The usage plan left no time for {name}; a later run asks.")

    def _session(self, account: Account) -> Session:
        secrets = credentials.load(account, self._means.environ)
        pace = Pace(rates.load(self._asking.current.db, account.name), self._asking.clock)
        return self._open.enter_context(Session(account, secrets, self._asking.clock, pace))

    def _save(self) -> None:
        """Keep what is left of the usage plans, so that the next run begins where this one is."""
        for name, session in self._sessions.items():
            if changed := session.pace.changed():
                with self._asking.current.transaction():
                    rates.save(self._asking.current.db, name, changed)


def _first_round(place: Place) -> Iterator[Lane]:
    if place.first:
        yield _enter(place)
        return
    due = _due(place)
    if due is not None:
        yield asked_reports.report(place, due, patient=False)
    if since := place.known_until(CHANGES):
        yield asked_listings.changed(place, since)
    if due is None and (since := place.known_until(STOCK)):
        yield asked_listings.stock(place, since)


def _enter(place: Place) -> Lane:
    """Make sure that the account sells in the marketplace, then wait for the first report."""
    answer = place.accepted((yield Call(GET_PARTICIPATIONS)))
    place.gathered.calls[GET_PARTICIPATIONS.name] += 1
    if answer is None:
        return
    there = {
        one.marketplace.id: one.participation
        for one in cast("Participations", answer.content).payload
    }.get(place.marketplace_id)
    if there is None or not there.is_participating:
        name = place.store.marketplace.name
        words = f"The account does not sell on {name}, so store {place.store.name} cannot be read."
        place.fail(Failure(answer.call, Kind.REFUSED, None, "NotParticipating", words))
        return
    if there.has_suspended_listings:
        place.note("Amazon has suspended listings of this account: see Seller Central.")
    yield from asked_reports.report(place, _plans(place)[0], patient=True)


def _due(place: Place) -> Plan | None:
    """Return the first report for which there is something to do: one at a time."""
    for plan in _plans(place):
        rows = journal.recent(place.asking.current.db, place.store_id, plan.type, 8)
        if report_life.next_step(rows, place.asking.now, plan.min_age) is not Step.REST:
            return plan
    return None


def _plans(place: Place) -> list[Plan]:
    """Return the reports that the store needs, the most telling first."""
    config = place.asking.config.amazon
    fba = not place.first and listings.any_fulfilled_by_amazon(
        place.asking.current.db, place.store_id
    )
    return report_life.plans(config.report_age * 60.0, fba=fba)


def _second_round(place: Place) -> Iterator[Lane]:
    db, clock = place.asking.current.db, place.asking.clock
    market = place.store.marketplace.code
    limit = MANY if place.first else FEW
    unread = text_of(clock.now() - REREAD_AFTER)
    skus = answers.to_reread(db, place.store_id, before=unread, limit=limit)
    packs, odd = asked_listings.batches(skus)
    shared = iter(packs)
    for _ in range(min(WORKERS, len(packs))):
        yield asked_listings.reread(place, shared)
    if odd:
        yield asked_listings.reread_singly(place, odd)
    old = text_of(clock.now() - SEARCH_AFTER)
    wanted = catalogue.to_search(db, place.store_id, market, before=old, limit=MANY)
    questions = asked_catalogue.batches(wanted)
    asking = iter(questions)
    for _ in range(min(WORKERS, len(questions))):
        yield asked_catalogue.search(place, asking)
    stale = text_of(clock.now() - CHECK_AFTER)
    asins = catalogue.to_check(db, place.store_id, EVERY_CONDITION, before=stale, limit=MANY)
    checked = iter(asins)
    for _ in range(min(WORKERS, len(asins))):
        yield asked_catalogue.restrictions(place, checked)


def _missing(error: CredentialsError) -> Failure:
    words = " ".join(str(error).split())
    return Failure(Call(TOKEN), Kind.CREDENTIALS, None, "NoCredentials", words)
