"""A plan as tables and words for people, and as the records of its document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import TYPE_CHECKING

from amzsync.core.plan import MASS, NEVER_ALLOWED, Brake, Difference, Hold, Kind, Rank, value_text
from amzsync.render import words
from amzsync.render.records import Record
from amzsync.render.tables import Column, table
from amzsync.render.text import age, counted, safe
from amzsync.results.plan import Judged, PlanAnswer, PlanRow, StorePlan, text_of

if TYPE_CHECKING:
    from rich.table import Table

STORE_FIELDS = (
    "name", "read_only", "listings", "free", "held", "counts", "held_back",
)  # fmt: skip
ACTION_FIELDS = (
    "store", "action", "seller_sku", "sku", "asin", "title", "tab", "observed_at", "currency", "changes", "why",
    "held",
)  # fmt: skip
_BOTH_SIDES = ("price", "quantity", "condition", "asin", "handling_time", "seller_notes")
_WANTED_ONLY = ("fulfillment", "list_price", "business_price", "business_tiers", "tax_code")
CSV_FIELDS = (
    *ACTION_FIELDS[:9],
    *(f"{side}_{name}" for name in _BOTH_SIDES for side in ("observed", "wanted")),
    *(f"wanted_{name}" for name in _WANTED_ONLY),
    "why", "held", "reason", "allow",
)  # fmt: skip
COUNT_FIELDS = ("store", "action", "what", "free", "held")
CHECK_FIELDS = ("actions", "intact", "stale", "serial", "now_serial")
_NUMBERS = frozenset({"quantity", "handling_time"})  # all other values are text, money too
_TOLD_OF_NEW = ("asin", "price", "quantity")  # what a table shows of a listing that is to be made
_NEW = frozenset({Kind.PUBLISH, Kind.CREATE_ALIAS})
_PAGE = 500  # rows of a table; a longer plan is several tables, so that no memory holds all of it
_LONGEST = 60  # characters of a value in a table
_COLUMNS = (
    Column("Action", wraps=True, least=15),
    Column("Seller SKU", whole=True),
    Column("Now -> wanted", wraps=True, least=14),
    Column("Age", rank=3, whole=True),
    Column("Why", wraps=True, least=20),
    Column("Title", rank=7, least=20),
)


# -- for people -----------------------------------------------------------------------------------------


def row_tables(
    rows: Iterable[PlanRow], *, width: int, several_stores: bool, now: str
) -> Iterator[str | Table]:
    """Yield *rows* as tables that fit *width*, under the name of their store where there are *several_stores*."""
    for store, group in groupby(rows, key=lambda row: row.store):
        if several_stores:
            yield f"Store {safe(store)}"
        while page := list(islice(group, _PAGE)):
            yield table(_COLUMNS, [_cells(row, now) for row in page], width)
        yield ""


def summary_lines(stores: Sequence[StorePlan]) -> Iterator[str]:
    """Yield how much there is to do, by store and kind."""
    actions = sum(store.free + store.held for store in stores)
    if not stores:
        yield "Nothing has been imported yet. Next: amzsync import-listings"
    elif not actions and not any(store.doubt for store in stores):
        listings = sum(store.listings for store in stores)
        yield f"Nothing to do: all {counted(listings, 'listing')} are as wanted."
    else:
        for store in stores:
            yield from _store_lines(store)


def _store_lines(store: StorePlan) -> Iterator[str]:
    held = f", {store.held:,} of them held back" if store.held else ""
    yield (
        f"Store {store.name}: {counted(store.free + store.held, 'action')}{held}; "
        f"{counted(store.listings, 'listing')} kept as wanted"
    )
    for (_, name), (free, stopped) in _by_name(store).items():
        mark = f"  ({stopped:,} held back)" if stopped else ""
        yield f"  {name:<16} {free + stopped:>9,}{mark}"
    if store.read_only:
        yield "  Nothing is sent while read_only = true."


def _by_name(store: StorePlan) -> dict[tuple[Kind, str], tuple[int, int]]:
    """Return how many actions are free and held, by their kind and what they are called."""
    found: dict[tuple[Kind, str], tuple[int, int]] = {}
    for one in store.counts:
        key = one.kind, action_name(one.rank, one.kind)
        free, held = found.get(key, (0, 0))
        found[key] = free + one.free, held + one.held
    return found


def action_name(rank: Rank, kind: Kind) -> str:
    """Return what is done, in words: ``set to 0``, ``revise price``."""
    return "set to 0" if rank is Rank.ZERO else text_of(kind)


def held_lines(stores: Sequence[StorePlan], rows: Sequence[PlanRow]) -> Iterator[str]:
    """Yield what holds actions back, with the figures and the switch that allows them.

    *rows* are some of those that are held back each for itself; how many more there are is told.
    """
    for store in stores:
        for hold in _store_holds(store):
            yield f"store {store.name}: {_hold_words(hold)}"
    for row in rows:
        if row.hold is not None:
            yield f"{row.seller_sku} in store {row.store}: {_hold_words(row.hold)}"
    more = single_holds(stores) - len(rows)
    if more > 0:
        noun = "more action" if rows else "action"
        yield f"{counted(more, noun)}, each for what its row says (--limit 0 shows all)"


def single_holds(stores: Iterable[StorePlan]) -> int:
    """Return how many actions are held back each for itself, and not with all of their kind."""
    number = 0
    for store in stores:
        at_once = {rank for brake in store.mass for rank in MASS[brake]}
        number += sum(one.held for one in store.counts if one.rank not in at_once)
    return number


def is_held_alone(row: PlanRow) -> bool:
    """Tell whether an action is held back for itself, and not with all of its kind."""
    return row.hold is not None and row.rank not in MASS.get(row.hold.brake, ())


def _store_holds(store: StorePlan) -> list[Hold]:
    """Return what holds back more than single actions of a store."""
    doubt = [] if store.doubt is None else [Hold(Brake.CURRENCY, store.doubt.rstrip("."))]
    return [*doubt, *store.mass.values()]


def _hold_words(hold: Hold) -> str:
    switch = allowing(hold.brake)
    return hold.words if switch is None else f"{hold.words} ({switch})"


def allowing(brake: Brake) -> str | None:
    """Return the switch that lets go what *brake* holds back, ``None`` where there is none."""
    return None if brake in NEVER_ALLOWED else f"--allow {brake.value}"


def _cells(row: PlanRow, now: str) -> list[str]:
    name = action_name(row.rank, row.kind)
    return [
        f"{name} (held)" if row.hold else name,
        row.seller_sku,
        _change(row),
        age(row.observed_at, now).removesuffix(" ago") if row.observed_at else "",
        _why(row),
        row.title or "",
    ]


def _change(row: PlanRow) -> str:
    """Return what becomes what; a single field of a listing needs no name."""
    if row.kind in _NEW:
        by_name = {one.field: one for one in row.differences}
        told = [by_name[name] for name in _TOLD_OF_NEW if name in by_name]
        return ", ".join(f"{_label(one.field)} {_value(one, row, one.wanted)}" for one in told)
    if row.kind is Kind.END:
        return "on Amazon -> ended"
    alone = len(row.differences) == 1 and row.differences[0].field in {"price", "quantity"}
    return "; ".join(
        _moved(one, row) if alone else f"{_label(one.field)} {_moved(one, row)}"
        for one in row.differences
    )


def _moved(one: Difference, row: PlanRow) -> str:
    old = value_text(one.field, one.seen, row.exponent)
    shown = "not told" if old is None else _short(words.condition(old) or old)
    return f"{shown} -> {_value(one, row, one.wanted)}"


def _value(one: Difference, row: PlanRow, value: str | int | None) -> str:
    text = value_text(one.field, value, row.exponent)
    if text is None:
        return "nothing"
    if one.field == "condition":
        return words.condition(text) or text
    return f"{text} {row.currency}" if one.field == "price" else _short(text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _label(field: str) -> str:
    return "ASIN" if field == "asin" else field.replace("_", " ")


def _why(row: PlanRow) -> str:
    """Return the reasons; what holds back all of a kind is said once, and not in each row."""
    told = list(row.why)
    if row.hold is not None and is_held_alone(row):
        told.insert(0, f"Held back, {row.hold.words}")
    return ". ".join(one.rstrip(".") for one in told if one)


# -- for programs ---------------------------------------------------------------------------------------


def head_record(answer: PlanAnswer) -> Record:
    """Return what stands before the actions in the document of a plan."""
    return {
        "serial": answer.serial,
        "made_at": answer.made_at,
        "stores": [_store_record(store) for store in answer.stores],
    }


def _store_record(store: StorePlan) -> Record:
    held_back = [_held(hold) for hold in _store_holds(store)]
    values: tuple[object, ...] = (
        store.name, store.read_only, store.listings, store.free, store.held,
        list(_counts(store)), held_back,
    )  # fmt: skip
    return dict(zip(STORE_FIELDS, values, strict=True))


def _counts(store: StorePlan) -> Iterator[Record]:
    for (kind, name), (free, held) in _by_name(store).items():
        yield {"action": kind.value, "what": name, "free": free, "held": held}


def count_records(stores: Iterable[StorePlan]) -> Iterator[Record]:
    """Yield the figures of a plan as the fields of ``COUNT_FIELDS``."""
    for store in stores:
        for one in _counts(store):
            yield {"store": store.name, **one}


def action_record(row: PlanRow) -> Record:
    """Return an action as the fields of ``ACTION_FIELDS``."""
    return {
        "store": row.store,
        "action": row.kind.value,
        "seller_sku": row.seller_sku,
        "sku": row.sku,
        "asin": row.asin,
        "title": row.title,
        "tab": row.tab,
        "observed_at": row.observed_at,
        "currency": row.currency,
        "changes": [
            {
                "field": one.field,
                "observed": _plain(one.field, one.seen, row.exponent),
                "wanted": _plain(one.field, one.wanted, row.exponent),
            }
            for one in row.differences
        ],
        "why": list(row.why),
        "held": None if row.hold is None else _held(row.hold),
    }


def flat_record(row: PlanRow) -> Record:
    """Return an action as the fields of ``CSV_FIELDS``."""
    found = action_record(row)
    for one in row.differences:
        found[f"observed_{one.field}"] = _plain(one.field, one.seen, row.exponent)
        found[f"wanted_{one.field}"] = _plain(one.field, one.wanted, row.exponent)
    if row.hold is not None:
        found |= {
            "held": row.hold.brake.value,
            "reason": row.hold.words,
            "allow": allowing(row.hold.brake),
        }
    return found


def _held(hold: Hold) -> Record:
    return {"brake": hold.brake.value, "reason": hold.words, "allow": allowing(hold.brake)}


def _plain(field: str, value: str | int | None, exponent: int) -> str | int | None:
    return value if field in _NUMBERS else value_text(field, value, exponent)


def check_record(found: Judged) -> Record:
    """Return what became of a plan in a file as the fields of ``CHECK_FIELDS``."""
    return dict(zip(CHECK_FIELDS, found, strict=True))


def check_words(found: Judged) -> str:
    """Return in words what became of a plan in a file."""
    if not found.intact:
        return "it is not as it was written: its checksum does not fit"
    if found.stale:
        return f"the state has moved since: plan serial {found.serial}, state {found.now_serial}"
    return f"{counted(found.actions, 'action')}, serial {found.serial}; whole, and the state is as it was"
