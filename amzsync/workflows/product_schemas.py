"""Keep the schemas of Amazon's product types: fetched once, looked up offline, asked about anew after days.

The documents are in the archive; the state has a note for each seller, marketplace and product type.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple, cast

from amzsync.amazon import downloads, product_types
from amzsync.amazon.calls import Failure, Kind
from amzsync.amazon.downloads import Failed, Fetched
from amzsync.amazon.lanes import Lane, Work
from amzsync.amazon.operations import GET_PRODUCT_TYPE
from amzsync.amazon.submission_answers import ProductTypeDefinition
from amzsync.archive import Archive
from amzsync.clock import seconds_of
from amzsync.config import Store
from amzsync.errors import AmzsyncError
from amzsync.store import new_products
from amzsync.store.state import State
from amzsync.workflows.asking import Place, is_odd_one

HOLDS = 7 * 86_400.0  # seconds after which it is asked whether there is a newer version
LARGEST = 64 << 20  # bytes; genuine ones have one or two millions


class Kept(NamedTuple):
    """The note about a schema that is kept."""

    version: str  # as Amazon calls it
    checksum: str
    digest: str  # of the document in the archive
    checked_at: str  # UTC text: when Amazon last said that this is the one


def note_of(current: State, store: Store, product_type: str) -> Kept | None:
    """Return the note about the schema of a product type; ``None`` where it was never fetched."""
    text = current.get(_key(store, product_type))
    return Kept(*json.loads(text)) if text else None


def load(
    current: State, archive: Archive, store: Store, product_type: str
) -> dict[str, Any] | None:
    """Return the schema that is kept; ``None`` where none is, or none that can be read."""
    note = note_of(current, store, product_type)
    if note is None:
        return None
    try:
        with archive.open(note.digest) as file:
            return product_types.schema_in(file.read())
    except (AmzsyncError, OSError, EOFError, ValueError):
        return None  # it is fetched again


def is_due(current: State, archive: Archive, store: Store, product_type: str, now: str) -> bool:
    """Tell whether Amazon is to be asked for the schema at *now* (UTC text)."""
    note = note_of(current, store, product_type)
    if note is None or seconds_of(now) - seconds_of(note.checked_at) >= HOLDS:
        return True
    return not archive.verify(note.digest)


def fetch(place: Place, wanted: Iterator[str], refused: dict[str, str]) -> Lane:
    """Ask for the schemas of product types, and fetch those that are new; several lanes may share *wanted*.

    What Amazon refuses is put into *refused*, with its words.
    """
    for product_type in wanted:
        call = place.call(
            GET_PRODUCT_TYPE,
            {
                "marketplaceIds": place.marketplace_id,
                "sellerId": place.store.seller_id,
                "requirements": "LISTING",
                "locale": "DEFAULT",
            },
            path={"productType": product_type},
        )
        outcome = yield call
        answer = place.accepted(outcome)
        if answer is None:
            assert isinstance(outcome, Failure)
            refused[product_type] = outcome.message
            if is_odd_one(outcome):
                continue
            return
        told = cast("ProductTypeDefinition", answer.content)
        if _confirmed(place, product_type, told):
            continue
        path = place.asking.archive.temporary()
        link = told.definition.link.resource
        fetched = yield Work(
            partial(
                downloads.fetch, link, path, compression=None, clock=place.asking.clock, limit=LARGEST,
                trusted=place.trusted, tabular=False,
            )
        )  # fmt: skip
        problem = _kept(place, product_type, told, fetched)
        if problem is not None:
            refused[product_type] = problem.message
            place.fail(Failure(call, Kind.TEMPORARY, None, problem.code, problem.message))


def _confirmed(place: Place, product_type: str, told: ProductTypeDefinition) -> bool:
    """Note that the schema which is kept is still the one, if it is."""
    asking = place.asking
    note = note_of(asking.current, place.store, product_type)
    if note is None or note.checksum != told.definition.checksum:
        return False
    if not asking.archive.verify(note.digest):
        return False
    _write(place, product_type, note._replace(checked_at=asking.now))
    return True


def _kept(
    place: Place, product_type: str, told: ProductTypeDefinition, fetched: Fetched | Failed
) -> Failed | None:
    """Keep what was fetched; return why it cannot be, if so."""
    if isinstance(fetched, Failed):
        return fetched
    asking, checksum = place.asking, told.definition.checksum
    content = fetched.path.read_bytes()
    problem = None
    if not product_types.is_intact(content, checksum):
        problem = "Its checksum is not the one that Amazon told."
    else:
        try:
            product_types.schema_in(content)
        except ValueError as error:
            problem = f"It cannot be read: {' '.join(str(error).split())}."
    if problem is not None:
        fetched.path.unlink(missing_ok=True)
        return Failed("BadSchema", problem, temporary=True, expired=False)
    old = note_of(asking.current, place.store, product_type)
    asking.archive.put(fetched.path, fetched.digest)
    version = told.product_type_version.version
    _write(place, product_type, Kept(version, checksum, fetched.digest, asking.now))
    if old is not None and old.digest != fetched.digest and not _is_shared(asking.current, old):
        asking.archive.remove([old.digest])
    return None


def _write(place: Place, product_type: str, note: Kept) -> None:
    current = place.asking.current
    with current.transaction():
        current.put(_key(place.store, product_type), json.dumps(note))


def _is_shared(current: State, note: Kept) -> bool:
    """Tell whether another note is of the same document: marketplaces may have the same schema."""
    notes = new_products.schema_notes(current.db, _PREFIX)
    return any(Kept(*json.loads(text)).digest == note.digest for text in notes)


_PREFIX = "schema:"


def _key(store: Store, product_type: str) -> str:
    return f"{_PREFIX}{store.marketplace.marketplace_id}:{store.seller_id}:{product_type}"
