"""What others ask for the ASINs that a store sells, as Amazon last told, and what is to be asked next."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from amzsync.core.offers import Offer
from amzsync.core.tabs import Tab

_OFFER = ", ".join(Offer._fields)
_MARKS = ", ".join("?" * len(Offer._fields))
_SOLD = f"'{Tab.ACTIVE.value}', '{Tab.INACTIVE.value}'"
# Amazon's families of conditions; what is neither used, collectible nor refurbished is new.
_FAMILY = (
    "CASE WHEN condition LIKE 'used%' THEN 'Used' WHEN condition LIKE 'collectible%' THEN 'Collectible' "
    "WHEN condition LIKE 'refurbished%' THEN 'Refurbished' ELSE 'New' END"
)


class Question(NamedTuple):
    """The offers for an ASIN in a family of conditions."""

    asin: str
    family: str  # Amazon's word: "New", "Used", "Collectible", "Refurbished"


class Told(NamedTuple):
    """What came of a question that was asked at *at* (UTC text)."""

    asin: str
    family: str
    at: str
    offers: tuple[Offer, ...] | None  # in Amazon's order; None: Amazon did not tell
    code: str = ""  # what it said instead


def due(
    db: sqlite3.Connection, store_id: int, *, before: str, limit: int | None = None
) -> list[Question]:
    """Return up to *limit* questions that were not asked after *before* (UTC text).

    They are about the ASINs of active and inactive listings that have a product: their offers as new, and in
    the family of our own condition.  What was never asked comes first, then what was asked longest ago;
    what Amazon did not answer waits its turn with the others.
    """
    rows = db.execute(
        "SELECT sold.asin, sold.family FROM (SELECT asin, 'New' AS family FROM listings WHERE "
        f"store_id = :store_id AND tab IN ({_SOLD}) AND product_id IS NOT NULL AND asin IS NOT NULL "
        f"UNION SELECT asin, {_FAMILY} FROM listings WHERE store_id = :store_id AND tab IN ({_SOLD}) "
        "AND product_id IS NOT NULL AND asin IS NOT NULL) sold "
        "LEFT JOIN offer_answers a ON a.store_id = :store_id AND a.asin = sold.asin AND a.family = sold.family "
        "WHERE a.tried_at IS NULL OR a.tried_at <= :before "
        "ORDER BY a.tried_at, sold.asin, sold.family LIMIT :limit",
        {"store_id": store_id, "before": before, "limit": -1 if limit is None else limit},
    )
    return [Question(*row) for row in rows]


def put(db: sqlite3.Connection, store_id: int, told: Iterable[Told]) -> set[str]:
    """Keep what Amazon *told* in place of what was known, unless that is newer.

    Return the ASINs whose offers are not what they were.  Where Amazon did not tell, what was known stays.
    """
    changed = set()
    for one in told:
        key = (store_id, one.asin, one.family)
        known = db.execute(
            "SELECT tried_at, asked_at FROM offer_answers WHERE store_id = ? AND asin = ? AND family = ?", key
        ).fetchone()  # fmt: skip
        tried_at, asked_at = known or ("", None)
        if one.offers is None:
            db.execute(
                "INSERT INTO offer_answers VALUES (?, ?, ?, ?, NULL, ?) ON CONFLICT DO UPDATE SET "
                "tried_at = excluded.tried_at, code = excluded.code WHERE excluded.tried_at >= tried_at",
                (*key, one.at, one.code),
            )
        elif one.at >= (asked_at or ""):
            db.execute(
                "INSERT OR REPLACE INTO offer_answers VALUES (?, ?, ?, ?, ?, ?)",
                (*key, max(one.at, tried_at), one.at, one.code),
            )
            if _replace(db, key, one.offers):
                changed.add(one.asin)
    return changed


def of_asins(db: sqlite3.Connection, store_id: int, asins: Sequence[str]) -> dict[str, list[Offer]]:
    """Return the offers for those of *asins* that Amazon has told of, of all conditions; [] where it has none."""
    found: dict[str, list[Offer]] = {}
    for asin, condition, price, shipping, by, feedback, count, ours, buy_box in db.execute(
        f"SELECT asin, {_OFFER} FROM offer_answers LEFT JOIN offers USING (store_id, asin, family) "
        "WHERE store_id = ? AND asked_at IS NOT NULL AND asin IN (SELECT value FROM json_each(?)) "
        "ORDER BY asin, family, place",
        (store_id, json.dumps(list(asins))),
    ):
        offers = found.setdefault(asin, [])
        if condition is not None:
            offers.append(
                Offer(condition, price, shipping, by, feedback, count, bool(ours), bool(buy_box))
            )
    return found


def ages(db: sqlite3.Connection, store_id: int, asins: Sequence[str]) -> dict[str, str]:
    """Return since when the offers for those of *asins* are known that Amazon has told of: the oldest answer."""
    rows = db.execute(
        "SELECT asin, min(asked_at) FROM offer_answers WHERE store_id = ? AND asked_at IS NOT NULL "
        "AND asin IN (SELECT value FROM json_each(?)) GROUP BY asin",
        (store_id, json.dumps(list(asins))),
    )
    return dict(rows.fetchall())


def _replace(db: sqlite3.Connection, key: tuple[int, str, str], offers: Sequence[Offer]) -> bool:
    """Keep *offers* in place of those that are known; tell whether they differ."""
    where = "WHERE store_id = ? AND asin = ? AND family = ?"
    known = db.execute(f"SELECT {_OFFER} FROM offers {where} ORDER BY place", key).fetchall()
    if known == [tuple(offer) for offer in offers]:
        return False
    db.execute(f"DELETE FROM offers {where}", key)
    db.executemany(
        f"INSERT INTO offers (store_id, asin, family, place, {_OFFER}) VALUES (?, ?, ?, ?, {_MARKS})",
        ((*key, place, *offer) for place, offer in enumerate(offers)),
    )
    return True


class Sold(NamedTuple):
    """A listing that has a product, and is active or inactive."""

    seller_sku: str
    asin: str
    title: str | None
    condition: str | None
    price_minor: int | None


def sold(db: sqlite3.Connection, store_id: int, *, known: bool) -> Iterator[Sold]:
    """Yield the store's listings in the order of their seller SKUs; *known*: only those whose offers are."""
    answered = (
        "AND EXISTS (SELECT 1 FROM offer_answers a WHERE a.store_id = l.store_id AND a.asin = l.asin "
        "AND a.asked_at IS NOT NULL)"
    )
    rows = db.execute(
        f"SELECT {', '.join(Sold._fields)} FROM listings l WHERE store_id = ? AND tab IN ({_SOLD}) "
        f"AND product_id IS NOT NULL AND asin IS NOT NULL {answered if known else ''} ORDER BY seller_sku",
        (store_id,),
    )
    yield from map(Sold._make, rows)
