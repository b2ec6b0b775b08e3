"""Ask Amazon what it would say of products that are new to it, without changing anything there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from amzsync.amazon.calls import Failure
from amzsync.amazon.facts import submission_issues
from amzsync.amazon.lanes import Lane
from amzsync.amazon.operations import PREVIEW_PUT
from amzsync.amazon.submission_answers import Submission
from amzsync.archive import Archive
from amzsync.config import Config, Store
from amzsync.core.issues import ERROR
from amzsync.core.new_products import Invalid, Missing, Outcome, Ready, Unprepared
from amzsync.errors import AmzsyncError, ConfigError
from amzsync.results.imports import Missed
from amzsync.results.new_products import NewProduct, NewProducts
from amzsync.store import runs, state, stores
from amzsync.store.state import State
from amzsync.workflows import places, product_schemas
from amzsync.workflows.asking import Place, is_odd_one
from amzsync.workflows.gathered import Given
from amzsync.workflows.new_products import Preparer
from amzsync.workflows.planned import planned
from amzsync.workflows.planner import Planned
from amzsync.workflows.sessions import Means, Sessions

COMMAND = "new-products"
_SIDE_BY_SIDE = 2  # questions about schemas at once; they are few


@dataclass(frozen=True, slots=True)
class Question:
    """Which products are asked for."""

    store: str | None = None
    skus: tuple[str, ...] = ()
    missing: bool = False  # only those of which something is missing


def prepare(current: State, config: Config, question: Question, *, now: str) -> NewProducts:
    """Return what is known offline, in a state in which planning is up to date."""
    known = stores.known(current.db)
    found = [
        one
        for store in config.chosen(question.store)
        if store.name in known
        for one in Preparer(current, config, store, known[store.name].store_id, now).products(
            question.skus
        )
    ]
    return _answered(found, question)


def preview(config: Config, question: Question, means: Means, *, now: str) -> NewProducts:
    """Fetch the schemas that are due, and ask Amazon about every product of which nothing is missing.

    Raises ``ConfigError`` where none of the stores asks Amazon, ``StoreBusy`` where another run is at work.
    """
    chosen = [store for store in config.chosen(question.store) if places.asks(store)]
    if not chosen:
        raise unaskable(config, question)
    with planned(config, now=now):
        pass  # with what the products would cost, and how many there are
    with state.writing(config.state, command=COMMAND, now=now) as current:
        current.settle()
        with current.transaction():
            run_id = runs.open_run(current.db, COMMAND, now)
        try:
            result = _previewed(current, config, question, chosen, means, now, run_id)
        except AmzsyncError as error:
            with current.transaction():
                runs.close_run(current.db, run_id, "failed", str(error))
            raise
        with current.transaction():
            runs.close_run(current.db, run_id, "done")
        return result


def unaskable(config: Config, question: Question) -> ConfigError:
    """Return what to tell who asks for a preview where no store asks Amazon."""
    return ConfigError(
        f"Amazon cannot be asked: store {config.chosen(question.store)[0].name} reads report files.",
        next_step="Leave out --preview, or name an account for the store.",
    )


@dataclass(slots=True)
class _Part:
    """What is asked for one store."""

    place: Place
    refused: dict[str, str] = field(default_factory=dict)  # product type -> Amazon's words
    products: list[NewProduct] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # by SKU: what Amazon said


def _previewed(
    current: State,
    config: Config,
    question: Question,
    chosen: Sequence[Store],
    means: Means,
    now: str,
    run_id: int,
) -> NewProducts:
    given = Given(
        config, [store.name for store in chosen], now, False, Archive(config.amazon.archive), "",
        run_id=run_id,
    )  # fmt: skip
    with current.transaction():
        parts = [_Part(place) for place in places.asking(current, given, means.clock)]
    by_place = {part.place: part for part in parts}
    seconds = float(config.amazon.time_budget)
    with Sessions([part.place for part in parts], means, seconds=seconds) as sessions:
        ready = [by_place[place] for place in sessions.ready()]
        sessions.run([lane for part in ready for lane in _schemas(part, question, now)])
        for part in parts:
            part.products = list(_preparer(part, now).products(question.skus))
        sessions.run([(part.place, ask(part.place, part.products, part.outcomes)) for part in ready])  # fmt: skip
    found = [
        replace(one, outcome=part.outcomes.get(one.sku, one.outcome))
        for part in parts
        for one in part.products
    ]
    return _answered(found, question, [part.place for part in parts])


def _preparer(part: _Part, now: str) -> Preparer:
    place = part.place
    asking = place.asking
    return Preparer(
        asking.current, asking.config, place.store, place.store_id, now, refused=part.refused
    )


def _schemas(part: _Part, question: Question, now: str) -> Iterator[tuple[Place, Lane]]:
    """Yield what fetches the schemas of a store that are due."""
    place, asking = part.place, part.place.asking
    due = [
        name
        for name in _preparer(part, now).product_types(question.skus)
        if product_schemas.is_due(asking.current, asking.archive, place.store, name, now)
    ]
    wanted = iter(due)
    for _ in range(min(_SIDE_BY_SIDE, len(due))):
        yield place, product_schemas.fetch(place, wanted, part.refused)


def ask(place: Place, products: Sequence[NewProduct], outcomes: dict[str, Outcome]) -> Lane:
    """Ask for a preview of those of *products* that are ready; put what Amazon said into *outcomes*, by SKU."""
    for one in products:
        if not isinstance(one.outcome, Ready):
            continue
        outcome = yield place.call(
            PREVIEW_PUT,
            {"marketplaceIds": place.marketplace_id, "includedData": "issues"},
            path={"sellerId": place.store.seller_id, "sku": one.sku},
            body=one.outcome.body,
            seller_sku=one.sku,
        )
        answer = place.accepted(outcome)
        if answer is not None:
            content = answer.content
            assert isinstance(content, Submission)
            outcomes[one.sku] = judged(one.outcome, content)
            continue
        assert isinstance(outcome, Failure)
        if not is_odd_one(outcome):
            return
        outcomes[one.sku] = Unprepared(
            f"Amazon refused to look at it: {outcome.message}", "Ask again later."
        )


def judged(ready: Ready, said: Submission) -> Outcome:
    """Return what a preview comes to; a status that is not known is no yes."""
    issues = submission_issues(said)
    if said.status == "INVALID" or any(issue.severity == ERROR for issue in issues):
        return Invalid(issues)
    if said.status == "VALID":
        return ready._replace(previewed=True, warnings=issues)
    return Unprepared(f"Amazon said {said.status} of its preview.", "Ask again later.")


def _answered(
    found: Sequence[NewProduct], question: Question, asked: Sequence[Place] = ()
) -> NewProducts:
    seen = {one.sku for one in found}
    shown = [one for one in found if not question.missing or isinstance(one.outcome, Missing)]
    gathered = [place.gathered for place in asked]
    return NewProducts(
        tuple(shown),
        tuple(sku for sku in question.skus if sku not in seen),
        tuple(dict.fromkeys(note for one in gathered for note in one.notes)),
        tuple(
            Missed(each.kind.value, each.call.operation.name, each.code, each.message)
            for one in gathered
            for each in one.failures
        ),
    )


def planned_of(
    current: State, config: Config, store: Store, skus: Sequence[str], *, now: str
) -> list[Planned]:
    """Return what is to be sold, for how much, of products that are new to Amazon: actions without an ASIN."""
    store_id = stores.known(current.db)[store.name].store_id
    return Preparer(current, config, store, store_id, now).planned(skus) if skus else []


def outcomes_of(
    current: State, config: Config, store: Store, skus: Sequence[str], *, now: str
) -> Mapping[str, Outcome]:
    """Return offline, by SKU, what would be sent of products that are new to Amazon, or why nothing."""
    store_id = stores.known(current.db)[store.name].store_id
    preparer = Preparer(current, config, store, store_id, now)
    return {one.sku: one.outcome for one in preparer.products(skus)} if skus else {}
