"""Ask Amazon for everything that a run needs, store by store, side by side, within the time it has.

What comes is kept and written down at once; nothing of it is believed here.  Three rounds: what is needed to
know the listings, once they have been sorted what is needed to explain them, and last what competitors ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Self, TypeVar, cast

from amzsync.amazon.answers import Participations
from amzsync.amazon.calls import Call, Failure, Kind
from amzsync.amazon.lanes import WORKERS, Lane
from amzsync.amazon.operations import GET_PARTICIPATIONS, GET_REPORT
from amzsync.clock import seconds_of, text_of
from amzsync.core import report_life
from amzsync.core.competition import compares
from amzsync.core.report_life import Plan, Step
from amzsync.store import aliases, answers, catalogue, journal, listings, offers
from amzsync.workflows import asked_catalogue, asked_listings, asked_offers, asked_reports
from amzsync.workflows.answer_intake import EVERY_CONDITION
from amzsync.workflows.asking import Place
from amzsync.workflows.gathered import CHANGES, STOCK
from amzsync.workflows.sessions import Means, Sessions

REREAD_AFTER = 24 * 3600.0  # seconds after which a listing that does not sell is asked about again
SEARCH_AFTER = 30 * 24 * 3600.0  # after which the catalogue is searched again
CHECK_AFTER = 7 * 24 * 3600.0  # after which it is asked again whether an ASIN may be sold
FEW, MUCH = 2, 100  # calls a run makes for what grows old: runs minutes apart, and hours
# What a round asks at most: as much of each as its usage plan allows in 100 seconds, so that memory stays small.
LISTINGS, KEYS, ASINS = 10_000, 4_000, 500
COMPARING = 10  # calls for competitors' offers of a run with others minutes before and after it
SLOW = 480.0  # seconds between two runs from which on each does all there is to do
Item = TypeVar("Item")


class Live:
    """What a run asks Amazon, round by round; use it as a context manager."""

    def __init__(self, places: Sequence[Place], means: Means, *, seconds: float) -> None:
        """*seconds* is how long asking may take."""
        self.places = places
        self._asking = places[0].asking
        self._sessions = Sessions(places, means, seconds=seconds)
        self._spare: dict[str, int] = {}  # calls for what grows old, by store

    def __enter__(self) -> Self:
        """Find the credentials of every account; what is missing is a failure of its stores."""
        self._asking.archive.sweep()
        self._sessions.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """End the sessions, keeping what is left of the usage plans."""
        try:
            with self._asking.current.transaction():
                for place in self._sessions.ready():
                    self._asking.current.put(f"asked:{place.store.name}", self._asking.now)
        finally:
            self._sessions.__exit__(*error)

    def learn(self) -> None:
        """The first round: reports, and what has changed since."""
        lanes = [
            (place, lane) for place in self._sessions.ready() for lane in self._first_round(place)
        ]
        self._sessions.run(lanes)

    def explain(self) -> bool:
        """The second round: why listings do not sell, and where products belong; tell whether anything came.

        To be repeated until nothing comes any more.
        """
        before = sum(len(place.gathered.lines) for place in self.places)
        lanes: list[tuple[Place, Lane]] = []
        for place in self._sessions.ready():
            if place.reported:
                spare = self._spare.pop(place.store.name, 0)
                since = place.known_until(CHANGES)
                if place.first and since and place.unasked("changes", [""]):
                    lanes.append((place, asked_listings.changed(place, since)))
                lanes += [(place, lane) for lane in _second_round(place, spare)]
        self._sessions.run(lanes)
        return sum(len(place.gathered.lines) for place in self.places) > before

    def compare(self) -> bool:
        """The last round: what competitors ask, where a price depends on it; tell whether anything came.

        It gets what time is left, so that nothing else waits for it.  Stores of one account share its plan.
        """
        places = [
            place
            for place in self._sessions.ready()
            if place.reported and compares(place.store.settings)
        ]
        before = sum(len(place.gathered.lines) for place in places)
        sharing = Counter(place.account.name for place in places)
        self._sessions.run(
            (place, lane)
            for place in places
            for lane in _offers(place, sharing[place.account.name])
        )
        return sum(len(place.gathered.lines) for place in places) > before

    def _first_round(self, place: Place) -> Iterator[Lane]:
        if place.first:
            yield _enter(place)
            return
        due, slow = _due(place), _is_slow(place)
        self._spare[place.store.name] = MUCH if slow else 0 if due else FEW
        for plan in due if slow else due[:1]:
            yield asked_reports.report(place, plan, patient=False)
        if since := place.known_until(CHANGES):
            yield asked_listings.changed(place, since)
        if (slow or not due) and (since := place.known_until(STOCK)):
            yield asked_listings.stock(place, since)


def _is_slow(place: Place) -> bool:
    """Tell whether runs are so far apart that each must do all there is to do, and can."""
    before = place.asking.current.get(f"asked:{place.store.name}")
    return before is None or place.asking.clock.now() - seconds_of(before) > SLOW


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


def _due(place: Place) -> list[Plan]:
    """Return the reports for which there is something to do, and remind of those that failed."""
    found = []
    for plan in _plans(place):
        rows = journal.recent(place.asking.current.db, place.store_id, plan.type, 8)
        if report_life.next_step(rows, place.asking.now, plan.min_age) is not Step.REST:
            found.append(plan)
        elif rows[0].state in {"fatal", "cancelled"} and rows[0].message:
            words = f"Amazon has not made the {plan.label} report: {rows[0].message}"
            place.note(f"{words.rstrip('.')}. It is asked for again later.")
            if plan.main:  # what is known grows old, which must not pass for success
                place.gathered.failures.append(
                    Failure(Call(GET_REPORT), Kind.REFUSED, None, rows[0].state.upper(), words)
                )
    return found


def _plans(place: Place) -> list[Plan]:
    """Return the reports that the store needs, the most telling first."""
    config = place.asking.config.amazon
    fba = not place.first and listings.any_fulfilled_by_amazon(
        place.asking.current.db, place.store_id
    )
    return report_life.plans(config.report_age * 60.0, fba=fba)


def _second_round(place: Place, spare: int) -> Iterator[Lane]:
    """Ask what was never asked, so much of it as takes a minute or two; of what grows old, *spare* calls."""
    for ask in (_reasons, _pages, _approvals):
        lanes, calls = ask(place, spare)
        spare = max(0, spare - calls)
        yield from lanes


def _reasons(place: Place, spare: int) -> tuple[list[Lane], int]:
    """Return lanes that ask about listings that do not sell, and the calls that they make."""
    db, now = place.asking.current.db, place.asking.clock.now()
    never = answers.to_reread(db, place.store_id, before="", limit=LISTINGS)
    stale = text_of(now - REREAD_AFTER)
    few = spare * asked_listings.PAGE
    skus = never or answers.to_reread(db, place.store_id, before=stale, limit=few)
    packs, odd = asked_listings.batches(place.unasked("listing", skus))
    if not never:  # those that must be asked for one by one take turns with the others
        odd = odd[: max(1, spare - len(packs))]
        packs = packs[: spare - len(odd)]
    lanes = _shared(packs, partial(asked_listings.reread, place))
    if odd:
        lanes.append(asked_listings.reread_singly(place, odd))
    return lanes, len(packs) + len(odd)


def _pages(place: Place, spare: int) -> tuple[list[Lane], int]:
    """Return lanes that search the catalogue for products without an ASIN, and the calls that they make."""
    db, market = place.asking.current.db, place.store.marketplace.code
    stale = text_of(place.asking.clock.now() - SEARCH_AFTER)
    few = spare * asked_catalogue.TERMS
    wanted = catalogue.to_search(
        db, place.store_id, market, before="", limit=KEYS
    ) or catalogue.to_search(db, place.store_id, market, before=stale, limit=few)
    fresh = set(place.unasked("page", [key for _, key in wanted]))
    questions = asked_catalogue.batches([one for one in wanted if one[1] in fresh])
    return _shared(questions, partial(asked_catalogue.search, place)), len(questions)


def _approvals(place: Place, spare: int) -> tuple[list[Lane], int]:
    """Return lanes that ask whether products that are ready to list may be sold, and their calls."""
    db, every = place.asking.current.db, EVERY_CONDITION
    stale = text_of(place.asking.clock.now() - CHECK_AFTER)
    asins = catalogue.to_check(
        db, place.store_id, every, before="", limit=ASINS
    ) or catalogue.to_check(db, place.store_id, every, before=stale, limit=spare)
    asins = list(dict.fromkeys(aliases.to_validate(db, place.store_id, limit=ASINS) + asins))
    fresh = place.unasked("approval", asins)
    return _shared(fresh, partial(asked_catalogue.restrictions, place)), len(fresh)


def _offers(place: Place, sharing: int) -> Iterator[Lane]:
    """Yield lanes that ask what others want for the store's ASINs; *sharing* stores have the same plan."""
    asking = place.asking
    calls = max(1, (MUCH if _is_slow(place) else COMPARING) // sharing)
    # A tenth sooner: a run that begins on the hour must not find all of them a few seconds too young.
    rested = text_of(asking.clock.now() - asking.config.amazon.offers_age * 54.0)
    limit = calls * asked_offers.PACK
    questions = offers.due(asking.current.db, place.store_id, before=rested, limit=limit)
    packs = asked_offers.packs(questions, place.store.settings)
    if packs.items:
        yield asked_offers.items(place, iter(packs.items))
    if packs.summaries:
        yield asked_offers.summaries(place, iter(packs.summaries))


def _shared(questions: Sequence[Item], lane: Callable[[Iterator[Item]], Lane]) -> list[Lane]:
    """Return as many lanes as can be at work at once, which share the questions."""
    shared = iter(questions)
    return [lane(shared) for _ in range(min(WORKERS, len(questions)))]
