"""Ask Amazon's catalogue: which page a product belongs on, and whether it may be sold there."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any, cast

from pydantic import BaseModel

from amzsync.amazon.answers import CatalogPage
from amzsync.amazon.calls import Answer
from amzsync.amazon.facts import search_terms
from amzsync.amazon.lanes import Lane
from amzsync.amazon.operations import GET_RESTRICTIONS, SEARCH_CATALOG
from amzsync.workflows.asking import Place, is_odd_one, repeated

TERMS = 20  # identifiers in a question
Pages = list[Answer[BaseModel]]
INCLUDED = "identifiers,summaries,productTypes,relationships"


def batches(wanted: Sequence[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return *wanted* ``(kind, key)`` as questions ``(identifiersType, [(key, value)])``."""
    by_type: dict[str, dict[str, str]] = {}
    for kind, key in wanted:
        named, value = search_terms(kind, key)
        by_type.setdefault(named, {})[key] = value
    return [
        (named, list(terms.items())[at : at + TERMS])
        for named, terms in sorted(by_type.items())
        for at in range(0, len(terms), TERMS)
    ]


def search(place: Place, questions: Iterator[tuple[str, list[tuple[str, str]]]]) -> Lane:
    """Search the catalogue by identifiers; several lanes may share the *questions*."""
    for named, terms in questions:
        pages = yield from _pages(place, named, [value for _, value in terms])
        if pages is None:
            return
        for page in pages:
            place.keep(page, [key for key, _ in terms])


def _pages(place: Place, named: str, values: Sequence[str]) -> Generator[Any, Any, Pages | None]:
    """Return all pages of one search, none where it is refused; ``None`` where no other would do better.

    What has not been read to its end could tell of one page where there are several.
    """
    params = {
        "marketplaceIds": place.marketplace_id,
        "identifiers": ",".join(values),
        "identifiersType": named,
        "includedData": INCLUDED,
        "pageSize": str(TERMS),
    }
    found: Pages = []
    tokens: set[str] = set()
    while True:
        outcome = yield place.call(SEARCH_CATALOG, dict(params))
        answer = place.accepted(outcome)
        if answer is None:
            return [] if is_odd_one(outcome) else None
        found.append(answer)
        page = cast("CatalogPage", answer.content)
        token = page.next_token
        if not token:
            return found
        if token in tokens or not page.items:
            place.fail(repeated(answer.call))
            return None
        tokens.add(token)
        params["pageToken"] = token


def restrictions(place: Place, asins: Iterator[str]) -> Lane:
    """Ask whether each of *asins* may be sold; several lanes may share them."""
    for asin in asins:
        params = {
            "asin": asin,
            "sellerId": place.store.seller_id,
            "marketplaceIds": place.marketplace_id,
        }
        outcome = yield place.call(GET_RESTRICTIONS, params)
        answer = place.accepted(outcome)
        if answer is not None:
            place.keep(answer, [asin])
        elif not is_odd_one(outcome):
            return
