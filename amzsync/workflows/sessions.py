"""The sessions of a run with Amazon: one for each account, with its usage plan, for as long as the run has time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

from amzsync.amazon import credentials
from amzsync.amazon.calls import Call, Failure, Kind
from amzsync.amazon.lanes import WORKERS, Lane, Lanes
from amzsync.amazon.pace import Pace
from amzsync.amazon.session import TOKEN, Session
from amzsync.clock import Clock
from amzsync.config import Account
from amzsync.errors import CredentialsError
from amzsync.store import rates
from amzsync.workflows.asking import Place


@dataclass(frozen=True, slots=True)
class Means:
    """What asking takes: who tells the time, where secrets are, and who does the work."""

    clock: Clock
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    executor: Callable[[], Executor] = lambda: ThreadPoolExecutor(WORKERS)


class Sessions:
    """The sessions of the accounts of *places*; use it as a context manager."""

    def __init__(self, places: Sequence[Place], means: Means, *, seconds: float) -> None:
        """*seconds* is how long the run may take from now on."""
        self.places = places
        self._asking = places[0].asking
        self._means = means
        self.deadline = self._asking.clock.now() + seconds
        self._sessions: dict[str, Session] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Find the credentials of every account; what is missing is a failure of its stores."""
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
        try:
            self._save()
        finally:
            self._open.close()

    def ready(self) -> Iterator[Place]:
        """Yield the stores whose accounts can be asked."""
        return (place for place in self.places if place.account.name in self._sessions)

    def pace(self, place: Place) -> Pace:
        """Return how fast the account of a store that is ready may be asked."""
        return self._sessions[place.account.name].pace

    def run(self, lanes: Iterable[tuple[Place, Lane]], *, until: float | None = None) -> None:
        """Run *lanes* side by side until all are done or the time is up, *until* then where that is sooner."""
        owners = {lane: place for place, lane in lanes}
        executor = self._means.executor()
        try:
            running = Lanes(
                [(self._sessions[place.account.name], lane) for lane, place in owners.items()],
                clock=self._asking.clock,
                deadline=self.deadline if until is None else min(until, self.deadline),
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


def _missing(error: CredentialsError) -> Failure:
    words = " ".join(str(error).split())
    return Failure(Call(TOKEN), Kind.CREDENTIALS, None, "NoCredentials", words)
