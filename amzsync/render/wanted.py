"""What is on Amazon beside what is wanted and why, for one listing, by line and as a record."""

from __future__ import annotations

from collections.abc import Iterator

from amzsync.core.overrides import Field
from amzsync.render import words
from amzsync.render.records import Record, status_record
from amzsync.render.text import age, counted, local, safe
from amzsync.results.details import ToDo, WantedDetail
from amzsync.store.browse import Shown

_LABEL, _CELL = 18, 15  # the width of what stands before the reasons


def wanted_lines(one: WantedDetail | None, row: Shown, *, now: str) -> Iterator[str]:
    """Yield the section of a listing, or of a product that has none; nothing where there is no product to go by."""
    if one is None:
        return
    name = safe(row.seller_sku or row.sku or "")
    if one.unread:
        yield f"Amazon and wanted: {name} in store {row.store}"
        yield f"  {'Not known':<{_LABEL - 1}} {unread_words(one)}"
        return
    if row.seller_sku is None:
        yield f"Wanted: {name} in store {row.store}, if it were listed"
    else:
        yield f"Amazon and wanted: {name} in store {row.store}"
        if one.observed_at is not None:
            seen = f"{local(one.observed_at)} ({age(one.observed_at, now)})"
            yield f"  {'Amazon as of':<{_LABEL - 1}} {seen}"
        yield _line("", "On Amazon", "Wanted", "Why")
    yield from _rows(one, row)
    for label, text in _to_do(one):
        yield f"  {label:<{_LABEL - 1}} {safe(text)}"


def unread_words(one: WantedDetail) -> str:
    """Return why nothing can be told, and what to do about it."""
    return (
        f"the settings name attributes that have not been read from Commerce yet ({', '.join(one.unread)}); "
        "amzsync import-listings reads them"
    )


def _rows(one: WantedDetail, row: Shown) -> Iterator[str]:
    seen, days, price = status_record(row), one.handling_time, one.price
    why = "; ".join(filter(None, (one.price_steps, one.doubt)))
    cells: list[tuple[str, object, str | None, str]] = [
        ("Price", _money(seen["price"], row), _money(price, row), why),
        ("Quantity", seen["quantity"], _text(one.quantity), one.quantity_steps),
        ("Handling time", None, None if days is None else counted(days, "day"), _why(one, Field.HANDLING_TIME, days, row)),
        ("Condition", words.condition(row.condition), words.condition(one.condition), _why(one, Field.CONDITION, one.condition, row)),
        ("Seller notes", None, one.seller_notes, _why(one, Field.NOTES, one.seller_notes, row)),
    ]  # fmt: skip
    for label, old, new, reason in cells:
        if row.seller_sku is None:
            yield _line(label, new or "none", reason)
        else:
            yield _line(label, "not known" if old is None else str(old), new or "as it is", reason)


def _money(amount: object, row: Shown) -> str | None:
    return None if amount is None else f"{amount} {row.currency}"


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _why(one: WantedDetail, field: Field, value: object, row: Shown) -> str:
    """Return where the wanted value of a field comes from that no rule decides about."""
    if value is None:
        return ""
    if row.seller_sku is None:
        return "from the settings"
    ended = field in one.overridden and not one.overridden[field]
    return "its override has ended: the default is to be sent" if ended else "overridden by you"


def _to_do(one: WantedDetail) -> Iterator[tuple[str, str]]:
    if one.in_process:
        yield (
            "In process",
            "Amazon has not answered for what was sent; nothing more is sent until then",
        )
    for action in one.actions:
        label = "To do" if action.held is None else "Held back"
        held = "" if action.held is None else f": {action.held}"
        yield label, f"{action.kind.value.replace('-', ' ')}{held}"
    if not one.actions and not one.in_process:
        yield "To do", "nothing"


def _line(label: str, *cells: str) -> str:
    """Return a line of cells below each other, of which the last is as long as it likes."""
    *short, last = (safe(cell) for cell in cells)
    return (
        f"  {label:<{_LABEL - 1}} {' '.join(f'{cell:<{_CELL}}' for cell in short)} {last}".rstrip()
    )


def wanted_record(one: WantedDetail | None) -> Record | None:
    """Return what is wanted with the fields that README documents; ``None``: there is no product to go by."""
    if one is None:
        return None
    return {
        "price": one.price,
        "quantity": one.quantity,
        "handling_time": one.handling_time,
        "condition": one.condition,
        "seller_notes": one.seller_notes,
        "price_steps": one.price_steps or None,
        "quantity_steps": one.quantity_steps or None,
        "barred": one.barred,
        "doubt": one.doubt,
        "observed_at": one.observed_at,
        "in_process": one.in_process,
        "unread": list(one.unread),
        "actions": [_action(action) for action in one.actions],
    }


def _action(one: ToDo) -> Record:
    return {"action": one.kind.value, "changes": list(one.changes), "held": one.held}
