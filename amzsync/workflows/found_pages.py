"""Put together what Amazon's catalogue has for the identifiers of one product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amzsync.store.catalogue import Found

SHOWN = 4  # pages that a reason names


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages that were found for one product."""

    searched: bool  # False: none of its identifiers has been searched for yet
    asins: list[str]  # the different ones
    parent: bool  # the only one is a variation parent
    by: str  # "EAN 4006381333931", "UPC 036000291452, EAN ..."
    words: str  # the pages with their titles


def pages_of(gtins: Sequence[tuple[str, str]], known: Mapping[str, Sequence[Found]]) -> Pages:
    """Return what is *known* (by GTIN-14; absent: not searched for) of a product's *gtins* ``(kind, key)``.

    A variation parent beside one of its variants is passed over: the variant is what is sold.
    """
    searched = [(kind, key) for kind, key in gtins if key in known]
    found = {page.asin: page for _, key in searched for page in known[key]}
    variants = {asin: page for asin, page in found.items() if not page.parent}
    chosen = variants or found
    hits = [one for one in searched if known[one[1]]] or searched
    names = [f"{page.asin} ({page.title})" if page.title else page.asin for page in chosen.values()]
    more = len(names) - SHOWN
    return Pages(
        searched=bool(searched),
        asins=sorted(chosen),
        parent=bool(found) and not variants,
        by=", ".join(dict.fromkeys(f"{kind.upper()} {_short(key)}" for kind, key in hits)),
        words=", ".join(sorted(names)[:SHOWN]) + (f" and {more} more" if more > 0 else ""),
    )


def _short(key: str) -> str:
    """Return a GTIN-14 as people write it: without the zeros that make it up to 14 digits."""
    return key[2:] if key.startswith("00") else key[1:] if key.startswith("0") else key
