"""Send: follow what earlier runs have sent, send what is asked for, look at what shows, within the time there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from amzsync.archive import Archive
from amzsync.clock import seconds_of, text_of
from amzsync.config import Config, Store
from amzsync.core import ways
from amzsync.core.plan import Kind
from amzsync.core.sending import IN_PLACE
from amzsync.core.ways import Load
from amzsync.errors import AmzsyncError
from amzsync.results.imports import Missed
from amzsync.results.plan import PlanRow
from amzsync.results.push import PushResult, Refused, StorePush
from amzsync.store import ended, outbox, runs, state
from amzsync.store.state import State
from amzsync.workflows import (
    intake,
    looking,
    outgoing,
    pieces,
    places,
    senders,
    sent_calls,
    sent_feeds,
)
from amzsync.workflows.asking import Place
from amzsync.workflows.gathered import Given
from amzsync.workflows.outgoing import Piece
from amzsync.workflows.sessions import Means, Sessions

COMMAND = "push"
SENT_BY_HAND = {
    "publish": frozenset({Kind.PUBLISH, Kind.RELIST, Kind.CREATE_ALIAS}),
    "end": frozenset({Kind.END}),
    "relist": frozenset({Kind.RELIST}),
    "revise": IN_PLACE,
    "push": frozenset(Kind),
}
"""What each command sends of the plan."""
MOST = 130_000  # actions that a store takes up in a run: more than its feeds can hold
WATCHED = 30 * 86_400.0  # seconds in which it is said that a listing which was ended is back
LEAST = 20.0  # seconds that are kept for looking at what shows
Wish = Callable[[State], Iterable[PlanRow]]


def send(
    config: Config,
    stores: Sequence[Store],
    rows: Sequence[PlanRow],
    means: Means,
    *,
    now: str,
    command: str = COMMAND,
) -> PushResult:
    """Send *rows*, none of them held back, of *stores*, which may send; and follow what was sent before.

    Raises ``ConfigError`` where the state is a copy, ``StoreBusy`` where another run is at work.
    """
    seconds = float(config.amazon.time_budget)
    with state.writing(config.state, command=command, now=now) as current:
        current.settle()
        run = Push(current, config, stores, means, now=now, seconds=seconds, command=command)
        return run.run(lambda _: rows)


@dataclass(slots=True)
class _Tally:
    """What is told of a store at the end."""

    refused: list[Refused] = field(default_factory=list)
    left: int = 0
    ended: set[str] = field(default_factory=set)  # seller SKUs that stand in another tab now


class Push:
    """A run that sends, in an open state."""

    def __init__(
        self, current: State, config: Config, stores: Sequence[Store], means: Means, *, now: str, seconds: float,
        command: str = COMMAND,
    ) -> None:  # fmt: skip
        """*stores* may send; the run takes no longer than *seconds* from now on."""
        self._current, self._config, self._means, self._now = current, config, means, now
        self._stores, self._seconds, self._command = stores, seconds, command
        self.run_id = 0  # until it runs
        self._tallies = {store.name: _Tally() for store in stores}

    def run(self, wish: Wish) -> PushResult:
        """Follow, send what *wish* says once that is done, and look; every step is kept as it is taken."""
        current = self._current
        senders.refuse_copy(current, self._config.state)
        with current.transaction():
            self.run_id = runs.open_run(current.db, self._command, self._now)
        given = Given(
            self._config, [store.name for store in self._stores], self._now, False,
            Archive(self._config.amazon.archive), "", run_id=self.run_id,
        )  # fmt: skip
        try:
            with current.transaction():
                asking = places.asking(current, given, self._means.clock)
            asking = [place for place in asking if not place.first]
            result = self._done(asking, wish, given) if asking else self._nothing()
        except AmzsyncError as error:
            with current.transaction():
                runs.close_run(current.db, self.run_id, "failed", str(error))
            raise
        with current.transaction():
            runs.close_run(current.db, self.run_id, "done")
        return result

    def _done(self, asking: Sequence[Place], wish: Wish, given: Given) -> PushResult:
        with Sessions(asking, self._means, seconds=self._seconds) as sessions:
            self._drop(asking)
            self._follow(sessions, given, looking.FEW)
            rows = list(wish(self._current))
            taken_back = [
                lane for place in sessions.ready() for lane in sent_feeds.withdrawn(place)
            ]
            if taken_back:
                sessions.run(taken_back)
                rows = list(wish(self._current))
            self._send(sessions, rows)
            self._follow(sessions, given)
        return self._told(asking)

    # -- following -------------------------------------------------------------------------------------

    def _drop(self, asking: Sequence[Place]) -> None:
        """Give up what a run before this one wrote down and did not come to send: it is planned anew."""
        with self._current.transaction():
            for place in asking:
                why = "The run ended before it was sent."
                outgoing.mark(place, outbox.drop(self._current.db, place.store_id, self._now, why))

    def _follow(self, sessions: Sessions, given: Given, most: int = looking.MANY) -> None:
        """Ask what became of feeds, look at *most* listings, and take what Amazon said of them."""
        sessions.run(
            chain.from_iterable(sent_feeds.unfinished(place) for place in sessions.ready())
        )
        sessions.run(chain.from_iterable(looking.lanes(place, most) for place in sessions.ready()))
        told = {place: looking.looks(place, place.gathered.lines) for place in sessions.places}
        gathered = {place.store.name: place.gathered for place in sessions.places}
        moved = {name: tally.ended for name, tally in self._tallies.items()}
        with self._current.transaction():
            intake.take_looks(self._current, replace(given, gathered=gathered), moved)
            for place in sessions.places:
                looking.judge(place, told[place])

    # -- sending ---------------------------------------------------------------------------------------

    def _send(self, sessions: Sessions, rows: Sequence[PlanRow]) -> None:
        """Send *rows*, account by account, the most urgent of all its stores first."""
        by_account: dict[str, list[Place]] = {}
        for place in sessions.ready():
            by_account.setdefault(place.account.name, []).append(place)
        lanes = []
        written: list[Piece] = []
        for stores in by_account.values():
            found: list[Piece] = []
            for place in stores:
                found += self._pieces(place, [row for row in rows if row.store == place.store.name])
            found.sort(key=lambda piece: (piece.rank, piece.place.store.name, piece.seller_sku))
            calls, feeds = self._ways(sessions, found)
            with self._current.transaction():
                outgoing.write(piece for piece in calls if not piece.ids)
            written += calls
            lanes += list(sent_calls.lanes(calls))
            for place in stores:
                own = [piece for piece in feeds if piece.place is place]
                lanes += list(sent_feeds.lanes(place, own))
        try:
            sessions.run(lanes)
        finally:
            outgoing.abandon([piece for piece in written if not piece.left], outgoing.NO_TIME)

    def _pieces(self, place: Place, rows: Sequence[PlanRow]) -> Iterator[Piece]:
        tally = self._tallies[place.store.name]
        yield from pieces.further(place)
        for found in pieces.of_rows(place, rows[:MOST]):
            if isinstance(found, Refused):
                tally.refused.append(found)
            else:
                if pieces.changes_tab(found):
                    tally.ended.add(found.seller_sku)
                yield found
        tally.left += len(rows[MOST:])

    def _ways(self, sessions: Sessions, found: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
        """Return what goes in calls of its own, and what goes in feeds; the rest is left for a later run."""
        if not found:
            return [], []
        fit = [piece for piece in found if pieces.fits_feed(piece)]
        pace = pieces.pace_of(sessions, found[0].place, self._means.clock, LEAST)
        load = _load(fit)
        if ways.choose(load, pace).feed:
            fit = pieces.joined(fit)
            load = _load(fit)
        by_call, by_feed, later = ways.shared(fit, load, ways.choose(load, pace))
        busy = {(piece.place, piece.seller_sku) for piece in [*by_call, *later]}
        clear = [piece for piece in by_feed if (piece.place, piece.seller_sku) not in busy]
        both = [piece for piece in by_feed if (piece.place, piece.seller_sku) in busy]
        for piece in [*later, *both]:
            self._tallies[piece.place.store.name].left += len(piece.entries)
        others = [piece for piece in found if not pieces.fits_feed(piece)]
        calls = sorted([*by_call, *others], key=lambda piece: piece.rank)
        return calls, clear

    # -- telling ---------------------------------------------------------------------------------------

    def _told(self, asking: Sequence[Place]) -> PushResult:
        db = self._current.db
        found = []
        for place in asking:
            tally, gathered = self._tallies[place.store.name], place.gathered
            rows = outbox.of_run_and_store(db, self.run_id, place.store_id)
            found.append(
                StorePush(
                    place.store.name,
                    Counter(row.progress for row in rows),
                    outbox.settled_after(db, place.store_id, self._now, self.run_id),
                    outbox.count_open(db, place.store_id),
                    tally.left,
                    tuple(tally.refused),
                    tuple(
                        f"{row.seller_sku}: {row.message}"
                        for row in outbox.rejected_after(db, place.store_id, self._now)
                    ),
                    tuple(
                        ended.returned(db, place.store_id, text_of(seconds_of(self._now) - WATCHED))
                    ),
                    tuple(dict.fromkeys(gathered.notes)),
                    tuple(
                        Missed(one.kind.value, one.call.operation.name, one.code, one.message)
                        for one in gathered.failures
                    ),
                    dict(gathered.calls),
                )
            )
        return PushResult(self.run_id, tuple(found))

    def _nothing(self) -> PushResult:
        return PushResult(self.run_id, ())


def _load(found: Sequence[Piece]) -> Load:
    urgent = sum(piece.lowers for piece in found)
    return Load(urgent, len(found) - urgent)
