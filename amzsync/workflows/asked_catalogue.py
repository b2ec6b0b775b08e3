"""Ask Amazon's catalogue: which page a product belongs on, and whether it may be sold there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from pydantic import BaseModel

from amzsync.amazon.answers import CatalogPage
from amzsync.amazon.calls import Answer
from amzsync.amazon.facts import search_terms
from amzsync.amazon.lanes import Lane
from amzsync.amazon.operations import GET_RESTRICTIONS, SEARCH_CATALOG
from amzsync.workflows.asking import Place

TERMS = 20  # identifiers in a question
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
        pages: list[Answer[BaseModel]] = []
        token = ""
        while token or not pages:
            params = {
                "marketplaceIds": place.marketplace_id,
                "identifiers": ",".join(value for _, value in terms),
                "identifiersType": named,
                "includedData": INCLUDED,
                "pageSize": str(TERMS),
            }
            if token:
                params["pageToken"] = token
            answer = place.accepted((yield place.call(SEARCH_CATALOG, params)))
            if answer is None:
                return
            pages.append(answer)
            before, token = token, cast("CatalogPage", answer.content).next_token or ""
            if token and token == before:
                return  # what has not been read to its end could tell of one page where there are several
        for page in pages:
            place.keep(page, [key for key, _ in terms])


def restrictions(place: Place, asins: Iterator[str]) -> Lane:
    """Ask whether each of *asins* may be sold; several lanes may share them."""
    for asin in asins:
        params = {
            "asin": asin,
            "sellerId": place.store.seller_id,
            "marketplaceIds": place.marketplace_id,
        }
        answer = place.accepted((yield place.call(GET_RESTRICTIONS, params)))
        if answer is None:
            return
        place.keep(answer, [asin])
