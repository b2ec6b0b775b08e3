"""What all lanes of a run share: the state they journal in, the clock, and the store they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import BaseModel

from amzsync.amazon.calls import Answer, Call, Failure, Kind, Operation, Outcome
from amzsync.archive import Archive
from amzsync.clock import Clock, text_of
from amzsync.config import Account, Config, Store
from amzsync.core import report_life
from amzsync.store import Connection, communication, journal
from amzsync.store.communication import Trouble
from amzsync.store.state import State
from amzsync.workflows.gathered import Gathered, Line, mark_of


def reported(db: Connection, store_id: int) -> bool:
    """Tell whether Amazon has ever told what listings the store has, and was believed."""
    return journal.last(db, store_id, report_life.ALL, ("taken", "nothing")) is not None


def is_odd_one(outcome: Outcome) -> bool:
    """Tell whether Amazon refused this one question for what is in it, so that others may be answered."""
    return (
        isinstance(outcome, Failure)
        and outcome.kind is Kind.REFUSED
        and outcome.status in {400, 404}
    )


def repeated(call: Call, why: str = "the same page came again") -> Failure:
    """Return the failure of a search that would go on for ever."""
    return Failure(call, Kind.TEMPORARY, None, "PageRepeated", f"Paging cannot go on: {why}.")


@dataclass(frozen=True, slots=True)
class Asking:
    """The part of a run that asks Amazon."""

    current: State
    run_id: int
    config: Config
    clock: Clock
    archive: Archive

    @property
    def now(self) -> str:
        """Return the moment as UTC text."""
        return text_of(self.clock.now())


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A store that asks Amazon, and what it has got."""

    asking: Asking
    store: Store
    account: Account
    store_id: int
    first: bool  # nothing is known of its listings yet
    gathered: Gathered = field(default_factory=Gathered)
    _asked: set[tuple[str, str]] = field(default_factory=set)

    @property
    def trusted(self) -> tuple[str, ...]:
        """Return the hosts that documents may come from besides Amazon's own."""
        endpoint = self.account.endpoint
        return (urlsplit(endpoint).netloc,) if endpoint.startswith("http://") else ()

    @property
    def marketplace_id(self) -> str:
        """Return Amazon's id of the store's marketplace."""
        return self.store.marketplace.marketplace_id

    @property
    def reported(self) -> bool:
        """Tell whether Amazon has ever told what listings the store has."""
        return reported(self.asking.current.db, self.store_id)

    def unasked(self, what: str, names: Sequence[str]) -> list[str]:
        """Return those of *names* of which this run has not asked *what*; from now on it has."""
        fresh = [name for name in names if (what, name) not in self._asked]
        self._asked.update((what, name) for name in fresh)
        return fresh

    def known_until(self, operation: str) -> str | None:
        """Return until when the changes that *operation* tells of are known."""
        return self.asking.current.get(mark_of(operation, self.store.name))

    def call(
        self,
        operation: Operation,
        params: Mapping[str, str] | None = None,
        *,
        path: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        seller_sku: str | None = None,
    ) -> Call:
        """Return the call of *operation* for this store, and count it."""
        self.gathered.calls[operation.name] += 1
        return Call(operation, path or {}, params or {}, body, self.marketplace_id, seller_sku)

    def accepted(self, outcome: Outcome) -> Answer[BaseModel] | None:
        """Return the answer, or note the failure and return ``None``."""
        if isinstance(outcome, Failure):
            self.fail(outcome)
            return None
        return outcome

    def keep(self, answer: Answer[BaseModel], asked: Iterable[str] = ()) -> None:
        """Keep an answer as it came, for the import and for whoever replays this run."""
        line = Line(answer.call.operation.name, answer.asked_at, tuple(asked), answer.text)
        self.gathered.lines.append(line)

    def deny(self, operation: Operation, seller_sku: str) -> None:
        """Keep that Amazon, asked for a listing, has none."""
        self.gathered.lines.append(Line(operation.name, self.asking.now, (seller_sku,), ""))

    def note(self, sentence: str) -> None:
        """Have the summary say *sentence*."""
        self.gathered.notes.append(sentence)

    def fail(self, failure: Failure) -> None:
        """Write a communication error down."""
        self.gathered.failures.append(failure)
        trouble = Trouble(
            account=self.account.name,
            store_id=self.store_id,
            operation=failure.call.operation.name,
            kind=failure.kind.value,
            status=failure.status,
            code=failure.code,
            message=failure.message,
            request_id=failure.request_id,
            seller_sku=failure.call.seller_sku,
            at=self.asking.now,
        )
        with self.asking.current.transaction():
            communication.record(self.asking.current.db, self.asking.run_id, [trouble])
