"""Ask what others want for the ASINs that a store sells: only where a price rule looks at competitors.

Two operations tell of offers, each of 20 ASINs a call, each with a usage plan of its own:

* getItemOffersBatch (one call in 10 s) tells all that a rule may look at: the 20 lowest offers of one family of
  conditions with shipping, feedback and the Buy Box.
* getCompetitiveSummary (one in 30 s) tells no feedback, and the Buy Box of new offers only.

So item offers are asked for, as a rule.  Where all active intelligent rules of a store look at the Buy Box, which
passes over feedback, every fourth call for new offers is one of the summary: so both come to their end at the
same time, and a third more is asked in it.

An ASIN's new offers are asked for, and those of the family of our own condition, which is what a rule compares
our price with; the other families would cost three times the calls for what counts last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from pydantic import BaseModel

from amzsync.amazon.calls import Answer, Call, Failure, Kind
from amzsync.amazon.lanes import Lane
from amzsync.amazon.offer_answers import (
    NEW,
    WAITING,
    CompetitiveSummaries,
    Found,
    ItemOffersBatch,
    item_offers,
    summary_offers,
)
from amzsync.amazon.operations import GET_ITEM_OFFERS, GET_SUMMARIES
from amzsync.core.competition import needs_all
from amzsync.core.marketplaces import Marketplace
from amzsync.core.settings import Settings
from amzsync.store.offers import Question
from amzsync.workflows.asking import Place, is_odd_one

PACK = 20  # questions in a call
NAMED = 3  # ASINs that a sentence names
TOO_MANY = 429
SHARE = 4  # every so-manieth call is one of the summary, where that will do
_ITEM = "/products/pricing/v0/items/{asin}/offers"
_SUMMARY = "/products/pricing/2022-05-01/items/competitiveSummary"
Pack = list[Question]


class Packs(NamedTuple):
    """Questions, by the operation that is to be asked."""

    items: list[Pack]
    summaries: list[Pack]


def packs(questions: Sequence[Question], settings: Settings) -> Packs:
    """Return *questions* in packs of as many as a call may hold, in their order, by operation."""
    whole = [list(questions[at : at + PACK]) for at in range(0, len(questions), PACK)]
    if needs_all(settings):
        return Packs(whole, [])
    new = [at for at, pack in enumerate(whole) if all(one.family == NEW for one in pack)]
    given = set(new[SHARE - 1 :: SHARE])
    return Packs(
        [pack for at, pack in enumerate(whole) if at not in given],
        [pack for at, pack in enumerate(whole) if at in given],
    )


def items(place: Place, questions: Iterator[Pack]) -> Lane:
    """Ask for the offers of each pack; several lanes may share them."""

    def call(pack: Pack) -> Call:
        requests = [
            {
                "uri": _ITEM.format(asin=quote(one.asin, safe="")),
                "method": "GET",
                "MarketplaceId": place.marketplace_id,
                "ItemCondition": one.family,
                "CustomerType": "Consumer",
            }
            for one in pack
        ]
        return place.call(GET_ITEM_OFFERS, body={"requests": requests})

    yield from _asked(place, questions, call)


def summaries(place: Place, questions: Iterator[Pack]) -> Lane:
    """Ask for the summary of each pack, all of which must be about new offers."""

    def call(pack: Pack) -> Call:
        requests = [
            {
                "asin": one.asin,
                "marketplaceId": place.marketplace_id,
                "includedData": ["featuredBuyingOptions", "lowestPricedOffers"],
                "lowestPricedOffersInputs": [{"itemCondition": NEW, "offerType": "Consumer"}],
                "uri": _SUMMARY,
                "method": "GET",
            }
            for one in pack
        ]
        return place.call(GET_SUMMARIES, body={"requests": requests})

    yield from _asked(place, questions, call)


def named(question: Question) -> str:
    """Return a question as a line keeps it: "B0TEST0001 New"."""
    return f"{question.asin} {question.family}"


def told(
    content: BaseModel | None, asked: Iterable[str], marketplace: Marketplace, seller_id: str
) -> list[Found]:
    """Return what came of each question that was *asked*, also where *content* passes over it."""
    if isinstance(content, ItemOffersBatch):
        found = item_offers(content, marketplace, seller_id)
    elif isinstance(content, CompetitiveSummaries):
        found = summary_offers(content, marketplace, seller_id)
    else:
        found = iter(())
    answers = {f"{one.asin} {one.family}": one for one in found}
    return [answers.get(text) or _unanswered(text) for text in asked]


def _unanswered(text: str) -> Found:
    asin, _, family = text.rpartition(" ")
    return Found(asin, family, None, code="NoAnswer", message="The answer passes over it.")


def _asked(place: Place, questions: Iterator[Pack], call: Callable[[Pack], Call]) -> Lane:
    """Ask pack by pack; one that is refused for what is in it is asked in halves, to find what that is."""
    for whole in questions:
        waiting = [whole]
        while waiting:
            pack = waiting.pop(0)
            outcome = yield call(pack)
            if is_odd_one(outcome) and len(pack) > 1:
                middle = len(pack) // 2
                waiting = [pack[:middle], pack[middle:], *waiting]
                continue
            names = [named(one) for one in pack]
            answer = place.accepted(outcome)
            if answer is not None:
                place.keep(answer, names)
                if not _go_on(place, answer, names):
                    return
            elif is_odd_one(outcome):
                place.deny(outcome.call.operation, names[0])
            else:
                return


def _go_on(place: Place, answer: Answer[BaseModel], names: Sequence[str]) -> bool:
    """Note what the answer leaves open; tell whether another may fare better: this one told something."""
    market = place.store.marketplace
    found = told(answer.content, names, market, place.store.seller_id)
    untold = [one for one in found if one.offers is None and one.code not in WAITING]
    refused = [one for one in untold if one.status in {400, 404}]
    for code, group in _by_code(one for one in untold if one not in refused):
        kind = Kind.THROTTLED if group[0].status == TOO_MANY else Kind.TEMPORARY
        words = f"No offers were told for {_shown(group)}: {group[0].message or code}"
        request = answer.request_id
        place.fail(Failure(answer.call, kind, group[0].status, code, words, request))
    for code, group in _by_code(refused):
        place.note(f"Amazon tells no offers for {_shown(group)}: {group[0].message or code}")
    if foreign := sum(one.foreign for one in found):
        place.note(
            f"{foreign} offers in another currency than {market.currency} were left out."
            if foreign > 1
            else f"An offer in another currency than {market.currency} was left out."
        )
    return len(untold) == len(refused) or len(untold) < len(found)


def _by_code(found: Iterable[Found]) -> Iterator[tuple[str, list[Found]]]:
    groups: dict[str, list[Found]] = {}
    for one in found:
        groups.setdefault(one.code, []).append(one)
    yield from groups.items()


def _shown(found: Sequence[Found]) -> str:
    names = ", ".join(one.asin for one in found[:NAMED])
    more = len(found) - NAMED
    return f"{names} and {more} more" if more > 0 else names
